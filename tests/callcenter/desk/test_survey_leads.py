"""Rounds on the telephone: a campaign calls the drawn, and its dispositions are the round's."""

import pytest

from callcenter.desk.dialling import Outcome as Told
from callcenter.desk.survey_answers import Said
from callcenter.desk.survey_leads import Handed
from callcenter.domain.campaigns import QuotaCell
from callcenter.domain.leads import LeadState
from callcenter.domain.outbound import Disposition
from callcenter.domain.response_rates import Code
from callcenter.domain.survey_rounds import (
    CellsBy,
    RoundCell,
    Subject,
)
from callcenter.errors import (
    ConflictError,
    ForbiddenError,
    NotFoundError,
    RefusedError,
)
from callcenter.store.unit_of_work import Store
from tests.campaigns import PLANNER, a_phone, an_agent
from tests.survey_houses import CONTENT, House


@pytest.fixture
def house(store: Store) -> House:
    return House(store)


async def test_a_round_is_carried_out_by_a_campaign_with_its_dispositions(house: House) -> None:
    phones = [a_phone(1), a_phone(2), a_phone(3), None, a_phone(1)]
    await house.closings(*await house.petitioners(phones))
    campaign = await house.calling.running(a_phone(3), code="survey", field="설문조사")
    await house.drawn(of=Subject.TICKETS, campaign=campaign.code)

    done = await house.leads.hand_over("2026-4", actor=PLANNER)
    assert done == Handed(leads=2, unreachable=1, forbidden=0, known=1)
    again = await house.leads.hand_over("2026-4", actor=PLANNER)
    assert again.leads == 0
    history = await house.rounds.history("2026-4")
    assert [one.command for one in history] == ["create", "draw", "call"]

    agent = an_agent()
    for disposition in (Disposition.SUCCESS, Disposition.REFUSAL, Disposition.NO_ANSWER):
        offer = await house.calling.dialling.next_lead("survey", actor=agent)
        assert offer.handed is not None
        attempt = offer.handed.attempt
        if disposition is Disposition.SUCCESS:
            with pytest.raises(ForbiddenError):
                await house.answers.told("2026-4", attempt, CONTENT, actor=an_agent(2))
            await house.answers.told("2026-4", attempt, CONTENT, actor=agent)
            with pytest.raises((RefusedError, ConflictError)):
                await house.answers.told("2026-4", attempt, CONTENT, actor=agent)
        house.watch.advance(minutes=3)
        told = Told(disposition=disposition)
        await house.calling.dialling.told("survey", attempt, told, actor=agent)
    found = await house.report()

    assert found.found.n == 1
    assert found.cases[Code.COMPLETE] == found.cases[Code.REFUSAL] == 1
    assert found.cases[Code.UNKNOWN] == 1
    rates = {rate.name: rate.value for rate in found.rates}
    assert rates["RR1"] == pytest.approx(1 / 3)
    assert rates["COOP1"] == pytest.approx(1 / 2)


async def test_cells_of_leads_weigh_by_the_shares_that_were_said(house: House) -> None:
    await house.closings("P1")
    cells = (QuotaCell(code="young", ko="청년"), QuotaCell(code="old", ko="노년"))
    phones = [a_phone(n) for n in range(4)]
    await house.calling.running(*phones, of=["young", "old", "old", "old"], code="c", cells=cells)
    shares = (RoundCell(code="young", share=0.5), RoundCell(code="old", share=0.5))
    await house.drawn(of=Subject.TICKETS, campaign="c", cells_by=CellsBy.LEAD, cells=shares)
    agent = an_agent()
    for _ in phones:
        offer = await house.calling.dialling.next_lead("c", actor=agent)
        assert offer.handed is not None
        score = 1 if offer.handed.cell == "young" else 5
        said = Said(scores={"overall": score})
        await house.answers.told("2026-4", offer.handed.attempt, said, actor=agent)
        house.watch.advance(minutes=1)
        outcome = Told(disposition=Disposition.SUCCESS)
        await house.calling.dialling.told("c", offer.handed.attempt, outcome, actor=agent)
    found = await house.report()

    assert found.found.share == pytest.approx(0.5)
    assert found.found.design_effect == pytest.approx(4 * (2.0**2 + 3 * (2 / 3) ** 2) / 16)
    with pytest.raises(RefusedError) as refused:
        await house.leads.hand_over("2026-4", actor=PLANNER)
    assert refused.value.reason == "unknown-cell"


async def test_only_a_round_with_a_campaign_can_be_called(house: House) -> None:
    await house.closings("P1")
    await house.drawn(of=Subject.TICKETS)
    with pytest.raises(RefusedError) as refused:
        await house.leads.hand_over("2026-4", actor=PLANNER)
    assert refused.value.reason == "no-campaign"
    with pytest.raises(NotFoundError):
        await house.answers.told("2026-4", "L1-1", CONTENT, actor=an_agent())


async def test_who_answers_by_the_link_is_not_called_any_more(house: House) -> None:
    await house.closings(*await house.petitioners([a_phone(1), a_phone(2)]))
    await house.calling.running(a_phone(9), code="survey")
    await house.drawn(of=Subject.TICKETS, campaign="survey")
    await house.leads.hand_over("2026-4", actor=PLANNER)
    one, _ = await house.invited()
    await house.says(one)
    states = {lead.id: lead.standing.state for lead in await house.calling.leads("survey")}
    found = await house.report()

    assert one.lead is not None
    assert states[one.lead] is LeadState.EXPIRED
    assert list(states.values()).count(LeadState.WAITING) == 2
    assert (found.cases[Code.COMPLETE], found.cases[Code.UNKNOWN]) == (1, 2)


async def test_an_attempt_that_was_given_out_again_tells_nothing(house: House) -> None:
    await house.closings("P1")
    await house.calling.running(a_phone(1), code="survey")
    await house.drawn(of=Subject.TICKETS, campaign="survey")
    agent = an_agent()
    offer = await house.calling.dialling.next_lead("survey", actor=agent)
    assert offer.handed is not None
    with pytest.raises(NotFoundError):
        await house.answers.told("2026-4", f"L{offer.handed.lead}-7", CONTENT, actor=agent)
