"""Many runs of one plan: on all cores, watched, and until they are precise enough.

A replication is a function of (plan, seed, number). The compiled engine releases the interpreter, so
threads suffice; results do not depend on how many there are.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import islice
from threading import Lock
from typing import Any, Final, Self

import numpy.typing as npt

from callcenter.errors import CapacityError
from callcenter.measures.tally import Detail, Tally, tally
from callcenter.telephony.call_log import AgentLog, CallLog
from simulation.engines import engine as engine_of
from simulation.plan import Plan
from simulation.roster import has_random_roster, roster_moves
from simulation.start import refuse_two_at_once
from simulation.state import EMPTY, InitialState
from simulation.tables import Workload
from simulation.workload import draw_workload, spares_short

_KEEP: Final = 4 << 30
"""Bytes that the tallies of one run may take."""

_SHORT: Final = 20_000
"""Callers below which a replication is mostly Python, not kernel or numpy."""

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
    turn: AbstractContextManager[object]
    """Held while drawing and measuring. In short runs these are many small steps of Python, which threads
    only hinder one another in: they take turns there, and run together in the kernel."""

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
            turn=Lock() if plan.expected_callers < _SHORT else nullcontext(),
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
    with order.turn:
        workload = draw(order, replication)
    logs = lived(order.plan.tables, workload)
    while spares := spares_short(workload, logs[0]):
        with order.turn:
            workload = draw(order, replication, spares=spares)
        logs = lived(order.plan.tables, workload)
    return logs


def measured(order: Order, replication: int) -> Tally:
    """Live one replication and add it up."""
    calls, agents = live(order, replication)
    with order.turn:
        return tally(
            calls, agents, order.plan.frame, detail=order.detail, keep_waits=order.keep_waits
        )


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

    Raises:
        CapacityError: So many tallies would not fit into memory.
    """
    workers = min(workers or os.cpu_count() or 1, len(numbers)) if order.engine == "fast" else 1
    found = _alone(order, numbers) if workers <= 1 else _together(order, numbers, workers)
    for done, one in enumerate(found, start=1):
        if done == 1:
            _refuse_more_than_can_be_kept(one, len(numbers))
        yield one
        progress(done)


def _refuse_more_than_can_be_kept(one: Tally, count: int) -> None:
    """Refuse a run whose tallies, twice for a moment when they are put together, would not fit."""
    at_most = _KEEP // (2 * one.nbytes)
    if count > at_most:
        message = (
            f"expected at most {at_most} replications of this scenario, got {count}: each keeps "
            f"{one.nbytes // 1024} kB; fewer will do, or a shorter calendar"
        )
        raise CapacityError(message)


def _alone(order: Order, numbers: Sequence[int]) -> Iterator[Tally]:
    for number in numbers:
        yield measured(order, number)


def _together(order: Order, numbers: Sequence[int], workers: int) -> Iterator[Tally]:
    pool = ThreadPoolExecutor(workers)
    try:
        ahead = iter(numbers)
        running = [pool.submit(measured, order, number) for number in islice(ahead, 2 * workers)]
        while running:
            yield running.pop(0).result()
            running += [pool.submit(measured, order, number) for number in islice(ahead, 1)]
    finally:
        # Whoever stops early, or interrupts a first compilation, need not wait for what is running.
        pool.shutdown(wait=False, cancel_futures=True)
