"""Campaigns through the desk: drafts, commands, and what they do to leads."""

import pytest

from callcenter.desk.dialling import Outcome
from callcenter.domain.campaigns import CampaignState, QuotaCell
from callcenter.domain.leads import LeadState
from callcenter.domain.outbound import Disposition
from callcenter.errors import (
    ConflictError,
    ForbiddenError,
    InputError,
    NotFoundError,
    RefusedError,
    StaleError,
)
from callcenter.store.unit_of_work import Store
from tests.calendars import a_calendar, kst
from tests.campaigns import PLANNER, Desks, a_campaign, a_phone, an_agent, desks

CELLS = (QuotaCell(code="a", ko="가", quota=2), QuotaCell(code="b", ko="나"))


@pytest.fixture
def desk(store: Store) -> Desks:
    return desks(store)


async def test_a_campaign_comes_back_as_it_was_written(desk: Desks) -> None:
    written = await desk.campaigns.create(
        a_campaign(cells=CELLS, quota=5, on_holidays=True, priority=3), actor=PLANNER
    )
    assert written.state is CampaignState.DRAFT
    assert await desk.campaigns.campaign("water") == written
    assert await desk.campaigns.every() == [written]


async def test_the_most_pressing_campaign_is_named_first(desk: Desks) -> None:
    for code, priority in (("a", 0), ("b", 2), ("c", 2)):
        await desk.campaigns.create(a_campaign(code=code, priority=priority), actor=PLANNER)
    assert [one.code for one in await desk.campaigns.every()] == ["b", "c", "a"]


async def test_a_code_is_given_once(desk: Desks) -> None:
    await desk.campaigns.create(a_campaign(), actor=PLANNER)
    with pytest.raises(ConflictError):
        await desk.campaigns.create(a_campaign(), actor=PLANNER)


async def test_an_agent_makes_and_commands_no_campaign(desk: Desks) -> None:
    with pytest.raises(ForbiddenError):
        await desk.campaigns.create(a_campaign(), actor=an_agent())
    await desk.running(a_phone(1))
    with pytest.raises(ForbiddenError):
        await desk.campaigns.command("water", "pause", actor=an_agent(), expected=2)


async def test_days_without_known_holidays_are_refused(store: Store) -> None:
    desk = desks(store, calendar=a_calendar(last_year=2025))
    with pytest.raises(InputError) as refused:
        await desk.campaigns.create(a_campaign(), actor=PLANNER)
    assert refused.value.key == "first_day"


async def test_it_starts_pauses_goes_on_and_finishes_and_all_is_written_down(
    desk: Desks,
) -> None:
    await desk.running(a_phone(1))
    for version, command in enumerate(("pause", "start", "finish"), start=2):
        await desk.campaigns.command("water", command, actor=PLANNER, expected=version)
    told = await desk.campaigns.history("water")
    assert [(one.version, one.command, one.by) for one in told] == [
        (1, "create", "plan"),
        (2, "start", "plan"),
        (3, "pause", "plan"),
        (4, "start", "plan"),
        (5, "finish", "plan"),
    ]
    assert [lead.standing.state for lead in await desk.leads()] == [LeadState.EXPIRED]
    with pytest.raises(RefusedError) as refused:
        await desk.campaigns.command("water", "start", actor=PLANNER, expected=5)
    assert refused.value.reason == "wrong-state"


async def test_what_was_read_too_long_ago_changes_nothing(desk: Desks) -> None:
    await desk.running(a_phone(1))
    with pytest.raises(StaleError):
        await desk.campaigns.command("water", "pause", actor=PLANNER, expected=1)
    with pytest.raises(NotFoundError):
        await desk.campaigns.command("tax", "pause", actor=PLANNER, expected=1)
    with pytest.raises(NotFoundError):
        await desk.campaigns.history("tax")


async def test_only_a_draft_is_amended(desk: Desks) -> None:
    await desk.campaigns.create(a_campaign(cells=CELLS), actor=PLANNER)
    other = a_campaign(name_ko="수도 안내", cells=CELLS[:1])
    amended = await desk.campaigns.amend(other, actor=PLANNER, expected=1)
    assert await desk.campaigns.campaign("water") == amended
    assert (amended.name_ko, amended.version, amended.wanted) == ("수도 안내", 2, 2)
    await desk.imported("water", a_phone(1), a_phone(2), of=("a", "a"))
    with pytest.raises(RefusedError) as refused:
        await desk.campaigns.amend(a_campaign(cells=CELLS[1:]), actor=PLANNER, expected=2)
    assert refused.value.reason == "cell-in-use"
    await desk.campaigns.command("water", "start", actor=PLANNER, expected=2)
    with pytest.raises(RefusedError):
        await desk.campaigns.amend(other, actor=PLANNER, expected=3)


async def test_a_draft_that_is_given_up_calls_none_of_its_leads(desk: Desks) -> None:
    await desk.campaigns.create(a_campaign(), actor=PLANNER)
    await desk.imported("water", a_phone(1))
    await desk.campaigns.command("water", "abandon", actor=PLANNER, expected=1)
    assert [lead.standing.state for lead in await desk.leads()] == [LeadState.EXPIRED]
    with pytest.raises(RefusedError):
        await desk.imported("water", a_phone(2))


async def test_a_quota_beyond_its_leads_is_refused_with_its_cell_and_what_is_expected(
    desk: Desks,
) -> None:
    await desk.campaigns.create(a_campaign(cells=CELLS), actor=PLANNER)
    with pytest.raises(RefusedError) as refused:
        await desk.campaigns.command("water", "start", actor=PLANNER, expected=1)
    assert refused.value.reason == "no-leads"
    await desk.imported("water", a_phone(1), a_phone(2), of=("a", "b"))
    with pytest.raises(RefusedError, match="a: expected at least 2 leads") as refused:
        await desk.campaigns.command("water", "start", actor=PLANNER, expected=1)
    assert refused.value.reason == "quota-beyond-leads"


async def test_a_campaign_that_is_over_is_not_started(desk: Desks) -> None:
    await desk.campaigns.create(a_campaign(), actor=PLANNER)
    await desk.imported("water", a_phone(1))
    desk.watch.at = kst("2027-01-04 10:00")
    with pytest.raises(RefusedError) as refused:
        await desk.campaigns.command("water", "start", actor=PLANNER, expected=1)
    assert refused.value.reason == "campaign-over"


async def test_what_is_in_hand_at_the_end_may_still_be_told_of(desk: Desks) -> None:
    await desk.running(a_phone(1), a_phone(2))
    offers = [await desk.dialling.next_lead("water", actor=an_agent(n)) for n in (1, 2)]
    await desk.campaigns.command("water", "finish", actor=PLANNER, expected=2)
    for number, (offer, found) in enumerate(
        zip(offers, (Disposition.SUCCESS, Disposition.BUSY), strict=True), start=1
    ):
        assert offer.handed is not None
        outcome = Outcome(disposition=found)
        await desk.dialling.told("water", offer.handed.attempt, outcome, actor=an_agent(number))
    assert {lead.standing.state for lead in await desk.leads()} == {
        LeadState.SUCCEEDED,
        LeadState.EXPIRED,
    }
