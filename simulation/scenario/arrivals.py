"""How callers come to a queue: by rate, by count, by appointment, or as recorded."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from simulation.scenario.units import ClockTime, Share, Weekdays
from simulation.scenario.variate_specs import Spec, Variate

Factor = Annotated[float, Field(ge=0, le=1000)]
Rate = Annotated[float, Field(ge=0, le=1e7)]
Month = Annotated[int, Field(ge=1, le=12)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def _month(value: Any) -> Any:
    if isinstance(value, str) and value.lower() in MONTHS:
        return MONTHS.index(value.lower()) + 1
    return value


MonthName = Annotated[Month, BeforeValidator(_month)]


class RateArrivals(Spec):
    """A Poisson stream whose rate changes through the day, the week and the year.

    The shape through the day is `per_hour` (callers an hour from each time on), or `profile`
    (weights only, from each time on) sized by `per_day` (an ordinary open day) or `total` (the whole
    calendar). The last entry holds until `until`, or closing.
    """

    by: Literal["rate"]
    per_hour: (
        Rate | Annotated[dict[ClockTime, Rate], Field(min_length=1, max_length=1440)] | None
    ) = None
    profile: Annotated[dict[ClockTime, Rate], Field(min_length=1, max_length=1440)] | None = None
    per_day: Annotated[float, Field(ge=0, le=1e8)] | None = None
    total: Annotated[float, Field(ge=0, le=1e10)] | None = None
    until: ClockTime | None = None
    shape: Literal["steps", "lines"] = "steps"
    """`steps`: constant from one time to the next; `lines`: straight from one value to the next."""
    weekday: dict[Weekday, Factor] = {}
    month: dict[MonthName, Factor] = {}
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
        _ascending(self.per_hour if isinstance(self.per_hour, dict) else self.profile)
        return self


class CountArrivals(Spec):
    """Exactly so many callers from each time on, at random moments within the interval."""

    by: Literal["count"]
    counts: Annotated[
        dict[ClockTime, Annotated[int, Field(ge=0, le=10_000_000)]],
        Field(min_length=1, max_length=1440),
    ]
    until: ClockTime | None = None

    @model_validator(mode="after")
    def _order(self) -> Self:
        _ascending(self.counts)
        return self


class AppointmentArrivals(Spec):
    """People with an appointment: at these times, on these days, some of them late or not at all."""

    by: Literal["appointment"]
    days: Weekdays = (0, 1, 2, 3, 4)
    at: Annotated[tuple[ClockTime, ...], Field(min_length=1, max_length=1440)]
    each: Annotated[int, Field(ge=1, le=10_000)] = 1
    shows_up: Share = 1.0
    late_by: Variate | None = None


class TraceArrivals(Spec):
    """Callers as recorded: a CSV with a column `arrived` (ISO date and time) and, if known,
    `patience_seconds` and `talk_seconds` of each.
    """

    by: Literal["trace"]
    file: str


class NoArrivals(Spec):
    """Nobody comes by himself: a queue fed by transfers only."""

    by: Literal["none"]


def _ascending(times: dict[int, Any] | None) -> None:
    if times and list(times) != sorted(times):
        message = "expected the times in ascending order"
        raise ValueError(message)


def _spelled(value: Any) -> Any:
    """Let `by` be left out where the other keys already say it."""
    if not isinstance(value, dict) or "by" in value:
        return value
    for key, by in (("counts", "count"), ("at", "appointment"), ("file", "trace")):
        if key in value:
            return {"by": by, **value}
    return {"by": "rate", **value}


Arrivals = Annotated[
    RateArrivals | CountArrivals | AppointmentArrivals | TraceArrivals | NoArrivals,
    Field(discriminator="by"),
    BeforeValidator(_spelled),
]


class Busyness(Spec):
    """How much busier one day is than another of its kind: a gamma factor of mean 1."""

    cv: Annotated[float, Field(gt=0, le=3)]
