"""What measures must know of a centre beside its logs: names, days, doors, targets, money.

A frame is built once and serves all replications of a run; what follows from it is computed once.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from callcenter.clock import DAY, HOUR, MINUTE, Tick
from callcenter.domain.agents import AgentState
from callcenter.domain.targets import Definition, ServiceTarget
from callcenter.measures.opinion import Opinion

Period = tuple[Tick, Tick]
"""From a tick on, until before another."""

PAID = frozenset(
    {
        AgentState.AVAILABLE,
        AgentState.BREAK,
        AgentState.MEETING,
        AgentState.TRAINING,
        AgentState.AWAY,
    }
)
"""States that shift time is paid for unless a frame says otherwise; lunch is the agent's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """What the measured time costs, in one currency."""

    currency: str = "KRW"
    fixed: float = 0.0
    """Contract price and line rent that fall to the measured time."""
    per_line_minute: float = 0.0
    """For each minute a caller holds a line: from the line on, or from the answer of a call-back."""
    wage_per_hour: tuple[float, ...] = ()
    """For each group, in order, per paid hour; empty for none."""


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The centre as measures see it. Queues, groups and agents are numbered as in the logs."""

    queues: tuple[str, ...]
    groups: tuple[str, ...]
    agent_group: tuple[int, ...]
    """The group of each agent."""
    days: tuple[date, ...]
    """Day k holds the ticks from k * DAY on."""
    opening: tuple[tuple[Period, ...], ...]
    """Of each queue: when its doors are open, ascending, not touching the next."""
    targets: tuple[ServiceTarget, ...]
    """Of each queue."""
    campaigns: tuple[str, ...] = ()
    """Whose attempts are legs of kind `OUTBOUND`; in the logs campaign c is the queue behind the last + c."""
    calling: tuple[tuple[Period, ...], ...] = ()
    """Of each campaign: when it may call."""
    without_attempts: bool = False
    """Leave legs of kind `OUTBOUND` that were in no queue out of the calls, though no campaign is named."""
    interval: Tick = 30 * MINUTE
    warm_up: Tick = 0
    """What happens before this is not measured."""
    until: Tick | None = None
    """What happens from here on is not measured; `None`: all days are. On a live board: now."""
    money: Money | None = None
    paid: frozenset[AgentState] = field(default=PAID)
    opinion: Opinion | None = None
    """What served callers would say; `None`: nobody asks."""

    def __post_init__(self) -> None:
        """Refuse a frame that contradicts itself: a programmer's error."""
        assert len(self.opening) == len(self.targets) == len(self.queues), "one each per queue"
        assert len(self.calling) == len(self.campaigns), "calling hours of each campaign"
        assert self.interval > 0, f"expected a positive interval, got {self.interval!r}"
        assert DAY % self.interval == 0, f"expected a divisor of a day, got {self.interval!r}"
        assert 0 <= self.warm_up <= self.horizon, "expected 0 <= warm_up <= until"
        assert self.horizon <= len(self.days) * DAY, "expected until within the days"
        assert all(0 <= group < len(self.groups) for group in self.agent_group), "unknown group"

    @property
    def horizon(self) -> Tick:
        """Where measuring ends."""
        return len(self.days) * DAY if self.until is None else self.until

    @property
    def called(self) -> tuple[str, ...]:
        """Names of what the logs have in their column `queue`: queues, then campaigns."""
        return (*self.queues, *self.campaigns)

    @property
    def slots(self) -> int:
        """Number of intervals in a day."""
        return DAY // self.interval

    @cached_property
    def open_days(self) -> int:
        """Number of days on which any queue opens its doors."""
        return len(
            {
                day
                for periods in self.opening
                for start, end in periods
                for day in range(start // DAY, -(-end // DAY))
            }
        )

    @cached_property
    def calling_days(self) -> NDArray[np.bool_]:
        """Whether each campaign may call on each day in the measured time, [day, campaign]."""
        found = np.zeros((len(self.days), len(self.campaigns)), np.bool_)
        for number, periods in enumerate(self.calling):
            for start, end in periods:
                low, high = max(start, self.warm_up), min(end, self.horizon)
                if low < high:
                    found[low // DAY : -(-high // DAY), number] = True
        return found

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Start of each interval of the day, such as `10:30`."""
        starts = range(0, DAY, self.interval)
        return tuple(f"{tick // HOUR:02d}:{tick % HOUR // MINUTE:02d}" for tick in starts)

    @cached_property
    def definition(self) -> Definition:
        """The definition of service level all queues share, or SL-B if they differ."""
        chosen = {target.definition for target in self.targets}
        return chosen.pop() if len(chosen) == 1 else Definition.B

    @cached_property
    def within(self) -> NDArray[np.int64]:
        """Threshold T of each queue."""
        return np.array([target.within for target in self.targets], dtype=np.int64)

    @cached_property
    def short(self) -> NDArray[np.int64]:
        """Short-abandon limit S of each queue."""
        return np.array([target.short for target in self.targets], dtype=np.int64)

    @cached_property
    def groups_of_agents(self) -> NDArray[np.int64]:
        """The group of each agent, as an array."""
        return np.array(self.agent_group, dtype=np.int64)

    @cached_property
    def open_by_slot(self) -> NDArray[np.float64]:
        """Ticks open and measured: rows are the queues and, last, any of them; columns day x interval."""
        unions = (*self.opening, tuple(_union([p for periods in self.opening for p in periods])))
        return np.array([self._spread(periods) for periods in unions])

    def _spread(self, periods: tuple[Period, ...]) -> NDArray[np.float64]:
        edges = np.arange(len(self.days) * self.slots + 1, dtype=np.int64) * self.interval
        clipped = np.array(periods, dtype=np.int64).reshape(-1, 2).clip(self.warm_up, self.horizon)
        starts, ends = np.sort(clipped[:, 0]), np.sort(clipped[:, 1])
        return np.diff(_elapsed(starts, at=edges) - _elapsed(ends, at=edges))


def _elapsed(moments: NDArray[np.int64], *, at: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the summed time since each of the moments that lie before, for every tick of `at`."""
    before = np.searchsorted(moments, at)
    sums = np.concatenate(([0], np.cumsum(moments)))
    return (before * at - sums[before]).astype(np.float64)


def _union(periods: list[Period]) -> list[Period]:
    merged: list[Period] = []
    for start, end in sorted(periods):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
