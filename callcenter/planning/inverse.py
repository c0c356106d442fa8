"""From a goal back to agents: the fewest that meet it.

Every measure here gets better, or stays, with one agent more, so the fewest that meet a goal are
found by doubling and halving over whole arrays at once: some twenty evaluations of a formula for
any number of periods.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from callcenter.planning import arguments
from callcenter.planning.erlang import erlang_a, erlang_b
from callcenter.planning.finite import finite_queue
from callcenter.planning.waiting import QueueMeasures, ServiceLevelDefinition

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

_MOST: Final = 2**40
_ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What must hold, all of it; `None` asks for nothing. Boundaries are met by equality."""

    service_level: float | None = None
    """Least service level, 0 to 1; needs `within`."""

    within: float | None = None
    """Threshold of the service level, in the formula's unit of time."""

    definition: ServiceLevelDefinition = ServiceLevelDefinition.OFFERED
    """Which calls count in the service level."""

    short_abandon: float = 5.0
    """Only for the definition `LASTING`."""

    mean_wait_answered: float | None = None
    """Most average speed of answer."""

    mean_wait: float | None = None
    """Most mean wait of all calls that got in."""

    p_wait: float | None = None
    """Most share that has to wait."""

    p_abandon: float | None = None
    """Most share that hangs up."""

    p_block: float | None = None
    """Most share that finds every line taken."""

    occupancy: float | None = None
    """Most share of the agents' time on calls."""

    def __post_init__(self) -> None:
        """Refuse a goal that asks for nothing, or for half of something."""
        if (self.service_level is None) != (self.within is None):
            raise arguments.refuse(
                "within", expected="given exactly when service_level is", got=self.within
            )
        for name in ("service_level", "p_wait", "p_abandon", "p_block", "occupancy"):
            if getattr(self, name) is not None:
                arguments.share(getattr(self, name), name=name)
        for name in ("within", "mean_wait", "mean_wait_answered"):
            if getattr(self, name) is not None:
                arguments.threshold(getattr(self, name), name=name)
        if all(getattr(self, name) is None for name in (*_CEILINGS, "service_level")):
            raise arguments.refuse("goal", expected="at least one bound", got=self)

    def met(self, measures: QueueMeasures) -> NDArray[np.bool_]:
        """Return where the measures meet the goal; a measure of nothing (`nan`) does not."""
        good = np.ones(measures.p_wait.shape, dtype=np.bool_)
        for name in _CEILINGS:
            ceiling = getattr(self, name)
            if ceiling is not None:
                good &= getattr(measures, name) <= ceiling
        if self.service_level is not None and self.within is not None:
            reached = measures.service_level(
                self.within, definition=self.definition, short_abandon=self.short_abandon
            )
            good &= reached >= self.service_level
        return good


_CEILINGS: Final = (
    "mean_wait_answered",
    "mean_wait",
    "p_wait",
    "p_abandon",
    "p_block",
    "occupancy",
)


def agents_needed(
    arrival_rate: ArrayLike,
    *,
    mean_handling: ArrayLike,
    goal: Goal,
    mean_patience: ArrayLike = np.inf,
) -> Counts:
    """Return the fewest agents of Erlang A that meet the goal, of Erlang C for endless patience.

    A period without calls needs nobody.
    """
    rate, handling, patience = np.broadcast_arrays(
        arguments.rate(arrival_rate, name="arrival_rate"),
        arguments.duration(mean_handling, name="mean_handling"),
        arguments.patience_mean(mean_patience, name="mean_patience"),
    )

    def evaluate(agents: Floats) -> QueueMeasures:
        return erlang_a(rate, mean_handling=handling, mean_patience=patience, agents=agents)

    return fewest_agents(evaluate, goal=goal, offered_load=rate * handling)


def agents_needed_without_waiting(
    arrival_rate: ArrayLike, *, mean_handling: ArrayLike, goal: Goal
) -> Counts:
    """Return the fewest agents, or trunks, of Erlang B that meet the goal, such as a blocking."""
    rate, handling = np.broadcast_arrays(
        arguments.rate(arrival_rate, name="arrival_rate"),
        arguments.duration(mean_handling, name="mean_handling"),
    )
    return fewest_agents(
        lambda agents: erlang_b(rate, mean_handling=handling, agents=agents),
        goal=goal,
        offered_load=rate * handling,
    )


def agents_needed_with_places(
    arrival_rate: ArrayLike,
    *,
    mean_handling: ArrayLike,
    places: ArrayLike,
    goal: Goal,
    mean_patience: ArrayLike = np.inf,
) -> Counts:
    """Return the fewest agents that meet the goal when at most `places` callers can wait."""
    rate, handling, patience, room = np.broadcast_arrays(
        arguments.rate(arrival_rate, name="arrival_rate"),
        arguments.duration(mean_handling, name="mean_handling"),
        arguments.patience_mean(mean_patience, name="mean_patience"),
        arguments.count(places, name="places"),
    )

    def evaluate(agents: Floats) -> QueueMeasures:
        return finite_queue(
            rate, mean_handling=handling, mean_patience=patience, agents=agents, lines=agents + room
        )

    return fewest_agents(evaluate, goal=goal, offered_load=rate * handling)


def fewest_agents(
    evaluate: Callable[[Floats], QueueMeasures], *, goal: Goal, offered_load: Floats
) -> Counts:
    """Return the fewest agents for which `evaluate` meets the goal, searched over whole arrays.

    Args:
        evaluate: Measures for an array of agents of the shape of `offered_load`; whatever the
            goal bounds must improve with agents.
        goal: What must hold.
        offered_load: Mean handling time arriving per unit of time: where the search begins.

    Raises:
        ValueError: No number of agents up to 2**40 meets the goal.
    """
    idle = offered_load == 0
    missed = np.full(offered_load.shape, -1.0)
    enough = np.where(idle, 0.0, np.ceil(offered_load) + 1)
    while not np.all(reached := idle | goal.met(evaluate(enough))):
        if np.max(enough) > _MOST:
            raise arguments.refuse(
                "goal", expected="a bound that some number of agents meets", got=goal
            )
        missed = np.where(reached, missed, enough)
        enough = np.where(reached, enough, 2 * enough + 1)
    missed = np.where(idle, -1.0, missed)
    while np.any(enough - missed > 1):
        middle = np.floor(0.5 * (missed + enough))
        trial = np.maximum(middle, 0.0)
        reached = (enough - missed > 1) & goal.met(evaluate(trial))
        missed = np.where(reached | (enough - missed <= 1), missed, middle)
        enough = np.where(reached, middle, enough)
    return enough.astype(np.int64)


def with_shrinkage(agents: ArrayLike, *, shrinkage: ArrayLike) -> Counts:
    """Return whom to schedule so that `agents` are at work when a share `shrinkage` is not.

    Rounds up, but not because of the last bit: 14 at 30% are 20, not 21.
    """
    present = arguments.count(agents, name="agents")
    away = arguments.share(shrinkage, name="shrinkage")
    if np.any(away >= 1):
        raise arguments.refuse("shrinkage", expected="a share below 1", got=shrinkage)
    scheduled = present / (1 - away)
    return np.ceil(scheduled * (1 - _ROUNDING)).astype(np.int64)
