"""The calendar in ticks: which days there are, when each queue is open, what day it is."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import holidays
import numpy as np
import numpy.typing as npt

from callcenter.clock import DAY, Tick
from simulation.scenario.model import Calendar, Scenario
from simulation.tables import GATE

Period = tuple[Tick, Tick]


@dataclass(frozen=True)
class Days:
    """The days of a calendar, numbered from 0."""

    calendar: Calendar

    @cached_property
    def dates(self) -> tuple[date, ...]:
        """Every date from first to last."""
        count = (self.calendar.last - self.calendar.first).days + 1
        return tuple(self.calendar.first + timedelta(days=day) for day in range(count))

    @cached_property
    def holidays(self) -> dict[date, str]:
        """Public holidays among the dates, and a fortnight before, with their names."""
        if self.calendar.holidays == "none":
            return {}
        years = range((self.calendar.first - timedelta(days=14)).year, self.calendar.last.year + 1)
        return dict(holidays.country_holidays("KR", years=years, language="ko").items())

    def closed_all_day(self, day: date) -> bool:
        """Say whether calendar or law closes the doors on this date."""
        return day not in self.calendar.special and (
            day in self.calendar.closed or day in self.holidays
        )

    def hours(
        self, day: date, weekly: dict[tuple[int, ...], tuple[Period, ...]]
    ) -> tuple[Period, ...]:
        """Return the opening hours of one date, in ticks of that day."""
        if day in self.calendar.special:
            return self.calendar.special[day]
        if self.closed_all_day(day):
            return ()
        periods = [p for days, hours in weekly.items() if day.weekday() in days for p in hours]
        return tuple(sorted(periods))

    def doors(self, weekly: dict[tuple[int, ...], tuple[Period, ...]]) -> list[Period]:
        """Return every opening of the whole run; those that touch are one."""
        found: list[Period] = []
        for number, day in enumerate(self.dates):
            for start, end in self.hours(day, weekly):
                opens, closes = number * DAY + start, number * DAY + end
                if found and found[-1][1] >= opens:
                    found[-1] = (found[-1][0], max(found[-1][1], closes))
                else:
                    found.append((opens, closes))
        return found

    def event_days(self, scenario: Scenario, name: str) -> frozenset[int]:
        """Return the numbers of the days a named event falls on."""
        event = scenario.event[name]
        if event.dates is not None:
            return frozenset(n for n, day in enumerate(self.dates) if day in event.dates)
        return frozenset(n for n, day in enumerate(self.dates) if self._after_closed(day))

    def _after_closed(self, day: date) -> bool:
        """Say whether an open date follows one or more weekdays that were closed."""
        weekly = self.calendar.open
        if not self.hours(day, weekly):
            return False
        before = day - timedelta(days=1)
        while before > day - timedelta(days=14) and not self.hours(before, weekly):
            normally_open = any(before.weekday() in days for days in weekly)
            if normally_open and self.closed_all_day(before):
                return True
            before -= timedelta(days=1)
        return False


def gates(doors: list[list[Period]]) -> npt.NDArray[Any]:
    """Return the `GATE` rows of all queues."""
    rows = [
        (tick, q, opens)
        for q, periods in enumerate(doors)
        for period in periods
        for tick, opens in zip(period, (True, False), strict=True)
    ]
    rows.sort(key=lambda row: (row[0], row[2], row[1]))
    return np.array(rows, GATE)
