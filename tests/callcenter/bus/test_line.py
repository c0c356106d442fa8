"""When a publication is done: acknowledged, refused, or the line lost."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import paho.mqtt.client as paho
import pytest
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

from callcenter.bus.broker_address import BrokerAddress, Session
from callcenter.bus.inbox import Inbox
from callcenter.bus.line import Line
from callcenter.bus.port import Message
from callcenter.errors import BrokerRefusedError, BrokerUnavailableError

GRANTED = ReasonCode(PacketTypes.PUBACK, "Success")
DENIED = ReasonCode(PacketTypes.PUBACK, "Not authorized")


@dataclass
class Wire:
    """Stands for paho: counts what is sent, and answers when told to."""

    protocol: int = paho.MQTTv5
    published: list[int] = field(default_factory=list)
    numbers: int = 0

    def publish(self, *_: Any, **__: Any) -> paho.MQTTMessageInfo:
        self.numbers += 1
        self.published.append(self.numbers)
        return paho.MQTTMessageInfo(self.numbers)


class Bench:
    """A line on the bench, with its wire."""

    def __init__(self) -> None:
        address = BrokerAddress(host="127.0.0.1", port=1883)
        session = Session(identifier="bench")
        self.line = Line(address, session, will=None, inbox=Inbox(), filters=())
        self.wire = Wire()
        self.line._paho = self.wire  # type: ignore[assignment]

    def publish(self) -> asyncio.Task[None]:
        return asyncio.create_task(self.line.publish([Message(topic="a", payload=b"")]))

    async def acknowledge(self, number: int, reason: ReasonCode = GRANTED) -> None:
        self.line._acknowledged(self.wire, None, number, reason, None)  # type: ignore[arg-type]
        await turns()


async def turns() -> None:
    """Let everybody who can go on do so."""
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.fixture
async def bench() -> Bench:
    return Bench()


async def test_a_publication_is_done_when_it_is_acknowledged(bench: Bench) -> None:
    first, second = bench.publish(), bench.publish()
    await turns()
    assert not first.done()

    await bench.acknowledge(2)
    assert [first.done(), second.done()] == [False, True]
    await bench.acknowledge(1)
    await asyncio.gather(first, second)


async def test_an_acknowledgement_that_comes_twice_or_too_late_is_nothing(bench: Bench) -> None:
    publishing = bench.publish()
    await turns()
    await bench.acknowledge(1)
    await bench.acknowledge(1, DENIED)
    await publishing
    await bench.acknowledge(1, DENIED)


async def test_a_refused_publication_says_so(bench: Bench) -> None:
    publishing = bench.publish()
    await turns()
    await bench.acknowledge(1, DENIED)

    with pytest.raises(BrokerRefusedError, match="Not authorized"):
        await publishing


async def test_a_line_that_is_lost_before_the_answer_leaves_it_undone(bench: Bench) -> None:
    publishing = bench.publish()
    await turns()
    bench.line.lost()

    with pytest.raises(BrokerUnavailableError):
        await publishing


async def test_nothing_can_be_published_on_a_line_that_is_lost(bench: Bench) -> None:
    bench.line.lost()

    with pytest.raises(BrokerUnavailableError):
        await bench.publish()
