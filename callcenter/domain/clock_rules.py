"""Every kind of clock: what sets its period, and which article of law says so.

법 is 민원 처리에 관한 법률, 영 its decree (시행령).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from callcenter.domain.deadlines import DueDate, due_date
from callcenter.domain.periods import CIVIL_CODE, Period, PeriodUnit, RuleVersion
from callcenter.domain.summaries import ACCEPTED, Wording
from callcenter.domain.worktime import WorkCalendar


class ClockKind(StrEnum):
    """What a clock measures."""

    STATUTORY = "statutory"
    """The answer to the petitioner."""
    GOAL = "goal"
    """The city's own, shorter promise."""
    ACCEPT = "accept"
    """From arrival to acceptance."""
    TRANSFER = "transfer"
    """From acceptance to the unit in charge."""
    HANDOVER = "handover"
    """Until the unit takes it or, being the wrong one, gives it back."""
    FORWARD = "forward"
    """Until it lies with the agency it belongs to."""
    COOPERATION = "cooperation"
    FIELD = "field"
    """Until the immediate-resolution team is on the spot."""
    PROGRESS = "progress"
    """Until the petitioner hears how far it is."""
    OBJECTION = "objection"
    """How long a petitioner may object to a refusal."""
    OBJECTION_RULING = "objection_ruling"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRule:
    """Where a kind of clock takes its period from."""

    ko: str
    en: str
    article: str
    wording: Wording
    period: Period | None = None
    """`None` where the service, the command or the policy says how long."""
    extension: Period | None = None
    """The longest that the period may grow by, where the article says so."""
    rule: RuleVersion | None = None
    """`None` for the version of the petition law in force when it starts."""


def _hours(qty: int) -> Period:
    return Period(qty=qty, unit=PeriodUnit.HOUR)


def _days(qty: int) -> Period:
    return Period(qty=qty, unit=PeriodUnit.DAY)


REOPENED: Final = Wording(ko="재접수", en="Reopened", term_ko="처리기간")
CLOCK_RULES: Final[dict[ClockKind, ClockRule]] = {
    ClockKind.STATUTORY: ClockRule(
        ko="처리기간",
        en="statutory period",
        article="법 §17–19, 영 §14–21",
        wording=ACCEPTED,
    ),
    ClockKind.GOAL: ClockRule(
        ko="목표 시간",
        en="the city's own goal",
        article="no law: the catalogue of services",
        wording=Wording(ko="접수", en="Accepted", term_ko="처리 목표"),
    ),
    ClockKind.ACCEPT: ClockRule(
        ko="접수 기한",
        en="acceptance",
        article="영 §6⑦",
        wording=Wording(ko="신청", en="Submitted", term_ko="접수 기한"),
        period=_hours(8),
    ),
    ClockKind.TRANSFER: ClockRule(
        ko="부서 이송 기한",
        en="transfer to the unit in charge",
        article="영 §13① (3 hours where the unit is far away)",
        wording=Wording(ko="접수", en="Accepted", term_ko="부서 이송 기한"),
        period=_hours(1),
    ),
    ClockKind.HANDOVER: ClockRule(
        ko="부서 수령·반송 기한",
        en="taking it or giving it back",
        article="영 §13②",
        wording=Wording(ko="배정", en="Sent to the unit", term_ko="수령·반송 기한"),
        period=_hours(3),
    ),
    ClockKind.FORWARD: ClockRule(
        ko="타기관 이송 기한",
        en="transfer to another agency",
        article="영 §13③",
        wording=Wording(ko="접수", en="Accepted", term_ko="타기관 이송 기한"),
        period=_hours(8),
    ),
    ClockKind.COOPERATION: ClockRule(
        ko="협조 회신 기한",
        en="reply of another unit",
        article="법 §20",
        wording=Wording(ko="협조 요청", en="Asked", term_ko="회신 기한"),
    ),
    ClockKind.FIELD: ClockRule(
        ko="현장 도착 목표",
        en="arrival on the spot",
        article="no law: the city's policy",
        wording=Wording(ko="출동 지시", en="Dispatched", term_ko="현장 도착 목표"),
    ),
    ClockKind.PROGRESS: ClockRule(
        ko="중간 통지 기한",
        en="notice of progress",
        article="영 §23",
        wording=Wording(ko="접수 또는 통지", en="Accepted or notified", term_ko="중간 통지 기한"),
        period=_days(30),
        rule=CIVIL_CODE,
    ),
    ClockKind.OBJECTION: ClockRule(
        ko="이의신청 기한",
        en="objection to a refusal",
        article="법 §35①",
        wording=Wording(
            ko="거부처분이 통지", en="Notified of the refusal", term_ko="이의신청 기한"
        ),
        period=_days(60),
        rule=CIVIL_CODE,
    ),
    ClockKind.OBJECTION_RULING: ClockRule(
        ko="이의신청 결정 기한",
        en="ruling on an objection",
        article="법 §35②",
        wording=Wording(ko="이의신청이 접수", en="Objected", term_ko="결정 기한"),
        period=_days(10),
        extension=_days(10),
        rule=CIVIL_CODE,
    ),
}
"""Every kind there is."""


def due_by_law(kind: ClockKind, started_at: datetime, *, calendar: WorkCalendar) -> DueDate:
    """Compute the deadline of a kind whose period the law fixes.

    Raises:
        CalendarError: the calendar ends before the period does.
    """
    rule = CLOCK_RULES[kind]
    assert rule.period is not None, f"the law sets no period for {kind}"
    return due_date(
        rule.period, started_at, calendar=calendar, rule=rule.rule, wording=rule.wording
    )
