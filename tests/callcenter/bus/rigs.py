"""Brokers to test against: within the process, embedded, and a real Mosquitto that can be killed.

Each rig opens buses whose lines can be cut. Over MQTT a relay stands between the bus and its broker:
cutting it is what pulling a cable is.
"""

import asyncio
import contextlib
import datetime as dt
import ipaddress
import os
import re
import shutil
import socket
import subprocess
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from callcenter.bus.backoff import Backoff
from callcenter.bus.broker import EmbeddedBroker
from callcenter.bus.broker_address import BrokerAddress, Protocol as Version, Session, Tls
from callcenter.bus.memory import MemoryBroker, MemoryBus
from callcenter.bus.mqtt import MqttBus
from callcenter.bus.port import LastWill
from tests.conftest import ROOT

READER = "switchboard"
WRITER = "pbx1"
PASSWORDS = {READER: "reads-everything", WRITER: "speaks-for-itself"}
PATIENCE = 15.0
"""So long a test waits for what must come, on a machine that has other things to do."""
QUICK = Backoff(first_seconds=0.05, longest_seconds=0.4, settled_after_seconds=0.2)

Bus = MemoryBus | MqttBus


class Rig(Protocol):
    """A broker and the way to it."""

    def reader(self, identifier: str, *filters: str, lasting: bool = True) -> "Opened":
        """Open a bus that listens."""
        ...

    def writer(self, identifier: str, *, will: LastWill | None = None) -> "Opened":
        """Open a bus that tells."""
        ...

    async def cut(self, bus: Bus) -> None:
        """Lose its line and let it come back."""
        ...


Opened = contextlib.AbstractAsyncContextManager[Bus]


async def ready(bus: Bus) -> None:
    """Wait until a bus is connected and its subscriptions stand."""
    if isinstance(bus, MqttBus):
        await bus.connected(within_seconds=PATIENCE)


# --- Within the process ------------------------------------------------------------------------------


class MemoryRig:
    def __init__(self) -> None:
        self._broker = MemoryBroker()

    def reader(self, identifier: str, *filters: str, lasting: bool = True) -> Opened:
        return MemoryBus(self._broker, identifier=identifier, filters=filters, lasting=lasting)

    def writer(self, identifier: str, *, will: LastWill | None = None) -> Opened:
        return MemoryBus(self._broker, identifier=identifier, will=will)

    async def cut(self, bus: Bus) -> None:
        assert isinstance(bus, MemoryBus)
        self._broker.cut(bus.identifier)


# --- Over MQTT ---------------------------------------------------------------------------------------


class Relay:
    """Passes bytes on between a bus and its broker, until told to drop the line."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._writers: set[asyncio.StreamWriter] = set()
        self._pumps: set[asyncio.Task[None]] = set()
        self.open = True

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[int]:
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            self.cut()
            await asyncio.gather(*self._pumps, return_exceptions=True)

    def cut(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def _connected(self, near: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        self._writers.add(near_out)
        if not self.open:
            near_out.transport.abort()
            return
        try:
            far, far_out = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:
            near_out.transport.abort()
            return
        self._writers.add(far_out)
        for source, sink in ((near, far_out), (far, near_out)):
            pump = asyncio.create_task(self._pump(source, sink))
            self._pumps.add(pump)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while chunk := await source.read(65_536):
                sink.write(chunk)
                await sink.drain()
        sink.close()


class MqttRig:
    """Buses over MQTT, each through a relay of its own."""

    def __init__(self, *, reads: BrokerAddress, writes: BrokerAddress) -> None:
        self._reads = reads
        self._writes = writes
        self.relays: dict[str, Relay] = {}

    def reader(self, identifier: str, *filters: str, lasting: bool = True) -> Opened:
        session = Session(identifier=identifier, lasting=lasting)
        return self._open(self._reads, session, filters=filters)

    def writer(self, identifier: str, *, will: LastWill | None = None) -> Opened:
        return self._open(self._writes, Session(identifier=identifier, lasting=False), will=will)

    async def cut(self, bus: Bus) -> None:
        assert isinstance(bus, MqttBus)
        line = await bus._up
        self.relays[bus.session.identifier].cut()
        await line.gone.wait()

    @contextlib.asynccontextmanager
    async def _open(
        self,
        address: BrokerAddress,
        session: Session,
        *,
        filters: tuple[str, ...] = (),
        will: LastWill | None = None,
    ) -> AsyncIterator[MqttBus]:
        relay = self.relays[session.identifier] = Relay(address.port)
        async with (
            relay.listening() as port,
            MqttBus(
                replace(address, port=port),
                session=session,
                jitter=lambda: 0.5,
                filters=filters,
                will=will,
                backoff=QUICK,
            ) as bus,
        ):
            yield bus


def embedded_rig(broker: EmbeddedBroker) -> MqttRig:
    return MqttRig(reads=broker.address(READER), writes=broker.address(WRITER))


# --- Mosquitto ---------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def write_certificate(folder: Path) -> Path:
    """Write `broker.pem` and `broker.key` for 127.0.0.1; whoever believes the first believes it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "broker of the tests")])
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2120, 1, 1, tzinfo=dt.UTC))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "broker.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "broker.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder / "broker.pem"


