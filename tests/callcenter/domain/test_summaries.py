"""The words a citizen reads; each sentence is pinned, for somebody will quote it."""

import pytest

from callcenter.domain.deadlines import DueDate, due_date
from callcenter.domain.periods import (
    CIVIL_CODE,
    IMMEDIATELY,
    Extension,
    Pause,
    PauseReason,
    Period,
    PeriodUnit,
)
from callcenter.domain.policy import DayEnd, HourPause, Policy
from callcenter.domain.summaries import Wording
from tests.calendars import korea, kst


def days(qty: int) -> Period:
    return Period(qty=qty, unit=PeriodUnit.DAY)


def a_pause(begin: str, end: str | None, reason: PauseReason = PauseReason.SUPPLEMENT) -> Pause:
    return Pause(from_at=kst(begin), to_at=kst(end) if end else None, reason=reason)


def due(period: Period, start: str, **said: object) -> DueDate:
    return due_date(period, kst(start), calendar=korea(), **said)


WHY_THE_14TH = due(days(14), "2026-09-21 10:00")


def test_why_is_my_deadline_the_14th() -> None:
    assert WHY_THE_14TH.summary_ko == (
        "2026년 9월 21일(월) 10:00에 접수되었고 처리기간은 14일입니다. "
        "첫날부터 공휴일 6일(추석 전날, 추석, 추석 다음날, 개천절, 개천절 대체 휴일, 한글날), "
        "일요일 3일, 토요일 1일을 빼고 세어 14일째 되는 날인 10월 14일(수) 24:00까지입니다."
    )
    assert WHY_THE_14TH.summary_en == (
        "Accepted on Mon 21 Sep 2026 10:00, for a period of 14 days. "
        "Due by 24:00 on Wed 14 Oct 2026: day 14, counted from the first day, without "
        "6 public holidays (추석 전날, 추석, 추석 다음날, 개천절, 개천절 대체 휴일, 한글날), "
        "3 Sundays, 1 Saturday."
    )


def test_every_day_to_the_14th_has_its_reason() -> None:
    told = [(f"{line.day:%m-%d}", line.number, line.reason_ko) for line in WHY_THE_14TH.lines]

    assert told == [
        ("09-21", 1, "1일째"),
        ("09-22", 2, "2일째"),
        ("09-23", 3, "3일째"),
        ("09-24", None, "공휴일(추석 전날)"),
        ("09-25", None, "공휴일(추석)"),
        ("09-26", None, "공휴일(추석 다음날)"),
        ("09-27", None, "일요일"),
        ("09-28", 4, "4일째"),
        ("09-29", 5, "5일째"),
        ("09-30", 6, "6일째"),
        ("10-01", 7, "7일째"),
        ("10-02", 8, "8일째"),
        ("10-03", None, "공휴일(개천절)"),
        ("10-04", None, "일요일"),
        ("10-05", None, "공휴일(개천절 대체 휴일)"),
        ("10-06", 9, "9일째"),
        ("10-07", 10, "10일째"),
        ("10-08", 11, "11일째"),
        ("10-09", None, "공휴일(한글날)"),
        ("10-10", None, "토요일"),
        ("10-11", None, "일요일"),
        ("10-12", 12, "12일째"),
        ("10-13", 13, "13일째"),
        ("10-14", 14, "14일째"),
    ]


def test_hours_are_told_with_their_sum_so_far() -> None:
    found = due(IMMEDIATELY, "2026-03-03 17:15")

    assert found.summary_ko == (
        "2026년 3월 3일(화) 17:15에 접수되었고 처리기간은 즉시(3근무시간)입니다. "
        "그때부터 근무시간만 세므로 3월 4일(수) 11:15까지입니다."
    )
    assert found.summary_en == (
        "Accepted on Tue 3 Mar 2026 17:15, for a period of 3 working hours (immediate). "
        "Due by 11:15 on Wed 4 Mar 2026: only working hours are counted."
    )
    assert [(line.minutes, line.reason_ko, line.reason_en) for line in found.lines] == [
        (45, "45분 (누적 45분)", "45 min (45 min so far)"),
        (135, "2시간 15분 (누적 3시간)", "2 h 15 min (3 h so far)"),
    ]


