"""The promises of the bus, each against every kind of broker: memory, embedded and Mosquitto.

A test that asks for a `keeper` leaves the embedded broker out: it does not keep that promise (see
`test_broker.py`, which says so).
"""

import asyncio
import re
from collections.abc import Sequence

import pytest

from callcenter.bus.port import Deliveries, Delivery, LastWill, Message, Publisher, Qos
from callcenter.errors import BusClosedError
from tests.callcenter.bus.rigs import PATIENCE, Rig, ready

SITE = "cc/v1/bucheon"


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """Give a name no other test of the same broker uses."""
    return re.sub(r"\W+", "-", request.node.name)


@pytest.fixture
def calls(name: str) -> str:
    """Give a topic of events of the test's own."""
    return f"{SITE}/ev/call/{name}"


@pytest.fixture
def state(name: str) -> str:
    """Give a topic for retained messages of the test's own."""
    return f"{SITE}/st/agent/{name}"


def letter(topic: str, text: str, *, qos: Qos = Qos.AT_LEAST_ONCE, retain: bool = False) -> Message:
    return Message(topic=topic, payload=text.encode(), qos=qos, retain=retain)


async def some(deliveries: Deliveries, count: int) -> list[Delivery]:
    """Wait for so many deliveries."""
    async with asyncio.timeout(PATIENCE):
        return [await anext(aiter(deliveries)) for _ in range(count)]


async def acknowledged(deliveries: Deliveries, count: int) -> list[str]:
    """Receive and acknowledge so many, and give their texts."""
    received = []
    for delivery in await some(deliveries, count):
        received.append(text(delivery))
        await delivery.ack()
    return received


def text(delivery: Delivery) -> str:
    return delivery.message.payload.decode()


def texts(deliveries: Sequence[Delivery]) -> list[str]:
    return [text(delivery) for delivery in deliveries]


async def distinct(deliveries: Deliveries, count: int) -> list[str]:
    """Receive and acknowledge until so many different texts came; give each when it first came."""
    seen: dict[str, None] = {}
    while len(seen) < count:
        seen |= dict.fromkeys(await acknowledged(deliveries, 1))
    return list(seen)


async def published(bus: Publisher, topic: str, *words: str) -> None:
    for word in words:
        await bus.publish(letter(topic, word))


async def test_what_is_published_is_received(rig: Rig, name: str, calls: str) -> None:
    async with rig.reader(f"r-{name}", calls) as reader, rig.writer(f"w-{name}") as writer:
        await ready(reader)
        await writer.publish(letter(calls, "안녕하세요"))

        (delivery,) = await some(reader.receive(), 1)

        assert delivery.message.topic == calls
        assert text(delivery) == "안녕하세요"
        assert delivery.message.qos is Qos.AT_LEAST_ONCE


async def test_messages_arrive_in_the_order_they_were_published(
    rig: Rig, name: str, calls: str
) -> None:
    words = [str(number) for number in range(200)]
    async with rig.reader(f"r-{name}", calls) as reader, rig.writer(f"w-{name}") as writer:
        await ready(reader)
        receiving = asyncio.create_task(acknowledged(reader.receive(), 200))
        await published(writer, calls, *words)

        assert await receiving == words


async def test_what_was_published_while_one_is_away_waits(
    keeper: Rig, name: str, calls: str
) -> None:
    async with keeper.writer(f"w-{name}") as writer:
        async with keeper.reader(f"r-{name}", calls) as reader:
            await ready(reader)
        await published(writer, calls, "1", "2", "3")

        async with keeper.reader(f"r-{name}", calls) as reader:
            assert await acknowledged(reader.receive(), 3) == ["1", "2", "3"]


async def test_a_passing_session_is_told_nothing_of_its_absence(
    rig: Rig, name: str, calls: str
) -> None:
    async with rig.writer(f"w-{name}") as writer:
        async with rig.reader(f"r-{name}", calls, lasting=False) as reader:
            await ready(reader)
        await published(writer, calls, "missed")

        async with rig.reader(f"r-{name}", calls, lasting=False) as reader:
            await ready(reader)
            await published(writer, calls, "heard")
            assert await acknowledged(reader.receive(), 1) == ["heard"]


