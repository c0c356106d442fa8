"""Which notices a petitioner is owed for what happened to a ticket, and by which way each may go.

The table of commands says which command owes a notice (`ticket_rules.Rule.notice`). A text message is
enough for most; what the law wants in writing (보완, 기간 연장, 결과: 민원처리법 제27조, 시행령 제21·24조)
also goes by e-mail where one is known. Whoever can be reached by neither is told by a person, and
whoever cannot be reached at all is recorded as such: nothing that is owed disappears.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from callcenter.domain.ticket_events import Happened, ResultNotified
from callcenter.domain.ticket_rules import RULES
from callcenter.domain.tickets import Ticket


class NoticeKind(StrEnum):
    """What a notice is about; all but the survey are named in the table of commands."""

    ACCEPTED = "accepted"
    SUPPLEMENT = "supplement"
    DISPATCHED = "dispatched"
    EXTENDED = "extended"
    PROGRESS = "progress"
    RESULT = "result"
    REOPENED = "reopened"
    SURVEY = "survey"


class Way(StrEnum):
    """How a notice goes."""

    SMS = "sms"
    EMAIL = "email"
    HAND = "hand"
    """An officer calls or writes a letter."""
    NONE = "none"


class NoticeState(StrEnum):
    """Where a notice stands."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    OWED = "owed"
    """It waits for a person to tell it."""
    EXEMPT = "exempt"


class Exemption(StrEnum):
    """Why nobody is told."""

    NOBODY = "nobody"
    """No petitioner asked: an official observed it, or it came without a name."""
    UNREACHABLE = "unreachable"
    """Neither number nor address is known, or they have been erased."""
    STATED = "stated"
    """The officer gave the reason; the event of `cause_seq` says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """By which ways a petitioner can be told, and agreed to be."""

    sms: bool = False
    email: bool = False
    hand: bool = False
    """A telephone number or a postal address is known, though nothing may be sent by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """One notice by one way, caused by the event `cause_seq` of its ticket."""

    kind: NoticeKind
    cause_seq: int
    way: Way
    state: NoticeState = NoticeState.WAITING
    exemption: Exemption | None = None


KINDS: Final[dict[str, NoticeKind]] = {
    rule.event.kind: NoticeKind(rule.notice) for rule in RULES if rule.notice is not None
}
"""The notice each kind of event owes."""
WRITTEN: Final = frozenset({NoticeKind.SUPPLEMENT, NoticeKind.EXTENDED, NoticeKind.RESULT})
"""What the law wants in writing: by every way there is, not by the first alone."""


def owes(history: Sequence[Happened]) -> bool:
    """Say whether anything of what happened owes anybody a notice."""
    return any(happened.event.kind in KINDS for happened in history)


def owed(ticket: Ticket, history: Sequence[Happened], *, reach: Reach) -> tuple[Owed, ...]:
    """Return the notices owed for what one command made happen.

    A receipt is left out where the same command already tells the result (법 §9②: a receipt may be
    omitted for what is dealt with at once).
    """
    answered = any(isinstance(happened.event, ResultNotified) for happened in history)
    return tuple(
        notice
        for happened in history
        if (kind := KINDS.get(happened.event.kind)) is not None
        and not (answered and kind is NoticeKind.ACCEPTED)
        for notice in _of(kind, happened, ticket=ticket, reach=reach)
    )


def invitation(*, cause_seq: int, reach: Reach) -> Owed | None:
    """Return the invitation to the survey of a closing (법 §26); `None` where no message may be sent."""
    way = next(_ways(reach), None)
    return None if way is None else Owed(kind=NoticeKind.SURVEY, cause_seq=cause_seq, way=way)


def by_hand(kind: NoticeKind, cause_seq: int) -> Owed:
    """Owe a notice that a person tells."""
    return Owed(kind=kind, cause_seq=cause_seq, way=Way.HAND, state=NoticeState.OWED)


def exempt(kind: NoticeKind, cause_seq: int, *, why: Exemption) -> Owed:
    """Record that nobody is told, and why."""
    return Owed(
        kind=kind, cause_seq=cause_seq, way=Way.NONE, state=NoticeState.EXEMPT, exemption=why
    )


def _of(kind: NoticeKind, happened: Happened, *, ticket: Ticket, reach: Reach) -> tuple[Owed, ...]:
    if ticket.petitioner is None and kind is not NoticeKind.RESULT:
        return ()
    exemption = _exemption(happened, ticket=ticket, reach=reach)
    if exemption is not None:
        return (exempt(kind, happened.seq, why=exemption),)
    ways = tuple(_ways(reach))
    if not ways:
        return (by_hand(kind, happened.seq),)
    chosen = ways if kind in WRITTEN else ways[:1]
    return tuple(Owed(kind=kind, cause_seq=happened.seq, way=way) for way in chosen)


def _exemption(happened: Happened, *, ticket: Ticket, reach: Reach) -> Exemption | None:
    if ticket.petitioner is None:
        return Exemption.NOBODY
    if isinstance(happened.event, ResultNotified) and happened.event.exemption:
        return Exemption.STATED
    if not (reach.sms or reach.email or reach.hand):
        return Exemption.UNREACHABLE
    return None


def _ways(reach: Reach) -> Iterator[Way]:
    if reach.sms:
        yield Way.SMS
    if reach.email:
        yield Way.EMAIL
