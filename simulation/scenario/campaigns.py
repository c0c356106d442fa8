"""What a person writes about one campaign: whom the centre calls, when, how often, and what comes of it."""

from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from callcenter.clock import DAY, Tick
from simulation.scenario.callers import ZERO, Priority
from simulation.scenario.dates import Day
from simulation.scenario.satisfaction import Sample
from simulation.scenario.units import (
    ClockTime,
    Hours,
    Number,
    Share,
    WeekdayHours,
    Whole,
    distinct,
    parse_clock_time,
)
from simulation.scenario.variate_specs import Constant, Spec, Variate

TWO_HOURS = Constant.model_validate({"distribution": "constant", "value": "2h"})
TEN_SECONDS = Constant.model_validate({"distribution": "constant", "value": "10s"})
Many = Annotated[Whole, Field(ge=0, le=10_000_000)]
Few = Annotated[Whole, Field(ge=0, le=100_000)]
OutcomeWord = Literal[
    "no_answer",
    "busy",
    "machine",
    "wrong_number",
    "refusal",
    "call_later",
    "partial",
    "success",
    "dropped",
]
Part = Literal["preview", "ring", "talk", "after_call", "wait"]
PARTS: Final[tuple[Part, ...]] = ("preview", "ring", "talk", "after_call", "wait")
"""What takes time in an attempt and after it; in the order of `simulation.tables.TIMES`."""
OUTCOMES: Final[tuple[OutcomeWord, ...]] = (
    "no_answer",
    "busy",
    "machine",
    "wrong_number",
    "refusal",
    "call_later",
    "partial",
    "success",
    "dropped",
)
"""In the order of `Disposition`."""
_AGAIN: Final = frozenset({"no_answer", "busy", "machine", "call_later", "dropped"})
"""Outcomes after which a lead is dialled again unless the scenario says otherwise."""
_SLACK: Final = 1e-6
"""By how much shares may miss 100% for want of digits."""


class Chances(Spec):
    """What comes of an attempt: shares that sum to 100%, for some hours and from some attempt on."""

    hours: Hours | None = None
    """Only attempts begun then; all day unless given."""
    from_attempt: Annotated[Whole, Field(ge=1, le=100)] = 1
    no_answer: Share = 0.0
    busy: Share = 0.0
    """The line called is engaged."""
    machine: Share = 0.0
    """An answering machine; recognised without an agent in the modes power and predictive."""
    wrong_number: Share = 0.0
    refusal: Share = 0.0
    call_later: Share = 0.0
    """Asks to be called at another time: after `wait` of this outcome."""
    partial: Share = 0.0
    success: Share = 0.0

    @model_validator(mode="after")
    def _whole(self) -> Self:
        total = sum(self.shares())
        if abs(total - 1) > _SLACK:
            message = f"expected shares that sum to 100%, got {100 * total:.6g}%"
            raise ValueError(message)
        return self

    def shares(self) -> tuple[float, ...]:
        """Return the shares in the order of `Disposition`; nobody is dropped by chance."""
        return tuple(getattr(self, word) for word in OUTCOMES[:-1])


class Course(Spec):
    """How an attempt with one outcome goes, where it differs from the campaign's other attempts."""

    ring: Variate | None = None
    talk: Variate | None = None
    after_call: Variate | None = None
    again: bool | None = None
    """Whether the lead is dialled again; else the attempt was the last."""
    wait: Variate | None = None
    """Until the next attempt at the earliest."""


class Dialling(Spec):
    """That a group dials for a campaign, and when it may begin a call."""

    keep_idle: Few = 0
    """Begin only while more than so many of the group are idle."""
    keep_idle_from: Annotated[dict[ClockTime, Few], distinct(parse_clock_time)] = {}
    """Another number from each of these times of day on; `keep_idle` until the first."""
    stop_when_waiting: Annotated[Whole, Field(ge=1, le=1_000_000)] | None = None
    """Begin none while so many callers or more wait, in all queues together."""


class Cell(Spec):
    """A part of the leads (an age and a district, say): its share of them, and how many are wanted."""

    share: Share
    quota: Many


class LeadList(Spec):
    """What a file of leads says; loading fills it in. Names of leads are compared and then forgotten."""

    rows: Many
    cell: tuple[str, ...] = ()
    """Of each lead; empty where the campaign has no cells."""
    barred: tuple[bool, ...] = ()
    """Of each lead: must not be called; empty where the file does not say."""

    def cut(self, rows: int) -> "LeadList":
        """Return so many rows, beginning again at the first where there are not as many."""
        places = [place % self.rows for place in range(rows)] if self.rows else []
        return LeadList(
            rows=len(places),
            cell=tuple(self.cell[place] for place in places) if self.cell else (),
            barred=tuple(self.barred[place] for place in places) if self.barred else (),
        )


