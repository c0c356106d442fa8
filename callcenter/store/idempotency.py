"""Idempotency keys: claimed first, in the transaction of the command they stand for.

A second request with the same key waits for the first one's transaction to end, and then finds its
answer, or, if it failed, the key free again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.store.tables.plumbing import IDEMPOTENCY_KEY

KEPT_FOR: Final = timedelta(hours=96)
"""Longer than a weekend and a holiday without the network."""

_CLAIM: Final = {
    name: dialect.insert(IDEMPOTENCY_KEY).on_conflict_do_nothing().returning(IDEMPOTENCY_KEY.c.key)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_IS: Final = (
    IDEMPOTENCY_KEY.c.scope == bindparam("its_scope"),
    IDEMPOTENCY_KEY.c.key == bindparam("its_key"),
)
_ANSWER: Final = update(IDEMPOTENCY_KEY).where(*_IS)
_FIND: Final = select(IDEMPOTENCY_KEY).where(*_IS)


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
        claimed = {
            "scope": scope,
            "key": key,
            "fingerprint": fingerprint,
            "created_at": now,
            "expires_at": now + KEPT_FOR,
        }
        taken = await self._connection.execute(_CLAIM[self._connection.dialect.name], claimed)
        if taken.first() is not None:
            return None
        wanted = {"its_scope": scope, "its_key": key}
        row = (await self._connection.execute(_FIND, wanted)).one()
        return Answered(fingerprint=row.fingerprint, status=row.status, response=row.response)

    async def answer(self, scope: str, key: str, *, status: int, response: str) -> None:
        """Keep what the claimed key's request was answered."""
        await self._connection.execute(
            _ANSWER,
            {"its_scope": scope, "its_key": key, "status": status, "response": response},
        )

    async def forget(self, *, before: datetime) -> int:
        """Drop keys that expired; return how many."""
        gone = await self._connection.execute(
            delete(IDEMPOTENCY_KEY).where(IDEMPOTENCY_KEY.c.expires_at < before)
        )
        return gone.rowcount
