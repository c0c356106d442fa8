"""What callers pay for outbound work: a centre run at several blending thresholds before the same callers.

An agent begins an outbound call only while more than so many of the group are idle. The lower the number,
the more is called and the longer callers wait. Points of the frontier are compared pair by pair, so that
chance that all of them share cancels.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from callcenter.domain.targets import Goal
from callcenter.measures.compare import Difference, Word, compare
from callcenter.measures.outbound import finished_by
from callcenter.measures.scorecard import Scorecard
from callcenter.measures.tally import Detail
from simulation.campaign_figures import (
    assumed_of_campaigns,
    campaign_record,
    chance,
    day_of,
    described,
    figure,
    finish_dates,
    goals_of,
    kept,
    titles_of,
    written_threshold,
)
from simulation.plan import Plan
from simulation.replications import Progress
from simulation.results import versions
from simulation.sweep import (
    Swept,
    keeping,
    lengthened,
    measuring,
    refuse_no_campaigns,
    sweep,
    with_campaigns,
)

SCHEMA: Final = "callcenter.frontier/1"
THRESHOLDS: Final = tuple(range(7))
FIGURES: Final = (
    "service_level",
    "asa",
    "abandonment_rate",
    "occupancy",
    "successes",
    "attempts",
    "dropped",
    "drop_rate",
    "outbound_hours",
    "leads_left",
    "served_satisfied",
    "unserved_rate",
    "citizens_satisfied",
)
"""Measures of a point; the last three where the scenario says what satisfaction depends on."""
CHANGES: Final = ("service_level", "successes")
"""Those told against the point before, too."""
_ENOUGH: Final = 2
"""Replications a verdict takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One threshold, run."""

    threshold: int
    swept: Swept
    card: Scorecard


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontier:
    """All thresholds, run before the same callers."""

    plan: Plan
    seed: int
    engine: str
    by: date
    wanted: int | None
    """Successes wanted in all campaigns together by then."""
    points: tuple[Point, ...]

    @property
    def replications(self) -> int:
        """How often each threshold was run."""
        return self.points[0].card.replications

    def to_dict(self) -> dict[str, Any]:
        """Return the frontier as plain data, in the schema of docs/result-schema.md."""
        return _Teller(self).told()


def frontier(
    plan: Plan,
    *,
    thresholds: Iterable[int] = THRESHOLDS,
    replications: int | None = None,
    seed: int | None = None,
    engine: str = "fast",
    by: date | None = None,
    wanted: int | None = None,
    lists: float = 1.0,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Frontier:
    """Run a scenario at each threshold.

    Args:
        plan: Of a scenario with campaigns.
        thresholds: Numbers of idle agents kept back, by all groups and campaigns alike.
        replications: The scenario says if not given.
        seed: The scenario says if not given.
        engine: `fast` or `reference`; both give the same result.
        by: The date of "finished by"; the last day of the calendar if not given.
        wanted: Successes wanted by then; the sum of all quotas if not given and every campaign has one.
        lists: Lists so many times as long, without quotas of the whole campaign if more than once: what
            the centre could do, not what its lists hold.
        workers: Threads.
        progress: Told the replications done, each at all thresholds.

    Raises:
        InputError: there are no campaigns, or the date is not one of the calendar.
    """
    plan = lengthened(plan, lists)
    refuse_no_campaigns(plan)
    by = day_of(plan, by)
    steps = sorted(set(thresholds))
    order = measuring(plan, seed=seed, engine=engine, detail=Detail.INTERVALS)
    spec = plan.scenario.run
    found = sweep(
        order,
        [with_campaigns(plan, keeping(plan, idle=step)) for step in steps],
        range(spec.replications if replications is None else replications),
        workers=workers,
        progress=progress,
    )
    return Frontier(
        plan=plan,
        seed=order.seed,
        engine=engine,
        by=by,
        wanted=_wanted(plan) if wanted is None else wanted,
        points=tuple(
            Point(threshold=step, swept=swept, card=swept.card)
            for step, swept in zip(steps, found, strict=True)
        ),
    )


def _wanted(plan: Plan) -> int | None:
    quotas = [campaign.quota for campaign in plan.scenario.campaigns.values()]
    known = [quota for quota in quotas if quota is not None]
    return sum(known) if len(known) == len(quotas) else None


# --- The document ----------------------------------------------------------------------------------------


class _Teller:
    """Puts the document together."""

    def __init__(self, found: Frontier) -> None:
        self._found = found
        self._cards = {point.threshold: point.card for point in found.points}
        opinion = found.plan.frame.opinion is not None
        self._figures = FIGURES if opinion else FIGURES[:-3]
        self._differences: dict[tuple[int, int], dict[str, Difference]] = {}

    def told(self) -> dict[str, Any]:
        found, scenario = self._found, self._found.plan.scenario
        card = found.points[0].card
        goals = goals_of(card)
        return {
            "schema": SCHEMA,
            "scenario": scenario.scenario,
            "title": titles_of(found.plan),
            "first_day": found.plan.dates[0].isoformat(),
            "last_day": found.plan.dates[-1].isoformat(),
            "digest": found.plan.digest,
            "seed": found.seed,
            "engine": found.engine,
            "replications": found.replications,
            "versions": versions(),
            "confidence": card.confidence,
            "by": found.by.isoformat(),
            "wanted": found.wanted,
            "service_level": found.plan.frame.definition.value,
            "target": _goal_record(goals[0]) if len(goals) == 1 else None,
            "measures": {name: described(card, name) for name in self._figures},
            "campaigns": [campaign_record(found.plan, name) for name in scenario.campaigns],
            "written": written_threshold(found.plan),
            "points": self._points(),
            "assumed": assumed_of_campaigns(found.plan),
        }

    def _points(self) -> list[dict[str, Any]]:
        points = self._found.points
        before = [None, *(first for first, _ in pairwise(points))]
        told = [self._point(point, last) for point, last in zip(points, before, strict=True)]
        holding = [one for one in told if one["kept"] and one["kept"]["value"]]
        best = max(
            holding,
            key=lambda one: (one["values"]["successes"]["value"], one["threshold"]),
            default=None,
        )
        for one in told:
            one["best"] = one is best
        return told

    def _point(self, point: Point, before: Point | None) -> dict[str, Any]:
        card, reached, verdict = point.card, self._reached(point), kept(point.card)
        finished = finished_by(self._found.by, frame=card.frame, days=card.stack.finish_days)
        everywhere: npt.NDArray[np.bool_] = np.all(finished, axis=1)
        return {
            "threshold": point.threshold,
            "values": {name: figure(card[name]) for name in self._figures},
            "change": None if before is None else self._change(before, point),
            "finished": chance(everywhere),
            "reached": reached,
            "kept": None if verdict is None else {"value": verdict[0], "sure": verdict[1]},
            "dominated_by": self._dominated_by(point),
            "campaigns": self._campaigns(point),
        }

    def _reached(self, point: Point) -> dict[str, float | int] | None:
        found = self._found
        if found.wanted is None:
            return None
        last = (found.by - found.plan.dates[0]).days
        return chance(point.swept.successes()[:, : last + 1].sum(axis=(1, 2)) >= found.wanted)

    def _campaigns(self, point: Point) -> list[dict[str, Any]]:
        card, found = point.card, self._found
        days = card.stack.finish_days
        finished = finished_by(found.by, frame=card.frame, days=days)
        return [
            {
                "name": name,
                "successes": figure(card.estimate("successes", campaign=name)),
                "finished": chance(finished[:, place]),
                "finish_day": finish_dates(days[:, place], dates=found.plan.dates),
            }
            for place, name in enumerate(found.plan.scenario.campaigns)
        ]

    # --- Pairs -----------------------------------------------------------------------------------------

    def _change(self, before: Point, point: Point) -> dict[str, Any]:
        pairs = self._between(before, point)
        found = {name: pairs.get(self._name(name)) for name in CHANGES}
        return {
            name: None
            if pair is None
            else {
                "value": pair.difference,
                "low": None if pair.half_width is None else pair.difference - pair.half_width,
                "high": None if pair.half_width is None else pair.difference + pair.half_width,
            }
            for name, pair in found.items()
        }

    def _between(self, base: Point, other: Point) -> dict[str, Difference]:
        key = base.threshold, other.threshold
        if key not in self._differences:
            found = compare(base.card, other.card)
            self._differences[key] = {pair.measure.name: pair for pair in found}
        return self._differences[key]

    def _name(self, measure: str) -> str:
        return self._found.points[0].card.resolve(measure).name

    def _dominated_by(self, point: Point) -> int | None:
        """Name the best point that surely beats this one in one matter and is no worse in the other."""
        if self._found.replications < _ENOUGH:
            return None
        better = [one for one in self._found.points if one is not point and self._beats(one, point)]
        level = self._name("service_level")
        return (
            max(better, key=lambda one: one.card[level].value or 0.0).threshold if better else None
        )

    def _beats(self, one: Point, other: Point) -> bool:
        pairs = self._between(other, one)
        names = [self._name(name) for name in ("service_level", "successes")]
        found = [pairs[name] for name in names if name in pairs]
        no_worse = all(pair.difference >= 0 for pair in found)
        return no_worse and any(pair.word is Word.BETTER for pair in found)


def _goal_record(goal: Goal) -> dict[str, Any]:
    return {"measure": goal.measure, "bound": goal.bound.value, "goal": goal.value}
