"""Satisfaction rounds as campaigns: exact where an answer is known, and equal in both engines."""

from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit

from callcenter.domain.response_rates import Code
from callcenter.errors import ScenarioError
from callcenter.measures.intervals import of_means
from callcenter.measures.sampling import answered_share
from simulation.plan import compile_plan
from simulation.scenario import loads
from simulation.survey_rounds import Lived, live_rounds, rounds_of

SCENARIO = """
scenario: round
calendar: {first: 2009-01-05, last: 2009-01-07, open: {mon-fri: 09:00-18:00}}
queue:
  phone: {arrivals: {per_hour: 55}, talk: 2m}
  tax: {arrivals: {per_hour: 2}, talk: 2m}
group: {agents: {headcount: 8, always: true, serves: {phone: 1, tax: 1}}}
satisfaction: {intercept: 1.0}
campaigns:
  notices:
    leads: 20
    chances: [{no_answer: 50%, success: 50%}]
    talk: 30s
    dialled_by: {agents: {}}
  satisfaction:
    leads: 400
    first: 2009-01-06
    sample: {first: 2009-01-05, last: 2009-01-05, if_satisfied: 1.0986123}
    attempts: 2
    chances: [{no_answer: 30%, refusal: 25%, partial: 3%, success: 42%}]
    wait: 1h
    talk: 3m
    dialled_by: {agents: {}}
"""
SHARE = float(expit(1.0))


def rounds(replications: int = 40, *, engine: str = "fast", **changes: object) -> list[Lived]:
    """Live the round; `_` in the name of a change stands for the point of a key."""
    keys = {name.replace("__", "."): value for name, value in changes.items()}
    plan = compile_plan(loads(SCENARIO, keys))
    return live_rounds(plan, "satisfaction", replications=replications, engine=engine)


def biases(found: list[Lived]) -> tuple[float, float]:
    interval = of_means(np.array([[one.bias] for one in found], np.float64))
    return float(interval.value[0]), float(interval.half_width[0])


def test_the_bias_of_silence_is_the_one_that_can_be_worked_out() -> None:
    found = rounds()
    cooperation = 42 / (42 + 25 + 3)
    expected = answered_share(SHARE, response_rate=cooperation, odds_ratio=3.0) - SHARE

    mean, half = biases(found)
    assert expected > 0.07
    assert abs(mean - expected) <= half < 0.015


def test_who_answers_whatever_the_service_was_speaks_for_all() -> None:
    mean, half = biases(rounds(campaigns__satisfaction__sample__if_satisfied=0.0))

    assert abs(mean) <= half < 0.015


def test_an_interval_that_knows_of_chance_alone_misses_the_truth_of_a_biased_round() -> None:
    honest = rounds(campaigns__satisfaction__sample__if_satisfied=0.0)
    biased = rounds()

    assert sum(one.covered is True for one in honest) >= 34
    assert sum(one.covered is True for one in biased) <= 10


def test_the_truth_is_that_of_the_callers_of_those_days() -> None:
    for one in rounds(3):
        assert one.served == pytest.approx(SHARE, abs=1e-6)
        assert one.frame > one.sampled == 400
        assert 0 <= one.unserved < 0.02
        assert one.citizens == pytest.approx(one.served * (1 - one.unserved))


def test_every_lead_is_one_case_and_every_answer_one_complete() -> None:
    for one in rounds(3):
        assert sum(one.cases.values()) == 400
        assert one.cases[Code.COMPLETE] == one.found.n
        parts = (Code.COMPLETE, Code.PARTIAL, Code.REFUSAL)
        assert one.reached == sum(one.cases[code] for code in parts)
        assert one.attempts >= 400
        assert one.agent_hours >= one.found.n * 3 / 60


def test_both_engines_tell_the_same_round() -> None:
    assert rounds(2, engine="fast") == rounds(2, engine="reference")


def test_answers_are_counted_by_queue_and_few_are_not_ranked() -> None:
    [one] = rounds(1)

    assert sum(queue.n for queue in one.queues.values()) == one.found.n
    assert one.queues["tax"].n < 30 <= one.queues["phone"].n


def test_cells_weigh_by_their_share_and_cost_respondents() -> None:
    cells = {"young": {"share": 0.5, "quota": 30}, "old": {"share": 0.5, "quota": 120}}
    found = rounds(30, campaigns__satisfaction__cells=cells)

    for one in found:
        weights, n = one.found.weights, one.found.n
        answers = {cell: 0.5 * n / weight for cell, weight in weights.items()}
        assert sum(answers.values()) == pytest.approx(n)
        assert 30 <= answers["young"] <= 38  # calls under way when the cell was full still count
        squares = sum(answers[cell] * weight**2 for cell, weight in weights.items())
        assert one.found.design_effect == pytest.approx(squares / n)


def test_leads_that_a_full_quota_left_out_are_no_cases_of_silence() -> None:
    for one in rounds(3, campaigns__satisfaction__quota=50):
        assert 50 <= one.found.n <= 58
        assert one.cases[Code.NOT_ELIGIBLE] > 200
        assert one.cases[Code.UNKNOWN] < 100


def test_the_unsettled_alone_can_be_asked_and_are_less_satisfied() -> None:
    settled = {"queue__phone__unresolved": {"share": 0.3}, "satisfaction__if_settled": 1.0}
    [everybody] = rounds(1, **settled)
    [unsettled] = rounds(
        1,
        **settled,
        campaigns__satisfaction__sample__of="unsettled",
        campaigns__satisfaction__leads=50,
    )

    assert unsettled.frame < everybody.frame / 2
    assert unsettled.served == pytest.approx(SHARE, abs=1e-6)
    assert everybody.served > SHARE + 0.05


def test_it_is_known_which_campaigns_are_rounds() -> None:
    assert rounds_of(compile_plan(loads(SCENARIO))) == ("satisfaction",)


def test_more_leads_than_callers_are_refused() -> None:
    with pytest.raises(ScenarioError, match=r"campaigns.satisfaction.leads: expected at most \d+"):
        rounds(1, campaigns__satisfaction__leads=5_000)


def test_a_round_draws_its_leads_and_takes_no_list(tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text("lead\nkim\n", "utf-8")
    written = SCENARIO.replace("leads: 400", "leads: {file: leads.csv}")
    with pytest.raises(ScenarioError, match=r"satisfaction.leads: expected a number"):
        loads(written, folder=tmp_path)


def test_a_holiday_leaves_nobody_to_ask() -> None:
    sunday = SCENARIO.replace(
        "first: 2009-01-05, last: 2009-01-07", "first: 2009-01-04, last: 2009-01-07"
    )
    days = sunday.replace(
        "first: 2009-01-05, last: 2009-01-05", "first: 2009-01-04, last: 2009-01-04"
    )
    plan = compile_plan(loads(days, {"campaigns.satisfaction.leads": 0}))
    with pytest.raises(ScenarioError, match="expected at most 0"):
        live_rounds(plan, "satisfaction", replications=1)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("last: 2009-01-05,", "last: 2009-01-06,", "sample.last: expected a day before"),
        ("sample: {first: 2009-01-05", "sample: {first: 2009-01-04", "sample.first: expected"),
        ("satisfaction: {intercept: 1.0}", "", "sample: expected a satisfaction: block"),
    ],
)
def test_a_round_that_could_ask_nobody_is_refused(old: str, new: str, why: str) -> None:
    assert old in SCENARIO
    with pytest.raises(ScenarioError, match=why):
        loads(SCENARIO.replace(old, new))
