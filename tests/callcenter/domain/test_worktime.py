from dataclasses import FrozenInstanceError, replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, strategies as st

from callcenter.domain.worktime import (
    KST,
    DayKind,
    WorkCalendar,
    add_working_time,
    day_kind,
    local_day,
    midnight,
    working_minutes,
)
from callcenter.errors import CalendarError
from tests.calendars import FIRST_YEAR, LAST_YEAR, a_calendar, korea, kst, local

MOMENTS = st.timedeltas(timedelta(0), timedelta(days=19 * 365)).map(
    lambda since: kst("2009-01-01 00:00") + since
)
MINUTES = st.integers(0, 20_000)


def counted(start: datetime, end: datetime, *, calendar: WorkCalendar) -> int:
    """Count working minutes by looking at every minute."""
    minutes = 0
    while start < end:
        hour = start.astimezone(KST)
        open_hour = 9 <= hour.hour < 18 and hour.hour != 12
        minutes += open_hour and hour.weekday() < 5 and hour.date() not in calendar.holidays
        start += timedelta(minutes=1)
    return minutes


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 2, 13), DayKind.WORKING),
        (date(2026, 2, 14), DayKind.SATURDAY),
        (date(2026, 2, 15), DayKind.SUNDAY),
        (date(2026, 2, 17), DayKind.HOLIDAY),
    ],
)
def test_a_day_is_of_the_kind_the_calendar_says(day: date, kind: DayKind) -> None:
    assert day_kind(day, calendar=korea()) is kind


def test_a_holiday_on_a_saturday_is_a_holiday() -> None:
    assert day_kind(date(2009, 10, 3), calendar=korea()) is DayKind.HOLIDAY


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-02-13 16:30", 180, "2026-02-19 10:30"),
        ("2026-03-03 09:00", 480, "2026-03-03 18:00"),
        ("2026-03-03 11:00", 60, "2026-03-03 12:00"),
        ("2026-03-03 11:00", 61, "2026-03-03 13:01"),
        ("2026-03-03 12:30", 30, "2026-03-03 13:30"),
        ("2026-03-03 18:00", 1, "2026-03-04 09:01"),
        ("2026-03-03 23:59", 480, "2026-03-04 18:00"),
        ("2026-03-07 10:00", 60, "2026-03-09 10:00"),
    ],
    ids=[
        "over Seollal",
        "a whole day ends at closing time",
        "a morning ends at noon",
        "lunch does not count",
        "begun at lunch",
        "begun at closing time",
        "begun at night",
        "begun on a Saturday",
    ],
)
def test_working_time_runs_in_office_hours_of_working_days(
    start: str, minutes: int, end: str
) -> None:
    assert local(add_working_time(kst(start), minutes, calendar=korea())) == end


def test_no_working_time_ends_where_it_begins_in_utc() -> None:
    start = kst("2026-03-07 10:00")

    end = add_working_time(start, 0, calendar=korea())

    assert end == start
    assert end.tzinfo is UTC


def test_a_city_that_works_on_saturdays_counts_them() -> None:
    start = kst("2026-03-06 17:00")

    end = add_working_time(start, 120, calendar=korea(), saturdays_work=True)

    assert local(end) == "2026-03-07 10:00"
    assert working_minutes(start, end, calendar=korea(), saturdays_work=True) == 120
    assert working_minutes(start, end, calendar=korea()) == 60


def test_other_office_hours_are_kept() -> None:
    calendar = a_calendar(segments=((time(8), time(19)),))

    assert local(add_working_time(kst("2026-03-03 18:00"), 90, calendar=calendar)) == (
        "2026-03-04 08:30"
    )


def test_seconds_of_the_start_are_kept() -> None:
    start = kst("2026-03-03 11:59").replace(second=30, microsecond=5)

    end = add_working_time(start, 60, calendar=korea()).astimezone(KST)

    assert (end.hour, end.minute, end.second, end.microsecond) == (13, 59, 30, 5)


def test_seconds_outside_working_hours_do_not_count() -> None:
    start = kst("2026-03-03 11:00").replace(second=30)
    at_lunch = kst("2026-03-03 12:00").replace(second=45)

    assert working_minutes(start, at_lunch, calendar=korea()) == 59


@given(start=MOMENTS, minutes=MINUTES)
def test_the_minutes_added_are_the_minutes_counted(start: datetime, minutes: int) -> None:
    end = add_working_time(start, minutes, calendar=korea())

    assert working_minutes(start, end, calendar=korea()) == minutes


