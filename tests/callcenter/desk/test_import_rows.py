"""Files as people send them: in either encoding, with Korean columns, and with every mistake there is."""

import io
import json
import tracemalloc
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, strategies as st

from callcenter.desk.import_rows import (
    LONGEST_ROW,
    MOST_ROWS,
    FileFormat,
    Record,
    looked_through,
    petition_of,
    records,
)
from callcenter.domain.ticket_events import Channel
from callcenter.errors import InputError
from tests.desks import the_catalogue

NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
KOREAN = "업무,제목,내용,주소,전화\r\nstreetlight,가로등 고장,불이 꺼져 있어요,길주로 210,010-1234-5678\r\n"


def read(content: str | bytes, form: FileFormat = FileFormat.CSV) -> list[Record]:
    file = io.BytesIO(content.encode() if isinstance(content, str) else content)
    return list(records(file, form=form, encoding=looked_through(file).encoding))


def objects(*rows: object) -> str:
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


def fields(found: Iterable[Record]) -> list[dict[str, str]]:
    assert all(record.trouble is None for record in found)
    return [dict(record.fields) for record in found]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "euc-kr"])
def test_a_table_reads_the_same_in_every_korean_encoding(encoding: str) -> None:
    assert fields(read(KOREAN.encode(encoding))) == [
        {
            "service": "streetlight",
            "title": "가로등 고장",
            "body": "불이 꺼져 있어요",
            "address": "길주로 210",
            "phone": "010-1234-5678",
        }
    ]


def test_the_encoding_is_found_by_the_whole_file_not_its_beginning() -> None:
    late = "service,title\n" + "noise,x\n" * 20_000 + "noise,똠방각하 펲시콜라\n"

    assert looked_through(io.BytesIO(late.encode("cp949"))).encoding == "cp949"
    assert looked_through(io.BytesIO(late.encode())).encoding == "utf-8"
    assert looked_through(io.BytesIO(b"")).encoding == "utf-8"


@given(st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1))
def test_utf_8_is_never_taken_for_anything_else(text: str) -> None:
    assert looked_through(io.BytesIO(text.encode())).encoding == "utf-8"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (KOREAN.encode("utf-16"), "UTF-16"),
        (KOREAN.encode("utf-16-le"), "no text"),
        ("제목".encode("shift_jis", "replace") + b"\x81\xff\xff", "save it as UTF-8"),
        ("Straße,ça\n".encode("latin-1") + b"\xff", "UTF-8 or CP949"),
        (b"PK\x03\x04rest", "xlsx"),
        (b"\xd0\xcf\x11\xe0rest", "xls"),
        (b"service,title\nnoise,a\x00b\n", "no text"),
        ("제목".encode()[:-1], "near byte"),
    ],
)
def test_another_encoding_is_refused_with_what_to_do(content: bytes, told: str) -> None:
    with pytest.raises(InputError, match=told):
        looked_through(io.BytesIO(content))


def test_an_encoding_breaks_where_pieces_meet() -> None:
    shifted = "a" + "가" * 70_000

    assert looked_through(io.BytesIO(shifted.encode())).encoding == "utf-8"
    assert looked_through(io.BytesIO(shifted.encode("cp949"))).encoding == "cp949"


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("", "a column service"),
        ("title,body", "a column service"),
        ("service,body", "a column title"),
        ("service,title,제목", "every column once"),
        ("service,title,주민번호", "no column is called '주민번호'"),
        ("service;title", "no column is called 'service;title'"),
    ],
)
def test_a_table_without_its_columns_is_refused(header: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        read(f"{header}\n1,2\n")


def test_cells_may_hold_commas_quotes_and_lines() -> None:
    said = 'service,title,body\nnoise,"쾅, ""쿵""","첫 줄\n둘째 줄"\n\n , , \nnoise,b,c\n'

    assert fields(read(said)) == [
        {"service": "noise", "title": '쾅, "쿵"', "body": "첫 줄\n둘째 줄"},
        {"service": "noise", "title": "b", "body": "c"},
    ]


def test_a_wrong_row_says_what_is_wrong_and_the_next_is_read() -> None:
    found = read("service,title\nnoise\nnoise,소음\nnoise,a,b\n")

    assert [record.trouble is None for record in found] == [False, True, False]
    assert [record.row for record in found] == [1, 2, 3]
    assert "expected 2 cells" in str(found[0].trouble)


def test_a_quote_that_never_ends_ends_the_reading() -> None:
    found = read('service,title\nnoise,a\nnoise,"b\n' + "noise,c\n" * 30_000)

    assert [record.row for record in found] == [1, 2]
    assert found[1].last
    assert "nothing after it was read" in str(found[1].trouble)


def test_an_apostrophe_before_a_formula_is_taken_away_again() -> None:
    [found] = fields(read("service,title,phone\nnoise,'=1+1,'+82 10 1234 5678\n"))

    assert (found["title"], found["phone"]) == ("=1+1", "+82 10 1234 5678")


def test_objects_are_read_line_by_line() -> None:
    found = read(
        objects(
            {"업무": "noise", "제목": "소음", "lat": 37.5, "lon": 126, "body": None},
            {"service": "streetlight", "attributes": {"fault": ["out"]}, "consents": ["sms"]},
        ),
        FileFormat.NDJSON,
    )

    assert fields(found) == [
        {"service": "noise", "title": "소음", "lat": "37.5", "lon": "126"},
        {"service": "streetlight", "attributes": '{"fault": ["out"]}', "consents": "sms"},
    ]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "JSON object in one line"),
        ("[1]", "JSON object, got list"),
        ('{"unknown": 1}', "no column is called"),
        ('{"title": true}', "text or a number, got bool"),
        ('{"title": ["a"]}', "text or a number, got list"),
        ('{"title": "a", "제목": "b"}', "every key once"),
        ("[" * 60_000, "JSON object in one line"),
        ('{"title": "' + "가" * LONGEST_ROW + '"}', "characters in a row"),
    ],
)
def test_a_wrong_object_is_told_and_the_next_is_read(line: str, told: str) -> None:
    found = read(f"{line}\n" + objects({"title": "a"}), FileFormat.NDJSON)

    assert told in str(found[0].trouble)
    assert fields(found[1:]) == [{"title": "a"}]


