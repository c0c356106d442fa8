"""Reports on the ticket desk: what came in, what was done about it and when, under every head.

Read from sums by day that follow the tickets a moment behind; `bring_up_to_date` lets them catch up. A day
is a day of Korea. What is open and overdue now is read from the tickets themselves.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from callcenter.desk.tickets import Calendars
from callcenter.domain.worktime import local_day
from callcenter.errors import InputError
from callcenter.measures.desk_work import (
    COHORT,
    FLOW,
    HOPS,
    NO_UNIT,
    ON_TIME,
    Backlog,
    Count,
    Durations,
    Head,
    Rate,
    Satisfaction,
)
from callcenter.store.reports import CITY, Cohort, OpenTicket, Took, Window
from callcenter.store.surveys import satisfaction
from callcenter.store.unit_of_work import Store, UnitOfWork

LONGEST_WINDOW: Final = 366 * 3
"""Days of a report."""
_AT_ONCE: Final = 500
"""Changes worked off in one transaction: writers wait no longer than that."""
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One channel, department or service of a report."""

    value: str
    """Its code; `-` for what no department has yet."""
    received: int
    closed: int
    open: int
    overdue: int
    rates: tuple[Rate, ...]
    """Flow and on time; for departments also the cohort."""
    took: Durations | None
    """Channels have none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of a report."""

    day: date
    received: int
    closed: int
    open: int
    """At the end of the day."""
    overdue: int | None
    """At the end of the day; `None` as long as the day is not over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wandering:
    """How petitions received in the window wander before somebody works on them (민원 핑퐁)."""

    hops: tuple[int, ...]
    """How many were sent to a unit never, once, twice, three times, and four times or more."""
    mean_hops: float | None
    taken: int
    mean_hours_to_taken: float | None
    """Working hours from the acceptance until an officer takes it or a team is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldWork:
    """Visits of an immediate-resolution team (즉시해결팀) sent in the window."""

    team: str
    dispatched: int
    arrived: int
    mean_hours_to_arrival: float | None
    """Working hours."""
    fixed: int
    needs_work: int
    nothing_found: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything a report says; the rates are flow, cohort and on time, each with its definition."""

    first: date
    last: date
    unit: str | None
    at: datetime
    behind: bool
    """Whether tickets have changed that it does not know of."""
    received: int
    closed: int
    rates: tuple[Rate, ...]
    took: Durations
    satisfaction: Satisfaction
    backlog: Backlog
    channels: tuple[Line, ...]
    units: tuple[Line, ...]
    services: tuple[Line, ...]
    days: tuple[Day, ...]
    wandering: Wandering
    teams: tuple[FieldWork, ...]


class ReportDesk:
    """Reports, and keeps what they are read from up to date."""

    def __init__(self, *, store: Store, calendars: Calendars, now: Callable[[], datetime]) -> None:
        """Stand on a store; working hours are counted by the calendar in force."""
        self._store = store
        self._calendars = calendars
        self._now = now

    async def bring_up_to_date(self) -> int:
        """Work off every change since the last time; return how many."""
        total = 0
        while True:
            async with self._store.writing() as uow:
                done = await uow.facts.refresh(calendar=self._calendars.current, most=_AT_ONCE)
            total += done
            if done < _AT_ONCE:
                return total

    async def make_again(self) -> int:
        """Throw all sums away and count every ticket anew, as after a change of what is counted."""
        async with self._store.writing() as uow:
            await uow.facts.forget()
        return await self.bring_up_to_date()

    async def report(self, *, first: date, last: date, unit: str | None = None) -> Report:
        """Report on the days from one to another, both included, for the city or one department.

        Raises:
            InputError: the days are the wrong way round, or too many.
        """
        if not timedelta() <= last - first < timedelta(days=LONGEST_WINDOW):
            raise InputError(
                f"expected at most {LONGEST_WINDOW} days, the first before the last, "
                f"got {first} to {last}",
                key="first",
            )
        window = Window(first=first, last=last, scope=unit or CITY)
        async with self._store.reading() as uow:
            return _report(await _read(uow, window, now=self._now()))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What was read for a report, in one state of the database."""

    window: Window
    now: datetime
    sums: Mapping[Head, Mapping[str, Counter[Count]]]
    days: Mapping[str, Counter[Count]]
    before: Counter[Count]
    took: Sequence[Took]
    cohorts: Mapping[str | None, Cohort]
    open: Sequence[OpenTicket]
    satisfaction: Satisfaction
    behind: bool

    @property
    def all(self) -> Counter[Count]:
        """The sums over every head."""
        return self.sums[Head.ALL].get("", Counter())


async def _read(uow: UnitOfWork, window: Window, *, now: datetime) -> _Read:
    return _Read(
        window=window,
        now=now,
        sums=await uow.reports.sums(window),
        days=await uow.reports.days(window),
        before=await uow.reports.before(window),
        took=await uow.reports.took(window),
        cohorts=await uow.reports.cohorts(window, until=local_day(now) - _DAY),
        open=await uow.reports.open_tickets(window.scope),
        satisfaction=satisfaction(await uow.surveys.answers(window)),
        behind=await uow.reports.behind(),
    )


