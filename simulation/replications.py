"""Many runs of one plan: on all cores, watched, and until they are precise enough.

A replication is a function of (plan, seed, number). The compiled engine releases the interpreter, so
threads suffice; results do not depend on how many there are.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any, Self

import numpy.typing as npt

from callcenter.measures.tally import Detail, Tally, tally
from callcenter.telephony.call_log import AgentLog, CallLog
from simulation.engines import engine as engine_of
from simulation.plan import Plan
from simulation.roster import has_random_roster, roster_moves
from simulation.start import refuse_two_at_once
from simulation.state import EMPTY, InitialState
from simulation.tables import Workload
from simulation.workload import draw_workload, spares_short

Progress = Callable[[int], None]
"""Called with the number of replications done so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to do with a plan."""

    plan: Plan
    seed: int
    engine: str
    detail: Detail
    keep_waits: bool
    state: InitialState
    moves: npt.NDArray[Any] | None
    """The roster's moves where nothing in it is random: the same for all replications."""

    @classmethod
    def of(
        cls,
        plan: Plan,
        *,
        seed: int,
        engine: str = "fast",
        detail: Detail = Detail.INTERVALS,
        keep_waits: bool = True,
        state: InitialState = EMPTY,
    ) -> Self:
        """Prepare what all replications share."""
        refuse_two_at_once(state)
        fixed = None
        if not has_random_roster(plan.programme):
            fixed = roster_moves(plan.programme, seed=seed, replication=0, since=state.at)
        return cls(
            plan=plan,
            seed=seed,
            engine=engine,
            detail=detail,
            keep_waits=keep_waits,
            state=state,
            moves=fixed,
        )


def draw(order: Order, replication: int, *, spares: Sequence[int] = ()) -> Workload:
    """Draw the workload of one replication."""
    return draw_workload(
        order.plan.tables,
        order.plan.programme,
        seed=order.seed,
        replication=replication,
        state=order.state,
        moves=order.moves,
        spares=spares,
    )


def live(order: Order, replication: int) -> tuple[CallLog, AgentLog]:
    """Live one replication and return what happened, leg by leg.

    If more later legs came about than there were spare fates, it is drawn and lived again with more.
    """
    lived = engine_of(order.engine)
    workload = draw(order, replication)
    logs = lived(order.plan.tables, workload)
    while spares := spares_short(workload, logs[0]):
        workload = draw(order, replication, spares=spares)
        logs = lived(order.plan.tables, workload)
    return logs


def measured(order: Order, replication: int) -> Tally:
    """Live one replication and add it up."""
    calls, agents = live(order, replication)
    return tally(calls, agents, order.plan.frame, detail=order.detail, keep_waits=order.keep_waits)


def _silent(_done: int) -> None:
    """Watch nothing."""


def tallies(
    order: Order,
    numbers: Sequence[int],
    *,
    workers: int | None = None,
    progress: Progress = _silent,
) -> Iterator[Tally]:
    """Live these replications and give their tallies, in the order of the numbers.

    No more than a few replications are ahead of the taker; what is not taken any more is not run.
    """
    workers = min(workers or os.cpu_count() or 1, len(numbers)) if order.engine == "fast" else 1
    if workers <= 1:
        for done, number in enumerate(numbers, start=1):
            yield measured(order, number)
            progress(done)
        return
    pool = ThreadPoolExecutor(workers)
    try:
        ahead = iter(numbers)
        running = [pool.submit(measured, order, number) for number in islice(ahead, 2 * workers)]
        done = 0
        while running:
            yield running.pop(0).result()
            done += 1
            progress(done)
            running += [pool.submit(measured, order, number) for number in islice(ahead, 1)]
    finally:
        # Whoever stops early, or interrupts a first compilation, need not wait for what is running.
        pool.shutdown(wait=False, cancel_futures=True)
