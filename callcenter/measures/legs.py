"""The walk over the legs of one run or several, piece by piece, adding each column into its cells."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from callcenter.clock import DAY
from callcenter.domain.calls import LegKind, Outcome
from callcenter.measures import codes
from callcenter.measures.contacts import FACTS, mended, rows_of_long_calls
from callcenter.measures.endways import begins, calls_end_to_end
from callcenter.measures.frame import Frame
from callcenter.measures.overlap import Floats, Overlap, Ticks, add_into
from callcenter.measures.waits import Waits, longest_queue
from callcenter.telephony.call_log import NONE, CallLog

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
    "rated",
    "satisfied",
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
    begin: Ticks | None
    """Where the row's run begins; `None` where there is only one."""
    left: Ticks = field(init=False)
    """When the leg stopped waiting in the queue: assigned, gone, or not yet (the horizon)."""

    @property
    def moment(self) -> Ticks:
        """Where the leg belongs: queue entry, else arrival. A leg is never queued before it arrives."""
        return np.maximum(self.queued, self.arrived)

    def only(self, rows: NDArray[np.bool_]) -> "_Piece":
        kept = _Piece(
            begin=_at(self.begin, rows), **{name: getattr(self, name)[rows] for name in _COLUMNS}
        )
        kept.left = self.left[rows]
        return kept


