"""Frames as server-sent events: one encoding for everybody, the latest for whoever is slow."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Final

from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send
from typing_extensions import override

from callcenter.desk.wallboard import Wallboard

HEARTBEAT_SECONDS: Final = 15.0
PATIENCE_SECONDS: Final = 20.0
"""So long a viewer may take none of what is sent before the line is cut."""
LONGEST_SECONDS: Final = 900.0
"""A line ends after that and the viewer comes again, so that a key that was revoked goes dark."""
_HEARTBEAT: Final = b": heartbeat\n\n"
_COME_AGAIN: Final = b"retry: 1000\n\n"
_BEGINNING: Final = -1


class EventStream(StreamingResponse):
    """The frames, from the current one on, until the viewer leaves or the board is closed."""

    media_type = "text/event-stream"

    def __init__(
        self,
        board: Wallboard,
        *,
        names: bool,
        after: int | None = None,
        heartbeat_seconds: float = HEARTBEAT_SECONDS,
        patience_seconds: float = PATIENCE_SECONDS,
        longest_seconds: float = LONGEST_SECONDS,
    ) -> None:
        """Take what is watched, and whether with names.

        Args:
            board: The hub.
            names: Which variant.
            after: The last frame the viewer has seen: if it is still the current one, the next follows.
            heartbeat_seconds: After how long without a frame a comment is sent.
            patience_seconds: How long a viewer may take nothing.
            longest_seconds: After how long the viewer must come again.
        """
        self._board = board
        self._names = names
        self._after = _BEGINNING if after is None else after
        self._heartbeat = heartbeat_seconds
        self._patience = patience_seconds
        self._longest = longest_seconds
        self._sent = self._events()
        super().__init__(
            self._sent, headers={"X-Accel-Buffering": "no", "Cache-Control": "no-store"}
        )

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a viewer's place for as long as it lasts.

        Raises:
            CapacityError: all places are taken.
        """
        with self._board.watching():
            await super().__call__(scope, receive, send)

    @override
    async def stream_response(self, send: Send) -> None:
        async def bounded(message: Message) -> None:
            async with asyncio.timeout(self._patience):
                await send(message)

        async with aclosing(self._sent):
            try:
                await super().stream_response(bounded)
            except TimeoutError:
                return  # the answer is left unfinished, so that the server cuts the line

    async def _events(self) -> AsyncGenerator[bytes, None]:
        clock: Callable[[], float] = asyncio.get_running_loop().time
        end = clock() + self._longest
        after = self._after
        yield _COME_AGAIN
        while clock() < end:
            try:
                async with asyncio.timeout(self._heartbeat):
                    frame = await self._board.next(after=after)
            except TimeoutError:
                yield _HEARTBEAT
                continue
            if frame is None:
                return
            after = frame.number
            yield frame.variant(names=self._names).event
