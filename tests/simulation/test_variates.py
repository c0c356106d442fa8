from typing import Any

import numpy as np
import pytest
from scipy import stats

from callcenter.clock import DAY, HOUR, MINUTE, NEVER, SECOND
from callcenter.errors import ScenarioError
from simulation.laws import LONGEST
from simulation.streams import stream
from simulation.variates import cdf, draw, draw_beyond, mean
from tests.simulation.programmes import exponential, spec

ENDLESS_SOME = {
    "distribution": "mixture",
    "parts": [{"share": "20%", "of": "never"}, {"share": "80%", "of": exponential("2m")}],
}
CONTINUOUS: dict[str, dict[str, Any]] = {
    "exponential": exponential("2m"),
    "gamma": {"distribution": "gamma", "mean": "2m", "cv": 0.7},
    "gamma by shape": {"distribution": "gamma", "shape": 3.5, "scale": "30s"},
    "gamma of great spread": {"distribution": "gamma", "mean": "2m", "cv": 1.5},
    "erlang": {"distribution": "erlang", "mean": "2m", "phases": 4},
    "lognormal": {"distribution": "lognormal", "mean": "2m", "cv": 1.2},
    "lognormal by median": {"distribution": "lognormal", "median": "90s", "sigma": 0.5},
    "weibull": {"distribution": "weibull", "shape": 0.7, "mean": "2m"},
    "weibull by scale": {"distribution": "weibull", "shape": 2, "scale": "2m"},
    "hyperexponential": {"distribution": "hyperexponential", "mean": "2m", "cv": 2},
    "hyperexponential by phases": {
        "distribution": "hyperexponential",
        "phases": [
            {"share": 0.2, "mean": "10s"},
            {"share": 0.5, "mean": "1m"},
            {"share": 0.3, "mean": "5m"},
        ],
    },
    "uniform": {"distribution": "uniform", "low": "1s", "high": "3m"},
    "triangular": {"distribution": "triangular", "low": "1s", "mode": "30s", "high": "3m"},
    "triangular falling": {"distribution": "triangular", "low": "1s", "mode": "1s", "high": "3m"},
    "histogram": {
        "distribution": "empirical",
        "histogram": [
            {"low": "1s", "high": "5s", "weight": 2},
            {"low": "9s", "high": "15s", "weight": 1},
            {"low": "20s", "high": "25s", "weight": 0},
        ],
    },
    "mixture": {
        "distribution": "mixture",
        "parts": [
            {"share": 0.4, "of": {"distribution": "uniform", "low": "5s", "high": "9s"}},
            {"share": 0.6, "of": {**exponential("2m"), "shift": "10s"}},
        ],
    },
    "shifted": {**exponential("2m"), "shift": "10s"},
    "bounded on both sides": {**exponential("2m"), "at_least": "30s", "at_most": "4m"},
    "shifted, then bounded": {
        "distribution": "lognormal",
        "mean": "2m",
        "cv": 1,
        "shift": "10s",
        "at_least": "30s",
        "at_most": "1h",
    },
    "far in the tail": {"distribution": "gamma", "mean": "2m", "cv": 0.2, "at_least": "5m"},
    "bounded mixture": {
        "distribution": "mixture",
        "parts": [
            {"share": 0.4, "of": {"distribution": "uniform", "low": "5s", "high": "9s"}},
            {"share": 0.6, "of": exponential("2m")},
        ],
        "at_least": "6s",
        "at_most": "3m",
    },
}
N = 100_000


def rng(name: str = "test") -> np.random.Generator:
    return stream(seed=20, replication=0, name=name)


@pytest.mark.parametrize("written", CONTINUOUS.values(), ids=CONTINUOUS)
def test_draws_follow_their_own_distribution_function(written: dict[str, Any]) -> None:
    wanted = spec(written)
    values = draw(wanted, N, rng(str(written)))

    assert values.dtype == np.int64
    assert values.min() >= 0
    assert stats.kstest(cdf(wanted, values), "uniform").pvalue > 1e-4
    assert abs(values.mean() - mean(wanted)) < 4.5 * values.std() / np.sqrt(N)


@pytest.mark.parametrize("written", CONTINUOUS.values(), ids=CONTINUOUS)
def test_the_mean_is_the_area_above_the_distribution_function(written: dict[str, Any]) -> None:
    wanted = spec(written)
    x = np.concatenate([[0], np.geomspace(1, 1e5 * MINUTE, 400_000)])
    above = 1 - cdf(wanted, x)
    area = float(np.sum((above[1:] + above[:-1]) / 2 * np.diff(x)))

    assert mean(wanted) == pytest.approx(area, rel=1e-5)


