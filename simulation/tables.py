"""The shapes of the tables that plan, workload and engines hand to one another.

Names are integers here: queue 0..Q-1 in the order of the scenario, group 0..G-1, agent 0..A-1 (group by
group). Times are ticks. A probability p is the integer `round(p * 2**32)`, compared with a 32-bit coin:
the event happens when `coin < threshold`.
"""

from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
import numpy.typing as npt

CERTAIN: Final = 1 << 32
"""Threshold of a certain event; every coin lies below it."""

DURATIONS: Final = (
    "ivr",
    "patience",
    "ring",
    "talk",
    "hold",
    "wrap",
    "redial_delay",
    "repeat_delay",
    "callback_delay",
    "dial",
)
"""Random durations of a leg, in ticks. Each is a constant of the queue or a column of the fates."""

COINS: Final = (
    "self_service",
    "balk",
    "redial",
    "accept",
    "reached",
    "transfer",
    "resolved",
    "repeat",
    "choice",
)
"""32-bit coins of a leg; absent (all zero) where no queue needs them."""

QUEUE: Final = np.dtype(
    [
        ("limit", np.int64),  # waiting callers allowed; -1 without limit
        ("lines", np.int16),  # bundle of trunk lines; -1 none
        ("ageing", np.int64),  # ticks one priority level is worth; 0 = strict priority
        ("serve_at_closing", np.bool_),
        ("self_service", np.int64),
        ("redial_abandon", np.int64),
        ("redial_busy", np.int64),
        ("redial_max", np.int32),
        ("resolved", np.int64),  # threshold of being settled
        ("repeat", np.int64),  # of calling again if not
        ("repeat_max", np.int32),
        ("offer_after", np.int64),  # NEVER: no call-back is offered
        ("accept", np.int64),
        ("slot", np.bool_),  # called in a slot; else keeps its place
        ("reached", np.int64),
        ("balk_by_wait", np.bool_),  # steps are announced waits; else queue lengths
        ("balk_first", np.int32),  # steps of this queue: balk_from[first:last], balk_p[first:last]
        ("balk_last", np.int32),
        ("handling", np.int64),  # mean handling time, for the announced wait
        ("transfer_first", np.int32),
        ("transfer_last", np.int32),
        ("weight", np.int64),
        ("door_first", np.int32),  # opening hours: door_open[first:last], door_close[first:last]
        ("door_last", np.int32),
        ("taker_first", np.int32),  # skills by call rank: taker[first:last]
        ("taker_last", np.int32),
        ("alarm_first", np.int32),  # distinct overflow delays: alarm[first:last]
        ("alarm_last", np.int32),
        *((name, np.int64) for name in DURATIONS),  # the constant, where there is no column
    ]
)

SKILL: Final = np.dtype(
    [
        ("group", np.int32),
        ("queue", np.int32),
        ("rank", np.int32),
        ("call_rank", np.int32),
        ("speed", np.int64),  # handling time in millionths of the fate's
        ("after", np.int64),
        ("when_waiting", np.int64),
        ("busy_group", np.int32),  # -1: no such condition
        ("busy_share", np.int64),  # thousandths
        ("leave_free", np.int64),
    ]
)
"""Sorted by (group, rank, queue)."""

GROUP: Final = np.dtype(
    [
        ("first_agent", np.int32),
        ("headcount", np.int32),
        ("chooses", np.int8),
        ("weighted", np.bool_),
        ("hand_back", np.bool_),
        ("seats", np.bool_),  # the roster wants a number of agents, whoever they are
        ("conditional", np.bool_),  # some skill has a condition
        ("skill_first", np.int32),
        ("skill_last", np.int32),
    ]
)

GATE: Final = np.dtype([("tick", np.int64), ("queue", np.int32), ("opens", np.bool_)])
"""Sorted by (tick, closes before opens, queue)."""

MOVE: Final = np.dtype([("tick", np.int64), ("agent", np.int32), ("state", np.int8)])
"""What the roster wants of an agent from this tick on; sorted by (tick, agent), at most one each.

In a group with `seats` the agent's number is that of the seat.
"""

START: Final = np.dtype(
    [
        ("progress", np.int8),
        ("agent", np.int32),
        ("since", np.int64),  # queued, answered or ended, by progress
    ]
)

CHOICES: Final = ("longest-idle", "least-occupied", "ordered", "random")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """What an engine knows of the centre. All arrays are read-only."""

    queue: npt.NDArray[Any]
    skill: npt.NDArray[Any]
    group: npt.NDArray[Any]
    gate: npt.NDArray[Any]
    agent_group: npt.NDArray[np.int32]
    lines: npt.NDArray[np.int64]
    """Capacity of each bundle of trunk lines."""
    taker: npt.NDArray[np.int32]
    """Rows of `skill`, for each queue by (call rank, group)."""
    alarm: npt.NDArray[np.int64]
    balk_from: npt.NDArray[np.int64]
    """From so many waiting (or so long an announced wait) on ..."""
    balk_p: npt.NDArray[np.int64]
    """... callers balk below this threshold."""
    transfer_to: npt.NDArray[np.int32]
    transfer_p: npt.NDArray[np.int64]
    """Cumulative thresholds: the first one above the coin names the next queue."""
    door_open: npt.NDArray[np.int64]
    door_close: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fates:
    """What each leg would live through: columns of ticks, coins and priority, one row a leg.

    Rows 0..n-1 are the first legs of the n calls, by arrival. Behind them lie spare rows for later
    legs of whatever call, queue by queue. A column is empty where a constant (durations) or zero
    (coins, priority) serves.
    """

    priority: npt.NDArray[np.int8]
    ivr: npt.NDArray[np.int64]
    patience: npt.NDArray[np.int64]
    ring: npt.NDArray[np.int64]
    talk: npt.NDArray[np.int64]
    hold: npt.NDArray[np.int64]
    wrap: npt.NDArray[np.int64]
    redial_delay: npt.NDArray[np.int64]
    repeat_delay: npt.NDArray[np.int64]
    callback_delay: npt.NDArray[np.int64]
    dial: npt.NDArray[np.int64]
    self_service: npt.NDArray[np.uint32]
    balk: npt.NDArray[np.uint32]
    redial: npt.NDArray[np.uint32]
    accept: npt.NDArray[np.uint32]
    reached: npt.NDArray[np.uint32]
    transfer: npt.NDArray[np.uint32]
    resolved: npt.NDArray[np.uint32]
    repeat: npt.NDArray[np.uint32]
    choice: npt.NDArray[np.uint32]

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return the columns by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """Everything random about a run, drawn before its clock starts."""

    start_tick: int
    """Where the clock starts; 0 unless there is an initial state."""
    arrived: npt.NDArray[np.int64]
    """When each call reaches the line: ascending from row `len(start)` on."""
    queue: npt.NDArray[np.int16]
    """The queue each call dials."""
    fates: Fates
    spare_first: npt.NDArray[np.int32]
    """Per queue: the first of its spare fates ..."""
    spare_count: npt.NDArray[np.int32]
    """... and how many there are (at least 1 wherever a later leg can come about)."""
    moves: npt.NDArray[Any]
    """`MOVE` rows."""
    start: npt.NDArray[Any]
    """`START` rows: calls 0..k-1 are already there when the clock starts."""
