"""Frontiers: computations that planners brought along, each kept once and never changed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Column, Row, Select, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.store.tables.frontiers import FRONTIER


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFrontier:
    """A computation to be kept."""

    sha256: str
    scenario: str
    title_ko: str
    title_en: str
    first_day: date
    last_day: date
    kept_at: datetime
    kept_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontier(NewFrontier):
    """A computation that is kept; what it says is read apart, since it is long."""

    id: int


class Frontiers:
    """Frontiers within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    async def add(self, new: NewFrontier, body: Mapping[str, Any]) -> bool:
        """Keep a computation; `False` if it is kept already."""
        dialect = sqlite if self._connection.dialect.name == "sqlite" else postgresql
        added = await self._connection.execute(
            dialect.insert(FRONTIER)
            .values(
                sha256=new.sha256,
                scenario=new.scenario,
                title_ko=new.title_ko,
                title_en=new.title_en,
                first_day=new.first_day.isoformat(),
                last_day=new.last_day.isoformat(),
                kept_at=new.kept_at,
                kept_by=new.kept_by,
                body=json.dumps(body, ensure_ascii=False),
            )
            .on_conflict_do_nothing()
        )
        return added.rowcount == 1

    async def known(self, sha256: str) -> Frontier | None:
        """Return the one that says this, by the hash of it."""
        query = select(*_SHORT).where(FRONTIER.c.sha256 == sha256)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _frontier(row)

    async def get(self, frontier: int) -> tuple[Frontier, Mapping[str, Any]] | None:
        """Return one, and what it says."""
        query: Select[Any] = select(*_SHORT, FRONTIER.c.body).where(FRONTIER.c.id == frontier)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else (_frontier(row), json.loads(row.body))

    async def page(self, *, before: int | None, most: int) -> list[Frontier]:
        """Return those that are kept, the newest first, beginning before one."""
        query = select(*_SHORT)
        if before is not None:
            query = query.where(FRONTIER.c.id < before)
        query = query.order_by(FRONTIER.c.id.desc()).limit(most)
        return [_frontier(row) for row in await self._connection.execute(query)]


_SHORT: Final[list[Column[Any]]] = [
    column for column in FRONTIER.c if column is not FRONTIER.c.body
]


def _frontier(row: Row[Any]) -> Frontier:
    return Frontier(
        id=row.id,
        sha256=row.sha256,
        scenario=row.scenario,
        title_ko=row.title_ko,
        title_en=row.title_en,
        first_day=date.fromisoformat(row.first_day),
        last_day=date.fromisoformat(row.last_day),
        kept_at=row.kept_at,
        kept_by=row.kept_by,
    )
