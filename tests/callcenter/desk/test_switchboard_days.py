"""The day at hand is the day as it is stored, after every group of messages."""

import asyncio
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from callcenter.measures.live import DayLog
from callcenter.store.unit_of_work import Store
from callcenter.telephony.events import Told
from tests import databases
from tests.switchboards import Desk, a_story, messages
from tests.telephony_days import DAY, a_day

STORY = [*a_story("pbx1"), *a_story("pbx2", start=500_000_000)]
DAYS = (date(2026, 6, 30), date(2026, 7, 1))


def assert_same(one: DayLog, other: DayLog) -> None:
    assert one.names == other.names
    assert one.calls.equals(other.calls)
    assert one.agents.equals(other.agents)
    assert list(one.places) == list(other.places)
    assert (one.reasons, one.scores) == (other.reasons, other.scores)
    assert one.campaigns == other.campaigns
    for name in ("held_since", "derived", "campaign", "disposition"):
        mine, theirs = getattr(one, name), getattr(other, name)
        assert mine is not None
        assert theirs is not None
        assert mine.tolist() == theirs.tolist()


async def look_at(desk: Desk, groups: Sequence[Sequence[Told]], days: Sequence[date]) -> None:
    for group in groups:
        board = await desk.hears(*group)
        for day in days:
            at_hand = await board.day(day)
            async with desk.store.reading() as uow:
                assert_same(at_hand, await uow.legs.day(day))


@st.composite
def groups(draw: st.DrawFn) -> list[list[Told]]:
    told = draw(st.permutations(STORY)) if draw(st.booleans()) else STORY
    cuts = sorted(draw(st.lists(st.integers(1, len(told) - 1), max_size=20, unique=True)))
    return [told[start:end] for start, end in zip([0, *cuts], [*cuts, len(told)], strict=True)]


@settings(max_examples=15, deadline=None)
@given(told=groups())
def test_it_is_so_in_whatever_order_things_are_told(
    tmp_path_factory: pytest.TempPathFactory, told: list[list[Told]]
) -> None:
    async def check(folder: Path) -> None:
        async with databases.opened(databases.SqliteFiles(folder)) as database:
            await look_at(Desk(Store(database)), told, DAYS)

    asyncio.run(check(tmp_path_factory.mktemp("days")))


async def test_it_is_so_through_a_morning_of_the_city(store: Store) -> None:
    story = a_day("pbx1")[:3_000]
    groups = [story[start : start + 150] for start in range(0, len(story), 150)]

    await look_at(Desk(store), groups, [date.fromisoformat(DAY)])


async def test_it_is_so_after_a_restart(store: Store) -> None:
    desk = Desk(store)
    await desk.hears(*STORY[:60])

    await desk.fresh([messages(STORY[60:70])]).run()

    assert desk.board is not None
    for day in DAYS:
        async with store.reading() as uow:
            assert_same(await desk.board.day(day), await uow.legs.day(day))
