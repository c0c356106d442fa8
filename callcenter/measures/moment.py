"""Logs as they stood at a moment: what had not happened yet is taken out of them again."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from callcenter.clock import Tick
from callcenter.domain.calls import Outcome
from callcenter.telephony.call_log import NONE, AgentLog, CallLog

_MOMENTS: Final = ("queued", "assigned", "answered", "ended", "wrapped")


def calls_before(calls: CallLog, at: Tick) -> tuple[CallLog, NDArray[np.int64]]:
    """Return what a log held before a moment, and the rows kept of it.

    An offer that nobody answered is not in a finished log, so that it is not there at its moment either;
    nor is it known of an ended talk when the caller was on hold.
    """
    rows = np.flatnonzero(calls.arrived < at)
    columns = {name: column[rows] for name, column in calls.columns().items()}
    to_come = {name: columns[name] >= at for name in _MOMENTS}
    for name, later in to_come.items():
        columns[name][later] = NONE
    for name, value in (("outcome", Outcome.OPEN), ("resolved", NONE), ("hold", 0)):
        columns[name][to_come["ended"]] = value
    for name in ("agent", "group"):
        columns[name][to_come["assigned"]] = NONE
    return CallLog.of(**columns), rows


def spells_before(agents: AgentLog, at: Tick) -> tuple[AgentLog, NDArray[np.int64]]:
    """Return the spells begun before a moment, and the rows kept; those that last end at `NONE`."""
    rows = np.flatnonzero(agents.start < at)
    columns = {name: column[rows] for name, column in agents.columns().items()}
    columns["end"][columns["end"] >= at] = NONE
    return AgentLog.of(**columns), rows
