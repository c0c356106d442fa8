"""The calendar deadlines are counted by: imported, approved, stored, and never changed afterwards.

Holidays come from the package `holidays`, which is dated by its release: a newer release may know a
holiday an older one did not (2026: 제헌절, 노동절). So a version is stored with all its days, and a
newer one recounts the open periods by an event of its own.
"""

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from importlib.metadata import version as package_version
from typing import Final

import holidays as public_holidays

from callcenter.domain.access import Actor
from callcenter.domain.worktime import WorkCalendar
from callcenter.errors import CalendarError
from callcenter.store.reference import CalendarRecord
from callcenter.store.unit_of_work import Store

FIRST_YEAR: Final = 2005
LAST_YEAR: Final = 2035


class CalendarShelf:
    """The stored calendars: the one in force, and each that something was counted by."""

    def __init__(self, *, store: Store, now: Callable[[], datetime]) -> None:
        """Stand on a store; nothing is read before `load`."""
        self._store = store
        self._now = now
        self._versions: dict[str, WorkCalendar] = {}
        self._current: str | None = None

    async def load(self) -> None:
        """Read every stored version."""
        async with self._store.reading() as uow:
            for record in await uow.reference.calendar_records():
                if record.version not in self._versions:
                    self._versions[record.version] = await uow.reference.calendar(record)
                self._current = record.version

    @property
    def current(self) -> WorkCalendar:
        """Give the calendar in force.

        Raises:
            CalendarError: none has been published.
        """
        if self._current is None:
            raise CalendarError("no calendar is stored: publish one first")
        return self._versions[self._current]

    def version(self, version: str | None) -> WorkCalendar:
        """Give the calendar of a version; the one in force where none was counted by yet.

        Raises:
            CalendarError: no such version is stored.
        """
        if version is None:
            return self.current
        if version not in self._versions:
            raise CalendarError(f"no calendar {version!r} is stored")
        return self._versions[version]

    def known(self) -> dict[date, str]:
        """Return the holidays the package knows, for a person to add to and approve."""
        return known_holidays()

    async def publish(
        self, days: dict[date, str] | None = None, *, actor: Actor, source: str | None = None
    ) -> WorkCalendar:
        """Store the holidays given, or those the package knows, as the calendar in force."""
        record, known = calendar_record(
            days or known_holidays(),
            source=source or f"holidays {package_version('holidays')}",
            at=self._now(),
            approved_by=actor.login,
        )
        async with self._store.writing() as uow:
            await uow.reference.add_calendar(record, known)
        await self.load()
        return self.current


def known_holidays(first_year: int = FIRST_YEAR, last_year: int = LAST_YEAR) -> dict[date, str]:
    """Return South Korea's public holidays by their Korean names."""
    known = public_holidays.country_holidays(
        "KR", years=range(first_year, last_year + 1), language="ko"
    )
    return dict(sorted(known.items()))


def calendar_record(
    days: dict[date, str], *, source: str, at: datetime, approved_by: str
) -> tuple[CalendarRecord, dict[date, str]]:
    """Make a version out of holidays; its name is a digest of them, so the same days are one version."""
    listed = "\n".join(f"{day.isoformat()} {name}" for day, name in sorted(days.items()))
    digest = hashlib.sha256(listed.encode()).hexdigest()
    years = sorted(day.year for day in days)
    record = CalendarRecord(
        version=f"kr-{digest[:12]}",
        source=source,
        sha256=digest,
        first_year=years[0],
        last_year=years[-1],
        published_at=at,
        approved_by=approved_by,
    )
    return record, days
