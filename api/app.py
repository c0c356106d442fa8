"""The application: doors in their frames. Nothing is made at import; `create_app` is called by who serves."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from importlib.metadata import version
from typing import Final

from fastapi import Depends, FastAPI
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from api.deps import acceptable, gate_first, textual
from api.document import Application
from api.limits import BodyLimit
from api.observing import Figures, Log, Observed, logger, place_of, template_of
from api.open311 import open311
from api.pages import ROUTERS as PAGES
from api.pages.drawing import Files
from api.problems import RESPONSES, NoNul, Unforeseen, install
from api.routers import ROUTERS, TAGS
from api.security import SecurityHeaders
from api.services import Services
from api.settings import Settings
from api.wiring import opened
from callcenter.clock import utc_now

TITLE: Final = "callcenter"
_ABOUT: Final = (
    "Tickets, calls and figures of a city's 120 call centre.\n\n"
    "Moments are UTC inside and carry an offset outside. Errors are problem bodies (RFC 9457) with a stable "
    "`code`, `detail` in Korean and `detail_en` in English. Changes need `If-Match`, creations "
    "`Idempotency-Key`."
)
Opening = Callable[[Log, Figures], AbstractAsyncContextManager[Services]]
"""Makes the live objects around which an application is built."""


class Serving:
    """Puts the live objects where a request finds them, in mounted applications too."""

    def __init__(self, app: ASGIApp, *, services: Callable[[], Services]) -> None:
        """Wrap an application."""
        self._app = app
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] in {"http", "websocket"}:
            scope.setdefault("state", {})["services"] = self._services()
        await self._app(scope, receive, send)


def create_app(
    settings: Settings,
    *,
    now: Callable[[], datetime] = utc_now,
    draw: Callable[[int], bytes] = os.urandom,
    say: Callable[[str], None] = print,
    log: Log | None = None,
    figures: Figures | None = None,
    opening: Opening | None = None,
) -> FastAPI:
    """Build the application; its live objects are made when it starts, by `opening` if given."""
    log = log or logger(level=settings.log_level, now=now)
    figures = figures or Figures()

    def open_all(log: Log, figures: Figures) -> AbstractAsyncContextManager[Services]:
        return opened(settings, now=now, draw=draw, log=log, figures=figures, say=say)

    @asynccontextmanager
    async def lifespan(started: FastAPI) -> AsyncIterator[None]:
        async with (opening or open_all)(log, figures) as services:
            started.state.services = services
            yield

    app: FastAPI = Application(
        title=TITLE,
        version=version("callcenter"),
        description=_ABOUT,
        lifespan=lifespan,
        openapi_tags=TAGS,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses=RESPONSES,
        dependencies=[Depends(gate_first), Depends(acceptable), Depends(textual)],
        middleware=[
            Middleware(Observed, log=log, figures=figures, draw=draw),
            Middleware(SecurityHeaders, https=settings.https),
            Middleware(Unforeseen, report=_reporting(log)),
            Middleware(NoNul),
            Middleware(
                BodyLimit,
                document_bytes=settings.document_bytes,
                upload_bytes=settings.upload_bytes,
                seconds=settings.body_seconds,
            ),
            Middleware(Serving, services=lambda: app.state.services),
        ],
    )
    install(app)
    for router in (*ROUTERS, *PAGES):
        app.include_router(router)
    app.mount("/static", Files())
    app.mount("/open311", open311())
    return app


def _reporting(log: Log) -> Callable[[Scope, Exception], None]:
    def report(scope: Scope, error: Exception) -> None:
        log.error(
            "unforeseen",
            request_id=scope["state"]["request_id"],
            route=template_of(scope),
            **place_of(error),
        )

    return report
