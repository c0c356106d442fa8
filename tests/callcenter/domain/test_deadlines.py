from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from callcenter.domain.deadlines import DueDate, due_date
from callcenter.domain.periods import (
    ACT_OF_2006,
    ACT_OF_2016,
    CIVIL_CODE,
    IMMEDIATELY,
    Extension,
    Pause,
    PauseReason,
    Period,
    PeriodUnit,
    RuleVersion,
)
from callcenter.domain.policy import DayEnd, ExtensionScale, HourPause, Policy
from callcenter.domain.worktime import WorkCalendar
from callcenter.errors import CalendarError, PeriodError
from tests.calendars import a_calendar, korea, korean_holidays, kst, local


def of(text: str) -> Period:
    """Read a period: `14 day`."""
    qty, unit = text.split()
    return Period(qty=int(qty), unit=PeriodUnit(unit))


def more(n: int, text: str, *, consent: bool = False) -> Extension:
    period = of(text)
    return Extension(n=n, qty=period.qty, unit=period.unit, consent=consent)


def a_pause(begin: str, end: str | None, reason: PauseReason = PauseReason.SUPPLEMENT) -> Pause:
    return Pause(from_at=kst(begin), to_at=kst(end) if end else None, reason=reason)


def due(period: Period | str, start: str, **said: object) -> DueDate:
    known = {"calendar": korea()} | said
    return due_date(of(period) if isinstance(period, str) else period, kst(start), **known)


def until(found: DueDate) -> str | None:
    """Say when it is due as an office would: a last day, or a day and a time."""
    if found.due_at is None:
        return None
    day = f"{found.last_day}"
    return day if local(found.due_at)[:10] != day else local(found.due_at)


def before_it_was_decided(day: date) -> WorkCalendar:
    """Give the calendar as it was while a day was no holiday yet."""
    known = {holiday: name for holiday, name in korean_holidays().items() if holiday != day}
    return a_calendar(version="before", holidays=known)


@pytest.mark.parametrize(
    ("period", "start", "rule", "expected"),
    [
        (IMMEDIATELY, "2026-02-13 16:30", None, "2026-02-19 10:30"),
        ("3 day", "2009-09-29 14:00", None, "2009-10-05 14:00"),
        ("1 day", "2026-10-08 17:00", None, "2026-10-12 17:00"),
        ("7 day", "2026-02-13 10:00", None, "2026-02-26"),
        ("7 day", "2009-09-25 10:00", ACT_OF_2006, "2009-10-05"),
        ("7 day", "2009-09-25 10:00", ACT_OF_2016, "2009-10-06"),
        ("14 day", "2026-09-21 10:00", None, "2026-10-14"),
        ("14 day", "2026-05-23 10:00", None, "2026-06-15"),
        ("7 day", "2024-09-23 10:00", None, "2024-10-02"),
    ],
    ids=[
        "1: immediately, over Seollal",
        "2: three days, over Chuseok 2009",
        "3: one day, over Hangul day",
        "5: seven days, over Seollal",
        "6: seven days, Saturdays counted until 2016",
        "6: seven days, by the rule of today",
        "7: fourteen days, over Chuseok and two holidays",
        "9: fourteen days, accepted on a Saturday",
        "11: seven days, after 1 October became a holiday",
    ],
)
def test_golden_vectors(
    period: Period | str, start: str, rule: RuleVersion | None, expected: str
) -> None:
    assert until(due(period, start, rule=rule)) == expected


def test_golden_vector_11_before_1_october_became_a_holiday() -> None:
    calendar = before_it_was_decided(date(2024, 10, 1))

    found = due("7 day", "2024-09-23 10:00", calendar=calendar)

    assert until(found) == "2024-10-01"
    assert found.calendar_version == "before"


