"""Events, one at a time, back into the two logs; at any moment they also say how things stand.

`fold` is the exact inverse of `narrate`. It is also what a centre's software sees a real switch through,
so it takes what it is given: events of calls whose beginning it never heard, and events that come late. It
trusts that it is told each event once; that is its caller's affair, as is taking back what was corrected:
there the events are folded anew without the one that was withdrawn.
"""

from bisect import insort
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np

from callcenter.clock import Tick
from callcenter.domain.agents import AgentState
from callcenter.telephony.call_log import AGENT_COLUMNS, CALL_COLUMNS, NONE, AgentLog, CallLog
from callcenter.telephony.changes import CHANGES, first_heard
from callcenter.telephony.events import (
    AgentEvent,
    AgentLoggedOut,
    AgentStateChanged,
    CallEvent,
    CsatReceived,
    LiveAgent,
    LiveCall,
    Snapshot,
    Told,
)
from callcenter.telephony.names import Names
from callcenter.telephony.standing import Agent, Key, Leg, Stage
from callcenter.telephony.words import (
    AGENT_STATES,
    LEG_WORDS,
    STATE_WORDS,
)

_MOMENTS: Final = ("arrived", "queued", "assigned", "answered", "ended", "wrapped")


class Fold:
    """What the events so far amount to."""

    def __init__(self, names: Names | None = None) -> None:
        """Number queues, groups and agents as `names` does, and others as they are first heard of.

        An agent whose group no event names is in the group that `names` gives him.
        """
        names = names or Names()
        homes = zip(names.agents, names.agent_group, strict=True)
        self._homes = {agent: names.groups[group] for agent, group in homes if group != NONE}
        self._origin = names.origin
        self._queues = _Numbers(names.queues)
        self._groups = _Numbers(names.groups)
        self._agents = _Numbers(names.agents)
        self._legs: dict[Key, Leg] = {}
        self._open: dict[Key, Leg] = {}
        self.agents: dict[str, Agent] = {}
        """By name."""
        self.latest: Tick = NONE
        """The last moment anything happened at."""

    @property
    def open_calls(self) -> list[Leg]:
        """Legs that are not over."""
        return list(self._open.values())

    @property
    def legs(self) -> list[Leg]:
        """All legs, in the order in which they were first heard of."""
        return list(self._legs.values())

    # --- One event at a time ---------------------------------------------------------------------------

    def apply(self, told: Told) -> Leg | Agent | None:
        """Take in one event and return what it changed; `None` if it is about neither leg nor agent."""
        event = told.event
        changed: Leg | Agent | None = None
        if isinstance(event, CallEvent) and not isinstance(event, CsatReceived):
            changed = self._of_leg(event, told)
        elif isinstance(event, AgentEvent):
            changed = self._of_agent(event, told)
        if changed is not None:
            self.latest = max(self.latest, told.at)
        return changed

    def _of_leg(self, event: CallEvent, told: Told) -> Leg:
        key = (told.source, event.call, event.leg)
        leg = self._legs.get(key)
        if leg is None:
            leg = first_heard(event, told)
            self._legs[key] = leg
        holders = leg.holders
        CHANGES[type(event)](leg, event, told.at)
        self._pass_on(leg, before=holders, now=told.at)
        if leg.stage is Stage.OVER:
            self._open.pop(key, None)
        else:
            self._open[key] = leg
        return leg

    def _pass_on(self, leg: Leg, *, before: set[str], now: Tick) -> None:
        """Give the leg to those who have it now, and take it from the others."""
        after = leg.holders
        for name in before - after:
            agent = self._agent(name)
            agent.legs.pop(leg.key, None)
            agent.freed = max(agent.freed, now)
        for name in after - before:
            self._agent(name).legs[leg.key] = leg

    def _of_agent(self, event: AgentEvent, told: Told) -> Agent:
        agent = self._agent(event.agent)
        agent.group = event.group or agent.group
        match event:
            case AgentStateChanged(state=word):
                insort(agent.changes, (told.at, told.sequence, AGENT_STATES[word]))
            case AgentLoggedOut():
                insort(agent.changes, (told.at, told.sequence, AgentState.OFFLINE))
            case _:
                pass
        return agent

    def _agent(self, name: str) -> Agent:
        if name not in self.agents:
            self.agents[name] = Agent(agent=name, group=self._homes.get(name))
        return self.agents[name]

    # --- What it amounts to ----------------------------------------------------------------------------

    def log(self, *, until: Tick | None = None) -> tuple[CallLog, AgentLog]:
        """Write down legs and spells so far; spells that still last end at `until`, or with the last event.

        Calls are numbered in the order in which they were first heard of, as engines number them.
        """
        calls = _Numbers()
        rows = [self._row(leg, calls[f"{leg.source} {leg.call}"]) for leg in self._legs.values()]
        spells = list(self._spells(self.latest if until is None else until))
        spells.sort(key=lambda spell: (spell[0], spell[2]))
        return (
            CallLog.of(**_columns(CALL_COLUMNS, rows)),
            AgentLog.of(**_columns(AGENT_COLUMNS, spells)),
        )

    @property
    def names(self) -> Names:
        """What the numbers of the logs are called, of all that were heard of."""
        for leg in self._legs.values():
            self._queues.of(leg.queue)
            self._agents.of(leg.agent)
            self._groups.of(self._group(leg))
        groups = {name: self._groups.of(agent.group) for name, agent in self.agents.items()}
        for name in self.agents:
            self._agents.of(name)
        return Names(
            queues=tuple(self._queues),
            groups=tuple(self._groups),
            agents=tuple(self._agents),
            agent_group=tuple(groups.get(name, NONE) for name in self._agents),
            origin=self._origin,
        )

    def _row(self, leg: Leg, call: int) -> tuple[int, ...]:
        moments = (getattr(leg, name) for name in _MOMENTS)
        return (
            call,
            leg.fate,
            leg.leg,
            leg.kind,
            self._queues[leg.queue],
            leg.outcome,
            leg.resolved,
            leg.priority,
            self._groups.of(self._group(leg)),
            self._agents.of(leg.agent),
            *(NONE if at == NONE else at - self._origin for at in moments),
            leg.hold,
        )

    def _group(self, leg: Leg) -> str | None:
        known = self.agents.get(leg.agent) if leg.agent is not None else None
        return leg.group or (known.group if known is not None else None)

    def _spells(self, until: Tick) -> Iterator[tuple[int, int, Tick, Tick]]:
        for name, agent in self.agents.items():
            number = self._agents[name]
            last = (max(until, agent.since), 0, AgentState.OFFLINE)
            for (start, _, state), (end, *_) in pairwise([*agent.changes, last]):
                if start < end and state is not AgentState.OFFLINE:
                    yield number, state, start - self._origin, end - self._origin

    def snapshot(self, source: str, *, sequence_high: int) -> Snapshot:
        """Say how things stand at one source, and how everybody is."""
        return Snapshot(
            sequence_high=sequence_high,
            calls=tuple(_live_call(leg) for leg in self._open.values() if leg.source == source),
            agents=tuple(
                LiveAgent(
                    agent=agent.agent,
                    group=agent.group,
                    state=STATE_WORDS[agent.state],
                    since=agent.since,
                )
                for agent in self.agents.values()
                if agent.changes
            ),
        )

    def forget(self, *, before: Tick) -> None:
        """Let go of legs that were over, and spells that had ended, before a moment."""
        self._legs = {
            key: leg
            for key, leg in self._legs.items()
            if leg.stage is not Stage.OVER or leg.since >= before
        }
        for agent in self.agents.values():
            past = sum(at <= before for at, *_ in agent.changes)
            del agent.changes[: max(0, past - 1)]


class _Numbers(dict[str, int]):
    """Numbers by name; a new name gets the next number."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        super().__init__((name, number) for number, name in enumerate(names))

    def __missing__(self, name: str) -> int:
        self[name] = number = len(self)
        return number

    def of(self, name: str | None) -> int:
        """Return the number of a name, `NONE` if there is none."""
        return NONE if name is None else self[name]


def _columns(kinds: dict[str, Any], rows: Sequence[tuple[int, ...]]) -> dict[str, Any]:
    columns = zip(*rows, strict=True) if rows else ((),) * len(kinds)
    return {
        name: np.array(column, dtype)
        for (name, dtype), column in zip(kinds.items(), columns, strict=True)
    }


def _live_call(leg: Leg) -> LiveCall:
    def known(at: Tick) -> Tick | None:
        return None if at == NONE else at

    return LiveCall(
        call=leg.call,
        leg=leg.leg,
        queue=leg.queue,
        leg_kind=LEG_WORDS[leg.kind],
        priority=leg.priority,
        arrived=leg.arrived,
        queued=known(leg.queued),
        offered=known(leg.assigned),
        connected=known(leg.answered),
        ended=known(leg.ended),
        agent=leg.agent,
        group=leg.group,
    )
