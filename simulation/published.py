"""Published figures beside simulated ones.

A figure names a measure of the scorecard, or one of the few facts that follow from the scenario alone:
how many people there are and how long the doors are open.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from callcenter.clock import HOUR
from callcenter.measures.frame import Frame
from callcenter.measures.scorecard import Scorecard
from simulation.scenario.model import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """One published figure and what the simulation makes of it."""

    measure: str
    published: float
    unit: str
    source: str
    note: str
    simulated: float | None
    """`None` where the measure's population is empty."""
    half_width: float | None
    """`None` for a fact that does not depend on chance, too."""

    def record(self) -> dict[str, Any]:
        """Return a flat record."""
        return asdict(self)


def _headcount(scenario: Scenario, _frame: Frame) -> float:
    return float(sum(group.headcount for group in scenario.group.values()))


def _open_hours_per_day(_scenario: Scenario, frame: Frame) -> float | None:
    by_day = frame.open_by_slot[-1].reshape(len(frame.days), -1).sum(axis=1)
    days = int((by_day > 0).sum())
    return float(by_day.sum()) / HOUR / days if days else None


def _open_days(_scenario: Scenario, frame: Frame) -> float:
    by_day = frame.open_by_slot[-1].reshape(len(frame.days), -1).sum(axis=1)
    return float((by_day > 0).sum())


_FACTS: Final[Mapping[str, Callable[[Scenario, Frame], float | None]]] = {
    "headcount": _headcount,
    "open_hours_per_day": _open_hours_per_day,
    "open_days": _open_days,
}
"""How to read each of `simulation.scenario.model.FACTS` off a scenario."""


def beside(scenario: Scenario, card: Scorecard) -> list[Beside]:
    """Return the scenario's published figures, each with its simulated counterpart."""
    return [
        Beside(
            measure=figure.measure,
            published=figure.value,
            unit=figure.unit,
            source=figure.source,
            note=figure.note.strip(),
            simulated=simulated,
            half_width=half_width,
        )
        for figure in scenario.published
        for simulated, half_width in [_simulated(figure.measure, scenario, card)]
    ]


def _simulated(
    measure: str, scenario: Scenario, card: Scorecard
) -> tuple[float | None, float | None]:
    fact = _FACTS.get(measure)
    if fact is not None:
        return fact(scenario, card.frame), None
    found = card.estimate(measure)
    return found.value, found.half_width
