"""What happens to a leg, or to an agent, moment by moment: the pieces a story is told from."""

from collections.abc import Iterator
from enum import IntEnum
from typing import Final, NamedTuple, TypedDict

from callcenter.clock import Tick
from callcenter.domain.agents import AgentState
from callcenter.domain.calls import LegKind, Outcome
from callcenter.domain.outbound import Disposition
from callcenter.telephony.call_log import NONE, AgentLog
from callcenter.telephony.events import (
    AgentLoggedIn,
    AgentLoggedOut,
    AgentStateChanged,
    CallAbandoned,
    CallArrived,
    CallConnected,
    CallDialled,
    CallEnded,
    CallExited,
    CallOffered,
    CallQueued,
    CallTransferred,
    CallWrapped,
    TelephonyEvent,
)
from callcenter.telephony.names import Names
from callcenter.telephony.words import (
    DISPOSITION_WORDS,
    LEG_WORDS,
    STATE_WORDS,
    Cause,
    DispositionWord,
    EndedBy,
    ExitReason,
    TransferManner,
)


class Turn(IntEnum):
    """Who goes first among events of one tick that need not wait for one another."""

    AT_ONCE = 0
    """Caused by another event of the tick, or by nothing a log shows."""
    TALK_END = 1
    WRAP_END = 2
    MOVE = 3
    GATE = 4
    OFFER = 5
    PATIENCE = 6
    IVR_END = 7
    RETURN = 8
    ARRIVAL = 9


class Step(IntEnum):
    """The events of a leg, or of an agent, in the order in which they can happen."""

    ARRIVED = 0
    QUEUED = 1
    OFFERED = 2
    CONNECTED = 3
    TRANSFERRED = 4
    ENDED = 5
    WRAPPED = 6
    LOGGED_IN = 7
    STATE = 8
    LOGGED_OUT = 9


class LegRow(NamedTuple):
    """One row of a call log, its number, and what no log says."""

    row: int
    call: int
    fate: int
    attempt: int
    kind: int
    queue: int
    outcome: int
    resolved: int
    priority: int
    group: int
    agent: int
    arrived: Tick
    queued: Tick
    assigned: Tick
    answered: Tick
    ended: Tick
    wrapped: Tick
    hold: Tick
    disposition: int = NONE
    """What an attempt came to, a `Disposition`; `NONE` of other legs and where nobody knows."""


class Moment(NamedTuple):
    """One thing to be told, and what its place among others of its tick depends on."""

    tick: Tick
    row: int
    """Of the leg; `NONE` of an agent's own events."""
    step: Step
    turn: Turn
    number: int
    """Decides among those of one turn: the row, or the agent."""
    call: int
    attempt: int
    agent: int
    event: TelephonyEvent


EXITS: Final = {
    Outcome.BUSY: ExitReason.BUSY,
    Outcome.QUEUE_FULL: ExitReason.QUEUE_FULL,
    Outcome.CLOSED: ExitReason.CLOSED,
    Outcome.RELEASED: ExitReason.RELEASED,
    Outcome.SELF_SERVED: ExitReason.SELF_SERVED,
    Outcome.CALLBACK_ACCEPTED: ExitReason.CALLBACK,
    Outcome.NOT_REACHED: ExitReason.NOT_REACHED,
    Outcome.DROPPED: ExitReason.DROPPED,
    Outcome.FLOWED_OUT: ExitReason.UNKNOWN,
}

_ARRIVAL_TURNS: Final = {
    LegKind.FRESH: Turn.ARRIVAL,
    LegKind.OUTBOUND: Turn.ARRIVAL,
    LegKind.REDIAL: Turn.RETURN,
    LegKind.REPEAT: Turn.RETURN,
    LegKind.CALLBACK: Turn.RETURN,
    LegKind.TRANSFER: Turn.AT_ONCE,
    LegKind.HANDED_BACK: Turn.AT_ONCE,
}
_END_TURNS: Final = {
    Outcome.ABANDONED: Turn.PATIENCE,
    Outcome.ANSWERED: Turn.TALK_END,
    Outcome.NOT_REACHED: Turn.TALK_END,
    Outcome.HANDED_BACK: Turn.MOVE,
    Outcome.RELEASED: Turn.GATE,
    Outcome.CALLBACK_ACCEPTED: Turn.OFFER,
    Outcome.SELF_SERVED: Turn.IVR_END,
}
"""Outcomes that are no consequence of the leg's entering the queue."""


