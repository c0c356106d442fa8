"""What switches told, read for reports and lists: legs as a log, page by page, and with their events."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from itertools import starmap
from typing import Any, Final, NamedTuple, Self

from sqlalchemy import ColumnElement, Select, and_, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.clock import DAY, SECOND, Tick
from callcenter.domain.calls import LegKind, Outcome
from callcenter.domain.worktime import midnight
from callcenter.store.leg_columns import log_columns, log_of
from callcenter.store.live_lines import LegLine, midnight_of
from callcenter.store.tables.live import CSAT_ANSWER, LEG, TELEPHONY_EVENT
from callcenter.store.tables.tickets import TICKET
from callcenter.telephony.call_log import CallLog
from callcenter.telephony.names import Names

DIALLED: Final = (LegKind.OUTBOUND, LegKind.CALLBACK)
"""Kinds of legs by which the centre calls; by all others it is called."""
_KST: Final = 9 * 3600 * SECOND


@dataclass(frozen=True, slots=True, kw_only=True)
class LegFilter:
    """Which legs: of what days of Korea, where, whose, and how they went."""

    first: date
    last: date
    queue: str | None = None
    group: str | None = None
    agent: str | None = None
    inbound: bool | None = None
    """Whether the centre was called; `None`: either way."""
    interval: tuple[Tick, Tick] | None = None
    """Entered the queue, or else the line, at such a time of day."""
    outcome: Outcome | None = None
    waited_least: Tick | None = None
    waited_most: Tick | None = None
    source: str | None = None


class LegKey(NamedTuple):
    """A leg's place in lists, the newest first."""

    day: str
    arrived: Tick
    source: str
    call: str
    leg: int

    @classmethod
    def of(cls, line: LegLine) -> Self:
        """Return the place of a stored leg."""
        return cls(line.day, line.arrived, line.source, line.call, line.leg)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """One event of the ledger; `body` is the text as it came."""

    event_id: str
    sequence: int
    kind: str
    at: Tick
    recorded_at: Tick
    received_at: Tick
    leg: int | None
    derived: bool
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """How often a score was given for a queue and an agent."""

    queue: str
    agent: str | None
    score: int
    scale: int
    n: int


_LEG: Final = tuple(LEG.c[name] for name in LegLine._fields)
_EVENT: Final = tuple(TELEPHONY_EVENT.c[field.name] for field in fields(StoredEvent))


class LiveReports:
    """What switches told, within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    # --- As columns ------------------------------------------------------------------------------------

    async def log(self, wanted: LegFilter) -> tuple[CallLog, Names]:
        """Return legs as a log whose ticks count from the first day's midnight."""
        origin = midnight_of(wanted.first)
        query = select(*log_columns(origin)).where(*_conditions(wanted))
        rows = (await self._connection.execute(query)).all()
        return await asyncio.to_thread(log_of, rows, origin=origin)

    async def lines(self, wanted: LegFilter) -> list[LegLine]:
        """Return all legs, in any order."""
        return await self._legs(select(*_LEG).where(*_conditions(wanted)))

    async def latest(self, wanted: LegFilter) -> Tick:
        """Return when the last leg entered its queue, or else the line; 0 if there is none."""
        entered = func.max(func.coalesce(LEG.c.queued, LEG.c.arrived))
        query = select(func.coalesce(entered, 0)).where(*_conditions(wanted))
        return int((await self._connection.execute(query)).scalar_one())

    # --- As a list -------------------------------------------------------------------------------------

    async def page(self, wanted: LegFilter, *, after: LegKey | None, most: int) -> list[LegLine]:
        """Return legs, the newest first, those behind `after` in that order."""
        order = (LEG.c.day, LEG.c.arrived, LEG.c.source, LEG.c.call, LEG.c.leg)
        query = select(*_LEG).where(*_conditions(wanted))
        if after is not None:
            query = query.where(tuple_(*order) < tuple(after))
        return await self._legs(query.order_by(*(column.desc() for column in order)).limit(most))

    async def legs_of(self, source: str, call: str) -> list[LegLine]:
        """Return the legs of a call in their order."""
        of_call = select(*_LEG).where(LEG.c.source == source, LEG.c.call == call)
        return await self._legs(of_call.order_by(LEG.c.leg))

    async def _legs(self, query: Select[Any]) -> list[LegLine]:
        rows = await self._connection.execute(query)
        return list(starmap(LegLine, rows.all()))

    async def events_of(self, source: str, call: str) -> list[StoredEvent]:
        """Return what was told of a call, in the order in which it happened."""
        event = TELEPHONY_EVENT.c
        query = select(*_EVENT).where(event.source == source, event.call == call)
        rows = await self._connection.execute(query.order_by(event.at, event.sequence))
        return [StoredEvent(**row) for row in rows.mappings()]

    # --- Answers and tickets ---------------------------------------------------------------------------

    async def scores(
        self, first: date, last: date, *, queue: str | None = None, agent: str | None = None
    ) -> Sequence[Scored]:
        """Count what callers answered about the legs of some days."""
        said = CSAT_ANSWER.c
        columns = (said.queue, said.agent, said.score, said.scale)
        query = select(*columns, func.count().label("n")).where(
            said.day.between(first.isoformat(), last.isoformat())
        )
        for column, value in ((said.queue, queue), (said.agent, agent)):
            if value is not None:
                query = query.where(column == value)
        rows = (await self._connection.execute(query.group_by(*columns))).mappings()
        return [Scored(**row) for row in rows]

    async def tickets(self, first: date, last: date) -> Counter[tuple[date, Tick]]:
        """Count the tickets opened on some days, by day and by the tick of the day's half hour."""
        query = select(TICKET.c.submitted_at).where(
            TICKET.c.submitted_at >= midnight(first),
            TICKET.c.submitted_at < midnight(last + timedelta(days=1)),
        )
        moments = (await self._connection.execute(query)).scalars()
        return Counter(_half_hour(at) for at in moments)


_HALF_HOUR: Final = timedelta(minutes=30)


def _half_hour(at: datetime) -> tuple[date, Tick]:
    local = at + timedelta(microseconds=_KST)
    since = timedelta(hours=local.hour, minutes=local.minute)
    return local.date(), since // _HALF_HOUR * (DAY // 48)


def _conditions(wanted: LegFilter) -> list[ColumnElement[bool]]:
    leg = LEG.c
    first, last = wanted.first.isoformat(), wanted.last.isoformat()
    found: list[ColumnElement[bool]] = [
        leg.day == first if first == last else leg.day.between(first, last)
    ]
    plain = (
        (leg.queue, wanted.queue),
        (leg.group_name, wanted.group),
        (leg.agent, wanted.agent),
        (leg.outcome, wanted.outcome),
        (leg.source, wanted.source),
    )
    found += [column == value for column, value in plain if value is not None]
    if wanted.inbound is not None:
        found.append(leg.kind.not_in(DIALLED) if wanted.inbound else leg.kind.in_(DIALLED))
    waited = func.coalesce(leg.answered, leg.ended) - leg.queued
    if wanted.waited_least is not None:
        found.append(waited >= wanted.waited_least)
    if wanted.waited_most is not None:
        found.append(waited <= wanted.waited_most)
    if wanted.interval is not None:
        time = (func.coalesce(leg.queued, leg.arrived) + _KST) % DAY
        found.append(and_(time >= wanted.interval[0], time < wanted.interval[1]))
    return found
