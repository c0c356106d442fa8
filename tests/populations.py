"""A year of tickets, quickly: whole histories of a city's petitions, written past the desk.

Deterministic: the same seed gives the same tickets, each the same whatever comes after it. Their shape is
that of the centre in 2009: busy Mondays, streetlights in the dark months, snow in winter, a few per cent
that wander between departments, wait for papers, come too late or come back.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import islice
from typing import Any, Final

import numpy as np
from numpy.random import Generator
from sqlalchemy import insert, text

from callcenter.clock import MINUTE
from callcenter.desk.calendars import calendar_record, known_holidays
from callcenter.domain.access import SYSTEM, Actor, Role
from callcenter.domain.clock_rules import ClockKind
from callcenter.domain.clocks import Clock, clocks
from callcenter.domain.periods import Period
from callcenter.domain.services import ServiceType
from callcenter.domain.ticket_events import (
    NOWHERE,
    Accepted,
    Arrived,
    Channel,
    Closed,
    Dispatched,
    Extended,
    Happened,
    Place,
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
    Visited,
    VisitResult,
)
from callcenter.domain.tickets import Ticket, replay
from callcenter.domain.worktime import WorkCalendar, add_working_time, midnight
from callcenter.store.clocks import columns_of, row_of as clock_row
from callcenter.store.events import rows_of
from callcenter.store.search import searchable
from callcenter.store.tables.surveys import SURVEY
from callcenter.store.tables.tickets import NUMBER_SEQUENCE, TICKET, TICKET_CLOCK, TICKET_EVENT
from callcenter.store.tickets import row_of
from callcenter.store.unit_of_work import Store
from simulation.streams import stream
from tests.desks import the_catalogue

FIRST_DAY: Final = date(2009, 1, 1)
NOW: Final = datetime(2009, 12, 31, 8, 0, tzinfo=UTC)
"""Five in the afternoon of the year's last day, in Korea."""
_AGENT: Final = Actor(login="agent-07", roles=frozenset({Role.AGENT}))
_CHUNK: Final = 2_000

