"""A ticket is what happened to it: events go in, the state is read off, nobody sets it.

`apply` is the only place where anything about a ticket changes; `replay` tells a ticket again from its
events, and must give what the store keeps. Which command may be given when is in `ticket_rules`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from callcenter.domain.periods import Period
from callcenter.domain.ticket_events import (
    Accepted,
    Amended,
    Assigned,
    CaseLinked,
    Channel,
    CooperationAsked,
    CooperationReceived,
    CouncilDecided,
    CouncilReferred,
    Dispatched,
    Extended,
    Happened,
    Place,
    Reclassified,
    Recounted,
    Rejected,
    Reopened,
    Resolved,
    ResultNotified,
    Returned,
    Routed,
    Submitted,
    SupplementReceived,
    SupplementRequested,
    Taken,
    TicketEvent,
    TicketOutcome,
    TicketState,
    TransferredOut,
    Visited,
    VisitResult,
    Withdrawn,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A ticket as it stands after its last event; the columns of its projection."""

    number: str
    seq: int
    """Of the last event; what `If-Match` is compared with."""
    channel: Channel
    service: str
    title: str
    body: str
    place: Place
    attributes: tuple[tuple[str, tuple[str, ...]], ...]
    petitioner: str | None
    external_ref: str | None
    public: bool
    media_url: str | None
    opened_by: str
    """Login or key that submitted it; what it opened, it may read."""
    submitted_at: datetime
    updated_at: datetime
    state: TicketState
    state_since: datetime
    accepted_at: datetime | None = None
    clock_from: datetime | None = None
    """Start of the running statutory period: the acceptance, or the last reopening."""
    period: Period | None = None
    legal_basis: str | None = None
    goal_minutes: int | None = None
    calendar: str | None = None
    """Version of the calendar its periods are counted by."""
    unit: str | None = None
    hops: int = 0
    """How often it was sent to a unit: the ping-pong meter."""
    officer: str | None = None
    cooperating_unit: str | None = None
    team: str | None = None
    extensions: int = 0
    outcome: TicketOutcome | None = None
    answer: str | None = None
    resolved_at: datetime | None = None
    notified_at: datetime | None = None
    closed_at: datetime | None = None
    closings: int = 0
    reopenings: int = 0
    case: str | None = None

    @property
    def open(self) -> bool:
        """Say whether somebody still has something to do."""
        return self.state is not TicketState.CLOSED


def destination(event: TicketEvent) -> TicketState | None:
    """Return the state an event leads to; `None` if it leaves the state as it is."""
    match event:
        case Visited(result=VisitResult.NEEDS_WORK):
            return TicketState.IN_PROGRESS
        case Visited():
            return TicketState.RESOLVED
        case _:
            return DESTINATIONS.get(event.kind)


DESTINATIONS: dict[str, TicketState] = {
    "submitted": TicketState.SUBMITTED,
    "accepted": TicketState.ACCEPTED,
    "routed": TicketState.ROUTED,
    "returned": TicketState.ACCEPTED,
    "taken": TicketState.IN_PROGRESS,
    "supplement_requested": TicketState.SUPPLEMENT,
    "supplement_received": TicketState.IN_PROGRESS,
    "cooperation_asked": TicketState.COOPERATING,
    "cooperation_received": TicketState.IN_PROGRESS,
    "council_referred": TicketState.COUNCIL,
    "council_decided": TicketState.IN_PROGRESS,
    "dispatched": TicketState.FIELD,
    "resolved": TicketState.RESOLVED,
    "result_notified": TicketState.NOTIFIED,
    "transferred_out": TicketState.RESOLVED,
    "rejected": TicketState.RESOLVED,
    "withdrawn": TicketState.RESOLVED,
    "closed": TicketState.CLOSED,
    "reopened": TicketState.IN_PROGRESS,
}
"""Where each kind of event leads; a visit's destination is its result's, see `destination`."""


def opened(number: str, happened: Happened) -> Ticket:
    """Make the ticket its first event begins.

    Raises:
        TypeError: the first event is not a submission.
    """
    event = happened.event
    if not isinstance(event, Submitted):
        raise TypeError(f"a ticket begins with its submission, got {event.kind!r}")
    return Ticket(
        number=number,
        seq=happened.seq,
        channel=event.channel,
        service=event.service,
        title=event.title,
        body=event.body,
        place=event.place,
        attributes=event.attributes,
        petitioner=event.petitioner,
        external_ref=event.external_ref,
        public=event.public,
        media_url=event.media_url,
        opened_by=happened.actor.login,
        submitted_at=happened.at,
        updated_at=happened.at,
        state=TicketState.SUBMITTED,
        state_since=happened.at,
    )


