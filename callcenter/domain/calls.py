"""Calls: how a visit to a queue comes about and how it ends.

A *call* is one citizen's concern. It is a chain of *legs*: each leg is one arrival at one queue. The
first leg is `FRESH`; redialling, being transferred, being called back, being handed back and calling
again days later each add a leg.
"""

from enum import IntEnum


class LegKind(IntEnum):
    """Why a leg exists."""

    FRESH = 0
    REDIAL = 1
    TRANSFER = 2
    CALLBACK = 3
    REPEAT = 4
    HANDED_BACK = 5
    OUTBOUND = 6


class Outcome(IntEnum):
    """How a leg ended; exactly one each."""

    OPEN = 0
    """Not ended when the run ended: still waiting."""
    ANSWERED = 1
    ABANDONED = 2
    BALKED = 3
    """Would have had to wait and hung up at once."""
    BUSY = 4
    """Every line was taken: the busy signal."""
    QUEUE_FULL = 5
    CLOSED = 6
    """Arrived outside the opening hours."""
    RELEASED = 7
    """Was waiting at closing and was let go."""
    SELF_SERVED = 8
    CALLBACK_ACCEPTED = 9
    NOT_REACHED = 10
    """A call-back, or an outbound attempt, that the citizen did not pick up."""
    HANDED_BACK = 11
    """The agent left in the middle; the caller went back into the queue as another leg."""
    FLOWED_OUT = 12
    """Left the queue by a rule or a failure of the switch: too long, a key, nobody there, withdrawn."""
    DROPPED = 13
    """An outbound attempt that the citizen answered while no agent was free: an abandoned call."""


BLOCKED = (Outcome.BUSY, Outcome.QUEUE_FULL)
"""Outcomes that count as blocked."""
