"""Idempotency keys: claimed first, in the transaction of the command they stand for.

A second request with the same key waits for the first one's transaction to end, and then finds its
answer, or, if it failed, the key free again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.store.tables.plumbing import IDEMPOTENCY_KEY

KEPT_FOR: Final = timedelta(hours=96)
"""Longer than a weekend and a holiday without the network."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What was answered to the first request with this key."""

    fingerprint: str
    status: int
    response: str


class Idempotency:
    """Keys within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    async def claim(
        self, scope: str, key: str, *, fingerprint: str, now: datetime
    ) -> Answered | None:
        """Take the key for this transaction; if it was taken before, return its answer."""
        dialect = sqlite if self._connection.dialect.name == "sqlite" else postgresql
        taken = await self._connection.execute(
            dialect.insert(IDEMPOTENCY_KEY)
            .values(
                scope=scope,
                key=key,
                fingerprint=fingerprint,
                created_at=now,
                expires_at=now + KEPT_FOR,
            )
            .on_conflict_do_nothing()
            .returning(IDEMPOTENCY_KEY.c.key)
        )
        if taken.first() is not None:
            return None
        row = (await self._connection.execute(select(IDEMPOTENCY_KEY).where(_is(scope, key)))).one()
        return Answered(fingerprint=row.fingerprint, status=row.status, response=row.response)

    async def answer(self, scope: str, key: str, *, status: int, response: str) -> None:
        """Keep what the claimed key's request was answered."""
        await self._connection.execute(
            update(IDEMPOTENCY_KEY).where(_is(scope, key)).values(status=status, response=response)
        )

    async def forget(self, *, before: datetime) -> int:
        """Drop keys that expired; return how many."""
        gone = await self._connection.execute(
            delete(IDEMPOTENCY_KEY).where(IDEMPOTENCY_KEY.c.expires_at < before)
        )
        return gone.rowcount


def _is(scope: str, key: str) -> ColumnElement[bool]:
    return and_(IDEMPOTENCY_KEY.c.scope == scope, IDEMPOTENCY_KEY.c.key == key)
