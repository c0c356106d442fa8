"""Serve the application in this process until somebody says stop; then let go within three seconds."""

import asyncio
import contextlib
import gc
import logging
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import Final, Protocol

import uvicorn
from typing_extensions import override

from api.app import create_app
from api.live.opening import LiveParts
from api.observing import Figures, Log, Wordless, logger
from api.services import Services
from api.settings import Settings
from api.wiring import opened
from callcenter.clock import utc_now
from callcenter.desk.accounts import AccountDesk
from callcenter.desk.wallboard import Wallboard
from callcenter.errors import InputError

PATIENCE_SECONDS: Final = 2
"""How long answers under way may take once it is over; streams are cut."""
_IDLE_SECONDS: Final = 5
_BACKLOG: Final = 512
Say = Callable[[str], None]


class Beside(Protocol):
    """Lives beside the service, from its start to its end."""

    def __call__(
        self, settings: Settings, live: LiveParts, accounts: AccountDesk, *, address: str, say: Say
    ) -> AbstractAsyncContextManager[None]:
        """Give the block in which it lives."""
        ...


def serve(settings: Settings, *, say: Say, beside: Beside | None = None) -> None:
    """Serve until interrupted or terminated, with something `beside` it or without.

    Raises:
        InputError: the address is taken, or a setting does not fit.
    """
    with (
        _listening(settings) as listening,
        _stopped_quietly(),
        asyncio.Runner(loop_factory=_quick_loop()) as runner,
    ):
        runner.run(
            _serve(settings, listening, say=say, now=utc_now, draw=os.urandom, beside=beside)
        )


def _quick_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return uvloop's maker of loops; `None`, for Python's own, on a system that has none."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


async def _serve(
    settings: Settings,
    listening: socket.socket,
    *,
    say: Say,
    now: Callable[[], datetime],
    draw: Callable[[int], bytes],
    beside: Beside | None,
) -> None:
    log = logger(level=settings.log_level, now=now)
    figures = Figures()
    async with opened(settings, now=now, draw=draw, log=log, figures=figures, say=say) as services:
        app = create_app(
            settings, now=now, draw=draw, log=log, figures=figures, opening=_open(services)
        )
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=settings.trusted_proxies or None,
            timeout_keep_alive=_IDLE_SECONDS,
            timeout_graceful_shutdown=PATIENCE_SECONDS,
        )
        _told_to(log)
        gc.collect()
        gc.freeze()  # what is alive now lives to the end: looking through it again takes a tenth of a second
        address = _address(listening)
        companion = _beside(settings, services, address=address, say=say, beside=beside)
        async with companion:
            await _Server(config, say=say, board=services.live.wallboard).serve(sockets=[listening])
        say("stopped")


def _beside(
    settings: Settings, services: Services, *, address: str, say: Say, beside: Beside | None
) -> AbstractAsyncContextManager[None]:
    if beside is None:
        return contextlib.nullcontext()
    return beside(settings, services.live, services.accounts, address=address, say=say)


class _Server(uvicorn.Server):
    """Says where it listens once it does, and ends the streams of the board when it is over."""

    def __init__(self, config: uvicorn.Config, *, say: Say, board: Wallboard) -> None:
        super().__init__(config)
        self._say = say
        self._board = board

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listening in sockets or []:
            self._say(f"serving on {_address(listening)}")

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._board.close()
        await super().shutdown(sockets)


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"


def _open(services: Services) -> Callable[[Log, Figures], AbstractAsyncContextManager[Services]]:
    """Hand over what is open already and closed by somebody else."""

    @asynccontextmanager
    async def opening(_log: Log, _figures: Figures) -> AsyncIterator[Services]:
        yield services

    return opening


@contextlib.contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listening = socket.create_server(
            (settings.host, settings.port), family=family, backlog=_BACKLOG
        )
    except OSError as error:
        raise InputError(
            f"cannot listen on {settings.host}:{settings.port}: {error.strerror or error}",
            key="port",
        ) from error
    with listening:
        yield listening


@contextlib.contextmanager
def _stopped_quietly() -> Iterator[None]:
    """Take a signal to stop for the end of the work: the server hands it on once it has stopped."""
    signals = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda *_: None) for number in signals]
    try:
        yield
    finally:
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)


def _told_to(log: Log) -> None:
    """Let the libraries' warnings go the way of our own lines."""
    root = logging.getLogger()
    root.handlers = [Wordless(log)]
    root.setLevel(logging.WARNING)
