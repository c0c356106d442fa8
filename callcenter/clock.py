"""Time as whole microseconds, and the only reader of the wall clock."""

import time
from datetime import UTC, datetime
from typing import Final, Protocol

Tick = int
"""A moment or a duration in whole microseconds; a run counts from midnight of its first day."""

SECOND: Final[Tick] = 1_000_000
MINUTE: Final[Tick] = 60 * SECOND
HOUR: Final[Tick] = 60 * MINUTE
DAY: Final[Tick] = 24 * HOUR
NEVER: Final[Tick] = 1 << 62
"""Later than anything: infinite patience, a queue that never closes."""


class Clock(Protocol):
    """What tells how late it is."""

    def now(self) -> Tick:
        """Return microseconds since an origin that only differences may rely on."""
        ...


class WallClock:
    """The machine's monotonic clock."""

    def now(self) -> Tick:
        """Return the monotonic time in microseconds."""
        return time.monotonic_ns() // 1_000


def utc_now() -> datetime:
    """Return what date and time it is; handed as `now` to whoever needs to know."""
    return datetime.now(tz=UTC)


class ManualClock:
    """A clock that moves only when told; for tests."""

    def __init__(self, start: Tick = 0) -> None:
        """Start at the given tick."""
        self._now = start

    def now(self) -> Tick:
        """Return the tick last set."""
        return self._now

    def advance(self, by: Tick) -> None:
        """Move forward; a negative step is a programmer's error."""
        if by < 0:
            message = f"a clock moves forward, got {by!r}"
            raise ValueError(message)
        self._now += by
