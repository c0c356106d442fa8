"""What both databases find is what `grams.matches` says is there, no more and no less."""

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import select, text

from callcenter.domain.grams import folded, matches_folded, query
from callcenter.domain.ticket_events import Place
from callcenter.errors import InputError
from callcenter.store import migrate
from callcenter.store.engine import Database
from callcenter.store.search import checked, searchable
from callcenter.store.tables.tickets import TICKET
from callcenter.store.tickets import NewTicket
from callcenter.store.unit_of_work import Store, UnitOfWork
from tests import builders, databases, plans

NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
LONG = "abcdefghij" * 5
BODIES = (
    "여권을 잃어버렸습니다.",
    "여권 재발급은 어디에서 하나요?",
    "도로에 구멍이 났어요",
    "고속도로가 막힙니다",
    "가로등이 꺼져 있습니다",
    "가로 등불이 아닙니다",
    "가로 로등",
    "등이 가로로 놓였다",
    "우리 리모컨",
    "우리모두의 광장",
    "물",
    "물이 샙니다",
    "건물 뒤 하수구",
    "LED 조명 led등",
    "sled dogs 와 CCTV2대",
    "2009년 3월 120번",
    "100% 할인_행사 '따옴표' \"쌍따옴표\" * ( ) NEAR OR -",
    "not and or near 그리고",
    f"{LONG}1 와 {LONG}2",
    unicodedata.normalize("NFD", "맨홀 뚜껑이 열렸다"),
    "",
)
QUERIES = (
    "여권", "도로", "가로등", "가로", "로등", "우리모", "우리 리모", "모두", "물", "물 하수구", "물 샙",
    "led", "LED", "le", "l", "120", "12", "2009", "100%", "_행사", "%", "_", "'", '"', "'따옴표'",
    '"쌍따옴표"', "*", "여*", "NEAR", "near(가로 등)", "OR", "NOT 도로", "-도로", "가로등 꺼", "^가로등",
    "도로 OR 여권", "body:도로", "{도로}", "맨홀", unicodedata.normalize("NFD", "맨홀"), "없는말", "",
    f"{LONG}1", f"{LONG}3", LONG, "ㆍ", "가로등이 꺼져 있습니다", "길주로 210", "2026-000003", "꺼져있습니다",
)  # fmt: skip


async def some_tickets(store: Store, bodies: Sequence[str]) -> dict[int, str]:
    """Open a ticket a body; return the searchable line of each row."""
    lines = {}
    async with store.writing() as uow:
        for body in bodies:
            number = await uow.tickets.next_number(2026)
            place = Place(address="경기도 부천시 길주로 210")
            history = builders.a_history(at=NOON, title="민원", body=body, place=place)
            ticket = builders.a_ticket(number, history)
            [row] = await uow.tickets.add(
                [NewTicket(ticket=ticket, history=history)], recorded_at=NOON
            )
            await uow.search.index({row: ticket})
            lines[row] = searchable(title="민원", body=body, address=place.address, number=number)
    return lines


def truth(lines: dict[int, str], typed: str) -> list[int]:
    wanted = query(typed)
    return sorted(
        (row for row, line in lines.items() if matches_folded(line, wanted)), reverse=True
    )


async def test_what_is_found_is_what_is_there(store: Store) -> None:
    lines = await some_tickets(store, BODIES)

    async with store.reading() as uow:
        hits = {typed: await found(uow, typed, most=100) for typed in QUERIES}

    assert hits == {typed: truth(lines, typed) for typed in QUERIES}
    assert len(hits["가로등"]) == 1
    assert len(hits["여권"]) == len(hits["도로"]) == 2


LETTERS = st.sampled_from("가나다물로등 aZ1%_*\"'-")
WORDS = st.text(LETTERS, max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    bodies=st.lists(WORDS, min_size=4, max_size=4),
    typed=st.lists(WORDS, min_size=1, max_size=4),
)
async def test_whatever_is_written_and_typed_both_databases_tell_the_truth(
    store: Store, bodies: list[str], typed: list[str]
) -> None:
    rows = await four_rows(store)
    lines = {row: folded(body) for row, body in zip(rows, bodies, strict=True)}

    async with store.writing() as uow:
        await uow.search.index_lines(list(lines.items()))
        hits = [await found(uow, words, most=9) for words in typed]

    assert hits == [truth(lines, words) for words in typed]


async def found(uow: UnitOfWork, typed: str, *, most: int, before: int | None = None) -> list[int]:
    """Go on until there are as many as asked for, or no more."""
    rows: list[int] = []
    while len(rows) < most:
        hits = await uow.search.find(query(typed), most=most - len(rows), before=before)
        rows += hits.rows
        before = hits.after
        if before is None:
            break
    return rows


