"""Rows of the live projections, and the logs that rows amount to: the same rows, the same logs.

Nothing here depends on the order in which rows come, so that a log put together from memory and one read
from a database are equal to the last bit.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import count
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from callcenter.clock import DAY, HOUR, Tick
from callcenter.measures.answers import Score
from callcenter.measures.live import DayLog, Place
from callcenter.telephony.call_log import AGENT_COLUMNS, CALL_COLUMNS, NONE, AgentLog, CallLog
from callcenter.telephony.names import Names

_AHEAD: Final[Tick] = 9 * HOUR
"""Korea is so far ahead of UTC, all year."""
_EPOCH: Final = date(1970, 1, 1).toordinal()


class LegLine(NamedTuple):
    """One row of `leg`, as declared."""

    source: str
    call: str
    leg: int
    day: str
    first_sequence: int
    queue: str
    kind: int
    outcome: int
    resolved: bool | None
    priority: int
    fate: int | None
    agent: str | None
    group_name: str | None
    arrived: Tick
    queued: Tick | None
    assigned: Tick | None
    answered: Tick | None
    ended: Tick | None
    wrapped: Tick | None
    hold: Tick
    held_since: Tick | None
    over: bool
    derived: bool
    campaign: str | None
    disposition: int | None


class SpellLine(NamedTuple):
    """One row of `agent_spell`, as declared."""

    agent: str
    started: Tick
    source: str
    group_name: str | None
    state: int
    ended: Tick | None
    day: str
    reason: str
    derived: bool


class AnswerLine(NamedTuple):
    """One row of `csat_answer`, as declared."""

    event_id: str
    source: str
    call: str
    leg: int
    queue: str
    agent: str | None
    score: int
    scale: int
    at: Tick
    day: str


def day_of(at: Tick) -> str:
    """Return the date in Korea of a moment."""
    return _spelled((at + _AHEAD) // DAY)


@lru_cache(maxsize=64)
def _spelled(number: int) -> str:
    return date.fromordinal(_EPOCH + number).isoformat()


def midnight_of(day: date) -> Tick:
    """Return when a day of Korea begins, in microseconds since 1970."""
    return (day.toordinal() - _EPOCH) * DAY - _AHEAD


def day_log(
    day: date,
    *,
    legs: Iterable[LegLine],
    spells: Iterable[SpellLine],
    answers: Iterable[AnswerLine] = (),
) -> DayLog:
    """Put a day together from its rows."""
    rows, times, told = _in_order(legs), sorted(spells), sorted(answers, key=_by_answer)
    names = _names(rows, times, told, origin=midnight_of(day))
    calls, agents = _calls(rows, names), agent_log(times, names)
    queues, people = numbers_of(names.queues), numbers_of(names.agents)
    campaigns = campaigns_of(rows)
    return DayLog(
        day=day,
        calls=calls,
        agents=agents,
        names=names,
        places=[Place(row.source, row.call) for row in rows],
        held_since=_moments([row.held_since for row in rows], names.origin),
        derived=np.array([row.derived for row in rows], dtype=np.bool_),
        reasons=[spell.reason for spell in times],
        campaigns=campaigns,
        campaign=_numbered([row.campaign for row in rows], numbers_of(campaigns)),
        disposition=np.array(_known([row.disposition for row in rows]), dtype=np.int64),
        scores=[
            Score(
                at=answer.at - names.origin,
                score=answer.score,
                scale=answer.scale,
                queue=queues[answer.queue],
                agent=people[answer.agent],
            )
            for answer in told
        ],
    )


def logs(
    first: date, *, legs: Iterable[LegLine], spells: Iterable[SpellLine]
) -> tuple[CallLog, AgentLog, Names]:
    """Put some days together from their rows; tick 0 is the midnight at which the first begins."""
    rows, times = _in_order(legs), sorted(spells)
    names = _names(rows, times, (), origin=midnight_of(first))
    return _calls(rows, names), agent_log(times, names), names


def _in_order(legs: Iterable[LegLine]) -> list[LegLine]:
    return sorted(legs, key=by_arrival)


def by_arrival(leg: LegLine) -> tuple[Tick, str, int, str, int]:
    """Return what legs are put in order by: how they came to be."""
    return leg.arrived, leg.source, leg.first_sequence, leg.call, leg.leg


def _by_answer(answer: AnswerLine) -> tuple[Tick, str]:
    return answer.at, answer.event_id


def _names(
    legs: Sequence[LegLine],
    spells: Sequence[SpellLine],
    answers: Sequence[AnswerLine],
    *,
    origin: Tick,
) -> Names:
    """Number what is named by the alphabet; an agent's group is the last one that was told."""
    homes: dict[str, str] = {
        leg.agent: leg.group_name for leg in legs if leg.agent and leg.group_name
    }
    homes |= homes_of(spells)
    agents = {
        row.agent for rows in (legs, spells, answers) for row in rows if row.agent is not None
    }
    told = {leg.group_name for leg in legs if leg.group_name is not None}
    groups = sorted(told | set(homes.values()))
    number = numbers_of(groups)
    everybody = sorted(agents)
    return Names(
        queues=tuple(sorted({row.queue for rows in (legs, answers) for row in rows})),
        groups=tuple(groups),
        agents=tuple(everybody),
        agent_group=tuple(number[homes.get(agent)] for agent in everybody),
        origin=origin,
    )