def apply(ticket: Ticket, happened: Happened) -> Ticket:
    """Return the ticket after one more event; the event is trusted to have been allowed."""
    if happened.seq != ticket.seq + 1:
        raise ValueError(f"event {ticket.seq + 1} of {ticket.number} is next, got {happened.seq}")
    changes: dict[str, Any] = _changes(ticket, happened)
    state = destination(happened.event)
    if state is not None and state is not ticket.state:
        changes |= {"state": state, "state_since": happened.at}
    if state is TicketState.CLOSED:
        changes |= {"closed_at": happened.at, "closings": ticket.closings + 1}
    elif state is TicketState.RESOLVED:
        changes["resolved_at"] = happened.at
    return replace(ticket, seq=happened.seq, updated_at=happened.at, **changes)


def replay(number: str, history: Iterable[Happened]) -> Ticket:
    """Tell a ticket again from its events."""
    events = iter(history)
    ticket = opened(number, next(events))
    for happened in events:
        ticket = apply(ticket, happened)
    return ticket


def _changes(ticket: Ticket, happened: Happened) -> dict[str, Any]:  # noqa: C901, PLR0911, PLR0912 - one case an event
    match happened.event:
        case Accepted(period=period, legal_basis=basis, goal_minutes=goal, calendar=calendar):
            return _clock(period, basis, goal) | {
                "accepted_at": happened.at,
                "clock_from": happened.at,
                "calendar": calendar,
            }
        case Recounted(calendar=calendar):
            return {"calendar": calendar}
        case Reclassified(service=service, period=period, legal_basis=basis, goal_minutes=goal):
            return _clock(period, basis, goal) | {"service": service}
        case Routed(unit=unit):
            return {"unit": unit, "hops": ticket.hops + 1, "officer": None}
        case Returned():
            return {"unit": None, "officer": None}
        case Taken(officer=officer) | Assigned(officer=officer):
            return {"officer": officer}
        case Amended(title=title, body=body, place=place):
            return {"title": title, "body": body, "place": place}
        case CooperationAsked(unit=unit):
            return {"cooperating_unit": unit}
        case CooperationReceived():
            return {"cooperating_unit": None}
        case Dispatched(team=team):
            return {"team": team}
        case Visited(result=result, report=report):
            return {"team": None} | _found(result, report)
        case Extended(n=n):
            return {"extensions": n}
        case CaseLinked(case=case):
            return {"case": case}
        case Reopened():
            return _reopened(ticket, happened)
        case ResultNotified():
            return {"notified_at": happened.at}
        case SupplementRequested() | SupplementReceived() | CouncilReferred() | CouncilDecided():
            return {}
        case event:
            return _ended(event)


def _clock(period: Period, legal_basis: str, goal_minutes: int | None) -> dict[str, Any]:
    return {"period": period, "legal_basis": legal_basis, "goal_minutes": goal_minutes}


def _found(result: VisitResult, report: str) -> dict[str, Any]:
    if result is VisitResult.NEEDS_WORK:
        return {}
    done = result is VisitResult.FIXED
    return {
        "outcome": TicketOutcome.DONE if done else TicketOutcome.IMPOSSIBLE,
        "answer": report,
    }


def _ended(event: TicketEvent) -> dict[str, Any]:
    match event:
        case Resolved(outcome=outcome, answer=answer):
            return {"outcome": outcome, "answer": answer}
        case TransferredOut(reason=reason):
            return {"outcome": TicketOutcome.TRANSFERRED, "answer": reason}
        case Rejected(reason=reason):
            return {"outcome": TicketOutcome.REJECTED, "answer": reason}
        case Withdrawn(reason=reason):
            return {"outcome": TicketOutcome.WITHDRAWN, "answer": reason}
        case _:
            return {}


def _reopened(ticket: Ticket, happened: Happened) -> dict[str, Any]:
    return {
        "clock_from": happened.at,
        "reopenings": ticket.reopenings + 1,
        "outcome": None,
        "answer": None,
        "resolved_at": None,
        "notified_at": None,
        "closed_at": None,
        "extensions": 0,
    }
