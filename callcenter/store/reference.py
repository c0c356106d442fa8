"""Versions of what decisions refer to: calendars and catalogues. A version, once stored, stays."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.domain.worktime import WorkCalendar
from callcenter.store.tables.reference import CALENDAR_DAY, CALENDAR_VERSION, CATALOGUE_VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarRecord:
    """A calendar as it was approved."""

    version: str
    source: str
    sha256: str
    first_year: int
    last_year: int
    published_at: datetime
    approved_by: str


class Reference:
    """Calendars and catalogues within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    async def add_calendar(self, record: CalendarRecord, holidays: Mapping[date, str]) -> bool:
        """Store a version and its holidays; `False` if it is there already."""
        known = await self._connection.execute(
            select(CALENDAR_VERSION.c.version).where(CALENDAR_VERSION.c.version == record.version)
        )
        if known.first() is not None:
            return False
        await self._connection.execute(
            insert(CALENDAR_VERSION).values(
                **{name: getattr(record, name) for name in CalendarRecord.__slots__}
            )
        )
        days = [
            {"version": record.version, "day": day.isoformat(), "name": name}
            for day, name in sorted(holidays.items())
        ]
        await self._connection.execute(insert(CALENDAR_DAY), days)
        return True

    async def calendar_records(self) -> list[CalendarRecord]:
        """Return every version, the newest last."""
        query = select(CALENDAR_VERSION).order_by(
            CALENDAR_VERSION.c.published_at, CALENDAR_VERSION.c.version
        )
        rows = (await self._connection.execute(query)).all()
        return [
            CalendarRecord(**{name: getattr(row, name) for name in CalendarRecord.__slots__})
            for row in rows
        ]

    async def calendar(self, record: CalendarRecord) -> WorkCalendar:
        """Return the calendar of a version."""
        query = select(CALENDAR_DAY).where(CALENDAR_DAY.c.version == record.version)
        days = (await self._connection.execute(query)).all()
        return WorkCalendar(
            version=record.version,
            holidays={date.fromisoformat(row.day): row.name for row in days},
            first_year=record.first_year,
            last_year=record.last_year,
        )

    async def add_catalogue(
        self, version: str, content: str, *, loaded_at: datetime, loaded_by: str
    ) -> None:
        """Store a catalogue's text under the digest of its content, once."""
        dialect = sqlite if self._connection.dialect.name == "sqlite" else postgresql
        await self._connection.execute(
            dialect.insert(CATALOGUE_VERSION)
            .values(version=version, content=content, loaded_at=loaded_at, loaded_by=loaded_by)
            .on_conflict_do_nothing()
        )

    async def catalogue_content(self, version: str) -> str | None:
        """Return a catalogue's text as it was loaded."""
        query = select(CATALOGUE_VERSION.c.content).where(CATALOGUE_VERSION.c.version == version)
        found: str | None = (await self._connection.execute(query)).scalar_one_or_none()
        return found
