"""A stand-in for whoever tells the live pages: it says the frames a test gives it, when the test says so."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.api.pages.frames import Frame, a_call, a_frame, answered


class Teller:
    """Streams, as the real stream does: the newest frame at once, then each new one."""

    def __init__(self) -> None:
        self.frame: Frame = a_frame()
        self.asked: list[tuple[str, Any]] = []
        self.streams = 0
        self.commands: list[dict[str, Any]] = []
        self.away = False
        self.refusal = 503
        self.keys: list[str | None] = []
        self._news = asyncio.Condition()

    def routes(self, app: FastAPI) -> None:
        """Answer before whatever the application has under these addresses."""
        app.router.routes[:0] = [
            Route("/v1/live/stream", self._stream),
            Route("/v1/live", self._at),
            Route("/v1/calls", self._calls),
            Route("/v1/live/commands", self._commands, methods=["GET", "POST"]),
            Route("/v1/live/alerts/{id}/acknowledge", self._acknowledge, methods=["POST"]),
        ]

    async def say(self, frame: Frame) -> None:
        """Send a frame to whoever listens."""
        async with self._news:
            self.frame = frame
            self._news.notify_all()

    async def leave(self, *, away: bool) -> None:
        """Break off all streams and refuse new ones, or come back."""
        async with self._news:
            self.away = away
            self._news.notify_all()

    async def _stream(self, request: Request) -> Response:
        self.keys.append(request.headers.get("x-api-key"))
        if self.away:
            return Response(status_code=self.refusal)
        return StreamingResponse(self._frames(), media_type="text/event-stream")

    async def _frames(self) -> AsyncIterator[bytes]:
        self.streams += 1
        while not self.away:
            text = json.dumps(self.frame, ensure_ascii=False)
            yield f"id: {self.frame['frame']}\nevent: frame\ndata: {text}\n\n".encode()
            async with self._news:
                await self._news.wait()

    async def _at(self, request: Request) -> Response:
        self.asked.append((request.url.path, dict(request.query_params)))
        at = request.query_params.get("at")
        return JSONResponse(self.frame | ({"replay": True, "now": at} if at else {}))

    async def _calls(self, request: Request) -> Response:
        self.asked.append((request.url.path, dict(request.query_params)))
        return JSONResponse({"items": [a_call(n) for n in range(3)], "next": None})

    async def _commands(self, request: Request) -> Response:
        if request.method == "GET":
            return JSONResponse(self.commands)
        said = await request.json()
        self.asked.append((request.url.path, said))
        self.commands.insert(0, answered(said))
        return JSONResponse(self.commands[0] | {"answer": None, "accepted": None}, status_code=202)

    async def _acknowledge(self, request: Request) -> Response:
        self.asked.append((request.url.path, await request.json()))
        return JSONResponse({})
