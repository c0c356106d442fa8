"""The bus over MQTT: what is not acknowledged is sent again, by either side, over any loss of the line.

aiomqtt 2.5.1 knits paho into the event loop. Two things it does not offer are done on paho itself, the
client it keeps in a private attribute (pinned, and `test_private_surface.py` fails if it moves):

- *Acknowledging after the commit.* By itself paho acknowledges before the receiver has seen a message;
  a receiver killed with 82 messages in memory then loses 82 of 300.
- *Hearing no.* An MQTT 5 broker says in its acknowledgement that a topic is forbidden; aiomqtt drops that.

Each line has a client of its own, so that no number, queue or acknowledgement of a lost line can be
mistaken for one of the next. A broker gone is no error here: it is waited for, for as long as it takes.
"""

import asyncio
import contextlib
import logging
import ssl
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self

import aiomqtt
import paho.mqtt.client as paho
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from callcenter.bus.backoff import Backoff
from callcenter.bus.broker_address import BrokerAddress, Protocol, Tls
from callcenter.bus.inbox import Inbox
from callcenter.bus.port import Deliveries, LastWill, Message, Qos
from callcenter.bus.topics import matches
from callcenter.errors import BrokerRefusedError, BrokerUnavailableError, BusClosedError, BusError

_LOG: Final = logging.getLogger(__name__)

