"""All measures by name: counts and sums, shares and means, waits, and the work of agents."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from callcenter.measures.formulas import Measure
from callcenter.measures.opinion import OPINIONS
from callcenter.measures.service import COUNTS, LEVELS, SHARES, WAITS
from callcenter.measures.work import WORK

MEASURES: Final[Mapping[str, Measure]] = MappingProxyType(
    {measure.name: measure for measure in (*COUNTS, *LEVELS, *SHARES, *WAITS, *OPINIONS, *WORK)}
)
"""Every measure, in the order in which a scorecard shows them."""

SERVICE_LEVEL: Final = "service_level"
"""Stands for the service level by the definition that the queue's target chose."""


def measure_named(name: str) -> Measure:
    """Return a measure; an unknown name is refused with the nearest known ones."""
    found = MEASURES.get(name)
    if found is None:
        raise KeyError(f"expected one of {', '.join(MEASURES)}, got {name!r}")
    return found
