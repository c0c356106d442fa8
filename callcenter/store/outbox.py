"""What must be told to somebody outside, written in the transaction that makes it true.

At least once, in order within an aggregate: a row is claimed with a lease, not marked as being sent,
so that a worker that dies lets go of it by itself. What fails too often is set aside as dead, visibly.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, and_, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.store.tables.plumbing import OUTBOX

MOST_ATTEMPTS: Final = 12
_LONGEST_PAUSE: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One thing to tell; `(topic, aggregate, aggregate_seq)` is what a receiver dedupes by."""

    topic: str
    aggregate: str
    aggregate_seq: int
    payload: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """An errand somebody has leased."""

    id: int
    attempts: int
    errand: Errand


class Outbox:
    """The outbox within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    async def put(self, errands: Sequence[Errand], *, now: datetime) -> None:
        """Write errands beside the change that causes them."""
        if errands:
            await self._connection.execute(
                insert(OUTBOX), [_row(errand, now=now) for errand in errands]
            )

    async def claim(
        self, *, worker: str, now: datetime, lease: timedelta, most: int = 50
    ) -> list[Claimed]:
        """Lease the errands that are due, the oldest of each aggregate only."""
        rows = (await self._connection.execute(self._due(now).limit(most))).all()
        if rows:
            await self._connection.execute(
                update(OUTBOX)
                .where(OUTBOX.c.id.in_([row.id for row in rows]))
                .values(
                    claimed_by=worker, claimed_until=now + lease, attempts=OUTBOX.c.attempts + 1
                )
            )
        return [_claimed(row) for row in rows]

    def _due(self, now: datetime) -> Any:
        older = OUTBOX.alias("older")
        blocked = exists().where(
            older.c.aggregate == OUTBOX.c.aggregate,
            older.c.topic == OUTBOX.c.topic,
            older.c.id < OUTBOX.c.id,
            older.c.done_at.is_(None),
            older.c.dead_at.is_(None),
        )
        free = or_(OUTBOX.c.claimed_until.is_(None), OUTBOX.c.claimed_until < now)
        waiting = and_(OUTBOX.c.done_at.is_(None), OUTBOX.c.dead_at.is_(None))
        query = (
            select(OUTBOX)
            .where(waiting, OUTBOX.c.available_at <= now, free, ~blocked)
            .order_by(OUTBOX.c.id)
        )
        if self._connection.dialect.name == "postgresql":
            query = query.with_for_update(skip_locked=True, of=OUTBOX)
        return query

    async def done(self, claimed: Claimed, *, worker: str, now: datetime) -> bool:
        """Say it was told; `False` if the lease had run out and somebody else has it now."""
        return await self._finish(claimed, worker=worker, done_at=now, last_error=None)

    async def failed(self, claimed: Claimed, *, worker: str, now: datetime, error: str) -> bool:
        """Say it could not be told: it is tried again later, twice as late each time, then dead."""
        if claimed.attempts >= MOST_ATTEMPTS:
            return await self._finish(claimed, worker=worker, dead_at=now, last_error=error)
        pause = min(timedelta(seconds=2**claimed.attempts), _LONGEST_PAUSE)
        return await self._finish(
            claimed, worker=worker, available_at=now + pause, last_error=error
        )

    async def _finish(self, claimed: Claimed, *, worker: str, **values: object) -> bool:
        finished = await self._connection.execute(
            update(OUTBOX)
            .where(OUTBOX.c.id == claimed.id, OUTBOX.c.claimed_by == worker)
            .values(claimed_by=None, claimed_until=None, **values)
        )
        return finished.rowcount == 1

    async def revive(self, errand_id: int, *, now: datetime) -> bool:
        """Give a dead errand another life."""
        revived = await self._connection.execute(
            update(OUTBOX)
            .where(OUTBOX.c.id == errand_id, OUTBOX.c.dead_at.is_not(None))
            .values(dead_at=None, attempts=0, available_at=now)
        )
        return revived.rowcount == 1

    async def dead(self, *, most: int = 100) -> list[Row[Any]]:
        """Return what was given up, newest first."""
        query = (
            select(OUTBOX)
            .where(OUTBOX.c.dead_at.is_not(None))
            .order_by(OUTBOX.c.id.desc())
            .limit(most)
        )
        return list((await self._connection.execute(query)).all())

    async def depth(self) -> int:
        """Return how many errands wait."""
        waiting = OUTBOX.c.done_at.is_(None) & OUTBOX.c.dead_at.is_(None)
        query = select(func.count()).select_from(OUTBOX).where(waiting)
        return int((await self._connection.execute(query)).scalar_one())


def _row(errand: Errand, *, now: datetime) -> dict[str, Any]:
    return {
        "topic": errand.topic,
        "aggregate": errand.aggregate,
        "aggregate_seq": errand.aggregate_seq,
        "payload": errand.payload,
        "created_at": now,
        "available_at": now,
        "attempts": 0,
    }


def _claimed(row: Row[Any]) -> Claimed:
    errand = Errand(
        topic=row.topic,
        aggregate=row.aggregate,
        aggregate_seq=row.aggregate_seq,
        payload=row.payload,
    )
    return Claimed(id=row.id, attempts=row.attempts + 1, errand=errand)
