"""A house that listens to its embedded broker, and a switch that says what a test wants."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from callcenter.bus.broker_address import Session
from callcenter.bus.codec import read, write
from callcenter.bus.mqtt import MqttBus
from callcenter.bus.notes import CommandAnswered, CommandGiven, Note, SourceNow
from callcenter.bus.topics import Channel, subscription
from callcenter.clock import SECOND, Tick
from callcenter.desk.frames import tick_of
from callcenter.telephony.commands import Answer
from callcenter.telephony.events import (
    AgentLoggedIn,
    AgentStateChanged,
    CallArrived,
    CallConnected,
    CallOffered,
    CallQueued,
    SourceHeartbeat,
    TelephonyEvent,
    Told,
)
from callcenter.telephony.words import StateWord
from tests.doors import House, a_house

SITE = "bucheon"


@dataclass(kw_only=True)
class Switch:
    """Says by the house's own clock what happened a second before, and answers every command."""

    bus: MqttBus
    now: Callable[[], Tick]
    source: str = "sim1"
    last: int = 0

    async def say(self, *events: TelephonyEvent) -> None:
        for event in events:
            fleeting = isinstance(event, SourceHeartbeat)
            self.last += not fleeting
            at = self.now() - (0 if fleeting else SECOND)
            told = Told(event=event, source=self.source, sequence=self.last, at=at, recorded_at=at)
            await self.bus.publish(write(told, site=SITE))

    async def beat(self, *, speed: float = 1.0) -> None:
        beat = SourceHeartbeat(
            sequence_high=self.last, now=self.now(), live_calls=0, agents=0, speed=speed
        )
        await self.say(beat)

    async def comes(self) -> None:
        note = Note(body=SourceNow(online=True), source=self.source, sequence=0, at=self.now())
        await self.bus.publish(write(note, site=SITE))

    async def obey_one(self) -> Any:
        """Wait for a command, and do it."""
        delivery = await anext(aiter(self.bus.receive()))
        note = read(delivery.message, site=SITE)
        assert isinstance(note, Note)
        assert isinstance(note.body, CommandGiven)
        answer = Answer(asked=1, done=1, ko="한 명을 옮겼습니다.", en="moved one")
        said = CommandAnswered(command_id=note.body.command_id, answer=answer)
        reply = Note(body=said, source=self.source, sequence=self.last, at=self.now())
        await self.bus.publish(write(reply, site=SITE))
        return note.body.command


async def a_call(switch: Switch, *, call: str = "17", agent: str | None = None) -> None:
    """Let a caller wait, and if somebody is named be answered by him."""
    leg: Any = {"call": call, "leg": 0, "queue": "general"}
    await switch.say(CallArrived(**leg), CallQueued(**leg))
    if agent is not None:
        await switch.say(
            AgentLoggedIn(agent=agent, group="general"),
            AgentStateChanged(agent=agent, group="general", state=StateWord.AVAILABLE),
            CallOffered(**leg, agent=agent, group="general"),
            CallConnected(**leg, agent=agent, group="general", wait_us=0),
        )


@dataclass(frozen=True, kw_only=True)
class Living:
    """A house and its switch."""

    house: House
    switch: Switch

    async def get(self, headers: dict[str, str], path: str = "/v1/live") -> dict[str, Any]:
        """Look at the board."""
        self.house.clock.advance(2 * SECOND)
        answer = await self.house.client.get(path, headers=headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def until(
        self, headers: dict[str, str], met: Callable[[dict[str, Any]], bool]
    ) -> dict[str, Any]:
        """Look at the board until it shows something."""
        found: dict[str, Any] = {}
        try:
            async with asyncio.timeout(20):
                while not met(found := await self.get(headers)):  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(found) from None
        return found


@asynccontextmanager
async def a_living_house(folder: Path, **settings: object) -> AsyncIterator[Living]:
    """Open a house that listens, and a switch that nobody has heard of yet."""
    async with a_house(folder, background=True, **settings) as house:
        address = house.services.live.speaker
        assert address is not None
        async with MqttBus(
            address,
            session=Session(identifier="sim1", lasting=False),
            jitter=lambda: 0.5,
            filters=[subscription(Channel.COMMANDS, site=SITE, name="sim1")],
        ) as bus:
            await bus.connected(within_seconds=20)
            switch = Switch(bus=bus, now=lambda: tick_of(house.watch()))
            yield Living(house=house, switch=switch)
