"""Frames and logs for tests: by hand, and at random on ticks so coarse that everything collides."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, Protocol

import numpy as np
from hypothesis import strategies as st

from callcenter.clock import DAY, HOUR, SECOND
from callcenter.domain.agents import AgentState
from callcenter.domain.calls import LegKind, Outcome
from callcenter.domain.targets import ServiceTarget
from callcenter.measures.frame import Frame, Money
from callcenter.telephony.call_log import AGENT_COLUMNS, CALL_COLUMNS, AgentLog, CallLog

Row = dict[str, int]
OPEN, CLOSE = 9 * HOUR, 18 * HOUR
STEP = 10 * SECOND
_ABSENT = ("resolved", "group", "agent", "queued", "assigned", "answered", "ended", "wrapped")
BLANK: Row = dict.fromkeys(CALL_COLUMNS, 0) | dict.fromkeys(_ABSENT, -1)


class Chance(Protocol):
    """What of hypothesis's `randoms` is used here."""

    def choice(self, options: Sequence[Any], /) -> Any: ...

    def randrange(self, start: int, stop: int | None = None, step: int = 1, /) -> int: ...

    def random(self) -> float: ...


def frame(
    *,
    days: int = 1,
    queues: Sequence[str] = ("phone",),
    groups: Sequence[str] = ("agents",),
    agent_group: Sequence[int] = (0, 0),
    target: ServiceTarget | None = None,
    targets: Sequence[ServiceTarget] = (),
    opening: tuple[int, int] = (OPEN, CLOSE),
    interval: int = HOUR,
    warm_up: int = 0,
    until: int | None = None,
    money: Money | None = None,
) -> Frame:
    periods = tuple((day * DAY + opening[0], day * DAY + opening[1]) for day in range(days))
    return Frame(
        queues=tuple(queues),
        groups=tuple(groups),
        agent_group=tuple(agent_group),
        days=tuple(date(2009, 1, 5) + timedelta(days=day) for day in range(days)),
        opening=(periods,) * len(queues),
        targets=tuple(targets) or (target or ServiceTarget(),) * len(queues),
        interval=interval,
        warm_up=warm_up,
        until=until,
        money=money,
    )


def answered(
    at: int, *, wait: int = 0, talk: int = 120 * SECOND, wrap: int = 0, **more: int
) -> Row:
    """Build a leg answered at once after its wait, by agent 0."""
    picked = at + wait
    return BLANK | {
        "outcome": Outcome.ANSWERED,
        "resolved": 1,
        "group": 0,
        "agent": 0,
        "arrived": at,
        "queued": at,
        "assigned": picked,
        "answered": picked,
        "ended": picked + talk,
        "wrapped": picked + talk + wrap,
        **more,
    }


def gone(at: int, *, outcome: Outcome, wait: int = 0, **more: int) -> Row:
    """Build a leg that left the queue without an answer."""
    return BLANK | {"outcome": outcome, "arrived": at, "queued": at, "ended": at + wait, **more}


def turned_away(at: int, *, outcome: Outcome, **more: int) -> Row:
    """Build a leg that never entered a queue."""
    return BLANK | {"outcome": outcome, "arrived": at, "ended": at, **more}


def call_log(rows: Sequence[Row], *, calls_apart: bool = True) -> CallLog:
    """Build a log; unless told otherwise each row is a call of its own."""
    if calls_apart:
        rows = [row | {"call": number} for number, row in enumerate(rows)]
    return CallLog.of(
        **{name: np.array([row[name] for row in rows], kind) for name, kind in CALL_COLUMNS.items()}
    )


def agent_log(rows: Sequence[tuple[int, int, int, int]] = ()) -> AgentLog:
    """Build a log of (agent, state, start, end)."""
    return AgentLog.of(
        **{
            name: np.array([row[place] for row in rows], kind)
            for place, (name, kind) in enumerate(AGENT_COLUMNS.items())
        }
    )


