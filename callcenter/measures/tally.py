"""One run's logs, added up by cell: the only pass over the rows that a scorecard makes.

A leg belongs to the cell in which it entered its queue or, if it never did, reached the line; it counts
if that moment is measured. Time of agents and of waiting callers is split over cells by overlap and cut
to the measured time. The log is walked piece by piece so that what is in use stays in the cache.
"""

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from callcenter.domain.agents import AgentState
from callcenter.measures.codes import COUNTED
from callcenter.measures.frame import Frame
from callcenter.measures.legs import SUMMED, LegWalk
from callcenter.measures.overlap import Floats, add_into
from callcenter.measures.waits import Waits
from callcenter.telephony.call_log import AgentLog, CallLog

SERVICE: Final = (*COUNTED, *SUMMED)
"""Bases of the service tables, in order."""
STAFF: Final = ("busy_time", "available_time", "paid_time")
"""Bases of the staff tables, in order."""
WORK: Final = ("handled", "ring", "talk", "hold", "wrap")
"""Bases of the work tables, in order; attributed like service."""


class Detail(StrEnum):
    """How finely a log is added up."""

    TOTAL = "total"
    """Queues and groups."""
    INTERVALS = "intervals"
    """Also intervals of the day and days."""
    FULL = "full"
    """Also single agents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Base quantities of one run. Slots are intervals of the day over all days; `total` has one."""

    detail: Detail
    service_slots: Floats
    """[`SERVICE`, slot, queue]"""
    service_days: Floats
    """[`SERVICE`, day, queue]"""
    staff_slots: Floats
    """[`STAFF`, slot, group]"""
    staff_days: Floats
    """[`STAFF`, day, group]"""
    work_groups: Floats
    """[`WORK`, group]"""
    agents: Floats | None
    """[`WORK` and `STAFF`, agent]; `full` only."""
    peak_slots: Floats
    """Longest queue, [slot, queue and, last, all queues together]."""
    peak_days: Floats
    """Longest queue, [day, queue and, last, all queues together]."""
    waits: Waits | None

    @property
    def nbytes(self) -> int:
        """Memory it takes."""
        arrays = [getattr(self, field.name) for field in fields(self)[1:-1]]
        kept = () if self.waits is None else (self.waits.wait, self.waits.answered, self.waits.cell)
        return sum(array.nbytes for array in (*arrays, *kept) if array is not None)


def tally(
    calls: CallLog,
    agents: AgentLog,
    frame: Frame,
    *,
    detail: Detail | str = Detail.INTERVALS,
    keep_waits: bool = True,
) -> Tally:
    """Add up one run.

    Args:
        calls: All legs, roughly by time.
        agents: All spells.
        frame: The centre.
        detail: How finely.
        keep_waits: Keep single waits, for percentiles: at most nine bytes a leg that waited.
    """
    detail = Detail(detail)
    days, slots = (1, 1) if detail is Detail.TOTAL else (len(frame.days), frame.slots)
    walk = LegWalk(frame, days=days, slots=slots, keep_waits=keep_waits)
    walk.add(calls, by_agent=detail is Detail.FULL)
    spells = _Spells.of(agents, frame=frame)
    staff = np.stack(
        [
            walk.busy.result(),
            spells.overlap(frame.groups_of_agents, states={AgentState.AVAILABLE}, walk=walk),
            spells.overlap(frame.groups_of_agents, states=frame.paid, walk=walk),
        ]
    ).reshape(3, days, slots, len(frame.groups))
    peaks = walk.peaks().reshape(days, slots, -1)
    service_slots, service_days = walk.service()
    return Tally(
        detail=detail,
        service_slots=service_slots,
        service_days=service_days,
        staff_slots=staff.sum(axis=1),
        staff_days=staff.sum(axis=2),
        work_groups=walk.work_groups(),
        agents=_agents(walk, spells=spells, frame=frame) if detail is Detail.FULL else None,
        peak_slots=peaks.max(axis=0),
        peak_days=peaks.max(axis=1),
        waits=walk.waits(),
    )


@dataclass(frozen=True, slots=True)
class _Spells:
    """Spells of agents cut to the measured time."""

    agent: NDArray[np.int64]
    state: NDArray[np.int8]
    start: NDArray[np.int64]
    end: NDArray[np.int64]

    @classmethod
    def of(cls, log: AgentLog, *, frame: Frame) -> "_Spells":
        ends = np.where(log.end < 0, frame.horizon, log.end)
        start, end = (x.clip(frame.warm_up, frame.horizon) for x in (log.start, ends))
        return cls(log.agent.astype(np.int64), log.state, start, end)

    def overlap(self, group: NDArray[np.int64], *, states: Any, walk: LegWalk) -> Floats:
        rows = self._in(states)
        spent = walk.overlap(keys=walk.groups)
        spent.add(self.start[rows], end=self.end[rows], key=group[self.agent[rows]])
        return spent.result()

    def by_agent(self, *, states: Any, agents: int) -> Floats:
        rows = self._in(states)
        lengths = self.end[rows] - self.start[rows]
        total = np.zeros(agents)
        add_into(total, cell=self.agent[rows], weights=lengths)
        return total

    def _in(self, states: Any) -> NDArray[np.bool_]:
        wanted = np.zeros(len(AgentState), dtype=np.bool_)
        wanted[list(states)] = True
        found: NDArray[np.bool_] = wanted[self.state]
        return found


def _agents(walk: LegWalk, *, spells: _Spells, frame: Frame) -> Floats:
    count = len(frame.agent_group)
    available = spells.by_agent(states={AgentState.AVAILABLE}, agents=count)
    paid = spells.by_agent(states=frame.paid, agents=count)
    work, busy = walk.work_agents()
    return np.concatenate([work, [busy, available, paid]])
