"""Every call's whole fate, drawn before the clock starts.

Day by day and purpose by purpose, each from a stream of its own (see `simulation.streams`): what the
n-th caller of a queue lives through on one day depends on no other day, queue or purpose, and not on
who is at work. Two staffings, or two rules, then meet the same callers.

A new purpose is one more column here with a name of its own; it moves nothing that is drawn already.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from callcenter.clock import HOUR
from callcenter.telephony.call_log import CallLog
from simulation.arrivals import Callers, draw_callers
from simulation.laws import Law, Ticks, ladder
from simulation.programme import Programme, QueueProgramme, TraceSource
from simulation.roster import roster_moves
from simulation.scenario.variate_specs import Variate
from simulation.start import PAST, Present, fit_past, moves_from, present
from simulation.state import EMPTY, InitialState
from simulation.streams import Streams
from simulation.tables import CERTAIN, COINS, DURATIONS, Fates, Tables, Workload
from simulation.variates import law_of, reals, settle

_FEWEST_SPARES: Final = 1_024
_CALLERS_PER_SPARE: Final = 4
_ROOM_TO_SPARE: Final = 1.25

Make = Callable[[npt.NDArray[Any], np.random.Generator, Ticks | None], object]
"""Fills rows that are already there: ticks as real numbers, coins and levels as they are."""


@dataclass(frozen=True, slots=True)
class _Duration:
    """Fills rows with a duration; knows its specification for those whose past is known."""

    spec: Variate
    law: Law

    def __call__(
        self, out: npt.NDArray[Any], rng: np.random.Generator, clock: Ticks | None
    ) -> None:
        self.law.fill(out, rng, clock)


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
    spares: Sequence[int] = (),
) -> Workload:
    """Draw one replication.

    Args:
        tables: Give the constants of queues that share a column with a random one, and speeds.
        state: What is true at the start; earlier arrivals are drawn and left out.
        moves: From `roster_moves`, where nothing in the roster is random; drawn if not given.
        spares: At least so many spare fates for each queue; see `spares_short`.
    """
    streams = Streams(seed=seed, replication=replication)
    callers = [draw_callers(queue, streams, since=state.at) for queue in programme.queues]
    there = present(state, tables, programme)
    if moves is None:
        moves = roster_moves(programme, seed=seed, replication=replication, since=state.at)
    arrived, order = _merge([own.arrived for own in callers])
    sheet = _Sheet.of(tables, programme, streams, callers, order, there, spares)
    return Workload(
        start_tick=state.at,
        arrived=np.concatenate([there.rows["since"], arrived]) if len(there) else arrived,
        queue=sheet.queue_column(),
        fates=sheet.fates(),
        spare_first=sheet.spare_first,
        spare_count=sheet.spare_count,
        moves=moves_from(moves, programme, state),
        start=there.rows,
    )


def spares_short(workload: Workload, calls: CallLog) -> tuple[int, ...]:
    """Return how many spare fates each queue should have, if more legs than it has lived by them.

    Few fates lived by many legs would make the legs alike, and the run unlike what was asked for.
    """
    later = calls.queue[calls.fate >= len(workload.arrived)]
    lived = np.bincount(later, minlength=len(workload.spare_count))
    if np.all(lived <= workload.spare_count):
        return ()
    wanted = np.maximum(workload.spare_count, np.ceil(lived * _ROOM_TO_SPARE).astype(np.int64))
    return tuple(int(count) for count in wanted)


def _spares(queue: QueueProgramme, callers: int) -> int:
    expected = math.ceil(queue.expected_later * _ROOM_TO_SPARE)
    return max(_FEWEST_SPARES, callers // _CALLERS_PER_SPARE, expected)


def _merge(arrivals: list[Ticks]) -> tuple[Ticks, npt.NDArray[np.intp] | None]:
    """Return all arrivals ascending, and where each stood when queue followed queue.

    Callers of one tick stay in the order of queues, those of one queue in theirs. No order: one
    queue alone has callers, and nothing moves.
    """
    busy = [arrived for arrived in arrivals if len(arrived)]
    if len(busy) <= 1:
        return (busy[0] if busy else np.empty(0, np.int64)), None
    together = np.concatenate(busy)
    order = np.argsort(together, kind="stable")
    return together[order], order


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """The sheet of fates: those already there, then the callers, then the spares.

    Callers are drawn queue by queue, and put in order of arrival as a last step.
    """

    tables: Tables
    queues: tuple[QueueProgramme, ...]
    streams: Streams
    callers: list[Callers]
    order: npt.NDArray[np.intp] | None
    there: Present
    bounds: list[int]
    """Queue q has the callers bounds[q]..bounds[q + 1] - 1, before they are put in order."""
    spare_first: npt.NDArray[np.int32]
    spare_count: npt.NDArray[np.int32]
    length: int
    desk: npt.NDArray[np.float64]
    """Where callers are drawn if they have to be put in order; used again for each column."""

    @classmethod
    def of(
        cls,
        tables: Tables,
        programme: Programme,
        streams: Streams,
        callers: list[Callers],
        order: npt.NDArray[np.intp] | None,
        there: Present,
        wanted: Sequence[int],
    ) -> "_Sheet":
        """Lay out the rows."""
        counts = [len(own) for own in callers]
        spares = [
            _spares(queue, count) if queue.later_legs else 0
            for queue, count in zip(programme.queues, counts, strict=True)
        ]
        if wanted:
            spares = list(map(max, spares, wanted))
        spare_upto = len(there) + sum(counts) + np.cumsum([0, *spares])
        return cls(
            tables=tables,
            queues=programme.queues,
            streams=streams,
            callers=callers,
            order=order,
            there=there,
            bounds=np.cumsum([0, *counts]).tolist(),
            spare_first=spare_upto[:-1].astype(np.int32),
            spare_count=np.array(spares, np.int32),
            length=int(spare_upto[-1]),
            desk=np.empty(0 if order is None else sum(counts)),
        )

    def queue_column(self) -> npt.NDArray[np.int16]:
        """Return the queue each call dials."""
        column = np.zeros(len(self.there) + self.bounds[-1], np.int16)
        column[: len(self.there)] = self.there.queue
        calls = column[len(self.there) :]
        if self.order is None:
            calls[...] = np.argmax(np.diff(self.bounds))
        else:
            numbers = np.arange(len(self.queues), dtype=np.int16)
            np.take(np.repeat(numbers, np.diff(self.bounds)), self.order, out=calls, mode="clip")
        return column

    def fates(self) -> Fates:
        """Fill every column that some queue needs."""
        columns: dict[str, npt.NDArray[Any]] = {"priority": self._priority()}
        # Hold first: what a talk has in common with its past depends on it.
        for name in sorted(DURATIONS, key=lambda name: name != "hold"):
            columns[name] = self._duration(name, columns.get("hold"))
        for name in COINS:
            makes = [_coin if name in queue.coins else 0 for queue in self.queues]
            needed = any(name in queue.coins for queue in self.queues)
            columns[name] = np.empty(self.length if needed else 0, np.uint32)
            if needed:
                self._fill(columns[name], f"coin/{name}", makes)
        return Fates(**columns)

    def _priority(self) -> npt.NDArray[np.int8]:
        makes = [_priority(queue.priorities) for queue in self.queues]
        needed = any(makes) or bool(self.there.priority.any())
        column = np.empty(self.length if needed else 0, np.int8)
        if needed:
            self._fill(column, "priority", makes)
            column[: len(self.there)] = self.there.priority
        return column

    def _duration(self, name: str, hold: Ticks | None) -> Ticks:
        known = [_known(queue, name) for queue in self.queues]
        if all(
            name not in queue.durations and own is None
            for queue, own in zip(self.queues, known, strict=True)
        ):
            return np.empty(0, np.int64)
        makes = [
            _Duration(queue.durations[name], law_of(queue.durations[name]))
            if name in queue.durations
            else int(self.tables.queue[name][number])
            for number, queue in enumerate(self.queues)
        ]
        column = np.empty(self.length, np.int64)
        self._fill(reals(column), name, makes, known)
        settle(column)
        if len(self.there) and name in PAST:
            self._fit_past(column, name, makes, hold)
        return column

    def _fill(
        self,
        column: npt.NDArray[Any],
        name: str,
        makes: Sequence[Make | int],
        known: Sequence[Ticks | None] | None = None,
    ) -> None:
        first, last = len(self.there), len(self.there) + self.bounds[-1]
        calls = column[first:last]
        drawn = calls if self.order is None else self.desk.view(column.dtype)[: len(calls)]
        for number, make in enumerate(makes):
            own = drawn[self.bounds[number] : self.bounds[number + 1]]
            self._fill_callers(own, name, number, make, known[number] if known else None)
            self._fill_spares(column, name, number, make)
            if first:
                self._fill_present(column, name, number, make)
        if self.order is not None:
            # Not to raise but to clip spares numpy a buffer; nothing here is out of bounds.
            np.take(drawn, self.order, out=calls, mode="clip")

    def _fill_callers(
        self,
        own: npt.NDArray[Any],
        name: str,
        number: int,
        make: Make | int,
        known: Ticks | None,
    ) -> None:
        callers = self.callers[number]
        if isinstance(make, int) and known is None:
            own[...] = make
            return
        values = own if callers.comes is None else np.empty(len(callers.expected), own.dtype)
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
        if callers.comes is not None:
            own[...] = values[callers.comes]

    def _fill_spares(
        self, column: npt.NDArray[Any], name: str, number: int, make: Make | int
    ) -> None:
        first, count = int(self.spare_first[number]), int(self.spare_count[number])
        if not count:
            return
        spares = column[first : first + count]
        if isinstance(make, int):
            spares[...] = make
            return
        rng = self.streams.of(f"spare/{name}/{self.queues[number].name}")
        make(spares, rng, self._spare_clock(number, make))

    def _spare_clock(self, number: int, make: Make) -> Ticks | None:
        """Let spare fates have called when some caller of the same queue did, or else at noon."""
        if not isinstance(make, _Duration) or not make.law.by_clock:
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
