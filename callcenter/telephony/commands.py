"""What a supervisor may ask of a switch while it runs, and how the switch answers.

A command takes effect as soon as the switch reads it and changes what happens next. Agents are meant by
their number, not by name: the switch chooses those who are there, free ones first. What cannot be done is
not done, and the answer says so; it is no error.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal, TypeAlias, get_args

from callcenter.telephony.words import StateWord


class Errand(StrEnum):
    """Where a supervisor may send agents: a `StateWord` each."""

    TRAINING = StateWord.TRAINING.value
    BREAK = StateWord.BREAK.value
    MEETING = StateWord.MEETING.value


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveAgents:
    """Let agents of a group belong to another from now on: they take the calls of that group only.

    Who talks finishes first. The roster goes on to hold for them: they go home when they would have.
    """

    order: Literal["move_agents"] = "move_agents"
    count: int
    group: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendAgents:
    """Send agents of a group away from the line until they are recalled, or their shift ends.

    Who talks finishes first.
    """

    order: Literal["send_agents"] = "send_agents"
    count: int
    group: str
    errand: Errand


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallAgents:
    """Let agents of a group who were sent away do again what their roster wants of them."""

    order: Literal["recall_agents"] = "recall_agents"
    count: int
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetOverflow:
    """Let a group take calls of a queue too, after its own, whatever the conditions were; or no longer."""

    order: Literal["set_overflow"] = "set_overflow"
    queue: str
    group: str
    opened: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Surge:
    """Let more citizens call. A simulated switch can; a real one answers that it cannot."""

    order: Literal["surge"] = "surge"
    queue: str
    factor: float
    """So many times as many as would have called; above 1."""
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCampaign:
    """Start an outbound campaign, or pause it."""

    order: Literal["set_campaign"] = "set_campaign"
    campaign: str
    running: bool


Command: TypeAlias = MoveAgents | SendAgents | RecallAgents | SetOverflow | Surge | SetCampaign

COMMANDS: Final[dict[str, type[Command]]] = {kind.__name__: kind for kind in get_args(Command)}
"""Every command by the name of its class."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a switch did of what it was asked."""

    asked: int
    """How many agents; of what is not counted, 1."""
    done: int
    """How many of them it is done for, at once or after the call in hand; 0: nothing was changed."""
    ko: str
    en: str
