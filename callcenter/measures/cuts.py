"""The bases of legs under keys of one's own: by agent, by day and queue, or each leg for itself.

Keys take the place of queues in the walk over the legs, so that whatever is asked of a log is counted by
the one pass that scorecards are made from.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callcenter.clock import DAY, Tick
from callcenter.domain.targets import ServiceTarget
from callcenter.measures.formulas import Floats
from callcenter.measures.frame import Frame
from callcenter.measures.legs import LegWalk
from callcenter.measures.tally import SERVICE
from callcenter.telephony.call_log import CallLog

_ANY_DAY = date(1970, 1, 1)


def by_key(
    calls: CallLog,
    *,
    key: NDArray[Any],
    keys: int,
    target: ServiceTarget,
    until: Tick,
    attempts: bool = False,
) -> Mapping[str, Floats]:
    """Return each service base by key.

    Args:
        calls: Legs, the legs of a call together in it.
        key: Of each row, from 0 on; rows below 0 are left out.
        keys: How many there are.
        target: The thresholds T and S.
        until: What happens from here on is not measured, and how long those have waited who still do.
        attempts: Whether calls that the centre dialled count; on a board they do not.
    """
    if keys == 0:
        return dict.fromkeys(SERVICE, np.empty(0))
    wanted = np.flatnonzero(key >= 0)
    if wanted.size < len(calls):
        calls = CallLog.of(**{name: column[wanted] for name, column in calls.columns().items()})
    keyed = calls.columns() | {"queue": key[wanted].astype(np.int64)}
    walk = LegWalk(
        _frame(keys, target=target, until=until, attempts=attempts),
        runs=1,
        days=1,
        slots=1,
        keep_waits=False,
        by_agent=False,
    )
    walk.add([CallLog.of(**keyed)])
    by_slot, _ = walk.service()
    return dict(zip(SERVICE, by_slot[0, :, 0], strict=True))


def by_leg(
    calls: CallLog, *, target: ServiceTarget, until: Tick, attempts: bool = False
) -> Mapping[str, Floats]:
    """Return what each row adds to each service base, as `by_key`: 0 or 1 of a count, ticks of a time."""
    rows = len(calls)
    key = np.arange(rows)
    return by_key(calls, key=key, keys=rows, target=target, until=until, attempts=attempts)


def _frame(keys: int, *, target: ServiceTarget, until: Tick, attempts: bool) -> Frame:
    return Frame(
        queues=("",) * keys,
        groups=("",),
        agent_group=(),
        days=(_ANY_DAY,) * max(1, -(-until // DAY)),
        opening=((),) * keys,
        targets=(target,) * keys,
        without_attempts=not attempts,
        until=until,
    )
