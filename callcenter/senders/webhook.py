"""Webhooks: a signed POST to an address somebody else chose, so the address is not believed.

The name is looked up here, every address it stands for must be a public one, and the connection goes
to the very address that was checked: a name that changes between check and call changes nothing. No
redirect is followed, no proxy is asked, and of the answer only the status is read.
"""

import asyncio
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

import httpx

from callcenter.errors import InputError
from callcenter.senders.signatures import HEADER, sign

LONGEST_URL: Final = 2_000
_NAT64: Final = ip_network("64:ff9b::/96")
_UNICAST: Final = ip_network("2000::/3")
"""All of IPv6 that is given out for the public network (RFC 4291); the rest may lead indoors."""
_PORTS: Final = {"https": 443, "http": 80}
_LAST_PORT: Final = 65_535
_HOST: Final = re.compile(r"[0-9a-f:.]{2,45}|(?=.{1,253}$)([a-z0-9-]{1,63}\.)*[a-z0-9-]{1,63}")
"""An address, or a name in its ASCII spelling."""

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Looks a host's addresses up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of one attempt; without a status nobody answered."""

    status: int | None = None
    error: str | None = None

    @property
    def taken(self) -> bool:
        """Say whether the receiver has it."""
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 - success, by RFC 9110


async def resolve(host: str, port: int) -> list[str]:
    """Ask the system for a host's addresses."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


class WebhookSender:
    """Posts signed bodies to public addresses."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        allowed: Sequence[Network] = (),
        resolve: Resolve = resolve,
        timeout_seconds: float = 10.0,
        tls_context: ssl.SSLContext | None = None,
    ) -> None:
        """Allow networks that are not public, for receivers in one's own house, and plain HTTP there."""
        self._now = now
        self._allowed = tuple(allowed)
        self._resolve = resolve
        # A kept connection could serve another name of the same address: none is kept.
        self._client = httpx.AsyncClient(
            timeout=timeout_seconds,
            follow_redirects=False,
            trust_env=False,
            verify=tls_context or ssl.create_default_context(),
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    async def post(self, url: str, *, body: bytes, secret: str) -> Answer:
        """Post a JSON body once, signed as of now; return what came of it."""
        try:
            target = checked_url(url)
            address = await self._address(target)
        except InputError as error:
            return Answer(error=error.why)
        except OSError:
            return Answer(error="the host's name stands for no address")
        return await self._post(target, address, body=body, secret=secret)

    async def _post(self, target: httpx.URL, address: str, *, body: bytes, secret: str) -> Answer:
        request = self._client.build_request(
            "POST",
            target.copy_with(host=address),
            content=body,
            headers={
                "Host": target.netloc.decode("ascii"),
                "Content-Type": "application/json",
                HEADER: sign(body, secret=secret, at=self._now()),
            },
            extensions={"sni_hostname": target.raw_host.decode("ascii")},
        )
        try:
            answer = await self._client.send(request, stream=True)
        except httpx.HTTPError as error:
            return Answer(error=type(error).__name__)
        await answer.aclose()
        said = None if answer.is_success else f"answered {answer.status_code}"
        return Answer(status=answer.status_code, error=said)

    async def _address(self, target: httpx.URL) -> str:
        """Return the address to connect to, once every address of the host has been judged."""
        host, port = target.raw_host.decode("ascii"), target.port or _PORTS[target.scheme]
        addresses = [ip_address(found) for found in await self._resolve(host, port)]
        if not addresses:
            raise InputError("the host's name stands for no address", key="url")
        ours = all(self._within_allowed(address) for address in addresses)
        if target.scheme == "http" and not ours:
            raise InputError("expected https://, got http://", key="url")
        if not ours and not all(is_public(address) for address in addresses):
            raise InputError("expected a host on the public network", key="url")
        return str(addresses[0])

    def _within_allowed(self, address: Address) -> bool:
        return any(address in network for network in self._allowed)

    async def close(self) -> None:
        """Give back the connections."""
        await self._client.aclose()


def checked_url(url: str) -> httpx.URL:
    """Read the address of a webhook.

    Raises:
        InputError: it is no http(s) URL with a host, or holds a user, a password or a fragment.
    """
    if len(url) > LONGEST_URL:
        raise InputError(f"expected at most {LONGEST_URL:,} characters", key="url")
    try:
        target = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise InputError("expected a URL such as https://example.kr/hook", key="url") from error
    plain = target.scheme in _PORTS and not target.userinfo and not target.fragment
    if not plain or not _HOST.fullmatch(target.raw_host.decode("ascii")):
        raise InputError("expected a URL such as https://example.kr/hook", key="url")
    if not 0 < (target.port or _PORTS[target.scheme]) <= _LAST_PORT:
        raise InputError(f"expected a port from 1 to {_LAST_PORT}", key="url")
    return target


def is_public(address: Address) -> bool:
    """Say whether an address is on the public network, the one inside another included."""
    if isinstance(address, IPv6Address):
        inner = _inner(address)
        if inner is not None:
            return is_public(inner)
        if address not in _UNICAST:
            return False
    return address.is_global and not address.is_multicast


def _inner(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 one stands for."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
