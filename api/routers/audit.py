"""The history as auditors want it: verified, sealed by day, exported with its roots."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from api.deps import Live, allow
from api.routers.tickets import Number
from api.schemas.tickets import Shape
from callcenter.domain.access import Actor, Role

router = APIRouter(prefix="/v1/audit", tags=["audit"])
Auditor = Annotated[Actor, allow({Role.MANAGER, Role.QUALITY})]
Manager = Annotated[Actor, allow({Role.MANAGER})]
MEDIA_TYPE = "application/x-ndjson"


class FaultShape(Shape):
    """Something in the history that is not as it was written."""

    what: str
    ticket: str | None
    seq: int | None
    day: str | None


class RootShape(Shape):
    """The root of a day: one hash over all that was recorded, chained to the day before."""

    day: str
    events: int
    root: str
    prev_root: str


@router.get("/tickets/{number}")
async def verify(_actor: Auditor, services: Live, number: Number) -> list[FaultShape]:
    """Verify one ticket's chain of hashes; an empty list is a sound history."""
    faults = await services.audit.verify(number)
    return [
        FaultShape(what=one.what, ticket=one.ticket, seq=one.seq, day=one.day) for one in faults
    ]


@router.post("/roots")
async def seal(_actor: Manager, services: Live) -> list[RootShape]:
    """Seal every day that is over and not sealed yet."""
    return [
        RootShape(day=one.day, events=one.events, root=one.root, prev_root=one.prev_root)
        for one in await services.audit.seal_what_is_over()
    ]


@router.get(
    "/export",
    response_class=StreamingResponse,
    responses={
        200: {"content": {MEDIA_TYPE: {}}, "description": "Events and roots, line by line."}
    },
)
async def export(
    _actor: Auditor,
    services: Live,
    first: Annotated[date, Query(examples=["2026-11-01"])],
    last: Annotated[date, Query(examples=["2026-11-21"])],
) -> StreamingResponse:
    """Export sealed days, events in order and a root after each, so that anybody can verify them."""
    lines = services.audit.export(first, last)
    begun = await anext(
        lines, ""
    )  # a day that is not sealed is refused before anything is answered

    async def all_lines() -> AsyncIterator[str]:
        yield begun
        async for line in lines:
            yield line

    return StreamingResponse(all_lines(), media_type=MEDIA_TYPE)
