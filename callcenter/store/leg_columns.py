"""Stored legs as the columns of a log, for reports: no row becomes an object, so that months can be read."""

from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Integer, cast, func, literal

from callcenter.clock import Tick
from callcenter.store.live_lines import numbers_of
from callcenter.store.tables.live import LEG
from callcenter.telephony.call_log import CALL_COLUMNS, NONE, CallLog
from callcenter.telephony.names import Names

_NAMED: Final = ("source", "call", "queue", "group_name", "agent")
_MOMENTS: Final = ("arrived", "queued", "assigned", "answered", "ended", "wrapped")
_PLAIN: Final = ("first_sequence", "leg", "kind", "outcome", "priority", "hold")


def log_columns(origin: Tick) -> list[ColumnElement[Any]]:
    """Return what to select of `leg` for a log whose ticks count from a moment; numbers are never NULL."""
    leg = LEG.c
    return [
        *(leg[name] for name in _NAMED),
        *(leg[name] for name in _PLAIN),
        func.coalesce(leg.fate, NONE).label("fate"),
        func.coalesce(cast(leg.resolved, Integer), NONE).label("resolved"),
        *(func.coalesce(leg[name] - literal(origin), NONE).label(name) for name in _MOMENTS),
    ]


def log_of(rows: Iterable[Sequence[Any]], *, origin: Tick) -> tuple[CallLog, Names]:
    """Put a log together from rows of `log_columns`, in any order, as `live_lines.logs` does from lines."""
    names = [*_NAMED, *_PLAIN, "fate", "resolved", *_MOMENTS]
    told: dict[str, Sequence[Any]] = dict(
        zip(names, list(zip(*rows, strict=True)) or [()] * len(names), strict=True)
    )
    number = {name: np.array(told[name], dtype=np.int64) for name in names[len(_NAMED) :]}
    order = np.lexsort((number["leg"], number["first_sequence"], number["arrived"]))
    queues, groups, agents = (
        sorted(set(told[name]) - {None}) for name in ("queue", "group_name", "agent")
    )
    found = {name: column[order] for name, column in number.items()} | {
        "call": _numbered_calls(told["source"], told["call"])[order],
        "attempt": number["leg"][order],
        "queue": _numbered(told["queue"], queues)[order],
        "group": _numbered(told["group_name"], groups)[order],
        "agent": _numbered(told["agent"], agents)[order],
    }
    homes = _homes(found["agent"], group=found["group"], agents=len(agents))
    alone = found["group"] == NONE
    found["group"][alone] = np.append(homes, NONE)[found["agent"][alone]]
    calls = CallLog.of(**{name: found[name].astype(kind) for name, kind in CALL_COLUMNS.items()})
    return calls, Names(
        queues=tuple(queues),
        groups=tuple(groups),
        agents=tuple(agents),
        agent_group=tuple(homes.tolist()),
        origin=origin,
    )


def _numbered(values: Sequence[str | None], names: Sequence[str]) -> NDArray[np.int64]:
    number = numbers_of(names)
    return np.fromiter(map(number.__getitem__, values), np.int64, len(values))


def _numbered_calls(sources: Sequence[str], calls: Sequence[str]) -> NDArray[np.int64]:
    known: dict[tuple[str, str], int] = {}
    fresh = count()
    keys = zip(sources, calls, strict=True)
    return np.fromiter(
        (known[key] if key in known else known.setdefault(key, next(fresh)) for key in keys),
        np.int64,
        len(calls),
    )


def _homes(agent: NDArray[np.int64], *, group: NDArray[np.int64], agents: int) -> NDArray[np.int64]:
    """Return the group of each agent: the last one that was told."""
    homes = np.full(agents, NONE, dtype=np.int64)
    told = (agent != NONE) & (group != NONE)
    homes[agent[told]] = group[told]
    return homes
