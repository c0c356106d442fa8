"""The shapes of the tables that plan, workload and engines hand to one another.

Names are integers here: queue 0..Q-1 in the order of the scenario, group 0..G-1, agent 0..A-1 (group by
group). Times are ticks. A probability p is the integer `round(p * 2**32)`, compared with a 32-bit coin:
the event happens when `coin < threshold`.
"""

from dataclasses import dataclass, field, fields
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

CAMPAIGN: Final = np.dtype(
    [
        ("mode", np.int8),  # a place in MODES
        ("priority", np.int8),
        ("other_hour", np.bool_),
        ("attempts", np.int32),
        ("bands", np.int32),
        ("stages", np.int32),  # so many attempts have chances of their own; the last one's go on
        ("chance_first", np.int32),  # of its rows in `chance`, by band and then stage
        ("calling_first", np.int32),
        ("calling_last", np.int32),
        ("lead_first", np.int32),
        ("lead_last", np.int32),
        ("fortune_first", np.int64),  # of its rows in the leads' fortunes
        ("quota", np.int64),  # -1: none
        ("ratio", np.int64),  # thousandths
        ("cap", np.int64),  # millionths
    ]
)
"""Campaign c is known as queue Q + c in the call log, Q being the number of queues."""

MODES: Final = ("agent-first", "power", "predictive")

TIMES: Final = ("preview", "ring", "talk", "wrap", "wait")
"""Random durations of an attempt; each has a coin of its own in the lead's fortune."""

COURSE: Final = np.dtype(
    [
        ("again", np.bool_),
        *((f"{name}_first", np.int32) for name in TIMES),
        *((f"{name}_count", np.int32) for name in TIMES),
    ]
)
"""Of each campaign a row for each `Disposition`. A duration has its quantiles at quantile[first:]."""

CALLING: Final = np.dtype([("start", np.int64), ("end", np.int64), ("band", np.int32)])
"""When a campaign calls: by start, not overlapping; each piece within one band of hours."""

SWITCH: Final = np.dtype(
    [("tick", np.int64), ("what", np.int8), ("number", np.int32), ("value", np.int64)]
)
"""What changes by the clock; sorted by (tick, what, number), at most one each."""
TO_BAND: Final = 0
"""A campaign's band becomes `value`; -1: it does not call."""
TO_KEEP: Final = 1
"""A dialler keeps `value` agents idle."""

DIALLER: Final = np.dtype(
    [
        ("group", np.int32),
        ("campaign", np.int32),
        ("keep", np.int64),  # before the first SWITCH
        ("stop", np.int64),  # callers waiting; -1: no bound
    ]
)
"""Sorted by (group, campaign)."""

FORTUNE: Final = np.dtype([("outcome", np.uint32), *((name, np.uint32) for name in TIMES)])
"""Coins of one attempt."""

OUTCOMES: Final = 8
"""Dispositions that a coin decides: thresholds a row of `chance` has."""
KNOTS: Final = 10
"""A random duration has 2 ** KNOTS pieces between its quantiles; one that is constant has one value."""


def _none(kind: Any) -> npt.NDArray[Any]:
    array = np.empty(0, kind)
    array.flags.writeable = False
    return array


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """What an engine knows of the campaigns. All arrays are read-only; empty without campaigns."""

    campaign: npt.NDArray[Any] = field(default_factory=lambda: _none(CAMPAIGN))
    course: npt.NDArray[Any] = field(default_factory=lambda: _none(COURSE))
    calling: npt.NDArray[Any] = field(default_factory=lambda: _none(CALLING))
    switch: npt.NDArray[Any] = field(default_factory=lambda: _none(SWITCH))
    dialler: npt.NDArray[Any] = field(default_factory=lambda: _none(DIALLER))
    chance: npt.NDArray[np.int64] = field(default_factory=lambda: _none(np.int64))
    """Cumulative thresholds of the outcomes, `OUTCOMES` of them a row."""
    quantile: npt.NDArray[np.int64] = field(default_factory=lambda: _none(np.int64))
    """Ticks: a constant, or the quantiles between which durations lie evenly."""
    cell_quota: npt.NDArray[np.int64] = field(default_factory=lambda: _none(np.int64))

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return the arrays by name."""
        return {column.name: getattr(self, column.name) for column in fields(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Leads:
    """Everything random about the leads; empty without campaigns."""

    cell: npt.NDArray[np.int32] = field(default_factory=lambda: _none(np.int32))
    """Of each lead: its row of `cell_quota`, or -1."""
    callable: npt.NDArray[np.bool_] = field(default_factory=lambda: _none(np.bool_))
    """Of each lead: not on the do-not-call list."""
    fortune: npt.NDArray[Any] = field(default_factory=lambda: _none(FORTUNE))
    """`FORTUNE` rows: of each campaign the first attempts of all its leads, then the second ones, ..."""


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
    outbound: Outbound = field(default_factory=Outbound)


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
        return {column.name: getattr(self, column.name) for column in fields(self)}


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
    leads: Leads = field(default_factory=Leads)
    start: npt.NDArray[Any]
    """`START` rows: calls 0..k-1 are already there when the clock starts."""
