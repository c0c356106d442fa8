"""What only a real broker can show: refusals, trust, brokers that are away, and the private surface."""

import asyncio
import importlib.metadata
import inspect
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import aiomqtt
import paho.mqtt.client as paho
import pytest

from callcenter.bus.broker_address import BrokerAddress, Protocol, Session, Tls
from callcenter.bus.line import _paho
from callcenter.bus.mqtt import MqttBus
from callcenter.bus.port import LastWill, Message, Qos
from callcenter.errors import BrokerRefusedError, BrokerUnavailableError, BusClosedError
from tests.callcenter.bus.rigs import (
    PATIENCE,
    QUICK,
    READER,
    WRITER,
    Mosquitto,
    free_port,
    ready,
    write_certificate,
)

LEDGER = "cc/v1/bucheon/ev/call/of-mqtt"


def bus(address: BrokerAddress, identifier: str, *filters: str) -> MqttBus:
    return MqttBus(
        address,
        session=Session(identifier=identifier),
        jitter=lambda: 0.5,
        filters=filters,
        backoff=QUICK,
    )


def letter(text: str, *, topic: str = LEDGER, qos: Qos = Qos.AT_LEAST_ONCE) -> Message:
    return Message(topic=topic, payload=text.encode(), qos=qos)


async def until(true: Callable[[], bool]) -> None:
    while not true():  # noqa: ASYNC110 - what is waited for rings no bell
        await asyncio.sleep(0.02)


# --- The libraries we lean on ------------------------------------------------------------------------


async def test_the_private_surface_of_the_pinned_library_is_where_we_expect_it() -> None:
    """The library offers no acknowledgement of one's own: we reach through it. Read a new version first."""
    assert importlib.metadata.version("aiomqtt") == "2.5.1"
    client = aiomqtt.Client("127.0.0.1")

    inner = _paho(client)

    assert isinstance(inner, paho.Client)
    assert list(inspect.signature(inner.ack).parameters) == ["mid", "qos"]
    assert list(inspect.signature(inner.manual_ack_set).parameters) == ["on"]
    assert inner._manual_ack is False
    assert inner.on_message == client._on_message
    assert inner.on_publish == client._on_publish
    assert inner.on_socket_register_write == client._on_socket_register_write
    assert isinstance(client._disconnected, asyncio.Future)
    assert "await loop.run_in_executor" in inspect.getsource(aiomqtt.Client.__aenter__)


async def test_an_inbox_has_no_bound_that_drops() -> None:
    """`max_queued_incoming_messages` is no back pressure: 404 of 500 acknowledged events were lost."""
    async with bus(BrokerAddress(host="127.0.0.1", port=free_port()), "unbounded") as one:
        for number in range(10_000):
            one._inbox.put(number)  # type: ignore[arg-type]

        assert len(one.receive().take(limit=20_000)) == 10_000


# --- Nobody there ------------------------------------------------------------------------------------


async def test_a_broker_that_is_not_there_is_told_and_waited_for() -> None:
    address = BrokerAddress(host="127.0.0.1", port=free_port())
    async with bus(address, "early") as one:
        with pytest.raises(BrokerUnavailableError):
            await one.connected(within_seconds=0.3)

        assert isinstance(one.trouble, BrokerUnavailableError)


async def test_what_may_be_dropped_is_dropped_while_there_is_no_line() -> None:
    async with bus(BrokerAddress(host="127.0.0.1", port=free_port()), "beats") as one:
        async with asyncio.timeout(PATIENCE):
            await one.publish(letter("beat", qos=Qos.AT_MOST_ONCE))


async def test_closing_tells_who_still_waits_that_nothing_was_acknowledged() -> None:
    async with bus(BrokerAddress(host="127.0.0.1", port=free_port()), "owing") as one:
        owing = asyncio.create_task(one.publish(letter("owed")))
        await asyncio.sleep(0)

    with pytest.raises(BusClosedError):
        await owing


