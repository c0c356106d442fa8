"""What the simulated departments do with a ticket next, by whom, and how long it takes them.

A function of the ticket alone: the next step of `2026-000017` after its fifth event is always the same. How
long each step takes, and how often a ticket is sent back, waits for papers or is visited, is `assumed`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from numpy.random import Generator

from callcenter.domain.access import Actor, Role
from callcenter.domain.services import Catalogue
from callcenter.domain.ticket_events import (
    Arrived,
    Closed,
    Dispatched,
    Resolved,
    ResultNotified,
    Returned,
    Routed,
    SupplementReceived,
    SupplementRequested,
    Taken,
    TicketEvent,
    TicketOutcome,
    TicketState,
    Visited,
    VisitResult,
)
from callcenter.domain.tickets import Ticket
from simulation.streams import stream

# --- Assumed: no source says any of this -----------------------------------------------------------------

_RETURNED: Final = 0.05
_VISITED: Final = 0.4
"""Of tickets whose service has a team for the field."""
_SUPPLEMENTED: Final = 0.04
_VISITS: Final[Mapping[VisitResult, float]] = {
    VisitResult.FIXED: 0.8,
    VisitResult.NOTHING_FOUND: 0.12,
    VisitResult.NEEDS_WORK: 0.08,
}
_MINUTES: Final[Mapping[TicketState, float]] = {
    TicketState.SUBMITTED: 20,
    TicketState.ACCEPTED: 20,
    TicketState.ROUTED: 45,
    TicketState.FIELD: 50,
    TicketState.IN_PROGRESS: 240,
    TicketState.SUPPLEMENT: 600,
    TicketState.RESOLVED: 20,
    TicketState.NOTIFIED: 120,
}
"""Mean minutes in a state before the next step."""
_SPREAD: Final = 1.0
"""Of the lognormal these minutes are drawn from: a long tail, mean 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """A command, what is said with it, who gives it, and how long after the last event."""

    command: str
    event: TicketEvent | None
    """`None` of `accept`, whose terms are the house's to know."""
    actor: Actor
    after: timedelta


def next_step(ticket: Ticket, *, catalogue: Catalogue, seed: int) -> NextStep | None:
    """Say what is done with a ticket next; `None` if nobody has anything to do."""
    mean = _MINUTES.get(ticket.state)
    if mean is None:
        return None
    rng = stream(seed=seed, replication=ticket.seq, name=f"departments {ticket.number}")
    minutes = mean * rng.lognormal(-(_SPREAD**2) / 2, _SPREAD)
    command, event = _decision(ticket, catalogue=catalogue, rng=rng)
    return NextStep(
        command=command,
        event=event,
        actor=_who(ticket, command),
        after=timedelta(minutes=float(minutes)),
    )


def _decision(
    ticket: Ticket, *, catalogue: Catalogue, rng: Generator
) -> tuple[str, TicketEvent | None]:
    match ticket.state:
        case TicketState.ROUTED:
            return _beginning(ticket, catalogue=catalogue, rng=rng)
        case TicketState.FIELD:
            return _visit(ticket, rng=rng)
        case TicketState.IN_PROGRESS:
            return _work(rng)
        case _:
            return _PLAIN[ticket.state](ticket, catalogue)


def _routed(ticket: Ticket, catalogue: Catalogue) -> tuple[str, TicketEvent]:
    unit = catalogue.service(ticket.service).unit
    return "route", Routed(unit=unit, rule="manual", reason="재배정")


def _told(ticket: Ticket, _catalogue: Catalogue) -> tuple[str, TicketEvent]:
    exemption = None if ticket.petitioner else "통지할 신청인 없음"
    return "notify_result", ResultNotified(exemption=exemption)


_PLAIN: Final[
    Mapping[TicketState, Callable[[Ticket, Catalogue], tuple[str, TicketEvent | None]]]
] = {
    TicketState.SUBMITTED: lambda _ticket, _catalogue: ("accept", None),
    TicketState.ACCEPTED: _routed,
    TicketState.SUPPLEMENT: lambda _ticket, _catalogue: (
        "receive_supplement",
        SupplementReceived(received="위치 사진"),
    ),
    TicketState.RESOLVED: _told,
    TicketState.NOTIFIED: lambda _ticket, _catalogue: ("close", Closed()),
}
"""Where there is nothing to decide."""


def _beginning(ticket: Ticket, *, catalogue: Catalogue, rng: Generator) -> tuple[str, TicketEvent]:
    team = catalogue.service(ticket.service).field_team
    if ticket.hops == 1 and rng.random() < _RETURNED:
        return "return", Returned(reason="소관 업무가 아닙니다")
    if team is not None and rng.random() < _VISITED:
        return "dispatch", Dispatched(team=team)
    return "take", Taken(officer=f"officer-{rng.integers(40):02d}")


def _visit(ticket: Ticket, *, rng: Generator) -> tuple[str, TicketEvent]:
    if ticket.updated_at == ticket.state_since:
        return "arrive", Arrived()
    results = list(_VISITS)
    result = results[int(rng.choice(len(results), p=list(_VISITS.values())))]
    return "report_visit", Visited(result=result, report="현장을 확인했습니다")


def _work(rng: Generator) -> tuple[str, TicketEvent]:
    if rng.random() < _SUPPLEMENTED:
        return "request_supplement", SupplementRequested(asked="위치를 알 수 있는 사진")
    return "resolve", Resolved(outcome=TicketOutcome.DONE, answer="조치를 마쳤습니다.")


def _who(ticket: Ticket, command: str) -> Actor:
    if command in {"accept", "route"}:
        return Actor(login="simulated-agent", roles=frozenset({Role.AGENT}))
    unit = ticket.team if ticket.state is TicketState.FIELD else ticket.unit
    return Actor(login=f"simulated-{unit}", roles=frozenset({Role.OFFICER}), unit=unit)
