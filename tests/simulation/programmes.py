"""Programmes written by hand: what the workload is drawn from, without a scenario file."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import TypeAdapter

from callcenter.clock import DAY, HOUR
from simulation.programme import (
    COUNT,
    REST,
    SEGMENT,
    STINT,
    GroupProgramme,
    Programme,
    QueueProgramme,
    RateSource,
    Source,
)
from simulation.scenario.people import Breakdown, Shrinkage
from simulation.scenario.variate_specs import Variate
from simulation.tables import GATE, GROUP, QUEUE, SKILL, Tables

spec: Any = TypeAdapter(Variate).validate_python
"""Turn what a person writes into a specification."""


def exponential(mean: str) -> dict[str, Any]:
    return {"distribution": "exponential", "mean": mean}


def rate(
    per_hour: float,
    *,
    days: int = 1,
    hours: Iterable[int] = range(8, 18),
    then: float | None = None,
    busyness: str | None = None,
    shape: float = 0.0,
) -> RateSource:
    """Give callers an hour, constant or rising along a line to `then` within each hour."""
    last = per_hour if then is None else then
    rows = [
        (day, day * DAY + hour * HOUR, day * DAY + (hour + 1) * HOUR, per_hour / HOUR, last / HOUR)
        for day in range(days)
        for hour in hours
    ]
    return RateSource(segments=np.array(rows, SEGMENT), busyness=busyness, busyness_shape=shape)


def count_rows(*rows: tuple[int, int, int, int]) -> npt.NDArray[Any]:
    """Give `COUNT` rows of (day, from hour, to hour, count)."""
    return np.array(
        [(day, day * DAY + a * HOUR, day * DAY + b * HOUR, n) for day, a, b, n in rows], COUNT
    )


def queue(
    name: str = "phone",
    source: Source = None,
    *,
    durations: Mapping[str, Any] = {},
    coins: Iterable[str] = (),
    priorities: tuple[tuple[int, float], ...] = ((0, 1.0),),
    later_legs: bool = False,
    expected_later: float = 0.0,
) -> QueueProgramme:
    return QueueProgramme(
        name=name,
        source=source,
        durations={key: spec(value) for key, value in durations.items()},
        coins=frozenset(coins),
        priorities=priorities,
        later_legs=later_legs,
        expected_later=expected_later,
    )


def group(
    name: str = "agents",
    agents: range = range(1),
    *,
    absence: float = 0.0,
    shrinkage: Any = None,
    breakdown: Any = None,
) -> GroupProgramme:
    return GroupProgramme(
        name=name,
        agents=agents,
        absence=absence,
        shrinkage=None if shrinkage is None else Shrinkage.model_validate(shrinkage),
        breakdown=None if breakdown is None else Breakdown.model_validate(breakdown),
    )


def programme(
    *queues: QueueProgramme,
    days: int = 1,
    groups: tuple[GroupProgramme, ...] = (),
    stints: Iterable[tuple[int, int, int]] = (),
    rests: Iterable[tuple[int, int, int, int]] = (),
) -> Programme:
    return Programme(
        days=days,
        end=days * DAY,
        queues=queues,
        groups=groups,
        stints=np.array(list(stints), STINT),
        rests=np.array(list(rests), REST),
    )


def tables_for(
    plan: Programme,
    *,
    constants: Mapping[str, Mapping[str, int]] = {},
    speeds: Mapping[tuple[int, int], int] = {},
) -> Tables:
    """Give the little the workload reads: constants by queue, speeds by (group, queue)."""
    rows = np.zeros(len(plan.queues), QUEUE)
    for number, own in enumerate(plan.queues):
        for name, value in constants.get(own.name, {}).items():
            rows[name][number] = value
    skills = np.zeros(len(speeds), SKILL)
    for number, ((of_group, of_queue), speed) in enumerate(speeds.items()):
        skills["group"][number], skills["queue"][number] = of_group, of_queue
        skills["speed"][number] = speed
    none = np.zeros(0, np.int64)
    return Tables(
        queue=rows,
        skill=skills,
        group=np.zeros(0, GROUP),
        gate=np.zeros(0, GATE),
        agent_group=none.astype(np.int32),
        lines=none,
        taker=none.astype(np.int32),
        alarm=none,
        balk_from=none,
        balk_p=none,
        transfer_to=none.astype(np.int32),
        transfer_p=none,
        door_open=none,
        door_close=none,
    )
