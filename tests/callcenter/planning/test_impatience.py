"""M/M/c+G against Erlang A, a closed form, the independent oracle and its own conservation laws."""

import numpy as np
import pytest
from scipy import stats

from callcenter.planning import patience
from callcenter.planning.erlang import erlang_a
from callcenter.planning.impatience import general_patience_queue
from callcenter.planning.patience import Patience
from tests.oracle.impatience import general_patience

NAMES = ("p_wait", "p_abandon", "mean_wait", "mean_wait_answered", "occupancy", "p_answered")
LAWS = ("answered_within", "abandoned_within", "waited_longer")

EXPONENTIAL = {
    "exponential": patience.exponential(300),
    "gamma of shape 1": patience.gamma(1, 300),
    "weibull of shape 1": patience.weibull(1, 300),
    "mixture of one": patience.hyperexponential([0.4, 0.6], [300, 300]),
    "survival": patience.from_survival(lambda x: np.exp(-x / 300)),
    "hazard": patience.from_hazard(lambda x: np.full(x.shape, 1 / 300)),
}

MANY = {
    "deterministic": patience.deterministic(60),
    "uniform": patience.uniform(0, 120),
    "late uniform": patience.uniform(30, 90),
    "gamma": patience.gamma(2, 60),
    "mixture": patience.hyperexponential([0.6, 0.4], [20, 120]),
    "weibull": patience.weibull(0.7, 50),
    "lognormal": patience.lognormal(40, 0.9),
    "steps": patience.steps([5, 20, 60, 200], [0.9, 0.6, 0.3, 0.1]),
    "balking": patience.exponential(60).balking(0.1),
}


@pytest.mark.parametrize("kind", EXPONENTIAL)
@pytest.mark.parametrize(
    ("agents", "load"), [(1, 0.5), (26, 0.9), (26, 1.4), (300, 0.8), (1000, 1.05)]
)
def test_exponential_patience_however_written_is_erlang_a(
    kind: str, agents: int, load: float
) -> None:
    rate = load * agents / 150
    general = general_patience_queue(
        rate, mean_handling=150, agents=agents, patience=EXPONENTIAL[kind]
    )
    known = erlang_a(rate, mean_handling=150, mean_patience=300, agents=agents)
    for name in NAMES:
        assert float(getattr(general, name)) == pytest.approx(
            float(getattr(known, name)), rel=1e-10
        ), name
    for name in LAWS:
        found, exact = getattr(general, name)(20), getattr(known, name)(20)
        assert float(found) == pytest.approx(float(exact), rel=1e-10), name


@pytest.mark.parametrize("kind", MANY)
@pytest.mark.parametrize("rate", [0.08, 0.11, 0.2])
def test_every_patience_keeps_flow_and_fates(kind: str, rate: float) -> None:
    found = general_patience_queue(rate, mean_handling=60, agents=7, patience=MANY[kind])
    assert float(found.p_answered + found.p_abandon) == pytest.approx(1, rel=1e-11)
    # Independent of how the law is normalised: what the agents do is what is answered.
    load, below, busy, term = rate * 60, 0.0, 0.0, 1.0
    for n in range(7):
        term = term * load / n if n else 1.0
        below, busy = below + term, busy + n * term
    at_once = float(1 - found.p_wait)
    mean_busy = at_once * busy / below + 7 * float(found.p_wait)
    assert float(found.p_answered) * load == pytest.approx(mean_busy, rel=1e-10)
    for limit in (0, 3, 20, 60, 61, 500):
        fates = sum(float(getattr(found, name)(limit)) for name in LAWS)
        assert fates == pytest.approx(1, rel=1e-10)


def closed(kind: str) -> tuple:
    return {
        "deterministic": (lambda x: float(x < 60), lambda x: min(x, 60.0), (60.0,)),
        "uniform": (
            lambda x: max(1 - x / 120, 0.0),
            lambda x: min(x, 120.0) - min(x, 120.0) ** 2 / 240,
            (120.0,),
        ),
        "gamma": (
            lambda x: stats.gamma.sf(x, 2, scale=30),
            lambda x: 60 * stats.gamma.cdf(x, 3, scale=30) + x * stats.gamma.sf(x, 2, scale=30),
            (),
        ),
        "mixture": (
            lambda x: 0.6 * np.exp(-x / 20) + 0.4 * np.exp(-x / 120),
            lambda x: -12 * np.expm1(-x / 20) - 48 * np.expm1(-x / 120),
            (),
        ),
    }[kind]


