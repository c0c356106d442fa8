"""Links of rounds: sent once, to those who agreed, and only while the round still asks."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import astuple
from datetime import timedelta

import pytest

from callcenter.desk.notice_texts import Card, sms_bytes
from callcenter.desk.people import Look
from callcenter.desk.petitions import Petitioner
from callcenter.desk.relay import Relay
from callcenter.desk.survey_delivery import SurveyRoute
from callcenter.desk.survey_sending import Sending, SurveySendingDesk
from callcenter.domain.notices import Way
from callcenter.domain.survey_rounds import Subject
from callcenter.errors import ForbiddenError, NotFoundError, RefusedError
from callcenter.senders.port import Message
from callcenter.store.unit_of_work import Store
from tests.builders import an_actor
from tests.campaigns import PLANNER, a_phone, an_agent
from tests.survey_houses import CONTENT, MONDAY, PAGE, House, token

CENTRE = Card(name_ko="부천시 콜센터", name_en="Bucheon call centre", phone="120")
PEOPLE = (
    Petitioner(name="하나", phone=a_phone(1), consents=frozenset({"sms"})),
    Petitioner(name="둘", phone=a_phone(2), email="two@example.kr", consents=frozenset({"email"})),
    Petitioner(name="셋", phone=a_phone(3), consents=frozenset({"sms"})),
    Petitioner(name="넷", phone=a_phone(4), consents=frozenset()),
)


class Outside:
    """Takes messages."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def send(self, message: Message) -> str:
        self.messages.append(message)
        return f"m-{len(self.messages)}"


class Post(House):
    """A drawn round of four petitioners, of whom the third wants to be called no more, and a relay."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        vault, now = self.calling.vault, self.watch
        self.sending = SurveySendingDesk(store=store, vault=vault, now=now)
        self.outside = {Way.SMS: Outside(), Way.EMAIL: Outside()}
        routes = {
            f"survey-round-{way}": SurveyRoute(
                way=way,
                sender=sender,
                store=store,
                vault=vault,
                people=self.people,
                centre=CENTRE,
                link=self.answers.link_of,
                now=now,
            )
            for way, sender in self.outside.items()
        }
        self.relay = Relay(store=store, routes=routes, worker="w1", now=now)

    async def moved_in(self) -> None:
        async with self.store.writing() as uow:
            self.known = await self.people.recorded(uow, list(PEOPLE), at=MONDAY)
        await self.closings(*self.known)
        await self.drawn(of=Subject.TICKETS)
        await self.calling.do_not_call.add(a_phone(3), reason="본인 요청", actor=PLANNER)

    async def relayed(self) -> None:
        while not (await self.relay.round()).idle:
            continue

    @property
    def messages(self) -> list[Message]:
        return [one for outside in self.outside.values() for one in outside.messages]

    async def failures(self) -> set[str | None]:
        return {one.failure for one in await self.invited() if one.way is not None}


@pytest.fixture
async def post(store: Store) -> Post:
    post = Post(store)
    await post.moved_in()
    return post


async def test_a_dry_run_counts_everybody_drawn_and_sends_nothing(post: Post) -> None:
    tried = await post.sending.tried("2026-4", actor=PLANNER)
    assert tried == Sending(sms=1, email=1, forbidden=1, unreachable=1, before=0, answered=0)
    assert sum(astuple(tried)) == len(await post.invited())
    await post.relayed()
    assert post.messages == []


async def test_a_link_goes_once_by_the_way_agreed_to_and_lets_its_reader_answer(
    post: Post,
) -> None:
    both = await asyncio.gather(
        *(post.sending.send("2026-4", actor=PLANNER) for _ in range(2)), return_exceptions=True
    )
    assert [one.sms for one in both if isinstance(one, Sending)].count(1) == 1
    await post.relayed()
    again = await post.sending.send("2026-4", actor=PLANNER)
    await post.relayed()

    assert again == Sending(sms=0, email=0, forbidden=1, unreachable=1, before=2, answered=0)
    [text], [mail] = (outside.messages for outside in post.outside.values())
    assert (text.to, mail.to) == ("+82" + a_phone(1)[1:].replace("-", ""), "two@example.kr")
    assert "[부천시 콜센터]" in text.body
    assert sms_bytes(text.body) < 2_000
    assert "하나" not in text.body
    link = next(line for line in text.body.splitlines() if line.startswith(PAGE))
    await post.answers.answer(token(link), CONTENT)
    invited = [one for one in await post.invited() if one.way is not None]
    assert sorted(str(one.way) for one in invited) == ["email", "sms"]
    assert all(one.sent_at == post.watch() for one in invited)
    history = await post.rounds.history("2026-4")
    assert [one.command for one in history] == ["create", "draw", "send"]


async def forbid(post: Post) -> None:
    await post.calling.do_not_call.add(a_phone(1), reason="그만", actor=PLANNER)


async def withdraw(post: Post) -> None:
    look = Look(actor=an_actor("kim"), purpose="동의 철회")
    await post.people.agreed(post.known[0], look=look, consents=())


async def close(post: Post) -> None:
    await post.rounds.close("2026-4", actor=PLANNER, expected=3)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (forbid, "the number is not to be called any more"),
        (withdraw, "the address has been erased, or may no longer be used"),
        (close, "the round takes no answers any more"),
    ],
)
async def test_what_changes_before_it_is_sent_is_respected(
    post: Post, change: Callable[[Post], Awaitable[None]], why: str
) -> None:
    await post.sending.send("2026-4", actor=PLANNER)
    await change(post)
    await post.relayed()

    assert post.outside[Way.SMS].messages == []
    assert why in await post.failures()


async def test_who_answered_meanwhile_gets_no_link(post: Post) -> None:
    await post.sending.send("2026-4", actor=PLANNER)
    for one in await post.invited():
        await post.says(one)
    await post.relayed()
    assert post.messages == []
    assert await post.failures() == {"it has been answered meanwhile"}


async def test_only_makers_send_and_only_an_open_round_whose_links_hold(post: Post) -> None:
    for attempt in (post.sending.tried, post.sending.send):
        with pytest.raises(ForbiddenError):
            await attempt("2026-4", actor=an_agent())
        with pytest.raises(NotFoundError):
            await attempt("none", actor=PLANNER)
    post.watch.advance(minutes=timedelta(days=90) // timedelta(minutes=1))
    with pytest.raises(RefusedError) as late:
        await post.sending.send("2026-4", actor=PLANNER)
    await post.rounds.close("2026-4", actor=PLANNER, expected=2)
    with pytest.raises(RefusedError) as closed:
        await post.sending.tried("2026-4", actor=PLANNER)
    assert (late.value.reason, closed.value.reason) == ("links-expired", "round-not-open")
