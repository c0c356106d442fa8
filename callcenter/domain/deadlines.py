"""When is an answer due, and why: a deadline as a pure function of the period and all that befell it.

It depends on the period, the moment it began, the calendar, the version of the law, the pauses and
the extensions, and explains itself day by day.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from operator import attrgetter
from typing import assert_never

from callcenter.clock import Tick
from callcenter.domain.counting import (
    ONE_DAY,
    Count,
    Course,
    DayMark,
    Exclusion,
    Scale,
    count_calendar,
    count_days,
    count_work,
    first_left_out,
)
from callcenter.domain.ledger import DayLine, lines
from callcenter.domain.periods import (
    MINUTES_OF_A_DAY,
    PAUSE_NAMES,
    Extension,
    Pause,
    Period,
    PeriodUnit,
    RuleVersion,
    rule_for,
)
from callcenter.domain.policy import DEFAULT_POLICY, DayEnd, ExtensionScale, HourPause, Policy
from callcenter.domain.summaries import ACCEPTED, Account, Wording, summary_en, summary_ko
from callcenter.domain.worktime import KST, WorkCalendar, local_day, midnight
from callcenter.errors import PeriodError


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDate:
    """A deadline and how it came about; its words are written when they are asked for."""

    due_at: datetime | None
    """In UTC; a day ends at the next day's 00:00. `None` while a pause keeps it open."""
    last_day: date | None
    """The Korean day on which it falls."""
    rule: str
    calendar_version: str
    account: Account

    @property
    def lines(self) -> tuple[DayLine, ...]:
        """Write down every day from the first to the last."""
        return lines(self.account.marks)

    @property
    def summary_ko(self) -> str:
        """Answer "왜 제 기한이 …일인가요?" in a sentence or two."""
        return summary_ko(self.account)

    @property
    def summary_en(self) -> str:
        """Answer the same question in English."""
        return summary_en(self.account)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stage:
    """A stretch counted in one go: the period, or an extension; `work` where hours are counted."""

    scale: Scale
    period: Period
    work: Tick = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """All that a deadline depends on but the pauses."""

    started_at: datetime
    stages: tuple[_Stage, ...]
    calendar: WorkCalendar
    rule: RuleVersion
    policy: Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reckoning:
    marks: tuple[DayMark, ...]
    due_at: datetime | None
    last_day: date | None
    left: int


def due_date(
    period: Period,
    started_at: datetime,
    *,
    calendar: WorkCalendar,
    rule: RuleVersion | None = None,
    pauses: Sequence[Pause] = (),
    extensions: Sequence[Extension] = (),
    policy: Policy = DEFAULT_POLICY,
    wording: Wording = ACCEPTED,
) -> DueDate:
    """Compute when a period that began at a moment is over, and account for every day.

    Up to five days are counted in working hours from the minute of acceptance, more in days with the
    first included, weeks, months and years by the calendar (법 §19). A pause that begins when the
    deadline has passed saves nothing.

    Args:
        period: What the statute or the city's table of periods grants.
        started_at: The acceptance (접수), not the submission.
        calendar: The version to count with.
        rule: By default that of the day of acceptance.
        pauses: In any order; they may overlap, a day is left out once.
        extensions: At most two; the second needs the petitioner's consent (시행령 §21).
        policy: Answers to what the law leaves open.
        wording: What began the period, for the summaries.

    Raises:
        PeriodError: an extension is not lawful, or no rule is known for so early a day.
        CalendarError: the calendar ends before the period does.
    """
    rule = rule or rule_for(started_at)
    stages = _stages(period, local_day(started_at), extensions, rule=rule, policy=policy)
    task = _Task(started_at=started_at, stages=stages, calendar=calendar, rule=rule, policy=policy)
    found = _reckon_with(pauses, task=task)
    account = _account(found, task=task, wording=wording, more=extensions)
    return DueDate(
        due_at=found.due_at,
        last_day=found.last_day,
        rule=rule.code,
        calendar_version=calendar.version,
        account=account,
    )


def _reckon_with(pauses: Sequence[Pause], *, task: _Task) -> _Reckoning:
    """Take the pauses in turn as long as each begins before the deadline that stood until then."""
    exclusions: tuple[Exclusion, ...] = ()
    found = _reckon(task, exclusions)
    for pause in sorted(pauses, key=attrgetter("from_at")):
        if found.due_at is None or pause.from_at >= found.due_at:
            break
        exclusions += (_exclusion(pause),)
        found = _reckon(task, exclusions)
    return found


def _reckon(task: _Task, exclusions: tuple[Exclusion, ...]) -> _Reckoning:
    course = Course(
        calendar=task.calendar,
        exclusions=exclusions,
        saturdays_count=_saturdays_count(task.stages[0].period, task.rule),
        whole_days=task.policy.hour_pause is HourPause.WHOLE_DAYS,
    )
    at, day = task.started_at, local_day(task.started_at)
    marks: tuple[DayMark, ...] = ()
    if not task.rule.first_day_counts and task.stages[0].scale is not Scale.HOURS:
        marks = (first_left_out(day, course=course),)
        day += ONE_DAY
    found = _Reckoning(marks=marks, due_at=None, last_day=None, left=0)
    for number, stage in enumerate(task.stages):
        count = _count(stage, at=at, day=day, course=replace(course, stage=number))
        marks += count.marks
        if count.last_day is None:
            left = count.left if stage is task.stages[-1] else 0
            return _Reckoning(marks=marks, due_at=None, last_day=None, left=left)
        day = count.last_day + ONE_DAY
        at = count.end or midnight(day)
        due_at = count.end or _end_of(count.last_day, task=task)
        found = _Reckoning(marks=marks, due_at=due_at, last_day=count.last_day, left=0)
    return found


