"""Wire shapes of calls: what is asked for, one leg of a list, and everything about one call."""

import json
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints

from api.schemas.live_reports import Told
from api.schemas.moments import Moment
from api.schemas.page import MOST
from callcenter.clock import SECOND, Tick
from callcenter.desk.call_lists import Behind, Listed, Side
from callcenter.domain.calls import LegKind, Outcome
from callcenter.domain.outbound import Disposition
from callcenter.measures.figures import INTERVAL
from callcenter.store.live_lines import LegLine
from callcenter.store.live_reports import LegFilter, StoredEvent
from callcenter.telephony.words import (
    DISPOSITION_WORDS,
    LEG_WORDS,
    DispositionWord,
    LegWord,
)

Name = Annotated[str, StringConstraints(min_length=1, max_length=400)]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNSAID = ("caller_hash", "callee_hash")
"""What events say of callers stays in the ledger."""


class OutcomeWord(StrEnum):
    """How a leg ended."""

    OPEN = "open"
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    BALKED = "balked"
    BUSY = "busy"
    QUEUE_FULL = "queue_full"
    CLOSED = "closed"
    RELEASED = "released"
    SELF_SERVED = "self_served"
    CALLBACK_ACCEPTED = "callback_accepted"
    NOT_REACHED = "not_reached"
    HANDED_BACK = "handed_back"
    FLOWED_OUT = "flowed_out"


OUTCOMES = {word: Outcome[word.name] for word in OutcomeWord}
OUTCOME_WORDS = {outcome: word for word, outcome in OUTCOMES.items()}
OUTCOME_NAMES_KO = {
    OutcomeWord.OPEN: "진행 중",
    OutcomeWord.ANSWERED: "응대",
    OutcomeWord.ABANDONED: "포기",
    OutcomeWord.BALKED: "즉시 이탈",
    OutcomeWord.BUSY: "통화중",
    OutcomeWord.QUEUE_FULL: "대기 초과",
    OutcomeWord.CLOSED: "운영시간 외",
    OutcomeWord.RELEASED: "마감 종료",
    OutcomeWord.SELF_SERVED: "자동응답 완결",
    OutcomeWord.CALLBACK_ACCEPTED: "콜백 수락",
    OutcomeWord.NOT_REACHED: "콜백 부재",
    OutcomeWord.HANDED_BACK: "대기열 복귀",
    OutcomeWord.FLOWED_OUT: "기타 종료",
}


class Direction(StrEnum):
    """Who called whom."""

    IN = "in"
    OUT = "out"


class CallQuery(Told):
    """Which calls, and which page of them; without a day, those of today."""

    first: date | None = None
    last: date | None = None
    queue: Name | None = None
    group: Name | None = None
    agent: Name | None = None
    source: Name | None = None
    direction: Direction | None = None
    interval: Annotated[
        str | None,
        Field(
            pattern=r"^([01][0-9]|2[0-3]):[03]0$",
            description="Entered the queue in this half hour of the day.",
            examples=["10:30"],
        ),
    ] = None
    outcome: OutcomeWord | None = None
    waited_least_s: Annotated[float | None, Field(ge=0, le=86_400)] = None
    waited_most_s: Annotated[float | None, Field(ge=0, le=86_400)] = None
    behind: Annotated[
        str | None,
        Field(
            pattern=r"^[a-z][a-z0-9_-]{0,59}\.(numerator|denominator)$",
            description="Exactly the calls that this side of a figure counts. 지표의 근거 통화",
            examples=["sl-b.numerator"],
        ),
    ] = None
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    cursor: Annotated[str | None, Field(max_length=2_000)] = None

    def filter(self, *, today: date, agent: str | None = None) -> LegFilter:
        """Return the filter; `agent` narrows it to one whatever was asked."""
        last = self.last or self.first or today
        return LegFilter(
            first=self.first or last,
            last=last,
            queue=self.queue,
            group=self.group,
            agent=agent or self.agent,
            source=self.source,
            inbound=None if self.direction is None else self.direction is Direction.IN,
            interval=None if self.interval is None else _interval(self.interval),
            outcome=None if self.outcome is None else OUTCOMES[self.outcome],
            waited_least=_ticks(self.waited_least_s),
            waited_most=_ticks(self.waited_most_s),
        )

    def side(self) -> Behind | None:
        """Return which side of which figure was asked for."""
        if self.behind is None:
            return None
        definition, _, side = self.behind.rpartition(".")
        return Behind(definition=definition, side=Side(side))


