"""What the plan hands to the workload: who may come when, and who should be at work when.

Everything is in ticks from midnight of the first day of the calendar.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from callcenter.clock import Tick
from simulation.scenario.people import Breakdown, Shrinkage
from simulation.scenario.variate_specs import Variate

SEGMENT: Final = np.dtype(
    [
        ("day", np.int32),
        ("start", np.int64),
        ("end", np.int64),
        ("rate_start", np.float64),  # callers per tick at `start` ...
        ("rate_end", np.float64),  # ... and at `end`, a straight line between
    ]
)
COUNT: Final = np.dtype(
    [("day", np.int32), ("start", np.int64), ("end", np.int64), ("count", np.int64)]
)
STINT: Final = np.dtype([("agent", np.int32), ("start", np.int64), ("end", np.int64)])
"""One agent's shift of one day; by (agent, start), never overlapping."""
REST: Final = np.dtype(
    [("agent", np.int32), ("start", np.int64), ("end", np.int64), ("state", np.int8)]
)
"""Planned time off within stints; by (agent, start), never overlapping."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateSource:
    """A Poisson stream."""

    segments: npt.NDArray[Any]
    """`SEGMENT` rows by (day, start)."""
    busyness: str | None
    busyness_shape: float
    """Shape k of the day's gamma(k, mean 1) factor; 0 without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountSource:
    """Exact numbers."""

    counts: npt.NDArray[Any]
    """`COUNT` rows by (day, start)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentSource:
    """Appointments, one entry a person expected, ascending; `day` beside it."""

    at: npt.NDArray[np.int64]
    day: npt.NDArray[np.int32]
    shows_up: float
    late_by: Variate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceSource:
    """Recorded arrivals, ascending, and what is known of each (`NONE` where unknown)."""

    arrived: npt.NDArray[np.int64]
    patience: npt.NDArray[np.int64] | None
    talk: npt.NDArray[np.int64] | None


Source = RateSource | CountSource | AppointmentSource | TraceSource | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueProgramme:
    """What has to be drawn for one queue."""

    name: str
    source: Source
    durations: Mapping[str, Variate]
    """Random durations by their name in `tables.DURATIONS`; constants are not among them."""
    coins: frozenset[str]
    """Which of `tables.COINS` its legs may need."""
    priorities: tuple[tuple[int, float], ...]
    """(level, share); one pair of share 1 where all are equal."""
    later_legs: bool
    """Whether a leg other than the first may enter this queue with a spare fate."""
    expected_later: float
    """How many such legs follow from transfers and repeat calls alone, on average."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupProgramme:
    """What has to be drawn for one group."""

    name: str
    agents: range
    absence: float
    shrinkage: Shrinkage | None
    breakdown: Breakdown | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignProgramme:
    """What has to be drawn for one campaign."""

    name: str
    leads: int
    attempts: int
    cells: tuple[float, ...]
    """Share of the leads in each cell; empty without cells."""
    first_cell: int
    """Row of its first cell in `cell_quota`."""
    do_not_call: float
    listed_cells: tuple[int, ...] = ()
    """Of each lead its place among `cells`, where a list says it."""
    barred: tuple[bool, ...] = ()
    """Of each lead, where a list says it: must not be called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """Everything the workload needs beside the seed."""

    days: int
    end: Tick
    """Midnight after the last day."""
    queues: tuple[QueueProgramme, ...]
    groups: tuple[GroupProgramme, ...]
    campaigns: tuple[CampaignProgramme, ...] = ()
    stints: npt.NDArray[Any]
    rests: npt.NDArray[Any]
