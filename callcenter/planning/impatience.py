"""M/M/c+G: delay with callers of any patience, exact.

The law of the offered wait is that of Baccelli and Hebuterne; its integrals are taken by adaptive
quadrature around the peak, queue by queue, since the patience is a curve that a person hands in.
For exponential patience `erlang.erlang_a` gives the same, and whole tables at once.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from callcenter.planning import arguments, panels
from callcenter.planning.erlang import log_inverse_blocking
from callcenter.planning.patience import Patience
from callcenter.planning.waiting import QueueMeasures

Floats = NDArray[np.float64]

_DROP: Final = 40.0
_HALVINGS: Final = 70
_Weights = Callable[[Floats], Floats]


def general_patience_queue(
    arrival_rate: ArrayLike, *, mean_handling: ArrayLike, agents: ArrayLike, patience: Patience
) -> QueueMeasures:
    """Measure M/M/c+G: waiting callers hang up after a patience of any distribution.

    With `S` the survival function of patience, `H(x)` its integral from 0 to `x` and
    `m = c / mean_handling`, the offered wait has density proportional to
    `v(x) = exp(arrival_rate * H(x) - m * x)` on `x > 0`, and
    `1 / P(wait) = 1 + 1 / (B(c - 1, A) * arrival_rate * integral of v)`, `B` Erlang's loss formula.
    A call that would wait `x` is answered with probability `S(x)`; its mean time in queue is
    `H(x)`. A caller who balks has waited 0 and counts as having had to wait and as abandoned.
    Source: Baccelli and Hebuterne 1981; Zeltyn and Mandelbaum 2005, "Call centers with impatient
    customers: many-server asymptotics of the M/M/n+G queue", section 3.

    Args:
        arrival_rate: Calls per unit of time.
        mean_handling: Mean time an agent is taken by a call.
        agents: Agents at work, at least one; with a share of callers who never give up, enough
            that those alone do not overload them.
        patience: The patience distribution, in the same unit of time.
    """
    rate, handling, count = np.broadcast_arrays(
        arguments.rate(arrival_rate, name="arrival_rate"),
        arguments.duration(mean_handling, name="mean_handling"),
        arguments.count(agents, name="agents"),
    )
    if np.any(count < 1):
        raise arguments.refuse("agents", expected="one or more", got=float(np.min(count)))
    if np.any(rate * patience.lasting * handling >= count):
        raise arguments.refuse(
            "agents", expected="enough for the callers who never give up", got=float(np.min(count))
        )
    cells = np.empty(rate.size, dtype=np.object_)
    for i, (one, held, servers) in enumerate(
        zip(rate.flat, handling.flat, count.flat, strict=True)
    ):
        cells[i] = _Cell.build(rate=one, drain=servers / held, agents=servers, patience=patience)
    return _Cells(cells=cells.reshape(rate.shape)).measures(rate, handling, count)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """One queue: the offered wait of its waiting calls."""

    rate: float
    drain: float
    patience: Patience
    peak: float
    top: float
    area: float = 1.0
    p_wait: float = 0.0
    p_at_once: float = 1.0

    @classmethod
    def build(cls, *, rate: float, drain: float, agents: float, patience: Patience) -> "_Cell":
        peak = _peak(rate, drain, patience)
        top = rate * _at(patience.spent, peak) - drain * peak
        cell = cls(rate=rate, drain=drain, patience=patience, peak=peak, top=top)
        area = float(cell.integral(_ones)[0])
        load = np.asarray(rate * agents / drain)
        with np.errstate(divide="ignore"):
            free = float(log_inverse_blocking(load, agents=np.asarray(agents - 1)))
            odds = float(np.log(rate) + np.log(area) + top - free)
        p_wait, p_at_once = float(special.expit(odds)), float(special.expit(-odds))
        return replace(cell, area=area, p_wait=p_wait, p_at_once=p_at_once)

    def exponent(self, x: Floats) -> Floats:
        """Return the log density of the offered wait, relative to its peak."""
        return self.rate * self.patience.spent(x) - self.drain * x - self.top

    def integral(self, weights: _Weights, lower: float = 0.0, upper: float = np.inf) -> Floats:
        """Integrate each row of `weights` against the density between two times."""
        if not lower < upper:
            return np.zeros(weights(np.zeros(1)).shape[0])
        near = min(max(self.peak, lower), upper)
        low, high = self._left_end(near, lower), self._right_end(near, upper)
        marks = [low, high, *(b for b in (*self.patience.breaks, near) if low < b < high)]
        edges = np.unique(np.concatenate([marks, low + (high - low) * 2.0 ** np.arange(-12, 0)]))
        parts = panels.integrals(lambda x: weights(x) * np.exp(self.exponent(x)), edges)
        return np.asarray(parts.sum(axis=1))

    def _left_end(self, near: float, lower: float) -> float:
        if near == lower:
            return lower
        floor = _at(self.exponent, near) - _DROP
        return lower if _at(self.exponent, lower) >= floor else self._crossing(lower, near, floor)

    def _right_end(self, near: float, upper: float) -> float:
        floor = _at(self.exponent, near) - _DROP
        step = 1 / self.drain
        while near + step < upper and _at(self.exponent, near + step) > floor:
            step *= 2
        if near + step >= upper and _at(self.exponent, upper) >= floor:
            return upper
        return self._crossing(min(near + step, upper), near, floor)

    def _crossing(self, outside: float, inside: float, floor: float) -> float:
        for _ in range(_HALVINGS):
            middle = 0.5 * (outside + inside)
            if _at(self.exponent, middle) < floor:
                outside = middle
            else:
                inside = middle
        return outside


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cells:
    cells: NDArray[np.object_]

    def measures(self, rate: Floats, handling: Floats, agents: Floats) -> QueueMeasures:
        rows = [_summary(cell) for cell in self.cells.ravel().tolist()]
        p_wait, hung_up, wait, wait_answered, answered = (
            np.array(rows).reshape(-1, 5).T.reshape(5, *rate.shape)
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            asa = np.where(answered > 0, wait_answered / answered, np.nan)
        return QueueMeasures(
            arrival_rate=rate,
            agents=agents,
            p_wait=p_wait,
            p_abandon=hung_up,
            p_block=np.zeros(rate.shape),
            mean_wait=wait,
            mean_wait_answered=asa,
            mean_queue=rate * wait,
            occupancy=rate * answered * handling / agents,
            throughput=rate * answered,
            p_answered=answered,
            law=self,
        )

    def answered_within(self, limit: Floats) -> Floats:
        return self._each(_answered_within, limit)

    def abandoned_within(self, limit: Floats) -> Floats:
        return self._each(_abandoned_within, limit)

    def waited_longer(self, limit: Floats) -> Floats:
        return self._each(_waited_longer, limit)

    def _each(self, measure: Callable[["_Cell", float], float], limit: Floats) -> Floats:
        cells, until = np.broadcast_arrays(self.cells, limit)
        values = [
            measure(cell, float(t))
            for cell, t in zip(cells.ravel().tolist(), until.flat, strict=True)
        ]
        return np.array(values, dtype=np.float64).reshape(cells.shape)


def _summary(cell: _Cell) -> tuple[float, float, float, float, float]:
    curve = cell.patience

    def weights(x: Floats) -> Floats:
        left = curve.survival(x)
        return np.stack([1 - left, curve.spent(x), x * left, left])

    hung_up, wait, wait_answered, answered = cell.p_wait * cell.integral(weights) / cell.area
    return cell.p_wait, hung_up, wait, wait_answered, cell.p_at_once + answered


def _answered_within(cell: _Cell, limit: float) -> float:
    part = cell.integral(lambda x: cell.patience.survival(x)[None], 0.0, limit)
    return cell.p_at_once + cell.p_wait * float(part[0]) / cell.area


def _abandoned_within(cell: _Cell, limit: float) -> float:
    early = cell.integral(lambda x: 1 - cell.patience.survival(x)[None], 0.0, limit)
    late = cell.integral(_ones, limit)
    gone = 1 - _share_left(cell.patience, limit)
    return cell.p_wait * (float(early[0]) + gone * float(late[0])) / cell.area


def _waited_longer(cell: _Cell, limit: float) -> float:
    part = cell.integral(_ones, limit)
    return cell.p_wait * float(part[0]) * _share_left(cell.patience, limit) / cell.area


def _share_left(patience: Patience, limit: float) -> float:
    return _at(patience.survival, limit) if np.isfinite(limit) else patience.lasting


def _peak(rate: float, drain: float, patience: Patience) -> float:
    """Return where the density turns: as many stay patient as the agents can take."""
    if rate * _at(patience.survival, 0.0) <= drain:
        return 0.0
    low, high = 0.0, 1 / drain
    while rate * _at(patience.survival, high) > drain:
        low, high = high, 2 * high
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (
            (middle, high) if rate * _at(patience.survival, middle) > drain else (low, middle)
        )
    return high


def _at(curve: Callable[[Floats], Floats], x: float) -> float:
    return float(curve(np.array([x]))[0])


def _ones(x: Floats) -> Floats:
    return np.ones((1, *x.shape))
