"""What is said beside events: how things stand, kept by the broker for whoever comes later, and requests.

A note happened to nobody: it has no number of its own, is not in the ledger, and the next one replaces
it. How agents and calls stand is told in the words of a snapshot.
"""

from dataclasses import dataclass
from typing import ClassVar, Final, TypeAlias, get_args

from callcenter.clock import Tick
from callcenter.telephony.commands import Answer, Command
from callcenter.telephony.events import SEQUENCE_DIGITS, LiveAgent, LiveCall


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentNow:
    """How one agent stands."""

    kind: ClassVar[str] = "agent.now"

    agent: LiveAgent
    call: LiveCall | None = None
    """The leg he is busy with, ringing and after-call work included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueNow:
    """Who waits in one queue, the next one first."""

    kind: ClassVar[str] = "queue.now"

    queue: str
    waiting: tuple[LiveCall, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceNow:
    """Whether a source speaks; `online=False` is its last will."""

    kind: ClassVar[str] = "source.now"

    online: bool
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayRequested:
    """Asks a source to tell the events of some numbers again, both ends included."""

    kind: ClassVar[str] = "replay.requested"

    of: str
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandGiven:
    """Asks a source to do something now."""

    kind: ClassVar[str] = "command.given"

    of: str
    """The source that is to obey."""
    command_id: str
    """Given by who asks; a source obeys one id once."""
    command: Command


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandAnswered:
    """What a source did of what it was asked."""

    kind: ClassVar[str] = "command.answered"

    command_id: str
    answer: Answer


NoteBody: TypeAlias = (
    AgentNow | QueueNow | SourceNow | ReplayRequested | CommandGiven | CommandAnswered
)

NOTES: Final[dict[str, type[NoteBody]]] = {body.kind: body for body in get_args(NoteBody)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One note as somebody said it."""

    body: NoteBody
    source: str
    """Who says it."""
    sequence: int
    """The last number its source has used for an event; 0 of who tells no events."""
    at: Tick
    """When it was said: microseconds since 1970-01-01T00:00:00Z."""

    @property
    def kind(self) -> str:
        """The kind of the note."""
        return self.body.kind

    @property
    def id(self) -> str:
        """The same if the same is said again in the same microsecond, and not otherwise."""
        return f"{self.source}:{self.sequence:0{SEQUENCE_DIGITS}d}:{self.subject}:{self.at}"

    @property
    def subject(self) -> str:
        """Whom it is about, such as `agent/general-07`."""
        match self.body:
            case AgentNow(agent=agent):
                return f"agent/{agent.agent}"
            case QueueNow(queue=queue):
                return f"queue/{queue}"
            case SourceNow():
                return f"source/{self.source}"
            case ReplayRequested(of=source):
                return f"replay/{source}"
            case CommandGiven(command_id=command):
                return f"command/{command}"
            case CommandAnswered(command_id=command):
                return f"answer/{command}"

    @property
    def partition_key(self) -> str:
        """Whom it is about, without saying what that is."""
        return self.subject.partition("/")[2]
