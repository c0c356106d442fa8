"""Working time: which hours of which days count when the law says "working hours" (근무시간).

A calendar is a value with a version: the same petition counted with the same version gives the same
deadline for ever. Minutes are looked up in a table made once for each calendar, so that reports may
ask for hundreds of thousands of tickets.
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum
from itertools import accumulate
from typing import Final

from callcenter.clock import MINUTE, SECOND, Tick
from callcenter.errors import CalendarError

KST: Final = timezone(timedelta(hours=9), "KST")
"""Korean standard time, without summer time since 1988."""
MINUTES_A_DAY: Final = 24 * 60
OFFICE_HOURS: Final = ((time(9), time(12)), (time(13), time(18)))
"""Opening hours of the civil-affairs office (시행령 §8의3); the lunch break is assumed."""


class DayKind(StrEnum):
    """Why a day counts or does not; a holiday on a weekend is a holiday."""

    WORKING = "working"
    SATURDAY = "saturday"
    SUNDAY = "sunday"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkTable:
    """Working time since the first midnight of a calendar, as running totals in microseconds."""

    epoch: datetime
    by_day: tuple[Tick, ...]
    """Work done before each day; one entry more than there are days."""
    by_minute: tuple[Tick, ...]
    """Work done before each minute of a working day; one entry more than there are minutes."""

    def work_before(self, at: datetime) -> Tick | None:
        """Add up the work from the epoch to a moment, exact to the microsecond.

        `None` if the moment is outside the calendar.
        """
        since = at - self.epoch
        day, by_day = since.days, self.by_day
        if not 0 <= day < len(by_day) - 1:
            return by_day[-1] if since == timedelta(len(by_day) - 1) else None
        total = by_day[day]
        if by_day[day + 1] == total:
            return total
        seconds = since.seconds
        minute = seconds // 60
        done = self.by_minute[minute]
        if self.by_minute[minute + 1] > done:
            done += (seconds - minute * 60) * SECOND + since.microseconds
        return total + done

    def first_moment(self, work: Tick) -> datetime | None:
        """Find when so much work, more than none, was first done; `None` if it never is."""
        day = bisect_left(self.by_day, work) - 1
        if day >= len(self.by_day) - 1:
            return None
        rest = work - self.by_day[day]
        minute = bisect_left(self.by_minute, rest) - 1
        within = minute * MINUTE + rest - self.by_minute[minute]
        return self.epoch + timedelta(days=day, microseconds=within)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCalendar:
    """The days and hours a city works, for whole years; what lies beyond them is unknown, not free.

    Raises:
        CalendarError: the years or the hours make no sense.
    """

    version: str
    """Which stored version of the calendar this is; each deadline names it."""
    holidays: Mapping[date, str] = field(hash=False, repr=False)
    """Korean name of each public holiday; plain Saturdays and Sundays are not listed."""
    first_year: int
    last_year: int
    segments: tuple[tuple[time, time], ...] = OFFICE_HOURS
    """Hours worked on a working day, in Korean local time and whole minutes, one after the other."""
    weekdays: WorkTable = field(init=False, repr=False, compare=False)
    with_saturdays: WorkTable = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Copy the holidays, so that nobody changes them, and lay out both tables."""
        _check(self)
        object.__setattr__(self, "holidays", dict(self.holidays))
        object.__setattr__(self, "weekdays", _table(self, saturdays_work=False))
        object.__setattr__(self, "with_saturdays", _table(self, saturdays_work=True))

    def table(self, *, saturdays_work: bool) -> WorkTable:
        """Give the table of working time, with Saturdays or without."""
        return self.with_saturdays if saturdays_work else self.weekdays

    def covers(self, day: date) -> bool:
        """Say whether the calendar knows this day."""
        return self.first_year <= day.year <= self.last_year

    def unknown(self, asked: str) -> CalendarError:
        """Make the error that says which years this calendar knows."""
        return CalendarError(
            f"calendar {self.version!r} covers the years {self.first_year} to {self.last_year}, "
            f"expected a day within them, got {asked}"
        )


def local_day(at: datetime) -> date:
    """Give the Korean calendar day of a moment that knows its offset."""
    assert at.tzinfo is not None, f"expected a moment with an offset, got {at!r}"
    return at.astimezone(KST).date()


def midnight(day: date) -> datetime:
    """Give the moment, in UTC, at which a Korean calendar day begins."""
    return datetime.combine(day, time(), KST).astimezone(UTC)