_CHANNELS: Final = {
    Channel.PHONE120: 60, Channel.OBSERVATION: 14, Channel.OPEN311: 8, Channel.VOC: 5,
    Channel.ADMIN119: 5, Channel.MONITOR: 3, Channel.ONLINE: 3, Channel.PATROL: 1, Channel.VISIT: 1,
}  # fmt: skip
_SERVICES: Final = {
    "streetlight": 14, "road-damage": 11, "illegal-parking": 12, "waste-collection": 7, "noise": 6,
    "illegal-dumping": 6, "drain": 4, "water-leak": 4, "sidewalk": 4, "green-space": 4, "general": 4,
    "environment-cleaning": 3, "traffic-construction": 3, "traffic-signal": 3, "water-bill": 3,
    "local-tax": 3, "building": 2, "air": 2, "snow-ice": 2, "suggestion": 1, "grievance": 1,
    "procedure-inquiry": 1, "welfare": 1, "passport": 0.5,
}  # fmt: skip
_THINGS: Final = {
    "streetlight": ("가로등", "보안등", "LED등"), "road-damage": ("도로", "포트홀", "아스팔트"),
    "illegal-parking": ("불법주차", "이중주차"), "waste-collection": ("쓰레기", "재활용품"),
    "noise": ("공사 소음", "확성기 소리"), "illegal-dumping": ("쓰레기 무단투기", "폐가구"),
    "drain": ("빗물받이", "하수구"), "water-leak": ("수도관", "상수도"), "sidewalk": ("보도블록", "인도"),
    "green-space": ("가로수", "공원 의자", "놀이터"), "snow-ice": ("제설", "빙판길"), "passport": ("여권",),
}  # fmt: skip
_TROUBLES: Final = (
    "이 꺼져 있습니다", "가 파손되었습니다", "에 문제가 있어요", " 때문에 불편합니다", "을 고쳐 주세요",
    "가 위험해 보입니다", "에서 냄새가 납니다", "을 확인 부탁드립니다",
)  # fmt: skip
_SPOTS: Final = (
    "시청 앞", "중앙공원 입구", "역 3번 출구", "초등학교 정문", "시장 골목", "아파트 102동 앞",
    "터미널 건너편", "주민센터 뒤", "도서관 옆", "육교 아래",
)  # fmt: skip
_ROADS: Final = ("길주로", "부천로", "신흥로", "중동로", "상동로", "소향로", "계남로", "송내대로")
_AREAS: Final = tuple(f"4119{district}{n:03d}00" for district in (2, 4, 6) for n in range(51, 63))
_BUSY: Final = (1.3, 1.1, 1.0, 1.0, 1.0, 0.25, 0.15)
"""Weights of the days of a week, Monday first."""
_HOURS: Final = (8, 9, 9, 10, 10, 11, 11, 12, 13, 14, 14, 15, 15, 16, 17, 18, 20, 23)
_SCORES: Final = (1, 2, 3, 4, 4, 5, 5, 5, 5, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One ticket, from its first event to its last before `NOW`."""

    row: int
    ticket: Ticket
    history: tuple[Happened, ...]
    clocks: tuple[Clock, ...]
    score: int | None = None
    """What the petitioner answered to the survey, if invited and willing."""
    invited: bool = False


@cache
def the_calendar() -> WorkCalendar:
    """Return the working days of 2008 to 2011."""
    days = known_holidays(2008, 2011)
    record, holidays = calendar_record(days, source="tests", at=NOW, approved_by="tests")
    return WorkCalendar(version=record.version, holidays=holidays, first_year=2008, last_year=2011)


def lives(tickets: int, *, seed: int = 1, alike: int = 1) -> Iterator[Life]:
    """Tell the lives of so many tickets, in the order of their numbers.

    Telling one takes a millisecond: in a large population let every `alike` neighbours complain of the
    same thing and be treated alike.
    """
    row = 0
    for n, at in enumerate(_arrivals(-(-tickets // alike), seed=seed), start=1):
        rng = stream(seed=seed, replication=n, name="ticket")
        life = _life(at, rng=rng)
        for _ in range(min(alike, tickets - row)):
            row += 1
            yield _one_more(life, row, rng=rng)


def _one_more(life: Life, row: int, *, rng: Generator) -> Life:
    number = f"{FIRST_DAY.year}-{row:06d}"
    petitioner = f"P{rng.integers(1, 60_000)}" if life.ticket.petitioner else None
    first = life.history[0]
    assert isinstance(first.event, Submitted)
    told = replace(first, event=replace(first.event, petitioner=petitioner))
    ticket = replace(life.ticket, number=number, petitioner=petitioner)
    return replace(life, row=row, ticket=ticket, history=(told, *life.history[1:]))


def _life(at: datetime, *, rng: Generator) -> Life:
    service = the_catalogue().service(_chosen(_SERVICES, rng))
    history: list[Happened] = []
    for minutes, event in _story(service, rng=rng):
        if minutes:
            at = add_working_time(at, minutes, calendar=the_calendar())
        if at > NOW:
            break
        history.append(Happened(seq=len(history) + 1, at=at, actor=_who(event), event=event))
    ticket = replay("", history)
    invited = ticket.closings > 0 and ticket.petitioner is not None and rng.random() < 0.25
    return Life(
        row=0,
        ticket=ticket,
        history=tuple(history),
        clocks=clocks(history, calendar=the_calendar()),
        invited=invited,
        score=int(rng.choice(_SCORES)) if invited and rng.random() < 0.3 else None,
    )


Story = Iterator[tuple[int, TicketEvent]]
"""Events, and the working minutes before each."""


def _story(service: ServiceType, *, rng: Generator) -> Story:
    yield 0, _submission(service, rng=rng)
    terms = service.terms[0]
    allowed = _minutes(terms.period)
    yield (
        0 if rng.random() < 0.7 else _spell(60, rng),
        Accepted(
            period=terms.period,
            legal_basis=terms.legal_basis,
            goal_minutes=terms.goal_minutes,
            calendar=the_calendar().version,
        ),
    )
    yield 0, Routed(unit=service.unit, rule="default", reason="업무 담당 부서")
    if rng.random() < 0.06:
        yield from _wandering(service, rng=rng)
    if service.field_team and rng.random() < 0.4:
        yield from _visit(service.field_team, rng=rng)
        return
    yield _spell(45, rng), Taken(officer=f"officer-{rng.integers(120):03d}")
    if rng.random() < 0.015:  # put aside, and forgotten
        return
    if rng.random() < 0.04:
        yield _spell(120, rng), SupplementRequested(asked="위치 사진")
        yield _spell(960, rng), SupplementReceived(received="사진 2장")
    if rng.random() < 0.03:
        yield 30, Extended(n=1, period=terms.period, reason="현장 확인 지연")
    yield _spell(allowed // 3, rng), _resolution(rng)
    yield from _ending(rng)
    if rng.random() < 0.01:
        yield _spell(480, rng), Reopened(reason="다시 고장")
        yield _spell(allowed // 3, rng), _resolution(rng)
        yield from _ending(rng)


def _wandering(service: ServiceType, *, rng: Generator) -> Story:
    units = [unit.code for unit in the_catalogue().units if unit.code != service.unit]
    for _ in range(int(rng.integers(1, 4))):
        yield _spell(90, rng), Returned(reason="소관 아님")
        yield _spell(60, rng), Routed(unit=str(rng.choice(units)), rule="manual", reason="재배정")
    yield _spell(90, rng), Returned(reason="소관 아님")
    yield _spell(60, rng), Routed(unit=service.unit, rule="manual", reason="원 부서")


def _visit(team: str, *, rng: Generator) -> Story:
    yield _spell(30, rng), Dispatched(team=team)
    yield _spell(70, rng), Arrived()
    result = VisitResult(str(rng.choice(list(VisitResult), p=(0.8, 0.12, 0.08))))
    yield _spell(25, rng), Visited(result=result, report="현장 확인")
    if result is VisitResult.NEEDS_WORK:
        yield _spell(600, rng), _resolution(rng)
    yield from _ending(rng)


def _ending(rng: Generator) -> Story:
    yield _spell(20, rng), ResultNotified(exemption="신청인 없음")
    yield _spell(240, rng), Closed()


def _resolution(rng: Generator) -> Resolved:
    outcome = TicketOutcome.DONE if rng.random() < 0.93 else TicketOutcome.PARTLY
    return Resolved(outcome=outcome, answer="조치하였습니다.")


def _submission(service: ServiceType, *, rng: Generator) -> Submitted:
    thing = str(rng.choice(_THINGS.get(service.code, service.keywords)))
    trouble, spot = str(rng.choice(_TROUBLES)), str(rng.choice(_SPOTS))
    other = str(rng.choice(_THINGS[_chosen(dict.fromkeys(_THINGS, 1.0), rng)]))
    body = (
        f"{spot} {thing}{trouble}. 며칠 전부터 그렇습니다. {other} 문의도 함께 드립니다. "
        "빠른 조치 바랍니다."
    )
    return Submitted(
        channel=Channel(_chosen(_CHANNELS, rng)),
        service=service.code,
        title=f"{thing}{trouble}"[:40],
        body=body,
        place=_place(rng) if service.location_required else NOWHERE,
        petitioner="P1" if rng.random() < 0.8 else None,
        external_ref=None,
        public=service.public,
    )


def _place(rng: Generator) -> Place:
    """Give a place near one of 400 where things break again and again."""
    spot = int(rng.integers(400))
    return Place(
        lat=round(37.47 + spot % 20 * 0.003 + rng.normal() * 0.0004, 6),
        lon=round(126.75 + spot // 20 * 0.003 + rng.normal() * 0.0004, 6),
        address=f"경기도 부천시 {rng.choice(_ROADS)} {spot + 1}",
        area=_AREAS[spot % len(_AREAS)],
    )


def _chosen(weights: Mapping[str, float], rng: Generator) -> str:
    at = rng.random() * sum(weights.values())
    for name, weight in weights.items():
        at -= weight
        if at < 0:
            return name
    return name


def _spell(mean: float, rng: Generator) -> int:
    """Give working minutes with a long tail."""
    return 1 + int(mean * rng.lognormal(-0.5, 1.0))


def _minutes(period: Period) -> int:
    return (period.work or 480 * period.qty * MINUTE) // MINUTE


def _who(event: TicketEvent) -> Actor:
    return SYSTEM if isinstance(event, Routed) else _AGENT


async def settle(store: Store, population: Iterable[Life]) -> int:
    """Write tickets into an empty store with what belongs to them; return how many.

    Of their clocks only the statutory ones are written, the one kind that lists and reports look at.
    """
    rest, last = iter(population), 0
    while chunk := list(islice(rest, _CHUNK)):
        async with store.writing() as uow:
            await uow.connection.execute(insert(TICKET), [_row(life) for life in chunk])
            await uow.connection.execute(insert(TICKET_EVENT), _events(chunk))
            await uow.connection.execute(insert(TICKET_CLOCK), list(_statutory(chunk)))
            surveys = [_survey(life) for life in chunk if life.ticket.closings]
            if surveys:
                await uow.connection.execute(insert(SURVEY), surveys)
            lines = [(life.row, _line(life.ticket)) for life in chunk]
            await uow.search.index_lines(lines, fresh=True)
        last = chunk[-1].row
    await _go_on_from(store, last)
    return last


async def _go_on_from(store: Store, last: int) -> None:
    """Let the next number and row follow the last; let the database look at what it holds."""
    async with store.writing() as uow:
        sequence = {"scope": f"ticket-{FIRST_DAY.year}", "last": last}
        await uow.connection.execute(insert(NUMBER_SEQUENCE).values(**sequence))
        if store.database.dialect == "postgresql":
            await uow.connection.execute(
                text("SELECT setval(pg_get_serial_sequence('ticket', 'id'), :last)"), {"last": last}
            )
            await uow.connection.execute(text("ANALYZE"))


def _row(life: Life) -> dict[str, Any]:
    told = columns_of(life.clocks, promised=None)
    return row_of(life.ticket) | {"working_minutes": None} | told | {"id": life.row}


def _events(chunk: Sequence[Life]) -> list[dict[str, Any]]:
    return [
        row
        for life in chunk
        for row in rows_of(
            life.ticket.number, life.history, recorded_at=life.history[-1].at, request_id=None
        )
    ]


def _statutory(chunk: Sequence[Life]) -> Iterator[dict[str, Any]]:
    for life in chunk:
        for clock in life.clocks:
            if clock.kind is ClockKind.STATUTORY:
                yield clock_row(life.ticket.number, clock)


def _survey(life: Life) -> dict[str, Any]:
    ticket = life.ticket
    closed = ticket.closed_at or ticket.state_since
    return {
        "ticket": ticket.number,
        "closing": ticket.closings,
        "sampled": life.invited,
        "service": ticket.service,
        "unit": ticket.unit,
        "officer": ticket.officer,
        "channel": ticket.channel,
        "closed_at": closed,
        "expires_at": closed + timedelta(days=14),
        "answered_at": closed + timedelta(days=1) if life.score else None,
        "score": life.score,
    }


def _line(ticket: Ticket) -> str:
    return searchable(
        title=ticket.title, body=ticket.body, address=ticket.place.address, number=ticket.number
    )


def _arrivals(tickets: int, *, seed: int) -> list[datetime]:
    """Spread tickets over the year: Mondays are busy, Sundays are not, nights are quiet."""
    rng = stream(seed=seed, replication=0, name="arrivals")
    days = (NOW.date() - FIRST_DAY).days
    weights = np.array([_BUSY[(FIRST_DAY + timedelta(n)).weekday()] for n in range(days)])
    day = rng.choice(days, size=tickets, p=weights / weights.sum())
    second = rng.choice(_HOURS, size=tickets) * 3_600 + rng.integers(3_600, size=tickets)
    begin = midnight(FIRST_DAY)
    return [begin + timedelta(seconds=int(at)) for at in np.sort(day * 86_400 + second)]
