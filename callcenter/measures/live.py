"""The live board: how a day stands at a moment, by the formulas of the scorecard.

The moment is where measuring ends, as everywhere in this room: what happened before it counts. So the
board of a moment long past (the time machine) is made as the board of now, from the same log.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from callcenter.clock import DAY, NEVER, Tick
from callcenter.domain.agents import AgentState
from callcenter.domain.calls import LegKind
from callcenter.measures.answers import Answers, Score, answers_of
from callcenter.measures.cuts import by_leg
from callcenter.measures.definitions import DEFAULT, DEFINITIONS, Definition
from callcenter.measures.dialled import NOBODY, Dialling, dialling
from callcenter.measures.doings import doings
from callcenter.measures.figures import INTERVAL, DayFigures, Figures
from callcenter.measures.formulas import Floats
from callcenter.measures.moment import calls_before, spells_before
from callcenter.measures.stack import By
from callcenter.telephony.call_log import NONE, AgentLog, CallLog
from callcenter.telephony.fold import Fold
from callcenter.telephony.names import Names
from callcenter.telephony.standing import Doing
from callcenter.telephony.words import STATE_WORDS


class Place(NamedTuple):
    """Where a row of a call log came from; its leg is the row's `attempt`."""

    source: str
    call: str


@dataclass(frozen=True, kw_only=True)
class DayLog:
    """One day of Korea as far as it was told: what a live board is computed from.

    Ticks of the logs count from the day's midnight, which is `names.origin`. Legs are the day's by their
    arrival, spells by their start; a spell that lasts ends at `NONE` or later than any board of it.
    """

    day: date
    calls: CallLog
    agents: AgentLog
    names: Names
    places: Sequence[Place]
    """Of each row of `calls`."""
    held_since: NDArray[np.int64] | None = None
    """Of each row: since when the caller hears music, `NONE` if not now; `None` if nobody is held."""
    derived: NDArray[np.bool_] | None = None
    """Of each row: whether any part of it was made up; `None` if nothing was."""
    reasons: Sequence[str] = ()
    """Of each spell, as the source put it; empty where no source gives any."""
    scores: Sequence[Score] = ()
    campaigns: tuple[str, ...] = ()
    """Codes of the campaigns for which anybody was dialled."""
    campaign: NDArray[np.int64] | None = None
    """Of each row: its place in `campaigns`, `NONE` of none; `None` if nobody was dialled."""
    disposition: NDArray[np.int64] | None = None
    """Of each row: what the attempt came to, `NONE` if it lasts, is none, or nobody said; `None` of none."""

    @classmethod
    def of(cls, fold: Fold, *, day: date, scores: Sequence[Score] = ()) -> Self:
        """Write down what a fold of one day's events holds; its names must begin at that midnight."""
        calls, agents = fold.log(until=NEVER)
        legs = fold.legs
        origin = fold.names.origin
        held = [NONE if leg.held_since == NONE else leg.held_since - origin for leg in legs]
        campaigns = tuple(sorted({leg.campaign for leg in legs if leg.campaign is not None}))
        return cls(
            day=day,
            calls=calls,
            agents=agents,
            names=fold.names,
            places=[Place(leg.source, leg.call) for leg in legs],
            held_since=np.array(held, dtype=np.int64),
            derived=np.array([leg.guessed for leg in legs], dtype=np.bool_),
            scores=scores,
            campaigns=campaigns,
            campaign=np.array(
                [NONE if leg.campaign is None else campaigns.index(leg.campaign) for leg in legs],
                dtype=np.int64,
            ),
            disposition=np.array([leg.disposition for leg in legs], dtype=np.int64),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueNow:
    """One queue."""

    queue: str
    figures: Figures
    longest_since: Tick | None
    """When the one who has waited longest came; absolute, as all moments of a board."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalNow:
    """One interval of the day, by the moment of queue entry."""

    start: Tick
    figures: Figures
    forecast: float | None
    """Calls expected."""
    last_week: int | None
    """Calls offered in the day compared with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One caller who waits; ringing is waiting."""

    source: str
    call: str
    leg: int
    queue: str
    since: Tick
    priority: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentNow:
    """One agent: the one word, and since when it is true (`None` if nobody ever said)."""

    agent: str
    group: str | None
    doing: Doing
    since: Tick | None
    reason: str
    call: Place | None
    """Ringing at him, with him, or in after-call work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Calls expected to be offered in each interval of a day."""

    source: str
    offered: tuple[float, ...]
    """From midnight on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """Calls offered against calls expected; `deviation` is actual ÷ expected − 1."""

    source: str
    by_now: float
    deviation: float | None
    day_total: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """When the calls of another day were offered, to compare a day with."""

    day: date
    moments: NDArray[np.int64]
    """Ticks since that day's midnight, ascending."""

    @classmethod
    def of(cls, log: DayLog) -> Self:
        """Take the moments at which a day's offered legs entered their queues."""
        target = DEFINITIONS["offered"].target
        offered = by_leg(log.calls, target=target, until=DAY)["offered"] > 0
        return cls(day=log.day, moments=np.sort(log.calls.queued[offered]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """Another day at the same time, and in all."""

    day: date
    by_now: int
    day_total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A day at a moment. Moments are absolute microseconds since 1970-01-01T00:00:00Z."""

    day: date
    now: Tick
    definition: Definition
    total: Figures
    queues: tuple[QueueNow, ...]
    intervals: tuple[IntervalNow, ...]
    """From the first to the last in which anything was offered or expected."""
    waiting: tuple[Waiting, ...]
    """The one who has waited longest first."""
    agents: tuple[AgentNow, ...]
    by_state: Mapping[Doing, int]
    csat: Answers
    forecast: Outlook | None = None
    last_week: Past | None = None
    derived: int = 0
    """Legs of which a part was made up."""
    dialling: Dialling = NOBODY
    """What campaigns are about."""

    @property
    def longest_since(self) -> Tick | None:
        """When the one who has waited longest came."""
        return self.waiting[0].since if self.waiting else None

    @property
    def violations(self) -> int:
        """How often the invariant does not hold."""
        return self.total.violations


# --- Making one --------------------------------------------------------------------------------------


def board(
    day: DayLog,
    *,
    now: Tick,
    definition: Definition = DEFINITIONS[DEFAULT],
    definitions: Mapping[str, Definition] = DEFINITIONS,
    watermark: Tick | None = None,
    forecast: Forecast | None = None,
    last_week: Course | None = None,
) -> Board:
    """Return how a day stood at a moment.

    Args:
        day: The whole day as far as it is known; what came later is left out.
        now: The moment, absolute; what happens at it has not happened yet.
        definition: Of the service level.
        definitions: What to compute, as it held that day.
        watermark: Up to here nothing is on its way any more; `now` if not said.
        forecast: Calls expected.
        last_week: A day to compare with.
    """
    origin = day.names.origin
    at = now - origin
    seen = _before(day, at)
    figures = DayFigures(
        seen.calls,
        seen.agents,
        names=day.names,
        at=at,
        sure=at if watermark is None else min(at, watermark - origin),
        level=definition,
        definitions=definitions,
    )
    (total,) = figures.cells(By.TOTAL)
    waiting, agents = _waiting(seen), _agents(seen)
    return Board(
        day=day.day,
        now=now,
        definition=definition,
        total=total,
        queues=tuple(_queues(day, figures.cells(By.QUEUE), waiting)),
        intervals=tuple(
            _intervals(
                figures.cells(By.INTERVAL), origin=origin, forecast=forecast, last_week=last_week
            )
        ),
        waiting=waiting,
        agents=agents,
        by_state={doing: sum(one.doing is doing for one in agents) for doing in Doing},
        csat=answers_of(seen.scores),
        forecast=None if forecast is None else _outlook(forecast, at=at, total=total),
        last_week=None if last_week is None else _past(last_week, at=at),
        derived=0 if seen.derived is None else int(seen.derived.sum()),
        dialling=_dialling(seen, at),
    )


def _before(day: DayLog, at: Tick) -> DayLog:
    """Return the day as it was told before a moment."""
    calls, rows = calls_before(day.calls, at)
    agents, spells = spells_before(day.agents, at)
    held = day.held_since
    if held is not None:
        held = np.where((held[rows] >= at) | (calls.answered == NONE), NONE, held[rows])
    every = rows.size == len(day.places)
    return replace(
        day,
        calls=calls,
        agents=agents,
        places=day.places if every else [day.places[row] for row in rows.tolist()],
        held_since=held,
        derived=None if day.derived is None else day.derived[rows],
        campaign=None if day.campaign is None else day.campaign[rows],
        disposition=None
        if day.disposition is None
        else np.where(calls.ended == NONE, NONE, day.disposition[rows]),
        reasons=[day.reasons[row] for row in spells.tolist()] if day.reasons else (),
        scores=[score for score in day.scores if score.at < at],
    )


def _dialling(day: DayLog, at: Tick) -> Dialling:
    if day.campaign is None or day.disposition is None:
        return NOBODY
    return dialling(
        day.calls,
        campaigns=day.campaigns,
        campaign=day.campaign,
        disposition=day.disposition,
        at=at,
        origin=day.names.origin,
    )


def _queues(
    day: DayLog, cells: Sequence[Figures], waiting: Sequence[Waiting]
) -> Iterator[QueueNow]:
    """Return the queues; a name under which only the centre has called is a campaign and none."""
    calls = day.calls
    dialled = (calls.kind == LegKind.OUTBOUND) & (calls.queued == NONE)
    campaigns = {*calls.queue[dialled].tolist()} - {*calls.queue[~dialled].tolist()}
    for number, (queue, figures) in enumerate(zip(day.names.queues, cells, strict=False)):
        if number in campaigns:
            continue
        since = next((one.since for one in waiting if one.queue == queue), None)
        yield QueueNow(queue=queue, figures=figures, longest_since=since)


def _intervals(
    cells: Sequence[Figures],
    *,
    origin: Tick,
    forecast: Forecast | None,
    last_week: Course | None,
) -> Iterator[IntervalNow]:
    expected = None if forecast is None else _spread(forecast, len(cells))
    before = None if last_week is None else _counted(last_week, len(cells))
    used = [
        place
        for place, figures in enumerate(cells)
        if figures["arrived"].numerator
        or (expected is not None and expected[place])
        or (before is not None and before[place])
    ]
    for place in range(used[0], used[-1] + 1) if used else ():
        yield IntervalNow(
            start=origin + place * INTERVAL,
            figures=cells[place],
            forecast=None if expected is None else expected[place],
            last_week=None if before is None else before[place],
        )


def _spread(forecast: Forecast, cells: int) -> list[float]:
    """Return calls expected by interval, whatever the forecast's own intervals are."""
    edges = np.linspace(0, DAY, cells + 1)
    calls: list[float] = np.diff(_expected(forecast, edges)).tolist()
    return calls


def _expected(forecast: Forecast, at: Floats) -> Floats:
    """Return calls expected until each moment, even within an interval."""
    edges = np.linspace(0, DAY, len(forecast.offered) + 1)
    return np.interp(at, edges, np.concatenate(([0.0], np.cumsum(forecast.offered))))


def _counted(course: Course, cells: int) -> list[int]:
    edges = np.arange(cells + 1, dtype=np.int64) * (DAY // cells)
    calls: list[int] = np.diff(np.searchsorted(course.moments, edges)).tolist()
    return calls


def _outlook(forecast: Forecast, *, at: Tick, total: Figures) -> Outlook:
    by_now, day_total = _expected(forecast, np.array([at, DAY], dtype=np.float64)).tolist()
    offered = total["offered"].numerator
    return Outlook(
        source=forecast.source,
        by_now=by_now,
        deviation=offered / by_now - 1 if by_now > 0 else None,
        day_total=day_total,
    )


def _past(course: Course, *, at: Tick) -> Past:
    by_now = int(np.searchsorted(course.moments, at))
    return Past(day=course.day, by_now=by_now, day_total=course.moments.size)


def _waiting(day: DayLog) -> tuple[Waiting, ...]:
    calls, origin = day.calls, day.names.origin
    still = (calls.queued != NONE) & (calls.answered == NONE) & (calls.ended == NONE)
    rows = np.flatnonzero(still)
    return tuple(
        Waiting(
            source=day.places[row].source,
            call=day.places[row].call,
            leg=int(calls.attempt[row]),
            queue=day.names.queues[calls.queue[row]],
            since=origin + int(calls.queued[row]),
            priority=int(calls.priority[row]),
        )
        for row in rows[np.argsort(calls.queued[rows], kind="stable")].tolist()
    )


def _agents(day: DayLog) -> tuple[AgentNow, ...]:
    names = day.names
    found = []
    for number, done in doings(day.calls, day.agents, held_since=day.held_since).items():
        group = names.agent_group[number]
        found.append(
            AgentNow(
                agent=names.agents[number],
                group=None if group == NONE else names.groups[group],
                doing=done.doing,
                since=None if done.since == NONE else names.origin + done.since,
                reason=_reason(day, done.spell) if done.doing is Doing.AUX else "",
                call=None if done.leg == NONE else day.places[done.leg],
            )
        )
    return tuple(sorted(found, key=lambda one: one.agent))


def _reason(day: DayLog, spell: int) -> str:
    """Return why an agent takes no calls: as the source put it, else what the spell is called."""
    said = day.reasons[spell] if day.reasons else ""
    return said or STATE_WORDS[AgentState(day.agents.state[spell])]
