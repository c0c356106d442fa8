"""An embedded broker, so that one command starts everything. It is not durable, and never for production.

Found in amqtt 0.12: what it has queued does not survive its end; a delivery not acknowledged within five
seconds, or before its receiver's line is lost, is forgotten; it answers a subscription only when all it
had queued was acknowledged; it knows MQTT 3.1.1 only. The sequence numbers of the sources show such a
loss, and the sources can be asked to tell it again. Production takes Mosquitto with the settings in
`configs/mosquitto.conf`, and `preflight` refuses this broker there.

It runs in a thread with an event loop of its own: its work per message would otherwise stand in the way
of everything else the process does (collapsing at 500 messages a second).
"""

import asyncio
import hmac
import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self

from amqtt.adapters import StreamReaderAdapter, StreamWriterAdapter
from amqtt.broker import Broker
from amqtt.contexts import BrokerConfig, ListenerConfig, ListenerType
from amqtt.plugins.base import BaseAuthPlugin
from amqtt.session import Session
from typing_extensions import override

from callcenter.bus.broker_address import BrokerAddress, Protocol
from callcenter.errors import BrokerUnavailableError

_LOG: Final = logging.getLogger(__name__)
_LISTENER: Final = "default"
LOOPBACK: Final = "127.0.0.1"


class NamedClients(BaseAuthPlugin):  # type: ignore[misc] # amqtt carries no types
    """Lets in who knows a name and its password.

    A session that counts as anonymous would get no queue while it is away: 200 of 200 events lost.
    """

    @dataclass
    class Config:
        """What amqtt hands to the plugin."""

        passwords: dict[str, str] = field(default_factory=dict)

    @override
    async def authenticate(self, *, session: Session) -> bool:
        """Compare in constant time."""
        expected = self.config.passwords.get(session.username or "")
        given = session.password or ""
        return expected is not None and hmac.compare_digest(expected.encode(), given.encode())


class EmbeddedBroker:
    """amqtt on a free port of this machine only; `with` starts and stops it."""

    def __init__(self, *, passwords: Mapping[str, str], port: int = 0) -> None:
        """Take who may connect; the port 0 is any free one.

        Args:
            passwords: By name, made anew for each start.
            port: Where to listen, on loopback.
        """
        self._passwords = dict(passwords)
        self._port = port
        self._started = threading.Event()
        self._failure: OSError | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._run, name="embedded broker", daemon=True)

    def __enter__(self) -> Self:
        """Start, and return when it listens; from then on amqtt's chatter is not logged.

        Raises:
            BrokerUnavailableError: The port is taken.
        """
        logging.getLogger("amqtt").setLevel(logging.ERROR)
        self._thread.start()
        self._started.wait()
        if self._failure is not None:
            self._thread.join()
            raise BrokerUnavailableError(
                f"the embedded broker cannot listen on {LOOPBACK}:{self._port}: {self._failure}"
            ) from self._failure
        _LOG.warning(
            "embedded broker on %s:%d: not durable, what it has queued is lost when it ends",
            LOOPBACK,
            self._port,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop, cutting every line; what is queued is gone."""
        assert self._loop is not None
        assert self._stop is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def address(self, username: str) -> BrokerAddress:
        """Say how one of the named clients reaches it."""
        return BrokerAddress(
            host=LOOPBACK,
            port=self._port,
            username=username,
            password=self._passwords[username],
            protocol=Protocol.V311,
            saves=False,
        )

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except OSError as error:
            self._failure = error
        finally:
            self._started.set()

    async def _serve(self) -> None:
        broker = Broker(_configuration(self._passwords))

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            line = StreamReaderAdapter(reader), StreamWriterAdapter(writer)
            try:
                await broker.external_connected(*line, _LISTENER)
            finally:  # amqtt trips over who subscribes meanwhile: better a new line than a dead one.
                writer.close()

        server = await asyncio.start_server(connected, LOOPBACK, self._port)
        self._port = server.sockets[0].getsockname()[1]
        await broker.start()
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._started.set()
        await self._stop.wait()
        server.close()
        await broker.shutdown()


def _configuration(passwords: Mapping[str, str]) -> BrokerConfig:
    plugin = f"{NamedClients.__module__}.{NamedClients.__name__}"
    return BrokerConfig(
        # An empty address: connections are handed over, amqtt opens no port of its own.
        listeners={_LISTENER: ListenerConfig(type=ListenerType.EXTERNAL, bind="")},
        plugins={plugin: {"passwords": dict(passwords)}},
    )
