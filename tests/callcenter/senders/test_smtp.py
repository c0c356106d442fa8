import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from callcenter.errors import InputError, SendLaterError, UndeliverableError
from callcenter.senders.port import Message
from callcenter.senders.smtp import SmtpSender, SmtpServer, Tls
from tests.callcenter.senders.receivers import Letterbox, mail_server

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
LETTER = Message(
    to="gildong@example.kr",
    subject="[부천시 콜센터] 민원 처리 결과를 알려드립니다. (2026-000001)",
    body="처리 결과: 처리\n내용: 전구를 갈았습니다.\n" + "긴 줄 " * 300,
    reference="2026-000001/5/result/email",
)


def a_sender(port: int, **more: object) -> SmtpSender:
    server = {
        "host": "127.0.0.1",
        "port": port,
        "address": "120@bucheon.example.kr",
        "name": "부천시 콜센터",
        "tls": Tls.NONE,
        "timeout_seconds": 5.0,
    }
    return SmtpSender(SmtpServer(**(server | more)), now=lambda: NOW)  # type: ignore[arg-type]


@pytest.fixture
async def box() -> AsyncIterator[Letterbox]:
    async with mail_server() as opened:
        yield opened


async def test_korean_arrives_as_it_was_written(box: Letterbox) -> None:
    await a_sender(box.port).send(LETTER)

    (letter,) = box.letters
    assert letter["Subject"] == LETTER.subject
    assert letter.get_content().rstrip("\n") == LETTER.body.rstrip("\n")
    assert str(letter["From"]) == "부천시 콜센터 <120@bucheon.example.kr>"
    assert box.recipients == ["gildong@example.kr"]
    assert letter["Date"].datetime == NOW
    assert letter["Auto-Submitted"] == "auto-generated"


async def test_a_second_attempt_has_the_same_message_id(box: Letterbox) -> None:
    first = await a_sender(box.port).send(LETTER)
    second = await a_sender(box.port).send(LETTER)

    assert first == second == box.letters[0]["Message-ID"] == box.letters[1]["Message-ID"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("550 <gildong@example.kr> does not live here", UndeliverableError),
        ("450 <gildong@example.kr> is greylisted", SendLaterError),
    ],
)
async def test_a_refused_recipient_is_for_good_or_for_now_and_never_named(
    box: Letterbox, answer: str, error: type[Exception]
) -> None:
    box.to_recipient = answer

    with pytest.raises(error) as raised:
        await a_sender(box.port).send(LETTER)

    assert "gildong" not in str(raised.value)
    assert answer[:3] in str(raised.value)


@pytest.mark.parametrize(
    ("answer", "error"),
    [("554 spam", UndeliverableError), ("451 try again", SendLaterError)],
)
async def test_a_refused_letter_is_for_good_or_for_now(
    box: Letterbox, answer: str, error: type[Exception]
) -> None:
    box.to_letter = answer

    with pytest.raises(error):
        await a_sender(box.port).send(LETTER)


async def test_a_server_that_is_away_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free = taken.getsockname()[1]

    with pytest.raises(SendLaterError, match="did not take it"):
        await a_sender(free).send(LETTER)


async def test_a_server_without_tls_is_told_nothing_where_tls_is_asked_for(box: Letterbox) -> None:
    with pytest.raises(SendLaterError):
        await a_sender(box.port, tls=Tls.STARTTLS).send(LETTER)

    assert box.letters == []


def test_a_password_is_not_told_over_an_open_line() -> None:
    with pytest.raises(InputError, match="expected starttls or implicit"):
        a_sender(25, username="120", password="secret")  # noqa: S106 - not a password of anything


async def test_a_subject_with_a_line_break_adds_no_header(box: Letterbox) -> None:
    split = Message(to=LETTER.to, subject="제목\r\nBcc: all@example.kr", body="본문", reference="1")

    with pytest.raises(ValueError, match=r"[Hh]eader"):
        await a_sender(box.port).send(split)

    assert box.letters == []
