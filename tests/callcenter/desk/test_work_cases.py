"""Petitions about one problem share a work case, and each stays a petition of its own."""

import asyncio

import pytest

from callcenter.desk.ticket_orders import Take
from callcenter.desk.tickets import TicketDesk
from callcenter.desk.work_cases import WorkCaseDesk
from callcenter.domain.access import Actor, Role
from callcenter.domain.duplicates import Complaint
from callcenter.domain.ticket_events import CaseLinked, Place, Resolved, TicketOutcome, TicketState
from callcenter.errors import ForbiddenError, InputError, NotFoundError, RefusedError
from callcenter.store.ticket_lists import Filters
from callcenter.store.unit_of_work import Store
from tests import plans
from tests.builders import a_petition, an_actor
from tests.desks import Watch, a_ticket_desk, the_catalogue

KIM = an_actor()
LEAD = an_actor("choi", Role.LEAD)
OFFICER = an_actor("park", Role.OFFICER, unit="immediate-team")
STRANGER = an_actor("app", Role.INTEGRATOR)
HERE = Place(lat=37.503, lon=126.766, address="경기도 부천시 길주로 210")
NEARBY = Place(lat=37.5031, lon=126.7661)
FAR = Place(lat=37.52, lon=126.766)


class Desks:
    """Both desks on one store."""

    def __init__(self, store: Store, tickets: TicketDesk, watch: Watch) -> None:
        self.store = store
        self.tickets = tickets
        self.watch = watch
        self.cases = WorkCaseDesk(store=store, tickets=tickets, catalogue=the_catalogue, now=watch)

    async def petition(self, place: Place = HERE, **said: object) -> str:
        known: dict[str, object] = {
            "service": "streetlight",
            "title": "가로등 고장",
            "body": "가로등이 꺼져 있어요",
        }
        if "service" in said:
            known["attributes"] = ()
        outcome = await self.tickets.open(a_petition(place=place, **(known | said)), actor=KIM)
        return outcome.ticket.number


@pytest.fixture
async def desks(store: Store) -> Desks:
    """Give both desks."""
    watch = Watch()
    return Desks(store, await a_ticket_desk(store, watch=watch), watch)


async def test_a_case_is_opened_for_a_petition_and_shared_by_others(desks: Desks) -> None:
    first, second = await desks.petition(), await desks.petition(NEARBY)

    opened = await desks.cases.open(first, actor=KIM)
    shared = await desks.cases.link(opened.case.code, [second, second, first], actor=KIM)

    assert opened.case.code == "C2026-000001"
    assert (opened.case.lat, opened.case.unit) == (HERE.lat, "immediate-team")
    assert shared.tickets == (first, second)
    assert await desks.cases.file(opened.case.code) == shared
    async with desks.store.reading() as uow:
        for number in (first, second):
            ticket = await uow.tickets.get(number)
            assert ticket is not None
            assert (ticket.number, ticket.case) == (number, opened.case.code)
            links = [
                h for h in await uow.tickets.history(number) if isinstance(h.event, CaseLinked)
            ]
            assert len(links) == 1
        page = await uow.lists.page(Filters(case=opened.case.code), now=desks.watch())
    assert len(page.tickets) == 2


async def test_a_petition_about_a_case_opens_no_other(desks: Desks) -> None:
    number = await desks.petition()
    await desks.cases.open(number, actor=KIM, title="시청 앞 등 010-1234-5678")

    with pytest.raises(RefusedError) as refused:
        await desks.cases.open(number, actor=KIM)

    assert refused.value.reason == "has-case"
    assert "1234" not in (await desks.cases.file("C2026-000001")).case.title


async def test_of_two_who_open_a_case_at_once_one_is_too_late(desks: Desks) -> None:
    number = await desks.petition()

    told = await asyncio.gather(
        *(desks.cases.open(number, actor=KIM) for _ in range(3)), return_exceptions=True
    )

    assert sum(isinstance(one, RefusedError) for one in told) == 2
    assert (await desks.cases.file("C2026-000001")).tickets == (number,)


async def test_of_many_petitions_all_are_linked_or_none(desks: Desks) -> None:
    first, second = await desks.petition(), await desks.petition(NEARBY)
    code = (await desks.cases.open(first, actor=KIM)).case.code

    with pytest.raises(NotFoundError, match="2026-999999"):
        await desks.cases.link(code, [second, "2026-999999"], actor=KIM)

    assert (await desks.cases.file(code)).tickets == (first,)


async def test_a_petition_may_turn_out_to_be_about_another_case(desks: Desks) -> None:
    first, second = await desks.petition(), await desks.petition(FAR)
    one = (await desks.cases.open(first, actor=KIM)).case.code
    two = (await desks.cases.open(second, actor=KIM)).case.code

    await desks.cases.link(one, [second], actor=KIM)

    assert (await desks.cases.file(two)).tickets == ()
    assert (await desks.cases.file(one)).tickets == (first, second)


