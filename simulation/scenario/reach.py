"""Whom callers can reach at all: queues that nobody can ever answer, and why."""

from typing import Final

from callcenter.clock import NEVER, Tick
from simulation.scenario.callers import Queue
from simulation.scenario.expectations import Outlook, on_duty
from simulation.scenario.model import Scenario
from simulation.scenario.people import Group, Skill
from simulation.scenario.units import format_duration
from simulation.scenario.variate_specs import Constant, Drawn, Variate

_SURELY: Final = 1 - 1e-9

Road = tuple[str, str]
"""From a group to a queue it serves."""


def silent(scenario: Scenario, expected: Outlook) -> dict[str, list[str]]:
    """Return the queues that somebody calls and nobody can ever answer, each with the reasons."""
    shut = {
        (name, queue): why
        for name, group in scenario.group.items()
        for queue in group.serves
        if (why := _why_shut(scenario, expected, name, queue))
    }
    shut |= _waiting_for_one_another(scenario, expected, shut)
    found = {}
    for queue, outlook in expected.queues.items():
        roads = [(name, queue) for name, group in scenario.group.items() if queue in group.serves]
        if outlook.legs > 0 and outlook.open_hours > 0 and all(road in shut for road in roads):
            found[queue] = [shut[road] for road in roads]
    return found


def _why_shut(scenario: Scenario, expected: Outlook, name: str, queue: str) -> str:
    """Say why a group can never take a call of a queue, whatever the others do; or nothing."""
    group, asked = scenario.group[name], scenario.queue[queue]
    skill, most = group.serves[queue], _most_there(group)
    # A call-back keeps its place for as long as it takes.
    bears = NEVER if asked.call_back else _longest(asked.patience)
    room = _room(scenario, asked, expected.queues[queue].legs)
    after = format_duration(skill.after)
    reasons = (
        (not on_duty(scenario, group, asked, expected.days),
         f"{name} is never on duty while it is open"),
        (group.absence >= _SURELY, f"all of {name} are absent"),
        (skill.leave_free >= most,
         f"{name} keeps {skill.leave_free} free and never has more than {most}"),
        (skill.after >= NEVER, f"{name} never helps (after: never)"),
        (skill.after > bears, f"{name} helps after {after}, when everybody has hung up"),
        (skill.when_waiting > room,
         f"{name} helps while {skill.when_waiting:,} wait, and so many never do"),
    )  # fmt: skip
    return next((why for holds, why in reasons if holds), "")


def _waiting_for_one_another(
    scenario: Scenario, expected: Outlook, shut: dict[Road, str]
) -> dict[Road, str]:
    """Find groups that begin only when others are busy who themselves can never be."""
    left = {
        (name, queue): skill
        for name, group in scenario.group.items()
        for queue, skill in group.serves.items()
        if (name, queue) not in shut and expected.queues[queue].legs > 0
    }
    busy: set[str] = set()
    while opened := [
        road for road, skill in left.items() if _opens(scenario, road[0], skill, busy)
    ]:
        busy |= {name for name, _ in opened}
        left = {road: skill for road, skill in left.items() if road not in opened}
    return {road: f"{road[0]} waits for {_condition(skill)}" for road, skill in left.items()}


def _opens(scenario: Scenario, name: str, skill: Skill, busy: set[str]) -> bool:
    condition = skill.when_busy
    if condition is None or condition.share <= 0:
        return True
    if condition.group != name:
        return condition.group in busy
    # Whoever takes the call is free, so that not all of the group's own are busy.
    most = _most_there(scenario.group[name])
    return name in busy and condition.share <= (most - 1) / most


def _condition(skill: Skill) -> str:
    assert skill.when_busy is not None, "others open"
    return (
        f"{skill.when_busy.group} to be {skill.when_busy.share:.0%} busy, which cannot come about"
    )


def _most_there(group: Group) -> int:
    """Return how many of a group can be there at once."""
    if group.staffing is not None:
        return max(group.staffing.values())
    return sum(group.shifts.values()) if group.shifts is not None else group.headcount


def _longest(patience: Variate) -> Tick:
    """Return how long a caller waits at most, as far as it is written down."""
    if isinstance(patience, Constant):
        return patience.value
    return patience.at_most if isinstance(patience, Drawn) else NEVER


def _room(scenario: Scenario, queue: Queue, legs: float) -> float:
    """Return how many can wait at once; with as many redials as callers, to be on the safe side."""
    bounds = [2 * legs + 10]
    bounds += [float(queue.queue_limit)] if queue.queue_limit is not None else []
    bounds += [float(scenario.lines[queue.lines])] if queue.lines is not None else []
    return min(bounds)
