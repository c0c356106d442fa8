"""What is seen of the house at work: one line a request, and figures for Prometheus.

Neither holds a query string, a body, a token, a name or an address: a route is known by its template, a
request by its id. The id comes from the client if it is a sane one, so that two logs can be laid together.
"""

import logging
import re
import sys
import time
import traceback
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, TextIO

import structlog
from fastapi.routing import APIRoute
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from typing_extensions import override

REQUEST_ID: Final = "X-Request-ID"
_SANE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_ID_BYTES: Final = 16
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_INNERMOST_FRAMES: Final = 8
LEVELS: Final = {"debug": 10, "info": 20, "warning": 30, "error": 40}

Log = structlog.typing.FilteringBoundLogger


def logger(*, level: str, now: Callable[[], datetime], to: TextIO | None = None) -> Log:
    """Make a log of one JSON object a line, on standard error unless told otherwise."""

    def stamped(_log: object, _method: str, line: structlog.typing.EventDict) -> Any:
        return {"at": now().isoformat(timespec="milliseconds"), **line}

    made: Log = structlog.wrap_logger(
        structlog.PrintLogger(to or sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            stamped,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
    )
    return made


def place_of(error: BaseException) -> dict[str, Any]:
    """Say what went wrong and where in the code, without the error's own words."""
    frames = traceback.extract_tb(error.__traceback__)[-_INNERMOST_FRAMES:]
    causes: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(causes) < _INNERMOST_FRAMES:
        causes.append(type(cause).__qualname__)
        cause = cause.__cause__ or cause.__context__
    return {
        "error": causes[0],
        "causes": causes[1:],
        "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }


class Wordless(logging.Handler):
    """Writes what libraries log into the log of the house; of an exception only kind and place."""

    def __init__(self, log: Log) -> None:
        """Take the log to write to."""
        super().__init__()
        self._log = log

    @override
    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        said = record.getMessage() if error is None else record.msg
        level = record.levelname.lower()
        line = {"source": record.name} | (place_of(error) if error else {})
        self._log.log(LEVELS.get(level, logging.INFO), str(said), **line)


class Figures:
    """What Prometheus reads: one registry a running application."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "callcenter_requests_total",
            "Requests answered, by route and status.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "callcenter_request_seconds",
            "Time to the end of an answer, by route.",
            ("method", "route"),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.outbox = Gauge(
            "callcenter_outbox_waiting", "Errands that wait to be told.", registry=self.registry
        )
        self.connections = Gauge(
            "callcenter_database_connections",
            "Connections to the database, by what they do.",
            ("state",),
            registry=self.registry,
        )

    def saw(self, *, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self.requests.labels(method, route, str(status)).inc()
        self.seconds.labels(method, route).observe(seconds)


class Observed:
    """Gives each request its id, and writes it down when it has been answered."""

    def __init__(
        self, app: ASGIApp, *, log: Log, figures: Figures, draw: Callable[[int], bytes]
    ) -> None:
        """Wrap an application."""
        self._app = app
        self._log = log
        self._figures = figures
        self._draw = draw

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = self._id_of(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        began = time.perf_counter()
        status = 499  # as it stays if the client was gone before it was answered

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = request_id
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            self._wrote(scope, request_id, status=status, seconds=time.perf_counter() - began)

    def _id_of(self, scope: Scope) -> str:
        given = Headers(scope=scope).get(REQUEST_ID, "")
        return given if _SANE.fullmatch(given) else self._draw(_ID_BYTES).hex()

    def _wrote(self, scope: Scope, request_id: str, *, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in _METHODS else "other"
        route = template_of(scope)
        self._figures.saw(method=method, route=route, status=status, seconds=seconds)
        self._log.info(
            "request",
            request_id=request_id,
            method=method,
            route=route,
            status=status,
            ms=round(seconds * 1000, 2),
        )


def template_of(scope: Scope) -> str:
    """Return the template of the route that answered, such as `/v1/tickets/{number}`."""
    route = scope.get("route")
    if route is None:
        return "unmatched"
    included = scope.get("fastapi", {}).get("effective_route_context")
    path = getattr(included, "path_format", None) or getattr(route, "path", "unmatched")
    mounted = scope.get("root_path", "") if isinstance(route, APIRoute) else ""
    return f"{mounted}{path}"
