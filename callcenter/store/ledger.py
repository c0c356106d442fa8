"""The ledger: every event that any switch told, once, as it came."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import starmap
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, TextClause, bindparam, case, func, or_, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.clock import DAY, Tick
from callcenter.store.live_lines import day_of, midnight_of
from callcenter.store.tables.live import IS_SETTING, TELEPHONY_EVENT

_EVENT: Final = TELEPHONY_EVENT.c
_AT_ONCE: Final = 200
"""Keys in one statement."""
_MADE: Final = "centre:%"
_BEGINS: Final = ("call.arrived", "call.dialled")
_CHANGES: Final = ("agent.state", "agent.logged_out")


class Entry(NamedTuple):
    """One row of `telephony_event`, but for the number it gets."""

    event_id: str
    source: str
    sequence: int
    kind: str
    at: Tick
    recorded_at: Tick
    received_at: Tick
    day: str
    call: str | None
    leg: int | None
    queue: str | None
    agent: str | None
    target: str | None
    derived: bool
    body: str


class Kept(NamedTuple):
    """One event as it came."""

    kind: str
    body: str


class About(NamedTuple):
    """Whom an event is about."""

    event_id: str
    source: str
    at: Tick
    call: str | None
    leg: int | None
    agent: str | None


_ADD: Final = {
    name: dialect.insert(TELEPHONY_EVENT).on_conflict_do_nothing().returning(_EVENT.event_id)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_WITHDRAWN: Final = select(_EVENT.target).where(_EVENT.target.is_not(None))
_OF_AGENT: Final = (_EVENT.call.is_(None), _EVENT.agent == bindparam("of"))
_TOLD_CHANGE: Final = (
    *_OF_AGENT,
    _EVENT.kind.in_(_CHANGES),
    _EVENT.event_id.not_like(_MADE),
    _EVENT.event_id.not_in(_WITHDRAWN),
)


class Ledger:
    """The events within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    async def add(self, entries: Sequence[Entry]) -> set[str]:
        """Write down what is not there yet; return the ids of what is new."""
        if not entries:
            return set()
        statement = _ADD[self._connection.dialect.name]
        rows = [entry._asdict() for entry in entries]
        return set((await self._connection.execute(statement, rows)).scalars())

    async def of_calls(self, calls: Iterable[tuple[str, str]]) -> list[Kept]:
        """Return all events of some calls, named by source and call, as they came."""
        wanted = sorted(set(calls))
        found: list[Kept] = []
        for start in range(0, len(wanted), _AT_ONCE):
            chosen = tuple_(_EVENT.source, _EVENT.call).in_(wanted[start : start + _AT_ONCE])
            found += await self._kept(chosen)
        return found

    async def of_day(self, day: str) -> list[Kept]:
        """Return all events of the calls that may have a leg of a day, whenever they were.

        These are the calls told of on that day, and those of which the next day hears without having
        heard their beginning.
        """
        told = select(_EVENT.source, _EVENT.call).where(_EVENT.day == day, _EVENT.call.is_not(None))
        begun = func.max(case((_EVENT.kind.in_(_BEGINS), 1), else_=0))
        guessed = (
            select(_EVENT.source, _EVENT.call)
            .where(_EVENT.day == _after(day), _EVENT.call.is_not(None))
            .group_by(_EVENT.source, _EVENT.call, _EVENT.leg)
            .having(begun == 0)
        )
        calls = told.union(guessed).subquery()
        query = select(_EVENT.kind, _EVENT.body).join(
            calls, (calls.c.source == _EVENT.source) & (calls.c.call == _EVENT.call)
        )
        return list(starmap(Kept, await self._connection.execute(query)))

    async def agents_of(self, day: str) -> list[str]:
        """Name the agents told of on a day, beside what calls tell of them."""
        query = select(_EVENT.agent).where(
            _EVENT.day == day, _EVENT.call.is_(None), _EVENT.agent.is_not(None)
        )
        return sorted((await self._connection.execute(query.distinct())).scalars())

    async def last_change(self, agent: str, *, before: Tick) -> Tick | None:
        """Return when an agent's state last changed before a moment; `None` if never."""
        query = select(func.max(_EVENT.at)).where(*_TOLD_CHANGE, _EVENT.at < before)
        found: Tick | None = (await self._connection.execute(query, {"of": agent})).scalar()
        return found

    async def of_agent(self, agent: str, *, since: Tick, beyond: Tick | None = None) -> list[Kept]:
        """Return an agent's own events from a moment on.

        With `beyond`, only as far as the first change at or after that moment.
        """
        wanted: list[ColumnElement[bool]] = [*_OF_AGENT, _EVENT.at >= since]
        if beyond is not None:
            change = select(func.min(_EVENT.at)).where(*_TOLD_CHANGE, _EVENT.at >= beyond)
            last = (await self._connection.execute(change, {"of": agent})).scalar()
            wanted.append(_EVENT.at <= (beyond if last is None else last))
        return await self._kept(*wanted, of=agent)

    async def starts(self, source: str, *, after: int) -> list[Kept]:
        """Return when a source started, of numbers beyond one."""
        of_source = (_EVENT.source == source, _EVENT.sequence > after)
        return await self._kept(*of_source, _EVENT.kind == "source.started")

    async def settings_of(self, day: str) -> list[Kept]:
        """Return what was changed at any switch on a day."""
        return await self._kept(_EVENT.day == day, IS_SETTING)

    async def withdrawn(self) -> set[tuple[str, str]]:
        """Return source and id of every event that its source took back."""
        query = select(_EVENT.source, _EVENT.target).where(_EVENT.target.is_not(None))
        return {(row.source, row.target) for row in await self._connection.execute(query)}

    async def about(self, ids: Iterable[str]) -> list[About]:
        """Say whom some events are about."""
        query = select(*(_EVENT[name] for name in About._fields))
        rows = await self._connection.execute(query.where(_EVENT.event_id.in_(sorted(ids))))
        return list(starmap(About, rows))

    async def numbers(self, source: str, first: int, last: int) -> list[int]:
        """Return which numbers of a range are there, in order."""
        query = select(_EVENT.sequence).where(
            _EVENT.source == source,
            _EVENT.sequence.between(first, last),
            _EVENT.event_id.not_like(_MADE),
        )
        return sorted(set((await self._connection.execute(query)).scalars()))

    async def days(self) -> list[str]:
        """Return the days on which anything happened, in order."""
        query = select(_EVENT.day).where(or_(_EVENT.call.is_not(None), _EVENT.agent.is_not(None)))
        return sorted((await self._connection.execute(query.distinct())).scalars())

    async def newest_day(self) -> str | None:
        """Return the day of what was heard last."""
        query = select(_EVENT.day).order_by(_EVENT.id.desc()).limit(1)
        found: str | None = (await self._connection.execute(query)).scalar()
        return found

    async def _kept(self, *wanted: ColumnElement[bool] | TextClause, **of: Any) -> list[Kept]:
        query = select(_EVENT.kind, _EVENT.body).where(*wanted)
        return list(starmap(Kept, await self._connection.execute(query, of)))


def _after(day: str) -> str:
    return day_of(midnight_of(date.fromisoformat(day)) + DAY)
