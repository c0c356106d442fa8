import json
from collections.abc import AsyncIterator
from datetime import timedelta
from ipaddress import ip_network

import pytest
from sqlalchemy import select

from callcenter.desk.changes import Change
from callcenter.desk.relay import Relay
from callcenter.desk.webhooks import (
    EVENT_TOPIC,
    HOOK_TOPIC,
    EventRoute,
    Registered,
    WebhookDesk,
    WebhookRoute,
    write_events,
)
from callcenter.domain.access import Role
from callcenter.domain.ticket_events import Happened, Noted, Taken
from callcenter.domain.tickets import apply
from callcenter.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from callcenter.senders.signatures import HEADER, verify
from callcenter.senders.webhook import WebhookSender
from callcenter.store.tables.plumbing import OUTBOX, WEBHOOK
from callcenter.store.tickets import NewTicket
from callcenter.store.unit_of_work import Store
from tests.builders import a_history, a_ticket, an_actor
from tests.callcenter.senders.receivers import HttpReceiver, http_server
from tests.desks import Watch
from tests.vaults import a_vault

MANAGER = an_actor("boss", Role.MANAGER)


class Scene:
    def __init__(self, store: Store) -> None:
        self.store, self.watch, vault = store, Watch(), a_vault()
        self.desk = WebhookDesk(store=store, vault=vault, now=self.watch)
        self.sender = WebhookSender(
            now=self.watch, allowed=[ip_network("127.0.0.0/8")], timeout_seconds=2.0
        )
        route = WebhookRoute(store=store, vault=vault, sender=self.sender, now=self.watch)
        routes = {EVENT_TOPIC: EventRoute(now=self.watch), HOOK_TOPIC: route}
        self.relay = Relay(store=store, routes=routes, worker="w1", now=self.watch)

    async def happened(self, number: str, *events: Noted | Taken) -> None:
        history = a_history(at=self.watch())
        ticket = a_ticket(number, history)
        async with self.store.writing() as uow:
            await uow.tickets.add(
                [NewTicket(ticket=ticket, history=history)], recorded_at=self.watch()
            )
            await write_events(uow, [Change(ticket=ticket, history=history)], now=self.watch())
        for event in events:
            more = Happened(seq=ticket.seq + 1, at=ticket.updated_at, actor=an_actor(), event=event)
            ticket = apply(ticket, more)
            async with self.store.writing() as uow:
                await uow.tickets.append(ticket, [more], clocks={}, recorded_at=self.watch())
                await write_events(uow, [Change(ticket=ticket, history=[more])], now=self.watch())

    async def registered(self, port: int, *kinds: str) -> Registered:
        url = f"http://127.0.0.1:{port}/hook"
        return await self.desk.register(url, kinds=kinds, actor=MANAGER)

    async def relayed(self) -> None:
        while not (await self.relay.round()).idle:
            continue

    async def log(self, webhook: int) -> list[tuple[int | None, str | None]]:
        async with self.store.reading() as uow:
            rows = await uow.webhooks.deliveries(webhook)
        return [(row.status, row.error) for row in reversed(rows)]


@pytest.fixture
async def scene(store: Store) -> AsyncIterator[Scene]:
    made = Scene(store)
    yield made
    await made.sender.close()


@pytest.fixture
async def receiver() -> AsyncIterator[HttpReceiver]:
    async with http_server() as opened:
        yield opened


def told(receiver: HttpReceiver) -> list[str]:
    return [json.loads(heard.body)["id"] for heard in receiver.heard]


async def test_a_receiver_hears_each_event_in_order_and_signed(
    scene: Scene, receiver: HttpReceiver
) -> None:
    hook = await scene.registered(receiver.port)
    await scene.happened("2026-000001", Taken(officer="lee"), Noted(text="010-1234-5678"))
    await scene.relayed()

    assert told(receiver) == [f"2026-000001/{seq}" for seq in range(1, 6)]
    assert await scene.log(hook.webhook) == [(200, None)] * 5
    heard = receiver.heard[-1]
    verify(heard.body, header=heard.headers[HEADER.lower()], secret=hook.secret, now=scene.watch())
    assert json.loads(heard.body).keys() == {"id", "kind", "ticket", "seq", "at"}
    assert b"1234" not in heard.body


async def test_a_receiver_hears_only_the_kinds_it_asked_for(
    scene: Scene, receiver: HttpReceiver
) -> None:
    await scene.registered(receiver.port, "taken", "accepted")
    await scene.happened("2026-000001", Taken(officer="lee"), Noted(text="메모"))
    await scene.relayed()

    assert told(receiver) == ["2026-000001/2", "2026-000001/4"]


async def test_one_who_is_away_holds_up_nobody_else_and_hears_all_later_in_order(
    scene: Scene, receiver: HttpReceiver
) -> None:
    async with http_server() as away:
        away.status = 503
        late = await scene.registered(away.port)
        await scene.registered(receiver.port)
        await scene.happened("2026-000001")
        await scene.relayed()
        assert told(receiver) == [f"2026-000001/{seq}" for seq in (1, 2, 3)]
        assert await scene.log(late.webhook) == [(503, "answered 503")]

        away.status, away.heard = 200, []
        scene.watch.advance(seconds=2)
        await scene.relayed()
        assert told(away) == [f"2026-000001/{seq}" for seq in (1, 2, 3)]