async def test_closing_a_case_closes_no_petition_and_proposes_what_each_needs(
    desks: Desks,
) -> None:
    taken, waiting, over = [await desks.petition(place) for place in (HERE, NEARBY, HERE)]
    code = (await desks.cases.open(taken, actor=KIM)).case.code
    await desks.cases.link(code, [waiting, over], actor=KIM)
    await give(desks, taken, "take", Take(officer="park"))
    await give(desks, over, "take", Take(officer="park"))
    await give(desks, over, "resolve", Resolved(outcome=TicketOutcome.DONE, answer="교체"))

    proposals = await desks.cases.close(code, resolution="등을 갈았습니다.", actor=OFFICER)

    assert [(one.ticket.number, one.command) for one in proposals] == [
        (taken, "resolve"),
        (waiting, None),
        (over, "notify_result"),
    ]
    assert proposals[1].refusal is not None
    assert proposals[1].refusal.code == "wrong-state"
    assert all(one.ticket.state is not TicketState.CLOSED for one in proposals)
    closed = (await desks.cases.file(code)).case
    assert (closed.open, closed.closed_by, closed.resolution) == (False, "park", "등을 갈았습니다.")
    assert await desks.cases.proposals(code, actor=OFFICER) == proposals


async def give(desks: Desks, number: str, command: str, order: Take | Resolved) -> None:
    await desks.tickets.command(number, command, order, actor=LEAD, expected_seq=None)


async def test_a_closed_case_takes_no_petition_and_is_not_closed_twice(desks: Desks) -> None:
    first, second = await desks.petition(), await desks.petition(NEARBY)
    code = (await desks.cases.open(first, actor=KIM)).case.code
    await desks.cases.close(code, resolution="고침", actor=LEAD)

    for again in (
        desks.cases.link(code, [second], actor=KIM),
        desks.cases.close(code, resolution="고침", actor=LEAD),
    ):
        with pytest.raises(RefusedError) as refused:
            await again
        assert refused.value.reason == "case-closed"


@pytest.mark.parametrize("actor", [STRANGER, an_actor("water", Role.OFFICER, unit="water")])
async def test_strangers_touch_no_case_and_officers_close_only_their_own(
    desks: Desks, actor: Actor
) -> None:
    number = await desks.petition()
    code = (await desks.cases.open(number, actor=KIM)).case.code

    with pytest.raises(ForbiddenError):
        await desks.cases.close(code, resolution="고침", actor=actor)
    if not actor.has(frozenset({Role.OFFICER})):
        for asked in (
            desks.cases.open(number, actor=actor),
            desks.cases.link(code, [number], actor=actor),
        ):
            with pytest.raises(ForbiddenError):
                await asked


async def test_what_makes_no_sense_is_refused(desks: Desks) -> None:
    number = await desks.petition()
    code = (await desks.cases.open(number, actor=KIM)).case.code

    with pytest.raises(InputError, match="resolution"):
        await desks.cases.close(code, resolution=" \x00 ", actor=LEAD)
    for numbers in ([], [number] * 101):
        with pytest.raises(InputError, match="1 to 100"):
            await desks.cases.link(code, numbers, actor=KIM)
    for asked in (
        desks.cases.file("C2026-000009"),
        desks.cases.proposals("' OR 1=1", actor=LEAD),
        desks.cases.link("", [number], actor=KIM),
        desks.cases.open("2026-999999", actor=KIM),
        desks.cases.like("2026-999999"),
    ):
        with pytest.raises(NotFoundError):
            await asked


async def test_open_petitions_nearby_of_the_same_group_are_suggested(desks: Desks) -> None:
    first = await desks.petition()
    await desks.petition(FAR)
    await desks.petition(HERE, service="noise", title="소음", body="시끄러워요")
    withdrawn = await desks.petition(NEARBY)
    closed_case = await desks.cases.open(withdrawn, actor=KIM)
    desks.watch.advance(hours=5)
    third = await desks.petition(NEARBY)

    found = await desks.cases.like(third)

    assert {one.number for one in found} == {first, withdrawn}
    assert [one.case for one in found if one.number == withdrawn] == [closed_case.case.code]
    assert all("m 거리, 5시간 전 접수" in one.reason_ko for one in found)


async def test_the_same_address_without_coordinates_is_found_by_its_words(desks: Desks) -> None:
    first = await desks.petition()
    await desks.petition(Place(address="경기도 부천시 길주로 2100"))

    found = await desks.cases.like_this(
        service="streetlight",
        place=Place(address="경기도 부천시 길주로 210"),
        text="가로등이 꺼졌어요",
    )

    assert [one.number for one in found] == [first]
    assert await desks.cases.like_this(service="streetlight", place=Place(), text="가로등") == ()


async def test_what_is_near_is_found_by_an_index(desks: Desks) -> None:
    number = await desks.petition()
    async with desks.store.writing() as uow:
        if desks.store.database.dialect == "postgresql":
            await uow.connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        ticket = await uow.tickets.get(number)
        assert ticket is not None
        complaint = Complaint(
            number=number, place=ticket.place, at=ticket.submitted_at, text=ticket.body
        )
        plan = await plans.of(
            uow.connection,
            lambda: uow.duplicates.candidates(complaint, services={"streetlight"}),
        )

    assert "ix_ticket_open_place" in plan
