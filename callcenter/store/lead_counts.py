"""Leads and attempts, counted: what progress, rates and forecasts are made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Date, cast, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.domain.leads import LeadState
from callcenter.domain.outbound import Disposition
from callcenter.store.tables.campaigns import LEAD, LEAD_ATTEMPT

_SEOUL: Final[ColumnElement[str]] = literal_column("'Asia/Seoul'")
_NINE_HOURS: Final[ColumnElement[str]] = literal_column("'+9 hours'")
# Spelled into the statement: PostgreSQL takes two parameters for two different groupings.


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """What came of attempts, and what they took."""

    by_disposition: Mapping[Disposition, int]
    seconds: float
    """From the begin to the end of each, agents' time."""

    @property
    def attempts(self) -> int:
        """How many there were."""
        return sum(self.by_disposition.values())


class LeadCounts:
    """Counts within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection
        self._postgres = connection.dialect.name == "postgresql"

    async def by_cell(self, campaign: str) -> dict[tuple[str, LeadState], int]:
        """Count the leads of each cell and state."""
        query = (
            select(LEAD.c.cell, LEAD.c.state, func.count().label("many"))
            .where(LEAD.c.campaign == campaign)
            .group_by(LEAD.c.cell, LEAD.c.state)
        )
        rows = await self._connection.execute(query)
        return {(row.cell, LeadState(row.state)): row.many for row in rows}

    async def by_last(self, campaign: str) -> dict[Disposition | None, int]:
        """Count the leads by what their last attempt came to; `None` without one."""
        query = (
            select(LEAD.c.last, func.count().label("many"))
            .where(LEAD.c.campaign == campaign)
            .group_by(LEAD.c.last)
        )
        rows = await self._connection.execute(query)
        return {row.last and Disposition[row.last.upper()]: row.many for row in rows}

    async def worked(self, campaign: str, *, since: datetime | None = None) -> Worked:
        """Count the attempts that ended since a moment, and add up what they took."""
        query = (
            select(
                LEAD_ATTEMPT.c.disposition,
                func.count().label("many"),
                func.sum(self._seconds()).label("seconds"),
            )
            .where(LEAD_ATTEMPT.c.campaign == campaign)
            .group_by(LEAD_ATTEMPT.c.disposition)
        )
        if since is not None:
            query = query.where(LEAD_ATTEMPT.c.ended_at >= since)
        rows = (await self._connection.execute(query)).all()
        return Worked(
            by_disposition={Disposition[row.disposition.upper()]: row.many for row in rows},
            seconds=float(sum(row.seconds for row in rows)),
        )

    async def by_day(self, campaign: str) -> dict[date, dict[Disposition, int]]:
        """Count the attempts of each day in Korea by what they came to; days without any are missing."""
        day = self._day()
        query = (
            select(day.label("day"), LEAD_ATTEMPT.c.disposition, func.count().label("many"))
            .where(LEAD_ATTEMPT.c.campaign == campaign)
            .group_by(day, LEAD_ATTEMPT.c.disposition)
        )
        found: dict[date, dict[Disposition, int]] = {}
        for row in await self._connection.execute(query):
            found.setdefault(row.day, {})[Disposition[row.disposition.upper()]] = row.many
        return found

    def _day(self) -> ColumnElement[date]:
        ended = LEAD_ATTEMPT.c.ended_at
        if self._postgres:
            return cast(func.timezone(_SEOUL, ended), Date)
        return func.date(ended, _NINE_HOURS, type_=Date)

    def _seconds(self) -> ColumnElement[Any]:
        begun, ended = LEAD_ATTEMPT.c.begun_at, LEAD_ATTEMPT.c.ended_at
        if self._postgres:
            return func.extract("epoch", ended - begun)
        return (func.julianday(ended) - func.julianday(begun)) * 86_400
