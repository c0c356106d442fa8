"""What measures are told of a scenario's money."""

import pytest

from simulation.results import run
from simulation.scenario import loads
from tests.simulation.scenario.base import GOOD


def test_the_wage_of_one_group_is_enough_for_a_cost() -> None:
    scorecard = run(loads(GOOD, {"group.experts.wage_per_hour": 15000}), replications=1).scorecard

    # Two from nine, three from ten to six, five days; what runs late is paid, too.
    assert scorecard.value("cost") == pytest.approx(15000 * 5 * (2 + 3 * 8), rel=0.05)
    assert scorecard.to_dict()["currency"] == "KRW"


def test_nothing_said_of_money_is_no_cost_at_all() -> None:
    scorecard = run(loads(GOOD), replications=1).scorecard

    assert scorecard.value("cost") is None
    assert scorecard.to_dict()["currency"] is None
