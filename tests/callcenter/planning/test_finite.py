"""Bounded lines: published digits, the limits to Erlang B and A, and exact fractions."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from callcenter.planning.erlang import erlang_a, erlang_b
from callcenter.planning.finite import finite_queue

NAMES = (
    "p_wait", "p_abandon", "mean_wait", "mean_wait_answered", "mean_queue", "occupancy", "p_answered",
)  # fmt: skip
LAWS = ("answered_within", "abandoned_within", "waited_longer")


def test_two_agents_and_three_lines_give_the_published_digits() -> None:
    """F7."""
    found = finite_queue(3, mean_handling=1 / 4, agents=2, lines=3)
    assert float(found.p_block) == pytest.approx(0.0493601, abs=5e-8)
    assert float(found.mean_busy + found.mean_queue) == pytest.approx(0.762340, abs=5e-7)


def test_a_hundred_lines_give_the_published_waits() -> None:
    """F5 and F6."""
    found = finite_queue(3.5 / 60, mean_handling=180, mean_patience=300, agents=[13, 9], lines=100)
    assert found.mean_wait == pytest.approx([9.9128, 56.6184], abs=5e-5)


def test_no_place_to_wait_is_erlang_b() -> None:
    for patience in (np.inf, 60.0):
        bounded = finite_queue(0.3, mean_handling=60, agents=20, lines=20, mean_patience=patience)
        lost = erlang_b(0.3, mean_handling=60, agents=20)
        assert float(bounded.p_block) == pytest.approx(float(lost.p_block), rel=1e-12)
        assert float(bounded.occupancy) == pytest.approx(float(lost.occupancy), rel=1e-12)


@pytest.mark.parametrize("patience", [10.0, 1e3, 1e5, np.inf])
def test_lines_without_end_are_erlang_a(patience: float) -> None:
    shape = {"mean_handling": 180, "agents": [20, 30], "mean_patience": patience}
    bounded, free = finite_queue(0.1, lines=1500, **shape), erlang_a(0.1, **shape)
    for name in NAMES:
        assert getattr(bounded, name) == pytest.approx(getattr(free, name), rel=1e-10), name
    for name in LAWS:
        assert getattr(bounded, name)(20) == pytest.approx(getattr(free, name)(20), rel=1e-9), name


@pytest.mark.parametrize(("agents", "lines", "patience"), [(1, 4, 50), (3, 9, 20), (6, 30, 500)])
def test_the_chain_meets_exact_fractions(agents: int, lines: int, patience: int) -> None:
    rate, handling = Fraction(1, 10), Fraction(40)
    law = [Fraction(1)]
    for n in range(1, lines + 1):
        out = min(n, agents) / handling + max(n - agents, 0) / Fraction(patience)
        law.append(law[-1] * rate / out)
    total = sum(law)
    queue = sum(p * max(n - agents, 0) for n, p in enumerate(law)) / total
    found = finite_queue(0.1, mean_handling=40, mean_patience=patience, agents=agents, lines=lines)
    assert float(found.p_block) == pytest.approx(float(law[-1] / total), rel=1e-12)
    assert float(found.mean_queue) == pytest.approx(float(queue), rel=1e-12)
    assert float(found.p_wait) == pytest.approx(float(sum(law[agents:-1]) / total), rel=1e-12)
    assert float(found.p_abandon) == pytest.approx(float(queue / patience / rate), rel=1e-12)


def test_a_table_with_lines_of_every_length_is_the_table_of_each() -> None:
    lines = np.array([3, 10, 50, 400])
    together = finite_queue(0.2, mean_handling=60, mean_patience=90, agents=3, lines=lines)
    for i, count in enumerate(lines):
        alone = finite_queue(0.2, mean_handling=60, mean_patience=90, agents=3, lines=count)
        assert together.p_block[i] == pytest.approx(float(alone.p_block), rel=1e-13)
        assert together.service_level(20)[i] == pytest.approx(
            float(alone.service_level(20)), rel=1e-13
        )


def test_thousands_of_agents_and_overload_do_not_overflow() -> None:
    found = finite_queue([20.0, 40.0], mean_handling=200, agents=5000, lines=6000)
    assert np.all(np.isfinite([found.p_block, found.mean_wait, found.service_level(20)]))
    # Twice the load the agents can take: half is blocked, and the lines are always full.
    assert float(found.p_block[1]) == pytest.approx(1 - 25 / 40, rel=1e-6)
    assert float(found.mean_wait[1]) == pytest.approx(1000 / 25, rel=1e-2)


@given(
    rate=st.floats(0.001, 1.0),
    patience=st.one_of(st.just(np.inf), st.floats(1, 1e4)),
    agents=st.integers(1, 40),
    places=st.integers(0, 40),
    limit=st.floats(0, 300),
)
@settings(max_examples=80, deadline=None)
def test_flow_and_fates_add_up(
    rate: float, patience: float, agents: int, places: int, limit: float
) -> None:
    found = finite_queue(
        rate, mean_handling=60, mean_patience=patience, agents=agents, lines=agents + places
    )
    assert float(found.p_answered + found.p_abandon + found.p_block) == pytest.approx(1, rel=1e-11)
    assert float(found.mean_busy) == pytest.approx(rate * 60 * float(found.p_answered), rel=1e-11)
    fates = (
        found.answered_within(limit) + found.abandoned_within(limit) + found.waited_longer(limit)
    )
    assert float(fates + found.p_block) == pytest.approx(1, rel=1e-10)


def test_without_agents_patient_callers_fill_the_lines_and_the_others_hang_up() -> None:
    stuck = finite_queue(1.0, mean_handling=60, agents=0, lines=3)
    assert (float(stuck.p_block), float(stuck.mean_queue)) == (1, 3)
    leaving = finite_queue(1.0, mean_handling=60, agents=0, lines=3, mean_patience=2.0)
    # M/M/3/3 in disguise: hanging up is the only way out.
    assert float(leaving.p_block) == pytest.approx((8 / 6) / (1 + 2 + 2 + 8 / 6))
    assert float(leaving.p_abandon + leaving.p_block) == pytest.approx(1)


def test_fewer_lines_than_agents_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^lines: expected"):
        finite_queue(1.0, mean_handling=60, agents=5, lines=4)
