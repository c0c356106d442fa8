"""What the civil-petition law (민원 처리에 관한 법률) speaks of: periods, pauses, extensions, versions.

How they make a deadline is in `deadlines`; what the law leaves open is in `policy`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, assert_never

from callcenter.clock import MINUTE, Tick
from callcenter.domain.counting import civil_length
from callcenter.domain.worktime import local_day
from callcenter.errors import PeriodError

IMMEDIATE_MINUTES: Final = 3 * 60
"""즉시 means within three working hours (시행령 §19)."""
MINUTES_OF_A_DAY: Final = 8 * 60
"""One day of a period counted in hours is eight working hours, whatever the city works (법 §19①)."""
LONGEST_DAYS: Final = 3_660
"""Ten years: a longer period is a slip of the pen."""


class PeriodUnit(StrEnum):
    """In what a period is laid down."""

    IMMEDIATE = "immediate"
    MINUTE = "minute"
    """Working minutes: no unit of the law, but of a city's own promises."""
    HOUR = "hour"
    """Working hours (근무시간)."""
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


_DAYS_AT_MOST: Final = {
    PeriodUnit.DAY: 1,
    PeriodUnit.WEEK: 7,
    PeriodUnit.MONTH: 31,
    PeriodUnit.YEAR: 366,
}
_UNIT_NAMES: Final = {
    PeriodUnit.IMMEDIATE: ("즉시", "immediate"),
    PeriodUnit.MINUTE: ("근무분", "working minute"),
    PeriodUnit.HOUR: ("근무시간", "working hour"),
    PeriodUnit.DAY: ("일", "day"),
    PeriodUnit.WEEK: ("주", "week"),
    PeriodUnit.MONTH: ("개월", "month"),
    PeriodUnit.YEAR: ("년", "year"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """How long something may take; `immediate` (즉시) has the quantity 1.

    Raises:
        PeriodError: there is no such period.
    """

    qty: int
    unit: PeriodUnit

    def __post_init__(self) -> None:
        """Refuse what no statute can mean."""
        if self.unit is PeriodUnit.IMMEDIATE and self.qty != 1:
            raise PeriodError(f"expected 1 with the unit immediate, got {self.qty!r}", key="qty")
        if self.qty < 1 or self.days_at_most > LONGEST_DAYS:
            raise PeriodError(f"expected 1 {self.unit} to ten years, got {self.qty!r}", key="qty")

    @property
    def work(self) -> Tick | None:
        """Give its length in working time; `None` where weeks, months or years are meant."""
        match self.unit:
            case PeriodUnit.IMMEDIATE:
                return IMMEDIATE_MINUTES * MINUTE
            case PeriodUnit.MINUTE:
                return self.qty * MINUTE
            case PeriodUnit.HOUR:
                return self.qty * 60 * MINUTE
            case PeriodUnit.DAY:
                return self.qty * MINUTES_OF_A_DAY * MINUTE
            case PeriodUnit.WEEK | PeriodUnit.MONTH | PeriodUnit.YEAR:
                return None
            case _:
                assert_never(self.unit)

    @property
    def in_days(self) -> bool:
        """Say whether it can be counted by the calendar."""
        return self.unit in _DAYS_AT_MOST

    @property
    def days_at_most(self) -> float:
        """Give its length in days, the longest months and years taken."""
        if self.in_days:
            return self.qty * _DAYS_AT_MOST[self.unit]
        return (self.work or 0) / (MINUTES_OF_A_DAY * MINUTE)

    def calendar_days(self, first: date) -> int:
        """Count its days from the first, by the calendar (민법 §160); not for working time."""
        match self.unit:
            case PeriodUnit.DAY:
                return self.qty
            case PeriodUnit.WEEK:
                return 7 * self.qty
            case PeriodUnit.MONTH:
                return civil_length(first, months=self.qty)
            case _:
                return civil_length(first, months=12 * self.qty)

    @property
    def name_ko(self) -> str:
        """Name it in Korean: 즉시(3근무시간), 14일, 1개월."""
        unit = _UNIT_NAMES[self.unit][0]
        return "즉시(3근무시간)" if self.unit is PeriodUnit.IMMEDIATE else f"{self.qty}{unit}"

    @property
    def name_en(self) -> str:
        """Name it in English: 14 days, 1 month."""
        if self.unit is PeriodUnit.IMMEDIATE:
            return "3 working hours (immediate)"
        return f"{self.qty} {_UNIT_NAMES[self.unit][1]}{'s' if self.qty > 1 else ''}"


IMMEDIATELY: Final = Period(qty=1, unit=PeriodUnit.IMMEDIATE)


class PauseReason(StrEnum):
    """Why time is not counted (시행령 §20 by way of 행정절차법 시행령 §11)."""

    SUPPLEMENT = "supplement"
    REPRESENTATIVE = "representative"
    HEARING = "hearing"
    TESTING = "testing"
    PRIOR_WORK = "prior_work"
    FORWARDING = "forwarding"
    SURVEY = "survey"
    """On the spot, for grievances only (시행령 §17⑤): 14 days, once 7 more."""
    PAPERS = "papers"
    """Papers fetched from another agency (시행령 §7의2③)."""
    OUTAGE = "outage"
    """An information system failed (시행령 §20 as amended on 2026-05-06)."""


PAUSE_NAMES: Final[dict[PauseReason, tuple[str, str]]] = {
    PauseReason.SUPPLEMENT: ("보완", "supplement"),
    PauseReason.REPRESENTATIVE: ("대표자 선정", "choice of representatives"),
    PauseReason.HEARING: ("의견청취", "hearing"),
    PauseReason.TESTING: ("시험·검사·감정", "tests and appraisal"),
    PauseReason.PRIOR_WORK: ("선행사무", "prior work"),
    PauseReason.FORWARDING: ("문서 이송", "forwarding of papers"),
    PauseReason.SURVEY: ("현장조사", "survey on the spot"),
    PauseReason.PAPERS: ("증명서류 확인", "papers from another agency"),
    PauseReason.OUTAGE: ("정보시스템 장애", "outage of a system"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A time that does not count, from sending to receiving; without an end it lasts still.

    Raises:
        PeriodError: it ends before it begins.
    """

    from_at: datetime
    to_at: datetime | None
    reason: PauseReason = PauseReason.SUPPLEMENT

    def __post_init__(self) -> None:
        """Refuse a pause that runs backwards."""
        if self.to_at is not None and self.to_at < self.from_at:
            raise PeriodError(
                f"expected a pause that ends after {self.from_at.isoformat()}, "
                f"got {self.to_at.isoformat()}",
                key="to_at",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """More time (시행령 §21): the first by the agency, the second with the petitioner's consent."""

    n: int
    qty: int
    unit: PeriodUnit
    consent: bool = False

    @property
    def period(self) -> Period:
        """Give what it adds."""
        return Period(qty=self.qty, unit=self.unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleVersion:
    """How periods were counted from a day on; the rule of the day of acceptance counts to the end."""

    code: str
    valid_from: date
    saturdays_count_from_days: int | None = None
    """Periods of so many days and more counted Saturdays."""
    hours_up_to_days: int = 5
    """Periods of so few days are counted in working hours."""
    first_day_counts: bool = True
    every_day_counts: bool = False
    """Days are counted by the calendar (민법 §157–161), as for any period outside 법 §19."""


ACT_OF_2006: Final = RuleVersion(
    code="act-2006", valid_from=date(2006, 9, 25), saturdays_count_from_days=6
)
"""민원사무 처리에 관한 법률 §6: Saturdays without work counted in periods of six days and more.

Known from a ministry's answer, not from the text; its first day is from memory.
"""
ACT_OF_2016: Final = RuleVersion(code="act-2016", valid_from=date(2016, 2, 12))
"""민원 처리에 관한 법률 §19: Saturdays never count."""
CIVIL_CODE: Final = RuleVersion(
    code="civil-code",
    valid_from=date(2007, 12, 21),
    hours_up_to_days=0,
    first_day_counts=False,
    every_day_counts=True,
)
"""민법 §157–161: every day counts but the first; a last day that is free moves on, Saturdays too."""
RULES: Final = (ACT_OF_2006, ACT_OF_2016)


def rule_for(started_at: datetime) -> RuleVersion:
    """Give the version of the petition law under which a petition accepted then is counted.

    Raises:
        PeriodError: it was accepted before the first version known here.
    """
    day = local_day(started_at)
    known = [rule for rule in RULES if rule.valid_from <= day]
    if not known:
        raise PeriodError(f"expected a day from {RULES[0].valid_from} on, got {day}")
    return known[-1]
