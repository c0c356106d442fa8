"""Calls one by one: lists, the calls behind a figure, and what was told of one call."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.deps import Live, allow
from api.routers.live_reports import NAMED
from api.schemas.calls import CallQuery, CallShape, CallStoryShape, Name, ToldShape
from api.schemas.page import Page
from callcenter.desk.call_lists import CallStory, Listed
from callcenter.domain.access import CENTRE, Actor
from callcenter.domain.worktime import local_day
from callcenter.errors import ForbiddenError, NotFoundError
from callcenter.store.leg_cursors import LegCursors

router = APIRouter(prefix="/v1/calls", tags=["calls"])
Reader = Annotated[Actor, allow(CENTRE)]


@router.get("")
async def calls(
    actor: Reader, services: Live, asked: Annotated[CallQuery, Query()]
) -> Page[CallShape]:
    """List legs, the newest first; an agent sees the own ones. `behind` gives a figure's calls."""
    own = None if actor.has(NAMED) else actor.login
    if own is not None and asked.agent not in {None, own}:
        raise ForbiddenError("expected your own calls")
    today = local_day(services.live.centre())
    wanted = asked.filter(today=today, agent=own)
    cursors = LegCursors(vault=services.vault, now=services.now, asked=(wanted, asked.behind))
    page = await services.calls.page(
        wanted,
        behind=asked.side(),
        after=None if asked.cursor is None else cursors.read(asked.cursor),
        limit=asked.limit,
    )
    return Page(
        items=[CallShape.of(one) for one in page.legs],
        next=None if page.after is None else cursors.write(page.after),
    )


@router.get("/{source}/{call}")
async def call(
    actor: Reader,
    services: Live,
    source: Annotated[Name, Path()],
    call: Annotated[Name, Path()],
) -> CallStoryShape:
    """Tell a call: its legs, and the events of the ledger they are put together from."""
    story = await services.calls.story(source, call)
    if not (actor.has(NAMED) or _took_part(story, actor)):
        raise NotFoundError("there is no such call of yours")
    return CallStoryShape(
        legs=[CallShape.of(Listed(leg=leg)) for leg in story.legs],
        events=[ToldShape.of(event) for event in story.events],
    )


def _took_part(story: CallStory, actor: Actor) -> bool:
    return any(leg.agent == actor.login for leg in story.legs)
