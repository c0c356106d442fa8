"""Small worlds for the engines, written by hand or drawn: what they need, as tables and workload.

A scene says only what matters to it. Times are bare ticks; a threshold is `CERTAIN` or 0 unless a
coin is meant to fall between.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from callcenter.clock import NEVER
from callcenter.domain.agents import AgentState
from callcenter.domain.calls import LegKind, Outcome
from callcenter.telephony.call_log import AgentLog, CallLog
from simulation.engines.port import Engine
from simulation.tables import (
    COINS,
    DURATIONS,
    GATE,
    GROUP,
    MOVE,
    QUEUE,
    SKILL,
    START,
    Fates,
    Tables,
    Workload,
)
from tests.scene_campaigns import (
    ACampaign,
    ADialler,
    Fate,
    frozen,
    leads_of,
    outbound_of,
    ranges,
    records,
)

OPEN = ((-1, NEVER),)
"""Doors of a queue that never closes."""


@dataclass(frozen=True, kw_only=True)
class AQueue:
    limit: int = -1
    lines: int = -1
    ageing: int = 0
    serve_at_closing: bool = True
    self_service: int = 0
    redial_abandon: int = 0
    redial_busy: int = 0
    redial_max: int = 1
    resolved: int = 1 << 32
    repeat: int = 0
    repeat_max: int = 1
    offer_after: int = NEVER
    accept: int = 0
    slot: bool = False
    reached: int = 1 << 32
    balk: tuple[tuple[int, int], ...] = ()
    balk_by_wait: bool = False
    handling: int = 1
    transfers: tuple[tuple[int, int], ...] = ()
    weight: int = 1
    doors: tuple[tuple[int, int], ...] = OPEN
    constants: Fate = field(default_factory=dict)
    spare: tuple[Fate, ...] = ({},)


@dataclass(frozen=True, kw_only=True)
class ASkill:
    queue: int = 0
    rank: int = 1
    call_rank: int = 1
    speed: int = 1_000_000
    after: int = 0
    when_waiting: int = 0
    busy_group: int = -1
    busy_share: int = 0
    leave_free: int = 0

    @property
    def conditional(self) -> bool:
        return self.after + self.when_waiting + self.leave_free > 0 or self.busy_group >= 0


@dataclass(frozen=True, kw_only=True)
class AGroup:
    headcount: int = 1
    skills: tuple[ASkill, ...] = (ASkill(),)
    chooses: int = 0
    weighted: bool = False
    hand_back: bool = False
    seats: bool = False


@dataclass(frozen=True, kw_only=True)
class ACall:
    at: int = 0
    queue: int = 0
    fate: Fate = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class AlreadyThere(ACall):
    """A call in progress when the clock starts; `at` is its arrival."""

    progress: int
    since: int
    agent: int = -1


@dataclass(frozen=True, kw_only=True)
class Scene:
    queues: tuple[AQueue, ...] = (AQueue(),)
    groups: tuple[AGroup, ...] = (AGroup(),)
    calls: tuple[ACall, ...] = ()
    moves: tuple[tuple[int, int, int], ...] = ()
    """(tick, agent, state)."""
    lines: tuple[int, ...] = ()
    start: tuple[AlreadyThere, ...] = ()
    start_tick: int = 0
    campaigns: tuple[ACampaign, ...] = ()
    diallers: tuple[ADialler, ...] = ()
    cells: tuple[int, ...] = ()
    columns: frozenset[str] = frozenset()
    """Durations drawn for each leg although every leg has the queue's constant."""

    @property
    def called(self) -> tuple[AQueue | ACampaign, ...]:
        """What the logs have in their column `queue`."""
        return (*self.queues, *self.campaigns)

    def tables(self) -> Tables:
        """Return what an engine knows of the centre."""
        doors = [queue.doors for queue in self.queues]
        skills = _skills(self)
        return Tables(
            queue=_queues(self, skills),
            skill=frozen(skills, SKILL),
            group=_groups(self),
            gate=_gates(doors),
            agent_group=frozen(
                [
                    number
                    for number, group in enumerate(self.groups)
                    for _ in range(group.headcount)
                ],
                np.int32,
            ),
            lines=frozen(self.lines, np.int64),
            taker=frozen([row for rows in _takers(self, skills) for row in rows], np.int32),
            alarm=frozen([tick for ticks in _alarms(self) for tick in ticks], np.int64),
            balk_from=frozen([step[0] for queue in self.queues for step in queue.balk], np.int64),
            balk_p=frozen([step[1] for queue in self.queues for step in queue.balk], np.int64),
            transfer_to=frozen([to for q in self.queues for to, _ in q.transfers], np.int32),
            transfer_p=frozen([p for q in self.queues for _, p in q.transfers], np.int64),
            door_open=frozen([door[0] for own in doors for door in own], np.int64),
            door_close=frozen([door[1] for own in doors for door in own], np.int64),
            outbound=outbound_of(self.campaigns, self.diallers, self.cells),
        )

    def workload(self) -> Workload:
        """Return everything random about the run."""
        calls = [*self.start, *self.calls]
        fates = [(call.queue, call.fate) for call in calls]
        fates += [(n, fate) for n, queue in enumerate(self.queues) for fate in queue.spare]
        counts = [len(queue.spare) for queue in self.queues]
        return Workload(
            start_tick=self.start_tick,
            arrived=frozen([call.at for call in calls], np.int64),
            queue=frozen([call.queue for call in calls], np.int16),
            fates=Fates(**{name: self._column(name, fates) for name in _columns()}),
            spare_first=frozen(len(calls) + np.cumsum([0, *counts])[:-1], np.int32),
            spare_count=frozen(counts, np.int32),
            moves=frozen(sorted(self.moves), MOVE),
            leads=leads_of(self.campaigns),
            start=frozen([(c.progress, c.agent, c.since) for c in self.start], START),
        )

    def _column(self, name: str, fates: list[tuple[int, Fate]]) -> np.ndarray[Any, Any]:
        said = name in self.columns or any(name in fate for _, fate in fates)
        values = [
            fate.get(name, _constant(self.queues[queue], name)) for queue, fate in fates if said
        ]
        return frozen(values, _columns()[name])


