"""Reports: a few queries over sums by day; `ticket_facts` keeps those up to date."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.measures.desk_work import Count, Head
from callcenter.store.tables.reports import REPORT_CELL, TICKET_FACT, TICKET_STALE
from callcenter.store.tables.tickets import TICKET

_SUMS = tuple(func.sum(REPORT_CELL.c[count]).label(count) for count in Count)
CITY = ""
"""The scope of the whole city; any other is a unit's code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Days of Korea from the first to the last, both included, of the city or one unit."""

    first: date
    last: date
    scope: str = CITY


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """How many judged petitions of a unit and a service took so many tenths of a working hour."""

    unit: str | None
    service: str
    tenths: int
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """Of a unit's petitions received in a window: those whose time was up, and those closed of them."""

    due: int
    closed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTicket:
    """Heads and dates of a ticket that is open this moment."""

    channel: str
    service: str
    unit: str | None
    submitted_at: datetime
    statutory_due_at: datetime | None
    on_time: bool | None

    def overdue(self, now: datetime) -> bool:
        """Say whether its statutory clock runs beyond its date."""
        due = self.statutory_due_at
        return due is not None and due < now and self.on_time is None


class Reports:
    """What reports are made of, within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    async def sums(self, window: Window) -> dict[Head, dict[str, Counter[Count]]]:
        """Add a window's days up, by every head."""
        cell = REPORT_CELL.c
        found: dict[Head, dict[str, Counter[Count]]] = {head: {} for head in Head}
        query = select(cell.head, cell.value, *_SUMS).where(
            cell.scope == window.scope, *_in(window)
        )
        grouped = await self._connection.execute(query.group_by(cell.head, cell.value))
        for row in grouped.mappings():
            found[Head(row["head"])][row["value"]] = _counts(row)
        return found

    async def days(self, window: Window) -> dict[str, Counter[Count]]:
        """Return the counts of each day on which something happened."""
        cell = REPORT_CELL.c
        query = select(cell.day, *(cell[count] for count in Count)).where(
            cell.scope == window.scope, cell.head == Head.ALL, *_in(window)
        )
        rows = (await self._connection.execute(query)).mappings()
        return {row["day"]: _counts(row) for row in rows}

    async def before(self, window: Window) -> Counter[Count]:
        """Add up all days before a window."""
        cell = REPORT_CELL.c
        query = select(*_SUMS).where(
            cell.scope == window.scope,
            cell.head == Head.ALL,
            cell.day < window.first.isoformat(),
        )
        return _counts((await self._connection.execute(query)).mappings().one())

    async def took(self, window: Window) -> list[Took]:
        """Return how long the petitions answered in a window took."""
        fact = TICKET_FACT.c
        query = (
            select(fact.unit, fact.service, fact.tenths, func.count().label("n"))
            .where(fact.tenths.is_not(None), *_of(window))
            .where(fact.stopped.between(window.first.isoformat(), window.last.isoformat()))
            .group_by(fact.unit, fact.service, fact.tenths)
        )
        return [
            Took(unit=row.unit, service=row.service, tenths=row.tenths, n=row.n)
            for row in await self._connection.execute(query)
        ]

    async def cohorts(self, window: Window, *, until: date) -> dict[str | None, Cohort]:
        """Follow the petitions received in a window to the end of a day, by the unit that has them.

        Only those count whose statutory date had passed by then.
        """
        fact = TICKET_FACT.c
        end = until.isoformat()
        closed = func.count().filter(fact.closed <= end).label("closed")
        query = (
            select(fact.unit, func.count().label("due"), closed)
            .where(fact.received.between(window.first.isoformat(), window.last.isoformat()))
            .where(fact.due <= end, *_of(window))
            .group_by(fact.unit)
        )
        return {
            row.unit: Cohort(due=row.due, closed=row.closed)
            for row in await self._connection.execute(query)
        }

    async def open_tickets(self, scope: str) -> list[OpenTicket]:
        """Return heads and dates of every open ticket, as it stands this moment."""
        row = TICKET.c
        query = select(
            row.channel, row.service, row.unit, row.submitted_at, row.statutory_due_at, row.on_time
        ).where(row.closed_at.is_(None))
        if scope != CITY:
            query = query.where(row.unit == scope)
        return [
            OpenTicket(**found._mapping)  # noqa: SLF001 - the public name of a row's fields
            for found in await self._connection.execute(query)
        ]

    async def behind(self) -> bool:
        """Say whether a ticket has changed that the sums do not know of."""
        query = select(exists(select(TICKET_STALE.c.id)))
        return bool((await self._connection.execute(query)).scalar_one())


def _in(window: Window) -> tuple[ColumnElement[bool], ...]:
    return (REPORT_CELL.c.day.between(window.first.isoformat(), window.last.isoformat()),)


def _of(window: Window) -> tuple[ColumnElement[bool], ...]:
    return () if window.scope == CITY else (TICKET_FACT.c.unit == window.scope,)


def _counts(columns: Mapping[Any, Any]) -> Counter[Count]:
    return Counter({count: int(columns[count] or 0) for count in Count})
