"""Erlang's formulas in closed form: loss (B), delay (C), delay with impatience (A).

Poisson arrivals, exponential handling times, first come first served. Rates are per second or per
any other unit, means and thresholds in that same unit. Inputs broadcast, so one call fills a table
of periods by agents. Nothing here sums over states: Erlang B is an integral of Fortet's, Erlang A
that of Zeltyn and Mandelbaum for exponential patience, and both are taken to rounding, so five
agents and five thousand cost the same.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from callcenter.planning import arguments, quadrature
from callcenter.planning.waiting import QueueMeasures

Floats = NDArray[np.float64]


def erlang_b(
    arrival_rate: ArrayLike, *, mean_handling: ArrayLike, agents: ArrayLike
) -> QueueMeasures:
    """Measure M/M/c/c: a call that finds no free agent is lost and does not come back.

    `B(c, A) = (A**c / c!) / sum(A**n / n! for n in 0..c)` with `A = arrival_rate * mean_handling`;
    holds for any handling time distribution. Source: Erlang 1917; the integral
    `1 / B = integral of A * exp(-A x) * (1 + x)**c` is Fortet's (Jagerman 1974).
    """
    rate = arguments.rate(arrival_rate, name="arrival_rate")
    handling = arguments.duration(mean_handling, name="mean_handling")
    rate, handling, count = np.broadcast_arrays(
        rate, handling, arguments.count(agents, name="agents")
    )
    blocked = np.exp(-log_inverse_blocking(rate * handling, agents=count))
    served = _complement_of_blocking(rate * handling, count, blocked)
    nothing = np.zeros(rate.shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        occupancy = rate * served * handling / count
    return QueueMeasures(
        arrival_rate=rate,
        agents=count,
        p_wait=nothing,
        p_abandon=nothing,
        p_block=blocked,
        mean_wait=np.where(blocked < 1, nothing, np.nan),
        mean_wait_answered=np.where(served > 0, nothing, np.nan),
        mean_queue=nothing,
        occupancy=np.where(count > 0, occupancy, np.nan),
        throughput=rate * served,
        p_answered=served,
        law=_NoWait(p_answered=served),
    )


def erlang_c(
    arrival_rate: ArrayLike, *, mean_handling: ArrayLike, agents: ArrayLike
) -> QueueMeasures:
    """Measure M/M/c: everybody waits until answered, however long.

    With `A = arrival_rate * mean_handling` and `B` Erlang's loss formula,
    `P(wait) = B / (1 - (A / c) * (1 - B))` and
    `P(wait > t) = P(wait) * exp(-(c / mean_handling - arrival_rate) * t)`. From `A >= c` on no
    long run exists: service level 0, wait and queue infinite, agents fully occupied, throughput
    what they can do. Source: Erlang 1917; Gross and Harris, section 2.3.
    """
    return erlang_a(arrival_rate, mean_handling=mean_handling, mean_patience=np.inf, agents=agents)


def erlang_a(
    arrival_rate: ArrayLike,
    *,
    mean_handling: ArrayLike,
    mean_patience: ArrayLike,
    agents: ArrayLike,
) -> QueueMeasures:
    """Measure M/M/c+M: waiting callers hang up after an exponential patience.

    With `m = c / mean_handling`, `theta = 1 / mean_patience` and
    `h(x) = (1 - exp(-theta x)) / theta`, the wait that is offered to a call (what a caller of
    endless patience would wait) has density proportional to `exp(arrival_rate * h(x) - m * x)` on
    `x > 0`; `1 / P(wait) = 1 + 1 / (B(c - 1, A) * arrival_rate * J)` where `J` is its integral. An
    offered wait of `x` is answered with probability `exp(-theta x)`. Stable under any load; no
    agents means that everybody hangs up. Source: Baccelli and Hebuterne 1981; Zeltyn and
    Mandelbaum 2005, section 3; Garnett, Mandelbaum and Reiman 2002.

    Args:
        arrival_rate: Calls per unit of time. Zero asks what a lone call would meet.
        mean_handling: Mean time an agent is taken by a call, wrap-up included.
        mean_patience: Mean time a caller is ready to wait; infinity gives Erlang C.
        agents: Agents at work.
    """
    rate = arguments.rate(arrival_rate, name="arrival_rate")
    handling = arguments.duration(mean_handling, name="mean_handling")
    patience = arguments.patience_mean(mean_patience, name="mean_patience")
    count = arguments.count(agents, name="agents")
    queue = _Impatient.build(*np.broadcast_arrays(rate, 1 / handling, 1 / patience, count))
    return queue.measures()


def log_inverse_blocking(offered_load: Floats, *, agents: Floats) -> Floats:
    """Return `log(1 / B(agents, offered_load))`; infinity where nothing can be blocked."""
    load, count = np.broadcast_arrays(offered_load, agents)
    some = (load > 0) & (count > 0)
    safe_load, safe_count = np.where(some, load, 1.0), np.where(some, count, 1.0)
    peak = np.maximum(safe_count / safe_load, 1.0)
    fall = np.maximum(safe_load - safe_count, 0.0)
    right = quadrature.positive_root(fall + 0.5 * safe_count, fall - quadrature.DROP)
    for _ in range(3):
        lost = fall * right + safe_count * (right - np.log1p(right))
        slope = fall + safe_count * right / (1 + right)
        right = right - np.maximum(lost - quadrature.DROP, 0.0) / slope
    left = np.minimum(np.sqrt(2 * quadrature.DROP / safe_count), 1 - 1 / peak)
    step, weights = quadrature.nodes_between(-left, right, np.full(load.shape, np.inf))
    exponent = safe_count[..., None] * np.log1p(step) - (safe_load * peak)[..., None] * step
    area = np.log(safe_load * peak * np.sum(weights * np.exp(exponent), axis=-1))
    value = area + safe_count * np.log(peak) - safe_load * (peak - 1)
    return np.where(some, value, np.where(count > 0, np.inf, 0.0))


def _complement_of_blocking(load: Floats, agents: Floats, blocked: Floats) -> Floats:
    # 1 - B cancels in deep overload; B(c) = A B(c-1) / (c + A B(c-1)) gives it without.
    before = load * np.exp(-log_inverse_blocking(load, agents=np.maximum(agents - 1, 0.0)))
    with np.errstate(invalid="ignore"):
        return np.where(agents > 0, agents / (agents + before), 1 - blocked)


@dataclass(frozen=True, slots=True, kw_only=True)
class _NoWait:
    p_answered: Floats

    def answered_within(self, limit: Floats) -> Floats:
        return self.p_answered + np.zeros(limit.shape)

    def abandoned_within(self, limit: Floats) -> Floats:
        return np.zeros(np.broadcast_shapes(limit.shape, self.p_answered.shape))

    def waited_longer(self, limit: Floats) -> Floats:
        return np.zeros(np.broadcast_shapes(limit.shape, self.p_answered.shape))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Impatient:
    """The offered wait of M/M/c+M; the fields `rate` to `theta` are harmless where unsettled."""

    rate: Floats
    drain: Floats
    theta: Floats
    agents: Floats
    endless: NDArray[np.bool_]
    """No agents, or too few for callers of endless patience: the offered wait is infinite."""
    true_rate: Floats
    service_rate: Floats
    rule: quadrature.Rule
    area: Floats
    p_wait: Floats
    p_at_once: Floats

    @classmethod
    def build(
        cls, rate: Floats, service_rate: Floats, theta: Floats, agents: Floats
    ) -> "_Impatient":
        drain = agents * service_rate
        endless = (agents == 0) | ((theta == 0) & (rate >= drain))
        calm = np.where(endless, 0.5 * service_rate, rate)
        served = np.where(agents == 0, 1.0, agents) * service_rate
        rule = quadrature.offered_wait_rule(
            calm, served, theta, lower=np.zeros(rate.shape), upper=np.full(rate.shape, np.inf)
        )
        area = rule.total()
        log_free = log_inverse_blocking(calm / service_rate, agents=np.maximum(agents - 1, 0.0))
        top = calm * quadrature.spent(theta, rule.base) - served * rule.base
        with np.errstate(divide="ignore"):
            odds = np.log(calm) + np.log(area) + top - log_free
        return cls(
            rate=calm,
            drain=served,
            theta=theta,
            agents=agents,
            endless=endless,
            true_rate=rate,
            service_rate=service_rate,
            rule=rule,
            area=area,
            p_wait=np.where(endless, 1.0, special.expit(odds)),
            p_at_once=np.where(endless, 0.0, special.expit(-odds)),
        )

    def measures(self) -> QueueMeasures:
        wait = self.rule.base[..., None] + self.rule.offset
        theta = self.theta[..., None]
        used = quadrature.spent(theta, wait)
        kept = np.exp(-theta * wait)
        with np.errstate(divide="ignore"):
            mean_patience = 1 / self.theta
        mean_wait = np.where(self.endless, mean_patience, self.p_wait * self._average(used))
        patient = self.p_at_once + self.p_wait * self._average(kept)
        calm_wait = np.where(self.endless, 0.0, mean_wait)
        hung_up = np.where(self.endless, self.theta > 0, self.theta * calm_wait)
        swamped = self.endless & (self.theta == 0)
        capacity = self.agents * self.service_rate
        with np.errstate(divide="ignore", invalid="ignore"):
            limited = np.where(self.true_rate > 0, capacity / self.true_rate, 0.0)
            answered = np.where(self.endless, np.where(swamped, limited, 0.0), patient)
            wait_answered = self.p_wait * self._average(wait * kept) / patient
            occupancy = self.true_rate * answered / capacity
        return QueueMeasures(
            arrival_rate=self.true_rate,
            agents=self.agents,
            p_wait=self.p_wait,
            p_abandon=hung_up,
            p_block=np.zeros(self.rate.shape),
            mean_wait=mean_wait,
            mean_wait_answered=np.where(
                self.endless, np.where(swamped, np.inf, np.nan), wait_answered
            ),
            mean_queue=np.where(self.true_rate > 0, self._queue(mean_wait), 0.0),
            occupancy=np.where(self.agents > 0, occupancy, np.nan),
            throughput=self.true_rate * answered,
            p_answered=answered,
            law=self,
        )

    def answered_within(self, limit: Floats) -> Floats:
        # An offered wait x <= limit, and the patience to see it through.
        share = self._part(np.zeros(()), limit, kept=True)
        return np.where(self.endless, 0.0, self.p_at_once + self.p_wait * share)

    def abandoned_within(self, limit: Floats) -> Floats:
        # Patience ends by `limit` and before the offered wait does.
        theta, limit = np.broadcast_arrays(self.theta, limit)
        inside = self._part(np.zeros(()), limit, hung_up=True)
        gone = -np.expm1(-theta * np.where(theta > 0, limit, 0.0))
        share = inside + gone * self._part(limit, np.full((), np.inf))
        return np.asarray(np.where(self.endless, gone, self.p_wait * share))

    def waited_longer(self, limit: Floats) -> Floats:
        theta, limit = np.broadcast_arrays(self.theta, limit)
        patient = np.exp(-theta * np.where(theta > 0, limit, 0.0))
        share = self.p_wait * self._part(limit, np.full((), np.inf))
        return np.asarray(np.where(self.endless, 1.0, share) * patient)

    def _queue(self, mean_wait: Floats) -> Floats:
        with np.errstate(invalid="ignore"):
            return self.true_rate * mean_wait

    def _average(self, weight: Floats) -> Floats:
        return self.rule.total(weight) / self.area

    def _part(
        self, lower: Floats, upper: Floats, *, kept: bool = False, hung_up: bool = False
    ) -> Floats:
        """Return how much of the offered wait of waiting calls lies between two times.

        Args:
            lower: From here.
            upper: To here.
            kept: Only the callers still patient enough at their offered wait.
            hung_up: Only those no longer patient enough.
        """
        rate, drain, theta, base, area, low, high = np.broadcast_arrays(
            self.rate, self.drain, self.theta, self.rule.base, self.area, lower, upper
        )
        empty = ~(low < high)
        low, high = np.where(empty, 0.0, low), np.where(empty, 1.0, high)
        rule = quadrature.offered_wait_rule(rate, drain, theta, lower=low, upper=high)
        weight: Floats | float = 1.0
        if kept:
            weight = np.exp(-theta[..., None] * (rule.base[..., None] + rule.offset))
        if hung_up:
            weight = -np.expm1(-theta[..., None] * (rule.base[..., None] + rule.offset))
        moved = quadrature.rise(rate, drain, theta, start=base, end=rule.base)
        return np.where(empty, 0.0, rule.total(weight) * np.exp(moved) / area)
