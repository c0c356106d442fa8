"""Rounds through the desk: drawn when their period is over, answered once, told with their limits."""

import asyncio
from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from callcenter.bus.codec import encode
from callcenter.desk.survey_answers import Said
from callcenter.domain.access import Actor, Role
from callcenter.domain.response_rates import Code
from callcenter.domain.survey_rounds import (
    STANDARD,
    CellsBy,
    Form,
    Question,
    RoundState,
    Subject,
)
from callcenter.errors import (
    ConflictError,
    ForbiddenError,
    InputError,
    NotFoundError,
    RefusedError,
    StaleError,
    TokenExpiredError,
)
from callcenter.store.tables.live import TELEPHONY_EVENT
from callcenter.store.unit_of_work import Store
from callcenter.telephony.events import CallArrived, Told as Heard
from tests import legs
from tests.callcenter.domain.test_survey_rounds import a_round
from tests.campaigns import PLANNER, an_agent
from tests.survey_houses import CONTENT, House, token


@pytest.fixture
def house(store: Store) -> House:
    return House(store)


# --- Drawing ------------------------------------------------------------------------------------------


async def test_petitioners_are_drawn_once_however_many_tickets_they_had(house: House) -> None:
    await house.closings("P1", "P2", "P1", None, "P3", "P1")
    drawn = await house.drawn(of=Subject.TICKETS)

    assert (drawn.state, drawn.version, drawn.frame) == (RoundState.OPEN, 2, 3)
    invited = await house.invited()
    assert [one.place for one in invited] == [1, 2, 3]
    assert {one.ticket for one in invited} == {"2026-000002", "2026-000005", "2026-000006"}
    assert [one.command for one in await house.rounds.history("2026-4")] == ["create", "draw"]


async def test_callers_are_drawn_by_the_hash_of_their_number_where_one_is_told(
    house: House,
) -> None:
    settled = await legs.settle(house.store, first=date(2026, 11, 13))
    spoken = [leg for leg in settled if leg.agent is not None and leg.kind == 0]
    async with house.store.writing() as uow:
        for number, leg in enumerate(spoken[:10]):
            await uow.connection.execute(insert(TELEPHONY_EVENT).values(**_arrival(leg, number)))
    drawn = await house.drawn(size=500)

    assert drawn.frame == len(spoken) - 9
    assert len(await house.invited()) == len(spoken) - 9


def _arrival(leg: Any, number: int) -> dict[str, Any]:
    event = CallArrived(call=leg.call, leg=leg.leg, queue=leg.queue, caller_hash="abc")
    told = Heard(
        source=leg.source,
        sequence=number + 1,
        at=leg.arrived,
        recorded_at=leg.arrived,
        event=event,
    )
    return {
        "event_id": told.id,
        "source": leg.source,
        "sequence": told.sequence,
        "kind": event.kind,
        "at": leg.arrived,
        "recorded_at": leg.arrived,
        "received_at": leg.arrived,
        "day": leg.day,
        "call": leg.call,
        "leg": leg.leg,
        "derived": False,
        "body": encode(told, site="bucheon").decode(),
    }


async def test_a_period_that_is_not_over_cannot_be_drawn(house: House) -> None:
    await house.closings("P1")
    with pytest.raises(RefusedError) as refused:
        await house.drawn(of=Subject.TICKETS, last_day=date(2026, 11, 20))
    assert refused.value.reason == "period-not-over"


async def test_nobody_can_be_drawn_of_nobody(house: House) -> None:
    with pytest.raises(RefusedError) as refused:
        await house.drawn()
    assert refused.value.reason == "nobody-served"


async def test_a_round_is_drawn_once_and_at_the_version_that_was_read(house: House) -> None:
    await house.closings("P1")
    drawn = await house.drawn(of=Subject.TICKETS)
    with pytest.raises(StaleError):
        await house.rounds.draw(drawn.code, actor=PLANNER, expected=1)
    with pytest.raises(RefusedError):
        await house.rounds.draw(drawn.code, actor=PLANNER, expected=2)


