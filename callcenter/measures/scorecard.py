"""The scorecard: every measure in every cell, from the tallies of one or many replications."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from callcenter.domain.targets import Bound, Goal
from callcenter.measures.catalogue import SERVICE_LEVEL, measure_named, measures_of
from callcenter.measures.formulas import Floats, Kind, Measure, value_or_none
from callcenter.measures.frame import Frame
from callcenter.measures.intervals import (
    CONFIDENCE,
    ROUNDING,
    Interval,
    Spread,
    Spreads,
    of_means,
    of_ratios,
    t_factor,
    t_probability,
)
from callcenter.measures.stack import By, Stack
from callcenter.measures.tally import Tally

SCHEMA: Final = "callcenter.scorecard/1"

_DAYS_OF: Final = {By.TOTAL: By.DAY, By.QUEUE: By.QUEUE_DAY, By.CAMPAIGN: By.CAMPAIGN_DAY}
_SHOWN: Final = (
    By.TOTAL,
    By.QUEUE,
    By.INTERVAL,
    By.QUEUE_INTERVAL,
    By.DAY,
    By.GROUP,
    By.GROUP_INTERVAL,
    By.AGENT,
    By.CAMPAIGN,
)


_Told = tuple[float | None, float | None, int, Spread | None]
"""Value, half-width, replications that had the population, spread between days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One measure in one cell. `None` stands for an empty population or, of a width, for one run."""

    measure: Measure
    cell: dict[str, str]
    value: float | None
    half_width: float | None
    """Of the interval for the expectation, at the scorecard's confidence."""
    n: int
    """Replications that had the population."""
    spread: Spread | None = None
    """Between days."""

    @property
    def low(self) -> float | None:
        """Lower end of the interval."""
        known = self.value is not None and self.half_width is not None
        return self.value - self.half_width if known else None  # type: ignore[operator]

    @property
    def high(self) -> float | None:
        """Upper end of the interval."""
        known = self.value is not None and self.half_width is not None
        return self.value + self.half_width if known else None  # type: ignore[operator]

    def record(self) -> dict[str, Any]:
        """Return a flat record."""
        spread = self.spread
        return {
            **self.cell,
            "measure": self.measure.name,
            "unit": self.measure.unit.value,
            "value": self.value,
            "half_width": self.half_width,
            "n": self.n,
            "day_sd": spread.sd if spread else None,
            "day_p10": spread.p10 if spread else None,
            "day_p90": spread.p90 if spread else None,
            "days": spread.days if spread else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a queue keeps one goal."""

    queue: str
    goal: Goal
    estimate: Estimate
    kept: bool | None
    """By the value itself; `None` without a population."""
    margin: float | None
    """How far the value is on the right side of the goal; negative if on the wrong one."""
    confidence: float | None
    """Probability that the expectation keeps the goal, given the replications.

    `None` for one replication, and where the replications do not differ: one caller proves nothing.
    """
    days_kept: float | None
    """Share of single days that keep it."""


class Scorecard:
    """All measures of a run. Values are computed when first asked for."""

    def __init__(
        self, tallies: Sequence[Tally], *, frame: Frame, confidence: float = CONFIDENCE
    ) -> None:
        """Combine the tallies of independent replications of one frame."""
        self.frame = frame
        self.stack = Stack(tallies, frame=frame)
        self.confidence = confidence
        self._intervals: dict[tuple[By, str], Interval] = {}
        self._cells: dict[tuple[By, str], list[_Told]] = {}

    @property
    def replications(self) -> int:
        """How many replications there are."""
        return len(self.stack)

    # --- One value ---------------------------------------------------------------------------------

    def __getitem__(self, measure: str) -> Estimate:
        """Return a measure over everything."""
        return self.estimate(measure)

    def value(self, measure: str, **cell: str) -> float | None:
        """Return a measure in a cell, such as `queue="phone", interval="10:00"`."""
        return self.estimate(measure, **cell).value

    def estimate(self, measure: str, **cell: str) -> Estimate:
        """Return a measure in a cell with its interval and, where days can be told, their spread."""
        by, number = self._place({name: str(place) for name, place in cell.items()})
        found = self.resolve(measure, queue=cell.get("queue"))
        if not self.stack.knows(found, by=by):
            return Estimate(measure=found, cell=cell, value=None, half_width=None, n=0)
        return self._estimate(found, by=by, number=number, cell=cell)

    def resolve(self, measure: str, *, queue: str | None = None) -> Measure:
        """Return the measure of a name; `service_level` is what the queue's target chose."""
        if measure != SERVICE_LEVEL:
            return measure_named(measure)
        frame = self.frame
        chosen = frame.definition
        if queue is not None:
            chosen = frame.targets[frame.queues.index(queue)].definition
        return measure_named(chosen.measure)

    def interval(self, measure: Measure, *, by: By) -> Interval:
        """Return values and half-widths of all cells of a cut."""
        key = (by, measure.name)
        if key not in self._intervals:
            self._intervals[key] = self._interval(measure, by=by)
        return self._intervals[key]

    def _interval(self, measure: Measure, *, by: By) -> Interval:
        if measure.kind is Kind.RATIO:
            above, below = self.stack.parts(measure, by=by)
            assert below is not None, "a ratio has a denominator"
            return of_ratios(above, below, confidence=self.confidence)
        each = of_means(self.stack.values(measure, by=by), confidence=self.confidence)
        if measure.kind is not Kind.PERCENTILE:
            return each
        return Interval(self.stack.pooled(measure, by=by), each.half_width, each.n)

    def _place(self, cell: dict[str, str]) -> tuple[By, int]:
        for by in self.stack.available:
            axes = self.stack.axes(by)
            if {name for name, _ in axes} == cell.keys():
                number = 0
                for name, places in axes:
                    if cell[name] not in places:
                        raise KeyError(
                            f"{name}: expected one of {', '.join(places)}, got {cell[name]!r}"
                        )
                    number = number * len(places) + places.index(cell[name])
                return by, number
        wanted = " x ".join(cell) or "total"
        known = ", ".join(by.value for by in self.stack.available)
        raise KeyError(f"expected cells of one of {known}, got {wanted}")

    def _estimate(self, measure: Measure, *, by: By, number: int, cell: dict[str, str]) -> Estimate:
        value, half_width, n, spread = self._told(measure, by=by)[number]
        return Estimate(
            measure=measure, cell=cell, value=value, half_width=half_width, n=n, spread=spread
        )

    def _told(self, measure: Measure, *, by: By) -> list[_Told]:
        """Return what is to be told of a measure, cell by cell; plain numbers, many at a time."""
        key = (by, measure.name)
        if key not in self._cells:
            found = self.interval(measure, by=by).told()
            spreads = Spreads.of(self.day_values(measure, by=by)).told(len(found))
            self._cells[key] = [
                (*numbers, spread) for numbers, spread in zip(found, spreads, strict=True)
            ]
        return self._cells[key]

    # --- Days --------------------------------------------------------------------------------------

    def day_values(self, measure: Measure, *, by: By) -> Floats:
        """Return a measure of every single day of every replication, [day, cell].

        A run of one day is a day in any cut; else days are told in total and by queue. Closed days are
        NaN: no volume is not a volume of zero. Without rows where days cannot be told apart.
        """
        stack = self.stack
        if len(self.frame.days) == 1:
            return stack.values(measure, by=by)
        by_day = _DAYS_OF.get(by)
        if by_day not in stack.available or not stack.knows(measure, by=by_day):
            return np.empty((0, 0))
        bases = stack.bases(by_day)
        is_open = bases["calling_days" if by is By.CAMPAIGN else "open_time"] > 0
        values = np.where(is_open, stack.values(measure, by=by_day), np.nan)
        return values.reshape(-1, self._columns(by))

    def _columns(self, by: By) -> int:
        """Return how many cells a cut with a single axis has; the total has one."""
        return sum(len(places) for _, places in self.stack.axes(by)) or 1

    # --- Tables ------------------------------------------------------------------------------------

    def estimates(self, by: By | str = By.TOTAL) -> Iterator[Estimate]:
        """Give every measure that has a value, cell by cell."""
        by = By(by)
        known = self._known(by)
        axes = self.stack.axes(by)
        shape = tuple(len(places) for _, places in axes)
        for number in np.flatnonzero(self._in_use(by)):
            place = np.unravel_index(number, shape) if shape else ()
            cell = {name: places[at] for (name, places), at in zip(axes, place, strict=True)}
            for measure in known:
                found = self._estimate(measure, by=by, number=int(number), cell=cell)
                if found.value is not None:
                    yield found

    def _known(self, by: By) -> list[Measure]:
        return [one for one in measures_of(self.frame).values() if self.stack.knows(one, by=by)]

    def _in_use(self, by: By) -> Floats:
        """Say which cells were open, offered a call or staffed in any replication."""
        used: Floats = np.any([base.any(axis=0) for base in self.stack.bases(by).values()], axis=0)
        return used

    def rows(self, by: By | str = By.TOTAL) -> list[dict[str, Any]]:
        """Return flat records, one a cell and measure."""
        return [estimate.record() for estimate in self.estimates(by)]

    def table(self, by: By | str = By.INTERVAL) -> list[dict[str, Any]]:
        """Return flat records, one a cell: each measure's value and, behind it, its half-width."""
        by = By(by)
        known = self._known(by)
        records: dict[tuple[str, ...], dict[str, Any]] = {}
        for found in self.estimates(by):
            record = records.setdefault(
                tuple(found.cell.values()),
                found.cell | {f"{m.name}{end}": None for m in known for end in ("", "_half_width")},
            )
            record[found.measure.name] = found.value
            record[f"{found.measure.name}_half_width"] = found.half_width
        return list(records.values())

    def to_dict(self) -> dict[str, Any]:
        """Return everything, ready for JSON. Absent measures are left out."""
        shown = [by for by in _SHOWN if by in self.stack.available]
        if len(self.frame.days) == 1 and By.DAY in shown:
            shown.remove(By.DAY)  # it is the total
        frame = self.frame
        return {
            "schema": SCHEMA,
            "replications": self.replications,
            "confidence": self.confidence,
            "days": len(frame.days),
            "interval_minutes": frame.interval / 60_000_000,
            "currency": frame.money.currency if frame.money else None,
            "service_level": {
                "total": frame.definition.value,
                **{q: t.definition.value for q, t in zip(frame.queues, frame.targets, strict=True)},
            },
            "measures": {
                measure.name: _described(measure) for measure in measures_of(frame).values()
            },
            "tables": {by.value: self._table(by) for by in shown},
            "targets": [_verdict_record(verdict) for verdict in self.verdicts()],
        }

    def _table(self, by: By) -> list[dict[str, Any]]:
        cells: dict[tuple[str, ...], dict[str, Any]] = {}
        for found in self.estimates(by):
            cell = cells.setdefault(tuple(found.cell.values()), {**found.cell, "values": {}})
            cell["values"][found.measure.name] = _numbers(found)
        return list(cells.values())

    # --- Targets -----------------------------------------------------------------------------------

    def verdicts(self) -> list[Verdict]:
        """Hold every queue against its goals; occupancy is the whole centre's."""
        return [
            self._verdict(goal, queue=queue)
            for queue, target in zip(self.frame.queues, self.frame.targets, strict=True)
            for goal in target.goals()
        ]

    def _verdict(self, goal: Goal, *, queue: str) -> Verdict:
        measure = measure_named(goal.measure)
        by, number = self._place({"queue": queue})
        cell = {"queue": queue}
        if not self.stack.knows(measure, by=by):
            by, number, cell = By.TOTAL, 0, {}
        found = self._estimate(measure, by=by, number=number, cell=cell)
        if found.value is None:
            return Verdict(
                queue=queue, goal=goal, estimate=found,
                kept=None, margin=None, confidence=None, days_kept=None,
            )  # fmt: skip
        sign = 1 if goal.bound is Bound.AT_LEAST else -1
        days = self.day_values(measure, by=by)
        days = days[~np.isnan(days[:, number]), number] if days.size else days.ravel()
        return Verdict(
            queue=queue,
            goal=goal,
            estimate=found,
            kept=goal.kept(found.value),
            margin=sign * (found.value - goal.value),
            confidence=self._confidence(found, margin=sign * (found.value - goal.value)),
            days_kept=float(np.mean([goal.kept(value) for value in days])) if days.size else None,
        )

    def _confidence(self, found: Estimate, *, margin: float) -> float | None:
        """Return how sure a verdict is; where nothing varied, nothing tells how sure."""
        if found.half_width is None or found.value is None:
            return None
        if found.half_width <= ROUNDING * abs(found.value):
            return None
        error = found.half_width / float(t_factor(found.n, confidence=self.confidence))
        return value_or_none(float(t_probability(margin / error, n=found.n)))


def _described(measure: Measure) -> dict[str, Any]:
    return {
        "kind": measure.kind.value,
        "unit": measure.unit.value,
        "formula": measure.formula,
        "english": measure.english,
        "korean": measure.korean,
        "population": measure.population,
        "source": measure.source,
        "better": measure.better.value,
    }


def _numbers(found: Estimate) -> dict[str, Any]:
    spread = found.spread
    numbers: dict[str, Any] = {"value": found.value, "half_width": found.half_width, "n": found.n}
    if spread is not None:
        numbers["between_days"] = {
            "sd": spread.sd, "p10": spread.p10, "p90": spread.p90, "days": spread.days,
        }  # fmt: skip
    return numbers


def _verdict_record(verdict: Verdict) -> dict[str, Any]:
    return {
        "queue": verdict.queue,
        "measure": verdict.goal.measure,
        "bound": verdict.goal.bound.value,
        "goal": verdict.goal.value,
        "value": verdict.estimate.value,
        "half_width": verdict.estimate.half_width,
        "kept": verdict.kept,
        "margin": verdict.margin,
        "confidence": verdict.confidence,
        "days_kept": verdict.days_kept,
    }