def test_the_rule_of_the_day_of_acceptance_counts() -> None:
    assert due("7 day", "2016-02-11 10:00").rule == "act-2006"
    assert until(due("7 day", "2016-02-11 23:59")) == "2016-02-18"
    assert due("7 day", "2016-02-12 00:00").rule == "act-2016"
    assert until(due("7 day", "2016-02-12 00:00")) == "2016-02-22"


def test_saturdays_counted_from_six_days_on() -> None:
    assert until(due("6 day", "2009-09-04 09:00")) == "2009-09-10"
    assert until(due("6 day", "2009-09-04 09:00", rule=ACT_OF_2016)) == "2009-09-11"


def test_saturdays_never_counted_in_periods_of_up_to_five_days() -> None:
    assert until(due("5 day", "2009-09-04 09:00")) == "2009-09-10 18:00"


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-03-03 12:20", "2026-03-03 16:00"),
        ("2026-03-03 18:00", "2026-03-04 12:00"),
        ("2026-03-07 11:00", "2026-03-09 12:00"),
        ("2026-05-01 11:00", "2026-05-04 12:00"),
    ],
    ids=["at lunch", "at closing time", "on a Saturday", "on Labour Day 2026"],
)
def test_hours_begin_with_the_next_working_minute(start: str, expected: str) -> None:
    assert until(due(IMMEDIATELY, start)) == expected


def test_the_first_day_counts_however_late_the_petition_was_accepted() -> None:
    assert until(due("6 day", "2026-03-03 23:59")) == "2026-03-10"


@pytest.mark.parametrize(
    ("period", "start", "expected"),
    [
        ("1 week", "2026-03-03 10:00", "2026-03-09"),
        ("1 week", "2026-03-01 10:00", "2026-03-09"),
        ("1 month", "2026-03-10 10:00", "2026-04-09"),
        ("1 month", "2026-04-01 10:00", "2026-04-30"),
        ("1 month", "2025-01-31 10:00", "2025-02-28"),
        ("1 month", "2024-01-31 10:00", "2024-02-29"),
        ("1 month", "2026-01-01 10:00", "2026-02-02"),
        ("2 month", "2025-12-29 10:00", "2026-03-03"),
        ("1 year", "2024-02-29 10:00", "2025-02-28"),
        ("1 year", "2025-03-03 10:00", "2026-03-03"),
    ],
    ids=[
        "a week ends the day before the same weekday",
        "a week that ends on a Saturday moves to Monday",
        "a month ends the day before the same number",
        "a month from its first is the whole month",
        "no 31 February: the month's last",
        "no 31 February in a leap year",
        "ends on Saturday 31 January, hence Monday",
        "ends on Saturday 28 February, then Sunday and its substitute, hence Tuesday",
        "no 29 February",
        "ends on a substitute holiday, hence the next day",
    ],
)
def test_weeks_months_and_years_follow_the_civil_code(
    period: str, start: str, expected: str
) -> None:
    assert until(due(period, start)) == expected


@pytest.mark.parametrize(
    ("period", "start", "expected"),
    [
        ("60 day", "2026-03-10 15:00", "2026-05-11"),
        ("10 day", "2026-03-10 15:00", "2026-03-20"),
        ("5 day", "2026-03-10 15:00", "2026-03-16"),
        ("1 month", "2026-03-31 15:00", "2026-04-30"),
    ],
    ids=["objection", "ruling", "short periods are in days too", "months too begin the day after"],
)
def test_a_period_of_the_civil_code_leaves_out_its_first_day_only(
    period: str, start: str, expected: str
) -> None:
    assert until(due(period, start, rule=CIVIL_CODE)) == expected


def test_a_ruling_extended_counts_on_from_the_day_after_its_last() -> None:
    found = due("10 day", "2026-03-04 15:00", rule=CIVIL_CODE, extensions=[more(1, "10 day")])

    assert until(due("10 day", "2026-03-04 15:00", rule=CIVIL_CODE)) == "2026-03-16"
    assert until(found) == "2026-03-26"


