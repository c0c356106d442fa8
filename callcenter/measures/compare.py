"""Two scorecards side by side, replication by replication.

Scenarios run with the same seed meet the same callers, so that replication k of one is paired with
replication k of the other and most of the chance cancels. Differences are other minus base.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np

from callcenter.measures.catalogue import measures_of
from callcenter.measures.formulas import Better, Floats, Kind, Measure, value_or_none
from callcenter.measures.intervals import (
    ROUNDING,
    Interval,
    of_means,
    residuals,
    t_factor,
    t_probability,
)
from callcenter.measures.scorecard import Scorecard
from callcenter.measures.stack import By

_PER_CALL: Final = frozenset({Kind.RATIO, Kind.PERCENTILE})
"""Kinds whose values do not grow with the number of days."""
_BY_DAY: Final = frozenset({By.DAY, By.QUEUE_DAY, By.CAMPAIGN_DAY})


class Word(StrEnum):
    """What a difference comes to."""

    BETTER = "better"
    WORSE = "worse"
    HIGHER = "higher"
    LOWER = "lower"
    SAME = "same"
    """Equal in every replication."""
    UNDECIDED = "undecided"
    """The interval of the difference holds zero, or there is no interval."""
    OTHER_DAYS = "other days"
    """A total or a maximum over another number of open days: no matter for a verdict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One measure of two scorecards."""

    measure: Measure
    cell: dict[str, str]
    base: float
    other: float
    difference: float
    half_width: float | None
    """Of the difference, paired; `None` for one replication."""
    n: int
    word: Word
    confidence: float | None
    """Probability that the difference has the sign it shows.

    `None` for one replication, for no sign, and where every pair differs by the same: nothing then tells
    how far chance could go.
    """

    def record(self) -> dict[str, Any]:
        """Return a flat record."""
        return {
            **self.cell,
            "measure": self.measure.name,
            "unit": self.measure.unit.value,
            "base": self.base,
            "other": self.other,
            "difference": self.difference,
            "half_width": self.half_width,
            "n": self.n,
            "word": self.word.value,
            "confidence": self.confidence,
        }


def compare(base: Scorecard, other: Scorecard, *, by: By | str = By.TOTAL) -> list[Difference]:
    """Return the differences of all measures that both scorecards know, cell by cell.

    Args:
        base: What is compared with.
        other: What is compared, run with the same seed and as many replications.
        by: Cells; both must have the same ones.

    Raises:
        ValueError: The scorecards cannot be paired.
    """
    by = By(by)
    if base.replications != other.replications:
        raise ValueError(
            f"expected as many replications on both sides, got {base.replications} and "
            f"{other.replications}"
        )
    if base.stack.axes(by) != other.stack.axes(by):
        raise ValueError(f"expected the same cells by {by} on both sides")
    return list(_differences(base, other, by=by))


def _differences(base: Scorecard, other: Scorecard, *, by: By) -> Iterator[Difference]:
    axes = base.stack.axes(by)
    shape = tuple(len(places) for _, places in axes)
    same_days = base.frame.open_days == other.frame.open_days
    for measure in measures_of(base.frame).values():
        comparable = same_days or measure.kind in _PER_CALL or by in _BY_DAY
        if not (base.stack.knows(measure, by=by) and other.stack.knows(measure, by=by)):
            continue
        ours, theirs = (card.interval(measure, by=by).value for card in (base, other))
        paired = _paired(base, other, measure=measure, by=by)
        for number in np.flatnonzero(~np.isnan(ours) & ~np.isnan(theirs)):
            place = np.unravel_index(number, shape) if shape else ()
            cell = {name: places[at] for (name, places), at in zip(axes, place, strict=True)}
            yield _difference(
                measure,
                cell=cell,
                base=float(ours[number]),
                other=float(theirs[number]),
                half_width=value_or_none(paired.half_width[number]),
                n=int(paired.n[number]),
                level=base.confidence,
                comparable=comparable,
            )


def _difference(
    measure: Measure,
    *,
    cell: dict[str, str],
    base: float,
    other: float,
    half_width: float | None,
    n: int,
    level: float,
    comparable: bool,
) -> Difference:
    difference = other - base
    noise = ROUNDING * max(abs(base), abs(other))
    if abs(difference) <= noise and half_width is not None and half_width <= noise:
        difference = half_width = 0.0
    return Difference(
        measure=measure,
        cell=cell,
        base=base,
        other=other,
        difference=difference,
        half_width=half_width,
        n=n,
        word=_word(measure, difference=difference, half_width=half_width)
        if comparable
        else Word.OTHER_DAYS,
        confidence=_confidence(difference, half_width=half_width, n=n, level=level)
        if comparable
        else None,
    )


def _paired(base: Scorecard, other: Scorecard, *, measure: Measure, by: By) -> Interval:
    """Return the interval of the mean difference over pairs; of ratios, by the delta method."""
    errors = (_contributions(card, measure=measure, by=by) for card in (base, other))
    first, second = errors
    return of_means(second - first, confidence=base.confidence)


def _contributions(card: Scorecard, *, measure: Measure, by: By) -> Floats:
    if measure.kind is not Kind.RATIO:
        return card.stack.values(measure, by=by)
    above, below = card.stack.parts(measure, by=by)
    assert below is not None, "a ratio has a denominator"
    return residuals(above, below)


def _word(measure: Measure, *, difference: float, half_width: float | None) -> Word:
    if difference == 0 and half_width == 0:
        return Word.SAME
    if half_width is None or abs(difference) <= half_width:
        return Word.UNDECIDED
    higher = difference > 0
    if measure.better is Better.NEITHER:
        return Word.HIGHER if higher else Word.LOWER
    return Word.BETTER if higher == (measure.better is Better.HIGHER) else Word.WORSE


def _confidence(
    difference: float, *, half_width: float | None, n: int, level: float
) -> float | None:
    if half_width is None or difference == 0 or half_width <= ROUNDING * abs(difference):
        return None
    error = half_width / float(t_factor(n, confidence=level))
    return value_or_none(float(t_probability(abs(difference) / error, n=n)))
