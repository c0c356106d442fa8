"""Logs of runs, added up by cell: the only pass over the rows that a scorecard makes.

A leg belongs to the cell in which it entered its queue or, if it never did, reached the line; it counts
if that moment is measured. Time of agents and of waiting callers is split over cells by overlap and cut
to the measured time. The log is walked piece by piece so that what is in use stays in the cache.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from callcenter.domain.agents import AgentState
from callcenter.measures.codes import COUNTED
from callcenter.measures.endways import begins, spells_end_to_end
from callcenter.measures.frame import Frame
from callcenter.measures.legs import SUMMED, LegWalk
from callcenter.measures.outbound import Attempts, outbound_tables
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
    outbound: Floats | None = None
    """[`OUTBOUND`, day, campaign]; `None` unless what attempts came to was told."""

    @property
    def nbytes(self) -> int:
        """Memory it takes."""
        arrays = [getattr(self, field.name) for field in fields(self)[1:] if field.name != "waits"]
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
    """Add up one run; see `tallies`."""
    return tallies([(calls, agents)], frame, detail=detail, keep_waits=keep_waits)[0]


def tallies(
    logs: Sequence[tuple[CallLog, AgentLog]],
    frame: Frame,
    *,
    detail: Detail | str = Detail.INTERVALS,
    keep_waits: bool = True,
    attempts: Sequence[Attempts] = (),
) -> list[Tally]:
    """Add up several runs of one centre in one pass, each for itself.

    Args:
        logs: Of each run all legs, roughly by time, and all spells.
        frame: The centre.
        detail: How finely.
        keep_waits: Keep single waits, for percentiles: at most nine bytes a leg that waited.
        attempts: Of each run, where campaigns are measured too.
    """
    detail, runs = Detail(detail), len(logs)
    if detail is Detail.TOTAL and runs > 1:
        # Spells of months, by parts of one bin, would sum to more than a float counts exactly.
        alone = [
            tallies(
                [one], frame, detail=detail, keep_waits=keep_waits, attempts=attempts[n : n + 1]
            )
            for n, one in enumerate(logs)
        ]
        return [one for found in alone for one in found]
    full = detail is Detail.FULL
    days, slots = (1, 1) if detail is Detail.TOTAL else (len(frame.days), frame.slots)
    walk = LegWalk(frame, runs=runs, days=days, slots=slots, keep_waits=keep_waits, by_agent=full)
    walk.add([calls for calls, _ in logs])
    spells = _Spells.of([agents for _, agents in logs], frame=frame, walk=walk)
    staff = np.stack(
        [
            walk.busy.result(),
            spells.overlap({AgentState.AVAILABLE}, walk=walk),
            spells.overlap(frame.paid, walk=walk),
        ]
    ).reshape(3, runs, days, slots, len(frame.groups))
    peaks = walk.peaks().reshape(runs, days, slots, -1)
    service_slots, service_days = walk.service()
    staff_slots, staff_days = staff.sum(axis=2), staff.sum(axis=3)
    work_groups, waits = walk.work_groups(), walk.waits()
    people = _agents(walk, spells=spells, frame=frame, runs=runs) if full else None
    return [
        Tally(
            detail=detail,
            service_slots=service_slots[run],
            service_days=service_days[run],
            staff_slots=staff_slots[:, run],
            staff_days=staff_days[:, run],
            work_groups=work_groups[run],
            agents=None if people is None else people[run],
            peak_slots=peaks[run].max(axis=0),
            peak_days=peaks[run].max(axis=1),
            waits=waits[run],
            outbound=outbound_tables(logs[run][0], attempts[run], frame) if attempts else None,
        )
        for run in range(runs)
    ]


@dataclass(frozen=True, slots=True)
class _Spells:
    """Spells of agents cut to the measured time, all runs end to end."""

    agent: NDArray[np.int64]
    """Numbered on from run to run."""
    group: NDArray[np.int64]
    state: NDArray[np.int8]
    start: NDArray[np.int64]
    end: NDArray[np.int64]

    @classmethod
    def of(cls, logs: Sequence[AgentLog], *, frame: Frame, walk: LegWalk) -> "_Spells":
        log, begin = spells_end_to_end(logs), begins(logs, span=walk.span)
        ends = np.where(log.end < 0, frame.horizon, log.end)
        start, end = (walk.cut(x, begin=begin) for x in (log.start, ends))
        agent = walk.of_run(log.agent, begin=begin, count=len(frame.agent_group))
        return cls(agent, frame.groups_of_agents[log.agent], log.state, start, end)

    def overlap(self, states: Any, *, walk: LegWalk) -> Floats:
        rows = self._in(states)
        spent = walk.overlap(keys=walk.groups)
        spent.add(self.start[rows], end=self.end[rows], key=self.group[rows])
        return spent.result()

    def by_agent(self, states: Any, *, agents: int) -> Floats:
        rows = self._in(states)
        total = np.zeros(agents)
        add_into(total, cell=self.agent[rows], weights=self.end[rows] - self.start[rows])
        return total

    def _in(self, states: Any) -> NDArray[np.bool_]:
        wanted = np.zeros(len(AgentState), dtype=np.bool_)
        wanted[list(states)] = True
        found: NDArray[np.bool_] = wanted[self.state]
        return found


def _agents(walk: LegWalk, *, spells: _Spells, frame: Frame, runs: int) -> Floats:
    """Return `WORK` and `STAFF` by agent, [run, base, agent]."""
    count = len(frame.agent_group)
    time = [
        spells.by_agent(states, agents=runs * count).reshape(runs, 1, count)
        for states in ({AgentState.AVAILABLE}, frame.paid)
    ]
    return np.concatenate([walk.work_agents(), *time], axis=1)
