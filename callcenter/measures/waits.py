"""What does not add up: percentiles and maxima of waits, and the longest queue. All exact."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ticks = NDArray[np.int64]
Ints = NDArray[np.int64]

_NARROW: Final = 1 << 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """The waits above zero of one run; waits of zero are known by their number alone."""

    wait: NDArray[np.unsignedinteger]
    """Ticks from entering the queue to the answer, or to leaving without one."""
    answered: NDArray[np.bool_]
    cell: NDArray[np.int32]
    """(day * intervals of a day + interval) * queues + queue."""

    @classmethod
    def of(
        cls, wait: NDArray[Any], *, answered: NDArray[np.bool_], cell: NDArray[np.int32]
    ) -> "Waits":
        """Keep waits in as few bytes as they need."""
        narrow = wait.size == 0 or int(wait.max()) < _NARROW
        return cls(
            wait=wait.astype(np.uint32 if narrow else np.uint64), answered=answered, cell=cell
        )

    @classmethod
    def joined(cls, parts: Sequence["Waits"]) -> "Waits":
        """Put the waits of parts of a log together."""
        if not parts:
            empty = np.empty(0, dtype=np.int64)
            return cls.of(empty, answered=empty.astype(np.bool_), cell=empty.astype(np.int32))
        return cls(
            wait=np.concatenate([part.wait for part in parts]),
            answered=np.concatenate([part.answered for part in parts]),
            cell=np.concatenate([part.cell for part in parts]),
        )

    def runs_apart(self, runs: int, *, cells: int) -> list["Waits"]:
        """Part the waits of runs laid end to end, each with so many cells."""
        if runs == 1:
            return [self]
        run = self.cell // cells
        bounds = np.searchsorted(run, np.arange(runs + 1))
        own = self.cell - run * cells
        parts = [slice(first, last) for first, last in pairwise(bounds.tolist())]
        return [
            Waits.of(self.wait[part], answered=self.answered[part], cell=own[part])
            for part in parts
        ]


class Ranked:
    """Waits sorted within each cell, with the zeros before them understood."""

    def __init__(self, wait: NDArray[np.unsignedinteger], *, cell: Ints, population: Ints) -> None:
        """Sort once; `population` is the number of waits per cell, zeros included."""
        bits = int(wait.max()).bit_length() if wait.size else 1
        assert population.size.bit_length() + bits < 64, "more cells and longer waits than 64 bits"  # noqa: PLR2004
        joined = (cell.astype(np.uint64) << np.uint64(bits)) | wait.astype(np.uint64)
        joined.sort()
        edges = np.arange(population.size + 1, dtype=np.uint64) << np.uint64(bits)
        self._first = np.searchsorted(joined, edges)
        self._wait = (joined & np.uint64((1 << bits) - 1)).astype(np.int64)
        self._population = population

    def percentile(self, percent: int) -> Floats:
        """Return per cell the smallest wait that at least `percent` per cent do not exceed."""
        rank = (self._population * percent + 99) // 100
        return self._at(rank)

    def maximum(self) -> Floats:
        """Return the longest wait per cell."""
        return self._at(self._population)

    def _at(self, rank: Ints) -> Floats:
        positive = self._first[1:] - self._first[:-1]
        above = rank - (self._population - positive)
        place = self._first[:-1] + above - 1
        found = np.zeros(rank.size)
        waited = above > 0
        found[waited] = self._wait[place[waited]]
        found[self._population <= 0] = np.nan
        return found


def longest_queue(came: Ticks, *, left: Ticks, edges: Ticks) -> Floats:
    """Return the most callers waiting at one moment of each bin; puts the arrays into another order.

    Population: spells [came, left), cut to the measured time. Bins reach from edge to edge. Who leaves
    at a tick is gone before who comes at it.
    """
    inside = left > came
    if not inside.all():
        came, left = came[inside], left[inside]
    came.sort()
    left.sort()
    first = np.searchsorted(came, edges)
    carried = first - np.searchsorted(left, edges, side="right")
    peak = carried.astype(np.float64)
    if came.size:
        level = np.arange(1, came.size + 1)
        level -= np.searchsorted(left, came, side="right")
        last = np.append(first[1:], came.size)
        busy = np.flatnonzero(last > first)
        peak[busy] = np.maximum(peak[busy], np.maximum.reduceat(level, first[busy]))
    return peak