async def four_rows(store: Store) -> list[int]:
    """Return the rows of four tickets, opened by whoever comes first."""
    async with store.reading() as uow:
        rows = list((await uow.connection.execute(select(TICKET.c.id))).scalars())
    return rows or list(await some_tickets(store, ["", "", "", ""]))


async def test_a_ticket_is_found_by_what_it_says_now(store: Store) -> None:
    [row] = await some_tickets(store, ["가로등이 꺼짐"])

    async with store.writing() as uow:
        ticket = await uow.tickets.get("2026-000001")
        assert ticket is not None
        await uow.search.index({row: replace(ticket, body="보안등이 꺼짐")})
        assert await found(uow, "가로등", most=9) == []
        assert await found(uow, "보안등", most=9) == [row]
        assert await found(uow, "꺼짐", most=9) == [row]


async def test_hits_come_newest_first_and_page_by_page(store: Store) -> None:
    rows = list(await some_tickets(store, ["가로등", "도로", "가로등", "가로등", "물", "물"]))
    streetlights = [rows[3], rows[2], rows[0]]

    async with store.reading() as uow:
        assert await found(uow, "가로등", most=2) == streetlights[:2]
        assert await found(uow, "가로등", most=2, before=rows[2]) == streetlights[2:]
        assert await found(uow, "물", most=1, before=rows[5]) == [rows[4]]


async def test_beyond_the_newest_the_index_is_asked(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callcenter.store.search.NEAR", 3)
    monkeypatch.setattr("callcenter.store.search.FREQUENT", 2)
    lines = await some_tickets(store, BODIES)
    rows = sorted(lines, reverse=True)

    async with store.reading() as uow:
        for typed in QUERIES:
            everything = truth(lines, typed)
            assert await found(uow, typed, most=2) == everything[:2]
            assert await found(uow, typed, most=99) == everything
            older = [row for row in everything if row < rows[4]]
            assert await found(uow, typed, most=99, before=rows[4]) == older
            assert await found(uow, typed, most=9, before=rows[-1]) == []


async def test_many_tickets_are_indexed_in_one_go(store: Store) -> None:
    rows = list(await some_tickets(store, [""] * 3))

    async with store.writing() as uow:
        await uow.search.index_lines([(row, f"가로등 {row}") for row in rows])
        await uow.search.index_lines([])
        assert await found(uow, "가로등", most=9) == rows[::-1]


def test_a_query_nobody_types_is_refused() -> None:
    assert checked("가" * 200)
    with pytest.raises(InputError, match="at most 200"):
        checked("가" * 201)


async def test_a_query_of_many_words_is_answered(store: Store) -> None:
    lines = await some_tickets(store, [" ".join("가나다라마바사아자차카타파하"), "가"])
    typed = checked(" ".join("가나다라마바사아자차카타파하" * 7))

    async with store.reading() as uow:
        assert await found(uow, typed, most=9) == truth(lines, typed)
        many = checked(" ".join(f"{n}" for n in range(60)))
        assert await found(uow, many, most=9) == []


async def test_tickets_from_before_the_index_are_found_after_migrating(
    database_server: databases.Server,
) -> None:
    url = database_server.empty()
    await migrate.upgrade(url, "0001")
    database = Database(url)
    async with Store(database).writing() as uow:
        for number in range(1, 1203):
            history = builders.a_history(at=NOON, body=f"{number}번째 여권 문의")
            ticket = builders.a_ticket(f"2026-{number:06d}", history)
            await uow.tickets.add([NewTicket(ticket=ticket, history=history)], recorded_at=NOON)
    await migrate.upgrade(url)

    async with Store(database).reading() as uow:
        assert len(await found(uow, "여권", most=2000)) == 1202
        assert len(await found(uow, "1202번째", most=2000)) == 1
    await database.close()
    await database_server.drop(url)


QUICK = ("여권", "가로등", "led", "2026-000003", "도로 물")


@pytest.mark.parametrize("typed", QUICK)
async def test_a_search_walks_an_index(store: Store, typed: str) -> None:
    await some_tickets(store, BODIES)
    assert not query(typed).slow

    plan = await plan_of(store, typed)

    assert "VIRTUAL TABLE INDEX" in plan or "ix_ticket_grams_grams" in plan


async def plan_of(store: Store, typed: str) -> str:
    """Ask the database how it would search, with nothing cheaper left to it on a small table."""
    async with store.writing() as uow:
        if store.database.dialect == "postgresql":
            await uow.connection.execute(text("SET LOCAL enable_seqscan = off"))
        return await plans.of(uow.connection, lambda: found(uow, typed, most=51))
