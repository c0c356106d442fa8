"""Every right row of a file becomes one ticket, however wrong its neighbours and however often it is sent."""

import asyncio
import io
import json
from typing import Any

import pytest
from sqlalchemy import func, select

from callcenter.desk.import_rows import FileFormat
from callcenter.desk.imports import ImportDesk, Sheet
from callcenter.domain.access import Role
from callcenter.domain.ticket_events import Channel
from callcenter.errors import InputError, NotFoundError
from callcenter.store.imports import Batch, RowResult, RowStatus, Totals
from callcenter.store.tables.plumbing import IMPORT_BATCH, IMPORT_ROW
from callcenter.store.tables.tickets import TICKET
from callcenter.store.ticket_lists import Filters
from callcenter.store.unit_of_work import Store
from tests.builders import an_actor
from tests.desks import Watch, a_ticket_desk, the_catalogue

KIM = an_actor("choi", Role.MANAGER)
HEADER = "채널,업무,제목,내용,위도,경도,세부항목,외부번호,성명,전화\n"
RIGHT = "전화 120,streetlight,가로등 고장,불이 꺼짐,37.5,126.76,fault=out,,홍길동,010-1234-5678\n"
NOISE = "voc,소음·진동,공사 소음,,37.5,126.76,,V-1,,\n"
WRONG = (
    "phone120,telegraph,제목,내용,37.5,126.76,,,,\n"
    "phone120,streetlight,제목,내용,,,fault=out,,,\n"
    "phone120,streetlight,제목,내용,37.5,126.76,fault=exploded,,,\n"
    "phone120,streetlight,제목\n"
    "phone120,noise,제목,내용,010-1234-5678,126.76,,,,\n"
)


async def a_desk(store: Store) -> ImportDesk:
    watch = Watch()
    return ImportDesk(
        store=store,
        tickets=await a_ticket_desk(store, watch=watch),
        catalogue=the_catalogue,
        now=watch,
    )


def sheet(content: str | bytes = HEADER + RIGHT, **said: Any) -> Sheet:
    file = io.BytesIO(content.encode() if isinstance(content, str) else content)
    known = {"form": FileFormat.CSV, "source": "saeol-2026"} | said
    return Sheet(file=file, **known)  # type: ignore[arg-type]


async def run(desk: ImportDesk, wanted: Sheet) -> list[RowResult]:
    return [result async for result in desk.run(wanted, actor=KIM)]


async def tried(desk: ImportDesk, wanted: Sheet) -> list[RowResult]:
    return [result async for result in desk.tried(wanted, actor=KIM)]


def statuses(results: list[RowResult]) -> list[str]:
    return [str(result.status) for result in results]


async def counted(store: Store) -> tuple[int, int, int]:
    async with store.reading() as uow:
        n = [
            (await uow.connection.execute(select(func.count()).select_from(table))).scalar_one()
            for table in (TICKET, IMPORT_BATCH, IMPORT_ROW)
        ]
    return n[0], n[1], n[2]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp949"])
async def test_rows_become_tickets(store: Store, encoding: str) -> None:
    desk = await a_desk(store)

    results = await run(desk, sheet((HEADER + RIGHT + NOISE).encode(encoding)))

    assert results == [
        RowResult(row=1, status=RowStatus.CREATED, ticket="2026-000001"),
        RowResult(row=2, status=RowStatus.CREATED, ticket="2026-000002"),
    ]
    async with store.reading() as uow:
        first, second = [await uow.tickets.get(f"2026-00000{n}") for n in (1, 2)]
        found = await uow.lists.page(Filters(words="공사"), now=Watch().at)
    assert first is not None
    assert second is not None
    assert (first.title, first.petitioner, first.place.lat) == ("가로등 고장", "P1", 37.5)
    assert (second.channel, second.external_ref, second.body) == (Channel.VOC, "V-1", "공사 소음")
    assert [one.ticket.number for one in found.tickets] == ["2026-000002"]


async def test_wrong_rows_do_not_stop_the_right_ones_and_say_why(store: Store) -> None:
    desk = await a_desk(store)

    results = await run(desk, sheet(HEADER + RIGHT + WRONG + NOISE))

    assert statuses(results) == ["created", *["refused"] * 5, "created"]
    told = [result.error or "" for result in results[1:-1]]
    for error, why in zip(
        told, ("telegraph", "place", "exploded", "10 cells", "degrees"), strict=True
    ):
        assert why in error
    assert results[-1].ticket == "2026-000002", "a refused row gives its number back"
    assert not any("1234" in error for error in told), "no error repeats a telephone number"


