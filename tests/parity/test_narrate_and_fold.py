"""A log told as events and folded again is the log, to the last bit; and the story makes sense."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from operator import attrgetter
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from callcenter.domain.calls import Outcome
from callcenter.telephony.call_log import NONE, AgentLog, CallLog
from callcenter.telephony.events import CallEvent, CallOffered, Told
from callcenter.telephony.fold import Fold
from callcenter.telephony.names import Names
from callcenter.telephony.narrate import in_order, moments_of, narrate
from simulation.engines import engine
from simulation.plan import compile_plan
from simulation.replications import Order, draw
from simulation.scenario.load import load
from simulation.scenario.model import Scenario
from tests.parity.differences import as_heard, differences
from tests.parity.test_engines_agree import first_calls, with_short_lists
from tests.scenario_strategies import initial_states, scenarios
from tests.scenes import Scene
from tests.strategies import scenes

SCENARIOS = sorted((Path(__file__).parents[2] / "configs" / "scenarios").glob("*.yaml"))
FIRST_CALLS = 1_500
ORIGIN = 1_782_831_600_000_000
"""Midnight of 1 July 2026 in Seoul."""
Logs = tuple[CallLog, AgentLog]


def names_of(queues: int, groups: int, agent_group: Sequence[int]) -> Names:
    return Names.of_centre(
        queues=[f"queue-{number}" for number in range(queues)],
        groups=[f"group-{number}" for number in range(groups)],
        agent_group=agent_group,
        call_prefix="20260701-",
        origin=ORIGIN,
    )


def lived(scene: Scene) -> tuple[Logs, Names]:
    tables = scene.tables()
    names = names_of(len(scene.called), len(scene.groups), tables.agent_group.tolist())
    return engine("fast")(tables, scene.workload()), names


def story_of(scene: Scene) -> tuple[list[Told], Logs, Names]:
    logs, names = lived(scene)
    told = narrate(*logs, names=names, source="sim", started=scene.start_tick)
    return list(told), logs, names


def folded(story: Sequence[Told], names: Names | None) -> Logs:
    fold = Fold(names)
    for told in story:
        fold.apply(told)
    return fold.log()


def assert_comes_back(logs: Logs, names: Names, *, started: int = 0) -> None:
    story = list(narrate(*logs, names=names, source="sim", started=started))

    assert differences(as_heard(logs), folded(story, names)) == ""


# --- The log comes back ------------------------------------------------------------------------------


@given(scene=scenes())
def test_the_log_of_every_small_world_comes_back(scene: Scene) -> None:
    logs, names = lived(scene)

    assert_comes_back(logs, names, started=scene.start_tick)


@given(data=st.data(), scenario=scenarios(), seed=st.integers(0, 99))
def test_the_log_of_every_day_that_has_begun_comes_back(
    data: st.DataObject, scenario: Scenario, seed: int
) -> None:
    plan = compile_plan(scenario)
    state = data.draw(initial_states(plan))
    order = Order.of(plan, seed=seed, state=state)
    logs = engine("fast")(plan.tables, draw(order, 0))
    frame = plan.frame
    names = names_of(len(frame.called), len(frame.groups), frame.agent_group)

    assert_comes_back(logs, names, started=state.at)


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_the_log_of_the_first_hours_of_every_scenario_comes_back(path: Path) -> None:
    order = Order.of(compile_plan(with_short_lists(load(path))), seed=1)
    logs = engine("fast")(order.plan.tables, first_calls(draw(order, 0), FIRST_CALLS))
    frame = order.plan.frame
    names = names_of(len(frame.called), len(frame.groups), frame.agent_group)
    assert len(logs[0]) > 0

    assert_comes_back(logs, names)


def test_there_are_scenarios_to_tell() -> None:
    assert SCENARIOS


@given(scene=scenes())
def test_names_alone_number_a_log_alike_where_they_are_known_beforehand(scene: Scene) -> None:
    story, logs, names = story_of(scene)

    fold = Fold(replace(names, agents=(), agent_group=()))
    for told in story:
        fold.apply(told)

    calls, _ = fold.log()
    known = fold.names
    assert [known.agents[a] for a in calls.agent if a != NONE] == [
        names.agents[a] for a in logs[0].agent if a != NONE
    ]


# --- The story makes sense ---------------------------------------------------------------------------


@given(scene=scenes())
def test_numbers_are_without_gaps_and_what_is_told_has_happened(scene: Scene) -> None:
    story, _, _ = story_of(scene)

    assert [told.sequence for told in story] == list(range(1, len(story) + 1))
    assert all(told.at <= told.recorded_at for told in story)
    assert all(one.recorded_at <= other.recorded_at for one, other in pairwise(story))
    assert all(t.at == t.recorded_at or t.at < ORIGIN + scene.start_tick for t in story)


@given(scene=scenes())
def test_an_agent_never_has_two_calls_and_is_offered_none_before_he_is_free(scene: Scene) -> None:
    story, _, names = story_of(scene)
    fold = Fold(names)

    for told in story:
        if isinstance(told.event, CallOffered):
            before = fold.agents.get(told.event.agent)
            assert before is None or not before.legs
        fold.apply(told)
        assert all(len(agent.legs) <= 1 for agent in fold.agents.values())


@given(scene=scenes())
def test_a_leg_comes_to_be_after_the_one_before_it_is_over_for_the_caller(scene: Scene) -> None:
    story, _, names = story_of(scene)
    fold = Fold(names)

    for told in story:
        event = told.event
        fold.apply(told)
        if isinstance(event, CallEvent) and event.kind == "call.arrived" and event.leg:
            parent = next(
                leg for leg in fold.legs if (leg.call, leg.leg) == (event.call, event.leg - 1)
            )
            assert parent.ended != NONE


@given(scene=scenes())
def test_when_all_is_told_only_those_still_wait_whom_the_log_leaves_waiting(scene: Scene) -> None:
    story, (calls, _), names = story_of(scene)
    fold = Fold(names)
    for told in story:
        fold.apply(told)

    assert len(fold.open_calls) == (calls.outcome == Outcome.OPEN).sum()
    assert not any(agent.legs for agent in fold.agents.values())


@given(scene=scenes(), data=st.data())
def test_the_order_of_a_tick_does_not_depend_on_how_its_moments_are_found(
    scene: Scene, data: st.DataObject
) -> None:
    logs, names = lived(scene)
    moments = sorted(moments_of(*logs, names=names), key=attrgetter("tick"))

    for _, found in groupby(moments, key=attrgetter("tick")):
        together = list(found)
        assert in_order(data.draw(st.permutations(together))) == in_order(together)