def _columns() -> dict[str, Any]:
    kinds: dict[str, Any] = {"priority": np.int8}
    return kinds | dict.fromkeys(DURATIONS, np.int64) | dict.fromkeys(COINS, np.uint32)


def _constant(queue: AQueue, name: str) -> int:
    return queue.constants.get(name, NEVER if name == "patience" else 0)


def _skills(scene: Scene) -> list[tuple[int, ...]]:
    rows = [
        (
            number,
            skill.queue,
            skill.rank,
            skill.call_rank,
            skill.speed,
            skill.after,
            skill.when_waiting,
            skill.busy_group,
            skill.busy_share,
            skill.leave_free,
        )
        for number, group in enumerate(scene.groups)
        for skill in group.skills
    ]
    return sorted(rows, key=lambda row: (row[0], row[2], row[1]))


def _takers(scene: Scene, skills: list[tuple[int, ...]]) -> list[list[int]]:
    return [
        sorted(
            (row for row, skill in enumerate(skills) if skill[1] == queue),
            key=lambda row: (skills[row][3], skills[row][0]),
        )
        for queue in range(len(scene.queues))
    ]


def _alarms(scene: Scene) -> list[list[int]]:
    skills = [skill for group in scene.groups for skill in group.skills]
    return [
        sorted({skill.after for skill in skills if skill.queue == queue and skill.after})
        for queue in range(len(scene.queues))
    ]


def _queues(scene: Scene, skills: list[tuple[int, ...]]) -> np.ndarray[Any, Any]:
    parts = {
        "balk": ranges([len(queue.balk) for queue in scene.queues]),
        "transfer": ranges([len(queue.transfers) for queue in scene.queues]),
        "door": ranges([len(queue.doors) for queue in scene.queues]),
        "taker": ranges([len(rows) for rows in _takers(scene, skills)]),
        "alarm": ranges([len(ticks) for ticks in _alarms(scene)]),
    }
    rows = []
    for number, queue in enumerate(scene.queues):
        row = dict(vars(queue)) | {name: _constant(queue, name) for name in DURATIONS}
        for name, bounds in parts.items():
            row[f"{name}_first"], row[f"{name}_last"] = bounds[number]
        rows.append(row)
    return records(rows, QUEUE)


def _groups(scene: Scene) -> np.ndarray[Any, Any]:
    skills = ranges([len(group.skills) for group in scene.groups])
    agents = ranges([group.headcount for group in scene.groups])
    rows = [
        vars(group)
        | {
            "first_agent": agents[number][0],
            "skill_first": skills[number][0],
            "skill_last": skills[number][1],
            "conditional": any(skill.conditional for skill in group.skills),
        }
        for number, group in enumerate(scene.groups)
    ]
    return records(rows, GROUP)


def _gates(doors: list[tuple[tuple[int, int], ...]]) -> np.ndarray[Any, Any]:
    rows = [
        (tick, opens, queue)
        for queue, own in enumerate(doors)
        for door in own
        for tick, opens in zip(door, (True, False), strict=True)
        if 0 <= tick < NEVER
    ]
    return frozen([(tick, queue, opens) for tick, opens, queue in sorted(rows)], GATE)


@dataclass(frozen=True)
class Lived:
    """What an engine says happened."""

    calls: CallLog
    agents: AgentLog

    def legs(self, *names: str) -> list[Any]:
        """Return some columns row by row; plain values for one column."""
        columns = [self.calls.columns()[name].tolist() for name in names]
        return columns[0] if len(names) == 1 else list(zip(*columns, strict=True))

    def outcomes(self) -> list[Outcome]:
        return [Outcome(value) for value in self.legs("outcome")]

    def kinds(self) -> list[LegKind]:
        return [LegKind(value) for value in self.legs("kind")]

    def spells(self) -> list[tuple[int, AgentState, int, int]]:
        columns = [column.tolist() for column in self.agents.columns().values()]
        return [(a, AgentState(state), s, e) for a, state, s, e in zip(*columns, strict=True)]


def live(run: Engine, scene: Scene | None = None, /, **parts: Any) -> Lived:
    """Let an engine live a scene, or one of these parts."""
    lived = scene or Scene(**parts)
    return Lived(*run(lived.tables(), lived.workload()))


def on_duty(*agents: int, at: int = 0) -> tuple[tuple[int, int, int], ...]:
    """Want these agents available from a tick on."""
    return tuple((at, agent, AgentState.AVAILABLE) for agent in agents)