async def test_what_may_be_dropped_does_not_wait(keeper: Rig, name: str, calls: str) -> None:
    async with keeper.writer(f"w-{name}") as writer:
        async with keeper.reader(f"r-{name}", calls) as reader:
            await ready(reader)
        await ready(writer)
        await writer.publish(letter(calls, "beat", qos=Qos.AT_MOST_ONCE))
        await published(writer, calls, "event")

        async with keeper.reader(f"r-{name}", calls) as reader:
            assert await acknowledged(reader.receive(), 1) == ["event"]


async def test_what_may_be_dropped_arrives_where_there_is_a_line(
    keeper: Rig, name: str, calls: str
) -> None:
    async with keeper.reader(f"r-{name}", calls) as reader, keeper.writer(f"w-{name}") as writer:
        await ready(reader)
        await ready(writer)
        await writer.publish(letter(calls, "beat", qos=Qos.AT_MOST_ONCE))

        (delivery,) = await some(reader.receive(), 1)
        await delivery.ack()

        assert delivery.message.qos is Qos.AT_MOST_ONCE


async def test_what_was_acknowledged_does_not_come_again(
    keeper: Rig, name: str, calls: str
) -> None:
    async with keeper.writer(f"w-{name}") as writer:
        async with keeper.reader(f"r-{name}", calls) as reader:
            await ready(reader)
            await published(writer, calls, "1", "2")
            assert await acknowledged(reader.receive(), 2) == ["1", "2"]
        await published(writer, calls, "3")

        async with keeper.reader(f"r-{name}", calls) as reader:
            assert await acknowledged(reader.receive(), 1) == ["3"]


async def test_what_was_not_acknowledged_comes_again_before_what_is_new(
    keeper: Rig, name: str, calls: str
) -> None:
    async with keeper.writer(f"w-{name}") as writer:
        async with keeper.reader(f"r-{name}", calls) as reader:
            await ready(reader)
            await published(writer, calls, "1", "2", "3")
            first, *_ = await some(reader.receive(), 3)
            await first.ack()
        await published(writer, calls, "4")

        async with keeper.reader(f"r-{name}", calls) as reader:
            assert await acknowledged(reader.receive(), 3) == ["2", "3", "4"]


async def test_what_was_not_acknowledged_comes_again_when_the_line_was_lost(
    keeper: Rig, name: str, calls: str
) -> None:
    async with keeper.reader(f"r-{name}", calls) as reader, keeper.writer(f"w-{name}") as writer:
        await ready(reader)
        await published(writer, calls, "1", "2")
        assert texts(await some(reader.receive(), 2)) == ["1", "2"]

        await keeper.cut(reader)

        assert await acknowledged(reader.receive(), 2) == ["1", "2"]


async def test_an_acknowledgement_after_the_line_was_lost_counts_for_nothing(
    keeper: Rig, name: str, calls: str
) -> None:
    async with keeper.reader(f"r-{name}", calls) as reader, keeper.writer(f"w-{name}") as writer:
        await ready(reader)
        await published(writer, calls, "1")
        (late,) = await some(reader.receive(), 1)

        await keeper.cut(reader)
        again = await some(reader.receive(), 1)
        await late.ack()
        await keeper.cut(reader)

        assert texts(again) == ["1"]
        assert await acknowledged(reader.receive(), 1) == ["1"]


async def test_what_came_and_was_not_looked_at_comes_again_once(
    keeper: Rig, name: str, calls: str
) -> None:
    async with keeper.reader(f"r-{name}", calls) as reader, keeper.writer(f"w-{name}") as writer:
        await ready(reader)
        await published(writer, calls, "1", "2", "3")
        await some(reader.receive(), 1)

        await keeper.cut(reader)
        received = await acknowledged(reader.receive(), 3)
        await published(writer, calls, "4")

        assert [*received, *await acknowledged(reader.receive(), 1)] == ["1", "2", "3", "4"]


