"""How long callers are ready to wait, as a survival function and its integral.

What a formula needs of a patience distribution is the share still patient at `x`, the integral of
that share (the mean patience spent by `x`), and where the function turns sharply. A share that
gives up the moment it has to wait (balking) is a survival below 1 at zero; a share that never
gives up is a survival that stays above zero.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from callcenter.planning import arguments, panels

Floats = NDArray[np.float64]
Curve = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """A patience distribution; times in the unit of the formula it is given to."""

    survival: Curve
    """Share still patient after waiting longer than `x`; never rises."""

    spent: Curve
    """Integral of `survival` from 0 to `x`: the mean of patience cut off at `x`."""

    breaks: tuple[float, ...] = ()
    """Times above zero at which `survival` jumps or bends."""

    lasting: float = 0.0
    """Share that never gives up."""

    def balking(self, share: float) -> "Patience":
        """Return this patience, but `share` of callers give up at once if they have to wait."""
        kept = 1 - float(arguments.share(share, name="share"))
        return replace(
            self,
            survival=lambda x: kept * self.survival(x),
            spent=lambda x: kept * self.spent(x),
            lasting=kept * self.lasting,
        )


def exponential(mean: float) -> Patience:
    """Return exponential patience: waiting longer makes nobody more or less likely to hang up."""
    scale = _time(mean, "mean")
    return Patience(
        survival=lambda x: np.exp(-x / scale), spent=lambda x: -scale * np.expm1(-x / scale)
    )


def deterministic(limit: float) -> Patience:
    """Return the patience of callers who all hang up after exactly `limit`."""
    end = _time(limit, "limit")
    return Patience(
        survival=lambda x: np.where(x < end, 1.0, 0.0),
        spent=lambda x: np.minimum(x, end),
        breaks=(end,),
    )


def uniform(low: float, high: float) -> Patience:
    """Return patience uniform between `low`, zero or more, and `high`."""
    start, end = float(arguments.rate(low, name="low")), _time(high, "high")
    if start >= end:
        raise arguments.refuse("high", expected=f"a time above low = {low!r}", got=high)

    def spent(x: Floats) -> Floats:
        inside = np.clip(x, start, end) - start
        return np.minimum(x, start) + inside * (1 - inside / (2 * (end - start)))

    return Patience(
        survival=lambda x: np.clip((end - x) / (end - start), 0.0, 1.0),
        spent=spent,
        breaks=(start, end) if start > 0 else (end,),
    )


def gamma(shape: float, mean: float) -> Patience:
    """Return gamma patience (Erlang for a whole shape): `shape` above 1 means a shared limit."""
    alpha, scale = _time(shape, "shape"), _time(mean, "mean") / shape

    def spent(x: Floats) -> Floats:
        early = alpha * scale * special.gammainc(alpha + 1, x / scale)
        return early + x * special.gammaincc(alpha, x / scale)

    def survival(x: Floats) -> Floats:
        return np.asarray(special.gammaincc(alpha, x / scale), dtype=np.float64)

    return Patience(survival=survival, spent=spent)


def hyperexponential(shares: Sequence[float], means: Sequence[float]) -> Patience:
    """Return a mixture of exponentials, `shares[i]` of callers with mean patience `means[i]`."""
    weights = arguments.share(shares, name="shares")
    scales = arguments.duration(means, name="means")
    if weights.shape != scales.shape or not np.isclose(weights.sum(), 1, rtol=0, atol=1e-9):
        raise arguments.refuse("shares", expected="as many as means, adding up to 1", got=shares)
    return Patience(
        survival=lambda x: np.asarray(np.sum(np.exp(-x[..., None] / scales) * weights, axis=-1)),
        spent=lambda x: -np.sum(np.expm1(-x[..., None] / scales) * weights * scales, axis=-1),
    )


def weibull(shape: float, scale: float) -> Patience:
    """Return Weibull patience, `survival(x) = exp(-(x / scale) ** shape)`."""
    power, unit = _time(shape, "shape"), _time(scale, "scale")
    mean = unit * special.gamma(1 + 1 / power)
    return Patience(
        survival=lambda x: np.exp(-((x / unit) ** power)),
        spent=lambda x: mean * special.gammainc(1 / power, (x / unit) ** power),
    )


def lognormal(median: float, sigma: float) -> Patience:
    """Return lognormal patience; `sigma` is the standard deviation of its logarithm."""
    middle, spread = _time(median, "median"), _time(sigma, "sigma")
    mean = middle * np.exp(spread**2 / 2)

    def score(x: Floats) -> Floats:
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(x / middle) / spread)

    return Patience(
        survival=lambda x: special.ndtr(-score(x)),
        spent=lambda x: mean * special.ndtr(score(x) - spread) + x * special.ndtr(-score(x)),
    )


def steps(times: ArrayLike, survival: ArrayLike) -> Patience:
    """Return patience as a step curve, such as a Kaplan-Meier estimate gives.

    Args:
        times: Rising times above zero (a first time of zero is a share that balks).
        survival: Share still patient from each time on; 1 before the first, and what is left at
            the last time never gives up.
    """
    at = arguments.rate(times, name="times")
    left = arguments.share(survival, name="survival")
    if at.ndim != 1 or at.shape != left.shape or at.size == 0 or np.any(np.diff(at) <= 0):
        raise arguments.refuse("times", expected="rising, one for each survival", got=times)
    if np.any(np.diff(left) > 0):
        raise arguments.refuse("survival", expected="shares that never rise", got=survival)
    edges, level = np.concatenate([[0.0], at]), np.concatenate([[1.0], left])
    before = np.concatenate([[0.0], np.cumsum(np.diff(edges) * level[:-1])])

    def step(x: Floats) -> NDArray[np.intp]:
        return np.searchsorted(edges, x, side="right") - 1

    return Patience(
        survival=lambda x: level[step(x)],
        spent=lambda x: before[step(x)] + (x - edges[step(x)]) * level[step(x)],
        breaks=tuple(float(t) for t in at if t > 0),
        lasting=float(left[-1]),
    )


def from_survival(
    survival: Curve, *, breaks: Sequence[float] = (), lasting: float = 0.0
) -> Patience:
    """Return patience given by any survival function; its integral is taken numerically.

    Args:
        survival: Takes and returns an array; never rises.
        breaks: Every time at which it jumps or bends.
        lasting: Its limit at infinity.
    """
    ends = tuple(float(t) for t in arguments.duration(list(breaks), name="breaks"))
    kept = float(arguments.share(lasting, name="lasting"))
    return Patience(
        survival=survival,
        spent=lambda x: panels.running_integral(survival, x, breaks=ends),
        breaks=ends,
        lasting=kept,
    )


def from_hazard(hazard: Curve, *, breaks: Sequence[float] = (), lasting: float = 0.0) -> Patience:
    """Return patience given by its hazard, the rate of hanging up among those who waited so long."""
    ends = tuple(float(t) for t in arguments.duration(list(breaks), name="breaks"))

    def survival(x: Floats) -> Floats:
        return np.exp(-panels.running_integral(hazard, x, breaks=ends))

    return from_survival(survival, breaks=ends, lasting=lasting)


def _time(value: float, name: str) -> float:
    return float(arguments.duration(value, name=name))