CONNECT_SECONDS: Final = 2.0
"""For the connection, and again for the broker's answer."""
MOST_UNACKNOWLEDGED: Final = 1_000
"""Publications on their way at once; the protocol can number 65,535."""
FORBIDDEN: Final = frozenset({0x84, 0x85, 0x86, 0x87, 0x8A, 0x8C})
"""Answers to a connection that another try will not change: protocol, name, password, rights."""
GRANTED: Final = frozenset({0, 1, 2})


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Who we are to the broker."""

    identifier: str
    """Fixed: it is the name under which the broker keeps what came while we were away."""
    lasting: bool = True
    keepalive_seconds: int = 15
    kept_seconds: int = 30 * 86_400
    """So long an absent session is kept, where the client may say so (MQTT 5)."""
    in_flight: int = 200
    """Unacknowledged deliveries the broker may send at once (MQTT 5; the broker has its own limit)."""


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
        self._inbox = Inbox()
        self._slots = asyncio.Semaphore(MOST_UNACKNOWLEDGED)
        self._up: asyncio.Future[_Line] = asyncio.get_running_loop().create_future()
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
        self._keeper.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._keeper

    async def connected(self, *, within_seconds: float) -> None:
        """Wait until there is a line and the broker has granted what we listen to.

        Raises:
            BusError: There is none after that time, or the broker refuses us; says why.
        """
        up, refused = self._up, asyncio.create_task(self._refused.wait())
        either: set[asyncio.Future[Any]] = {up, refused}
        await asyncio.wait(either, timeout=within_seconds, return_when=asyncio.FIRST_COMPLETED)
        refused.cancel()
        if not up.done():
            why = f"{self.address} did not answer within {within_seconds:g} s"
            raise self.trouble or BrokerUnavailableError(why)
        up.result()

    async def publish(self, message: Message) -> None:
        """Hand a message to the broker; return only once it has acknowledged it (see `port`)."""
        if message.qos is Qos.AT_MOST_ONCE:
            if self._up.done():
                self._up.result().send(message)
            return
        async with self._slots:
            while not await self._publish_once(message):
                pass

    async def _publish_once(self, message: Message) -> bool:
        line = await asyncio.shield(self._up)
        try:
            await line.publish(message)
        except BrokerUnavailableError:
            await line.gone.wait()
            return False
        return True

    def receive(self) -> Deliveries:
        """Give the deliveries, always the same: a bus has one receiver."""
        return self._inbox

    async def _keep_connected(self) -> None:
        while True:
            try:
                await self._connect_once()
            except BusError as trouble:
                self.trouble = trouble
                if isinstance(trouble, BrokerRefusedError):
                    self._refused.set()
            self._failures += 1
            wait = self._backoff.delay(self._failures, jitter=self._jitter)
            _LOG.warning("no line to %s (%s): next try in %.2f s", self.address, self.trouble, wait)
            await asyncio.sleep(wait)

    async def _connect_once(self) -> None:
        line = None
        try:
            client = _client(self.address, self.session, will=self._will)
            line = _Line(client, inbox=self._inbox, filters=self.filters)
            async with _connection(client), asyncio.TaskGroup() as both:
                both.create_task(line.pump())
                both.create_task(self._subscribe(line))
        except* (aiomqtt.MqttError, BusError) as why:
            raise _translated(why.exceptions[0]) from why
        finally:
            if line is not None:
                self._down(line)

    async def _subscribe(self, line: "_Line") -> None:
        await line.subscribe()
        self.trouble = None
        self._refused.clear()
        _LOG.info("connected to %s as %s", self.address, self.session.identifier)
        self._up.set_result(line)
        await asyncio.sleep(self._backoff.settled_after_seconds)
        self._failures = 0

    def _down(self, line: "_Line") -> None:
        if self._up.done():
            self._up = asyncio.get_running_loop().create_future()
        self._inbox.discard()
        line.lost()

    def _ended(self, keeper: asyncio.Task[None]) -> None:
        """Wake everybody who waits; a bug in the keeper is theirs to see, not to wait for for ever."""
        failure = None if keeper.cancelled() else keeper.exception()
        self._inbox.close(failure)
        self._up.set_exception(failure or BusClosedError(f"the bus to {self.address} is closed"))
        self._up.exception()  # Looked at: nobody need be waiting.


class _Line:
    """One connection, from its opening to its loss."""

    def __init__(self, client: aiomqtt.Client, *, inbox: Inbox, filters: tuple[str, ...]) -> None:
        self.gone = asyncio.Event()
        self._client = client
        self._paho = _paho(client)
        self._inbox = inbox
        self._filters = filters
        self._owed: dict[int, asyncio.Future[None]] = {}
        self._paho.on_publish = self._acknowledged

    async def pump(self) -> None:
        """Move what comes into the inbox until the line is lost."""
        async for came in self._client.messages:
            delivery = _MqttDelivery(message=_received(came), number=came.mid, line=self)
            if matches(delivery.message.topic, self._filters):
                self._inbox.put(delivery)
            else:  # Of a subscription an older version left in the session.
                await delivery.ack()

    async def subscribe(self) -> None:
        """Ask for our topics; what was queued for us may come before the answer."""
        if not self._filters:
            return
        wanted = [(name, int(Qos.AT_LEAST_ONCE)) for name in self._filters]
        # The embedded broker answers only after all it had queued is acknowledged: no time limit.
        codes = await self._client.subscribe(wanted, timeout=float("inf"))
        for name, code in zip(self._filters, codes, strict=True):
            value = code.value if isinstance(code, ReasonCode) else code
            if value not in GRANTED:
                raise BrokerRefusedError(f"the broker refuses to let us listen to {name} ({code})")

    async def publish(self, message: Message) -> None:
        """Send once and wait for the answer, or for the loss of the line."""
        sent = self.send(message)
        if self.gone.is_set() or sent.rc != paho.MQTT_ERR_SUCCESS:
            raise BrokerUnavailableError(f"could not be sent: {paho.error_string(sent.rc)}")
        answer = self._owed[sent.mid] = asyncio.get_running_loop().create_future()
        try:
            await answer
        finally:
            self._owed.pop(sent.mid, None)

    def send(self, message: Message) -> paho.MQTTMessageInfo:
        """Hand a message to the socket."""
        is_v5 = self._paho.protocol == paho.MQTTv5
        return self._paho.publish(
            message.topic,
            message.payload,
            qos=message.qos,
            retain=message.retain,
            properties=_message_properties(message, PacketTypes.PUBLISH) if is_v5 else None,
        )

    def acknowledge(self, number: int) -> None:
        """Tell the broker that a delivery is stored, if the line it came over still stands."""
        if not self.gone.is_set():
            self._paho.ack(number, int(Qos.AT_LEAST_ONCE))

    def lost(self) -> None:
        """Tell everybody who waits on this line."""
        self.gone.set()
        for answer in self._owed.values():
            if not answer.done():
                answer.set_exception(BrokerUnavailableError("the line was lost before the answer"))

    def _acknowledged(
        self, _client: paho.Client, _data: Any, number: int, reason: ReasonCode, _more: Properties
    ) -> None:
        answer = self._owed.get(number)
        if answer is None or answer.done():
            return
        if reason.is_failure:
            answer.set_exception(BrokerRefusedError(f"the broker refuses a publication: {reason}"))
        else:
            answer.set_result(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _MqttDelivery:
    message: Message
    number: int
    line: _Line

    async def ack(self) -> None:
        if self.message.qos is not Qos.AT_MOST_ONCE:
            self.line.acknowledge(self.number)


# --- What the libraries need -------------------------------------------------------------------------


def _paho(client: aiomqtt.Client) -> paho.Client:
    return client._client  # noqa: SLF001 - see the module's docstring


def _client(address: BrokerAddress, session: Session, *, will: LastWill | None) -> aiomqtt.Client:
    is_v5 = address.protocol is Protocol.V5
    client = aiomqtt.Client(
        address.host,
        address.port,
        username=address.username,
        password=address.password,
        identifier=session.identifier,
        protocol=aiomqtt.ProtocolVersion.V5 if is_v5 else aiomqtt.ProtocolVersion.V311,
        clean_session=None if is_v5 else not session.lasting,
        clean_start=not session.lasting if is_v5 else paho.MQTT_CLEAN_START_FIRST_ONLY,
        properties=_session_properties(session) if is_v5 else None,
        will=None if will is None else _will(will, is_v5=is_v5),
        keepalive=session.keepalive_seconds,
        timeout=CONNECT_SECONDS,
        tls_context=None if address.tls is None else _tls_context(address.tls),
    )
    _paho(client).manual_ack_set(on=True)
    _paho(client).connect_timeout = CONNECT_SECONDS
    return client


@contextlib.asynccontextmanager
async def _connection(client: aiomqtt.Client) -> AsyncIterator[None]:
    """Connect, and leave no socket behind whatever happens.

    Connecting runs in a thread that cannot be interrupted: when cancelled, wait for its end (bounded by
    `CONNECT_SECONDS`) and close what it opened.
    """
    entering = asyncio.ensure_future(client.__aenter__())
    try:
        await asyncio.shield(entering)
    except asyncio.CancelledError:
        await asyncio.wait([entering])
        if entering.exception() is None:
            await client.__aexit__(None, None, None)
        raise
    except aiomqtt.MqttError:
        _paho(client).disconnect()
        raise
    try:
        yield
    finally:
        await client.__aexit__(None, None, None)


def _translated(error: Exception) -> BusError:
    """Say in our words why there is no line."""
    if isinstance(error, BusError):
        return error
    reason = error.rc if isinstance(error, aiomqtt.MqttCodeError) else None
    if isinstance(reason, ReasonCode) and reason.value in FORBIDDEN:
        return BrokerRefusedError(f"the broker refuses us: {reason}")
    if isinstance(error.__context__, ssl.SSLError):
        return BrokerRefusedError(f"no trust between the broker and us: {error}")
    return BrokerUnavailableError(str(error.__cause__ or error))


def _tls_context(tls: Tls) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=tls.ca_file)
        if tls.certificate is not None:
            context.load_cert_chain(tls.certificate, tls.key)
    except OSError as error:  # Also of files that are no certificates.
        raise BrokerRefusedError(f"expected certificates that can be read: {error}") from error
    return context


def _received(came: aiomqtt.Message) -> Message:
    return Message(
        topic=str(came.topic),
        payload=came.payload,
        qos=Qos(min(came.qos, Qos.AT_LEAST_ONCE)),
        retain=came.retain,
        content_type=getattr(came.properties, "ContentType", None),
        expires_after_seconds=getattr(came.properties, "MessageExpiryInterval", None),
    )


def _properties(packet: int) -> Properties:
    return Properties(packet)  # type: ignore[no-untyped-call]


def _session_properties(session: Session) -> Properties:
    properties = _properties(PacketTypes.CONNECT)
    properties.SessionExpiryInterval = session.kept_seconds if session.lasting else 0
    properties.ReceiveMaximum = session.in_flight
    return properties


def _message_properties(message: Message, packet: int) -> Properties:
    properties = _properties(packet)
    if message.content_type is not None:
        properties.ContentType = message.content_type
    if message.expires_after_seconds is not None:
        properties.MessageExpiryInterval = message.expires_after_seconds
    return properties


def _will(will: LastWill, *, is_v5: bool) -> aiomqtt.Will:
    properties = None
    if is_v5:
        properties = _message_properties(will.message, PacketTypes.WILLMESSAGE)
        properties.WillDelayInterval = will.delay_seconds
    return aiomqtt.Will(
        will.message.topic,
        will.message.payload,
        qos=will.message.qos,
        retain=will.message.retain,
        properties=properties,
    )