@pytest.mark.parametrize(
    ("written", "expected", "cv"),
    [
        (exponential("2m"), 2 * MINUTE, 1),
        (CONTINUOUS["gamma"], 2 * MINUTE, 0.7),
        (CONTINUOUS["gamma by shape"], 105 * SECOND, 3.5**-0.5),
        (CONTINUOUS["erlang"], 2 * MINUTE, 0.5),
        (CONTINUOUS["lognormal"], 2 * MINUTE, 1.2),
        (CONTINUOUS["hyperexponential"], 2 * MINUTE, 2),
        (CONTINUOUS["uniform"], 90.5 * SECOND, 179 / 12**0.5 / 90.5),
        (CONTINUOUS["shifted"], 130 * SECOND, 120 / 130),
    ],
)
def test_draws_have_the_moments_that_were_written(
    written: dict[str, Any], expected: float, cv: float
) -> None:
    values = draw(spec(written), 4 * N, rng("moments"))

    assert mean(spec(written)) == pytest.approx(expected)
    assert values.mean() == pytest.approx(expected, rel=0.015)
    assert values.std() / values.mean() == pytest.approx(cv, rel=0.03)


@pytest.mark.parametrize(
    ("written", "law"),
    [
        (exponential("2m"), stats.expon(scale=120e6)),
        (CONTINUOUS["gamma"], stats.gamma(1 / 0.49, scale=120e6 * 0.49)),
        (CONTINUOUS["lognormal by median"], stats.lognorm(0.5, scale=90e6)),
        (CONTINUOUS["weibull by scale"], stats.weibull_min(2, scale=120e6)),
        (CONTINUOUS["triangular"], stats.triang(29 / 179, loc=1e6, scale=179e6)),
        (CONTINUOUS["bounded on both sides"], stats.truncexpon(1.75, loc=30e6, scale=120e6)),
    ],
)
def test_distribution_functions_are_those_of_the_books(written: dict[str, Any], law: Any) -> None:
    x = np.linspace(0, 8 * MINUTE, 1_000)

    np.testing.assert_allclose(cdf(spec(written), x), law.cdf(x), atol=1e-12)
    assert mean(spec(written)) == pytest.approx(law.mean(), rel=1e-9)


def test_a_constant_is_constant_and_never_is_never() -> None:
    assert draw(spec("29s"), 3, rng()).tolist() == [29 * SECOND] * 3
    assert draw(spec("never"), 2, rng()).tolist() == [NEVER] * 2
    assert mean(spec("29s")) == 29 * SECOND
    assert mean(spec("never")) == NEVER
    assert cdf(spec("29s"), [28 * SECOND, 29 * SECOND]).tolist() == [0, 1]


def test_recorded_values_are_drawn_again() -> None:
    wanted = spec({"distribution": "empirical", "values": ["9s", "1s", "1s", "5s"]})
    values, counts = np.unique(draw(wanted, N, rng()), return_counts=True)

    assert values.tolist() == [SECOND, 5 * SECOND, 9 * SECOND]
    np.testing.assert_allclose(counts / N, [0.5, 0.25, 0.25], atol=0.006)
    assert mean(wanted) == 4 * SECOND
    assert cdf(wanted, [SECOND - 1, SECOND, 8 * SECOND]).tolist() == [0, 0.5, 0.75]


def test_bounds_belong_to_what_may_be_drawn() -> None:
    wanted = spec(
        {"distribution": "empirical", "values": ["1s", "5s", "7s", "9s"], "at_least": "5s"}
        | {"at_most": "7s"}
    )

    assert set(draw(wanted, 1_000, rng()).tolist()) == {5 * SECOND, 7 * SECOND}
    assert mean(wanted) == 6 * SECOND


def test_values_are_rounded_to_the_nearest_tick() -> None:
    wanted = spec({"distribution": "uniform", "low": "0", "high": "2us"})
    counts = np.bincount(draw(wanted, N, rng()))

    np.testing.assert_allclose(counts / N, [0.25, 0.5, 0.25], atol=0.006)


def test_what_hardly_ever_lies_within_bounds_is_found_nevertheless() -> None:
    wanted = spec({**exponential("1m"), "at_least": "20m", "at_most": "21m"})
    values = draw(wanted, 20_000, rng())

    assert values.min() >= 20 * MINUTE
    assert values.max() <= 21 * MINUTE
    law = stats.truncexpon(1, loc=20 * MINUTE, scale=MINUTE)
    assert stats.kstest(values, law.cdf).pvalue > 1e-4
    assert mean(wanted) == pytest.approx(law.mean(), rel=1e-9)


def test_bounds_that_leave_nothing_are_refused() -> None:
    wanted = spec({"distribution": "uniform", "low": "1s", "high": "2s", "at_least": "1m"})

    with pytest.raises(ScenarioError, match="expected some values between"):
        draw(wanted, 1, rng())


def test_heavy_tails_end_at_ten_years() -> None:
    wanted = spec({"distribution": "lognormal", "median": "30d", "sigma": 10})
    values = draw(wanted, 10_000, rng())

    assert values.max() == LONGEST == 3_660 * DAY
    assert cdf(wanted, LONGEST) == 1
    assert draw_beyond(wanted, np.full(1_000, LONGEST - 1), rng()).max() == LONGEST


