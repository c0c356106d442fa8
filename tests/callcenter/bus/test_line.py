"""When a publication is done: acknowledged, and the question put after that answered as well."""

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
from callcenter.bus.topics import NOWHERE
from callcenter.errors import BrokerRefusedError, BrokerUnavailableError

GRANTED = ReasonCode(PacketTypes.PUBACK, "Success")
DENIED = ReasonCode(PacketTypes.PUBACK, "Not authorized")


@dataclass
class Wire:
    """Stands for paho: counts what is sent, and answers when told to."""

    protocol: int = paho.MQTTv5
    published: list[int] = field(default_factory=list)
    questions: list[int] = field(default_factory=list)
    numbers: int = 0

    def publish(self, *_: Any, **__: Any) -> paho.MQTTMessageInfo:
        self.numbers += 1
        self.published.append(self.numbers)
        return paho.MQTTMessageInfo(self.numbers)

    def unsubscribe(self, topic: str) -> tuple[int, int]:
        assert topic == NOWHERE
        self.numbers += 1
        self.questions.append(self.numbers)
        return paho.MQTT_ERR_SUCCESS, self.numbers


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

    async def answer(self, number: int) -> None:
        self.line._answered(self.wire, None, number, [], None)  # type: ignore[arg-type]
        await turns()


async def turns() -> None:
    """Let everybody who can go on do so."""
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.fixture
async def bench() -> Bench:
    return Bench()


async def test_a_publication_is_done_when_a_later_question_is_answered(bench: Bench) -> None:
    publishing = bench.publish()
    await turns()
    assert bench.wire.questions == []

    await bench.acknowledge(1)
    assert bench.wire.questions == [2]
    assert not publishing.done()

    await bench.answer(2)
    assert publishing.done()
    await publishing


async def test_one_question_serves_all_that_were_acknowledged_before_it(bench: Bench) -> None:
    first, second, third = bench.publish(), bench.publish(), bench.publish()
    await turns()
    await bench.acknowledge(1)
    await bench.acknowledge(2)
    await bench.acknowledge(3)
    assert bench.wire.questions == [4]

    await bench.answer(4)
    assert [first.done(), second.done(), third.done()] == [True, False, False]
    assert bench.wire.questions == [4, 5]

    await bench.answer(5)
    await asyncio.gather(first, second, third)
    assert bench.wire.questions == [4, 5]


async def test_a_question_nobody_waited_for_to_the_end_counts_for_nothing(bench: Bench) -> None:
    first, second = bench.publish(), bench.publish()
    await turns()
    await bench.acknowledge(1)
    await bench.acknowledge(2)
    first.cancel()
    await turns()

    assert not second.done()
    assert bench.wire.questions == [3, 4]
    await bench.answer(4)
    await second


async def test_a_refused_publication_says_so_and_asks_nothing(bench: Bench) -> None:
    publishing = bench.publish()
    await turns()
    await bench.acknowledge(1, DENIED)

    with pytest.raises(BrokerRefusedError, match="Not authorized"):
        await publishing
    assert bench.wire.questions == []


@pytest.mark.parametrize("acknowledged", [False, True])
async def test_a_line_that_is_lost_before_the_answer_leaves_it_undone(
    bench: Bench, *, acknowledged: bool
) -> None:
    publishing = bench.publish()
    await turns()
    if acknowledged:
        await bench.acknowledge(1)
    bench.line.lost()

    with pytest.raises(BrokerUnavailableError):
        await publishing


async def test_nothing_can_be_published_on_a_line_that_is_lost(bench: Bench) -> None:
    bench.line.lost()

    with pytest.raises(BrokerUnavailableError):
        await bench.publish()
