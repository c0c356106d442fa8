"""Facts of whole calls that one leg cannot tell: answered at last, settled by the first answer.

A call of one leg is told by that leg. Only calls of several legs are looked at here, and what their
first leg alone would have said is mended, in the cell of that first leg.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from callcenter.domain.calls import LegKind, Outcome
from callcenter.telephony.call_log import NONE, CallLog

FACTS: Final = ("calls_answered", "calls_settled_first", "calls_settled_once")
"""The bases mended: a leg reached an agent; the first such leg settled the concern; some leg did.

The last two also demand that the call has no repeat leg.
"""


def rows_of_long_calls(calls: CallLog) -> NDArray[np.int64]:
    """Return the rows of calls with more than a first leg, call by call, each in the order of its legs.

    A call handed back is one of them even where its next leg is not in the log yet.
    """
    later = (calls.kind != LegKind.FRESH) & (calls.kind != LegKind.OUTBOUND)
    later |= calls.outcome == Outcome.HANDED_BACK
    if not later.any():
        return np.empty(0, dtype=np.int64)
    ids = calls.call[later]
    low = int(ids.min())
    is_long = np.zeros(int(ids.max()) - low + 2, dtype=np.bool_)
    is_long[ids - low] = True
    # Calls outside the range fall on the last place, which no call has.
    rows = np.flatnonzero(is_long.take((calls.call - low).view(np.uint32), mode="clip"))
    return rows[np.argsort(calls.call[rows], kind="stable")]


def mended(
    calls: CallLog, rows: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the first leg of each long call, and by how much each of `FACTS` changes there.

    Args:
        calls: The log.
        rows: As `rows_of_long_calls` gives them.

    Returns:
        Rows of first legs, and an array of facts x first legs of -1, 0 or 1. Calls whose first leg is
        not in the log are left out.
    """
    ids = calls.call[rows]
    starts = np.flatnonzero(np.concatenate(([True], ids[1:] != ids[:-1])))
    answered = calls.answered[rows] != NONE
    settled = (calls.resolved[rows] == 1) & (calls.outcome[rows] == Outcome.ANSWERED)
    place = np.where(answered, np.arange(rows.size), rows.size)
    first_answer = np.minimum.reduceat(place, starts)
    once = np.logical_or.reduceat(settled, starts)
    again = np.logical_or.reduceat(calls.kind[rows] == LegKind.REPEAT, starts)
    by_first = np.append(settled, False)[first_answer]
    true = np.array([first_answer < rows.size, by_first & ~again, once & ~again])
    head = rows[starts]
    return _with_first_leg(calls, head=head, true=true, settled=settled[starts])


def _with_first_leg(
    calls: CallLog,
    *,
    head: NDArray[np.int64],
    true: NDArray[np.bool_],
    settled: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    kind, outcome = calls.kind[head], calls.outcome[head]
    answered = (outcome == Outcome.ANSWERED) | (
        (outcome == Outcome.OPEN) & (calls.answered[head] != NONE)
    )
    told = np.array([answered, settled, settled])
    first = (kind == LegKind.FRESH) | (kind == LegKind.OUTBOUND)
    change = true.astype(np.float64) - told
    return head[first], change[:, first]
