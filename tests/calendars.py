"""Calendars for tests, made of the package `holidays`, which the domain itself must not know."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

import holidays

from callcenter.domain.worktime import KST, WorkCalendar

FIRST_YEAR, LAST_YEAR = 2006, 2035


@cache
def korean_holidays() -> Mapping[date, str]:
    """List the public holidays of all years that tests ask about, by their Korean names."""
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    return dict(holidays.country_holidays("KR", years=years, language="ko"))


@cache
def korea() -> WorkCalendar:
    """Give the calendar as it is known today."""
    return a_calendar(holidays=korean_holidays())


def a_calendar(**said: Any) -> WorkCalendar:
    """Make a calendar without any holiday."""
    known: dict[str, Any] = {
        "version": "test",
        "holidays": {},
        "first_year": FIRST_YEAR,
        "last_year": LAST_YEAR,
    }
    return WorkCalendar(**(known | said))


def kst(text: str) -> datetime:
    """Read a Korean local time: `2026-02-13 16:30`."""
    return datetime.fromisoformat(text).replace(tzinfo=KST)


def local(at: datetime) -> str:
    """Write a moment as Korean local time."""
    return f"{at.astimezone(KST):%Y-%m-%d %H:%M}"
