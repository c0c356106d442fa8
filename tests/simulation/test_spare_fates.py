"""Later legs live by spare fates; there must be enough of them, or legs are alike."""

import numpy as np

from simulation.plan import compile_plan
from simulation.replications import Order, draw, live
from simulation.scenario import loads
from simulation.workload import spares_short

FED_BY_TRANSFERS = """
scenario: tandem
calendar: {first: 2009-01-01, last: 2009-01-01, open: {every-day: 24h}}
queue:
  desk:
    arrivals: {per_hour: 300}
    talk: {distribution: exponential, mean: 30s}
    transfer: {expert: 100%}
  expert:
    talk: {distribution: exponential, mean: 60s}
group:
  desk: {headcount: 5, always: true, serves: {desk: 1}}
  experts: {headcount: 8, always: true, serves: {expert: 1}}
"""

EVERYBODY_REDIALS = """
scenario: busy-signals
calendar: {first: 2009-01-01, last: 2009-01-01, open: {every-day: 24h}}
lines: {main: 4}
queue:
  phone:
    lines: main
    arrivals: {per_hour: 300}
    talk: {distribution: exponential, mean: 60s}
    redial: {after_busy: 95%, delay: {distribution: exponential, mean: 40s}, at_most: 100}
group:
  agents: {headcount: 4, always: true, serves: {phone: 1}}
"""


def test_a_queue_fed_by_transfers_has_as_many_spare_fates_as_legs_from_the_start() -> None:
    order = Order.of(compile_plan(loads(FED_BY_TRANSFERS)), seed=1)

    workload = draw(order, 0)
    calls, _ = live(order, 0)

    assert workload.spare_count.tolist() == [0, 9_000]
    assert spares_short(workload, calls) == ()
    experts = calls.queue == 1
    assert len(np.unique(calls.fate[experts])) > 0.5 * experts.sum()


def test_a_run_short_of_spare_fates_is_lived_again_with_more() -> None:
    order = Order.of(compile_plan(loads(EVERYBODY_REDIALS)), seed=1)
    few = draw(order, 0)

    calls, _ = live(order, 0)

    later = calls.fate >= len(few.arrived)
    assert later.sum() > few.spare_count[0]
    assert len(np.unique(calls.fate[later])) > few.spare_count[0]


def test_more_spare_fates_leave_the_calls_own_fates_alone() -> None:
    order = Order.of(compile_plan(loads(EVERYBODY_REDIALS)), seed=1)
    few, many = draw(order, 0), draw(order, 0, spares=(20_000,))

    own = len(few.arrived)

    assert many.spare_count.tolist() == [20_000]
    assert np.array_equal(few.fates.talk, many.fates.talk[: len(few.fates.talk)])
    assert np.array_equal(few.arrived, many.arrived)
    assert len(many.fates.talk) == own + 20_000


def test_both_engines_live_again_alike() -> None:
    plan = compile_plan(loads(EVERYBODY_REDIALS))

    fast, reference = (
        live(Order.of(plan, seed=2, engine=name), 0) for name in ("fast", "reference")
    )

    assert fast[0].equals(reference[0])
    assert fast[1].equals(reference[1])
