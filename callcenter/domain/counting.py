"""Counting time day by day: what each day adds to a period, and why another adds nothing.

Three ways of counting, one walk each: working hours, days of the petition law, days of the calendar.
Every day walked over leaves a mark, from which the explanation of a deadline is written.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from callcenter.clock import Tick
from callcenter.domain.worktime import (
    DayKind,
    WorkCalendar,
    add_work,
    day_kind,
    local_day,
    midnight,
    work_between,
)

ONE_DAY: Final = timedelta(days=1)


class Scale(StrEnum):
    """In what a period is counted."""

    HOURS = "hours"
    """Working hours from the minute of acceptance (법 §19①)."""
    DAYS = "days"
    """Days without Saturdays and public holidays, the first included (법 §19②)."""
    CALENDAR = "calendar"
    """Every day of the calendar, ending on none that is free (법 §19③, 민법 §159–161)."""


class Mark(StrEnum):
    """What one day did to a count."""

    COUNTED = "counted"
    SATURDAY = "saturday"
    SUNDAY = "sunday"
    HOLIDAY = "holiday"
    PAUSED = "paused"
    CLOSED = "closed"
    """A working day on which no working time was left."""
    FIRST = "first"
    """The day it began, which a period of the Civil Code leaves out (민법 §157)."""
    MOVED = "moved"
    """Not counted, but the period ends here because its last day was free (민법 §161)."""


_FREE: Final = {
    DayKind.SATURDAY: Mark.SATURDAY,
    DayKind.SUNDAY: Mark.SUNDAY,
    DayKind.HOLIDAY: Mark.HOLIDAY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """A time that is not counted; `None` as its end means that it lasts still."""

    from_at: datetime
    to_at: datetime | None
    name_ko: str
    name_en: str
    first: date = field(init=False)
    last: date = field(init=False)
    """Its last Korean day; the last of all days while it lasts."""

    def __post_init__(self) -> None:
        """Find its days once: every day of a count asks for them."""
        last = date.max if self.to_at is None else local_day(self.to_at)
        object.__setattr__(self, "first", local_day(self.from_at))
        object.__setattr__(self, "last", last)

    def takes(self, day: date) -> bool:
        """Say whether the day is touched: the first and the last day are left out whole."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class DayMark:
    """One day in a count."""

    day: date
    mark: Mark
    kind: DayKind
    holiday: str | None = None
    excluded: Exclusion | None = None
    work: Tick = 0
    """Working time counted on this day; zero where days are counted."""
    stage: int = 0
    """0 for the period itself, then the extensions in turn."""

    @property
    def ends_on(self) -> bool:
        """Say whether a period counted by the calendar may end on this day (민법 §161)."""
        return self.kind is DayKind.WORKING and self.excluded is None

    @property
    def stands_still(self) -> bool:
        """Say whether an exclusion that lasts still has taken the day: no count passes it."""
        return self.excluded is not None and self.excluded.to_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How a count went; without an end it stopped at an exclusion that lasts still."""

    marks: tuple[DayMark, ...]
    last_day: date | None
    end: datetime | None = None
    """The moment, where working time was counted."""
    left: int = 0
    """What was still to be counted: days, or microseconds of working time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What a count runs on besides its beginning and its length."""

    calendar: WorkCalendar
    exclusions: tuple[Exclusion, ...] = ()
    """In the order in which they begin; they may overlap."""
    saturdays_count: bool = False
    whole_days: bool = True
    """Whether an exclusion takes whole days from working hours too, or only its own time."""

    stage: int = 0

    def exclusion(self, day: date) -> Exclusion | None:
        """Find what takes the day out."""
        return next((one for one in self.exclusions if one.takes(day)), None)

    def unless_taken(self, day: date, mark: Mark) -> Mark:
        """Give the mark, or that of a pause if one takes the day."""
        return mark if self.exclusion(day) is None else Mark.PAUSED

    def mark(self, day: date, mark: Mark, *, kind: DayKind, work: Tick = 0) -> DayMark:
        """Mark a day, with its holiday's name and what takes it out."""
        return DayMark(
            day=day,
            mark=mark,
            kind=kind,
            holiday=self.calendar.holidays.get(day),
            excluded=self.exclusion(day),
            work=work,
            stage=self.stage,
        )


