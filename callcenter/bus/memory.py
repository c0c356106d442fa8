"""The bus within one process: the same promises as over MQTT, without a broker to start.

For tests, and for a centre that runs in one process and may forget what it queued when it ends. Nothing
expires here, and a last will is said without delay.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Self

from callcenter.bus.inbox import Inbox
from callcenter.bus.lines import Lines
from callcenter.bus.port import Deliveries, LastWill, Message, Qos
from callcenter.bus.topics import matches
from callcenter.errors import BrokerRefusedError, BusClosedError


@dataclass(slots=True)
class _Session:
    """What the broker keeps for one identifier."""

    filters: tuple[str, ...]
    lasting: bool
    owed: dict[int, Message] = field(default_factory=dict)
    """Not acknowledged, by number, oldest first."""
    bus: "MemoryBus | None" = None


class MemoryBroker:
    """What stands between the buses of one process: sessions, queues, retained messages."""

    def __init__(self) -> None:
        """Start with nobody connected."""
        self._sessions: dict[str, _Session] = {}
        self._retained: dict[str, Message] = {}
        self._number = 0

    def cut(self, identifier: str) -> None:
        """Lose one line, as if a cable were pulled: its last will is said, then it comes back."""
        bus = self._sessions[identifier].bus
        assert bus is not None, f"expected {identifier!r} to be connected"
        self._lose(bus)
        self._join(bus)

    def _join(self, bus: "MemoryBus") -> None:
        session = self._sessions.get(bus.identifier)
        if session is not None and session.bus is not None:
            raise BrokerRefusedError(f"{bus.identifier!r} is already connected: a name is one bus")
        if session is None or not bus.lasting:
            session = _Session(filters=(), lasting=bus.lasting)
        self._sessions[bus.identifier] = session
        session.filters, session.bus = bus.filters, bus
        bus.joined()
        for number, message in list(session.owed.items()):
            if matches(message.topic, bus.filters):
                bus.arrived(number, message)
            else:
                del session.owed[number]
        for topic, message in self._retained.items():
            if matches(topic, bus.filters):
                self._deliver(session, message)

    def _leave(self, bus: "MemoryBus") -> None:
        session = self._sessions[bus.identifier]
        session.bus = None
        if not session.lasting:
            del self._sessions[bus.identifier]

    def _lose(self, bus: "MemoryBus") -> None:
        self._leave(bus)
        bus.lost()
        if bus.will is not None:
            self.take_over(bus.will.message)

    def take_over(self, message: Message) -> None:
        """Keep a message for everybody who asked for its topic."""
        if message.retain and message.payload:
            self._retained[message.topic] = message
        elif message.retain:
            self._retained.pop(message.topic, None)
        fresh = replace(message, retain=False)
        for session in self._sessions.values():
            if matches(message.topic, session.filters):
                self._deliver(session, fresh)

    def _deliver(self, session: _Session, message: Message) -> None:
        self._number += 1
        if message.qos is Qos.AT_LEAST_ONCE:
            session.owed[self._number] = message
        if session.bus is not None:
            session.bus.arrived(self._number, message)

    def settle(self, identifier: str, number: int) -> None:
        """Forget a message that was acknowledged."""
        session = self._sessions.get(identifier)
        if session is not None:
            session.owed.pop(number, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _MemoryDelivery:
    message: Message
    number: int
    bus: "MemoryBus"
    line: int

    async def ack(self) -> None:
        self.bus.acknowledge(self.number, line=self.line)


class MemoryBus:
    """One end of a bus within the process; `async with` connects it and closes it in good order."""

    def __init__(
        self,
        broker: MemoryBroker,
        *,
        identifier: str,
        filters: Iterable[str] = (),
        lasting: bool = True,
        will: LastWill | None = None,
    ) -> None:
        """Name this end and what it listens to; a lasting session is kept while it is away."""
        self.identifier = identifier
        self.filters = tuple(filters)
        self.lasting = lasting
        self.will = will
        self._broker = broker
        self._inbox = Inbox()
        self._lines = Lines()
        self._line = 0
        self._open = False

    async def __aenter__(self) -> Self:
        """Connect."""
        self._inbox = Inbox()
        self._broker._join(self)  # noqa: SLF001 - the two halves of one bus
        self._open = True
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close in good order: no last will; what is owed waits for the next connection."""
        self._open = False
        self._broker._leave(self)  # noqa: SLF001
        self._line += 1
        self._inbox.close()

    async def publish(self, message: Message) -> None:
        """Hand a message to everybody who asked for its topic, at once.

        Raises:
            BusClosedError: This bus is not connected.
        """
        if not self._open:
            raise BusClosedError(f"bus {self.identifier!r} is closed")
        self._broker.take_over(message)

    async def publish_all(self, messages: Sequence[Message]) -> None:
        """Hand several to everybody who asked for their topics (see `port`)."""
        for message in messages:
            await self.publish(message)

    async def line(self, *, after: int = 0) -> int:
        """Wait until this end has been connected once more (see `port`)."""
        return await self._lines.after(after)

    def receive(self) -> Deliveries:
        """Give the deliveries of this bus."""
        return self._inbox

    def joined(self) -> None:
        """Learn that there is a line."""
        self._lines.up()

    def arrived(self, number: int, message: Message) -> None:
        """Take a delivery from the broker."""
        self._inbox.put(_MemoryDelivery(message=message, number=number, bus=self, line=self._line))

    def lost(self) -> None:
        """Learn that the line is gone: what came over it can no longer be acknowledged."""
        self._line += 1
        self._inbox.discard()

    def acknowledge(self, number: int, *, line: int) -> None:
        """Pass an acknowledgement on if the line it belongs to still stands."""
        if line == self._line:
            self._broker.settle(self.identifier, number)
