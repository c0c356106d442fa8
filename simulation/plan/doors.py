"""Opening hours in ticks of the run, and the moments at which doors open and close."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from callcenter.clock import DAY, Tick
from simulation.scenario.callers import Queue
from simulation.scenario.days import DayOf, hours_of
from simulation.tables import GATE

Period = tuple[Tick, Tick]


def doors_of(queue: Queue, days: Sequence[DayOf]) -> list[Period]:
    """Return every opening of a queue in the whole run; those that touch are one."""
    found: list[Period] = []
    for day in days:
        for start, end in hours_of(queue, day):
            opens, closes = day.number * DAY + start, day.number * DAY + end
            if found and found[-1][1] >= opens:
                found[-1] = (found[-1][0], closes)
            else:
                found.append((opens, closes))
    return found


def gates(doors: list[list[Period]]) -> npt.NDArray[Any]:
    """Return the `GATE` rows of all queues."""
    rows = [
        (tick, q, opens)
        for q, periods in enumerate(doors)
        for period in periods
        for tick, opens in zip(period, (True, False), strict=True)
    ]
    rows.sort(key=lambda row: (row[0], row[2], row[1]))
    return np.array(rows, GATE)
