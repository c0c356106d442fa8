"""The embedded broker: who may come in, how it ends, and what it does not keep."""

import asyncio
import logging
from dataclasses import replace

import pytest

from callcenter.bus.broker import EmbeddedBroker
from callcenter.bus.broker_address import Protocol, Session
from callcenter.bus.mqtt import MqttBus
from callcenter.bus.port import Message
from callcenter.errors import BrokerRefusedError, BrokerUnavailableError, BusError
from tests.callcenter.bus.rigs import (
    PASSWORDS,
    PATIENCE,
    QUICK,
    READER,
    WRITER,
    embedded_rig,
    ready,
)

TOPIC = "cc/v1/bucheon/ev/call/of-the-embedded-broker"


def letter(word: str) -> Message:
    return Message(topic=TOPIC, payload=word.encode())


async def test_it_keeps_for_a_named_reader_what_came_while_he_was_away(
    embedded: EmbeddedBroker,
) -> None:
    rig = embedded_rig(embedded)
    async with rig.writer("away-writer") as writer:
        async with rig.reader("away-reader", TOPIC) as reader:
            await ready(reader)
        # It may take a moment to notice that the reader left, and forgets what it sent him meanwhile.
        for number in range(30):
            await writer.publish(letter(f"{number:02}"))
            await asyncio.sleep(0.01)

        received = []
        async with rig.reader("away-reader", TOPIC) as reader, asyncio.timeout(PATIENCE):
            async for delivery in reader.receive():
                received.append(delivery.message.payload.decode())
                await delivery.ack()
                if received[-1] == "29":
                    break

    assert len(received) > 20
    assert received == [f"{number:02}" for number in range(30)][-len(received) :]


async def test_it_forgets_what_was_not_acknowledged_when_the_line_is_lost(
    embedded: EmbeddedBroker,
) -> None:
    """If this fails, amqtt has learned to keep it: let the suite of `test_port.py` say so."""
    rig = embedded_rig(embedded)
    async with (
        rig.reader("lost-reader", TOPIC) as reader,
        rig.writer("lost-writer") as writer,
        asyncio.timeout(PATIENCE),
    ):
        await ready(reader)
        await writer.publish(letter("forgotten"))
        await anext(aiter(reader.receive()))

        await rig.cut(reader)
        await ready(reader)
        await writer.publish(letter("kept"))

        assert (await anext(aiter(reader.receive()))).message.payload == b"kept"


@pytest.mark.parametrize(
    ("username", "password"),
    [(None, None), ("", ""), (READER, None), (READER, "wrong"), ("stranger", PASSWORDS[READER])],
)
async def test_it_lets_in_only_who_knows_a_name_and_its_password(
    embedded: EmbeddedBroker, username: str | None, password: str | None
) -> None:
    address = replace(embedded.address(READER), username=username, password=password)

    async with MqttBus(
        address, session=Session(identifier="stranger"), jitter=lambda: 0.5, backoff=QUICK
    ) as bus:
        with pytest.raises(BrokerRefusedError):
            await bus.connected(within_seconds=PATIENCE)


async def test_it_does_not_speak_mqtt_5(embedded: EmbeddedBroker) -> None:
    address = replace(embedded.address(READER), protocol=Protocol.V5)

    async with MqttBus(
        address, session=Session(identifier="modern"), jitter=lambda: 0.5, backoff=QUICK
    ) as bus:
        with pytest.raises(BusError):
            await bus.connected(within_seconds=1)


def test_it_listens_on_this_machine_only(embedded: EmbeddedBroker) -> None:
    assert embedded.address(WRITER).is_loopback


def test_it_says_that_it_is_not_durable(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING), EmbeddedBroker(passwords=PASSWORDS):
        pass

    assert "not durable" in caplog.text


def test_a_port_that_is_taken_is_told(embedded: EmbeddedBroker) -> None:
    taken = embedded.address(READER).port

    with (
        pytest.raises(BrokerUnavailableError, match=str(taken)),
        EmbeddedBroker(passwords=PASSWORDS, port=taken),
    ):
        pass


async def test_it_stops_though_clients_are_connected() -> None:
    with EmbeddedBroker(passwords=PASSWORDS) as broker:
        opened = embedded_rig(broker).reader("stays-reader", TOPIC)
        await ready(await opened.__aenter__())

    await opened.__aexit__(None, None, None)


def test_the_password_is_not_shown(embedded: EmbeddedBroker) -> None:
    address = embedded.address(READER)

    assert PASSWORDS[READER] not in repr(address)
    assert PASSWORDS[READER] not in str(address)
