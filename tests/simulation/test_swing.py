"""Which assumption matters most: one at a time, the same callers, the same citizens."""

from typing import Any

import pytest

from simulation.plan import compile_plan
from simulation.scenario import loads
from simulation.swing import factors_of, swing
from tests.dialled import CENTRE

HUNGRY = [
    "campaigns.water.quota=null",
    "campaigns.water.leads=300",
    "campaigns.survey.leads=300",
]
"""Lists that are called to their end, so that what counts is what citizens do."""


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return swing(compile_plan(loads(CENTRE, HUNGRY)), replications=8).to_dict()


def test_what_moves_most_comes_first_and_every_end_is_told(told: dict[str, Any]) -> None:
    swings = [one["swing"] for one in told["factors"]]
    by_path = {one["path"]: one for one in told["factors"]}

    assert swings == sorted(swings, reverse=True)
    success = by_path["campaigns.water.chances.success"]
    assert success["input"] == pytest.approx(0.4)
    assert success["low"]["input"] == pytest.approx(0.32)
    assert success["high"]["input"] == pytest.approx(0.48)
    assert success["low"]["successes"]["high"] < 0 < success["high"]["successes"]["low"]
    assert success["assumed"] == "Not reported."


def test_what_lasts_longer_brings_no_success_where_lists_end_anyway(told: dict[str, Any]) -> None:
    by_path = {one["path"]: one for one in told["factors"]}

    assert by_path["campaigns.water.talk"]["swing"] < 0.02 * told["base"]["successes"]["value"]
    assert by_path["campaigns.water.leads"]["swing"] > 0.3 * told["base"]["successes"]["value"]


def test_only_what_is_assumed_is_varied() -> None:
    some = loads(CENTRE, ["assumed={campaigns.survey.chances: guessed}"])
    paths = {one.path for one in factors_of(compile_plan(some), spread=0.1)}
    none = compile_plan(loads(CENTRE, ["assumed=null"]))

    assert paths == {
        f"campaigns.survey.chances.{word}"
        for word in ("no_answer", "machine", "refusal", "success")
    }
    assert swing(none, replications=1).to_dict()["factors"] == []


def test_campaigns_that_say_the_same_are_varied_together() -> None:
    chances = "[{no_answer: 50%, wrong_number: 5%, refusal: 5%, success: 40%}]"
    same = loads(CENTRE, [f"campaigns.survey.chances={chances}"])
    found = {one.path: one.campaigns for one in factors_of(compile_plan(same), spread=0.1)}

    assert found["campaigns.water.chances.success"] == ("water", "survey")
    assert "campaigns.survey.chances.success" not in found


def test_shares_stay_whole() -> None:
    plan = compile_plan(loads(CENTRE))

    for factor in factors_of(plan, spread=0.9):
        for end in factor.plans:
            for campaign in end.scenario.campaigns.values():
                assert sum(campaign.chances[0].shares()) == pytest.approx(1)