def count_days(first: date, days: int, *, course: Course) -> Count:
    """Count days that the petition law counts, the first included (법 §19②).

    Raises:
        CalendarError: the calendar ends before the count.
    """
    marks: list[DayMark] = []
    day, left = first, days
    while left:
        marks.append(_day_of_law(day, course=course))
        if marks[-1].stands_still:
            return Count(marks=tuple(marks), last_day=None, left=left)
        left -= marks[-1].mark is Mark.COUNTED
        day += ONE_DAY
    return Count(marks=tuple(marks), last_day=marks[-1].day)


def count_calendar(first: date, days: int, *, course: Course) -> Count:
    """Count every day that is not excluded; a last day that is free moves on (민법 §161).

    Raises:
        CalendarError: the calendar ends before the count.
    """
    marks: list[DayMark] = []
    day, left, over = first, days, False
    while not over:
        marks.append(_day_of_calendar(day, left=left, course=course))
        if marks[-1].stands_still:
            return Count(marks=tuple(marks), last_day=None, left=left)
        left -= marks[-1].mark is Mark.COUNTED
        over = not left and marks[-1].ends_on
        day += ONE_DAY
    return Count(marks=tuple(marks), last_day=marks[-1].day)


def count_work(start: datetime, work: Tick, *, course: Course) -> Count:
    """Count working time from a moment on, free days left out (법 §19①).

    Raises:
        CalendarError: the calendar ends before the count.
    """
    marks: list[DayMark] = []
    day, left = local_day(start), work
    while True:
        pieces = _pieces(day, start=start, course=course)
        done, end = _work_off(pieces, left=left, calendar=course.calendar)
        marks.append(_day_of_work(day, done=done, course=course))
        left -= done
        if end is not None:
            return Count(marks=tuple(marks), last_day=day, end=end)
        if marks[-1].stands_still:
            return Count(marks=tuple(marks), last_day=None, left=left)
        day += ONE_DAY


def civil_length(first: date, *, days: int = 0, months: int = 0) -> int:
    """Count the days of a period that begins with a day, by the calendar (민법 §160).

    Months end the day before the day of the same number; where a month has none, with the month.
    """
    number = first.month - 1 + months
    year, month = first.year + number // 12, number % 12 + 1
    longest = monthrange(year, month)[1]
    ends = date(year, month, min(first.day, longest))
    short = first.day > longest
    return (ends - first).days + short + days


def first_left_out(day: date, *, course: Course) -> DayMark:
    """Mark the day a period began, where the rule leaves it out (민법 §157)."""
    return course.mark(day, Mark.FIRST, kind=day_kind(day, calendar=course.calendar))


def _day_of_law(day: date, *, course: Course) -> DayMark:
    kind = day_kind(day, calendar=course.calendar)
    if kind is DayKind.WORKING or (kind is DayKind.SATURDAY and course.saturdays_count):
        return course.mark(day, course.unless_taken(day, Mark.COUNTED), kind=kind)
    return course.mark(day, _FREE[kind], kind=kind)


def _day_of_calendar(day: date, *, left: int, course: Course) -> DayMark:
    kind = day_kind(day, calendar=course.calendar)
    otherwise = Mark.COUNTED if left else _FREE.get(kind, Mark.MOVED)
    return course.mark(day, course.unless_taken(day, otherwise), kind=kind)


def _day_of_work(day: date, *, done: Tick, course: Course) -> DayMark:
    kind = day_kind(day, calendar=course.calendar)
    if kind is not DayKind.WORKING:
        return course.mark(day, _FREE[kind], kind=kind)
    mark = Mark.COUNTED if done else course.unless_taken(day, Mark.CLOSED)
    return course.mark(day, mark, kind=kind, work=done)


def _pieces(day: date, *, start: datetime, course: Course) -> Iterator[tuple[datetime, datetime]]:
    """Give the parts of a day that no exclusion takes, in order."""
    begin, end = max(start, midnight(day)), midnight(day + ONE_DAY)
    out = [exclusion for exclusion in course.exclusions if exclusion.takes(day)]
    if out and course.whole_days:
        return
    for exclusion in out:
        if begin < exclusion.from_at:
            yield begin, min(exclusion.from_at, end)
        begin = max(begin, exclusion.to_at or end)
    if begin < end:
        yield begin, end


def _work_off(
    pieces: Iterator[tuple[datetime, datetime]], *, left: Tick, calendar: WorkCalendar
) -> tuple[Tick, datetime | None]:
    """Do the work that is left within the pieces; say how much was done, and when all was."""
    done = 0
    for begin, end in pieces:
        there = work_between(begin, end, calendar=calendar)
        if done + there >= left:
            return left, add_work(begin, left - done, calendar=calendar)
        done += there
    return done, None
