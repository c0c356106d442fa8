"""Deadlines against an independent, slow oracle: it lists what counts and takes the n-th of the list.

The oracle knows nothing of the domain's tables and walks. Working time is a list of minutes, a period
in days a list of days, a month is found by trying dates until one exists. Times are Korean and naive.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import islice, zip_longest
from typing import TypeVar

from hypothesis import given, strategies as st

from callcenter.domain.clock_rules import ClockKind
from callcenter.domain.clocks import clocks
from callcenter.domain.deadlines import due_date
from callcenter.domain.periods import Extension, Period
from callcenter.domain.policy import DayEnd, ExtensionScale, HourPause, Policy
from callcenter.domain.ticket_events import Happened
from callcenter.domain.worktime import KST
from tests.calendars import korea, korean_holidays
from tests.period_strategies import MOMENTS, POLICIES, extensions, pauses, periods
from tests.ticket_strategies import histories

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
LEAVING_SUPPLEMENT = {"supplement_received", "rejected", "withdrawn", "transferred_out"}
Item = TypeVar("Item")
Naive = datetime
Pauses = list[tuple[Naive, Naive | None]]


class StandstillError(Exception):
    """A pause that lasts still was reached."""


class Oracle:
    """One petition and the city's policy."""

    def __init__(
        self, period: Period, start: Naive, *, extensions: Sequence[Extension], policy: Policy
    ) -> None:
        self.start = start
        self.policy = policy
        self.saturdays = start.date() < date(2016, 2, 12) and period.qty >= 6
        self.stages = [(mode_of(period), period)]
        for extension in extensions:
            more = extension.period
            by_itself = policy.extension_scale is ExtensionScale.BY_ITSELF
            self.stages.append((mode_of(more if by_itself else period), more))

    def due(self, pauses: Pauses) -> Naive | None:
        return self.settled(sorted(pauses, key=lambda pause: pause[0]))[0]

    def settled(self, pauses: Pauses) -> tuple[Naive | None, Pauses]:
        """Settle all but the last; that one helps only if it begins before the deadline."""
        if not pauses:
            return self.counted([]), []
        due, used = self.settled(pauses[:-1])
        if due is None or pauses[-1][0] >= due:
            return due, used
        return self.counted([*used, pauses[-1]]), [*used, pauses[-1]]

    def counted(self, pauses: Pauses) -> Naive | None:
        """Run through the stages; each begins where the one before ended."""
        due, day = self.start, self.start.date()
        at = self.start
        try:
            for mode, period in self.stages:
                if mode == "hours":
                    due = at = nth(self.minutes(at, pauses), minutes_of(period)) + MINUTE
                    day = due.date() + DAY
                    continue
                counts = self.days(day, pauses) if mode == "days" else untaken(day, pauses)
                last = nth(counts, period.qty if mode == "days" else length_of(day, period))
                if mode == "calendar":
                    last = next(day for day in untaken(last, pauses) if is_working(day))
                day = last + DAY
                at = datetime.combine(day, datetime.min.time())
                due = at - 6 * 60 * MINUTE if self.policy.day_end is DayEnd.CLOSING else at
        except StandstillError:
            return None
        return due

    def minutes(self, at: Naive, pauses: Pauses) -> Iterator[Naive]:
        """List every working minute from a moment on that no pause takes."""
        whole_days = self.policy.hour_pause is HourPause.WHOLE_DAYS
        while True:
            begun = [begin for begin, end in pauses if end is None]
            if any((begin.date() <= at.date()) if whole_days else (begin <= at) for begin in begun):
                raise StandstillError
            by_time = any(begin <= at < end for begin, end in pauses if end)
            taken = is_taken(at.date(), pauses) if whole_days else by_time
            if at.hour in {9, 10, 11, 13, 14, 15, 16, 17} and is_working(at.date()) and not taken:
                yield at
            at += MINUTE

    def days(self, day: date, pauses: Pauses) -> Iterator[date]:
        """List every day that counts by the petition law."""
        return (
            day
            for day in untaken(day, pauses)
            if is_working(day) or (self.saturdays and day.weekday() == 5 and not is_holiday(day))
        )


