"""How campaigns are written down, and what is wrong with those that cannot be run."""

from datetime import date

import pytest

from callcenter.clock import HOUR
from callcenter.errors import ScenarioError
from simulation.plan import compile_plan
from simulation.scenario import loads, warnings
from simulation.scenario.load import digest
from simulation.scenario.model import Scenario

CENTRE = """
scenario: outbound
calendar: {first: 2009-01-05, last: 2009-01-09, open: {mon-fri: 08:00-19:00}}
queue: {phone: {arrivals: {per_hour: 10}, talk: 2m}}
group: {agents: {headcount: 4, always: true, serves: {phone: 1}}}
"""
CAMPAIGN = """
campaigns:
  전화친절도:
    leads: 100
    quota: 50
    chances:
      - {no_answer: 50%, refusal: 10%, success: 40%}
      - {hours: "12:00-13:00", from_attempt: 2, no_answer: 80%, success: 20%}
    talk: 1m
    by_outcome: {refusal: {talk: 20s, again: true}}
    dialled_by: {agents: {keep_idle: 1}}
"""


def written(old: str = "", new: str = "") -> Scenario:
    assert old in CAMPAIGN
    return loads(CENTRE + CAMPAIGN.replace(old, new) if old else CENTRE + CAMPAIGN)


def refused(old: str, new: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        written(old, new)
    return str(caught.value)


def test_a_campaign_may_have_a_korean_name() -> None:
    assert list(written().campaigns) == ["전화친절도"]


def test_of_the_chances_that_fit_the_last_ones_count() -> None:
    campaign = written().campaigns["전화친절도"]

    assert campaign.chances_at(12 * HOUR, 2).success == 0.2
    assert campaign.chances_at(12 * HOUR, 1).success == 0.4
    assert campaign.chances_at(13 * HOUR, 2).success == 0.4
    assert campaign.bands() == (0, 12 * HOUR, 13 * HOUR)


def test_an_outcome_goes_its_own_way_where_it_says_so() -> None:
    campaign = written().campaigns["전화친절도"]

    assert campaign.lasting("talk", "refusal").model_dump(mode="json")["value"] == "20s"
    assert campaign.lasting("talk", "success").model_dump(mode="json")["value"] == "1m"
    assert campaign.again("refusal")
    assert campaign.again("no_answer")
    assert not campaign.again("success")


def test_only_who_looks_first_takes_time_for_it() -> None:
    preview = written("talk: 1m", "talk: 1m\n    mode: preview\n    preview: 15s")
    progressive = written("talk: 1m", "talk: 1m\n    preview: 15s")

    lasting = [
        scenario.campaigns["전화친절도"].lasting("preview", "success").model_dump()["value"]
        for scenario in (preview, progressive)
    ]
    assert lasting == ["15s", "0s"]


def test_a_scenario_without_campaigns_keeps_its_digest() -> None:
    assert digest(loads(CENTRE)) == digest(loads(CENTRE + "campaigns: {}\n"))
    assert digest(loads(CENTRE)) != digest(written())


def test_a_campaign_may_have_dates_of_its_own() -> None:
    campaign = written("leads: 100", "leads: 100\n    first: 2009-01-06").campaigns["전화친절도"]

    assert campaign.first == date(2009, 1, 6)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("quota: 50", "quota: 101", "expected a quota of at most 100 leads, got 101"),
        ("refusal: 10%", "refusal: 20%", "expected shares that sum to 100%, got 110%"),
        ("agents: {keep", "nobody: {keep", "expected one of agents, got 'nobody'"),
        ("talk: 1m", "tolk: 1m", "did you mean talk?"),
        ("talk: 1m", "talk: never", "expected a duration that comes to an end, got 'never'"),
        (
            "talk: 1m",
            "talk: {distribution: by-time, times: {08:00: 1m}}",
            "expected a duration that is the same at all hours; chances may change with them",
        ),
        (
            "quota: 50",
            "windows: {sat: 08:00-12:00}",
            "expected calling hours on some open day, got none",
        ),
        (
            "quota: 50",
            "first: 2009-01-07\n    last: 2009-01-06",
            "expected first not after last, got 2009-01-07 and 2009-01-06",
        ),
        (
            "- {no_answer",
            "- {from_attempt: 2, no_answer",
            "expected the first chances to fit all attempts, got hours or from_attempt",
        ),
        (
            "quota: 50",
            "cells: {a: {share: 60%, quota: 1}, b: {share: 30%, quota: 1}}",
            "expected the shares of cells to sum to 100%, got 90%",
        ),
        (
            "quota: 50",
            "cells: {a: {share: 60%, quota: 61}, b: {share: 40%, quota: 1}}",
            "expected a quota of at most 60, the leads of cell 'a', got 61",
        ),
        (
            "leads: 100",
            "leads: 10000000\n    attempts: 11",
            "expected at most 100,000,000 attempts",
        ),
    ],
)
def test_a_mistake_is_named(old: str, new: str, why: str) -> None:
    assert why in refused(old, new)


@pytest.mark.parametrize(("windows", "looks"), [("08:00-12:00", False), ("08:00-13:00", True)])
def test_other_hours_are_looked_for_only_where_the_campaign_calls_in_several(
    windows: str, *, looks: bool
) -> None:
    scenario = written("quota: 50", f"windows: {{mon-fri: {windows}}}")

    assert bool(compile_plan(scenario).tables.outbound.campaign["other_hour"][0]) is looks


def test_a_campaign_that_another_calendar_leaves_out_is_a_doubt_and_no_mistake() -> None:
    later = CAMPAIGN.replace("quota: 50", "first: 2009-01-09")
    scenario = loads(CENTRE + later, {"calendar.last": "2009-01-08"})

    why = "campaigns.전화친절도.first: expected calling hours on some open day, got none"
    assert why in warnings(scenario)
    assert why not in warnings(loads(CENTRE + later))
