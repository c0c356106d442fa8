"""How long it takes from what happens to all screens, and what two hundred screens cost.

Everything is real: Mosquitto with the settings that are shipped, `callcenter serve` in a process of its own
on SQLite, and viewers who read server-sent events from sockets. Half a day of the city's centre is stored
before, so that a frame costs what it costs at noon. Every event is timed from before it is published until
each viewer has read a frame that counts it.
"""

import asyncio
import os
import re
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from shutil import which
from time import perf_counter
from typing import Any, Final
from urllib.parse import urlsplit

import numpy as np
import uvloop

from callcenter.bus.broker_address import Session
from callcenter.bus.codec import write
from callcenter.bus.mqtt import MqttBus
from callcenter.clock import HOUR, SECOND, Tick
from callcenter.telephony.events import (
    CallAbandoned,
    CallArrived,
    CallQueued,
    SourceHeartbeat,
    TelephonyEvent,
    Told,
)
from tests.bench.cases import Line
from tests.callcenter.bus.rigs import PASSWORDS, READER, WRITER, Mosquitto
from tests.processes import Process, serving
from tests.telephony_days import MIDNIGHT, a_day

SITE: Final = "bucheon"
QUEUE: Final = "phone"
EVENTS_A_SECOND: Final = 20
OF_A_CALL: Final = 3
SECONDS: Final = 20
VIEWERS: Final = 30
MANY: Final = 200
WATCHED_SECONDS: Final = 15
_FRAME: Final = re.compile(rb'"today":\{"offered":(\d+)')
_TICKS: Final = os.sysconf("SC_CLK_TCK")


def measured_lines() -> Iterator[Line]:
    """Give both figures."""
    program = which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if program is None:
        return
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, ExitStack() as stack:
        broker = Mosquitto(folder=Path(folder), program=program).prepare()
        broker.start()
        stack.callback(broker.stop)
        key = _key(Path(folder))
        process, url = stack.enter_context(
            serving(
                Path(folder),
                *("--broker", f"mqtt://{READER}@127.0.0.1:{broker.plain_port}"),
                CALLCENTER_BROKER_PASSWORD=PASSWORDS[READER],
                CALLCENTER_LOG_LEVEL="error",
            )
        )
        late, cost = uvloop.run(_measure(broker, url, key=key, pid=process.process.pid))
        yield Line(name="event_to_screen_p50_ms", value=late[0])
        yield Line(name="event_to_screen_p99_ms", value=late[1], wanted="<= 300")
        yield Line(name="viewers_200_cpu_percent", value=cost, wanted="<= 5")


def _key(folder: Path) -> str:
    with Process(folder, "key", "new", "wall", "--role", "wallboard") as issuing:
        return issuing.ended()[1].strip()


async def _measure(
    broker: Mosquitto, url: str, *, key: str, pid: int
) -> tuple[tuple[float, float], float]:
    session = Session(identifier="bench", lasting=False)
    async with MqttBus(broker.address(WRITER), session=session, jitter=lambda: 0.5) as bus:
        switch = Switch(bus)
        await switch.live_until(MIDNIGHT + 12 * HOUR)
        beating = asyncio.create_task(switch.beat())
        try:
            late = await _late(switch, url, key=key)
            cost = await _cost(url, key=key, pid=pid)
        finally:
            beating.cancel()
    return late, cost


class Switch:
    """Tells half a day at once, and goes on from there by the clock."""

    def __init__(self, bus: MqttBus) -> None:
        self._bus = bus
        self._sequence = 0
        self._noon: Tick = 0
        self._began = perf_counter()
        self.offered = 0

    @property
    def now(self) -> Tick:
        return self._noon + round((perf_counter() - self._began) * SECOND)

    async def live_until(self, noon: Tick) -> None:
        morning = [told for told in a_day(WRITER) if told.at < noon]
        self.offered = sum(isinstance(told.event, CallQueued) for told in morning)
        self._sequence = len(morning)
        for start in range(0, len(morning), 200):
            some = morning[start : start + 200]
            await self._bus.publish_all([write(told, site=SITE) for told in some])
        self._noon, self._began = noon, perf_counter()

    async def say(self, event: TelephonyEvent) -> None:
        fleeting = isinstance(event, SourceHeartbeat)
        self._sequence += not fleeting
        at = self.now
        told = Told(event=event, source=WRITER, sequence=self._sequence, at=at, recorded_at=at)
        await self._bus.publish(write(told, site=SITE))

    async def beat(self) -> None:
        while True:
            await self.say(
                SourceHeartbeat(sequence_high=self._sequence, now=self.now, live_calls=0, agents=0)
            )
            await asyncio.sleep(1)


