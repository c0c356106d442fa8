"""The laws of chance behind the random durations a person can write, in ticks.

Each law can fill an array, say how likely more than x is, and what share and mean lie within bounds.
Everything in `simulation.variates` follows from these three. Values are still real numbers here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from callcenter.clock import DAY, NEVER
from callcenter.errors import ScenarioError

Floats = npt.NDArray[np.float64]
Ticks = npt.NDArray[np.int64]

LONGEST: Final = 3_660 * DAY
"""Ten years: no heavy tail reaches further."""
_REDRAWS: Final = 64
_PANELS: Final = 400
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(8)


class Law(Protocol):
    """One distribution of durations that are never negative."""

    @property
    def by_clock(self) -> bool:
        """Whether it depends on the time of day, so that `clock` must be given."""
        ...

    def fill(self, out: Floats, rng: np.random.Generator, clock: Ticks | None, /) -> None:
        """Overwrite `out` with draws."""
        ...

    def beyond(self, x: Floats, clock: Ticks | None, /) -> Floats:
        """Return the probability of more than x."""
        ...

    def within(self, low: float, high: float, /) -> tuple[float, float]:
        """Return the probability of low..high, and that times the mean of what lies there."""
        ...


@dataclass(frozen=True, slots=True)
class Smooth:
    """A family with a density: a sampler and a tail."""

    mean: float
    sample: Callable[[Floats, np.random.Generator], object]
    tail: Callable[[Floats], Any]
    by_clock: bool = False

    def fill(self, out: Floats, rng: np.random.Generator, _clock: Ticks | None) -> None:
        """Overwrite `out` with draws."""
        self.sample(out, rng)
        np.minimum(out, LONGEST, out=out)

    def beyond(self, x: Floats, _clock: Ticks | None) -> Floats:
        """Return the probability of more than x."""
        tail = self.tail(np.clip(x, 0, LONGEST))
        return np.where(x < 0, 1.0, np.where(x >= LONGEST, 0.0, tail))

    def within(self, low: float, high: float) -> tuple[float, float]:
        """Integrate the tail over panels that widen geometrically, by Gauss and Legendre.

        A bound may lie a million times beyond the mean. Unbounded, the cap at ten years is ignored.
        """
        if low <= 0 and high >= LONGEST:
            return 1.0, self.mean
        low, high = max(low, 0.0), min(high, float(LONGEST))
        first, last = self.beyond(np.array([low, high]), None)
        widening = low + np.geomspace(1e-9, 1, _PANELS) * (high - low)
        edges = np.concatenate([[low], widening])
        half = np.diff(edges)[:, None] / 2
        area = np.sum(self.beyond(edges[:-1, None] + half * (1 + _NODES), None) * _WEIGHTS * half)
        return float(first - last), float(low * first - high * last + area)


@dataclass(frozen=True, slots=True)
class Steps:
    """Values drawn with replacement; a single one is a constant. `NEVER` may be among them."""

    ascending: Ticks
    by_clock: bool = False

    def fill(self, out: Floats, rng: np.random.Generator, _clock: Ticks | None) -> None:
        """Overwrite `out` with draws."""
        if len(self.ascending) == 1:
            out[...] = self.ascending[0]
        else:
            out[...] = self.ascending[rng.integers(0, len(self.ascending), len(out))]

    def beyond(self, x: Floats, _clock: Ticks | None) -> Floats:
        """Return the probability of more than x."""
        return 1 - np.searchsorted(self.ascending, x, side="right") / len(self.ascending)

    def within(self, low: float, high: float) -> tuple[float, float]:
        """Return the probability of low..high, and that times the mean there."""
        inside = self.ascending[(self.ascending >= low) & (self.ascending <= high)]
        count = len(self.ascending)
        return len(inside) / count, float(inside.sum(dtype=np.float64)) / count


@dataclass(frozen=True, slots=True)
class Bars:
    """A histogram; bars may overlap and leave gaps."""

    low: Floats
    high: Floats
    share: Floats
    ladder: Floats
    by_clock: bool = False

    def fill(self, out: Floats, rng: np.random.Generator, _clock: Ticks | None) -> None:
        """Overwrite `out` with draws."""
        bar = np.searchsorted(self.ladder, rng.random(len(out)), side="right")
        rng.random(out=out)
        out *= (self.high - self.low)[bar]
        out += self.low[bar]

    def beyond(self, x: Floats, _clock: Ticks | None) -> Floats:
        """Return the probability of more than x."""
        width = self.high - self.low
        left = np.clip(self.high - np.asarray(x)[..., None], 0, width)
        return np.asarray(np.sum(self.share * left / width, axis=-1))

    def within(self, low: float, high: float) -> tuple[float, float]:
        """Return the probability of low..high, and that times the mean there."""
        first, last = np.clip(low, self.low, self.high), np.clip(high, self.low, self.high)
        share = self.share * np.maximum(last - first, 0) / (self.high - self.low)
        return float(share.sum()), float((share * (first + last) / 2).sum())


@dataclass(frozen=True, slots=True)
class Mixed:
    """With each share, that part."""

    share: Floats
    ladder: Floats
    parts: tuple[Law, ...]
    by_clock: bool

    def fill(self, out: Floats, rng: np.random.Generator, clock: Ticks | None) -> None:
        """Overwrite `out` with draws."""
        chosen = np.searchsorted(self.ladder, rng.random(len(out)), side="right")
        _fill_by(chosen, self.parts, out, rng, clock)

    def beyond(self, x: Floats, clock: Ticks | None) -> Floats:
        """Return the probability of more than x."""
        return np.asarray(
            sum(
                share * part.beyond(x, clock)
                for share, part in zip(self.share, self.parts, strict=True)
            )
        )

    def within(self, low: float, high: float) -> tuple[float, float]:
        """Return the probability of low..high, and that times the mean there."""
        share, mean = self.share @ np.array([part.within(low, high) for part in self.parts])
        return float(share), float(mean)


@dataclass(frozen=True, slots=True)
class Clocked:
    """From each time of day on another law; before the first time, the last one still holds."""

    times: Ticks
    laws: tuple[Law, ...]
    by_clock: bool = True

    def _entries(self, clock: Ticks | None) -> npt.NDArray[np.intp]:
        assert clock is not None, "a duration that depends on the time of day needs clock times"
        after = np.searchsorted(self.times, np.asarray(clock) % DAY, side="right")
        return (after - 1) % len(self.times)

    def fill(self, out: Floats, rng: np.random.Generator, clock: Ticks | None) -> None:
        """Overwrite `out` with draws."""
        _fill_by(self._entries(clock), self.laws, out, rng, clock)

    def beyond(self, x: Floats, clock: Ticks | None) -> Floats:
        """Return the probability of more than x."""
        entries = np.broadcast_to(self._entries(clock), np.shape(x))
        tails = np.stack([law.beyond(x, clock) for law in self.laws])
        return np.asarray(np.take_along_axis(tails, entries[None], axis=0)[0])

    def within(self, low: float, high: float) -> tuple[float, float]:
        """Average over the day, every minute of which counts alike."""
        spans = np.diff(self.times, append=self.times[0] + DAY) / DAY
        share, mean = spans @ np.array([law.within(low, high) for law in self.laws])
        return float(share), float(mean)


@dataclass(frozen=True, slots=True)
class Bounded:
    """Another law, moved by `shift`, of which only what then lies in `low`..`high` counts."""

    law: Law
    shift: int
    low: int
    high: int
    by_clock: bool

    def fill(self, out: Floats, rng: np.random.Generator, clock: Ticks | None) -> None:
        """Draw again what lies outside; after many rounds, invert the tail instead."""
        self._fill_shifted(out, rng, clock)
        rows = np.flatnonzero((out < self.low) | (out > self.high))
        for _ in range(_REDRAWS):
            if not len(rows):
                return
            fresh = np.empty(len(rows))
            self._fill_shifted(fresh, rng, None if clock is None else clock[rows])
            out[rows] = fresh
            rows = rows[(fresh < self.low) | (fresh > self.high)]
        times = None if clock is None else clock[rows]
        floor = np.full(len(rows), self.low - 1)
        out[rows] = first_below(self, rng.random(len(rows)), floor, times)

    def _fill_shifted(self, out: Floats, rng: np.random.Generator, clock: Ticks | None) -> None:
        self.law.fill(out, rng, clock)
        if self.shift:
            out += self.shift
            np.minimum(out, NEVER, out=out)

    def beyond(self, x: Floats, clock: Ticks | None) -> Floats:
        """Return the probability of more than x."""
        last = self._tail(np.full(np.shape(x), float(self.high)), clock)
        first = self._tail(np.nextafter(np.full(np.shape(x), float(self.low)), -np.inf), clock)
        if np.any(first <= last):
            message = f"expected some values between {self.low} and {self.high} microseconds"
            raise ScenarioError(message)
        return np.asarray((np.clip(self._tail(x, clock), last, first) - last) / (first - last))

    def _tail(self, x: Floats, clock: Ticks | None) -> Floats:
        return np.where(x >= NEVER, 0.0, self.law.beyond(np.asarray(x) - self.shift, clock))

    def within(self, low: float, high: float) -> tuple[float, float]:
        """Return the probability of low..high, and that times the mean there."""
        whole, _ = self._shifted_within(self.low, self.high)
        share, mean = self._shifted_within(max(low, self.low), min(high, self.high))
        return (share / whole, mean / whole) if whole > 0 else (0.0, 0.0)

    def _shifted_within(self, low: float, high: float) -> tuple[float, float]:
        top = np.inf if high >= NEVER else high - self.shift
        share, mean = self.law.within(low - self.shift, top)
        return share, mean + self.shift * share


def first_below(law: Law, share: Floats, floor: Ticks, clock: Ticks | None) -> Ticks:
    """Return the first tick above `floor` beyond which no more than that share is left.

    With shares drawn uniformly this is a draw conditional on exceeding the floor; where nothing
    exceeds it, one tick more than the floor.
    """
    wanted = share * law.beyond(floor.astype(np.float64), clock)
    # Beyond the longest tail and the longest shift there is nothing but `NEVER`.
    top = np.maximum(2 * LONGEST, floor + 1)
    ends = law.beyond(top.astype(np.float64), clock) <= wanted
    low, high = np.where(ends, floor, NEVER - 1), np.where(ends, top, NEVER)
    while np.any(high - low > 1):
        middle = low + (high - low) // 2
        below = (law.beyond(middle.astype(np.float64), clock) <= wanted) & (middle > low)
        high = np.where(below, middle, high)
        low = np.where(below, low, middle)
    return high


def ladder(share: Floats) -> Floats:
    """Return cumulative shares; the last one that counts is out of any coin's reach."""
    steps = np.cumsum(share)
    steps[np.flatnonzero(share)[-1] :] = np.inf
    return steps


def _fill_by(
    number: npt.NDArray[np.intp],
    laws: tuple[Law, ...],
    out: Floats,
    rng: np.random.Generator,
    clock: Ticks | None,
) -> None:
    for index, law in enumerate(laws):
        rows = np.flatnonzero(number == index)
        values = np.empty(len(rows))
        law.fill(values, rng, None if clock is None else clock[rows])
        out[rows] = values
