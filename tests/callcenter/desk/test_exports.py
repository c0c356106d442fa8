"""What is taken away is complete, safe to open, and the same to the byte from both databases."""

import csv
import io
import json
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest

from callcenter.desk.exports import (
    BYTE_ORDER_MARK,
    EVENT_FIELDS,
    TICKET_FIELDS,
    ExportDesk,
    ExportFormat,
)
from callcenter.domain.ticket_events import Channel
from callcenter.store.events import link
from callcenter.store.tables.tickets import TICKET
from callcenter.store.ticket_lists import Filters
from callcenter.store.tickets import NewTicket
from callcenter.store.unit_of_work import Store
from tests import builders, databases, populations
from tests.desks import Watch
from tests.populations import NOW

SOME = tuple(populations.lives(40, seed=4))


async def whole(pieces: AsyncIterator[bytes]) -> bytes:
    return b"".join([piece async for piece in pieces])


def a_desk(store: Store) -> ExportDesk:
    return ExportDesk(store=store, now=Watch(NOW))


@pytest.fixture
async def settled(store: Store) -> Store:
    """Give a store of 40 tickets."""
    await populations.settle(store, SOME)
    return store


def rows_of(content: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content.decode().splitlines()]


def table_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))


async def test_every_ticket_is_a_line_with_its_moments_in_utc(settled: Store) -> None:
    rows = rows_of(await whole(a_desk(settled).tickets(ExportFormat.NDJSON)))

    assert [row["number"] for row in rows] == [life.ticket.number for life in SOME]
    assert all(tuple(row) == TICKET_FIELDS for row in rows)
    ticket = SOME[7].ticket
    assert rows[7]["title"] == ticket.title
    assert rows[7]["submitted_at"] == f"{ticket.submitted_at:%Y-%m-%dT%H:%M:%S.%fZ}"
    assert rows[7]["lat"] == ticket.place.lat
    assert rows[7]["public"] is ticket.public
    assert rows[7]["attributes"] == {}


async def test_a_table_says_the_same_as_the_lines(settled: Store) -> None:
    lines = rows_of(await whole(a_desk(settled).tickets(ExportFormat.NDJSON)))
    header, *table = table_of(await whole(a_desk(settled).tickets(ExportFormat.CSV)))

    assert tuple(header) == TICKET_FIELDS
    assert len(table) == len(lines)
    for cells, line in zip(table, lines, strict=True):
        for cell, value in zip(cells, line.values(), strict=True):
            assert cell == as_cell(value)


def as_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, dict) else str(value)


async def test_a_spreadsheet_gets_a_mark_if_it_asks(settled: Store) -> None:
    plain = await whole(a_desk(settled).tickets(ExportFormat.CSV))
    marked = await whole(a_desk(settled).tickets(ExportFormat.CSV_WITH_MARK))

    assert marked == BYTE_ORDER_MARK + plain
    assert ExportFormat.CSV_WITH_MARK.media_type.startswith("text/csv")
    assert ExportFormat.NDJSON.media_type == "application/x-ndjson"


async def test_histories_can_be_checked_by_whoever_has_them(settled: Store) -> None:
    rows = rows_of(await whole(a_desk(settled).events(ExportFormat.NDJSON)))

    assert all(tuple(row) == EVENT_FIELDS for row in rows)
    assert [(row["ticket"], row["seq"]) for row in rows] == [
        (life.ticket.number, happened.seq) for life in SOME for happened in life.history
    ]
    async with settled.reading() as uow:
        stored = await uow.tickets.event_rows(SOME[0].ticket.number)
    for told, row in zip(rows, stored, strict=False):
        assert told["hash"] == link(dict(row._mapping)) == row.hash
        assert told["payload"] == row.payload


async def test_only_what_is_wanted_is_taken_away(settled: Store) -> None:
    wanted = Filters(channel=Channel.PHONE120, open=False)

    tickets = rows_of(await whole(a_desk(settled).tickets(ExportFormat.NDJSON, wanted=wanted)))
    events = rows_of(await whole(a_desk(settled).events(ExportFormat.NDJSON, wanted=wanted)))

    chosen = [
        life.ticket.number
        for life in SOME
        if life.ticket.channel is Channel.PHONE120 and not life.ticket.open
    ]
    assert [row["number"] for row in tickets] == chosen
    assert list(dict.fromkeys(row["ticket"] for row in events)) == chosen


