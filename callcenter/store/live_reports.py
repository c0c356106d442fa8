"""What switches told, read for reports and lists: legs as columns, legs page by page, spells, answers."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

import numpy as np
from sqlalchemy import ColumnElement, Row, Select, and_, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.clock import DAY, SECOND, Tick
from callcenter.domain.calls import LegKind, Outcome
from callcenter.domain.worktime import midnight
from callcenter.measures.live import DayLog, Place
from callcenter.store.tables.live import AGENT_SPELL, CSAT_ANSWER, LEG, TELEPHONY_EVENT
from callcenter.store.tables.tickets import TICKET
from callcenter.telephony.call_log import AGENT_COLUMNS, CALL_COLUMNS, NONE, AgentLog, CallLog
from callcenter.telephony.names import Names

DIALLED: Final = (LegKind.OUTBOUND, LegKind.CALLBACK)
"""Kinds of legs by which the centre calls; by all others it is called."""
_KST: Final = 9 * 3600 * SECOND
_MOMENTS: Final = ("arrived", "queued", "assigned", "answered", "ended", "wrapped")
_CHOSEN: Final = (
    "source", "call", "leg", "queue", "group_name", "agent", "kind", "outcome", "resolved", "priority",
    "fate", "hold", "derived", *_MOMENTS,
)  # fmt: skip


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


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLeg:
    """One leg as it is stored; moments are absolute, `None` where not."""

    source: str
    call: str
    leg: int
    day: str
    queue: str
    kind: int
    outcome: int
    resolved: bool | None
    priority: int
    agent: str | None
    group_name: str | None
    arrived: Tick
    queued: Tick | None
    assigned: Tick | None
    answered: Tick | None
    ended: Tick | None
    wrapped: Tick | None
    hold: Tick
    over: bool
    derived: bool

    @property
    def key(self) -> LegKey:
        """Its place in lists."""
        return LegKey(self.day, self.arrived, self.source, self.call, self.leg)


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


_LEG: Final = tuple(LEG.c[field.name] for field in fields(StoredLeg))
_EVENT: Final = tuple(TELEPHONY_EVENT.c[field.name] for field in fields(StoredEvent))


class LiveReports:
    """What switches told, within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    # --- As columns ------------------------------------------------------------------------------------

    async def log(self, wanted: LegFilter) -> DayLog:
        """Return legs as a log whose ticks count from the first day's midnight; without spells."""
        chosen = select(*(LEG.c[name] for name in _CHOSEN)).where(*_conditions(wanted))
        query = chosen.order_by(LEG.c.day, LEG.c.arrived)
        return _log((await self._connection.execute(query)).all(), wanted=wanted)

    async def day(self, day: date) -> DayLog:
        """Return all legs and spells of a day."""
        whole = LegFilter(first=day, last=day)
        legs = await self.log(whole)
        spells = select(
            AGENT_SPELL.c.agent,
            AGENT_SPELL.c.group_name,
            AGENT_SPELL.c.state,
            AGENT_SPELL.c.started,
            AGENT_SPELL.c.ended,
            AGENT_SPELL.c.reason,
        ).where(AGENT_SPELL.c.day == day.isoformat())
        ordered = spells.order_by(AGENT_SPELL.c.agent, AGENT_SPELL.c.started)
        return _with_spells(legs, (await self._connection.execute(ordered)).all())

    # --- As a list -------------------------------------------------------------------------------------

    async def page(self, wanted: LegFilter, *, after: LegKey | None, most: int) -> list[StoredLeg]:
        """Return legs, the newest first, those behind `after` in that order."""
        order = (LEG.c.day, LEG.c.arrived, LEG.c.source, LEG.c.call, LEG.c.leg)
        query = select(*_LEG).where(*_conditions(wanted))
        if after is not None:
            query = query.where(tuple_(*order) < tuple(after))
        return await self._legs(query.order_by(*(column.desc() for column in order)).limit(most))

    async def legs(self, keys: Sequence[tuple[str, str, int]]) -> list[StoredLeg]:
        """Return legs by source, call and place in the call, in any order."""
        key = tuple_(LEG.c.source, LEG.c.call, LEG.c.leg)
        return await self._legs(select(*_LEG).where(key.in_(keys)))

    async def legs_of(self, source: str, call: str) -> list[StoredLeg]:
        """Return the legs of a call in their order."""
        of_call = select(*_LEG).where(LEG.c.source == source, LEG.c.call == call)
        return await self._legs(of_call.order_by(LEG.c.leg))

    async def _legs(self, query: Select[Any]) -> list[StoredLeg]:
        rows = await self._connection.execute(query)
        return [StoredLeg(**row) for row in rows.mappings()]

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