class Campaign(Spec):
    """Leads to be dialled, by whom, when and how often; what comes of it, and how long it takes."""

    field: str = ""
    """What it is about; the campaign's name unless given."""
    leads: Many
    """How many citizens are on the list; or `{file: leads.csv}`, a CSV beside the scenario in UTF-8 or CP949
    with the columns `lead` (대상: a name or number, each once), `cell` (구분: one of `cells`; only with
    them, whose shares may then be left out) and, if it is to be, `do_not_call` (수신거부: yes or no). Others
    are passed over. Leads are dialled in the order of its lines."""
    listed: LeadList | None = None
    """Not to be written: loading puts the content of the file here."""
    sample: Sample | None = None
    """Makes it a satisfaction round, whose leads are callers of earlier days."""
    quota: Many | None = None
    """Successes wanted; when they are reached no further call begins."""
    cells: dict[str, Cell] = {}
    """Quotas by part of the list, such as age and district; a full cell's leads are not dialled."""
    do_not_call: Share = 0.0
    """Leads on the do-not-call list: never dialled."""
    first: Day | None = None
    """First day; the calendar's unless given."""
    last: Day | None = None
    windows: WeekdayHours | None = None
    """Calling hours; the calendar's opening hours unless given. Never on days it is closed."""
    mode: Literal["manual", "preview", "progressive", "power", "predictive"] = "progressive"
    """In the first three an agent is there before the line is dialled; manual and preview take `preview`
    first. Power and predictive dial more lines than agents are free, and drop whom nobody can speak to."""
    ratio: Annotated[Number, Field(ge=1, le=10)] = 1.5
    """Power: lines dialled for each agent to spare. Predictive: the most it may come to."""
    abandonment_cap: Annotated[Share, Field(lt=1)] = 0.0
    """Predictive: dropped ÷ live answers of the day which one more dropped call must not exceed; where it
    would, an agent is there before the line is dialled. 0%: always, so that nobody is ever dropped."""
    priority: Priority = 0
    """Higher goes first; equal ones take turns."""
    attempts: Annotated[Whole, Field(ge=1, le=100)] = 4
    """How often a lead is dialled at most."""
    other_hour: bool = True
    """The next attempt falls into other hours of `chances` than the last one, if it calls in any others."""
    chances: Annotated[tuple[Chances, ...], Field(min_length=1)]
    """Of those that fit an attempt, the last one counts; the first fits all."""
    preview: Variate = ZERO
    """Manual and preview: what the agent does before dialling."""
    ring: Variate = TEN_SECONDS
    """From dialling to the answer, or to giving up."""
    talk: Variate
    after_call: Variate = ZERO
    wait: Variate = TWO_HOURS
    by_outcome: dict[OutcomeWord, Course] = {}
    dialled_by: Annotated[dict[str, Dialling], Field(min_length=1)]
    """Group -> its rules."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        for message in self._complaints():
            raise ValueError(message)
        return self

    def _complaints(self) -> list[str]:
        found = []
        if self.first and self.last and self.first > self.last:
            found.append(f"expected first not after last, got {self.first} and {self.last}")
        found += self._complaints_of_quota()
        if self.chances[0].hours is not None or self.chances[0].from_attempt > 1:
            found.append(
                "expected the first chances to fit all attempts, got hours or from_attempt"
            )
        if self.cells:
            found += self._complaints_of_cells()
        return found

    def _complaints_of_quota(self) -> list[str]:
        if self.quota is None:
            return []
        barred = sum(self.listed.barred) if self.listed is not None else 0
        if self.quota > self.leads - barred:
            there = f"{self.leads - barred} leads" + (" that may be called" if barred else "")
            return [f"expected a quota of at most {there}, got {self.quota}"]
        within = sum(cell.quota for cell in self.cells.values())
        if self.cells and self.quota > within:
            return [f"expected a quota of at most {within}, those of all cells, got {self.quota}"]
        return []

    def _complaints_of_cells(self) -> list[str]:
        found = []
        total = sum(cell.share for cell in self.cells.values())
        if abs(total - 1) > _SLACK:
            found.append(f"expected the shares of cells to sum to 100%, got {100 * total:.6g}%")
        for name, cell in self.cells.items():
            there = self._leads_of(name, cell)
            if cell.quota > there:
                found.append(
                    f"expected a quota of at most {there}, the leads of cell {name!r}, got {cell.quota}"
                )
        return found

    def _leads_of(self, name: str, cell: Cell) -> int:
        if self.listed is not None and self.listed.cell:
            return self.listed.cell.count(name)
        return round(self.leads * cell.share)

    def again(self, word: OutcomeWord) -> bool:
        """Say whether a lead is dialled again after this outcome."""
        own = self.by_outcome.get(word)
        return word in _AGAIN if own is None or own.again is None else own.again

    def lasting(self, part: Part, word: OutcomeWord) -> Variate:
        """Return how long a part of an attempt with this outcome takes."""
        if part == "preview":
            return self.preview if self.mode in {"manual", "preview"} else ZERO
        own = self.by_outcome.get(word)
        found: Variate | None = None if own is None else getattr(own, part)
        usual: Variate = getattr(self, part)
        return usual if found is None else found

    def bands(self) -> tuple[Tick, ...]:
        """Return the times of day at which the chances change, 0 first."""
        edges = {edge for part in self.chances for period in part.hours or () for edge in period}
        return tuple(sorted({0} | {edge for edge in edges if edge < DAY}))

    def chances_at(self, tick: Tick, attempt: int) -> Chances:
        """Return what comes of the attempt of this number (from 1) at this time of day."""
        fitting = [
            part
            for part in self.chances
            if part.from_attempt <= attempt
            and (part.hours is None or any(start <= tick < end for start, end in part.hours))
        ]
        return fitting[-1]
