"""A busy random day full of canaries: none of them is found anywhere but in the messages to their owners."""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import inspect, text

from callcenter.desk.audit import Audit
from callcenter.desk.calendars import CalendarShelf
from callcenter.desk.notice_delivery import Cards, NoticeRoute
from callcenter.desk.notice_texts import Card
from callcenter.desk.people import Field, Look, PeopleDesk
from callcenter.desk.petitions import Petitioner
from callcenter.desk.reactions import reactions
from callcenter.desk.relay import Relay
from callcenter.desk.rotation import KeyRotation
from callcenter.desk.ticket_orders import ORDERS, Accept, Extend, Reclassify, Route, Take
from callcenter.desk.tickets import RequestKey, TicketDesk
from callcenter.desk.webhooks import EVENT_TOPIC, EventRoute, WebhookDesk
from callcenter.domain import ticket_events as happen
from callcenter.domain.access import SYSTEM, Role
from callcenter.domain.grams import query
from callcenter.domain.notices import Way
from callcenter.domain.periods import Period, PeriodUnit
from callcenter.domain.ticket_rules import permitted
from callcenter.errors import CallCenterError, UndeliverableError
from callcenter.senders.port import Message
from callcenter.store.unit_of_work import Store
from simulation.streams import stream
from tests.builders import CITY_HALL, a_petition, an_actor
from tests.desks import Watch, the_catalogue
from tests.vaults import a_vault

TICKETS: Final = 12
COMMANDS: Final = 12
LEAD = an_actor("lead", Role.LEAD)
DAY = Period(qty=1, unit=PeriodUnit.DAY)


@dataclass(frozen=True, slots=True)
class Canary:
    """A citizen whose every word would be recognised."""

    n: int

    @property
    def petitioner(self) -> Petitioner:
        return Petitioner(
            name=f"카나리{'가나다라마바사아자차카타'[self.n]}",
            phone=f"010-7391-{self.n:04}",
            email=f"canary{self.n}@birds.example.kr",
            address=f"경기도 부천시 은행나무로 {self.n}번지 301호",
            language="ko" if self.n % 2 else "en",
        )

    @property
    def chatter(self) -> str:
        """What people write into any field: numbers, addresses, registration numbers."""
        who = self.petitioner
        return f"{who.phone} 또는 {who.email}, 주민번호 900101-123{self.n:04}"

    @property
    def forms(self) -> Iterator[str]:
        """Every form in which somebody could find the citizen again."""
        who = self.petitioner
        assert who.name
        assert who.phone
        assert who.email
        digits = who.phone.replace("-", "")
        yield from (who.name, who.phone, digits, digits[1:], who.email, who.email.upper())
        yield from (f"900101-123{self.n:04}", f"은행나무로 {self.n}번지")
        yield json.dumps(who.name)[1:-1]


@dataclass(slots=True)
class Outside:
    """Takes messages; now and then fails with the address in its error."""

    chance: Any
    messages: list[Message] = field(default_factory=list)

    async def send(self, message: Message) -> str:
        if self.chance.random() < 0.2:
            raise RuntimeError(f"{message.to}: {message.body}")
        if self.chance.random() < 0.1:
            raise UndeliverableError("refused with 550")
        self.messages.append(message)
        return f"m{len(self.messages)}"


def orders(canary: Canary) -> dict[str, Any]:
    """Say something with every command, and personal data in all that is said."""
    said = canary.chatter
    special = {
        "accept": Accept(),
        "route": Route(unit="road", reason=said),
        "take": Take(),
        "reclassify": Reclassify(service="road-damage", reason=said),
        "extend": Extend(period=DAY, reason=said, consent=True),
        "amend": happen.Amended(title=said, body=said, place=CITY_HALL),
        "assign": happen.Assigned(officer="park"),
        "ask_cooperation": happen.CooperationAsked(unit="water", question=said, reply_period=DAY),
        "refer_to_council": happen.CouncilReferred(sitting=Watch()()),
        "dispatch": happen.Dispatched(team="immediate-team"),
        "report_visit": happen.Visited(result=happen.VisitResult.FIXED, report=said),
        "resolve": happen.Resolved(
            outcome=happen.TicketOutcome.IMPOSSIBLE, answer=said, remedy=said
        ),
        "notify_result": happen.ResultNotified(),
        "transfer_out": happen.TransferredOut(agency="police", reason=said),
        "reject": happen.Rejected(reason=said, remedy=said),
        "attach": happen.Attached(
            sha256="0" * 64, name=f"{said}.jpg", media_type="image/jpeg", size=1, phase=happen.Phase.BEFORE
        ),
    }  # fmt: skip
    simple = {
        name: made
        for name, made in ORDERS.items()
        if name not in {*special, "recount", "link_case"}
    }
    return special | {
        name: made(**{part.name: said for part in fields(made)}) for name, made in simple.items()
    }


