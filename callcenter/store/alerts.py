"""Alerts: when they were raised and cleared, by the centre's clock, and who took them on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.clock import Tick
from callcenter.errors import NotFoundError
from callcenter.store.tables.alerts import ALERT


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAlert:
    """An alert that was just raised."""

    rule: str
    subject: str
    """The queue or source it is about; empty: the centre."""
    severity: str
    value: float
    """The reading that raised it."""
    ko: str
    en: str
    raised_at: Tick


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert(NewAlert):
    """An alert, and what became of it."""

    id: int
    cleared_at: Tick | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    owner: str | None = None


class Alerts:
    """Alerts within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    async def add(self, new: NewAlert) -> Alert:
        """Write down that one was raised."""
        values = {name: getattr(new, name) for name in NewAlert.__dataclass_fields__}
        added = await self._connection.execute(
            insert(ALERT).values(values).returning(*ALERT.columns)
        )
        return _alert(added.one())

    async def clear(self, alert: int, *, at: Tick) -> None:
        """Write down that it is over."""
        await self._connection.execute(
            update(ALERT).where(ALERT.c.id == alert).values(cleared_at=at)
        )

    async def acknowledge(self, alert: int, *, by: str, owner: str, at: datetime) -> Alert:
        """Write down who has seen it, and whose it is."""
        changed = await self._connection.execute(
            update(ALERT)
            .where(ALERT.c.id == alert)
            .values(acknowledged_at=at, acknowledged_by=by, owner=owner)
            .returning(*ALERT.columns)
        )
        return _alert(changed.one())

    async def get(self, alert: int) -> Alert:
        """Return an alert.

        Raises:
            NotFoundError: there is none.
        """
        query = select(ALERT).where(ALERT.c.id == alert)
        found = (await self._connection.execute(query)).one_or_none()
        if found is None:
            raise NotFoundError(f"there is no alert {alert}")
        return _alert(found)

    async def open(self) -> list[Alert]:
        """Return those that are not cleared, the oldest first."""
        query = select(ALERT).where(ALERT.c.cleared_at.is_(None)).order_by(ALERT.c.id)
        return [_alert(row) for row in (await self._connection.execute(query)).all()]

    async def raised_by(self, moment: Tick) -> list[Alert]:
        """Return those that were raised at a moment and not yet cleared, the oldest first."""
        query = (
            select(ALERT)
            .where(
                ALERT.c.raised_at <= moment,
                ALERT.c.cleared_at.is_(None) | (ALERT.c.cleared_at > moment),
            )
            .order_by(ALERT.c.id)
        )
        return [_alert(row) for row in (await self._connection.execute(query)).all()]

    async def page(self, *, before: int | None = None, most: int = 100) -> Sequence[Alert]:
        """Return alerts, the newest first, beginning before one."""
        query = select(ALERT).order_by(ALERT.c.id.desc()).limit(most)
        if before is not None:
            query = query.where(ALERT.c.id < before)
        return [_alert(row) for row in (await self._connection.execute(query)).all()]


def _alert(row: Row[Any]) -> Alert:
    return Alert(**row._mapping)  # noqa: SLF001 - the public name
