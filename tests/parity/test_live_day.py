"""A day told while it is lived is, number for number, the day told when it is over."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from callcenter.clock import NEVER
from callcenter.telephony.events import Told
from callcenter.telephony.names import Names
from callcenter.telephony.narrate import narrate
from simulation.engines.reference import run
from simulation.lead_ends import lead_ends
from simulation.plan import compile_plan
from simulation.replications import Order, draw
from simulation.scenario.load import load
from simulation.scenario.model import Scenario
from simulation.switch.live_day import LiveDay
from simulation.tables import Tables, Workload
from tests.parity.differences import as_heard, differences
from tests.parity.test_engines_agree import first_calls, with_short_lists
from tests.parity.test_narrate_and_fold import folded, names_of
from tests.scenario_strategies import initial_states, scenarios
from tests.scenes import Scene
from tests.strategies import scenes

SCENARIOS = sorted((Path(__file__).parents[2] / "configs" / "scenarios").glob("*.yaml"))
FIRST_CALLS = 1_500


def told_live(day: LiveDay, stops: Sequence[int] = ()) -> list[Told]:
    """Let a day go on to each stop in turn, and then to its end."""
    return [told for stop in (*sorted(stops), NEVER) for told in day.advance(stop)]


def assert_told_alike(
    tables: Tables, workload: Workload, names: Names, stops: Sequence[int] = ()
) -> None:
    logs = run(tables, workload)
    day = LiveDay(tables, workload, names=names, source="sim")

    told = told_live(day, stops)

    _, came_to = lead_ends(logs[0], tables, workload)
    story = narrate(
        *logs, names=names, source="sim", started=workload.start_tick, dispositions=came_to
    )
    assert told == list(story)
    assert differences(as_heard(logs), folded(told, names)) == ""
    assert differences(as_heard(logs), day.log()) == ""
    assert day.done


@given(scene=scenes(), stops=st.lists(st.integers(0, 60), max_size=5))
def test_on_every_small_world(scene: Scene, stops: list[int]) -> None:
    tables = scene.tables()
    names = names_of(len(scene.called), len(scene.groups), tables.agent_group.tolist())

    assert_told_alike(tables, scene.workload(), names, stops)


@given(data=st.data(), scenario=scenarios(), seed=st.integers(0, 99))
def test_on_every_day_that_has_begun(data: st.DataObject, scenario: Scenario, seed: int) -> None:
    plan = compile_plan(scenario)
    order = Order.of(plan, seed=seed, state=data.draw(initial_states(plan)))
    frame = plan.frame
    names = names_of(len(frame.called), len(frame.groups), frame.agent_group)

    assert_told_alike(plan.tables, draw(order, 0), names)


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_on_the_first_hours_of_every_scenario(path: Path) -> None:
    order = Order.of(compile_plan(with_short_lists(load(path))), seed=1)
    frame = order.plan.frame
    names = names_of(len(frame.called), len(frame.groups), frame.agent_group)
    workload = first_calls(draw(order, 0), FIRST_CALLS)
    assert len(workload.arrived) > 0

    assert_told_alike(order.plan.tables, workload, names)
