"""Queues with a bounded number of lines: M/M/c/K and M/M/c/K+M.

With a bound there are finitely many states, so the measures are sums over them: weights are kept as
logarithms, and a cell that asks for few lines pads what a longer one needs. Cells are taken in
blocks so that a large table of long queues does not fill the memory.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from callcenter.planning import arguments
from callcenter.planning.erlang import log_inverse_blocking
from callcenter.planning.waiting import QueueMeasures

Floats = NDArray[np.float64]

_BLOCK: Final = 1 << 21


def finite_queue(
    arrival_rate: ArrayLike,
    *,
    mean_handling: ArrayLike,
    agents: ArrayLike,
    lines: ArrayLike,
    mean_patience: ArrayLike = np.inf,
) -> QueueMeasures:
    """Measure M/M/c/K+M: calls that find all `lines` taken are blocked and do not come back.

    Birth-death chain with births `arrival_rate` below `lines`, deaths `min(n, c) / mean_handling`
    plus `max(n - c, 0) / mean_patience`. A caller with `j` others waiting ahead is offered a wait
    that is a sum of exponentials of rates `m + i theta`, `i = 0..j`, `m = c / mean_handling`; so
    with `a = m / theta` the share answered by `t` is
    `a / (a + j + 1) * I(1 - exp(-theta t); j + 1, a + 1)`, `I` the regularised incomplete beta
    function, and for endless patience the regularised gamma function `P(j + 1, m t)`. Stable under
    any load. Source: Ancker and Gafarian 1963; Whitt 1999, "Improving service by informing
    customers"; Gross and Harris, section 2.5 for endless patience.

    Args:
        arrival_rate: Calls per unit of time, blocked ones included.
        mean_handling: Mean time an agent, and a line, is taken by an answered call.
        agents: Agents at work.
        lines: Calls that fit in at once, talking or waiting; at least `agents`.
        mean_patience: Mean time a caller is ready to wait; infinity if nobody hangs up.
    """
    rate, handling, patience, count, room = np.broadcast_arrays(
        arguments.rate(arrival_rate, name="arrival_rate"),
        arguments.duration(mean_handling, name="mean_handling"),
        arguments.patience_mean(mean_patience, name="mean_patience"),
        arguments.count(agents, name="agents"),
        arguments.count(lines, name="lines"),
    )
    if np.any(room < count):
        raise arguments.refuse(
            "lines", expected="at least as many as agents", got=float(np.min(room))
        )
    law = _Bounded(
        rate=rate, service_rate=1 / handling, theta=1 / patience, agents=count, places=room - count
    )
    return law.measures()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bounded:
    rate: Floats
    service_rate: Floats
    theta: Floats
    agents: Floats
    places: Floats

    def measures(self) -> QueueMeasures:
        p_block = self._over_states(_blocked)
        p_wait = self._over_states(_admitted)
        waited = self._over_states(_wait)
        waited_answered = self._over_states(_wait_answered)
        hung_up = self.theta * np.where(self.theta > 0, waited, 0.0)
        answered = self._over_states(_at_once) + self._over_states(_answered)
        capacity = self.agents * self.service_rate
        # Without agents, callers of endless patience fill the lines and stay.
        stuck = (self.agents == 0) & (self.theta == 0) & (self.rate > 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            return QueueMeasures(
                arrival_rate=self.rate,
                agents=self.agents,
                p_wait=p_wait,
                p_abandon=hung_up,
                p_block=p_block,
                mean_wait=waited / (1 - p_block),
                mean_wait_answered=np.where(answered > 0, waited_answered / answered, np.nan),
                mean_queue=np.where(stuck, self.places, self.rate * waited),
                occupancy=self.rate * answered / capacity,
                throughput=self.rate * answered,
                p_answered=answered,
                law=self,
            )

    def answered_within(self, limit: Floats) -> Floats:
        return self._over_states(_at_once) + self._over_states(_answered_within, limit)

    def abandoned_within(self, limit: Floats) -> Floats:
        return self._over_states(_abandoned_within, limit)

    def waited_longer(self, limit: Floats) -> Floats:
        return self._over_states(_waited_longer, limit)

    def _over_states(self, measure: "_Measure", limit: Floats | None = None) -> Floats:
        until = np.zeros(()) if limit is None else limit
        fields = np.broadcast_arrays(
            self.rate, self.service_rate, self.theta, self.agents, self.places, until
        )
        shape = fields[0].shape
        flat = [field.reshape(-1) for field in fields]
        states = int(np.max(self.places, initial=0.0)) + 1
        cells = max(1, _BLOCK // states)
        parts = [
            measure(_States.of(*(field[first : first + cells] for field in flat)))
            for first in range(0, flat[0].size, cells)
        ]
        return np.concatenate([*parts, np.zeros(0)]).reshape(shape)


@dataclass(frozen=True, slots=True, kw_only=True)
class _States:
    """One row a cell; columns are the callers already waiting, 0 and up, when all agents talk."""

    drain: Floats
    theta: Floats
    limit: Floats
    ahead: Floats
    at_once: Floats
    waiting: Floats
    """Probability of the column's state where a call still gets in, else zero."""
    full: Floats

    @classmethod
    def of(
        cls,
        rate: Floats,
        service_rate: Floats,
        theta: Floats,
        agents: Floats,
        places: Floats,
        limit: Floats,
    ) -> "_States":
        ahead = np.arange(int(np.max(places, initial=0.0)) + 1, dtype=np.float64)
        drain = (agents * service_rate)[:, None]
        out = drain + ahead * theta[:, None]
        with np.errstate(divide="ignore"):
            steps = np.log(rate)[:, None] - np.log(np.where(out > 0, out, 1.0))
        # Without agents the chain begins at its first waiting place, and is stuck at its last if
        # nobody hangs up either.
        steps[:, 0] = np.where(agents == 0, 0.0, steps[:, 0])
        stuck = ((agents == 0) & (theta == 0) & (rate > 0))[:, None]
        inside = np.where(stuck, ahead == places[:, None], ahead <= places[:, None])
        weight = np.where(inside, np.where(stuck, 0.0, np.cumsum(steps, axis=1)), -np.inf)
        free = log_inverse_blocking(rate / service_rate, agents=np.maximum(agents - 1, 0.0))
        free = np.where(agents == 0, -np.inf, free)
        return cls._normalised(weight, free, drain, theta, limit, ahead, places)

    @classmethod
    def _normalised(
        cls,
        weight: Floats,
        free: Floats,
        drain: Floats,
        theta: Floats,
        limit: Floats,
        ahead: Floats,
        places: Floats,
    ) -> "_States":
        top = np.maximum(np.max(weight, axis=1), free)
        with np.errstate(invalid="ignore"):
            some = np.where(weight == top[:, None], 1.0, np.exp(weight - top[:, None]))
            none = np.where(free == top, 1.0, np.exp(free - top))
        total = none + np.sum(some, axis=1)
        chance = some / total[:, None]
        last = ahead == places[:, None]
        return cls(
            drain=drain,
            theta=theta[:, None],
            limit=limit[:, None],
            ahead=ahead,
            at_once=none / total,
            waiting=np.where(last, 0.0, chance),
            full=np.sum(np.where(last, chance, 0.0), axis=1),
        )

    @property
    def patient(self) -> Floats:
        """The chance of an answer for a call that finds `ahead` waiting."""
        behind = (self.ahead + 1) * self.theta
        with np.errstate(invalid="ignore"):
            return np.where(behind > 0, self.drain / (self.drain + behind), np.sign(self.drain))

    @property
    def impatient(self) -> Floats:
        """The chance that a call that finds `ahead` waiting hangs up, without cancellation."""
        behind = (self.ahead + 1) * self.theta
        with np.errstate(invalid="ignore"):
            return np.where(behind > 0, behind / (self.drain + behind), 0.0)

    @property
    def gone(self) -> Floats:
        """The chance that patience has ended by the limit."""
        return -np.expm1(-self.theta * np.where(self.theta > 0, self.limit, 0.0))

    @property
    def offered_longer(self) -> Floats:
        """The chance that a caller of endless patience would wait beyond the limit."""
        ahead = self.ahead + 1
        with np.errstate(divide="ignore", invalid="ignore"):
            impatient = special.betaincc(ahead, self.drain / self.theta, self.gone)
        return np.where(
            self.theta > 0, impatient, special.gammaincc(ahead, self.drain * self.limit)
        )


