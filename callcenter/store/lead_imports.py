"""Files of leads: known by their hash, with what became of each row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.store.tables.campaigns import LEAD_IMPORT, LEAD_IMPORT_ROW

_AT_ONCE: Final = 2_000
"""Rows of one statement: a loop that serves others is not held up for longer."""


class LeadRowStatus(StrEnum):
    """What became of a row."""

    CREATED = "created"
    REFUSED = "refused"


class Reason(StrEnum):
    """Why a row became no lead."""

    UNREADABLE = "unreadable"
    BAD_NUMBER = "bad_number"
    TWICE_IN_FILE = "twice_in_file"
    IN_CAMPAIGN = "in_campaign"
    UNKNOWN_CELL = "unknown_cell"
    DO_NOT_CALL = "do_not_call"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadRow:
    """One row and what became of it; never what stood in it."""

    row: int
    status: LeadRowStatus
    reason: Reason | None = None
    error: str | None = None
    """What was expected, for people."""
    lead: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadBatch:
    """One file of leads that was imported."""

    id: int
    sha256: str
    at: datetime
    by: str


class LeadImports:
    """Imports of leads within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    async def find(self, campaign: str, sha256: str) -> LeadBatch | None:
        """Return the import of the same file into a campaign."""
        query = select(LEAD_IMPORT).where(
            LEAD_IMPORT.c.campaign == campaign, LEAD_IMPORT.c.sha256 == sha256
        )
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return None
        return LeadBatch(id=row.id, sha256=row.sha256, at=row.at, by=row.by)

    async def put(
        self, campaign: str, sha256: str, rows: Sequence[LeadRow], *, at: datetime, by: str
    ) -> None:
        """Write down what became of every row of a file, over what was written of it before."""
        before = await self.find(campaign, sha256)
        batch = before.id if before else await self._begin(campaign, sha256, at=at, by=by)
        created = sum(row.status is LeadRowStatus.CREATED for row in rows)
        await self._connection.execute(
            update(LEAD_IMPORT)
            .where(LEAD_IMPORT.c.id == batch)
            .values(rows=len(rows), created=created)
        )
        await self._connection.execute(
            delete(LEAD_IMPORT_ROW).where(LEAD_IMPORT_ROW.c.batch == batch)
        )
        for first in range(0, len(rows), _AT_ONCE):
            said = [_columns(batch, row) for row in rows[first : first + _AT_ONCE]]
            await self._connection.execute(insert(LEAD_IMPORT_ROW), said)

    async def _begin(self, campaign: str, sha256: str, *, at: datetime, by: str) -> int:
        begun = await self._connection.execute(
            insert(LEAD_IMPORT)
            .values(campaign=campaign, sha256=sha256, at=at, by=by, rows=0, created=0)
            .returning(LEAD_IMPORT.c.id)
        )
        return int(begun.scalar_one())

    async def rows(self, batch: int) -> list[LeadRow]:
        """Return what became of every row of an import, in order."""
        found: list[LeadRow] = []
        while some := await self._some_rows(batch, after=found[-1].row if found else 0):
            found += some
        return found

    async def _some_rows(self, batch: int, *, after: int) -> list[LeadRow]:
        row = LEAD_IMPORT_ROW.c
        query = select(LEAD_IMPORT_ROW).where(row.batch == batch, row.row > after)
        some = await self._connection.execute(query.order_by(row.row).limit(_AT_ONCE))
        return [
            LeadRow(
                row=one.row,
                status=LeadRowStatus(one.status),
                reason=one.reason and Reason(one.reason),
                error=one.error,
                lead=one.lead,
            )
            for one in some
        ]


def _columns(batch: int, row: LeadRow) -> dict[str, object]:
    return {
        "batch": batch,
        "row": row.row,
        "status": row.status,
        "reason": row.reason,
        "error": row.error,
        "lead": row.lead,
    }
