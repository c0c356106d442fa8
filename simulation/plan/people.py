"""Who should be at work when: groups, shifts and pauses as stints and rests."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from callcenter.clock import DAY, Tick
from callcenter.domain.agents import AgentState
from simulation.plan.doors import Period
from simulation.programme import REST, STINT, GroupProgramme
from simulation.scenario.days import DayOf, hours_of
from simulation.scenario.model import Scenario
from simulation.scenario.people import Group, Pause, Shift

_STATE = {
    "lunch": AgentState.LUNCH,
    "break": AgentState.BREAK,
    "meeting": AgentState.MEETING,
    "training": AgentState.TRAINING,
}
Rest = tuple[Tick, Tick, AgentState]


def group_programmes(scenario: Scenario) -> tuple[GroupProgramme, ...]:
    """Return the groups with their agents numbered from 0, group by group."""
    found, first = [], 0
    for name, group in scenario.group.items():
        found.append(
            GroupProgramme(
                name=name,
                agents=range(first, first + group.headcount),
                absence=group.absence,
                shrinkage=group.shrinkage,
                breakdown=group.breakdown,
            )
        )
        first += group.headcount
    return tuple(found)


def roster(scenario: Scenario, days: Sequence[DayOf]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Return the `STINT` and `REST` rows of everybody."""
    stints: list[tuple[int, Tick, Tick]] = []
    rests: list[tuple[int, Tick, Tick, int]] = []
    first = 0
    for group in scenario.group.values():
        for place in range(group.headcount):
            for (start, end), pauses in _work(scenario, days, group, place):
                if stints and stints[-1][0] == first + place and stints[-1][2] == start:
                    stints[-1] = (first + place, stints[-1][1], end)
                else:
                    stints.append((first + place, start, end))
                rests += [(first + place, since, until, int(why)) for since, until, why in pauses]
        first += group.headcount
    return np.array(stints, STINT), np.array(rests, REST)


def _work(
    scenario: Scenario, days: Sequence[DayOf], group: Group, place: int
) -> Iterator[tuple[Period, list[Rest]]]:
    """Give the stints of the agent at `place` of a group, in order, each with its rests."""
    if group.always:
        yield (0, len(days) * DAY), []
        return
    shift, wave = _shift_of(scenario, group, place)
    for day in days:
        closing = _closing(scenario, group, day)
        if closing is None:
            continue
        midnight = day.number * DAY
        weekday = day.date.weekday()
        if shift is not None and weekday in shift.days:
            rests = _rests(shift.pauses, wave, weekday, midnight)
            yield (midnight + shift.start, midnight + shift.end), rests
        elif group.staffing is not None and weekday in group.days:
            for start, end in _staffed(group.staffing, place, closing):
                yield (midnight + start, midnight + end), []


def _closing(scenario: Scenario, group: Group, day: DayOf) -> Tick | None:
    """Return when the last of a group's queues closes on a day, if any opens.

    A group that only dials keeps the hours of the calendar.
    """
    ends = [end for name in group.serves for _, end in hours_of(scenario.queue[name], day)]
    if not group.serves:
        ends = [end for _, end in day.hours]
    return max(ends, default=None)


def _shift_of(scenario: Scenario, group: Group, place: int) -> tuple[Shift | None, int]:
    """Return the shift of the agent at `place`, and his place among those who share it."""
    for name, count in (group.shifts or {}).items():
        if place < count:
            return scenario.shift[name], place
        place -= count
    return None, 0


def _rests(pauses: tuple[Pause, ...], wave: int, weekday: int, midnight: Tick) -> list[Rest]:
    rests = []
    for pause in pauses:
        if weekday in pause.days:
            start = midnight + pause.at + pause.length * (wave % pause.waves)
            rests.append((start, start + pause.length, _STATE[pause.kind]))
    return sorted(rests)


def _staffed(staffing: dict[Tick, int], place: int, closing: Tick) -> list[Period]:
    """Return when the agent at `place` is among those wanted; the last number holds to closing."""
    times = [*staffing, max(closing, *staffing)]
    wanted: list[Period] = []
    for (time, count), until in zip(staffing.items(), times[1:], strict=True):
        if place < count and until > time:
            if wanted and wanted[-1][1] == time:
                wanted[-1] = (wanted[-1][0], until)
            else:
                wanted.append((time, until))
    return wanted
