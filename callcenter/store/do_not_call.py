"""Numbers that are not to be called: keyed hashes, who asked for it and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.errors import ConflictError
from callcenter.store.tables.campaigns import DO_NOT_CALL


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One number on the list, which nobody can read off it."""

    id: int
    reason: str
    added_at: datetime
    added_by: str


class DoNotCall:
    """The list within one unit of work; a number is looked for by the hashes of all keys."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    async def find(self, lookups: Sequence[bytes]) -> Entry | None:
        """Return the entry that is in force for a number."""
        query = select(DO_NOT_CALL).where(
            DO_NOT_CALL.c.phone_lookup.in_(lookups), DO_NOT_CALL.c.removed_at.is_(None)
        )
        row = (await self._connection.execute(query.limit(1))).one_or_none()
        return None if row is None else _entry(row)

    async def among(self, lookups: Sequence[bytes]) -> set[bytes]:
        """Return those of many hashes that are on the list."""
        query = select(DO_NOT_CALL.c.phone_lookup).where(
            DO_NOT_CALL.c.phone_lookup.in_(lookups), DO_NOT_CALL.c.removed_at.is_(None)
        )
        return set((await self._connection.execute(query)).scalars())

    async def add(self, lookup: bytes, *, key: str, reason: str, at: datetime, by: str) -> Entry:
        """Put a number on the list that is not on it; `key` names what its hash was made with.

        Raises:
            ConflictError: somebody else put it there meanwhile.
        """
        query = (
            insert(DO_NOT_CALL)
            .values(phone_lookup=lookup, lookup_key=key, reason=reason, added_at=at, added_by=by)
            .returning(*DO_NOT_CALL.c)
        )
        try:
            return _entry((await self._connection.execute(query)).one())
        except IntegrityError as error:
            raise ConflictError("the number is being put on the list by somebody else") from error

    async def remove(
        self, lookups: Sequence[bytes], *, reason: str, at: datetime, by: str
    ) -> Entry | None:
        """Take a number off the list; return its entry, `None` if it is not on it."""
        removed = await self._connection.execute(
            update(DO_NOT_CALL)
            .where(DO_NOT_CALL.c.phone_lookup.in_(lookups), DO_NOT_CALL.c.removed_at.is_(None))
            .values(removed_at=at, removed_by=by, removed_reason=reason)
            .returning(*DO_NOT_CALL.c)
        )
        row = removed.first()
        return None if row is None else _entry(row)

    async def renew(self, lookups: Sequence[bytes], *, key: str) -> None:
        """Write a number's hash by the newest key, which `key` names, over that of any."""
        await self._connection.execute(
            update(DO_NOT_CALL)
            .where(DO_NOT_CALL.c.phone_lookup.in_(lookups), DO_NOT_CALL.c.removed_at.is_(None))
            .values(phone_lookup=lookups[0], lookup_key=key)
        )

    async def by_key(self) -> dict[str | None, int]:
        """Count what is in force by the key of its hash; `None` is of before keys were named."""
        query = select(DO_NOT_CALL.c.lookup_key, func.count().label("many"))
        in_force = query.where(DO_NOT_CALL.c.removed_at.is_(None))
        rows = await self._connection.execute(in_force.group_by(DO_NOT_CALL.c.lookup_key))
        return {row.lookup_key: row.many for row in rows}

    async def page(self, *, before: int | None, most: int) -> list[Entry]:
        """Return what is in force, the newest first, beginning before an entry."""
        query = select(DO_NOT_CALL).where(DO_NOT_CALL.c.removed_at.is_(None))
        if before is not None:
            query = query.where(DO_NOT_CALL.c.id < before)
        query = query.order_by(DO_NOT_CALL.c.id.desc()).limit(most)
        return [_entry(row) for row in await self._connection.execute(query)]


def _entry(row: Row[Any]) -> Entry:
    return Entry(id=row.id, reason=row.reason, added_at=row.added_at, added_by=row.added_by)
