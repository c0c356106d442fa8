"""Daily roots, and the events they are made of, in the one order in which they are counted."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.store.tables.tickets import DAILY_ROOT, NUMBER_SEQUENCE, TICKET, TICKET_EVENT

_PAGE: Final = 1_000
_TICKETS: Final = "ticket-"
"""What the scopes of ticket numbers begin with; the year follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """One hash over all events recorded on a day, chained to the day before."""

    day: str
    """In Korean local time, `2026-11-22`."""
    events: int
    root: str
    prev_root: str


class Roots:
    """Daily roots within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    async def add(self, root: Root, *, sealed_at: datetime) -> None:
        """Write a day's root; a day is sealed once."""
        await self._connection.execute(
            insert(DAILY_ROOT).values(
                day=root.day,
                events=root.events,
                root=root.root,
                prev_root=root.prev_root,
                sealed_at=sealed_at,
            )
        )

    async def last(self) -> Root | None:
        """Return the root of the last day that was sealed."""
        query = select(DAILY_ROOT).order_by(DAILY_ROOT.c.day.desc()).limit(1)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _root(row)

    async def between(self, first: str, last: str) -> list[Root]:
        """Return the roots of days, both ends included."""
        query = (
            select(DAILY_ROOT)
            .where(DAILY_ROOT.c.day.between(first, last))
            .order_by(DAILY_ROOT.c.day)
        )
        return [_root(row) for row in (await self._connection.execute(query)).all()]

    async def first_recorded(self) -> datetime | None:
        """Return when the first event of all was recorded."""
        query = select(func.min(TICKET_EVENT.c.recorded_at))
        first: datetime | None = (await self._connection.execute(query)).scalar_one()
        return first

    async def events(
        self, start: datetime, end: datetime, *, page: int = _PAGE
    ) -> AsyncIterator[Row[Any]]:
        """Give the events recorded from `start` up to before `end`, in the order they are counted.

        A page at a time: a day of an import is larger than memory should be.
        """
        day = (
            select(TICKET_EVENT)
            .where(TICKET_EVENT.c.recorded_at >= start, TICKET_EVENT.c.recorded_at < end)
            .order_by(TICKET_EVENT.c.recorded_at, self._number(), TICKET_EVENT.c.seq)
            .limit(page)
        )
        rows = (await self._connection.execute(day)).all()
        while rows:
            for row in rows:
                yield row
            following = day.where(TICKET_EVENT.c.recorded_at >= row.recorded_at, self._after(row))
            rows = (await self._connection.execute(following)).all()

    async def numbers(self, *, after: str = "", most: int = 500) -> Sequence[str]:
        """Return ticket numbers in order, beginning after one."""
        query = select(TICKET.c.number).where(TICKET.c.number > after)
        found = await self._connection.execute(query.order_by(TICKET.c.number).limit(most))
        return found.scalars().all()

    async def lost_numbers(self) -> list[str]:
        """Return the numbers that were given and that no ticket has: only a deletion leaves one."""
        scopes = NUMBER_SEQUENCE.c.scope.startswith(_TICKETS)
        given = (await self._connection.execute(select(NUMBER_SEQUENCE).where(scopes))).all()
        lost: list[str] = []
        for scope, last in sorted(map(tuple, given)):
            year = scope.removeprefix(_TICKETS)
            of_year = TICKET.c.number.startswith(f"{year}-")
            there = select(func.count()).select_from(TICKET).where(of_year)
            if await self._connection.scalar(there) < last:
                known = set(await self._connection.scalars(select(TICKET.c.number).where(of_year)))
                numbers = (f"{year}-{n:06d}" for n in range(1, last + 1))
                lost += [number for number in numbers if number not in known]
        return lost

    def _after(self, row: Row[Any]) -> ColumnElement[bool]:
        """Say which events come after one in that order."""
        event, number = TICKET_EVENT.c, self._number()
        same_ticket = and_(event.ticket == row.ticket, event.seq > row.seq)
        same_moment = and_(
            event.recorded_at == row.recorded_at, or_(number > row.ticket, same_ticket)
        )
        return or_(event.recorded_at > row.recorded_at, same_moment)

    def _number(self) -> ColumnElement[str]:
        """Order numbers by their bytes on both databases."""
        number = TICKET_EVENT.c.ticket
        return number.collate("C") if self._connection.dialect.name == "postgresql" else number


def _root(row: Row[Any]) -> Root:
    return Root(day=row.day, events=row.events, root=row.root, prev_root=row.prev_root)
