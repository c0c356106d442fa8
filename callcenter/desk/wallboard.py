"""The hub of the live board: makes the current frame, and hands the one frame to all who watch.

A frame is made when something changed, at most five times a second, and once a second while anybody
watches, because waiting goes on when nothing happens. When nobody watches and nothing changes, nothing is
computed, but for the moment at which a silence itself becomes news. A frame is written twice, with names
and without, once each however many watch; who is slow gets the latest and none in between.
"""

import asyncio
import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final, Protocol

from callcenter.clock import SECOND, Clock, Tick
from callcenter.errors import CallCenterError, CapacityError

_LOG: Final = logging.getLogger(__name__)
_FRAMES_A_SECOND: Final = 5
PACE: Final[Tick] = SECOND // _FRAMES_A_SECOND
MOST_VIEWERS: Final = 500
_PATIENCE_SECONDS: Final = 10.0
"""How long a single look at the board waits for a frame."""

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A frame as some may see it, written once for all of them."""

    json: bytes
    event: bytes
    """The same as a server-sent event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The board at a moment."""

    number: int
    document: Document
    """With names."""
    full: Variant
    nameless: Variant
    """Without names of agents, calls and tickets: what may hang on a wall."""

    def variant(self, *, names: bool) -> Variant:
        """Return what may be seen."""
        return self.full if names else self.nameless


@dataclass(frozen=True, slots=True, kw_only=True)
class Painting:
    """What a frame says, before it has a number."""

    full: Document
    nameless: Document


class Painter(Protocol):
    """Knows how things stand."""

    async def paint(self) -> Painting:
        """Say how things stand now."""
        ...

    def next_news(self) -> Tick | None:
        """Say in how many microseconds something becomes news though nothing happens; `None`: never."""
        ...


def framed(painting: Painting, *, number: int) -> Frame:
    """Write a frame, each variant once."""
    return Frame(
        number=number,
        document=painting.full,
        full=_written(painting.full, number),
        nameless=_written(painting.nameless, number),
    )


def _written(document: Document, number: int) -> Variant:
    told = {"frame": number, **document}
    text = json.dumps(told, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    return Variant(json=text, event=b"id: %d\nevent: frame\ndata: %b\n\n" % (number, text))


def due(
    *, now: Tick, began: Tick | None, stirred: bool, watched: bool, news: Tick | None
) -> Tick | None:
    """Say in how many microseconds the next frame is to be made, 0 for at once; `None`: not by itself.

    Args:
        now: By the monotonic clock.
        began: When the last one was begun, `None` if there was none.
        stirred: Whether anything changed since.
        watched: Whether anybody watches.
        news: In how many microseconds a silence becomes news.
    """
    if began is None:
        return 0 if stirred or watched else news
    waits = [] if news is None else [max(news, began + SECOND - now)]
    if stirred:
        waits.append(began + (PACE if watched else SECOND) - now)
    if watched:
        waits.append(began + SECOND - now)
    return max(0, min(waits)) if waits else None


class Wallboard:
    """Makes frames while `run` runs, and lets everybody wait for the next."""

    def __init__(
        self, painter: Painter, *, clock: Clock, epoch_seconds: int, most: int = MOST_VIEWERS
    ) -> None:
        """Begin with no frame.

        Args:
            painter: Knows how things stand.
            clock: Monotonic, as nothing here depends on the date.
            epoch_seconds: Seconds since 1970 at the start: frames are numbered on from there, so that no
                number comes again after a restart.
            most: How many may watch at once.
        """
        self._painter = painter
        self._clock = clock
        self._number = epoch_seconds * _FRAMES_A_SECOND
        self._most = most
        self._watching = 0
        self._began: Tick | None = None
        self._stirred = False
        self._frame: Frame | None = None
        self._woken = asyncio.Event()
        self._turned = asyncio.Event()
        self._running = False
        self._closed = False

    @property
    def current(self) -> Frame | None:
        """The last frame that was made."""
        return self._frame

    @property
    def viewers(self) -> int:
        """How many watch."""
        return self._watching

    @property
    def running(self) -> bool:
        """Whether frames are made."""
        return self._running

    def stir(self) -> None:
        """Say that something changed."""
        self._stirred = True
        self._woken.set()

    async def run(self) -> None:
        """Make frames until `close`."""
        self._running = True
        try:
            while not self._closed:
                wait = self._wait()
                if wait == 0:
                    await self._make()
                else:
                    await self._rest(wait)
        finally:
            self._running = False
            self.close()

    def close(self) -> None:
        """End the frames; whoever waits for one is told that there is none."""
        self._closed = True
        self._woken.set()
        self._turned.set()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Count as somebody who watches.

        Raises:
            CapacityError: as many as allowed watch already.
        """
        if self._watching >= self._most:
            raise CapacityError(f"expected at most {self._most} to watch at once")
        self._watching += 1
        self._woken.set()
        try:
            yield
        finally:
            self._watching -= 1

    async def next(self, *, after: int) -> Frame | None:
        """Wait for the latest frame, unless it is the one with number `after`; `None` once it is over."""
        while not self._closed and (self._frame is None or self._frame.number == after):
            await self._turned.wait()
        return None if self._closed else self._frame

    async def fresh(self) -> Frame | None:
        """Return a frame of this second, made for the occasion if nobody watches; `None` if none comes."""
        frame = self._frame
        stale = self._began is None or self._clock.now() - self._began >= SECOND
        if frame is not None and not stale:
            return frame
        with self.watching(), suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_SECONDS):
                return await self.next(after=-1 if frame is None else frame.number)
        return None

    def _wait(self) -> Tick | None:
        return due(
            now=self._clock.now(),
            began=self._began,
            stirred=self._stirred,
            watched=self._watching > 0,
            news=self._painter.next_news(),
        )

    async def _rest(self, wait: Tick | None) -> None:
        self._woken.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(None if wait is None else wait / SECOND):
                await self._woken.wait()

    async def _make(self) -> None:
        self._began, self._stirred = self._clock.now(), False
        try:
            painting = await self._painter.paint()
        except Exception as error:  # noqa: BLE001 - the last frame stays, and everybody sees its age
            foreseen = isinstance(error, CallCenterError)
            _LOG.log(logging.WARNING if foreseen else logging.ERROR, "no frame", exc_info=error)
            return
        self._number += 1
        self._frame = framed(painting, number=self._number)
        turned, self._turned = self._turned, asyncio.Event()
        turned.set()
