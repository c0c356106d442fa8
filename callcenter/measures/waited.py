"""How long callers of a day waited: counts by bounds, for a histogram that somebody else draws."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from callcenter.clock import SECOND, Tick
from callcenter.domain.calls import Outcome
from callcenter.measures.live import DayLog
from callcenter.telephony.call_log import NONE

ANSWERED: Final = "answered"
_GAVE_UP: Final = (Outcome.ABANDONED, Outcome.BALKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waited:
    """Those who entered one queue and wait no longer, by how their wait ended."""

    queue: str
    ending: str
    """`answered`, `abandoned` (the caller hung up) or `left` (by a rule, or a failure of the switch)."""
    within: tuple[int, ...]
    """Of each bound: waits of at most that."""
    count: int
    seconds: float
    """All waits together."""


def waited(day: DayLog, *, bounds: Sequence[Tick]) -> Iterator[Waited]:
    """Count the waits of a day, of queues and endings that there were; the bounds ascend."""
    calls = day.calls
    answered = calls.answered != NONE
    over = (calls.queued != NONE) & (answered | (calls.ended != NONE))
    waits = np.where(answered, calls.answered, calls.ended) - calls.queued
    gave_up = ~answered & np.isin(calls.outcome, _GAVE_UP)
    endings = {ANSWERED: answered, "abandoned": gave_up, "left": ~answered & ~gave_up}
    for number, queue in enumerate(day.names.queues):
        for ending, ended_so in endings.items():
            found = np.sort(waits[over & ended_so & (calls.queue == number)])
            if found.size:
                yield Waited(
                    queue=queue,
                    ending=ending,
                    within=tuple(np.searchsorted(found, bounds, side="right").tolist()),
                    count=found.size,
                    seconds=float(found.sum()) / SECOND,
                )
