"""Random periods, pauses and extensions for hypothesis, close to weekends, holidays and closing times."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from hypothesis import strategies as st

from callcenter.domain.periods import Extension, Pause, PauseReason, Period, PeriodUnit
from callcenter.domain.policy import (
    DayEnd,
    ExtensionScale,
    HourPause,
    Policy,
)
from callcenter.domain.worktime import KST
from tests.calendars import korean_holidays

FIRST, LAST = date(2009, 1, 1), date(2027, 12, 31)
EDGES = ("00:00", "08:59", "09:00", "11:59", "12:00", "12:59", "13:00", "17:59", "18:00", "23:59")
HOLIDAYS = sorted(day for day in korean_holidays() if FIRST <= day <= LAST)
LONGEST = {
    PeriodUnit.IMMEDIATE: 1,
    PeriodUnit.MINUTE: 900,
    PeriodUnit.HOUR: 40,
    PeriodUnit.DAY: 30,
    PeriodUnit.WEEK: 6,
    PeriodUnit.MONTH: 14,
    PeriodUnit.YEAR: 2,
}

DAYS = st.one_of(
    st.dates(FIRST, LAST),
    st.builds(
        lambda day, off: min(max(day + timedelta(days=off), FIRST), LAST),
        st.sampled_from(HOLIDAYS),
        st.integers(-7, 2),
    ),
    st.builds(date, st.integers(2009, 2027), st.sampled_from((1, 2, 12)), st.integers(26, 28)),
)
TIMES = st.one_of(
    st.sampled_from(EDGES).map(time.fromisoformat),
    st.builds(time, st.integers(0, 23), st.integers(0, 59)),
)
MOMENTS = st.builds(lambda day, at: datetime.combine(day, at, KST), DAYS, TIMES)
"""Korean moments in whole minutes, 2009 to 2027."""


@st.composite
def periods(draw: st.DrawFn, units: Sequence[PeriodUnit] = tuple(PeriodUnit)) -> Period:
    """Draw a period; those counted in hours and in days meet at five days."""
    unit = draw(st.sampled_from(units))
    return Period(qty=draw(st.integers(1, LONGEST[unit])), unit=unit)


@st.composite
def pauses(draw: st.DrawFn, *, start: datetime, most: int = 3) -> tuple[Pause, ...]:
    """Draw pauses from a moment on, in no order; they may overlap, and one may last still."""
    found = []
    for _ in range(draw(st.integers(0, most))):
        day = start.date() + timedelta(days=draw(st.integers(0, 25)))
        begin = max(start, datetime.combine(day, draw(TIMES), KST))
        last = begin.date() + timedelta(days=draw(st.integers(0, 12)))
        end = max(begin, datetime.combine(last, draw(TIMES), KST))
        open_end = draw(st.integers(0, 5)) == 0
        reason = draw(st.sampled_from(PauseReason))
        found.append(Pause(from_at=begin, to_at=None if open_end else end, reason=reason))
    return tuple(found)


@st.composite
def extensions(draw: st.DrawFn, *, period: Period) -> tuple[Extension, ...]:
    """Draw lawful extensions in the unit of their period."""
    return tuple(
        Extension(n=n, qty=draw(st.integers(1, period.qty)), unit=period.unit, consent=n > 1)
        for n in range(1, draw(st.integers(0, 2)) + 1)
    )


POLICIES = st.builds(
    Policy,
    day_end=st.sampled_from(DayEnd),
    hour_pause=st.sampled_from(HourPause),
    extension_scale=st.sampled_from(ExtensionScale),
)
