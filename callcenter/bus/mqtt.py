"""The bus over MQTT: what is not acknowledged is sent again, by either side, over any loss of the line.

A broker gone is no error here: it is waited for, for as long as it takes. Every line is a new `Line`, so
that no number, queue or acknowledgement of a lost one can be mistaken for one of the next.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import Final, Self

from callcenter.bus.backoff import Backoff
from callcenter.bus.broker_address import BrokerAddress, Session
from callcenter.bus.inbox import Inbox
from callcenter.bus.line import Line
from callcenter.bus.lines import Lines
from callcenter.bus.port import Deliveries, LastWill, Message, Qos
from callcenter.errors import (
    BrokerRefusedError,
    BrokerUnavailableError,
    BusClosedError,
    BusError,
)

_LOG: Final = logging.getLogger(__name__)

MOST_UNACKNOWLEDGED: Final = 1_000
"""Publications on their way at once; the protocol can number 65,535."""


class MqttBus:
    """One end of a bus over a broker; `async with` starts to connect, and closes in good order."""

    def __init__(
        self,
        address: BrokerAddress,
        *,
        session: Session,
        jitter: Callable[[], float],
        filters: Iterable[str] = (),
        will: LastWill | None = None,
        backoff: Backoff | None = None,
    ) -> None:
        """Take what is needed to connect, and connect to nothing yet.

        Args:
            address: The broker.
            session: Who we are to it.
            jitter: Draws uniformly from [0, 1), for the waits between tries.
            filters: What to listen to, with at-least-once delivery.
            will: What the broker says when it has lost us.
            backoff: The waits between tries.
        """
        self.address = address
        self.session = session
        self.filters = tuple(filters)
        self.trouble: BusError | None = None
        """Why there is no line now, or why there was none last; `None` while there is one."""
        self._will = will
        self._jitter = jitter
        self._backoff = backoff or Backoff()
        self._failures = 0
        self._closing = asyncio.Event()
        self._inbox = Inbox()
        self._lines = Lines()
        self._slots = asyncio.Semaphore(MOST_UNACKNOWLEDGED)
        self._up: asyncio.Future[Line] = asyncio.get_running_loop().create_future()
        self._listening = asyncio.Event()
        self._refused = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Begin to connect, without waiting for it."""
        assert self._keeper is None, "an MqttBus is opened once"
        self._keeper = asyncio.create_task(self._keep_connected(), name=f"bus {self.session}")
        self._keeper.add_done_callback(self._ended)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close in good order: no last will; what is not acknowledged comes again next time."""
        assert self._keeper is not None
        self._closing.set()
        self._keeper.cancel()
        await asyncio.wait([self._keeper])

    async def connected(self, *, within_seconds: float) -> None:
        """Wait until there is a line and the broker has granted what we listen to.

        Raises:
            BusError: There is none after that time, or the broker refuses us; says why.
        """
        waits = [asyncio.create_task(event.wait()) for event in (self._listening, self._refused)]
        try:
            await asyncio.wait(waits, timeout=within_seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        if not self._listening.is_set():
            why = f"{self.address} did not answer within {within_seconds:g} s"
            raise self.trouble or BrokerUnavailableError(why)

    async def publish(self, message: Message) -> None:
        """Hand a message to the broker; return only once it has acknowledged it (see `port`)."""
        if message.qos is Qos.AT_MOST_ONCE:
            if self._up.done():
                self._up.result().send(message)
            return
        async with self._slots:
            while not await self._publish_once([message]):
                pass

    async def publish_all(self, messages: Sequence[Message]) -> None:
        """Hand over several in order; over a loss of the line, all of them again (see `port`)."""
        assert all(message.qos is Qos.AT_LEAST_ONCE for message in messages)
        while messages and not await self._publish_once(messages):
            pass

    async def line(self, *, after: int = 0) -> int:
        """Wait for a line later than that one (see `port`)."""
        return await self._lines.after(after)

    async def _publish_once(self, messages: Sequence[Message]) -> bool:
        line = await asyncio.shield(self._up)
        try:
            await line.publish(messages)
        except BrokerUnavailableError:
            await line.gone.wait()
            return False
        return True

    def receive(self) -> Deliveries:
        """Give the deliveries, always the same: a bus has one receiver."""
        return self._inbox

    async def _keep_connected(self) -> None:
        # The event, too: in Python 3.11 a group of tasks that fails while it is cancelled forgets that.
        while not self._closing.is_set():
            try:
                await self._connect_once()
            except BusError as trouble:
                self.trouble = trouble
                if isinstance(trouble, BrokerRefusedError):
                    self._refused.set()
            await self._pause()

    async def _pause(self) -> None:
        self._failures += 1
        wait = self._backoff.delay(self._failures, jitter=self._jitter)
        _LOG.warning("no line to %s (%s): next try in %.2f s", self.address, self.trouble, wait)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), wait)

    async def _connect_once(self) -> None:
        line = Line(
            self.address, self.session, will=self._will, inbox=self._inbox, filters=self.filters
        )
        try:
            async with line.connected():
                self._up.set_result(line)  # Publishing need not wait for what we listen to.
                async with asyncio.TaskGroup() as both:
                    both.create_task(line.lasts())
                    both.create_task(self._subscribe(line))
        except* BusError as why:
            raise why.exceptions[0] from None
        finally:
            self._down(line)

    async def _subscribe(self, line: Line) -> None:
        await line.subscribe()
        self.trouble = None
        self._refused.clear()
        self._listening.set()
        self._lines.up()
        _LOG.info("connected to %s as %s", self.address, self.session.identifier)
        await asyncio.sleep(self._backoff.settled_after_seconds)
        self._failures = 0

    def _down(self, line: Line) -> None:
        if self._up.done():
            self._up = asyncio.get_running_loop().create_future()
        self._listening.clear()
        self._inbox.discard()
        line.lost()

    def _ended(self, keeper: asyncio.Task[None]) -> None:
        """Wake everybody who waits; a bug in the keeper is theirs to see, not to wait for for ever."""
        failure = None if keeper.cancelled() else keeper.exception()
        if failure is not None:
            _LOG.error("the bus to %s broke", self.address, exc_info=failure)
        self._inbox.close(failure)
        self._up.set_exception(failure or BusClosedError(f"the bus to {self.address} is closed"))
        self._up.exception()  # Looked at: nobody need be waiting.
