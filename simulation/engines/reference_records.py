"""What the reference engine keeps of a day: legs, agents, groups and queues as plain objects.

Tables and workload are read here and logs written; between these two borders every number is a
plain Python integer.
"""

from bisect import insort
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from callcenter.clock import Tick
from callcenter.domain.agents import AgentState
from callcenter.domain.calls import LegKind, Outcome
from callcenter.telephony.call_log import AGENT_COLUMNS, CALL_COLUMNS, NONE, AgentLog, CallLog
from simulation.tables import CHOICES, DURATIONS, Tables


@dataclass(slots=True, eq=False, kw_only=True)
class Leg:
    """One row of the call log while it comes about."""

    row: int
    call: int
    fate: int
    attempt: int
    kind: LegKind
    queue: int
    priority: int
    arrived: Tick
    outcome: Outcome = Outcome.OPEN
    resolved: int = NONE
    group: int = NONE
    agent: int = NONE
    queued: Tick = NONE
    assigned: Tick = NONE
    answered: Tick = NONE
    ended: Tick = NONE
    wrapped: Tick = NONE
    hold: Tick = 0
    disposition: int = NONE
    """What an attempt came to, once it is over."""

    since: Tick = NONE
    """Since when its waiting counts."""
    entry: int = NONE
    """Which joining of any queue this was."""
    waiting: bool = False
    line: int = NONE
    """The bundle of which it holds a line."""
    talk_left: Tick | None = None
    """What is left, unscaled, of a talk that was handed back."""
    next_queue: int = NONE
    """Where the agent transferred the caller to."""
    redials: int = 0
    """REDIAL legs of the call so far."""
    repeats: int = 0
    """REPEAT legs of the call so far."""
    wake: Callable[[], object] | None = None
    """Tells the caller that something was decided about this leg."""


@dataclass(slots=True, eq=False, kw_only=True)
class Agent:
    """Somebody who serves, and the state he is in."""

    number: int
    group: "Group"
    state: AgentState = AgentState.OFFLINE
    wanted: AgentState = AgentState.OFFLINE
    since: Tick = 0
    """Start of his spell in `state`."""
    leg: Leg | None = None
    """In hand, from ringing to the end of after-call work."""
    freed: int = NONE
    """Freeing number."""
    ticks_busy: Tick = 0
    seat: int
    """The number under which the roster means him."""
    rostered: AgentState | None = None
    """Of one who was sent elsewhere by order: what the roster wants of him meanwhile."""

    @property
    def present(self) -> bool:
        """Free or busy."""
        return self.state is AgentState.AVAILABLE


@dataclass(slots=True, eq=False, kw_only=True)
class Group:
    """Agents who can stand in for one another, and their skills by rank."""

    number: int
    chooses: str
    weighted: bool
    hand_back: bool
    seats: bool
    conditional: bool
    agents: "list[Agent]" = field(default_factory=list)
    skills: "list[Skill]" = field(default_factory=list)
    free: list[Agent] = field(default_factory=list)
    """In the order in which they became free."""
    present: int = 0

    @property
    def busy(self) -> int:
        """Agents from ringing to the end of after-call work."""
        return self.present - len(self.free)

    @property
    def leavers(self) -> "list[Agent]":
        """Busy agents whom the roster wants elsewhere, by number."""
        return [
            agent
            for agent in self.agents
            if agent.leg is not None
            and agent.wanted is not AgentState.AVAILABLE
            and agent.rostered is None
        ]


@dataclass(slots=True, eq=False, kw_only=True)
class Queue:
    """One queue: its rules, whether it is open, who waits in it and who may serve it."""

    number: int
    limit: int
    lines: int
    ageing: Tick
    serve_at_closing: bool
    self_service: int
    redial_abandon: int
    redial_busy: int
    redial_max: int
    resolved: int
    repeat: int
    repeat_max: int
    offer_after: Tick
    accept: int
    slot: bool
    reached: int
    balk_by_wait: bool
    handling: Tick
    weight: int
    balk: list[tuple[int, int]]
    """(from, threshold), ascending."""
    transfers: list[tuple[int, int]]
    """(next queue, cumulative threshold)."""
    doors: list[tuple[Tick, Tick]]
    alarms: list[Tick]
    constants: dict[str, Tick]
    """Durations of all legs alike, where the fates have no column."""
    open: bool
    waiting: list[Leg] = field(default_factory=list)
    """In the order in which they are served."""
    takers: "list[Skill]" = field(default_factory=list)

    def order(self, leg: Leg) -> tuple[int, ...]:
        """Return what a leg's place depends on: the smallest goes first."""
        if self.ageing:
            return (leg.since - leg.priority * self.ageing, leg.entry)
        return (-leg.priority, leg.since, leg.entry)

    def add(self, leg: Leg) -> None:
        """Put a leg in its place."""
        leg.waiting = True
        insort(self.waiting, leg, key=self.order)

    def remove(self, leg: Leg) -> None:
        """Take a leg out, wherever it stands."""
        leg.waiting = False
        self.waiting.remove(leg)

    @property
    def attended(self) -> bool:
        """Whether an agent is present in any group with a skill for it."""
        return any(skill.group.present for skill in self.takers)


