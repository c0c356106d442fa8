"""What a satisfaction survey can tell before anybody is asked: intervals, differences, effort, bias.

Shares are between 0 and 1. A design effect divides the sample: quota cells and clusters of one agent's
callers tell less than as many independent answers (Kish 1965). Quotas are no probability sample either:
the interval is then a lower bound of the uncertainty.
"""

from dataclasses import dataclass
from math import ceil, sqrt
from statistics import NormalDist

from scipy.optimize import brentq

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


def dials(completes: int, *, contact: float, cooperation: float, eligible: float) -> int:
    """Return how many calls so many completed interviews take."""
    return ceil(completes / (contact * cooperation * eligible))


def _check(share: float, n: int) -> None:
    assert 0 < share < 1, f"expected a share between 0 and 1, got {share!r}"
    assert n > 0, f"expected somebody to ask, got {n}"
