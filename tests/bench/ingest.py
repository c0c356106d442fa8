"""How many telephony events a second are stored for good, out of a real Mosquitto, and a day made anew.

A day of the city's centre waits in the broker's queue; what is timed is the drain: reading, committing,
putting legs and agents together, acknowledging. The broker and the databases have the settings that are
shipped, but for one: the broker does not write its queue to the disk while it is being filled, which
would take minutes, and which makes no difference to who reads.
"""

import asyncio
import os
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from shutil import which
from time import perf_counter
from typing import Final

import uvloop

from callcenter.bus.broker_address import Session
from callcenter.bus.codec import write
from callcenter.bus.mqtt import MqttBus
from callcenter.bus.port import Message
from callcenter.bus.topics import ingested
from callcenter.clock import WallClock, utc_now
from callcenter.desk.rebuilding import Rebuilding
from callcenter.desk.switchboard import Heard, Switchboard
from callcenter.store.unit_of_work import Store
from tests import databases
from tests.bench.cases import Line
from tests.callcenter.bus.rigs import READER, WRITER, Mosquitto
from tests.telephony_days import DAY, a_day

SITE: Final = "bucheon"


def measured_lines() -> Iterator[Line]:
    """Give the figures of both databases."""
    program = which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if program is None:
        return
    story = [write(told, site=SITE) for told in a_day(WRITER)]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        broker = Mosquitto(folder=Path(folder), program=program)
        broker.prepare().start()
        try:
            files = databases.SqliteFiles(Path(folder))
            speed, rebuilt = uvloop.run(_drain(files, broker, story))
            yield Line(name="ingest_events_per_second_sqlite", value=speed, wanted=">= 1000")
            yield Line(name="rebuild_day_seconds", value=rebuilt, wanted="<= 2")
            with databases.postgresql(Path(folder) / "data", durable=True) as server:
                speed, rebuilt = uvloop.run(_drain(server, broker, story))
            yield Line(name="ingest_events_per_second_postgresql", value=speed, wanted=">= 600")
            yield Line(name="rebuild_day_seconds_postgresql", value=rebuilt, wanted="<= 2")
        finally:
            broker.stop()


async def _drain(
    server: databases.Server, broker: Mosquitto, story: Sequence[Message]
) -> tuple[float, float]:
    session = Session(identifier="bench")
    await _fill(broker, session, story)
    async with databases.opened(server) as database, _bus(broker, READER, session) as bus:
        store = Store(database)
        board = _board(store, bus)
        first: list[float] = []
        done = asyncio.Event()

        def heard(_heard: Heard) -> None:
            first.append(perf_counter())
            if board.counted["events"] == len(story):
                done.set()

        board.listen(heard)
        begun = perf_counter()
        running = asyncio.create_task(board.run())
        await done.wait()
        speed = len(story) / (perf_counter() - begun)
        running.cancel()
        await asyncio.wait([running])
        return speed, await _rebuild(store)


async def _fill(broker: Mosquitto, session: Session, story: Sequence[Message]) -> None:
    """Let the broker know the reader, and give it all that he will read."""
    async with _bus(broker, READER, session) as bus:
        await bus.connected(within_seconds=10)
    async with _bus(broker, WRITER, Session(identifier="teller", lasting=False)) as bus:
        for start in range(0, len(story), 500):
            await bus.publish_all(story[start : start + 500])


async def _rebuild(store: Store) -> float:
    begun = perf_counter()
    await Rebuilding(store, site=SITE).run([date.fromisoformat(DAY)], each=lambda _: None)
    return perf_counter() - begun


def _bus(broker: Mosquitto, name: str, session: Session) -> MqttBus:
    filters = ingested(SITE) if name == READER else ()
    return MqttBus(broker.address(name), session=session, jitter=lambda: 0.5, filters=filters)


def _board(store: Store, bus: MqttBus) -> Switchboard:
    return Switchboard(
        store,
        deliveries=bus.receive(),
        publisher=bus,
        site=SITE,
        now=utc_now,
        clock=WallClock(),
        jitter=lambda: 0.5,
    )


if __name__ == "__main__":
    for line in measured_lines():
        print(f"{line.name:<42}{line.value:>14,.4g}  {line.wanted:>12}", flush=True)
