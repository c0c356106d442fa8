"""FreeSWITCH's `callcenter::info` events, told in our words.

An event is a mapping of headers, as the event socket gives it; the rules are those of `mod_callcenter.c`
and stand as a table in docs/live-events.md. A call is a channel of the caller (`CC-Member-Session-UUID`),
each of its stays in a queue (`CC-Member-UUID`) a leg. Three things are not what they seem:

- `bridge-agent-start` comes before the bridge is tried. An answer is told when the agent's state says
  `In a queue call`, with the moment of the start; a bridge that fails was no answer.
- A caller who hangs up is reported as `BREAK_OUT`, or as `NONE` while an agent was just answering. Whether
  he hung up is read off his channel, in the same event or in a `CHANNEL_HANGUP` before it.
- An agent is `Waiting` again at hang-up, while `wrap_up_time` runs: after-call work is derived.

Events of another `Core-UUID` come from a FreeSWITCH that has started anew: open calls are closed as of the
last event before.
"""

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from typing_extensions import override

from callcenter.clock import HOUR, SECOND, Tick
from callcenter.errors import DataError
from callcenter.telephony.adapters.scribe import Heard, Oddity, Remark, Scribe
from callcenter.telephony.call_log import NONE
from callcenter.telephony.events import (
    AgentLoggedIn,
    AgentLoggedOut,
    AgentStateChanged,
    CallAbandoned,
    CallArrived,
    CallConnected,
    CallOffered,
    CallOfferEnded,
    CallQueued,
    SourceStarted,
    Told,
)
from callcenter.telephony.words import (
    Cause,
    ExitReason,
    LegWord,
    OfferEnd,
    StateWord,
    TimePrecision,
)

Headers = Mapping[str, str]
Steps = Iterator[Told | Remark]
LONGEST_MENU: Final = HOUR
"""A channel older than this when it is queued was not made for that."""
OFFER_ENDS: Final[Mapping[str, OfferEnd]] = {
    "USER_BUSY": OfferEnd.BUSY,
    "NORMAL_CIRCUIT_CONGESTION": OfferEnd.BUSY,
    "CALL_REJECTED": OfferEnd.REJECTED,
    "LOSE_RACE": OfferEnd.ANSWERED_ELSEWHERE,
    "ORIGINATOR_CANCEL": OfferEnd.CALLER_HANGUP,
    "USER_NOT_REGISTERED": OfferEnd.FAILED,
    "SUBSCRIBER_ABSENT": OfferEnd.FAILED,
    "UNALLOCATED_NUMBER": OfferEnd.FAILED,
    "NO_ROUTE_DESTINATION": OfferEnd.FAILED,
    "DESTINATION_OUT_OF_ORDER": OfferEnd.FAILED,
    "NETWORK_OUT_OF_ORDER": OfferEnd.FAILED,
    "RECOVERY_ON_TIMER_EXPIRE": OfferEnd.FAILED,
}
"""By `CC-Hangup-Cause`; whatever else it is, the agent did not answer."""
EXITS: Final[Mapping[str, ExitReason]] = {
    "TIMEOUT": ExitReason.TIMEOUT,
    "NO_AGENT_TIMEOUT": ExitReason.EMPTY,
    "EXIT_WITH_KEY": ExitReason.KEY,
    "BREAK_OUT": ExitReason.WITHDRAWN,
}
"""By `CC-Cancel-Reason`, of a caller who did not hang up."""
STATES: Final[Mapping[str, StateWord]] = {
    "Logged Out": StateWord.OFFLINE,
    "Available": StateWord.AVAILABLE,
    "Available (On Demand)": StateWord.AVAILABLE,
    "On Break": StateWord.BREAK,
}
"""By `CC-Agent-Status`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the events do not say."""

    wrap_up: Tick = 0
    """`wrap_up_time` of the agents: how long after-call work lasts."""
    hash_caller: Callable[[str], str] | None = None
    """Keyed hash of a telephone number; without one no number, not even hashed, is told."""