def campaigns_of(legs: Iterable[LegLine]) -> tuple[str, ...]:
    """Return the codes of the campaigns for which anybody was dialled, by the alphabet."""
    return tuple(sorted({leg.campaign for leg in legs if leg.campaign is not None}))


def homes_of(spells: Sequence[SpellLine]) -> dict[str, str]:
    """Return the group of each agent by his spells, in their order; the last one told counts."""
    return {spell.agent: spell.group_name for spell in spells if spell.group_name}


def numbers_of(names: Iterable[str]) -> dict[str | None, int]:
    """Number names; nobody is `NONE`."""
    return {None: NONE} | {name: number for number, name in enumerate(names)}


def _calls(legs: Sequence[LegLine], names: Names) -> CallLog:
    rows = LegLine(*zip(*legs, strict=True)) if legs else LegLine(*[()] * len(LegLine._fields))  # type: ignore[arg-type]
    columns: Any = rows
    people, groups = numbers_of(names.agents), numbers_of(names.groups)
    queues = numbers_of(names.queues)
    homes = dict(zip(names.agents, names.agent_group, strict=True))
    numbers: dict[tuple[str, str], int] = {}
    fresh = count()
    called = [
        numbers[key] if key in numbers else numbers.setdefault(key, next(fresh))
        for key in zip(columns.source, columns.call, strict=True)
    ]
    found: dict[str, Any] = {
        "call": called,
        "fate": _known(columns.fate),
        "attempt": columns.leg,
        "kind": columns.kind,
        "queue": [queues[queue] for queue in columns.queue],
        "outcome": columns.outcome,
        "resolved": _known(columns.resolved),
        "priority": columns.priority,
        "group": [
            groups[group] if group is not None else homes.get(agent, NONE)
            for group, agent in zip(columns.group_name, columns.agent, strict=True)
        ],
        "agent": [people[agent] for agent in columns.agent],
        "hold": columns.hold,
    }
    for name in ("arrived", "queued", "assigned", "answered", "ended", "wrapped"):
        found[name] = _moments(getattr(columns, name), names.origin)
    return CallLog.of(**{name: np.array(found[name], kind) for name, kind in CALL_COLUMNS.items()})


def agent_log(spells: Sequence[SpellLine], names: Names) -> AgentLog:
    """Write spells, in order by agent and start, as columns."""
    people = numbers_of(names.agents)
    found: dict[str, Any] = {
        "agent": [people[spell.agent] for spell in spells],
        "state": [spell.state for spell in spells],
        "start": _moments([spell.started for spell in spells], names.origin),
        "end": _moments([spell.ended for spell in spells], names.origin),
    }
    return AgentLog.of(
        **{name: np.array(found[name], kind) for name, kind in AGENT_COLUMNS.items()}
    )


def _numbered(names: Sequence[str | None], number: Mapping[str | None, int]) -> NDArray[np.int64]:
    return np.array([number[name] for name in names], dtype=np.int64)


def _known(values: Sequence[int | None]) -> list[int]:
    return [NONE if value is None else value for value in values]


def _moments(moments: Sequence[Tick | None], origin: Tick) -> NDArray[np.int64]:
    absolute = np.array([NONE if at is None else at for at in moments], dtype=np.int64)
    return np.where(absolute == NONE, NONE, absolute - origin)