async def test_a_delivery_is_played_again_with_the_same_words_and_a_new_signature(
    scene: Scene, receiver: HttpReceiver
) -> None:
    hook = await scene.registered(receiver.port, "submitted")
    await scene.happened("2026-000001")
    await scene.relayed()
    async with scene.store.reading() as uow:
        (delivery,) = await uow.webhooks.deliveries(hook.webhook)
    scene.watch.advance(hours=1)

    await scene.desk.replay(delivery.id, actor=MANAGER)
    with pytest.raises(ConflictError):
        await scene.desk.replay(delivery.id, actor=MANAGER)
    await scene.relayed()

    first, again = receiver.heard
    assert first.body == again.body
    verify(again.body, header=again.headers[HEADER.lower()], secret=hook.secret, now=scene.watch())
    assert len(await scene.log(hook.webhook)) == 2


async def test_who_answers_gone_is_given_up_and_can_be_revived(
    scene: Scene, receiver: HttpReceiver
) -> None:
    receiver.status = 410
    await scene.registered(receiver.port, "submitted")
    await scene.happened("2026-000001")
    await scene.relayed()
    async with scene.store.reading() as uow:
        (dead,) = await uow.outbox.dead()

    receiver.status = 200
    await scene.desk.revive(dead.id, actor=MANAGER)
    with pytest.raises(ConflictError):
        await scene.desk.revive(dead.id, actor=MANAGER)
    await scene.relayed()

    assert len(receiver.heard) == 2
    async with scene.store.reading() as uow:
        assert await uow.outbox.dead() == []


async def test_who_is_switched_off_is_told_nothing_more(
    scene: Scene, receiver: HttpReceiver
) -> None:
    hook = await scene.registered(receiver.port)
    await scene.happened("2026-000001")
    await scene.relay.round()
    await scene.desk.switch(hook.webhook, active=False, actor=MANAGER)
    await scene.relayed()
    await scene.happened("2026-000002")
    await scene.relayed()

    assert receiver.heard == []


async def test_a_secret_is_shown_once_and_kept_sealed(scene: Scene, receiver: HttpReceiver) -> None:
    hook = await scene.registered(receiver.port)

    async with scene.store.reading() as uow:
        row = (await uow.connection.execute(select(WEBHOOK))).one()
    assert hook.secret.startswith("whsec_")
    assert len(hook.secret) == len("whsec_") + 64
    assert hook.secret.encode() not in row.secret_sealed
    assert hook.secret != (await scene.registered(receiver.port)).secret


async def test_only_those_who_run_the_house_have_webhooks(scene: Scene) -> None:
    agent = an_actor("kim")

    with pytest.raises(ForbiddenError):
        await scene.desk.register("https://x.kr/", kinds=(), actor=agent)
    with pytest.raises(ForbiddenError):
        await scene.desk.switch(1, active=True, actor=agent)
    with pytest.raises(ForbiddenError):
        await scene.desk.replay(1, actor=agent)
    with pytest.raises(ForbiddenError):
        await scene.desk.revive(1, actor=agent)


async def test_what_does_not_exist_is_refused(scene: Scene) -> None:
    with pytest.raises(InputError, match="kinds of ticket events"):
        await scene.desk.register("https://x.kr/", kinds=["exploded"], actor=MANAGER)
    with pytest.raises(InputError):
        await scene.desk.register("file:///etc/passwd", kinds=(), actor=MANAGER)
    with pytest.raises(NotFoundError):
        await scene.desk.switch(9, active=True, actor=MANAGER)
    with pytest.raises(NotFoundError):
        await scene.desk.replay(9, actor=MANAGER)
    with pytest.raises(ConflictError):
        await scene.desk.revive(9, actor=MANAGER)


async def test_a_delivery_of_long_ago_is_not_played_again(
    scene: Scene, receiver: HttpReceiver
) -> None:
    hook = await scene.registered(receiver.port, "submitted")
    for number in ("2026-000001", "2026-000002"):
        await scene.happened(number)
    await scene.relayed()
    async with scene.store.writing() as uow:
        await uow.outbox.forget(before=scene.watch() + timedelta(days=1))
        deliveries = await uow.webhooks.deliveries(hook.webhook)

    oldest = min(deliveries, key=lambda delivery: delivery.outbox)
    with pytest.raises(ConflictError, match="forgotten"):
        await scene.desk.replay(oldest.id, actor=MANAGER)


async def test_an_address_within_is_tried_logged_and_never_reached(
    scene: Scene, receiver: HttpReceiver
) -> None:
    hook = await scene.desk.register(
        f"https://localhost:{receiver.port}/", kinds=["submitted"], actor=MANAGER
    )
    strict = WebhookSender(now=scene.watch)
    route = WebhookRoute(store=scene.store, vault=a_vault(), sender=strict, now=scene.watch)
    routes = {EVENT_TOPIC: EventRoute(now=scene.watch), HOOK_TOPIC: route}
    relay = Relay(store=scene.store, routes=routes, worker="w2", now=scene.watch)
    await scene.happened("2026-000001")
    while not (await relay.round()).idle:
        continue
    await strict.close()

    assert await scene.log(hook.webhook) == [(None, "expected a host on the public network")]
    assert receiver.heard == []


async def test_every_event_has_one_errand_and_every_errand_its_event(scene: Scene) -> None:
    await scene.happened("2026-000001", Taken(officer="lee"))
    await scene.happened("2026-000002")

    async with scene.store.reading() as uow:
        rows = (await uow.connection.execute(select(OUTBOX).order_by(OUTBOX.c.id))).all()
        events = [
            (number, row.seq)
            for number in ("2026-000001", "2026-000002")
            for row in await uow.tickets.event_rows(number)
        ]
    assert [(row.aggregate, row.aggregate_seq) for row in rows] == events
    assert {row.topic for row in rows} == {"ticket"}
