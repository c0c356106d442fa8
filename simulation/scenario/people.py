"""What a person writes about those who serve: groups, skills, shifts, absence."""

from collections.abc import Iterator
from itertools import combinations
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from callcenter.clock import DAY, Tick
from simulation.scenario.problems import Problem, ProblemsError
from simulation.scenario.units import (
    ClockTime,
    Duration,
    Number,
    Share,
    Weekdays,
    Whole,
    distinct,
    format_clock_time,
    parse_clock_time,
)
from simulation.scenario.variate_specs import Spec, Variate

Headcount = Annotated[Whole, Field(ge=0, le=100_000)]
Rank = Annotated[Whole, Field(ge=1, le=100)]


class Busy(Spec):
    """A condition: at least this share of a group's agents present is busy."""

    group: str
    share: Share


class Skill(Spec):
    """That a group serves a queue: how gladly, how fast, and when at all."""

    rank: Rank = 1
    """Which queue the group takes from first: 1 before 2; equal ranks form one line."""
    call_rank: Rank = 1
    """Which group a call goes to first."""
    speed: Annotated[Number, Field(gt=0.05, le=20)] = 1.0
    """Factor on handling time: 1.25 is a quarter slower."""
    after: Duration = 0
    """Overflow: only calls that have waited this long."""
    when_waiting: Annotated[Whole, Field(ge=0, le=1_000_000)] = 0
    """Help only while at least so many wait in the queue."""
    when_busy: Busy | None = None
    """Help only while another group is this busy."""
    leave_free: Annotated[Whole, Field(ge=0, le=100_000)] = 0
    """Reserve: take these calls only while more than so many of the group are free."""


def _skill(value: Any) -> Any:
    """Let a plain number stand for the rank."""
    return value if isinstance(value, dict | Skill) else {"rank": value}


class Pause(Spec):
    """Time off the telephone within a shift, in as many `waves` as needed to stagger it."""

    kind: Literal["lunch", "break", "meeting", "training"]
    at: ClockTime
    length: Annotated[Duration, Field(gt=0, le=DAY)]
    waves: Annotated[Whole, Field(ge=1, le=100)] = 1
    """Agents take turns: wave 2 starts when wave 1 ends."""
    days: Weekdays = (0, 1, 2, 3, 4, 5, 6)

    @property
    def end(self) -> Tick:
        """When the last wave is back."""
        return self.at + self.length * self.waves


class Shift(Spec):
    """When somebody works; for a night, write two shifts that meet at midnight."""

    days: Weekdays = (0, 1, 2, 3, 4)
    start: ClockTime
    end: ClockTime
    pauses: tuple[Pause, ...] = ()

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.start >= self.end:
            hours = f"{format_clock_time(self.start)} and {format_clock_time(self.end)}"
            message = f"expected start before end, got {hours}"
            raise ValueError(message)
        problems = [*self._outside(), *self._overlaps()]
        if problems:
            raise ProblemsError(problems)
        return self

    def _outside(self) -> Iterator[Problem]:
        hours = f"{format_clock_time(self.start)}-{format_clock_time(self.end)}"
        for index, pause in enumerate(self.pauses):
            if pause.at < self.start or pause.end > self.end:
                span = _span(pause)
                why = f"expected the {pause.kind} within the shift {hours}, waves included, got {span}"
                yield Problem(("pauses", index), why)

    def _overlaps(self) -> Iterator[Problem]:
        """Judge whole pauses, first wave to last: who takes which wave is the plan's affair."""
        for (_, one), (index, other) in combinations(enumerate(self.pauses), 2):
            together = set(one.days) & set(other.days) & set(self.days)
            if together and one.at < other.end and other.at < one.end:
                why = (
                    f"expected pauses that do not overlap, got {other.kind} {_span(other)} "
                    f"and {one.kind} {_span(one)}"
                )
                yield Problem(("pauses", index), why)


def _span(pause: Pause) -> str:
    waves = f" in {pause.waves} waves" if pause.waves > 1 else ""
    return f"{format_clock_time(pause.at)}-{format_clock_time(min(pause.end, DAY))}{waves}"


class Shrinkage(Spec):
    """Unplanned minutes away: this share of the shift on average, in spells of this length."""

    share: Annotated[Share, Field(lt=0.9)]
    spell: Variate

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        if isinstance(value, dict | Shrinkage):
            return value
        return {"share": value, "spell": "10m"}


class Breakdown(Spec):
    """A machine's life: time to the next failure, and to its repair."""

    every: Variate
    repair: Variate


class Group(Spec):
    """People (or machines) who can stand in for one another.

    One of `shifts` (shift -> how many), `staffing` (how many from each time on) or `always` says when.
    `staffing` is a number, whoever they are: when it falls, who is idle goes first, and nobody begins
    another call while too many are there.
    """

    headcount: Headcount
    serves: dict[str, Annotated[Skill, BeforeValidator(_skill)]]
    shifts: Annotated[dict[str, Headcount], Field(min_length=1)] | None = None
    staffing: (
        Annotated[dict[ClockTime, Headcount], Field(min_length=1), distinct(parse_clock_time)]
        | None
    ) = None
    days: Weekdays = (0, 1, 2, 3, 4, 5, 6)
    """`staffing` only: on these days (if open)."""
    always: bool = False
    chooses: Literal["longest-idle", "least-occupied", "ordered", "random"] = "longest-idle"
    """Which free agent gets the call."""
    takes: Literal["longest-wait", "longest-weighted-wait"] = "longest-wait"
    """Which call, among queues of equal rank."""
    leaving: Literal["finish", "hand-back"] = "finish"
    """What happens to the call in hand when a shift or a pause begins."""
    absence: Share = 0.0
    shrinkage: Shrinkage | None = None
    breakdown: Breakdown | None = None
    wage_per_hour: Annotated[Number, Field(ge=0, le=1e12)] | None = None

    @model_validator(mode="after")
    def _presence(self) -> Self:
        given = [name for name in ("shifts", "staffing") if getattr(self, name) is not None]
        given += ["always"] if self.always else []
        if len(given) != 1:
            message = (
                "expected one of shifts, staffing or always: true, "
                f"got {' and '.join(given) or 'none of them'}"
            )
            raise ValueError(message)
        if self.shifts is not None and sum(self.shifts.values()) > self.headcount:
            message = (
                f"expected at most {self.headcount} people in the shifts, "
                f"got {sum(self.shifts.values())}"
            )
            raise ValueError(message)
        if self.staffing is not None and max(self.staffing.values()) > self.headcount:
            message = (
                f"expected staffing of at most {self.headcount}, got {max(self.staffing.values())}"
            )
            raise ValueError(message)
        if self.staffing is not None and list(self.staffing) != sorted(self.staffing):
            got = ", ".join(map(format_clock_time, self.staffing))
            message = f"expected the times of staffing in ascending order, got {got}"
            raise ValueError(message)
        return self
