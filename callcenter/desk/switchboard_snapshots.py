"""Heals what got stuck: calls that their switch has forgotten, and agents it knows otherwise.

One snapshot proves nothing, since it may be older than what was told; two running do. A switch that has
started anew has lost what it does not mention, and one snapshot is enough, or a minute without any.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from callcenter.clock import SECOND, Tick
from callcenter.desk.switchboard_folding import AgentTold, LegTold, identity
from callcenter.domain.agents import AgentState
from callcenter.telephony.call_log import NONE
from callcenter.telephony.events import (
    AgentLoggedOut,
    AgentStateChanged,
    CallEnded,
    CallExited,
    CallWrapped,
    LiveAgent,
    Snapshot,
    TelephonyEvent,
    Told,
)
from callcenter.telephony.standing import Key, Leg, Stage
from callcenter.telephony.words import AGENT_STATES, STATE_WORDS, Cause, EndedBy, ExitReason

PATIENCE: Final[Tick] = 60 * SECOND
"""So long a switch that has started anew may take to mention what it still knows."""


@dataclass(slots=True)
class Suspicions:
    """What one switch did not know any more, and since which moment of its clock."""

    legs: dict[Key, Tick] = field(default_factory=dict)
    agents: dict[str, tuple[AgentState, Tick]] = field(default_factory=dict)
    started: tuple[int, Tick] | None = None
    """Number of its last start, and until when it may mention calls, by our monotonic clock."""

    def starts(self, told: Told, legs: Mapping[Key, LegTold], *, clock: Tick) -> None:
        """Suspect all that was told before a start and not since."""
        self.started = told.sequence, clock + PATIENCE
        for key, leg in legs.items():
            if leg.highest < told.sequence:
                self.legs.setdefault(key, told.at)

    def overdue(self, legs: Mapping[Key, LegTold], *, clock: Tick) -> list[Told]:
        """End what a switch that started anew did not mention in time."""
        if self.started is None or clock < self.started[1]:
            return []
        sequence, _ = self.started
        self.started = None
        lost = [key for key in self.legs if key in legs and legs[key].highest < sequence]
        return [
            told
            for key in lost
            for told in _ended(key, legs[key], at=self.legs.pop(key), sequence=sequence)
        ]

    def of_legs(self, told: Told, legs: Mapping[Key, LegTold]) -> list[Told]:
        """End what a snapshot does not know, for the second time; `legs` are those not over."""
        snapshot = told.event
        assert isinstance(snapshot, Snapshot)
        known = {(told.source, live.call, live.leg) for live in snapshot.calls}
        judged = {key: leg for key, leg in legs.items() if leg.highest <= snapshot.sequence_high}
        self.started = None
        suspected = {key: at for key, at in self.legs.items() if key in judged and key not in known}
        self.legs = {key: told.at for key in judged if key not in known and key not in suspected}
        return [
            one
            for key, at in suspected.items()
            for one in _ended(key, judged[key], at=at, sequence=snapshot.sequence_high)
        ]

    def of_agents(self, told: Told, agents: Mapping[str, AgentTold]) -> list[Told]:
        """Set agents right whom a snapshot knows otherwise, for the second time."""
        snapshot = told.event
        assert isinstance(snapshot, Snapshot)
        live = {agent.agent: agent for agent in snapshot.agents}
        found: list[Told] = []
        suspected: dict[str, tuple[AgentState, Tick]] = {}
        for name in sorted({*live, *agents}):
            known = agents.get(name)
            state = AGENT_STATES[live[name].state] if name in live else AgentState.OFFLINE
            if not _doubtful(known, state, told):
                continue
            before, since = self.agents.get(name, (None, NONE))
            if before is state:
                found.append(_set_right(name, live.get(name), known, told, since=since))
            else:
                suspected[name] = state, told.at
        self.agents = suspected
        return found


def _doubtful(known: AgentTold | None, state: AgentState, told: Told) -> bool:
    if known is None:
        return state is not AgentState.OFFLINE
    snapshot = told.event
    assert isinstance(snapshot, Snapshot)
    ours = known.source == told.source and known.highest <= snapshot.sequence_high
    return ours and known.state is not state


def _set_right(
    name: str, live: LiveAgent | None, known: AgentTold | None, told: Told, *, since: Tick
) -> Told:
    snapshot = told.event
    assert isinstance(snapshot, Snapshot)
    event: TelephonyEvent = AgentLoggedOut(agent=name)
    if live is not None and live.state is not STATE_WORDS[AgentState.OFFLINE]:
        event = AgentStateChanged(
            agent=name, group=live.group, state=live.state, cause=Cause.DERIVED
        )
    if live is not None:
        since = live.since
    before = NONE if known is None else known.since
    base = 0 if known is None else known.highest
    return Told(
        event=event,
        source=told.source,
        sequence=snapshot.sequence_high,
        at=since if since > before else told.at,
        recorded_at=told.recorded_at,
        derived=True,
        identity=identity((told.source, name, event.kind), base=base),
    )


def _ended(key: Key, known: LegTold, *, at: Tick, sequence: int) -> Iterable[Told]:
    leg = known.leg
    assert leg is not None
    at = max(at, leg.since)
    for number, event in enumerate(_ends(leg, at)):
        yield Told(
            event=event,
            source=leg.source,
            sequence=sequence,
            at=at,
            recorded_at=at,
            derived=True,
            identity=identity(key, base=known.highest, number=number),
        )


def _ends(leg: Leg, at: Tick) -> Iterable[TelephonyEvent]:
    if leg.stage in {Stage.TALKING, Stage.HELD}:
        yield CallEnded(
            call=leg.call, leg=leg.leg, queue=leg.queue, agent=leg.agent or "", by=EndedBy.SYSTEM
        )
    elif leg.stage is not Stage.WRAPPING:
        wait = None if leg.queued == NONE else at - leg.queued
        yield CallExited(
            call=leg.call, leg=leg.leg, queue=leg.queue, reason=ExitReason.SYSTEM, wait_us=wait
        )
    if leg.stage in {Stage.TALKING, Stage.HELD, Stage.WRAPPING} and leg.agent is not None:
        yield CallWrapped(call=leg.call, leg=leg.leg, queue=leg.queue, agent=leg.agent, wrap_us=0)
