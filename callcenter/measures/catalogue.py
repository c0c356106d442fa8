"""All measures by name: counts and sums, shares and means, waits, and the work of agents."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from callcenter.measures.formulas import Measure
from callcenter.measures.frame import Frame
from callcenter.measures.opinion import OPINIONS
from callcenter.measures.outbound import CAMPAIGNS
from callcenter.measures.service import COUNTS, LEVELS, SHARES, WAITS
from callcenter.measures.work import WORK

MEASURES: Final[Mapping[str, Measure]] = MappingProxyType(
    {measure.name: measure for measure in (*COUNTS, *LEVELS, *SHARES, *WAITS, *OPINIONS, *WORK)}
)
"""Every measure of callers and agents, in the order in which a scorecard shows them."""

OF_CAMPAIGNS: Final[Mapping[str, Measure]] = MappingProxyType(
    {measure.name: measure for measure in CAMPAIGNS}
)
"""Every measure of campaigns; a scorecard without campaigns does not speak of them."""

NAMES: Final = (*MEASURES, *OF_CAMPAIGNS)

SERVICE_LEVEL: Final = "service_level"
"""Stands for the service level by the definition that the queue's target chose."""


def measure_named(name: str) -> Measure:
    """Return a measure; an unknown name is refused with the nearest known ones."""
    found = MEASURES.get(name) or OF_CAMPAIGNS.get(name)
    if found is None:
        raise KeyError(f"expected one of {', '.join(NAMES)}, got {name!r}")
    return found


def measures_of(frame: Frame) -> Mapping[str, Measure]:
    """Return what a scorecard of this centre tells, by name."""
    return {**MEASURES, **OF_CAMPAIGNS} if frame.campaigns else MEASURES
