"""What a day is held against: the same weekday a week before, and what was to be expected."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Final

import numpy as np

from callcenter.clock import DAY, MINUTE, Tick
from callcenter.desk.centre_clock import Lines
from callcenter.measures.live import Course, Forecast

_WEEKS: Final = 4
_WEEK: Final = timedelta(days=7)
_INTERVAL: Final[Tick] = 30 * MINUTE
_KEPT: Final = 8
"""Days whose past is kept in memory."""

Expected = Callable[[date], Forecast | None]
"""What calls are to be expected of a day, where somebody knows better than the past."""


class Pasts:
    """Days of before, read once: the same weekday a week ago, and what four of them let expect."""

    def __init__(self, lines: Lines, *, expected: Expected | None = None) -> None:
        """Take who knows the days, and who knows better what to expect."""
        self._lines = lines
        self._expected = expected
        self._known: dict[date, tuple[Course | None, Forecast | None]] = {}
        self._reading = asyncio.Lock()

    async def of(self, day: date) -> tuple[Course | None, Forecast | None]:
        """Return the day a week before, and the forecast; `None` where nothing is known."""
        async with self._reading:
            if day not in self._known:
                while len(self._known) >= _KEPT:
                    del self._known[next(iter(self._known))]
                self._known[day] = await self._read(day)
            return self._known[day]

    async def _read(self, day: date) -> tuple[Course | None, Forecast | None]:
        courses = [await self._course(day - weeks * _WEEK) for weeks in range(1, _WEEKS + 1)]
        if self._expected is not None:
            return courses[0], await asyncio.to_thread(self._expected, day)
        return courses[0], mean_of(course for course in courses if course is not None)

    async def _course(self, day: date) -> Course | None:
        course = Course.of(await self._lines.day(day))
        return course if course.moments.size else None


def mean_of(courses: Iterable[Course]) -> Forecast | None:
    """Expect what came on average, by half hours; `None` of no day at all."""
    edges = np.arange(0, DAY + 1, _INTERVAL)
    counts = [np.histogram(course.moments, edges)[0] for course in courses]
    if not counts:
        return None
    return Forecast(source="same_weekdays", offered=tuple(np.mean(counts, axis=0).tolist()))