def _interval(text: str) -> tuple[Tick, Tick]:
    hours, minutes = map(int, text.split(":"))
    start = (hours * 60 + minutes) * 60 * SECOND
    return start, start + INTERVAL


def _ticks(seconds: float | None) -> Tick | None:
    return None if seconds is None else round(seconds * SECOND)


def moment_of(tick: Tick) -> datetime:
    """Return a moment as date and time."""
    return _EPOCH + timedelta(microseconds=tick)


class CallShape(Told):
    """One leg of a call: its moments, how long each part took in seconds, and how it ended."""

    source: str
    call: str
    leg: int
    day: date
    queue: str
    kind: LegWord
    outcome: OutcomeWord
    outcome_ko: str
    settled: bool | None
    campaign: Annotated[str | None, Field(description="For which it was dialled. 캠페인")] = None
    disposition: Annotated[
        DispositionWord | None, Field(description="What came of the attempt. 발신 결과")
    ] = None
    priority: int
    agent: str | None
    group: str | None
    arrived: Moment
    queued: Moment | None
    answered: Moment | None
    ended: Moment | None
    wrapped: Moment | None
    waited_s: float | None
    talked_s: float | None
    held_s: float | None
    wrapped_s: float | None
    over: bool
    derived: Annotated[bool, Field(description="Part of it was not said but follows. 재구성")]
    counts: Annotated[
        float | None,
        Field(description="What it adds to the side of the figure asked for, in its unit."),
    ] = None

    @classmethod
    def of(cls, listed: Listed) -> Self:
        """Write a leg down."""
        leg = listed.leg
        outcome = OUTCOME_WORDS[Outcome(leg.outcome)]
        talked = _between(leg.answered, leg.ended)
        return cls(
            source=leg.source,
            call=leg.call,
            leg=leg.leg,
            day=date.fromisoformat(leg.day),
            queue=leg.queue,
            kind=LEG_WORDS[LegKind(leg.kind)],
            outcome=outcome,
            outcome_ko=OUTCOME_NAMES_KO[outcome],
            settled=leg.resolved,
            campaign=leg.campaign,
            disposition=_came_to(leg),
            priority=leg.priority,
            agent=leg.agent,
            group=leg.group_name,
            arrived=moment_of(leg.arrived),
            queued=_moment(leg.queued),
            answered=_moment(leg.answered),
            ended=_moment(leg.ended),
            wrapped=_moment(leg.wrapped),
            waited_s=_waited(leg),
            talked_s=None if talked is None else talked - leg.hold / SECOND,
            held_s=None if talked is None else leg.hold / SECOND,
            wrapped_s=_between(leg.ended, leg.wrapped),
            over=leg.over,
            derived=leg.derived,
            counts=listed.counts,
        )


def _came_to(leg: LegLine) -> DispositionWord | None:
    return None if leg.disposition is None else DISPOSITION_WORDS[Disposition(leg.disposition)]


def _moment(tick: Tick | None) -> datetime | None:
    return None if tick is None else moment_of(tick)


def _between(start: Tick | None, end: Tick | None) -> float | None:
    return None if start is None or end is None else (end - start) / SECOND


def _waited(leg: LegLine) -> float | None:
    return _between(leg.queued, leg.ended if leg.answered is None else leg.answered)


class ToldShape(Told):
    """One event of the ledger; what it said about the caller is left out."""

    id: str
    sequence: int
    kind: str
    at: Moment
    recorded_at: Moment
    received_at: Moment
    leg: int | None
    derived: bool
    said: dict[str, Any]

    @classmethod
    def of(cls, event: StoredEvent) -> Self:
        """Write an event down."""
        said = json.loads(event.body).get("data") or {}
        return cls(
            id=event.event_id,
            sequence=event.sequence,
            kind=event.kind,
            at=moment_of(event.at),
            recorded_at=moment_of(event.recorded_at),
            received_at=moment_of(event.received_at),
            leg=event.leg,
            derived=event.derived,
            said={name: value for name, value in said.items() if name not in _UNSAID},
        )


class CallStoryShape(Told):
    """One call: its legs, and what the switch told of it."""

    legs: list[CallShape]
    events: list[ToldShape]