class _Ids(TypedDict):
    """What every event of a leg names."""

    call: str
    leg: int
    queue: str


class _AgentIds(TypedDict):
    """What every event of an agent names."""

    agent: str
    group: str | None


def of_leg(leg: LegRow, *, names: Names, target: int = NONE) -> list[Moment]:
    """Return all moments of a leg in their order; of a leg that still lives, those to come as well.

    `target` is the queue into which an answered caller is transferred.
    """
    story = _Story(leg, names)
    story.begins()
    if leg.assigned != NONE:
        story.reaches_an_agent()
    if leg.ended != NONE:
        story.ends(target)
    if leg.wrapped != NONE:
        story.is_done()
    return story.moments


class _Story:
    """Collects the moments of one leg."""

    def __init__(self, leg: LegRow, names: Names) -> None:
        self.moments: list[Moment] = []
        self._leg = leg
        self._names = names
        self._ids: _Ids = {
            "call": names.call(leg.call),
            "leg": leg.attempt,
            "queue": names.queues[leg.queue],
        }
        self._agent = None if leg.agent == NONE else names.agents[leg.agent]
        self._group = None if leg.group == NONE else names.groups[leg.group]

    def begins(self) -> None:
        leg = self._leg
        kind = LegKind(leg.kind)
        turn = _ARRIVAL_TURNS[kind]
        number = leg.call if turn is Turn.ARRIVAL else leg.row
        self._add(leg.arrived, Step.ARRIVED, turn, self._arrival(kind), number=number)
        if leg.queued != NONE:
            menu = Turn.IVR_END if leg.queued > leg.arrived else Turn.AT_ONCE
            self._add(leg.queued, Step.QUEUED, menu, CallQueued(**self._ids))

    def _arrival(self, kind: LegKind) -> CallArrived | CallDialled:
        leg = self._leg
        fate = None if leg.fate == NONE else leg.fate
        if kind is LegKind.OUTBOUND:
            name = self._ids["queue"]
            return CallDialled(**self._ids, priority=leg.priority, campaign=name, fate=fate)
        word = LEG_WORDS[kind]
        return CallArrived(**self._ids, leg_kind=word, priority=leg.priority, fate=fate)

    def reaches_an_agent(self) -> None:
        leg, agent, group = self._leg, self._whom(), self._group
        offered = CallOffered(**self._ids, agent=agent, group=group)
        self._add(leg.assigned, Step.OFFERED, Turn.AT_ONCE, offered)
        if leg.answered != NONE:
            connected = CallConnected(
                **self._ids,
                agent=agent,
                group=group,
                wait_us=_between(leg.queued, leg.answered),
                ring_us=leg.answered - leg.assigned,
            )
            self._add(leg.answered, Step.CONNECTED, Turn.AT_ONCE, connected)

    def ends(self, target: int) -> None:
        leg, outcome = self._leg, Outcome(self._leg.outcome)
        turn = _END_TURNS.get(outcome, Turn.AT_ONCE)
        if leg.ended == leg.queued and outcome is Outcome.RELEASED:
            turn = Turn.AT_ONCE
        if target != NONE:
            sent = CallTransferred(
                **self._ids,
                agent=self._whom(),
                manner=TransferManner.QUEUE,
                target=self._names.queues[target],
            )
            self._add(leg.ended, Step.TRANSFERRED, turn, sent)
        self._add(leg.ended, Step.ENDED, turn, self._end(outcome, target))

    def _end(self, outcome: Outcome, target: int) -> CallEnded | CallAbandoned | CallExited:
        leg = self._leg
        left = leg.assigned if leg.assigned != NONE else leg.ended
        wait = _between(leg.queued, left)
        match outcome:
            case Outcome.ANSWERED:
                return self._talked(None if target == NONE else EndedBy.TRANSFER)
            case Outcome.HANDED_BACK:
                return self._talked(EndedBy.HAND_BACK)
            case Outcome.ABANDONED | Outcome.BALKED:
                return CallAbandoned(
                    **self._ids, wait_us=wait, balked=outcome is Outcome.BALKED, agent=self._agent
                )
            case _:
                return CallExited(
                    **self._ids,
                    reason=EXITS[outcome],
                    wait_us=wait,
                    agent=self._agent,
                    disposition=self._disposition,
                )

    def _talked(self, by: EndedBy | None) -> CallEnded:
        leg = self._leg
        return CallEnded(
            **self._ids,
            agent=self._whom(),
            by=by,
            talk_us=0 if leg.answered == NONE else leg.ended - leg.answered - leg.hold,
            hold_us=leg.hold,
            resolved=None if leg.resolved == NONE else bool(leg.resolved),
            disposition=self._disposition,
        )

    @property
    def _disposition(self) -> DispositionWord | None:
        found = self._leg.disposition
        return None if found == NONE else DISPOSITION_WORDS[Disposition(found)]

    def is_done(self) -> None:
        leg = self._leg
        turn = Turn.WRAP_END if leg.wrapped > leg.ended else Turn.AT_ONCE
        wrap = leg.wrapped - leg.ended
        wrapped = CallWrapped(**self._ids, agent=self._whom(), wrap_us=wrap)
        self._add(leg.wrapped, Step.WRAPPED, turn, wrapped)

    def _whom(self) -> str:
        assert self._agent is not None, f"expected an agent of leg {self._leg.row}"
        return self._agent

    def _add(
        self, tick: Tick, step: Step, turn: Turn, event: TelephonyEvent, *, number: int = NONE
    ) -> None:
        leg = self._leg
        self.moments.append(
            Moment(
                tick=tick,
                row=leg.row,
                step=step,
                turn=turn,
                number=leg.row if number == NONE else number,
                call=leg.call,
                attempt=leg.attempt,
                agent=leg.agent,
                event=event,
            )
        )


