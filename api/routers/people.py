"""Petitioners: behind masks; in full only for a purpose, which is recorded before anything is shown."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.deps import Live, RequestId, allow
from api.routers.tickets import Number
from api.schemas.people import (
    LookedShape,
    LookShape,
    OriginalShape,
    PersonShape,
    Purpose,
    SearchPersonShape,
)
from api.schemas.tickets import Shape
from callcenter.desk.people import Look
from callcenter.domain.access import CENTRE, STAFF, Actor, Role
from callcenter.domain.privacy import Contact
from callcenter.domain.tickets import Ticket
from callcenter.errors import ForbiddenError, InputError, NotFoundError

router = APIRouter(prefix="/v1", tags=["people"])
Staff = Annotated[Actor, allow(STAFF)]


class PurposeShape(Shape):
    """What a look at personal data is for."""

    purpose: Purpose


@router.get("/tickets/{number}/petitioner")
async def petitioner(actor: Staff, services: Live, number: Number) -> PersonShape:
    """Show who asks behind masks: 홍*동, 010-****-5678."""
    ticket = await _ticket(services, number, actor=actor)
    return PersonShape.of(await services.people.masked(_reference(ticket)))


@router.post("/tickets/{number}/petitioner/look")
async def look(
    actor: Staff, services: Live, request_id: RequestId, number: Number, said: LookShape
) -> PersonShape:
    """Show fields of who asks in full; who, what and what for is recorded for ever."""
    ticket = await _ticket(services, number, actor=actor)
    _own(ticket, actor=actor)
    asked = Look(actor=actor, purpose=said.purpose, ticket=number, request_id=request_id)
    seen = await services.people.seen(_reference(ticket), look=asked, fields=said.fields)
    return PersonShape.of(seen)


@router.post("/tickets/{number}/original")
async def original(
    actor: Staff, services: Live, request_id: RequestId, number: Number, said: PurposeShape
) -> OriginalShape:
    """Show a petition's text as it was written, before personal data was taken out of it."""
    ticket = await _ticket(services, number, actor=actor)
    _own(ticket, actor=actor)
    asked = Look(actor=actor, purpose=said.purpose, ticket=number, request_id=request_id)
    return OriginalShape(body=await services.people.original(number, look=asked))


@router.post("/people/search")
async def search(
    _actor: Annotated[Actor, allow(CENTRE)], services: Live, said: SearchPersonShape
) -> list[str]:
    """Find petitioners by telephone number or e-mail address; answer references, newest first."""
    if (said.phone is None) == (said.email is None):
        raise InputError("expected a telephone number or an e-mail address", key="phone")
    if said.phone is not None:
        return await services.people.found(said.phone, kind=Contact.PHONE)
    return await services.people.found(said.email or "", kind=Contact.EMAIL)


@router.get("/people/looks")
async def looks(
    _actor: Annotated[Actor, allow({Role.MANAGER, Role.QUALITY})],
    services: Live,
    petitioner: Annotated[str | None, Query(pattern=r"^P[0-9]{1,18}$")] = None,
    before: Annotated[int | None, Query(ge=1, le=2**53)] = None,
) -> list[LookedShape]:
    """List who looked at whose data and what for, the newest first."""
    async with services.store.reading() as uow:
        rows = await uow.people.looks(petitioner=petitioner, before=before)
    return [LookedShape.of(row) for row in rows]


async def _ticket(services: Live, number: str, *, actor: Actor) -> Ticket:
    return (await services.reader.standing(number, actor=actor)).ticket


def _reference(ticket: Ticket) -> str:
    if ticket.petitioner is None:
        raise NotFoundError(f"{ticket.number} came without a petitioner")
    return ticket.petitioner


def _own(ticket: Ticket, *, actor: Actor) -> None:
    """Let a department see the people of its own tickets only."""
    units = {ticket.unit, ticket.team, ticket.cooperating_unit}
    if actor.has(CENTRE | {Role.SYSTEM}) or actor.unit in units:
        return
    raise ForbiddenError("personal data is for the unit that works on the ticket")
