"""Plain functions that make things with sensible defaults; a test says only what it is about."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from callcenter.desk.petitions import Petition
from callcenter.domain.access import Actor, Role
from callcenter.domain.periods import Period, PeriodUnit
from callcenter.domain.ticket_events import (
    Accepted,
    Channel,
    Happened,
    Place,
    Routed,
    Submitted,
    TicketEvent,
)
from callcenter.domain.tickets import Ticket, replay

CITY_HALL = Place(lat=37.503, lon=126.766, address="경기도 부천시 길주로 210", area="jung")


def an_actor(login: str = "kim", *roles: Role, unit: str | None = None) -> Actor:
    """Make a person; an agent unless said otherwise."""
    return Actor(login=login, roles=frozenset(roles or {Role.AGENT}), unit=unit)


def a_submission(**said: Any) -> Submitted:
    """Make what a caller says about a broken streetlight."""
    known: dict[str, Any] = {
        "channel": Channel.PHONE120,
        "service": "streetlight",
        "title": "가로등이 꺼져 있어요",
        "body": "시청 앞 가로등이 사흘째 꺼져 있습니다.",
        "place": CITY_HALL,
    }
    return Submitted(**(known | said))


def happenings(*events: TicketEvent, at: datetime, actor: Actor | None = None) -> list[Happened]:
    """Put events in order, a minute apart."""
    by = actor or an_actor()
    return [
        Happened(seq=seq, at=at + timedelta(minutes=seq - 1), actor=by, event=event)
        for seq, event in enumerate(events, start=1)
    ]


def a_history(*more: TicketEvent, at: datetime, **said: Any) -> list[Happened]:
    """Make the beginning of every ticket: submitted, accepted, sent to a unit; and what follows."""
    return happenings(
        a_submission(**said),
        Accepted(period=Period(qty=7, unit=PeriodUnit.DAY), legal_basis="시행령 §17"),
        Routed(unit="streetlight", rule="service", reason="가로등은 조명팀 소관"),
        *more,
        at=at,
    )


def a_ticket(number: str, history: Sequence[Happened]) -> Ticket:
    """Make the ticket a history tells."""
    return replay(number, history)


def a_petition(**said: Any) -> Petition:
    """Make what a caller asks for."""
    known: dict[str, Any] = {
        "channel": Channel.PHONE120,
        "service": "streetlight",
        "title": "가로등이 꺼져 있어요",
        "body": "시청 앞 가로등이 사흘째 꺼져 있습니다.",
        "place": CITY_HALL,
        "attributes": (("fault", ("out",)),),
    }
    return Petition(**(known | said))
