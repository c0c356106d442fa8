"""Answers put back into the proportions of those they speak for, and what the weights cost.

A cell is a part of the population with a known share of it. Whoever answers from a cell stands for as
many as the cell has to each of its answers: its weight is share of the population by share of the
respondents. Unequal weights tell less than equal ones; Kish's design effect (Survey Sampling 1965, 11.7)
says by how much, and the interval is Wilson's at the size n / design effect. Quotas are no probability
sample, and weights mend no bias within a cell: the interval is a lower bound of the uncertainty.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from callcenter.measures.desk_work import LEAST_RANKED, Interval, wilson_of_share


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a cell answered."""

    code: str
    share: float
    """Of the population, from 0 to 1."""
    n: int
    satisfied: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighted:
    """A share of satisfied, each cell with the weight it has in the population."""

    n: int
    share: float | None
    """`None` where nobody answered."""
    design_effect: float
    """n Σw² / (Σw)² over respondents: 1 where all weigh the same."""
    interval: Interval | None
    weights: dict[str, float]
    """Of each cell that answered; they have the mean 1 over respondents."""
    unheard: tuple[str, ...]
    """Cells of the population from which nobody answered: the share is one of the others."""

    @property
    def effective(self) -> float:
        """As many equal answers would tell as much."""
        return self.n / self.design_effect

    @property
    def ranked(self) -> bool:
        """Whether there are answers enough to rank it among others; at 17 there are not."""
        return self.n >= LEAST_RANKED


def weighted(cells: Sequence[Answered], *, confidence: float = 0.95) -> Weighted:
    """Put cells together, each by its share of the population that the heard cells make up."""
    heard = [cell for cell in cells if cell.n and cell.share > 0]
    n = sum(cell.n for cell in heard)
    known = sum(cell.share for cell in heard)
    weights = {cell.code: cell.share / known * n / cell.n for cell in heard}
    unheard = tuple(cell.code for cell in cells if cell.share > 0 and not cell.n)
    if not n:
        return Weighted(
            n=0, share=None, design_effect=1.0, interval=None, weights={}, unheard=unheard
        )
    share = sum(weights[cell.code] * cell.satisfied for cell in heard) / n
    share = min(1.0, share)
    effect = max(1.0, sum(cell.n * weights[cell.code] ** 2 for cell in heard) / n)
    return Weighted(
        n=n,
        share=share,
        design_effect=effect,
        interval=wilson_of_share(share, n=n / effect, confidence=confidence),
        weights=weights,
        unheard=unheard,
    )


def unweighted(n: int, satisfied: float) -> Weighted:
    """Return the share of answers that all weigh the same."""
    return weighted([Answered(code="", share=1.0, n=n, satisfied=satisfied)])
