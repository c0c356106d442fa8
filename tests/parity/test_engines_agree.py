"""The two engines live every day alike, to the last bit."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from callcenter.clock import DAY
from callcenter.telephony.call_log import CallLog
from simulation.engines import ENGINES, engine
from simulation.plan import compile_plan
from simulation.replications import Order, draw
from simulation.scenario.load import load
from simulation.scenario.model import Scenario
from simulation.tables import Tables, Workload
from tests.parity.differences import differences
from tests.scenario_strategies import initial_states, scenarios
from tests.scenes import ACall, Scene, on_duty
from tests.strategies import scenes

SCENARIOS = sorted((Path(__file__).parents[2] / "configs" / "scenarios").glob("*.yaml"))
MANY = settings(max_examples=max(200, settings.default.max_examples))
FIRST_CALLS = 10_000
"""So many of a scenario are lived by both: its first days."""
FIRST_LEADS = 200
"""So many of each campaign."""


def assert_agree(tables: Tables, workload: Workload) -> None:
    fast, reference = (engine(name)(tables, workload) for name in ENGINES)

    assert differences(reference, fast) == ""


@MANY
@given(scene=scenes())
def test_on_every_small_world(scene: Scene) -> None:
    assert_agree(scene.tables(), scene.workload())


@pytest.mark.parametrize(
    "always",
    [
        ("seats", "hand-back", "start", "wrap"),
        ("closing", "call-back", "conditions"),
        ("conditions", "weights", "choices", "ageing", "priorities"),
        ("redial", "repeat", "transfer", "lines", "limit"),
        ("campaigns",),
        ("campaigns", "hand-back", "seats", "choices", "conditions"),
    ],
    ids=" ".join,
)
@given(data=st.data())
def test_on_small_worlds_where_some_rules_always_count(
    always: tuple[str, ...], data: st.DataObject
) -> None:
    scene = data.draw(scenes(always=frozenset(always)))

    assert_agree(scene.tables(), scene.workload())


@MANY
@given(scenario=scenarios(), seed=st.integers(0, 99))
def test_on_every_scenario(scenario: Scenario, seed: int) -> None:
    order = Order.of(compile_plan(scenario), seed=seed)

    assert_agree(order.plan.tables, draw(order, 0))


@MANY
@given(data=st.data(), scenario=scenarios(), seed=st.integers(0, 99))
def test_on_every_day_that_has_begun(data: st.DataObject, scenario: Scenario, seed: int) -> None:
    plan = compile_plan(scenario)
    order = Order.of(plan, seed=seed, state=data.draw(initial_states(plan)))

    assert_agree(plan.tables, draw(order, 0))


def first_calls(workload: Workload, count: int) -> Workload:
    """Leave out all calls but the first, and the roster of the days after them."""
    if len(workload.arrived) <= count:
        return workload
    fates = workload.fates.columns()
    total = len(workload.arrived)
    kept = {name: np.concatenate([c[:count], c[total:]]) for name, c in fates.items() if len(c)}
    until = workload.arrived[count] + DAY
    return replace(
        workload,
        arrived=workload.arrived[:count],
        queue=workload.queue[:count],
        fates=replace(workload.fates, **kept),
        spare_first=workload.spare_first - (total - count),
        moves=workload.moves[workload.moves["tick"] < until],
    )


def with_short_lists(scenario: Scenario) -> Scenario:
    """Leave out all leads of a campaign but the first."""
    short = {
        name: campaign.model_copy(update={"leads": min(campaign.leads, FIRST_LEADS)})
        for name, campaign in scenario.campaigns.items()
    }
    return scenario.model_copy(update={"campaigns": short})


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_on_the_first_days_of_every_scenario(path: Path) -> None:
    order = Order.of(compile_plan(with_short_lists(load(path))), seed=1)
    workload = first_calls(draw(order, 0), FIRST_CALLS)
    assert len(workload.arrived) > 0

    assert_agree(order.plan.tables, workload)


def test_there_are_scenarios_to_agree_on() -> None:
    assert SCENARIOS


# --- What a disagreement looks like ------------------------------------------------------------------


def two_calls() -> Scene:
    fate = {"talk": 4, "wrap": 2}
    return Scene(calls=(ACall(at=1, fate=fate), ACall(at=2, fate=fate)), moves=on_duty(0))


def altered(log: CallLog, name: str, row: int, value: int) -> CallLog:
    column = log.columns()[name].copy()
    column[row] = value
    return CallLog.of(**(log.columns() | {name: column}))


def test_a_difference_is_told_with_its_row_both_values_and_what_came_before() -> None:
    scene = two_calls()
    calls, agents = engine("reference")(scene.tables(), scene.workload())

    told = differences((calls, agents), (altered(calls, "ended", 1, 12), agents))

    lines = told.splitlines()
    assert lines[0] == "the call logs differ in row 1 (of 2 and 2):"
    assert "  ended      reference                   11  fast                   12  <--" in lines
    assert "  kind       reference                FRESH  fast                FRESH" in lines
    assert lines[-1] == "        11  leg 1: ended"
    assert "         7  leg 0: wrapped" in lines
    assert len(lines) == 1 + 17 + 1 + 10


def test_a_missing_row_is_told() -> None:
    scene = two_calls()
    calls, agents = engine("reference")(scene.tables(), scene.workload())
    shorter = CallLog.of(**{name: column[:1].copy() for name, column in calls.columns().items()})

    assert "only reference has it" in differences((calls, agents), (shorter, agents))
    assert "only fast has it" in differences((shorter, agents), (calls, agents))


def test_equal_logs_have_no_differences() -> None:
    scene = replace(two_calls(), moves=())
    logs = engine("reference")(scene.tables(), scene.workload())

    assert differences(logs, logs) == ""
    assert np.all(logs[0].ended == -1)
