"""The smallest switch there is, and a process that lets it speak, to be killed.

python -m tests.callcenter.bus.speakers SETTINGS.json
"""

import asyncio
import json
import logging
import math
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from callcenter.bus.backoff import Backoff
from callcenter.bus.broker_address import BrokerAddress, Session, Tls
from callcenter.bus.mqtt import MqttBus
from callcenter.bus.spool import Spool
from callcenter.bus.telling import Pace, Telling, heard_by, last_will
from callcenter.clock import Tick, WallClock
from callcenter.telephony.commands import Answer, Command
from callcenter.telephony.events import (
    CallQueued,
    LiveAgent,
    LiveCall,
    Snapshot,
    SourceHeartbeat,
    SourceReconfigured,
    TelephonyEvent,
    Told,
)
from callcenter.telephony.words import StateWord

SITE = "bucheon"
SOURCE = "pbx1"
EPOCH: Tick = 1_790_000_000_000_000


@dataclass
class Counter:
    """Queues a call in every `gap` of real time, and never serves one."""

    sequence: int = 0
    gap: Tick = 1_000
    last: float = math.inf
    """So many calls, and then no more."""
    source: str = SOURCE
    speed: float = 1.0
    obeyed: list[Command] = field(default_factory=list)
    calls: int = 0
    _began: Tick | None = None
    _now: Tick = 0
    _brought_about: list[TelephonyEvent] = field(default_factory=list)

    def due(self, real_now: Tick) -> list[Told]:
        if self._began is None:
            self._began = real_now
        self._now = real_now
        events, self._brought_about = self._brought_about, []
        while self.calls < min(self.last, (real_now - self._began) // self.gap):
            self.calls += 1
            events.append(CallQueued(call=f"{self.sequence}-{self.calls}", leg=0, queue="general"))
        return [self._told(event) for event in events]

    def wait_seconds(self, real_now: Tick) -> float:
        if self.calls >= self.last and not self._brought_about:
            return math.inf
        assert self._began is not None
        due = 0 if self._brought_about else self._began + (self.calls + 1) * self.gap - real_now
        return max(0, due) / 1_000_000

    def snapshot(self) -> Told:
        agent = LiveAgent(agent="kim", group="general", state=StateWord.AVAILABLE, since=EPOCH)
        waiting = LiveCall(call="last", leg=self.calls, queue="general", arrived=1, queued=1)
        return self._fleeting(
            Snapshot(sequence_high=self.sequence, calls=(waiting,), agents=(agent,))
        )

    def heartbeat(self) -> Told:
        now = EPOCH + self._now
        return self._fleeting(
            SourceHeartbeat(sequence_high=self.sequence, now=now, live_calls=self.calls, agents=1)
        )

    def obey(self, command: Command) -> Answer:
        self.obeyed.append(command)
        self._brought_about.append(SourceReconfigured(detail=command.order))
        return Answer(asked=1, done=1, ko="했습니다", en="done")

    def _told(self, event: TelephonyEvent) -> Told:
        self.sequence += 1
        return self._fleeting(event)

    def _fleeting(self, event: TelephonyEvent) -> Told:
        at = EPOCH + self._now
        return Told(event=event, source=self.source, sequence=self.sequence, at=at, recorded_at=at)


def never_changing_now() -> Tick:
    return EPOCH


async def speak(settings: dict[str, Any]) -> None:
    """Speak until killed, or until so many calls are told."""
    address = BrokerAddress(
        host="127.0.0.1",
        port=settings["port"],
        username=settings["username"],
        password=settings["password"],
        tls=Tls(ca_file=Path(settings["ca_file"])),
    )
    with Spool(Path(settings["spool"]), source=SOURCE, site=SITE, now=never_changing_now) as spool:
        speaker = Counter(
            sequence=spool.sequence, gap=settings["gap"], last=settings["last"] or math.inf
        )
        async with MqttBus(
            address,
            session=Session(identifier=SOURCE),
            jitter=lambda: 0.5,
            filters=heard_by(SOURCE, site=SITE),
            will=last_will(SOURCE, site=SITE, at=EPOCH),
            backoff=Backoff(first_seconds=0.05, longest_seconds=0.4, settled_after_seconds=0.2),
        ) as bus:
            telling = Telling(
                speaker, bus=bus, spool=spool, site=SITE, clock=WallClock(), pace=Pace()
            )
            await telling.run(asyncio.Event())


if __name__ == "__main__":
    logging.disable()
    asyncio.run(speak(json.loads(Path(sys.argv[1]).read_text("utf-8"))))
