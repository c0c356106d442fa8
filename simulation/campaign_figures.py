"""Figures of campaigns over replications, as documents tell them: with intervals, chances and dates."""

from collections.abc import Sequence
from datetime import date
from math import ceil
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from callcenter.domain.targets import Goal
from callcenter.errors import InputError
from callcenter.measures.catalogue import measure_named
from callcenter.measures.desk_work import wilson
from callcenter.measures.scorecard import Estimate, Scorecard
from simulation.plan import Plan

QUANTILES: Final = {"p5": 0.05, "p50": 0.5, "p95": 0.95}


def figure(found: Estimate) -> dict[str, float | None]:
    """Return a value and the ends of its interval."""
    return {"value": found.value, "low": found.low, "high": found.high}


def chance(reached: npt.NDArray[np.bool_]) -> dict[str, float | int]:
    """Return how often something came about over replications, with Wilson's interval at 95 %."""
    n, many = len(reached), int(reached.sum())
    interval = wilson(many, n)
    assert interval is not None, "expected at least one replication"
    return {
        "share": many / n,
        "low": interval.low,
        "high": interval.high,
        "reached": many,
        "of": n,
    }


def finish_dates(days: npt.NDArray[np.int64], *, dates: Sequence[date]) -> dict[str, str | None]:
    """Return dates by which a campaign was finished in 5, 50 and 95 % of the replications.

    Args:
        days: Of each replication the place of its last day, or -1 if it was not finished.
        dates: Of the calendar.

    Returns:
        ISO dates; `None` where so many replications did not finish.
    """
    ordered = np.sort(np.where(days < 0, len(dates), days))
    found = {name: int(ordered[ceil(share * len(days)) - 1]) for name, share in QUANTILES.items()}
    return {
        name: dates[place].isoformat() if place < len(dates) else None
        for name, place in found.items()
    }


def goals_of(card: Scorecard) -> tuple[Goal, ...]:
    """Return what the queues want of the service level, each demand once."""
    verdicts = card.verdicts()
    goals = {v.goal: None for v in verdicts if v.goal.measure.startswith("service_level")}
    return tuple(goals)


def kept(card: Scorecard) -> tuple[bool, float | None] | None:
    """Say whether all queues keep their service level, and how sure the least sure of them is.

    The certainty is the probability that the expectation keeps the goal, whatever the verdict; `None` where
    the replications do not tell. `None` altogether where nobody wants a service level.
    """
    found = [v for v in card.verdicts() if v.goal.measure.startswith("service_level")]
    found = [v for v in found if v.kept is not None]
    if not found:
        return None
    sure = [v.confidence for v in found if v.confidence is not None]
    return all(v.kept for v in found), min(sure) if len(sure) == len(found) else None


def described(card: Scorecard, name: str) -> dict[str, str]:
    """Return how a measure is called and read."""
    measure = measure_named(card.resolve(name).name)
    return {
        "unit": measure.unit.value,
        "english": measure.english,
        "korean": measure.korean,
        "better": measure.better.value,
    }


def day_of(plan: Plan, by: date | None) -> date:
    """Return the last day if none is given; refuse one outside the calendar with an `InputError`."""
    first, last = plan.dates[0], plan.dates[-1]
    if by is None:
        return last
    if not first <= by <= last:
        raise InputError(f"expected a day of the calendar, {first} to {last}, got {by}", key="by")
    return by


def titles_of(plan: Plan) -> dict[str, str]:
    """Return the scenario's title in both languages; its name where it has none."""
    scenario = plan.scenario
    usual = next(iter(scenario.title.values()), scenario.scenario)
    return {lang: scenario.title.get(lang, usual) for lang in ("ko", "en")}


def campaign_record(plan: Plan, name: str) -> dict[str, Any]:
    """Return what a reader must know of a campaign."""
    campaign = plan.scenario.campaigns[name]
    return {
        "name": name,
        "field": campaign.field or name,
        "leads": campaign.leads,
        "quota": campaign.quota,
        "first": (campaign.first or plan.dates[0]).isoformat(),
        "last": (campaign.last or plan.dates[-1]).isoformat(),
    }


def written_threshold(plan: Plan) -> int | None:
    """Return the one threshold that a scenario has as it is written; `None` if it has several."""
    rules = [own for one in plan.scenario.campaigns.values() for own in one.dialled_by.values()]
    found = {n for own in rules for n in (own.keep_idle, *own.keep_idle_from.values())}
    return found.pop() if len(found) == 1 else None


def assumed_of_campaigns(plan: Plan) -> dict[str, str]:
    """Return which inputs of campaigns are assumed, and why."""
    return {
        path: why.strip()
        for path, why in plan.scenario.assumed.items()
        if path.split(".")[0] == "campaigns"
    }