def _account(
    found: _Reckoning, *, task: _Task, wording: Wording, more: Sequence[Extension]
) -> Account:
    own = task.stages[0]
    own_time = task.policy.hour_pause is HourPause.ITS_OWN_TIME and own.scale is Scale.HOURS
    return Account(
        started_at=task.started_at,
        due_at=found.due_at,
        last_day=found.last_day,
        scale=own.scale,
        marks=found.marks,
        period=_names(own.period, own.scale),
        extensions=tuple(
            _names(one.period, own.scale) for one in sorted(more, key=attrgetter("n"))
        ),
        left=found.left,
        whole_days=not own_time,
        wording=wording,
    )


def _names(period: Period, scale: Scale) -> tuple[str, str]:
    """Name a period, and how long a day is where days are counted in hours."""
    if scale is Scale.HOURS and period.unit is PeriodUnit.DAY:
        hours = period.qty * MINUTES_OF_A_DAY // 60
        return f"{period.name_ko}({hours}근무시간)", f"{period.name_en} ({hours} working hours)"
    return period.name_ko, period.name_en


def _count(stage: _Stage, *, at: datetime, day: date, course: Course) -> Count:
    match stage.scale:
        case Scale.HOURS:
            return count_work(at, stage.work, course=course)
        case Scale.DAYS:
            return count_days(day, stage.period.qty, course=course)
        case Scale.CALENDAR:
            return count_calendar(day, stage.period.calendar_days(day), course=course)
        case _:
            assert_never(stage.scale)


def _end_of(day: date, *, task: _Task) -> datetime:
    if task.rule.every_day_counts or task.policy.day_end is DayEnd.MIDNIGHT:
        return midnight(day + ONE_DAY)
    closing = task.calendar.segments[-1][1]
    return datetime.combine(day, closing, KST).astimezone(UTC)


def _exclusion(pause: Pause) -> Exclusion:
    name_ko, name_en = PAUSE_NAMES[pause.reason]
    return Exclusion(from_at=pause.from_at, to_at=pause.to_at, name_ko=name_ko, name_en=name_en)


def _saturdays_count(period: Period, rule: RuleVersion) -> bool:
    threshold = rule.saturdays_count_from_days
    return threshold is not None and period.qty >= threshold


def _scale(period: Period, rule: RuleVersion) -> Scale:
    match period.unit:
        case PeriodUnit.IMMEDIATE | PeriodUnit.MINUTE | PeriodUnit.HOUR:
            return Scale.HOURS
        case PeriodUnit.DAY if period.qty <= rule.hours_up_to_days:
            return Scale.HOURS
        case PeriodUnit.DAY if not rule.every_day_counts:
            return Scale.DAYS
        case _:
            return Scale.CALENDAR


def _stages(
    period: Period,
    first: date,
    extensions: Sequence[Extension],
    *,
    rule: RuleVersion,
    policy: Policy,
) -> tuple[_Stage, ...]:
    """Line up the period and its extensions; neighbours counted in hours are one stretch."""
    own = _scale(period, rule)
    stages = [_Stage(scale=own, period=period, work=period.work or 0)]
    for extension in _lawful(extensions, period=period, first=first):
        more = extension.period
        if policy.extension_scale is ExtensionScale.BY_ITSELF:
            scale = _scale(more, rule)
        else:
            scale = _same_scale(more, own)
        if scale is Scale.HOURS is stages[-1].scale:
            stages[-1] = replace(stages[-1], work=stages[-1].work + (more.work or 0))
        else:
            stages.append(_Stage(scale=scale, period=more, work=more.work or 0))
    return tuple(stages)


def _lawful(extensions: Sequence[Extension], *, period: Period, first: date) -> list[Extension]:
    """Give the extensions in their order, if 시행령 §21 allows them."""
    ordered = sorted(extensions, key=attrgetter("n"))
    if [extension.n for extension in ordered] not in ([], [1], [2], [1, 2]):
        numbers = [extension.n for extension in extensions]
        raise PeriodError(f"expected one extension, and one more, got {numbers}", key="n")
    for extension in ordered:
        if extension.n > 1 and not extension.consent:
            raise PeriodError("expected the petitioner's consent to a second one", key="consent")
        if _length(extension.period, first) > _length(period, first):
            raise PeriodError(
                f"expected at most the period of {period.name_en}, got {extension.period.name_en}",
                key="qty",
            )
    return ordered


def _length(period: Period, first: date) -> float:
    """Measure a period in days, so that any two can be compared."""
    return period.calendar_days(first) if period.in_days else period.days_at_most


def _same_scale(more: Period, scale: Scale) -> Scale:
    """Hold an extension to units that its period is counted in."""
    fits = {
        Scale.HOURS: more.work is not None,
        Scale.DAYS: more.unit is PeriodUnit.DAY,
        Scale.CALENDAR: more.in_days,
    }
    if not fits[scale]:
        raise PeriodError(
            f"expected an extension counted in {scale}, as its period is, got {more.name_en}",
            key="unit",
        )
    return scale
