"""The state a run starts from: what is true at the centre now. Empty by default."""

from dataclasses import dataclass
from enum import IntEnum

from callcenter.clock import Tick
from callcenter.domain.agents import AgentState


class Progress(IntEnum):
    """How far a call that is already there has come."""

    WAITING = 1
    TALKING = 2
    WRAPPING = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class CallInProgress:
    """A caller who is already there."""

    queue: str
    progress: Progress
    elapsed: Tick
    """Since entering the queue, since the answer, or since the caller hung up."""
    agent: int | None = None
    """Number of the agent within `group`; not for waiting callers."""
    group: str | None = None
    priority: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentOverride:
    """An agent who is not where the roster wants him at the start."""

    group: str
    agent: int
    state: AgentState
    until: Tick
    """Tick of the run at which the roster holds again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InitialState:
    """Everything true at `at` (ticks since midnight of the first day)."""

    at: Tick = 0
    calls: tuple[CallInProgress, ...] = ()
    agents: tuple[AgentOverride, ...] = ()


EMPTY = InitialState()
