"""Idempotency keys: claimed first, in the transaction of the command they stand for.

A second request with the same key waits for the first one's transaction to end, and then finds its
answer, or, if it failed, the key free again.
"""

from collections.abc import Mapping, Sequence
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
    name: dialect.insert(IDEMPOTENCY_KEY)
    .on_conflict_do_nothing()
    .returning(IDEMPOTENCY_KEY.c.scope, IDEMPOTENCY_KEY.c.key)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_IS: Final = (
    IDEMPOTENCY_KEY.c.scope == bindparam("its_scope"),
    IDEMPOTENCY_KEY.c.key == bindparam("its_key"),
)
_ANSWER: Final = update(IDEMPOTENCY_KEY).where(*_IS)
_FIND: Final = select(IDEMPOTENCY_KEY).where(*_IS)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestKey:
    """The idempotency key of a request, within its client's and route's scope."""

    scope: str
    key: str
    fingerprint: str

    @property
    def name(self) -> tuple[str, str]:
        """What tells it from others."""
        return self.scope, self.key


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
        self, keys: Sequence[RequestKey], *, now: datetime
    ) -> dict[RequestKey, Answered]:
        """Take keys for this transaction, each once; return the answers of those taken before."""
        if not keys:
            return {}
        expires = now + KEPT_FOR
        claims = [
            {
                "scope": key.scope,
                "key": key.key,
                "fingerprint": key.fingerprint,
                "created_at": now,
                "expires_at": expires,
            }
            for key in sorted(keys, key=lambda key: key.name)  # the same order for everybody
        ]
        taken = await self._connection.execute(_CLAIM[self._connection.dialect.name], claims)
        ours = {(row.scope, row.key) for row in taken}
        return {key: await self._answer_to(key) for key in keys if key.name not in ours}

    async def _answer_to(self, key: RequestKey) -> Answered:
        wanted = {"its_scope": key.scope, "its_key": key.key}
        row = (await self._connection.execute(_FIND, wanted)).one()
        return Answered(fingerprint=row.fingerprint, status=row.status, response=row.response)

    async def answer(self, answers: Mapping[RequestKey, str], *, status: int) -> None:
        """Keep what the requests of claimed keys were answered."""
        said = [
            {"its_scope": key.scope, "its_key": key.key, "status": status, "response": response}
            for key, response in answers.items()
        ]
        if said:
            await self._connection.execute(_ANSWER, said)

    async def forget(self, *, before: datetime) -> int:
        """Drop keys that expired; return how many."""
        gone = await self._connection.execute(
            delete(IDEMPOTENCY_KEY).where(IDEMPOTENCY_KEY.c.expires_at < before)
        )
        return gone.rowcount
