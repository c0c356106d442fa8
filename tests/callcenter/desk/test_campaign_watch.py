"""Campaigns of a board: under which name, whether they call, and how far they are."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from callcenter.clock import SECOND, ManualClock
from callcenter.desk.campaign_progress import CellProgress, DayProgress, Finish, Progress
from callcenter.desk.campaign_watch import Announced, Calling, CampaignLine, CampaignWatch
from callcenter.domain.campaigns import Campaign, CampaignState
from callcenter.measures.live import board
from callcenter.store.lead_counts import Worked
from callcenter.store.unit_of_work import Store
from callcenter.telephony.events import (
    CallConnected,
    CallDialled,
    CallEnded,
    CallOffered,
    CallWrapped,
    SourceReconfigured,
)
from callcenter.telephony.words import DispositionWord
from tests.switchboards import MIDNIGHT, SITE, Desk, Teller

TODAY, YESTERDAY = date(2026, 7, 1), date(2026, 6, 30)
CODE = "water-bills"
NOON: float = 12 * 3600.0
PLANNED = Campaign(
    code=CODE,
    name_ko="수도요금 안내",
    name_en="Water bills",
    field="수도요금",
    first_day=date(2026, 6, 1),
    last_day=date(2026, 9, 30),
    windows=(((time(9), time(18)),),) * 7,
    quota=500,
    state=CampaignState.RUNNING,
)


def an_attempt(says: Teller, at: float, *, call: str, came_to: DispositionWord) -> None:
    ids: dict[str, Any] = {"call": call, "leg": 0, "queue": CODE}
    says.at(at, CallDialled(**ids, campaign=CODE))
    says.at(at, CallOffered(**ids, agent="ann", group="desk"))
    says.at(at + 10, CallConnected(**ids, agent="ann", group="desk"))
    says.at(at + 60, CallEnded(**ids, agent="ann", disposition=came_to))
    says.at(at + 70, CallWrapped(**ids, agent="ann"))


def progress(*days: tuple[date, int], state: CampaignState = CampaignState.RUNNING) -> Progress:
    return Progress(
        campaign=replace(PLANNED, state=state),
        whole=CellProgress(cell="", ko="수도요금 안내", quota=500, successes=0, left=0),
        cells=(),
        leads={},
        worked=Worked(by_disposition={}, seconds=0),
        hours=0.0,
        rates=(),
        days=tuple(
            DayProgress(day=day, attempts=many, contacts=many, successes=many, remaining=None)
            for day, many in days
        ),
        finish=Finish(low=TODAY, expected=TODAY, high=None),
    )


async def lines(
    store: Store,
    *,
    now: float = NOON,
    planned: Sequence[Progress] = (),
    announced: dict[str, Announced] | None = None,
) -> tuple[CampaignLine, ...]:
    async def under_way() -> Sequence[Progress]:
        return planned

    watch = CampaignWatch(
        store,
        clock=ManualClock(),
        site=SITE,
        under_way=under_way,
        announced=lambda: announced or {},
    )
    async with store.reading() as uow:
        day = await uow.legs.day(TODAY)
    return await watch.lines(board(day, now=MIDNIGHT + round(now * SECOND)))


@pytest.fixture
def says() -> Teller:
    return Teller()


async def test_successes_of_earlier_days_are_added_to_those_of_the_day(
    store: Store, says: Teller
) -> None:
    an_attempt(says, -7200, call="1", came_to=DispositionWord.SUCCESS)
    an_attempt(says, -3600, call="2", came_to=DispositionWord.REFUSAL)
    an_attempt(says, 9 * 3600, call="3", came_to=DispositionWord.SUCCESS)
    await Desk(store).hears(*says.told)

    (line,) = await lines(store)

    assert (line.now.count("successes"), line.before, line.successes) == (1, 1, 2)
    assert (line.ko, line.en, line.quota, line.finish) == (CODE, CODE, None, None)


async def test_the_ledger_that_knows_of_more_earlier_successes_is_right(
    store: Store, says: Teller
) -> None:
    an_attempt(says, -7200, call="1", came_to=DispositionWord.SUCCESS)
    await Desk(store).hears(*says.told)

    (few,) = await lines(store, planned=[progress((TODAY, 30))])
    (many,) = await lines(store, planned=[progress((YESTERDAY, 20), (TODAY, 30))])

    assert (few.before, many.before) == (1, 20)


async def test_the_desk_names_what_it_plans_and_else_whoever_announced_it(
    store: Store, says: Teller
) -> None:
    an_attempt(says, 3600, call="1", came_to=DispositionWord.SUCCESS)
    await Desk(store).hears(*says.told)
    told = {CODE: Announced(ko="수도", en="water", quota=7)}

    (announced,) = await lines(store, announced=told)
    (planned,) = await lines(store, announced=told, planned=[progress()])

    assert (announced.ko, announced.en, announced.quota) == ("수도", "water", 7)
    assert (planned.ko, planned.en, planned.quota) == ("수도요금 안내", "Water bills", 500)
    assert planned.finish == Finish(low=TODAY, expected=TODAY, high=None)


async def test_what_the_desk_has_under_way_is_there_before_anybody_was_dialled(
    store: Store,
) -> None:
    (line,) = await lines(store, planned=[progress()])

    assert (line.now.campaign, line.now.count("attempts"), line.state) == (CODE, 0, Calling.IDLE)


@pytest.mark.parametrize(
    ("minutes", "state"), [(1, Calling.CALLING), (5, Calling.CALLING), (11, Calling.IDLE)]
)
async def test_it_calls_as_long_as_somebody_was_dialled_of_late(
    store: Store, says: Teller, minutes: int, state: Calling
) -> None:
    an_attempt(says, NOON, call="1", came_to=DispositionWord.SUCCESS)
    await Desk(store).hears(*says.told)

    (line,) = await lines(store, now=NOON + minutes * 60)

    assert line.state is state


async def test_it_is_paused_from_when_the_switch_said_so_until_it_said_otherwise(
    store: Store, says: Teller
) -> None:
    an_attempt(says, NOON, call="1", came_to=DispositionWord.SUCCESS)
    says.at(NOON + 100, SourceReconfigured(detail="paused", campaign=CODE, running=False))
    says.at(NOON + 200, SourceReconfigured(detail="read its settings"))
    says.at(NOON + 300, SourceReconfigured(detail="started", campaign=CODE, running=True))
    await Desk(store).hears(*says.told)

    states = [(await lines(store, now=NOON + later))[0].state for later in (90, 250, 310)]

    assert states == [Calling.CALLING, Calling.PAUSED, Calling.CALLING]


async def test_it_is_paused_if_the_desk_says_so(store: Store) -> None:
    (line,) = await lines(store, planned=[progress(state=CampaignState.PAUSED)])

    assert line.state is Calling.PAUSED
