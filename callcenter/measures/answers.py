"""What callers thought of their calls."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from callcenter.clock import Tick
from callcenter.measures.desk_work import Interval, wilson


class Score(NamedTuple):
    """One answer of a caller, by number of queue and agent (`NONE` if not known)."""

    at: Tick
    """Ticks since the day's midnight in Korea; perhaps days later."""
    score: int
    scale: int
    queue: int
    agent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What callers thought of their calls; satisfied is 80 % of the scale and above."""

    satisfied: int
    responses: int
    value: float | None
    interval: Interval | None
    """Wilson's, with 95 % confidence."""


def answers_of(scores: Iterable[Score]) -> Answers:
    """Put answers together; 4 of 5 is satisfied, and as much of any other scale."""
    told = [5 * each.score >= 4 * each.scale for each in scores]
    satisfied, responses = sum(told), len(told)
    return Answers(
        satisfied=satisfied,
        responses=responses,
        value=satisfied / responses if responses else None,
        interval=wilson(satisfied, responses),
    )
