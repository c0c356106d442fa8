"""Logs of several runs laid end to end, so that one pass adds them all up.

Adding up is a hundred small steps of numpy. In a run of one day each costs more for being taken than for
its rows; laid end to end, runs share the steps. Run k begins k spans after the first, a span being
all days of the frame.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callcenter.clock import Tick
from callcenter.measures.overlap import Ticks
from callcenter.telephony.call_log import AgentLog, CallLog

Columns = dict[str, NDArray[Any]]


def begins(logs: Sequence[CallLog] | Sequence[AgentLog], *, span: Tick) -> Ticks | None:
    """Return for each row where its run begins; `None` for a single run: it begins at 0."""
    if len(logs) == 1:
        return None
    return np.repeat(np.arange(len(logs)) * span, [len(log) for log in logs])


def calls_end_to_end(logs: Sequence[CallLog]) -> CallLog:
    """Return all rows as one log, calls numbered on from run to run; moments stay their run's own."""
    if len(logs) == 1:
        return logs[0]
    columns = [log.columns() for log in logs]
    first = 0
    for own in columns:
        last = int(own["call"].max(initial=-1))
        own["call"] = own["call"] + np.int32(first)
        first += last + 1
    return CallLog.of(**_joined(columns))


def spells_end_to_end(logs: Sequence[AgentLog]) -> AgentLog:
    """Return all rows as one log; moments stay their run's own."""
    return logs[0] if len(logs) == 1 else AgentLog.of(**_joined([log.columns() for log in logs]))


def _joined(columns: Sequence[Columns]) -> Columns:
    return {name: np.concatenate([own[name] for own in columns]) for name in columns[0]}
