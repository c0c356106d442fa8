"""The call log and the agent log: what both engines fill and everything downstream reads.

Columns, not rows: each field is one read-only numpy array, all of one length. A measure then touches
only the columns it needs (see docs/decisions/0001-columns-not-rows.md).
"""

from dataclasses import dataclass, fields
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

Int8 = npt.NDArray[np.int8]
Int16 = npt.NDArray[np.int16]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]

NONE: Final = -1
"""Stands for "not": no agent, not answered, not ended."""

CALL_COLUMNS: Final[dict[str, Any]] = {
    "call": np.int32,
    "fate": np.int32,
    "attempt": np.int16,
    "kind": np.int8,
    "queue": np.int16,
    "outcome": np.int8,
    "resolved": np.int8,
    "priority": np.int8,
    "group": np.int16,
    "agent": np.int32,
    "arrived": np.int64,
    "queued": np.int64,
    "assigned": np.int64,
    "answered": np.int64,
    "ended": np.int64,
    "wrapped": np.int64,
    "hold": np.int64,
}

AGENT_COLUMNS: Final[dict[str, Any]] = {
    "agent": np.int32,
    "state": np.int8,
    "start": np.int64,
    "end": np.int64,
}


class _Columns:
    """Shared behaviour of the two logs."""

    @classmethod
    def of(cls, **columns: npt.NDArray[Any]) -> Self:
        """Take arrays as they are and make them read-only."""
        for column in columns.values():
            column.flags.writeable = False
        return cls(**columns)

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return the columns by name, in their fixed order."""
        return {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(next(iter(self.columns().values())))

    def row(self, index: int) -> dict[str, int]:
        """Return one row, for people and messages."""
        return {name: int(column[index]) for name, column in self.columns().items()}

    def equals(self, other: Self) -> bool:
        """Say whether every column is equal to the last bit."""
        mine, theirs = self.columns(), other.columns()
        return all(np.array_equal(mine[name], theirs[name]) for name in mine)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLog(_Columns):
    """One row a leg, in the order in which legs came to be. Moments are ticks, `NONE` where not."""

    call: Int32
    """The citizen's concern: index of the first leg in the workload."""
    fate: Int32
    """Row of the workload's fates this leg lived by."""
    attempt: Int16
    """0 for the first leg of a call, 1 for the next, and so on."""
    kind: Int8
    """A `LegKind`."""
    queue: Int16
    outcome: Int8
    """An `Outcome`."""
    resolved: Int8
    """1 if answered and the concern was settled, 0 if answered and not, `NONE` if not answered."""
    priority: Int8
    group: Int16
    agent: Int32
    arrived: Int64
    """At the line (or, for a transfer, at the next queue)."""
    queued: Int64
    """Into the queue, after any IVR: from here on the caller counts as offered."""
    assigned: Int64
    """An agent was chosen; ringing or dialling starts."""
    answered: Int64
    ended: Int64
    """The caller is gone: end of talk, of patience, of the busy signal."""
    wrapped: Int64
    """The agent is done with after-call work."""
    hold: Int64
    """Ticks of hold within `answered`..`ended`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLog(_Columns):
    """One row a spell of an agent in a state other than `OFFLINE`, by agent and then by start.

    Calls lie inside `AVAILABLE` spells; a spell ends when the call in hand at its planned end does.
    """

    agent: Int32
    state: Int8
    """An `AgentState`."""
    start: Int64
    end: Int64
