"""What a person says with a command, and the events it becomes.

Most commands say exactly what their event records. A few say less: the rest is known to the house (the
period of a service, the number of an extension), and a few events bring others after them.
"""

import unicodedata
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final

from callcenter.domain.access import SYSTEM, Actor
from callcenter.domain.periods import Period
from callcenter.domain.privacy import redact
from callcenter.domain.services import Catalogue, route
from callcenter.domain.ticket_events import (
    Accepted,
    Extended,
    Happened,
    Reclassified,
    Routed,
    Taken,
    TicketEvent,
)
from callcenter.domain.ticket_rules import RULES
from callcenter.domain.tickets import Ticket
from callcenter.domain.worktime import WorkCalendar
from callcenter.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept:
    """Accept a petition: its service says the period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Send a ticket to a unit by hand."""

    unit: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """Take a ticket: oneself, or for a colleague."""

    officer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reclassify:
    """Say that it is another kind of petition."""

    service: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extend:
    """Extend the statutory period."""

    period: Period
    reason: str
    consent: bool = False


Order = Accept | Route | Take | Reclassify | Extend | TicketEvent

_SHORTER: Final[dict[str, type[Order]]] = {
    "accept": Accept,
    "route": Route,
    "take": Take,
    "reclassify": Reclassify,
    "extend": Extend,
}
ORDERS: Final[dict[str, type[Order]]] = {
    rule.command: _SHORTER.get(rule.command, rule.event) for rule in RULES
}
"""What each command takes."""

_FREE_TEXT: Final = frozenset(
    {
        "title", "body", "address", "text", "reason", "answer", "report", "message", "asked",
        "received", "question", "opinion", "decision", "remedy", "exemption", "name", "officer",
    }
)  # fmt: skip
"""Fields people write in: personal data is taken out of them before anything is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What decisions refer to: the catalogue in force, and the calendar new periods count by."""

    catalogue: Catalogue
    calendar: WorkCalendar


def event_of(
    order: Order, *, ticket: Ticket, books: Books, actor: Actor, at: datetime
) -> TicketEvent:
    """Complete an order, given now, to the event it asks for, freed of personal data.

    Raises:
        UnknownServiceError: the catalogue has no such service.
    """
    return freed(_completed(order, ticket=ticket, books=books, actor=actor, at=at))


def _completed(
    order: Order, *, ticket: Ticket, books: Books, actor: Actor, at: datetime
) -> TicketEvent:
    match order:
        case Accept():
            return accepted(ticket.service, books=books, at=at)
        case Route(unit=unit, reason=reason):
            return Routed(unit=unit, rule="manual", reason=reason)
        case Take(officer=officer):
            return Taken(officer=officer or actor.login)
        case Reclassify(service=code, reason=reason):
            terms = accepted(code, books=books, at=ticket.accepted_at or at)
            return Reclassified(
                service=code,
                reason=reason,
                period=terms.period,
                legal_basis=terms.legal_basis,
                goal_minutes=terms.goal_minutes,
            )
        case Extend(period=period, reason=reason, consent=consent):
            return Extended(n=ticket.extensions + 1, period=period, reason=reason, consent=consent)
        case event:
            return event


def accepted(service: str, *, books: Books, at: datetime) -> Accepted:
    """Say under which terms a service's petitions are accepted at a moment."""
    terms = books.catalogue.service(service).terms_at(at)
    return Accepted(
        period=terms.period,
        legal_basis=terms.legal_basis,
        goal_minutes=terms.goal_minutes,
        calendar=books.calendar.version,
    )


def followers(
    ticket: Ticket, event: TicketEvent, *, books: Books, at: datetime
) -> list[TicketEvent]:
    """Return what the house does at once after an event: an accepted petition is sent to a unit."""
    if not isinstance(event, Accepted):
        return []
    way = route(
        books.catalogue,
        service=ticket.service,
        text=f"{ticket.title} {ticket.body}",
        area=ticket.place.area,
        channel=ticket.channel,
        at=at,
    )
    return [Routed(unit=way.unit, rule=way.rule_id, reason=way.reason_ko)]


def by_the_house(event: TicketEvent, *, seq: int, at: datetime) -> Happened:
    """Sign an event with the house's own name."""
    return Happened(seq=seq, at=at, actor=SYSTEM, event=event)


def freed(event: TicketEvent) -> TicketEvent:
    """Take personal data and invisible characters out of everything people wrote.

    Raises:
        InputError: a text has no character that can be seen.
    """
    changes: dict[str, Any] = {}
    for field in fields(event):
        said = getattr(event, field.name)
        if field.name in _FREE_TEXT and isinstance(said, str):
            changes[field.name] = freed_text(said)
            if said and not changes[field.name]:
                raise InputError("expected text that can be seen", key=field.name)
        elif field.name == "place":
            changes["place"] = replace(said, address=said.address and freed_text(said.address))
        elif field.name == "attributes":
            changes["attributes"] = tuple(
                (code, tuple(map(freed_text, values))) for code, values in said
            )
    return replace(event, **changes) if changes else event


def freed_text(text: str) -> str:
    """Normalise a text to NFC, drop control characters but line ends, mask personal data."""
    kept = (sign for sign in unicodedata.normalize("NFC", text) if sign == "\n" or _printable(sign))
    return redact("".join(kept)).strip()


def _printable(sign: str) -> bool:
    return unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