@dataclass
class Mosquitto:
    """The production broker with the configuration that is shipped, moved into a folder."""

    folder: Path
    program: str
    plain_port: int = field(default_factory=free_port)
    tls_port: int = field(default_factory=free_port)
    lines: list[str] = field(default_factory=list)

    def prepare(self, **changes: str) -> Self:
        """Write what it needs; a change replaces the value of a setting."""
        write_certificate(self.folder)
        passwords = self.folder / "callcenter.passwords"
        for number, (name, password) in enumerate(PASSWORDS.items()):
            create = ["-c"] if number == 0 else []
            program = [str(shutil.which("mosquitto_passwd")), "-b", *create]
            subprocess.run([*program, str(passwords), name, password], check=True)
        shutil.copy(ROOT / "configs/mosquitto.acl", self.folder / "callcenter.acl")
        settings = (ROOT / "configs/mosquitto.conf").read_text("utf-8")
        settings = settings.replace("/var/lib/mosquitto/", f"{self.folder}/")
        settings = re.sub(r"/etc/mosquitto/(certs/)?", f"{self.folder}/", settings)
        settings = settings.replace(
            "listener 1883 127.0.0.1", f"listener {self.plain_port} 127.0.0.1"
        )
        settings = settings.replace("listener 8883", f"listener {self.tls_port} 127.0.0.1")
        for key, value in changes.items():
            settings, found = re.subn(rf"(?m)^{key} .*$", f"{key} {value}", settings)
            assert found == 1, f"{key} is not a setting of the shipped configuration"
        user = "user root\n" if os.getuid() == 0 else ""  # Else it could not read the folder.
        (self.folder / "mosquitto.conf").write_text(settings + user, "utf-8")
        return self

    def start(self) -> None:
        """Start it, and return when it listens."""
        self._process = subprocess.Popen(
            [self.program, "-c", str(self.folder / "mosquitto.conf")],
            stderr=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        pause = threading.Event()
        for _ in range(int(PATIENCE / 0.02)):
            if self._process.poll() is not None or self._listens():
                break
            pause.wait(0.02)
        assert self._process.poll() is None, self.lines

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.tls_port), timeout=1).close()
        except OSError:
            return False
        return True

    def kill(self) -> None:
        """End it without a chance to save anything."""
        self._process.kill()
        self._join()

    def stop(self) -> None:
        """End it in good order."""
        self._process.terminate()
        self._join()

    def _join(self) -> None:
        self._process.wait(PATIENCE)
        self._reader.join()
        assert self._process.stderr is not None
        self._process.stderr.close()

    def _read(self) -> None:
        assert self._process.stderr is not None
        self.lines += (line.rstrip() for line in self._process.stderr)

    def address(self, name: str, *, version: Version = Version.V5) -> BrokerAddress:
        """Say how a user reaches it, encrypted."""
        return BrokerAddress(
            host="127.0.0.1",
            port=self.tls_port,
            username=name,
            password=PASSWORDS[name],
            tls=Tls(ca_file=self.folder / "broker.pem"),
            protocol=version,
        )

    def rig(self, *, version: Version = Version.V5) -> MqttRig:
        return MqttRig(
            reads=self.address(READER, version=version),
            writes=self.address(WRITER, version=version),
        )
