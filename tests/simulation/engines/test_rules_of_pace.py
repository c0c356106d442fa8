"""Predictive dialling drops no more of those who answer than the cap allows, and something where it may."""

import numpy as np
import pytest

from callcenter.domain.calls import LegKind, Outcome
from callcenter.telephony.call_log import NONE, CallLog
from simulation.plan import compile_plan
from simulation.replications import Order, live
from simulation.scenario import loads

CENTRE = """
scenario: pace
calendar: {first: 2009-01-05, last: 2009-01-05, open: {every-day: 24h}}
queue:
  phone: {arrivals: {per_hour: 60}, talk: {distribution: exponential, mean: 150s}}
group: {agents: {headcount: 8, always: true, serves: {phone: 1}}}
campaigns:
  calls:
    leads: 4000
    attempts: 1
    windows: {every-day: 09:00-15:00}
    mode: predictive
    ratio: 3
    abandonment_cap: CAP
    ring: {distribution: exponential, mean: 15s}
    talk: {distribution: exponential, mean: 60s}
    chances: [{no_answer: 70%, success: 30%}]
    dialled_by: {agents: {}}
"""


def day(*, cap: str, engine: str = "fast") -> CallLog:
    order = Order.of(compile_plan(loads(CENTRE.replace("CAP", cap))), seed=3, engine=engine)
    return live(order, 0)[0]


def dropped_and_live(calls: CallLog) -> tuple[int, int]:
    dropped = int((calls.outcome == Outcome.DROPPED).sum())
    spoken = int(((calls.kind == LegKind.OUTBOUND) & (calls.answered != NONE)).sum())
    return dropped, dropped + spoken


def test_a_cap_of_nothing_drops_nobody_though_callers_take_agents_meanwhile() -> None:
    dropped, answers = dropped_and_live(day(cap="0%"))

    assert dropped == 0
    assert answers > 400


@pytest.mark.parametrize(("cap", "share"), [("2%", 0.02), ("5%", 0.05)])
def test_a_cap_is_used_and_held_but_for_a_line_that_rang_already(cap: str, share: float) -> None:
    dropped, answers = dropped_and_live(day(cap=cap))

    assert share / 2 < dropped / answers
    assert dropped <= share * answers + 1


def test_both_engines_pace_alike() -> None:
    fast, reference = day(cap="2%"), day(cap="2%", engine="reference")

    for name, column in fast.columns().items():
        np.testing.assert_array_equal(column, reference.columns()[name])
