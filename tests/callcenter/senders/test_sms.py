import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from callcenter.errors import SendLaterError, UndeliverableError
from callcenter.senders.port import Message
from callcenter.senders.sms import SmsGateway, SmsSender
from tests.callcenter.senders.receivers import HttpReceiver, http_server

TEXT = Message(
    to="+821012345678",
    subject="접수",
    body="[부천시] 민원이 접수되었습니다.",
    reference="2026-000001/2/accepted/sms",
)


@asynccontextmanager
async def a_sender(port: int, *, timeout_seconds: float = 5.0) -> AsyncIterator[SmsSender]:
    gateway = SmsGateway(
        url=f"http://127.0.0.1:{port}/messages",
        token="t0ken",  # noqa: S106 - not a password of anything
        number="0323203000",
        timeout_seconds=timeout_seconds,
    )
    sender = SmsSender(gateway)
    yield sender
    await sender.close()


@pytest.fixture
async def gateway() -> AsyncIterator[HttpReceiver]:
    async with http_server() as opened:
        yield opened


async def test_the_gateway_is_told_number_and_text_and_answers_with_an_id(
    gateway: HttpReceiver,
) -> None:
    gateway.answer = {"id": "m-17"}

    async with a_sender(gateway.port) as sender:
        assert await sender.send(TEXT) == "m-17"

    (heard,) = gateway.heard
    assert json.loads(heard.body) == {
        "from": "0323203000",
        "to": "+821012345678",
        "text": "[부천시] 민원이 접수되었습니다.",
        "reference": "2026-000001/2/accepted/sms",
    }
    assert heard.headers["authorization"] == "Bearer t0ken"
    assert heard.headers["idempotency-key"] == "2026-000001/2/accepted/sms"


@pytest.mark.parametrize("answer", [None, [], "ok", {"id": None}, {"ID": 1}, b"<ok/>", b""])
async def test_what_was_taken_is_sent_however_oddly_the_gateway_says_so(
    gateway: HttpReceiver, answer: object
) -> None:
    gateway.answer, gateway.status = answer, 202

    async with a_sender(gateway.port) as sender:
        assert await sender.send(TEXT) == TEXT.reference


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, UndeliverableError),
        (422, UndeliverableError),
        (401, SendLaterError),
        (429, SendLaterError),
        (500, SendLaterError),
        (302, SendLaterError),
    ],
)
async def test_an_answer_is_for_good_or_for_now(
    gateway: HttpReceiver, status: int, error: type[Exception]
) -> None:
    gateway.status = status
    gateway.headers = {"Location": "/elsewhere"}

    async with a_sender(gateway.port) as sender:
        with pytest.raises(error, match=str(status)):
            await sender.send(TEXT)

    assert len(gateway.heard) == 1


async def test_a_gateway_that_does_not_answer_is_tried_again(gateway: HttpReceiver) -> None:
    gateway.delay = 1.0

    async with a_sender(gateway.port, timeout_seconds=0.1) as sender:
        with pytest.raises(SendLaterError, match="did not answer: ReadTimeout"):
            await sender.send(TEXT)


def test_a_token_is_not_shown() -> None:
    gateway = SmsGateway(url="http://x", token="t0ken", number="1")  # noqa: S106 - not a password of anything

    assert "t0ken" not in repr(gateway)
