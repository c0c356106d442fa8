"""Random durations: what a person wrote and a generator become whole ticks.

Rounding happens here, once. Bounds (`at_least`, `at_most`) hold for the value after its `shift`. Heavy
tails end at ten years; only `never` is longer.
"""

import math
from dataclasses import dataclass, field
from functools import lru_cache, singledispatch
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from callcenter.clock import NEVER, Tick
from simulation.laws import (
    Bars,
    Bounded,
    Clocked,
    Floats,
    Law,
    Mixed,
    Smooth,
    Steps,
    Ticks,
    first_below,
    ladder,
)
from simulation.scenario.variate_specs import (
    ByTime,
    Constant,
    Empirical,
    Erlang,
    Exponential,
    Gamma,
    Hyperexponential,
    Lognormal,
    Mixture,
    Triangular,
    Uniform,
    Variate,
    Weibull,
)

_KEPT: Final = 512
_CHUNK: Final = 1 << 15


def draw(
    spec: Variate, n: int, rng: np.random.Generator, *, clock_times: Ticks | None = None
) -> Ticks:
    """Draw n durations.

    Args:
        clock_times: When each caller first called (any tick; the time of day counts). Only for
            durations that depend on it.
    """
    out = np.empty(n, np.int64)
    law_of(spec).fill(reals(out), rng, clock_times)
    settle(out)
    return out


def settle(column: Ticks) -> None:
    """Round where it lies a column that was filled with real numbers through `reals`.

    Chunk by chunk, so that no copy of the column is ever made.
    """
    values = reals(column)
    for first in range(0, len(column), _CHUNK):
        rows = slice(first, first + _CHUNK)
        column[rows] = np.rint(values[rows])


def reals(column: Ticks) -> Floats:
    """Return the memory of a column of ticks as real numbers, to be filled and then settled."""
    return column.view(np.float64)


def draw_beyond(
    spec: Variate,
    elapsed: Ticks,
    rng: np.random.Generator,
    *,
    clock_times: Ticks | None = None,
) -> Ticks:
    """Draw one duration for each elapsed time, knowing that it is longer than that.

    Where nothing is longer (a constant that has passed), one tick more than has elapsed.
    """
    # 1 - u lies in (0, 1]: a share of 0 would ask for the end of the tail.
    return first_below(law_of(spec), 1 - rng.random(len(elapsed)), elapsed, clock_times)


def mean(spec: Variate) -> float:
    """Return the mean in ticks, after shift and bounds; by time of day, that of the whole day."""
    return law_of(spec).within(0, math.inf)[1]


def cdf(
    spec: Variate, x: npt.ArrayLike, *, clock_times: Ticks | None = None
) -> npt.NDArray[np.float64]:
    """Return the probability of at most x ticks."""
    return 1 - law_of(spec).beyond(np.asarray(x, np.float64), clock_times)


@dataclass(frozen=True, slots=True)
class _Same:
    """A specification known by identity, held so that its number stays its own."""

    number: int
    spec: Variate = field(compare=False)


def law_of(spec: Variate) -> Law:
    """Return the law a person wrote down, made once for each specification."""
    return _law_of(_Same(id(spec), spec))


@lru_cache(maxsize=_KEPT)
def _law_of(same: _Same) -> Law:
    spec = same.spec
    law = _law(spec)
    if isinstance(spec, Constant | ByTime):
        return law
    if spec.shift == 0 and spec.at_least == 0 and spec.at_most >= NEVER:
        return law
    return Bounded(law, spec.shift, spec.at_least, spec.at_most, law.by_clock)


@singledispatch
def _law(spec: Any) -> Law:
    message = f"no law for {type(spec).__name__}"
    raise AssertionError(message)


@_law.register
def _(spec: Constant) -> Law:
    return Steps(np.array([spec.value], np.int64))


@_law.register
def _(spec: Exponential) -> Law:
    average: Tick = spec.mean

    def sample(out: Floats, rng: np.random.Generator) -> None:
        rng.standard_exponential(out=out)
        out *= average

    return Smooth(average, sample, lambda x: np.exp(-x / average))


def _gamma(shape: float, scale: float) -> Law:
    def sample(out: Floats, rng: np.random.Generator) -> None:
        rng.standard_gamma(shape, out=out)
        out *= scale

    def tail(x: Floats) -> Any:
        from scipy.special import gammaincc  # noqa: PLC0415 - slow to import, seldom needed

        return gammaincc(shape, x / scale)

    return Smooth(shape * scale, sample, tail)


