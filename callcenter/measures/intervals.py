"""Intervals for expectations from replications, and the spread between days.

Replications are independent; the columns of an array are cells, its rows replications. One replication
tells nothing about its own error: half-widths are then NaN.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from callcenter.measures.formulas import Floats, ratio, values_or_none

CONFIDENCE = 0.95
ROUNDING = 1e-12
"""Relative difference up to which two values are one: what arithmetic leaves behind."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Values and half-widths by cell, and how many replications had the cell's population."""

    value: Floats
    half_width: Floats
    n: Floats

    def told(self) -> list[tuple[float | None, float | None, int]]:
        """Return value, half-width and n of each cell, where `None` is an empty population."""
        counts = self.n.astype(np.int64).tolist()
        return list(
            zip(values_or_none(self.value), values_or_none(self.half_width), counts, strict=True)
        )


def t_factor(n: Floats | float, *, confidence: float) -> Floats:
    """Return Student's t for n replications, two-sided; NaN for fewer than two."""
    counts, place = np.unique(n, return_inverse=True)  # nearly always one, and slow to invert
    factors: Floats = np.asarray(stdtrit(_degrees(counts), 0.5 + confidence / 2), dtype=np.float64)
    return factors[place].reshape(np.shape(n))


def t_probability(t: Floats | float, *, n: Floats | float) -> Floats:
    """Return the probability that Student's t for n replications stays below t."""
    return np.asarray(stdtr(_degrees(n), t), dtype=np.float64)


def _degrees(n: Floats | float) -> Floats:
    count = np.asarray(n, dtype=np.float64)
    return np.where(count > 1, count - 1, np.nan)


def of_means(values: Floats, *, confidence: float = CONFIDENCE) -> Interval:
    """Return the mean over replications with its Student-t interval; NaN values do not take part."""
    there = ~np.isnan(values)
    n = there.sum(axis=0).astype(np.float64)
    kept = np.where(there, values, 0.0)
    mean = ratio(kept.sum(axis=0), n)
    deviation = np.where(there, values - mean, 0.0)
    return Interval(mean, _half_width(deviation, n=n, confidence=confidence), n)


def of_ratios(above: Floats, below: Floats, *, confidence: float = CONFIDENCE) -> Interval:
    """Return the ratio of expectations with its interval by the delta method.

    The ratio of sums, not the mean of ratios: a quiet replication weighs less. A replication in which
    the population is empty is an observation like any other.
    """
    value = ratio(above.sum(axis=0), below.sum(axis=0))
    n = np.full(value.shape, float(above.shape[0]))
    return Interval(value, _half_width(residuals(above, below), n=n, confidence=confidence), n)


def residuals(above: Floats, below: Floats) -> Floats:
    """Return each replication's linearised contribution to the error of a ratio of expectations."""
    value = ratio(above.sum(axis=0), below.sum(axis=0))
    result: Floats = (above - value * below) / np.where(np.isnan(value), np.nan, below.mean(axis=0))
    return result


def _half_width(deviation: Floats, *, n: Floats, confidence: float) -> Floats:
    variance = ratio((deviation**2).sum(axis=0), n - 1)
    width: Floats = t_factor(n, confidence=confidence) * np.sqrt(ratio(variance, n))
    return width


@dataclass(frozen=True, slots=True)
class Spread:
    """How single days differ: what a centre feels, where an interval says how well a mean is known."""

    sd: float | None
    p10: float
    p90: float
    days: int


@dataclass(frozen=True, slots=True)
class Spreads:
    """The spread between days, by cell."""

    sd: Floats
    p10: Floats
    p90: Floats
    days: NDArray[np.int64]

    @classmethod
    def of(cls, values: Floats) -> "Spreads":
        """Describe day values [day, cell]; days with an empty population do not take part."""
        days = (~np.isnan(values)).sum(axis=0)
        known = days.astype(np.float64)
        mean = ratio(np.nansum(values, axis=0), known)
        variance = ratio(np.nansum((values - mean) ** 2, axis=0), known - 1)
        ordered = np.sort(values, axis=0)  # empty days go last
        p10, p90 = (_quantile(ordered, share, days=days) for share in (0.1, 0.9))
        return cls(np.sqrt(variance), p10, p90, days)

    def told(self, cells: int) -> list[Spread | None]:
        """Return the spread of each cell; `None` if no day had its population, or none are told apart."""
        columns = (
            values_or_none(self.sd),
            self.p10.tolist(),
            self.p90.tolist(),
            self.days.tolist(),
        )
        found = [Spread(*cell) if cell[-1] else None for cell in zip(*columns, strict=True)]
        return found or [None] * cells


def _quantile(ordered: Floats, share: float, *, days: NDArray[np.int64]) -> Floats:
    """Interpolate linearly between ordered values, the first `days` of each column."""
    if ordered.shape[0] == 0:
        return np.full(days.shape, np.nan)
    place = share * np.maximum(days - 1, 0)
    low = np.floor(place).astype(np.int64)
    high = np.minimum(low + 1, np.maximum(days - 1, 0))
    column = np.arange(days.size)
    below, above = ordered[low, column], ordered[high, column]
    result: Floats = below + (above - below) * (place - low)
    return result
