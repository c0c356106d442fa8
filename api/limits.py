"""How much of anything is taken: bytes of a body, seconds it may take, requests in a minute."""

import asyncio
import ipaddress
import math
from collections.abc import Callable
from datetime import datetime
from typing import Final

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import TooManyRequestsError

_DOCUMENTS: Final = ("application/json", "application/x-www-form-urlencoded", "text/plain", "")
_MINUTE: Final = 60
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
    """Counts requests in a minute that moves along, for each who asks; within this process."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        """Begin with nobody having asked; `now` only says how long there is to wait."""
        self._now = now
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def take(self, *who: str, per_minute: int) -> None:
        """Count one request.

        Raises:
            TooManyRequestsError: there were as many in the last minute already.
        """
        allowed = RateLimitItemPerMinute(per_minute)
        if not self._limiter.hit(allowed, *who):
            reset = self._limiter.get_window_stats(allowed, *who).reset_time
            wait = math.ceil(reset - self._now().timestamp())
            raise TooManyRequestsError(retry_after=min(max(wait, 1), _MINUTE))


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