@_law.register
def _(spec: Gamma) -> Law:
    if spec.mean is not None and spec.cv is not None:
        shape = spec.cv**-2
        return _gamma(shape, spec.mean / shape)
    assert spec.shape is not None
    assert spec.scale is not None
    return _gamma(spec.shape, spec.scale)


@_law.register
def _(spec: Erlang) -> Law:
    return _gamma(spec.phases, spec.mean / spec.phases)


@_law.register
def _(spec: Lognormal) -> Law:
    if spec.mean is not None and spec.cv is not None:
        sigma = math.sqrt(math.log1p(spec.cv**2))
        centre = math.log(spec.mean) - sigma**2 / 2
    else:
        assert spec.median is not None
        assert spec.sigma is not None
        sigma, centre = spec.sigma, math.log(spec.median)

    def sample(out: Floats, rng: np.random.Generator) -> None:
        rng.standard_normal(out=out)
        out *= sigma
        out += centre
        np.exp(out, out=out)

    def tail(x: Floats) -> Any:
        from scipy.special import ndtr  # noqa: PLC0415 - slow to import, seldom needed

        with np.errstate(divide="ignore"):
            return ndtr((centre - np.log(x)) / sigma)

    return Smooth(math.exp(centre + sigma**2 / 2), sample, tail)


@_law.register
def _(spec: Weibull) -> Law:
    power = 1 / spec.shape
    if spec.scale is not None:
        scale = float(spec.scale)
    else:
        assert spec.mean is not None
        scale = spec.mean / math.gamma(1 + power)

    def sample(out: Floats, rng: np.random.Generator) -> None:
        rng.standard_exponential(out=out)
        np.power(out, power, out=out)
        out *= scale

    return Smooth(
        scale * math.gamma(1 + power), sample, lambda x: np.exp(-((x / scale) ** spec.shape))
    )


@_law.register
def _(spec: Hyperexponential) -> Law:
    if spec.mean is not None and spec.cv is not None:
        more = (1 + math.sqrt((spec.cv**2 - 1) / (spec.cv**2 + 1))) / 2
        share = np.array([more, 1 - more])
        means = spec.mean / (2 * share)
    else:
        assert spec.phases is not None
        share = _shares([phase.share for phase in spec.phases])
        means = np.array([phase.mean for phase in spec.phases], np.float64)
    steps = ladder(share)

    def sample(out: Floats, rng: np.random.Generator) -> None:
        phase = np.searchsorted(steps, rng.random(len(out)), side="right")
        rng.standard_exponential(out=out)
        out *= means[phase]

    def tail(x: Floats) -> Any:
        return np.exp(-x[..., None] / means) @ share

    return Smooth(float(share @ means), sample, tail)


@_law.register
def _(spec: Uniform) -> Law:
    width = spec.high - spec.low

    def sample(out: Floats, rng: np.random.Generator) -> None:
        rng.random(out=out)
        out *= width
        out += spec.low

    return Smooth(
        (spec.low + spec.high) / 2, sample, lambda x: np.clip((spec.high - x) / width, 0, 1)
    )


@_law.register
def _(spec: Triangular) -> Law:
    low, mode, high = float(spec.low), float(spec.mode), float(spec.high)

    def sample(out: Floats, rng: np.random.Generator) -> None:
        out[...] = rng.triangular(low, mode, high, len(out))

    def tail(x: Floats) -> Any:
        x = np.clip(x, low, high)
        rising = 1 - (x - low) ** 2 / ((high - low) * max(mode - low, 1))
        falling = (high - x) ** 2 / ((high - low) * max(high - mode, 1))
        return np.where(x < mode, rising, falling)

    return Smooth((low + mode + high) / 3, sample, tail)


@_law.register
def _(spec: Empirical) -> Law:
    if spec.histogram is not None:
        share = _shares([bar.weight for bar in spec.histogram])
        low = np.array([bar.low for bar in spec.histogram], np.float64)
        high = np.array([bar.high for bar in spec.histogram], np.float64)
        return Bars(low, high, share, ladder(share))
    assert spec.values is not None, "loading puts the content of a file in its place"
    return Steps(np.sort(np.array(spec.values, np.int64)))


@_law.register
def _(spec: Mixture) -> Law:
    share = _shares([part.share for part in spec.parts])
    laws = tuple(law_of(part.of) for part in spec.parts)
    return Mixed(share, ladder(share), laws, any(law.by_clock for law in laws))


@_law.register
def _(spec: ByTime) -> Law:
    times = sorted(spec.times)
    return Clocked(np.array(times, np.int64), tuple(law_of(spec.times[time]) for time in times))


def _shares(weights: list[float]) -> Floats:
    share: Floats = np.array(weights, np.float64)
    share /= share.sum()
    return share