def test_days_counted_in_hours_say_how_many() -> None:
    found = due(days(3), "2026-10-08 17:00")

    assert found.summary_ko == (
        "2026년 10월 8일(목) 17:00에 접수되었고 처리기간은 3일(24근무시간)입니다. "
        "그때부터 공휴일 1일(한글날), 토요일 1일, 일요일 1일을 빼고 근무시간만 세므로 "
        "10월 14일(수) 17:00까지입니다."
    )


def test_a_day_without_working_time_left_says_so() -> None:
    late = due(IMMEDIATELY, "2026-03-03 18:30").lines[0]

    assert (late.counted, late.reason_ko) == (False, "근무시간이 남지 않음")


def test_a_day_of_a_pause_says_so_in_hours_too() -> None:
    found = due(
        days(2), "2026-03-04 10:00", pauses=[a_pause("2026-03-05 10:30", "2026-03-05 14:00")]
    )

    assert [line.reason_ko for line in found.lines] == [
        "7시간 (누적 7시간)",
        "보완 기간 제외",
        "8시간 (누적 15시간)",
        "토요일",
        "일요일",
        "1시간 (누적 16시간)",
    ]


def test_saturdays_that_counted_say_so() -> None:
    saturday = due(days(7), "2009-09-25 10:00").lines[1]

    assert (saturday.number, saturday.reason_ko) == (2, "2일째 (토요일 포함)")
    assert saturday.reason_en == "day 2 (a Saturday, counted)"


def test_pauses_and_extensions_are_told() -> None:
    found = due(
        days(14),
        "2026-03-03 10:00",
        pauses=[
            a_pause("2026-03-05 10:00", "2026-03-06 10:00"),
            a_pause("2026-03-10 10:00", "2026-03-10 11:00", PauseReason.TESTING),
        ],
        extensions=[
            Extension(n=2, qty=1, unit=PeriodUnit.DAY, consent=True),
            Extension(n=1, qty=2, unit=PeriodUnit.DAY),
        ],
    )

    assert found.summary_ko == (
        "2026년 3월 3일(화) 10:00에 접수되었고 처리기간은 14일입니다. "
        "1차로 2일, 2차로 1일 연장되었습니다. "
        "첫날부터 토요일 4일, 일요일 4일을 빼고 세어 17일째 되는 날인 3월 30일(월) 24:00까지입니다. "
        "보완에 걸린 2일은 세지 않았습니다. 시험·검사·감정에 걸린 1일은 세지 않았습니다."
    )
    assert found.summary_en.endswith(
        "Extended by 2 days and by 1 day. Due by 24:00 on Mon 30 Mar 2026: day 17, counted from "
        "the first day, without 4 Saturdays, 4 Sundays. Not counted: 2 days of supplement. "
        "Not counted: 1 day of tests and appraisal."
    )
    assert [line.reason_ko for line in found.lines if "연장" in line.reason_ko] == [
        "15일째 · 1차 연장",
        "16일째 · 1차 연장",
        "17일째 · 2차 연장",
    ]
    assert [line.reason_ko for line in found.lines if "제외" in line.reason_ko] == [
        "보완 기간 제외",
        "보완 기간 제외",
        "시험·검사·감정 기간 제외",
    ]


@pytest.mark.parametrize(
    ("period", "hour_pause", "expected"),
    [
        (days(14), HourPause.WHOLE_DAYS, "끝난 다음 날부터 나머지 12일을 셉니다."),
        (days(3), HourPause.WHOLE_DAYS, "끝난 다음 날부터 나머지 9시간을 셉니다."),
        (days(3), HourPause.ITS_OWN_TIME, "끝난 때부터 나머지 7시간 30분을 셉니다."),
        (Period(qty=1, unit=PeriodUnit.MONTH), HourPause.ITS_OWN_TIME, "나머지 29일을 셉니다."),
    ],
)
def test_an_open_pause_says_what_is_left(
    period: Period, hour_pause: HourPause, expected: str
) -> None:
    found = due(
        period,
        "2026-03-03 10:00",
        pauses=[a_pause("2026-03-05 10:30", None)],
        policy=Policy(hour_pause=hour_pause),
    )

    assert "보완 기간이 끝나지 않아 마감일은 아직 정해지지 않았고, " in found.summary_ko
    assert found.summary_ko.endswith(expected)
    assert "Not yet fixed, for the supplement lasts still; the " in found.summary_en


