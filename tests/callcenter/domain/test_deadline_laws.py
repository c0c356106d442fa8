"""What is true of every deadline, whatever the period, the pauses and the city's policy."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st

from callcenter.domain.deadlines import DueDate, due_date
from callcenter.domain.periods import Period, PeriodUnit
from callcenter.domain.policy import Policy
from callcenter.domain.worktime import working_minutes
from tests.calendars import korea
from tests.period_strategies import MOMENTS, POLICIES, extensions, pauses, periods

NEVER = datetime.max.replace(tzinfo=UTC)


def end(found: DueDate) -> datetime:
    return found.due_at or NEVER


@given(data=st.data(), period=periods(), one=MOMENTS, other=MOMENTS, policy=POLICIES)
def test_who_was_accepted_later_is_not_due_earlier(
    data: st.DataObject, period: Period, one: datetime, other: datetime, policy: Policy
) -> None:
    first, second = sorted((one, other))
    second = min(second, first + timedelta(days=data.draw(st.integers(0, 30))))
    stops = data.draw(pauses(start=first))

    earlier, later = (
        due_date(period, start, calendar=korea(), pauses=stops, policy=policy)
        for start in (first, second)
    )

    assert end(earlier) <= end(later)


@given(data=st.data(), period=periods(), start=MOMENTS, policy=POLICIES)
def test_one_more_pause_never_makes_it_due_earlier(
    data: st.DataObject, period: Period, start: datetime, policy: Policy
) -> None:
    stops = data.draw(pauses(start=start))
    longer = data.draw(extensions(period=period))
    said = {"calendar": korea(), "extensions": longer, "policy": policy}

    for left_out in range(len(stops)):
        fewer = [*stops[:left_out], *stops[left_out + 1 :]]
        assert end(due_date(period, start, pauses=fewer, **said)) <= end(
            due_date(period, start, pauses=stops, **said)
        )


@given(data=st.data(), period=periods(), start=MOMENTS)
def test_an_extension_never_makes_it_due_earlier(
    data: st.DataObject, period: Period, start: datetime
) -> None:
    stops = data.draw(pauses(start=start))
    longer = data.draw(extensions(period=period))

    plain = due_date(period, start, calendar=korea(), pauses=stops)
    extended = due_date(period, start, calendar=korea(), pauses=stops, extensions=longer)

    assert end(plain) <= end(extended)


@given(data=st.data(), period=periods(), start=MOMENTS, policy=POLICIES)
def test_the_lines_are_every_day_from_the_first_to_the_last(
    data: st.DataObject, period: Period, start: datetime, policy: Policy
) -> None:
    stops = data.draw(pauses(start=start))
    longer = data.draw(extensions(period=period))

    found = due_date(
        period, start, calendar=korea(), pauses=stops, extensions=longer, policy=policy
    )

    days = [line.day for line in found.lines]
    assert days == [start.date() + timedelta(days=n) for n in range(len(days))]
    assert found.last_day in {days[-1], None}
    numbers = [line.number for line in found.lines if line.number is not None]
    assert numbers == list(range(1, len(numbers) + 1))
    assert all(line.reason_ko and line.reason_en for line in found.lines)


@given(data=st.data(), start=MOMENTS, seconds=st.integers(0, 59))
def test_the_lines_of_a_period_in_hours_add_up_to_it(
    data: st.DataObject, start: datetime, seconds: int
) -> None:
    hours = (PeriodUnit.IMMEDIATE, PeriodUnit.MINUTE, PeriodUnit.HOUR)
    period = data.draw(periods(hours))
    longer = data.draw(extensions(period=period))
    stops = [stop for stop in data.draw(pauses(start=start)) if stop.to_at]
    start = start.replace(second=seconds)

    found = due_date(period, start, calendar=korea(), pauses=stops, extensions=longer)

    each = {"immediate": 180, "minute": 1, "hour": 60}[period.unit]
    asked = (period.qty + sum(extension.qty for extension in longer)) * each
    assert sum(line.minutes for line in found.lines) == asked


@given(data=st.data(), days=st.integers(6, 30), start=MOMENTS)
def test_the_lines_of_a_period_in_days_number_its_days(
    data: st.DataObject, days: int, start: datetime
) -> None:
    period = Period(qty=days, unit=PeriodUnit.DAY)
    longer = data.draw(extensions(period=period))
    stops = [stop for stop in data.draw(pauses(start=start)) if stop.to_at]

    found = due_date(period, start, calendar=korea(), pauses=stops, extensions=longer)

    asked = days + sum(extension.qty for extension in longer)
    assert found.lines[-1].number == asked
    assert sum(line.counted for line in found.lines) == asked


@given(start=MOMENTS, minutes=st.integers(1, 900))
def test_a_period_in_minutes_takes_as_many_working_minutes(start: datetime, minutes: int) -> None:
    found = due_date(Period(qty=minutes, unit=PeriodUnit.MINUTE), start, calendar=korea())

    assert found.due_at is not None
    assert working_minutes(start, found.due_at, calendar=korea()) == minutes
