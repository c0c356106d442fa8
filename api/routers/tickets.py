"""Tickets: open one, read one, list many, and why a date is what it is."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import AwareDatetime

from api.deps import (
    IdempotencyKey,
    Live,
    RequestId,
    allow,
    etag,
    fingerprint,
    scope_of,
    unchanged,
)
from api.schemas.commands import schema_of
from api.schemas.page import Page
from api.schemas.ticket_query import TicketQuery
from api.schemas.tickets import (
    ClockShape,
    CommandShape,
    DayShape,
    EventShape,
    PeriodShape,
    PetitionShape,
    TicketShape,
)
from api.services import Services
from callcenter.desk.ticket_reading import Standing, standing_by
from callcenter.desk.tickets import RequestKey
from callcenter.domain.access import READERS, STAFF, Actor, Role
from callcenter.domain.clocks import Clock
from callcenter.domain.ticket_rules import permitted
from callcenter.store.cursors import Cursors
from callcenter.store.events import said_of

router = APIRouter(prefix="/v1/tickets", tags=["tickets"])
Opener = Annotated[Actor, allow(STAFF | {Role.INTEGRATOR})]
Reader = Annotated[Actor, allow(READERS | {Role.INTEGRATOR})]
Number = Annotated[str, Path(pattern=r"^[0-9]{4}-[0-9]{6,9}$", examples=["2026-000123"])]


@router.post("", status_code=201)
async def open_ticket(
    request: Request,
    response: Response,
    actor: Opener,
    services: Live,
    request_id: RequestId,
    key: IdempotencyKey,
    said: PetitionShape,
) -> TicketShape:
    """Give a petition its number. It is stored before this answers; the same key answers the same."""
    outcome = await services.tickets.open(
        said.petition(),
        actor=actor,
        key=RequestKey(scope=scope_of(request, actor), key=key, fingerprint=fingerprint(said)),
        request_id=request_id,
    )
    if outcome.clocks is None:
        standing = await services.reader.standing(outcome.ticket.number, actor=actor)
    else:
        standing = standing_by(outcome.ticket, outcome.clocks)
    if outcome.repeated:
        response.headers["Idempotent-Replay"] = "true"
    response.headers["Location"] = f"/v1/tickets/{outcome.ticket.number}"
    return shown(response, standing, services)


@router.get("")
async def list_tickets(
    actor: Reader,
    services: Live,
    wanted: Annotated[TicketQuery, Query()],
) -> Page[TicketShape]:
    """List tickets that have something in common, page by page."""
    cursors = Cursors(vault=services.vault, now=services.now)
    filters = wanted.filters(actor=actor)
    list_of: Any = {"wanted": filters, "order": wanted.order}
    after = cursors.read(wanted.cursor, **list_of) if wanted.cursor else None
    async with services.store.reading() as uow:
        page = await uow.lists.page(
            filters, order=wanted.order, after=after, limit=wanted.limit, now=services.now()
        )
    catalogue = services.catalogue()
    return Page(
        items=[TicketShape.of(one.ticket, catalogue=catalogue, due=one) for one in page.tickets],
        next=cursors.write(page.after, **list_of) if page.after else None,
    )


@router.get("/{number}")
async def ticket(
    request: Request,
    response: Response,
    actor: Reader,
    services: Live,
    number: Number,
    as_of: Annotated[
        AwareDatetime | None, Query(description="As it stood then, told again from its events.")
    ] = None,
) -> TicketShape:
    """Show a ticket as it stands; its ETag is what a command needs."""
    standing = await _standing(services, number, as_of=as_of, actor=actor)
    shape = shown(response, standing, services)
    if as_of is None and unchanged(request, seq=standing.ticket.seq):
        response.status_code = 304
    return shape


@router.get("/{number}/history")
async def history(actor: Reader, services: Live, number: Number) -> list[EventShape]:
    """Tell everything that happened to a ticket, each event chained to the one before by its hash."""
    rows = await services.reader.events(number, actor=actor)
    return [
        EventShape(
            seq=row.seq,
            kind=row.kind,
            at=row.at,
            actor=row.actor,
            actor_unit=row.actor_unit,
            said=said_of(row),
            hash=row.hash,
        )
        for row in rows
    ]


@router.get("/{number}/clocks")
async def clocks(actor: Reader, services: Live, number: Number) -> list[ClockShape]:
    """Explain every date of a ticket, day by day: "왜 제 기한이 14일인가요?"."""
    return [_clock(clock) for clock in await services.reader.clocks(number, actor=actor)]


@router.get("/{number}/commands")
async def commands(actor: Reader, services: Live, number: Number) -> list[CommandShape]:
    """List the commands this user may give to this ticket now, and what each takes."""
    standing = await services.reader.standing(number, actor=actor)
    return [
        CommandShape.of(rule, needs=dict(schema_of(rule.command)))
        for rule in permitted(standing.ticket, actor=actor)
        if Role.SYSTEM not in rule.roles
    ]


def shown(response: Response, standing: Standing, services: Services) -> TicketShape:
    """Write a ticket and its ETag."""
    response.headers["ETag"] = etag(standing.ticket.seq)
    return TicketShape.of(standing.ticket, catalogue=services.catalogue(), due=standing)


async def _standing(
    services: Services, number: str, *, as_of: datetime | None, actor: Actor
) -> Standing:
    if as_of is None:
        return await services.reader.standing(number, actor=actor)
    return await services.reader.stood(number, at=as_of, actor=actor)


def _clock(clock: Clock) -> ClockShape:
    return ClockShape(
        kind=clock.kind,
        n=clock.n,
        state=clock.state,
        started_at=clock.started_at,
        due_at=clock.due.due_at,
        stopped_at=clock.stopped_at,
        period=PeriodShape.of(clock.period),
        rule=clock.due.rule,
        calendar_version=clock.due.calendar_version,
        used_minutes=clock.used_minutes,
        margin_minutes=clock.margin_minutes,
        summary_ko=clock.due.summary_ko,
        summary_en=clock.due.summary_en,
        days=[
            DayShape(
                day=line.day.isoformat(),
                counted=line.counted,
                number=line.number,
                reason_ko=line.reason_ko,
                reason_en=line.reason_en,
            )
            for line in clock.due.lines
        ],
    )
