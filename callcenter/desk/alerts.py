"""What a supervisor must be told without having looked: rules with memory, and what became of them.

A rule is data. It raises an alert when its reading has been bad for a while, and clears it when the
reading has been good for a while, at another threshold: a figure that trembles around one raises nothing
twice. Time is the centre's own clock. A reading that nobody knows neither raises nor clears.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from callcenter.clock import MINUTE, SECOND, Tick
from callcenter.domain.access import Actor
from callcenter.errors import InputError, RefusedError
from callcenter.store.alerts import Alert, NewAlert
from callcenter.store.unit_of_work import Store

LONGEST_OWNER: Final = 80


class Severity(StrEnum):
    """How much an alert wants."""

    WARN = "warn"
    """Look."""
    BAD = "bad"
    """Act."""


class Reading(StrEnum):
    """What a rule looks at."""

    MARGIN = "margin"
    """Today's service level less what it aims at, both 0 to 1."""
    LONGEST_WAIT = "longest_wait"
    """Seconds the first in a queue has waited."""
    WAITING = "waiting"
    SILENT = "silent"
    """Seconds of real time since a source was heard."""
    OVERDUE = "overdue"
    """Tickets past their statutory date."""
    VIOLATIONS = "violations"
    """Sums that do not add up."""
    GAPS = "gaps"
    """Numbers of a source that nobody has told yet."""
    SKEW = "skew"
    """Seconds by which the clock of a source is wrong, either way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: from where on it is bad, and from where on it is good again."""

    name: str
    reading: Reading
    severity: Severity
    raise_at: float
    clear_at: float
    """Above it, bad readings are those at or above `raise_at`; below it, those at or below."""
    raise_after: Tick = 0
    clear_after: Tick = 0
    ko: str
    en: str
    """`{value}` is the reading that raised it, `{subject}` what it is about."""

    def __post_init__(self) -> None:
        """Refuse a rule without room between its thresholds: it would raise and clear by turns."""
        assert self.raise_at != self.clear_at, f"{self.name}: expected two thresholds"

    def is_bad(self, value: float) -> bool:
        """Say whether a reading speaks for raising."""
        rising = self.raise_at > self.clear_at
        return value >= self.raise_at if rising else value <= self.raise_at

    def is_good(self, value: float) -> bool:
        """Say whether a reading speaks for clearing."""
        rising = self.raise_at > self.clear_at
        return value <= self.clear_at if rising else value >= self.clear_at


