"""What reports know of each ticket, brought up to date from what changed, and the sums made of it."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.domain.clock_rules import ClockKind
from callcenter.domain.clocks import ClockState
from callcenter.domain.ticket_events import Dispatched, Visited
from callcenter.domain.worktime import WorkCalendar, local_day, working_minutes
from callcenter.measures.desk_work import MINUTES_A_TENTH, Cell, Count, Fact, Visit, added
from callcenter.store.events import event_of
from callcenter.store.tables.reports import REPORT_CELL, TICKET_FACT, TICKET_STALE
from callcenter.store.tables.tickets import TICKET, TICKET_CLOCK, TICKET_EVENT

_MARKS: Final = ("accepted", "taken", "dispatched", "arrived", "visited")
"""Events that say when somebody went to work."""
_LOCK: Final = 120_2009
"""Number of the lock on the sums; any that nobody else of this database uses."""
_KEY: Final = ("scope", "head", "day", "value")
_PLAIN: Final = (
    "channel", "service", "unit", "received", "closed", "due", "stopped", "on_time", "minutes", "hops",
    "taken_minutes",
)  # fmt: skip
Sums = dict[Cell, Counter[Count]]


class TicketFacts:
    """Facts and sums within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    async def refresh(self, *, calendar: WorkCalendar, most: int) -> int:
        """Work out anew what at most so many changes changed; return how many there were.

        Two who refresh at once wait for one another: each change is counted once.
        """
        await self._alone()
        oldest = select(TICKET_STALE).order_by(TICKET_STALE.c.id).limit(most)
        changes = await self._all(oldest)
        if not changes:
            return 0
        rows = sorted({change.ticket for change in changes})
        before, after = await self._known(rows), await self._told(rows, calendar=calendar)
        await self._change(difference(before.values(), after.values()))
        await self._connection.execute(delete(TICKET_FACT).where(TICKET_FACT.c.ticket.in_(rows)))
        if after:
            facts = [{"ticket": row, **_columns(fact)} for row, fact in after.items()]
            await self._connection.execute(insert(TICKET_FACT), facts)
        done = [change.id for change in changes]
        await self._connection.execute(delete(TICKET_STALE).where(TICKET_STALE.c.id.in_(done)))
        return len(changes)

    async def forget(self) -> None:
        """Throw every sum away and doubt every ticket: the next refreshes make all of it again."""
        await self._alone()
        for table in (REPORT_CELL, TICKET_FACT, TICKET_STALE):
            await self._connection.execute(delete(table))
        doubted = insert(TICKET_STALE).from_select(["ticket"], select(TICKET.c.id))
        await self._connection.execute(doubted)

    async def _alone(self) -> None:
        """Let nobody else work on the sums until this transaction ends; SQLite has one writer anyway."""
        if self._connection.dialect.name == "postgresql":
            await self._connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))

    async def _known(self, rows: Sequence[int]) -> dict[int, Fact]:
        found = await self._connection.execute(
            select(TICKET_FACT).where(TICKET_FACT.c.ticket.in_(rows))
        )
        return {row.ticket: _fact_of(row) for row in found}

    async def _told(self, rows: Sequence[int], *, calendar: WorkCalendar) -> dict[int, Fact]:
        tickets = await self._all(select(TICKET).where(TICKET.c.id.in_(rows)))
        numbers = [ticket.number for ticket in tickets]
        clocks = await self._all(
            select(TICKET_CLOCK)
            .where(TICKET_CLOCK.c.ticket.in_(numbers), TICKET_CLOCK.c.kind == ClockKind.STATUTORY)
            .order_by(TICKET_CLOCK.c.n)
        )
        last = {clock.ticket: clock for clock in clocks}
        marks = defaultdict(list)
        for mark in await self._all(_marks(numbers)):
            marks[mark.ticket].append(mark)
        return {
            ticket.id: _told(
                ticket, last.get(ticket.number), marks[ticket.number], calendar=calendar
            )
            for ticket in tickets
        }

    async def _all(self, query: Select[Any]) -> Sequence[Row[Any]]:
        rows: Sequence[Row[Any]] = (await self._connection.execute(query)).all()
        return rows

    async def _change(self, sums: Sums) -> None:
        if not sums:
            return
        dialect = sqlite if self._connection.dialect.name == "sqlite" else postgresql
        adding = dialect.insert(REPORT_CELL)
        grown = {count: REPORT_CELL.c[count] + adding.excluded[count] for count in Count}
        # One order for all, so that two who change the same sums do not wait for each other for ever.
        cells = sorted(sums, key=lambda cell: (cell.scope, cell.head, cell.day, cell.value))
        await self._connection.execute(
            adding.on_conflict_do_update(index_elements=list(_KEY), set_=grown),
            [asdict(cell) | {count: sums[cell][count] for count in Count} for cell in cells],
        )


