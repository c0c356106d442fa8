"""Who comes when: the callers of one queue, day by day.

A Poisson stream is drawn as points of rate one and bent by the day's rate, so that a busier day has
the same callers in the same order, earlier, and some more at its end.
"""

import math
from collections.abc import Iterator
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


def draw_callers(queue: QueueProgramme, streams: Streams, *, since: Tick = 0) -> Callers:
    """Draw everybody who arrives from `since` on."""
    source = queue.source
    match source:
        case RateSource():
            callers = _gather(_rate_days(source, queue.name, streams, since))
        case CountSource():
            callers = _gather(_count_days(source, queue.name, streams, since))
        case AppointmentSource():
            callers = _appointments(source, queue.name, streams)
        case TraceSource():
            callers = _by_day(source.arrived, source.arrived // DAY, None)
        case None:
            callers = _gather(iter(()))
        case _:
            assert_never(source)
    return callers if since <= 0 else _from(callers, since)


def _from(callers: Callers, since: Tick) -> Callers:
    late = callers.arrived >= since
    if late.all():
        return callers
    comes = np.flatnonzero(late) if callers.comes is None else callers.comes[late]
    return Callers(expected=callers.expected, days=callers.days, comes=comes)


def _gather(days: Iterator[tuple[int, Ticks]]) -> Callers:
    drawn = [(day, arrived) for day, arrived in days if len(arrived)]
    arrays = [arrived for _, arrived in drawn]
    expected = arrays[0] if len(arrays) == 1 else np.concatenate([np.empty(0, np.int64), *arrays])
    counts = tuple((day, len(arrived)) for day, arrived in drawn)
    return Callers(expected=expected, days=counts, comes=None)


def _by_day(expected: Ticks, day: npt.NDArray[Any], comes: npt.NDArray[np.intp] | None) -> Callers:
    days = tuple((number, last - first) for number, first, last in _days(day))
    return Callers(expected=expected, days=days, comes=comes)


def _days(day: npt.NDArray[Any], since: Tick = 0) -> Iterator[tuple[int, int, int]]:
    """Give each day that ends after `since`, with its first row and the one behind its last."""
    if not len(day):
        return
    bounds = [0, *(np.flatnonzero(day[1:] != day[:-1]) + 1).tolist(), len(day)]
    for number, first, last in zip(day[bounds[:-1]].tolist(), bounds, bounds[1:], strict=False):
        if (number + 1) * DAY > since:
            yield number, first, last


def _rate_days(
    source: RateSource, name: str, streams: Streams, since: Tick
) -> Iterator[tuple[int, Ticks]]:
    rows = source.segments
    steps = bool(np.all(rows["rate_start"] == rows["rate_end"]))
    midnight = rows["day"].astype(np.int64) * DAY
    start, end = (rows["start"] - midnight).astype(float), (rows["end"] - midnight).astype(float)
    area = (rows["rate_start"] + rows["rate_end"]) * (end - start) / 2
    corners = np.column_stack([start, end]).ravel()
    for day, first, last in _days(rows["day"], since):
        upto = np.cumsum(area[first:last])
        factor = _busyness(source, streams, day)
        upto *= factor
        total = float(upto[-1])
        if total <= 0:
            continue
        points = _unit_points(streams.of(f"arrivals/{name}", day), total)
        if steps:
            moments = _bend_steps(points, upto, corners[2 * first : 2 * last])
        else:
            moments = _bend_lines(points, upto, rows[first:last], factor, start[first:last])
        # The end of the last segment that brings anybody belongs to nobody.
        moments = np.minimum(moments, end[first + np.searchsorted(upto, total)] - 1, out=moments)
        arrived = moments.astype(np.int64)
        arrived += day * DAY
        yield day, arrived


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


def _bend_steps(points: Floats, upto: Floats, corners: Floats) -> Floats:
    """Invert the cumulative rate; both ends of each segment are corners, to leap over gaps."""
    reached = np.empty(len(corners))
    reached[0] = 0
    reached[1::2] = upto
    reached[2::2] = upto[:-1]
    return np.interp(points, reached, corners)


def _bend_lines(
    points: Floats, upto: Floats, rows: npt.NDArray[Any], factor: float, start: Floats
) -> Floats:
    """Invert rates that rise or fall along a line: solve a t^2 / 2 + b t = what is left."""
    number = np.minimum(np.searchsorted(upto, points, side="right"), len(upto) - 1)
    left = points - np.concatenate([[0.0], upto[:-1]])[number]
    first = rows["rate_start"] * factor
    slope = (rows["rate_end"] * factor - first) / (rows["end"] - rows["start"])
    root = np.sqrt(np.maximum(first[number] ** 2 + 2 * slope[number] * left, 0))
    elapsed = 2 * left / np.maximum(first[number] + root, np.finfo(float).tiny)
    elapsed = np.minimum(elapsed, (rows["end"] - rows["start"])[number] - 1)
    return np.maximum.accumulate(start[number] + elapsed)


def _count_days(
    source: CountSource, name: str, streams: Streams, since: Tick
) -> Iterator[tuple[int, Ticks]]:
    for day, first, last in _days(source.counts["day"], since):
        rows = source.counts[first:last]
        width = rows["end"] - rows["start"]
        rng = streams.of(f"arrivals/{name}", day)
        interval = np.repeat(np.arange(len(rows)), rows["count"])
        elapsed = (rng.random(len(interval)) * width[interval]).astype(np.int64)
        arrived = rows["start"][interval] + np.minimum(elapsed, width[interval] - 1)
        arrived.sort()
        yield day, arrived


def _appointments(source: AppointmentSource, name: str, streams: Streams) -> Callers:
    planned = _by_day(source.at, source.day, None)
    if source.shows_up >= 1 and source.late_by is None:
        return planned
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
