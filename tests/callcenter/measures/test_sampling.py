"""What a survey can tell: figures worked out beforehand, found again."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy.stats import nchypergeom_fisher

from callcenter.measures.sampling import (
    answered_share,
    answering,
    detectable_drop,
    dials,
    precision,
    satisfied_answers,
    silent_bounds,
    with_silent,
)
from simulation.streams import stream


@pytest.mark.parametrize(
    ("n", "effect", "low", "high"),
    [
        (2_817, 1.0, 87.8, 90.1),
        (2_817, 1.5, 87.5, 90.3),
        (313, 1.0, 85.0, 92.0),
        (800, 1.0, 86.6, 91.0),
        (200, 1.5, 82.6, 93.3),
        (67, 1.0, 79.3, 94.5),
        (17, 1.0, 66.6, 97.0),
        (17, 1.5, 60.5, 97.7),
    ],
)
def test_intervals_of_the_published_rounds(n: int, effect: float, low: float, high: float) -> None:
    found = precision(0.89, n=n, design_effect=effect)

    assert round(100 * found.interval.low, 1) == low
    assert round(100 * found.interval.high, 1) == high


def test_seventeen_answers_rank_nobody() -> None:
    assert not precision(0.89, n=17).ranked
    assert precision(0.89, n=67).ranked


@pytest.mark.parametrize(("before", "after", "points"), [(2_817, 800, 3.9), (200, 200, 10.2)])
def test_the_drop_two_rounds_would_show(before: int, after: int, points: float) -> None:
    drop = detectable_drop(0.89, before=before, after=after)

    assert drop is not None
    assert abs(100 * drop - points) < 0.3


def test_a_detectable_drop_is_detected_as_often_as_promised() -> None:
    n, rounds = 800, 20_000
    drop = detectable_drop(0.89, before=n, after=n)
    assert drop is not None
    rng = stream(seed=1, replication=0, name="rounds")
    before, after = (rng.binomial(n, share, size=rounds) / n for share in (0.89, 0.89 - drop))
    pooled = (before + after) / 2
    z = (before - after) / np.sqrt(pooled * (1 - pooled) * 2 / n)

    detected = float((z > 1.959964).mean())
    assert abs(detected - 0.8) < 4 * sqrt(0.8 * 0.2 / rounds) + 0.01


def test_too_few_answers_show_no_drop_at_all() -> None:
    assert detectable_drop(0.5, before=2, after=2) is None


def test_those_who_are_silent_may_change_everything() -> None:
    assert with_silent(0.89, response_rate=0.2, gap=0.10) == pytest.approx(0.81)
    assert with_silent(0.05, response_rate=0.5, gap=0.10) == pytest.approx(0.025)


def test_a_round_is_a_campaign_of_thousands_of_calls() -> None:
    assert dials(800, contact=0.30, cooperation=0.55, eligible=0.95) == 5_104
    assert dials(800, contact=0.20, cooperation=0.45, eligible=0.95) == 9_357


@given(st.floats(0.02, 0.98), st.floats(0.02, 0.98), st.floats(0.1, 10))
def test_chances_to_answer_have_the_rate_and_the_odds_they_were_asked_for(
    share: float, rate: float, odds: float
) -> None:
    satisfied, other = answering(share, response_rate=rate, odds_ratio=odds)

    assert share * satisfied + (1 - share) * other == pytest.approx(rate, abs=1e-9)
    assert satisfied * (1 - other) == pytest.approx(odds * other * (1 - satisfied), abs=1e-9)


def test_who_is_asked_and_answers_at_the_same_odds_speaks_for_all() -> None:
    assert answered_share(0.89, response_rate=0.3, odds_ratio=1) == pytest.approx(0.89)


def test_if_the_satisfied_answer_more_gladly_the_survey_flatters() -> None:
    # By hand: others answer at 1/4, the satisfied at 1/2 (odds 1 against 1/3), all at 3/8.
    assert answered_share(0.5, response_rate=0.375, odds_ratio=3) == pytest.approx(2 / 3)


@given(
    st.integers(1, 60).flatmap(
        lambda reached: st.tuples(
            st.just(reached), st.integers(0, reached), st.integers(0, reached)
        )
    ),
    st.floats(0.2, 5),
    st.floats(0, 1, exclude_max=True),
)
def test_satisfied_answers_are_fishers_noncentral_hypergeometric(
    sizes: tuple[int, int, int], odds: float, luck: float
) -> None:
    reached, satisfied, answers = sizes
    found = satisfied_answers(
        reached=reached, satisfied=satisfied, answers=answers, odds_ratio=odds, luck=luck
    )
    law = nchypergeom_fisher(reached, satisfied, answers, odds)

    assert law.cdf(found) >= luck - 1e-6
    assert law.cdf(found - 1) <= luck + 1e-6


def test_whatever_the_silent_think_the_truth_lies_between_all_and_none_of_them() -> None:
    found = silent_bounds(0.9, response_rate=0.3)

    assert (found.low, found.high) == pytest.approx((0.27, 0.97))
    for gap in (0.0, 0.1, 0.9):
        assert found.low <= with_silent(0.9, response_rate=0.3, gap=gap) <= found.high
