from datetime import timedelta
from typing import Any

import pytest

from callcenter.desk.changes import Change
from callcenter.desk.notice_delivery import Cards, NoticeRoute
from callcenter.desk.notice_texts import Card
from callcenter.desk.notices import NoticeDesk, write_invitation, write_notices
from callcenter.desk.people import Look, PeopleDesk
from callcenter.desk.petitions import Petitioner
from callcenter.desk.relay import Relay
from callcenter.domain.access import Role
from callcenter.domain.accounts import Account
from callcenter.domain.notices import Way
from callcenter.domain.periods import Period, PeriodUnit
from callcenter.domain.ticket_events import (
    Amended,
    Closed,
    Extended,
    Happened,
    Place,
    Resolved,
    ResultNotified,
    SupplementRequested,
    Taken,
    TicketEvent,
    TicketOutcome,
)
from callcenter.domain.tickets import apply
from callcenter.errors import ConflictError, ForbiddenError, NotFoundError, UndeliverableError
from callcenter.senders.port import Message
from callcenter.store.tickets import NewTicket
from callcenter.store.unit_of_work import Store
from tests.builders import a_history, a_ticket, an_actor
from tests.desks import Watch, the_catalogue
from tests.vaults import a_vault

NUMBER = "2026-000001"
CENTRE = Card(name_ko="부천시 콜센터", name_en="Bucheon call centre", phone="120")
GILDONG = Petitioner(name="홍길동", phone="010-1234-5678", email="gildong@example.kr")
DUE = Watch()() + timedelta(days=7)
LOOK = Look(actor=an_actor("kim"), purpose="동의 철회")