def day_kind(day: date, *, calendar: WorkCalendar) -> DayKind:
    """Say what a day is by the calendar.

    Raises:
        CalendarError: the calendar does not cover the day.
    """
    if not calendar.covers(day):
        raise calendar.unknown(day.isoformat())
    if day in calendar.holidays:
        return DayKind.HOLIDAY
    match day.weekday():
        case 5:
            return DayKind.SATURDAY
        case 6:
            return DayKind.SUNDAY
        case _:
            return DayKind.WORKING


def work_between(
    start: datetime, end: datetime, *, calendar: WorkCalendar, saturdays_work: bool = False
) -> Tick:
    """Measure the working time between two moments in microseconds; negative if they are swapped.

    Raises:
        CalendarError: the calendar does not cover both moments.
    """
    table = calendar.table(saturdays_work=saturdays_work)
    before_start, before_end = table.work_before(start), table.work_before(end)
    if before_start is None or before_end is None:
        raise calendar.unknown(f"{start.isoformat()} and {end.isoformat()}")
    return before_end - before_start


def working_minutes(
    start: datetime, end: datetime, *, calendar: WorkCalendar, saturdays_work: bool = False
) -> int:
    """Count the whole working minutes between two moments; negative if they are swapped.

    Raises:
        CalendarError: the calendar does not cover both moments.
    """
    work = work_between(start, end, calendar=calendar, saturdays_work=saturdays_work)
    return work // MINUTE if work >= 0 else -(-work // MINUTE)


def add_work(
    start: datetime, work: Tick, *, calendar: WorkCalendar, saturdays_work: bool = False
) -> datetime:
    """Find the first moment, in UTC, by which so many microseconds of work are done.

    Work that ends with a day ends at closing time, not at the next opening; no work ends at once.

    Raises:
        CalendarError: the work begins or ends outside the calendar.
    """
    assert work >= 0, f"expected work that is still to be done, got {work!r}"
    table = calendar.table(saturdays_work=saturdays_work)
    before = table.work_before(start)
    if before is None:
        raise calendar.unknown(start.isoformat())
    end = table.first_moment(before + work) if work else start
    if end is None:
        raise calendar.unknown(f"{work // MINUTE} working minutes after {start.isoformat()}")
    return end.astimezone(UTC)


def add_working_time(
    start: datetime, minutes: int, *, calendar: WorkCalendar, saturdays_work: bool = False
) -> datetime:
    """Find the first moment, in UTC, by which so many working minutes have passed.

    A start outside working hours counts from the next working minute (법 §19①).

    Raises:
        CalendarError: the time begins or ends outside the calendar.
    """
    return add_work(start, minutes * MINUTE, calendar=calendar, saturdays_work=saturdays_work)


def _check(calendar: WorkCalendar) -> None:
    if calendar.first_year > calendar.last_year:
        raise CalendarError(
            f"expected the first year of calendar {calendar.version!r} not to come after its last, "
            f"got {calendar.first_year} and {calendar.last_year}"
        )
    edges = [edge for segment in calendar.segments for edge in segment]
    rising = all(one < other for one, other in zip(edges[::2], edges[1::2], strict=True))
    if not edges or not rising or edges != sorted(edges):
        raise CalendarError(
            f"expected working hours that follow one another, got {calendar.segments!r}"
        )
    if any(edge.second or edge.microsecond for edge in edges):
        raise CalendarError(f"expected working hours in minutes, got {calendar.segments!r}")


def _table(calendar: WorkCalendar, *, saturdays_work: bool) -> WorkTable:
    first = date(calendar.first_year, 1, 1)
    days = (date(calendar.last_year + 1, 1, 1) - first).days
    by_minute = tuple(accumulate(_minutes_worked(calendar.segments), initial=0))
    kinds = {DayKind.WORKING, DayKind.SATURDAY} if saturdays_work else {DayKind.WORKING}
    worked = (
        by_minute[-1] * (day_kind(first + timedelta(number), calendar=calendar) in kinds)
        for number in range(days)
    )
    return WorkTable(
        epoch=midnight(first),
        by_day=tuple(accumulate(worked, initial=0)),
        by_minute=by_minute,
    )


def _minutes_worked(segments: tuple[tuple[time, time], ...]) -> list[Tick]:
    minutes = [0] * MINUTES_A_DAY
    for opens, closes in segments:
        begin, end = opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute
        minutes[begin:end] = [MINUTE] * (end - begin)
    return minutes
