"""Imports: what was read from which file, row by row, and which ticket came of it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.errors import ConflictError
from callcenter.store.tables.plumbing import IMPORT_BATCH, IMPORT_ROW


class RowStatus(StrEnum):
    """What became of a row."""

    CREATED = "created"
    REPEATED = "repeated"
    """The same row of the same source, or its reference, is a ticket already."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowResult:
    """One row and what became of it."""

    row: int
    status: RowStatus
    ticket: str | None = None
    error: str | None = None
    """Freed of personal data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """How many rows there were, and what became of them."""

    rows: int = 0
    created: int = 0
    refused: int = 0
    repeated: int = 0

    def and_(self, status: RowStatus) -> "Totals":
        """Count one row more."""
        counts = asdict(self)
        counts[status] += 1
        return Totals(**counts | {"rows": self.rows + 1})


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One file that was imported, or is being."""

    id: int
    source: str
    sha256: str
    started_at: datetime
    started_by: str
    finished_at: datetime | None
    totals: Totals


class Imports:
    """Imports within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    async def begin(self, *, source: str, sha256: str, at: datetime, by: str) -> int:
        """Write down that an import began; return its id."""
        begun = await self._connection.execute(
            insert(IMPORT_BATCH)
            .values(source=source, sha256=sha256, started_at=at, started_by=by, **asdict(Totals()))
            .returning(IMPORT_BATCH.c.id)
        )
        return int(begun.scalar_one())

    async def ticket_of(self, row_hash: str) -> str | None:
        """Return the ticket that came of a row before."""
        query = select(IMPORT_ROW.c.ticket).where(
            IMPORT_ROW.c.row_hash == row_hash, IMPORT_ROW.c.status == RowStatus.CREATED
        )
        number: str | None = (await self._connection.execute(query)).scalar_one_or_none()
        return number

    async def add(self, batch: int, result: RowResult, *, row_hash: str) -> None:
        """Write down what became of a row, beside the ticket that came of it.

        Raises:
            ConflictError: another import made a ticket of the same row meanwhile.
        """
        try:
            await self._connection.execute(
                insert(IMPORT_ROW).values(batch=batch, row_hash=row_hash, **asdict(result))
            )
        except IntegrityError as error:
            raise ConflictError("the same row is being imported by somebody else") from error

    async def finish(self, batch: int, totals: Totals, *, at: datetime) -> None:
        """Write down that every row was read."""
        await self._connection.execute(
            update(IMPORT_BATCH)
            .where(IMPORT_BATCH.c.id == batch)
            .values(finished_at=at, **asdict(totals))
        )

    async def batch(self, batch: int) -> Batch | None:
        """Return what is known of an import."""
        query = select(IMPORT_BATCH).where(IMPORT_BATCH.c.id == batch)
        row = (await self._connection.execute(query)).mappings().one_or_none()
        if row is None:
            return None
        plain = dict(row)
        totals = Totals(**{name: plain.pop(name) for name in Totals.__slots__})
        return Batch(**plain, totals=totals)

    async def results(self, batch: int, *, beyond: int, most: int) -> Sequence[RowResult]:
        """Return what became of the rows after one, in their order."""
        query = (
            select(IMPORT_ROW)
            .where(IMPORT_ROW.c.batch == batch, IMPORT_ROW.c.row > beyond)
            .order_by(IMPORT_ROW.c.row)
            .limit(most)
        )
        return [
            RowResult(row=row.row, status=RowStatus(row.status), ticket=row.ticket, error=row.error)
            for row in await self._connection.execute(query)
        ]
