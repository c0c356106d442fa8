"""A day of every agent and every group: what they handled, how busy they were, and what else they did."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from callcenter.clock import DAY, SECOND, Tick
from callcenter.domain.agents import AgentState
from callcenter.measures.definitions import Definition
from callcenter.measures.figures import Figure, frame_of, unfinished, with_groups
from callcenter.measures.live import DayLog
from callcenter.measures.moment import calls_before, spells_before
from callcenter.measures.stack import By, Stack
from callcenter.measures.tally import Detail, tally
from callcenter.telephony.call_log import NONE, AgentLog, CallLog

FIGURES: Final = (
    "handled", "mean_handling", "mean_talk", "mean_hold", "mean_wrap", "occupancy", "utilisation",
)  # fmt: skip
"""Ids of what is told of agents and groups."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """How long an agent was in one state; absolute moments."""

    state: AgentState
    reason: str
    started: Tick
    ended: Tick | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One agent's day."""

    agent: str
    group: str | None
    figures: Mapping[str, Figure]
    seconds: Mapping[AgentState, float]
    """Time in each state that he was in."""
    spells: tuple[Spell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Everybody's day."""

    all: Mapping[str, Figure]
    groups: Mapping[str, Mapping[str, Figure]]
    people: tuple[Person, ...]
    """By name."""


def staff(day: DayLog, *, now: Tick, definitions: Mapping[str, Definition]) -> Staff:
    """Return what agents did on a day until a moment, which is absolute."""
    at = min(max(now - day.names.origin, 0), DAY)
    before, _ = calls_before(day.calls, at)
    calls = with_groups(before, names=day.names)
    spells, rows = spells_before(day.agents, at)
    chosen = {name: definitions[name] for name in FIGURES}
    target = chosen[FIGURES[0]].target
    frame = frame_of(day.names, target=target, until=at)
    stack = Stack([tally(calls, spells, frame, detail=Detail.FULL, keep_waits=False)], frame=frame)
    provisional = at < DAY or bool(unfinished(calls).any())
    cells = {
        by: _cells(stack, by=by, definitions=chosen, provisional=provisional)
        for by in (By.TOTAL, By.GROUP, By.AGENT)
    }
    reasons = [day.reasons[row] for row in rows.tolist()] if day.reasons else [""] * rows.size
    return Staff(
        all=cells[By.TOTAL][0],
        groups=dict(zip(day.names.groups, cells[By.GROUP], strict=False)),
        people=tuple(
            _person(
                day,
                number,
                figures=cells[By.AGENT][number],
                spells=spells,
                reasons=reasons,
                at=at,
            )
            for number in _present(calls, spells)
        ),
    )


def _present(calls: CallLog, spells: AgentLog) -> list[int]:
    numbers: list[int] = np.unique(np.concatenate([calls.agent, spells.agent])).tolist()
    return [number for number in numbers if number != NONE]


def _cells(
    stack: Stack, *, by: By, definitions: Mapping[str, Definition], provisional: bool
) -> list[Mapping[str, Figure]]:
    columns = {}
    for name, definition in definitions.items():
        above, below = stack.parts(definition.measure, by=by)
        columns[name] = (above[0].tolist(), None if below is None else below[0].tolist())
    count = len(next(iter(columns.values()))[0])
    return [
        {
            name: Figure(
                definition=definitions[name],
                numerator=above[place],
                denominator=None if below is None else below[place],
                provisional=provisional,
            )
            for name, (above, below) in columns.items()
        }
        for place in range(count)
    ]


def _person(
    day: DayLog,
    number: int,
    *,
    figures: Mapping[str, Figure],
    spells: AgentLog,
    reasons: list[str],
    at: Tick,
) -> Person:
    mine = np.flatnonzero(spells.agent == number)
    ended = np.where(spells.end == NONE, at, spells.end)
    seconds: dict[AgentState, float] = {}
    told = []
    for row in mine.tolist():
        state = AgentState(spells.state[row])
        lasted = float(ended[row] - spells.start[row]) / SECOND
        seconds[state] = seconds.get(state, 0.0) + lasted
        end = int(spells.end[row])
        told.append(
            Spell(
                state=state,
                reason=reasons[row],
                started=day.names.origin + int(spells.start[row]),
                ended=None if end == NONE else day.names.origin + end,
            )
        )
    group = day.names.agent_group[number]
    return Person(
        agent=day.names.agents[number],
        group=None if group == NONE else day.names.groups[group],
        figures=figures,
        seconds=seconds,
        spells=tuple(told),
    )
