"""Work cases: the problems behind petitions, one row each."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.store.tables.tickets import TICKET, WORK_CASE
from callcenter.store.tickets import Tickets


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCase:
    """A problem that one or more petitions are about."""

    code: str
    service: str
    title: str
    lat: float | None
    lon: float | None
    area: str | None
    unit: str | None
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None = None
    closed_by: str | None = None
    resolution: str | None = None

    @property
    def open(self) -> bool:
        """Say whether the problem still stands."""
        return self.closed_at is None


class WorkCases:
    """Work cases within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    async def next_code(self, year: int) -> str:
        """Take the next code of a year: `C2026-000123`, no gaps, none twice."""
        return "C" + await Tickets(self._connection).next_number(year, kind="case")

    async def add(self, case: WorkCase) -> None:
        """Write a new case."""
        await self._connection.execute(insert(WORK_CASE).values(**asdict(case)))

    async def get(self, code: str, *, lock: bool = False) -> WorkCase | None:
        """Return a case; locked against being closed meanwhile if asked."""
        query = select(WORK_CASE).where(WORK_CASE.c.code == code)
        if lock and self._connection.dialect.name == "postgresql":
            query = query.with_for_update()
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return None if row is None else WorkCase(**row)

    async def close(self, code: str, *, at: datetime, by: str, resolution: str) -> bool:
        """Say that the problem is solved; `False` if somebody said so before."""
        closed = await self._connection.execute(
            update(WORK_CASE)
            .where(WORK_CASE.c.code == code, WORK_CASE.c.closed_at.is_(None))
            .values(closed_at=at, closed_by=by, resolution=resolution)
        )
        return closed.rowcount == 1

    async def tickets(self, code: str) -> list[str]:
        """Return the numbers of a case's tickets, in their order."""
        query = select(TICKET.c.number).where(TICKET.c.work_case == code).order_by(TICKET.c.id)
        return list((await self._connection.execute(query)).scalars())
