"""Days of a scenario laid on real dates: which one stands for which, and the plan of that day alone."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, assert_never

import numpy as np
import numpy.typing as npt

from callcenter.clock import DAY, Tick
from callcenter.domain.worktime import KST
from callcenter.errors import ScenarioError
from callcenter.telephony.call_log import NONE
from simulation.plan import Plan
from simulation.plan.doors import Period, gates
from simulation.programme import (
    AppointmentSource,
    CountSource,
    Programme,
    RateSource,
    Source,
    TraceSource,
)
from simulation.scenario.days import public_holidays, weekly
from simulation.tables import TO_BAND, Outbound, Tables

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_YEAR: Final = 366
_WEEK: Final = 7


def midnight(day: date) -> Tick:
    """Return when a date begins in Seoul: microseconds since 1970-01-01T00:00:00Z."""
    begins = datetime(day.year, day.month, day.day, tzinfo=KST)
    return (begins - _EPOCH) // timedelta(microseconds=1)


class Laying:
    """Which day of a scenario is lived on which date."""

    def __init__(self, plan: Plan) -> None:
        """Find the days on which anybody could be served.

        Raises:
            ScenarioError: There are none.
        """
        self._plan = plan
        self._open = [
            number
            for number in range(len(plan.dates))
            if any(_overlaps(period, number) for doors in plan.doors for period in doors)
        ]
        if not self._open:
            raise ScenarioError("expected a calendar with at least one open day, got none")

    def next_open(self, day: date) -> date:
        """Return the first date from a day on that is open: no public holiday where these are kept."""
        calendar = self._plan.scenario.calendar.model_copy(
            update={"first": day, "last": day + timedelta(days=_YEAR)}
        )
        closed = public_holidays(calendar)
        dates = (day + timedelta(days=ahead) for ahead in range(_YEAR))
        return next(date for date in dates if date not in closed and self._of_weekday(date))

    def number(self, day: date) -> int:
        """Return which day of the scenario stands for a date: of its weekday, and its time of the year.

        Where the calendar does not reach that time of the year, a day on which campaigns call is
        preferred: one before they began would be lived without any.
        """
        days = self._of_weekday(day)
        nearest = min(days, key=lambda number: self._apart(number, day))
        if self._apart(nearest, day) < _WEEK or self._calls(nearest):
            return nearest
        calling = [number for number in days if self._calls(number)] or days
        return min(calling, key=lambda number: self._apart(number, day))

    def plan_of(self, day: date) -> Plan:
        """Return the plan of one date alone; its tick 0 is the date's midnight."""
        return _alone(self._plan, self.number(day), day)

    def _calls(self, number: int) -> bool:
        calling = self._plan.frame.calling
        return any(_overlaps(period, number) for windows in calling for period in windows)

    def _of_weekday(self, day: date) -> list[int]:
        """Return the open days of a weekday; all, of one that is open and the calendar does not reach."""
        weekday = day.weekday()
        own = [n for n in self._open if self._plan.dates[n].weekday() == weekday]
        reached = any(other.weekday() == weekday for other in self._plan.dates)
        return own if reached or not self._has_hours(day) else self._open

    def _has_hours(self, day: date) -> bool:
        scenario = self._plan.scenario
        own = [queue.open for queue in scenario.queue.values() if queue.open is not None]
        return any(weekly(hours, day) for hours in (scenario.calendar.open, *own))

    def _apart(self, number: int, day: date) -> int:
        own = self._plan.dates[number].timetuple().tm_yday
        apart = abs(own - day.timetuple().tm_yday)
        return min(apart, _YEAR - apart)


# --- One day alone -----------------------------------------------------------------------------------


def _overlaps(period: Period, number: int) -> bool:
    return period[0] < (number + 1) * DAY and period[1] > number * DAY


def _of_day(periods: Iterable[Period], number: int) -> tuple[Period, ...]:
    start = number * DAY
    return tuple(
        (max(opens - start, 0), min(closes - start, DAY))
        for opens, closes in periods
        if _overlaps((opens, closes), number)
    )


