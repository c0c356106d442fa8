"""The stream over a real line: what each viewer gets, whoever he is and however slow."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from api.live.stream import EventStream
from callcenter.clock import Tick, WallClock
from callcenter.desk.wallboard import Painting, Wallboard
from callcenter.errors import CapacityError
from tests.served import served


class Canvas:
    """Paints a number, and as much beside it as is asked for."""

    def __init__(self) -> None:
        self.times = 0
        self.size = 0

    async def paint(self) -> Painting:
        self.times += 1
        said = {"times": self.times, "padding": "x" * self.size}
        return Painting(full=said | {"agent": "kim"}, nameless=said)

    def next_news(self) -> Tick | None:
        return None


@pytest.fixture
def canvas() -> Canvas:
    return Canvas()


@pytest.fixture
async def board(canvas: Canvas) -> AsyncIterator[Wallboard]:
    board = Wallboard(canvas, clock=WallClock(), epoch_seconds=1_000, most=3)
    task = asyncio.create_task(board.run())
    yield board
    board.close()
    await task


@asynccontextmanager
async def streamed(board: Wallboard, **chosen: float) -> AsyncIterator[httpx.AsyncClient]:
    async def stream(request: Request) -> Response:
        seen = request.headers.get("last-event-id")
        after = None if seen is None else int(seen)
        names = "names" in request.query_params
        return EventStream(board, names=names, after=after, **chosen)

    async def full(_request: Request, _error: Exception) -> Response:
        return PlainTextResponse("full", status_code=503)

    app = Starlette(routes=[Route("/", stream)], exception_handlers={CapacityError: full})
    async with served(app) as url, httpx.AsyncClient(base_url=url, timeout=5) as client:
        yield client


async def events(answer: httpx.Response, *, count: int) -> list[str]:
    """Read so many events or comments."""
    text = ""
    async for piece in answer.aiter_text():
        text += piece
        if text.count("\n\n") > count:
            break
    return text.split("\n\n")[1 : count + 1]


async def test_the_whole_frame_comes_at_once_and_each_new_one_after(board: Wallboard) -> None:
    async with streamed(board) as client, client.stream("GET", "/") as answer:
        told = await events(answer, count=2)

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["x-accel-buffering"] == "no"
    assert "content-length" not in answer.headers
    numbers = [int(event.splitlines()[0].removeprefix("id: ")) for event in told]
    assert numbers[1] == numbers[0] + 1
    assert [event.splitlines()[1] for event in told] == ["event: frame"] * 2


async def test_names_are_only_in_the_variant_with_names(board: Wallboard) -> None:
    async with streamed(board) as client:
        async with client.stream("GET", "/?names") as answer:
            (named,) = await events(answer, count=1)
        async with client.stream("GET", "/") as answer:
            (nameless,) = await events(answer, count=1)

    assert '"kim"' in named
    assert '"kim"' not in nameless


async def test_who_comes_again_gets_the_current_frame_unless_it_is_the_last_one_seen(
    board: Wallboard,
) -> None:
    async with streamed(board) as client:
        async with client.stream("GET", "/") as answer:
            (first,) = await events(answer, count=1)
        seen = first.splitlines()[0].removeprefix("id: ")
        async with client.stream("GET", "/", headers={"Last-Event-ID": seen}) as answer:
            (same,) = await events(answer, count=1)
        async with client.stream("GET", "/", headers={"Last-Event-ID": "3"}) as answer:
            (old,) = await events(answer, count=1)

    assert int(same.splitlines()[0].removeprefix("id: ")) > int(seen)
    assert old.startswith("id: ")


async def test_a_line_that_is_quiet_is_kept_alive(board: Wallboard) -> None:
    async with (
        streamed(board, heartbeat_seconds=0.05) as client,
        client.stream("GET", "/") as answer,
    ):
        told = await events(answer, count=4)

    assert ": heartbeat" in told


async def test_there_is_no_place_for_one_too_many_until_somebody_leaves(board: Wallboard) -> None:
    async with streamed(board) as client:
        async with (
            client.stream("GET", "/"),
            client.stream("GET", "/"),
            client.stream("GET", "/") as third,
            client.stream("GET", "/") as fourth,
        ):
            assert (third.status_code, fourth.status_code) == (200, 503)
        async with asyncio.timeout(5):
            while board.viewers:  # noqa: ASYNC110 - the server tells nobody that a line is gone
                await asyncio.sleep(0.01)
        async with client.stream("GET", "/") as again:
            assert again.status_code == 200


async def test_the_end_of_the_board_is_the_end_of_every_stream(board: Wallboard) -> None:
    async with streamed(board) as client, client.stream("GET", "/") as answer:
        pieces = answer.aiter_bytes()
        await anext(pieces)
        board.close()
        async with asyncio.timeout(2):
            rest = [piece async for piece in pieces]

    assert board.viewers == 0
    assert b"".join(rest).endswith(b"\n\n") or rest == []


async def test_a_stream_ends_after_its_time_so_that_credentials_are_looked_at_again(
    board: Wallboard,
) -> None:
    async with streamed(board, longest_seconds=0.1, heartbeat_seconds=0.05) as client:
        answer = await client.get("/")

    assert answer.text.startswith("retry: ")
    assert board.viewers == 0


async def test_who_takes_nothing_is_cut_off_and_holds_up_nobody(
    board: Wallboard, canvas: Canvas
) -> None:
    canvas.size = 4_000_000
    async with streamed(board, patience_seconds=0.3) as client:
        url = client.base_url
        _, writer = await asyncio.open_connection(url.host, url.port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        async with client.stream("GET", "/") as answer:
            told = await events(answer, count=1)
            assert told[0].startswith("id: ")
        async with asyncio.timeout(5):
            while board.viewers:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        writer.close()