def difference(before: Iterable[Fact], after: Iterable[Fact]) -> Sums:
    """Return by how much sums change when these facts become those; cells that do not are left out."""
    sums: defaultdict[Cell, Counter[Count]] = defaultdict(Counter)
    for fact in after:
        for cell, counts in added(fact).items():
            sums[cell].update(counts)
    for fact in before:
        for cell, counts in added(fact).items():
            sums[cell].subtract(counts)
    return {cell: counts for cell, counts in sums.items() if any(counts.values())}


def _marks(numbers: Sequence[str]) -> Select[Any]:
    event = TICKET_EVENT.c
    return (
        select(event.ticket, event.kind, event.at, event.payload)
        .where(event.ticket.in_(numbers), event.kind.in_(_MARKS))
        .order_by(event.ticket, event.seq)
    )


def _told(
    ticket: Row[Any], clock: Row[Any] | None, marks: Sequence[Row[Any]], *, calendar: WorkCalendar
) -> Fact:
    judged = clock is not None and clock.state in {ClockState.MET, ClockState.MISSED}
    return Fact(
        channel=ticket.channel,
        service=ticket.service,
        unit=ticket.unit,
        received=local_day(ticket.submitted_at).isoformat(),
        closed=_day(ticket.closed_at),
        due=_day(clock.due_at) if clock is not None else None,
        stopped=_day(clock.stopped_at) if clock is not None else None,
        on_time=clock.state == ClockState.MET if clock is not None and judged else None,
        minutes=clock.used_minutes if clock is not None and judged else None,
        hops=ticket.hops,
        taken_minutes=_taken_minutes(marks, calendar=calendar),
        visits=tuple(_visits(marks, calendar=calendar)),
    )


def _day(at: datetime | None) -> str | None:
    return None if at is None else local_day(at).isoformat()


def _taken_minutes(marks: Sequence[Row[Any]], *, calendar: WorkCalendar) -> int | None:
    """Count from the acceptance until an officer takes it or a team is sent, whichever is first."""
    accepted = next((mark.at for mark in marks if mark.kind == "accepted"), None)
    taken = next((mark.at for mark in marks if mark.kind in {"taken", "dispatched"}), None)
    if accepted is None or taken is None:
        return None
    return working_minutes(accepted, taken, calendar=calendar)


def _visits(marks: Sequence[Row[Any]], *, calendar: WorkCalendar) -> list[Visit]:
    found: list[dict[str, Any]] = []
    sent_at = None
    for mark in marks:
        match mark.kind:
            case "dispatched":
                sent = event_of(mark.kind, mark.payload)
                assert isinstance(sent, Dispatched)
                found.append({"day": local_day(mark.at).isoformat(), "team": sent.team})
                sent_at = mark.at
            case "arrived" if sent_at is not None:
                found[-1]["minutes"] = working_minutes(sent_at, mark.at, calendar=calendar)
            case "visited" if found:
                seen = event_of(mark.kind, mark.payload)
                assert isinstance(seen, Visited)
                found[-1]["result"] = str(seen.result)
    return [Visit(**visit) for visit in found]


def _columns(fact: Fact) -> dict[str, Any]:
    plain = {name: getattr(fact, name) for name in _PLAIN}
    tenths = None if fact.minutes is None else round(fact.minutes / MINUTES_A_TENTH)
    visits = json.dumps([asdict(visit) for visit in fact.visits]) if fact.visits else None
    return plain | {"tenths": tenths, "visits": visits}


def _fact_of(row: Row[Any]) -> Fact:
    columns = row._mapping  # noqa: SLF001 - the public name of a row's fields
    plain = {name: columns[name] for name in _PLAIN}
    visits = json.loads(row.visits) if row.visits else []
    return Fact(**plain, visits=tuple(Visit(**visit) for visit in visits))
