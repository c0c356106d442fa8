"""Erlang B, C and A against published digits, exact fractions and fifty-digit arithmetic."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from callcenter.planning.erlang import erlang_a, erlang_b, erlang_c
from callcenter.planning.waiting import QueueMeasures, ServiceLevelDefinition
from tests.oracle.single import single_queue

EXACT = np.loadtxt(Path(__file__).with_name("erlang_a_exact.csv"), delimiter=",")

rates = st.floats(0.001, 2.0)
handlings = st.floats(5.0, 600.0)
patiences = st.floats(1.0, 5000.0)
agents = st.integers(1, 400)


def fraction_erlang_b(load: Fraction, servers: int) -> Fraction:
    inverse = Fraction(1)
    for n in range(1, servers + 1):
        inverse = 1 + inverse * n / load
    return 1 / inverse


def test_erlang_b_gives_the_published_blocking() -> None:
    """F4."""
    blocked = erlang_b(1.0, mean_handling=1.0, agents=[1, 2]).p_block
    assert blocked == pytest.approx([0.5, 0.2], rel=1e-14)


@pytest.mark.parametrize("load", [Fraction(1, 1000), Fraction(3, 10), 10, 95, 100, 130, 2000])
@pytest.mark.parametrize("servers", [0, 1, 2, 17, 100, 300])
def test_erlang_b_meets_exact_fractions(load: Fraction, servers: int) -> None:
    exact = fraction_erlang_b(Fraction(load), servers)
    found = erlang_b(float(load), mean_handling=1.0, agents=servers)
    if exact > 1e-290:
        assert float(found.p_block) == pytest.approx(float(exact), rel=1e-11)
    assert float(found.p_answered) == pytest.approx(float(1 - exact), rel=1e-11)


def test_erlang_b_of_a_million_agents_is_finite_and_sensible() -> None:
    found = erlang_b([1e6, 1e5, 1e9], mean_handling=1.0, agents=10**6)
    # The leading term of the loss formula in balance, sqrt(2 / (pi c)), and of deep overload.
    assert found.p_block[0] == pytest.approx(np.sqrt(2 / (np.pi * 1e6)), rel=1e-3)
    assert found.p_block[1] == 0
    assert found.p_block[2] == pytest.approx(1 - 1e-3, rel=1e-6)


def test_erlang_c_gives_the_published_digits() -> None:
    """F1, F2 and H1."""
    found = erlang_c(100 / 1800, mean_handling=180, agents=[14, 15])
    assert found.p_wait == pytest.approx([0.174, 0.102], abs=5e-4)
    assert found.service_level(0.33 * 60) == pytest.approx([0.888, 0.941], abs=5e-4)
    assert found.occupancy == pytest.approx([0.714, 0.667], abs=5e-4)
    assert float(found.p_wait[0]) == pytest.approx(0.1741319335950498, rel=1e-12)
    assert float(found.service_level(20)[0]) == pytest.approx(0.8883500191794669, rel=1e-12)
    minute = erlang_c(4.2, mean_handling=2, agents=12)
    assert float(minute.p_wait) == pytest.approx(0.183889, abs=5e-7)
    assert float(minute.mean_wait) == pytest.approx(0.102160, abs=5e-7)
    assert float(minute.service_level(1 / 3)) == pytest.approx(0.899080, abs=5e-7)


@pytest.mark.parametrize(("load", "servers"), [(Fraction(1, 2), 1), (8, 10), (99, 100), (290, 300)])
def test_erlang_c_meets_exact_fractions(load: Fraction, servers: int) -> None:
    blocked = fraction_erlang_b(Fraction(load), servers)
    exact = blocked / (1 - Fraction(load) / servers * (1 - blocked))
    found = erlang_c(float(load), mean_handling=1.0, agents=servers)
    assert float(found.p_wait) == pytest.approx(float(exact), rel=1e-11)
    assert float(found.mean_wait) == pytest.approx(float(exact / (servers - load)), rel=1e-11)
    tail = float(exact) * np.exp(-float(servers - load) * 0.2)
    assert float(found.waited_longer(0.2)) == pytest.approx(tail, rel=1e-11)


def test_erlang_c_in_overload_serves_nobody_in_time() -> None:
    found = erlang_c([10.0, 12.0], mean_handling=1.0, agents=10)
    assert found.p_wait.tolist() == [1, 1]
    assert found.service_level(20).tolist() == [0, 0]
    assert np.all(np.isinf([found.mean_wait, found.mean_wait_answered, found.mean_queue]))
    assert found.occupancy.tolist() == [1, 1]
    assert found.throughput == pytest.approx([10, 10])
    assert np.all(np.isinf(found.wait_percentile(0.5)))


def test_erlang_a_gives_the_published_digits() -> None:
    """F3, F5, F6, F12 and H2."""
    third = erlang_a(100 / 1800, mean_handling=180, mean_patience=300, agents=14)
    assert float(third.p_wait) == pytest.approx(0.1452601, abs=5e-8)
    assert float(third.p_abandon) == pytest.approx(0.0139837, abs=5e-8)
    assert float(third.occupancy) == pytest.approx(0.7042973, abs=5e-8)
    assert float(third.mean_wait) == pytest.approx(4.195123, abs=5e-7)
    assert float(third.service_level(20)) == pytest.approx(0.9167921, abs=5e-8)
    fifth = erlang_a(
        3.5 / 60, mean_handling=180, mean_patience=[np.inf, 300, 300], agents=[13, 13, 9]
    )
    assert fifth.mean_wait == pytest.approx([26.5569, 9.9128, 56.6184], abs=5e-5)
    twelfth = erlang_a(
        np.array([492, 246, 700]) / 3600, mean_handling=150, mean_patience=300, agents=26
    )
    assert twelfth.p_wait[[0, 2]] == pytest.approx([0.149746, 0.843938], abs=5e-7)
    assert twelfth.p_abandon == pytest.approx([0.009157, 1e-6, 0.127374], abs=5e-7)
    assert twelfth.mean_wait[[0, 2]] == pytest.approx([2.7470, 38.2123], abs=5e-5)
    assert twelfth.service_level(20) == pytest.approx([0.940886, 0.999996, 0.315565], abs=5e-7)
    assert float(twelfth.occupancy[0]) == pytest.approx(0.781242, abs=5e-7)


@pytest.mark.parametrize("case", EXACT, ids=lambda case: f"{case[3]:g} agents, {case[4]:g} s")
def test_erlang_a_meets_exact_values_to_ten_digits(case: np.ndarray) -> None:
    rate, handling, patience, count, limit, *exact = case
    found = erlang_a(rate, mean_handling=handling, mean_patience=patience, agents=count)
    measures = [
        found.p_wait,
        found.p_answered,
        found.p_abandon,
        found.answered_within(limit),
        found.waited_longer(limit),
        found.mean_wait_answered,
        found.abandoned_within(limit),
    ]
    assert [float(m) for m in measures] == pytest.approx(exact, rel=1e-10)


def test_erlang_a_of_many_patiences_at_once_is_erlang_a_of_each() -> None:
    rate, handling, patience, count = EXACT[:, :4].T
    table = erlang_a(rate, mean_handling=handling, mean_patience=patience, agents=count)
    for i in range(len(EXACT)):
        alone = erlang_a(
            rate[i], mean_handling=handling[i], mean_patience=patience[i], agents=count[i]
        )
        assert table.p_abandon[i] == pytest.approx(float(alone.p_abandon), rel=1e-12)
        assert table.service_level(20)[i] == pytest.approx(
            float(alone.service_level(20)), rel=1e-12
        )


def test_endless_patience_is_the_limit_of_long_patience() -> None:
    exact = erlang_c(0.1, mean_handling=180, agents=20)
    near = erlang_a(0.1, mean_handling=180, mean_patience=1e13, agents=20)
    for name in ("p_wait", "mean_wait", "mean_wait_answered", "occupancy", "mean_queue"):
        assert float(getattr(near, name)) == pytest.approx(float(getattr(exact, name)), rel=1e-9)
    assert float(near.service_level(7)) == pytest.approx(float(exact.service_level(7)), rel=1e-9)


def test_no_patience_is_a_loss_system() -> None:
    lost = erlang_b(0.1, mean_handling=180, agents=20)
    hasty = erlang_a(0.1, mean_handling=180, mean_patience=1e-9, agents=20)
    assert float(hasty.p_abandon) == pytest.approx(float(lost.p_block), rel=1e-8)


def test_nobody_at_work_means_that_everybody_hangs_up() -> None:
    found = erlang_a(0.1, mean_handling=180, mean_patience=60, agents=0)
    assert (float(found.p_wait), float(found.p_abandon), float(found.mean_wait)) == (1, 1, 60)
    assert float(found.service_level(20)) == 0
    assert float(found.abandoned_within(60)) == pytest.approx(1 - np.exp(-1))
    assert float(found.mean_queue) == pytest.approx(6)
    assert np.isnan(found.occupancy)
    assert np.isnan(found.mean_wait_answered)


def test_a_lone_call_finds_an_agent() -> None:
    found = erlang_a(0.0, mean_handling=180, mean_patience=60, agents=[0, 1, 5])
    assert found.service_level(0).tolist() == [0, 1, 1]
    assert found.p_wait.tolist() == [1, 0, 0]
    assert found.mean_queue.tolist() == [0, 0, 0]


@given(rate=rates, handling=handlings, patience=patiences, count=agents)
@settings(max_examples=60, deadline=None)
def test_flow_and_littles_law_hold(
    rate: float, handling: float, patience: float, count: int
) -> None:
    found = erlang_a(rate, mean_handling=handling, mean_patience=patience, agents=count)
    assert float(found.p_answered + found.p_abandon) == pytest.approx(1, rel=1e-10)
    assert float(found.mean_busy) == pytest.approx(
        rate * float(found.p_answered) * handling, rel=1e-10
    )
    assert float(found.p_abandon) == pytest.approx(float(found.mean_wait) / patience, rel=1e-10)
    assert float(found.mean_wait_abandoned) >= 0 or float(found.p_abandon) < 1e-9


@given(rate=rates, handling=handlings, patience=patiences, count=agents, limit=st.floats(0, 900))
@settings(max_examples=60, deadline=None)
def test_every_call_is_answered_or_gone_in_time_or_waits_longer(
    rate: float, handling: float, patience: float, count: int, limit: float
) -> None:
    found = erlang_a(rate, mean_handling=handling, mean_patience=patience, agents=count)
    parts = (
        found.answered_within(limit) + found.abandoned_within(limit) + found.waited_longer(limit)
    )
    assert float(parts) == pytest.approx(1, rel=1e-9)


@given(rate=rates, handling=handlings, patience=patiences, count=agents)
@settings(max_examples=60, deadline=None)
def test_one_agent_more_never_hurts(
    rate: float, handling: float, patience: float, count: int
) -> None:
    found = erlang_a(
        rate, mean_handling=handling, mean_patience=patience, agents=[count, count + 1]
    )
    slack = 1 + 1e-11
    for name in (
        "p_wait",
        "p_abandon",
        "mean_wait",
        "mean_wait_answered",
        "mean_queue",
        "occupancy",
    ):
        few, many = getattr(found, name)
        assert many <= few * slack, name
    for definition in ServiceLevelDefinition:
        few, many = found.service_level(20, definition=definition)
        assert few <= many * slack, definition


@given(rate=rates, handling=handlings, patience=patiences, count=agents, limit=st.floats(0, 300))
@settings(max_examples=60, deadline=None)
def test_the_integrals_meet_the_sums_over_states(
    rate: float, handling: float, patience: float, count: int, limit: float
) -> None:
    found = erlang_a(rate, mean_handling=handling, mean_patience=patience, agents=count)
    sums = single_queue(
        rate, service_rate=1 / handling, agents=count, patience_rate=1 / patience, within=limit
    )
    for name, key in {
        "p_wait": "p_wait",
        "p_abandon": "p_abandon",
        "mean_queue": "mean_queue",
    }.items():
        assert float(getattr(found, name)) == pytest.approx(sums[key], rel=1e-8, abs=1e-14)
    level = sums["service_level_answered_within_over_offered"]
    assert float(found.service_level(limit)) == pytest.approx(level, rel=1e-9)


@given(rate=rates, handling=handlings, count=agents)
@settings(max_examples=60, deadline=None)
def test_longer_patience_means_fewer_hang_ups_and_longer_waits(
    rate: float, handling: float, count: int
) -> None:
    found = erlang_a(rate, mean_handling=handling, mean_patience=[5, 60, 900], agents=count)
    assert np.all(np.diff(found.p_abandon) <= 1e-12)
    assert np.all(np.diff(found.mean_wait) >= -1e-12)


def test_the_definitions_of_service_level_are_ordered_as_they_should_be() -> None:
    found = erlang_a(100 / 1800, mean_handling=180, mean_patience=100, agents=10)
    level = {d: float(found.service_level(20, definition=d)) for d in ServiceLevelDefinition}
    names = ServiceLevelDefinition
    answered, gone = float(found.answered_within(20)), float(found.abandoned_within(20))
    assert level[names.OFFERED] == level[names.FINISHED] == answered
    assert level[names.ANSWERED] == pytest.approx(answered / float(found.p_answered))
    assert level[names.GONE] == pytest.approx(answered + gone)
    assert level[names.LATE] == pytest.approx(answered / (1 - gone))
    assert level[names.LASTING] == pytest.approx(answered / (1 - float(found.abandoned_within(5))))


@pytest.mark.parametrize("count", [6, 10, 14])
def test_percentiles_invert_the_law_of_the_wait(count: int) -> None:
    found = erlang_a(100 / 1800, mean_handling=180, mean_patience=100, agents=count)
    late = found.wait_percentile_answered([0.5, 0.9, 0.99])
    answered = found.answered_within(late) / found.p_answered
    assert np.where(late > 0, answered, [0.5, 0.9, 0.99]) == pytest.approx(
        [0.5, 0.9, 0.99], rel=1e-9
    )
    late = found.wait_percentile([0.5, 0.9, 0.99])
    longer = found.waited_longer(late)
    assert np.where(late > 0, longer, [0.5, 0.1, 0.01]) == pytest.approx([0.5, 0.1, 0.01], rel=1e-8)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("arrival_rate", -1.0),
        ("arrival_rate", np.nan),
        ("mean_handling", 0.0),
        ("mean_patience", 0.0),
        ("agents", 2.5),
        ("agents", -1),
        ("agents", "many"),
    ],
)
def test_a_bad_argument_is_refused_by_name(name: str, value: object) -> None:
    good = {"arrival_rate": 0.1, "mean_handling": 60.0, "mean_patience": 60.0, "agents": 5} | {
        name: value
    }
    with pytest.raises(ValueError, match=f"^{name}: expected"):
        erlang_a(good.pop("arrival_rate"), **good)


def test_a_bad_threshold_is_refused_by_name() -> None:
    found: QueueMeasures = erlang_c(0.1, mean_handling=60, agents=10)
    with pytest.raises(ValueError, match=r"^limit: expected"):
        found.service_level(-1)
    with pytest.raises(ValueError, match=r"^share: expected"):
        found.wait_percentile(1.5)
