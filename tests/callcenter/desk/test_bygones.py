"""The time machine shows of each moment what the live board showed then."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import count
from operator import itemgetter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from callcenter.clock import DAY, SECOND, Tick
from callcenter.desk.bygones import Bygones
from callcenter.measures.live import Board, board
from callcenter.store.engine import Database
from callcenter.store.live_lines import day_of
from callcenter.store.unit_of_work import Store
from callcenter.telephony.events import (
    CallAbandoned,
    CallArrived,
    CallConnected,
    CallEnded,
    CallHeld,
    CallOffered,
    CallOfferEnded,
    CallQueued,
    CallRetrieved,
    CallWrapped,
    CorrectionIssued,
    TelephonyEvent,
    Told,
)
from callcenter.telephony.standing import Doing
from callcenter.telephony.words import OfferEnd
from tests import databases
from tests.switchboards import MIDNIGHT, SITE, Desk, Teller, a_story
from tests.telephony_days import a_day

NIGHT = tuple(
    one
    for one in sorted(a_story(), key=lambda one: (one.at, one.sequence))
    if not isinstance(one.event, CorrectionIssued)
)
"""A night on which nobody took back anything: then all is known today that was known at the time."""
QUEUES = st.sampled_from(["tax", "roads"])
AGENTS = st.sampled_from(["ann", "bob"])


def shown(found: Board) -> object:
    """Say all that stands on a board, to be compared."""
    figures = [found.total, *(one.figures for one in found.queues)]
    figures += [one.figures for one in found.intervals]
    values = [[(name, one[name].numerator, one[name].value) for name in one.of] for one in figures]
    plain = replace(found, total=None, queues=(), intervals=())  # type: ignore[arg-type]
    queues = [(one.queue, one.longest_since) for one in found.queues]
    return repr(values), repr(plain), queues, [one.start for one in found.intervals]


async def lived(desk: Desk, story: tuple[Told, ...]) -> list[tuple[date, Tick, Board]]:
    """Hear a story, and look at the board whenever a moment is over."""
    boards = []
    for one, after in zip(story, [*story[1:], None], strict=True):
        switchboard = await desk.hears(one)
        if after is None or after.at > one.at:
            day, now = date.fromisoformat(day_of(one.at)), one.at + 1
            boards.append((day, now, board(await switchboard.day(day), now=now)))
    return boards


async def assert_remembered(store: Store, boards: list[tuple[date, Tick, Board]]) -> None:
    past = Bygones(store, site=SITE)
    for day, now, then in boards:
        assert shown(board(await past(day, now), now=now)) == shown(then), now - MIDNIGHT


async def test_every_moment_of_a_night_is_shown_as_it_was(store: Store) -> None:
    boards = await lived(Desk(store), NIGHT)

    assert len(boards) > 30
    await assert_remembered(store, boards)


async def test_a_ring_nobody_answered_and_a_hold_that_is_over_are_there_at_their_moment(
    store: Store,
) -> None:
    says = Teller()
    one: dict[str, Any] = {"call": "1", "leg": 0, "queue": "tax"}
    says.at(10, CallQueued(**one))
    says.at(20, CallOffered(**one, agent="ann", group="desk"))
    says.at(40, CallOfferEnded(**one, agent="ann", reason=OfferEnd.NO_ANSWER))
    says.at(50, CallConnected(**one, agent="bob", group="desk"))
    says.at(60, CallHeld(**one, agent="bob"))
    await lived(Desk(store), tuple(says.told))
    past, day = Bygones(store, site=SITE), date.fromisoformat(day_of(MIDNIGHT))

    async def doing(seconds: int) -> dict[str, Doing]:
        at = MIDNIGHT + seconds * SECOND
        return {one.agent: one.doing for one in board(await past(day, at), now=at).agents}

    assert await doing(30) == {"ann": Doing.RINGING}
    assert await doing(55) == {"bob": Doing.TALKING}
    assert await doing(70) == {"bob": Doing.HOLD}


async def test_half_a_morning_is_shown_as_it_was(store: Store) -> None:
    story, desk = a_day("pbx1")[:3_000], Desk(store)
    boards = []
    for start in range(0, len(story), 250):
        switchboard = await desk.hears(*story[start : start + 250])
        now = story[min(start + 250, len(story)) - 1].at
        if start + 250 < len(story) and story[start + 250].at == now:
            continue  # A moment that is not over.
        day = date.fromisoformat(day_of(now))
        boards.append((day, now + 1, board(await switchboard.day(day), now=now + 1)))

    assert boards[-1][-1].total["answered"].numerator > 100
    assert any(one.waiting for _, _, one in boards)
    await assert_remembered(store, boards)


@st.composite
def calls(draw: st.DrawFn, number: int) -> list[tuple[int, TelephonyEvent]]:
    """Let a call be offered in vain some times, be answered or not, be held some times, and end."""
    leg: dict[str, Any] = {"call": f"{number}", "leg": 0, "queue": draw(QUEUES)}
    life: list[TelephonyEvent] = [CallArrived(**leg), CallQueued(**leg)]
    for agent in draw(st.lists(AGENTS, max_size=2)):
        life += [
            CallOffered(**leg, agent=agent, group="desk"),
            CallOfferEnded(**leg, agent=agent, reason=draw(st.sampled_from(OfferEnd))),
        ]
    if draw(st.booleans()):
        agent = draw(AGENTS)
        life.append(CallConnected(**leg, agent=agent, group="desk"))
        for _ in range(draw(st.integers(0, 2))):
            life += [CallHeld(**leg, agent=agent), CallRetrieved(**leg, agent=agent)]
        life += [CallEnded(**leg, agent=agent), CallWrapped(**leg, agent=agent)]
    else:
        life.append(CallAbandoned(**leg, wait_us=SECOND))
    steps = draw(st.lists(st.integers(1, 20), min_size=len(life), max_size=len(life)))
    moments = np.cumsum(steps) + draw(st.integers(0, 60))
    return list(zip(moments.tolist(), life, strict=True))


@pytest.fixture(scope="module")
def days(sqlite_files: databases.SqliteFiles) -> tuple[str, Iterator[int]]:
    """Give a database, and days of which nothing was told to it."""
    return asyncio.run(sqlite_files.migrated()), count(1)


@settings(max_examples=20, deadline=None)
@given(lives=st.tuples(*(calls(number) for number in range(3))))
def test_any_short_day_is_shown_as_it_was(
    days: tuple[str, Iterator[int]], lives: tuple[list[tuple[int, TelephonyEvent]], ...]
) -> None:
    url, day = days[0], next(days[1])
    says = Teller(f"pbx{day}", start=day * DAY)
    for at, event in sorted((one for life in lives for one in life), key=itemgetter(0)):
        says.at(at, event)

    async def check() -> None:
        database = Database(url)
        store = Store(database)
        await assert_remembered(store, await lived(Desk(store), tuple(says.told)))
        await database.close()

    asyncio.run(check())
