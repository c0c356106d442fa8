"""More callers than the day would have had, drawn as all callers are, from streams of their own."""

from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from callcenter.clock import DAY, Tick
from simulation.programme import SEGMENT, Programme, RateSource
from simulation.recipe import Recipe
from simulation.tables import MOVE, Tables, Workload
from simulation.workload import draw_workload

Extra = tuple[list[Tick], dict[str, list[int]]]
"""When each further citizen calls, and the columns of their fates."""

_NO_MOVES: Final = np.empty(0, MOVE)


class Surges:
    """Draws the callers of one surge after the other; the n-th of a day is always the same."""

    def __init__(
        self,
        tables: Tables,
        programme: Programme,
        workload: Workload,
        *,
        seed: int,
        replication: int,
    ) -> None:
        """Draw from what a workload was drawn from."""
        self._tables = tables
        self._programme = programme
        self._workload = workload
        self._seed = seed
        self._replication = replication
        self._drawn = 0

    def draw(self, queue: int, *, factor: float, start: Tick, end: Tick) -> Extra:
        """Return those who call a queue beyond the usual from `start` until before `end`.

        Usual is what the scenario expects of such a day; of a queue without rates, what this day brings.
        """
        source = self._usual(queue, start, end)
        source.segments["rate_start"] *= factor - 1
        source.segments["rate_end"] *= factor - 1
        queues = tuple(
            replace(other, source=source if number == queue else None, later_legs=False)
            for number, other in enumerate(self._programme.queues)
        )
        recipe = Recipe.of(self._tables, replace(self._programme, queues=queues))
        self._drawn += 1
        drawn = draw_workload(
            recipe,
            seed=self._seed,
            replication=self._replication,
            moves=_NO_MOVES,
            within=f"surge/{self._drawn}/",
        )
        columns = drawn.fates.columns()
        fates = {name: column.tolist() for name, column in columns.items() if len(column)}
        return drawn.arrived.tolist(), fates

    def _usual(self, queue: int, start: Tick, end: Tick) -> RateSource:
        source = self._programme.queues[queue].source
        if isinstance(source, RateSource):
            return _within(source, start, end)
        own = self._workload.arrived[self._workload.queue == queue]
        rate = np.count_nonzero((own >= start) & (own < end)) / (end - start)
        return _at_rates(np.array([(start // DAY, start, end, rate, rate)], SEGMENT))


def _within(source: RateSource, start: Tick, end: Tick) -> RateSource:
    """Keep of each segment what lies within a span."""
    rows = source.segments
    own = rows[(rows["end"] > start) & (rows["start"] < end)].copy()
    slope = (own["rate_end"] - own["rate_start"]) / (own["end"] - own["start"])
    first, last = np.maximum(own["start"], start), np.minimum(own["end"], end)
    low = own["rate_start"] + slope * (first - own["start"])
    own["rate_end"] = own["rate_start"] + slope * (last - own["start"])
    own["start"], own["end"], own["rate_start"] = first, last, low
    return _at_rates(own)


def _at_rates(segments: npt.NDArray[Any]) -> RateSource:
    return RateSource(segments=segments, busyness=None, busyness_shape=0.0)
