"""The ticket desk's numbers: what each rate means, and what one ticket adds to the days it touched.

A report is a sum over days. `Fact` is what reports need to know of one ticket, `added` what it counts for
on which day and under which heads; the store keeps those sums, and takes a ticket's old ones away when it
changes. Every share of a sample comes with its Wilson interval, and few answers are never ranked.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, sqrt
from statistics import NormalDist
from typing import Final

TARGET: Final = 0.95
"""Processed by received, of the city's 120 everyday-nuisance service (120생활민원, 2011 plan)."""
LEAST_RANKED: Final = 30
"""Fewer answers than this tell nothing about who is better."""
SHARES: Final = (0.50, 0.80, 0.90, 0.95)
MINUTES_A_TENTH: Final = 6
"""Minutes in a tenth of a working hour, to which percentiles are told."""
MOST_HOPS_TOLD: Final = 4
"""That often, or more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """What a rate is, for whoever quotes it."""

    name: str
    ko: str
    en: str
    formula_ko: str
    formula_en: str
    sampled: bool
    """Whether it is a share of its denominator, so that it has an interval and ends at 100 %."""


FLOW: Final = Definition(
    name="flow",
    ko="처리율(흐름)",
    en="processing rate (flow)",
    formula_ko="기간 중 종결된 민원 ÷ 기간 중 접수된 민원. 서로 다른 민원이므로 100 %를 넘을 수 있음.",
    formula_en="closed in the window ÷ received in the window; other petitions, so it may exceed 100 %",
    sampled=False,
)
COHORT: Final = Definition(
    name="cohort",
    ko="처리율(접수분)",
    en="processing rate (cohort)",
    formula_ko=(
        "기간 중 접수되어 기준일까지 법정 처리기한이 지난 민원 중 기준일까지 종결된 비율. "
        "기한이 남은 민원은 아직 세지 않음."
    ),
    formula_en=(
        "of those received in the window whose statutory date has passed by the cut-off, the share "
        "closed by then; what is not yet due is not yet counted"
    ),
    sampled=True,
)
ON_TIME: Final = Definition(
    name="on_time",
    ko="기한 내 처리율",
    en="processing rate (on time)",
    formula_ko="기간 중 처리기간이 끝난 민원 중 법정 기한 안에 처리된 비율. 취하·반려는 제외.",
    formula_en=(
        "of those answered in the window, the share answered by the statutory date; "
        "withdrawn and rejected ones not counted"
    ),
    sampled=True,
)
RATES: Final = (FLOW, COHORT, ON_TIME)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Where the true share lies, with 95 % confidence."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A rate and all that is needed to check it."""

    definition: Definition
    numerator: int
    denominator: int
    target: float = TARGET

    @property
    def value(self) -> float | None:
        """The rate; `None` where nothing could have been processed."""
        return self.numerator / self.denominator if self.denominator else None

    @property
    def interval(self) -> Interval | None:
        """Its Wilson interval; none for a ratio of different petitions."""
        return wilson(self.numerator, self.denominator) if self.definition.sampled else None

    @property
    def met(self) -> bool | None:
        """Say whether the target was reached; `None` where there is no rate."""
        return None if self.value is None else self.value >= self.target


def wilson(successes: int, n: int, *, confidence: float = 0.95) -> Interval | None:
    """Return the Wilson score interval of a share; `None` for an empty sample.

    Unlike the textbook's it stays within 0 and 1 and is honest for few answers (Wilson 1927).
    """
    assert 0 <= successes <= n, f"expected a part of {n}, got {successes}"
    return None if n == 0 else wilson_of_share(successes / n, n=n, confidence=confidence)


def wilson_of_share(share: float, *, n: float, confidence: float = 0.95) -> Interval:
    """Return Wilson's interval of a share of a sample whose size may be an effective one, not whole."""
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    square = z * z
    middle = share + square / (2 * n)
    spread = z * sqrt(share * (1 - share) / n + square / (4 * n * n))
    scale = 1 + square / n
    low, high = (middle - spread) / scale, (middle + spread) / scale
    # Rounding must not push an end past the share, where nobody or everybody succeeded.
    return Interval(low=max(0.0, min(low, share)), high=min(1.0, max(high, share)))


