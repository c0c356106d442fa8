"""What a person wrote about arrivals, spread over the days of the calendar."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from callcenter.clock import DAY, HOUR, Tick
from simulation.plan.doors import Period
from simulation.programme import (
    COUNT,
    SEGMENT,
    AppointmentSource,
    CountSource,
    RateSource,
    Source,
    TraceSource,
)
from simulation.scenario.arrivals import (
    AppointmentArrivals,
    CountArrivals,
    NoArrivals,
    RateArrivals,
    TraceArrivals,
)
from simulation.scenario.callers import Queue
from simulation.scenario.days import DayOf, hours_of
from simulation.scenario.model import Scenario
from simulation.scenario.units import WEEKDAYS

Rows = npt.NDArray[Any]
Days = Sequence[DayOf]
Piece = tuple[Tick, Tick, float, float]
"""From, to (ticks of the day), callers per tick at either end."""


@dataclass(frozen=True)
class _Shape:
    """A day's rates before any factor: values from each time on, up to an end; or one all day."""

    values: tuple[tuple[Tick, float], ...] | float
    until: Tick | None = None
    lines: bool = False

    def pieces(self, hours: tuple[Period, ...]) -> list[Piece]:
        """Return the day's rates; nobody calls on a closed day."""
        if isinstance(self.values, float):
            return [(start, stop, self.values, self.values) for start, stop in hours]
        if not hours:
            return []
        end = self.until if self.until is not None else hours[-1][1]
        times = [*(time for time, _ in self.values if time < end), end]
        heights = [height for _, height in self.values]
        return [
            (start, stop, heights[at], self._height_at_end(heights, at))
            for at, (start, stop) in enumerate(itertools.pairwise(times))
        ]

    def _height_at_end(self, heights: list[float], at: int) -> float:
        return heights[min(at + 1, len(heights) - 1)] if self.lines else heights[at]


def source_of(scenario: Scenario, days: Days, queue: Queue) -> Source:
    """Return who comes to a queue, and when."""
    match queue.arrivals:
        case RateArrivals() as arrivals:
            return _rates(scenario, days, queue, arrivals)
        case CountArrivals() as arrivals:
            return _counts(days, queue, arrivals)
        case AppointmentArrivals() as arrivals:
            return _appointments(days, queue, arrivals)
        case TraceArrivals() as arrivals:
            return _trace(days, arrivals)
        case NoArrivals():
            return None


def _rates(scenario: Scenario, days: Days, queue: Queue, arrivals: RateArrivals) -> RateSource:
    shape = _shape(arrivals)
    rows = [
        (day.number, day.number * DAY + start, day.number * DAY + stop, low * factor, high * factor)
        for day in days
        if (factor := _factor(arrivals, day)) > 0
        for start, stop, low, high in shape.pieces(hours_of(queue, day))
        if low > 0 or high > 0
    ]
    segments = np.array(rows, SEGMENT)
    scale = _scale(arrivals, shape, days, queue, segments)
    segments["rate_start"] *= scale
    segments["rate_end"] *= scale
    cv = scenario.busyness[arrivals.busyness].cv if arrivals.busyness is not None else 0.0
    return RateSource(
        segments=segments,
        busyness=arrivals.busyness,
        busyness_shape=1 / cv**2 if cv else 0.0,
    )


def _shape(arrivals: RateArrivals) -> _Shape:
    given = arrivals.profile if arrivals.profile is not None else arrivals.per_hour
    if not isinstance(given, dict):
        return _Shape(values=float(1.0 if given is None else given) / HOUR)
    return _Shape(
        values=tuple((time, height / HOUR) for time, height in given.items()),
        until=arrivals.until,
        lines=arrivals.shape == "lines",
    )


def _factor(arrivals: RateArrivals, day: DayOf) -> float:
    factor = arrivals.weekday.get(WEEKDAYS[day.date.weekday()], 1.0)
    factor *= arrivals.month.get(day.date.month, 1.0)
    for name in sorted(day.events):
        factor *= arrivals.events.get(name, 1.0)
    return float(factor)


def _expected(segments: Rows) -> float:
    length = (segments["end"] - segments["start"]).astype(np.float64)
    return float(np.sum((segments["rate_start"] + segments["rate_end"]) / 2 * length))


def _scale(
    arrivals: RateArrivals, shape: _Shape, days: Days, queue: Queue, segments: Rows
) -> float:
    """Return by what the shape is multiplied, so that it holds as many as were asked for."""
    if arrivals.total is not None:
        expected = _expected(segments)
        return arrivals.total / expected if expected else 0.0
    if arrivals.per_day is not None:
        ordinary = next((hours for day in days if (hours := hours_of(queue, day))), ())
        pieces = shape.pieces(ordinary)
        expected = sum((stop - start) * (low + high) / 2 for start, stop, low, high in pieces)
        return arrivals.per_day / expected if expected else 0.0
    return 1.0


def _counts(days: Days, queue: Queue, arrivals: CountArrivals) -> CountSource:
    shape = _Shape(
        values=tuple((time, float(count)) for time, count in arrivals.counts.items()),
        until=arrivals.until,
        lines=False,
    )
    rows = [
        (day.number, day.number * DAY + start, day.number * DAY + stop, round(count))
        for day in days
        for start, stop, count, _ in shape.pieces(hours_of(queue, day))
    ]
    return CountSource(counts=np.array(rows, COUNT))


def _appointments(days: Days, queue: Queue, arrivals: AppointmentArrivals) -> AppointmentSource:
    rows = [
        (day.number * DAY + at, day.number)
        for day in days
        if day.date.weekday() in arrivals.days and hours_of(queue, day)
        for at in sorted(arrivals.at)
        for _ in range(arrivals.each)
    ]
    return AppointmentSource(
        at=np.array([at for at, _ in rows], np.int64),
        day=np.array([number for _, number in rows], np.int32),
        shows_up=arrivals.shows_up,
        late_by=arrivals.late_by,
    )


def _trace(days: Days, arrivals: TraceArrivals) -> TraceSource:
    trace = arrivals.trace
    assert trace is not None, "loading puts the trace in place"
    arrived = np.array(trace.arrived, np.int64) - trace.midnight(days[0].date)
    within = (arrived >= 0) & (arrived < len(days) * DAY)
    return TraceSource(
        arrived=arrived[within],
        patience=None if trace.patience is None else np.array(trace.patience, np.int64)[within],
        talk=None if trace.talk is None else np.array(trace.talk, np.int64)[within],
    )
