"""The house with its doors open, in process: a real database, a clock and chances that do as told."""

import io
import itertools
import json
from collections.abc import AsyncIterator, Callable, MutableMapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import httpx
from argon2 import PasswordHasher
from fastapi import FastAPI

from api.app import create_app
from api.observing import Figures, Log, logger
from api.security import Identity, Purpose
from api.services import Services
from api.settings import Settings
from api.wiring import opened
from callcenter.clock import ManualClock
from callcenter.desk.accounts import By, NewAccount
from callcenter.desk.passwords import Passwords
from callcenter.domain.access import SYSTEM, Role
from tests.desks import Watch

PASSWORD: Final = "correct horse battery"  # noqa: S105 - of nobody


class Draws:
    """Bytes nobody could guess who does not read this: the same in each run."""

    def __init__(self) -> None:
        self._count = itertools.count()

    def __call__(self, size: int) -> bytes:
        """Return the next so many bytes."""
        drawn = b""
        while len(drawn) < size:
            drawn += sha256(str(next(self._count)).encode()).digest()
        return drawn[:size]


def quick_passwords() -> Passwords:
    """Hash as argon2id does, and as cheaply as it can."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A running application, and everything a test wants to look at."""

    app: FastAPI
    client: httpx.AsyncClient
    services: Services
    watch: Watch
    clock: ManualClock
    said: list[str]
    written: io.StringIO

    def lines(self) -> list[dict[str, Any]]:
        """Return the log."""
        return [json.loads(line) for line in self.written.getvalue().splitlines()]

    async def login(self, *roles: Role, login: str | None = None, unit: str | None = None) -> str:
        """Let somebody in who holds roles; return the login."""
        name = login or "-".join(["one", *sorted(roles)])
        unit = unit or ("road" if Role.OFFICER in roles else None)
        new = NewAccount(
            login=name, name="홍길동", roles=frozenset(roles), unit=unit, password=PASSWORD
        )
        await self.services.accounts.add(new, by=By(actor=SYSTEM))
        return name

    async def token(self, login: str, *, purpose: Purpose = Purpose.ACCESS) -> str:
        """Return a token of somebody who was let in."""
        account = await self.services.accounts.account(login)
        return self.services.sessions.token(account, purpose=purpose)

    async def bearer(self, *roles: Role, unit: str | None = None) -> dict[str, str]:
        """Let somebody in and return the header that says so."""
        token = await self.token(await self.login(*roles, unit=unit))
        return {"Authorization": f"Bearer {token}"}


@asynccontextmanager
async def a_house(
    folder: Path,
    *,
    change: Callable[[FastAPI], None] | None = None,
    issuers: tuple[Identity, ...] = (),
    **settings: object,
) -> AsyncIterator[House]:
    """Open a house; `change` may add to the application before it runs."""
    chosen = Settings.load(
        file=folder / "none.toml", **{"var": folder / "var", "background": False} | settings
    )
    watch, draw, said, written = Watch(), Draws(), list[str](), io.StringIO()
    clock = ManualClock()
    log = logger(level="info", now=watch, to=written)

    def opening(log: Log, figures: Figures) -> AbstractAsyncContextManager[Services]:
        return opened(
            chosen,
            now=watch,
            draw=draw,
            log=log,
            figures=figures,
            say=said.append,
            passwords=quick_passwords(),
            clock=clock,
            issuers=issuers,
        )

    app = create_app(chosen, now=watch, draw=draw, log=log, opening=opening)
    if change is not None:
        change(app)
    async with app.router.lifespan_context(app), a_client(app) as client:
        yield House(
            app=app,
            client=client,
            services=app.state.services,
            watch=watch,
            clock=clock,
            said=said,
            written=written,
        )


async def messages(app: FastAPI, path: str) -> list[MutableMapping[str, Any]]:
    """Ask for a page and return all that is sent, also if it stops in the middle."""
    sent: list[MutableMapping[str, Any]] = []
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [],
        "client": ("127.0.0.1", 1),
        "server": ("callcenter.test", 80),
    }
    received = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> MutableMapping[str, Any]:
        return next(received, {"type": "http.disconnect"})

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent


def a_client(app: FastAPI) -> httpx.AsyncClient:
    """Talk to an application as the network would, without one."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://callcenter.test")