def test_what_is_left_is_not_told_while_an_extension_follows() -> None:
    found = due(
        days(14),
        "2026-03-03 10:00",
        pauses=[a_pause("2026-03-05 10:30", None)],
        extensions=[Extension(n=1, qty=7, unit=PeriodUnit.DAY)],
    )

    assert found.summary_ko.endswith("끝난 다음 날부터 이어서 셉니다.")
    assert found.summary_en.endswith("the rest is counted from the day after it ends.")


def test_a_pause_of_hours_is_told_as_time() -> None:
    found = due(
        days(2),
        "2026-03-04 10:00",
        pauses=[a_pause("2026-03-05 10:30", "2026-03-05 14:00")],
        policy=Policy(hour_pause=HourPause.ITS_OWN_TIME),
    )

    assert found.summary_ko.endswith("보완에 걸린 시간은 세지 않았습니다.")
    assert found.summary_en.endswith("Not counted: the time of supplement.")
    assert found.lines[1].reason_ko == "5시간 30분 (누적 12시간 30분) · 보완 시간 제외"


def test_a_pause_that_took_only_free_days_is_not_told() -> None:
    found = due(
        days(7), "2026-03-03 10:00", pauses=[a_pause("2026-03-07 10:00", "2026-03-08 10:00")]
    )

    assert "보완" not in found.summary_ko
    assert [line.reason_ko for line in found.lines[4:6]] == ["토요일", "일요일"]


def test_a_last_day_that_moved_says_why() -> None:
    found = due(Period(qty=1, unit=PeriodUnit.WEEK), "2026-03-01 10:00")

    assert found.summary_ko == (
        "2026년 3월 1일(일) 10:00에 접수되었고 처리기간은 1주입니다. "
        "첫날부터 달력대로 세면 쉬는 날에 끝나므로 다음 근무일인 3월 9일(월) 24:00까지입니다."
    )
    assert found.summary_en.endswith(
        "Due by 24:00 on Mon 9 Mar 2026: counted from the first day, it ends on a free day and so "
        "on the next working one."
    )
    assert [line.reason_ko for line in found.lines[-3:]] == [
        "7일째 (토요일 포함)",
        "일요일",
        "마지막 날이 쉬는 날이어서 이날까지",
    ]


def test_a_period_by_the_calendar_says_so() -> None:
    found = due(Period(qty=1, unit=PeriodUnit.MONTH), "2026-03-10 10:00")

    assert found.summary_ko.endswith(
        "첫날부터 달력대로 세어 31일째 되는 날인 4월 9일(목) 24:00까지입니다."
    )
    assert found.summary_en.endswith(
        "Due by 24:00 on Thu 9 Apr 2026: day 31, every day counted from the first day."
    )


def test_other_beginnings_have_their_own_words() -> None:
    refused = Wording(ko="거부처분이 통지", en="Notified of the refusal", term_ko="이의신청 기한")

    found = due(days(60), "2026-03-10 15:00", rule=CIVIL_CODE, wording=refused)

    assert found.summary_ko == (
        "2026년 3월 10일(화) 15:00에 거부처분이 통지되었고 이의신청 기한은 60일입니다. "
        "첫날은 빼고 달력대로 세면 쉬는 날에 끝나므로 다음 근무일인 5월 11일(월) 24:00까지입니다."
    )
    assert found.lines[0].reason_ko == "첫날은 세지 않음"


def test_a_deadline_of_next_year_names_the_year() -> None:
    assert "2027년 1월 6일(수) 24:00까지" in due(days(7), "2026-12-26 10:00").summary_ko


def test_a_day_that_ends_with_the_office_says_when() -> None:
    found = due(days(14), "2026-09-21 10:00", policy=Policy(day_end=DayEnd.CLOSING))

    assert found.summary_ko.endswith("10월 14일(수) 18:00까지입니다.")
