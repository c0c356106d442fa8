"""Events, one at a time, back into the two logs; at any moment they also say how things stand.

`fold` is the exact inverse of `narrate`. It is also what a centre's software sees a real switch through,
so it takes what it is given: events of calls whose beginning it never heard, and events that come late. It
trusts that it is told each event once; that is its caller's affair, as is taking back what was corrected:
there the events are folded anew without the one that was withdrawn.
"""

from bisect import insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np

from callcenter.clock import Tick
from callcenter.domain.agents import AgentState
from callcenter.domain.calls import LegKind, Outcome
from callcenter.telephony.call_log import AGENT_COLUMNS, CALL_COLUMNS, NONE, AgentLog, CallLog
from callcenter.telephony.events import (
    AgentEvent,
    AgentLoggedOut,
    AgentStateChanged,
    CallAbandoned,
    CallArrived,
    CallConnected,
    CallDialled,
    CallEnded,
    CallEvent,
    CallExited,
    CallHeld,
    CallOffered,
    CallOfferEnded,
    CallQueued,
    CallRetrieved,
    CallTransferred,
    CallWrapped,
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
    LEG_KINDS,
    LEG_WORDS,
    STATE_WORDS,
    EndedBy,
    ExitReason,
)

_MOMENTS: Final = ("arrived", "queued", "assigned", "answered", "ended", "wrapped")
OUTCOMES: Final = {
    ExitReason.BUSY: Outcome.BUSY,
    ExitReason.QUEUE_FULL: Outcome.QUEUE_FULL,
    ExitReason.CLOSED: Outcome.CLOSED,
    ExitReason.RELEASED: Outcome.RELEASED,
    ExitReason.SELF_SERVED: Outcome.SELF_SERVED,
    ExitReason.CALLBACK: Outcome.CALLBACK_ACCEPTED,
    ExitReason.NOT_REACHED: Outcome.NOT_REACHED,
    ExitReason.TIMEOUT: Outcome.FLOWED_OUT,
    ExitReason.KEY: Outcome.FLOWED_OUT,
    ExitReason.EMPTY: Outcome.FLOWED_OUT,
    ExitReason.WITHDRAWN: Outcome.FLOWED_OUT,
    ExitReason.SYSTEM: Outcome.FLOWED_OUT,
    ExitReason.UNKNOWN: Outcome.FLOWED_OUT,
}


class Fold:
    """What the events so far amount to."""

    def __init__(self, names: Names | None = None) -> None:
        """Number queues, groups and agents as `names` does, and others as they are first heard of."""
        names = names or Names()
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
            leg = _first_heard(event, told)
            self._legs[key] = leg
        holders = leg.holders
        _CHANGES[type(event)](leg, event, told.at)
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
            self.agents[name] = Agent(agent=name)
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
            self._groups.of(leg.group)
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
            self._groups.of(leg.group),
            self._agents.of(leg.agent),
            *(NONE if at == NONE else at - self._origin for at in moments),
            leg.hold,
        )

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


# --- What each event does to a leg -------------------------------------------------------------------


def _first_heard(event: CallEvent, told: Told) -> Leg:
    """Return a leg that nothing is known of yet; what came before is made up from the event."""
    begins = isinstance(event, CallArrived | CallDialled)
    never_queued = isinstance(event, CallExited | CallAbandoned) and event.wait_us is None
    arrived = told.at - _past(event)
    return Leg(
        source=told.source,
        call=event.call,
        leg=event.leg,
        queue=event.queue,
        arrived=arrived,
        queued=NONE if begins or never_queued else arrived,
        guessed=not begins,
    )


def _past(event: CallEvent) -> Tick:
    """Return how long the leg has lived by what the event itself says."""
    match event:
        case CallConnected(wait_us=past) | CallExited(wait_us=past) | CallAbandoned(wait_us=past):
            return past or 0
        case CallEnded(talk_us=talk, hold_us=hold):
            return (talk or 0) + (hold or 0)
        case CallWrapped(wrap_us=past):
            return past or 0
        case _:
            return 0


def _arrives(leg: Leg, event: CallArrived, at: Tick) -> None:
    leg.kind = LEG_KINDS[event.leg_kind]
    _begins(leg, event, at)


def _is_dialled(leg: Leg, event: CallDialled, at: Tick) -> None:
    leg.kind = LegKind.OUTBOUND
    _begins(leg, event, at)


def _begins(leg: Leg, event: CallArrived | CallDialled, at: Tick) -> None:
    leg.queue = event.queue
    leg.priority = event.priority
    leg.fate = NONE if event.fate is None else event.fate
    leg.arrived = at
    leg.guessed = False


