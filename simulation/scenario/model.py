"""The whole of what a person writes: the scenario."""

from collections.abc import Collection, Iterator
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from simulation.scenario.arrivals import Busyness, RateArrivals
from simulation.scenario.callers import Queue
from simulation.scenario.campaigns import Campaign
from simulation.scenario.dates import Day
from simulation.scenario.people import Group, Shift
from simulation.scenario.problems import Path, Problem, ProblemsError
from simulation.scenario.satisfaction import Satisfaction
from simulation.scenario.units import Duration, Hours, Number, WeekdayHours, Whole
from simulation.scenario.variate_specs import Spec

Name = Annotated[str, Field(pattern=r"^[^\W_][\w-]*$", max_length=60)]
"""Letters of any language; dots and spaces would make paths such as `queue.phone.talk` unreadable."""
Amount = Annotated[Number, Field(ge=0, le=1e15)]
LONGEST_CALENDAR: Final = 3660
"""Days."""


class Event(Spec):
    """Named days: given `dates`, or `rule: day-after-holiday` (first open day after days closed)."""

    dates: Annotated[tuple[Day, ...], Field(min_length=1)] | None = None
    rule: Literal["day-after-holiday"] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.dates is None) == (self.rule is None):
            message = (
                f"expected one of dates or rule, got {'both' if self.dates else 'none of them'}"
            )
            raise ValueError(message)
        return self


class Calendar(Spec):
    """Which days are run and when the doors are open."""

    first: Day
    last: Day
    open: WeekdayHours
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
            message = f"expected first not after last, got {self.first} and {self.last}"
            raise ValueError(message)
        if (self.last - self.first).days >= LONGEST_CALENDAR:
            message = f"expected at most ten years, got {self.first} to {self.last}"
            raise ValueError(message)
        return self


class Money(Spec):
    """What it costs, in `currency`; whatever is given is added up. A group's own wage is enough."""

    currency: str = "KRW"
    contract_per_year: Amount | None = None
    line_per_month: Amount | None = None
    call_minute: Amount | None = None
    """Line charge for each minute a caller is connected."""
    wage_per_hour: Amount | None = None
    """For groups that do not give their own."""


FACTS: Final = ("headcount", "open_hours_per_day", "open_days")
"""What a scenario itself says, and a published figure may be about."""


class Published(Spec):
    """A figure somebody published, to be shown beside the simulated one."""

    measure: str
    """A measure of the scorecard, or `headcount`, `open_hours_per_day`, `open_days`."""
    value: Number
    unit: str = ""
    source: str
    note: str = ""


class Run(Spec):
    """How to run it unless told otherwise."""

    replications: Annotated[Whole, Field(ge=1, le=1_000_000)] = 20
    seed: Annotated[Whole, Field(ge=0, lt=2**63)] = 1
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
    lines: dict[Name, Annotated[Whole, Field(ge=0, le=1_000_000)]] = {}
    queue: Annotated[dict[Name, Queue], Field(min_length=1, max_length=200)]
    shift: dict[Name, Shift] = {}
    group: Annotated[dict[Name, Group], Field(min_length=1, max_length=500)]
    campaigns: Annotated[dict[Name, Campaign], Field(max_length=200)] = {}
    money: Money | None = None
    satisfaction: Satisfaction | None = None
    published: tuple[Published, ...] = ()
    assumed: dict[str, str] = {}
    """Key path -> why it had to be assumed."""
    run: Run = Run()

    @model_validator(mode="after")
    def _names(self) -> Self:
        problems = [
            Problem(
                path, f"expected one of {', '.join(known) or '(none is defined)'}, got {name!r}"
            )
            for path, name, known in self._references()
            if name not in known
        ]
        if problems:
            raise ProblemsError(problems)
        return self

    def _references(self) -> Iterator[tuple[Path, str, Collection[str]]]:
        """Give every place where one thing names another: path, name, what there is."""
        for name, queue in self.queue.items():
            at: Path = ("queue", name)
            for other in queue.transfer:
                yield (*at, "transfer", other), other, self.queue
            if queue.lines is not None:
                yield (*at, "lines"), queue.lines, self.lines
            if isinstance(queue.arrivals, RateArrivals):
                for event in queue.arrivals.events:
                    yield (*at, "arrivals", "events", event), event, self.event
                if queue.arrivals.busyness is not None:
                    yield (*at, "arrivals", "busyness"), queue.arrivals.busyness, self.busyness
        for name in self.satisfaction.queue if self.satisfaction else ():
            yield ("satisfaction", "queue", name), name, self.queue
        yield from self._references_of_groups()
        for name, campaign in self.campaigns.items():
            for group in campaign.dialled_by:
                yield ("campaigns", name, "dialled_by", group), group, self.group

    def _references_of_groups(self) -> Iterator[tuple[Path, str, Collection[str]]]:
        for name, group in self.group.items():
            at: Path = ("group", name)
            for shift in group.shifts or ():
                yield (*at, "shifts", shift), shift, self.shift
            for queue_name, skill in group.serves.items():
                yield (*at, "serves", queue_name), queue_name, self.queue
                if skill.when_busy is not None:
                    path = (*at, "serves", queue_name, "when_busy", "group")
                    yield path, skill.when_busy.group, self.group
