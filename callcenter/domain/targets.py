"""Service targets: what a queue is held to, and by which definition of service level."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from callcenter.clock import SECOND, Tick


class Definition(StrEnum):
    """Which calls a service level counts. T is the threshold; a wait of exactly T is in time.

    "Hung up" is abandoned or balked: a switch sees a caller who balks hang up after no wait at all.
    """

    A = "SL-A"
    """Answered in time / answered."""
    B = "SL-B"
    """Answered in time / (answered + hung up)."""
    C = "SL-C"
    """Answered in time / (offered - hung up shortly)."""
    D = "SL-D"
    """(Answered in time + hung up in time) / offered."""
    E = "SL-E"
    """Answered in time / (answered + hung up later than T)."""
    F = "SL-F"
    """Answered in time / offered: the Erlang models' own."""
    G = "SL-G"
    """Answered in time / (offered + busy signals - hung up in time)."""

    @property
    def measure(self) -> str:
        """Name of the measure that computes it."""
        return f"service_level_{self.name.lower()}"


class Bound(StrEnum):
    """On which side of its value a goal is kept."""

    AT_LEAST = "at least"
    AT_MOST = "at most"


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One measure and the value it must not fall short of, or exceed, in the measure's unit."""

    measure: str
    bound: Bound
    value: float

    def kept(self, value: float) -> bool:
        """Say whether a value keeps the goal; the goal's own value does."""
        return value >= self.value if self.bound is Bound.AT_LEAST else value <= self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTarget:
    """What one queue is held to. `None` means that nothing is demanded of that measure."""

    within: Tick = 20 * SECOND
    """The threshold T."""
    share: float | None = 0.80
    definition: Definition = Definition.B
    short: Tick = 5 * SECOND
    """Abandoning after a wait of at most this counts as short."""
    abandonment: float | None = None
    """Highest share of the offered that may abandon."""
    asa: Tick | None = None
    """Longest mean speed of answer."""
    occupancy: tuple[float, float] | None = None
    """Lowest and highest occupancy wanted."""

    def goals(self) -> Iterator[Goal]:
        """Give each demand as a goal over a named measure, times in seconds."""
        if self.share is not None:
            yield Goal(measure=self.definition.measure, bound=Bound.AT_LEAST, value=self.share)
        if self.abandonment is not None:
            yield Goal(measure="abandonment_rate", bound=Bound.AT_MOST, value=self.abandonment)
        if self.asa is not None:
            yield Goal(measure="asa", bound=Bound.AT_MOST, value=self.asa / SECOND)
        if self.occupancy is not None:
            lowest, highest = self.occupancy
            yield Goal(measure="occupancy", bound=Bound.AT_LEAST, value=lowest)
            yield Goal(measure="occupancy", bound=Bound.AT_MOST, value=highest)
