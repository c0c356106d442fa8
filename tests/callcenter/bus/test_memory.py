"""What is particular to the bus within a process; the rest is in `test_port.py`."""

import pytest

from callcenter.bus.memory import MemoryBroker, MemoryBus
from callcenter.bus.port import Message
from callcenter.errors import BrokerRefusedError


async def test_a_name_is_one_bus() -> None:
    broker = MemoryBroker()

    async with MemoryBus(broker, identifier="one"):
        with pytest.raises(BrokerRefusedError, match="'one' is already connected"):
            async with MemoryBus(broker, identifier="one"):
                pass


async def test_a_bus_can_be_opened_again() -> None:
    broker = MemoryBroker()
    bus = MemoryBus(broker, identifier="one", filters=["a"])
    async with bus:
        pass
    await publish(broker, b"1")

    async with bus:
        delivery = await anext(aiter(bus.receive()))

    assert delivery.message.payload == b"1"


async def publish(broker: MemoryBroker, payload: bytes) -> None:
    async with MemoryBus(broker, identifier="other", lasting=False) as other:
        await other.publish(Message(topic="a", payload=payload))
