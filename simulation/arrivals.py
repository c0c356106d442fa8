"""Who comes when: the callers of one queue, day by day.

A Poisson stream is drawn as points of rate one and bent by the day's rate, so that a busier day has
the same callers in the same order, earlier, and some more at its end.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, assert_never

import numpy as np
import numpy.typing as npt

from callcenter.clock import DAY, NEVER, Tick
from simulation.laws import Floats, Ticks
from simulation.programme import (
    AppointmentSource,
    CountSource,
    QueueProgramme,
    RateSource,
    TraceSource,
)
from simulation.streams import Streams
from simulation.variates import draw


@dataclass(frozen=True, slots=True, kw_only=True)
class Callers:
    """The callers of one queue: everybody expected, and who of them comes, in order of arrival.

    Fates are drawn for everybody expected, so that one who stays away leaves the next ones' as they
    are.
    """

    expected: Ticks
    """When each would arrive, by day."""
    days: tuple[tuple[int, int], ...]
    """(day, how many are expected), for days that expect anybody."""
    comes: npt.NDArray[np.intp] | None
    """Rows of `expected` of those who come, by arrival; `None`: everybody does, in order."""

    @property
    def arrived(self) -> Ticks:
        """When those who come arrive, ascending."""
        return self.expected if self.comes is None else self.expected[self.comes]

    def __len__(self) -> int:
        """Return how many come."""
        return len(self.expected if self.comes is None else self.comes)


Draw = Callable[[Streams], Callers]
"""Draws the callers of one queue in one replication."""


def callers_of(queue: QueueProgramme, *, since: Tick = 0) -> Draw:
    """Return what draws everybody who arrives from `since` on; what no chance touches is done here."""
    source, name = queue.source, queue.name
    match source:
        case RateSource():
            draw_all = _at_rates(source, name, since)
        case CountSource():
            draw_all = _counted(source, name, since)
        case AppointmentSource():
            draw_all = _appointments(source, name)
        case TraceSource():
            draw_all = _always(_by_day(source.arrived, source.arrived // DAY))
        case None:
            draw_all = _always(_gather(()))
        case _:
            assert_never(source)
    return draw_all if since <= 0 else lambda streams: _from(draw_all(streams), since)


def _always(callers: Callers) -> Draw:
    return lambda _streams: callers


def _from(callers: Callers, since: Tick) -> Callers:
    late = callers.arrived >= since
    if late.all():
        return callers
    comes = np.flatnonzero(late) if callers.comes is None else callers.comes[late]
    return Callers(expected=callers.expected, days=callers.days, comes=comes)


def _gather(days: Iterable[tuple[int, Ticks]]) -> Callers:
    drawn = [(day, arrived) for day, arrived in days if len(arrived)]
    arrays = [arrived for _, arrived in drawn]
    expected = arrays[0] if len(arrays) == 1 else np.concatenate([np.empty(0, np.int64), *arrays])
    counts = tuple((day, len(arrived)) for day, arrived in drawn)
    return Callers(expected=expected, days=counts, comes=None)


def _by_day(expected: Ticks, day: npt.NDArray[Any]) -> Callers:
    days = tuple((number, last - first) for number, first, last in _days(day))
    return Callers(expected=expected, days=days, comes=None)


def _days(day: npt.NDArray[Any], since: Tick = 0) -> Iterator[tuple[int, int, int]]:
    """Give each day that ends after `since`, with its first row and the one behind its last."""
    if not len(day):
        return
    bounds = [0, *(np.flatnonzero(day[1:] != day[:-1]) + 1).tolist(), len(day)]
    for number, first, last in zip(day[bounds[:-1]].tolist(), bounds, bounds[1:], strict=False):
        if (number + 1) * DAY > since:
            yield number, first, last


@dataclass(frozen=True, slots=True, kw_only=True)
class _RateDay:
    """One day of rates, in ticks from its midnight."""

    day: int
    upto: Floats
    """How many are expected by the end of each segment on a day of ordinary busyness."""
    end: Floats
    """Where each segment ends."""
    bend: Callable[[Floats, Floats, float], Floats]
    """Turns points of rate one into moments, by how many are expected that day, and its busyness."""

    def arrivals(self, rng: np.random.Generator, factor: float) -> Ticks:
        """Draw the day."""
        upto = self.upto * factor
        total = float(upto[-1])
        moments = self.bend(_unit_points(rng, total), upto, factor)
        # The end of the last segment that brings anybody belongs to nobody.
        np.minimum(moments, self.end[np.searchsorted(upto, total)] - 1, out=moments)
        arrived = moments.astype(np.int64)
        arrived += self.day * DAY
        return arrived


def _at_rates(source: RateSource, name: str, since: Tick) -> Draw:
    days = [day for day in _rate_days(source, since) if day.upto[-1] > 0]

    def arrivals(streams: Streams) -> Iterator[tuple[int, Ticks]]:
        for day in days:
            factor = _busyness(source, streams, day.day)
            if day.upto[-1] * factor > 0:
                rng = streams.of(f"arrivals/{name}", day.day)
                yield day.day, day.arrivals(rng, factor)

    return lambda streams: _gather(arrivals(streams))


def _rate_days(source: RateSource, since: Tick) -> Iterator[_RateDay]:
    rows = source.segments
    steps = bool(np.all(rows["rate_start"] == rows["rate_end"]))
    midnight = rows["day"].astype(np.int64) * DAY
    start, end = (rows["start"] - midnight).astype(float), (rows["end"] - midnight).astype(float)
    area = (rows["rate_start"] + rows["rate_end"]) * (end - start) / 2
    corners = np.column_stack([start, end]).ravel()
    for day, first, last in _days(rows["day"], since):
        own = slice(first, last)
        bend = _steps(corners[2 * first : 2 * last]) if steps else _lines(rows[own], start[own])
        yield _RateDay(day=day, upto=np.cumsum(area[own]), end=end[own], bend=bend)


def _busyness(source: RateSource, streams: Streams, day: int) -> float:
    if source.busyness is None:
        return 1.0
    rng = streams.of(f"busyness/{source.busyness}", day)
    return rng.standard_gamma(source.busyness_shape) / source.busyness_shape


def _unit_points(rng: np.random.Generator, total: float) -> Floats:
    """Return the points of a Poisson process of rate one on 0..total."""
    points = rng.standard_exponential(int(total + 4 * math.sqrt(total)) + 8)
    np.cumsum(points, out=points)
    while points[-1] < total:
        more = rng.standard_exponential(int(math.sqrt(total)) + 8)
        more[0] += points[-1]
        points = np.concatenate([points, np.cumsum(more)])
    return points[: np.searchsorted(points, total)]


def _steps(corners: Floats) -> Callable[[Floats, Floats, float], Floats]:
    """Invert the cumulative rate; both ends of each segment are corners, to leap over gaps."""

    def bend(points: Floats, upto: Floats, _factor: float) -> Floats:
        reached = np.empty(len(corners))
        reached[0] = 0
        reached[1::2] = upto
        reached[2::2] = upto[:-1]
        return np.interp(points, reached, corners)

    return bend


def _lines(rows: npt.NDArray[Any], start: Floats) -> Callable[[Floats, Floats, float], Floats]:
    """Invert rates that rise or fall along a line: solve a t^2 / 2 + b t = what is left."""
    length = rows["end"] - rows["start"]

    def bend(points: Floats, upto: Floats, factor: float) -> Floats:
        number = np.minimum(np.searchsorted(upto, points, side="right"), len(upto) - 1)
        left = points - np.concatenate([[0.0], upto[:-1]])[number]
        first = rows["rate_start"] * factor
        slope = (rows["rate_end"] * factor - first) / length
        root = np.sqrt(np.maximum(first[number] ** 2 + 2 * slope[number] * left, 0))
        elapsed = 2 * left / np.maximum(first[number] + root, np.finfo(float).tiny)
        elapsed = np.minimum(elapsed, length[number] - 1)
        return np.maximum.accumulate(start[number] + elapsed)

    return bend


def _counted(source: CountSource, name: str, since: Tick) -> Draw:
    days = [
        (day, source.counts[first:last]) for day, first, last in _days(source.counts["day"], since)
    ]

    def arrivals(streams: Streams) -> Iterator[tuple[int, Ticks]]:
        for day, rows in days:
            width = rows["end"] - rows["start"]
            rng = streams.of(f"arrivals/{name}", day)
            interval = np.repeat(np.arange(len(rows)), rows["count"])
            elapsed = (rng.random(len(interval)) * width[interval]).astype(np.int64)
            arrived = rows["start"][interval] + np.minimum(elapsed, width[interval] - 1)
            arrived.sort()
            yield day, arrived

    return lambda streams: _gather(arrivals(streams))


def _appointments(source: AppointmentSource, name: str) -> Draw:
    planned = _by_day(source.at, source.day)
    if source.shows_up >= 1 and source.late_by is None:
        return _always(planned)
    return lambda streams: _kept(source, planned, name, streams)


def _kept(source: AppointmentSource, planned: Callers, name: str, streams: Streams) -> Callers:
    expected, shows = source.at.copy(), np.ones(len(source.at), np.bool_)
    first = 0
    for day, count in planned.days:
        rows = slice(first, first + count)
        first += count
        if source.shows_up < 1:
            shows[rows] = streams.of(f"shows-up/{name}", day).random(count) < source.shows_up
        if source.late_by is not None:
            rng = streams.of(f"lateness/{name}", day)
            expected[rows] += draw(source.late_by, count, rng, clock_times=source.at[rows])
    comes = np.flatnonzero(shows & (expected < NEVER))
    comes = comes[np.argsort(expected[comes], kind="stable")]
    return Callers(expected=expected, days=planned.days, comes=comes)