def _is_queued(leg: Leg, _event: CallQueued, at: Tick) -> None:
    resumes = leg.answered == NONE and NONE < leg.ended < at
    if resumes:
        leg.outcome, leg.ended = Outcome.OPEN, NONE
    else:
        leg.queued = at


def _rings(leg: Leg, event: CallOffered, at: Tick) -> None:
    if leg.answered == leg.ended == NONE:
        leg.ringing[event.agent] = at, event.group
        leg.agent, leg.group, leg.assigned = event.agent, event.group, at
    elif event.agent == leg.agent:
        leg.assigned = at


def _stops_ringing(leg: Leg, event: CallOfferEnded, _at: Tick) -> None:
    leg.ringing.pop(event.agent, None)
    if leg.answered == leg.ended == NONE and event.agent == leg.agent:
        leg.agent, leg.group, leg.assigned = None, None, NONE
        for agent, (since, group) in leg.ringing.items():
            leg.agent, leg.group, leg.assigned = agent, group, since


def _is_answered(leg: Leg, event: CallConnected, at: Tick) -> None:
    rang = leg.assigned if event.agent == leg.agent and leg.assigned <= at else NONE
    since, group = leg.ringing.get(event.agent, (rang, leg.group if rang != NONE else None))
    leg.assigned = at - (event.ring_us or 0) if since == NONE else since
    leg.agent, leg.group = event.agent, event.group or group
    leg.answered = at
    leg.ringing.clear()


def _is_held(leg: Leg, _event: CallHeld, at: Tick) -> None:
    leg.held_since = at


def _is_retrieved(leg: Leg, event: CallRetrieved, at: Tick) -> None:
    if event.hold_us is not None:
        leg.hold += event.hold_us
    elif leg.held_since != NONE:
        leg.hold += at - leg.held_since
    leg.held_since = NONE


def _is_sent_on(_leg: Leg, _event: CallTransferred, _at: Tick) -> None:
    """Change nothing: the end, and the leg that follows, are told by themselves."""


def _exits(leg: Leg, event: CallExited, at: Tick) -> None:
    leg.outcome = OUTCOMES[event.reason]
    if event.reason is not ExitReason.NOT_REACHED:
        _leaves_no_agent(leg)
    leg.ringing.clear()
    leg.ended = at


def _gives_up(leg: Leg, event: CallAbandoned, at: Tick) -> None:
    leg.outcome = Outcome.BALKED if event.balked else Outcome.ABANDONED
    _leaves_no_agent(leg)
    leg.ringing.clear()
    leg.ended = at


def _leaves_no_agent(leg: Leg) -> None:
    leg.agent, leg.group, leg.assigned = None, None, NONE


def _ends(leg: Leg, event: CallEnded, at: Tick) -> None:
    handed_back = event.by is EndedBy.HAND_BACK
    leg.outcome = Outcome.HANDED_BACK if handed_back else Outcome.ANSWERED
    leg.resolved = NONE if event.resolved is None else int(event.resolved)
    if event.hold_us is not None:
        leg.hold = event.hold_us
    elif leg.held_since != NONE:
        leg.hold += at - leg.held_since
    leg.held_since = NONE
    leg.agent = event.agent
    leg.ringing.clear()
    leg.ended = at
    if leg.answered == NONE and not handed_back:
        leg.answered = at - (event.talk_us or 0) - leg.hold
    if leg.assigned == NONE:
        leg.assigned = at if leg.answered == NONE else leg.answered


def _is_done(leg: Leg, event: CallWrapped, at: Tick) -> None:
    if leg.ended == NONE:
        end = CallEnded(call=event.call, leg=event.leg, queue=event.queue, agent=event.agent)
        _ends(leg, end, at - (event.wrap_us or 0))
    leg.agent = event.agent
    leg.wrapped = at


_CHANGES: Final[dict[type, Callable[[Leg, Any, Tick], None]]] = {
    CallArrived: _arrives,
    CallDialled: _is_dialled,
    CallQueued: _is_queued,
    CallOffered: _rings,
    CallOfferEnded: _stops_ringing,
    CallConnected: _is_answered,
    CallHeld: _is_held,
    CallRetrieved: _is_retrieved,
    CallTransferred: _is_sent_on,
    CallExited: _exits,
    CallAbandoned: _gives_up,
    CallEnded: _ends,
    CallWrapped: _is_done,
}
"""By the class of the event; a `csat.received` says nothing about how the leg went."""
