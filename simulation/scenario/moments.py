"""Means of durations as written, near enough to judge a scenario before anything is drawn.

What is drawn follows `simulation.variates`, which this room may not enter.
"""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from callcenter.clock import DAY, NEVER
from simulation.scenario.variate_specs import (
    ByTime,
    Constant,
    Drawn,
    Empirical,
    Erlang,
    Exponential,
    Gamma,
    HistogramBar,
    Hyperexponential,
    Lognormal,
    Mixture,
    Spec,
    Triangular,
    Uniform,
    Variate,
    Weibull,
)

Floats = npt.NDArray[np.float64]
Mass = tuple[float, float]
"""Probability of lying within bounds, and that times the mean there."""

_POINTS: Final = 4_001
_FAR: Final = 40.0
"""Standard deviations on both sides of the middle; nothing that counts lies beyond."""
_FARTHEST: Final = 600.0
"""Natural logarithms; beyond, floating point ends."""


def mean(spec: Variate) -> float:
    """Return the mean in ticks after shift and bounds; infinite if it can be `never`."""
    if can_be_never(spec):
        return math.inf
    share, moment = _whole(spec)
    return moment / share if share > 0 else 0.0


def kept(spec: Drawn) -> float:
    """Return the share of its distribution that the bounds of a duration leave."""
    return _whole(spec)[0]


def can_be_never(spec: Spec) -> bool:
    """Say whether some draw may be endless."""
    match spec:
        case Constant():
            return spec.value >= NEVER
        case Empirical():
            return any(value >= NEVER for value in spec.values or ()) and spec.at_most >= NEVER
        case Mixture():
            parts = (part.of for part in spec.parts if part.share > 0)
            return any(map(can_be_never, parts)) and spec.at_most >= NEVER
        case ByTime():
            return any(map(can_be_never, spec.times.values()))
        case _:
            return False


def _whole(spec: Spec) -> Mass:
    """Return the probability within a distribution's own bounds, and that times the mean."""
    if isinstance(spec, Constant | ByTime):
        return _within(spec, 0, math.inf)
    assert isinstance(spec, Drawn)
    top = math.inf if spec.at_most >= NEVER else float(spec.at_most - spec.shift)
    share, moment = _within(spec, float(spec.at_least - spec.shift), top)
    return share, moment + spec.shift * share


def _within(spec: Spec, low: float, high: float) -> Mass:
    """Judge a distribution before its own shift and bounds."""
    match spec:
        case Constant():
            inside = low <= spec.value <= high
            return (1.0, float(spec.value)) if inside else (0.0, 0.0)
        case Empirical():
            return _empirical(spec, low, high)
        case Uniform():
            return _flat(spec.low, spec.high, low, high)
        case Mixture():
            parts = [(part.share, _bounded(part.of, low, high)) for part in spec.parts]
            return _sum(parts)
        case ByTime():
            times = [*spec.times, next(iter(spec.times)) + DAY]
            spans = [(after - time) / DAY for time, after in pairwise(times)]
            wholes = zip(spans, map(_whole, spec.times.values()), strict=True)
            return _sum([(span, (1.0, m / s if s else 0.0)) for span, (s, m) in wholes])
        case _:
            return _smooth(spec, low, high)


def _sum(parts: list[tuple[float, Mass]]) -> Mass:
    return sum(w * p for w, (p, _) in parts), sum(w * m for w, (_, m) in parts)


def _bounded(spec: Variate, low: float, high: float) -> Mass:
    """Judge a part of a mixture, which has bounds of its own."""
    if isinstance(spec, Constant):
        return _within(spec, low, high)
    share, moment = _whole(spec)
    if share <= 0 or (low <= 0 and high == math.inf):
        return (1.0, moment / share) if share > 0 else (0.0, 0.0)
    if isinstance(spec, ByTime):
        return _within(spec, 0, math.inf)
    top = math.inf if spec.at_most >= NEVER else float(spec.at_most)
    bottom, top = max(low, spec.at_least) - spec.shift, min(high, top) - spec.shift
    inside, inside_moment = _within(spec, bottom, top)
    return inside / share, (inside_moment + spec.shift * inside) / share


def _flat(first: float, last: float, low: float, high: float) -> Mass:
    begin, end = max(first, low), min(last, high)
    if begin >= end:
        return 0.0, 0.0
    share = (end - begin) / (last - first)
    return share, share * (begin + end) / 2


def _empirical(spec: Empirical, low: float, high: float) -> Mass:
    if spec.values is not None:
        values = np.array(spec.values, np.float64)
        inside = values[(values >= low) & (values <= high)]
        return len(inside) / len(values), float(inside.sum()) / len(values)
    bars: tuple[HistogramBar, ...] = spec.histogram or ()
    weight = sum(bar.weight for bar in bars)
    return _sum([(bar.weight / weight, _flat(bar.low, bar.high, low, high)) for bar in bars])


