"""Agents: a day's figures of everybody, and one agent's day; names only for who may see them."""

from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query

from api.deps import Live, allow
from api.routers.live_reports import NAMED
from api.schemas.agents import AgentDayShape, AgentShape, StaffShape
from api.schemas.calls import Name
from callcenter.domain.access import CENTRE, SUPERVISORS, Actor, Role
from callcenter.domain.worktime import local_day
from callcenter.errors import NotFoundError

router = APIRouter(prefix="/v1/agents", tags=["agents"])
Reader = Annotated[Actor, allow(CENTRE | {Role.PLANNER})]
Colleague = Annotated[Actor, allow(CENTRE)]
Day = Annotated[date | None, Query(description="A day of Korea; today if not said.")]
TIMERS: Final = SUPERVISORS
"""Who sees how agents spend their time; quality looks at calls and answers only."""


@router.get("")
async def agents(actor: Reader, services: Live, day: Day = None) -> StaffShape:
    """Report a day: all together and by group for everybody, agents by name for who leads them."""
    day = day or local_day(services.live.centre())
    found = await services.live_reports.staff(day)
    people = [
        AgentShape.of(one, timed=actor.has(TIMERS) or one.agent == actor.login)
        for one in found.people
        if actor.has(NAMED) or (actor.has(CENTRE) and one.agent == actor.login)
    ]
    return StaffShape.of(found, day=day, people=people)


@router.get("/{agent}")
async def agent(
    actor: Colleague, services: Live, agent: Annotated[Name, Path()], day: Day = None
) -> AgentDayShape:
    """Report one agent's day: figures, spells, and what callers thought."""
    if not actor.has(NAMED) and agent != actor.login:
        raise NotFoundError("there is no such agent but you")
    day = day or local_day(services.live.centre())
    found = await services.live_reports.staff(day)
    person = next((one for one in found.people if one.agent == agent), None)
    if person is None:
        raise NotFoundError(f"nothing was told of {agent} on {day}")
    return AgentDayShape.of_day(
        person,
        day=day,
        csat=await services.live_reports.satisfaction_of(agent, day),
        timed=actor.has(TIMERS) or agent == actor.login,
    )