async def test_a_broker_that_accepts_and_never_answers_is_left_without_a_trace() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        address = BrokerAddress(host="127.0.0.1", port=mute.getsockname()[1])
        async with bus(address, "patient") as one, asyncio.timeout(PATIENCE):
            await until(lambda: one.trouble is not None)

    assert isinstance(one.trouble, BrokerUnavailableError)


async def test_closing_while_it_connects_leaves_nothing_behind() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        address = BrokerAddress(host="127.0.0.1", port=mute.getsockname()[1])
        async with bus(address, "hasty"), asyncio.timeout(PATIENCE):
            await asyncio.sleep(0.05)


async def test_a_fault_of_our_own_is_seen_and_not_waited_for() -> None:
    def broken() -> float:
        raise ZeroDivisionError

    address = BrokerAddress(host="127.0.0.1", port=free_port())
    faulty = MqttBus(address, session=Session(identifier="faulty"), jitter=broken)

    with pytest.raises(ZeroDivisionError):
        async with faulty, asyncio.timeout(PATIENCE):
            await faulty.publish(letter("never"))


@pytest.mark.broker
async def test_what_is_published_before_the_broker_starts_arrives_after(
    mosquitto_program: str, tmp_path: Path
) -> None:
    broker = Mosquitto(folder=tmp_path, program=mosquitto_program).prepare()
    async with (
        bus(broker.address(READER), "first-reader", LEDGER) as reader,
        bus(broker.address(WRITER), "first-writer") as writer,
    ):
        await asyncio.sleep(0.1)
        broker.start()
        try:
            await ready(reader)
            async with asyncio.timeout(PATIENCE):
                await writer.publish(letter("patience"))
                delivery = await anext(aiter(reader.receive()))
        finally:
            broker.stop()

    assert delivery.message.payload == b"patience"


# --- Refusals ----------------------------------------------------------------------------------------


@pytest.mark.broker
@pytest.mark.parametrize("version", list(Protocol))
@pytest.mark.parametrize(
    ("username", "password"), [(None, None), (READER, "wrong"), ("nobody", "wrong")]
)
async def test_a_stranger_is_refused(
    mosquitto: Mosquitto, version: Protocol, username: str | None, password: str | None
) -> None:
    address = replace(
        mosquitto.address(READER, version=version), username=username, password=password
    )
    async with bus(address, "stranger", LEDGER) as stranger:
        with pytest.raises(BrokerRefusedError):
            await stranger.connected(within_seconds=PATIENCE)


@pytest.mark.broker
async def test_a_broker_we_do_not_trust_is_refused(mosquitto: Mosquitto, tmp_path: Path) -> None:
    other = Tls(ca_file=write_certificate(tmp_path))

    async with bus(replace(mosquitto.address(READER), tls=other), "wary") as wary:
        with pytest.raises(BrokerRefusedError, match="trust"):
            await wary.connected(within_seconds=PATIENCE)


async def test_certificates_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    missing = Tls(ca_file=tmp_path / "nowhere.pem")
    address = BrokerAddress(host="127.0.0.1", port=free_port(), tls=missing)

    async with bus(address, "blind") as blind:
        with pytest.raises(BrokerRefusedError, match="certificates"):
            await blind.connected(within_seconds=PATIENCE)


@pytest.mark.broker
async def test_a_source_that_speaks_for_another_is_told_so(mosquitto: Mosquitto) -> None:
    async with bus(mosquitto.address(WRITER), "liar") as liar:
        await ready(liar)
        with pytest.raises(BrokerRefusedError, match="publication"):
            await liar.publish(letter("offline", topic="cc/v1/bucheon/st/source/pbx2"))
        async with asyncio.timeout(PATIENCE):
            await liar.publish(letter("online", topic="cc/v1/bucheon/st/source/pbx1"))


