"""Every call's whole fate, drawn before the clock starts.

Day by day and purpose by purpose, each from a stream of its own (see `simulation.streams`): what the
n-th caller of a queue lives through on one day depends on no other day, queue or purpose, and not on
who is at work. Two staffings, or two rules, then meet the same callers.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from callcenter.clock import HOUR
from callcenter.domain.calls import LegKind
from callcenter.telephony.call_log import CallLog
from simulation.arrivals import Callers
from simulation.laws import Ticks
from simulation.leads import draw_leads
from simulation.programme import QueueProgramme
from simulation.recipe import Column, Lasting, Part, Recipe
from simulation.roster import roster_moves
from simulation.start import PAST, fit_past, moves_from
from simulation.streams import Streams
from simulation.tables import COINS, DURATIONS, Fates, Workload
from simulation.variates import reals, settle

_FEWEST_SPARES: Final = 1_024
_CALLERS_PER_SPARE: Final = 4
_ROOM_TO_SPARE: Final = 1.25
_NOTHING: Final[dict[str, npt.NDArray[Any]]] = {
    "priority": np.empty(0, np.int8),
    **{name: np.empty(0, np.int64) for name in DURATIONS},
    **{name: np.empty(0, np.uint32) for name in COINS},
}
"""The columns of fates in which nothing differs between callers."""


def draw_workload(
    recipe: Recipe,
    *,
    seed: int,
    replication: int,
    moves: npt.NDArray[Any] | None = None,
    spares: Sequence[int] = (),
    within: str = "",
) -> Workload:
    """Draw one replication.

    Args:
        moves: Its roster, if that is drawn already.
        spares: At least so many spare fates for each queue; see `spares_short`.
        within: Names what is drawn besides the replication, from streams of its own.
    """
    programme, there = recipe.programme, recipe.there
    streams = Streams(seed=seed, replication=replication, within=within)
    callers = [draw(streams) for draw in recipe.callers]
    if moves is None:
        since = recipe.state.at
        moves = roster_moves(programme, seed=seed, replication=replication, since=since)
    arrived, order = _merge([own.arrived for own in callers])
    sheet = _Sheet.of(recipe, streams, callers, order, spares)
    return Workload(
        start_tick=recipe.state.at,
        arrived=np.concatenate([there.rows["since"], arrived]) if len(there) else arrived,
        queue=sheet.queue_column(),
        fates=sheet.fates(),
        spare_first=sheet.spare_first,
        spare_count=sheet.spare_count,
        moves=moves_from(moves, programme, recipe.state),
        leads=draw_leads(programme.campaigns, streams),
        start=there.rows,
    )


def spares_short(workload: Workload, calls: CallLog) -> tuple[int, ...]:
    """Return how many spare fates each queue should have, if more legs than it has lived by them.

    Few fates lived by many legs would make the legs alike, and the run unlike what was asked for.
    """
    spare = calls.fate >= len(workload.arrived)
    if len(workload.leads.cell):
        spare &= calls.kind != LegKind.OUTBOUND
    later = calls.queue[spare]
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

    recipe: Recipe
    streams: Streams
    callers: list[Callers]
    order: npt.NDArray[np.intp] | None
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
        recipe: Recipe,
        streams: Streams,
        callers: list[Callers],
        order: npt.NDArray[np.intp] | None,
        wanted: Sequence[int],
    ) -> "_Sheet":
        """Lay out the rows."""
        counts = [len(own) for own in callers]
        spares = [
            _spares(queue, count) if queue.later_legs else 0
            for queue, count in zip(recipe.programme.queues, counts, strict=True)
        ]
        if wanted:
            spares = list(map(max, spares, wanted))
        spare_upto = len(recipe.there) + sum(counts) + np.cumsum([0, *spares])
        return cls(
            recipe=recipe,
            streams=streams,
            callers=callers,
            order=order,
            bounds=np.cumsum([0, *counts]).tolist(),
            spare_first=spare_upto[:-1].astype(np.int32),
            spare_count=np.array(spares, np.int32),
            length=int(spare_upto[-1]),
            desk=np.empty(0 if order is None else sum(counts)),
        )

    def queue_column(self) -> npt.NDArray[np.int16]:
        """Return the queue each call dials."""
        column = np.zeros(len(self.recipe.there) + self.bounds[-1], np.int16)
        column[: len(self.recipe.there)] = self.recipe.there.queue
        calls = column[len(self.recipe.there) :]
        if self.order is None:
            calls[...] = np.argmax(np.diff(self.bounds))
        else:
            numbers = np.arange(len(self.callers), dtype=np.int16)
            np.take(np.repeat(numbers, np.diff(self.bounds)), self.order, out=calls, mode="clip")
        return column

    def fates(self) -> Fates:
        """Fill every column that some queue needs."""
        columns = dict(_NOTHING)
        there = self.recipe.there
        for column in self.recipe.columns:
            values = columns[column.name] = np.empty(self.length, column.kind)
            if column.kind is np.int64:
                self._fill(reals(values), column)
                settle(values)
            else:
                self._fill(values, column)
            if len(there) and column.name in PAST:
                self._fit_past(values, column, columns["hold"])
            elif len(there) and column.name == "priority":
                values[: len(there)] = there.priority
        return Fates(**columns)

    def _fill(self, values: npt.NDArray[Any], column: Column) -> None:
        first, last = len(self.recipe.there), len(self.recipe.there) + self.bounds[-1]
        calls = values[first:last]
        drawn = calls if self.order is None else self.desk.view(values.dtype)[: len(calls)]
        for number, part in enumerate(column.parts):
            own = drawn[self.bounds[number] : self.bounds[number + 1]]
            self._fill_callers(own, part, self.callers[number])
            self._fill_spares(values, part, number)
            if first:
                self._fill_present(values, part, number)
        if self.order is not None:
            # Not to raise but to clip spares numpy a buffer; nothing here is out of bounds.
            np.take(drawn, self.order, out=calls, mode="clip")

    def _fill_callers(self, own: npt.NDArray[Any], part: Part, callers: Callers) -> None:
        if part.fill is None and part.known is None:
            own[...] = part.constant
            return
        values = own if callers.comes is None else np.empty(len(callers.expected), own.dtype)
        if part.fill is None:
            values[...] = part.constant
        else:
            first = 0
            for day, count in callers.days:
                last = first + count
                rng = self.streams.of(part.purpose, day)
                part.fill(values[first:last], rng, callers.expected[first:last])
                first = last
        if part.known is not None:
            np.copyto(values, part.known, where=part.known >= 0)
        if callers.comes is not None:
            own[...] = values[callers.comes]

    def _fill_spares(self, values: npt.NDArray[Any], part: Part, number: int) -> None:
        first, count = int(self.spare_first[number]), int(self.spare_count[number])
        if not count:
            return
        spares = values[first : first + count]
        if part.fill is None:
            spares[...] = part.constant
            return
        rng = self.streams.of(f"spare/{part.purpose}")
        part.fill(spares, rng, self._spare_clock(part, number))

    def _spare_clock(self, part: Part, number: int) -> Ticks | None:
        """Let spare fates have called when some caller of the same queue did, or else at noon."""
        if not isinstance(part.fill, Lasting) or not part.fill.law.by_clock:
            return None
        callers, count = self.callers[number], int(self.spare_count[number])
        if not len(callers):
            return np.full(count, 12 * HOUR)
        rng = self.streams.of(f"spare/clock/{self.recipe.programme.queues[number].name}")
        return callers.arrived[(rng.random(count) * len(callers)).astype(np.intp)]

    def _fill_present(self, values: npt.NDArray[Any], part: Part, number: int) -> None:
        there = self.recipe.there
        rows = np.flatnonzero(there.queue == number)
        if part.fill is None:
            values[rows] = part.constant
        elif len(rows):
            own = np.empty(len(rows), values.dtype)
            part.fill(own, self.streams.of(f"start/{part.purpose}"), there.rows["since"][rows])
            values[rows] = own

    def _fit_past(self, values: Ticks, column: Column, hold: Ticks) -> None:
        there = self.recipe.there
        for number, part in enumerate(column.parts):
            rows = np.flatnonzero(there.queue == number)
            if isinstance(part.fill, Lasting) and len(rows):
                constant = np.full(len(rows), self.recipe.tables.queue["hold"][number])
                held = hold[rows] if len(hold) else constant
                rng = self.streams.of(f"start/past/{part.purpose}")
                own = values[rows]
                fit_past(own, column.name, part.fill.spec, there, rows, held, rng)
                values[rows] = own
