"""A report says what a slow look at every ticket says, for the city and for one department."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from callcenter.desk.reports import LONGEST_WINDOW, Line, Report, ReportDesk
from callcenter.domain.clock_rules import ClockKind
from callcenter.domain.clocks import Clock, ClockState
from callcenter.domain.ticket_events import Arrived, Dispatched, Visited
from callcenter.domain.worktime import KST, WorkCalendar
from callcenter.errors import InputError
from callcenter.measures.desk_work import percentile, wilson
from callcenter.store.unit_of_work import Store
from tests import populations
from tests.desks import Watch
from tests.populations import NOW, Life, the_calendar

SOME = tuple(populations.lives(300, seed=21))
FIRST, LAST = date(2009, 3, 2), date(2009, 11, 20)
YESTERDAY = date(2009, 12, 30)
UNIT = "road"


class OneCalendar:
    """The shelf with one calendar on it."""

    @property
    def current(self) -> WorkCalendar:
        return the_calendar()

    def version(self, _version: str | None) -> WorkCalendar:
        return the_calendar()


def a_desk(store: Store) -> ReportDesk:
    return ReportDesk(store=store, calendars=OneCalendar(), now=Watch(NOW))


@pytest.fixture
async def desk(store: Store) -> ReportDesk:
    """Give a desk whose sums are up to date with 300 tickets."""
    await populations.settle(store, SOME)
    made = a_desk(store)
    assert await made.bring_up_to_date() == len(SOME)
    return made


def day(at: datetime | None) -> date | None:
    return None if at is None else at.astimezone(KST).date()


def within(at: datetime | None) -> bool:
    on = day(at)
    return on is not None and FIRST <= on <= LAST


def statutory(life: Life) -> Clock | None:
    return next((c for c in reversed(life.clocks) if c.kind is ClockKind.STATUTORY), None)


def judged(life: Life) -> Clock | None:
    """Return the statutory clock of what was answered within the window."""
    clock = statutory(life)
    if clock is None or clock.used_minutes is None or not within(clock.stopped_at):
        return None
    return clock


def check(found: Report, lives: list[Life]) -> None:
    received = [life for life in lives if within(life.ticket.submitted_at)]
    closed = [life for life in lives if within(life.ticket.closed_at)]
    answered = [clock for life in lives if (clock := judged(life))]
    flow, cohort, on_time = found.rates
    assert (found.received, found.closed) == (len(received), len(closed))
    assert (flow.numerator, flow.denominator) == (len(closed), len(received))
    assert on_time.denominator == len(answered) == found.took.n
    assert on_time.numerator == sum(clock.state is ClockState.MET for clock in answered)
    due = [life for life in received if (day(due_at(life)) or date.max) <= YESTERDAY]
    assert cohort.denominator == len(due)
    assert cohort.numerator == sum(
        (day(life.ticket.closed_at) or date.max) <= YESTERDAY for life in due
    )
    check_times(found, [clock.used_minutes or 0 for clock in answered])
    check_days(found, lives)
    check_wandering(found, received)


def due_at(life: Life) -> datetime | None:
    clock = statutory(life)
    return clock.due.due_at if clock else None


def check_times(found: Report, minutes: list[int]) -> None:
    assert found.took.mean_hours == pytest.approx(sum(minutes) / len(minutes) / 60)
    for share, hours in found.took.percentiles:
        exact = percentile(Counter(minutes), share)
        assert exact is not None
        assert hours == pytest.approx(exact / 60, abs=0.0501)


def check_days(found: Report, lives: list[Life]) -> None:
    assert [each.day for each in found.days] == [
        FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1)
    ]
    for each in found.days[::23]:
        assert each.received == sum(day(life.ticket.submitted_at) == each.day for life in lives)
        assert each.closed == sum(day(life.ticket.closed_at) == each.day for life in lives)
        standing = [life for life in lives if open_at_end(life, each.day)]
        assert each.open == len(standing)
        assert each.overdue == sum(overdue_at_end(life, each.day) for life in lives)


def open_at_end(life: Life, of: date) -> bool:
    closed = day(life.ticket.closed_at)
    return (day(life.ticket.submitted_at) or of) <= of and (closed is None or closed > of)


def overdue_at_end(life: Life, of: date) -> bool:
    clock = statutory(life)
    due, stopped = day(due_at(life)), day(clock.stopped_at if clock else None)
    return due is not None and due <= of and (stopped is None or stopped > of)


def check_wandering(found: Report, received: list[Life]) -> None:
    hops = Counter(min(life.ticket.hops, 4) for life in received)
    assert found.wandering.hops == tuple(hops[n] for n in range(5))
    assert found.wandering.mean_hops == pytest.approx(
        sum(life.ticket.hops for life in received) / len(received)
    )


async def test_a_report_on_the_city_is_what_a_slow_look_says(desk: ReportDesk) -> None:
    found = await desk.report(first=FIRST, last=LAST)

    check(found, list(SOME))
    assert not found.behind
    assert found.unit is None


async def test_a_report_on_a_department_is_of_its_petitions_only(desk: ReportDesk) -> None:
    found = await desk.report(first=FIRST, last=LAST, unit=UNIT)

    check(found, [life for life in SOME if life.ticket.unit == UNIT])
    assert [line.value for line in found.units] == [UNIT]


HEADS: dict[str, tuple[Callable[[Report], tuple[Line, ...]], Callable[[Life], str]]] = {
    "channel": (lambda found: found.channels, lambda life: life.ticket.channel),
    "service": (lambda found: found.services, lambda life: life.ticket.service),
    "unit": (lambda found: found.units, lambda life: life.ticket.unit or "-"),
}


@pytest.mark.parametrize("head", HEADS)
async def test_the_lines_of_a_head_add_up_to_the_whole(desk: ReportDesk, head: str) -> None:
    lines_of, value_of = HEADS[head]
    found = await desk.report(first=FIRST, last=LAST)

    lines = lines_of(found)
    for line in lines:
        its = [life for life in SOME if value_of(life) == line.value]
        assert line.received == sum(within(life.ticket.submitted_at) for life in its)
        assert line.closed == sum(within(life.ticket.closed_at) for life in its)
        assert line.open == sum(life.ticket.open for life in its)
        assert line.overdue == sum(is_overdue(life) for life in its)
        if line.took is not None:
            assert line.took.n == sum(judged(life) is not None for life in its)
    assert sum(line.received for line in lines) == found.received
    assert sum(line.open for line in lines) == found.backlog.open
    names = [rate.definition.name for rate in lines[0].rates]
    assert names == ["flow", "on_time", "cohort"][: 3 if head == "unit" else 2]


def is_overdue(life: Life) -> bool:
    clock = statutory(life)
    return life.ticket.open and clock is not None and clock.active and clock.overdue(NOW)


async def test_the_backlog_is_what_is_open_now_and_its_age(desk: ReportDesk) -> None:
    found = (await desk.report(first=FIRST, last=LAST)).backlog

    ages = sorted(
        (NOW - life.ticket.submitted_at) / timedelta(days=1) for life in SOME if life.ticket.open
    )
    assert found.open == len(ages) > 0
    assert found.oldest_days == pytest.approx(ages[-1])
    assert found.overdue == sum(map(is_overdue, SOME))
    assert sum(found.ages) == len(ages)


async def test_visits_of_the_team_are_counted_from_sending_to_result(desk: ReportDesk) -> None:
    [team] = (await desk.report(first=FIRST, last=LAST)).teams

    sent = [h for life in SOME for h in life.history if isinstance(h.event, Dispatched)]
    assert team.team == "immediate-team"
    assert team.dispatched == sum(within(h.at) for h in sent)
    of_window = [
        life
        for life in SOME
        if any(isinstance(h.event, Dispatched) and within(h.at) for h in life.history)
    ]
    kinds = Counter(type(h.event) for life in of_window for h in life.history)
    assert team.arrived == kinds[Arrived]
    assert team.fixed + team.needs_work + team.nothing_found == kinds[Visited]
    assert team.mean_hours_to_arrival is not None
    own = await desk.report(first=FIRST, last=LAST, unit="immediate-team")
    assert own.teams == (team,)


async def test_satisfaction_stands_beside_with_its_interval(desk: ReportDesk) -> None:
    found = (await desk.report(first=FIRST, last=LAST)).satisfaction

    asked = [life for life in SOME if life.invited and within(life.ticket.closed_at)]
    assert found.invited == len(asked) > 0
    scores = [life.score for life in asked if life.score]
    assert found.answered == len(scores)
    assert found.interval == wilson(sum(score > 3 for score in scores), len(scores))


async def test_a_report_says_that_it_is_behind_and_catches_up(store: Store) -> None:
    desk = a_desk(store)
    await populations.settle(store, SOME[:20])

    before = await desk.report(first=FIRST, last=LAST)
    assert before.behind
    assert before.received == 0
    assert await desk.bring_up_to_date() == 20
    after = await desk.report(first=FIRST, last=LAST)
    assert not after.behind
    assert await desk.make_again() == 20
    assert await desk.report(first=FIRST, last=LAST) == after


async def test_today_has_no_overdue_yet_and_tomorrow_is_not_told(desk: ReportDesk) -> None:
    found = await desk.report(first=date(2009, 12, 29), last=date(2010, 1, 5))

    assert [each.day.day for each in found.days] == [29, 30, 31]
    assert found.days[-1].overdue is None
    assert found.days[-2].overdue is not None


@pytest.mark.parametrize(
    ("first", "last"),
    [(LAST, FIRST), (FIRST, FIRST + timedelta(days=LONGEST_WINDOW))],
)
async def test_a_window_that_makes_no_sense_is_refused(
    store: Store, first: date, last: date
) -> None:
    with pytest.raises(InputError, match="days"):
        await a_desk(store).report(first=first, last=last)


async def test_an_empty_database_has_an_empty_report(store: Store) -> None:
    found = await a_desk(store).report(first=FIRST, last=LAST)

    assert found.received == found.backlog.open == found.satisfaction.invited == 0
    assert [rate.value for rate in found.rates] == [None, None, None]
    assert found.took.mean_hours is None
    assert found.channels == found.units == found.services == found.teams == ()
