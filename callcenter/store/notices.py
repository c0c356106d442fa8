"""Notices: what petitioners are owed and got, by reference only; no address and no text stands here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.domain.notices import NoticeState, Owed
from callcenter.store.tables.plumbing import NOTICE

_ADDED: Final = insert(NOTICE).returning(
    NOTICE.c.id, NOTICE.c.ticket, NOTICE.c.kind, NOTICE.c.cause_seq, NOTICE.c.channel
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNotice:
    """What is owed for a ticket, and who answers for it now."""

    ticket: str
    owed: Owed
    template: str
    unit: str | None
    officer: str | None


class Notices:
    """Notices within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    async def add(self, notices: Sequence[NewNotice], *, now: datetime) -> list[int]:
        """Write what is owed; return the rows' ids."""
        if not notices:
            return []
        rows = [_row(notice, now=now) for notice in notices]
        added = await self._connection.execute(_ADDED, rows)
        ids = {(row.ticket, row.kind, row.cause_seq, row.channel): row.id for row in added}
        return [ids[row["ticket"], row["kind"], row["cause_seq"], row["channel"]] for row in rows]

    async def get(self, notice: int, *, lock: bool = False) -> Row[Any] | None:
        """Return one notice, held against changes if asked."""
        query = select(NOTICE).where(NOTICE.c.id == notice)
        if lock and self._connection.dialect.name == "postgresql":
            query = query.with_for_update()
        return (await self._connection.execute(query)).one_or_none()

    async def of(self, number: str) -> Sequence[Row[Any]]:
        """Return a ticket's notices, in the order they came to be owed."""
        query = select(NOTICE).where(NOTICE.c.ticket == number).order_by(NOTICE.c.id)
        return (await self._connection.execute(query)).all()

    async def by_hand(self, *, unit: str | None = None, most: int = 100) -> Sequence[Row[Any]]:
        """Return what a person still has to tell, the oldest first."""
        query = select(NOTICE).where(NOTICE.c.state == NoticeState.OWED)
        if unit is not None:
            query = query.where(NOTICE.c.unit == unit)
        query = query.order_by(NOTICE.c.created_at, NOTICE.c.id).limit(most)
        return (await self._connection.execute(query)).all()

    async def sent(self, notice: int, *, provider_ref: str, now: datetime) -> None:
        """Say it went; what has been sent stays sent."""
        await self._settle(
            notice, state=NoticeState.SENT, sent_at=now, provider_ref=provider_ref, failure=None
        )

    async def failed(self, notice: int, *, failure: str) -> None:
        """Say why it did not go, without anybody's address."""
        await self._settle(notice, state=NoticeState.FAILED, failure=failure)

    async def _settle(self, notice: int, **values: object) -> None:
        await self._connection.execute(
            update(NOTICE)
            .where(NOTICE.c.id == notice, NOTICE.c.state != NoticeState.SENT)
            .values(**values)
        )


def _row(notice: NewNotice, *, now: datetime) -> dict[str, Any]:
    owed = notice.owed
    return {
        "ticket": notice.ticket,
        "kind": owed.kind,
        "cause_seq": owed.cause_seq,
        "channel": owed.way,
        "template": notice.template,
        "unit": notice.unit,
        "officer": notice.officer,
        "state": owed.state,
        "created_at": now,
        "failure": owed.exemption,
    }
