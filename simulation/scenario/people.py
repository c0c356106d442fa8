"""What a person writes about those who serve: groups, skills, shifts, absence."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from callcenter.clock import DAY
from simulation.scenario.units import ClockTime, Duration, Share, Weekdays
from simulation.scenario.variate_specs import Spec, Variate

Headcount = Annotated[int, Field(ge=0, le=100_000)]
Rank = Annotated[int, Field(ge=1, le=100)]


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
    speed: Annotated[float, Field(gt=0.05, le=20)] = 1.0
    """Factor on handling time: 1.25 is a quarter slower."""
    after: Duration = 0
    """Overflow: only calls that have waited this long."""
    when_waiting: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    """Help only while at least so many wait in the queue."""
    when_busy: Busy | None = None
    """Help only while another group is this busy."""
    leave_free: Annotated[int, Field(ge=0, le=100_000)] = 0
    """Reserve: take these calls only while more than so many of the group are free."""


def _skill(value: Any) -> Any:
    return {"rank": value} if isinstance(value, int) and not isinstance(value, bool) else value


class Pause(Spec):
    """Time off the telephone within a shift, in as many `waves` as needed to stagger it."""

    kind: Literal["lunch", "break", "meeting", "training"]
    at: ClockTime
    length: Annotated[Duration, Field(gt=0, le=DAY)]
    waves: Annotated[int, Field(ge=1, le=100)] = 1
    """Agents take turns: wave 2 starts when wave 1 ends."""
    days: Weekdays = (0, 1, 2, 3, 4, 5, 6)


class Shift(Spec):
    """When somebody works; for a night, write two shifts that meet at midnight."""

    days: Weekdays = (0, 1, 2, 3, 4)
    start: ClockTime
    end: ClockTime
    pauses: tuple[Pause, ...] = ()

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.start >= self.end:
            message = "expected start before end"
            raise ValueError(message)
        for pause in self.pauses:
            if pause.at < self.start or pause.at + pause.length * pause.waves > self.end:
                message = f"expected every {pause.kind} (all its waves) within the shift"
                raise ValueError(message)
        return self


class Shrinkage(Spec):
    """Unplanned minutes away: this share of the shift on average, in spells of this length."""

    share: Annotated[Share, Field(lt=0.9)]
    spell: Variate

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        if isinstance(value, dict):
            return value
        return {"share": value, "spell": "10m"}


class Breakdown(Spec):
    """A machine's life: time to the next failure, and to its repair."""

    every: Variate
    repair: Variate


class Group(Spec):
    """People (or machines) who can stand in for one another.

    One of `shifts` (shift -> how many), `staffing` (how many from each time on) or `always` says when.
    """

    headcount: Headcount
    serves: dict[str, Annotated[Skill, BeforeValidator(_skill)]]
    shifts: dict[str, Headcount] | None = None
    staffing: dict[ClockTime, Headcount] | None = None
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
    wage_per_hour: Annotated[float, Field(ge=0, le=1e12)] | None = None

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
            message = "expected the times of staffing in ascending order"
            raise ValueError(message)
        return self
