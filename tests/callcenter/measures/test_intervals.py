import numpy as np
import pytest
from scipy import stats

from callcenter.measures.formulas import Floats
from callcenter.measures.intervals import Spreads, of_means, of_ratios, residuals

TRIALS = 20_000


def covering(value: Floats, half_width: Floats, *, truth: float) -> float:
    return float(np.mean(np.abs(value - truth) <= half_width))


@pytest.mark.slow
@pytest.mark.parametrize("replications", [5, 20, 100])
def test_student_intervals_cover_a_mean(replications: int) -> None:
    values = stats.gamma.rvs(9, size=(replications, TRIALS), random_state=1)

    found = of_means(values)

    assert 0.93 <= covering(found.value, found.half_width, truth=9.0) <= 0.97


def days(replications: int) -> tuple[Floats, Floats]:
    """Draw calls a day around a busy or quiet day's mean, and those answered in time: fewer if busy."""
    shape = (replications, TRIALS)
    busy = stats.gamma.rvs(25, scale=1 / 25, size=shape, random_state=2)
    calls = stats.poisson.rvs(300 * busy, random_state=3)
    in_time = stats.binom.rvs(calls, np.clip(1.1 - 0.25 * busy, 0, 1), random_state=4)
    return in_time.astype(float), calls.astype(float)


@pytest.mark.slow
@pytest.mark.parametrize("replications", [20, 50, 200])
def test_delta_intervals_cover_a_ratio_of_expectations(replications: int) -> None:
    in_time, calls = days(replications)
    # E[busy * p(busy)] / E[busy] with p linear: 1.1 - 0.25 * (1 + 1 / 25), clipping being negligible.
    truth = 1.1 - 0.25 * (1 + 1 / 25)

    found = of_ratios(in_time, calls)

    assert 0.93 <= covering(found.value, found.half_width, truth=truth) <= 0.97


@pytest.mark.slow
def test_paired_delta_intervals_cover_a_difference_of_ratios() -> None:
    in_time, calls = days(50)
    helped = np.minimum(in_time + stats.binom.rvs(calls.astype(int), 0.02, random_state=5), calls)
    more = of_ratios(helped, calls).value - of_ratios(in_time, calls).value

    paired = of_means(residuals(helped, calls) - residuals(in_time, calls))
    alone = of_ratios(in_time, calls)

    assert 0.93 <= covering(more, paired.half_width, truth=0.02) <= 0.97
    assert np.median(paired.half_width) < np.median(alone.half_width) / 3


def test_replications_without_the_population_leave_the_mean_alone() -> None:
    found = of_means(np.array([[1.0, np.nan], [3.0, np.nan], [np.nan, np.nan]]))

    assert found.value[0] == 2
    assert found.n.tolist() == [2, 0]
    assert np.isnan(found.value[1])
    assert np.isnan(found.half_width[1])


def test_a_ratio_without_population_has_no_value() -> None:
    found = of_ratios(np.zeros((3, 1)), np.zeros((3, 1)))

    assert np.isnan(found.value[0])
    assert np.isnan(found.half_width[0])


def test_spreads_are_numpy_s_own_quantiles_with_empty_days_left_out() -> None:
    values = np.array([[4.0, np.nan, 1.0], [2.0, np.nan, np.nan], [9.0, np.nan, np.nan]])

    found = Spreads.of(values)

    first, second, third = found.told(3)
    assert first is not None
    assert (first.p10, first.p90) == pytest.approx(np.quantile([4, 2, 9], [0.1, 0.9]))
    assert first.sd == pytest.approx(np.std([4, 2, 9], ddof=1))
    assert second is None
    assert third is not None
    assert (third.sd, third.p10, third.p90, third.days) == (None, 1, 1, 1)
