"""Adaptive Gauss-Legendre integration by panels, for curves that a person hands in."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Curves = Callable[[Floats], Floats]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_ROUNDS: Final = 40
_TOLERANCE: Final = 1e-13


def integrals(curves: Curves, edges: Floats) -> Floats:
    """Integrate several curves over each panel between neighbouring `edges`.

    Panels are halved until two halves agree with the whole to 1e-13 of the curve's total.

    Args:
        curves: Takes positions of any shape, returns that shape with curves on a new first axis.
        edges: Rising positions; every jump or bend of a curve is among them.

    Returns:
        One row a curve, one column a panel.
    """
    left, right = edges[:-1], edges[1:]
    owner = np.arange(left.size)
    whole = _panel(curves, left, right)
    done = np.zeros((whole.shape[0], left.size))
    for _ in range(_ROUNDS):
        middle = 0.5 * (left + right)
        first, second = _panel(curves, left, middle), _panel(curves, middle, right)
        total = np.abs(done).sum(axis=1) + np.abs(first + second).sum(axis=1)
        fine = np.all(np.abs(first + second - whole) <= _TOLERANCE * total[:, None], axis=0)
        fine |= ~((left < middle) & (middle < right))
        for row, part in zip(done, (first + second)[:, fine], strict=True):
            np.add.at(row, owner[fine], part)
        if np.all(fine):
            return done
        rough = ~fine
        left, right = (
            np.concatenate([left[rough], middle[rough]]),
            np.concatenate([middle[rough], right[rough]]),
        )
        whole = np.concatenate([first[:, rough], second[:, rough]], axis=1)
        owner = np.concatenate([owner[rough], owner[rough]])
    for row, part in zip(done, whole, strict=True):
        np.add.at(row, owner, part)
    return done


def running_integral(curve: Curves, ends: Floats, *, breaks: Sequence[float] = ()) -> Floats:
    """Integrate one curve from zero to each of `ends`."""
    edges = np.unique(np.concatenate([[0.0], np.ravel(ends), np.asarray(breaks, dtype=np.float64)]))
    if edges.size == 1:
        return np.zeros(np.shape(ends))
    parts = integrals(lambda x: curve(x)[None], edges)[0]
    running = np.concatenate([[0.0], np.cumsum(parts)])
    return running[np.searchsorted(edges, ends)]


def _panel(curves: Curves, left: Floats, right: Floats) -> Floats:
    half = 0.5 * (right - left)
    positions = left[:, None] + half[:, None] * (1 + _NODES)
    return np.asarray((curves(positions) * _WEIGHTS).sum(axis=-1) * half)
