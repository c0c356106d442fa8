"""How many tickets are open, due and overdue, and which are due next: what a wall shows of the desk."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.store.tables.tickets import TICKET


@dataclass(frozen=True, slots=True, kw_only=True)
class DueTicket:
    """An open ticket whose statutory date is near, or past."""

    number: str
    due_at: datetime
    unit: str | None
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketCounts:
    """The ticket desk at a moment."""

    open: int
    due_today: int
    """Open, and due between now and midnight."""
    overdue: int
    """Open, past the statutory date, and that clock still running."""
    soon: tuple[DueTicket, ...]
    """The next ones due, the most urgent first."""


class TicketDues:
    """Counts within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    async def count(self, *, now: datetime, midnight: datetime, most: int) -> TicketCounts:
        """Count, and name at most so many of those due by `midnight`."""
        due, still_open = TICKET.c.statutory_due_at, TICKET.c.closed_at.is_(None)
        running = TICKET.c.on_time.is_(None)
        counts = await self._connection.execute(
            select(
                func.count(),
                _counted((due >= now) & (due < midnight) & running),
                _counted((due < now) & running),
            )
            .select_from(TICKET)
            .where(still_open)
        )
        total, today, overdue = counts.one()
        nearest = await self._connection.execute(
            select(TICKET.c.number, due, TICKET.c.unit, TICKET.c.title)
            .where(still_open, due.is_not(None), due < midnight, running)
            .order_by(due, TICKET.c.id)
            .limit(most)
        )
        soon = tuple(
            DueTicket(number=number, due_at=at, unit=unit, title=title)
            for number, at, unit, title in nearest
        )
        return TicketCounts(open=total, due_today=today, overdue=overdue, soon=soon)


def _counted(met: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((met, 1), else_=0)), 0)