async def test_what_was_searched_for_is_taken_away_whole_the_newest_first(
    settled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = Counter(life.ticket.title.split()[0] for life in SOME)
    wanted = Filters(words=words.most_common(1)[0][0])
    monkeypatch.setattr("callcenter.desk.exports._PIECE", 2)

    tickets = rows_of(await whole(a_desk(settled).tickets(ExportFormat.NDJSON, wanted=wanted)))
    events = rows_of(await whole(a_desk(settled).events(ExportFormat.NDJSON, wanted=wanted)))

    async with settled.reading() as uow:
        page = await uow.lists.page(wanted, now=NOW, limit=100)
    listed = [found.ticket.number for found in page.tickets]
    assert 2 < len(listed) < len(SOME)
    assert [row["number"] for row in tickets] == listed
    assert {row["ticket"] for row in events} == set(listed)


async def test_pieces_put_together_are_the_whole(
    settled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = await whole(a_desk(settled).events(ExportFormat.CSV))
    monkeypatch.setattr("callcenter.desk.exports._PIECE", 7)
    pieces = [piece async for piece in a_desk(settled).events(ExportFormat.CSV)]

    assert len(pieces) == 1 + 6
    assert b"".join(pieces) == at_once


async def test_a_ticket_that_changes_during_an_export_is_told_once(settled: Store) -> None:
    pieces = a_desk(settled).tickets(ExportFormat.CSV)
    content = await anext(pieces)
    async with settled.writing() as uow:
        await uow.connection.execute(TICKET.update().values(title="고침"))

    content += await whole(pieces)

    assert len(table_of(content)) == 1 + len(SOME)


FORMULAS = ("=1+1", "+82", "-2+3", "@SUM(A1)", '=HYPERLINK("http://x")', "\t=1", "＝1+1")


async def test_no_cell_is_a_formula(store: Store) -> None:
    async with store.writing() as uow:
        for n, formula in enumerate(FORMULAS, start=1):
            history = builders.a_history(at=NOW, title=formula, body=f"{formula}\n두 줄")
            ticket = builders.a_ticket(f"2009-{n:06d}", history)
            await uow.tickets.add([NewTicket(ticket=ticket, history=history)], recorded_at=NOW)

    table = table_of(await whole(a_desk(store).tickets(ExportFormat.CSV)))
    lines = rows_of(await whole(a_desk(store).tickets(ExportFormat.NDJSON)))

    titles = [row[TICKET_FIELDS.index("title")] for row in table[1:]]
    assert titles == [f"'{formula}" for formula in FORMULAS]
    assert [line["title"] for line in lines] == list(FORMULAS)
    assert not any(cell.startswith(("=", "+", "@", "\t", "＝")) for row in table for cell in row)


async def test_both_databases_give_the_same_bytes(
    sqlite_files: databases.SqliteFiles, postgres_server: databases.PostgresServer
) -> None:
    told = []
    for server in (sqlite_files, postgres_server):
        async with databases.opened(server) as database:
            store = Store(database)
            await populations.settle(store, SOME)
            await store_an_awkward_one(store)
            desk = a_desk(store)
            told.append(
                [
                    await whole(given(form))
                    for form in ExportFormat
                    for given in (desk.tickets, desk.events)
                ]
            )

    assert told[0] == told[1]
    assert all(len(content) > 10_000 for content in told[0])


async def store_an_awkward_one(store: Store) -> None:
    """Let one ticket have awkward texts and answers."""
    history = builders.a_history(
        at=NOW,
        title="따옴표 \" ' , ; \\ 끝",
        attributes=(("fault", ("out", "깜빡")),),
        place=builders.CITY_HALL,
        external_ref="A-1",
    )
    ticket = builders.a_ticket("2009-000041", history)
    async with store.writing() as uow:
        await uow.tickets.add([NewTicket(ticket=ticket, history=history)], recorded_at=NOW)


async def test_nothing_is_exported_as_nothing(store: Store) -> None:
    assert await whole(a_desk(store).tickets(ExportFormat.NDJSON)) == b""
    assert table_of(await whole(a_desk(store).events(ExportFormat.CSV))) == [list(EVENT_FIELDS)]