# --- From rows to columns ------------------------------------------------------------------------------


class _Numbers(dict[str, int]):
    """Numbers by name; a new name gets the next number."""

    def __missing__(self, name: str) -> int:
        self[name] = number = len(self)
        return number


def _log(rows: Sequence[Row[Any]], *, wanted: LegFilter) -> DayLog:
    """Turn rows of legs, by arrival, into a log that knows their names."""
    origin = int(midnight(wanted.first).timestamp()) * SECOND
    columns = dict(zip(_CHOSEN, zip(*rows, strict=True), strict=True)) if rows else {}
    queues, groups, agents, calls = _Numbers(), _Numbers(), _Numbers(), _Numbers()
    numbered = {
        "queue": (columns.get("queue", ()), queues),
        "group": (columns.get("group_name", ()), groups),
        "agent": (columns.get("agent", ()), agents),
    }
    found: dict[str, Any] = {
        name: [NONE if value is None else numbers[value] for value in values]
        for name, (values, numbers) in numbered.items()
    }
    places = list(map(Place, columns.get("source", ()), columns.get("call", ())))
    found["call"] = [calls[f"{place.source} {place.call}"] for place in places]
    found["attempt"] = columns.get("leg", ())
    for name in ("kind", "outcome", "priority", "hold"):
        found[name] = columns.get(name, ())
    for name in ("resolved", "fate"):
        found[name] = [NONE if value is None else value for value in columns.get(name, ())]
    for name in _MOMENTS:
        found[name] = [NONE if at is None else at - origin for at in columns.get(name, ())]
    home = dict(zip(found["agent"], found["group"], strict=True))
    return DayLog(
        day=wanted.first,
        calls=CallLog.of(
            **{name: np.array(found[name], dtype) for name, dtype in CALL_COLUMNS.items()}
        ),
        agents=AgentLog.of(**{name: np.empty(0, dtype) for name, dtype in AGENT_COLUMNS.items()}),
        names=Names(
            queues=tuple(queues),
            groups=tuple(groups),
            agents=tuple(agents),
            agent_group=tuple(home[number] for number in agents.values()),
            origin=origin,
        ),
        places=places,
        derived=np.array(columns.get("derived", ()), np.bool_),
    )


def _with_spells(legs: DayLog, rows: Sequence[Row[Any]]) -> DayLog:
    """Add the spells of the same day, and the agents who only they name."""
    names, origin = legs.names, legs.names.origin
    groups, agents = _Numbers(), _Numbers()
    for numbers, known in ((groups, names.groups), (agents, names.agents)):
        numbers.update((name, number) for number, name in enumerate(known))
    home = dict(enumerate(names.agent_group))
    spells = []
    for row in rows:
        agent, group, state, started, ended, _ = row.tuple()
        number = agents[agent]
        home[number] = home.get(number, NONE) if group is None else groups[group]
        end = NONE if ended is None else ended - origin
        spells.append((number, state, started - origin, end))
    columns = zip(*spells, strict=True) if spells else ((),) * len(AGENT_COLUMNS)
    return replace(
        legs,
        agents=AgentLog.of(
            **{
                name: np.array(column, dtype)
                for (name, dtype), column in zip(AGENT_COLUMNS.items(), columns, strict=True)
            }
        ),
        names=replace(
            names,
            groups=tuple(groups),
            agents=tuple(agents),
            agent_group=tuple(home[number] for number in agents.values()),
        ),
        reasons=[row.reason for row in rows],
    )
