"""What follows from a scenario by multiplying averages, and what it warns of."""

import math
from typing import Any

import pytest
from pydantic import TypeAdapter

from callcenter.clock import SECOND
from callcenter.errors import ScenarioError
from simulation import variates
from simulation.scenario import loads, warnings
from simulation.scenario.expectations import outlook
from simulation.scenario.moments import can_be_never, mean
from simulation.scenario.variate_specs import Variate
from tests.simulation.scenario.base import GOOD, spoiled

VARIATE: TypeAdapter[Any] = TypeAdapter(Variate)
PARTS = [
    {"share": "30%", "of": "10s"},
    {"share": "70%", "of": {"distribution": "exponential", "mean": "100s", "at_most": "50s"}},
]


@pytest.mark.parametrize(
    "written",
    [
        {"distribution": "exponential", "mean": "100s"},
        {"distribution": "exponential", "mean": "100s", "at_most": "200s", "shift": "20s"},
        {"distribution": "gamma", "mean": "100s", "cv": 0.5, "at_least": "50s"},
        {
            "distribution": "gamma",
            "shape": 0.2,
            "scale": "100s",
            "at_least": "50s",
            "at_most": "3m",
        },
        {"distribution": "gamma", "shape": 2, "scale": "100s"},
        {"distribution": "erlang", "mean": "100s", "phases": 10_000, "at_least": "99s"},
        {
            "distribution": "lognormal",
            "mean": "121s",
            "cv": 0.9,
            "at_least": "5s",
            "at_most": "20m",
        },
        {"distribution": "lognormal", "median": "121s", "sigma": 0.5},
        {"distribution": "weibull", "shape": 0.5, "mean": "100s", "at_most": "10m"},
        {"distribution": "weibull", "shape": 20, "scale": "100s"},
        {"distribution": "hyperexponential", "mean": "100s", "cv": 3, "at_most": "10m"},
        {"distribution": "hyperexponential", "phases": [{"share": 1, "mean": "100s"}]},
        {"distribution": "uniform", "low": "10s", "high": "20s", "at_most": "15s"},
        {
            "distribution": "triangular",
            "low": "10s",
            "mode": "18s",
            "high": "20s",
            "at_least": "15s",
        },
        {"distribution": "empirical", "values": ["10s", "20s", "30s"], "at_most": "20s"},
        {
            "distribution": "empirical",
            "histogram": [{"low": "10s", "high": "20s", "weight": 2}],
            "at_least": "12s",
        },
        {"distribution": "mixture", "parts": PARTS},
        {"distribution": "mixture", "parts": PARTS, "at_most": "40s", "shift": "1s"},
        {"distribution": "by-time", "times": {"08:00": "10s", "20:00": PARTS[1]["of"]}},
        "29s",
    ],
    ids=str,
)
def test_a_mean_is_near_that_of_the_law_it_is_drawn_from(written: Any) -> None:
    spec = VARIATE.validate_python(written)

    assert mean(spec) == pytest.approx(variates.mean(spec), rel=1e-4)


@pytest.mark.parametrize(
    "written",
    [
        "never",
        {"distribution": "empirical", "values": ["10s", "never"]},
        {
            "distribution": "mixture",
            "parts": [{"share": 0.5, "of": "1s"}, {"share": 0.5, "of": "never"}],
        },
        {"distribution": "by-time", "times": {"08:00": "never"}},
    ],
    ids=str,
)
def test_what_can_be_endless_has_no_mean(written: Any) -> None:
    spec = VARIATE.validate_python(written)

    assert can_be_never(spec)
    assert mean(spec) == math.inf


def test_callers_follow_hours_weekdays_and_events() -> None:
    expected = outlook(loads(GOOD)).queues["phone"]

    # Three hours of 60 and six of 40; Monday and the fair are busier.
    assert expected.callers == pytest.approx((3 * 60 + 6 * 40) * (3 + 1.2 + 1.5))
    assert expected.open_hours == 45
    assert expected.handling == pytest.approx(170 * SECOND)


def test_transfers_are_work_for_the_next_queue() -> None:
    expected = outlook(loads(GOOD)).queues

    assert expected["tax"].legs == pytest.approx(250 + 0.05 * expected["phone"].legs)


def test_hours_on_duty_lack_pauses_absence_and_minutes_away() -> None:
    group = outlook(loads(GOOD, {"group.agents.absence": 0.1})).groups["agents"]

    assert group.rostered_hours == pytest.approx(5 * 6 * (9 - 1 - 0.25))
    assert group.present_hours == pytest.approx(group.rostered_hours * 0.9 * 0.95)


def test_staffing_holds_until_closing() -> None:
    assert outlook(loads(GOOD)).groups["experts"].rostered_hours == pytest.approx(5 * (2 + 8 * 3))


@pytest.mark.parametrize(
    ("arrivals", "callers"),
    [
        ("{total: 1000, profile: {09:00: 1, 12:00: 2}}", 1000),
        ("{per_day: 100}", 500),
        ("{per_hour: 10}", 450),
        ("{per_hour: {09:00: 0, 18:00: 20}, shape: lines, until: 18:00:01}", 450),
        ("{counts: {09:00: 3, 10:00: 4}}", 35),
        ("{days: mon, at: [09:00, 10:00], each: 2, shows_up: 50%}", 2),
        ("none", 0),
    ],
)
def test_each_way_to_come_is_counted(arrivals: str, callers: float) -> None:
    scenario = loads(spoiled("    arrivals: {per_day: 50}", f"    arrivals: {arrivals}"))

    assert outlook(scenario).queues["tax"].callers == pytest.approx(callers, rel=1e-3)


def test_the_sound_scenario_warns_of_nothing() -> None:
    assert warnings(loads(GOOD)) == []


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        (["lines.main=5"], "lines.main: 5 lines for 6 agents: some can never be busy"),
        (["queue.phone.lines=null"], "lines.main: nothing refers to it"),
        (["queue.phone.arrivals.busyness=null"], "busyness.city: nothing refers to it"),
        (["queue.phone.arrivals.events=null"], "event.fair: nothing refers to it"),
        (["group.agents.shifts.day=5"], "group.agents: 1 of 6 have no shift"),
        (["shift.day.days=sat"], "group.agents: is never on duty while a queue of its own is open"),
        (["group.experts.serves={}"], "group.experts: serves no queue"),
        (
            ["group.agents.serves.tax.leave_free=6"],
            "group.agents.serves.tax.leave_free: with 6 people",
        ),
        (["queue.tax.arrivals=none", "queue.phone.transfer=null"], "queue.tax: nobody comes"),
        (["queue.phone.arrivals.per_hour=900"], "hours of agents: many will wait in vain"),
    ],
)
def test_what_is_probably_not_meant_is_a_warning(overrides: list[str], expected: str) -> None:
    assert any(expected in warning for warning in warnings(loads(GOOD, overrides)))


def test_queues_that_are_too_much_together_are_refused() -> None:
    text = GOOD.replace("patience: {distribution: exponential, mean: 4m}", "patience: never")
    text = text.replace("    lines: main\n", "")
    together = {"queue.phone.arrivals.per_hour": 85, "queue.tax.arrivals.per_day": 600}

    with pytest.raises(ScenarioError, match=r"phone, tax together bring .* would grow without end"):
        loads(text, together)


def test_a_line_that_is_bounded_may_be_overloaded() -> None:
    for bound in ("queue_limit", "balking.probability", "lines"):
        value = {"queue_limit": 10, "balking.probability": 0.1, "lines": "main"}[bound]
        loads(GOOD, {"queue.tax.arrivals.per_day": 5000, f"queue.tax.{bound}": value})
