"""How precisely a measure is known, for running until it is known well enough."""

import math
from typing import Final

from callcenter.measures.scorecard import Scorecard

_FAR: Final = 1e6
"""Half-widths further from the precision than this are as good as never reached."""


def relative_half_width(card: Scorecard, measure: str, **cell: str) -> float:
    """Return half-width / |value|: infinite for one replication, an empty population or a value of 0."""
    found = card.estimate(measure, **cell)
    if found.half_width is None or not found.value:
        return math.inf
    return found.half_width / abs(found.value)


def reached(card: Scorecard, measure: str, *, precision: float, **cell: str) -> bool:
    """Say whether the measure is known to the relative precision, such as 0.01."""
    return relative_half_width(card, measure, **cell) <= precision


def replications_needed(
    card: Scorecard, measure: str, *, precision: float, **cell: str
) -> int | None:
    """Guess how many replications in all will reach the precision; `None` if nothing can be guessed yet.

    Half-widths shrink with the root of the number of replications; one in ten is added because the
    spread itself is only estimated.
    """
    relative = relative_half_width(card, measure, **cell)
    if math.isinf(relative):
        return None
    if relative <= precision:
        return card.replications
    times = min(relative / precision, _FAR) ** 2 * 1.1
    return max(card.replications + 1, math.ceil(card.replications * times))
