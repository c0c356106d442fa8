"""The answer to "왜 제 기한이 14일인가요?": a deadline in a few sentences, in Korean and in English."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, assert_never

from callcenter.clock import MINUTE
from callcenter.domain.counting import DayMark, Mark, Scale
from callcenter.domain.ledger import KIND_NAMES, duration_en, duration_ko
from callcenter.domain.worktime import KST, DayKind, local_day

WEEKDAYS_KO: Final = "월화수목금토일"
WEEKDAYS_EN: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
_OFF: Final = (Mark.SATURDAY, Mark.SUNDAY, Mark.HOLIDAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What begins a period and what it is called: "접수되었고 처리기간은", "Accepted on"."""

    ko: str
    en: str
    term_ko: str = "기한"


ACCEPTED: Final = Wording(ko="접수", en="Accepted", term_ko="처리기간")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What the summary of a deadline tells."""

    started_at: datetime
    due_at: datetime | None
    last_day: date | None
    scale: Scale
    """In what the period itself is counted."""
    marks: tuple[DayMark, ...]
    period: tuple[str, str]
    """Its name in Korean and in English."""
    extensions: tuple[tuple[str, str], ...]
    left: int
    """Days or microseconds still to be counted when a pause ends; 0 if not known."""
    whole_days: bool
    """Whether a pause takes whole days, or its own time only."""
    wording: Wording

    @property
    def counted(self) -> int:
        """Number the days that counted."""
        return sum(mark.mark is Mark.COUNTED for mark in self.marks)

    @property
    def first_counts(self) -> bool:
        """Say whether the day of the beginning was counted in."""
        return self.marks[0].mark is not Mark.FIRST

    @property
    def moved(self) -> bool:
        """Say whether the last day was free, so that the period ends later."""
        return self.marks[-1].mark is Mark.MOVED

    def paused(self) -> dict[tuple[str, str], int]:
        """Number the days that each kind of ended pause took; 0 if it took hours only."""
        taken: dict[tuple[str, str], int] = {}
        for mark in self.marks:
            out = mark.excluded
            if out is not None and out.to_at is not None and mark.mark not in _OFF:
                name = (out.name_ko, out.name_en)
                taken[name] = taken.get(name, 0) + (mark.mark is Mark.PAUSED)
        return taken

    def standstill(self) -> tuple[str, str]:
        """Name what keeps the deadline open."""
        out = self.marks[-1].excluded
        assert out is not None, "an open deadline stands still at an exclusion"
        return out.name_ko, out.name_en


def summary_ko(account: Account) -> str:
    """Tell the deadline in Korean."""
    wording = account.wording
    begun = f"{_moment_ko(account.started_at)}에 {wording.ko}되었고"
    sentences = [f"{begun} {wording.term_ko}은 {account.period[0]}입니다."]
    if account.extensions:
        names = [f"{n}차로 {name}" for n, (name, _) in enumerate(account.extensions, start=1)]
        sentences.append(f"{', '.join(names)} 연장되었습니다.")
    sentences.append(_open_ko(account) if account.last_day is None else _due_ko(account))
    sentences.extend(
        f"{name}에 걸린 {f'{days}일' if days else '시간'}은 세지 않았습니다."
        for (name, _), days in account.paused().items()
    )
    return " ".join(sentences)


def summary_en(account: Account) -> str:
    """Tell the deadline in English."""
    begun = f"{account.wording.en} on {_moment_en(account.started_at)}"
    sentences = [f"{begun}, for a period of {account.period[1]}."]
    if account.extensions:
        names = [name for _, name in account.extensions]
        sentences.append(f"Extended by {' and by '.join(names)}.")
    sentences.append(_open_en(account) if account.last_day is None else _due_en(account))
    sentences.extend(
        f"Not counted: {f'{days} days' if days > 1 else '1 day' if days else 'the time'} of {name}."
        for (_, name), days in account.paused().items()
    )
    return " ".join(sentences)


def _due_ko(account: Account) -> str:
    until = _until_ko(account)
    off = _off_ko(account.marks)
    without = f" {off} 빼고" if off else ""
    first = "첫날부터" if account.first_counts else "첫날은 빼고"
    match account.scale:
        case Scale.HOURS:
            return f"그때부터{without} 근무시간만 세므로 {until}입니다."
        case Scale.DAYS:
            return f"{first}{without} 세어 {account.counted}일째 되는 날인 {until}입니다."
        case Scale.CALENDAR if account.moved:
            return f"{first} 달력대로 세면 쉬는 날에 끝나므로 다음 근무일인 {until}입니다."
        case Scale.CALENDAR:
            return f"{first} 달력대로 세어 {account.counted}일째 되는 날인 {until}입니다."
        case _:
            assert_never(account.scale)


def _due_en(account: Account) -> str:
    until = _until_en(account)
    off = _off_en(account.marks)
    without = f", without {off}" if off else ""
    first = "from the first day" if account.first_counts else "from the day after"
    match account.scale:
        case Scale.HOURS:
            return f"Due {until}: only working hours are counted{without}."
        case Scale.DAYS:
            return f"Due {until}: day {account.counted}, counted {first}{without}."
        case Scale.CALENDAR if account.moved:
            return f"Due {until}: counted {first}, it ends on a free day and so on the next working one."
        case Scale.CALENDAR:
            return f"Due {until}: day {account.counted}, every day counted {first}."
        case _:
            assert_never(account.scale)


def _open_ko(account: Account) -> str:
    resumes = "끝난 다음 날부터" if account.whole_days else "끝난 때부터"
    days = f"{account.left}일"
    hours = duration_ko(account.left // MINUTE)
    left = (
        f"나머지 {hours if account.scale is Scale.HOURS else days}을" if account.left else "이어서"
    )
    name = account.standstill()[0]
    return f"{name} 기간이 끝나지 않아 마감일은 아직 정해지지 않았고, {resumes} {left} 셉니다."


def _open_en(account: Account) -> str:
    resumes = "the day after it ends" if account.whole_days else "the moment it ends"
    days = f"the {account.left} days left are"
    hours = f"the {duration_en(account.left // MINUTE)} left are"
    left = (hours if account.scale is Scale.HOURS else days) if account.left else "the rest is"
    return f"Not yet fixed, for the {account.standstill()[1]} lasts still; {left} counted from {resumes}."


def _off_ko(marks: Sequence[DayMark]) -> str:
    parts = []
    for kind, days in _off(marks).items():
        names = ", ".join(dict.fromkeys(mark.holiday for mark in days if mark.holiday))
        parts.append(f"{KIND_NAMES[kind][0]} {len(days)}일{f'({names})' if names else ''}")
    return f"{', '.join(parts)}을" if parts else ""


def _off_en(marks: Sequence[DayMark]) -> str:
    parts = []
    for kind, days in _off(marks).items():
        names = ", ".join(dict.fromkeys(mark.holiday for mark in days if mark.holiday))
        plural = f"{len(days)} {KIND_NAMES[kind][1]}{'s' if len(days) > 1 else ''}"
        parts.append(f"{plural}{f' ({names})' if names else ''}")
    return ", ".join(parts)


def _off(marks: Sequence[DayMark]) -> dict[DayKind, list[DayMark]]:
    """Group the days left out because nobody works, in the order of their first."""
    groups: dict[DayKind, list[DayMark]] = {}
    for mark in marks:
        if mark.mark in _OFF:
            groups.setdefault(mark.kind, []).append(mark)
    return groups


def _until_ko(account: Account) -> str:
    day = account.last_day
    assert day is not None, "only a fixed deadline has a last day"
    year = f"{day.year}년 " if day.year != local_day(account.started_at).year else ""
    return f"{year}{_day_ko(day)} {_time(account)}까지"


def _until_en(account: Account) -> str:
    day = account.last_day
    assert day is not None, "only a fixed deadline has a last day"
    return f"by {_time(account)} on {_day_en(day)}"


def _time(account: Account) -> str:
    """Give the time of a deadline on its last day, on which midnight is 24:00."""
    assert account.due_at is not None, "only a fixed deadline has a time"
    local = account.due_at.astimezone(KST)
    return f"{local:%H:%M}" if local.date() == account.last_day else "24:00"


def _moment_ko(at: datetime) -> str:
    local = at.astimezone(KST)
    return f"{local.year}년 {_day_ko(local.date())} {local:%H:%M}"


def _moment_en(at: datetime) -> str:
    local = at.astimezone(KST)
    return f"{_day_en(local.date())} {local:%H:%M}"


def _day_ko(day: date) -> str:
    return f"{day.month}월 {day.day}일({WEEKDAYS_KO[day.weekday()]})"


def _day_en(day: date) -> str:
    return f"{WEEKDAYS_EN[day.weekday()]} {day.day} {MONTHS_EN[day.month - 1]} {day.year}"