async def test_the_same_file_again_makes_no_ticket_again(store: Store) -> None:
    desk = await a_desk(store)
    await run(desk, sheet(HEADER + RIGHT))

    again = await run(desk, sheet(HEADER + RIGHT + NOISE + RIGHT))
    lines = json.dumps(
        {
            "channel": "전화 120", "service": "streetlight", "title": "가로등 고장", "body": "불이 꺼짐",
            "lat": "37.5", "lon": "126.76", "attributes": "fault=out", "name": "홍길동",
            "phone": "010-1234-5678",
        }
    )  # fmt: skip
    as_json = await run(desk, sheet(lines, form=FileFormat.NDJSON))
    elsewhere = await run(desk, sheet(HEADER + RIGHT + NOISE, source="other"))

    assert statuses(again) == ["repeated", "created", "repeated"]
    assert again[0].ticket == again[2].ticket == "2026-000001"
    assert statuses(as_json) == ["repeated"]
    assert statuses(elsewhere) == ["created", "repeated"], "an outer reference is one ticket"
    assert (await counted(store))[0] == 3


async def test_two_imports_of_one_file_at_once_make_each_ticket_once(store: Store) -> None:
    desk = await a_desk(store)
    many = HEADER + "".join(RIGHT.replace("불이 꺼짐", f"{n}번째 등이 꺼짐") for n in range(12))

    told = await asyncio.gather(*(run(desk, sheet(many)) for _ in range(4)))

    numbers = [[result.ticket for result in results] for results in told]
    assert numbers.count(numbers[0]) == 4
    assert len(set(numbers[0])) == 12
    assert await counted(store) == (12, 4, 48)


async def test_a_dry_run_says_the_same_and_keeps_nothing(store: Store) -> None:
    desk = await a_desk(store)
    await run(desk, sheet(HEADER + NOISE))
    before = await counted(store)
    content = HEADER + RIGHT + WRONG + NOISE + RIGHT

    guessed = await tried(desk, sheet(content))

    assert await counted(store) == before
    assert [result.ticket for result in guessed] == [*[None] * 6, "2026-000001", None]
    real = await run(desk, sheet(content))
    assert statuses(guessed) == statuses(real)
    assert [result.error for result in guessed] == [result.error for result in real]
    assert real[0].ticket == "2026-000002", "the dry run left no gap"


async def test_an_import_is_remembered_row_by_row(store: Store) -> None:
    desk = await a_desk(store)
    results = await run(desk, sheet(HEADER + RIGHT + WRONG))

    batch = await desk.batch(1)
    assert isinstance(batch, Batch)
    assert batch.totals == Totals(rows=6, created=1, refused=5, repeated=0)
    assert (batch.source, batch.started_by) == ("saeol-2026", "choi")
    assert batch.finished_at is not None
    async with store.reading() as uow:
        assert list(await uow.imports.results(1, beyond=0, most=3)) == results[:3]
        assert list(await uow.imports.results(1, beyond=3, most=99)) == results[3:]
    with pytest.raises(NotFoundError):
        await desk.batch(2)


async def test_who_stops_listening_stops_the_import_and_can_go_on(store: Store) -> None:
    desk = await a_desk(store)
    listening = desk.run(sheet(HEADER + RIGHT + NOISE), actor=KIM)
    async for result in listening:
        assert result.status is RowStatus.CREATED
        break
    await listening.aclose()  # type: ignore[attr-defined]

    assert (await desk.batch(1)).finished_at is None
    assert statuses(await run(desk, sheet(HEADER + RIGHT + NOISE))) == ["repeated", "created"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (HEADER.encode("utf-16"), {}),
        ("제목\n소음\n", {}),
        ("", {}),
        (HEADER + RIGHT, {"source": ""}),
        (HEADER + RIGHT, {"source": "s" * 201}),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_before_anything_happens(
    store: Store, content: str | bytes, said: dict[str, Any]
) -> None:
    desk = await a_desk(store)

    for listening in (run, tried):
        with pytest.raises(InputError):
            await listening(desk, sheet(content, **said))

    assert await counted(store) == (0, 0, 0)


async def test_rows_from_a_place_that_does_not_say_their_channel_get_the_sheets(
    store: Store,
) -> None:
    desk = await a_desk(store)
    content = "업무,제목,위도,경도\nnoise,소음,37.5,126.7\n"

    [refused] = await run(desk, sheet(content))
    [created] = await run(desk, sheet(content, channel=Channel.MONITOR))

    assert refused.status is RowStatus.REFUSED
    assert "channel" in (refused.error or "")
    assert created.status is RowStatus.CREATED