async def test_publishing_outlives_the_loss_of_the_line(rig: Rig, name: str, calls: str) -> None:
    async with rig.reader(f"r-{name}", calls) as reader, rig.writer(f"w-{name}") as writer:
        await ready(reader)
        receiving = asyncio.create_task(distinct(reader.receive(), 30))
        for number in range(30):
            if number % 10 == 5:
                await rig.cut(writer)
            await published(writer, calls, str(number))

        assert await receiving == [str(number) for number in range(30)]


async def test_the_last_retained_message_awaits_who_comes_later(
    rig: Rig, name: str, state: str
) -> None:
    async with rig.writer(f"w-{name}") as writer:
        await writer.publish(letter(state, "ready", retain=True))
        await writer.publish(letter(state, "talking", retain=True))

        async with rig.reader(f"r-{name}", state) as reader:
            (delivery,) = await some(reader.receive(), 1)
            await delivery.ack()

    assert text(delivery) == "talking"
    assert delivery.message.retain


async def test_a_retained_message_is_news_to_who_is_there(rig: Rig, name: str, state: str) -> None:
    async with rig.reader(f"r-{name}", state) as reader, rig.writer(f"w-{name}") as writer:
        await ready(reader)
        await writer.publish(letter(state, "ready", retain=True))

        (delivery,) = await some(reader.receive(), 1)

        assert not delivery.message.retain


async def test_an_empty_payload_clears_what_is_retained(rig: Rig, name: str, state: str) -> None:
    async with rig.writer(f"w-{name}") as writer:
        await writer.publish(letter(state, "ready", retain=True))
        await writer.publish(letter(state, "", retain=True))

        async with rig.reader(f"r-{name}", state) as reader:
            await ready(reader)
            await writer.publish(letter(state, "new"))
            assert await acknowledged(reader.receive(), 1) == ["new"]


@pytest.mark.parametrize("wildcard", ["ev/call/+", "ev/+/{name}", "ev/#", "#"])
async def test_wildcards_listen_to_many_topics(
    rig: Rig, name: str, calls: str, wildcard: str
) -> None:
    wanted = f"{SITE}/{wildcard}".format(name=name)
    async with (
        rig.reader(f"r-{name}", wanted, lasting=False) as reader,
        rig.writer(f"w-{name}") as writer,
    ):
        await ready(reader)
        await published(writer, calls, "1")

        async with asyncio.timeout(PATIENCE):
            async for delivery in reader.receive():
                await delivery.ack()
                if delivery.message.topic == calls:
                    break


async def test_what_one_did_not_ask_for_does_not_come(rig: Rig, name: str, calls: str) -> None:
    async with (
        rig.reader(f"r-{name}", f"{calls}-mine") as reader,
        rig.writer(f"w-{name}") as writer,
    ):
        await ready(reader)
        await published(writer, f"{calls}-theirs", "not mine")
        await published(writer, f"{calls}-mine", "mine")

        assert await acknowledged(reader.receive(), 1) == ["mine"]


async def test_each_of_two_readers_gets_its_own_copy(rig: Rig, name: str, calls: str) -> None:
    async with (
        rig.reader(f"a-{name}", calls) as one,
        rig.reader(f"b-{name}", calls) as other,
        rig.writer(f"w-{name}") as writer,
    ):
        await ready(one)
        await ready(other)
        await published(writer, calls, "1")

        assert await acknowledged(one.receive(), 1) == ["1"]
        assert await acknowledged(other.receive(), 1) == ["1"]


async def test_a_last_will_is_said_when_the_line_is_lost(rig: Rig, name: str, state: str) -> None:
    will = LastWill(message=letter(state, "offline", retain=True))
    async with rig.reader(f"r-{name}", state) as reader:
        await ready(reader)
        async with rig.writer(f"w-{name}", will=will) as writer:
            await ready(writer)
            await rig.cut(writer)

        assert await acknowledged(reader.receive(), 1) == ["offline"]


