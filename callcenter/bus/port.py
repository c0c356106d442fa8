"""The bus as everybody sees it: `publish`, and `receive` with an acknowledgement of one's own.

What is promised, by `memory` and by `mqtt` alike (one suite of tests runs against both):

- *At least once.* `publish` of a message with `Qos.AT_LEAST_ONCE` returns when the broker has taken it
  over, however often that had to be tried. A delivery that is not acknowledged comes again after the
  line was lost or the process was killed; an acknowledged one does not, unless the acknowledgement
  itself was lost. Receivers drop repeats by event id.
- *In order.* Messages of one publisher, published one after the other, arrive in that order; what was
  not acknowledged comes again before what came later.
- *While one is away.* A bus with a fixed identifier that asked for a lasting session finds on its return
  what was published meanwhile. It is told nothing of `Qos.AT_MOST_ONCE`.
- *Retained.* The last retained message of each topic is delivered to whoever subscribes later; an empty
  payload clears it.
- *Last will.* Published by the broker when the line is lost, and not when it is closed in good order.

Not promised: that a broker which was killed remembers what it took over in its last seconds, so who tells
keeps that and tells it on the next line again (`telling`, `desk.switch_commands`; gaps are asked for); that
nothing comes twice; and that `Message.retain` of a received message says whether it
is old (the embedded broker marks what it had queued as retained).
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol


class Qos(IntEnum):
    """How hard the bus tries; exactly once does not exist, an idempotent receiver makes it so."""

    AT_MOST_ONCE = 0
    """Sent if there is a line, otherwise dropped: only for what is stale a moment later."""
    AT_LEAST_ONCE = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One sealed letter: the bus reads the address and never the content."""

    topic: str
    payload: bytes
    qos: Qos = Qos.AT_LEAST_ONCE
    retain: bool = False
    content_type: str | None = None
    """Told to the receiver where the protocol can (MQTT 5)."""
    expires_after_seconds: int | None = None
    """Forgotten by the broker after that, where the protocol can (MQTT 5); `None`: never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastWill:
    """What the broker says in our name when it has lost us."""

    message: Message
    delay_seconds: int = 0
    """So long the broker waits for our return first, where the protocol can (MQTT 5, and only in a
    lasting session: a passing one ends with its line)."""


class Delivery(Protocol):
    """One message that came, owed an acknowledgement."""

    @property
    def message(self) -> Message:
        """What came."""
        ...

    async def ack(self) -> None:
        """Say that it is safely stored, and never before it is.

        Does nothing if the line was lost since it came: then the message comes again. Saying it twice
        is saying it once.
        """
        ...


class Deliveries(Protocol):
    """What comes, for one receiver; waiting for the next one can be cancelled without losing any."""

    def __aiter__(self) -> AsyncIterator[Delivery]:
        """Go through what comes, over losses of the line, until the bus is closed."""
        ...

    async def __anext__(self) -> Delivery:
        """Wait for the next delivery."""
        ...

    def take(self, limit: int) -> list[Delivery]:
        """Take what has already come, at most so many, without waiting.

        What came while one transaction ran is the next one: committing in groups needs no timer.
        """
        ...


class Publisher(Protocol):
    """Who tells."""

    async def publish(self, message: Message) -> None:
        """Hand a message to the broker; return only once it has acknowledged it.

        Tries again over losses of the line for as long as it takes: bound it from outside, and keep what
        it did not return from. `Qos.AT_MOST_ONCE` is handed over at once or dropped.

        Raises:
            BrokerRefusedError: This end may not publish to that topic (only MQTT 5 brokers say so).
            BusClosedError: The bus was closed before the broker acknowledged.
        """
        ...

    async def publish_all(self, messages: Sequence[Message]) -> None:
        """Hand over several, in order and together; return once the broker has acknowledged them all.

        Much quicker than one after the other, and unlike publishing them at the same time it keeps their
        order over losses of the line: then all of them are sent again. All are at least once.

        Raises:
            BrokerRefusedError: This end may not publish to one of the topics.
            BusClosedError: The bus was closed before the broker acknowledged.
        """
        ...

    async def line(self, *, after: int = 0) -> int:
        """Wait for a line later than that one; return the number of the last, from 1.

        When it was granted what this end listens to. The broker may have said our last will since the
        line before.
        """
        ...


class Subscriber(Protocol):
    """Who listens."""

    def receive(self) -> Deliveries:
        """Give the deliveries, always the same: a bus has one receiver."""
        ...