def untaken(day: date, pauses: Pauses) -> Iterator[date]:
    """List every day that no pause takes."""
    while True:
        if any(begin.date() <= day for begin, end in pauses if end is None):
            raise StandstillError
        if not is_taken(day, pauses):
            yield day
        day += DAY


def nth(found: Iterator[Item], n: int) -> Item:
    return next(islice(found, n - 1, None))


def is_holiday(day: date) -> bool:
    return day in korean_holidays()


def is_working(day: date) -> bool:
    return day.weekday() < 5 and not is_holiday(day)


def is_taken(day: date, pauses: Pauses) -> bool:
    return any(begin.date() <= day <= end.date() for begin, end in pauses if end)


def mode_of(period: Period) -> str:
    if period.unit == "day":
        return "hours" if period.qty <= 5 else "days"
    return "calendar" if period.unit in {"week", "month", "year"} else "hours"


def minutes_of(period: Period) -> int:
    each = {"immediate": 180, "minute": 1, "hour": 60, "day": 480}
    return period.qty * each[period.unit]


def length_of(first: date, period: Period) -> int:
    """Number the days to the day before that of the same number, or to the end of its month."""
    if period.unit in {"day", "week"}:
        return period.qty * (7 if period.unit == "week" else 1)
    months = period.qty * (12 if period.unit == "year" else 1)
    month = first.replace(day=1)
    for _ in range(months):
        month = (month + 31 * DAY).replace(day=1)
    same = month + (first - first.replace(day=1))
    after = same if same.month == month.month else (month + 31 * DAY).replace(day=1)
    return (after - first).days


def naive(at: datetime | None) -> Naive | None:
    return at and at.astimezone(KST).replace(tzinfo=None)


@given(data=st.data(), period=periods(), start=MOMENTS, policy=POLICIES)
def test_every_deadline_is_that_of_the_slow_oracle(
    data: st.DataObject, period: Period, start: datetime, policy: Policy
) -> None:
    stops = data.draw(pauses(start=start))
    more = data.draw(extensions(period=period))

    due = due_date(
        period, start, calendar=korea(), pauses=stops, extensions=more, policy=policy
    ).due_at

    oracle = Oracle(period, start.replace(tzinfo=None), extensions=more, policy=policy)
    assert naive(due) == oracle.due([(naive(stop.from_at), naive(stop.to_at)) for stop in stops])


@given(history=histories())
def test_the_deadline_of_every_ticket_is_that_of_the_slow_oracle(history: list[Happened]) -> None:
    found = clocks(history, calendar=korea())

    statutory = [clock for clock in found if clock.kind is ClockKind.STATUTORY]
    if statutory:
        assert naive(statutory[-1].due.due_at) == due_by_events(history)


def due_by_events(history: list[Happened]) -> Naive | None:
    """Read what the last statutory period depends on straight off the events."""
    start, terms = history[0].at, None
    extensions: list[Extension] = []
    begun: list[datetime] = []
    ended: list[datetime] = []
    for happened in history:
        event = happened.event
        if event.kind in {"accepted", "reopened"}:
            start, begun, ended = happened.at, [], []
        if event.kind in {"accepted", "reopened", "reclassified"}:
            extensions = []
        if event.kind in {"accepted", "reclassified"}:
            terms = event.period
        if event.kind == "supplement_requested":
            begun.append(happened.at)
        elif len(begun) > len(ended) and event.kind in LEAVING_SUPPLEMENT:
            ended.append(happened.at)
        if event.kind == "extended":
            extensions.append(
                Extension(n=event.n, qty=event.period.qty, unit=event.period.unit, consent=True)
            )
    assert terms is not None, "a clock without terms"
    oracle = Oracle(terms, naive(start), extensions=extensions, policy=Policy())
    return oracle.due([(naive(begin), naive(end)) for begin, end in zip_longest(begun, ended)])