def _smooth(spec: Any, low: float, high: float) -> Mass:
    """Integrate a density over a grid of logarithms, where every family is smooth."""
    if isinstance(spec, Triangular):
        grid = np.linspace(max(low, spec.low), max(min(high, spec.high), 0), _POINTS)
        return _integral(grid, _triangle(spec, grid), grid)
    middle, width, density = _density(spec)
    if low <= 0 and high == math.inf:
        return 1.0, _unbounded(spec)
    if high <= 0:
        return 0.0, 0.0
    bottom = max(math.log(max(low, 1e-9) / middle), -width)
    logs = np.linspace(bottom, min(math.log(high / middle), width), _POINTS)
    grid = middle * np.exp(logs)
    with np.errstate(all="ignore"):
        return _integral(logs, np.nan_to_num(density(grid)), grid)


def _integral(along: Floats, weight: Floats, values: Floats) -> Mass:
    if along[0] >= along[-1]:
        return 0.0, 0.0
    share, moment = np.trapezoid(weight, along), np.trapezoid(weight * values, along)
    return min(float(share), 1.0), float(moment)


def _unbounded(spec: Any) -> float:
    """Return the mean of a smooth family in closed form."""
    match spec:
        case Lognormal(median=int(median)):
            return median * math.exp((spec.sigma or 0) ** 2 / 2)
        case Gamma(scale=int(scale)):
            return scale * (spec.shape or 0)
        case Weibull(scale=int(scale)):
            return scale * math.gamma(1 + 1 / spec.shape)
        case Hyperexponential():
            return sum(share * part for share, part in branches(spec))
        case _:
            return float(spec.mean)


def _density(spec: Any) -> tuple[float, float, Callable[[Floats], Floats]]:
    """Return the middle, how far to look around it, and the density of the logarithm."""
    match spec:
        case Exponential():
            return _gamma(1.0, spec.mean)
        case Erlang():
            return _gamma(spec.phases, spec.mean / spec.phases)
        case Gamma():
            shape = spec.shape or 1 / (spec.cv or 1) ** 2
            return _gamma(shape, float(spec.scale or (spec.mean or 0) / shape))
        case Lognormal():
            return _lognormal(spec)
        case Weibull():
            return _weibull(spec)
        case Hyperexponential():
            parts = [(share, _gamma(1.0, part)[2]) for share, part in branches(spec)]
            return (
                _unbounded(spec),
                _FAR * 2,
                lambda x: np.asarray(sum(share * part(x) for share, part in parts)),
            )
        case _:
            message = f"no density of {type(spec).__name__}"
            raise TypeError(message)


def _gamma(shape: float, scale: float) -> tuple[float, float, Callable[[Floats], Floats]]:
    norm = math.lgamma(shape)
    width = min(_FAR / min(math.sqrt(shape), shape), _FARTHEST)
    return (
        shape * scale,
        width,
        lambda x: np.exp(shape * np.log(x / scale) - x / scale - norm),
    )


def _weibull(spec: Weibull) -> tuple[float, float, Callable[[Floats], Floats]]:
    shape = spec.shape
    scale = float(spec.scale or (spec.mean or 0) / math.gamma(1 + 1 / shape))

    def density(x: Floats) -> Floats:
        power = (x / scale) ** shape
        return np.asarray(shape * power * np.exp(-power))

    return scale, min(_FAR / shape, _FARTHEST), density


def _lognormal(spec: Lognormal) -> tuple[float, float, Callable[[Floats], Floats]]:
    sigma = spec.sigma or math.sqrt(math.log1p((spec.cv or 0) ** 2))
    median = float(spec.median or (spec.mean or 0) * math.exp(-(sigma**2) / 2))
    norm = sigma * math.sqrt(2 * math.pi)
    return (
        median,
        min(_FAR * sigma, _FARTHEST),
        lambda x: np.exp(-((np.log(x / median) / sigma) ** 2) / 2) / norm,
    )


def branches(spec: Hyperexponential) -> list[tuple[float, float]]:
    """Return (share, mean in ticks) of each branch; `cv` gives two with balanced means."""
    if spec.phases is not None:
        return [(phase.share, float(phase.mean)) for phase in spec.phases if phase.share > 0]
    square = (spec.cv or 1) ** 2
    share = (1 + math.sqrt((square - 1) / (square + 1))) / 2
    half = (spec.mean or 0) / 2
    return [(share, half / share), (1 - share, half / (1 - share))]


def _triangle(spec: Triangular, x: Floats) -> Floats:
    peak = 2 / (spec.high - spec.low)
    rise = np.where(spec.mode > spec.low, (x - spec.low) / max(spec.mode - spec.low, 1), 1.0)
    fall = np.where(spec.high > spec.mode, (spec.high - x) / max(spec.high - spec.mode, 1), 1.0)
    return np.asarray(peak * np.where(x < spec.mode, rise, fall))