def _report(read: _Read) -> Report:
    counts = read.all
    return Report(
        first=read.window.first,
        last=read.window.last,
        unit=read.window.scope or None,
        at=read.now,
        behind=read.behind,
        received=counts[Count.RECEIVED],
        closed=counts[Count.CLOSED],
        rates=(_flow(counts), _cohort(read.cohorts.values()), _on_time(counts)),
        took=_took(read.took, counts),
        satisfaction=read.satisfaction,
        backlog=_backlog(read.open, now=read.now),
        channels=tuple(_lines(read, Head.CHANNEL, of=lambda one: one.channel)),
        units=tuple(_lines(read, Head.UNIT, of=lambda one: one.unit or NO_UNIT)),
        services=tuple(_lines(read, Head.SERVICE, of=lambda one: one.service)),
        days=tuple(_days(read)),
        wandering=_wandering(counts),
        teams=tuple(_team(team, sums) for team, sums in sorted(read.sums[Head.TEAM].items())),
    )


def _flow(counts: Counter[Count]) -> Rate:
    return Rate(definition=FLOW, numerator=counts[Count.CLOSED], denominator=counts[Count.RECEIVED])


def _on_time(counts: Counter[Count]) -> Rate:
    return Rate(
        definition=ON_TIME, numerator=counts[Count.ON_TIME], denominator=counts[Count.JUDGED]
    )


def _cohort(cohorts: Iterable[Cohort]) -> Rate:
    followed = list(cohorts)
    return Rate(
        definition=COHORT,
        numerator=sum(one.closed for one in followed),
        denominator=sum(one.due for one in followed),
    )


def _took(took: Iterable[Took], counts: Counter[Count]) -> Durations:
    tenths: Counter[int] = Counter()
    for one in took:
        tenths[one.tenths] += one.n
    return Durations.of(tenths, minutes=counts[Count.MINUTES])


def _backlog(tickets: Sequence[OpenTicket], *, now: datetime) -> Backlog:
    return Backlog.of(
        [(now - one.submitted_at) / _DAY for one in tickets],
        overdue=sum(one.overdue(now) for one in tickets),
    )


def _lines(read: _Read, head: Head, *, of: Callable[[OpenTicket], str]) -> Iterator[Line]:
    still_open = Counter(of(one) for one in read.open)
    overdue = Counter(of(one) for one in read.open if one.overdue(read.now))
    sums = read.sums[head]
    for value in sorted(sums.keys() | still_open.keys()):
        counts = sums.get(value, Counter())
        rates = [_flow(counts), _on_time(counts)]
        if head is Head.UNIT:
            followed = read.cohorts.get(None if value == NO_UNIT else value)
            rates.append(_cohort([followed] if followed else []))
        yield Line(
            value=value,
            received=counts[Count.RECEIVED],
            closed=counts[Count.CLOSED],
            open=still_open[value],
            overdue=overdue[value],
            rates=tuple(rates),
            took=_took_under(read, head, value, counts),
        )


def _took_under(read: _Read, head: Head, value: str, counts: Counter[Count]) -> Durations | None:
    match head:
        case Head.UNIT:
            return _took((one for one in read.took if (one.unit or NO_UNIT) == value), counts)
        case Head.SERVICE:
            return _took((one for one in read.took if one.service == value), counts)
        case _:
            return None


def _days(read: _Read) -> Iterator[Day]:
    """Tell the days one by one; what is open at the end of one is open at the beginning of the next."""
    standing, today = Counter(read.before), local_day(read.now)
    day = read.window.first
    while day <= min(read.window.last, today):
        counts = read.days.get(day.isoformat(), Counter())
        standing.update(counts)
        overdue = standing[Count.GONE_OVERDUE] - standing[Count.NO_LONGER_OVERDUE]
        yield Day(
            day=day,
            received=counts[Count.RECEIVED],
            closed=counts[Count.CLOSED],
            open=standing[Count.RECEIVED] - standing[Count.CLOSED],
            overdue=overdue if day < today else None,
        )
        day += _DAY


def _wandering(counts: Counter[Count]) -> Wandering:
    return Wandering(
        hops=tuple(counts[hops] for hops in HOPS),
        mean_hops=_mean(counts[Count.HOPS], counts[Count.RECEIVED]),
        taken=counts[Count.TAKEN],
        mean_hours_to_taken=_mean(counts[Count.TAKEN_MINUTES] / 60, counts[Count.TAKEN]),
    )


def _team(team: str, counts: Counter[Count]) -> FieldWork:
    return FieldWork(
        team=team,
        dispatched=counts[Count.DISPATCHED],
        arrived=counts[Count.ARRIVED],
        mean_hours_to_arrival=_mean(counts[Count.ARRIVAL_MINUTES] / 60, counts[Count.ARRIVED]),
        fixed=counts[Count.FIXED],
        needs_work=counts[Count.NEEDS_WORK],
        nothing_found=counts[Count.NOTHING_FOUND],
    )


def _mean(total: float, n: int) -> float | None:
    return total / n if n else None
