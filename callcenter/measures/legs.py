"""The walk over the legs of a log, piece by piece, adding each column into its cells."""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from callcenter.domain.calls import LegKind, Outcome
from callcenter.measures import codes
from callcenter.measures.contacts import FACTS, mended, rows_of_long_calls
from callcenter.measures.frame import Frame
from callcenter.measures.overlap import Floats, Overlap, Ticks, add_into
from callcenter.measures.waits import Waits, longest_queue
from callcenter.telephony.call_log import CallLog

SUMMED: Final = (
    "delayed",
    "handled",
    "wait_answered",
    "wait_unanswered",
    "wait_abandoned",
    "wait_offered",
    "ring",
    "talk",
    "hold",
    "wrap",
    "line_time",
    "queue_time",
)
"""The service bases that are not counts of codes."""

_PIECE: Final = 1 << 15
_COLUMNS: Final = (
    "kind", "queue", "outcome", "resolved", "group", "agent",
    "arrived", "queued", "assigned", "answered", "ended", "wrapped", "hold",
)  # fmt: skip
_TIMES: Final = ("ring", "talk", "hold", "wrap")


@dataclass(slots=True)
class _Piece:
    """Some rows of the log, and what follows from them."""

    kind: NDArray[np.int8]
    queue: NDArray[np.int16]
    outcome: NDArray[np.int8]
    resolved: NDArray[np.int8]
    group: NDArray[np.int16]
    agent: NDArray[np.int32]
    arrived: Ticks
    queued: Ticks
    assigned: Ticks
    answered: Ticks
    ended: Ticks
    wrapped: Ticks
    hold: Ticks
    left: Ticks = field(init=False)
    """When the leg stopped waiting in the queue: assigned, gone, or not yet (the horizon)."""

    @property
    def moment(self) -> Ticks:
        """Where the leg belongs: queue entry, else arrival. A leg is never queued before it arrives."""
        return np.maximum(self.queued, self.arrived)

    def only(self, rows: NDArray[np.bool_]) -> "_Piece":
        kept = _Piece(**{name: getattr(self, name)[rows] for name in _COLUMNS})
        kept.left = self.left[rows]
        return kept