async def test_agents_make_no_rounds_and_the_quality_officer_does(house: House) -> None:
    with pytest.raises(ForbiddenError):
        await house.rounds.create(a_round(), actor=an_agent())
    quality = Actor(login="q", roles=frozenset({Role.QUALITY}))
    made = await house.rounds.create(a_round(), actor=quality)
    assert await house.rounds.every() == [made]
    with pytest.raises(ConflictError):
        await house.rounds.create(a_round(), actor=quality)


async def test_what_a_round_refers_to_must_be_there(house: House) -> None:
    for said in ({"form": "none"}, {"form_version": 2}, {"campaign": "none"}):
        with pytest.raises(InputError):
            await house.rounds.create(a_round(**said), actor=PLANNER)
    with pytest.raises(NotFoundError):
        await house.rounds.round("none")


# --- Forms --------------------------------------------------------------------------------------------


async def test_a_form_gets_version_after_version_and_none_is_changed(house: House) -> None:
    shorter = Form(code=STANDARD.code, version=1, questions=STANDARD.questions[:1])
    own = Form(code="own", version=1, questions=(Question(code="q", ko="?", en="?"),), most=7)
    versions = [(await house.rounds.add_form(one, actor=PLANNER)).version for one in (shorter, own)]

    assert versions == [2, 1]
    assert [(one.code, one.version) for one in await house.rounds.forms()] == [
        ("satisfaction", 1),
        ("own", 1),
        ("satisfaction", 2),
    ]
    with pytest.raises(DBAPIError):
        async with house.store.writing() as uow:
            await uow.connection.execute(text("UPDATE survey_form SET version = 3"))


# --- Answers ------------------------------------------------------------------------------------------


async def test_a_link_asks_the_forms_questions_and_is_answered_once(house: House) -> None:
    await house.closings("P1", "P2")
    await house.drawn(of=Subject.TICKETS)
    one, other = await house.invited()
    asked = await house.answers.asked(token(house.answers.link(one)))
    assert asked.form == STANDARD
    assert asked.open_until == one.expires_at

    await house.says(one, Said(scores={"overall": 2}, comment="010-1234-5678로 전화 주세요"))
    with pytest.raises(RefusedError) as refused:
        await house.says(one)
    assert refused.value.reason == "already-answered"
    async with house.store.reading() as uow:
        [comment] = (
            await uow.connection.execute(text("SELECT comment FROM survey_answer"))
        ).scalars()
    assert "1234" not in comment
    with pytest.raises(InputError):
        await house.says(other, Said(scores={"overall": 9}))
    with pytest.raises(InputError):
        await house.says(other, Said(scores={"overall": 1}, comment="가" * 1_001))
    house.watch.advance(days=15)
    with pytest.raises(TokenExpiredError):
        await house.says(other)


async def test_of_two_answers_at_once_one_is_kept(house: House) -> None:
    await house.closings("P1")
    await house.drawn(of=Subject.TICKETS)
    [one] = await house.invited()
    done = await asyncio.gather(*(house.says(one) for _ in range(4)), return_exceptions=True)

    assert done.count(None) == 1
    assert all(isinstance(each, RefusedError | ConflictError) for each in done if each is not None)
    assert (await house.report()).found.n == 1


async def test_a_closed_round_takes_no_answers(house: House) -> None:
    await house.closings("P1")
    drawn = await house.drawn(of=Subject.TICKETS)
    closed = await house.rounds.close(drawn.code, actor=PLANNER, expected=drawn.version)
    assert closed.state is RoundState.CLOSED
    [one] = await house.invited()
    with pytest.raises(RefusedError) as refused:
        await house.says(one)
    assert refused.value.reason == "round-not-open"


# --- What was found -----------------------------------------------------------------------------------


