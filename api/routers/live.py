"""The live board: now, at any moment before, as a stream; its alerts, and commands to the switch."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime
from starlette.responses import Response

from api.deps import Live, allow, etag, unchanged
from api.live.stream import EventStream
from api.schemas.live import (
    AcknowledgedShape,
    AlertPast,
    CommandAsked,
    CommandShape,
    FrameShape,
)
from callcenter.desk.wallboard import Frame, framed
from callcenter.domain.access import CENTRE, SUPERVISORS, Actor, Role
from callcenter.errors import CapacityError

router = APIRouter(prefix="/v1/live", tags=["live"])
NAMED: Final = frozenset({Role.MANAGER, Role.LEAD, Role.QUALITY})
"""Who sees the names of agents, calls and tickets; agents and walls see the centre as a whole."""
VIEWERS: Final = CENTRE | {Role.PLANNER, Role.INTEGRATOR, Role.WALLBOARD}
Viewer = Annotated[Actor, allow(VIEWERS)]
Overseer = Annotated[Actor, allow(NAMED)]
Supervisor = Annotated[Actor, allow(SUPERVISORS)]
Before = Annotated[int | None, Query(ge=1, le=2**53, description="Begin before this one.")]
Most = Annotated[int, Query(ge=1, le=200)]
Id = Annotated[int, Path(ge=1, le=2**53)]
_AT: Final = Query(
    description="As the board stood then: the time machine. 그 시각의 현황판.",
    examples=["2026-11-23T10:41:00+09:00"],
)


@router.get(
    "",
    response_class=JSONResponse,
    response_model=FrameShape,
    responses={304: {"description": "The frame in If-None-Match is still the current one."}},
)
async def live(
    actor: Viewer,
    services: Live,
    request: Request,
    at: Annotated[AwareDatetime | None, _AT] = None,
) -> Response:
    """Show the board of now, with an ETag, or of any moment before; without names to some roles."""
    names = actor.has(NAMED)
    if at is not None:
        return _shown(await _past(services, at), names=names)
    frame = await services.live.wallboard.fresh() if services.live.wallboard.running else None
    if frame is None:
        raise CapacityError("the live board is not up to date")
    tag = 2 * frame.number + names
    if unchanged(request, seq=tag):
        return Response(status_code=304, headers={"ETag": etag(tag)})
    return _shown(frame, names=names, tag=tag)


async def _past(services: Live, at: datetime) -> Frame:
    return framed(await services.live.painter.paint_past(at), number=0)


def _shown(frame: Frame, *, names: bool, tag: int | None = None) -> Response:
    headers = {} if tag is None else {"ETag": etag(tag), "Cache-Control": "no-cache"}
    return Response(frame.variant(names=names).json, media_type="application/json", headers=headers)


@router.get(
    "/stream",
    status_code=200,
    response_class=EventStream,
    responses={
        200: {
            "description": "Events of the kind `frame`, each a whole frame; a comment every 15 s. "
            "`Last-Event-ID` names the last one seen.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        }
    },
)
async def stream(
    actor: Viewer,
    services: Live,
    last_event_id: Annotated[str | None, Header(description="The last frame seen.")] = None,
) -> EventStream:
    """Send the board as it changes: the whole frame at once, then each new one, as long as one stays."""
    if not services.live.wallboard.running:
        raise CapacityError("the live board does not run in this process")
    seen = (last_event_id or "").strip()
    after = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 16 else None  # noqa: PLR2004
    return EventStream(services.live.wallboard, names=actor.has(NAMED), after=after)


# --- Alerts -----------------------------------------------------------------------------------------------


@router.get("/alerts")
async def alerts(
    _actor: Overseer, services: Live, before: Before = None, limit: Most = 50
) -> list[AlertPast]:
    """List alerts, the newest first, those that are over included."""
    found = await services.live.alerts.page(before=before, most=limit)
    return [AlertPast.of(one) for one in found]


@router.post("/alerts/{alert}/acknowledge")
async def acknowledge(
    actor: Supervisor, services: Live, alert: Id, said: AcknowledgedShape
) -> AlertPast:
    """Say that an alert was seen, and whose it is: one's own if nobody is named."""
    kept = await services.live.alerts.acknowledge(alert, owner=said.owner, actor=actor)
    services.live.wallboard.stir()
    return AlertPast.of(kept)


# --- Commands ---------------------------------------------------------------------------------------------


@router.post("/commands", status_code=202)
async def give(actor: Supervisor, services: Live, said: CommandAsked) -> CommandShape:
    """Tell a switch what to do now; what it did of it is found under the command a moment later."""
    given = await services.live.commands.give(said.command.meant(), source=said.source, actor=actor)
    return CommandShape.of(given)


@router.get("/commands")
async def commands(
    _actor: Overseer, services: Live, before: Before = None, limit: Most = 50
) -> list[CommandShape]:
    """List commands and their answers, the newest first."""
    found = await services.live.commands.page(before=before, most=limit)
    return [CommandShape.of(one) for one in found]