@st.composite
def centres(draw: st.DrawFn) -> tuple[CallLog, AgentLog, Frame]:
    """Draw a frame, a call log of up to 25 calls of several legs, and spells of agents."""
    random = draw(st.randoms(use_true_random=True))
    days, queues, groups = (draw(st.integers(1, most)) for most in (2, 3, 2))
    agent_group = [number % groups for number in range(groups + random.randrange(3))]
    until = random.choice([None, days * DAY - random.randrange(20) * HOUR - 50 * STEP])
    made = frame(
        days=days,
        queues=[f"queue-{number}" for number in range(queues)],
        groups=[f"group-{number}" for number in range(groups)],
        agent_group=agent_group,
        targets=[_target(random) for _ in range(queues)],
        opening=random.choice([(OPEN, CLOSE), (0, DAY), (OPEN + 15 * 60 * SECOND, CLOSE)]),
        interval=random.choice([HOUR, 3 * HOUR]),
        warm_up=random.choice([0, 0, 2 * HOUR + 3 * STEP]),
        until=until,
    )
    rows: list[Row] = []
    for call in range(draw(st.integers(0, 25))):
        rows += _legs(random, made=made, call=call)
    rows.sort(key=lambda row: row["arrived"])
    spells = [spell for agent in range(len(agent_group)) for spell in _spells(random, agent, days)]
    return call_log(rows, calls_apart=False), agent_log(spells), made


def _target(random: Chance) -> ServiceTarget:
    return ServiceTarget(within=random.randrange(4) * STEP, short=random.randrange(2) * STEP)


OF_CALLERS = [outcome for outcome in Outcome if outcome is not Outcome.DROPPED]
LEAVING = {
    Outcome.ABANDONED, Outcome.RELEASED, Outcome.CALLBACK_ACCEPTED, Outcome.FLOWED_OUT,
}  # fmt: skip


def _legs(random: Chance, *, made: Frame, call: int) -> list[Row]:
    arrived = random.choice([0, DAY * (len(made.days) - 1)]) + random.randrange(0, 8640, 30) * STEP
    legs: list[Row] = []
    kind = LegKind.FRESH
    while True:
        leg = _leg(random, made=made, arrived=arrived) | {"call": call, "kind": kind}
        leg["attempt"] = len(legs)
        legs.append(leg)
        if leg["outcome"] == Outcome.OPEN or random.random() < 0.7:
            return legs
        kind = random.choice(list(LegKind)[1:-1])
        arrived = leg["ended"] + random.choice([0, STEP, HOUR])


def _leg(random: Chance, *, made: Frame, arrived: int) -> Row:
    def some(most: int = 4) -> int:
        return random.choice([0, random.randrange(most), random.randrange(600)]) * STEP

    outcome = random.choice([*OF_CALLERS, Outcome.ANSWERED, Outcome.ANSWERED, Outcome.ABANDONED])
    leg = BLANK | {"queue": random.randrange(len(made.queues)), "arrived": arrived}
    leg["outcome"] = outcome
    if outcome in {Outcome.BUSY, Outcome.CLOSED}:
        return leg | {"ended": arrived}
    queued = arrived + random.choice([0, STEP])
    if outcome is Outcome.SELF_SERVED:
        return leg | {"ended": queued}
    leg["queued"] = queued
    if outcome in {Outcome.BALKED, Outcome.QUEUE_FULL}:
        return leg | {"ended": queued}
    left = queued + some()
    if outcome in LEAVING:
        return leg | {"ended": left}
    return leg | _served(random, made=made, outcome=outcome, assigned=left, some=some)


def _served(
    random: Chance, *, made: Frame, outcome: Outcome, assigned: int, some: Callable[..., int]
) -> Row:
    agent = random.randrange(len(made.agent_group))
    part = {"agent": agent, "group": made.agent_group[agent], "assigned": assigned}
    answer = assigned + random.choice([0, STEP])
    if outcome is Outcome.OPEN:
        return random.choice([{}, part, part | {"answered": answer}])
    if outcome is Outcome.NOT_REACHED:
        return part | {"ended": answer, "wrapped": answer}
    ended = answer + some(700)
    if outcome is Outcome.HANDED_BACK:
        return part | {"answered": answer, "ended": ended, "wrapped": ended}
    hold = random.randrange((ended - answer) // STEP + 1) * STEP
    wrapped = random.choice([-1, ended + some()])
    resolved = random.choice([-1, 0, 1])
    return part | {
        "answered": answer, "ended": ended, "wrapped": wrapped, "hold": hold, "resolved": resolved,
    }  # fmt: skip


def _spells(random: Chance, agent: int, days: int) -> list[tuple[int, int, int, int]]:
    at, spells = random.randrange(12) * HOUR, []
    while at < days * DAY:
        end = at + random.randrange(1, 4000) * STEP
        spells.append((agent, int(random.choice(list(AgentState)[1:])), at, end))
        at = end + random.choice([0, HOUR])
    return spells