@given(start=MOMENTS, minutes=MINUTES)
def test_no_earlier_moment_has_as_many_minutes(start: datetime, minutes: int) -> None:
    end = add_working_time(start, minutes + 1, calendar=korea())
    before = end - timedelta(microseconds=1)

    assert working_minutes(start, before, calendar=korea()) == minutes


@given(start=MOMENTS, hours=st.integers(0, 400))
def test_the_table_counts_as_a_walk_over_every_minute_does(start: datetime, hours: int) -> None:
    start = start.replace(second=0, microsecond=0)
    end = start + timedelta(hours=hours)

    assert working_minutes(start, end, calendar=korea()) == counted(start, end, calendar=korea())


@given(one=MOMENTS, other=MOMENTS)
def test_swapped_moments_give_the_opposite_count(one: datetime, other: datetime) -> None:
    there = working_minutes(one, other, calendar=korea())

    assert working_minutes(other, one, calendar=korea()) == -there


@given(one=MOMENTS, other=MOMENTS, minutes=MINUTES)
def test_who_starts_later_is_not_done_earlier(one: datetime, other: datetime, minutes: int) -> None:
    first, second = sorted((one, other))

    assert add_working_time(first, minutes, calendar=korea()) <= add_working_time(
        second, minutes, calendar=korea()
    )


def test_the_whole_calendar_can_be_measured() -> None:
    calendar = a_calendar(first_year=2026, last_year=2026)
    first, last = midnight(date(2026, 1, 1)), midnight(date(2027, 1, 1))

    assert working_minutes(first, last, calendar=calendar) == 261 * 480


@pytest.mark.parametrize(
    "start",
    [kst(f"{FIRST_YEAR - 1}-12-31 23:59"), kst(f"{LAST_YEAR + 1}-01-01 00:01")],
    ids=["before", "after"],
)
def test_a_moment_beyond_the_calendar_is_refused_with_the_years_it_covers(start: datetime) -> None:
    with pytest.raises(CalendarError, match=f"covers the years {FIRST_YEAR} to {LAST_YEAR}"):
        add_working_time(start, 60, calendar=korea())
    with pytest.raises(CalendarError, match=f"covers the years {FIRST_YEAR} to {LAST_YEAR}"):
        working_minutes(start, start, calendar=korea())


def test_time_that_ends_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(CalendarError, match="within them, got 600 working minutes after"):
        add_working_time(kst(f"{LAST_YEAR}-12-31 10:00"), 600, calendar=korea())


def test_the_last_minute_of_the_calendar_can_be_reached() -> None:
    last = a_calendar(first_year=2026, last_year=2026)

    assert local(add_working_time(kst("2026-12-31 17:00"), 60, calendar=last)) == (
        "2026-12-31 18:00"
    )


def test_a_day_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(CalendarError, match="got 1999-12-31"):
        day_kind(date(1999, 12, 31), calendar=korea())


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"first_year": 2027, "last_year": 2026}, "not to come after its last"),
        ({"segments": ()}, "follow one another"),
        ({"segments": ((time(9), time(9)),)}, "follow one another"),
        ({"segments": ((time(13), time(18)), (time(9), time(12)))}, "follow one another"),
        ({"segments": ((time(9), time(13)), (time(12), time(18)))}, "follow one another"),
        ({"segments": ((time(9, 0, 30), time(18)),)}, "in minutes"),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused(said: dict[str, object], why: str) -> None:
    with pytest.raises(CalendarError, match=why):
        a_calendar(**said)


def test_a_calendar_does_not_change_with_the_list_it_was_made_of() -> None:
    listed = {date(2026, 3, 3): "임시공휴일"}
    calendar = a_calendar(holidays=listed)

    listed.clear()

    assert day_kind(date(2026, 3, 3), calendar=calendar) is DayKind.HOLIDAY
    with pytest.raises(FrozenInstanceError):
        calendar.version = "other"


def test_a_calendar_with_one_more_holiday_is_another() -> None:
    amended = replace(korea(), holidays={**korea().holidays, date(2026, 3, 3): "임시공휴일"})

    assert amended != korea()
    assert len({korea(), replace(korea())}) == 1


def test_a_moment_without_an_offset_has_no_korean_day() -> None:
    with pytest.raises(AssertionError, match="expected a moment with an offset"):
        local_day(datetime(2026, 3, 3))  # noqa: DTZ001


def test_a_korean_day_begins_in_the_afternoon_of_the_day_before_in_utc() -> None:
    assert midnight(date(2026, 3, 3)) == datetime(2026, 3, 2, 15, tzinfo=UTC)
    assert local_day(datetime(2026, 3, 2, 15, tzinfo=UTC)) == date(2026, 3, 3)
