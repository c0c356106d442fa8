"""What no single key can be blamed for: a scenario whose parts do not fit together and cannot be run."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, Final

from callcenter.clock import DAY, HOUR, MINUTE, NEVER, SECOND
from callcenter.measures.catalogue import NAMES, SERVICE_LEVEL
from simulation.scenario.arrivals import TraceArrivals
from simulation.scenario.callers import ZERO, Queue
from simulation.scenario.campaign_rules import campaign_problems
from simulation.scenario.days import event_dates
from simulation.scenario.expectations import Outlook, outlook
from simulation.scenario.keys import (
    chosen,
    did_you_mean,
    item_of,
    keys_of,
    listed,
    table_of,
    unwrapped,
)
from simulation.scenario.model import FACTS, Scenario
from simulation.scenario.moments import can_be_never, kept, mean
from simulation.scenario.problems import Path, Problem, spell
from simulation.scenario.units import format_clock_time, format_duration, shown
from simulation.scenario.variate_specs import ByTime, Constant, Drawn, Mixture, Spec

MOST_CALLS: Final = 100_000_000
MOST_AGENTS: Final = 100_000
_ALMOST_NOTHING: Final = 1e-6
_MANY: Final = 100
_SURELY: Final = 1 - 1e-9
_CLEARLY: Final = 1.001
"""Roundings of pauses and edges of shifts are no overload."""


def problems(scenario: Scenario) -> list[Problem]:
    """List what keeps a scenario from being run."""
    alone = [
        *_durations(scenario, ()),
        *_assumed(scenario),
        *_published(scenario),
        *_nobody_serves(scenario),
        *_no_way_out(scenario),
        *_call_backs(scenario),
        *_flickering(scenario),
        *_crowd(scenario),
        *campaign_problems(scenario),
    ]
    # What to expect can be worked out of sound parts only.
    return alone or list(_together(scenario, outlook(scenario)))


def stray_events(scenario: Scenario) -> list[Problem]:
    """List events without a day in the calendar."""
    first, last = scenario.calendar.first, scenario.calendar.last
    return [
        Problem(("event", name), f"expected at least one day between {first} and {last}, got none")
        for name, dates in event_dates(scenario).items()
        if not dates
    ]


def _together(scenario: Scenario, expected: Outlook) -> Iterator[Problem]:
    if not any(queue.open_hours > 0 for queue in expected.queues.values()):
        yield Problem(("calendar",), "expected at least one open day, got none")
        return
    if scenario.run.warm_up >= len(expected.days) * DAY:
        why = f"expected less than the {len(expected.days)} days of the calendar"
        got = format_duration(scenario.run.warm_up)
        yield Problem(("run", "warm_up"), f"{why}, got {got}")
    calls = sum(queue.callers for queue in expected.queues.values())
    if calls > MOST_CALLS:
        why = f"expected at most {MOST_CALLS:,} callers in one run, got about {calls:,.0f}"
        yield Problem(("queue",), why)
    yield from _endless_lines(scenario, expected)
    yield from _strangers(scenario, expected)


def _strangers(scenario: Scenario, expected: Outlook) -> Iterator[Problem]:
    for name, queue in scenario.queue.items():
        if isinstance(queue.arrivals, TraceArrivals) and not expected.queues[name].callers:
            first, last = scenario.calendar.first, scenario.calendar.last
            why = f"expected recorded callers between {first} and {last}, got none"
            yield Problem(("queue", name, "arrivals", "file"), why)


# --- One part alone ---------------------------------------------------------------------------------


def _durations(value: Any, path: Path) -> Iterator[Problem]:
    """Judge every random duration of the scenario, wherever it stands."""
    match value:
        case dict():
            for key, child in value.items():
                word = format_clock_time(key) if isinstance(key, int) else str(key)
                yield from _durations(child, (*path, word))
        case tuple():
            for index, child in enumerate(value):
                yield from _durations(child, (*path, index))
        case Spec():
            yield from _duration(value, path)
            for name in type(value).model_fields:
                yield from _durations(getattr(value, name), (*path, name))
        case _:
            pass


def _duration(spec: Spec, path: Path) -> Iterator[Problem]:
    if isinstance(spec, ByTime):
        for times, inner in spec.times.items():
            if _depends_on_time(inner):
                where = (*path, "times", format_clock_time(times))
                yield Problem(where, "expected no by-time within a by-time")
    elif isinstance(spec, Constant):
        if spec.value >= NEVER and "patience" not in path:
            yield Problem(path, "expected a duration that comes to an end, got 'never'")
    elif isinstance(spec, Drawn):
        if kept(spec) < _ALMOST_NOTHING:
            bounds = f"{format_duration(spec.at_least)} to {format_duration(spec.at_most)}"
            why = f"expected bounds that leave something of the distribution, got {bounds}"
            yield Problem(path, why)
        elif can_be_never(spec) and "patience" not in path:
            yield Problem(path, "expected durations that come to an end, got 'never' among them")


def _depends_on_time(spec: Spec) -> bool:
    parts = (part.of for part in spec.parts) if isinstance(spec, Mixture) else ()
    return isinstance(spec, ByTime) or any(_depends_on_time(part) for part in parts)


def _assumed(scenario: Scenario) -> Iterator[Problem]:
    """Find reasons given for keys that are not there."""
    for dotted in scenario.assumed:
        why = _dead_end(scenario, dotted)
        if why:
            yield Problem(("assumed", dotted), f"expected the path of a key, got one where {why}")


def _dead_end(scenario: Scenario, dotted: str) -> str:
    """Follow a path through language and scenario; say where it stops, or nothing."""
    annotation: Any = Scenario
    value: Any = scenario
    walked: Path = ()
    for word in dotted.split("."):
        ways = chosen(annotation, None) if not isinstance(value, Spec) else [type(value)]
        keys, table = keys_of(ways), next((t for t in map(table_of, ways) if t), None)
        if keys:
            known: list[str] = list(keys)
            annotation = keys.get(word)
        elif table is not None:
            named = unwrapped(table[0]) is str and isinstance(value, dict)
            known = list(value) if named else [word]
            annotation = table[1]
        else:
            known, annotation = [], item_of(ways[0])
        if word not in known:
            return f"{spell(walked) or 'the scenario'} has no {word!r}{did_you_mean(word, known)}"
        value = _inside(value, word)
        walked = (*walked, word)
    return ""


def _inside(value: Any, word: str) -> Any:
    if isinstance(value, dict):
        return value.get(word)
    return getattr(value, word, None) if isinstance(value, Spec) else None


def _published(scenario: Scenario) -> Iterator[Problem]:
    """Find published figures about something that nobody measures."""
    known = (SERVICE_LEVEL, *NAMES, *FACTS)
    for index, figure in enumerate(scenario.published):
        if figure.measure not in known:
            near = get_close_matches(figure.measure, known, n=4, cutoff=0.3) or known[:4]
            guess = did_you_mean(figure.measure, known)
            why = f"expected a measure such as {listed(near)}, got {shown(figure.measure)}{guess}"
            yield Problem(("published", index, "measure"), why)


def _nobody_serves(scenario: Scenario) -> Iterator[Problem]:
    for name, queue in scenario.queue.items():
        people = [group.headcount for group in scenario.group.values() if name in group.serves]
        alone = queue.ivr is not None and queue.ivr.self_service >= _SURELY
        if not sum(people) and not alone:
            got = "only groups without people" if people else "none"
            why = f"expected a group that serves it (group.<name>.serves.{name}), got {got}"
            yield Problem(("queue", name), why)


def _no_way_out(scenario: Scenario) -> Iterator[Problem]:
    """Find queues that hand every caller on to one another for ever."""
    trapped = {
        name for name, queue in scenario.queue.items() if sum(queue.transfer.values()) >= _SURELY
    }
    while True:
        freed = {
            name
            for name in trapped
            if any(p > 0 and to not in trapped for to, p in scenario.queue[name].transfer.items())
        }
        if not freed:
            break
        trapped -= freed
    for name in scenario.queue:
        if name in trapped:
            why = f"expected a way out, got transfers that go round for ever: {listed(sorted(trapped))}"
            yield Problem(("queue", name, "transfer"), why)


def _call_backs(scenario: Scenario) -> Iterator[Problem]:
    for name, queue in scenario.queue.items():
        offer = queue.call_back
        if offer is not None and offer.mode != "slot" and offer.delay != ZERO:
            path: Path = ("queue", name, "call_back", "delay")
            yield Problem(
                path, "expected no delay: who keeps the place is called in turn (mode: slot)"
            )
        if offer is not None and offer.offer_after >= NEVER:
            path = ("queue", name, "call_back", "offer_after")
            yield Problem(path, "expected a duration that comes to an end, got 'never'")


def _flickering(scenario: Scenario) -> Iterator[Problem]:
    """Find comings and goings too quick to be counted: they would make up less than their share."""
    for name, group in scenario.group.items():
        at: Path = ("group", name)
        if group.shrinkage is not None and mean(group.shrinkage.spell) < SECOND:
            got = format_duration(round(mean(group.shrinkage.spell)))
            why = f"expected a second or more on average, got {got}"
            yield Problem((*at, "shrinkage", "spell"), why)
        if group.breakdown is not None and mean(group.breakdown.every) < MINUTE:
            got = format_duration(round(mean(group.breakdown.every)))
            why = f"expected a minute or more on average, got {got}"
            yield Problem((*at, "breakdown", "every"), why)


def _crowd(scenario: Scenario) -> Iterator[Problem]:
    people = sum(group.headcount for group in scenario.group.values())
    if people > MOST_AGENTS:
        why = f"expected at most {MOST_AGENTS:,} people in all, got {people:,}"
        yield Problem(("group",), why)


# --- Load against capacity --------------------------------------------------------------------------


def _endless_lines(scenario: Scenario, expected: Outlook) -> Iterator[Problem]:
    """Find queues where nobody gives up and more comes than can be served."""
    patient = [
        name
        for name, queue in scenario.queue.items()
        if _unbounded(queue) and expected.queues[name].open_hours > 0
    ]
    found = [name for name in patient if overloaded(scenario, expected, [name])]
    for name in found:
        queue = expected.queues[name]
        need = queue.work_hours / queue.open_hours
        there = capacity(scenario, expected, [name]) / queue.open_hours
        yield Problem(
            ("queue", name),
            f"{_rate(queue.legs / queue.open_hours)} calls an hour of {_seconds(queue.handling)} s "
            f"need at least {need:.1f} agents, {there:.3g} are there, and nobody gives up: "
            "the line would grow without end",
        )
    if not found and len(patient) > 1 and overloaded(scenario, expected, patient):
        work = sum(expected.queues[name].work_hours for name in patient)
        there = capacity(scenario, expected, patient)
        why = (
            f"{listed(patient)} together bring {work:,.0f} hours of work, their agents have "
            f"{there:,.0f}, and nobody gives up: the lines would grow without end"
        )
        yield Problem(("queue",), why)


def _rate(an_hour: float) -> str:
    return f"{an_hour:,.0f}" if an_hour >= _MANY else f"{an_hour:.3g}"


def _seconds(ticks: float) -> str:
    return f"{ticks / HOUR * 3600:.4g}"


def _unbounded(queue: Queue) -> bool:
    bounds = (queue.queue_limit, queue.balking, queue.call_back, queue.lines)
    return can_be_never(queue.patience) and all(bound is None for bound in bounds)


def overloaded(scenario: Scenario, expected: Outlook, names: list[str]) -> bool:
    """Say whether these queues bring clearly more work than their groups can do."""
    work = sum(expected.queues[name].work_hours for name in names)
    return work > _CLEARLY * capacity(scenario, expected, names)


def capacity(scenario: Scenario, expected: Outlook, names: list[str]) -> float:
    """Return the hours of ordinary work that the groups serving these queues can do."""
    hours = 0.0
    for name, group in scenario.group.items():
        speeds = [group.serves[queue].speed for queue in names if queue in group.serves]
        if speeds:
            hours += expected.groups[name].present_hours / min(speeds)
    return hours