@dataclass(slots=True, eq=False, kw_only=True)
class Skill:
    """That a group serves a queue, and under which conditions."""

    group: Group
    queue: Queue
    rank: int
    call_rank: int
    speed: int
    after: Tick
    when_waiting: int
    busy_group: Group | None
    busy_share: int
    leave_free: int


def rows_of(table: npt.NDArray[Any]) -> list[dict[str, Any]]:
    """Return records as dictionaries of plain values."""
    names = table.dtype.names or ()
    return [dict(zip(names, row, strict=True)) for row in table.tolist()]


def read_queues(tables: Tables, start: Tick) -> list[Queue]:
    """Return the queues as they stand when the clock starts; skills are not yet attached."""
    balk = list(zip(tables.balk_from.tolist(), tables.balk_p.tolist(), strict=True))
    transfers = list(zip(tables.transfer_to.tolist(), tables.transfer_p.tolist(), strict=True))
    doors = list(zip(tables.door_open.tolist(), tables.door_close.tolist(), strict=True))
    alarms = tables.alarm.tolist()
    queues = []
    for number, row in enumerate(rows_of(tables.queue)):
        own = doors[row["door_first"] : row["door_last"]]
        parts = {
            "balk": balk[row["balk_first"] : row["balk_last"]],
            "transfers": transfers[row["transfer_first"] : row["transfer_last"]],
            "doors": own,
            "alarms": alarms[row["alarm_first"] : row["alarm_last"]],
            "constants": {name: row[name] for name in DURATIONS},
            "open": any(opens < start < closes for opens, closes in own),
        }
        plain = {name: row[name] for name in Queue.__dataclass_fields__ if name in row}
        queues.append(Queue(number=number, **plain, **parts))
    return queues


def read_groups(tables: Tables, queues: Sequence[Queue]) -> list[Group]:
    """Return the groups with their agents and skills, and let each queue know its takers."""
    rows = rows_of(tables.group)
    groups = [
        Group(
            number=number,
            chooses=CHOICES[row["chooses"]],
            weighted=row["weighted"],
            hand_back=row["hand_back"],
            seats=row["seats"],
            conditional=row["conditional"],
        )
        for number, row in enumerate(rows)
    ]
    for number, group in enumerate(tables.agent_group.tolist()):
        groups[group].agents.append(Agent(number=number, group=groups[group], seat=number))
    skills = []
    for row in rows_of(tables.skill):
        condition = groups[row["busy_group"]] if row["busy_group"] != NONE else None
        known = row | {
            "group": groups[row["group"]],
            "queue": queues[row["queue"]],
            "busy_group": condition,
        }
        skills.append(Skill(**known))
    for group, row in zip(groups, rows, strict=True):
        group.skills = skills[row["skill_first"] : row["skill_last"]]
    takers = tables.taker.tolist()
    for queue, row in zip(queues, rows_of(tables.queue), strict=True):
        queue.takers = [skills[skill] for skill in takers[row["taker_first"] : row["taker_last"]]]
    return groups


def by_second(table: npt.NDArray[Any], start: Tick) -> dict[int, list[tuple[int, Tick, Any]]]:
    """Return (index, tick, third field) of the rows from `start` on, by their second field."""
    lists: dict[int, list[tuple[int, Tick, Any]]] = {}
    for index, (tick, number, what) in enumerate(table.tolist()):
        if tick >= start:
            lists.setdefault(number, []).append((index, tick, what))
    return lists


def call_log(legs: Sequence[Leg]) -> CallLog:
    """Write the legs down, one row each."""
    return CallLog.of(
        **{
            name: np.array([getattr(leg, name) for leg in legs], dtype)
            for name, dtype in CALL_COLUMNS.items()
        }
    )


def agent_log(spells: Sequence[tuple[int, AgentState, Tick, Tick]]) -> AgentLog:
    """Write the spells (agent, state, start, end) down, by agent and then by start."""
    ordered = sorted(spells, key=lambda spell: (spell[0], spell[2]))
    return AgentLog.of(
        **{
            name: np.array([spell[place] for spell in ordered], dtype)
            for place, (name, dtype) in enumerate(AGENT_COLUMNS.items())
        }
    )
