"""Days of a scenario on real dates: open or not, which one stands for which, and each of them alone."""

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st

from callcenter.clock import DAY
from callcenter.errors import ScenarioError
from simulation.plan import Plan, compile_plan
from simulation.replications import Order, draw, live
from simulation.scenario.load import load
from simulation.scenario.model import Scenario
from simulation.switch.laying import Laying, midnight
from tests.scenario_strategies import scenarios

CONFIGS = Path(__file__).parents[3] / "configs" / "scenarios"
MONDAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def bucheon() -> Plan:
    return compile_plan(load(CONFIGS / "bucheon-2009.yaml"))


def test_a_date_begins_at_midnight_in_seoul() -> None:
    begins = datetime(2026, 11, 22, 15, tzinfo=UTC)

    assert midnight(MONDAY) == int(begins.timestamp()) * 1_000_000


@pytest.mark.parametrize(
    ("day", "opens"),
    [
        (MONDAY, MONDAY),
        (date(2026, 11, 28), date(2026, 11, 30)),  # a Saturday
        (date(2026, 12, 25), date(2026, 12, 28)),  # Christmas, a Friday
    ],
)
def test_the_next_open_date_is_no_weekend_and_no_holiday(
    bucheon: Plan, day: date, opens: date
) -> None:
    assert Laying(bucheon).next_open(day) == opens


@pytest.mark.parametrize(
    ("day", "stands"),
    [
        (date(2026, 5, 11), date(2009, 5, 11)),
        (MONDAY, date(2009, 1, 5)),  # the year turns: nearer than the last Monday of September
        (date(2026, 1, 27), date(2009, 1, 20)),  # the 27th was a holiday
        (date(2026, 11, 27), date(2009, 1, 9)),  # on the 2nd no campaign had begun
        (date(2026, 1, 2), date(2009, 1, 2)),
    ],
)
def test_a_date_is_lived_as_the_nearest_open_day_of_its_weekday(
    bucheon: Plan, day: date, stands: date
) -> None:
    assert bucheon.dates[Laying(bucheon).number(day)] == stands


def test_a_calendar_that_does_not_reach_a_weekday_lends_it_another_day() -> None:
    laying = Laying(compile_plan(load(CONFIGS / "trace.yaml")))

    assert laying.next_open(MONDAY) == MONDAY
    assert laying.plan_of(MONDAY).dates == (MONDAY,)


def test_a_calendar_without_an_open_day_is_refused(bucheon: Plan) -> None:
    never = ((),) * len(bucheon.doors)
    closed = Plan(**{name: getattr(bucheon, name) for name in Plan.__slots__} | {"doors": never})

    with pytest.raises(ScenarioError, match="at least one open day"):
        Laying(closed)


def test_a_day_alone_has_as_many_callers_as_in_its_calendar(bucheon: Plan) -> None:
    laying = Laying(bucheon)
    number = laying.number(MONDAY)
    alone = laying.plan_of(MONDAY)

    whole = draw(Order.of(bucheon, seed=1), 0).arrived
    there = np.count_nonzero((whole >= number * DAY) & (whole < (number + 1) * DAY))
    days = [len(draw(Order.of(alone, seed=1), replication).arrived) for replication in range(9)]
    assert min(days) < there * 1.2
    assert max(days) > there * 0.8
    assert alone.frame.days == (MONDAY,)


def test_campaigns_call_on_a_date_in_the_hours_of_that_day_alone(bucheon: Plan) -> None:
    laying = Laying(bucheon)
    start = laying.number(MONDAY) * DAY
    outbound, alone = bucheon.tables.outbound, laying.plan_of(MONDAY).tables.outbound

    for before, after in zip(outbound.campaign, alone.campaign, strict=True):
        whole = outbound.calling[before["calling_first"] : before["calling_last"]]
        own = whole[(whole["start"] >= start) & (whole["start"] < start + DAY)]
        kept = alone.calling[after["calling_first"] : after["calling_last"]]
        assert (kept["start"] + start).tolist() == own["start"].tolist()
        assert (kept["end"] + start).tolist() == own["end"].tolist()
    assert len(alone.calling)
    assert alone.switch["tick"].min() >= 0
    assert alone.switch["tick"].max() <= DAY
    assert [len(own) for own in laying.plan_of(MONDAY).frame.calling] == [
        row["calling_last"] - row["calling_first"] for row in alone.campaign
    ]


@given(scenario=scenarios(), day=st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_a_day_alone_lies_within_a_day_and_can_be_lived(scenario: Scenario, day: date) -> None:
    plan = compile_plan(scenario)
    if not any(plan.doors):
        return
    laying = Laying(plan)
    alone = laying.plan_of(laying.next_open(day))

    programme = alone.programme
    for rows in (programme.stints, programme.rests):
        assert not len(rows) or (rows["start"].min() >= 0 and rows["end"].max() <= DAY)
    workload = draw(Order.of(alone, seed=1), 0)
    gates = alone.tables.gate
    assert not len(gates) or (gates["tick"].min() >= 0 and gates["tick"].max() <= DAY)
    calls, _ = live(Order.of(alone, seed=1), 0)
    assert len(calls) >= len(workload.arrived)