class FreeSwitch(Scribe):
    """Reads events one by one, in the order in which FreeSWITCH fired them."""

    def __init__(self, *, source: str, rules: Rules | None = None, sequence: int = 0) -> None:
        """Go on after `sequence`, the last number used."""
        self._rules = rules or Rules()
        super().__init__(source=source, wrap_up=self._rules.wrap_up, sequence=sequence)
        self.precision = TimePrecision.MICROSECOND
        self._number = 0
        self._core = ""
        self._stays: Counter[str] = Counter()
        """How many legs a caller's channel has had."""
        self._gone: set[str] = set()
        """Channels of callers who hung up."""
        self._answering: dict[str, tuple[Heard, Tick, Tick | None]] = {}
        """By agent: the leg, when he picked up, how long it rang. Not bridged yet."""
        self._states: dict[str, StateWord] = {}
        self._unanswering: set[str] = set()
        """Agents about to be taken out for not answering."""

    def read(self, events: Iterable[Headers]) -> Steps:
        """Tell what events say and remark on those that say nothing that could be used."""
        for event in events:
            self._number += 1
            verb = event.get("CC-Action") or event.get("Event-Name", "")
            told = self._VERBS.get(verb)
            try:
                yield from self._turn_to(event)
                if told is None:
                    yield self._remark(verb, self._why_not(verb))
                else:
                    yield from told(self, event)
            except DataError as error:
                yield self._remark(verb, Oddity.FIELD, error.why)

    def _turn_to(self, event: Headers) -> Steps:
        at, core = _whole(event, "Event-Date-Timestamp"), _text(event, "Core-UUID")
        self.place = f"{core}:{_text(event, 'Event-Sequence')}"
        started_anew = self._core not in {"", core}
        if started_anew:
            yield from self.lose_all()
            self._answering.clear()
        self._core, self.now = core, at
        yield from self.catch_up()
        if started_anew:
            yield self.say(SourceStarted())

    @override
    def forget(self, *, before: Tick) -> None:
        super().forget(before=before)
        known = {heard.call for heard in self._heard.values()}
        self._stays = Counter({call: self._stays[call] for call in known})
        self._gone &= known

    @staticmethod
    def _why_not(verb: str) -> Oddity:
        counts = verb in {"members-count", "agent-add", "agent-contact-change"}
        return Oddity.SETTING if counts or verb.endswith("-get") else Oddity.UNKNOWN

    def _remark(self, verb: str, oddity: Oddity, detail: str = "") -> Remark:
        return Remark(line=self._number, oddity=oddity, verb=verb, detail=detail)

    # --- In the queue ----------------------------------------------------------------------------------

    def _enters(self, event: Headers) -> Steps:
        yield from self._new_leg(event, made=_made_at(event, self.now), queued=self.now)

    def _new_leg(self, event: Headers, *, made: Tick, queued: Tick) -> Generator[Told, None, Heard]:
        member, session = _text(event, "CC-Member-UUID"), _text(event, "CC-Member-Session-UUID")
        leg = self._stays[session]
        self._stays[session] += 1
        heard = Heard(call=session, leg=leg, queue=_text(event, "CC-Queue"), queued=queued)
        self._heard[member] = heard
        arrived = CallArrived(
            **heard.ids,
            leg_kind=LegWord.TRANSFER if leg else LegWord.FRESH,
            caller_hash=self._hash(event.get("CC-Member-CID-Number", "")),
        )
        yield self.say(arrived, at=queued if leg else made, derived=True)
        yield self.say(CallQueued(**heard.ids), at=queued, derived=queued != self.now)
        return heard

    def _hash(self, number: str) -> str | None:
        return self._rules.hash_caller(number) if self._rules.hash_caller and number else None

    def _resumes(self, event: Headers) -> Steps:
        """Let a caller who calls again have the place he gave up: the leg goes on."""
        heard = self._heard.get(_text(event, "CC-Member-UUID"))
        if heard is None or not heard.over:
            yield from self._enters(event)
            return
        heard.ended = NONE
        yield self.say(CallQueued(**heard.ids))

    def _known(self, event: Headers) -> Generator[Told, None, Heard]:
        """Return the leg an event is about; one that entered before we listened is told now."""
        heard = self._heard.get(_text(event, "CC-Member-UUID"))
        if heard is None:
            joined = event.get("CC-Member-Joined-Time", "")
            queued = min(self.now, int(joined) * SECOND) if joined.isdecimal() else self.now
            heard = yield from self._new_leg(event, made=queued, queued=queued)
        return heard

    def _leaves(self, event: Headers) -> Steps:
        heard = yield from self._known(event)
        if event.get("CC-Cause") == "Terminated" and heard.answered != NONE and not heard.over:
            yield from self._hangs_up(heard)
        elif heard.over or event.get("CC-Cause") == "Terminated":
            yield self._remark("member-queue-end", Oddity.NOTHING_NEW)
        elif self._hung_up(event):
            heard.ended = self.now
            yield self.say(CallAbandoned(**heard.ids, wait_us=self.now - heard.queued))
        else:
            why = event.get("CC-Cancel-Reason", "")
            reason = EXITS.get(why, ExitReason.UNKNOWN)
            yield from self.leave(heard, reason=reason, detail=why)
        self._gone.discard(_text(event, "CC-Member-Session-UUID"))

    def _hung_up(self, event: Headers) -> bool:
        """Say whether the caller is gone: `NONE` as a reason is possible only then."""
        return (
            event.get("CC-Cancel-Reason") == "NONE"
            or event.get("CC-Member-Session-UUID") in self._gone
            or event.get("Answer-State") == "hangup"
            or event.get("Channel-Call-State") == "HANGUP"
            or event.get("Channel-State") in {"CS_HANGUP", "CS_REPORTING", "CS_DESTROY"}
        ) and event.get("CC-Cancel-Reason") in {"NONE", "BREAK_OUT"}

    def _channel_ends(self, event: Headers) -> Steps:
        channel = _text(event, "Unique-ID")
        if channel in self._stays:
            self._gone.add(channel)
        yield from ()

    # --- With an agent ---------------------------------------------------------------------------------

    def _rings(self, event: Headers) -> Steps:
        heard = yield from self._known(event)
        agent = _text(event, "CC-Agent")
        yield from self._appears(agent)
        yield from self.interrupt(agent)
        yield self.say(CallOffered(**heard.ids, agent=agent))

    def _is_not_answered(self, event: Headers) -> Steps:
        heard = yield from self._known(event)
        reason = OFFER_ENDS.get(event.get("CC-Hangup-Cause", ""), OfferEnd.NO_ANSWER)
        ended = CallOfferEnded(
            **heard.ids,
            agent=_text(event, "CC-Agent"),
            reason=reason,
            ring_us=_between(event, "CC-Agent-Called-Time", "CC-Agent-Aborted-Time"),
        )
        yield self.say(ended)

    def _picks_up(self, event: Headers) -> Steps:
        heard = yield from self._known(event)
        agent = _text(event, "CC-Agent")
        yield from self._appears(agent)
        rang = _between(event, "CC-Agent-Called-Time", "CC-Agent-Answered-Time")
        self._answering[agent] = heard, self.now, rang

    def _changes_state(self, event: Headers) -> Steps:
        agent = _text(event, "CC-Agent")
        if event.get("CC-Agent-State") == "In a queue call" and agent in self._answering:
            yield from self._is_bridged(agent)
        else:
            yield self._remark("agent-state-change", Oddity.NOTHING_NEW)

    def _is_bridged(self, agent: str) -> Steps:
        heard, at, rang = self._answering.pop(agent)
        heard.agent, heard.answered = agent, at
        yield from self.interrupt(agent)
        connected = CallConnected(
            **heard.ids, agent=agent, wait_us=max(0, at - heard.queued), ring_us=rang
        )
        yield self.say(connected, at=at)

    def _bridge_ends(self, event: Headers) -> Steps:
        heard = yield from self._known(event)
        agent = _text(event, "CC-Agent")
        if event.get("CC-Agent-Bridged") == "false":
            self._answering.pop(agent, None)
            gone = event.get("CC-Member-Session-UUID") in self._gone
            reason = OfferEnd.CALLER_HANGUP if gone else OfferEnd.FAILED
            yield self.say(CallOfferEnded(**heard.ids, agent=agent, reason=reason))
            return
        if agent in self._answering:
            yield from self._is_bridged(agent)
        if heard.answered == NONE:
            yield from self._was_answered(heard, event)
        if heard.over:
            yield self._remark("bridge-agent-end", Oddity.OVER)
            return
        yield from self._hangs_up(heard)

    def _was_answered(self, heard: Heard, event: Headers) -> Steps:
        """Tell an answer that was given before we listened."""
        answered = event.get("CC-Agent-Answered-Time", "")
        at = int(answered) * SECOND if answered.isdecimal() else self.now
        heard.agent, heard.answered = _text(event, "CC-Agent"), max(heard.queued, at)
        yield from self._appears(heard.agent, at=heard.answered)
        connected = CallConnected(
            **heard.ids, agent=heard.agent, wait_us=heard.answered - heard.queued
        )
        yield self.say(connected, at=heard.answered, derived=True)

    def _hangs_up(self, heard: Heard) -> Steps:
        yield from self.end_talk(heard, by=None, talk=max(0, self.now - heard.answered))

    # --- Agents ----------------------------------------------------------------------------------------

    def _changes_status(self, event: Headers) -> Steps:
        agent, status = _text(event, "CC-Agent"), _text(event, "CC-Agent-Status")
        if status not in STATES:
            raise DataError(f"expected a CC-Agent-Status among {', '.join(STATES)}, got {status!r}")
        yield from self.interrupt(agent)
        driven = agent in self._unanswering
        self._unanswering.discard(agent)
        reason, cause = ("max-no-answer", Cause.SYSTEM) if driven else ("", Cause.AGENT)
        if STATES[status] is self._states.get(agent, StateWord.OFFLINE):
            yield self._remark("agent-status-change", Oddity.NOTHING_NEW)
        else:
            yield from self._moves(agent, STATES[status], reason=reason, cause=cause)

    def _moves(
        self,
        agent: str,
        state: StateWord,
        *,
        cause: Cause,
        reason: str = "",
        at: Tick | None = None,
    ) -> Iterator[Told]:
        before = self._states.get(agent, StateWord.OFFLINE)
        self._states[agent] = state
        derived = cause is Cause.DERIVED
        if state is StateWord.OFFLINE:
            yield self.say(AgentLoggedOut(agent=agent))
            return
        if before is StateWord.OFFLINE:
            yield self.say(AgentLoggedIn(agent=agent), at=at, derived=derived)
        changed = AgentStateChanged(agent=agent, state=state, reason=reason, cause=cause)
        yield self.say(changed, at=at, derived=derived)

    def _appears(self, agent: str, *, at: Tick | None = None) -> Iterator[Told]:
        """See an agent at work whose coming was told before we listened."""
        if agent not in self._states:
            yield from self._moves(agent, StateWord.AVAILABLE, cause=Cause.DERIVED, at=at)

    def _is_about_to_be_taken_out(self, event: Headers) -> Steps:
        """Wait for the change of status that follows and tells which it is."""
        self._unanswering.add(_text(event, "CC-Agent"))
        yield from ()

    _VERBS: ClassVar[Mapping[str, Callable[..., Steps]]] = {
        "member-queue-start": _enters,
        "member-queue-resume": _resumes,
        "member-queue-end": _leaves,
        "agent-offering": _rings,
        "bridge-agent-fail": _is_not_answered,
        "bridge-agent-start": _picks_up,
        "bridge-agent-end": _bridge_ends,
        "agent-state-change": _changes_state,
        "agent-status-change": _changes_status,
        "agent-max-no-answer": _is_about_to_be_taken_out,
        "CHANNEL_HANGUP": _channel_ends,
        "CHANNEL_HANGUP_COMPLETE": _channel_ends,
    }
    """What to make of each action, or event of another name."""


def _text(event: Headers, name: str) -> str:
    value = event.get(name, "")
    if not value:
        raise DataError(f"expected a header {name}")
    return value


def _whole(event: Headers, name: str) -> int:
    value = _text(event, name)
    if not value.isdecimal():
        raise DataError(f"expected a whole number in {name}, got {value!r}")
    return int(value)


def _between(event: Headers, start: str, end: str) -> Tick | None:
    """Return the time between two headers in whole seconds, `None` where one is missing."""
    values = [event.get(name, "") for name in (start, end)]
    if not all(value.isdecimal() for value in values):
        return None
    return max(0, int(values[1]) - int(values[0])) * SECOND


def _made_at(event: Headers, now: Tick) -> Tick:
    """Return when the caller's channel was made, else now."""
    made = event.get("Caller-Channel-Created-Time", "")
    at = int(made) if made.isdecimal() else now
    return at if 0 <= now - at <= LONGEST_MENU else now
