"""The sums of reports follow the tickets, and are what a slow count over their events gives."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from callcenter.domain.clock_rules import ClockKind
from callcenter.domain.clocks import ClockState, clocks
from callcenter.domain.ticket_events import (
    Arrived,
    Dispatched,
    Happened,
    Reopened,
    Returned,
    Routed,
    Taken,
    TicketEvent,
    TicketState,
    Visited,
    Withdrawn,
)
from callcenter.domain.tickets import apply
from callcenter.domain.worktime import KST, working_minutes
from callcenter.measures.desk_work import HOPS, Cell, Count, Head
from callcenter.store.clocks import columns_of
from callcenter.store.tables.reports import REPORT_CELL, TICKET_FACT, TICKET_STALE
from callcenter.store.unit_of_work import Store
from tests import builders, populations
from tests.populations import NOW, Life, the_calendar

SOME = tuple(populations.lives(240, seed=11, alike=2))
Sums = dict[Cell, dict[Count, int]]


def day(at: datetime) -> str:
    return at.astimezone(KST).date().isoformat()


def moments(life: Life, *kinds: type[TicketEvent]) -> list[datetime]:
    return [happened.at for happened in life.history if isinstance(happened.event, kinds)]


def counted(life: Life) -> Iterator[tuple[str, Count, int]]:
    """Read one history and say what it counts for and when."""
    ticket = life.ticket
    yield day(ticket.submitted_at), Count.RECEIVED, 1
    sent = len(moments(life, Routed))
    yield day(ticket.submitted_at), Count.HOPS, sent
    yield day(ticket.submitted_at), HOPS[min(sent, 4)], 1
    begun = moments(life, Taken, Dispatched)
    if begun and ticket.accepted_at:
        yield day(ticket.submitted_at), Count.TAKEN, 1
        spent = working_minutes(ticket.accepted_at, begun[0], calendar=the_calendar())
        yield day(ticket.submitted_at), Count.TAKEN_MINUTES, spent
    if ticket.closed_at:
        yield day(ticket.closed_at), Count.CLOSED, 1
    yield from of_the_period(life)
    for _, when, count, n in of_visits(life):
        yield when, count, n


def of_the_period(life: Life) -> Iterator[tuple[str, Count, int]]:
    statutory = [clock for clock in life.clocks if clock.kind is ClockKind.STATUTORY][-1:]
    for clock in statutory:
        stopped = clock.stopped_at and day(clock.stopped_at)
        if stopped and clock.state is not ClockState.VOID:
            yield stopped, Count.JUDGED, 1
            yield stopped, Count.ON_TIME, int(clock.state is ClockState.MET)
            yield stopped, Count.MINUTES, clock.used_minutes or 0
        due = clock.due.due_at and day(clock.due.due_at)
        if due and (stopped is None or due < stopped):
            yield due, Count.GONE_OVERDUE, 1
            if stopped:
                yield stopped, Count.NO_LONGER_OVERDUE, 1


def of_visits(life: Life) -> Iterator[tuple[str, str, Count, int]]:
    team, when, at = "", "", NOW
    for happened in life.history:
        match happened.event:
            case Dispatched(team=team):
                at, when = happened.at, day(happened.at)
                yield team, when, Count.DISPATCHED, 1
            case Arrived():
                spent = working_minutes(at, happened.at, calendar=the_calendar())
                yield team, when, Count.ARRIVED, 1
                yield team, when, Count.ARRIVAL_MINUTES, spent
            case Visited(result=result):
                yield team, when, Count(result), 1
            case _:
                pass


def by_hand(lives: Sequence[Life]) -> Sums:
    """Count slowly: every count of every life under every head it belongs to."""
    sums: defaultdict[Cell, Counter[Count]] = defaultdict(Counter)
    for life in lives:
        ticket, unit = life.ticket, life.ticket.unit or "-"
        heads = [
            (scope, head, value)
            for scope in ("", unit)
            for head, value in (
                (Head.ALL, ""),
                (Head.CHANNEL, str(ticket.channel)),
                (Head.SERVICE, ticket.service),
                (Head.UNIT, unit),
            )
        ]
        for when, count, n in counted(life):
            for scope, head, value in heads:
                sums[Cell(scope=scope, head=head, day=when, value=value)][count] += n
        for team, when, count, n in of_visits(life):
            for scope in ("", team):
                sums[Cell(scope=scope, head=Head.TEAM, day=when, value=team)][count] += n
    return told(sums)


def told(sums: dict[Cell, Counter[Count]]) -> Sums:
    """Leave zeros out."""
    plain = {cell: {count: n for count, n in counts.items() if n} for cell, counts in sums.items()}
    return {cell: counts for cell, counts in plain.items() if counts}


async def stored(store: Store) -> Sums:
    async with store.reading() as uow:
        rows = (await uow.connection.execute(select(REPORT_CELL))).mappings().all()
    return told(
        {
            Cell(
                scope=row["scope"], head=Head(row["head"]), day=row["day"], value=row["value"]
            ): Counter({count: row[count] for count in Count})
            for row in rows
        }
    )


async def refreshed(store: Store, *, most: int = 1_000) -> int:
    rounds = 0
    while True:
        async with store.writing() as uow:
            if not await uow.facts.refresh(calendar=the_calendar(), most=most):
                return rounds
        rounds += 1


async def test_sums_are_what_a_slow_count_gives(store: Store) -> None:
    await populations.settle(store, SOME)

    assert await refreshed(store, most=100) == 3
    assert await stored(store) == by_hand(SOME)


CHANGES: tuple[TicketEvent, ...] = (
    Reopened(reason="다시 고장"),
    Returned(reason="소관 아님"),
    Routed(unit="water", rule="manual", reason="재배정"),
    Withdrawn(reason="취하"),
)


def changed(life: Life, event: TicketEvent) -> Life:
    last = life.history[-1]
    happened = Happened(
        seq=last.seq + 1, at=last.at + timedelta(days=3), actor=builders.an_actor(), event=event
    )
    history = (*life.history, happened)
    return replace(
        life,
        ticket=apply(life.ticket, happened),
        history=history,
        clocks=clocks(history, calendar=the_calendar()),
    )


async def write(store: Store, life: Life) -> None:
    async with store.writing() as uow:
        told_columns = columns_of(life.clocks, promised=None)
        await uow.tickets.append(
            life.ticket, life.history[-1:], clocks=told_columns, recorded_at=NOW
        )
        await uow.clocks.replace(life.ticket.number, life.clocks)


async def test_sums_follow_what_happens_to_tickets_and_can_be_made_again(store: Store) -> None:
    await populations.settle(store, SOME)
    await refreshed(store)
    lives = {life.row: life for life in SOME}
    closed = [life for life in SOME if life.ticket.state is TicketState.CLOSED]
    undone = [life for life in SOME if life.ticket.open]
    for life, event in [
        *((life, CHANGES[0]) for life in closed[:20]),
        *((life, CHANGES[1 + n % 3]) for n, life in enumerate(undone)),
    ]:
        lives[life.row] = changed(life, event)
        await write(store, lives[life.row])
    assert await stored(store) == by_hand(SOME)

    await refreshed(store, most=7)

    followed = await stored(store)
    assert followed == by_hand(list(lives.values())) != by_hand(SOME)
    async with store.writing() as uow:
        await uow.facts.forget()
    assert await stored(store) == {}
    await refreshed(store)
    assert await stored(store) == followed


async def test_two_who_refresh_at_once_count_each_change_once(store: Store) -> None:
    await populations.settle(store, SOME[:60])

    await asyncio.gather(*(refreshed(store, most=5) for _ in range(4)))

    assert await stored(store) == by_hand(SOME[:60])


async def test_sums_made_again_while_they_are_refreshed_are_right(store: Store) -> None:
    await populations.settle(store, SOME[:60])

    async def again() -> None:
        for _ in range(3):
            async with store.writing() as uow:
                await uow.facts.forget()

    await asyncio.gather(again(), *(refreshed(store, most=5) for _ in range(3)))
    await refreshed(store)

    assert await stored(store) == by_hand(SOME[:60])


async def test_whatever_writes_a_ticket_its_sums_follow(store: Store) -> None:
    await populations.settle(store, SOME[:30])
    await refreshed(store)

    async with store.writing() as uow:
        await uow.connection.execute(text("UPDATE ticket SET service = 'noise' WHERE id < 9"))
    await refreshed(store)

    assert await stored(store) == by_hand(
        [
            replace(life, ticket=replace(life.ticket, service="noise")) if life.row < 9 else life
            for life in SOME[:30]
        ]
    )


@pytest.mark.parametrize("rows", [0, 5])
async def test_nothing_is_left_to_do_after_a_refresh(store: Store, rows: int) -> None:
    if rows:
        await populations.settle(store, SOME[:rows])
    async with store.reading() as uow:
        assert await uow.reports.behind() == (rows > 0)

    await refreshed(store)

    async with store.reading() as uow:
        assert not await uow.reports.behind()
        for table, n in ((TICKET_STALE, 0), (TICKET_FACT, rows)):
            counted_rows = await uow.connection.execute(select(func.count()).select_from(table))
            assert counted_rows.scalar_one() == n