async def test_a_report_weighs_by_cell_and_ranks_nobody_on_few_answers(house: House) -> None:
    for unit, many in (("light", 30), ("road", 10)):
        people = [f"P{unit}{n}" for n in range(many)]
        await house.closings(*people, unit=unit)
    await house.drawn(of=Subject.TICKETS, cells_by=CellsBy.UNIT, size=40)
    invited = await house.invited()
    road = [one for one in invited if one.cell == "road"][:8]
    light = [one for one in invited if one.cell == "light"][:12]
    for place, one in enumerate([*road, *light]):
        await house.says(one, CONTENT if place >= 4 else Said(scores={"overall": 3}))
    found = await house.report()

    assert [(one.code, one.share, one.respondents) for one in found.cells] == [
        ("light", 0.75, 12),
        ("road", 0.25, 8),
    ]
    assert found.found.share == pytest.approx(0.75 * 1.0 + 0.25 * 0.5)
    weights = {one.code: one.weight for one in found.cells}
    assert weights == pytest.approx({"light": 0.75 / 0.6, "road": 0.25 / 0.4})
    kish = 20 * (12 * 1.25**2 + 8 * 0.625**2) / 20**2
    assert found.found.design_effect == pytest.approx(kish)
    assert found.cases[Code.COMPLETE] == 16
    assert found.cases[Code.PARTIAL] == 4
    assert found.cases[Code.UNKNOWN] == 20
    assert all(group.too_few and group.rank is None for group in found.groups["unit"])
    assert found.unserved is None
    assert found.citizens is None
    assert found.responded == 0.5
    assert found.bounds is not None
    assert (found.bounds.low, found.bounds.high) == pytest.approx((0.4375, 0.9375))
    assert found.if_less == pytest.approx(0.5 * 0.875 + 0.5 * 0.775)
    assert found.questions[0].mean == pytest.approx((4 * 3 + 16 * 5) / 20)
    assert found.questions[1].answers == 16


async def test_seventeen_answers_are_not_ranked_and_thirty_are(house: House) -> None:
    for unit, many in (("light", 17), ("road", 30), ("water", 31)):
        await house.closings(*[f"P{unit}{n}" for n in range(many)], unit=unit)
    await house.drawn(of=Subject.TICKETS, size=100)
    for one in await house.invited():
        await house.says(one, Said(scores={"overall": 5 if one.place % 2 else 2}))
    groups = {group.code: group for group in (await house.report()).groups["unit"]}

    assert groups["light"].too_few
    assert groups["light"].rank is None
    assert sorted((groups["road"].rank, groups["water"].rank)) == [1, 2]


async def test_of_a_round_about_calls_what_callers_said_after_them_counts(house: House) -> None:
    settled = await legs.settle(house.store, first=date(2026, 11, 13))
    drawn = await house.drawn(size=500, cells_by=CellsBy.QUEUE)
    found = await house.report()

    asked = {leg.call for leg in settled if leg.agent is not None and leg.kind == 0}
    heard = [one for one in legs.answers_to(settled) if one.call in asked]
    assert found.found.n == len(heard)
    assert found.cases[Code.COMPLETE] == len(heard)
    assert found.sampled == drawn.frame
    assert {group.code for group in found.groups["queue"]} == {"general", "tax"}
    assert found.unserved is not None
    assert 0 < found.unserved < 1
    assert found.found.share is not None
    assert found.citizens == pytest.approx(found.found.share * (1 - found.unserved))


async def test_who_answers_the_round_is_not_counted_by_the_call_too(house: House) -> None:
    await legs.settle(house.store, first=date(2026, 11, 13))
    await house.drawn(size=500)
    before = (await house.report()).found.n
    for one in await house.invited():
        await house.says(one)
    found = await house.report()

    assert before < found.found.n == found.sampled
    assert found.found.share == 1.0


async def test_a_draft_reports_nothing_yet(house: House) -> None:
    await house.rounds.create(a_round(), actor=PLANNER)
    found = await house.report()
    assert (found.sampled, found.found.n, found.found.share) == (0, 0, None)
