"""How many calls to expect of a date, half hour by half hour, before any of it is lived."""

from datetime import date
from typing import Any, Final, assert_never

import numpy as np
import numpy.typing as npt

from callcenter.clock import DAY, MINUTE, Tick
from simulation.laws import Floats
from simulation.plan import Plan
from simulation.programme import (
    AppointmentSource,
    CountSource,
    RateSource,
    Source,
    TraceSource,
)
from simulation.scenario.expectations import outlook
from simulation.switch.laying import Laying

INTERVAL: Final[Tick] = 30 * MINUTE
_EDGES: Final = np.arange(0, DAY + 1, INTERVAL)


class Expectations:
    """What a simulated centre may expect, from the figures of its scenario alone.

    What waiting brings about, such as calls given up and dialled again, is for the simulation to say.
    """

    def __init__(self, plan: Plan) -> None:
        """Take a scenario's plan."""
        self._laying = Laying(plan)
        queues = outlook(plan.scenario).queues.values()
        callers = sum(queue.callers for queue in queues)
        self._legs = sum(queue.legs for queue in queues) / callers if callers else 1.0
        """Conversations wanted of people for each caller: transfers and repeat calls are more, what a
        menu settles is less."""

    def of(self, day: date) -> tuple[float, ...]:
        """Return how many calls a date should bring in each half hour; none if it is closed."""
        if self._laying.next_open(day) != day:
            return (0.0,) * (len(_EDGES) - 1)
        queues = self._laying.plan_of(day).programme.queues
        found = np.sum([callers_of(queue.source) for queue in queues], axis=0) * self._legs
        return tuple(found.tolist())


def callers_of(source: Source) -> Floats:
    """Return how many callers a source of one day brings in each half hour, on average."""
    match source:
        case RateSource(segments=rows):
            return sum((_ramp(row) for row in rows), start=np.zeros(len(_EDGES) - 1))
        case CountSource(counts=rows):
            return sum((_even(row) for row in rows), start=np.zeros(len(_EDGES) - 1))
        case AppointmentSource(at=at, shows_up=share):
            return _counted(at) * share
        case TraceSource(arrived=arrived):
            return _counted(arrived)
        case None:
            return np.zeros(len(_EDGES) - 1)
        case _:
            assert_never(source)


def _counted(moments: npt.NDArray[Any]) -> Floats:
    return np.histogram(moments, _EDGES)[0].astype(np.float64)


def _ramp(row: Any) -> Floats:
    """Integrate a rate that goes in a straight line from its start to its end."""
    start, end, low, high = (
        float(row[name]) for name in ("start", "end", "rate_start", "rate_end")
    )
    passed = np.clip(_EDGES, start, end) - start
    slope = (high - low) / (end - start) if end > start else 0.0
    return np.diff(passed * (low + slope * passed / 2))


def _even(row: Any) -> Floats:
    start, end, count = (float(row[name]) for name in ("start", "end", "count"))
    return np.diff(np.interp(_EDGES, (start, end), (0.0, count)))
