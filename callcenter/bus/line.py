"""One connection to a broker, from its opening to its loss: the only file that speaks aiomqtt and paho.

aiomqtt 2.5.1 knits paho into the event loop, connects and disconnects. What it does not offer is done on
paho itself, the client it keeps in a private attribute (pinned, and a test fails if it moves):

- *Acknowledging after the commit.* By itself paho acknowledges before the receiver has seen a message;
  a receiver killed with 82 messages in memory then loses 82 of 300.
- *Hearing no.* An MQTT 5 broker says in its acknowledgement that a topic is forbidden; aiomqtt drops that.
- *Leaving nothing behind*: sockets, and callbacks on the numbers of sockets that are closed.
"""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Never

import aiomqtt
import paho.mqtt.client as paho
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from typing_extensions import override

from callcenter.bus.broker_address import BrokerAddress, Protocol, Session, Tls
from callcenter.bus.inbox import Inbox
from callcenter.bus.port import LastWill, Message, Qos
from callcenter.bus.topics import matches
from callcenter.errors import BrokerRefusedError, BrokerUnavailableError, BusError

CONNECT_SECONDS: Final = 2.0
"""For the connection, and again for the broker's answer."""
FORBIDDEN: Final = frozenset({0x84, 0x85, 0x86, 0x87, 0x8A, 0x8C})
"""Answers to a connection that another try will not change: protocol, name, password, rights."""
GRANTED: Final = frozenset({0, 1, 2})


class Line:
    """One connection, from its opening to its loss."""

    def __init__(
        self,
        address: BrokerAddress,
        session: Session,
        *,
        will: LastWill | None,
        inbox: Inbox,
        filters: tuple[str, ...],
    ) -> None:
        """Prepare a connection, and open none yet.

        Raises:
            BrokerRefusedError: The certificates cannot be read.
        """
        self.gone = asyncio.Event()
        """Set when nothing can come or go any more."""
        self._client = _client(address, session, will=will)
        self._paho = _paho(self._client)
        self._inbox = inbox
        self._filters = filters
        self._owed: dict[int, asyncio.Future[None]] = {}
        self._paho.on_message = self._came
        self._paho.on_publish = self._acknowledged

    @contextlib.asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """Open it, and leave no socket behind whatever happens.

        Raises:
            BusError: Nobody answers, or the answer is no.
        """
        await self._connect()
        _register_at_once(self._client)
        try:
            yield
        finally:
            with _in_our_words():
                await self._client.__aexit__(None, None, None)
            _lost(self._client).exception()  # Looked at, or asyncio complains of it.

    async def _connect(self) -> None:
        # A thread connects and cannot be interrupted: when cancelled, its end is waited for (bounded by
        # `CONNECT_SECONDS`), and what it opened is closed.
        connecting = asyncio.ensure_future(self._client.__aenter__())
        try:
            with _in_our_words():
                await asyncio.shield(connecting)
        except BusError:
            self._paho.disconnect()
            raise
        except asyncio.CancelledError:
            await asyncio.wait([connecting])
            if connecting.exception() is None:
                await self._client.__aexit__(None, None, None)
            raise

    async def lasts(self) -> Never:
        """Wait until the line is lost.

        Raises:
            BrokerUnavailableError: It is; says why.
        """
        try:
            await asyncio.shield(_lost(self._client))
        except Exception as why:
            raise BrokerUnavailableError(str(why) or repr(why)) from why
        raise BrokerUnavailableError("the broker closed the line")

    async def subscribe(self) -> None:
        """Ask for our topics; what was queued for us may come before the answer."""
        if not self._filters:
            return
        wanted = [(name, int(Qos.AT_LEAST_ONCE)) for name in self._filters]
        # The embedded broker answers only after all it had queued is acknowledged: no time limit.
        with _in_our_words():
            codes = await self._client.subscribe(wanted, timeout=float("inf"))
        for name, code in zip(self._filters, codes, strict=True):
            value = code.value if isinstance(code, ReasonCode) else code
            if value not in GRANTED:
                raise BrokerRefusedError(f"the broker refuses to let us listen to {name} ({code})")

    async def publish(self, messages: Sequence[Message]) -> None:
        """Send once, in order; wait until the broker has acknowledged all, or the line is lost."""
        loop = asyncio.get_running_loop()
        owed: dict[int, asyncio.Future[None]] = {}
        try:
            for sent in map(self.send, messages):
                if self.gone.is_set() or sent.rc != paho.MQTT_ERR_SUCCESS:
                    raise BrokerUnavailableError(f"could not be sent: {paho.error_string(sent.rc)}")
                self._owed[sent.mid] = owed[sent.mid] = loop.create_future()
            await asyncio.gather(*owed.values())
        finally:
            for number in owed:
                self._owed.pop(number, None)

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

    def _came(self, _client: paho.Client, _data: Any, came: paho.MQTTMessage) -> None:
        message = _received(came)
        if matches(message.topic, self._filters):
            self._inbox.put(_MqttDelivery(message=message, number=came.mid, line=self))
        elif message.qos is Qos.AT_LEAST_ONCE:  # Of what an older version once asked for.
            self.acknowledge(came.mid)

    def _acknowledged(
        self, _client: paho.Client, _data: Any, number: int, reason: ReasonCode, _more: Any
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
    line: Line

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


def _lost(client: aiomqtt.Client) -> asyncio.Future[None]:
    """Return what is done when the line is lost or closed."""
    return client._disconnected  # noqa: SLF001


@contextlib.contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except aiomqtt.MqttError as error:
        raise _translated(error) from error


def _translated(error: aiomqtt.MqttError) -> BusError:
    reason = error.rc if isinstance(error, aiomqtt.MqttCodeError) else None
    if isinstance(reason, ReasonCode) and reason.value in FORBIDDEN:
        return BrokerRefusedError(f"the broker refuses us: {reason}")
    if isinstance(error.__context__, ssl.SSLError):
        return BrokerRefusedError(f"no trust between the broker and us: {error}")
    return BrokerUnavailableError(str(error.__cause__ or error))


def _register_at_once(client: aiomqtt.Client) -> None:
    """Ask for the socket to be writable now and not in the next turn of the loop.

    By then it may be closed, and its number that of another bus's socket.
    """
    loop, inner = asyncio.get_running_loop(), _paho(client)

    def write() -> None:
        try:
            inner.loop_write()
        except OSError as lost:
            if not _lost(client).done():
                _lost(client).set_exception(lost)

    def register(_client: paho.Client, _data: Any, socket: Any) -> None:
        loop.add_writer(socket.fileno(), write)

    inner.on_socket_register_write = register


class _Handshake(ssl.SSLSocket):
    """Closes itself when it fails, which paho forgets: one socket lost for each try."""

    @override
    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
        except OSError:
            self.close()
            raise


def _tls_context(tls: Tls) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=tls.ca_file)
        context.sslsocket_class = _Handshake
        if tls.certificate is not None:
            context.load_cert_chain(tls.certificate, tls.key)
    except OSError as error:  # Also of files that are no certificates.
        raise BrokerRefusedError(f"expected certificates that can be read: {error}") from error
    return context


def _received(came: paho.MQTTMessage) -> Message:
    return Message(
        topic=came.topic,
        payload=bytes(came.payload),
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