def percentile(counts: Mapping[int, int], share: float) -> int | None:
    """Return the smallest value that at least `share` of all do not exceed (nearest rank)."""
    rank = ceil(share * sum(counts.values()) - 1e-9)
    for value in sorted(counts):
        rank -= counts[value]
        if rank <= 0:
            return value
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Durations:
    """How long petitions took, in working hours; percentiles to the tenth of an hour."""

    n: int
    mean_hours: float | None
    percentiles: tuple[tuple[float, float], ...]
    """Shares of petitions, and the hours they took at most."""

    @classmethod
    def of(cls, tenths: Mapping[int, int], *, minutes: int) -> "Durations":
        """Describe counts by tenth of an hour, and the sum of the exact minutes."""
        n = sum(tenths.values())
        at = ((share, percentile(tenths, share)) for share in SHARES)
        return cls(
            n=n,
            mean_hours=minutes / n / 60 if n else None,
            percentiles=tuple((share, value / 10) for share, value in at if value is not None),
        )


SATISFIED_KO: Final = (
    "만족 비율 = 4·5점 응답 ÷ 응답. 구간은 95 % 윌슨 신뢰구간이며, 응답하지 않은 사람의 생각은 알 수 없음. "
    f"응답이 {LEAST_RANKED}건보다 적으면 순위를 매기지 않음."
)
SATISFIED_EN: Final = (
    "satisfied = answers of 4 or 5 ÷ answers; the interval is Wilson's with 95 % confidence and knows "
    f"nothing of those who did not answer; fewer than {LEAST_RANKED} answers have no rank"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Satisfaction:
    """What the invited answered, from 1 (very dissatisfied) to 5."""

    invited: int
    scores: tuple[int, int, int, int, int]
    """How many gave 1, 2, 3, 4 and 5."""

    @property
    def answered(self) -> int:
        """How many answered."""
        return sum(self.scores)

    @property
    def response_rate(self) -> float | None:
        """Answered by invited."""
        return self.answered / self.invited if self.invited else None

    @property
    def satisfied(self) -> float | None:
        """Share of answers that were 4 or 5."""
        return sum(self.scores[3:]) / self.answered if self.answered else None

    @property
    def interval(self) -> Interval | None:
        """Wilson interval of the satisfied share; it knows nothing of those who did not answer."""
        return wilson(sum(self.scores[3:]), self.answered)

    @property
    def points(self) -> float | None:
        """Mean score on the city's scale of 0 to 100."""
        if not self.answered:
            return None
        return sum(25 * place * n for place, n in enumerate(self.scores)) / self.answered

    @property
    def ranked(self) -> bool:
        """Say whether there are enough answers to be compared with others."""
        return self.answered >= LEAST_RANKED


def ranking(groups: Mapping[str, Satisfaction]) -> dict[str, int]:
    """Rank groups by their satisfied share, the best first; groups of few answers have no rank.

    Groups whose intervals overlap may owe their order to chance: show the intervals beside it.
    """
    fit = [(group, found.satisfied) for group, found in groups.items() if found.ranked]
    ordered = sorted(fit, key=lambda pair: (-(pair[1] or 0.0), pair[0]))
    shares = [share for _, share in ordered]
    return {group: shares.index(share) + 1 for group, share in ordered}


# --- What one ticket adds --------------------------------------------------------------------------


class Count(StrEnum):
    """What is counted, each on a day of Korea; the columns of the store's daily sums."""

    RECEIVED = "received"
    """On the day of submission."""
    CLOSED = "closed"
    """On the day of the last closing; a reopened petition is not closed."""
    JUDGED = "judged"
    """Answered, on that day, so that it was on time or not."""
    ON_TIME = "on_time"
    MINUTES = "minutes"
    """Working minutes the judged ones took."""
    GONE_OVERDUE = "gone_overdue"
    """On the day its statutory date passed."""
    NO_LONGER_OVERDUE = "no_longer_overdue"
    HOPS = "hops"
    """How often those received that day were sent to a unit."""
    HOPS_0 = "hops_0"
    HOPS_1 = "hops_1"
    HOPS_2 = "hops_2"
    HOPS_3 = "hops_3"
    HOPS_4 = "hops_4"
    """Four times or more."""
    TAKEN = "taken"
    """Of those received that day, taken by somebody since."""
    TAKEN_MINUTES = "taken_minutes"
    """Working minutes from their acceptance until somebody first took them."""
    DISPATCHED = "dispatched"
    """Visits of the immediate-resolution team, on the day it was sent."""
    ARRIVED = "arrived"
    ARRIVAL_MINUTES = "arrival_minutes"
    """Working minutes from sending to arriving."""
    FIXED = "fixed"
    NEEDS_WORK = "needs_work"
    NOTHING_FOUND = "nothing_found"


HOPS: Final = (Count.HOPS_0, Count.HOPS_1, Count.HOPS_2, Count.HOPS_3, Count.HOPS_4)


class Head(StrEnum):
    """Under what a count is listed."""

    ALL = "all"
    CHANNEL = "channel"
    SERVICE = "service"
    UNIT = "unit"
    TEAM = "team"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Where a count stands: one day, one head, for the city or for one unit of it."""

    day: str
    head: Head
    value: str
    scope: str = ""
    """A unit's code; empty for the whole city."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One time the immediate-resolution team was sent."""

    day: str
    team: str
    minutes: int | None = None
    """Working minutes until it was there."""
    result: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What reports need to know of a ticket; days are Korea's, as 2009-03-02."""

    channel: str
    service: str
    unit: str | None
    received: str
    closed: str | None
    due: str | None
    stopped: str | None
    """When its statutory clock stopped, whether kept, missed or void."""
    on_time: bool | None
    minutes: int | None
    """Working minutes used; `None` while it runs and where nobody was to answer any more."""
    hops: int
    taken_minutes: int | None
    visits: tuple[Visit, ...] = ()


NO_UNIT: Final = "-"
"""Head of what no unit has yet."""


def added(fact: Fact) -> dict[Cell, Counter[Count]]:
    """Return what a ticket counts for: days by heads, for the city and for its unit."""
    found: dict[Cell, Counter[Count]] = {}
    for day, counts in _by_day(fact).items():
        for cell in _cells(fact, day):
            found[cell] = counts
    for visit in fact.visits:
        for scope in ("", visit.team):
            cell = Cell(day=visit.day, scope=scope, head=Head.TEAM, value=visit.team)
            found[cell] = found.get(cell, Counter()) + _of_visit(visit)
    return found


def _cells(fact: Fact, day: str) -> Iterator[Cell]:
    unit = fact.unit or NO_UNIT
    for scope in ("", unit):
        yield Cell(day=day, scope=scope, head=Head.ALL, value="")
        yield Cell(day=day, scope=scope, head=Head.CHANNEL, value=fact.channel)
        yield Cell(day=day, scope=scope, head=Head.SERVICE, value=fact.service)
        yield Cell(day=day, scope=scope, head=Head.UNIT, value=unit)


def _by_day(fact: Fact) -> dict[str, Counter[Count]]:
    days: dict[str, Counter[Count]] = {}

    def add(day: str | None, counts: Mapping[Count, int]) -> None:
        if day is not None:
            days.setdefault(day, Counter()).update(counts)

    add(fact.received, _of_arrival(fact))
    add(fact.closed, {Count.CLOSED: 1})
    if fact.minutes is not None:
        judged = {Count.JUDGED: 1, Count.ON_TIME: int(bool(fact.on_time))}
        add(fact.stopped, judged | {Count.MINUTES: fact.minutes})
    if fact.due is not None and (fact.stopped is None or fact.due < fact.stopped):
        add(fact.due, {Count.GONE_OVERDUE: 1})
        add(fact.stopped, {Count.NO_LONGER_OVERDUE: 1})
    for visit in fact.visits:
        add(visit.day, _of_visit(visit))
    return days


def _of_arrival(fact: Fact) -> dict[Count, int]:
    counts = {
        Count.RECEIVED: 1,
        Count.HOPS: fact.hops,
        HOPS[min(fact.hops, MOST_HOPS_TOLD)]: 1,
    }
    if fact.taken_minutes is not None:
        counts |= {Count.TAKEN: 1, Count.TAKEN_MINUTES: fact.taken_minutes}
    return counts


def _of_visit(visit: Visit) -> Counter[Count]:
    counts = Counter({Count.DISPATCHED: 1})
    if visit.minutes is not None:
        counts.update({Count.ARRIVED: 1, Count.ARRIVAL_MINUTES: visit.minutes})
    if visit.result is not None:
        counts[Count(visit.result)] += 1
    return counts


# --- Backlog ---------------------------------------------------------------------------------------

AGES: Final = (1, 3, 7, 14, 30)
"""Upper ends of the age classes of open tickets, in days; the last class has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What is open, and how long it has been."""

    open: int
    overdue: int
    ages: tuple[int, ...]
    """How many are open for less than each of `AGES` days, and for longer."""
    median_days: float | None
    oldest_days: float | None

    @classmethod
    def of(cls, days: Sequence[float], *, overdue: int) -> "Backlog":
        """Describe the ages of open tickets, in days since they were submitted."""
        ordered = sorted(days)
        classes = Counter(sum(age >= end for end in AGES) for age in ordered)
        return cls(
            open=len(ordered),
            overdue=overdue,
            ages=tuple(classes[place] for place in range(len(AGES) + 1)),
            median_days=ordered[(len(ordered) - 1) // 2] if ordered else None,
            oldest_days=ordered[-1] if ordered else None,
        )


def total(counts: Iterable[Mapping[Count, int]]) -> Counter[Count]:
    """Add counts up."""
    found: Counter[Count] = Counter()
    for each in counts:
        found.update(each)
    return found
