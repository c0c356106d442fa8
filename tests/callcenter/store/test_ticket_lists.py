"""Lists hold what was asked for, in order, and pages neither skip nor repeat; each walks an index."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from callcenter.domain.grams import matches, query
from callcenter.domain.ticket_events import CaseLinked, Channel, Happened, TicketState
from callcenter.domain.tickets import Ticket, apply
from callcenter.errors import InputError
from callcenter.store.clocks import columns_of
from callcenter.store.tables.tickets import WORK_CASE
from callcenter.store.ticket_lists import LOOKS, Filters, Listed, Order, Page, Position
from callcenter.store.tickets import NewTicket
from callcenter.store.unit_of_work import Store
from tests import builders, databases, plans, populations
from tests.populations import NOW, Life

SOME = tuple(populations.lives(300, seed=7, alike=3))
DAY = timedelta(days=1)
LATE = NOW - 40 * DAY
SOMEBODY = next(life.ticket.officer for life in SOME if life.ticket.officer)
AREA = next(life.ticket.place.area for life in SOME if life.ticket.place.area)
PETITIONER = next(life.ticket.petitioner for life in SOME if life.ticket.petitioner)


@pytest.fixture
async def settled(store: Store) -> Store:
    """Give a store of 300 tickets, neighbours of the very same moments."""
    await populations.settle(store, SOME)
    return store


async def every_page(
    store: Store, wanted: Filters, *, order: Order | None = None, limit: int = 200
) -> list[Listed]:
    found: list[Listed] = []
    after: Position | None = None
    async with store.reading() as uow:
        while True:
            page = await uow.lists.page(wanted, now=NOW, order=order, limit=limit, after=after)
            assert len(page.tickets) <= limit
            found += page.tickets
            after = page.after
            if after is None:
                return found


def numbers(listed: Iterable[Listed]) -> list[str]:
    return [each.ticket.number for each in listed]


def due(life: Life) -> datetime | None:
    moment: datetime | None = columns_of(life.clocks, promised=None)["statutory_due_at"]
    return moment


def running(life: Life) -> bool:
    return columns_of(life.clocks, promised=None)["on_time"] is None


Truth = Callable[[Life], Any]
ASKED: dict[str, tuple[Filters, Truth]] = {
    "everything": (Filters(), lambda _: True),
    "open": (Filters(open=True), lambda life: life.ticket.open),
    "closed": (Filters(open=False), lambda life: not life.ticket.open),
    "states": (
        Filters(states=frozenset({TicketState.IN_PROGRESS, TicketState.NOTIFIED})),
        lambda life: life.ticket.state in {TicketState.IN_PROGRESS, TicketState.NOTIFIED},
    ),
    "closed by state": (
        Filters(states=frozenset({TicketState.CLOSED})),
        lambda life: life.ticket.state is TicketState.CLOSED,
    ),
    "unit": (Filters(unit="road"), lambda life: life.ticket.unit == "road"),
    "open of a unit": (
        Filters(unit="road", open=True),
        lambda life: life.ticket.unit == "road" and life.ticket.open,
    ),
    "officer": (
        Filters(officer=SOMEBODY),
        lambda life: life.ticket.officer == SOMEBODY,
    ),
    "service": (
        Filters(services=frozenset({"noise"})),
        lambda life: life.ticket.service == "noise",
    ),
    "services": (
        Filters(services=frozenset({"noise", "air"})),
        lambda life: life.ticket.service in {"noise", "air"},
    ),
    "channel": (
        Filters(channel=Channel.OBSERVATION),
        lambda life: life.ticket.channel is Channel.OBSERVATION,
    ),
    "area": (Filters(area=AREA), lambda life: life.ticket.place.area == AREA),
    "petitioner": (
        Filters(petitioner=PETITIONER),
        lambda life: life.ticket.petitioner == PETITIONER,
    ),
    "opened by": (Filters(opened_by="agent-07"), lambda _: True),
    "open, opened by": (Filters(opened_by="agent-07", open=True), lambda life: life.ticket.open),
    "not public": (Filters(public=False), lambda life: not life.ticket.public),
    "overdue": (
        Filters(overdue=True),
        lambda life: life.ticket.open and (due(life) or NOW) < NOW and running(life),
    ),
    "due before": (
        Filters(due_before=LATE + 42 * DAY),
        lambda life: life.ticket.open and (due(life) or NOW + 9 * DAY) < LATE + 42 * DAY,
    ),
    "due after": (
        Filters(due_after=LATE),
        lambda life: life.ticket.open and (due(life) or LATE - DAY) >= LATE,
    ),
    "due between": (
        Filters(due_after=LATE - 90 * DAY, due_before=LATE),
        lambda life: life.ticket.open and LATE - 90 * DAY <= (due(life) or LATE) < LATE,
    ),
    "submitted between": (
        Filters(submitted_from=LATE, submitted_before=LATE + 20 * DAY),
        lambda life: LATE <= life.ticket.submitted_at < LATE + 20 * DAY,
    ),
    "updated after": (Filters(updated_after=LATE), lambda life: life.ticket.updated_at > LATE),
    "several things": (
        Filters(unit="road", channel=Channel.PHONE120, open=False, updated_after=LATE - 200 * DAY),
        lambda life: (
            life.ticket.unit == "road"
            and life.ticket.channel is Channel.PHONE120
            and not life.ticket.open
            and life.ticket.updated_at > LATE - 200 * DAY
        ),
    ),
}


def by_order(order: Order, chosen: Sequence[Life]) -> list[str]:
    """Sort by hand: moment, then row; backwards where the newest comes first."""
    moments: dict[Order, Callable[[Life], Any]] = {
        Order.UPDATED: lambda life: life.ticket.updated_at,
        Order.CHANGES: lambda life: life.ticket.updated_at,
        Order.NEWEST: lambda life: life.ticket.submitted_at,
        Order.DUE: due,
    }
    if order is Order.DUE:
        chosen = [life for life in chosen if life.ticket.open and due(life)]
    lives = sorted(chosen, key=lambda life: (moments[order](life), life.row))
    if order in {Order.UPDATED, Order.NEWEST}:
        lives.reverse()
    return [life.ticket.number for life in lives]


async def test_every_filter_lists_what_it_says_in_every_order(settled: Store) -> None:
    for name, (wanted, truth) in ASKED.items():
        chosen = [life for life in SOME if truth(life)]
        assert chosen, f"nothing in the population shows {name}"
        for order in Order:
            found = numbers(await every_page(settled, wanted, order=order))
            assert found == by_order(order, chosen), f"{name}, {order}"


async def test_what_nobody_sorts_comes_last_changed_first_or_last_submitted_first(
    settled: Store,
) -> None:
    spanned = ASKED["submitted between"][0]

    assert await every_page(settled, Filters()) == await every_page(
        settled, Filters(), order=Order.UPDATED
    )
    assert await every_page(settled, spanned) == await every_page(
        settled, spanned, order=Order.NEWEST
    )


async def test_pages_put_together_are_the_list(settled: Store) -> None:
    for order in Order:
        assert await every_page(settled, Filters(), order=order, limit=7) == await every_page(
            settled, Filters(), order=order
        )


async def test_a_listed_ticket_is_the_ticket_and_its_dates(settled: Store) -> None:
    [newest] = (await first_page(settled, Filters(), order=Order.NEWEST, limit=1)).tickets

    assert newest.ticket == SOME[-1].ticket
    assert newest.row == SOME[-1].row
    assert newest.statutory_due_at == newest.promised_due_at == due(SOME[-1])


async def first_page(store: Store, wanted: Filters, **how: Any) -> Page:
    async with store.reading() as uow:
        return await uow.lists.page(wanted, now=NOW, **how)


async def test_words_and_filters_together_find_what_both_say(settled: Store) -> None:
    for words in ("가로등", "도로", "길주로 101", "물", "없는말"):
        for wanted in (Filters(words=words), Filters(words=words, channel=Channel.OBSERVATION)):
            found = numbers(await every_page(settled, wanted, limit=3))
            assert found == [
                life.ticket.number
                for life in reversed(SOME)
                if holds(life.ticket, words) and wanted.channel in {None, life.ticket.channel}
            ]


def holds(ticket: Ticket, words: str) -> bool:
    said = (ticket.title, ticket.body, ticket.place.address or "", ticket.number)
    return matches("\n".join(said), query(words))


async def test_a_rare_filter_on_a_frequent_word_is_looked_for_piece_by_piece(
    settled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callcenter.store.ticket_lists.LOOKS", (8, 16))
    rare = Filters(words="조치 바랍니다", officer=SOMEBODY)

    first = await first_page(settled, rare)

    assert first.tickets == ()
    assert first.after == Position(row=300 - 24 + 1)
    found = numbers(await every_page(settled, rare))
    assert found == by_order(Order.NEWEST, [life for life in SOME if ASKED["officer"][1](life)])
    assert sum(LOOKS) <= 4_096


async def test_a_search_by_one_syllable_says_that_it_is_slow(settled: Store) -> None:
    assert (await first_page(settled, Filters(words="물"))).slow
    assert not (await first_page(settled, Filters(words="물 가로등"))).slow
    assert not (await first_page(settled, Filters())).slow


async def test_tickets_that_come_in_meanwhile_neither_repeat_nor_hide_others(
    settled: Store,
) -> None:
    before = numbers(await every_page(settled, Filters(), order=Order.UPDATED))
    seen: list[str] = []
    after: Position | None = None
    for number in range(301, 330):
        async with settled.writing() as uow:
            page = await uow.lists.page(Filters(), now=NOW, limit=20, after=after)
            seen += numbers(page.tickets)
            after = page.after
            if after is None:
                break
            history = builders.a_history(at=NOW)
            newcomer = builders.a_ticket(f"2009-{number:06d}", history)
            await uow.tickets.add([NewTicket(ticket=newcomer, history=history)], recorded_at=NOW)

    assert seen == before


async def test_who_copies_changes_misses_no_ticket_that_changes_meanwhile(settled: Store) -> None:
    copied: dict[str, int] = {}
    after: Position | None = None
    for round_ in range(40):
        async with settled.writing() as uow:
            page = await uow.lists.page(
                Filters(), now=NOW, order=Order.CHANGES, limit=20, after=after
            )
            for each in page.tickets:
                copied[each.ticket.number] = each.ticket.seq
            after = page.after
            if after is None:
                break
            await _touch(uow, SOME[round_ * 5].ticket.number, minutes=round_)

    async with settled.reading() as uow:
        for number, seq in copied.items():
            ticket = await uow.tickets.get(number)
            assert ticket is not None
            assert ticket.seq == seq
    assert len(copied) == 300


async def _touch(uow: Any, number: str, *, minutes: int) -> None:
    ticket = await uow.tickets.get(number)
    event = Happened(
        seq=ticket.seq + 1,
        at=NOW + timedelta(minutes=minutes),
        actor=builders.an_actor(),
        event=CaseLinked(case="C1"),
    )
    linked = replace(apply(ticket, event), case=None)
    await uow.tickets.append(linked, [event], clocks={}, recorded_at=NOW)


async def test_tickets_of_a_work_case_are_listed(settled: Store) -> None:
    async with settled.writing() as uow:
        case = {"code": "C1", "service": "road-damage", "title": "구멍", "opened_by": "kim"}
        await uow.connection.execute(WORK_CASE.insert().values(**case, opened_at=NOW))
        await uow.connection.execute(
            text("UPDATE ticket SET work_case = 'C1' WHERE number = '2009-000004'")
        )

    assert numbers(await every_page(settled, Filters(case="C1"))) == ["2009-000004"]


@pytest.mark.parametrize(
    ("wanted", "how", "key"),
    [
        (Filters(), {"limit": 0}, "limit"),
        (Filters(), {"limit": 201}, "limit"),
        (Filters(words="가로등"), {"order": Order.NEWEST}, "order"),
        (Filters(words="가" * 201), {}, "q"),
    ],
)
async def test_a_list_that_makes_no_sense_is_refused(
    store: Store, wanted: Filters, how: dict[str, Any], key: str
) -> None:
    with pytest.raises(InputError) as refused:
        await first_page(store, wanted, **how)

    assert refused.value.key == key


async def test_every_list_walks_an_index(settled: Store) -> None:
    for name, (wanted, _) in ASKED.items():
        for order in Order:
            plan = await plan_of(settled, wanted, order=order, after=HERE)
            assert re.search("INDEX|Index Scan", plan), f"{name}, {order}: {plan}"
            assert "Seq Scan" not in plan, f"{name}, {order}: {plan}"


HERE = Position(row=10, at=LATE)


async def plan_of(
    store: Store, wanted: Filters, *, order: Order, after: Position | None = None
) -> str:
    """Ask the database how it would list; PostgreSQL finds reading it all cheaper on small tables."""
    async with store.writing() as uow:
        if store.database.dialect == "postgresql":
            await uow.connection.execute(text("SET LOCAL enable_seqscan = off"))
        return await plans.of(
            uow.connection,
            lambda: uow.lists.page(wanted, now=NOW, order=order, after=after),
        )


SORTED_BY_INDEX = {
    "open of a unit": "ix_ticket_open_unit_due",
    "unit": "ix_ticket_unit_updated_at_id_",
    "officer": "ix_ticket_officer_updated_at_id",
    "overdue": "ix_ticket_open_",
    "several things": "ix_ticket_unit_updated_at_id_",
    "petitioner": "ix_ticket_petitioner",
    "everything": "ix_ticket_updated_at_id",
    "services": "ix_ticket_updated_at_id",
    "open": "ix_ticket_open_updated",
}


@pytest.mark.parametrize("name", SORTED_BY_INDEX)
async def test_sqlite_chooses_the_index_of_a_year_though_nobody_analyses(
    sqlite_files: databases.SqliteFiles, name: str
) -> None:
    async with databases.opened(sqlite_files) as database:
        plan = await plan_of(Store(database), ASKED[name][0], order=Order.UPDATED)

    assert SORTED_BY_INDEX[name] in plan
