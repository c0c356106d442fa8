"""Blending and over-dialling against Markov chains solved here: the intervals cover the exact values."""

from collections.abc import Iterator

import numpy as np
import pytest
from scipy.stats import t as student

from callcenter.clock import HOUR
from callcenter.domain.calls import LegKind, Outcome
from callcenter.telephony.call_log import NONE, CallLog
from simulation.plan import compile_plan
from simulation.replications import Order, live
from simulation.scenario import loads
from tests.oracle.markov import chain, stationary

REPLICATIONS = 200
WARM_UP = 2 * HOUR
HOURS = 21
"""The last hour is left out: lines still ringing when the agents go home at midnight are dropped."""
MEAN = 150
"""Seconds of a talk, inbound or outbound."""


def centre(*, per_hour: float, agents: int, campaign: str) -> str:
    return f"""
scenario: exact
calendar: {{first: 2009-01-05, last: 2009-01-05, open: {{every-day: 24h}}}}
queue:
  phone:
    arrivals: {{per_hour: {per_hour}}}
    talk: {{distribution: exponential, mean: {MEAN}s}}
group: {{agents: {{headcount: {agents}, always: true, serves: {{phone: 1}}}}}}
campaigns:
  calls:
    leads: 60000
    attempts: 1
    talk: {{distribution: exponential, mean: {MEAN}s}}
    {campaign}
"""


def days(text: str) -> Iterator[CallLog]:
    order = Order.of(compile_plan(loads(text)), seed=101)
    for replication in range(REPLICATIONS):
        calls, _ = live(order, replication)
        later = (calls.arrived >= WARM_UP) & (calls.arrived < WARM_UP + HOURS * HOUR)
        yield CallLog.of(**{name: column[later] for name, column in calls.columns().items()})


def assert_covers(exact: float, values: list[float]) -> None:
    """Demand that the 95 % interval of independent replications covers the exact value."""
    half = student.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) / np.sqrt(len(values))
    assert abs(np.mean(values) - exact) <= half, (exact, np.mean(values), half)


def threshold_model(*, per_hour: float, agents: int, keep: int) -> tuple[float, float]:
    """Return the share of callers who wait, and outbound calls begun an hour (Bhulai & Koole 2003).

    With equal service times the number in the system is a birth-and-death chain that never falls below
    agents - keep: an outbound call takes the place of whoever leaves there.
    """
    service = 3600 / MEAN
    least, most = agents - keep, agents + 2_000
    sizes = np.arange(least, most)
    steps = per_hour / (np.minimum(sizes[1:], agents) * service)
    weights = np.concatenate(([1.0], np.cumprod(steps)))
    weights /= weights.sum()
    return float(weights[sizes >= agents].sum()), float(weights[0] * least * service)


@pytest.mark.slow
@pytest.mark.parametrize("keep", [1, 2, 4])
def test_the_threshold_model_is_met(keep: int) -> None:
    campaign = (
        "ring: 0s\n    chances: [{success: 100%}]\n    dialled_by: {agents: {keep_idle: KEEP}}"
    )
    waits, begun = threshold_model(per_hour=180, agents=12, keep=keep)

    shares, rates = [], []
    for calls in days(
        centre(per_hour=180, agents=12, campaign=campaign.replace("KEEP", str(keep)))
    ):
        callers = calls.kind == LegKind.FRESH
        shares.append(float((calls.assigned > calls.queued)[callers].mean()))
        rates.append(float((calls.kind == LegKind.OUTBOUND).sum() / HOURS))

    assert_covers(waits, shares)
    assert_covers(begun, rates)


def over_dialling(*, agents: int, ratio: float, ring: float, live: float) -> tuple[float, float]:
    """Return dropped ÷ live answers, and live answers spoken to an hour, of agents who only dial.

    States are (agents talking, lines ringing); lines are filled up to ratio x idle agents.
    """
    service, pickup = 3600 / MEAN, 3600 / ring

    def filled(busy: int, ringing: int) -> tuple[int, int]:
        return busy, max(ringing, int(ratio * (agents - busy)))

    def moves(state: tuple[int, int]) -> list[tuple[tuple[int, int], float]]:
        busy, ringing = state
        answered = min(busy + 1, agents)
        found = [(filled(busy - 1, ringing), busy * service)] if busy else []
        if ringing:
            found += [
                (filled(answered, ringing - 1), ringing * pickup * live),
                (filled(busy, ringing - 1), ringing * pickup * (1 - live)),
            ]
        return found

    found = chain([filled(0, 0)], moves)
    share = stationary(found.generator)
    answers = share * found.column(lambda state: state[1] * pickup * live)
    lost = answers @ found.column(lambda state: float(state[0] == agents))
    return float(lost / answers.sum()), float(answers.sum() - lost)


@pytest.mark.slow
@pytest.mark.parametrize("ratio", [1.5, 2.5])
def test_the_chain_of_over_dialling_is_met(ratio: float) -> None:
    campaign = (
        f"mode: power\n    ratio: {ratio}\n"
        "    ring: {distribution: exponential, mean: 15s}\n"
        "    chances: [{no_answer: 65%, success: 35%}]\n    dialled_by: {agents: {}}"
    )
    lost, spoken = over_dialling(agents=8, ratio=ratio, ring=15, live=0.35)

    shares, rates = [], []
    for calls in days(centre(per_hour=0, agents=8, campaign=campaign)):
        dropped = int((calls.outcome == Outcome.DROPPED).sum())
        answered = int((calls.answered != NONE).sum())
        shares.append(dropped / (dropped + answered))
        rates.append(answered / HOURS)

    assert_covers(lost, shares)
    assert_covers(spoken, rates)
