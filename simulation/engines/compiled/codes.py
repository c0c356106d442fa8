"""Numbers by which the compiled engine knows ranks, kinds, outcomes and states."""

from typing import Final

from callcenter.domain.agents import AgentState
from callcenter.domain.calls import LegKind, Outcome
from simulation.engines.port import Rank

ID_BITS: Final = 48
"""An event's key is its rank shifted by this, and its id."""
ID_MASK: Final = (1 << ID_BITS) - 1

(
    SWITCH,
    TALK_END,
    WRAP_END,
    MOVE,
    GATE,
    ALARM,
    OFFER,
    PATIENCE,
    IVR_END,
    RETURN,
    ARRIVAL,
    DUE,
    DIAL_END,
) = (int(rank) for rank in Rank)
FRESH, REDIAL, TRANSFER, CALLBACK, REPEAT, CONTINUED, OUTBOUND = (int(kind) for kind in LegKind)
(
    OPEN,
    ANSWERED,
    ABANDONED,
    BALKED,
    BUSY,
    QUEUE_FULL,
    CLOSED,
    RELEASED,
    SELF_SERVED,
    CALLBACK_ACCEPTED,
    NOT_REACHED,
    HANDED_BACK,
    _,
    DROPPED,
) = (int(outcome) for outcome in Outcome)
OFFLINE: Final = int(AgentState.OFFLINE)
AVAILABLE: Final = int(AgentState.AVAILABLE)
MILLION: Final = 1_000_000
"""Speed of an agent who works as fast as the fates say."""
