"""What is made anew from the ledger is what there was, byte for byte."""

from datetime import date

import pytest
from sqlalchemy import delete, update

from callcenter.clock import DAY
from callcenter.desk.rebuilding import Rebuilding, Rebuilt
from callcenter.store.live_lines import day_of
from callcenter.store.tables.live import AGENT_SPELL, CSAT_ANSWER, LEG
from callcenter.store.unit_of_work import Store
from callcenter.telephony.events import CallEnded
from tests.switchboards import MIDNIGHT, SITE, Desk, Teller, a_story, messages, rows

LAST, FIRST = date(2026, 6, 30), date(2026, 7, 1)
"""The days on both sides of the story's midnight."""


@pytest.fixture
async def lived(store: Store) -> Store:
    await Desk(store).fresh([messages(a_story())]).run()
    return store


async def rebuilt(store: Store, days: list[date] | None = None) -> list[Rebuilt]:
    said: list[Rebuilt] = []
    await Rebuilding(store, site=SITE).run(days, each=said.append)
    return said


async def test_rows_that_were_thrown_away_come_back_as_they_were(lived: Store) -> None:
    before = await rows(lived)
    assert all(before.values())
    async with lived.writing() as uow:
        for table in (LEG, AGENT_SPELL, CSAT_ANSWER):
            await uow.connection.execute(delete(table))

    said = await rebuilt(lived)

    assert await rows(lived) == before
    assert [one.day for one in said] == [LAST, FIRST, date(2026, 7, 2)]


async def test_rows_that_were_falsified_are_right_again(lived: Store) -> None:
    before = await rows(lived)
    async with lived.writing() as uow:
        await uow.connection.execute(update(LEG).values(outcome=0, agent="nobody"))
        await uow.connection.execute(update(AGENT_SPELL).values(reason="none"))

    await rebuilt(lived)

    assert await rows(lived) == before


@pytest.mark.parametrize("day", [LAST, FIRST])
async def test_one_day_alone_is_made_anew_and_the_other_left_alone(lived: Store, day: date) -> None:
    before = await rows(lived)
    async with lived.writing() as uow:
        for table in (LEG, AGENT_SPELL, CSAT_ANSWER):
            await uow.connection.execute(delete(table).where(table.c.day == day.isoformat()))

    await rebuilt(lived, [day])

    assert await rows(lived) == before


def test_the_story_crosses_a_midnight() -> None:
    assert {day_of(told.at) for told in a_story()} >= {LAST.isoformat(), FIRST.isoformat()}
    assert day_of(MIDNIGHT - 1) == LAST.isoformat()
    assert day_of(MIDNIGHT) == FIRST.isoformat()


@pytest.mark.parametrize("days", [None, [date(2026, 6, 27)]])
async def test_a_call_that_began_days_before_anything_was_told_of_it_comes_back(
    store: Store, days: list[date] | None
) -> None:
    end = CallEnded(call="1", leg=0, queue="tax", agent="ann", talk_us=4 * DAY)
    await Desk(store).hears(Teller().at(60, end))
    before = await rows(store)
    assert [row[3] for row in before["leg"]] == ["2026-06-27"]

    await rebuilt(store, days)

    assert await rows(store) == before


async def test_lost_rows_of_such_a_call_come_back_with_the_day_it_was_told_on(store: Store) -> None:
    end = CallEnded(call="1", leg=0, queue="tax", agent="ann", talk_us=4 * DAY)
    await Desk(store).hears(Teller().at(60, end))
    before = await rows(store)
    async with store.writing() as uow:
        await uow.connection.execute(delete(LEG))

    await rebuilt(store)

    assert await rows(store) == before
