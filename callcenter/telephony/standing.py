"""How things stand at a switch: legs and agents as the events so far put them together.

Moments are absolute: microseconds since 1970-01-01T00:00:00Z, `NONE` where not. What a leg is doing is
read off its moments, so that an event that comes late changes what it is about and nothing else.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from callcenter.clock import Tick
from callcenter.domain.agents import AgentState
from callcenter.domain.calls import LegKind, Outcome
from callcenter.telephony.call_log import NONE

Key = tuple[str, str, int]
"""A leg: its source, its call, its place in the call."""


class Stage(StrEnum):
    """What becomes of a leg now."""

    MENU = "menu"
    """On the line and not yet in a queue."""
    WAITING = "waiting"
    RINGING = "ringing"
    """At an agent, or at the citizen who is called."""
    TALKING = "talking"
    HELD = "held"
    WRAPPING = "wrapping"
    """The caller is gone, the agent is not done."""
    OVER = "over"


class Doing(StrEnum):
    """The one word for an agent: what his calls say, else what he said himself."""

    OFFLINE = "offline"
    READY = "ready"
    RINGING = "ringing"
    TALKING = "talking"
    HOLD = "hold"
    ACW = "acw"
    AUX = "aux"


@dataclass(slots=True, eq=False, kw_only=True)
class Leg:
    """One leg, as far as its events have come."""

    source: str
    call: str
    leg: int
    queue: str
    kind: LegKind = LegKind.FRESH
    priority: int = 0
    fate: int = NONE
    outcome: Outcome = Outcome.OPEN
    resolved: int = NONE
    agent: str | None = None
    """Who is to answer, or has."""
    group: str | None = None
    arrived: Tick
    queued: Tick = NONE
    assigned: Tick = NONE
    answered: Tick = NONE
    ended: Tick = NONE
    wrapped: Tick = NONE
    hold: Tick = 0
    held_since: Tick = NONE
    campaign: str | None = None
    """For which it is dialled; `None` if it is not, or nobody says."""
    disposition: int = NONE
    """What the attempt came to, a `Disposition`; `NONE` of other legs and where nobody says."""
    ringing: dict[str, tuple[Tick, str | None]] = field(default_factory=dict)
    """Since when it rings at whom, and his group."""
    guessed: bool = False
    """Its beginning was never told, and is made up from what came later."""

    @property
    def key(self) -> Key:
        """What it is known by."""
        return self.source, self.call, self.leg

    @property
    def stage(self) -> Stage:
        """What becomes of it now."""
        if self.ended != NONE:
            in_work = self.agent is not None and self.assigned != NONE and self.wrapped == NONE
            return Stage.WRAPPING if in_work else Stage.OVER
        if self.answered != NONE:
            return Stage.TALKING if self.held_since == NONE else Stage.HELD
        if self.assigned != NONE:
            return Stage.RINGING
        return Stage.MENU if self.queued == NONE else Stage.WAITING

    @property
    def holders(self) -> set[str]:
        """At whom it rings, or who has it."""
        match self.stage:
            case Stage.MENU | Stage.WAITING | Stage.OVER:
                return set()
            case Stage.RINGING:
                return set(self.ringing)
            case Stage.TALKING | Stage.HELD | Stage.WRAPPING:
                return set() if self.agent is None else {self.agent}

    @property
    def since(self) -> Tick:
        """Since when it is in its stage."""
        began = {
            Stage.MENU: self.arrived,
            Stage.WAITING: self.queued,
            Stage.RINGING: self.assigned,
            Stage.TALKING: self.answered,
            Stage.HELD: self.held_since,
            Stage.WRAPPING: self.ended,
            Stage.OVER: max(self.ended, self.wrapped),
        }
        return began[self.stage]


_SAYS: Final = {
    Stage.TALKING: Doing.TALKING,
    Stage.HELD: Doing.HOLD,
    Stage.RINGING: Doing.RINGING,
    Stage.WRAPPING: Doing.ACW,
}
"""What a leg makes of its agent, the strongest first."""


@dataclass(slots=True, eq=False, kw_only=True)
class Agent:
    """One agent: whether he wants calls, and which he has."""

    agent: str
    group: str | None = None
    changes: list[tuple[Tick, int, AgentState]] = field(default_factory=list)
    """(moment, sequence, state) from then on, in this order."""
    legs: dict[Key, Leg] = field(default_factory=dict)
    """Ringing at him, with him, or in after-call work."""
    freed: Tick = NONE
    """When he last had no call any more."""

    @property
    def state(self) -> AgentState:
        """What he does apart from calls."""
        return self.changes[-1][2] if self.changes else AgentState.OFFLINE

    @property
    def since(self) -> Tick:
        """Since when; `NONE` if he never said."""
        return self.changes[-1][0] if self.changes else NONE

    @property
    def doing(self) -> tuple[Doing, Tick]:
        """Return the one word, and since when it is true."""
        for stage, word in _SAYS.items():
            since = [self._since(leg) for leg in self.legs.values() if leg.stage is stage]
            if since:
                return word, min(since)
        match self.state:
            case AgentState.OFFLINE:
                return Doing.OFFLINE, self.since
            case AgentState.AVAILABLE:
                return Doing.READY, max(self.since, self.freed)
            case _:
                return Doing.AUX, self.since

    def _since(self, leg: Leg) -> Tick:
        """Return since when it rings at him, where it rings at several, or is in its stage."""
        since, _ = leg.ringing.get(self.agent, (leg.since, None))
        return since
