"""A switch that tells a story at a pace, and a line on which anything can happen to what it says."""

import asyncio
from bisect import bisect_right
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from pathlib import Path

from callcenter.bus.broker_address import BrokerAddress, Session
from callcenter.bus.codec import read
from callcenter.bus.mqtt import MqttBus
from callcenter.bus.port import Deliveries, Message
from callcenter.bus.spool import Spool
from callcenter.bus.telling import Pace, Telling, heard_by, last_will
from callcenter.clock import MINUTE, SECOND, Tick, WallClock, utc_now
from callcenter.desk.frames import tick_of
from callcenter.domain.agents import AgentState
from callcenter.telephony.commands import Answer, Command
from callcenter.telephony.events import SourceHeartbeat, TelephonyEvent, Told
from callcenter.telephony.fold import Fold
from simulation.streams import stream
from tests.callcenter.bus.rigs import QUICK
from tests.switchboards import SITE

BRISK = Pace(heartbeat_seconds=0.5, snapshot_seconds=5.0, settle_seconds=3.0)


def wall() -> Tick:
    return tick_of(utc_now())


def moved(story: Iterable[Told], by: Tick) -> tuple[Told, ...]:
    """Tell the same story at another time."""
    return tuple(replace(one, at=one.at + by, recorded_at=one.recorded_at + by) for one in story)


@dataclass(kw_only=True)
class Storyteller:
    """A `Speaker` that tells what happened as its own time passes, `pace` of its seconds in one."""

    story: Sequence[Told]
    pace: float
    clock: Callable[[Tick], Tick] | None = None
    """What its clock shows, by the moment of the story that is told; if that is not the same."""
    speed: float
    """What it says of how fast its clock is."""
    told: int = 0
    fold: Fold = field(default_factory=Fold)
    begun: Tick | None = None
    """When it was first asked, by the real clock."""

    @property
    def source(self) -> str:
        return self.story[0].source

    @property
    def sequence(self) -> int:
        return self.story[self.told - 1].sequence if self.told else 0

    def stop(self) -> None:
        """Tell no more of the story, which ends here."""
        self.story = self.story[: self.told]

    def moment(self, real_now: Tick) -> Tick:
        """Say how far the story has come, in its own time."""
        begun = real_now if self.begun is None else self.begun
        return self.story[0].at + round((real_now - begun) * self.pace)

    def due(self, real_now: Tick) -> list[Told]:
        if self.begun is None:
            self.begun = real_now
        self._real_now = real_now
        upto = bisect_right(self.story, self.moment(real_now), key=lambda one: one.at)
        due = list(self.story[self.told : upto])
        for one in due:
            self.fold.apply(one)
        self.told = max(upto, self.told)
        return due

    def wait_seconds(self, real_now: Tick) -> float:
        if self.told == len(self.story):
            return 3_600.0  # It lives on, and has nothing to tell.
        ahead = self.story[self.told].at - self.moment(real_now)
        return max(0.0, ahead / self.pace / SECOND)

    def snapshot(self) -> Told:
        return self._says(self.fold.snapshot(self.source, sequence_high=self.sequence))

    def heartbeat(self) -> Told:
        there = sum(one.state is not AgentState.OFFLINE for one in self.fold.agents.values())
        beat = SourceHeartbeat(
            sequence_high=self.sequence,
            now=self._now,
            live_calls=len(self.fold.open_calls),
            agents=there,
            speed=self.speed,
        )
        return self._says(beat)

    def obey(self, command: Command) -> Answer:
        raise AssertionError(command)

    @property
    def _now(self) -> Tick:
        moment = self.moment(self._real_now)
        return moment if self.clock is None else self.clock(moment)

    def _says(self, event: TelephonyEvent) -> Told:
        now = self._now
        return Told(
            event=event, source=self.source, sequence=self.sequence, at=now, recorded_at=now
        )


