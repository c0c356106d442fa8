"""The next lead: never twice, never when it must not be; and what came of it."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from callcenter.desk.dialling import GRACE, LEASE, Handed, Outcome, WhyNone
from callcenter.domain.campaigns import QuotaCell
from callcenter.domain.leads import LeadState, fresh, replay
from callcenter.domain.outbound import Disposition
from callcenter.domain.privacy import Contact
from callcenter.errors import (
    ConflictError,
    ForbiddenError,
    InputError,
    KeyReusedError,
    NotFoundError,
)
from callcenter.store.idempotency import RequestKey
from callcenter.store.unit_of_work import Store
from simulation.streams import stream
from tests.calendars import a_calendar, kst, local
from tests.campaigns import PLANNER, Desks, Shelf, a_phone, an_agent, desks

AGENT = an_agent()
NO_ANSWER = Outcome(disposition=Disposition.NO_ANSWER)
SUCCESS = Outcome(disposition=Disposition.SUCCESS)


@pytest.fixture
def desk(store: Store) -> Desks:
    return desks(store)


async def handed(desk: Desks, code: str = "water", number: int = 1) -> Handed:
    offer = await desk.dialling.next_lead(code, actor=an_agent(number))
    assert offer.handed is not None, offer
    return offer.handed


async def done(desk: Desks, outcome: Outcome, code: str = "water", number: int = 1) -> Handed:
    lead = await handed(desk, code, number)
    await desk.dialling.told(code, lead.attempt, outcome, actor=an_agent(number))
    return lead


async def why_none(desk: Desks, code: str = "water", number: int = 1) -> WhyNone | None:
    return (await desk.dialling.next_lead(code, actor=an_agent(number))).why


async def test_an_agent_gets_the_number_to_dial_and_that_he_did_is_recorded(desk: Desks) -> None:
    await desk.running("010-2000-0001")
    lead = await handed(desk)
    assert (lead.phone, lead.attempts, lead.until) == (
        "+821020000001",
        0,
        desk.watch.at + LEASE,
    )
    async with desk.store.reading() as uow:
        [look] = await uow.people.looks()
    assert (look.actor, look.fields) == ("agent-1", "lead.phone,lead.name")
    assert lead.attempt in look.purpose


async def test_an_agent_keeps_the_lead_in_his_hand(desk: Desks) -> None:
    await desk.running(a_phone(1), a_phone(2))
    assert (await handed(desk)).attempt == (await handed(desk)).attempt


async def test_two_agents_get_two_leads_and_the_third_gets_none(desk: Desks) -> None:
    await desk.running(a_phone(1), a_phone(2))
    first, second = await handed(desk, number=1), await handed(desk, number=2)
    assert first.lead != second.lead
    assert await why_none(desk, number=3) is WhyNone.NONE_DUE


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-11-20 12:00", "2026-11-20 14:00"),
        ("2026-11-21 10:00", "2026-11-23 09:30"),
        ("2026-11-26 10:00", "2026-11-27 09:30"),
    ],
)
async def test_nobody_is_called_outside_the_windows_or_on_a_holiday(
    store: Store, at: str, opens: str
) -> None:
    holiday = kst("2026-11-26 00:00").date()
    desk = desks(store, calendar=a_calendar(holidays={holiday: "임시공휴일"}))
    await desk.running(a_phone(1))
    desk.watch.at = kst(at)
    offer = await desk.dialling.next_lead("water", actor=AGENT)
    assert (offer.handed, offer.why) == (None, WhyNone.CLOSED)
    assert offer.next_at is not None
    assert local(offer.next_at) == opens


async def test_a_paused_campaign_calls_nobody(desk: Desks) -> None:
    running = await desk.running(a_phone(1))
    await desk.campaigns.command("water", "pause", actor=PLANNER, expected=running.version)
    assert await why_none(desk) is WhyNone.NOT_RUNNING


async def test_a_call_back_comes_first_and_not_before_its_time(desk: Desks) -> None:
    await desk.running(a_phone(1), a_phone(2), a_phone(3))
    at = kst("2026-11-20 10:40")
    asked = await done(desk, Outcome(disposition=Disposition.CALL_LATER, call_back_at=at))
    assert (await done(desk, SUCCESS)).lead != asked.lead
    desk.watch.at = at
    again = await handed(desk)
    assert (again.lead, again.attempts, again.last) == (asked.lead, 1, Disposition.CALL_LATER)


async def test_a_lead_is_dialled_next_in_another_part_of_the_day_whenever_that_is(
    desk: Desks,
) -> None:
    await desk.running(a_phone(1))
    await done(desk, NO_ANSWER)
    desk.watch.at = kst("2026-11-23 10:00")
    assert await why_none(desk) is WhyNone.NONE_DUE, "it was morning the first time"
    desk.watch.at = kst("2026-11-23 14:00")
    assert (await handed(desk)).attempts == 1


async def test_no_lead_is_dialled_more_often_than_allowed(desk: Desks) -> None:
    await desk.running(a_phone(1), attempts=2, change_hour=False)
    for day in (20, 23):
        desk.watch.at = kst(f"2026-11-{day} 10:00")
        await done(desk, NO_ANSWER)
    [lead] = await desk.leads()
    assert (lead.standing.state, lead.standing.attempts) == (LeadState.EXHAUSTED, 2)
    desk.watch.at = kst("2026-11-24 10:00")
    assert await why_none(desk) is WhyNone.NONE_DUE


async def test_a_number_put_on_the_list_is_called_by_no_campaign(desk: Desks) -> None:
    await desk.running(a_phone(1))
    await desk.running(a_phone(1), a_phone(2), code="tax")
    await desk.do_not_call.add("01020000001", reason="본인 요청", actor=AGENT)
    assert await why_none(desk) is WhyNone.NONE_DUE
    assert (await handed(desk, "tax")).phone.endswith("0002")
    assert [lead.standing.state for lead in await desk.leads()] == [LeadState.DO_NOT_CALL]


async def test_the_list_is_read_again_when_a_lead_is_taken_and_when_it_comes_back(
    desk: Desks,
) -> None:
    await desk.running(a_phone(1), a_phone(2))
    lead = await handed(desk)
    await desk.do_not_call.add(a_phone(1), reason="본인 요청", actor=AGENT)
    standing = await desk.dialling.told("water", lead.attempt, NO_ANSWER, actor=AGENT)
    assert standing.state is LeadState.DO_NOT_CALL
    lookup, key = desk.vault.lookup(a_phone(2), kind=Contact.PHONE), desk.vault.lookup_keys[0]
    async with desk.store.writing() as uow:  # as if it had been written the moment before
        await uow.do_not_call.add(lookup, key=key, reason="r", at=desk.watch.at, by="x")
    assert await why_none(desk) is WhyNone.NONE_DUE
    assert {lead.standing.state for lead in await desk.leads()} == {LeadState.DO_NOT_CALL}


async def test_one_citizen_is_not_called_through_two_campaigns_at_once(desk: Desks) -> None:
    await desk.running(a_phone(1))
    await desk.running(a_phone(1), code="tax")
    lead = await handed(desk, number=1)
    assert await why_none(desk, "tax", number=2) is WhyNone.NONE_DUE
    await desk.dialling.told("water", lead.attempt, SUCCESS, actor=AGENT)
    assert (await handed(desk, "tax", number=2)).phone == lead.phone


async def test_a_full_cell_is_called_no_more(desk: Desks) -> None:
    cells = (QuotaCell(code="a", ko="가", quota=1), QuotaCell(code="b", ko="나", quota=2))
    await desk.running(*(a_phone(n) for n in range(4)), of=("a", "a", "b", "b"), cells=cells)
    first = await done(desk, SUCCESS)
    assert first.cell == "a"
    states = Counter((lead.cell, lead.standing.state) for lead in await desk.leads())
    assert states["a", LeadState.QUOTA_FULL] == 1
    assert (await done(desk, SUCCESS)).cell == "b"
    assert (await done(desk, SUCCESS)).cell == "b"
    assert await why_none(desk) is WhyNone.NONE_DUE


async def test_a_lead_in_hand_when_its_cell_becomes_full_is_not_dialled_again(
    desk: Desks,
) -> None:
    await desk.running(a_phone(1), a_phone(2), a_phone(3), quota=1)
    slow, lapsing = await handed(desk, number=1), await handed(desk, number=3)
    await done(desk, SUCCESS, number=2)
    standing = await desk.dialling.told("water", slow.attempt, NO_ANSWER, actor=an_agent(1))
    assert standing.state is LeadState.QUOTA_FULL
    desk.watch.advance(minutes=16)
    assert await why_none(desk) is WhyNone.NONE_DUE
    states = {lead.id: lead.standing.state for lead in await desk.leads()}
    assert states[lapsing.lead] is LeadState.QUOTA_FULL


async def test_an_agent_who_vanishes_lets_go_of_his_lead(desk: Desks) -> None:
    await desk.running(a_phone(1))
    lost = await handed(desk, number=1)
    desk.watch.advance(minutes=16)
    found = await handed(desk, number=2)
    assert (found.lead, found.attempts) == (lost.lead, 0)
    with pytest.raises(ConflictError):
        await desk.dialling.told("water", lost.attempt, SUCCESS, actor=an_agent(1))


async def test_a_slow_agent_may_tell_what_came_of_it_while_nobody_else_has_the_lead(
    desk: Desks,
) -> None:
    await desk.running(a_phone(1))
    lead = await handed(desk)
    desk.watch.advance(minutes=40)
    standing = await desk.dialling.told("water", lead.attempt, SUCCESS, actor=AGENT)
    assert standing.state is LeadState.SUCCEEDED


async def test_for_two_seconds_after_a_lease_the_result_may_still_come(desk: Desks) -> None:
    await desk.running(a_phone(1))
    late = await handed(desk, number=1)
    desk.watch.at = late.until + GRACE - timedelta(milliseconds=1)
    assert await why_none(desk, number=2) is WhyNone.NONE_DUE
    told = await desk.dialling.told("water", late.attempt, NO_ANSWER, actor=an_agent(1))
    assert told.attempts == 1


async def test_after_the_two_seconds_the_lead_is_somebody_elses(desk: Desks) -> None:
    await desk.running(a_phone(1))
    late = await handed(desk, number=1)
    desk.watch.at = late.until + GRACE
    assert (await handed(desk, number=2)).lead == late.lead


async def test_who_speaks_longer_holds_on_to_the_lead(desk: Desks) -> None:
    await desk.running(a_phone(1))
    lead = await handed(desk, number=1)
    desk.watch.advance(minutes=14)
    until = await desk.dialling.held_on("water", lead.attempt, actor=an_agent(1))
    assert until == desk.watch.at + LEASE
    desk.watch.advance(minutes=14)
    assert await why_none(desk, number=2) is WhyNone.NONE_DUE
    await desk.dialling.told("water", lead.attempt, SUCCESS, actor=an_agent(1))
    with pytest.raises(ConflictError):
        await desk.dialling.held_on("water", lead.attempt, actor=an_agent(1))
    with pytest.raises(ForbiddenError):
        await desk.dialling.held_on("water", lead.attempt, actor=an_agent(2))


async def test_who_may_not_call_gets_nobody(desk: Desks) -> None:
    await desk.running(a_phone(1))
    with pytest.raises(ForbiddenError):
        await desk.dialling.next_lead("water", actor=PLANNER)


async def test_what_was_told_twice_counts_once_and_told_otherwise_is_refused(
    desk: Desks,
) -> None:
    await desk.running(a_phone(1), a_phone(2), quota=2)
    lead = await done(desk, SUCCESS)
    again = await desk.dialling.told("water", lead.attempt, SUCCESS, actor=AGENT)
    assert again.state is LeadState.SUCCEEDED
    with pytest.raises(ConflictError):
        await desk.dialling.told("water", lead.attempt, NO_ANSWER, actor=AGENT)
    async with desk.store.reading() as uow:
        assert (await uow.campaigns.counts("water"))[""].successes == 1


async def test_only_who_has_the_lead_tells_what_came_of_it(desk: Desks) -> None:
    await desk.running(a_phone(1))
    await desk.running(a_phone(2), code="tax")
    lead = await handed(desk)
    with pytest.raises(ForbiddenError):
        await desk.dialling.told("water", lead.attempt, SUCCESS, actor=an_agent(2))
    for attempt in ("L99-1", "L1-7", "L1-0", "L1", "x", f"L{lead.lead}-"):
        with pytest.raises(NotFoundError):
            await desk.dialling.told("water", attempt, SUCCESS, actor=AGENT)
    with pytest.raises(NotFoundError):
        await desk.dialling.told("tax", lead.attempt, SUCCESS, actor=AGENT)


@pytest.mark.parametrize(
    ("key", "outcome"),
    [
        ("begun_at", Outcome(disposition=Disposition.BUSY, begun_at=kst("2026-11-20 09:59"))),
        ("begun_at", Outcome(disposition=Disposition.BUSY, begun_at=kst("2026-11-20 10:01"))),
        (
            "call_back_at",
            Outcome(disposition=Disposition.BUSY, call_back_at=kst("2026-11-20 11:00")),
        ),
        (
            "call_back_at",
            Outcome(disposition=Disposition.CALL_LATER, call_back_at=kst("2026-11-20 09:00")),
        ),
        (
            "call_back_at",
            Outcome(disposition=Disposition.CALL_LATER, call_back_at=kst("2027-01-02 10:00")),
        ),
        ("call", Outcome(disposition=Disposition.BUSY, source="pbx")),
    ],
)
async def test_an_outcome_that_contradicts_itself_is_refused(
    desk: Desks, key: str, outcome: Outcome
) -> None:
    await desk.running(a_phone(1))
    lead = await handed(desk)
    with pytest.raises(InputError) as refused:
        await desk.dialling.told("water", lead.attempt, outcome, actor=AGENT)
    assert refused.value.key == key


def a_key(key: str, fingerprint: str = "f") -> RequestKey:
    return RequestKey(scope="agent-1:next", key=key, fingerprint=fingerprint)


async def test_the_same_key_gets_the_same_lead_and_another_request_is_refused(
    desk: Desks,
) -> None:
    await desk.running(a_phone(1), a_phone(2))
    first = await desk.dialling.next_lead("water", actor=AGENT, key=a_key("k"))
    again = await desk.dialling.next_lead("water", actor=AGENT, key=a_key("k"))
    assert first == again
    assert first.handed is not None
    async with desk.store.reading() as uow:
        assert len(await uow.people.looks()) == 2
    with pytest.raises(KeyReusedError):
        await desk.dialling.next_lead("water", actor=AGENT, key=a_key("k", "other"))
    await desk.dialling.told("water", first.handed.attempt, SUCCESS, actor=AGENT)
    with pytest.raises(ConflictError):
        await desk.dialling.next_lead("water", actor=AGENT, key=a_key("k"))
    other = await desk.dialling.next_lead("water", actor=AGENT, key=a_key("l"))
    assert other.handed is not None
    assert other.handed.lead != first.handed.lead


async def test_a_key_that_got_no_lead_is_told_so_again(desk: Desks) -> None:
    await desk.running(a_phone(1))
    desk.watch.at = kst("2026-11-20 12:00")
    first = await desk.dialling.next_lead("water", actor=AGENT, key=a_key("k"))
    assert await desk.dialling.next_lead("water", actor=AGENT, key=a_key("k")) == first


async def test_nothing_personal_is_kept_with_the_key(desk: Desks) -> None:
    await desk.running(a_phone(1))
    await desk.dialling.next_lead("water", actor=AGENT, key=a_key("k"))
    async with desk.store.writing() as uow:
        found = await uow.idempotency.claim([a_key("k")], now=desk.watch.at)
    assert "2000" not in found[a_key("k")].response


@pytest.mark.slow
async def test_forty_agents_of_whom_some_vanish_never_have_one_citizen_at_once(
    store: Store,
) -> None:
    """Each asks, and tells, as fast as it can; 15 % of claims are never told of."""
    desk = desks(store)
    phones = [a_phone(n) for n in range(150)]
    campaign = await desk.running(
        *phones,
        attempts=3,
        change_hour=False,
        waits=dict.fromkeys((Disposition.NO_ANSWER, Disposition.BUSY), timedelta()),
        quota=100,
    )
    await desk.running(*phones[:40], code="tax", attempts=3)
    rng = stream(seed=7, replication=0, name="dialling")
    outcomes = [Disposition.SUCCESS, Disposition.NO_ANSWER, Disposition.REFUSAL, Disposition.BUSY]
    in_hand: dict[str, int] = {}
    vanished = 0

    async def works(number: int) -> None:
        nonlocal vanished
        for turn in range(8):
            code = "tax" if turn % 4 == 3 else "water"
            offer = await desk.dialling.next_lead(code, actor=an_agent(number))
            lead = offer.handed
            if lead is None:
                continue
            assert in_hand.setdefault(lead.phone, number) == number, "two agents, one citizen"
            await asyncio.sleep(0)
            if rng.random() < 0.15:
                vanished += 1
                return
            found = Outcome(disposition=outcomes[rng.integers(4)])
            await desk.dialling.told(code, lead.attempt, found, actor=an_agent(number))
            in_hand.pop(lead.phone)

    for shift in range(3):
        await asyncio.gather(*(works(100 * shift + number) for number in range(40)))
        in_hand.clear()
        desk.watch.advance(minutes=16)
    assert vanished > 10
    for code in ("water", "tax"):
        await all_replay(desk, code)
    async with store.reading() as uow:
        counts = await uow.campaigns.counts("water")
        states = Counter(lead.standing.state for lead in await desk.leads())
        assert counts[""].successes == states[LeadState.SUCCEEDED]
    assert campaign.quota is not None
    assert max(lead.standing.attempts for lead in await desk.leads()) <= campaign.attempts


async def all_replay(desk: Desks, code: str) -> None:
    """See that every lead is what its attempts make of it, but for what is not about itself."""
    shelf = Shelf()
    campaign = await desk.campaigns.campaign(code)
    elsewhere = {LeadState.IN_HAND, LeadState.DO_NOT_CALL, LeadState.QUOTA_FULL}
    async with desk.store.reading() as uow:
        for lead in await desk.leads(code):
            attempts = await uow.leads.attempts(lead.id)
            begun = fresh(campaign, at=desk.watch.at, calendar=shelf.current)
            found = replay(begun, attempts, campaign=campaign, calendar=shelf.current)
            assert lead.standing.attempts == found.attempts == len(attempts)
            assert lead.standing.last is found.last
            if lead.standing.state not in elsewhere:
                assert lead.standing.state is found.state
            if attempts and lead.standing.state not in elsewhere:
                assert lead.standing.due_at == found.due_at
