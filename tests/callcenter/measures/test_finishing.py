"""When a campaign ends: an interval that covers, or nothing."""

import pytest
from scipy import stats

from callcenter.measures.finishing import LEVEL, hours_left
from simulation.streams import stream


def test_nothing_achieved_tells_nothing_and_nothing_wanted_takes_no_time() -> None:
    assert hours_left(successes=0, hours=10, wanted=5) is None
    assert hours_left(successes=5, hours=0, wanted=5) is None
    done = hours_left(successes=0, hours=0, wanted=0)
    assert done is not None
    assert (done.low, done.expected, done.high) == (0, 0, 0)


def test_it_takes_about_as_long_as_it_took() -> None:
    found = hours_left(successes=400, hours=80, wanted=200)
    assert found is not None
    assert found.low < found.expected < found.high
    assert found.expected == pytest.approx(40, rel=0.02)


def test_the_ends_are_quantiles_of_the_ratio_of_two_gamma_variates() -> None:
    found = hours_left(successes=12, hours=30, wanted=7)
    assert found is not None
    expected = 30 * stats.betaprime(7, 12.5).ppf([(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2])
    assert [found.low, found.expected, found.high] == pytest.approx(list(expected))


def test_the_interval_covers_as_often_as_it_says_whatever_the_rate() -> None:
    rng = stream(seed=11, replication=0, name="finishing")
    within = 0
    for _ in range(2_000):
        rate = rng.uniform(0.5, 8)
        found = hours_left(successes=int(rng.poisson(rate * 40)), hours=40, wanted=30)
        assert found is not None
        within += found.low <= rng.gamma(30) / rate <= found.high
    assert abs(within / 2_000 - LEVEL) < 4 * (LEVEL * (1 - LEVEL) / 2_000) ** 0.5
