"""A run may start from what is true now: its future must be distributed as it would have been."""

import numpy as np
import pytest

from callcenter.clock import DAY, HOUR, MINUTE
from callcenter.domain.calls import Outcome
from callcenter.errors import ScenarioError
from callcenter.telephony.call_log import CallLog
from simulation.plan import Plan, compile_plan
from simulation.replications import Order, live
from simulation.scenario import loads
from simulation.state import CallInProgress, InitialState, Progress

NOW = 10 * HOUR + 20 * MINUTE

CENTRE = """
scenario: morning
calendar: {first: 2009-03-02, last: 2009-03-02, open: {mon-fri: 08:00-13:00}}
queue:
  phone:
    arrivals: {per_hour: 150}
    patience: {distribution: weibull, shape: 1.7, mean: 150s}
    talk: {distribution: lognormal, mean: 150s, cv: 0.9}
    after_call: {distribution: erlang, mean: 40s, phases: 3}
  tax:
    arrivals: {per_hour: 40}
    patience: {distribution: uniform, low: 20s, high: 400s}
    talk: {distribution: gamma, mean: 200s, cv: 0.5}
group:
  general: {headcount: 7, staffing: {08:00: 7}, serves: {phone: 1}}
  tax: {headcount: 3, staffing: {08:00: 3}, serves: {tax: 1, phone: {rank: 2, speed: 1.25}}}
"""


def snapshot(plan: Plan, calls: CallLog, tick: int) -> InitialState:
    """Read off a log what was true at a moment."""
    found = []
    queues, groups = plan.frame.queues, plan.frame.groups
    first = {g: int(plan.tables.group["first_agent"][g]) for g in range(len(groups))}
    for index in range(len(calls)):
        row = calls.row(index)
        if not 0 <= row["queued"] <= tick:
            continue
        moments = (
            (
                Progress.WAITING,
                row["queued"],
                row["assigned"] if row["agent"] >= 0 else row["ended"],
            ),
            (Progress.TALKING, row["answered"], row["ended"]),
            (Progress.WRAPPING, row["ended"], row["wrapped"]),
        )
        for progress, since, until in moments:
            served = progress is not Progress.WAITING
            if served and row["agent"] < 0:
                continue
            if since <= tick < until:
                found.append(
                    CallInProgress(
                        queue=queues[row["queue"]],
                        progress=progress,
                        elapsed=tick - since,
                        group=groups[row["group"]] if served else None,
                        agent=row["agent"] - first[row["group"]] if served else None,
                    )
                )
    return InitialState(at=tick, calls=tuple(found))


def remaining(calls: CallLog, tick: int) -> tuple[float, float, float]:
    """Count what ends after a moment: answered, abandoned, and the wait they still bore."""
    later = calls.ended > tick
    answered = later & (calls.outcome == Outcome.ANSWERED)
    abandoned = later & (calls.outcome == Outcome.ABANDONED)
    waited = (calls.queued >= 0) & (answered | abandoned)
    until = np.where(calls.outcome == Outcome.ANSWERED, calls.answered, calls.ended)
    bears = np.maximum(0, until[waited] - np.maximum(calls.queued[waited], tick))
    return float(answered.sum()), float(abandoned.sum()), float(bears.sum()) / MINUTE


@pytest.mark.slow
def test_a_future_started_from_now_is_distributed_as_the_days_own() -> None:
    plan = compile_plan(loads(CENTRE))
    whole = Order.of(plan, seed=1)
    differences = []
    for replication in range(900):
        calls, _ = live(whole, replication)
        state = snapshot(plan, calls, NOW)
        again = Order.of(plan, seed=1_000 + replication, state=state)
        future, _ = live(again, 0)
        differences.append(np.subtract(remaining(future, NOW), remaining(calls, NOW)))

    table = np.array(differences)
    z = table.mean(axis=0) / (table.std(axis=0, ddof=1) / np.sqrt(len(table)))

    assert np.all(np.abs(z) < 4), z


def test_a_start_at_midnight_with_nobody_there_is_the_empty_start() -> None:
    plan = compile_plan(loads(CENTRE))

    empty = live(Order.of(plan, seed=3), 0)
    stated = live(Order.of(plan, seed=3, state=InitialState(at=0)), 0)

    assert empty[0].equals(stated[0])
    assert empty[1].equals(stated[1])


def test_both_engines_start_from_the_same_state_alike() -> None:
    plan = compile_plan(loads(CENTRE))
    calls, _ = live(Order.of(plan, seed=5), 0)
    state = snapshot(plan, calls, NOW)

    fast = live(Order.of(plan, seed=6, state=state), 0)
    reference = live(Order.of(plan, seed=6, state=state, engine="reference"), 0)

    assert len(state.calls) > 5
    assert fast[0].equals(reference[0])
    assert fast[1].equals(reference[1])


def test_who_has_waited_and_who_talks_already_is_there_when_the_clock_starts() -> None:
    plan = compile_plan(loads(CENTRE))
    state = InitialState(
        at=NOW,
        calls=(
            CallInProgress(queue="tax", progress=Progress.WAITING, elapsed=19_000_000),
            CallInProgress(
                queue="phone",
                progress=Progress.TALKING,
                elapsed=90_000_000,
                group="general",
                agent=2,
            ),
        ),
    )

    calls, agents = live(Order.of(plan, seed=1, state=state), 0)

    assert calls.queued[0] == NOW - 19_000_000
    assert calls.assigned[0] >= NOW
    assert calls.answered[1] == NOW - 90_000_000
    assert calls.ended[1] > NOW
    assert calls.agent[1] == 2
    assert agents.start.min() == NOW
    assert calls.arrived[2:].min() >= NOW
    assert agents.end.max() < DAY


@pytest.mark.parametrize(
    ("calls", "why"),
    [
        ((("phone", 1, 20 * HOUR, None, None),), "within the run"),
        ((("phone", 2, 1, "general", 0), ("tax", 2, 1, "general", 0)), "one call an agent"),
        ((("phone", 2, 1, "general", 9),), "expected an agent 0..6"),
        ((("fax", 1, 1, None, None),), "expected a queue among phone, tax"),
    ],
)
def test_a_state_that_cannot_be_is_refused(
    calls: tuple[tuple[str, int, int, str | None, int | None], ...], why: str
) -> None:
    plan = compile_plan(loads(CENTRE))
    state = InitialState(
        at=NOW,
        calls=tuple(
            CallInProgress(
                queue=queue, progress=Progress(progress), elapsed=elapsed, group=group, agent=agent
            )
            for queue, progress, elapsed, group, agent in calls
        ),
    )

    with pytest.raises(ScenarioError, match=why):
        live(Order.of(plan, seed=1, state=state), 0)
