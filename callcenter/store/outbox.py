"""What must be told to somebody outside, written in the transaction that makes it true.

At least once, in order within an aggregate: a row is claimed with a lease, not marked as being sent,
so that a worker that dies lets go of it by itself. What fails too often is set aside as dead, visibly,
and no longer holds up what comes after it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.store.tables.plumbing import OUTBOX

MOST_ATTEMPTS: Final = 36
"""A day of trying: twelve attempts in the first hour or so, then one an hour."""
KEPT_FOR: Final = timedelta(days=30)
"""So long what is done can be looked up and told again."""
LONGEST_PAUSE: Final = timedelta(hours=1)
_LONGEST_ERROR: Final = 500
_PUT: Final = insert(OUTBOX)


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
            await self._connection.execute(_PUT, [_row(errand, now=now) for errand in errands])

    async def claim(
        self,
        *,
        worker: str,
        now: datetime,
        lease: timedelta,
        families: Sequence[str] = (),
        most: int = 50,
    ) -> list[Claimed]:
        """Lease the errands that are due, the oldest of each aggregate and topic only.

        Give each worker a name of its own, another one after a restart: it finishes by this name. A
        family is a topic or all topics that begin with it and a hyphen; none named means all.
        """
        due = self._due(now, families).order_by(OUTBOX.c.available_at, OUTBOX.c.id).limit(most)
        if self._connection.dialect.name == "postgresql":
            due = due.with_for_update(skip_locked=True, of=OUTBOX)
        rows = (await self._connection.execute(due)).all()
        if rows:
            await self._connection.execute(
                update(OUTBOX)
                .where(OUTBOX.c.id.in_([row.id for row in rows]))
                .values(
                    claimed_by=worker, claimed_until=now + lease, attempts=OUTBOX.c.attempts + 1
                )
            )
        return [_claimed(row) for row in rows]

    def _due(self, now: datetime, families: Sequence[str]) -> Select[Any]:
        older = OUTBOX.alias("older")
        blocked = exists().where(
            older.c.aggregate == OUTBOX.c.aggregate,
            older.c.topic == OUTBOX.c.topic,
            older.c.id < OUTBOX.c.id,
            older.c.done_at.is_(None),
            older.c.dead_at.is_(None),
        )
        free = or_(OUTBOX.c.claimed_until.is_(None), OUTBOX.c.claimed_until <= now)
        waiting = and_(OUTBOX.c.done_at.is_(None), OUTBOX.c.dead_at.is_(None))
        due = select(OUTBOX).where(waiting, OUTBOX.c.available_at <= now, free, ~blocked)
        if not families:
            return due
        return due.where(or_(*(_of_family(family) for family in families)))

    async def done(self, claimed: Claimed, *, worker: str, now: datetime) -> bool:
        """Say it was told; `False` if the lease had run out and somebody else has it now."""
        return await self._finish(claimed, worker=worker, done_at=now, last_error=None)

    async def failed(self, claimed: Claimed, *, worker: str, now: datetime, error: str) -> bool:
        """Say it could not be told: it is tried again later, twice as late each time, then dead."""
        if claimed.attempts >= MOST_ATTEMPTS:
            return await self.give_up(claimed, worker=worker, now=now, error=error)
        pause = min(timedelta(seconds=2**claimed.attempts), LONGEST_PAUSE)
        return await self._finish(
            claimed, worker=worker, available_at=now + pause, last_error=error[:_LONGEST_ERROR]
        )

    async def give_up(self, claimed: Claimed, *, worker: str, now: datetime, error: str) -> bool:
        """Say it never can be told: it is dead at once."""
        return await self._finish(
            claimed, worker=worker, dead_at=now, last_error=error[:_LONGEST_ERROR]
        )

    async def _finish(self, claimed: Claimed, *, worker: str, **values: object) -> bool:
        finished = await self._connection.execute(
            update(OUTBOX)
            .where(OUTBOX.c.id == claimed.id, OUTBOX.c.claimed_by == worker)
            .values(claimed_by=None, claimed_until=None, **values)
        )
        return finished.rowcount == 1

    async def again(self, errand_id: int, *, now: datetime) -> bool:
        """Tell once more what is dead or done, the same words; `False` if it still waits anyway."""
        again = await self._connection.execute(
            update(OUTBOX)
            .where(OUTBOX.c.id == errand_id)
            .where(or_(OUTBOX.c.dead_at.is_not(None), OUTBOX.c.done_at.is_not(None)))
            .values(dead_at=None, done_at=None, attempts=0, available_at=now)
        )
        return again.rowcount == 1

    async def get(self, errand_id: int) -> Row[Any] | None:
        """Return one errand's row, whatever has become of it."""
        query = select(OUTBOX).where(OUTBOX.c.id == errand_id)
        return (await self._connection.execute(query)).one_or_none()

    async def dead(self, *, before: int | None = None, most: int = 100) -> list[Row[Any]]:
        """Return what was given up, the newest first, beginning before an errand."""
        query = select(OUTBOX).where(OUTBOX.c.dead_at.is_not(None))
        if before is not None:
            query = query.where(OUTBOX.c.id < before)
        query = query.order_by(OUTBOX.c.id.desc()).limit(most)
        return list((await self._connection.execute(query)).all())

    async def forget(self, *, before: datetime, most: int = 1_000) -> int:
        """Drop what was done before a moment, the oldest first; return how many.

        What is dead stays, and so does the newest errand: SQLite would give its id to another one.
        """
        newest = select(func.max(OUTBOX.c.id)).scalar_subquery()
        done = (
            select(OUTBOX.c.id)
            .where(OUTBOX.c.done_at < before, OUTBOX.c.id < newest)
            .order_by(OUTBOX.c.done_at)
            .limit(most)
        )
        gone = await self._connection.execute(delete(OUTBOX).where(OUTBOX.c.id.in_(done)))
        return gone.rowcount

    async def depth(self) -> int:
        """Return how many errands wait."""
        waiting = OUTBOX.c.done_at.is_(None) & OUTBOX.c.dead_at.is_(None)
        query = select(func.count()).select_from(OUTBOX).where(waiting)
        return int((await self._connection.execute(query)).scalar_one())


def _of_family(family: str) -> ColumnElement[bool]:
    return or_(OUTBOX.c.topic == family, OUTBOX.c.topic.startswith(f"{family}-", autoescape=True))


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