class House:
    """Everything of the desk together, with the real keeper of personal data."""

    def __init__(self, store: Store, *, seed: int) -> None:
        self.chance = stream(seed=seed, replication=0, name="canaries")
        self.store, self.watch = store, Watch()
        self.calendars = CalendarShelf(store=store, now=self.watch)
        self.vault = a_vault()
        self.people = PeopleDesk(store=store, vault=self.vault, now=self.watch)
        self.desk = TicketDesk(
            store=store,
            catalogue=the_catalogue,
            calendars=self.calendars,
            people=self.people,
            now=self.watch,
            reactions=reactions(now=self.watch),
        )
        self.outside = Outside(self.chance)
        routes = {
            f"notice-{way}": NoticeRoute(
                way=way,
                sender=self.outside,
                store=store,
                people=self.people,
                cards=Cards(
                    catalogue=the_catalogue,
                    centre=Card(name_ko="콜센터", name_en="Call centre", phone="120"),
                ),
                link=lambda ticket, *, closing: f"https://x.kr/{ticket}-{closing}",
                name="부천시",
                now=self.watch,
            )
            for way in (Way.SMS, Way.EMAIL)
        }
        self.relay = Relay(
            store=store,
            routes={**routes, EVENT_TOPIC: EventRoute(now=self.watch)},
            worker="w1",
            now=self.watch,
        )

    async def day(self) -> None:
        """Let citizens call and write, officers work, and messages go out."""
        await self.calendars.publish(actor=SYSTEM)
        hooks = WebhookDesk(store=self.store, vault=self.vault, now=self.watch)
        await hooks.register(
            "https://hook.example.kr/", kinds=(), actor=an_actor("boss", Role.MANAGER)
        )
        for canary in map(Canary, range(TICKETS)):
            number = await self.opened(canary)
            for _ in range(COMMANDS):
                await self.commanded(number, canary)
                self.watch.advance(minutes=int(self.chance.integers(1, 600)))
            await self.looked_at(number, canary)
            await self.relay.round()
        for _ in range(60):
            await self.relay.round()
            self.watch.advance(minutes=20)

    async def opened(self, canary: Canary) -> str:
        channel = happen.Channel.PHONE120 if canary.n % 3 else happen.Channel.VOC
        who = canary.petitioner
        petition = a_petition(
            channel=channel,
            petitioner=who,
            title=f"{who.name} {who.phone}",
            body=f"저는 {who.name}입니다. {canary.chatter} 가로등이 꺼졌어요.",
        )
        key = RequestKey(scope="phone", key=f"call-{canary.n}", fingerprint="f" * 64)
        return (await self.desk.open(petition, actor=an_actor(), key=key)).ticket.number

    async def commanded(self, number: str, canary: Canary) -> None:
        async with self.store.reading() as uow:
            ticket = await uow.tickets.get(number)
        assert ticket is not None
        known = orders(canary)
        names = [rule.command for rule in permitted(ticket, actor=LEAD) if rule.command in known]
        name = names[int(self.chance.integers(len(names)))]
        refused = ""
        try:
            await self.desk.command(number, name, known[name], actor=LEAD, expected_seq=ticket.seq)
        except CallCenterError as error:
            refused = str(error)
        assert found([canary], refused.encode()) == []

    async def looked_at(self, number: str, canary: Canary) -> None:
        async with self.store.reading() as uow:
            ticket = await uow.tickets.get(number)
        assert ticket is not None
        assert ticket.petitioner is not None
        look = Look(actor=LEAD, purpose=canary.chatter, ticket=number)
        await self.people.seen(ticket.petitioner, look=look, fields=list(Field))
        assert await self.people.original(number, look=look)


async def everything(store: Store) -> bytes:
    """Read every row of every table, and on SQLite the file and its journal as they lie on the disk."""
    parts: list[str] = []
    async with store.reading() as uow:
        names = await uow.connection.run_sync(lambda c: inspect(c).get_table_names())
        for name in sorted(set(names) - {"ticket_grams"}):  # an index without content: find asks it
            rows = (await uow.connection.execute(text(f'SELECT * FROM "{name}"'))).all()  # noqa: S608 - the names of our own tables
            parts += [str(value) for row in rows for value in row]
            parts += [
                bytes(value).decode("utf-8", "replace")
                for row in rows
                for value in row
                if isinstance(value, bytes | memoryview)
            ]
    read = "\n".join(parts).encode()
    if store.database.dialect == "sqlite":
        file = Path(str(store.database.url.database))
        read += b"".join(part.read_bytes() for part in sorted(file.parent.glob(f"{file.name}*")))
    return read


def found(canaries: list[Canary], where: bytes) -> list[str]:
    return [form for canary in canaries for form in canary.forms if form.encode() in where]


@pytest.mark.parametrize("seed", [120])
async def test_after_a_busy_day_no_citizen_is_found_in_any_table_log_or_export(
    store: Store, caplog: pytest.LogCaptureFixture, seed: int
) -> None:
    caplog.set_level(logging.DEBUG)
    house = House(store, seed=seed)
    canaries = [Canary(n) for n in range(TICKETS)]

    await house.day()
    await KeyRotation(store=store, vault=a_vault(sealing=("s2", "s1"))).run()

    assert found(canaries, await everything(store)) == []
    assert found(canaries, caplog.text.encode()) == []
    async with store.reading() as uow:
        for form in (form for canary in canaries for form in list(canary.forms)[:-1]):
            assert (await uow.search.find(query(form), most=1)).rows == ()
    audit = Audit(store=store, now=house.watch)
    house.watch.advance(days=2)
    roots = await audit.seal_what_is_over()
    first, last = (house.watch.at.fromisoformat(root.day).date() for root in (roots[0], roots[-1]))
    exported = "".join([line async for line in audit.export(first, last)])
    assert len(exported) > 10_000
    assert found(canaries, exported.encode()) == []
    await reached_their_owners_only(house)


async def reached_their_owners_only(house: House) -> None:
    canaries = [Canary(n) for n in range(TICKETS)]
    owners = {f"+8210{(c.petitioner.phone or '')[4:].replace('-', '')}": c for c in canaries} | {
        c.petitioner.email: c for c in canaries
    }
    assert len(house.outside.messages) > TICKETS
    for message in house.outside.messages:
        assert owners[message.to] in canaries
        words = f"{message.subject} {message.body} {message.reference}"
        assert found(canaries, words.encode()) == []


def test_a_canary_that_sings_is_heard() -> None:
    canary = Canary(3)
    for form in canary.forms:
        assert found([canary], f"…{form}…".encode())
