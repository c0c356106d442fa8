"""Notices: what petitioners are owed and got, by reference only; no address and no text stands here."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.domain.notices import NoticeState, Owed
from callcenter.store.tables.plumbing import NOTICE


class Notices:
    """Notices within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    async def add(
        self,
        number: str,
        owed: Owed,
        *,
        template: str,
        unit: str | None,
        officer: str | None,
        now: datetime,
    ) -> int:
        """Write what is owed, with who answers for it now; return the row's id."""
        added = await self._connection.execute(
            insert(NOTICE)
            .values(
                ticket=number,
                kind=owed.kind,
                cause_seq=owed.cause_seq,
                channel=owed.way,
                template=template,
                unit=unit,
                officer=officer,
                state=owed.state,
                created_at=now,
                failure=owed.exemption,
            )
            .returning(NOTICE.c.id)
        )
        return int(added.scalar_one())

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
