"""A day that is told what to do is told truly: what is folded of it is what its engine wrote down."""

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from callcenter.clock import HOUR, MINUTE, NEVER
from callcenter.telephony.commands import (
    Command,
    Errand,
    MoveAgents,
    RecallAgents,
    SendAgents,
    SetCampaign,
    SetOverflow,
    Surge,
)
from callcenter.telephony.events import CallOffered, Told
from callcenter.telephony.fold import Fold
from callcenter.telephony.names import Names
from simulation.plan import Plan, compile_plan
from simulation.replications import Order, draw
from simulation.scenario.load import load
from simulation.scenario.model import Scenario
from simulation.switch.laying import Laying
from simulation.switch.live_day import LiveDay
from simulation.switch.surges import Surges
from tests.parity.differences import differences
from tests.parity.test_narrate_and_fold import names_of
from tests.scenario_strategies import scenarios
from tests.scenes import Scene
from tests.strategies import scenes

CONFIGS = Path(__file__).parents[3] / "configs" / "scenarios"


def commands(names: Names) -> st.SearchStrategy[Command]:
    """Draw what might be ordered in a centre, and sometimes what it has not."""
    count = st.integers(0, 4)
    group = st.sampled_from((*names.groups, "nobody"))
    queue = st.sampled_from((*names.queues, "nothing"))
    return st.one_of(
        st.builds(MoveAgents, count=count, group=group, to=group),
        st.builds(SendAgents, count=count, group=group, errand=st.sampled_from(Errand)),
        st.builds(RecallAgents, count=count, group=group),
        st.builds(SetOverflow, queue=queue, group=group, opened=st.booleans()),
        st.builds(Surge, queue=queue, factor=st.floats(0, 25), minutes=st.integers(0, 60)),
        st.builds(SetCampaign, campaign=queue, running=st.booleans()),
    )


def ordered_about(day: LiveDay, orders: list[tuple[int, Command]]) -> list[Told]:
    """Live a day to its end, with orders at their ticks, each as of the moment after it."""
    told = []
    for tick, command in sorted(orders, key=lambda order: order[0]):
        told += day.advance(tick)
        answer = day.obey(command, max(tick, day.until) + 1)
        assert 0 <= answer.done <= max(answer.asked, 1)
        assert answer.ko
        assert answer.en
    return [*told, *day.advance(NEVER)]


def assert_told_truly(day: LiveDay, told: list[Told], names: Names) -> None:
    fold = Fold(names)
    for one in told:
        if isinstance(one.event, CallOffered):
            before = fold.agents.get(one.event.agent)
            assert before is None or not before.legs
        fold.apply(one)

    assert differences(day.log(), fold.log()) == ""
    assert [one.sequence for one in told] == list(range(1, len(told) + 1))
    assert all(one.recorded_at <= other.recorded_at for one, other in pairwise(told))
    assert not any(agent.legs for agent in fold.agents.values())
    assert day.done


@given(scene=scenes(), data=st.data())
def test_every_small_world_that_is_ordered_about_is_told_truly(
    scene: Scene, data: st.DataObject
) -> None:
    tables = scene.tables()
    names = names_of(len(scene.called), len(scene.groups), tables.agent_group.tolist())
    ticks = st.integers(scene.start_tick, scene.start_tick + 40)
    orders = data.draw(st.lists(st.tuples(ticks, commands(names)), max_size=6))
    day = LiveDay(tables, scene.workload(), names=names, source="sim")

    assert_told_truly(day, ordered_about(day, orders), names)


def live_day(plan: Plan, *, seed: int = 1) -> tuple[LiveDay, Names]:
    workload = draw(Order.of(plan, seed=seed), 0)
    frame = plan.frame
    names = Names.of_centre(queues=frame.called, groups=frame.groups, agent_group=frame.agent_group)
    surges = Surges(plan.tables, plan.programme, workload, seed=seed, replication=0)
    return LiveDay(plan.tables, workload, names=names, source="sim", surges=surges), names


@given(scenario=scenarios(), seed=st.integers(0, 99), data=st.data())
def test_every_scenario_that_is_ordered_about_is_told_truly(
    scenario: Scenario, seed: int, data: st.DataObject
) -> None:
    day, names = live_day(compile_plan(scenario), seed=seed)
    ticks = st.integers(0, 4 * 15).map(lambda minutes: 7 * HOUR + minutes * 5 * MINUTE)
    orders = data.draw(st.lists(st.tuples(ticks, commands(names)), max_size=6))

    assert_told_truly(day, ordered_about(day, orders), names)


@pytest.mark.parametrize("name", ["multi-skill", "tutorial", "trace"])
def test_a_surge_in_a_scenario_of_the_house_is_told_truly(name: str) -> None:
    plan = Laying(compile_plan(load(CONFIGS / f"{name}.yaml"))).plan_of(date(2026, 11, 23))
    day, names = live_day(plan)
    usual, _ = live_day(plan)
    queue = names.queues[0]

    told = ordered_about(day, [(10 * HOUR, Surge(queue=queue, factor=4, minutes=60))])

    assert_told_truly(day, told, names)
    assert len(told) > len(list(usual.advance(NEVER)))
