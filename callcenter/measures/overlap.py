"""Adding into cells, and splitting spells of time over intervals by overlap."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from callcenter.clock import Tick

Floats = NDArray[np.float64]
Ticks = NDArray[np.int64]

_SMALL: Final = 8192
"""Up to so many cells a whole pass over them costs less than looking for the span in use."""


def add_into(
    total: Floats,
    *,
    cell: Ticks | None,
    weights: NDArray[Any] | None = None,
    rows: int = 0,
) -> None:
    """Add weights, or ones for so many rows, to cells; cell `None` means that there is only one.

    Rows come roughly by time and cells are numbered by time first, so that a part of a log touches a
    short span of cells.
    """
    if cell is None:
        total[0] += rows if weights is None else weights.sum(dtype=np.float64)
    elif total.size <= _SMALL:
        total += np.bincount(cell, weights, minlength=total.size)
    elif cell.size:
        low = int(cell.min())
        part = np.bincount(cell - low, weights)
        total[low : low + part.size] += part


class Overlap:
    """Time spent in each bin of equal length, by key, from spells added piece by piece.

    Exact: a spell counts +1 from its start's bin on and -1 from its end's bin on, times the length, less
    the parts of those two bins that lie before it; cumulated over bins that is its overlap with each.
    """

    def __init__(self, *, bins: int, length: Tick, keys: int) -> None:
        """Cover ticks 0 to bins * length; a length of 0 stands for one bin without end."""
        self._bins, self._length, self._keys = bins, length, keys
        rows = bins + 1 if length else 1
        self._crossed = np.zeros(rows * keys)
        self._phase = np.zeros(rows * keys)

    def add(self, start: Ticks, *, end: Ticks, key: Ticks | None) -> None:
        """Add spells with 0 <= start <= end; those without length add nothing."""
        if self._length == 0:
            add_into(self._phase, cell=key, weights=end - start)
            return
        self._mark(start, key=key, sign=1)
        self._mark(end, key=key, sign=-1)

    def _mark(self, moment: Ticks, *, key: Ticks | None, sign: int) -> None:
        cell = moment // self._length
        phase = moment - cell * self._length
        if self._keys > 1 and key is not None:
            cell = cell * self._keys + key
        if sign < 0:
            np.negative(phase, out=phase)
        add_into(self._phase, cell=cell, weights=phase)
        if sign > 0:
            add_into(self._crossed, cell=cell)
        else:
            self._add_ends(cell)

    def _add_ends(self, cell: Ticks) -> None:
        if cell.size:
            low = int(cell.min()) if self._crossed.size > _SMALL else 0
            part = np.bincount(cell - low if low else cell)
            self._crossed[low : low + part.size] -= part

    def result(self) -> Floats:
        """Return ticks by bin and key."""
        shape = (-1, self._keys)
        if self._length == 0:
            return self._phase.reshape(shape)
        reached = np.cumsum(self._crossed.reshape(shape), axis=0) * self._length
        return (reached - self._phase.reshape(shape))[: self._bins]
