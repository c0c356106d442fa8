"""What a satisfaction survey can tell before anybody is asked: intervals, differences, effort, bias.

Shares are between 0 and 1. A design effect divides the sample: quota cells and clusters of one agent's
callers tell less than as many independent answers (Kish 1965). Quotas are no probability sample either:
the interval is then a lower bound of the uncertainty.
"""

from dataclasses import dataclass
from math import ceil, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from callcenter.measures.desk_work import LEAST_RANKED, Interval, wilson_of_share

_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """How well so many answers tell a share."""

    n: int
    interval: Interval
    """Wilson's, at the effective size n / design effect."""
    ranked: bool
    """Whether groups of this size may be ranked at all."""


def precision(share: float, *, n: int, design_effect: float = 1.0) -> Precision:
    """Return Wilson's 95 % interval of a share found among n answers."""
    _check(share, n)
    found = wilson_of_share(share, n=n / design_effect)
    return Precision(n=n, interval=found, ranked=n >= LEAST_RANKED)


def detectable_drop(
    share: float,
    *,
    before: int,
    after: int,
    design_effect: float = 1.0,
    power: float = 0.8,
    confidence: float = 0.95,
) -> float | None:
    """Return the smallest drop from `share` that two rounds would show; `None` if none would.

    Two independent samples of `before` and `after` answers, a two-sided test of equal shares with this
    power (Fleiss, Levin and Paik 2003, 4.2, without continuity correction).
    """
    from scipy.optimize import brentq  # noqa: PLC0415 - slow to import, seldom needed

    _check(share, min(before, after))
    n1, n2 = before / design_effect, after / design_effect
    z = _NORMAL.inv_cdf(0.5 + confidence / 2), _NORMAL.inv_cdf(power)

    def surplus(drop: float) -> float:
        lower = share - drop
        pooled = (n1 * share + n2 * lower) / (n1 + n2)
        equal = sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
        apart = sqrt(share * (1 - share) / n1 + lower * (1 - lower) / n2)
        return drop - z[0] * equal - z[1] * apart

    if surplus(share) < 0:
        return None
    found: float = brentq(surplus, 0.0, share)
    return found


def with_silent(share: float, *, response_rate: float, gap: float) -> float:
    """Return the share of all, if those who did not answer are satisfied less often by `gap`."""
    silent = min(1.0, max(0.0, share - gap))
    return response_rate * share + (1 - response_rate) * silent


def silent_bounds(share: float, *, response_rate: float) -> Interval:
    """Return where the share of all lies if nothing is supposed of those who did not answer.

    All of them may be dissatisfied, or all satisfied (Manski 1989); chance is not in it.
    """
    low = response_rate * share
    return Interval(low=low, high=low + 1 - response_rate)


def answering(share: float, *, response_rate: float, odds_ratio: float) -> tuple[float, float]:
    """Return how likely the satisfied answer, and the others, if all together answer at this rate.

    The odds of a satisfied one are `odds_ratio` times those of another.
    """
    from scipy.optimize import brentq  # noqa: PLC0415 - slow to import, seldom needed

    def surplus(other: float) -> float:
        return share * _times(other, odds_ratio) + (1 - share) * other - response_rate

    if response_rate in {0.0, 1.0}:
        return response_rate, response_rate
    other: float = brentq(surplus, 0.0, 1.0, xtol=1e-15)
    return _times(other, odds_ratio), other


def answered_share(share: float, *, response_rate: float, odds_ratio: float) -> float:
    """Return the share of satisfied among those who answer; less `share` it is the bias of silence."""
    satisfied, _ = answering(share, response_rate=response_rate, odds_ratio=odds_ratio)
    return share * satisfied / response_rate


def satisfied_answers(
    *, reached: int, satisfied: int, answers: int, odds_ratio: float, luck: float
) -> int:
    """Return how many of the satisfied are among so many answers of those reached.

    Given that `answers` of `reached` people answered, each satisfied one with `odds_ratio` times the odds
    of another, their number has Fisher's noncentral hypergeometric distribution, whatever the response
    rate is (Fog 2008). `luck` from 0 to 1 says which quantile.
    """
    most, least = min(answers, satisfied), max(0, answers - (reached - satisfied))
    counts = np.arange(least, most + 1)
    logs = (
        _ways(satisfied, counts)
        + _ways(reached - satisfied, answers - counts)
        + counts * np.log(odds_ratio)
    )
    steps = np.exp(logs - logs.max()).cumsum()
    return int(counts[np.searchsorted(steps[:-1], luck * steps[-1], side="right")])


def _ways(of: int, counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the logarithm of the number of ways to choose so many of some."""
    from scipy.special import gammaln  # noqa: PLC0415 - as above

    found: NDArray[np.float64] = gammaln(of + 1) - gammaln(counts + 1) - gammaln(of - counts + 1)
    return found


def _times(chance: float, odds_ratio: float) -> float:
    """Return the chance whose odds are so many times those of another."""
    return odds_ratio * chance / (1 + (odds_ratio - 1) * chance)


def dials(completes: int, *, contact: float, cooperation: float, eligible: float) -> int:
    """Return how many calls so many completed interviews take."""
    return ceil(completes / (contact * cooperation * eligible))


def _check(share: float, n: int) -> None:
    assert 0 < share < 1, f"expected a share between 0 and 1, got {share!r}"
    assert n > 0, f"expected somebody to ask, got {n}"
