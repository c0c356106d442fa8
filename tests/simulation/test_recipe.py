import numpy as np
import pytest

from simulation.recipe import Recipe, _toss
from simulation.streams import stream
from simulation.tables import CERTAIN
from simulation.workload import draw_workload
from tests.simulation.programmes import exponential, programme, queue, rate, tables_for


@pytest.mark.parametrize("count", [0, 1, 2, 7, 1_000])
def test_coins_are_those_a_generator_gives(count: int) -> None:
    coins = np.empty(count, np.uint32)

    _toss(coins, stream(seed=3, replication=1, name="coin/balk/phone"), None)

    expected = stream(seed=3, replication=1, name="coin/balk/phone")
    assert coins.tolist() == expected.integers(0, CERTAIN, count, dtype=np.uint32).tolist()


def test_only_what_differs_between_callers_becomes_a_column() -> None:
    plan = programme(
        queue("phone", rate(60), durations={"talk": exponential("2m")}, coins=["balk"]),
        queue("counter", rate(60), priorities=((5, 1.0),)),
    )
    recipe = Recipe.of(tables_for(plan), plan)

    assert [column.name for column in recipe.columns] == ["priority", "talk", "balk"]
    talk = recipe.columns[1]
    assert [part.purpose for part in talk.parts] == ["talk/phone", "talk/counter"]
    assert [part.fill is None for part in talk.parts] == [False, True]


def test_one_recipe_serves_any_replication_in_any_order() -> None:
    plan = programme(
        queue("phone", rate(60, days=2, busyness="city", shape=9.0), coins=["balk"]), days=2
    )
    recipe = Recipe.of(tables_for(plan), plan)
    drawn = {
        number: draw_workload(recipe, seed=1, replication=number).arrived for number in (2, 0, 1)
    }

    for number, arrived in drawn.items():
        fresh = draw_workload(Recipe.of(tables_for(plan), plan), seed=1, replication=number)
        np.testing.assert_array_equal(arrived, fresh.arrived)
    assert len({tuple(arrived) for arrived in drawn.values()}) == 3
