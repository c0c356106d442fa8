"""Frontiers: brought by planners, looked at by whoever decides how much is called."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query

from api.deps import Live, allow
from api.schemas.frontiers import FrontierBody, FrontierShape, FullFrontierShape
from api.schemas.page import MOST, Page
from callcenter.domain.access import Actor, Role
from callcenter.domain.campaigns import PLANNERS

router = APIRouter(prefix="/v1/frontiers", tags=["campaigns"])
_WATCHERS: Final = PLANNERS | {Role.QUALITY}
Planner = Annotated[Actor, allow(PLANNERS)]
Watcher = Annotated[Actor, allow(_WATCHERS)]
RowId = Annotated[int, Query(ge=1, le=2**53)]


@router.post("", status_code=201)
async def keep_frontier(actor: Planner, services: Live, said: FrontierBody) -> FrontierShape:
    """Keep what `callcenter campaign frontier --json` wrote; the same again is kept once. 프론티어 등록."""
    return FrontierShape.of(await services.frontiers.keep(said.body(), actor=actor))


@router.get("")
async def frontiers(
    _actor: Watcher,
    services: Live,
    cursor: RowId | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
) -> Page[FrontierShape]:
    """List frontiers, the newest first."""
    found = await services.frontiers.page(before=cursor, most=limit + 1)
    more = str(found[limit - 1].id) if len(found) > limit else None
    return Page(items=[FrontierShape.of(one) for one in found[:limit]], next=more)


@router.get("/{frontier}")
async def frontier(
    _actor: Watcher, services: Live, frontier: Annotated[int, Path(ge=1, le=2**53)]
) -> FullFrontierShape:
    """Show a frontier with all its points."""
    return FullFrontierShape.whole(*await services.frontiers.frontier(frontier))
