import asyncio
import json
import signal
import sys
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from callcenter.desk.relay import Relay
from callcenter.errors import SendLaterError, UndeliverableError
from callcenter.store.engine import Database
from callcenter.store.outbox import KEPT_FOR, MOST_ATTEMPTS, Claimed, Errand
from callcenter.store.unit_of_work import Store, UnitOfWork
from tests.desks import Watch

LEASE = timedelta(seconds=30)


class Fake:
    """A route that remembers what it was asked and fails when told so."""

    def __init__(self, *, fail: Callable[[int], Exception | None] = lambda _n: None) -> None:
        self.asked: list[tuple[str, int]] = []
        self.recorded: list[str] = []
        self.gone: list[str] = []
        self._fail = fail

    async def send(self, claimed: Claimed) -> str:
        self.asked.append((claimed.errand.aggregate, claimed.errand.aggregate_seq))
        error = self._fail(len(self.asked))
        if error is not None:
            raise error
        return f"r{len(self.asked)}"

    async def sent(self, _uow: UnitOfWork, _claimed: Claimed, receipt: str) -> None:
        self.recorded.append(receipt)

    async def lost(self, _uow: UnitOfWork, _claimed: Claimed, why: str) -> None:
        self.gone.append(why)


def a_relay(store: Store, route: Fake, watch: Watch, *, worker: str = "w1") -> Relay:
    return Relay(store=store, routes={"notice": route}, worker=worker, now=watch, lease=LEASE)


async def put(store: Store, *aggregates: str, each: int = 1) -> None:
    errands = [
        Errand(topic="notice-sms", aggregate=aggregate, aggregate_seq=seq, payload="{}")
        for aggregate in aggregates
        for seq in range(1, each + 1)
    ]
    async with store.writing() as uow:
        await uow.outbox.put(errands, now=Watch()())


async def test_what_is_due_is_done_in_order_and_once(store: Store) -> None:
    await put(store, "a", "b", each=3)
    route, watch = Fake(), Watch()
    relay = a_relay(store, route, watch)

    rounds = [await relay.round() for _ in range(4)]

    assert [(r.sent, r.idle) for r in rounds] == [(2, False), (2, False), (2, False), (0, True)]
    for aggregate in ("a", "b"):
        assert [seq for name, seq in route.asked if name == aggregate] == [1, 2, 3]
    assert sorted(route.recorded) == [f"r{n}" for n in range(1, 7)]


async def test_a_blocked_way_is_tried_again_and_holds_up_its_own_ticket_only(store: Store) -> None:
    await put(store, "a", "b", each=2)
    watch = Watch()
    route = Fake(fail=lambda n: SendLaterError("busy") if n == 1 else None)
    relay = a_relay(store, route, watch)

    assert ((await relay.round()).later, (await relay.round()).sent) == (1, 1)
    assert route.asked == [("a", 1), ("b", 1), ("b", 2)]
    watch.advance(seconds=2)
    await relay.round()
    await relay.round()

    assert route.asked[3:] == [("a", 1), ("a", 2)]


async def test_what_can_never_go_is_given_up_at_once_and_said_so(store: Store) -> None:
    await put(store, "a")
    route = Fake(fail=lambda _n: UndeliverableError("no such number"))

    assert (await a_relay(store, route, Watch()).round()).lost == 1

    assert route.gone == ["no such number"]
    async with store.reading() as uow:
        assert [row.last_error for row in await uow.outbox.dead()] == ["no such number"]


async def test_after_a_day_of_trying_it_is_given_up(store: Store) -> None:
    await put(store, "a")
    watch = Watch()
    route = Fake(fail=lambda _n: SendLaterError("busy"))
    relay = a_relay(store, route, watch)
    for _ in range(MOST_ATTEMPTS):
        await relay.round()
        watch.advance(hours=1)

    assert len(route.asked) == MOST_ATTEMPTS
    assert route.gone == ["busy"]


async def test_an_errand_that_kills_whoever_tries_it_is_given_up_too(store: Store) -> None:
    await put(store, "a")
    watch = Watch()
    for n in range(MOST_ATTEMPTS):
        async with store.writing() as uow:
            assert len(await uow.outbox.claim(worker=f"{n}", now=watch(), lease=LEASE)) == 1
        watch.advance(seconds=30)
    route = Fake()

    assert (await a_relay(store, route, watch).round()).lost == 1

    assert (route.asked, route.gone) == ([], ["whoever tried it died each time"])


async def test_a_stranger_s_error_is_not_quoted_for_it_may_hold_an_address(store: Store) -> None:
    await put(store, "a")
    route = Fake(fail=lambda _n: RuntimeError("010-1234-5678 is busy"))

    assert (await a_relay(store, route, Watch()).round()).later == 1

    async with store.reading() as uow:
        row = await uow.outbox.get(1)
        assert row is not None
        assert row.last_error == "it failed: RuntimeError"


async def test_who_sleeps_longer_than_half_the_lease_is_woken(store: Store) -> None:
    await put(store, "a")

    class Sleeper(Fake):
        async def send(self, claimed: Claimed) -> str:
            await super().send(claimed)
            await asyncio.sleep(5)
            return "late"

    relay = Relay(
        store=store,
        routes={"notice": Sleeper()},
        worker="w1",
        now=Watch(),
        lease=timedelta(seconds=0.2),
    )

    assert (await relay.round()).later == 1


