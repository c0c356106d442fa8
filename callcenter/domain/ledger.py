"""The account of a deadline, day by day: what each day added, and why another added nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, assert_never

from callcenter.clock import MINUTE
from callcenter.domain.counting import DayMark, Mark
from callcenter.domain.worktime import DayKind

KIND_NAMES: Final = {
    DayKind.WORKING: ("근무일", "working day"),
    DayKind.SATURDAY: ("토요일", "Saturday"),
    DayKind.SUNDAY: ("일요일", "Sunday"),
    DayKind.HOLIDAY: ("공휴일", "public holiday"),
}

_FIXED: Final = {
    Mark.CLOSED: ("근무시간이 남지 않음", "no working time left"),
    Mark.FIRST: ("첫날은 세지 않음", "the first day does not count"),
    Mark.MOVED: ("마지막 날이 쉬는 날이어서 이날까지", "the last day was free: it ends here"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLine:
    """One day of an account of a deadline."""

    day: date
    counted: bool
    number: int | None
    """Its place among the counted days; `None` for a day not counted or counted in hours."""
    minutes: int
    """Working minutes counted on it; 0 where days are counted."""
    reason_ko: str
    reason_en: str


def lines(marks: Sequence[DayMark]) -> tuple[DayLine, ...]:
    """Write a line for each day; working minutes add up to the period, rounding carried along."""
    written: list[DayLine] = []
    number, work = 0, 0
    for mark in marks:
        before, work = work // MINUTE, work + mark.work
        in_days = mark.mark is Mark.COUNTED and not mark.work
        number += in_days
        korean, english = _reason(mark, number=number, before=before, minutes=work // MINUTE)
        written.append(
            DayLine(
                day=mark.day,
                counted=mark.mark is Mark.COUNTED,
                number=number if in_days else None,
                minutes=work // MINUTE - before,
                reason_ko=korean,
                reason_en=english,
            )
        )
    return tuple(written)


def duration_ko(minutes: int) -> str:
    """Say a working time: 7시간 30분."""
    hours, rest = divmod(minutes, 60)
    parts = ([f"{hours}시간"] if hours or not rest else []) + ([f"{rest}분"] if rest else [])
    return " ".join(parts)


def duration_en(minutes: int) -> str:
    """Say a working time: 7 h 30 min."""
    hours, rest = divmod(minutes, 60)
    parts = ([f"{hours} h"] if hours or not rest else []) + ([f"{rest} min"] if rest else [])
    return " ".join(parts)


def _reason(mark: DayMark, *, number: int, before: int, minutes: int) -> tuple[str, str]:
    """Say in Korean and in English what a day did; `before` and `minutes` frame its work."""
    match mark.mark:
        case Mark.COUNTED if mark.work:
            return _worked(mark, before=before, minutes=minutes)
        case Mark.COUNTED:
            return _numbered(mark, number=number)
        case Mark.PAUSED:
            return _paused(mark)
        case Mark.SATURDAY | Mark.SUNDAY | Mark.HOLIDAY:
            return _kind(mark)
        case Mark.CLOSED | Mark.FIRST | Mark.MOVED:
            return _FIXED[mark.mark]
        case _:
            assert_never(mark.mark)


def _worked(mark: DayMark, *, before: int, minutes: int) -> tuple[str, str]:
    out = mark.excluded
    korean = f"{duration_ko(minutes - before)} (누적 {duration_ko(minutes)})"
    english = f"{duration_en(minutes - before)} ({duration_en(minutes)} so far)"
    if out is None:
        return korean, english
    return f"{korean} · {out.name_ko} 시간 제외", f"{english} · without the {out.name_en}"


def _numbered(mark: DayMark, *, number: int) -> tuple[str, str]:
    korean, english = f"{number}일째", f"day {number}"
    if mark.kind is not DayKind.WORKING:
        kind_ko, kind_en = _kind(mark)
        korean, english = f"{korean} ({kind_ko} 포함)", f"{english} (a {kind_en}, counted)"
    if mark.stage:
        korean, english = f"{korean} · {mark.stage}차 연장", f"{english} · extension {mark.stage}"
    return korean, english


def _paused(mark: DayMark) -> tuple[str, str]:
    out = mark.excluded
    assert out is not None, "a paused day names its exclusion"
    if out.to_at is None:
        return f"{out.name_ko} 중 (끝나지 않음)", f"left out: {out.name_en}, which lasts still"
    return f"{out.name_ko} 기간 제외", f"left out: {out.name_en}"


def _kind(mark: DayMark) -> tuple[str, str]:
    korean, english = KIND_NAMES[mark.kind]
    if mark.holiday:
        return f"{korean}({mark.holiday})", f"{english} ({mark.holiday})"
    return korean, english