class LegWalk:
    """Adds legs up; cells are numbered (day * slots + slot) * queues + queue, days run after run."""

    def __init__(
        self, frame: Frame, *, runs: int, days: int, slots: int, keep_waits: bool, by_agent: bool
    ) -> None:
        self._frame, self._runs, self._slots = frame, runs, slots
        self._days = runs * days
        self.span = len(frame.days) * DAY
        self._length = 0 if self._days * slots == 1 else self.span // (days * slots)
        self._queues, self.groups = len(frame.queues), len(frame.groups)
        cells = self._days * slots * self._queues
        self._sums = {name: np.zeros(cells) for name in (*SUMMED, *FACTS)}
        self._codes_by_slot = np.zeros(runs * slots * self._queues * codes.CODES)
        self._codes_by_day = (
            np.zeros(self._days * self._queues * codes.CODES) if days > 1 else self._codes_by_slot
        )
        self._within, self._short = _one_or_all(frame.within), _one_or_all(frame.short)
        self._keep_waits, self._by_agent = keep_waits, by_agent
        self._queue_time = self.overlap(keys=self._queues)
        self.busy = self.overlap(keys=self.groups)
        self._came: list[Ticks] = []
        self._left: list[Ticks] = []
        self._of_queue: list[NDArray[np.int16]] = []
        self._waits: list[Waits] = []
        self._agents = len(frame.agent_group)
        self._work = np.zeros((1 + len(_TIMES), runs * self.groups))
        self._agent_work = np.zeros((1 + len(_TIMES), runs * self._agents))
        self._agent_busy = np.zeros(runs * self._agents)

    def overlap(self, *, keys: int) -> Overlap:
        """Return a splitter over this walk's intervals."""
        return Overlap(bins=self._days * self._slots, length=self._length, keys=keys)

    def add(self, logs: Sequence[CallLog]) -> None:
        """Add the whole log of each run."""
        calls, begin = calls_end_to_end(logs), begins(logs, span=self.span)
        rows = len(calls)
        for first in range(0, rows, _PIECE):
            part = slice(first, min(first + _PIECE, rows))
            columns = {name: getattr(calls, name)[part] for name in _COLUMNS}
            self._add_piece(_Piece(begin=_at(begin, part), **columns))
        self._mend(calls, begin=begin)

    def _add_piece(self, piece: _Piece) -> None:
        piece.left = np.where(piece.assigned >= 0, piece.assigned, piece.ended)
        if (piece.outcome == Outcome.OPEN).any():
            piece.left[piece.left < 0] = self._frame.horizon
        self._add_queueing(piece)
        self._add_busy(piece)
        if self._frame.campaigns or self._frame.without_attempts:
            piece = piece.only((piece.kind != LegKind.OUTBOUND) | (piece.queued != NONE))
        if not piece.kind.size:
            return
        moment = piece.moment
        low, high = moment.min(), moment.max()
        if low < self._frame.warm_up or high >= self._frame.horizon:
            measured = (moment >= self._frame.warm_up) & (moment < self._frame.horizon)
            piece, moment = piece.only(measured), moment[measured]
        if moment.size:
            self._add_service(piece, moment=_after(piece.begin, moment))

    def cut(self, moment: Ticks, *, begin: Ticks | None) -> Ticks:
        """Return moments cut to the measured time, with all runs end to end."""
        return _after(begin, moment.clip(self._frame.warm_up, self._frame.horizon))

    # --- Time split by overlap ---------------------------------------------------------------------

    def _add_queueing(self, piece: _Piece) -> None:
        rows = np.flatnonzero((piece.left > piece.queued) & (piece.queued >= 0))
        if rows.size == 0:
            return
        begin = _at(piece.begin, rows)
        came, left = (self.cut(x[rows], begin=begin) for x in (piece.queued, piece.left))
        self._came.append(came)
        self._left.append(left)
        key = None
        if self._queues > 1:
            queue = piece.queue[rows]
            self._of_queue.append(queue)
            key = queue.astype(np.int64)
        self._queue_time.add(came, end=left, key=key)

    def _add_busy(self, piece: _Piece) -> None:
        frame, wrapped = self._frame, piece.wrapped
        unfinished = (piece.assigned >= 0) & (wrapped < 0)
        if unfinished.any():
            wrapped = np.where(unfinished, frame.horizon, wrapped)
        # A leg without an agent has neither moment, so that no length is left after the cut.
        start, end = (self.cut(x, begin=piece.begin) for x in (piece.assigned, wrapped))
        group = None if self.groups == 1 else piece.group.clip(0).astype(np.int64)
        self.busy.add(start, end=end, key=group)
        if self._by_agent:
            agent = self.of_run(piece.agent.clip(0), begin=piece.begin, count=self._agents)
            add_into(self._agent_busy, cell=agent, weights=end - start)

    def of_run(self, number: NDArray[Any], *, begin: Ticks | None, count: int) -> Ticks:
        """Number groups or agents on from run to run."""
        key = number.astype(np.int64)
        return key if begin is None else begin // self.span * count + key

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
        self._add_opinions(piece, wait=wait, cell=cell)

    def _cells(
        self, piece: _Piece, *, moment: Ticks
    ) -> tuple[Ticks | None, Ticks | None, Ticks | None]:
        """Return cell, slot and day, each with its queue; `None` where there is only one."""
        if not self._length:
            queue = None if self._queues == 1 else piece.queue.astype(np.int64)
            return queue, queue, None
        bins = moment // self._length
        if self._days == self._runs:
            cell = self._with_queue(bins, piece=piece)
            return cell, cell, None
        day = bins // self._slots
        slot = bins - day * self._slots
        if piece.begin is not None:
            slot += piece.begin // self.span * self._slots
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
        begin = piece.begin
        if handled.all():
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
            group, agent, begin = piece.group[rows], piece.agent[rows], _at(begin, rows)
        times = (answered - assigned, ended - answered - hold, hold, wrapped - ended)
        keys = self._keys(group, agent=agent, begin=begin)
        add_into(self._sums["handled"], cell=cell, rows=ended.size)
        for total, key in keys:
            add_into(total[0], cell=key, rows=ended.size)
        for place, (name, time) in enumerate(zip(_TIMES, times, strict=True), start=1):
            if time.any():
                add_into(self._sums[name], cell=cell, weights=time)
                for total, key in keys:
                    add_into(total[place], cell=key, weights=time)

    def _keys(
        self, group: NDArray[np.int16], *, agent: NDArray[np.int32], begin: Ticks | None
    ) -> list[tuple[Floats, Ticks]]:
        if self._by_agent:
            return [(self._agent_work, self.of_run(agent, begin=begin, count=self._agents))]
        if self.groups == 1:
            return []
        return [(self._work, self.of_run(group, begin=begin, count=self.groups))]

    def _add_lines(self, piece: _Piece, *, cell: Ticks | None) -> None:
        money = self._frame.money
        if money is None or not money.per_line_minute:
            return
        start = np.where(piece.kind == LegKind.CALLBACK, piece.answered, piece.arrived)
        held = (start >= 0) & (piece.ended > start) & (piece.outcome != Outcome.BUSY)
        add_into(self._sums["line_time"], cell=cell, weights=(piece.ended - start) * held)

    def _add_opinions(self, piece: _Piece, *, wait: Ticks, cell: Ticks | None) -> None:
        opinion = self._frame.opinion
        if opinion is None:
            return
        asked = (piece.outcome == Outcome.ANSWERED) & (piece.resolved >= 0)
        rows = np.flatnonzero(asked & (piece.kind != LegKind.OUTBOUND))
        chance = opinion.chance(
            waited=wait[rows],
            handled=(piece.ended - piece.answered)[rows],
            settled=piece.resolved[rows],
            queue=piece.queue[rows].astype(np.int64),
            agent=piece.agent[rows].astype(np.int64),
        )
        add_into(self._sums["rated"], cell=_at(cell, rows), rows=rows.size)
        add_into(self._sums["satisfied"], cell=_at(cell, rows), weights=chance)

    def _mend(self, calls: CallLog, *, begin: Ticks | None) -> None:
        rows = rows_of_long_calls(calls)
        if rows.size == 0:
            return
        head, change = mended(calls, rows)
        moment = np.maximum(calls.queued[head], calls.arrived[head])
        inside = np.flatnonzero((moment >= self._frame.warm_up) & (moment < self._frame.horizon))
        head, moment = head[inside], moment[inside]
        cell = calls.queue[head].astype(np.int64)
        if self._length:
            cell += _after(_at(begin, head), moment) // self._length * self._queues
        for name, column in zip(FACTS, change, strict=True):
            add_into(self._sums[name], cell=cell, weights=column[inside])

    # --- What came of it ---------------------------------------------------------------------------

    def service(self) -> tuple[Floats, Floats]:
        """Return the service tables by slot and by day, [run, base, slot or day, queue]."""
        self._sums["queue_time"] = self._queue_time.result().reshape(-1)
        # Far fewer leave unanswered, so that these were added and the answered are the rest.
        offered, unanswered = self._sums["wait_offered"], self._sums["wait_unanswered"]
        np.subtract(offered, unanswered, out=self._sums["wait_answered"])
        shape = (self._runs, -1, self._slots, self._queues)
        sums = np.stack([self._sums[name].reshape(shape) for name in (*SUMMED, *FACTS)], axis=1)
        return (
            self._table(self._codes_by_slot, sums=sums.sum(axis=2)),
            self._table(self._codes_by_day, sums=sums.sum(axis=3)),
        )

    def _table(self, counted: Floats, *, sums: Floats) -> Floats:
        runs, _, places, queues = sums.shape
        by_code = counted.reshape(runs, -1, queues, codes.CODES)
        if by_code.shape[1] != places:  # one day: its table is that of all slots together
            by_code = by_code.sum(axis=1, keepdims=True)
        flat = by_code.reshape(-1, codes.CODES)
        used = np.flatnonzero(flat.any(axis=0))  # a handful of the codes that could be
        found = (flat[:, used] @ codes.COUNTED_BY[:, used].T).reshape(runs, places, queues, -1)
        counts = np.moveaxis(found, -1, 1).copy()
        for place, name in enumerate(FACTS, start=len(SUMMED)):
            counts[:, codes.COUNTED.index(name)] += sums[:, place]
        return np.concatenate([counts, sums[:, : len(SUMMED)]], axis=1)

    def work_groups(self) -> Floats:
        """Return handled legs and their times by group, [run, base, group]."""
        if self._by_agent:
            member = self._frame.groups_of_agents[:, None] == np.arange(self.groups)
            folded: Floats = self._runs_apart(self._agent_work) @ member.astype(np.float64)
            return folded
        if self.groups == 1:
            sums = [self._sums[name].reshape(self._runs, -1) for name in ("handled", *_TIMES)]
            return np.array(np.stack(sums, axis=1).sum(axis=2, keepdims=True))
        return self._runs_apart(self._work)

    def work_agents(self) -> Floats:
        """Return handled legs and their times, and busy time, by agent, [run, base, agent]."""
        return self._runs_apart(np.vstack([self._agent_work, self._agent_busy]))

    def _runs_apart(self, table: Floats) -> Floats:
        """Return [run, base, key] of [base, keys run after run]."""
        return np.moveaxis(table.reshape(len(table), self._runs, -1), 1, 0)

    def peaks(self) -> Floats:
        """Return the longest queue, [bin, queue and, last, all queues together], bins run after run."""
        bins = self._days * self._slots
        peaks = np.zeros((bins, self._queues + 1))
        if not self._came:
            return peaks
        came, left = _joined(self._came), _joined(self._left)
        edges = np.arange(bins, dtype=np.int64) * self._length
        if self._queues > 1:
            queue = _joined(self._of_queue)
            for number in range(self._queues):
                mine = queue == number
                peaks[:, number] = longest_queue(came[mine], left=left[mine], edges=edges)
        peaks[:, -1] = longest_queue(came, left=left, edges=edges)
        if self._queues == 1:
            peaks[:, 0] = peaks[:, -1]
        return peaks

    def waits(self) -> Sequence[Waits | None]:
        """Return the single waits above zero of each run, if they were to be kept."""
        if not self._keep_waits:
            return [None] * self._runs
        cells = self._days * self._slots * self._queues // self._runs
        return Waits.joined(self._waits).runs_apart(self._runs, cells=cells)


def _joined(parts: list[NDArray[Any]]) -> NDArray[Any]:
    """Join the parts and let go of them."""
    whole = np.concatenate(parts)
    parts.clear()
    return whole


def _one_or_all(values: Ticks) -> Ticks:
    """Return one value where all are equal, so that no row needs to look its own up."""
    return values[:1] if values.size and (values == values[0]).all() else values


def _at(column: Ticks | None, rows: slice | NDArray[Any]) -> Ticks | None:
    return None if column is None else column[rows]


def _after(begin: Ticks | None, moment: Ticks) -> Ticks:
    return moment if begin is None else moment + begin
