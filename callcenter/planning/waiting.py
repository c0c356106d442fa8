"""What a queueing formula answers: the usual measures, and the law of the wait behind them.

Arrays throughout: every field has the broadcast shape of the formula's inputs, and times are in
the unit that the inputs used (seconds, if rates were per second). A share of nothing, such as the
occupancy of no agents, is `nan`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, assert_never

import numpy as np
from numpy.typing import ArrayLike, NDArray

from callcenter.planning import arguments

Floats = NDArray[np.float64]


class WaitLaw(Protocol):
    """Three functions of a time that settle who waits how long; shares of all offered calls."""

    def answered_within(self, limit: Floats) -> Floats:
        """Return the share answered with a wait of at most `limit`."""
        ...

    def abandoned_within(self, limit: Floats) -> Floats:
        """Return the share that hangs up with a wait of at most `limit`."""
        ...

    def waited_longer(self, limit: Floats) -> Floats:
        """Return the share whose wait, answered or not, is above `limit`."""
        ...


class ServiceLevelDefinition(StrEnum):
    """Which calls count; T is the threshold, blocked calls are offered but never wait."""

    OFFERED = "answered within T / offered"
    """The strictest: blocked and abandoned calls all stay below the line."""

    ANSWERED = "answered within T / answered"
    """SL-A: abandoned calls are ignored, so it improves when callers give up."""

    FINISHED = "answered within T / (answered + abandoned)"
    """SL-B: the default of the wallboard."""

    LASTING = "answered within T / (offered - abandoned within S)"
    """SL-C: hang-ups within the short-abandon time S are ignored."""

    GONE = "(answered within T + abandoned within T) / offered"
    """SL-D: a fast hang-up counts as a success."""

    LATE = "answered within T / (answered + abandoned after T)"
    """SL-E: hang-ups within T are ignored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueMeasures:
    """Long-run measures of one queue, or of an array of queues."""

    arrival_rate: Floats
    """Offered calls per unit of time, blocked ones included."""

    agents: Floats
    """Agents, each serving one call at a time."""

    p_wait: Floats
    """Share of all offered calls that must wait, hang-ups among them; blocked calls do not wait."""

    p_abandon: Floats
    """Share of all offered calls that hang up while waiting."""

    p_block: Floats
    """Share of all offered calls that find every line taken."""

    mean_wait: Floats
    """Mean wait of all calls that got in, answered or not, zero waits included."""

    mean_wait_answered: Floats
    """Average speed of answer: mean wait of answered calls, zero waits included."""

    mean_queue: Floats
    """Mean number of callers waiting."""

    occupancy: Floats
    """Share of the agents' time spent on calls."""

    throughput: Floats
    """Answered calls per unit of time."""

    p_answered: Floats
    """Share of all offered calls that are answered in the end."""

    law: WaitLaw = field(repr=False)
    """The law of the wait behind the numbers."""

    @property
    def mean_wait_abandoned(self) -> Floats:
        """Mean time that the callers who hung up had waited."""
        given_up = self.mean_wait * (1 - self.p_block) - self.mean_wait_answered * self.p_answered
        return _ratio(given_up, self.p_abandon)

    @property
    def mean_busy(self) -> Floats:
        """Mean number of agents on a call."""
        return np.where(self.agents > 0, self.occupancy * self.agents, 0.0)

    def answered_within(self, limit: ArrayLike) -> Floats:
        """Return the share of all offered calls that are answered after at most `limit`."""
        return self.law.answered_within(arguments.threshold(limit, name="limit"))

    def abandoned_within(self, limit: ArrayLike) -> Floats:
        """Return the share of all offered calls that hang up after at most `limit`."""
        return self.law.abandoned_within(arguments.threshold(limit, name="limit"))

    def waited_longer(self, limit: ArrayLike) -> Floats:
        """Return the share of all offered calls that wait longer than `limit`, answered or not."""
        return self.law.waited_longer(arguments.threshold(limit, name="limit"))

    def service_level(
        self,
        threshold: ArrayLike,
        *,
        definition: ServiceLevelDefinition = ServiceLevelDefinition.OFFERED,
        short_abandon: ArrayLike = 5.0,
    ) -> Floats:
        """Return the service level under one definition; the boundary counts as in time.

        Args:
            threshold: The longest wait that is still in time.
            definition: Which calls count above and below the line.
            short_abandon: Only for `LASTING`: hang-ups up to here are ignored.
        """
        good = self.answered_within(threshold)
        match definition:
            case ServiceLevelDefinition.OFFERED:
                return good
            case ServiceLevelDefinition.ANSWERED:
                return _ratio(good, self.p_answered)
            case ServiceLevelDefinition.FINISHED:
                return _ratio(good, 1 - self.p_block)
            case ServiceLevelDefinition.LASTING:
                return _ratio(good, 1 - self.abandoned_within(short_abandon))
            case ServiceLevelDefinition.GONE:
                return good + self.abandoned_within(threshold)
            case ServiceLevelDefinition.LATE:
                late = np.maximum(self.p_abandon - self.abandoned_within(threshold), 0.0)
                return _ratio(good, self.p_answered + late)
            case _:
                assert_never(definition)

    def wait_percentile_answered(self, share: ArrayLike) -> Floats:
        """Return the wait that `share` of the answered calls do not exceed."""
        wanted = arguments.share(share, name="share") * self.p_answered
        return _quantile(self.law.answered_within, wanted, self._time_scale())

    def wait_percentile(self, share: ArrayLike) -> Floats:
        """Return the wait that `share` of all calls that got in do not exceed, answered or not."""
        kept = (1 - arguments.share(share, name="share")) * (1 - self.p_block)
        return _quantile(lambda t: -self.law.waited_longer(t), -kept, self._time_scale())

    def _time_scale(self) -> Floats:
        wait = np.where(np.isfinite(self.mean_wait), self.mean_wait, 0.0)
        return np.maximum(wait, 1e-9)


def _ratio(top: Floats, bottom: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(bottom > 0, top / bottom, np.nan)


def _quantile(rising: Callable[[Floats], Floats], wanted: Floats, scale: Floats) -> Floats:
    """Return the least time at which `rising` reaches `wanted`; infinity if it never does."""
    low = np.zeros(np.broadcast_shapes(wanted.shape, scale.shape))
    high = low + scale
    at_once = rising(low) >= wanted
    for _ in range(200):
        short = rising(high) < wanted
        if not np.any(short & (high < 1e15 * scale)):
            break
        low = np.where(short, high, low)
        high = np.where(short, 2 * high, high)
    never = rising(high) < wanted
    for _ in range(60):
        middle = 0.5 * (low + high)
        short = rising(middle) < wanted
        low = np.where(short, middle, low)
        high = np.where(short, high, middle)
    return np.where(at_once, 0.0, np.where(never, np.inf, high))