def _alone(plan: Plan, number: int, day: date) -> Plan:
    """Cut one day out of a plan; it begins and ends with an empty centre."""
    doors = tuple(_of_day(own, number) for own in plan.doors)
    money, days = plan.frame.money, len(plan.dates)
    return replace(
        plan,
        dates=(day,),
        doors=doors,
        tables=replace(
            _tables(plan.tables, doors), outbound=_outbound(plan.tables.outbound, number)
        ),
        programme=_programme(plan.programme, number),
        frame=replace(
            plan.frame,
            days=(day,),
            opening=doors,
            calling=tuple(_of_day(own, number) for own in plan.frame.calling),
            warm_up=0,
            money=None if money is None else replace(money, fixed=money.fixed / days),
        ),
        expected_callers=plan.expected_callers / days,
    )


def _tables(tables: Tables, doors: tuple[tuple[Period, ...], ...]) -> Tables:
    queue = tables.queue.copy()
    upto = np.cumsum([0, *(len(own) for own in doors)])
    queue["door_first"], queue["door_last"] = upto[:-1], upto[1:]
    periods = [period for own in doors for period in own]
    return replace(
        tables,
        queue=queue,
        gate=gates([list(own) for own in doors]),
        door_open=np.array([opens for opens, _ in periods], np.int64),
        door_close=np.array([closes for _, closes in periods], np.int64),
    )


def _outbound(outbound: Outbound, number: int) -> Outbound:
    """Let campaigns call in the hours of one day, each with all of its leads."""
    calling, switch, campaign = outbound.calling, outbound.switch, outbound.campaign.copy()
    start, end = number * DAY, (number + 1) * DAY
    own = (calling["start"] >= start) & (calling["start"] < end)
    upto = np.concatenate([[0], np.cumsum(own)])
    for edge in ("calling_first", "calling_last"):
        campaign[edge] = upto[campaign[edge]]
    hangs_up = (switch["what"] == TO_BAND) & (switch["value"] == NONE)
    told = (switch["tick"] >= start) & (switch["tick"] < end + hangs_up)
    calling, switch = calling[own].copy(), switch[told].copy()
    for rows, moment in ((calling, "start"), (calling, "end"), (switch, "tick")):
        rows[moment] -= start
    return replace(outbound, campaign=campaign, calling=calling, switch=switch)


def _programme(programme: Programme, number: int) -> Programme:
    return replace(
        programme,
        days=1,
        end=DAY,
        queues=tuple(
            replace(queue, source=_source(queue.source, number)) for queue in programme.queues
        ),
        stints=_spans(programme.stints, number),
        rests=_spans(programme.rests, number),
    )


def _spans(rows: npt.NDArray[Any], number: int) -> npt.NDArray[Any]:
    """Keep of stints or rests what lies within a day."""
    own: npt.NDArray[Any] = rows[
        (rows["start"] < (number + 1) * DAY) & (rows["end"] > number * DAY)
    ].copy()
    own["start"] = np.maximum(own["start"] - number * DAY, 0)
    own["end"] = np.minimum(own["end"] - number * DAY, DAY)
    return own


def _source(source: Source, number: int) -> Source:
    start = number * DAY
    match source:
        case RateSource(segments=rows):
            return replace(source, segments=_rows(rows, number))
        case CountSource(counts=rows):
            return replace(source, counts=_rows(rows, number))
        case AppointmentSource(at=at, day=day):
            own = day == number
            return replace(source, at=at[own] - start, day=day[own] - number)
        case TraceSource(arrived=arrived, patience=patience, talk=talk):
            own = (arrived >= start) & (arrived < start + DAY)
            return TraceSource(
                arrived=arrived[own] - start,
                patience=None if patience is None else patience[own],
                talk=None if talk is None else talk[own],
            )
        case None:
            return None
        case _:
            assert_never(source)


def _rows(rows: npt.NDArray[Any], number: int) -> npt.NDArray[Any]:
    own: npt.NDArray[Any] = rows[rows["day"] == number].copy()
    own["day"] = 0
    own["start"] -= number * DAY
    own["end"] -= number * DAY
    return own
