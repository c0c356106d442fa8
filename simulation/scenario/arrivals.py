"""How callers come to a queue: by rate, by count, by appointment, or as recorded."""

from datetime import date
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, Discriminator, Field, PlainSerializer, Tag, model_validator

from callcenter.clock import DAY, Tick
from simulation.scenario.units import (
    ClockTime,
    Number,
    Share,
    Weekdays,
    Whole,
    distinct,
    format_clock_time,
    parse_clock_time,
    shown,
)
from simulation.scenario.variate_specs import Spec, Variate

Factor = Annotated[Number, Field(ge=0, le=1000)]
Rate = Annotated[Number, Field(ge=0, le=1e7)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
MONTHS: Final = (
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
)  # fmt: skip
_TIMES: Final = Field(min_length=1, max_length=1440)
ORIGIN: Final = date(1970, 1, 1)
"""The midnight that recorded moments are counted from."""


def parse_month(value: Any) -> int:
    """Turn `jan` or 1 into 1."""
    text = str(value).lower()
    months = {name: number for number, name in enumerate(MONTHS, start=1)}
    months |= {str(number): number for number in months.values()}
    if text not in months:
        message = f"expected a month such as jan or 1, got {shown(value)}"
        raise ValueError(message)
    return months[text]


Month = Annotated[
    int,
    BeforeValidator(parse_month),
    PlainSerializer(lambda month: MONTHS[month - 1], return_type=str),
]


def _written_as(value: Any) -> str:
    return "table" if isinstance(value, dict) else "number"


HourlyRate = Annotated[
    Annotated[Rate, Tag("number")]
    | Annotated[dict[ClockTime, Rate], _TIMES, distinct(parse_clock_time), Tag("table")],
    Discriminator(_written_as),
]
Profile = Annotated[dict[ClockTime, Rate], _TIMES, distinct(parse_clock_time)]
Counts = Annotated[
    dict[ClockTime, Annotated[Whole, Field(ge=0, le=10_000_000)]],
    _TIMES,
    distinct(parse_clock_time),
]


class RateArrivals(Spec):
    """A Poisson stream whose rate changes through the day, the week and the year.

    The shape through the day is `per_hour` (callers an hour from each time on), or `profile`
    (weights only, from each time on) sized by `per_day` (an ordinary open day) or `total` (the whole
    calendar). The last entry holds until `until`, or closing.
    """

    by: Literal["rate"]
    per_hour: HourlyRate | None = None
    profile: Profile | None = None
    per_day: Annotated[Number, Field(ge=0, le=1e8)] | None = None
    total: Annotated[Number, Field(ge=0, le=1e10)] | None = None
    until: ClockTime | None = None
    shape: Literal["steps", "lines"] = "steps"
    """`steps`: constant from one time to the next; `lines`: straight from one value to the next."""
    weekday: dict[Weekday, Factor] = {}
    month: Annotated[dict[Month, Factor], distinct(parse_month)] = {}
    events: dict[str, Factor] = {}
    """Name of an event of the calendar -> factor on its days."""
    busyness: str | None = None
    """Name of a `busyness` section; queues that name the same one have good and bad days together."""

    @model_validator(mode="after")
    def _size(self) -> Self:
        sizes = [
            name for name in ("per_hour", "per_day", "total") if getattr(self, name) is not None
        ]
        if len(sizes) != 1:
            got = " and ".join(sizes) or "none of them"
            message = f"expected one of per_hour, per_day or total, got {got}"
            raise ValueError(message)
        if self.per_hour is not None and self.profile is not None:
            message = "expected profile with per_day or total, not with per_hour"
            raise ValueError(message)
        times = self.per_hour if isinstance(self.per_hour, dict) else self.profile
        _ascending(times, until=self.until)
        if self.profile is not None and not any(self.profile.values()):
            message = "expected a profile with at least one weight above 0"
            raise ValueError(message)
        return self


class CountArrivals(Spec):
    """Exactly so many callers from each time on, at random moments within the interval."""

    by: Literal["count"]
    counts: Counts
    until: ClockTime | None = None

    @model_validator(mode="after")
    def _order(self) -> Self:
        _ascending(self.counts, until=self.until)
        return self


class AppointmentArrivals(Spec):
    """People with an appointment: at these times, on these days, some of them late or not at all."""

    by: Literal["appointment"]
    days: Weekdays = (0, 1, 2, 3, 4)
    at: Annotated[tuple[ClockTime, ...], _TIMES]
    each: Annotated[Whole, Field(ge=1, le=10_000)] = 1
    shows_up: Share = 1.0
    late_by: Variate | None = None


class Trace(Spec):
    """What a trace file says, ascending by arrival; loading fills it in.

    `patience` and `talk` are there when the file has the column; -1 stands for an empty cell.
    """

    arrived: tuple[Tick, ...]
    """Local time, in ticks since the midnight that began 1 January 1970."""
    patience: tuple[Tick, ...] | None = None
    talk: tuple[Tick, ...] | None = None

    def midnight(self, day: date) -> Tick:
        """Return that day's midnight on the scale of `arrived`."""
        return (day - ORIGIN).days * DAY


class TraceArrivals(Spec):
    """Callers as recorded: a CSV with a column `arrived` (ISO date and time).

    The columns `patience_seconds` and `talk_seconds`, where there are any, give each caller's own. Others
    are passed over, and so are callers on days outside the calendar.
    """

    by: Literal["trace"]
    file: str
    """Beside the scenario file."""
    trace: Trace | None = None
    """Not to be written: loading puts the content of the file here."""


class NoArrivals(Spec):
    """Nobody comes by himself: a queue fed by transfers only."""

    by: Literal["none"]


def _ascending(times: dict[Tick, Any] | None, *, until: Tick | None) -> None:
    if times and list(times) != sorted(times):
        got = ", ".join(map(format_clock_time, times))
        message = f"expected the times in ascending order, got {got}"
        raise ValueError(message)
    if times and until is not None and until <= max(times):
        last, got = format_clock_time(max(times)), format_clock_time(until)
        message = f"expected until after the last of the times, {last}, got {got}"
        raise ValueError(message)


def spelled(value: Any) -> Any:
    """Let `by` be left out where the other keys already say it."""
    if not isinstance(value, dict) or "by" in value:
        return {"by": "none"} if value == "none" else value
    for key, by in (("counts", "count"), ("at", "appointment"), ("file", "trace")):
        if key in value:
            return {"by": by, **value}
    return {"by": "rate", **value}


Arrivals = Annotated[
    RateArrivals | CountArrivals | AppointmentArrivals | TraceArrivals | NoArrivals,
    Field(discriminator="by"),
    BeforeValidator(spelled),
]


class Busyness(Spec):
    """How much busier one day is than another of its kind: a gamma factor of mean 1."""

    cv: Annotated[Number, Field(gt=0, le=3)]