@pytest.mark.broker
@pytest.mark.parametrize(
    ("user", "topic", "allowed"),
    [
        (WRITER, "cc/v1/bucheon/ev/call/general", True),
        (WRITER, "cc/v1/bucheon/ev/source/pbx1", True),
        (WRITER, "cc/v1/bucheon/snap/pbx1", True),
        (WRITER, "cc/v1/bucheon/ev/source/pbx2", False),
        (WRITER, "cc/v1/bucheon/snap/pbx2", False),
        (WRITER, "cc/v1/bucheon/ctl/replay/pbx1", False),
        (WRITER, "cc/v1/seoul/ev/call/general", False),
        (READER, "cc/v1/bucheon/ctl/replay/pbx1", True),
        (READER, "cc/v1/bucheon/ev/call/general", False),
        (READER, "cc/v1/bucheon/st/source/pbx1", False),
    ],
)
async def test_everybody_may_say_what_is_his_to_say(
    mosquitto: Mosquitto, user: str, topic: str, *, allowed: bool
) -> None:
    async with bus(mosquitto.address(user), "rights") as one:
        await ready(one)
        try:
            await one.publish(letter("said", topic=topic))
        except BrokerRefusedError:
            assert not allowed
        else:
            assert allowed


@pytest.mark.broker
async def test_a_source_hears_requests_to_itself_and_nothing_else(mosquitto: Mosquitto) -> None:
    everything = "cc/v1/#"
    async with (
        bus(mosquitto.address(WRITER), "curious", everything) as source,
        bus(mosquitto.address(READER), "asking") as reader,
    ):
        await ready(source)
        await reader.publish(letter("not yours", topic="cc/v1/bucheon/ctl/replay/pbx2"))
        await reader.publish(letter("yours", topic="cc/v1/bucheon/ctl/replay/pbx1"))
        async with asyncio.timeout(PATIENCE):
            delivery = await anext(aiter(source.receive()))

    assert delivery.message.payload == b"yours"


# --- What MQTT 5 can do ------------------------------------------------------------------------------


@pytest.mark.broker
async def test_the_receiver_is_told_what_it_is_and_how_long_it_lasts(mosquitto: Mosquitto) -> None:
    message = replace(
        letter("state"), content_type="application/cloudevents+json", expires_after_seconds=60
    )
    async with (
        bus(mosquitto.address(READER), "typed-reader", LEDGER) as reader,
        bus(mosquitto.address(WRITER), "typed-writer") as writer,
    ):
        await ready(reader)
        await writer.publish(message)
        async with asyncio.timeout(PATIENCE):
            received = (await anext(aiter(reader.receive()))).message

    assert received.content_type == "application/cloudevents+json"
    assert received.expires_after_seconds == 60


@pytest.mark.broker
async def test_a_delayed_last_will_is_not_said_of_who_comes_back_in_time(
    mosquitto: Mosquitto,
) -> None:
    topic = "cc/v1/bucheon/st/agent/of-the-will"
    will = LastWill(message=letter("offline", topic=topic), delay_seconds=30)
    address = mosquitto.address(WRITER)
    async with bus(mosquitto.address(READER), "will-reader", topic) as reader:
        await ready(reader)
        for word in ("online", "online again"):
            source = MqttBus(
                address, session=Session(identifier="will"), jitter=lambda: 0.5, will=will
            )
            async with source:
                await source.publish(letter(word, topic=topic))
                line = await source._up
                inner = line._paho.socket()
                assert inner is not None
                inner.shutdown(socket.SHUT_RDWR)  # type: ignore[attr-defined]
                await line.gone.wait()
        async with asyncio.timeout(PATIENCE):
            words = [(await anext(aiter(reader.receive()))).message.payload for _ in range(2)]

    assert words == [b"online", b"online again"]


@pytest.mark.broker
async def test_two_with_one_name_do_not_storm_the_broker(mosquitto: Mosquitto) -> None:
    """The broker lets the newer one in and cuts the older: without a growing wait they never rest."""
    address = mosquitto.address(READER)
    async with bus(address, "twin", LEDGER) as one, bus(address, "twin", LEDGER) as other:
        async with asyncio.timeout(PATIENCE):
            await until(lambda: one._failures + other._failures >= 6)

        assert one._failures > 1
        assert other._failures > 1
