"""When a campaign will be finished, from what it has achieved: an interval, or nothing.

Successes come as a Poisson stream of unknown rate while the campaign may call. After s of them in h hours
the rate is Gamma(s + 1/2, h) (Jeffreys' prior), so the hours until r more are h times a ratio of gamma
variates: a beta-prime variable of parameters r and s + 1/2. Days differ more than a Poisson stream says,
so the interval is rather too narrow than too wide.
"""

from dataclasses import dataclass
from typing import Final

from scipy.special import betaincinv

LEVEL: Final = 0.8
"""The finish lies within the interval with this probability, if all goes on as it has."""
_PRIOR: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursLeft:
    """Calling hours until the last success that is wanted."""

    low: float
    expected: float
    """As likely too many as too few."""
    high: float


def hours_left(*, successes: int, hours: float, wanted: int) -> HoursLeft | None:
    """Return how many hours of calling are left; `None` where nothing was achieved to tell it by.

    Args:
        successes: So many there were of late.
        hours: In so many hours of calling.
        wanted: So many more are wanted; none left to want takes no time.
    """
    if wanted <= 0:
        return HoursLeft(low=0.0, expected=0.0, high=0.0)
    if successes <= 0 or hours <= 0:
        return None
    low, expected, high = (
        hours * _beta_prime(share, wanted, successes + _PRIOR)
        for share in ((1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2)
    )
    return HoursLeft(low=low, expected=expected, high=high)


def _beta_prime(share: float, a: float, b: float) -> float:
    beta = float(betaincinv(a, b, share))
    return beta / (1 - beta)