async def test_two_at_once_send_nothing_twice_within_a_lease(store: Store) -> None:
    await put(store, *(f"{n}" for n in range(40)), each=2)
    route, watch = Fake(), Watch()

    async def work(name: str) -> None:
        relay = a_relay(store, route, watch, worker=name)
        for _ in range(30):
            await relay.round()

    await asyncio.gather(*(work(f"w{n}") for n in range(3)))

    assert len(route.asked) == 80
    assert set(Counter(route.asked).values()) == {1}
    for n in range(40):
        assert [seq for name, seq in route.asked if name == f"{n}"] == [1, 2]


async def test_a_round_that_fails_does_not_end_the_relay(store: Store) -> None:
    await put(store, "a")
    stop = asyncio.Event()

    class Stopping(Fake):
        async def sent(self, uow: UnitOfWork, claimed: Claimed, receipt: str) -> None:
            await super().sent(uow, claimed, receipt)
            if len(self.recorded) == 1:
                raise RuntimeError("the database went away")
            stop.set()

    route, watch = Stopping(), Watch()

    async def later() -> None:
        while len(route.recorded) < 1:  # noqa: ASYNC110 - the relay tells nobody
            await asyncio.sleep(0.01)
        watch.advance(seconds=31)

    async with asyncio.timeout(30):
        await asyncio.gather(a_relay(store, route, watch).run(stop, idle_seconds=0.01), later())

    assert len(route.asked) == 2
    async with store.reading() as uow:
        assert await uow.outbox.depth() == 0


DYING = """
import asyncio, json, os, signal, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from callcenter.desk.relay import Relay
from callcenter.senders.file import FileSender
from callcenter.senders.port import Message
from callcenter.store.engine import Database
from callcenter.store.unit_of_work import Store

url, folder, worker, sends = sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
started = datetime.fromisoformat(sys.argv[5])
sender = FileSender(folder / "messages.jsonl", now=lambda: started)

class Route:
    done = 0
    async def send(self, claimed):
        said = f"{claimed.errand.aggregate}/{claimed.errand.aggregate_seq}"
        receipt = await sender.send(Message(to="x", subject="", body="", reference=said))
        Route.done += 1
        if Route.done == sends:
            os.kill(os.getpid(), signal.SIGKILL)
        return receipt
    async def sent(self, uow, claimed, receipt): ...
    async def lost(self, uow, claimed, why): ...

async def main():
    store = Store(Database(url))
    relay = Relay(store=store, routes={"notice": Route()}, worker=worker,
                  now=lambda: started, lease=timedelta(seconds=30), at_once=3)
    while not (await relay.round()).idle:
        pass
    await store.database.close()

asyncio.run(main())
"""


async def test_a_kill_in_the_middle_loses_nothing_and_repeats_at_most_what_was_in_hand(
    database: Database, tmp_path: Path, repository: Path
) -> None:
    store, watch = Store(database), Watch()
    await put(store, *(f"{n}" for n in range(4)), each=2)
    url = database.url.render_as_string(hide_password=False)
    deaths = 0
    for attempt in range(6):
        code = await run_dying(url, tmp_path, worker=f"w{attempt}", watch=watch, cwd=repository)
        watch.advance(seconds=31)
        if code == 0:
            break
        assert code == -signal.SIGKILL
        deaths += 1

    lines = (tmp_path / "messages.jsonl").read_text("utf-8").splitlines()
    told = [json.loads(line)["reference"] for line in lines]
    assert set(told) == {f"{n}/{seq}" for n in range(4) for seq in (1, 2)}
    assert deaths >= 1
    assert max(Counter(told).values()) <= 2
    assert len(told) - len(set(told)) <= 3 * deaths
    async with store.reading() as uow:
        assert await uow.outbox.depth() == 0


async def run_dying(url: str, folder: Path, *, worker: str, watch: Watch, cwd: Path) -> int:
    """Let a relay of its own process work until it kills itself in the middle, or nothing is due."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", DYING, url, str(folder), worker, "4", watch().isoformat(), cwd=cwd
    )
    return await process.wait()


async def test_a_relay_leaves_the_errands_of_others_alone(store: Store) -> None:
    async with store.writing() as uow:
        foreign = Errand(topic="telephony", aggregate="x", aggregate_seq=1, payload="")
        await uow.outbox.put([foreign], now=Watch()())

    assert (await a_relay(store, Fake(), Watch()).round()).idle


@pytest.mark.parametrize("topic", ["notice", "notice-sms", "notice-email-later"])
async def test_a_family_is_a_topic_and_all_that_begin_with_it(store: Store, topic: str) -> None:
    async with store.writing() as uow:
        errand = Errand(topic=topic, aggregate="x", aggregate_seq=1, payload="")
        await uow.outbox.put([errand], now=Watch()())

    assert (await a_relay(store, Fake(), Watch()).round()).sent == 1


async def test_what_is_done_can_be_looked_up_for_a_while_and_then_goes(store: Store) -> None:
    await put(store, "a", "b")
    watch = Watch()
    relay = a_relay(store, Fake(), watch)
    await relay.round()

    assert await relay.tidy() == 0
    watch.at += KEPT_FOR
    assert await relay.tidy() == 0
    watch.advance(hours=1)
    assert await relay.tidy() == 1
    watch.advance(minutes=59)
    assert await relay.tidy() == 0