@dataclass(frozen=True, kw_only=True)
class Mischief:
    """What befalls events on their way; all times are those of the events."""

    doubled: bool = False
    shuffled: Tick = 0
    """They overtake each other within so long."""
    late: Tick = 0
    """One in twenty comes so much later."""
    never: frozenset[int] = frozenset()
    """These numbers get lost however often they are told."""


WILD = Mischief(doubled=True, shuffled=30 * SECOND, late=10 * MINUTE)


class Line:
    """A bus on which events suffer; what is told a second time (a replay) passes unharmed."""

    def __init__(self, bus: MqttBus, mischief: Mischief, *, seed: int) -> None:
        self._bus = bus
        self._mischief = mischief
        self._chance = stream(seed=seed, replication=0, name="chaos")
        self._held: list[tuple[Tick, int, Message]] = []
        self._passed: set[int] = set()
        self._told: Tick = 0
        self.swallows = 0
        """So many of the next events get lost, the first time they are told."""
        self.lost: set[int] = set()
        """Numbers that got lost."""
        self.came_late = 0
        self.repeats = 0
        """Events that were told twice on purpose."""
        self.asked_again: set[int] = set()
        """Numbers that were told once more because somebody asked."""

    async def publish(self, message: Message) -> None:
        await self._bus.publish(message)

    async def publish_all(self, messages: Sequence[Message]) -> None:
        now: list[Message] = []
        for message in messages:
            said = read(message, site=SITE)
            event = isinstance(said, Told) and "/ev/" in message.topic
            now += self._suffers(said, message) if event and isinstance(said, Told) else [message]
        await self._bus.publish_all([*self._freed(), *now])

    async def let_go(self) -> None:
        """Deliver all that is still held back."""
        held, self._held = sorted(self._held), []
        await self._bus.publish_all([message for _, _, message in held])

    def receive(self) -> Deliveries:
        return self._bus.receive()

    async def line(self, *, after: int = 0) -> int:
        return await self._bus.line(after=after)

    def _suffers(self, told: Told, message: Message) -> list[Message]:
        """Return what of an event comes through at once."""
        number, mischief = told.sequence, self._mischief
        if number in mischief.never:
            self.lost.add(number)
            return []
        if number in self._passed:
            self.asked_again.add(number)
            return [message]
        self._passed.add(number)
        if self.swallows:
            self.swallows -= 1
            self.lost.add(number)
            return []
        self._told = max(self._told, told.at)
        if not mischief.shuffled:
            return [message]
        self.repeats += mischief.doubled
        for copy in range(1 + mischief.doubled):
            heappush(self._held, (told.at + self._delay(), 2 * number + copy, message))
        return []

    def _delay(self) -> Tick:
        delay = round(self._chance.uniform(0, self._mischief.shuffled))
        late = bool(self._chance.random() < 0.05)
        self.came_late += late
        return delay + late * self._mischief.late

    def _freed(self) -> list[Message]:
        freed = []
        while self._held and self._held[0][0] <= self._told:
            freed.append(heappop(self._held)[-1])
        return freed


@asynccontextmanager
async def speaking(
    speaker: Storyteller, *, broker: BrokerAddress, outbox: Path, mischief: Mischief | None = None
) -> AsyncIterator[Line]:
    """Let a source speak through an outbox of its own until the block ends."""
    stop = asyncio.Event()
    name = speaker.source
    with Spool(outbox, source=name, site=SITE, now=lambda: 0) as spool:
        async with MqttBus(
            broker,
            session=Session(identifier=f"{name}-{SITE}"),
            jitter=lambda: 0.5,
            filters=heard_by(name, site=SITE),
            will=last_will(name, site=SITE, at=wall()),
            backoff=QUICK,
        ) as bus:
            line = Line(bus, mischief or Mischief(), seed=1)
            telling = Telling(
                speaker, bus=line, spool=spool, site=SITE, clock=WallClock(), pace=BRISK
            )
            task = asyncio.create_task(telling.run(stop))
            try:
                yield line
            finally:
                stop.set()
                await task