@pytest.mark.parametrize(
    ("stop", "expected"),
    [
        (a_pause("2026-03-05 17:00", "2026-03-06 09:00"), "2026-03-13"),
        (a_pause("2026-03-05 10:00", "2026-03-05 10:30"), "2026-03-12"),
        (a_pause("2026-03-07 10:00", "2026-03-08 10:00"), "2026-03-11"),
        (a_pause("2026-03-11 23:59", "2026-03-13 00:00"), "2026-03-16"),
        (a_pause("2026-03-12 00:00", "2026-03-13 00:00"), "2026-03-11"),
        (a_pause("2026-03-03 10:00", "2026-03-03 11:00"), "2026-03-12"),
    ],
    ids=[
        "the day sent and the day received are both left out",
        "sent and received on one day",
        "a weekend did not count anyway",
        "begun in the last minute of the last day",
        "begun when the deadline had passed: it saves nothing",
        "begun on the day of acceptance",
    ],
)
def test_a_supplement_is_left_out_in_whole_days(stop: Pause, expected: str) -> None:
    assert until(due("7 day", "2026-03-03 10:00")) == "2026-03-11"
    assert until(due("7 day", "2026-03-03 10:00", pauses=[stop])) == expected


def test_overlapping_pauses_leave_a_day_out_once() -> None:
    stops = [
        a_pause("2026-03-06 10:00", "2026-03-10 10:00", PauseReason.TESTING),
        a_pause("2026-03-05 10:00", "2026-03-06 17:00"),
    ]

    assert until(due("7 day", "2026-03-03 10:00", pauses=stops)) == "2026-03-17"


def test_a_pause_that_lasts_still_keeps_the_deadline_open() -> None:
    found = due("7 day", "2026-03-03 10:00", pauses=[a_pause("2026-03-05 17:00", None)])

    assert found.due_at is None
    assert found.last_day is None
    assert found.lines[-1].day == date(2026, 3, 5)
    assert found.lines[-1].reason_ko == "보완 중 (끝나지 않음)"


def test_a_pause_that_lasts_still_opens_no_deadline_that_had_passed() -> None:
    late = a_pause("2026-03-12 09:00", None)

    assert until(due("7 day", "2026-03-03 10:00", pauses=[late])) == "2026-03-11"


def test_a_last_day_moved_by_a_holiday_may_still_be_taken_by_a_pause() -> None:
    stop = a_pause("2026-03-09 09:00", "2026-03-09 10:00")

    assert until(due("1 week", "2026-03-01 10:00", pauses=[stop])) == "2026-03-10"


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (HourPause.WHOLE_DAYS, "2026-03-10 10:00"),
        (HourPause.ITS_OWN_TIME, "2026-03-09 09:30"),
    ],
)
def test_how_a_supplement_takes_from_hours_is_the_citys_policy(
    policy: HourPause, expected: str
) -> None:
    stop = a_pause("2026-03-05 10:30", "2026-03-06 10:00")

    found = due("2 day", "2026-03-04 10:00", pauses=[stop], policy=Policy(hour_pause=policy))

    assert until(due("2 day", "2026-03-04 10:00")) == "2026-03-06 10:00"
    assert until(found) == expected


def test_overlapping_pauses_take_their_time_from_hours_once() -> None:
    stops = [
        a_pause("2026-03-05 10:00", "2026-03-05 16:00"),
        a_pause("2026-03-05 11:00", "2026-03-05 14:00", PauseReason.TESTING),
    ]
    policy = Policy(hour_pause=HourPause.ITS_OWN_TIME)

    assert until(due("2 day", "2026-03-04 10:00", pauses=stops, policy=policy)) == (
        "2026-03-06 16:00"
    )


def test_a_pause_that_begins_as_the_deadline_passes_saves_nothing() -> None:
    late = a_pause("2026-03-06 10:00", "2026-03-06 11:00")

    assert until(due("2 day", "2026-03-04 10:00", pauses=[late])) == "2026-03-06 10:00"


