"""The calendars deadlines are counted by: every version stays, the newest is in force."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from api.deps import Live, allow
from api.schemas.moments import Moment
from api.schemas.tickets import Line, Shape
from callcenter.domain.access import READERS, Actor, Role
from callcenter.errors import InputError

router = APIRouter(prefix="/v1/calendars", tags=["calendars"])
Reader = Annotated[Actor, allow(READERS)]
Manager = Annotated[Actor, allow({Role.MANAGER})]


class CalendarShape(Shape):
    """A calendar as it was approved."""

    version: str
    source: str
    first_year: int
    last_year: int
    published_at: Moment
    approved_by: str


_Named = Annotated[Line, Field(max_length=120)]
"""As long as the columns that keep it."""


class NewCalendarShape(Shape):
    """Holidays to approve: those the package `holidays` knows, and the temporary ones decreed since."""

    source: _Named = Field(examples=["holidays 0.109 + 임시공휴일 공고 2026-123"])
    more: dict[date, _Named] = Field(
        default_factory=dict, max_length=100, examples=[{"2026-12-24": "임시공휴일"}]
    )


class PublishedShape(Shape):
    """The calendar now in force, and how many open tickets were counted anew by it."""

    version: str
    recounted: int


@router.get("")
async def calendars(_actor: Reader, services: Live) -> list[CalendarShape]:
    """List every version, the one in force last."""
    async with services.store.reading() as uow:
        records = await uow.reference.calendar_records()
    return [
        CalendarShape(
            version=one.version,
            source=one.source,
            first_year=one.first_year,
            last_year=one.last_year,
            published_at=one.published_at,
            approved_by=one.approved_by,
        )
        for one in records
    ]


@router.get("/current/days")
async def days(_actor: Reader, services: Live) -> dict[date, str]:
    """List the holidays of the calendar in force."""
    return dict(sorted(services.calendars.current.holidays.items()))


@router.post("", status_code=201)
async def publish(actor: Manager, services: Live, said: NewCalendarShape) -> PublishedShape:
    """Approve a calendar; open tickets are counted anew by it, each by an event of its own."""
    known = services.calendars.known()
    outside = [day for day in said.more if day.year not in {one.year for one in known}]
    if outside:
        raise InputError(f"expected days of the years covered, got {outside[0]}", key="more")
    calendar = await services.calendars.publish(known | said.more, actor=actor, source=said.source)
    return PublishedShape(version=calendar.version, recounted=await services.recounting.run())
