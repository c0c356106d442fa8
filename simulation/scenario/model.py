"""The whole of what a person writes: the scenario."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from simulation.scenario.arrivals import Busyness, RateArrivals
from simulation.scenario.callers import Queue
from simulation.scenario.people import Group, Shift
from simulation.scenario.units import Duration, Hours, Weekdays
from simulation.scenario.variate_specs import Spec

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=60)]
Amount = Annotated[float, Field(ge=0, le=1e15)]
FOREVER_DAYS = 3660


def _day(value: Any) -> Any:
    """Refuse what YAML reads as a number or a moment where a date belongs."""
    if isinstance(value, date) and type(value) is date:
        return value
    if isinstance(value, str):
        return value
    message = f"expected a date such as 2009-01-31, got {value!r}"
    raise ValueError(message)


Day = Annotated[date, BeforeValidator(_day)]


class Event(Spec):
    """Named days: given `dates`, or `rule: day-after-holiday` (first open day after days closed)."""

    dates: tuple[Day, ...] | None = None
    rule: Literal["day-after-holiday"] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.dates is None) == (self.rule is None):
            message = "expected one of dates or rule"
            raise ValueError(message)
        return self


class Calendar(Spec):
    """Which days are run and when the doors are open."""

    first: Day
    last: Day
    open: dict[Weekdays, Hours]
    holidays: Literal["south-korea", "none"] = "none"
    closed: dict[Day, str] = {}
    """Date -> why."""
    special: dict[Day, Hours] = {}
    """Date -> the hours of that day; wins over holidays and closed."""
    at_closing: Literal["serve", "release"] = "serve"
    """Those still waiting at closing."""

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.first > self.last:
            message = "expected first not after last"
            raise ValueError(message)
        if (self.last - self.first).days >= FOREVER_DAYS:
            message = "expected at most ten years"
            raise ValueError(message)
        return self


class Money(Spec):
    """What it costs, in `currency`; whatever is given is added up."""

    currency: str = "KRW"
    contract_per_year: Amount | None = None
    line_per_month: Amount | None = None
    call_minute: Amount | None = None
    """Line charge for each minute a caller is connected."""
    wage_per_hour: Amount | None = None
    """For groups that do not give their own."""


class Published(Spec):
    """A figure somebody published, to be shown beside the simulated one."""

    measure: str
    """Name of a measure of the scorecard."""
    value: float
    unit: str = ""
    source: str
    note: str = ""


class Run(Spec):
    """How to run it unless told otherwise."""

    replications: Annotated[int, Field(ge=1, le=1_000_000)] = 20
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 1
    warm_up: Duration = 0
    """Calls that arrive before this much has passed are not measured."""
    interval: Literal["15m", "30m", "60m"] = "30m"


class Scenario(Spec):
    """A world and the days to live in it."""

    scenario: Name
    title: dict[Literal["en", "ko"], str] = {}
    about: str = ""
    calendar: Calendar
    event: dict[Name, Event] = {}
    busyness: dict[Name, Busyness] = {}
    lines: dict[Name, Annotated[int, Field(ge=0, le=1_000_000)]] = {}
    queue: Annotated[dict[Name, Queue], Field(min_length=1, max_length=200)]
    shift: dict[Name, Shift] = {}
    group: Annotated[dict[Name, Group], Field(min_length=1, max_length=500)]
    money: Money | None = None
    published: tuple[Published, ...] = ()
    assumed: dict[str, str] = {}
    """Key path -> why it had to be assumed."""
    run: Run = Run()

    @model_validator(mode="after")
    def _names(self) -> Self:
        for where, name, known in self._references():
            if name not in known:
                choices = ", ".join(known) or "none is defined"
                message = f"{where}: expected one of {choices}, got {name!r}"
                raise ValueError(message)
        return self

    def _references(self) -> "list[tuple[str, str, dict[str, Any]]]":
        found: list[tuple[str, str, dict[str, Any]]] = []
        for name, queue in self.queue.items():
            at = f"queue.{name}"
            found += [(f"{at}.transfer", other, self.queue) for other in queue.transfer]
            if queue.lines is not None:
                found.append((f"{at}.lines", queue.lines, self.lines))
            if isinstance(queue.arrivals, RateArrivals):
                found += [(f"{at}.arrivals.events", e, self.event) for e in queue.arrivals.events]
                if queue.arrivals.busyness is not None:
                    found.append(
                        (f"{at}.arrivals.busyness", queue.arrivals.busyness, self.busyness)
                    )
        for name, group in self.group.items():
            at = f"group.{name}"
            found += [(f"{at}.serves", queue, self.queue) for queue in group.serves]
            found += [(f"{at}.shifts", shift, self.shift) for shift in group.shifts or ()]
            found += [
                (f"{at}.serves.{queue}.when_busy.group", skill.when_busy.group, self.group)
                for queue, skill in group.serves.items()
                if skill.when_busy is not None
            ]
        return found
