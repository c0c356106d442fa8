import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from hypothesis import given, strategies as st

from callcenter.clock import SECOND, Tick, WallClock
from callcenter.desk.wallboard import PACE, Painting, Wallboard, due, framed
from callcenter.errors import CapacityError, StoreUnavailableError


class Canvas:
    """Paints how often it was asked to."""

    def __init__(self) -> None:
        self.times = 0
        self.news: Tick | None = None
        self.away = False

    async def paint(self) -> Painting:
        if self.away:
            raise StoreUnavailableError("gone")
        self.times += 1
        said = {"times": self.times}
        return Painting(full=said | {"agent": "general-07"}, nameless=said | {"agent": "상담사 1"})

    def next_news(self) -> Tick | None:
        return self.news


@pytest.fixture
def canvas() -> Canvas:
    return Canvas()


@pytest.fixture
async def board(canvas: Canvas) -> AsyncIterator[Wallboard]:
    board = Wallboard(canvas, clock=WallClock(), epoch_seconds=1_000, most=2)
    task = asyncio.create_task(board.run())
    await asyncio.sleep(0)
    yield board
    board.close()
    await task


async def test_nothing_is_made_while_nobody_watches_and_nothing_changes(
    board: Wallboard, canvas: Canvas
) -> None:
    await asyncio.sleep(0.05)

    assert canvas.times == 0
    assert board.current is None


async def test_who_comes_to_watch_gets_a_frame_at_once(board: Wallboard) -> None:
    with board.watching():
        async with asyncio.timeout(1):
            frame = await board.next(after=-1)

    assert frame is not None
    assert frame.number > 4_000
    assert json.loads(frame.full.json) == {"frame": frame.number, "times": 1, "agent": "general-07"}
    assert json.loads(frame.nameless.json)["agent"] == "상담사 1"


async def test_changes_that_come_together_are_one_frame(board: Wallboard, canvas: Canvas) -> None:
    with board.watching():
        first = await board.next(after=-1)
        assert first is not None
        for _ in range(50):
            board.stir()
            await asyncio.sleep(0.001)
        second = await board.next(after=first.number)

    assert second is not None
    assert second.number == first.number + 1
    assert canvas.times == 2


async def test_a_slow_viewer_finds_the_latest_frame_and_none_in_between(
    board: Wallboard, canvas: Canvas
) -> None:
    with board.watching():
        first = await board.next(after=-1)
        assert first is not None
        for _ in range(2):
            board.stir()
            last = await board.next(after=-1 if board.current is None else board.current.number)
        found = await board.next(after=first.number)

    assert found is last
    assert canvas.times == 3


async def test_all_viewers_get_the_same_bytes(board: Wallboard) -> None:
    with board.watching(), board.watching():
        one, other = await asyncio.gather(board.next(after=-1), board.next(after=-1))

    assert one is not None
    assert one is other


async def test_one_too_many_is_refused_and_a_place_that_became_free_is_given(
    board: Wallboard,
) -> None:
    with board.watching():
        with board.watching(), pytest.raises(CapacityError), board.watching():
            pass
        with board.watching():
            assert board.viewers == 2


async def test_the_end_wakes_everybody(board: Wallboard, canvas: Canvas) -> None:
    canvas.away = True
    waits = asyncio.create_task(board.next(after=-1))
    await asyncio.sleep(0)

    board.close()

    assert await asyncio.wait_for(waits, 1) is None


async def test_a_database_that_is_away_costs_no_frame_that_was_there(
    board: Wallboard, canvas: Canvas
) -> None:
    with board.watching():
        before = await board.next(after=-1)
        canvas.away = True
        board.stir()
        await asyncio.sleep(0.3)
        assert board.current is before
        canvas.away = False
        board.stir()
        assert before is not None
        after = await board.next(after=before.number)

    assert after is not None


async def test_a_single_look_gets_a_frame_of_this_second(board: Wallboard, canvas: Canvas) -> None:
    first, second = await board.fresh(), await board.fresh()

    assert first is second
    assert canvas.times == 1


def test_an_event_is_one_line_of_data_whatever_is_in_it() -> None:
    painting = Painting(full={"text": "한\n글\r\n"}, nameless={})

    event = framed(painting, number=7).full.event

    head, _, rest = event.partition(b"data: ")
    assert head == b"id: 7\nevent: frame\n"
    assert rest.count(b"\n") == 2
    assert json.loads(rest) == {"frame": 7, "text": "한\n글\r\n"}


MOMENTS = st.integers(0, 10 * SECOND)


@given(
    now=MOMENTS,
    began=MOMENTS,
    stirred=st.booleans(),
    watched=st.booleans(),
    news=st.none() | MOMENTS,
)
def test_frames_come_no_faster_than_five_a_second_and_no_slower_than_one_while_watched(
    *, now: Tick, began: Tick, stirred: bool, watched: bool, news: Tick | None
) -> None:
    now += began

    wait = due(now=now, began=began, stirred=stirred, watched=watched, news=news)

    if wait is None:
        assert not stirred
        assert not watched
        assert news is None
    else:
        assert wait >= 0
        assert now + wait >= began + (PACE if watched and stirred else SECOND)
        assert not watched or now + wait <= max(now, began + SECOND)
