"""The days of a calendar: which are open, from when to when, and what is special about them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path as File
from typing import Any, Final

from callcenter.clock import Tick
from simulation.scenario.callers import Queue
from simulation.scenario.model import Calendar, Scenario

HoursOfDay = tuple[tuple[Tick, Tick], ...]
_LOOK_BACK: Final = 14
"""Days before the calendar that may make its first open day one after a holiday."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOf:
    """One day of the calendar."""

    number: int
    """0 for the first day."""
    date: date
    hours: HoursOfDay
    why: str
    """Name of the holiday, or the reason given; empty on an ordinary day."""
    own: bool
    """Whether its hours stand under `special`: then they hold for every queue."""
    events: frozenset[str]

    @property
    def is_open(self) -> bool:
        """Whether the calendar opens its doors at all."""
        return bool(self.hours)


def days_of(scenario: Scenario) -> tuple[DayOf, ...]:
    """List every day from first to last."""
    calendar = scenario.calendar
    public = public_holidays(calendar)
    events = _events(scenario, public)
    return tuple(
        DayOf(
            number=number,
            date=day,
            hours=_hours(calendar, public, day),
            why=calendar.closed.get(day, public.get(day, "")),
            own=day in calendar.special,
            events=frozenset(name for name, dates in events.items() if day in dates),
        )
        for number, day in enumerate(_range(calendar.first, calendar.last))
    )


def hours_of(queue: Queue, day: DayOf) -> HoursOfDay:
    """Return when a queue is open on a day: its own hours, unless the day is closed or special."""
    if queue.open is None or day.own:
        return day.hours
    return () if day.why else weekly(queue.open, day.date)


def weekly(open_: dict[tuple[int, ...], HoursOfDay], day: date) -> HoursOfDay:
    """Return the hours of a weekday; closed where none are given."""
    return next((hours for days, hours in open_.items() if day.weekday() in days), ())


def public_holidays(calendar: Calendar, language: str = "en_US") -> dict[date, str]:
    """Return the public holidays around the calendar, by date, named in a language."""
    if calendar.holidays == "none":
        return {}
    before = calendar.first - timedelta(days=_LOOK_BACK)
    years = range(before.year, calendar.last.year + 1)
    named = _south_korea()(years=years, language=language)
    return {day: str(name) for day, name in named.items() if before <= day <= calendar.last}


@cache
def _south_korea() -> Any:
    """Load the rules of one country from their file.

    By its front door the package loads all 250 countries, half a second of every run.
    """
    import holidays  # noqa: PLC0415

    path = File(holidays.__file__).parent / "countries" / "south_korea.py"
    found = spec_from_file_location("holidays_of_south_korea", path)
    if found is None or found.loader is None or not path.is_file():
        return partial(holidays.country_holidays, "KR")
    module = module_from_spec(found)
    found.loader.exec_module(module)
    return module.SouthKorea


def event_dates(scenario: Scenario) -> dict[str, frozenset[date]]:
    """Return the dates of every event that lie within the calendar."""
    first, last = scenario.calendar.first, scenario.calendar.last
    found = _events(scenario, public_holidays(scenario.calendar))
    return {
        name: frozenset(day for day in dates if first <= day <= last)
        for name, dates in found.items()
    }


def _events(scenario: Scenario, public: dict[date, str]) -> dict[str, frozenset[date]]:
    return {
        name: (
            frozenset(event.dates)
            if event.dates is not None
            else frozenset(_after_holidays(scenario.calendar, public))
        )
        for name, event in scenario.event.items()
    }


def _after_holidays(calendar: Calendar, public: dict[date, str]) -> Iterator[date]:
    """Give each first open day after days on which a holiday or a closure kept the doors shut.

    A weekend alone makes no such day.
    """
    missed = False
    for day in _range(calendar.first - timedelta(days=_LOOK_BACK), calendar.last):
        if _hours(calendar, public, day):
            if missed:
                yield day
            missed = False
        elif weekly(calendar.open, day):
            missed = True


def _hours(calendar: Calendar, public: dict[date, str], day: date) -> HoursOfDay:
    if day in calendar.special:
        return calendar.special[day]
    if day in calendar.closed or day in public:
        return ()
    return weekly(calendar.open, day)


def _range(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
