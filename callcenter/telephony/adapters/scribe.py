"""What all adapters share: numbering, ids, the legs heard of, and the after-call work no switch tells."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from typing import Final, TypedDict

from callcenter.clock import Tick
from callcenter.telephony.call_log import NONE
from callcenter.telephony.events import CallEnded, CallExited, CallWrapped, TelephonyEvent, Told
from callcenter.telephony.words import EndedBy, ExitReason, TimePrecision


class Oddity(StrEnum):
    """What was wrong with a line, or why nothing was told of it."""

    MALFORMED = "malformed"
    """Not a line of this kind at all."""
    FIELD = "field"
    """A field is missing or is not what its place demands."""
    UNKNOWN = "unknown"
    """A word that is not the switch's own, such as what a dialplan writes into the log."""
    NOTHING_NEW = "nothing new"
    """What was known already: the echo of another line, or a state that does not change."""
    OVER = "over"
    """About a leg that had ended before."""
    SETTING = "setting"
    """About the switch's configuration or its counters, not about calls."""
    NEGATIVE = "negative"
    """A duration below zero was taken as zero."""
    BACKWARDS = "backwards"
    """The clock had gone back."""


USED: Final = frozenset({Oddity.NEGATIVE, Oddity.BACKWARDS})
"""Oddities of lines that were told all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One line that was not told, or not as it stood."""

    line: int
    """From 1."""
    oddity: Oddity
    verb: str
    """What kind of line it claimed to be."""
    detail: str = ""


UNNAMED: Final = "unnamed"
"""An agent whom the switch did not name."""


class LegIds(TypedDict):
    """What every event of a leg names."""

    call: str
    leg: int
    queue: str


@dataclass(slots=True, kw_only=True)
class Heard:
    """A leg as far as the switch has told it."""

    call: str
    leg: int
    queue: str
    queued: Tick = NONE
    answered: Tick = NONE
    ended: Tick = NONE
    agent: str | None = None

    @property
    def over(self) -> bool:
        """Whether the caller is gone."""
        return self.ended != NONE

    @property
    def ids(self) -> LegIds:
        """What its events name."""
        return {"call": self.call, "leg": self.leg, "queue": self.queue}


@dataclass(frozen=True, slots=True, kw_only=True)
class _AfterCall:
    """After-call work that lasts."""

    heard: Heard
    since: Tick
    due: Tick
    place: str
    precision: TimePrecision


class Scribe:
    """Wraps events into envelopes, and keeps what an adapter must know from one line to the next."""

    def __init__(self, *, source: str, wrap_up: Tick = 0, sequence: int = 0) -> None:
        """Go on after `sequence`; let after-call work last `wrap_up` unless the agent does something."""
        self.sequence = sequence
        self.now: Tick = 0
        """Of the line being read."""
        self.place = ""
        """Of the line being read: what its ids are made from."""
        self.precision = TimePrecision.SECOND
        self._source = source
        self._wrap_up = wrap_up
        self._after: dict[str, _AfterCall] = {}
        self._heard: dict[str, Heard] = {}

    # --- Telling ---------------------------------------------------------------------------------------

    def say(self, event: TelephonyEvent, *, at: Tick | None = None, derived: bool = False) -> Told:
        """Tell an event of the line being read; `at` if it happened at another moment."""
        return self._told(event, at=self.now if at is None else at, derived=derived)

    def _told(
        self,
        event: TelephonyEvent,
        *,
        at: Tick,
        derived: bool,
        place: str | None = None,
        precision: TimePrecision | None = None,
    ) -> Told:
        self.sequence += 1
        told = Told(
            event=event,
            source=self._source,
            sequence=self.sequence,
            at=at,
            recorded_at=max(at, self.now),
            derived=derived,
            time_precision=precision or self.precision,
        )
        parts = (self._source, place or self.place, told.kind, told.subject)
        return replace(told, identity=sha256("\0".join(parts).encode()).hexdigest()[:32])

    # --- Legs ------------------------------------------------------------------------------------------

    def open_legs(self) -> list[Heard]:
        """Return the legs that are not over, in the order in which they were first heard of."""
        return [heard for heard in self._heard.values() if not heard.over]

    def forget(self, *, before: Tick) -> None:
        """Let go of legs that ended before a moment; a line about one would now seem to begin a call."""
        self._heard = {
            key: heard
            for key, heard in self._heard.items()
            if not heard.over or heard.ended >= before
        }

    def lose_all(self) -> Iterator[Told]:
        """Close every open leg: the switch has started anew and knows them no more.

        Nobody saw them end. They are taken to end now, where `now` should be the last sign of life.
        """
        for heard in self.open_legs():
            if heard.answered != NONE:
                talk = max(0, self.now - heard.answered)
                yield from self.end_talk(heard, by=EndedBy.SYSTEM, talk=talk, derived=True)
            else:
                yield from self.leave(heard, reason=ExitReason.SYSTEM, derived=True)

    def leave(
        self,
        heard: Heard,
        *,
        reason: ExitReason,
        wait: Tick | None = None,
        agent: str | None = None,
        detail: str = "",
        derived: bool = False,
    ) -> Iterator[Told]:
        """Let a leg leave the queue without an answer."""
        heard.ended = self.now
        if wait is None and heard.queued != NONE:
            wait = max(0, self.now - heard.queued)
        exited = CallExited(**heard.ids, reason=reason, wait_us=wait, agent=agent, detail=detail)
        yield self.say(exited, derived=derived)

    def end_talk(
        self, heard: Heard, *, by: EndedBy | None, talk: Tick, derived: bool = False
    ) -> Iterator[Told]:
        """End a talk; the agent's after-call work begins."""
        heard.ended = self.now
        agent = heard.agent or UNNAMED
        ended = CallEnded(**heard.ids, agent=agent, by=by, talk_us=talk)
        yield from self.interrupt(agent)
        yield self.say(ended, derived=derived)
        self._after[agent] = _AfterCall(
            heard=heard,
            since=self.now,
            due=self.now + self._wrap_up,
            place=self.place,
            precision=self.precision,
        )
        yield from self.catch_up()

    # --- After-call work -------------------------------------------------------------------------------

    def catch_up(self) -> Iterator[Told]:
        """End all after-call work that was over by now."""
        due = [(work.due, agent) for agent, work in self._after.items() if work.due <= self.now]
        for at, agent in sorted(due):
            yield self._wrapped(agent, at)

    def interrupt(self, agent: str) -> Iterator[Told]:
        """End an agent's after-call work, since he does something else."""
        if agent in self._after:
            yield self._wrapped(agent, self.now)

    def rest(self) -> Iterator[Told]:
        """End the after-call work that would last beyond the end of what was read."""
        for _, agent in sorted((work.due, agent) for agent, work in self._after.items()):
            yield self._wrapped(agent, self._after[agent].due)

    def _wrapped(self, agent: str, at: Tick) -> Told:
        work = self._after.pop(agent)
        at = max(work.since, at)
        return self._told(
            CallWrapped(**work.heard.ids, agent=agent, wrap_us=at - work.since),
            at=at,
            derived=True,
            place=work.place,
            precision=work.precision,
        )
