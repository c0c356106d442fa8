import asyncio
from collections.abc import Sequence

import pytest

from callcenter.desk.together import Together


class Work:
    """Says of each word how long it is, one go at a time, when it is let."""

    def __init__(self) -> None:
        self.goes: list[list[str]] = []
        self.let = asyncio.Event()
        self.let.set()

    async def __call__(self, words: Sequence[str]) -> list[int | Exception]:
        self.goes.append(list(words))
        await self.let.wait()
        return [ValueError(word) if word == "bad" else len(word) for word in words]


def together(work: Work, *, most: int = 10) -> Together[str, int]:
    return Together[str, int](work, most=most, apart=lambda word: word[0] if word else None)


async def test_who_asks_at_once_is_done_in_one_go_and_hears_of_ones_own() -> None:
    work = Work()
    asked = together(work)

    assert await asyncio.gather(asked.do("a"), asked.do("bcd"), asked.do("ef")) == [1, 3, 2]
    assert await asked.do("later") == 5
    assert work.goes == [["a", "bcd", "ef"], ["later"]]


async def test_who_asks_during_a_go_is_done_in_the_next_one() -> None:
    work = Work()
    work.let.clear()
    asked = together(work)
    first = asyncio.ensure_future(asked.do("a"))
    await asyncio.sleep(0.01)

    more = [asyncio.ensure_future(asked.do(word)) for word in ("bb", "c")]
    await asyncio.sleep(0.01)
    assert work.goes == [["a"]]
    work.let.set()

    assert await asyncio.gather(first, *more) == [1, 2, 1]
    assert work.goes == [["a"], ["bb", "c"]]


async def test_a_go_holds_no_more_than_it_may_and_nothing_twice() -> None:
    work = Work()
    asked = together(work, most=2)

    await asyncio.gather(*(asked.do(word) for word in ("a", "ab", "b", "c", "", "")))

    assert work.goes == [["a", "b"], ["ab", "c"], ["", ""]]


async def test_a_failure_is_raised_where_it_was_asked_for_and_nowhere_else() -> None:
    asked = together(Work())

    good, bad = await asyncio.gather(asked.do("good"), asked.do("bad"), return_exceptions=True)

    assert good == 4
    assert isinstance(bad, ValueError)


async def test_who_leaves_before_the_go_is_not_done_and_holds_up_nobody() -> None:
    work = Work()
    work.let.clear()
    asked = together(work)
    first, second, third = (asyncio.ensure_future(asked.do(word)) for word in ("a", "b", "c"))
    second.cancel()
    await asyncio.sleep(0.01)
    third.cancel()
    work.let.set()

    assert await first == 1
    with pytest.raises(asyncio.CancelledError):
        await third
    assert work.goes == [["a", "c"]]
    assert await asked.do("d") == 1


async def test_when_the_house_closes_nobody_waits_for_ever() -> None:
    work = Work()
    work.let.clear()
    asked = together(work, most=1)
    waiting = [asyncio.ensure_future(asked.do(word)) for word in ("a", "b")]
    await asyncio.sleep(0.01)

    (go,) = asyncio.all_tasks() - {asyncio.current_task(), *waiting}
    go.cancel()

    assert all(
        isinstance(each, asyncio.CancelledError)
        for each in await asyncio.gather(*waiting, return_exceptions=True)
    )
