"""What callers pay for outbound work, threshold by threshold."""

from datetime import date
from typing import Any

import numpy as np
import pytest

from callcenter.errors import InputError
from simulation.campaign_figures import chance, finish_dates
from simulation.frontier import Frontier, frontier
from simulation.plan import compile_plan
from simulation.scenario import loads
from tests.dialled import CENTRE


@pytest.fixture(scope="module")
def found() -> Frontier:
    return frontier(compile_plan(loads(CENTRE)), thresholds=(0, 1, 3, 5), replications=6)


@pytest.fixture(scope="module")
def told(found: Frontier) -> dict[str, Any]:
    return found.to_dict()


def test_who_keeps_more_agents_idle_serves_better_and_reaches_fewer(told: dict[str, Any]) -> None:
    levels = [point["values"]["service_level"]["value"] for point in told["points"]]
    successes = [point["values"]["successes"]["value"] for point in told["points"]]

    assert levels == sorted(levels)
    assert successes == sorted(successes, reverse=True)
    assert levels[-1] > levels[0] + 0.02
    assert successes[0] > successes[-1]


def test_the_same_callers_make_differences_better_known_than_levels(told: dict[str, Any]) -> None:
    point = told["points"][2]
    change, level = point["change"]["service_level"], point["values"]["service_level"]

    assert change["low"] > 0
    assert change["high"] - change["low"] < level["high"] - level["low"]


def test_the_best_point_keeps_the_target_with_most_successes(told: dict[str, Any]) -> None:
    holding = [one for one in told["points"] if one["kept"]["value"]]
    best = [one for one in told["points"] if one["best"]]

    assert told["target"] == {"measure": "service_level_b", "bound": "at least", "goal": 0.8}
    assert [one["threshold"] for one in best] == [
        max(holding, key=lambda one: (one["values"]["successes"]["value"], one["threshold"]))[
            "threshold"
        ]
    ]


def test_short_lists_make_low_thresholds_pointless() -> None:
    short = ["campaigns.water.leads=30", "campaigns.water.quota=null", "campaigns.survey.leads=30"]
    told = frontier(compile_plan(loads(CENTRE, short)), thresholds=(0, 1), replications=8).to_dict()
    low, high = told["points"]

    assert low["finished"]["share"] == high["finished"]["share"] == 1
    assert low["values"]["successes"] == high["values"]["successes"]
    assert high["dominated_by"] is None


def test_wanted_successes_are_reached_or_not_by_a_day() -> None:
    plan = compile_plan(loads(CENTRE))
    early, late = (
        frontier(plan, thresholds=(0,), replications=3, wanted=900, by=date(2009, 3, day)).to_dict()
        for day in (2, 13)
    )

    assert early["points"][0]["reached"]["share"] == 0
    assert late["points"][0]["reached"]["share"] == 1
    assert late["wanted"] == 900


def test_quotas_say_what_is_wanted_where_every_campaign_has_one() -> None:
    every = compile_plan(loads(CENTRE, ["campaigns.survey.quota=100"]))

    assert frontier(every, thresholds=(0,), replications=1).wanted == 1000


def test_one_replication_proves_nothing(found: Frontier) -> None:
    told = frontier(found.plan, thresholds=(0, 5), replications=1).to_dict()

    assert [one["dominated_by"] for one in told["points"]] == [None, None]
    assert told["points"][0]["values"]["successes"]["low"] is None


@pytest.mark.parametrize("day", [date(2009, 3, 1), date(2009, 3, 14)])
def test_a_day_outside_the_calendar_is_refused(found: Frontier, day: date) -> None:
    with pytest.raises(
        InputError, match="expected a day of the calendar, 2009-03-02 to 2009-03-13"
    ):
        frontier(found.plan, by=day)


def test_dates_by_which_shares_of_the_runs_are_finished() -> None:
    dates = [date(2009, 3, day) for day in range(2, 7)]

    found = finish_dates(np.array([0, 1, 1, 2, -1]), dates=dates)

    assert found == {"p5": "2009-03-02", "p50": "2009-03-03", "p95": None}


def test_a_chance_carries_wilsons_interval() -> None:
    found = chance(np.array([True] * 4))

    assert found["share"] == 1
    assert found["low"] == pytest.approx(0.5101, abs=1e-4)
