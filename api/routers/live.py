"""The live board: now, at any moment before, as a stream; its alerts, and commands to the switch."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime
from starlette.responses import Response

from api.deps import Live, allow, etag, unchanged
from api.live.opening import LiveParts
from api.live.stream import EventStream
from api.schemas.live import (
    AcknowledgedShape,
    AlertPast,
    CommandAsked,
    CommandShape,
    FrameShape,
)
from api.services import Services
from callcenter.desk.wallboard import Frame, framed
from callcenter.domain.access import CENTRE, SUPERVISORS, Actor, Role
from callcenter.errors import CapacityError, RefusedError

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
    frame = await _listening(services).wallboard.fresh()
    if frame is None:
        raise CapacityError("the live board is not up to date")
    tag = 2 * frame.number + names
    if unchanged(request, seq=tag):
        return Response(status_code=304, headers={"ETag": etag(tag)})
    return _shown(frame, names=names, tag=tag)


def _listening(services: Services) -> LiveParts:
    """Give the live parts of a process that listens to switches.

    Raises:
        RefusedError: this one does not.
    """
    if services.live.switchboard is None:
        raise RefusedError(
            "not-listening",
            ko="이 서버는 교환기에 연결되어 있지 않습니다.",
            en="this process listens to no switch",
        )
    return services.live


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
    board = _listening(services).wallboard
    seen = (last_event_id or "").strip()
    after = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 16 else None  # noqa: PLR2004
    return EventStream(board, names=actor.has(NAMED), after=after)


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
    given = await _listening(services).commands.give(
        said.command.meant(), source=said.source, actor=actor
    )
    return CommandShape.of(given)


@router.get("/commands")
async def commands(
    _actor: Overseer, services: Live, before: Before = None, limit: Most = 50
) -> list[CommandShape]:
    """List commands and their answers, the newest first."""
    found = await services.live.commands.page(before=before, most=limit)
    return [CommandShape.of(one) for one in found]
