"""How much is taken, of bytes, of seconds, and of requests."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

import pytest
from fastapi import FastAPI, Request
from hypothesis import given, strategies as st
from starlette.types import Message

from api.deps import EVERYBODY, allow
from api.errors import TooManyRequestsError
from api.limits import BodyLimit, Pace, neighbourhood
from callcenter.clock import MINUTE, SECOND, ManualClock
from callcenter.domain.access import Actor, Role
from tests.doors import House, a_house

DOCUMENT = 2048
UPLOAD = 8192
Anybody = Annotated[Actor, allow(EVERYBODY)]


def add_probes(app: FastAPI) -> None:
    @app.post("/document")
    async def document(_actor: Anybody, said: dict[str, str]) -> int:
        return len(said)

    @app.post("/upload")
    async def upload(_actor: Anybody, request: Request) -> int:
        return len(await request.body())


@pytest.fixture
async def limited(tmp_path: Path) -> AsyncIterator[House]:
    async with a_house(
        tmp_path, change=add_probes, document_bytes=DOCUMENT, upload_bytes=UPLOAD
    ) as house:
        yield house


async def pieces(size: int, *, of: int = 100) -> AsyncIterator[bytes]:
    for start in range(0, size, of):
        yield b"x" * min(of, size - start)


async def endless() -> AsyncIterator[bytes]:
    while True:
        yield b" " * 100
        await asyncio.sleep(0)


@pytest.mark.parametrize("kind", ["application/json", "application/geo+json", "text/plain"])
async def test_a_document_may_be_so_long_and_no_longer(limited: House, kind: str) -> None:
    async def post(size: int) -> int:
        answer = await limited.client.post(
            "/upload", content=b"x" * size, headers={"content-type": kind}
        )
        return answer.status_code

    assert await post(DOCUMENT) == 200
    assert await post(DOCUMENT + 1) == 413


async def test_a_file_may_be_longer(limited: House) -> None:
    headers = {"content-type": "text/csv"}

    whole = await limited.client.post("/upload", content=b"x" * UPLOAD, headers=headers)
    more = await limited.client.post("/upload", content=b"x" * (UPLOAD + 1), headers=headers)

    assert (whole.status_code, more.status_code) == (200, 413)


async def test_a_body_in_pieces_is_counted_as_it_comes(limited: House) -> None:
    headers = {"content-type": "text/csv"}

    whole = await limited.client.post("/upload", content=pieces(UPLOAD), headers=headers)
    more = await limited.client.post("/upload", content=pieces(UPLOAD + 1), headers=headers)

    assert "content-length" not in whole.request.headers
    assert (whole.status_code, more.status_code) == (200, 413)


@pytest.mark.parametrize("path", ["/document", "/upload", "/v1/login", "/v1/accounts"])
async def test_a_body_without_end_is_ended(limited: House, path: str) -> None:
    manager = await limited.bearer(Role.MANAGER)
    kind = "application/x-www-form-urlencoded" if path == "/v1/login" else "application/json"

    answer = await limited.client.post(
        path, content=endless(), headers=manager | {"content-type": kind}
    )

    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "too-large"


async def test_a_length_that_is_a_lie_does_not_help(limited: House) -> None:
    answer = await limited.client.post(
        "/upload",
        content=pieces(UPLOAD * 2),
        headers={"content-type": "text/csv", "content-length": "5"},
    )

    assert answer.status_code == 413


async def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    seen: list[int] = []

    async def app(_scope: object, receive: object, _send: object) -> None:
        try:
            await receive()  # type: ignore[operator]
        except Exception as error:
            seen.append(error.status_code)  # type: ignore[attr-defined]
            raise

    async def nothing() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(_message: Message) -> None:
        raise AssertionError

    limited = BodyLimit(app, document_bytes=10, upload_bytes=10, seconds=0.01)
    with pytest.raises(Exception, match="408"):
        await limited({"type": "http", "headers": []}, nothing, send)

    assert seen == [408]


async def test_waiting_for_a_client_to_leave_has_no_end() -> None:
    """A stream of events listens for its reader to go; that is no body."""
    messages = iter([{"type": "http.request", "body": b""}])

    async def receive() -> Message:
        message = next(messages, None)
        if message is None:
            await asyncio.sleep(0.05)
            return {"type": "http.disconnect"}
        return message

    async def app(_scope: object, receive: object, _send: object) -> None:
        assert (await receive())["type"] == "http.request"  # type: ignore[operator]
        assert (await receive())["type"] == "http.disconnect"  # type: ignore[operator]

    async def send(_message: Message) -> None:
        raise AssertionError

    limited = BodyLimit(app, document_bytes=10, upload_bytes=10, seconds=0.01)
    await limited({"type": "http", "headers": []}, receive, send)


def test_whoever_asks_too_often_is_told_when_to_come_back_and_may() -> None:
    clock = ManualClock()
    pace = Pace(clock=clock)
    for _ in range(3):
        pace.take("login", "kim", per_minute=3)
        clock.advance(10 * SECOND)

    with pytest.raises(TooManyRequestsError) as refused:
        pace.take("login", "kim", per_minute=3)
    assert refused.value.retry_after == 30
    pace.take("login", "lee", per_minute=3)
    pace.take("address", "kim", per_minute=3)

    clock.advance(30 * SECOND - 1)
    with pytest.raises(TooManyRequestsError, match="come back in 1 s"):
        pace.take("login", "kim", per_minute=3)
    clock.advance(1)
    pace.take("login", "kim", per_minute=3)


@given(steps=st.lists(st.integers(0, 20), max_size=60), per_minute=st.integers(1, 5))
def test_no_minute_wherever_it_begins_sees_more_than_allowed(
    steps: list[int], per_minute: int
) -> None:
    clock = ManualClock()
    pace = Pace(clock=clock)
    taken = []
    for step in steps:
        clock.advance(step * SECOND)
        try:
            pace.take("kim", per_minute=per_minute)
        except TooManyRequestsError:
            refused_rightly = [at for at in taken if at > clock.now() - MINUTE]
            assert len(refused_rightly) == per_minute
        else:
            taken.append(clock.now())

    for begin in taken:
        assert len([at for at in taken if begin <= at < begin + MINUTE]) <= per_minute


def test_whoever_has_not_asked_for_a_minute_is_forgotten() -> None:
    clock = ManualClock()
    pace = Pace(clock=clock)
    for number in range(1000):
        pace.take("address", f"203.0.113.{number}", per_minute=3)
    clock.advance(MINUTE)

    pace.take("address", "198.51.100.1", per_minute=3)

    assert len(pace) == 1


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
        (None, "nowhere"),
    ],
)
def test_an_address_is_counted_as_its_subscriber(address: str | None, counted_as: str) -> None:
    assert neighbourhood(address) == counted_as


async def test_a_stranger_may_ask_so_often_in_a_minute(tmp_path: Path) -> None:
    async with a_house(tmp_path, anonymous_requests_per_minute=3) as house:
        statuses = [(await house.client.post("/v1/logout")).status_code for _ in range(4)]
        probe = await house.client.get("/health/live")
        house.clock.advance(MINUTE)
        later = await house.client.post("/v1/logout")

        assert statuses == [204, 204, 204, 429]
        assert later.status_code == 204
        assert probe.status_code == 200, "a probe is never refused for asking often"


async def test_a_person_may_ask_so_often_in_a_minute_wherever_they_sit(tmp_path: Path) -> None:
    async with a_house(tmp_path, requests_per_minute=3) as house:
        kim = await house.bearer(Role.AGENT)
        lee = await house.bearer(Role.LEAD)

        mine = [(await house.client.get("/v1/me", headers=kim)).status_code for _ in range(4)]
        other = await house.client.get("/v1/me", headers=lee)

        assert mine == [200, 200, 200, 429]
        assert other.status_code == 200


async def test_a_key_has_a_pace_of_its_own(house: House) -> None:
    manager = await house.bearer(Role.MANAGER)
    said = {"name": "gate", "roles": ["integrator"], "requests_per_minute": 2}
    key = (await house.client.post("/v1/keys", json=said, headers=manager)).json()["key"]

    answers = [await house.client.get("/v1/me", headers={"X-Api-Key": key}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[-1].headers["retry-after"]) >= 1


async def test_whoever_guesses_credentials_is_slowed_down(tmp_path: Path) -> None:
    async with a_house(tmp_path, anonymous_requests_per_minute=3) as house:
        wrong = {"Authorization": "Bearer guess"}

        statuses = [(await house.client.get("/v1/me", headers=wrong)).status_code for _ in range(4)]

        assert statuses == [401, 401, 401, 429]
