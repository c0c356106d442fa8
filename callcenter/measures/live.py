"""The live board: how a day stands at a moment, by the formulas of the scorecard.

The moment is where measuring ends, as everywhere in this room: what happened before it counts. So the
board of a moment long past (the time machine) is made as the board of now, from the same log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from callcenter.clock import Tick
from callcenter.measures.definitions import Definition
from callcenter.measures.desk_work import Interval
from callcenter.telephony.call_log import AgentLog, CallLog
from callcenter.telephony.names import Names
from callcenter.telephony.standing import Doing


class Place(NamedTuple):
    """Where a row of a call log came from; its leg is the row's `attempt`."""

    source: str
    call: str


class Score(NamedTuple):
    """One answer of a caller, by number of queue and agent (`NONE` if not known)."""

    at: Tick
    """Ticks since the day's midnight in Korea; perhaps days later."""
    score: int
    scale: int
    queue: int
    agent: int


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number and all that is needed to check it."""

    definition: Definition
    value: float | None
    """In the definition's unit; `None` where the population is empty."""
    numerator: float
    """In the definition's unit; of a count the count itself."""
    denominator: float | None
    """How many the numerator is held against; `None` of a count or a sum."""
    provisional: bool
    """Whether calls that are open, or events still on their way, may change it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All figures of a cell, by the id of their definition.

    `offered`, `answered`, `hung_up` (the board's "abandoned"), `left_otherwise` (its "flowed out") and
    `waiting` make the invariant: the first is the sum of the others.
    """

    level: Figure
    """The service level by the board's own definition."""
    of: Mapping[str, Figure]
    provisional: bool
    violations: int
    """Calls lost or counted twice by the invariant, and legs that contradict themselves."""

    def __getitem__(self, definition: str) -> Figure:
        """Return the figure of a definition's id."""
        return self.of[definition]


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
class Answers:
    """What callers thought of their calls; satisfied is 80 % of the scale and above."""

    satisfied: int
    responses: int
    value: float | None
    interval: Interval | None
    """Wilson's, with 95 % confidence."""


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

    @property
    def longest_since(self) -> Tick | None:
        """When the one who has waited longest came."""
        return self.waiting[0].since if self.waiting else None

    @property
    def violations(self) -> int:
        """How often the invariant does not hold."""
        return self.total.violations
