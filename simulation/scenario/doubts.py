"""What is allowed and probably not meant: for a person to smile or frown at.

`worries` are the grave ones, which leave a run with little to tell; a result carries them.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final

from callcenter.clock import DAY, HOUR, Tick
from simulation.scenario.arrivals import (
    AppointmentArrivals,
    CountArrivals,
    NoArrivals,
    RateArrivals,
    TraceArrivals,
)
from simulation.scenario.campaign_rules import stray_campaigns
from simulation.scenario.days import HoursOfDay, hours_of
from simulation.scenario.expectations import Outlook, outlook
from simulation.scenario.model import Scenario
from simulation.scenario.problems import Path, Problem, spell
from simulation.scenario.reach import silent
from simulation.scenario.rules import capacity, overloaded, stray_events
from simulation.scenario.units import format_clock_time, format_duration

_ALL_DAY: Final = 0.99 * DAY / HOUR
"""Hours a day that count as all."""
_FEW: Final = 5


def worries(scenario: Scenario) -> list[str]:
    """List what leaves a run with little to tell: callers whom nobody can ever serve."""
    expected = outlook(scenario)
    return _spelt(_grave(scenario, expected))


def warnings(scenario: Scenario) -> list[str]:
    """List what is allowed and probably not meant."""
    expected = outlook(scenario)
    found = chain(
        _grave(scenario, expected),
        stray_events(scenario),
        stray_campaigns(scenario),
        _short_of_lines(scenario),
        _unused(scenario),
        _idle_groups(scenario, expected),
        _sleepless(scenario, expected),
        _reserves(scenario),
        _overload(scenario, expected),
    )
    return _spelt(found)


def _spelt(found: Iterable[Problem]) -> list[str]:
    return [f"{spell(problem.path)}: {problem.why}" for problem in found]


# --- Runs with little to tell -----------------------------------------------------------------------


def _grave(scenario: Scenario, expected: Outlook) -> Iterator[Problem]:
    for name, reasons in silent(scenario, expected).items():
        yield Problem(("queue", name), f"nobody can answer it: {'; '.join(reasons)}")
    yield from _outside_hours(scenario, expected)
    yield from _all_warm_up(scenario, expected)


def _outside_hours(scenario: Scenario, expected: Outlook) -> Iterator[Problem]:
    """Find given callers who come while the doors are closed."""
    for name, queue in scenario.queue.items():
        hours = [hours_of(queue, day) for day in expected.days]
        path: Path = ("queue", name, "arrivals")
        match queue.arrivals:
            case TraceArrivals() as arrivals if arrivals.trace is not None:
                first = arrivals.trace.midnight(expected.days[0].date)
                inside = [at - first for at in arrivals.trace.arrived]
                inside = [at for at in inside if 0 <= at < len(hours) * DAY]
                shut = sum(not _open_at(hours[at // DAY], at % DAY) for at in inside)
                if shut:
                    many = f"{shut:,} of {len(inside):,} recorded callers come"
                    yield Problem((*path, "file"), f"{many} while the doors are closed")
            case AppointmentArrivals() as arrivals:
                times = [at for at in arrivals.at if not any(_open_at(day, at) for day in hours)]
                yield from _closed_times((*path, "at"), "appointments", times)
            case CountArrivals() as arrivals:
                times = [at for at, until in _spans(arrivals) if not _ever_open(hours, at, until)]
                yield from _closed_times((*path, "counts"), "callers", times)
            case _:
                pass


def _spans(arrivals: CountArrivals) -> list[tuple[Tick, Tick]]:
    """Return from when to when each number of callers above zero comes."""
    ends = [*list(arrivals.counts)[1:], DAY if arrivals.until is None else arrivals.until]
    spans = zip(arrivals.counts.items(), ends, strict=True)
    return [(at, until) for (at, count), until in spans if count]


def _open_at(hours: HoursOfDay, at: Tick) -> bool:
    return any(start <= at < end for start, end in hours)


def _ever_open(days: Sequence[HoursOfDay], at: Tick, until: Tick) -> bool:
    return any(start < until and at < end for hours in days for start, end in hours)


def _closed_times(path: Path, what: str, times: Sequence[Tick]) -> Iterator[Problem]:
    if times:
        written = ", ".join(map(format_clock_time, times[:_FEW])) + (
            " ..." if len(times) > _FEW else ""
        )
        yield Problem(path, f"the doors are never open for the {what} of {written}")


def _all_warm_up(scenario: Scenario, expected: Outlook) -> Iterator[Problem]:
    """Find a warm-up after which no door opens any more."""
    closing = max(
        day.number * DAY + end
        for queue in scenario.queue.values()
        for day in expected.days
        for _, end in hours_of(queue, day)
    )
    if scenario.run.warm_up >= closing:
        got = format_duration(scenario.run.warm_up)
        yield Problem(("run", "warm_up"), f"nothing is measured: the last doors close within {got}")


def _sleepless(scenario: Scenario, expected: Outlook) -> Iterator[Problem]:
    """Find groups that are there day and night for doors that close."""
    for name, group in scenario.group.items():
        if not group.always or not group.headcount:
            continue
        hours = expected.groups[name].rostered_hours / group.headcount / len(expected.days)
        if 0 < hours < _ALL_DAY:
            why = (
                f"on duty 24 hours a day, while its queues are open {hours:.3g} on average: occupancy "
                "and wages count the nights, too; staffing or shifts would not"
            )
            yield Problem(("group", name, "always"), why)


# --- Parts that do not fit -------------------------------------------------------------------------


def _overload(scenario: Scenario, expected: Outlook) -> Iterator[Problem]:
    for name, queue in expected.queues.items():
        if overloaded(scenario, expected, [name]):
            there = capacity(scenario, expected, [name])
            hours = f"{queue.work_hours:,.0f} hours of work for {there:,.0f} hours of agents"
            why = f"{hours}: many will wait in vain"
            yield Problem(("queue", name), why)


def _short_of_lines(scenario: Scenario) -> Iterator[Problem]:
    for bundle, lines in scenario.lines.items():
        queues = {name for name, queue in scenario.queue.items() if queue.lines == bundle}
        people = sum(
            group.headcount for group in scenario.group.values() if queues & set(group.serves)
        )
        if queues and lines < people:
            yield Problem(
                ("lines", bundle), f"{lines} lines for {people} agents: some can never be busy"
            )


def _unused(scenario: Scenario) -> Iterator[Problem]:
    queues = scenario.queue.values()
    rates = [queue.arrivals for queue in queues if isinstance(queue.arrivals, RateArrivals)]
    used: dict[str, set[str | None]] = {
        "event": {name for rate in rates for name in rate.events},
        "busyness": {rate.busyness for rate in rates},
        "lines": {queue.lines for queue in queues},
        "shift": {name for group in scenario.group.values() for name in group.shifts or ()},
    }
    for section, names in used.items():
        for name in getattr(scenario, section):
            if name not in names:
                yield Problem((section, name), "nothing refers to it")
    fed = {other for queue in queues for other in queue.transfer}
    for name, queue in scenario.queue.items():
        if isinstance(queue.arrivals, NoArrivals) and name not in fed:
            yield Problem(("queue", name), "nobody comes: it has no arrivals and no transfers")


def _idle_groups(scenario: Scenario, expected: Outlook) -> Iterator[Problem]:
    for name, group in scenario.group.items():
        if not group.serves:
            yield Problem(("group", name), "serves no queue")
        elif group.headcount and not expected.groups[name].rostered_hours:
            yield Problem(("group", name), "is never on duty while a queue of its own is open")
        spare = group.headcount - sum((group.shifts or {}).values())
        if group.shifts is not None and spare:
            yield Problem(("group", name), f"{spare} of {group.headcount} have no shift")


def _reserves(scenario: Scenario) -> Iterator[Problem]:
    for name, group in scenario.group.items():
        for queue, skill in group.serves.items():
            if 0 < group.headcount <= skill.leave_free:
                path: Path = ("group", name, "serves", queue, "leave_free")
                yield Problem(path, f"with {group.headcount} people, never leaves anybody to serve")