class Outside:
    """Takes messages, or refuses them when told so."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.error: Exception | None = None

    async def send(self, message: Message) -> str:
        if self.error is not None:
            raise self.error
        self.messages.append(message)
        return f"m-{len(self.messages)}"


class Scene:
    """One ticket of one petitioner, and a relay with both ways out."""

    def __init__(self, store: Store) -> None:
        self.store, self.watch = store, Watch()
        self.people = PeopleDesk(store=store, vault=a_vault(), now=self.watch)
        self.outside = {Way.SMS: Outside(), Way.EMAIL: Outside()}
        cards = Cards(catalogue=the_catalogue, centre=CENTRE)
        routes = {
            f"notice-{way}": NoticeRoute(
                way=way,
                sender=sender,
                store=store,
                people=self.people,
                cards=cards,
                link=lambda ticket, *, closing: f"https://120.example.kr/s/{ticket}-{closing}",
                name="부천시 콜센터",
                now=self.watch,
            )
            for way, sender in self.outside.items()
        }
        self.relay = Relay(store=store, routes=routes, worker="w1", now=self.watch)
        self.desk = NoticeDesk(store=store, now=self.watch)
        self.history: list[Happened] = []

    async def opened(self, who: Petitioner = GILDONG, **said: Any) -> str:
        async with self.store.writing() as uow:
            [reference] = await self.people.recorded(uow, [who], at=self.watch())
            self.history = a_history(at=self.watch(), petitioner=reference, **said)
            ticket = a_ticket(NUMBER, self.history)
            await uow.tickets.add(
                [
                    NewTicket(
                        ticket=ticket,
                        history=self.history,
                        clocks={"promised_due_at": DUE, "statutory_due_at": DUE},
                    )
                ],
                recorded_at=self.watch(),
            )
            await write_notices(
                uow, [Change(ticket=ticket, history=self.history)], now=self.watch()
            )
        return reference

    async def happens(self, *events: TicketEvent) -> None:
        for event in events:
            happened = Happened(
                seq=len(self.history) + 1, at=self.watch(), actor=an_actor(), event=event
            )
            ticket = apply(a_ticket(NUMBER, self.history), happened)
            self.history.append(happened)
            async with self.store.writing() as uow:
                await uow.tickets.append(
                    ticket, [happened], clocks={"promised_due_at": DUE}, recorded_at=self.watch()
                )
                change = Change(ticket=ticket, history=[happened])
                await write_notices(uow, [change], now=self.watch())

    async def relayed(self) -> None:
        while not (await self.relay.round()).idle:
            continue

    async def notices(self) -> list[tuple[str, str, str]]:
        async with self.store.reading() as uow:
            rows = await uow.notices.of(NUMBER)
        return [(row.kind, row.channel, row.state) for row in rows]


@pytest.fixture
def scene(store: Store) -> Scene:
    return Scene(store)


async def test_a_receipt_says_number_due_date_department_and_telephone(scene: Scene) -> None:
    await scene.opened()
    await scene.relayed()

    (text,) = scene.outside[Way.SMS].messages
    unit = the_catalogue().unit("streetlight")
    assert text.to == "+821012345678"
    assert text.reference == f"{NUMBER}/2/accepted/sms"
    for part in (
        NUMBER,
        "접수되었습니다",
        unit.name_ko,
        unit.contact or CENTRE.phone,
        "2026년 11월 27일(금)",
    ):
        assert part in text.body
    async with scene.store.reading() as uow:
        (notice,) = await uow.notices.of(NUMBER)
    assert (notice.state, notice.provider_ref, notice.sent_at) == ("sent", "m-1", scene.watch())


async def test_an_english_speaker_reads_english(scene: Scene) -> None:
    await scene.opened(Petitioner(phone="010-1234-5678", language="en"))
    await scene.relayed()

    (text,) = scene.outside[Way.SMS].messages
    assert "Your petition has been accepted." in text.body
    assert "Due: Friday 27 November 2026" in text.body


async def test_a_refusal_goes_both_ways_with_reason_remedy_and_the_officer_s_name(
    scene: Scene,
) -> None:
    async with scene.store.writing() as uow:
        await uow.accounts.add(
            Account(
                login="lee",
                name="이조명",
                password_hash="",
                roles=frozenset({Role.OFFICER}),
                unit="streetlight",
                active=True,
                failures=0,
                locked_until=None,
                generation=0,
                created_at=scene.watch(),
            )
        )
    await scene.opened()
    refusal = Resolved(
        outcome=TicketOutcome.IMPOSSIBLE, answer="사유지라 설치할 수 없습니다.", remedy="행정심판"
    )
    await scene.happens(Taken(officer="lee"), refusal, ResultNotified())
    await scene.relayed()

    for way in (Way.SMS, Way.EMAIL):
        message = scene.outside[way].messages[-1]
        for part in ("처리 불가", "사유지라 설치할 수 없습니다.", "구제 방법: 행정심판", "이조명"):
            assert part in message.body
    email = scene.outside[Way.EMAIL].messages[-1]
    assert email.to == "gildong@example.kr"
    assert "민원 처리 결과를 알려드립니다" in email.subject


async def test_a_notice_tells_what_was_so_at_its_event_whatever_followed(scene: Scene) -> None:
    await scene.opened()
    await scene.happens(Taken(officer="lee"), SupplementRequested(asked="현장 사진"))
    await scene.happens(Amended(title="다른 제목", body="다른 내용", place=Place()))
    await scene.relayed()

    message = scene.outside[Way.EMAIL].messages[-1]
    assert "보완할 내용: 현장 사진" in message.body
    assert "가로등이 꺼져 있어요" in message.body


async def test_an_extension_states_its_reason_and_the_new_date(scene: Scene) -> None:
    await scene.opened()
    longer = Extended(n=1, period=Period(qty=3, unit=PeriodUnit.DAY), reason="부품 수급 지연")
    await scene.happens(Taken(officer="lee"), longer)
    await scene.relayed()

    body = scene.outside[Way.EMAIL].messages[-1].body
    assert "연장 사유: 부품 수급 지연" in body
    assert "처리기한: 2026년 11월 27일(금)" in body


async def test_an_invitation_carries_a_link_to_its_closing(scene: Scene) -> None:
    await scene.opened()
    done = Resolved(outcome=TicketOutcome.DONE, answer="전구를 갈았습니다.")
    await scene.happens(Taken(officer="lee"), done, ResultNotified(), Closed())
    async with scene.store.writing() as uow:
        ticket = a_ticket(NUMBER, scene.history)
        assert await write_invitation(uow, ticket, cause_seq=ticket.seq, now=scene.watch())
    await scene.relayed()

    body = scene.outside[Way.SMS].messages[-1].body
    assert f"https://120.example.kr/s/{NUMBER}-1" in body


async def test_what_no_message_could_deliver_is_left_to_a_person(scene: Scene) -> None:
    await scene.opened()
    scene.outside[Way.SMS].error = UndeliverableError("no such number")
    await scene.relayed()

    assert await scene.notices() == [("accepted", "sms", "failed"), ("accepted", "hand", "owed")]
    async with scene.store.reading() as uow:
        (owed,) = await uow.notices.by_hand()
    await scene.desk.told(owed.id, actor=an_actor("kim"))
    assert await scene.notices() == [("accepted", "sms", "failed"), ("accepted", "hand", "sent")]
    with pytest.raises(ConflictError):
        await scene.desk.told(owed.id, actor=an_actor("kim"))
    with pytest.raises(ForbiddenError):
        await scene.desk.told(owed.id, actor=an_actor("plan", Role.PLANNER))
    with pytest.raises(NotFoundError):
        await scene.desk.told(owed.id + 1, actor=an_actor("kim"))


async def test_what_goes_another_way_needs_no_person(scene: Scene) -> None:
    await scene.opened()
    await scene.relayed()
    scene.outside[Way.SMS].error = UndeliverableError("no such number")
    await scene.happens(Taken(officer="lee"), SupplementRequested(asked="사진"))
    await scene.relayed()

    assert (await scene.notices())[1:] == [
        ("supplement", "sms", "failed"),
        ("supplement", "email", "sent"),
    ]


async def test_when_every_way_failed_a_person_is_asked_once(scene: Scene) -> None:
    await scene.opened()
    await scene.relayed()
    for outside in scene.outside.values():
        outside.error = UndeliverableError("gone")
    await scene.happens(Taken(officer="lee"), SupplementRequested(asked="사진"))
    await scene.relayed()

    assert (await scene.notices())[1:] == [
        ("supplement", "sms", "failed"),
        ("supplement", "email", "failed"),
        ("supplement", "hand", "owed"),
    ]


async def test_a_refusal_too_long_for_a_text_message_goes_by_e_mail_alone(scene: Scene) -> None:
    await scene.opened()
    endless = Resolved(outcome=TicketOutcome.IMPOSSIBLE, answer="불가", remedy="이의신청 " * 300)
    await scene.happens(Taken(officer="lee"), endless, ResultNotified())
    await scene.relayed()

    assert (await scene.notices())[1:] == [("result", "sms", "failed"), ("result", "email", "sent")]


async def test_consent_taken_back_before_sending_is_respected(scene: Scene) -> None:
    reference = await scene.opened()
    await scene.people.agreed(reference, look=LOOK, consents=())
    await scene.relayed()

    assert scene.outside[Way.SMS].messages == []
    assert await scene.notices() == [("accepted", "sms", "failed"), ("accepted", "hand", "owed")]


async def test_who_was_erased_before_sending_is_recorded_as_out_of_reach(scene: Scene) -> None:
    reference = await scene.opened()
    async with scene.store.writing() as uow:
        await uow.people.erase(reference, now=scene.watch())
    await scene.relayed()

    assert scene.outside[Way.SMS].messages == []
    assert await scene.notices() == [("accepted", "sms", "failed"), ("accepted", "none", "exempt")]


async def test_a_revived_notice_counts_as_sent_at_last(scene: Scene) -> None:
    await scene.opened()
    scene.outside[Way.SMS].error = UndeliverableError("gateway misconfigured")
    await scene.relayed()
    scene.outside[Way.SMS].error = None
    async with scene.store.writing() as uow:
        (dead,) = await uow.outbox.dead()
        assert await uow.outbox.again(dead.id, now=scene.watch())
    await scene.relayed()

    assert ("accepted", "sms", "sent") in await scene.notices()


def test_the_centre_answers_for_a_unit_the_catalogue_does_not_know() -> None:
    cards = Cards(catalogue=the_catalogue, centre=CENTRE)

    assert cards.card(None) == cards.card("abolished") == CENTRE