async def test_a_last_will_is_not_said_when_the_line_is_closed_in_good_order(
    rig: Rig, name: str, state: str
) -> None:
    will = LastWill(message=letter(state, "offline"))
    async with rig.reader(f"r-{name}", state) as reader:
        await ready(reader)
        async with rig.writer(f"w-{name}", will=will) as writer:
            await published(writer, state, "online")
        async with rig.writer(f"v-{name}") as writer:
            await published(writer, state, "somebody else")

        assert await acknowledged(reader.receive(), 2) == ["online", "somebody else"]


async def test_what_has_come_meanwhile_is_taken_at_once(rig: Rig, name: str, calls: str) -> None:
    async with rig.reader(f"r-{name}", calls) as reader, rig.writer(f"w-{name}") as writer:
        await ready(reader)
        await published(writer, calls, *map(str, range(9)))
        inbox, got = reader.receive(), []
        while len(got) < 9:
            (first,) = await some(inbox, 1)
            batch = [first, *inbox.take(limit=3)]
            assert len(batch) <= 4
            got += batch

        assert texts(got) == [str(number) for number in range(9)]


async def test_a_cancelled_wait_loses_nothing(rig: Rig, name: str, calls: str) -> None:
    async with rig.reader(f"r-{name}", calls) as reader, rig.writer(f"w-{name}") as writer:
        await ready(reader)
        for _ in range(3):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(anext(aiter(reader.receive())), 0.01)
        await published(writer, calls, "1")

        assert await acknowledged(reader.receive(), 1) == ["1"]


async def test_a_closed_bus_ends_the_iteration_and_publishes_no_more(
    rig: Rig, name: str, calls: str
) -> None:
    async with rig.reader(f"r-{name}", calls) as bus:
        await ready(bus)
        waiting = asyncio.create_task(anext(aiter(bus.receive()), None))
        await asyncio.sleep(0)

    assert await waiting is None
    with pytest.raises(BusClosedError):
        await bus.publish(letter(calls, "too late"))


async def test_a_subscription_of_former_days_stands_in_nobodys_way(
    keeper: Rig, name: str, calls: str
) -> None:
    async with keeper.writer(f"w-{name}") as writer:
        async with keeper.reader(f"r-{name}", f"{calls}-old") as reader:
            await ready(reader)
        await published(writer, f"{calls}-old", "nobody asks for it now")

        async with keeper.reader(f"r-{name}", f"{calls}-new") as reader:
            await ready(reader)
            await published(writer, f"{calls}-new", "1")
            assert await acknowledged(reader.receive(), 1) == ["1"]


async def test_several_published_together_arrive_in_order(rig: Rig, name: str, calls: str) -> None:
    words = [str(number) for number in range(150)]
    async with rig.reader(f"r-{name}", calls) as reader, rig.writer(f"w-{name}") as writer:
        await ready(reader)
        receiving = asyncio.create_task(acknowledged(reader.receive(), 150))
        await writer.publish_all([letter(calls, word) for word in words])

        assert await receiving == words


async def test_several_keep_their_order_over_a_loss_of_the_line(
    keeper: Rig, name: str, calls: str
) -> None:
    words = [str(number) for number in range(400)]
    async with keeper.reader(f"r-{name}", calls) as reader, keeper.writer(f"w-{name}") as writer:
        await ready(reader)
        receiving = asyncio.create_task(distinct(reader.receive(), 400))
        publishing = asyncio.create_task(
            writer.publish_all([letter(calls, word) for word in words])
        )
        await ready(writer)
        await keeper.cut(writer)
        async with asyncio.timeout(PATIENCE):
            await publishing

            assert await receiving == words


async def test_a_line_that_came_back_is_another_one(rig: Rig, name: str) -> None:
    async with rig.writer(f"w-{name}") as writer, asyncio.timeout(PATIENCE):
        assert await writer.line() == 1
        again = asyncio.create_task(writer.line(after=1))
        await rig.cut(writer)

        assert await again == 2
