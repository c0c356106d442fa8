"""Outbound attempts: what comes of dialling a lead, and how a lead ends.

A *lead* is one citizen to be called in one campaign. It is dialled in *attempts*; each attempt has one
*disposition*, and in the end each lead has one *end*.
"""

from enum import IntEnum


class Disposition(IntEnum):
    """What came of one attempt; exactly one each."""

    NO_ANSWER = 0
    BUSY = 1
    """The line called was engaged."""
    MACHINE = 2
    WRONG_NUMBER = 3
    """Somebody answered who is not the lead; a live answer like all that follow."""
    REFUSAL = 4
    CALL_LATER = 5
    """Asked to be called at another time."""
    PARTIAL = 6
    SUCCESS = 7
    DROPPED = 8
    """Answered, and no agent was free to speak: an abandoned call as the law counts them."""


class LeadEnd(IntEnum):
    """How things stand with a lead when the campaign is over; exactly one each."""

    NOT_TRIED = 0
    SUCCESS = 1
    PARTIAL = 2
    REFUSED = 3
    WRONG_NUMBER = 4
    EXHAUSTED = 5
    """Dialled as often as the campaign allows."""
    UNFINISHED = 6
    """Dialled, and would have been dialled again: the calling hours, the quota or the run ended before."""
    DO_NOT_CALL = 7
    CLOSED = 8
    """Given up after an attempt that the campaign does not repeat."""


LIVE_ANSWERS = (
    Disposition.WRONG_NUMBER,
    Disposition.REFUSAL,
    Disposition.CALL_LATER,
    Disposition.PARTIAL,
    Disposition.SUCCESS,
    Disposition.DROPPED,
)
"""Dispositions in which a person answered: the denominator of the share dropped."""