@pytest.mark.parametrize("kind", ["deterministic", "uniform", "gamma", "mixture"])
def test_other_patience_meets_the_oracle(kind: str) -> None:
    survival, spent, breaks = closed(kind)
    oracle = general_patience(
        0.13, service_rate=1 / 60, agents=7, survival=survival, spent=spent, breaks=breaks
    )
    found = general_patience_queue(0.13, mean_handling=60, agents=7, patience=MANY[kind])
    for name, oracle_name in {"mean_wait": "mean_wait_all"}.items() | {(n, n) for n in NAMES} - {
        ("mean_wait", "mean_wait")
    }:
        assert float(getattr(found, name)) == pytest.approx(oracle[oracle_name], rel=1e-9), name
    level = oracle["service_level_answered_within_over_offered"]
    assert float(found.service_level(20)) == pytest.approx(level, rel=1e-9)
    gone = oracle["abandoned_within_over_offered"]
    assert float(found.abandoned_within(20)) == pytest.approx(gone, rel=1e-8, abs=1e-12)


@pytest.mark.parametrize("kind", MANY)
def test_the_integral_of_survival_is_its_integral(kind: str) -> None:
    curve = MANY[kind]
    numeric = patience.from_survival(curve.survival, breaks=curve.breaks, lasting=curve.lasting)
    times = np.array([0.0, 0.1, 5.0, 20.0, 59.0, 60.0, 61.0, 300.0])
    assert curve.spent(times) == pytest.approx(numeric.spent(times), rel=1e-9, abs=1e-12)
    assert np.all(np.diff(curve.survival(times)) <= 0)


def test_nobody_is_answered_after_a_fixed_patience() -> None:
    found = general_patience_queue(0.2, mean_handling=60, agents=7, patience=MANY["deterministic"])
    assert float(found.answered_within(60)) == pytest.approx(float(found.p_answered), rel=1e-12)
    assert float(found.waited_longer(60)) == 0
    assert float(found.abandoned_within(59.9)) == 0
    assert float(found.mean_wait_abandoned) == pytest.approx(60, rel=1e-9)
    assert float(found.wait_percentile(0.999)) == pytest.approx(60)


def test_balking_callers_hang_up_at_once() -> None:
    found = general_patience_queue(0.11, mean_handling=60, agents=7, patience=MANY["balking"])
    assert float(found.abandoned_within(0)) == pytest.approx(0.1 * float(found.p_wait), rel=1e-12)


def test_callers_who_never_give_up_need_agents_enough() -> None:
    stubborn = patience.steps([10], [0.5])
    found = general_patience_queue(0.15, mean_handling=60, agents=5, patience=stubborn)
    assert float(found.p_abandon) < 0.5
    with pytest.raises(ValueError, match=r"^agents: expected enough"):
        general_patience_queue(0.2, mean_handling=60, agents=6, patience=stubborn)
    with pytest.raises(ValueError, match=r"^agents: expected one or more"):
        general_patience_queue(0.2, mean_handling=60, agents=0, patience=MANY["gamma"])


def test_tables_broadcast() -> None:
    found = general_patience_queue(
        [[0.1], [0.2]], mean_handling=60, agents=[5, 7, 9], patience=MANY["uniform"]
    )
    assert found.p_abandon.shape == (2, 3)
    assert found.service_level([10, 20, 30]).shape == (2, 3)
    assert np.all(np.diff(found.p_abandon, axis=1) < 0)


@pytest.mark.parametrize(
    ("build", "name"),
    [
        (lambda: patience.exponential(0), "mean"),
        (lambda: patience.uniform(5, 5), "high"),
        (lambda: patience.hyperexponential([0.5, 0.4], [1, 2]), "shares"),
        (lambda: patience.steps([2, 1], [0.5, 0.4]), "times"),
        (lambda: patience.steps([1, 2], [0.4, 0.5]), "survival"),
        (lambda: patience.exponential(1).balking(2), "share"),
    ],
)
def test_a_bad_patience_is_refused_by_name(build: object, name: str) -> None:
    assert callable(build)
    with pytest.raises(ValueError, match=f"^{name}: expected"):
        build()


def test_a_patience_is_made_of_curves() -> None:
    made = Patience(survival=lambda x: np.exp(-x / 300), spent=lambda x: -300 * np.expm1(-x / 300))
    found = general_patience_queue(0.1, mean_handling=60, agents=7, patience=made)
    known = erlang_a(0.1, mean_handling=60, mean_patience=300, agents=7)
    assert float(found.p_abandon) == pytest.approx(float(known.p_abandon), rel=1e-11)
