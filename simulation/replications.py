"""Many runs of one plan: on all cores, watched, and until they are precise enough.

A replication is a function of (plan, seed, number). The compiled engine releases the interpreter, so
threads suffice; results do not depend on how many there are.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import chain, islice
from threading import Lock
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from callcenter.errors import CapacityError
from callcenter.measures.outbound import Attempts
from callcenter.measures.tally import Detail, Tally, tallies as tallies_of
from callcenter.telephony.call_log import AgentLog, CallLog
from simulation.engines import engine as engine_of
from simulation.lead_ends import attempts_of
from simulation.plan import Plan
from simulation.recipe import Recipe
from simulation.roster import has_random_roster, roster_moves, rosters
from simulation.start import refuse_two_at_once
from simulation.state import EMPTY, InitialState
from simulation.tables import Workload
from simulation.workload import draw_workload, spares_short

_KEEP: Final = 4 << 30
"""Bytes that the tallies of one run may take."""

_SHORT: Final = 20_000
"""Callers below which a replication is mostly Python, not kernel or numpy."""

_AT_ONCE: Final = 48_000
"""Callers, or cells to count them in, up to which replications are put together."""
_MOST_AT_ONCE: Final = 64
_LARGE: Final = 31 << 20
"""Bytes; at 32 MB the C library stops learning."""

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
    recipe: Recipe
    moves: npt.NDArray[Any] | None
    """The roster's moves where nothing in it is random: the same for all replications."""
    turn: AbstractContextManager[object]
    """Held while drawing and measuring. In short runs these are many small steps of Python, which threads
    only hinder one another in: they take turns there, and run together in the kernel."""
    at_once: int
    """So many replications are drawn, and so many added up, in one go."""

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
            recipe=Recipe.of(plan.tables, plan.programme, state=state),
            moves=fixed,
            turn=Lock() if plan.expected_callers < _SHORT else nullcontext(),
            at_once=_at_once(plan) if engine == "fast" else 1,
        )


def _at_once(plan: Plan) -> int:
    """Return how many replications share the steps that cost the same for many rows as for few."""
    cells = len(plan.frame.days) * plan.frame.slots * len(plan.frame.queues)
    return max(1, min(_MOST_AT_ONCE, int(_AT_ONCE / max(plan.expected_callers, cells))))


def draw(
    order: Order,
    replication: int,
    *,
    moves: npt.NDArray[Any] | None = None,
    spares: Sequence[int] = (),
) -> Workload:
    """Draw the workload of one replication; its roster too, if its moves are not given."""
    return draw_workload(
        order.recipe,
        seed=order.seed,
        replication=replication,
        moves=order.moves if moves is None else moves,
        spares=spares,
    )


def live(order: Order, replication: int) -> tuple[CallLog, AgentLog]:
    """Live one replication and return what happened, leg by leg."""
    logs, _ = lived(order, replication)
    return logs


def lived(order: Order, replication: int) -> tuple[tuple[CallLog, AgentLog], Workload]:
    """Live one replication and return what happened, and whom it happened to."""
    return lived_through(order, replication, draw(order, replication))


def lived_through(
    order: Order, replication: int, workload: Workload
) -> tuple[tuple[CallLog, AgentLog], Workload]:
    """Live a workload drawn before, and say which it was in the end.

    If more later legs came about than there were spare fates, it is drawn and lived again with more.
    """
    run = engine_of(order.engine)
    logs = run(order.plan.tables, workload)
    while spares := spares_short(workload, logs[0]):
        with order.turn:
            workload = draw(order, replication, spares=spares)
        logs = run(order.plan.tables, workload)
    return logs, workload


def measured(order: Order, replication: int) -> Tally:
    """Live one replication and add it up."""
    return measured_together(order, [replication])[0]


def measured_together(order: Order, replications: Sequence[int]) -> list[Tally]:
    """Live some replications and add each of them up, sharing the steps that can be shared."""
    logs, attempts = _logs(order, replications)
    with order.turn:
        return tallies_of(
            logs,
            order.plan.frame,
            detail=order.detail,
            keep_waits=order.keep_waits,
            attempts=attempts,
        )


def _logs(
    order: Order, replications: Sequence[int]
) -> tuple[list[tuple[CallLog, AgentLog]], list[Attempts]]:
    """Draw all, with one roster drawing for all, and live one after the other.

    What came of attempts is told where there are campaigns.
    """
    programme, since = order.plan.programme, order.state.at
    moves: Sequence[npt.NDArray[Any] | None] = [order.moves] * len(replications)
    with order.turn:
        if order.moves is None:
            moves = rosters(programme, seed=order.seed, replications=replications, since=since)
        drawn = [
            draw(order, number, moves=own) for number, own in zip(replications, moves, strict=True)
        ]
    logs, attempts = [], []
    for number, workload in zip(replications, drawn, strict=True):
        found, fated = lived_through(order, number, workload)
        logs.append(found)
        if order.plan.frame.campaigns:
            attempts.append(attempts_of(found[0], order.plan.tables, fated))
    return logs, attempts


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
    batches = _batches(order, numbers, workers)
    _keep_the_heap()
    found = _alone(order, batches) if workers <= 1 else _together(order, batches, workers)
    for done, one in enumerate(chain.from_iterable(found), start=1):
        if done == 1:
            _refuse_more_than_can_be_kept(one, len(numbers))
        yield one
        progress(done)


def _batches(order: Order, numbers: Sequence[int], workers: int) -> Iterator[Sequence[int]]:
    """Part the numbers so that every worker has some and none has too many at once."""
    size = max(1, min(order.at_once, len(numbers) // max(workers, 1)))
    return (numbers[first : first + size] for first in range(0, len(numbers), size))


def _keep_the_heap() -> None:
    """Let memory that is freed stay with the process.

    Batch after batch takes and frees the same megabytes. The C library hands them back to the system
    each time until it has seen one large block freed (mallopt(3), M_MMAP_THRESHOLD), and taking them
    anew cost a sixth of the time. Nobody touches this block, so it is never really there.
    """
    np.empty(_LARGE, np.uint8)


def _refuse_more_than_can_be_kept(one: Tally, count: int) -> None:
    """Refuse a run whose tallies, twice for a moment when they are put together, would not fit."""
    at_most = _KEEP // (2 * one.nbytes)
    if count > at_most:
        message = (
            f"expected at most {at_most} replications of this scenario, got {count}: each keeps "
            f"{one.nbytes // 1024} kB; fewer will do, or a shorter calendar"
        )
        raise CapacityError(message)


def _alone(order: Order, batches: Iterable[Sequence[int]]) -> Iterator[list[Tally]]:
    for batch in batches:
        yield measured_together(order, batch)


def _together(
    order: Order, batches: Iterable[Sequence[int]], workers: int
) -> Iterator[list[Tally]]:
    pool = ThreadPoolExecutor(workers)
    try:
        ahead = iter(batches)
        running = [
            pool.submit(measured_together, order, batch) for batch in islice(ahead, 2 * workers)
        ]
        while running:
            yield running.pop(0).result()
            running += [pool.submit(measured_together, order, batch) for batch in islice(ahead, 1)]
    finally:
        # Whoever stops early, or interrupts a first compilation, need not wait for what is running.
        pool.shutdown(wait=False, cancel_futures=True)