def test_a_day_may_end_when_the_office_closes() -> None:
    found = due("7 day", "2026-03-03 10:00", policy=Policy(day_end=DayEnd.CLOSING))

    assert until(found) == "2026-03-11 18:00"


def test_a_period_of_the_civil_code_ends_at_midnight_whatever_the_office_does() -> None:
    closing = Policy(day_end=DayEnd.CLOSING)

    found = due("10 day", "2026-03-10 15:00", rule=CIVIL_CODE, policy=closing)

    assert found.due_at == kst("2026-03-21 00:00")


@pytest.mark.parametrize(
    ("period", "extensions", "expected"),
    [
        ("7 day", [more(1, "7 day")], "2026-03-20"),
        ("7 day", [more(2, "2 day", consent=True), more(1, "3 day")], "2026-03-18"),
        ("3 day", [more(1, "3 day")], "2026-03-11 10:00"),
        ("3 day", [more(1, "4 hour")], "2026-03-06 15:00"),
        ("1 immediate", [more(1, "1 immediate")], "2026-03-03 17:00"),
        ("1 week", [more(1, "1 week")], "2026-03-16"),
        ("1 month", [more(1, "1 month")], "2026-05-04"),
        ("1 month", [more(1, "10 day")], "2026-04-13"),
    ],
)
def test_an_extension_counts_on_as_its_period_does(
    period: str, extensions: Sequence[Extension], expected: str
) -> None:
    assert until(due(period, "2026-03-03 10:00", extensions=extensions)) == expected


def test_an_extension_may_count_by_itself() -> None:
    policy = Policy(extension_scale=ExtensionScale.BY_ITSELF)

    three_days = due("14 day", "2026-03-03 10:00", extensions=[more(1, "3 day")], policy=policy)
    six_days = due("2 week", "2026-03-03 10:00", extensions=[more(1, "6 day")], policy=policy)

    assert until(due("14 day", "2026-03-03 10:00")) == "2026-03-20"
    assert until(three_days) == "2026-03-25 18:00"
    assert until(due("2 week", "2026-03-03 10:00")) == "2026-03-16"
    assert until(six_days) == "2026-03-24"


@pytest.mark.parametrize(
    ("period", "extensions", "key"),
    [
        ("7 day", [more(1, "8 day")], "qty"),
        ("7 day", [more(2, "1 day")], "consent"),
        ("7 day", [more(1, "1 day"), more(1, "1 day")], "n"),
        ("7 day", [more(3, "1 day", consent=True)], "n"),
        ("7 day", [more(1, "8 hour")], "unit"),
        ("7 day", [more(1, "1 week")], "unit"),
        ("1 immediate", [more(1, "4 hour")], "qty"),
        ("1 week", [more(1, "8 day")], "qty"),
        ("1 week", [more(1, "8 hour")], "unit"),
        ("3 day", [more(1, "1 week")], "qty"),
    ],
)
def test_an_unlawful_extension_is_refused(
    period: str, extensions: Sequence[Extension], key: str
) -> None:
    with pytest.raises(PeriodError) as refused:
        due(period, "2026-03-03 10:00", extensions=extensions)
    assert refused.value.key == key


def test_a_deadline_beyond_the_calendar_is_refused_with_the_years_it_covers() -> None:
    short = a_calendar(first_year=2026, last_year=2026)

    with pytest.raises(CalendarError, match="covers the years 2026 to 2026"):
        due("14 day", "2026-12-20 10:00", calendar=short)


def test_the_same_question_has_the_same_answer() -> None:
    assert due("14 day", "2026-09-21 10:00") == due("14 day", "2026-09-21 10:00")
    assert due("14 day", "2026-09-21 10:00") != due(
        "14 day", "2026-09-21 10:00", calendar=replace(korea(), version="other")
    )
