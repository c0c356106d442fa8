"""How much of anything is taken: bytes of a body, seconds it may take, requests in a minute."""

import asyncio
import ipaddress
from collections import deque
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import TooManyRequestsError
from callcenter.clock import MINUTE, SECOND, Clock, Tick

_DOCUMENTS: Final = ("application/json", "application/x-www-form-urlencoded", "text/plain", "")
_IPV6_SITE: Final = 64
"""Bits of an IPv6 address that one subscriber has to himself."""


class BodyLimit:
    """Stops a body that grows too long or comes too slowly, whether its length was said or not.

    Documents are JSON and forms; everything else is a file. The error is raised where the body is read,
    so that it is answered like any other.
    """

    def __init__(
        self, app: ASGIApp, *, document_bytes: int, upload_bytes: int, seconds: float
    ) -> None:
        """Wrap an application."""
        self._app = app
        self._document_bytes = document_bytes
        self._upload_bytes = upload_bytes
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        most = self._most(headers)
        said = headers.get("content-length", "")
        left, complete = most, False
        clock = asyncio.get_running_loop().time
        deadline = clock() + self._seconds

        async def measured() -> Message:
            nonlocal left, complete
            if said.isdecimal() and int(said) > most:
                raise HTTPException(413)
            if complete:  # from here on it is only waited for the client to leave
                return await receive()
            message = await _before(deadline, receive)
            left -= len(message.get("body", b""))
            complete = not message.get("more_body", False)
            if left < 0:
                raise HTTPException(413)
            return message

        await self._app(scope, measured, send)

    def _most(self, headers: Headers) -> int:
        media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
        document = media_type in _DOCUMENTS or media_type.endswith("+json")
        return self._document_bytes if document else self._upload_bytes


async def _before(deadline: float, receive: Receive) -> Message:
    try:
        async with asyncio.timeout_at(deadline):
            return await receive()
    except TimeoutError:
        raise HTTPException(408) from None


class Pace:
    """Counts requests in a minute that moves along, for each who asks; within this process.

    Whoever has not asked for a minute is forgotten, so that an attack from many addresses costs no more
    memory than one minute of it.
    """

    def __init__(self, *, clock: Clock) -> None:
        """Begin with nobody having asked."""
        self._clock = clock
        self._asked: dict[tuple[str, ...], deque[Tick]] = {}
        self._sweep_at = clock.now() + MINUTE

    def take(self, *who: str, per_minute: int) -> None:
        """Count one request.

        Raises:
            TooManyRequestsError: there were as many in the last minute already.
        """
        now = self._clock.now()
        if now >= self._sweep_at:
            self._sweep(now)
        asked = self._asked.setdefault(who, deque())
        while asked and asked[0] <= now - MINUTE:
            asked.popleft()
        if len(asked) >= per_minute:
            raise TooManyRequestsError(retry_after=-(-(asked[0] + MINUTE - now) // SECOND))
        asked.append(now)

    def __len__(self) -> int:
        """Return how many are remembered."""
        return len(self._asked)

    def _sweep(self, now: Tick) -> None:
        self._sweep_at = now + MINUTE
        self._asked = {who: asked for who, asked in self._asked.items() if asked[-1] > now - MINUTE}


def neighbourhood(address: str | None) -> str:
    """Return whom an address stands for: itself, or the site of an IPv6 address."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return address or "nowhere"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, _IPV6_SITE), strict=False))
    return str(found)