RULES: Final = (
    Rule(
        name="service-level",
        reading=Reading.MARGIN,
        severity=Severity.WARN,
        raise_at=0.0,
        clear_at=0.02,
        raise_after=5 * MINUTE,
        clear_after=5 * MINUTE,
        ko="서비스레벨이 목표에 미치지 못합니다 (목표 대비 {value:+.1%}p)",
        en="service level is below its target ({value:+.1%} against it)",
    ),
    Rule(
        name="longest-wait",
        reading=Reading.LONGEST_WAIT,
        severity=Severity.BAD,
        raise_at=120.0,
        clear_at=30.0,
        clear_after=30 * SECOND,
        ko="{subject}: 가장 오래 기다린 전화가 {value:.0f}초째입니다",
        en="{subject}: the longest wait is {value:.0f} s",
    ),
    Rule(
        name="waiting",
        reading=Reading.WAITING,
        severity=Severity.WARN,
        raise_at=10.0,
        clear_at=4.0,
        raise_after=30 * SECOND,
        clear_after=MINUTE,
        ko="{subject}: 대기 {value:.0f}건",
        en="{subject}: {value:.0f} calls wait",
    ),
    Rule(
        name="source-silent",
        reading=Reading.SILENT,
        severity=Severity.BAD,
        raise_at=15.0,
        clear_at=5.0,
        ko="교환기 {subject}의 소식이 끊겼습니다: 화면의 수치는 지금의 것이 아닙니다",
        en="switch {subject} is silent: the figures are not those of now",
    ),
    Rule(
        name="ticket-overdue",
        reading=Reading.OVERDUE,
        severity=Severity.WARN,
        raise_at=1.0,
        clear_at=0.0,
        ko="처리기한이 지난 민원이 {value:.0f}건 있습니다",
        en="{value:.0f} tickets are past their statutory date",
    ),
    Rule(
        name="invariant",
        reading=Reading.VIOLATIONS,
        severity=Severity.BAD,
        raise_at=1.0,
        clear_at=0.0,
        ko="인입 = 응답 + 포기 + 이탈 + 대기가 맞지 않습니다",
        en="offered is not answered + abandoned + flowed out + waiting",
    ),
    Rule(
        name="gap",
        reading=Reading.GAPS,
        severity=Severity.WARN,
        raise_at=1.0,
        clear_at=0.0,
        raise_after=2 * MINUTE,
        ko="교환기 {subject}의 빠진 번호 {value:.0f}건이 채워지지 않았습니다",
        en="switch {subject}: {value:.0f} missing numbers have not been told again",
    ),
    Rule(
        name="clock-skew",
        reading=Reading.SKEW,
        severity=Severity.WARN,
        raise_at=1.0,
        clear_at=0.5,
        raise_after=5 * SECOND,
        ko="교환기 {subject}의 시계가 {value:.0f}초 틀립니다",
        en="the clock of switch {subject} is wrong by {value:.0f} s",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one rule stands with one subject."""

    raised: bool = False
    turning_since: Tick | None = None
    """Since when the readings have spoken for the other state without a break."""


def step(rule: Rule, standing: Standing, *, value: float | None, at: Tick) -> Standing:
    """Move on by one reading; moments that go back, as of a new day's clock, begin the wait anew."""
    if value is None or not (rule.is_good if standing.raised else rule.is_bad)(value):
        return replace(standing, turning_since=None)
    since = standing.turning_since
    since = at if since is None or since > at else since
    if at - since < (rule.clear_after if standing.raised else rule.raise_after):
        return replace(standing, turning_since=since)
    return Standing(raised=not standing.raised)


Readings = Mapping[tuple[Reading, str], float | None]
"""By what is looked at, and the queue or source it is about; without one where it is the centre."""
Subject = tuple[str, str]
"""A rule's name, and what it is about."""


class AlertDesk:
    """Holds the rules against what is read, and keeps every alert with its owner."""

    def __init__(
        self, store: Store, *, now: Callable[[], datetime], rules: Iterable[Rule] = RULES
    ) -> None:
        """Stand on a store; `restore` before the first look."""
        self._store = store
        self._now = now
        self._rules = tuple(rules)
        self._standings: dict[Subject, Standing] = {}
        self._open: dict[Subject, Alert] = {}

    @property
    def raised(self) -> tuple[Alert, ...]:
        """The alerts that are raised now, the oldest first."""
        return tuple(sorted(self._open.values(), key=lambda alert: alert.id))

    async def restore(self) -> None:
        """Go on with what was raised when the house was left."""
        async with self._store.reading() as uow:
            alerts = await uow.alerts.open()
        self._open = {(alert.rule, alert.subject): alert for alert in alerts}
        self._standings = {subject: Standing(raised=True) for subject in self._open}

    async def raised_at(self, moment: Tick) -> Sequence[Alert]:
        """Return the alerts that were raised at a moment of the past, as they are known today."""
        async with self._store.reading() as uow:
            return await uow.alerts.raised_by(moment)

    async def page(self, *, before: int | None, most: int) -> Sequence[Alert]:
        """Return alerts of all time, the newest first, beginning before one."""
        async with self._store.reading() as uow:
            return await uow.alerts.page(before=before, most=most)

    async def look(self, readings: Readings, *, at: Tick) -> bool:
        """Hold every rule against what is read at a moment of the centre's clock.

        Returns:
            Whether anything was raised or cleared. What no reading speaks of any more is unknown.
        """
        moved: dict[Subject, Standing] = {}
        turned: list[tuple[Rule, str, float]] = []
        for rule in self._rules:
            for subject, value in self._subjects(rule, readings).items():
                before = self._standings.get((rule.name, subject), Standing())
                after = step(rule, before, value=value, at=at)
                moved[rule.name, subject] = after
                if after.raised != before.raised and value is not None:
                    turned.append((rule, subject, value))
        if turned:
            await self._write(turned, at=at)
        self._standings = moved
        return bool(turned)

    def _subjects(self, rule: Rule, readings: Readings) -> dict[str, float | None]:
        known = dict.fromkeys(subject for name, subject in self._standings if name == rule.name)
        read = {about: value for (what, about), value in readings.items() if what is rule.reading}
        return {**known, **read}

    async def _write(self, turned: list[tuple[Rule, str, float]], *, at: Tick) -> None:
        """Keep what was raised and cleared, in one transaction, and only then believe it."""
        opened = dict(self._open)
        async with self._store.writing() as uow:
            for rule, subject, value in turned:
                standing = opened.pop((rule.name, subject), None)
                if standing is not None:
                    await uow.alerts.clear(standing.id, at=at)
                else:
                    new = _new(rule, subject, value, at=at)
                    opened[rule.name, subject] = await uow.alerts.add(new)
        self._open = opened

    async def acknowledge(self, alert: int, *, owner: str | None, actor: Actor) -> Alert:
        """Say that somebody has seen it, and whose it is now: his who says so if nobody is named.

        Raises:
            NotFoundError: there is no such alert.
            InputError: the owner's name is unfit.
            RefusedError: it has been cleared already.
        """
        name = (owner or actor.login).strip()
        if not 1 <= len(name) <= LONGEST_OWNER or not name.isprintable():
            raise InputError(f"expected a name of 1 to {LONGEST_OWNER} signs", key="owner")
        async with self._store.writing() as uow:
            found = await uow.alerts.get(alert)
            if found.cleared_at is not None:
                raise RefusedError(
                    "alert-cleared", ko="이미 해제된 경보입니다.", en="the alert has been cleared"
                )
            kept = await uow.alerts.acknowledge(alert, by=actor.login, owner=name, at=self._now())
        subject = kept.rule, kept.subject
        if subject in self._open:
            self._open[subject] = kept
        return kept


def _new(rule: Rule, subject: str, value: float, *, at: Tick) -> NewAlert:
    return NewAlert(
        rule=rule.name,
        subject=subject,
        severity=rule.severity,
        value=value,
        ko=rule.ko.format(subject=subject, value=value),
        en=rule.en.format(subject=subject, value=value),
        raised_at=at,
    )