def _between(start: Tick, end: Tick) -> Tick | None:
    return None if start == NONE else end - start


def of_change(
    agent: int,
    *,
    tick: Tick,
    before: AgentState,
    now: AgentState,
    names: Names,
    group: int | None = None,
    cause: Cause = Cause.SYSTEM,
) -> list[Moment]:
    """Return the moments of an agent whose spell in one state gave way to a spell in another.

    From `OFFLINE` he logs in, to `OFFLINE` he logs out. A new spell is told even if its state is the same.
    He is in the group that `names` gives him unless another is given.
    """
    group = names.agent_group[agent] if group is None else group
    ids: _AgentIds = {
        "agent": names.agents[agent],
        "group": None if group == NONE else names.groups[group],
    }
    events: list[tuple[Step, TelephonyEvent]] = []
    if before is AgentState.OFFLINE and now is not AgentState.OFFLINE:
        events.append((Step.LOGGED_IN, AgentLoggedIn(**ids)))
    if now is not AgentState.OFFLINE:
        changed = AgentStateChanged(**ids, state=STATE_WORDS[now], cause=cause)
        events.append((Step.STATE, changed))
    elif before is not AgentState.OFFLINE:
        events.append((Step.LOGGED_OUT, AgentLoggedOut(**ids)))
    return [_of_agent(agent, tick=tick, step=step, event=event) for step, event in events]


def _of_agent(agent: int, *, tick: Tick, step: Step, event: TelephonyEvent) -> Moment:
    return Moment(
        tick=tick,
        row=NONE,
        step=step,
        turn=Turn.MOVE,
        number=agent,
        call=NONE,
        attempt=NONE,
        agent=agent,
        event=event,
    )


def of_agents(log: AgentLog, *, names: Names) -> Iterator[Moment]:
    """Return the moments of all agents; who is there when the log ends logs out then."""
    last, until, before = NONE, NONE, AgentState.OFFLINE
    for agent, state, start, end in _spells(log):
        if before is not AgentState.OFFLINE and (agent, start) != (last, until):
            yield from of_change(
                last, tick=until, before=before, now=AgentState.OFFLINE, names=names
            )
            before = AgentState.OFFLINE
        now = AgentState(state)
        yield from of_change(agent, tick=start, before=before, now=now, names=names)
        last, until, before = agent, end, now
    if before is not AgentState.OFFLINE:
        yield from of_change(last, tick=until, before=before, now=AgentState.OFFLINE, names=names)


def _spells(log: AgentLog) -> Iterator[tuple[int, int, Tick, Tick]]:
    columns = (log.agent, log.state, log.start, log.end)
    return zip(*(column.tolist() for column in columns), strict=True)
