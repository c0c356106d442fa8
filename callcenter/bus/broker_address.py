"""Where the broker is, how to speak to it and as whom; what `callcenter serve --broker` is given."""

import ipaddress
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from typing_extensions import override

from callcenter.errors import InputError

PLAIN_PORT: Final = 1883
TLS_PORT: Final = 8883


class Protocol(Enum):
    """Which MQTT is spoken."""

    V311 = "3.1.1"
    """All that the embedded broker knows."""
    V5 = "5"
    """Tells a refused publication from an acknowledged one, lets messages expire, delays last wills."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """Encrypt, and check that the broker is who it says."""

    ca_file: Path | None = None
    """Whom to believe; `None`: the authorities the system believes."""
    certificate: Path | None = None
    """Our own, where the broker asks for one."""
    key: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerAddress:
    """A broker and the way to it."""

    host: str
    port: int
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: Tls | None = None
    protocol: Protocol = Protocol.V5
    saves: bool = True
    """Whether it keeps on disk what it acknowledged; the embedded one does not."""

    @classmethod
    def from_url(
        cls, url: str, *, password: str | None = None, ca_file: Path | None = None
    ) -> "BrokerAddress":
        """Read `mqtt://name@host:1883` or, encrypted, `mqtts://name@host:8883`.

        Args:
            url: May hold a password too, though whoever lists processes then reads it.
            password: Goes before one in the URL.
            ca_file: Whom to believe, if not the system's authorities.

        Raises:
            InputError: It is no such URL.
        """
        parts = urlsplit(url)
        try:
            port = parts.port
        except ValueError:
            port = 0
        if parts.scheme not in {"mqtt", "mqtts"} or not parts.hostname or port == 0 or parts.path:
            raise InputError(
                "expected mqtt://[name[:password]@]host[:port] or mqtts://..., got "
                f"{parts.scheme}://{parts.hostname or ''}{parts.path}"
            )
        encrypted = parts.scheme == "mqtts"
        if password is None and parts.password is not None:
            password = unquote(parts.password)
        return cls(
            host=parts.hostname,
            port=port or (TLS_PORT if encrypted else PLAIN_PORT),
            username=unquote(parts.username) if parts.username else None,
            password=password,
            tls=Tls(ca_file=ca_file) if encrypted else None,
        )

    @property
    def is_loopback(self) -> bool:
        """Say whether what is sent never leaves this machine."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @override
    def __str__(self) -> str:
        """Spell it without the password."""
        name = f"{self.username}@" if self.username else ""
        return f"mqtt{'s' if self.tls else ''}://{name}{self.host}:{self.port}"


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
