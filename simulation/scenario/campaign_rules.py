"""What keeps a scenario's campaigns from being run."""

from collections.abc import Iterator, Sequence
from typing import Final

from simulation.scenario.campaigns import PARTS, Campaign
from simulation.scenario.days import DayOf, days_of, weekly
from simulation.scenario.model import Scenario
from simulation.scenario.problems import Path, Problem
from simulation.scenario.variate_specs import ByTime, Mixture, Spec

MOST_ATTEMPTS: Final = 100_000_000
"""In all campaigns together, if every lead were dialled as often as it may be."""


def campaign_problems(scenario: Scenario) -> Iterator[Problem]:
    """List what no single key can be blamed for, campaign by campaign."""
    attempts = sum(one.leads * one.attempts for one in scenario.campaigns.values())
    if attempts > MOST_ATTEMPTS:
        why = f"expected at most {MOST_ATTEMPTS:,} attempts in all, got up to {attempts:,}"
        yield Problem(("campaigns",), why)
    for name, campaign in scenario.campaigns.items():
        yield from _by_the_clock(campaign, ("campaigns", name))
        yield from _of_sample(campaign, scenario, ("campaigns", name, "sample"))


def _of_sample(campaign: Campaign, scenario: Scenario, at: Path) -> Iterator[Problem]:
    """Find what keeps a satisfaction round from having anybody to ask."""
    sample = campaign.sample
    if sample is None:
        return
    if scenario.satisfaction is None:
        why = "expected a satisfaction: block, which says how satisfied callers are"
        yield Problem(at, why)
    if campaign.listed is not None:
        why = "expected a number: a satisfaction round draws its leads from the callers"
        yield Problem((*at[:-1], "leads"), why)
    first, begins = scenario.calendar.first, campaign.first or scenario.calendar.first
    if sample.first < first:
        yield Problem((*at, "first"), f"expected a day of the calendar, {first} or later")
    if sample.last < sample.first:
        yield Problem((*at, "last"), f"expected {sample.first} or later, got {sample.last}")
    if sample.last >= begins:
        why = f"expected a day before the campaign begins on {begins}, got {sample.last}"
        yield Problem((*at, "last"), why)


def stray_campaigns(scenario: Scenario) -> list[Problem]:
    """List campaigns that never call in the calendar."""
    days = [day for day in days_of(scenario) if day.is_open] if scenario.campaigns else []
    why = "expected calling hours on some open day, got none"
    return [
        Problem(("campaigns", name, "first" if campaign.windows is None else "windows"), why)
        for name, campaign in scenario.campaigns.items()
        if not _ever_calls(campaign, days)
    ]


def _ever_calls(campaign: Campaign, open_days: Sequence[DayOf]) -> bool:
    return any(
        (campaign.first or day.date) <= day.date <= (campaign.last or day.date)
        and (campaign.windows is None or weekly(campaign.windows, day.date))
        for day in open_days
    )


def _by_the_clock(campaign: Campaign, at: Path) -> Iterator[Problem]:
    """Find durations that depend on the time of day: of an attempt only what comes of it does."""
    why = "expected a duration that is the same at all hours; chances may change with them"
    for part in PARTS:
        if _depends_on_time(getattr(campaign, part)):
            yield Problem((*at, part), why)
    for word, course in campaign.by_outcome.items():
        for part in PARTS[1:]:
            if _depends_on_time(getattr(course, part)):
                yield Problem((*at, "by_outcome", word, part), why)


def _depends_on_time(spec: Spec | None) -> bool:
    parts = (part.of for part in spec.parts) if isinstance(spec, Mixture) else ()
    return isinstance(spec, ByTime) or any(_depends_on_time(part) for part in parts)
