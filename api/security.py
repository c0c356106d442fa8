"""Who is asking: credentials of a request, and those who can tell whom they belong to.

An `Identity` knows one kind of credential. Keys and logins of the house are two; an issuer outside it,
such as an OpenID provider, is a third one to be put beside them in `wiring`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Protocol

import jwt
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from callcenter.desk.accounts import KEY_PREFIX, AccountDesk
from callcenter.domain.access import Actor, Role
from callcenter.domain.accounts import Account
from callcenter.errors import UnauthenticatedError

_ISSUER: Final = "callcenter"
_ALGORITHM: Final = "HS256"
_CLAIMS: Final = ("iss", "aud", "sub", "gen", "iat", "exp")
_CHECKS: Final[Any] = {"verify_exp": False, "verify_iat": False, "require": list(_CLAIMS)}
"""Moments are compared with our own clock below."""
ANYBODY: Final = Actor(login="public", roles=frozenset({Role.PUBLIC}))
"""Whoever asks without saying who they are."""
_BAD_TOKEN: Final = "the token is forged, expired or of another purpose"  # noqa: S105 - a sentence
_SAFE: Final = frozenset({"GET", "HEAD"})
_OF_OURS: Final = frozenset({"same-origin", "none"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Somebody who was recognised."""

    actor: Actor
    per_minute: int
    """How often they may ask."""


class Identity(Protocol):
    """Tells whom one kind of credential belongs to."""

    async def asking(self, credential: str) -> Asking | None:
        """Return whose it is; `None` if it is not of a kind known here.

        Raises:
            UnauthenticatedError: it is of this kind, and not good.
        """
        ...


class Purpose(StrEnum):
    """What a token of a login is good for."""

    ACCESS = "access"
    """Sent with each request by a program."""
    PAGE = "page"
    """Kept by the browser in a cookie: reads, and asks for access tokens."""


class Sessions:
    """Makes and reads the tokens of logins."""

    def __init__(
        self,
        *,
        secret: str,
        now: Callable[[], datetime],
        access: timedelta,
        page: timedelta,
    ) -> None:
        """Take the secret to sign with, and how long tokens are good."""
        self._secret = secret
        self._now = now
        self.lifetimes: Mapping[Purpose, timedelta] = {Purpose.ACCESS: access, Purpose.PAGE: page}

    def token(self, account: Account, *, purpose: Purpose) -> str:
        """Make a token that speaks for an account until password or roles change."""
        now = self._now()
        claims = {
            "iss": _ISSUER,
            "aud": purpose.value,
            "sub": account.login,
            "gen": account.generation,
            "iat": now,
            "exp": now + self.lifetimes[purpose],
        }
        return jwt.encode(claims, self._secret, algorithm=_ALGORITHM)

    def read(self, token: str, *, purpose: Purpose) -> tuple[str, int]:
        """Return login and generation a token was made for.

        Raises:
            UnauthenticatedError: forged, expired, or made for another purpose.
        """
        try:
            claims = jwt.decode(
                token,
                self._secret,
                algorithms=[_ALGORITHM],
                audience=purpose.value,
                issuer=_ISSUER,
                options=_CHECKS,
            )
            login, generation = claims["sub"], int(claims["gen"])
            expires = datetime.fromtimestamp(int(claims["exp"]), tz=UTC)
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError):
            raise UnauthenticatedError(_BAD_TOKEN) from None
        if self._now() >= expires:
            raise UnauthenticatedError(_BAD_TOKEN)
        return login, generation


class KeyIdentity:
    """Knows API keys."""

    def __init__(self, accounts: AccountDesk) -> None:
        """Take who knows the keys."""
        self._accounts = accounts

    async def asking(self, credential: str) -> Asking | None:
        """Return whose key it is."""
        if not credential.startswith(f"{KEY_PREFIX}_"):
            return None
        key = await self._accounts.key(credential)
        return Asking(actor=key.actor, per_minute=key.requests_per_minute)


class LoginIdentity:
    """Knows the tokens of logins."""

    def __init__(
        self, accounts: AccountDesk, sessions: Sessions, *, purpose: Purpose, per_minute: int
    ) -> None:
        """Take who knows the accounts, who reads tokens, and which purpose is good here."""
        self._accounts = accounts
        self._sessions = sessions
        self._purpose = purpose
        self._per_minute = per_minute

    async def asking(self, credential: str) -> Asking | None:
        """Return whose login it is; takes everything for its own, so it is asked last."""
        login, generation = self._sessions.read(credential, purpose=self._purpose)
        account = await self._accounts.still_in(login, generation=generation)
        return Asking(actor=account.actor, per_minute=self._per_minute)


def credential_of(connection: HTTPConnection) -> str | None:
    """Return the key or token a request shows in a header; `None` if it shows none.

    Raises:
        UnauthenticatedError: another scheme than Bearer, or two credentials at once.
    """
    key = connection.headers.get("x-api-key")
    authorization = connection.headers.get("authorization")
    if authorization is None:
        return key
    scheme, _, token = authorization.partition(" ")
    if key is not None or scheme.lower() != "bearer" or not token.strip():
        raise UnauthenticatedError("expected one credential: Authorization: Bearer, or X-Api-Key")
    return token.strip()


# --- The cookie of pages -------------------------------------------------------------------------------


def cookie_name(*, https: bool) -> str:
    """Name the cookie so that, over TLS, no neighbouring host can plant one."""
    return "__Host-callcenter" if https else "callcenter"


def set_cookie(response: Response, token: str, *, seconds: int, https: bool) -> None:
    """Let the browser keep a page's token where no script reads it and no other site sends it."""
    response.set_cookie(
        cookie_name(https=https),
        token,
        max_age=seconds,
        path="/",
        secure=https,
        httponly=True,
        samesite="strict",
    )


def drop_cookie(response: Response, *, https: bool) -> None:
    """Let the browser forget the page's token."""
    set_cookie(response, "", seconds=0, https=https)


def cookie_of(connection: HTTPConnection, *, https: bool) -> str | None:
    """Return the page's token, unless another site is behind the request."""
    if from_elsewhere(connection):
        return None
    return connection.cookies.get(cookie_name(https=https)) or None


def from_elsewhere(connection: HTTPConnection) -> bool:
    """Say whether a browser says that another site is behind the request; programs say nothing."""
    site, origin = connection.headers.get("sec-fetch-site"), connection.headers.get("origin")
    if site is not None:
        return site not in _OF_OURS
    return origin is not None and origin.partition("://")[2] != connection.headers.get("host")


def safe(connection: HTTPConnection) -> bool:
    """Say whether a request only reads, so that a cookie is enough for it."""
    return connection.scope.get("method") in _SAFE


# --- Headers -------------------------------------------------------------------------------------------

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(self), microphone=(), payment=()",
}
_STRICT_TRANSPORT: Final = "max-age=31536000; includeSubDomains"


class SecurityHeaders:
    """Tells browsers to run nothing that is not ours and to show us in nobody's frame."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        """Wrap an application."""
        self._app = app
        extra = {"Strict-Transport-Security": _STRICT_TRANSPORT} if https else {}
        self._headers = _HEADERS | extra

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, guarded)