def test_never_may_be_a_part_and_outlives_shift_and_tail() -> None:
    values = draw(spec({**ENDLESS_SOME, "shift": "5s"}), N, rng())

    assert np.mean(values == NEVER) == pytest.approx(0.2, abs=0.006)
    assert values[values < NEVER].min() >= 5 * SECOND
    assert values[values < NEVER].mean() == pytest.approx(125 * SECOND, rel=0.02)
    assert (draw(spec({**ENDLESS_SOME, "at_most": "1h"}), 1_000, rng()) <= HOUR).all()


BY_TIME = {
    "distribution": "by-time",
    "times": {
        "08:00": "10s",
        "12:00": exponential("2m"),
        "18:00": {"distribution": "by-time", "times": {"00:00": "30s", "20:00": "40s"}},
    },
}


def test_the_time_of_day_chooses_and_the_last_entry_holds_through_the_night() -> None:
    clock = np.array([8, 11, 18, 19, 20, 23, 3 * 24 + 7, 24 + 10]) * HOUR
    values = draw(spec(BY_TIME), len(clock), rng(), clock_times=clock)

    assert (values // SECOND).tolist() == [10, 10, 30, 30, 40, 40, 30, 10]
    assert mean(spec(BY_TIME)) == pytest.approx(
        (4 * 10 + 6 * 120 + 14 * (30 * 20 + 40 * 4) / 24) / 24 * SECOND
    )
    np.testing.assert_allclose(
        cdf(spec(BY_TIME), np.full(2, MINUTE), clock_times=np.array([9, 13]) * HOUR),
        [1, 1 - np.exp(-0.5)],
    )


def test_a_mixture_may_depend_on_the_time_of_day() -> None:
    parts = [{"share": 0.5, "of": BY_TIME}, {"share": 0.5, "of": exponential("1m")}]
    wanted = spec({"distribution": "mixture", "parts": parts, "at_most": "9s"})
    clock = np.tile(np.array([9, 13]) * HOUR, N // 2)
    values = draw(wanted, N, rng(), clock_times=clock)

    assert values.max() <= 9 * SECOND
    assert (
        stats.kstest(
            values[::2], lambda x: cdf(wanted, x, clock_times=np.full(len(x), 9 * HOUR))
        ).pvalue
        > 1e-4
    )


def test_without_a_time_of_day_nothing_can_depend_on_it() -> None:
    with pytest.raises(AssertionError, match="clock times"):
        draw(spec(BY_TIME), 1, rng())


@pytest.mark.parametrize("written", CONTINUOUS.values(), ids=CONTINUOUS)
def test_what_is_known_to_be_longer_follows_the_tail(written: dict[str, Any]) -> None:
    wanted = spec(written)
    elapsed = int(np.quantile(draw(wanted, 1_000, rng()), 0.6))
    values = draw_beyond(wanted, np.full(20_000, elapsed), rng(str(written)))
    passed = cdf(wanted, elapsed)

    assert values.min() > elapsed
    rest = (cdf(wanted, values) - passed) / (1 - passed)
    assert stats.kstest(rest, "uniform").pvalue > 1e-4


def test_a_memoryless_rest_is_as_long_after_an_hour_as_at_first() -> None:
    values = draw_beyond(spec(exponential("2m")), np.full(N, HOUR), rng()) - HOUR

    assert values.mean() == pytest.approx(2 * MINUTE, rel=0.02)


def test_each_caller_has_waited_his_own_time() -> None:
    elapsed = np.arange(1_000) * SECOND
    values = draw_beyond(spec(CONTINUOUS["lognormal"]), elapsed, rng())

    assert (values > elapsed).all()


@pytest.mark.parametrize("written", ["10s", {"distribution": "empirical", "values": ["3s", "10s"]}])
def test_where_nothing_is_longer_it_is_one_tick(written: Any) -> None:
    elapsed = np.array([4, 9, 10, 12]) * SECOND
    values = draw_beyond(spec(written), elapsed, rng())

    expected = [10 * SECOND, 10 * SECOND, 10 * SECOND + 1, 12 * SECOND + 1]
    assert values.tolist() == expected


def test_those_who_would_wait_for_ever_become_more_with_time() -> None:
    values = draw_beyond(spec(ENDLESS_SOME), np.full(N, 4 * MINUTE), rng())

    assert np.mean(values == NEVER) == pytest.approx(0.2 / (0.2 + 0.8 * np.exp(-2)), abs=0.01)
    assert draw_beyond(spec("never"), np.array([5]), rng()).tolist() == [NEVER]


def test_what_is_left_depends_on_when_the_caller_called() -> None:
    clock = np.array([9, 18, 20]) * HOUR
    values = draw_beyond(spec(BY_TIME), np.full(3, SECOND), rng(), clock_times=clock)

    assert (values // SECOND).tolist() == [10, 30, 40]
