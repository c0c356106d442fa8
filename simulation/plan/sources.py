"""What a person wrote about arrivals, spread over the days of the calendar."""

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from callcenter.clock import DAY, HOUR, Tick
from simulation.plan.doors import Days, Period
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
from simulation.scenario.model import Scenario
from simulation.scenario.units import WEEKDAYS

Rows = npt.NDArray[Any]
Weekly = dict[tuple[int, ...], tuple[Period, ...]]
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
    weekly = queue.open if queue.open is not None else scenario.calendar.open
    match queue.arrivals:
        case RateArrivals() as arrivals:
            return _rates(scenario, days, arrivals, weekly)
        case CountArrivals() as arrivals:
            return _counts(days, arrivals, weekly)
        case AppointmentArrivals() as arrivals:
            return _appointments(days, arrivals, weekly)
        case TraceArrivals() as arrivals:
            return _trace(days, arrivals)
        case NoArrivals():
            return None


def _rates(scenario: Scenario, days: Days, arrivals: RateArrivals, weekly: Weekly) -> RateSource:
    shape = _shape(arrivals)
    factors = _factors(scenario, days, arrivals)
    rows = [
        (number, number * DAY + start, number * DAY + stop, low * factor, high * factor)
        for number, (day, factor) in enumerate(zip(days.dates, factors, strict=True))
        for start, stop, low, high in shape.pieces(days.hours(day, weekly))
        if (low > 0 or high > 0) and factor > 0
    ]
    segments = np.array(rows, SEGMENT)
    scale = _scale(arrivals, shape, days, weekly, segments)
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


def _factors(scenario: Scenario, days: Days, arrivals: RateArrivals) -> list[float]:
    events = [(days.event_days(scenario, name), by) for name, by in arrivals.events.items()]
    factors = []
    for number, day in enumerate(days.dates):
        factor = arrivals.weekday.get(WEEKDAYS[day.weekday()], 1.0)
        factor *= arrivals.month.get(day.month, 1.0)
        for on, by in events:
            factor *= by if number in on else 1.0
        factors.append(factor)
    return factors


def _expected(segments: Rows) -> float:
    length = (segments["end"] - segments["start"]).astype(np.float64)
    return float(np.sum((segments["rate_start"] + segments["rate_end"]) / 2 * length))


def _scale(
    arrivals: RateArrivals, shape: _Shape, days: Days, weekly: Weekly, segments: Rows
) -> float:
    """Return by what the shape is multiplied, so that it holds as many as were asked for."""
    if arrivals.total is not None:
        expected = _expected(segments)
        return arrivals.total / expected if expected else 0.0
    if arrivals.per_day is not None:
        ordinary = next((h for day in days.dates if (h := days.hours(day, weekly))), ())
        pieces = shape.pieces(ordinary)
        expected = sum((stop - start) * (low + high) / 2 for start, stop, low, high in pieces)
        return arrivals.per_day / expected if expected else 0.0
    return 1.0


def _counts(days: Days, arrivals: CountArrivals, weekly: Weekly) -> CountSource:
    shape = _Shape(
        values=tuple((time, float(count)) for time, count in arrivals.counts.items()),
        until=arrivals.until,
        lines=False,
    )
    rows = [
        (number, number * DAY + start, number * DAY + stop, round(count))
        for number, day in enumerate(days.dates)
        for start, stop, count, _ in shape.pieces(days.hours(day, weekly))
    ]
    return CountSource(counts=np.array(rows, COUNT))


def _appointments(days: Days, arrivals: AppointmentArrivals, weekly: Weekly) -> AppointmentSource:
    rows = [
        (number * DAY + at, number)
        for number, day in enumerate(days.dates)
        if day.weekday() in arrivals.days and days.hours(day, weekly)
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
    arrived = np.array(trace.arrived, np.int64) - trace.midnight(days.dates[0])
    within = (arrived >= 0) & (arrived < len(days.dates) * DAY)
    return TraceSource(
        arrived=arrived[within],
        patience=None if trace.patience is None else np.array(trace.patience, np.int64)[within],
        talk=None if trace.talk is None else np.array(trace.talk, np.int64)[within],
    )
