"""A source speaks to the production broker while either of them is killed: nothing it told is lost."""

import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from callcenter.bus.broker_address import Session
from callcenter.bus.codec import Said, read
from callcenter.bus.mqtt import MqttBus
from callcenter.bus.notes import Note, ReplayRequested, SourceNow
from callcenter.bus.spool import Spool
from callcenter.bus.topics import ingested
from callcenter.telephony.events import CallQueued, Told
from tests.callcenter.bus.rigs import PASSWORDS, QUICK, READER, WRITER, Mosquitto
from tests.callcenter.bus.speakers import SITE, SOURCE, never_changing_now
from tests.callcenter.bus.test_telling import request
from tests.conftest import ROOT

pytestmark = pytest.mark.broker
LONG = 120.0
"""So long a whole test may take on a machine that has other things to do."""


class Source:
    """The source as a process of its own."""

    def __init__(
        self, broker: Mosquitto, folder: Path, *, gap: int = 15_000, last: int = 0
    ) -> None:
        self.spool = folder / "pbx1.spool"
        self._settings = folder / "speaker.json"
        self._settings.write_text(
            json.dumps(
                {
                    "port": broker.tls_port,
                    "username": WRITER,
                    "password": PASSWORDS[WRITER],
                    "ca_file": str(broker.folder / "broker.pem"),
                    "spool": str(self.spool),
                    "gap": gap,
                    "last": last,
                }
            ),
            "utf-8",
        )
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.callcenter.bus.speakers", str(self._settings)], cwd=ROOT
        )

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)

    async def ends(self) -> int:
        assert self._process is not None
        return await asyncio.to_thread(self._process.wait, LONG)

    def kept(self) -> list[int]:
        """Give the numbers that are in its outbox, when it is not running."""
        with Spool(self.spool, source=SOURCE, site=SITE, now=never_changing_now) as spool:
            return [one.sequence for one in spool.told(0, spool.sequence, most=10**9)]


class Reader:
    """Reads and acknowledges everything; remembers events in the order they first came."""

    def __init__(self, bus: MqttBus) -> None:
        self.bus = bus
        self.seen: dict[int, bytes] = {}
        self.repeats: list[tuple[int, bytes]] = []
        self.notes: list[Note] = []
        self._stirred = asyncio.Event()

    async def read(self) -> None:
        async for delivery in self.bus.receive():
            said: Said = read(delivery.message, site=SITE)
            if isinstance(said, Note):
                self.notes.append(said)
            elif isinstance(said, Told) and isinstance(said.event, CallQueued):
                if said.sequence in self.seen:
                    self.repeats.append((said.sequence, delivery.message.payload))
                self.seen.setdefault(said.sequence, delivery.message.payload)
            await delivery.ack()
            self._stirred.set()

    async def has(self, count: int) -> None:
        while len(self.seen) < count:
            await self.more()

    async def more(self) -> None:
        self._stirred.clear()
        await self._stirred.wait()


@asynccontextmanager
async def reading(broker: Mosquitto) -> AsyncIterator[Reader]:
    async with (
        asyncio.timeout(LONG),
        MqttBus(
            broker.address(READER),
            session=Session(identifier="reader"),
            jitter=lambda: 0.5,
            filters=ingested(SITE),
            backoff=QUICK,
        ) as bus,
    ):
        await bus.connected(within_seconds=30)
        reader = Reader(bus)
        task = asyncio.create_task(reader.read())
        try:
            yield reader
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


@pytest.fixture
def source(mortal: Mosquitto, tmp_path: Path) -> Iterator[Source]:
    source = Source(mortal, tmp_path)
    yield source
    source.kill()


async def test_a_source_killed_again_and_again_loses_nothing_it_told(
    mortal: Mosquitto, source: Source
) -> None:
    async with reading(mortal) as reader:
        for count in (60, 150, 240):
            source.start()
            await reader.has(count)
            source.kill()

        kept = source.kept()
        source.start()
        await reader.has(len(kept) + 1)
        source.kill()

    numbers = list(reader.seen)
    assert numbers == sorted(numbers)
    assert numbers[: len(kept)] == kept == list(range(kept[0], kept[0] + len(kept)))


async def test_what_happens_while_the_broker_is_dead_comes_later_and_all_of_it(
    mortal: Mosquitto, source: Source
) -> None:
    """What a broker forgot is told again when it is back, and may come after what happened since."""
    async with reading(mortal) as reader:
        source.start()
        await reader.has(60)
        for _ in range(2):
            mortal.kill()
            heard = len(reader.seen)
            await asyncio.sleep(1)
            mortal.start()
            await reader.has(heard + 120)
        source.kill()
        await reader.has(
            len(source.kept()) - 200
        )  # Of the last window the broker may know nothing.

    numbers = sorted(reader.seen)
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


async def test_what_a_killed_broker_had_acknowledged_and_not_saved_is_told_again(
    mortal: Mosquitto, tmp_path: Path
) -> None:
    source = Source(mortal, tmp_path, gap=3_000)
    async with reading(mortal) as reader:
        source.start()
        try:
            for count in (600, 1_300):
                await reader.has(count)
                mortal.kill()
                mortal.start()
            await reader.has(2_000)
        finally:
            source.kill()
        kept = source.kept()
        while not set(kept[:1_800]) <= reader.seen.keys():
            await reader.more()


async def test_a_source_that_is_killed_leaves_its_last_will(
    mortal: Mosquitto, source: Source
) -> None:
    async with reading(mortal) as reader:
        source.start()
        await reader.has(10)
        source.kill()
        while not any(note.body == SourceNow(online=False) for note in reader.notes):
            await reader.more()


async def test_a_source_tells_again_what_was_told_before_it_was_killed(
    mortal: Mosquitto, source: Source
) -> None:
    async with reading(mortal) as reader:
        source.start()
        await reader.has(100)
        source.kill()
        source.start()
        first = next(iter(reader.seen))
        reader.repeats.clear()
        asked = ReplayRequested(of=SOURCE, first=first, last=first + 79)
        await reader.bus.publish(request(asked))
        while len({number for number, _ in reader.repeats} & set(range(first, first + 80))) < 80:
            await reader.more()
        source.kill()

    assert all(reader.seen[number] == payload for number, payload in reader.repeats)


async def test_a_source_that_has_said_everything_ends_with_everything_delivered(
    mortal: Mosquitto, tmp_path: Path
) -> None:
    source = Source(mortal, tmp_path, gap=100, last=300)
    async with reading(mortal) as reader:
        source.start()
        assert await source.ends() == 0
        await reader.has(300)
        while not any(note.body == SourceNow(online=False) for note in reader.notes):
            await reader.more()