@pytest.mark.parametrize("escaped", ["\\ud800", "\\udc00 x", "a\\u0000b"])
def test_what_no_database_keeps_is_told_of_its_row_alone(escaped: str) -> None:
    wrong = '{"service": "noise", "title": "' + escaped + '"}\n'

    [bad, good] = read(wrong + objects({"service": "noise", "title": "소음"}), FileFormat.NDJSON)

    assert bad.trouble is not None
    assert bad.trouble.key == "title"
    assert bad.digest("source")
    assert good.trouble is None


def test_a_row_has_one_hash_in_every_format_and_another_from_another_source() -> None:
    [table] = read("제목,service\n' 소음 ,noise\n".replace("' ", " "))
    [line] = read(objects({"service": "noise", "title": "소음", "body": ""}), FileFormat.NDJSON)

    assert table.digest("a") == line.digest("a") != line.digest("b")


def test_more_rows_than_a_year_has_are_not_read() -> None:
    file = io.BytesIO(b"service,title\n" + b"noise,a\n" * (MOST_ROWS + 2))
    *_, before, last = records(file, form=FileFormat.CSV, encoding="utf-8")

    assert before.trouble is None
    assert before.row == MOST_ROWS
    assert last.last
    assert "200,000 rows" in str(last.trouble)


def test_a_huge_file_is_read_in_little_memory() -> None:
    row = "noise," + "가" * 900 + "\n"
    file = io.BytesIO(("service,title\n" + row * 10_000).encode())
    tracemalloc.start()
    encoding = looked_through(file).encoding
    n = sum(1 for _ in records(file, form=FileFormat.CSV, encoding=encoding))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert n == 10_000
    assert peak < 2_000_000 < len(file.getvalue())


def petition(**said: Any) -> Any:
    known = {"service": "noise", "title": "소음"} | said
    return petition_of(
        {name: value for name, value in known.items() if value is not None},
        catalogue=the_catalogue(),
        channel=Channel.ONLINE,
        now=NOON,
    )


def test_a_row_becomes_a_petition() -> None:
    made = petition(
        channel="고객의 소리",
        service="가로등·보안등 고장",
        at="2009-03-02 14:30",
        lat="37.5",
        lon="126.7",
        address="길주로 210",
        attributes="fault=out; pole-number=12",
        name="홍길동",
        phone="010-1234-5678",
        petitioner_address="중동로 1",
        external_ref="A-1",
    )

    assert (made.channel, made.service, made.body) == (Channel.VOC, "streetlight", "소음")
    assert made.at == datetime(2009, 3, 2, 5, 30, tzinfo=UTC)
    assert (made.place.lat, made.place.address) == (37.5, "길주로 210")
    assert made.attributes == (("fault", ("out",)), ("pole-number", ("12",)))
    assert made.petitioner.agreed == frozenset()
    assert made.petitioner.address == "중동로 1"


def test_what_a_row_does_not_say_is_left_open() -> None:
    made = petition(attributes='{"kind": ["a", "b"], "other": 3}')

    assert made.channel is Channel.ONLINE
    assert made.petitioner is None
    assert made.at is None
    assert made.attributes == (("kind", ("a", "b")), ("other", ("3",)))
    assert petition(name="a").petitioner.consents is None
    assert petition(name="a", consents="sms, email").petitioner.consents == {"sms", "email"}
    assert petition(at="2009/03/02").at == datetime(2009, 3, 1, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ({"service": None}, "service"),
        ({"title": None}, "title"),
        ({"title": "가" * 201}, "title"),
        ({"body": "가" * 4001}, "body"),
        ({"phone": "0" * 255}, "phone"),
        ({"channel": "telegraph"}, "channel"),
        ({"lat": "37.5"}, "lon"),
        ({"lat": "north", "lon": "1"}, "lat"),
        ({"lat": "nan", "lon": "1"}, "lat"),
        ({"lat": "1", "lon": "181"}, "lon"),
        ({"at": "yesterday"}, "at"),
        ({"at": "2026-11-20 12:01"}, "at"),
        ({"attributes": "{"}, "attributes"),
        ({"name": "a", "language": "fr"}, "language"),
        ({"name": "a", "consents": "fax"}, "consents"),
    ],
)
def test_a_wrong_cell_is_named(said: dict[str, Any], key: str) -> None:
    with pytest.raises(InputError) as refused:
        petition(**said)

    assert refused.value.key == key