class LegWalk:
    """Adds legs up; cells are numbered (day * slots + slot) * queues + queue."""

    def __init__(self, frame: Frame, *, days: int, slots: int, keep_waits: bool) -> None:
        self._frame, self._days, self._slots = frame, days, slots
        self._length = 0 if days * slots == 1 else frame.interval
        self._queues, self.groups = len(frame.queues), len(frame.groups)
        cells = days * slots * self._queues
        self._sums = {name: np.zeros(cells) for name in (*SUMMED, *FACTS)}
        self._codes_by_slot = np.zeros(slots * self._queues * codes.CODES)
        self._codes_by_day = (
            np.zeros(days * self._queues * codes.CODES) if days > 1 else self._codes_by_slot
        )
        self._within, self._short = _one_or_all(frame.within), _one_or_all(frame.short)
        self._keep_waits = keep_waits
        self._queue_time = self.overlap(keys=self._queues)
        self.busy = self.overlap(keys=self.groups)
        self._came: list[Ticks] = []
        self._left: list[Ticks] = []
        self._of_queue: list[NDArray[np.int16]] = []
        self._waits: list[Waits] = []
        agents = len(frame.agent_group)
        self._work = np.zeros((1 + len(_TIMES), self.groups))
        self._agent_work = np.zeros((1 + len(_TIMES), agents))
        self._agent_busy = np.zeros(agents)
        self._by_agent = False

    def overlap(self, *, keys: int) -> Overlap:
        """Return a splitter over this walk's intervals."""
        return Overlap(bins=self._days * self._slots, length=self._length, keys=keys)

    def add(self, calls: CallLog, *, by_agent: bool) -> None:
        """Add a whole log."""
        self._by_agent = by_agent
        rows = len(calls)
        for first in range(0, rows, _PIECE):
            part = slice(first, min(first + _PIECE, rows))
            self._add_piece(_Piece(**{name: getattr(calls, name)[part] for name in _COLUMNS}))
        self._mend(calls)

    def _add_piece(self, piece: _Piece) -> None:
        piece.left = np.where(piece.assigned >= 0, piece.assigned, piece.ended)
        if (piece.outcome == Outcome.OPEN).any():
            piece.left[piece.left < 0] = self._frame.horizon
        self._add_queueing(piece)
        self._add_busy(piece)
        moment = piece.moment
        low, high = moment.min(), moment.max()
        if low < self._frame.warm_up or high >= self._frame.horizon:
            measured = (moment >= self._frame.warm_up) & (moment < self._frame.horizon)
            piece, moment = piece.only(measured), moment[measured]
        if moment.size:
            self._add_service(piece, moment=moment)

    # --- Time split by overlap ---------------------------------------------------------------------

    def _add_queueing(self, piece: _Piece) -> None:
        rows = np.flatnonzero((piece.left > piece.queued) & (piece.queued >= 0))
        if rows.size == 0:
            return
        queued, left, queue = piece.queued[rows], piece.left[rows], piece.queue[rows]
        self._came.append(queued)
        self._left.append(left)
        if self._queues > 1:
            self._of_queue.append(queue)
        frame = self._frame
        self._queue_time.add(
            queued.clip(frame.warm_up, frame.horizon),
            end=left.clip(frame.warm_up, frame.horizon),
            key=None if self._queues == 1 else queue.astype(np.int64),
        )

    def _add_busy(self, piece: _Piece) -> None:
        frame, wrapped = self._frame, piece.wrapped
        unfinished = (piece.assigned >= 0) & (wrapped < 0)
        if unfinished.any():
            wrapped = np.where(unfinished, frame.horizon, wrapped)
        # A leg without an agent has neither moment, so that no length is left after the cut.
        start = piece.assigned.clip(frame.warm_up, frame.horizon)
        end = wrapped.clip(frame.warm_up, frame.horizon)
        group = None if self.groups == 1 else piece.group.clip(0).astype(np.int64)
        self.busy.add(start, end=end, key=group)
        if self._by_agent:
            agent = piece.agent.clip(0).astype(np.int64)
            add_into(self._agent_busy, cell=agent, weights=end - start)

    # --- Service, by the moment of queue entry -----------------------------------------------------

    def _add_service(self, piece: _Piece, *, moment: Ticks) -> None:
        cell, slot, day = self._cells(piece, moment=moment)
        offered = piece.queued >= 0
        served = np.where(piece.answered >= 0, piece.answered, piece.ended)
        wait = served - piece.queued
        if not offered.all():
            wait *= offered
        np.maximum(wait, 0, out=wait)
        code = self._codes(piece, wait=wait)
        add_into(self._codes_by_slot, cell=code if slot is None else code + slot * codes.CODES)
        if day is not None:
            add_into(self._codes_by_day, cell=code + day * codes.CODES)
        delayed = np.flatnonzero((piece.left > piece.queued) & offered)
        add_into(self._sums["delayed"], cell=_at(cell, delayed), rows=delayed.size)
        self._add_waits(piece, wait=wait, cell=cell)
        self._add_times(piece, cell=cell)
        self._add_lines(piece, cell=cell)

    def _cells(
        self, piece: _Piece, *, moment: Ticks
    ) -> tuple[Ticks | None, Ticks | None, Ticks | None]:
        """Return cell, slot and day, each with its queue; `None` where there is only one."""
        if not self._length:
            queue = None if self._queues == 1 else piece.queue.astype(np.int64)
            return queue, queue, None
        bins = moment // self._length
        if self._days == 1:
            cell = self._with_queue(bins, piece=piece)
            return cell, cell, None
        day = bins // self._slots
        slot = bins - day * self._slots
        cell, slot, day = (self._with_queue(x, piece=piece) for x in (bins, slot, day))
        return cell, slot, day

    def _with_queue(self, bins: Ticks, *, piece: _Piece) -> Ticks:
        return bins if self._queues == 1 else bins * self._queues + piece.queue

    def _codes(self, piece: _Piece, *, wait: Ticks) -> Ticks:
        within, short = self._within, self._short
        late = wait > (within[piece.queue] if within.size > 1 else within)
        brief = wait <= (short[piece.queue] if short.size > 1 else short)
        word = piece.outcome.view(np.uint8) * np.uint8(codes.OUTCOME_STEP)
        word += late.view(np.uint8) * np.uint8(codes.LATE_STEP)
        word += brief.view(np.uint8) * np.uint8(codes.SHORT_STEP)
        word += (piece.resolved + np.int8(1)).view(np.uint8)
        code: Ticks = codes.CODE_OF.take(word)
        self._mark_unqueued(piece, code=code)
        self._mark_open(piece, code=code, late=late)
        code += piece.kind
        return code

    @staticmethod
    def _mark_unqueued(piece: _Piece, *, code: Ticks) -> None:
        rows = np.flatnonzero(piece.queued < 0)
        if rows.size:
            outcome = piece.outcome[rows]
            known = np.isin(outcome, (Outcome.BUSY, Outcome.CLOSED, Outcome.SELF_SERVED))
            is_open = outcome == Outcome.OPEN
            code[rows[is_open]] = codes.OPEN_UNQUEUED
            code[rows[~known & ~is_open]] = codes.GONE_UNQUEUED

    def _mark_open(self, piece: _Piece, *, code: Ticks, late: NDArray[np.bool_]) -> None:
        rows = np.flatnonzero((piece.outcome == Outcome.OPEN) & (piece.queued >= 0))
        if rows.size:
            age = self._frame.horizon - piece.queued[rows]
            within = self._within[piece.queue[rows]] if self._within.size > 1 else self._within
            waits = np.where(age > within, codes.OVERDUE, codes.WAITING)
            talks = np.where(late[rows], codes.TALKING_LATE, codes.TALKING)
            code[rows] = np.where(piece.answered[rows] >= 0, talks, waits)

    def _add_waits(self, piece: _Piece, *, wait: Ticks, cell: Ticks | None) -> None:
        rows = np.flatnonzero(wait)
        if rows.size == 0:
            return
        outcome = piece.outcome
        if rows.size < wait.size:
            wait, cell, outcome = wait[rows], _at(cell, rows), outcome[rows]
        answered = outcome == Outcome.ANSWERED
        answered |= outcome == Outcome.OPEN  # an open leg has a wait only once it is answered
        add_into(self._sums["wait_offered"], cell=cell, weights=wait)
        for name, chosen in (
            ("wait_unanswered", ~answered),
            ("wait_abandoned", outcome == Outcome.ABANDONED),
        ):
            some = np.flatnonzero(chosen)
            if some.size:
                add_into(self._sums[name], cell=_at(cell, some), weights=wait[some])
        if self._keep_waits:
            place = np.zeros(rows.size, np.int32) if cell is None else cell.astype(np.int32)
            self._waits.append(Waits.of(wait, answered=answered, cell=place))

    def _add_times(self, piece: _Piece, *, cell: Ticks | None) -> None:
        handled = (piece.outcome == Outcome.ANSWERED) & (piece.wrapped >= 0)
        everyone = bool(handled.all())
        if everyone:
            assigned, answered, ended = piece.assigned, piece.answered, piece.ended
            wrapped, hold, group, agent = piece.wrapped, piece.hold, piece.group, piece.agent
        else:
            rows = np.flatnonzero(handled)
            cell = _at(cell, rows)
            assigned, answered, ended = (
                piece.assigned[rows],
                piece.answered[rows],
                piece.ended[rows],
            )
            wrapped, hold = piece.wrapped[rows], piece.hold[rows]
            group, agent = piece.group[rows], piece.agent[rows]
        times = (answered - assigned, ended - answered - hold, hold, wrapped - ended)
        keys = self._keys(group, agent=agent)
        add_into(self._sums["handled"], cell=cell, rows=ended.size)
        for total, key in keys:
            add_into(total[0], cell=key, rows=ended.size)
        for place, (name, time) in enumerate(zip(_TIMES, times, strict=True), start=1):
            if time.any():
                add_into(self._sums[name], cell=cell, weights=time)
                for total, key in keys:
                    add_into(total[place], cell=key, weights=time)

    def _keys(
        self, group: NDArray[np.int16], *, agent: NDArray[np.int32]
    ) -> list[tuple[Floats, Ticks]]:
        if self._by_agent:
            return [(self._agent_work, agent.astype(np.int64))]
        return [(self._work, group.astype(np.int64))] if self.groups > 1 else []

    def _add_lines(self, piece: _Piece, *, cell: Ticks | None) -> None:
        money = self._frame.money
        if money is None or not money.per_line_minute:
            return
        start = np.where(piece.kind == LegKind.CALLBACK, piece.answered, piece.arrived)
        held = (start >= 0) & (piece.ended > start) & (piece.outcome != Outcome.BUSY)
        add_into(self._sums["line_time"], cell=cell, weights=(piece.ended - start) * held)

    def _mend(self, calls: CallLog) -> None:
        rows = rows_of_long_calls(calls)
        if rows.size == 0:
            return
        head, change = mended(calls, rows)
        moment = np.maximum(calls.queued[head], calls.arrived[head])
        inside = (moment >= self._frame.warm_up) & (moment < self._frame.horizon)
        cell = calls.queue[head][inside].astype(np.int64)
        if self._length:
            cell += moment[inside] // self._length * self._queues
        for name, column in zip(FACTS, change, strict=True):
            add_into(self._sums[name], cell=cell, weights=column[inside])

    # --- What came of it ---------------------------------------------------------------------------

    def service(self) -> tuple[Floats, Floats]:
        """Return the service tables by slot and by day, [base, slot or day, queue]."""
        self._sums["queue_time"] = self._queue_time.result().reshape(-1)
        # Far fewer leave unanswered, so that these were added and the answered are the rest.
        offered, unanswered = self._sums["wait_offered"], self._sums["wait_unanswered"]
        np.subtract(offered, unanswered, out=self._sums["wait_answered"])
        shape = (self._days, self._slots, self._queues)
        sums = np.stack([self._sums[name] for name in (*SUMMED, *FACTS)]).reshape(-1, *shape)
        return (
            self._table(self._codes_by_slot, sums=sums.sum(axis=1)),
            self._table(self._codes_by_day, sums=sums.sum(axis=2)),
        )

    def _table(self, counted: Floats, *, sums: Floats) -> Floats:
        by_code = counted.reshape(-1, codes.CODES)
        if by_code.shape[0] != sums[0].size:  # one day: its table is that of all slots together
            by_code = by_code.reshape(-1, self._queues, codes.CODES).sum(axis=0)
        used = np.flatnonzero(by_code.any(axis=0))  # a handful of the codes that could be
        counts = (codes.COUNTED_BY[:, used] @ by_code[:, used].T).reshape(-1, *sums.shape[1:])
        for name, change in zip(FACTS, sums[len(SUMMED) :], strict=True):
            counts[codes.COUNTED.index(name)] += change
        return np.concatenate([counts, sums[: len(SUMMED)]])

    def work_groups(self) -> Floats:
        """Return handled legs and their times by group."""
        if self._by_agent:
            group = self._frame.groups_of_agents
            folded = [np.bincount(group, row, self.groups) for row in self._agent_work]
            return np.array(folded)
        if self.groups == 1:
            return np.array([[self._sums[name].sum()] for name in ("handled", *_TIMES)])
        return self._work

    def work_agents(self) -> tuple[Floats, Floats]:
        """Return handled legs and their times by agent, and busy time by agent."""
        return self._agent_work, self._agent_busy

    def peaks(self) -> Floats:
        """Return the longest queue, [bin, queue and, last, all queues together]."""
        bins = self._days * self._slots
        peaks = np.zeros((bins, self._queues + 1))
        if not self._came:
            return peaks
        came, left = _joined(self._came), _joined(self._left)
        frame = self._frame
        edges = np.arange(bins, dtype=np.int64) * self._length
        np.maximum(edges, frame.warm_up, out=edges)
        if self._queues > 1:
            queue = _joined(self._of_queue)
            for number in range(self._queues):
                mine = queue == number
                peaks[:, number] = longest_queue(
                    came[mine], left=left[mine], edges=edges, horizon=frame.horizon
                )
        peaks[:, -1] = longest_queue(came, left=left, edges=edges, horizon=frame.horizon)
        if self._queues == 1:
            peaks[:, 0] = peaks[:, -1]
        return peaks

    def waits(self) -> Waits | None:
        """Return the single waits above zero, if they were to be kept."""
        return Waits.joined(self._waits) if self._keep_waits else None


def _joined(parts: list[NDArray[Any]]) -> NDArray[Any]:
    """Join the parts and let go of them."""
    whole = np.concatenate(parts)
    parts.clear()
    return whole


def _one_or_all(values: Ticks) -> Ticks:
    """Return one value where all are equal, so that no row needs to look its own up."""
    return values[:1] if values.size and (values == values[0]).all() else values


def _at(cell: Ticks | None, rows: NDArray[np.int64]) -> Ticks | None:
    return None if cell is None else cell[rows]
