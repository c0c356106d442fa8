"""What a switch says: the one event vocabulary, and the envelope each event travels in.

A *call* is a chain of *legs* (see `callcenter.domain.calls`); every event of a call names both. Moments
are whole microseconds since 1970-01-01T00:00:00Z, durations end in `_us`: only microseconds let `fold`
give back to the last bit the log that `narrate` told. A switch that knows less says so in
`Told.time_precision`. Whether an agent wants calls (`agent.state`) and what he does with a call
(`call.offered` ... `call.wrapped`) are told apart; the wallboard's one word is read off both by `fold`.

Fields that repeat what earlier events already said (`wait_us`, `talk_us`, ...) are there for readers
that see one event alone; `fold` prefers the moments. `None` means that the switch does not know.
"""

from dataclasses import dataclass
from typing import ClassVar, Final, TypeAlias, get_args

from callcenter.clock import Tick
from callcenter.telephony.words import (
    Cause,
    DispositionWord,
    EndedBy,
    ExitReason,
    LegWord,
    OfferEnd,
    StateWord,
    TimePrecision,
    TransferManner,
)

# --- Calls -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent:
    """What every event of a call names."""

    call: str
    """The source's own id of the call, the same for all its legs."""
    leg: int
    """0 for the first leg of the call."""
    queue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallArrived(CallEvent):
    """A leg came to be: at the line, at the next queue, or in the hands of a dialler."""

    kind: ClassVar[str] = "call.arrived"

    leg_kind: LegWord = LegWord.FRESH
    priority: int = 0
    caller_hash: str | None = None
    """Keyed hash of the telephone number; the number itself is never told."""
    fate: int | None = None
    """Which drawn fate a simulated leg lives by; a real switch knows none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallQueued(CallEvent):
    """Waits for an agent from now on: counts as offered to the queue.

    Told again of a leg that had given up, the caller has resumed his old place: he never gave up.
    """

    kind: ClassVar[str] = "call.queued"

    position: int | None = None
    """Place in the queue on entering, from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOffered(CallEvent):
    """Rings at an agent, or is being dialled for him."""

    kind: ClassVar[str] = "call.offered"

    agent: str
    group: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOfferEnded(CallEvent):
    """Stopped ringing at an agent unanswered; the leg itself waits on."""

    kind: ClassVar[str] = "call.offer_ended"

    agent: str
    reason: OfferEnd
    ring_us: Tick | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallConnected(CallEvent):
    """Caller and agent talk from now on."""

    kind: ClassVar[str] = "call.connected"

    agent: str
    group: str | None = None
    wait_us: Tick | None = None
    """From the queue to the answer, ringing included."""
    ring_us: Tick | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallHeld(CallEvent):
    """The caller hears music."""

    kind: ClassVar[str] = "call.held"

    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRetrieved(CallEvent):
    """The agent is back on the line."""

    kind: ClassVar[str] = "call.retrieved"

    agent: str
    hold_us: Tick | None = None
    """This hold alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTransferred(CallEvent):
    """Was sent on; `call.ended` of this leg follows."""

    kind: ClassVar[str] = "call.transferred"

    agent: str
    manner: TransferManner
    target: str
    """A queue's name, or whatever the source calls the place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallExited(CallEvent):
    """Ended without an answer, and not because the caller lost patience."""

    kind: ClassVar[str] = "call.exited"

    reason: ExitReason
    wait_us: Tick | None = None
    """Time in the queue, `None` if it was never there."""
    agent: str | None = None
    """Who dialled a citizen who did not pick up."""
    detail: str = ""
    """What else the source said: the key, the reason of a withdrawal."""
    disposition: DispositionWord | None = None
    """What came of the attempt, of a leg the centre dialled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAbandoned(CallEvent):
    """The caller hung up before an answer."""

    kind: ClassVar[str] = "call.abandoned"

    wait_us: Tick | None = None
    """Time in the queue, `None` if it was never there."""
    balked: bool = False
    """Hung up at once on hearing that there is a wait."""
    agent: str | None = None
    """Who was just about to answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded(CallEvent):
    """The talk is over; the agent's after-call work begins."""

    kind: ClassVar[str] = "call.ended"

    agent: str
    by: EndedBy | None = None
    talk_us: Tick | None = None
    """Without hold."""
    hold_us: Tick | None = None
    """All holds of this leg together; `None` if only `call.held` and `call.retrieved` tell."""
    resolved: bool | None = None
    """Whether the concern was settled."""
    disposition: DispositionWord | None = None
    """What came of the attempt, of a leg the centre dialled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallWrapped(CallEvent):
    """The agent has done all there was to do for this leg."""

    kind: ClassVar[str] = "call.wrapped"

    agent: str
    wrap_us: Tick | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDialled(CallEvent):
    """A leg of kind `outbound` came to be: the centre dials; `call.offered` says for whom."""

    kind: ClassVar[str] = "call.dialled"

    priority: int = 0
    callee_hash: str | None = None
    campaign: str | None = None
    """The code of the campaign for which it is dialled."""
    fate: int | None = None
    """As of a leg that arrived."""


# --- Agents ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentEvent:
    """What every event of an agent names."""

    agent: str
    group: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLoggedIn(AgentEvent):
    """Is there; `agent.state` says whether for calls."""

    kind: ClassVar[str] = "agent.logged_in"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLoggedOut(AgentEvent):
    """Is gone."""

    kind: ClassVar[str] = "agent.logged_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentStateChanged(AgentEvent):
    """Wants calls, or does something else; a new spell begins even if the word is the same."""

    kind: ClassVar[str] = "agent.state"

    state: StateWord
    reason: str = ""
    """As the source put it."""
    cause: Cause = Cause.AGENT


# --- Surveys -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CsatReceived(CallEvent):
    """A citizen rated a leg, perhaps days later."""

    kind: ClassVar[str] = "csat.received"

    score: int
    """From 1, the worst."""
    scale: int = 5
    """The best score there is."""
    agent: str | None = None


# --- The source itself -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStarted:
    """The switch, or its adapter, begins to tell; calls it does not mention again are lost to it."""

    kind: ClassVar[str] = "source.started"

    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReconfigured:
    """The switch reads its configuration anew, or a setting was changed."""

    kind: ClassVar[str] = "source.reconfigured"

    detail: str = ""
    campaign: str | None = None
    """The code of the campaign that was started or paused, if that is what was changed."""
    running: bool | None = None
    """Whether that campaign is dialled from now on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHeartbeat:
    """Is alive. Told every few seconds, not kept: it takes no sequence number of its own."""

    kind: ClassVar[str] = "source.heartbeat"

    sequence_high: int
    """The last sequence number this source has used."""
    now: Tick
    """The source's clock."""
    live_calls: int
    agents: int
    """Logged in."""
    speed: float = 1.0
    """How many seconds of its clock pass in one second: 1 of every real switch."""
    simulated: bool = False
    """Whether its callers are invented, as a simulated switch says of itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveCall:
    """One leg as a snapshot shows it."""

    call: str
    leg: int
    queue: str
    leg_kind: LegWord = LegWord.FRESH
    priority: int = 0
    arrived: Tick
    queued: Tick | None = None
    offered: Tick | None = None
    connected: Tick | None = None
    ended: Tick | None = None
    """The agent is still in after-call work."""
    agent: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveAgent:
    """One agent as a snapshot shows him."""

    agent: str
    group: str | None = None
    state: StateWord
    since: Tick


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All that is true at the source now; takes no sequence number of its own."""

    kind: ClassVar[str] = "snapshot"

    sequence_high: int
    """The last sequence number whose consequences it shows."""
    calls: tuple[LiveCall, ...] = ()
    agents: tuple[LiveAgent, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionIssued:
    """An earlier event is withdrawn; what is true instead is told as an event of its own."""

    kind: ClassVar[str] = "correction.issued"

    target_id: str
    """`Told.id` of the event withdrawn."""
    reason: str


# --- All of them -------------------------------------------------------------------------------------

OfCall: TypeAlias = (
    CallArrived
    | CallQueued
    | CallOffered
    | CallOfferEnded
    | CallConnected
    | CallHeld
    | CallRetrieved
    | CallTransferred
    | CallExited
    | CallAbandoned
    | CallEnded
    | CallWrapped
    | CallDialled
)
OfAgent: TypeAlias = AgentLoggedIn | AgentLoggedOut | AgentStateChanged
OfSource: TypeAlias = SourceStarted | SourceReconfigured | SourceHeartbeat | Snapshot
TelephonyEvent: TypeAlias = OfCall | OfAgent | OfSource | CsatReceived | CorrectionIssued

EVENTS: Final[dict[str, type[TelephonyEvent]]] = {
    event.kind: event for event in get_args(TelephonyEvent)
}
"""Every kind of event by its name, the CloudEvents type without prefix and version."""

FLEETING: Final = (SourceHeartbeat, Snapshot)
"""Kinds that say how things stand rather than what happened: not kept, without a number of their own."""

SEQUENCE_DIGITS: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One event as a source told it."""

    event: TelephonyEvent
    source: str
    """Which switch, such as `pbx1`."""
    sequence: int
    """Counts the source's events without gaps; of a fleeting one: the last number used."""
    at: Tick
    """When it happened, by the source's clock: microseconds since 1970-01-01T00:00:00Z."""
    recorded_at: Tick
    """When it was told, in the same measure; never before `at` unless clocks disagree."""
    derived: bool = False
    """Nobody said it: it follows from what was said."""
    time_precision: TimePrecision = TimePrecision.MICROSECOND
    identity: str | None = None
    """Of an event whose id must not depend on its number: see `id`."""

    @property
    def kind(self) -> str:
        """The kind of the event."""
        return self.event.kind

    @property
    def id(self) -> str:
        """The same whenever the same event is told again, so that a repeat can be known as one."""
        if self.identity is not None:
            return self.identity
        numbered = f"{self.source}:{self.sequence:0{SEQUENCE_DIGITS}d}"
        fleeting = isinstance(self.event, FLEETING)
        return f"{numbered}:{self.kind}:{self.at}" if fleeting else numbered

    @property
    def subject(self) -> str:
        """Whom it is about, such as `call/17`."""
        return "/".join(self._about)

    @property
    def partition_key(self) -> str:
        """Events that share it must stay in order."""
        return self._about[1]

    @property
    def _about(self) -> tuple[str, str]:
        match self.event:
            case CallEvent(call=call):
                return "call", call
            case AgentEvent(agent=agent):
                return "agent", agent
            case _:
                return "source", self.source
