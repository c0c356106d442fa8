"""Every call's whole fate, drawn before the clock starts.

Day by day and purpose by purpose, each from a stream of its own (see `simulation.streams`): what the
n-th caller of a queue lives through on one day depends on no other day, queue or purpose, and not on
who is at work. Two staffings, or two rules, then meet the same callers.

A new purpose is one more column here with a name of its own; it moves nothing that is drawn already.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from callcenter.clock import HOUR
from simulation.arrivals import Callers, draw_callers
from simulation.laws import Ticks, ladder
from simulation.programme import Programme, QueueProgramme, TraceSource
from simulation.roster import moves_from, roster_moves
from simulation.scenario.variate_specs import Variate
from simulation.start import PAST, Present, fit_past, present
from simulation.state import EMPTY, InitialState
from simulation.streams import Streams
from simulation.tables import CERTAIN, COINS, DURATIONS, Fates, Tables, Workload
from simulation.variates import by_clock, fill

_FEWEST_SPARES: Final = 1_024
_CALLERS_PER_SPARE: Final = 4

Rows = slice | npt.NDArray[np.intp]
Make = Callable[[npt.NDArray[Any], np.random.Generator, Ticks | None], object]


@dataclass(frozen=True, slots=True)
class _Duration:
    """Fills a column with ticks; knows its specification for those whose past is known."""

    spec: Variate

    def __call__(
        self, out: npt.NDArray[Any], rng: np.random.Generator, clock: Ticks | None
    ) -> None:
        fill(out, self.spec, rng, clock_times=clock)


def _coin(out: npt.NDArray[Any], rng: np.random.Generator, _clock: Ticks | None) -> None:
    out[...] = rng.integers(0, CERTAIN, len(out), dtype=np.uint32)


def draw_workload(
    tables: Tables,
    programme: Programme,
    *,
    seed: int,
    replication: int,
    state: InitialState = EMPTY,
    moves: npt.NDArray[Any] | None = None,
) -> Workload:
    """Draw one replication.

    Args:
        tables: Give the constants of queues that share a column with a random one, and speeds.
        state: What is true at the start; earlier arrivals are drawn and left out.
        moves: From `roster_moves`, where nothing in the roster is random; drawn if not given.
    """
    streams = Streams(seed=seed, replication=replication)
    callers = [draw_callers(queue, streams, since=state.at) for queue in programme.queues]
    there = present(state, tables, programme)
    if moves is None:
        moves = roster_moves(programme, seed=seed, replication=replication, since=state.at)
    arrived, rows = _merge(callers, len(there))
    sheet = _Sheet.of(tables, programme, streams, callers, rows, there)
    return Workload(
        start_tick=state.at,
        arrived=_behind(there.rows["since"], arrived),
        queue=_queues(rows, there, len(arrived)),
        fates=sheet.fates(),
        spare_first=sheet.spare_first,
        spare_count=sheet.spare_count,
        moves=moves_from(moves, programme, state),
        start=there.rows,
    )


def _merge(callers: list[Callers], first: int) -> tuple[Ticks, list[Rows]]:
    """Return all arrivals ascending, and the rows each queue's callers have there from `first` on.

    Callers of one tick stand in the order of queues, those of one queue in theirs.
    """
    arrivals = [queue.arrived for queue in callers]
    busy = [arrived for arrived in arrivals if len(arrived)]
    if len(busy) <= 1:
        return (busy or [np.empty(0, np.int64)])[0], [
            slice(first, first + len(arrived)) for arrived in arrivals
        ]
    together = np.concatenate(busy)
    order = np.argsort(together, kind="stable")
    row = np.empty(len(order), np.intp)
    row[order] = np.arange(first, first + len(order))
    bounds = np.cumsum([len(arrived) for arrived in arrivals])
    return together[order], list(np.split(row, bounds[:-1]))


def _behind(since: Ticks, arrived: Ticks) -> Ticks:
    return np.concatenate([since, arrived]) if len(since) else arrived


def _queues(rows: list[Rows], there: Present, callers: int) -> npt.NDArray[np.int16]:
    queue = np.zeros(len(there) + callers, np.int16)
    queue[: len(there)] = there.queue
    for number, own in enumerate(rows):
        if number:
            queue[own] = number
    return queue


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """Where on the sheet of fates the rows of each queue stand, and how its columns are filled."""

    tables: Tables
    queues: tuple[QueueProgramme, ...]
    streams: Streams
    callers: list[Callers]
    rows: list[Rows]
    there: Present
    spare_first: npt.NDArray[np.int32]
    spare_count: npt.NDArray[np.int32]
    length: int

    @classmethod
    def of(
        cls,
        tables: Tables,
        programme: Programme,
        streams: Streams,
        callers: list[Callers],
        rows: list[Rows],
        there: Present,
    ) -> "_Sheet":
        """Put the spare fates behind those of the calls, queue by queue."""
        spares = [
            max(_FEWEST_SPARES, len(own) // _CALLERS_PER_SPARE) if queue.later_legs else 0
            for queue, own in zip(programme.queues, callers, strict=True)
        ]
        calls = len(there) + sum(len(own) for own in callers)
        upto = calls + np.cumsum([0, *spares])
        return cls(
            tables=tables,
            queues=programme.queues,
            streams=streams,
            callers=callers,
            rows=rows,
            there=there,
            spare_first=upto[:-1].astype(np.int32),
            spare_count=np.array(spares, np.int32),
            length=int(upto[-1]),
        )

    def fates(self) -> Fates:
        """Fill every column that some queue needs."""
        columns: dict[str, npt.NDArray[Any]] = {"priority": self._priority()}
        # Hold first: what a talk has in common with its past depends on it.
        for name in sorted(DURATIONS, key=lambda name: name != "hold"):
            columns[name] = self._duration(name, columns.get("hold"))
        for name in COINS:
            makes = [_coin if name in queue.coins else 0 for queue in self.queues]
            columns[name] = self._column(f"coin/{name}", np.uint32, makes)
        return Fates(**columns)

    def _priority(self) -> npt.NDArray[np.int8]:
        makes = [_priority(queue.priorities) for queue in self.queues]
        needed = any(makes) or bool(self.there.priority.any())
        column = self._column("priority", np.int8, makes, needed=needed)
        if needed:
            column[: len(self.there)] = self.there.priority
        return column

    def _duration(self, name: str, hold: Ticks | None) -> Ticks:
        makes = [
            _Duration(queue.durations[name])
            if name in queue.durations
            else int(self.tables.queue[name][number])
            for number, queue in enumerate(self.queues)
        ]
        known = [_known(queue, name) for queue in self.queues]
        needed = any(isinstance(make, _Duration) for make in makes) or any(
            values is not None for values in known
        )
        column = self._column(name, np.int64, makes, needed=needed, known=known)
        if needed and len(self.there) and name in PAST:
            self._fit_past(column, name, makes, hold)
        return column

    def _column(
        self,
        name: str,
        dtype: Any,
        makes: Sequence[Make | int],
        *,
        needed: bool | None = None,
        known: Sequence[Ticks | None] = (),
    ) -> npt.NDArray[Any]:
        if needed is None:
            needed = any(callable(make) for make in makes)
        column = np.empty(self.length if needed else 0, dtype)
        if not needed:
            return column
        for number, make in enumerate(makes):
            self._fill_callers(column, name, number, make, known[number] if known else None)
            first, count = int(self.spare_first[number]), int(self.spare_count[number])
            self._fill_spares(column[first : first + count], name, number, make)
            if len(self.there):
                self._fill_present(column, name, number, make)
        return column

    def _fill_callers(
        self,
        column: npt.NDArray[Any],
        name: str,
        number: int,
        make: Make | int,
        known: Ticks | None,
    ) -> None:
        rows, callers = self.rows[number], self.callers[number]
        if isinstance(make, int) and known is None:
            column[rows] = make
            return
        in_place = isinstance(rows, slice) and callers.comes is None
        values = column[rows] if in_place else np.empty(len(callers.expected), column.dtype)
        if isinstance(make, int):
            values[...] = make
        else:
            purpose, first = f"{name}/{self.queues[number].name}", 0
            for day, count in callers.days:
                last = first + count
                rng = self.streams.of(purpose, day)
                make(values[first:last], rng, callers.expected[first:last])
                first = last
        if known is not None:
            np.copyto(values, known, where=known >= 0)
        if not in_place:
            column[rows] = values if callers.comes is None else values[callers.comes]

    def _fill_spares(
        self, spares: npt.NDArray[Any], name: str, number: int, make: Make | int
    ) -> None:
        if not len(spares):
            return
        if isinstance(make, int):
            spares[...] = make
            return
        rng = self.streams.of(f"spare/{name}/{self.queues[number].name}")
        make(spares, rng, self._spare_clock(number, make))

    def _spare_clock(self, number: int, make: Make) -> Ticks | None:
        """Let spare fates have called when some caller of the same queue did, or else at noon."""
        if not isinstance(make, _Duration) or not by_clock(make.spec):
            return None
        callers, count = self.callers[number], int(self.spare_count[number])
        if not len(callers):
            return np.full(count, 12 * HOUR)
        rng = self.streams.of(f"spare/clock/{self.queues[number].name}")
        return callers.arrived[(rng.random(count) * len(callers)).astype(np.intp)]

    def _fill_present(
        self, column: npt.NDArray[Any], name: str, number: int, make: Make | int
    ) -> None:
        rows = np.flatnonzero(self.there.queue == number)
        if isinstance(make, int):
            column[rows] = make
        elif len(rows):
            values = np.empty(len(rows), column.dtype)
            rng = self.streams.of(f"start/{name}/{self.queues[number].name}")
            make(values, rng, self.there.rows["since"][rows])
            column[rows] = values

    def _fit_past(
        self, column: Ticks, name: str, makes: Sequence[_Duration | int], hold: Ticks | None
    ) -> None:
        for number, make in enumerate(makes):
            rows = np.flatnonzero(self.there.queue == number)
            if isinstance(make, _Duration) and len(rows):
                constant = np.full(len(rows), self.tables.queue["hold"][number])
                held = constant if hold is None or not len(hold) else hold[rows]
                rng = self.streams.of(f"start/past/{name}/{self.queues[number].name}")
                values = column[rows]
                fit_past(values, name, make.spec, self.there, rows, held, rng)
                column[rows] = values


def _priority(priorities: tuple[tuple[int, float], ...]) -> Make | int:
    levels = np.array([level for level, _ in priorities], np.int8)
    steps = ladder(np.array([share for _, share in priorities], np.float64))
    if len(levels) == 1:
        return int(levels[0])

    def make(out: npt.NDArray[Any], rng: np.random.Generator, _clock: Ticks | None) -> None:
        out[...] = levels[np.searchsorted(steps, rng.random(len(out)), side="right")]

    return make


def _known(queue: QueueProgramme, name: str) -> Ticks | None:
    if not isinstance(queue.source, TraceSource):
        return None
    return {"patience": queue.source.patience, "talk": queue.source.talk}.get(name)
