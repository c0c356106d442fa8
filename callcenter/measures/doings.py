"""What each agent does at the end of two logs: the one word of `telephony.standing`, from columns."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from callcenter.clock import Tick
from callcenter.domain.agents import AgentState
from callcenter.telephony.call_log import NONE, AgentLog, CallLog
from callcenter.telephony.standing import Doing


class Done(NamedTuple):
    """What one agent does."""

    doing: Doing
    since: Tick
    """`NONE` if nobody ever said."""
    leg: int
    """Row of the leg he has, or `NONE`."""
    spell: int
    """Row of his last spell, or `NONE`."""


_STRENGTH: Final = (Doing.TALKING, Doing.HOLD, Doing.RINGING, Doing.ACW)
"""What a leg makes of its agent, the strongest first."""


def doings(
    calls: CallLog, agents: AgentLog, *, held_since: NDArray[np.int64] | None = None
) -> Mapping[int, Done]:
    """Return what the agents do who are in either log, by number.

    Args:
        calls: As they stand at the moment in question.
        agents: Spells as they stand then: one that lasts ends at `NONE`.
        held_since: Of each leg, `NONE` where the caller is not on hold.
    """
    spells = _last_spells(agents)
    in_hand = _in_hand(calls, held_since=held_since)
    mine = calls.agent >= 0
    known = sorted({*spells, *in_hand, *np.unique(calls.agent[mine]).tolist()})
    freed = np.full(known[-1] + 1 if known else 0, NONE, dtype=np.int64)
    np.maximum.at(freed, calls.agent[mine], calls.wrapped[mine])
    return {
        agent: in_hand[agent]._replace(spell=spells.get(agent, NONE))
        if agent in in_hand
        else _of_spell(agents, spells.get(agent, NONE), freed=int(freed[agent]))
        for agent in known
    }


def _last_spells(agents: AgentLog) -> dict[int, int]:
    """Return the row of each agent's last spell."""
    order = np.lexsort((agents.start, agents.agent))
    return dict(zip(agents.agent[order].tolist(), order.tolist(), strict=True))


def _in_hand(calls: CallLog, *, held_since: NDArray[np.int64] | None) -> dict[int, Done]:
    """Return the strongest leg of every agent who has one, the oldest of several."""
    unfinished = (calls.ended == NONE) | (calls.wrapped == NONE)
    found: dict[int, Done] = {}
    for row in np.flatnonzero(unfinished & (calls.agent >= 0) & (calls.assigned != NONE)).tolist():
        held = NONE if held_since is None else int(held_since[row])
        doing, since = _of_leg(calls, row, held=held)
        agent = int(calls.agent[row])
        best = found.get(agent)
        if best is None or _rank(doing, since) < _rank(best.doing, best.since):
            found[agent] = Done(doing, since, row, NONE)
    return found


def _of_leg(calls: CallLog, row: int, *, held: Tick) -> tuple[Doing, Tick]:
    if calls.ended[row] != NONE:
        return Doing.ACW, int(calls.ended[row])
    if calls.answered[row] == NONE:
        return Doing.RINGING, int(calls.assigned[row])
    return (Doing.TALKING, int(calls.answered[row])) if held == NONE else (Doing.HOLD, held)


def _rank(doing: Doing, since: Tick) -> tuple[int, Tick]:
    return _STRENGTH.index(doing), since


def _of_spell(agents: AgentLog, row: int, *, freed: Tick) -> Done:
    if row == NONE:
        return Done(Doing.OFFLINE, NONE, NONE, NONE)
    start, end = int(agents.start[row]), int(agents.end[row])
    if end != NONE:
        return Done(Doing.OFFLINE, end, NONE, row)
    if agents.state[row] == AgentState.AVAILABLE:
        return Done(Doing.READY, max(start, freed), NONE, row)
    return Done(Doing.AUX, start, NONE, row)
