"""Desks for tests: real stores and catalogues, a clock that moves when told."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from callcenter.catalogue import load_catalogue
from callcenter.desk.calendars import CalendarShelf
from callcenter.desk.petitions import Petitioner
from callcenter.desk.tickets import Reaction, TicketDesk
from callcenter.domain.access import SYSTEM
from callcenter.domain.services import Catalogue
from callcenter.domain.worktime import WorkCalendar
from callcenter.store.unit_of_work import Store, UnitOfWork

ROOT: Final = Path(__file__).resolve().parent.parent
FRIDAY_MORNING: Final = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
"""Ten o'clock in Bucheon."""


class Watch:
    """A clock that moves only when told."""

    def __init__(self, at: datetime = FRIDAY_MORNING) -> None:
        self.at = at

    def __call__(self) -> datetime:
        """Return the moment last set."""
        return self.at

    def advance(self, **by: float) -> None:
        """Move forward."""
        self.at += timedelta(**by)


class Nobody:
    """Keeps no personal data; hands out references in order."""

    def __init__(self) -> None:
        self.originals: dict[str, str] = {}
        self._known = 0

    async def recorded(
        self, _uow: UnitOfWork, petitioners: Sequence[Petitioner], *, at: datetime
    ) -> list[str]:
        """Return the next references."""
        assert at.tzinfo
        before = self._known
        self._known += len(petitioners)
        return [f"P{n}" for n in range(before + 1, self._known + 1)]

    async def originals_kept(
        self, _uow: UnitOfWork, bodies: Mapping[str, str], *, at: datetime
    ) -> None:
        """Keep them in memory."""
        assert at.tzinfo
        self.originals |= bodies


@cache
def the_catalogue() -> Catalogue:
    """Return the catalogue the project ships."""
    return load_catalogue(ROOT / "configs" / "services.yaml")


A_PETITIONER: Final = Petitioner(name="홍길동", phone="010-1234-5678", address="부천시 길주로 210")


async def the_calendar(store: Store, version: str | None) -> WorkCalendar:
    """Return a stored calendar."""
    calendars = CalendarShelf(store=store, now=Watch())
    await calendars.load()
    return calendars.version(version)


async def a_ticket_desk(
    store: Store, *, watch: Watch | None = None, reactions: Sequence[Reaction] = ()
) -> TicketDesk:
    """Make a desk with today's calendar and the shipped catalogue."""
    now = watch or Watch()
    calendars = CalendarShelf(store=store, now=now)
    await calendars.publish(actor=SYSTEM)
    return TicketDesk(
        store=store,
        catalogue=the_catalogue,
        calendars=calendars,
        people=Nobody(),
        now=now,
        reactions=reactions,
    )
