"""What a measure is, and the arithmetic on additive base quantities that gives its value.

A *base* is a number that adds up: calls of some sort, or ticks of some sort. It may be counted over a
nine-month log, a half hour of one queue or the last five minutes of a live board. A measure is a base
or a sum of bases, or the ratio of two such sums, so that its formula text is its definition: the words
in `Measure.formula` are parsed, not repeated. Maxima and percentiles are not additive; they are read
off the raw waits (see `waits.py`). A measure whose population is empty has no value: NaN in arrays.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from callcenter.clock import DAY, HOUR, SECOND

Floats = NDArray[np.float64]


class Kind(StrEnum):
    """How a measure comes about, which decides how replications of it are combined."""

    COUNT = "count"
    SUM = "sum"
    RATIO = "ratio"
    MAXIMUM = "maximum"
    PERCENTILE = "percentile"


class Unit(StrEnum):
    """What a value counts."""

    LEGS = "legs"
    CALLS = "calls"
    PER_DAY = "legs/day"
    PER_HOUR = "legs/h"
    LEADS = "leads"
    DAYS = "days"
    SECONDS = "s"
    HOURS = "h"
    SHARE = "share"
    CALLERS = "callers"
    AGENTS = "agents"
    MONEY = "money"


class Better(StrEnum):
    """Which way a centre wants a measure to go."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


SCALE: Final[Mapping[Unit, float]] = {
    Unit.SECONDS: 1 / SECOND,
    Unit.HOURS: 1 / HOUR,
    Unit.DAYS: 1 / DAY,
    Unit.PER_HOUR: HOUR,
}
"""What turns ticks, or something by the tick, into the unit; 1 for all others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure: its words, its population and its formula over bases."""

    name: str
    kind: Kind
    unit: Unit
    formula: str
    english: str
    korean: str
    population: str
    """Which calls or times it looks at."""
    source: str
    """Who defines it so."""
    better: Better = Better.NEITHER
    percent: int | None = None
    """Percentiles only: the share, in per cent, that waits no longer."""

    @property
    def numerator(self) -> "Form":
        """The sum above the line."""
        return parse(self.formula)[0]

    @property
    def denominator(self) -> "Form | None":
        """The sum below the line; none for counts and sums."""
        return parse(self.formula)[1]

    @property
    def scale(self) -> float:
        """What turns the ratio or sum of bases into the unit."""
        return SCALE.get(self.unit, 1.0)

    @property
    def additive(self) -> bool:
        """Say whether it is computed from bases, not from raw waits."""
        return self.kind in {Kind.COUNT, Kind.SUM, Kind.RATIO}


@dataclass(frozen=True, slots=True)
class Form:
    """A sum of bases, each taken once, added or taken away."""

    terms: tuple[tuple[str, int], ...]

    @property
    def names(self) -> frozenset[str]:
        """The bases it needs."""
        return frozenset(name for name, _ in self.terms)

    def of(self, bases: Mapping[str, ArrayLike]) -> Floats:
        """Return the sum, for a number or an array of cells alike."""
        total: Floats = np.zeros(())
        for name, sign in self.terms:
            base = np.asarray(bases[name], dtype=np.float64)
            total = total + base if sign > 0 else total - base
        return total


_TERM: Final = re.compile(r"\s*([+-]?)\s*([a-z_]+)")
_WRITTEN: Final = re.compile(r"\(?([a-z_ +-]+?)\)?(?: / \(?([a-z_ +-]+?)\)?)?")


@cache
def parse(formula: str) -> tuple[Form, Form | None]:
    """Read `a + b` or `(a + b) / (c - d)`; anything else is a programmer's error."""
    written = _WRITTEN.fullmatch(formula)
    if written is None:
        raise ValueError(f"expected sums of bases such as '(a + b) / (c - d)', got {formula!r}")
    above, below = written.groups()
    return _form(above), None if below is None else _form(below)


def _form(text: str) -> Form:
    return Form(tuple((name, -1 if sign == "-" else 1) for sign, name in _TERM.findall(text)))


def needs(measure: Measure) -> frozenset[str]:
    """Return the bases an additive measure is made of."""
    below = measure.denominator
    return measure.numerator.names | (below.names if below is not None else frozenset())


def evaluate(measure: Measure, bases: Mapping[str, ArrayLike]) -> Floats:
    """Return an additive measure's value, cell by cell.

    Population: as the measure says. Unit: the measure's. NaN where the denominator is not above zero:
    nobody was in the population, which is neither 0 nor 100 %.
    """
    above = measure.numerator.of(bases)
    below = measure.denominator
    if below is None:
        return above * measure.scale
    return ratio(above * measure.scale, below.of(bases))


def ratio(above: ArrayLike, below: ArrayLike) -> Floats:
    """Return above / below where below > 0, else NaN."""
    top, bottom = np.asarray(above, dtype=np.float64), np.asarray(below, dtype=np.float64)
    top, bottom = np.broadcast_arrays(top, bottom)
    out = np.full(top.shape, np.nan)
    np.divide(top, bottom, out=out, where=bottom > 0)
    return out


def value_or_none(value: float) -> float | None:
    """Return a value for the outside world, where an empty population is `None`."""
    return None if np.isnan(value) else float(value)


def values_or_none(values: Floats) -> list[float | None]:
    """Return values for the outside world, where an empty population is `None`."""
    return [None if value != value else value for value in values.tolist()]  # noqa: PLR0124 - NaN


FLOWS: Final = (
    "answered",
    "abandoned",
    "balked",
    "queue_full",
    "released",
    "flowed_out",
    "callbacks_accepted",
    "handed_back",
    "not_reached",
    "waiting",
)
"""What became of the offered: each leg that entered a queue is in exactly one of these."""


def unaccounted(bases: Mapping[str, ArrayLike]) -> Floats:
    """Return offered minus all that became of them, cell by cell: zero, or a call was lost.

    Population: every leg that entered a queue. Unit: legs.
    """
    flows = [np.asarray(bases[name], dtype=np.float64) for name in FLOWS]
    rest: Floats = np.asarray(bases["offered"], dtype=np.float64) - np.sum(flows, axis=0)
    return rest