# --- How late --------------------------------------------------------------------------------------------


async def _late(switch: Switch, url: str, *, key: str) -> tuple[float, float]:
    """Return the median and the 99th percentile of milliseconds until a viewer has read of an event."""
    seen: list[list[tuple[int, float]]] = [[] for _ in range(VIEWERS)]
    async with _watching(url, key=key, seen=seen):
        await _settled(seen, offered=switch.offered)
        published = await _calls(switch)
        last = switch.offered
        await _settled(seen, offered=last)
    found = [
        (next(at for offered, at in frames if offered >= number) - began) * 1000
        for frames in seen
        for number, began in published
    ]
    return float(np.percentile(found, 50)), float(np.percentile(found, 99))


async def _calls(switch: Switch) -> list[tuple[int, float]]:
    """Let callers come, wait and give up; return when each was about to be told to be waiting."""
    published: list[tuple[int, float]] = []
    gap = 1 / EVENTS_A_SECOND
    begun = perf_counter()
    for number in range(EVENTS_A_SECOND * SECONDS // OF_A_CALL):
        leg: Any = {"call": f"bench-{number}", "leg": 0, "queue": QUEUE}
        for place, event in enumerate(
            (CallArrived(**leg), CallQueued(**leg), CallAbandoned(**leg))
        ):
            due = begun + (OF_A_CALL * number + place) * gap
            await asyncio.sleep(max(0.0, due - perf_counter()))
            if isinstance(event, CallQueued):
                switch.offered += 1
                published.append((switch.offered, perf_counter()))
            await switch.say(event)
    return published


async def _settled(seen: list[list[tuple[int, float]]], *, offered: int) -> None:
    async with asyncio.timeout(120):
        while not all(frames and frames[-1][0] >= offered for frames in seen):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


@asynccontextmanager
async def _watching(
    url: str, *, key: str, seen: list[list[tuple[int, float]]]
) -> AsyncIterator[None]:
    viewers = [asyncio.create_task(_view(url, key=key, seen=frames)) for frames in seen]
    try:
        yield
    finally:
        for viewer in viewers:
            viewer.cancel()
        await asyncio.wait(viewers)


async def _view(url: str, *, key: str, seen: list[tuple[int, float]]) -> None:
    """Read frames from a socket, and note of each when it was there and what it counts."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port, limit=2**22)
    asked = f"GET /v1/live/stream HTTP/1.1\r\nHost: bench\r\nX-Api-Key: {key}\r\n\r\n"
    writer.write(asked.encode())
    try:
        while True:
            event = await reader.readuntil(b"\n\n")
            found = _FRAME.search(event)
            if found is not None:
                seen.append((int(found[1]), perf_counter()))
    finally:
        writer.close()


# --- What it costs ---------------------------------------------------------------------------------------


async def _cost(url: str, *, key: str, pid: int) -> float:
    """Return the share of one processor that the service takes while many watch a quiet noon."""
    seen: list[list[tuple[int, float]]] = [[] for _ in range(MANY)]
    async with _watching(url, key=key, seen=seen):
        await _settled(seen, offered=0)
        await asyncio.sleep(2)
        before, begun = _spent(pid), perf_counter()
        await asyncio.sleep(WATCHED_SECONDS)
        after, passed = _spent(pid), perf_counter() - begun
    assert min(map(len, seen)) >= WATCHED_SECONDS // 2, "frames stopped coming"
    return 100 * (after - before) / passed


def _spent(pid: int) -> float:
    """Return the processor seconds of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


if __name__ == "__main__":
    for line in measured_lines():
        print(f"{line.name:<42}{line.value:>14,.4g}  {line.wanted:>12}", flush=True)
