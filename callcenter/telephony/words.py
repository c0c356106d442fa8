"""The words that events use where the logs use numbers, and the words only events use."""

from enum import StrEnum
from typing import Final

from callcenter.domain.agents import AgentState
from callcenter.domain.calls import LegKind
from callcenter.domain.outbound import Disposition


class LegWord(StrEnum):
    """Why a leg exists: a `LegKind` as it is spelled on the wire."""

    FRESH = "fresh"
    REDIAL = "redial"
    TRANSFER = "transfer"
    CALLBACK = "callback"
    REPEAT = "repeat"
    HANDED_BACK = "handed_back"
    OUTBOUND = "outbound"


class StateWord(StrEnum):
    """What an agent does apart from calls: an `AgentState` as it is spelled on the wire."""

    OFFLINE = "offline"
    AVAILABLE = "available"
    LUNCH = "lunch"
    BREAK = "break"
    MEETING = "meeting"
    TRAINING = "training"
    AWAY = "away"
    BROKEN = "broken"
    ABSENT = "absent"


class DispositionWord(StrEnum):
    """What came of an attempt to reach a citizen: a `Disposition` as it is spelled on the wire."""

    NO_ANSWER = "no_answer"
    BUSY = "busy"
    MACHINE = "machine"
    WRONG_NUMBER = "wrong_number"
    REFUSAL = "refusal"
    CALL_LATER = "call_later"
    PARTIAL = "partial"
    SUCCESS = "success"
    DROPPED = "dropped"


LEG_KINDS: Final = {word: LegKind[word.name] for word in LegWord}
LEG_WORDS: Final = {kind: word for word, kind in LEG_KINDS.items()}
AGENT_STATES: Final = {word: AgentState[word.name] for word in StateWord}
STATE_WORDS: Final = {state: word for word, state in AGENT_STATES.items()}
DISPOSITIONS: Final = {word: Disposition[word.name] for word in DispositionWord}
DISPOSITION_WORDS: Final = {found: word for word, found in DISPOSITIONS.items()}


class OfferEnd(StrEnum):
    """Why an agent who was offered a call did not get it."""

    NO_ANSWER = "no_answer"
    REJECTED = "rejected"
    BUSY = "busy"
    CALLER_HANGUP = "caller_hangup"
    """Not the agent's fault."""
    ANSWERED_ELSEWHERE = "answered_elsewhere"
    """It rang at several, and another was faster."""
    FAILED = "failed"
    """The agent's line could not be reached."""


class ExitReason(StrEnum):
    """Why a leg ended with neither an answer nor an impatient caller."""

    BUSY = "busy"
    """Every line was taken."""
    QUEUE_FULL = "queue_full"
    CLOSED = "closed"
    """Came outside the opening hours."""
    RELEASED = "released"
    """Was waiting at closing and was let go."""
    SELF_SERVED = "self_served"
    CALLBACK = "callback"
    """Accepted the offer to be called back."""
    NOT_REACHED = "not_reached"
    """The centre dialled, the citizen did not pick up."""
    DROPPED = "dropped"
    """The centre dialled, the citizen picked up, and no agent was free."""
    TIMEOUT = "timeout"
    KEY = "key"
    """Chose a way out by pressing a key."""
    EMPTY = "empty"
    """Nobody was there to serve the queue."""
    WITHDRAWN = "withdrawn"
    """Taken out of the queue by an outside hand."""
    SYSTEM = "system"
    """The switch failed, restarted, or lost the call."""
    UNKNOWN = "unknown"
    """Left the queue, and nobody says how."""


class EndedBy(StrEnum):
    """Who ended a talk."""

    CALLER = "caller"
    AGENT = "agent"
    TRANSFER = "transfer"
    """Answered here, and sent on."""
    HAND_BACK = "hand_back"
    """The agent left in the middle (or while it rang): the caller waits again, as the next leg."""
    SYSTEM = "system"
    """Nobody saw the end: closed when the switch restarted or its snapshot knew the call no more."""


class TransferManner(StrEnum):
    """How a caller was sent on."""

    BLIND = "blind"
    ATTENDED = "attended"
    QUEUE = "queue"
    """Into another queue of the same switch: the call goes on as the next leg."""


class Cause(StrEnum):
    """Whose doing a change of an agent's state is."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    SYSTEM = "system"
    DERIVED = "derived"
    """Nobody said so; it follows from what was said."""


class TimePrecision(StrEnum):
    """How finely the source's clock told the moment."""

    SECOND = "s"
    MILLISECOND = "ms"
    MICROSECOND = "us"
