"""How far a campaign is: by cell, by AAPOR's rates, and the day it ends."""

from datetime import date, time

import pytest

from callcenter.desk.campaign_progress import CampaignProgress, Progress
from callcenter.desk.dialling import Outcome
from callcenter.domain.campaigns import CampaignState, QuotaCell
from callcenter.domain.leads import LeadState
from callcenter.domain.outbound import Disposition
from callcenter.errors import NotFoundError
from callcenter.store.unit_of_work import Store
from tests.calendars import kst
from tests.campaigns import PLANNER, Desks, Shelf, a_campaign, a_phone, an_agent, desks

CELLS = (QuotaCell(code="a", ko="가", quota=3), QuotaCell(code="b", ko="나", quota=7))
FOUND = (
    Disposition.SUCCESS,
    Disposition.PARTIAL,
    Disposition.REFUSAL,
    Disposition.NO_ANSWER,
    Disposition.WRONG_NUMBER,
)


@pytest.fixture
def desk(store: Store) -> Desks:
    return desks(store)


async def progress(desk: Desks, code: str = "water") -> Progress:
    found = CampaignProgress(store=desk.store, calendars=Shelf(), now=desk.watch)
    return await found.of(code)


async def dialled(desk: Desks, *outcomes: Disposition) -> None:
    for outcome in outcomes:
        offer = await desk.dialling.next_lead("water", actor=an_agent())
        assert offer.handed is not None
        desk.watch.advance(minutes=4)
        await desk.dialling.told(
            "water", offer.handed.attempt, Outcome(disposition=outcome), actor=an_agent()
        )


async def test_every_lead_counts_once_by_what_was_last_known_of_it(desk: Desks) -> None:
    phones = [a_phone(n) for n in range(12)]
    await desk.running(*phones, of=["a"] * 4 + ["b"] * 8, cells=CELLS)
    await dialled(desk, *FOUND)
    found = await progress(desk)
    assert (found.whole.quota, found.whole.successes, found.whole.left) == (10, 1, 8)
    assert [(cell.cell, cell.successes, cell.left) for cell in found.cells] == [
        ("a", 1, 1),
        ("b", 0, 7),
    ]
    assert sum(found.leads.values()) == 12
    assert found.leads[LeadState.REFUSED] == 1
    values = {rate.name: (rate.above, rate.below) for rate in found.rates}
    assert values == {
        "RR1": (1, 11),
        "RR2": (2, 11),
        "COOP1": (1, 3),
        "REF1": (1, 11),
        "CON1": (3, 11),
    }


async def test_contacts_are_those_who_spoke_to_an_agent_by_the_hour_of_work(desk: Desks) -> None:
    await desk.running(*(a_phone(n) for n in range(6)))
    await dialled(desk, *FOUND)
    found = await progress(desk)
    assert (found.worked.attempts, found.contacts) == (5, 4)
    assert found.worked.seconds == pytest.approx(5 * 240, abs=0.01)
    assert found.contacts_per_hour == pytest.approx(12)
    assert found.hours == pytest.approx(20 / 60)
    assert found.successes_per_hour == pytest.approx(3)


async def test_what_is_left_of_the_quota_is_told_day_by_day(desk: Desks) -> None:
    await desk.running(*(a_phone(n) for n in range(9)), quota=4)
    await dialled(desk, Disposition.SUCCESS, Disposition.REFUSAL)
    desk.watch.at = kst("2026-11-23 00:00")
    assert [(one.day.day, one.attempts, one.remaining) for one in (await progress(desk)).days] == [
        (20, 2, 3),
        (21, 0, 3),
        (22, 0, 3),
        (23, 0, 3),
    ]
    desk.watch.at = kst("2026-11-23 09:30")
    await dialled(desk, Disposition.SUCCESS)
    last = (await progress(desk)).days[-1]
    assert (last.attempts, last.contacts, last.successes, last.remaining) == (1, 1, 1, 2)


async def test_an_attempt_counts_for_the_day_it_is_in_korea(desk: Desks) -> None:
    night = ((time(0), time(23, 59)),)
    desk.watch.at = kst("2026-11-20 23:40")
    await desk.running(a_phone(1), a_phone(2), windows=(night,) * 7)
    await dialled(desk, Disposition.REFUSAL)
    desk.watch.at = kst("2026-11-21 00:10")
    await dialled(desk, Disposition.REFUSAL)
    days = (await progress(desk)).days
    assert [(one.day, one.attempts, one.remaining) for one in days] == [
        (date(2026, 11, 20), 1, None),
        (date(2026, 11, 21), 1, None),
    ]


async def test_the_days_of_a_finished_campaign_end_with_it_and_a_draft_has_none(
    desk: Desks,
) -> None:
    await desk.campaigns.create(a_campaign(code="draft"), actor=PLANNER)
    assert (await progress(desk, "draft")).days == ()
    await desk.running(a_phone(1))
    await desk.campaigns.command("water", "finish", actor=PLANNER, expected=2)
    desk.watch.at = kst("2026-12-01 10:00")
    assert [one.day.day for one in (await progress(desk)).days] == [20]


async def test_the_days_of_a_campaign_that_nobody_finished_end_with_its_last(desk: Desks) -> None:
    await desk.running(a_phone(1), last_day=date(2026, 11, 23))
    desk.watch.at = kst("2027-12-01 10:00")
    assert [one.day.day for one in (await progress(desk)).days] == [20, 21, 22, 23]


async def test_nobody_knows_the_end_before_the_first_success(desk: Desks) -> None:
    await desk.running(*(a_phone(n) for n in range(20)), quota=10)
    await dialled(desk, Disposition.REFUSAL)
    assert (await progress(desk)).finish is None


async def test_the_end_follows_from_the_successes_of_late_and_the_hours_to_come(
    desk: Desks,
) -> None:
    await desk.running(*(a_phone(n) for n in range(200)), quota=120)
    await dialled(desk, *[Disposition.SUCCESS] * 15)
    finish = (await progress(desk)).finish
    assert finish is not None
    assert finish.low is not None
    assert finish.expected is not None
    assert finish.high is not None
    assert date(2026, 11, 20) <= finish.low <= finish.expected <= finish.high
    assert finish.expected <= date(2026, 11, 24), "fifteen an hour, five and a half hours a day"


async def test_an_end_that_the_leads_do_not_reach_is_none(desk: Desks) -> None:
    await desk.running(*(a_phone(n) for n in range(4)), quota=4)
    await dialled(desk, Disposition.SUCCESS, Disposition.REFUSAL)
    assert (await progress(desk)).finish is None


async def test_a_campaign_without_a_quota_has_no_end_to_tell(desk: Desks) -> None:
    await desk.running(*(a_phone(n) for n in range(4)))
    await dialled(desk, Disposition.SUCCESS)
    found = await progress(desk)
    assert (found.whole.quota, found.finish) == (None, None)


async def test_only_what_runs_or_pauses_is_under_way(desk: Desks) -> None:
    for code in ("draft", "water", "over"):
        await desk.running(a_phone(1), code=code)
    await desk.campaigns.command("water", "pause", actor=PLANNER, expected=2)
    await desk.campaigns.command("over", "finish", actor=PLANNER, expected=2)
    desk.watch.at = kst("2026-11-23 10:00")
    found = CampaignProgress(store=desk.store, calendars=Shelf(), now=desk.watch)
    assert [(one.campaign.code, one.campaign.state) for one in await found.under_way()] == [
        ("draft", CampaignState.RUNNING),
        ("water", CampaignState.PAUSED),
    ]
    with pytest.raises(NotFoundError):
        await found.of("none")