_Measure = Callable[[_States], Floats]


def _at_once(states: _States) -> Floats:
    return states.at_once


def _blocked(states: _States) -> Floats:
    return states.full


def _admitted(states: _States) -> Floats:
    return np.asarray(np.sum(states.waiting, axis=1))


def _answered(states: _States) -> Floats:
    return np.asarray(np.sum(states.waiting * states.patient, axis=1))


def _wait(states: _States) -> Floats:
    ahead = states.ahead + 1
    with np.errstate(divide="ignore", invalid="ignore"):
        wait = np.where(states.waiting > 0, ahead / (states.drain + ahead * states.theta), 0.0)
    return np.asarray(np.sum(states.waiting * wait, axis=1))


def _wait_answered(states: _States) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = 1 / (states.drain + (states.ahead + 1) * states.theta)
        wait = np.where(states.waiting > 0, np.cumsum(steps, axis=1) * states.patient, 0.0)
    return np.asarray(np.sum(states.waiting * wait, axis=1))


def _answered_within(states: _States) -> Floats:
    ahead = states.ahead + 1
    with np.errstate(divide="ignore", invalid="ignore"):
        impatient = special.betainc(ahead, states.drain / states.theta + 1, states.gone)
    endless = special.gammainc(ahead, states.drain * states.limit)
    chance = states.patient * np.where(states.theta > 0, impatient, endless)
    return np.asarray(np.sum(states.waiting * chance, axis=1))


def _waited_longer(states: _States) -> Floats:
    chance = np.where(states.drain > 0, states.offered_longer, 1.0) * (1 - states.gone)
    return np.asarray(np.sum(states.waiting * chance, axis=1))


def _abandoned_within(states: _States) -> Floats:
    # Either the offered wait is longer than the limit, or patience ends before it: both are
    # positive, by (p + q) I(x; p, q) = p I(x; p + 1, q) + q I(x; p, q + 1).
    ahead = states.ahead + 1
    with np.errstate(divide="ignore", invalid="ignore"):
        before = special.betainc(ahead + 1, states.drain / states.theta, states.gone)
    before = before * states.impatient
    chance = states.gone * states.offered_longer + before
    chance = np.where(states.theta > 0, np.where(states.drain > 0, chance, states.gone), 0.0)
    return np.asarray(np.sum(states.waiting * chance, axis=1))
