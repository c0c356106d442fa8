"""Kill what can be killed: nothing that was acknowledged is lost.

Each test is bounded and runs against the production broker with the configuration that is shipped.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from callcenter.bus.codec import read, write
from callcenter.bus.port import Message
from callcenter.bus.topics import Channel, subscription
from callcenter.telephony.events import CallQueued, Told
from tests.callcenter.bus.ingestor import SITE, ingest
from tests.callcenter.bus.rigs import PASSWORDS, PATIENCE, READER, Bus, Mosquitto, ready
from tests.conftest import ROOT

pytestmark = pytest.mark.broker

CALLS = subscription(Channel.CALLS, site=SITE)
SAVED_SECONDS = 3.0
"""Mosquitto saves once more than one second has passed, and it counts whole ones."""


def event(number: int) -> Told:
    return Told(
        event=CallQueued(call=str(number), leg=0, queue="general", position=1),
        source="pbx1",
        sequence=number,
        at=number * 1_000,
        recorded_at=number * 1_000,
    )


def letter(number: int) -> Message:
    return write(event(number), site=SITE)


def ids(count: int) -> list[str]:
    return [event(number).id for number in range(count)]


async def publish(bus: Bus, numbers: range, *, done: list[int] | None = None) -> None:
    """Publish in order, fifty on their way at once; `done` tells from outside how far it got."""
    acknowledged = [] if done is None else done

    async def one(number: int) -> None:
        await bus.publish(letter(number))
        acknowledged.append(number)

    for start in range(0, len(numbers), 50):
        batch = numbers[start : start + 50]
        await asyncio.gather(*map(one, batch))


async def collect(bus: Bus, count: int) -> list[str]:
    """Receive and acknowledge until so many different events came, in the order they first came."""
    seen: dict[str, None] = {}
    async with asyncio.timeout(PATIENCE):
        async for delivery in bus.receive():
            seen[read(delivery.message, site=SITE).id] = None
            await delivery.ack()
            if len(seen) == count:
                break
    return list(seen)


async def collect_to(bus: Bus, last: int) -> list[int]:
    """Receive and acknowledge until a number comes; give all in the order they first came."""
    seen: dict[int, None] = {}
    async with asyncio.timeout(PATIENCE):
        async for delivery in bus.receive():
            seen[read(delivery.message, site=SITE).sequence] = None
            await delivery.ack()
            if last in seen:
                break
    return list(seen)


# --- The reader dies ---------------------------------------------------------------------------------


@dataclass
class Store:
    """What a reader has written down."""

    path: Path

    @property
    def events(self) -> list[str]:
        return self._lines("")

    @property
    def poison(self) -> list[str]:
        return self._lines(".poison")

    def _lines(self, suffix: str) -> list[str]:
        path = self.path.with_suffix(suffix)
        return path.read_text("utf-8").splitlines() if path.exists() else []

    async def listens(self) -> None:
        """Wait until the reader has subscribed."""
        async with asyncio.timeout(PATIENCE):
            while not self._lines(".ready"):  # noqa: ASYNC110 - another process writes the file
                await asyncio.sleep(0.05)

    async def holds(self, count: int) -> None:
        """Wait until so many different events are stored."""
        async with asyncio.timeout(PATIENCE):
            while len(set(self.events)) < count:  # noqa: ASYNC110
                await asyncio.sleep(0.05)


def settings(broker: Mosquitto, store: Store, *, pause: float) -> dict[str, object]:
    return {
        "port": broker.tls_port,
        "username": READER,
        "password": PASSWORDS[READER],
        "ca_file": str(broker.folder / "broker.pem"),
        "stored": str(store.path),
        "pause": pause,
    }


@contextmanager
def a_reader(file: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start a reader in a process of its own; killed at the latest when the test ends."""
    module = ["-m", "tests.callcenter.bus.ingestor", str(file)]
    process = subprocess.Popen([sys.executable, *module], cwd=ROOT)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def test_a_reader_killed_with_a_backlog_loses_nothing(
    mortal: Mosquitto, tmp_path: Path
) -> None:
    """With acknowledgements before the commit, which is the library's way, 82 of 300 were lost."""
    store, file = Store(tmp_path / "stored"), tmp_path / "reader.json"
    file.write_text(json.dumps(settings(mortal, store, pause=0.005)), "utf-8")
    with a_reader(file):
        await store.listens()
        async with mortal.rig().writer("pbx1") as writer:
            await publish(writer, range(300))
        await store.holds(50)
    had = len(store.events)

    with a_reader(file):
        await store.holds(300)

    assert 50 <= had < 300
    assert list(dict.fromkeys(store.events)) == ids(300)


async def test_poison_stands_in_nobodys_way(mortal: Mosquitto, tmp_path: Path) -> None:
    store = Store(tmp_path / "stored")
    reading = asyncio.create_task(ingest(settings(mortal, store, pause=0)))
    await store.listens()
    async with mortal.rig().writer("pbx1") as writer:
        await publish(writer, range(20))
        for payload in (b"", b"{", b'{"type":"kr.cc.call.queued.v9"}', b"\xff" * 300_000):
            await writer.publish(Message(topic=letter(0).topic, payload=payload))
        await publish(writer, range(20, 40))
    await store.holds(40)
    reading.cancel()
    await asyncio.wait([reading])

    assert store.events == ids(40)
    assert len(store.poison) == 4


# --- The broker dies ---------------------------------------------------------------------------------


async def test_what_a_killed_broker_had_not_acknowledged_is_said_again(mortal: Mosquitto) -> None:
    """What it had acknowledged and not saved an outbox tells again, see `test_telling_broker`."""
    rig = mortal.rig()
    async with rig.reader("r", CALLS) as reader, rig.writer("w") as writer:
        await ready(reader)
        await asyncio.sleep(SAVED_SECONDS)  # else the broker forgets that the reader listens
        collecting = asyncio.create_task(collect_to(reader, 399))
        done: list[int] = []
        publishing = asyncio.create_task(publish(writer, range(400), done=done))
        acknowledged: set[int] = set()
        for enough in (100, 250):
            while len(done) < enough:  # noqa: ASYNC110 - a moment in mid-stream
                await asyncio.sleep(0.001)
            mortal.kill()
            await asyncio.sleep(0.1)  # what it had acknowledged may still lie in the socket
            acknowledged |= {*done}
            mortal.start()
        await publishing
        heard = await collecting

    assert heard == sorted(heard)
    assert {*range(400)} - {*heard} <= acknowledged


async def test_a_broker_killed_with_a_queue_has_all_that_it_had_time_to_save(
    mortal: Mosquitto,
) -> None:
    """With the default of saving every half hour, 500 of 500 were lost."""
    rig = mortal.rig()
    async with rig.reader("r", CALLS) as reader:
        await ready(reader)
    async with rig.writer("w") as writer:
        for numbers in (range(150), range(150, 300)):
            await publish(writer, numbers)
            await asyncio.sleep(SAVED_SECONDS)
            mortal.kill()
            mortal.start()

    async with rig.reader("r", CALLS) as reader:
        assert await collect(reader, 300) == ids(300)


async def test_a_reader_long_away_finds_everything(mortal: Mosquitto) -> None:
    """With the default queue of 1,000, 2,000 of 3,000 acknowledged events were lost."""
    rig = mortal.rig()
    async with rig.reader("r", CALLS) as reader:
        await ready(reader)
    async with rig.writer("w") as writer:
        await publish(writer, range(3_000))

    async with rig.reader("r", CALLS) as reader:
        assert await collect(reader, 3_000) == ids(3_000)
