"""Integrals of log-concave functions, exact to rounding and taken for whole arrays at once.

Every waiting-time law of this room is an integral of `exp(f(x))` with a concave `f`. Such a
function has one peak and falls off at least exponentially, so the part that counts lies in one
window whose ends follow from `f` in closed form. Gauss-Legendre nodes in that window give thirteen
digits whether the peak is one call wide or a day, and nothing overflows since `f` is taken
relative to the peak.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DROP: Final = 40.0
"""Nats below the peak at which a window ends: `exp(-40)` is below rounding."""

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(48)

_MAX_PANELS: Final = 24
_PANEL: Final = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Nodes for one integral per cell; the last axis runs over the nodes.

    The integral of `g(x) * exp(f(x))` is `exp(f(base)) * sum(mass * g(base + offset))`.
    """

    base: Floats
    offset: Floats
    mass: Floats

    def total(self, weight: Floats | float = 1.0) -> Floats:
        """Return the integral with `weight` at the nodes, relative to `exp(f(base))`."""
        return np.asarray(np.sum(self.mass * weight, axis=-1))


def positive_root(quadratic: Floats, linear: Floats) -> Floats:
    """Solve `quadratic * y**2 + linear * y = DROP` for `y > 0`, without cancellation."""
    root = np.sqrt(linear * linear + 4 * DROP * quadratic)
    near = 2 * DROP / (linear + root)
    with np.errstate(divide="ignore", invalid="ignore"):
        far = (root - linear) / (2 * quadratic)
    return np.where(linear < 0, far, near)


def nodes_between(lower: Floats, upper: Floats, scale: Floats) -> tuple[Floats, Floats]:
    """Place nodes from `lower` to `upper`, denser near `lower` where the window is many scales long.

    Args:
        lower: Left ends, one a cell.
        upper: Right ends.
        scale: Length over which the integrand may turn; infinity when the window's own is enough.

    Returns:
        Positions and weights, with one more axis than the cells.
    """
    width = upper - lower
    with np.errstate(divide="ignore", invalid="ignore"):
        longest = np.max(np.where(width > 0, width / scale, 0.0), initial=0.0)
    panels = 1 if longest <= _PANEL else min(_MAX_PANELS, 1 + int(np.log2(1 + longest / _PANEL)))
    if panels == 1:
        half = 0.5 * width[..., None]
        return lower[..., None] + half * (1 + _NODES), half * _WEIGHTS
    reach = np.where(np.isfinite(scale), _PANEL * scale, width)
    edges = np.minimum(reach[..., None] * (2.0 ** np.arange(panels + 1) - 1), width[..., None])
    edges[..., -1] = width
    half = 0.5 * np.diff(edges, axis=-1)[..., None]
    places = lower[..., None, None] + edges[..., :-1, None] + half * (1 + _NODES)
    shape = (*lower.shape, -1)
    return places.reshape(shape), (half * _WEIGHTS).reshape(shape)


def offered_wait_rule(
    arrival_rate: Floats, drain_rate: Floats, patience_rate: Floats, *, lower: Floats, upper: Floats
) -> Rule:
    """Prepare integrals of `exp(f)`, `f(x) = arrival_rate * h(x) - drain_rate * x`.

    Here `h(x) = (1 - exp(-patience_rate * x)) / patience_rate` is the mean patience spent by `x`;
    `h(x) = x` for a patience rate of zero, when `drain_rate > arrival_rate` is required.

    Args:
        arrival_rate: Calls per unit of time.
        drain_rate: Calls per unit of time that all agents together finish.
        patience_rate: Hang-ups per unit of time and waiting caller.
        lower: Where each integral starts.
        upper: Where it ends; infinity is allowed.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        peak = np.log(arrival_rate / drain_rate) / patience_rate
    peak = np.where((arrival_rate > drain_rate) & (patience_rate > 0), peak, 0.0)
    base = np.clip(peak, lower, upper)
    moved = arrival_rate * np.exp(-patience_rate * base)
    inflow = np.where(base == peak, np.minimum(arrival_rate, drain_rate), moved)
    left = np.maximum(base - _reach_left(inflow, drain_rate, patience_rate), lower)
    right = np.minimum(base + _reach_right(inflow, drain_rate, patience_rate), upper)
    with np.errstate(divide="ignore"):
        scale = 1 / patience_rate
    offset, weights = nodes_between(left - base, right - base, scale)
    mass = weights * np.exp(_rise(inflow, drain_rate, patience_rate, offset))
    return Rule(base=base, offset=offset, mass=mass)


def rise(
    arrival_rate: Floats, drain_rate: Floats, patience_rate: Floats, *, start: Floats, end: Floats
) -> Floats:
    """Return `f(end) - f(start)` of the exponent of `offered_wait_rule`, near or far."""
    inflow = arrival_rate * np.exp(-patience_rate * start)
    return _rise(inflow, drain_rate, patience_rate, (end - start)[..., None])[..., 0]


def spent(patience_rate: Floats, wait: Floats) -> Floats:
    """Return `(1 - exp(-patience_rate * wait)) / patience_rate`, and `wait` for a rate of zero."""
    with np.errstate(divide="ignore", invalid="ignore"):
        used = -np.expm1(-patience_rate * wait) / patience_rate
    return np.where(patience_rate > 0, used, wait)


def _rise(inflow: Floats, drain_rate: Floats, patience_rate: Floats, step: Floats) -> Floats:
    theta = patience_rate[..., None]
    return inflow[..., None] * spent(theta, step) - drain_rate[..., None] * step


def _reach_right(inflow: Floats, drain_rate: Floats, patience_rate: Floats) -> Floats:
    """Return how far right of the base the exponent has fallen by DROP."""
    fall = np.maximum(drain_rate - inflow, 0.0)
    # exp(-t) - 1 + t >= (t**2 / 2) / (1 + t / 2) gives a start beyond the root.
    quadratic = (fall + inflow) * patience_rate / 2
    reach = positive_root(quadratic, fall - DROP * patience_rate / 2)
    for _ in range(3):
        lost = fall * reach + inflow * (reach - spent(patience_rate, reach))
        slope = fall - inflow * np.expm1(-patience_rate * reach)
        reach = reach - np.maximum(lost - DROP, 0.0) / slope
    return reach


def _reach_left(inflow: Floats, drain_rate: Floats, patience_rate: Floats) -> Floats:
    """Return how far left of the base the exponent has fallen by DROP, or infinity."""
    climb = np.maximum(inflow - drain_rate, 0.0)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        reach = positive_root(inflow * patience_rate / 2, climb)
        # exp(t) - 1 - t is at least t**2 / 2, and 0.36 * (exp(t) - 1) from t = 2 on: the start is
        # beyond the root and Newton keeps it there.
        steep = np.log1p(DROP * patience_rate / (0.36 * inflow)) / patience_rate
        reach = np.fmin(reach, np.maximum(steep, 2 / patience_rate))
        for _ in range(4):
            grown = np.expm1(np.minimum(patience_rate * reach, 700.0))
            lost = climb * reach + inflow * (grown / patience_rate - reach)
            reach = reach - np.maximum(lost - DROP, 0.0) / (climb + inflow * grown)
    return np.where(np.isnan(reach), np.inf, reach)
