"""What to expect of a scenario on average, from its own figures, before any run.

Good enough to describe it and to see that a queue cannot hold; what waiting, abandoning and redialling
do to it is for the simulation to say.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

from callcenter.clock import DAY, HOUR, Tick
from simulation.scenario.arrivals import (
    AppointmentArrivals,
    CountArrivals,
    NoArrivals,
    RateArrivals,
    TraceArrivals,
    Weekday,
)
from simulation.scenario.callers import Queue
from simulation.scenario.days import DayOf, HoursOfDay, days_of, hours_of
from simulation.scenario.model import Scenario
from simulation.scenario.moments import mean
from simulation.scenario.people import Group, Shift
from simulation.scenario.units import WEEKDAYS

_ROUNDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueOutlook:
    """One queue, over the whole calendar."""

    name: str
    callers: float
    """Who come by themselves."""
    legs: float
    """Conversations wanted of people: less self-service, plus transfers and repeat calls."""
    open_hours: float
    handling: float
    """Mean ticks an agent of ordinary speed is kept, ringing to the end of after-call work."""

    @property
    def work_hours(self) -> float:
        """Hours of work it brings."""
        return self.legs * self.handling / HOUR if self.legs else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupOutlook:
    """One group, over the whole calendar."""

    name: str
    rostered_hours: float
    """By the roster, pauses taken off."""
    present_hours: float
    """Less absence, shrinkage and breakdowns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The whole scenario."""

    days: tuple[DayOf, ...]
    queues: dict[str, QueueOutlook]
    groups: dict[str, GroupOutlook]

    @property
    def open_days(self) -> int:
        """How many days open their doors."""
        return sum(day.is_open for day in self.days)


def outlook(scenario: Scenario) -> Outlook:
    """Work out what to expect."""
    days = days_of(scenario)
    callers = {name: sum(_callers(queue, days)) for name, queue in scenario.queue.items()}
    legs = _legs(scenario, callers)
    queues = {
        name: QueueOutlook(
            name=name,
            callers=callers[name],
            legs=legs[name],
            open_hours=sum(_length(hours_of(queue, day)) for day in days) / HOUR,
            handling=handling(queue),
        )
        for name, queue in scenario.queue.items()
    }
    groups = {name: _group(scenario, name, group, days) for name, group in scenario.group.items()}
    return Outlook(days=days, queues=queues, groups=groups)


def handling(queue: Queue) -> float:
    """Return the mean ticks one conversation keeps an agent of ordinary speed."""
    return sum(map(mean, (queue.ring, queue.talk, queue.hold, queue.after_call)))


def on_duty(scenario: Scenario, group: Group, queue: Queue, days: tuple[DayOf, ...]) -> float:
    """Return the hours of a group's roster that fall within one queue's, absence not taken off."""
    return (
        sum(
            _rostered(scenario, group, day, (period,))
            for day in days
            for period in hours_of(queue, day)
        )
        / HOUR
    )


def _length(hours: HoursOfDay) -> Tick:
    return sum(end - start for start, end in hours)


def _callers(queue: Queue, days: tuple[DayOf, ...]) -> list[float]:
    """Return the callers expected on each day."""
    arrivals = queue.arrivals
    match arrivals:
        case RateArrivals():
            return _by_rate(queue, arrivals, days)
        case CountArrivals():
            return [
                float(sum(arrivals.counts.values())) if hours_of(queue, day) else 0.0
                for day in days
            ]
        case AppointmentArrivals():
            each = len(arrivals.at) * arrivals.each * arrivals.shows_up
            return [
                each if hours_of(queue, day) and day.date.weekday() in arrivals.days else 0.0
                for day in days
            ]
        case TraceArrivals():
            return _recorded(arrivals, days)
        case NoArrivals():
            return [0.0 for _ in days]


def _recorded(arrivals: TraceArrivals, days: tuple[DayOf, ...]) -> list[float]:
    counts = [0.0 for _ in days]
    if arrivals.trace is not None:
        first = arrivals.trace.midnight(days[0].date)
        for arrived in arrivals.trace.arrived:
            number = (arrived - first) // DAY
            if 0 <= number < len(counts):
                counts[number] += 1
    return counts


def _by_rate(queue: Queue, arrivals: RateArrivals, days: tuple[DayOf, ...]) -> list[float]:
    if isinstance(arrivals.per_hour, dict | float):
        shape: dict[Tick, float] = (
            arrivals.per_hour if isinstance(arrivals.per_hour, dict) else {0: arrivals.per_hour}
        )
        return [
            _area(shape, arrivals, hours_of(queue, day)) / HOUR * factor(arrivals, day)
            for day in days
        ]
    shape = arrivals.profile or {0: 1.0}
    areas = [_area(shape, arrivals, hours_of(queue, day)) for day in days]
    if arrivals.per_day is not None:
        # An ordinary day is the longest one; shorter ones lose what falls outside their hours.
        whole = max(areas, default=0.0) or 1.0
        return [
            arrivals.per_day * area / whole * factor(arrivals, day)
            for area, day in zip(areas, days, strict=True)
        ]
    weights = [
        (area > 0) * area * factor(arrivals, day) for area, day in zip(areas, days, strict=True)
    ]
    whole = sum(weights) or 1.0
    return [(arrivals.total or 0.0) * weight / whole for weight in weights]


def factor(arrivals: RateArrivals, day: DayOf) -> float:
    """Return the product of the factors that weekday, month and events put on a day."""
    weekday: Weekday = WEEKDAYS[day.date.weekday()]
    product = arrivals.weekday.get(weekday, 1.0) * arrivals.month.get(day.date.month, 1.0)
    return product * math.prod(arrivals.events.get(event, 1.0) for event in day.events)


def _area(shape: dict[Tick, float], arrivals: RateArrivals, hours: HoursOfDay) -> float:
    """Integrate a shape of the day over its opening hours."""
    if not hours:
        return 0.0
    end = arrivals.until if arrivals.until is not None else hours[-1][1]
    points = [*shape.items(), (max(end, *shape), list(shape.values())[-1])]
    return sum(
        _piece(before, after, period, lines=arrivals.shape == "lines")
        for before, after in pairwise(points)
        for period in hours
    )


def _piece(
    before: tuple[Tick, float], after: tuple[Tick, float], period: tuple[Tick, Tick], *, lines: bool
) -> float:
    (start, low), (end, high) = before, after
    begin, finish = max(start, period[0]), min(end, period[1])
    if begin >= finish:
        return 0.0
    if not lines:
        return low * (finish - begin)
    slope = (high - low) / (end - start)
    return (low + slope * ((begin + finish) / 2 - start)) * (finish - begin)


def _legs(scenario: Scenario, callers: dict[str, float]) -> dict[str, float]:
    """Follow transfers and repeat calls until little is left to follow."""
    legs = dict.fromkeys(callers, 0.0)
    coming = dict(callers)
    for _ in range(_ROUNDS):
        following = dict.fromkeys(callers, 0.0)
        for name, count in coming.items():
            queue = scenario.queue[name]
            talking = count * (1 - (queue.ivr.self_service if queue.ivr else 0.0))
            legs[name] += talking
            for other, share in queue.transfer.items():
                following[other] += talking * share
            if queue.unresolved is not None:
                again = queue.unresolved.share * queue.unresolved.calls_again
                following[name] += talking * (1 - sum(queue.transfer.values())) * again
        coming = following
    return legs


def _group(scenario: Scenario, name: str, group: Group, days: tuple[DayOf, ...]) -> GroupOutlook:
    doors = [_doors(scenario, group, day) for day in days]
    rostered = sum(
        _rostered(scenario, group, day, hours) for day, hours in zip(days, doors, strict=True)
    )
    left = 1 - group.absence
    if group.shrinkage is not None:
        left *= 1 - group.shrinkage.share
    if group.breakdown is not None:
        every, repair = mean(group.breakdown.every), mean(group.breakdown.repair)
        left *= 1.0 if math.isinf(every) or every + repair <= 0 else every / (every + repair)
    return GroupOutlook(
        name=name, rostered_hours=rostered / HOUR, present_hours=rostered * left / HOUR
    )


def _doors(scenario: Scenario, group: Group, day: DayOf) -> HoursOfDay:
    """Return from first opening to last closing of the queues a group serves, else of the calendar."""
    periods = [p for name in group.serves for p in hours_of(scenario.queue[name], day)]
    if not group.serves:
        periods = list(day.hours)
    return (
        ((min(start for start, _ in periods), max(end for _, end in periods)),) if periods else ()
    )


def _rostered(scenario: Scenario, group: Group, day: DayOf, doors: HoursOfDay) -> float:
    """Return agent ticks on duty while a queue of theirs is open."""
    if not doors:
        return 0.0
    opening, closing = doors[0]
    weekday = day.date.weekday()
    if group.always:
        return group.headcount * (closing - opening)
    if group.staffing is not None:
        if weekday not in group.days:
            return 0.0
        steps = [*group.staffing.items(), (max(closing, *group.staffing), 0)]
        return sum(
            count * _overlap(start, end, doors[0]) for (start, count), (end, _) in pairwise(steps)
        )
    shifts = [(scenario.shift[name], count) for name, count in (group.shifts or {}).items()]
    return sum(
        count * _shift(shift, weekday, doors[0]) for shift, count in shifts if weekday in shift.days
    )


def _shift(shift: Shift, weekday: int, doors: tuple[Tick, Tick]) -> float:
    pauses = sum(
        _overlap(pause.at, pause.end, doors) / pause.waves
        for pause in shift.pauses
        if weekday in pause.days
    )
    return _overlap(shift.start, shift.end, doors) - pauses


def _overlap(start: Tick, end: Tick, period: tuple[Tick, Tick]) -> Tick:
    return max(0, min(end, period[1]) - max(start, period[0]))
