"""The state a run starts from: callers already there, fates that fit their past, agents in force."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from callcenter.errors import ScenarioError
from simulation.laws import Ticks
from simulation.programme import GroupProgramme, Programme
from simulation.roster import without_repeats
from simulation.scenario.variate_specs import Variate
from simulation.state import EMPTY, InitialState, Progress
from simulation.tables import MOVE, START, Tables
from simulation.variates import draw_beyond

_FULL_SPEED = 1_000_000
PAST: Final[dict[str, Progress]] = {
    "patience": Progress.WAITING,
    "talk": Progress.TALKING,
    "wrap": Progress.WRAPPING,
}
"""Which duration a caller's past tells something about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """The calls of an initial state, one entry each."""

    rows: npt.NDArray[Any]
    """`START` rows."""
    queue: npt.NDArray[np.int16]
    priority: npt.NDArray[np.int8]
    past: Ticks
    """Elapsed ticks, as many as an agent of ordinary speed would have needed."""

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.rows)


def refuse_two_at_once(state: InitialState) -> None:
    """Refuse a state in which somebody serves two callers: a `ScenarioError`."""
    served = [(call.group, call.agent) for call in state.calls if call.group is not None]
    twice = next((who for at, who in enumerate(served) if who in served[:at]), None)
    if twice is not None:
        message = f"expected one call an agent, got two for agent {twice[1]} of {twice[0]}"
        raise ScenarioError(message)


def present(state: InitialState, tables: Tables, programme: Programme) -> Present:
    """Look up the names of an initial state."""
    queues = {queue.name: number for number, queue in enumerate(programme.queues)}
    groups = _groups(programme)
    rows = np.zeros(len(state.calls), START)
    queue = np.zeros(len(state.calls), np.int16)
    past = np.zeros(len(state.calls), np.int64)
    for row, call in enumerate(state.calls):
        queue[row] = _number(queues, call.queue, "queue")
        agent, speed = -1, _FULL_SPEED
        if call.progress is not Progress.WAITING:
            group = _number(groups, call.group, "group")
            agent = _agent(call.agent, programme.groups[group])
            speed = _speed(tables, group, int(queue[row]))
        if not 0 <= call.elapsed <= state.at:
            message = (
                f"expected what has passed within the run ({state.at} ticks), got {call.elapsed}"
            )
            raise ScenarioError(message)
        rows[row] = (call.progress, agent, state.at - call.elapsed)
        past[row] = -(-call.elapsed * _FULL_SPEED // speed)
    priority = np.array([call.priority for call in state.calls], np.int8)
    return Present(rows=rows, queue=queue, priority=priority, past=past)


def fit_past(
    values: Ticks,
    name: str,
    spec: Variate,
    there: Present,
    rows: npt.NDArray[np.intp],
    hold: Ticks,
    rng: np.random.Generator,
) -> None:
    """Draw again, longer than what has passed, the duration that each of these calls is in.

    A talk may have contained its hold: the two together are longer than what has passed.
    """
    now = np.flatnonzero(there.rows["progress"][rows] == PAST.get(name, -1))
    past = there.past[rows[now]]
    if name == "talk":
        past = np.maximum(past - hold[now], 0)
    clock = there.rows["since"][rows[now]]
    values[now] = draw_beyond(spec, past, rng, clock_times=clock)


def moves_from(
    moves: npt.NDArray[Any], programme: Programme, state: InitialState
) -> npt.NDArray[Any]:
    """Start the roster in the middle: what is in force then becomes a move at that tick.

    Agents who are elsewhere at the start stay there until the roster holds for them again.
    """
    if state == EMPTY:
        return moves
    agents = max((group.agents.stop for group in programme.groups), default=0)
    begun, later = moves[moves["tick"] <= state.at], moves[moves["tick"] > state.at]
    in_force = np.zeros(agents, np.int8)
    in_force[begun["agent"]] = begun["state"]
    parts = [later]
    groups = _groups(programme)
    for override in state.agents:
        if override.until <= state.at:
            continue
        group = programme.groups[_number(groups, override.group, "group")]
        agent = _agent(override.agent, group)
        own = later[(later["agent"] == agent) & (later["tick"] <= override.until)]
        parts[0] = parts[0][(parts[0]["agent"] != agent) | (parts[0]["tick"] > override.until)]
        wanted = own["state"][-1] if len(own) else in_force[agent]
        parts.append(np.array([(override.until, agent, wanted)], MOVE))
        in_force[agent] = override.state
    here = np.zeros(agents, MOVE)
    here["tick"], here["agent"], here["state"] = state.at, np.arange(agents), in_force
    together = np.concatenate([here, *parts])
    together = together[np.lexsort((together["tick"], together["agent"]))]
    return without_repeats(together["tick"], together["agent"], together["state"])


def _groups(programme: Programme) -> dict[str, int]:
    return {group.name: number for number, group in enumerate(programme.groups)}


def _number(known: dict[str, int], name: str | None, what: str) -> int:
    if name not in known:
        message = f"expected a {what} among {', '.join(known)}, got {name!r}"
        raise ScenarioError(message)
    return known[name]


def _agent(number: int | None, group: GroupProgramme) -> int:
    if number is None or not 0 <= number < len(group.agents):
        message = f"expected an agent 0..{len(group.agents) - 1} of {group.name}, got {number!r}"
        raise ScenarioError(message)
    return group.agents[number]


def _speed(tables: Tables, group: int, queue: int) -> int:
    own = tables.skill[(tables.skill["group"] == group) & (tables.skill["queue"] == queue)]
    return int(own["speed"][0]) if len(own) else _FULL_SPEED
