"""How two logs of one day differ, told so that one can begin to look."""

from typing import Final

import numpy as np

from callcenter.domain.agents import AgentState
from callcenter.domain.calls import LegKind, Outcome
from callcenter.telephony.call_log import NONE, AgentLog, CallLog

Logs = tuple[CallLog, AgentLog]
MOMENTS: Final = ("arrived", "queued", "assigned", "answered", "ended", "wrapped")
BEFORE: Final = 10
"""So many events are told."""


def differences(reference: Logs, fast: Logs) -> str:
    """Name the first row that differs, both ways, and what happened before it; empty if none does."""
    for name, one, other in zip(("call", "agent"), reference, fast, strict=True):
        row = first_difference(one, other)
        if row is not None:
            told = [f"the {name} logs differ in row {row} (of {len(one)} and {len(other)}):"]
            told += _both(one, other, row)
            until = _until(one, other, row)
            told += [
                f"before it, until tick {until}, by the reference:",
                *_events(reference, until),
            ]
            return "\n".join(told)
    return ""


def as_heard(logs: Logs) -> Logs:
    """Number calls in the order in which they come to be: who only listens knows no other numbers.

    Callers have these numbers from the start; leads stand in a list long before they are dialled.
    """
    calls, agents = logs
    _, first, place = np.unique(calls.call, return_index=True, return_inverse=True)
    numbers = np.argsort(np.argsort(first)).astype(calls.call.dtype)
    return CallLog.of(**(calls.columns() | {"call": numbers[place]})), agents


def first_difference(one: CallLog | AgentLog, other: CallLog | AgentLog) -> int | None:
    """Return the first row in which two logs differ; a row that one does not have differs."""
    shared = min(len(one), len(other))
    rows = [shared] if len(one) != len(other) else []
    for name, mine in one.columns().items():
        theirs = other.columns()[name]
        rows += np.flatnonzero(mine[:shared] != theirs[:shared])[:1].tolist()
    return min(rows, default=None)


def _both(one: CallLog | AgentLog, other: CallLog | AgentLog, row: int) -> list[str]:
    if row >= len(one) or row >= len(other):
        there, engine = (one, "reference") if row < len(one) else (other, "fast")
        return [f"  only {engine} has it: {_named(there.row(row))}"]
    mine, theirs = _named(one.row(row)), _named(other.row(row))
    return [
        f"  {name:10} reference {mine[name]!s:>20}  fast {theirs[name]!s:>20}"
        + ("  <--" if mine[name] != theirs[name] else "")
        for name in mine
    ]


def _named(row: dict[str, int]) -> dict[str, int | str]:
    """Say enumerations by name."""
    words = {"kind": LegKind, "outcome": Outcome, "state": AgentState}
    return {
        name: words[name](value).name if name in words else value for name, value in row.items()
    }


def _until(one: CallLog | AgentLog, other: CallLog | AgentLog, row: int) -> int:
    """Return the earliest tick about which the two say different things."""
    rows = [log.row(row) if row < len(log) else {} for log in (one, other)]
    ticks = ("start", "end", *MOMENTS)
    names = [name for name in ticks if rows[0].get(name) != rows[1].get(name)]
    values = [said[name] for said in rows for name in names if said.get(name, NONE) != NONE]
    return min(values, default=max([value for said in rows for value in said.values()]))


def _events(logs: Logs, until: int) -> list[str]:
    """Tell the last events up to a tick, in the order of ticks."""
    calls, agents = logs
    told = [
        (tick, f"leg {row}: {name}")
        for name in MOMENTS
        for row, tick in enumerate(calls.columns()[name].tolist())
        if NONE < tick <= until
    ]
    for agent, state, start, _ in zip(
        *(c.tolist() for c in agents.columns().values()), strict=True
    ):
        if start <= until:
            told.append((start, f"agent {agent}: {AgentState(state).name}"))
    return [f"  {tick:>8}  {what}" for tick, what in sorted(told)[-BEFORE:]]
