"""What the ledger amounts to: legs, spells of agents and answers of citizens, by day."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import starmap
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Table, delete, func, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.domain.outbound import Disposition
from callcenter.measures.live import DayLog
from callcenter.store.live_lines import AnswerLine, LegLine, SpellLine, day_log, logs
from callcenter.store.tables.live import AGENT_SPELL, CSAT_ANSWER, LEG
from callcenter.store.upserts import upserts
from callcenter.telephony.call_log import AgentLog, CallLog
from callcenter.telephony.names import Names
from callcenter.telephony.standing import Key

_AT_ONCE: Final = 200
"""Keys in one statement."""


_PUT_LEG: Final = upserts(LEG)
_PUT_SPELL: Final = upserts(AGENT_SPELL)
_PUT_ANSWER: Final = upserts(CSAT_ANSWER)
_LEG_KEY: Final = tuple_(LEG.c.source, LEG.c.call, LEG.c.leg)
_SPELL_KEY: Final = tuple_(AGENT_SPELL.c.agent, AGENT_SPELL.c.started)
_LEG_COLUMNS: Final = [LEG.c[name] for name in LegLine._fields]
_SPELL_COLUMNS: Final = [AGENT_SPELL.c[name] for name in SpellLine._fields]
_ANSWER_COLUMNS: Final = [CSAT_ANSWER.c[name] for name in AnswerLine._fields]
_LOCK: Final = text("LOCK TABLE leg, agent_spell, csat_answer IN SHARE ROW EXCLUSIVE MODE")


class Legs:
    """The live projections within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection
        self._dialect = connection.dialect.name

    # --- Reading ---------------------------------------------------------------------------------------

    async def days(
        self,
        first: date,
        last: date,
        *,
        queue: str | None = None,
        group: str | None = None,
        agent: str | None = None,
    ) -> tuple[CallLog, AgentLog, Names]:
        """Return the logs of some days of Korea, both ends included; tick 0 is the first midnight.

        Legs are a day's by their arrival, spells by their start; a spell that lasts ends at `NONE`. A
        queue narrows the legs alone; a leg without a group of its own is not in any asked for.
        """
        of_legs: list[ColumnElement[bool]] = [
            LEG.c.day.between(first.isoformat(), last.isoformat())
        ]
        of_spells: list[ColumnElement[bool]] = [
            AGENT_SPELL.c.day.between(first.isoformat(), last.isoformat())
        ]
        if queue is not None:
            of_legs.append(LEG.c.queue == queue)
        if group is not None:
            of_legs.append(LEG.c.group_name == group)
            of_spells.append(AGENT_SPELL.c.group_name == group)
        if agent is not None:
            of_legs.append(LEG.c.agent == agent)
            of_spells.append(AGENT_SPELL.c.agent == agent)
        return logs(first, legs=await self._legs(*of_legs), spells=await self._spells(*of_spells))

    async def day(self, day: date) -> DayLog:
        """Return one day with all that a board needs, without anything if nothing was told of it."""
        legs, spells, answers = await self.lines(day)
        return day_log(day, legs=legs, spells=spells, answers=answers)

    async def lines(
        self, day: date
    ) -> tuple[Sequence[LegLine], Sequence[SpellLine], Sequence[AnswerLine]]:
        """Return the rows of one day, in no order."""
        name = day.isoformat()
        return (
            await self._legs(LEG.c.day == name),
            await self._spells(AGENT_SPELL.c.day == name),
            await self._answers(CSAT_ANSWER.c.day == name),
        )

    async def successes_before(self, day: date) -> dict[str, int]:
        """Return how many attempts succeeded on all days before one, by the campaign's code."""
        leg = LEG.c
        query = (
            select(leg.campaign, func.count())
            .where(leg.campaign.is_not(None), leg.day < day.isoformat())
            .where(leg.disposition == int(Disposition.SUCCESS))
            .group_by(leg.campaign)
        )
        rows = await self._connection.execute(query)
        return {code: count for code, count in rows if code is not None}

    async def known_days(self) -> list[str]:
        """Return the days that anything is known of, in order."""
        days = select(LEG.c.day).union(select(AGENT_SPELL.c.day), select(CSAT_ANSWER.c.day))
        return sorted((await self._connection.execute(days)).scalars())

    async def unfinished(self) -> list[tuple[str, str]]:
        """Return source and call of every leg that is not over."""
        query = select(LEG.c.source, LEG.c.call).where(~LEG.c.over).distinct()
        return [(row.source, row.call) for row in await self._connection.execute(query)]

    async def lasting(self) -> list[str]:
        """Name every agent who is in some state still."""
        query = select(AGENT_SPELL.c.agent).where(AGENT_SPELL.c.ended.is_(None)).distinct()
        return sorted((await self._connection.execute(query)).scalars())

    async def _legs(self, *wanted: ColumnElement[bool]) -> list[LegLine]:
        return list(starmap(LegLine, await self._rows(select(*_LEG_COLUMNS).where(*wanted))))

    async def _spells(self, *wanted: ColumnElement[bool]) -> list[SpellLine]:
        return list(starmap(SpellLine, await self._rows(select(*_SPELL_COLUMNS).where(*wanted))))

    async def _answers(self, *wanted: ColumnElement[bool]) -> list[AnswerLine]:
        return list(starmap(AnswerLine, await self._rows(select(*_ANSWER_COLUMNS).where(*wanted))))

    async def _rows(self, query: Select[Any]) -> Sequence[Any]:
        rows: Sequence[Any] = (await self._connection.execute(query)).all()
        return rows

    # --- Writing ---------------------------------------------------------------------------------------

    async def put_legs(self, lines: Sequence[LegLine]) -> None:
        """Write legs in place of what was known of them."""
        await self._put(_PUT_LEG[self._dialect], lines)

    async def put_spells(self, lines: Sequence[SpellLine]) -> None:
        """Write spells in place of those that began with them."""
        await self._put(_PUT_SPELL[self._dialect], lines)

    async def put_answers(self, lines: Sequence[AnswerLine]) -> None:
        """Write answers in place of what was known of them."""
        await self._put(_PUT_ANSWER[self._dialect], lines)

    async def _put(self, statement: Any, lines: Sequence[LegLine | SpellLine | AnswerLine]) -> None:
        if lines:
            await self._connection.execute(statement, [line._asdict() for line in lines])

    async def drop_legs(self, keys: Iterable[Key]) -> None:
        """Forget legs of which nothing is left."""
        await self._drop(LEG, _LEG_KEY, keys)

    async def drop_spells(self, keys: Iterable[tuple[str, int]]) -> None:
        """Forget spells that never began."""
        await self._drop(AGENT_SPELL, _SPELL_KEY, keys)

    async def drop_answers(self, keys: Iterable[str]) -> None:
        """Forget answers that were taken back."""
        await self._drop(CSAT_ANSWER, CSAT_ANSWER.c.event_id, keys)

    async def _drop(self, table: Table, key: Any, keys: Iterable[Any]) -> None:
        some = sorted(keys)
        for start in range(0, len(some), _AT_ONCE):
            chosen = key.in_(some[start : start + _AT_ONCE])
            await self._connection.execute(delete(table).where(chosen))

    async def wipe(self, day: str) -> set[tuple[str, str]]:
        """Forget a day; return source and call of what was there.

        Nobody else may write here until this transaction ends.
        """
        if self._dialect == "postgresql":
            await self._connection.execute(_LOCK)
        calls = select(LEG.c.source, LEG.c.call).where(LEG.c.day == day)
        there = {(row.source, row.call) for row in await self._connection.execute(calls)}
        for table in (LEG, AGENT_SPELL, CSAT_ANSWER):
            await self._connection.execute(delete(table).where(table.c.day == day))
        return there
