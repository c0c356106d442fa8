"""The fewest agents: published counts, and that one fewer misses."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from callcenter.planning.erlang import erlang_a, erlang_b, erlang_c
from callcenter.planning.finite import finite_queue
from callcenter.planning.inverse import (
    Goal,
    agents_needed,
    agents_needed_with_places,
    agents_needed_without_waiting,
    with_shrinkage,
)
from callcenter.planning.waiting import ServiceLevelDefinition

LEVEL = Goal(service_level=0.8, within=20)

goals = st.one_of(
    st.builds(
        Goal,
        service_level=st.floats(0.05, 0.999),
        within=st.floats(0, 120),
        definition=st.sampled_from(ServiceLevelDefinition),
    ),
    st.builds(Goal, p_abandon=st.floats(0.001, 0.5)),
    st.builds(Goal, p_wait=st.floats(0.01, 0.9), occupancy=st.floats(0.3, 0.95)),
    st.builds(Goal, mean_wait_answered=st.floats(0.1, 60), mean_wait=st.floats(0.1, 60)),
)


def test_the_published_counts_with_shrinkage() -> None:
    """F1 and F4."""
    raw = agents_needed(100 / 1800, mean_handling=180, goal=LEVEL)
    assert (int(raw), int(with_shrinkage(raw, shrinkage=0.3))) == (14, 20)
    capped = Goal(service_level=0.8, within=0.33 * 60, occupancy=0.7)
    raw = agents_needed(100 / 1800, mean_handling=180, goal=capped)
    assert (int(raw), int(with_shrinkage(raw, shrinkage=0.3))) == (15, 22)
    trunks = agents_needed_without_waiting(10, mean_handling=1, goal=Goal(p_block=0.02))
    assert (int(trunks), int(with_shrinkage(trunks, shrinkage=0.3))) == (17, 25)


def test_rounding_up_ignores_the_last_bit() -> None:
    assert with_shrinkage([14, 7, 21, 0], shrinkage=0.3).tolist() == [20, 10, 30, 0]
    assert with_shrinkage([14, 15], shrinkage=0).tolist() == [14, 15]


@given(
    rate=st.floats(1e-4, 3.0),
    handling=st.floats(5, 600),
    patience=st.one_of(st.just(np.inf), st.floats(5, 3000)),
    goal=goals,
)
@settings(max_examples=100, deadline=None)
def test_the_fewest_agents_meet_the_goal_and_one_fewer_does_not(
    rate: float, handling: float, patience: float, goal: Goal
) -> None:
    count = int(agents_needed(rate, mean_handling=handling, mean_patience=patience, goal=goal))
    shape = {"mean_handling": handling, "mean_patience": patience}
    assert goal.met(erlang_a(rate, agents=count, **shape))
    assert count == 0 or not goal.met(erlang_a(rate, agents=count - 1, **shape))


@given(load=st.floats(0.01, 3000), blocked=st.floats(1e-6, 0.9))
@settings(max_examples=60, deadline=None)
def test_the_fewest_trunks_block_little_enough(load: float, blocked: float) -> None:
    goal = Goal(p_block=blocked)
    count = int(agents_needed_without_waiting(load, mean_handling=1, goal=goal))
    assert goal.met(erlang_b(load, mean_handling=1, agents=count))
    assert not goal.met(erlang_b(load, mean_handling=1, agents=count - 1))


def test_places_to_wait_need_agents_too() -> None:
    goal = Goal(p_block=0.001, p_wait=0.5)
    counts = agents_needed_with_places([10, 1000], mean_handling=1, places=20, goal=goal)
    for rate, count in zip([10, 1000], counts, strict=True):
        for agents, met in ((count, True), (count - 1, False)):
            found = finite_queue(rate, mean_handling=1, agents=agents, lines=agents + 20)
            assert bool(goal.met(found)) is met


def test_a_week_of_periods_is_answered_at_once() -> None:
    rates = np.linspace(0, 5000, 220) / 3600
    counts = agents_needed(rates, mean_handling=150, mean_patience=300, goal=LEVEL)
    assert counts[0] == 0
    assert np.all(np.diff(counts) >= 0)
    ok = (
        erlang_a(rates, mean_handling=150, mean_patience=300, agents=counts).service_level(20)
        >= 0.8
    )
    assert np.all(ok[1:])
    assert np.all(agents_needed(rates, mean_handling=150, goal=LEVEL) >= counts)


def test_thousands_of_agents_are_found() -> None:
    count = int(agents_needed(30.0, mean_handling=300, goal=LEVEL))
    levels = erlang_c(30.0, mean_handling=300, agents=[count - 1, count]).service_level(20)
    assert levels[0] < 0.8 <= levels[1]
    assert count > 9000


def test_a_goal_that_nothing_meets_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^goal: expected a bound"):
        agents_needed(0.1, mean_handling=60, goal=Goal(occupancy=0.0))


@pytest.mark.parametrize(
    ("bounds", "name"),
    [
        ({}, "goal"),
        ({"service_level": 0.8}, "within"),
        ({"within": 20.0}, "within"),
        ({"service_level": 80.0, "within": 20.0}, "service_level"),
        ({"mean_wait": -1.0}, "mean_wait"),
    ],
)
def test_half_a_goal_is_refused_by_name(bounds: dict[str, float], name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name}: expected"):
        Goal(**bounds)


def test_everybody_away_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^shrinkage: expected"):
        with_shrinkage(5, shrinkage=1.0)
