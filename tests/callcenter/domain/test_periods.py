from dataclasses import fields
from datetime import date

import pytest

from callcenter.domain.periods import (
    ACT_OF_2006,
    ACT_OF_2016,
    IMMEDIATELY,
    PAUSE_NAMES,
    Pause,
    PauseReason,
    Period,
    PeriodUnit,
    rule_for,
)
from callcenter.domain.policy import ASSUMED, Policy
from callcenter.errors import PeriodError
from tests.calendars import kst


@pytest.mark.parametrize(
    ("qty", "unit"),
    [
        (0, PeriodUnit.DAY),
        (-1, PeriodUnit.HOUR),
        (3, PeriodUnit.IMMEDIATE),
        (3_661, PeriodUnit.DAY),
        (11, PeriodUnit.YEAR),
        (30_000, PeriodUnit.HOUR),
    ],
)
def test_a_period_no_statute_can_mean_is_refused(qty: int, unit: PeriodUnit) -> None:
    with pytest.raises(PeriodError, match=f"got {qty}") as refused:
        Period(qty=qty, unit=unit)
    assert refused.value.key == "qty"


def test_ten_years_are_the_longest() -> None:
    assert Period(qty=10, unit=PeriodUnit.YEAR).calendar_days(date(2026, 1, 1)) == 3_652


@pytest.mark.parametrize(
    ("period", "korean", "english"),
    [
        (IMMEDIATELY, "즉시(3근무시간)", "3 working hours (immediate)"),
        (Period(qty=90, unit=PeriodUnit.MINUTE), "90근무분", "90 working minutes"),
        (Period(qty=8, unit=PeriodUnit.HOUR), "8근무시간", "8 working hours"),
        (Period(qty=14, unit=PeriodUnit.DAY), "14일", "14 days"),
        (Period(qty=1, unit=PeriodUnit.WEEK), "1주", "1 week"),
        (Period(qty=1, unit=PeriodUnit.MONTH), "1개월", "1 month"),
        (Period(qty=2, unit=PeriodUnit.YEAR), "2년", "2 years"),
    ],
)
def test_a_period_has_a_name(period: Period, korean: str, english: str) -> None:
    assert (period.name_ko, period.name_en) == (korean, english)


def test_a_pause_does_not_run_backwards() -> None:
    with pytest.raises(PeriodError, match="expected a pause that ends after") as refused:
        Pause(from_at=kst("2026-03-03 10:00"), to_at=kst("2026-03-03 09:59"))
    assert refused.value.key == "to_at"


def test_every_reason_for_a_pause_has_a_name() -> None:
    assert set(PAUSE_NAMES) == set(PauseReason)


@pytest.mark.parametrize(
    ("start", "rule"),
    [
        ("2006-09-25 00:00", ACT_OF_2006),
        ("2016-02-11 23:59", ACT_OF_2006),
        ("2016-02-12 00:00", ACT_OF_2016),
        ("2026-03-03 10:00", ACT_OF_2016),
    ],
)
def test_the_rule_is_that_of_the_korean_day(start: str, rule: object) -> None:
    assert rule_for(kst(start)) is rule


def test_no_rule_is_made_up_for_an_earlier_day() -> None:
    with pytest.raises(PeriodError, match="expected a day from 2006-09-25 on, got 2006-09-24"):
        rule_for(kst("2006-09-24 23:59"))


def test_every_assumed_answer_says_why() -> None:
    assert set(ASSUMED) == {field.name for field in fields(Policy)}
    assert all(ASSUMED.values())
