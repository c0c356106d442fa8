"""An Asterisk queue log, told as telephony events.

The rules are those of `app_queue.c`; docs/live-events.md has them as a table. What the log never says and
we tell all the same is marked `derived`: when a caller reached the line (the callid begins with the
moment its channel was made), the beginning of calls and log-ins that lie before the file, and the end of
after-call work. At `QUEUESTART` Asterisk has started anew: every open call is closed as of the last line
before it. `CONFIGRELOAD` is written when the logger reloads, and calls live on.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import ClassVar, Final

from callcenter.clock import HOUR, SECOND, Tick
from callcenter.errors import DataError
from callcenter.telephony.adapters.queue_log_agents import AgentNews, Members
from callcenter.telephony.adapters.queue_log_lines import NOBODY, Line
from callcenter.telephony.adapters.scribe import Heard, Oddity, Remark, Scribe
from callcenter.telephony.call_log import NONE
from callcenter.telephony.events import (
    CallAbandoned,
    CallArrived,
    CallConnected,
    CallDialled,
    CallOfferEnded,
    CallQueued,
    CallTransferred,
    SourceReconfigured,
    SourceStarted,
    Told,
)
from callcenter.telephony.words import (
    EndedBy,
    ExitReason,
    LegWord,
    OfferEnd,
    StateWord,
    TransferManner,
)

Steps = Iterator[Told | Remark]
PAUSES: Final[Mapping[str, StateWord]] = MappingProxyType(
    {
        "lunch": StateWord.LUNCH,
        "점심": StateWord.LUNCH,
        "break": StateWord.BREAK,
        "휴식": StateWord.BREAK,
        "meeting": StateWord.MEETING,
        "회의": StateWord.MEETING,
        "training": StateWord.TRAINING,
        "교육": StateWord.TRAINING,
    }
)
"""What a reason of a pause says, in lower case."""
MARKER: Final = "Auto-Unpause"
"""Written before a pause whose reason only changes the reason of the one before."""
_LONGEST_ENTRY: Final = 4
"""Fields of ENTERQUEUE: URL, number, position, name."""
LONGEST_MENU: Final = HOUR
"""A channel older than this when it is queued was not made for that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a queue log does not say of its switch."""

    wrap_up: Tick = 0
    """`wrapuptime` of the queues: how long after-call work lasts."""
    pauses: Mapping[str, StateWord] = field(default_factory=lambda: PAUSES)
    """Which state a pause's reason, in lower case, stands for; others are `away`."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Interfaces that the log names in place of a member's name, such as `Local/7@agents`."""
    hash_caller: Callable[[str], str] | None = None
    """Keyed hash of a telephone number; without one no number, not even hashed, is told."""


class QueueLog(Scribe):
    """Reads a log line by line, through rotations: files are read one after another by one reader."""

    def __init__(self, *, source: str, rules: Rules | None = None, sequence: int = 0) -> None:
        """Go on after `sequence`, the last number used."""
        self._rules = rules or Rules()
        super().__init__(source=source, wrap_up=self._rules.wrap_up, sequence=sequence)
        self._members = Members(self._rules.pauses)
        self._aside: list[Remark] = []
        """What to remark on the line being read."""

    def read(self, lines: Iterable[Line | Remark]) -> Steps:
        """Tell what lines say and remark on those that say nothing that could be used."""
        for line in lines:
            if isinstance(line, Remark):
                yield line
            else:
                yield from self._read(line)

    def _read(self, line: Line) -> Steps:
        if line.verb == "QUEUESTART":
            yield from self._starts(line)
            return
        if line.at < self.now:
            yield _remark(line, Oddity.BACKWARDS, f"by {(self.now - line.at) / SECOND:.0f} s")
        self.now, self.place, self.precision = line.at, line.place, line.precision
        yield from self.catch_up()
        told = self._VERBS.get(line.verb)
        if told is None:
            yield _remark(line, Oddity.UNKNOWN)
            return
        try:
            yield from told(self, line)
        except DataError as error:
            yield _remark(line, Oddity.FIELD, error.why)
        yield from self._aside
        self._aside.clear()

    def _starts(self, line: Line) -> Steps:
        self.place = line.place
        yield from self.lose_all()
        self.now, self.precision = line.at, line.precision
        yield from self.catch_up()
        yield self.say(SourceStarted())

    # --- In the queue ----------------------------------------------------------------------------------

    def _enters(self, line: Line) -> Steps:
        before = self._heard.get(line.call)
        if before is not None and not before.over:
            yield from self._is_left_behind(before)
        position = _position(line)
        heard = Heard(
            call=line.call,
            leg=0 if before is None else before.leg + 1,
            queue=line.queue,
            queued=line.at,
        )
        self._heard[line.call] = heard
        arrived = CallArrived(
            **heard.ids,
            leg_kind=LegWord.FRESH if before is None else LegWord.TRANSFER,
            caller_hash=self._hash(line),
        )
        since = line.at if before is not None else _made_at(line)
        yield self.say(arrived, at=since, derived=True)
        yield self.say(CallQueued(**heard.ids, position=position))

    def _is_left_behind(self, heard: Heard) -> Steps:
        """Close a leg whose call is heard of somewhere else."""
        if heard.answered == NONE:
            yield from self.leave(heard, reason=ExitReason.UNKNOWN, derived=True)
        else:
            talk = max(0, self.now - heard.answered)
            yield from self.end_talk(heard, by=EndedBy.TRANSFER, talk=talk, derived=True)

    def _hash(self, line: Line) -> str | None:
        number = line.text(1) if len(line.data) <= _LONGEST_ENTRY else ""
        return self._rules.hash_caller(number) if self._rules.hash_caller and number else None

    def _stops_ringing(self, line: Line, *, reason: OfferEnd) -> Steps:
        ring = (
            self._at_least_zero(line, line.number_at(0) * (SECOND // 1000))
            if line.text(0)
            else None
        )
        heard = self._heard.get(line.call) or Heard(call=line.call, leg=0, queue=line.queue)
        agent = self._agent(line)
        yield from self._appears(agent, line)
        yield self.say(CallOfferEnded(**heard.ids, agent=agent, reason=reason, ring_us=ring))

    def _entered(self, line: Line, *, wait: Tick) -> Generator[Told, None, Heard]:
        """Return the leg a line is about; one that entered before the file begins is told now."""
        heard = self._heard.get(line.call)
        if heard is None:
            heard = Heard(call=line.call, leg=0, queue=line.queue, queued=line.at - wait)
            self._heard[line.call] = heard
            yield self.say(CallArrived(**heard.ids), at=heard.queued, derived=True)
            yield self.say(CallQueued(**heard.ids), at=heard.queued, derived=True)
        return heard

    def _leaves(self, line: Line, *, reason: ExitReason, wait: int = 2, key: int = -1) -> Steps:
        waited = self._seconds(line, wait)
        heard = yield from self._entered(line, wait=waited)
        if heard.over or heard.answered != NONE:
            yield _remark(line, Oddity.OVER)
            return
        detail = line.text(key) if key >= 0 else "|".join(line.data[wait + 1 :])
        yield from self.leave(heard, reason=reason, wait=waited, detail=detail)

    def _cannot_be_joined(self, line: Line) -> Steps:
        heard = yield from self._entered(line, wait=0)
        if heard.over:
            yield _remark(line, Oddity.OVER)
            return
        yield from self.leave(heard, reason=ExitReason.SYSTEM, detail=line.verb)

    def _gives_up(self, line: Line) -> Steps:
        waited = self._seconds(line, 2)
        heard = yield from self._entered(line, wait=waited)
        if heard.over or heard.answered != NONE:
            yield _remark(line, Oddity.OVER)
            return
        heard.ended = self.now
        agent = None if line.agent == NOBODY else self._agent(line)
        yield self.say(CallAbandoned(**heard.ids, wait_us=waited, agent=agent))

    # --- With an agent ---------------------------------------------------------------------------------

    def _connects(self, line: Line) -> Steps:
        waited = self._seconds(line, 0)
        rang = self._seconds(line, 2) if line.text(2) else None
        heard = yield from self._entered(line, wait=waited)
        if heard.over or heard.answered != NONE:
            yield _remark(line, Oddity.OVER)
            return
        heard.agent, heard.answered = self._agent(line), line.at
        yield from self._appears(heard.agent, line)
        yield from self.interrupt(heard.agent)
        connected = CallConnected(**heard.ids, agent=heard.agent, wait_us=waited, ring_us=rang)
        yield self.say(connected)

    def _completes(self, line: Line, *, by: EndedBy) -> Steps:
        talked = self._seconds(line, 1)
        heard = yield from self._talking(line, waited=self._seconds(line, 0), talked=talked)
        if heard.over:
            yield _remark(line, Oddity.OVER)
            return
        yield from self.end_talk(heard, by=by, talk=talked)

    def _is_sent_on(self, line: Line, *, manner: TransferManner) -> Steps:
        """Take hold, talk and position from the end: how many fields name the target varies."""
        talked = self._seconds(line, -2)
        heard = yield from self._talking(line, waited=self._seconds(line, -3), talked=talked)
        if heard.over:
            yield _remark(line, Oddity.OVER)
            return
        target = "|".join(part for part in line.data[:-3] if part)
        agent = heard.agent or self._agent(line)
        yield self.say(CallTransferred(**heard.ids, agent=agent, manner=manner, target=target))
        yield from self.end_talk(heard, by=EndedBy.TRANSFER, talk=talked)

    def _talking(self, line: Line, *, waited: Tick, talked: Tick) -> Generator[Told, None, Heard]:
        """Return the leg that ends; an answer that lies before the file is told now."""
        heard = yield from self._entered(line, wait=waited + talked)
        if heard.answered == NONE and not heard.over:
            heard.agent, heard.answered = self._agent(line), line.at - talked
            yield from self._appears(heard.agent, line, at=heard.answered)
            connected = CallConnected(**heard.ids, agent=heard.agent, wait_us=waited)
            yield self.say(connected, at=heard.answered, derived=True)
        return heard

    def _was_dialled(self, line: Line) -> Steps:
        """Tell an outbound call, of which Asterisk writes one line when it is over."""
        talked = self._seconds(line, 1) if line.text(1) else 0
        before = self._heard.get(line.call)
        heard = Heard(call=line.call, leg=0 if before is None else before.leg + 1, queue=line.queue)
        self._heard[line.call] = heard
        agent = self._agent(line)
        yield from self._appears(agent, line)
        yield self.say(CallDialled(**heard.ids), at=line.at - talked, derived=True)
        if line.text(0) != "ANSWER":
            yield from self.leave(
                heard, reason=ExitReason.NOT_REACHED, agent=agent, detail=line.text(0)
            )
            return
        heard.agent = agent
        connected = CallConnected(**heard.ids, agent=agent)
        yield self.say(connected, at=line.at - talked, derived=True)
        yield from self.end_talk(heard, by=None, talk=talked)

    # --- Agents ----------------------------------------------------------------------------------------

    def _agent(self, line: Line) -> str:
        return self._rules.aliases.get(line.agent, line.agent)

    def _appears(self, agent: str, line: Line, *, at: Tick | None = None) -> Iterator[Told]:
        for event in self._members.appears(agent, line.queue):
            yield self.say(event, at=at, derived=True)

    def _joins(self, line: Line) -> Steps:
        paused = line.text(0) == "PAUSED"
        yield from self._news(
            line, self._members.joins(self._agent(line), line.queue, paused=paused)
        )

    def _goes(self, line: Line) -> Steps:
        yield from self._news(line, self._members.leaves(self._agent(line), line.queue))

    def _pauses(self, line: Line) -> Steps:
        reason = "|".join(line.data)
        yield from self.interrupt(self._agent(line))
        yield from self._news(line, self._members.pauses(self._agent(line), line.queue, reason))

    def _goes_on(self, line: Line) -> Steps:
        if line.text(0) == MARKER:
            yield _remark(line, Oddity.NOTHING_NEW, MARKER)
            return
        yield from self.interrupt(self._agent(line))
        yield from self._news(line, self._members.goes_on(self._agent(line), line.queue))

    def _news(self, line: Line, news: Iterator[AgentNews]) -> Steps:
        events = list(news)
        for event in events:
            yield self.say(event)
        if not events:
            yield _remark(line, Oddity.NOTHING_NEW)

    # --- The switch ------------------------------------------------------------------------------------

    def _is_reconfigured(self, line: Line) -> Steps:
        named = (part for part in (line.queue, line.agent, *line.data) if part not in {NOBODY, ""})
        yield self.say(SourceReconfigured(detail=" ".join((line.verb, *named))))

    # --- Fields ----------------------------------------------------------------------------------------

    def _seconds(self, line: Line, index: int) -> Tick:
        return self._at_least_zero(line, line.number_at(index) * SECOND)

    def _at_least_zero(self, line: Line, duration: Tick) -> Tick:
        if duration < 0:
            self._aside.append(_remark(line, Oddity.NEGATIVE, "|".join(line.data)))
        return max(0, duration)

    _VERBS: ClassVar[Mapping[str, Callable[..., Steps]]] = {
        "ENTERQUEUE": _enters,
        "RINGNOANSWER": partial(_stops_ringing, reason=OfferEnd.NO_ANSWER),
        "RINGCANCELED": partial(_stops_ringing, reason=OfferEnd.CALLER_HANGUP),
        "AGENTDUMP": partial(_stops_ringing, reason=OfferEnd.REJECTED),
        "CONNECT": _connects,
        "COMPLETECALLER": partial(_completes, by=EndedBy.CALLER),
        "COMPLETEAGENT": partial(_completes, by=EndedBy.AGENT),
        "ATTENDEDTRANSFER": partial(_is_sent_on, manner=TransferManner.ATTENDED),
        "BLINDTRANSFER": partial(_is_sent_on, manner=TransferManner.BLIND),
        "TRANSFER": partial(_is_sent_on, manner=TransferManner.BLIND),
        "ABANDON": _gives_up,
        "EXITWITHTIMEOUT": partial(_leaves, reason=ExitReason.TIMEOUT),
        "EXITEMPTY": partial(_leaves, reason=ExitReason.EMPTY),
        "EXITWITHKEY": partial(_leaves, reason=ExitReason.KEY, wait=3, key=0),
        "WITHDRAW": partial(_leaves, reason=ExitReason.WITHDRAWN),
        "SYSCOMPAT": _cannot_be_joined,
        "OUTCALL": _was_dialled,
        "ADDMEMBER": _joins,
        "AGENTLOGIN": _joins,
        "AGENTCALLBACKLOGIN": _joins,
        "REMOVEMEMBER": _goes,
        "AGENTLOGOFF": _goes,
        "AGENTCALLBACKLOGOFF": _goes,
        "PAUSE": _pauses,
        "PAUSEALL": _pauses,
        "UNPAUSE": _goes_on,
        "UNPAUSEALL": _goes_on,
        "PENALTY": _is_reconfigured,
        "RINGINUSE": _is_reconfigured,
        "CONFIGRELOAD": _is_reconfigured,
    }
    """What to make of each kind of line; some names are those of older Asterisks."""


def _remark(line: Line, oddity: Oddity, detail: str = "") -> Remark:
    return Remark(line=line.number, oddity=oddity, verb=line.verb, detail=detail)


def _position(line: Line) -> int | None:
    """Return the place in the queue, where no `|` within the URL hides which field it is."""
    whole = len(line.data) <= _LONGEST_ENTRY and line.text(2).isdecimal()
    return int(line.text(2)) if whole else None


def _made_at(line: Line) -> Tick:
    """Return when the caller's channel was made, as the callid says, else the moment of the line."""
    epoch = line.call.rpartition("-")[2].partition(".")[0]
    made = int(epoch) * SECOND if epoch.isdecimal() else line.at
    return made if 0 <= line.at - made <= LONGEST_MENU else line.at
