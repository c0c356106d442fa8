"""What the events of one leg, or of one agent, amount to: a function of the events and of nothing else.

In whatever order they came, they are put in the order of their moments first, so that rows never depend
on what was heard when. What the centre itself concluded (a call its switch has forgotten) holds only as
long as the switch has not told better.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from callcenter.clock import Tick
from callcenter.domain.agents import AgentState
from callcenter.store.live_lines import AnswerLine, LegLine, SpellLine, day_of
from callcenter.telephony.call_log import NONE
from callcenter.telephony.changes import CHANGES, first_heard
from callcenter.telephony.events import (
    SEQUENCE_DIGITS,
    AgentEvent,
    AgentLoggedOut,
    AgentStateChanged,
    CallEvent,
    CsatReceived,
    Told,
)
from callcenter.telephony.standing import Key, Leg, Stage
from callcenter.telephony.words import AGENT_STATES

MADE: Final = "centre:"
"""Begins the id of what the centre concluded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegTold:
    """What is known of one leg."""

    line: LegLine | None = None
    """`None` if nothing is left but answers."""
    answers: tuple[AnswerLine, ...] = ()
    leg: Leg | None = None
    """As it stands; not to be changed."""
    highest: int = 0
    """The last number its source told it with."""
    ghost: bool = False
    """Its switch has forgotten it, and the centre has ended it."""

    @property
    def over(self) -> bool:
        """Whether nothing more is to be expected of it."""
        return self.line is None or self.line.over


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentTold:
    """What is known of one agent, beside his calls."""

    spells: tuple[SpellLine, ...] = ()
    state: AgentState = AgentState.OFFLINE
    since: Tick = NONE
    source: str = ""
    """Who told his last change."""
    highest: int = 0
    """The last number that source told of him with."""


NOTHING: Final = LegTold()
NOBODY: Final = AgentTold()


def identity(about: Sequence[str | int], *, base: int, number: int = 0) -> str:
    """Name what the centre concludes from all numbers up to `base`: the same if it concludes it again."""
    digest = hashlib.sha256("\0".join(map(str, about)).encode()).hexdigest()[:40]
    return f"{MADE}{base:0{SEQUENCE_DIGITS}d}:{digest}:{number}"


def made(told: Told) -> bool:
    """Say whether the centre concluded it."""
    return told.identity is not None and told.identity.startswith(MADE)


def _base(told: Told) -> int:
    assert told.identity is not None
    return int(told.identity[len(MADE) : len(MADE) + SEQUENCE_DIGITS])


def _order(told: Told) -> tuple[Tick, int, str, str]:
    return told.at, told.sequence, told.source, told.identity or ""


def key_of(told: Told) -> Key | None:
    """Return the leg that an event is about."""
    event = told.event
    return (told.source, event.call, event.leg) if isinstance(event, CallEvent) else None


# --- Legs --------------------------------------------------------------------------------------------


def fold_leg(events: Iterable[Told]) -> LegTold:
    """Put all events of one leg together."""
    ordered = sorted(events, key=_order)
    answers = [told for told in ordered if isinstance(told.event, CsatReceived)]
    calls = [told for told in ordered if not isinstance(told.event, CsatReceived)]
    said = [told for told in calls if not made(told)]
    if not said:
        return LegTold(answers=tuple(_answer(told, None) for told in answers))
    leg = _leg(said)
    highest = max(told.sequence for told in said)
    ended = [told for told in calls if made(told) and _base(told) >= highest]
    ghost = leg.stage is not Stage.OVER and bool(ended)
    if ghost:
        _apply(leg, ended)
    derived = leg.guessed or ghost or any(told.derived for told in said)
    line = _line(leg, first_sequence=said[0].sequence, derived=derived)
    return LegTold(
        line=line,
        answers=tuple(_answer(told, line) for told in answers),
        leg=leg,
        highest=highest,
        ghost=ghost,
    )


def _leg(said: Sequence[Told]) -> Leg:
    first = said[0]
    assert isinstance(first.event, CallEvent)
    leg = first_heard(first.event, first)
    _apply(leg, said)
    return leg


def _apply(leg: Leg, events: Iterable[Told]) -> None:
    for told in events:
        CHANGES[type(told.event)](leg, told.event, told.at)


def _line(leg: Leg, *, first_sequence: int, derived: bool) -> LegLine:
    return LegLine(
        source=leg.source,
        call=leg.call,
        leg=leg.leg,
        day=day_of(leg.arrived),
        first_sequence=first_sequence,
        queue=leg.queue,
        kind=int(leg.kind),
        outcome=int(leg.outcome),
        resolved=None if leg.resolved == NONE else bool(leg.resolved),
        priority=leg.priority,
        fate=_known(leg.fate),
        agent=leg.agent,
        group_name=leg.group,
        arrived=leg.arrived,
        queued=_known(leg.queued),
        assigned=_known(leg.assigned),
        answered=_known(leg.answered),
        ended=_known(leg.ended),
        wrapped=_known(leg.wrapped),
        hold=leg.hold,
        held_since=_known(leg.held_since),
        over=leg.stage is Stage.OVER,
        derived=derived,
        campaign=leg.campaign,
        disposition=_known(leg.disposition),
    )


def _known(value: int) -> int | None:
    return None if value == NONE else value


def _answer(told: Told, line: LegLine | None) -> AnswerLine:
    event = told.event
    assert isinstance(event, CsatReceived)
    return AnswerLine(
        event_id=told.id,
        source=told.source,
        call=event.call,
        leg=event.leg,
        queue=event.queue,
        agent=event.agent or (line.agent if line is not None else None),
        score=event.score,
        scale=event.scale,
        at=told.at,
        day=line.day if line is not None else day_of(told.at),
    )


# --- Agents ------------------------------------------------------------------------------------------


def fold_agent(events: Iterable[Told]) -> AgentTold:
    """Put an agent's own events together, from any moment on."""
    ordered = sorted(events, key=_order)
    changes = [
        told
        for told in ordered
        if isinstance(told.event, AgentStateChanged | AgentLoggedOut) and _holds(told, ordered)
    ]
    if not changes:
        return NOBODY
    last = changes[-1]
    numbers = [told.sequence for told in ordered if told.source == last.source and not made(told)]
    return AgentTold(
        spells=tuple(_spells(changes)),
        state=_state(last),
        since=last.at,
        source=last.source,
        highest=max(numbers, default=0),
    )


def _holds(told: Told, all_of_him: Iterable[Told]) -> bool:
    """Say whether nothing that the centre did not know when it concluded this has come since."""
    if not made(told):
        return True
    return not any(
        _base(told) < one.sequence <= told.sequence and one.source == told.source and not made(one)
        for one in all_of_him
    )


def _spells(changes: Sequence[Told]) -> Iterable[SpellLine]:
    for told, after in pairwise([*changes, None]):
        assert told is not None
        event, state = told.event, _state(told)
        if state is AgentState.OFFLINE or (after is not None and after.at == told.at):
            continue
        assert isinstance(event, AgentEvent)
        yield SpellLine(
            agent=event.agent,
            started=told.at,
            source=told.source,
            group_name=event.group,
            state=int(state),
            ended=None if after is None else after.at,
            day=day_of(told.at),
            reason=event.reason if isinstance(event, AgentStateChanged) else "",
            derived=told.derived,
        )


def _state(told: Told) -> AgentState:
    event = told.event
    return AGENT_STATES[event.state] if isinstance(event, AgentStateChanged) else AgentState.OFFLINE
