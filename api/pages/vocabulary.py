"""What pages call things, read from the tables that decide them, and which days are worked."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from callcenter.domain.clock_rules import CLOCK_RULES
from callcenter.domain.periods import PeriodUnit
from callcenter.domain.ticket_events import (
    CHANNEL_NAMES_KO,
    OUTCOME_NAMES_KO,
    STATE_NAMES_KO,
    Phase,
    Submitted,
    TicketState,
    VisitResult,
)
from callcenter.domain.ticket_rules import RULES
from callcenter.domain.worktime import WorkCalendar, local_day

Name = dict[str, str]
"""What something is called, by language."""
_VISITS_KO: Final = {
    VisitResult.FIXED: "현장에서 해결",
    VisitResult.NEEDS_WORK: "추가 작업 필요",
    VisitResult.NOTHING_FOUND: "이상 없음",
}
_UNITS_KO: Final = {
    PeriodUnit.IMMEDIATE: "즉시(3근무시간)",
    PeriodUnit.MINUTE: "근무분",
    PeriodUnit.HOUR: "근무시간",
    PeriodUnit.DAY: "일",
    PeriodUnit.WEEK: "주",
    PeriodUnit.MONTH: "개월",
    PeriodUnit.YEAR: "년",
}
_PHASES_KO: Final = {Phase.BEFORE: "처리 전", Phase.AFTER: "처리 후", Phase.EVIDENCE: "증빙"}


def words() -> dict[str, dict[str, Name]]:
    """Name every code that tickets, clocks and commands show."""
    clocks = {kind.value: {"ko": rule.ko, "en": rule.en} for kind, rule in CLOCK_RULES.items()}
    commands = {rule.command: _name(rule.command, rule.ko) for rule in RULES}
    submitted = {Submitted.kind: _name(Submitted.kind, STATE_NAMES_KO[TicketState.SUBMITTED])}
    return {
        "states": _names(STATE_NAMES_KO),
        "channels": _names(CHANNEL_NAMES_KO),
        "outcomes": _names(OUTCOME_NAMES_KO),
        "visits": _names(_VISITS_KO),
        "units": _names(_UNITS_KO),
        "phases": _names(_PHASES_KO),
        "clocks": clocks,
        "commands": commands,
        "events": submitted | {rule.event.kind: _name(rule.event.kind, rule.ko) for rule in RULES},
    }


def hours(calendar: WorkCalendar) -> list[list[str]]:
    """Say when people work on a working day, in Korea: `[["09:00", "12:00"], ["13:00", "18:00"]]`."""
    return [[edge.isoformat("minutes") for edge in segment] for segment in calendar.segments]


def holidays_near(at: datetime, *, calendar: WorkCalendar) -> dict[str, str]:
    """Name the public holidays of last year, this one and the next two."""
    year = local_day(at).year
    return {
        day.isoformat(): name
        for day, name in calendar.holidays.items()
        if year - 1 <= day.year <= year + 2
    }


def _names(korean: Mapping[Any, str]) -> dict[str, Name]:
    return {str(code): _name(code, ko) for code, ko in korean.items()}


def _name(code: StrEnum | str, ko: str) -> Name:
    return {"ko": ko, "en": str(code).replace("_", " ")}
