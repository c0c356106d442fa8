"""What callers would say of an answered leg: a logit on what it was like, and what that can tell.

No published coefficients of waiting on satisfaction were found: whoever gives some says where they
are from, or that they are assumed. The mean over served callers moves little when a centre gets worse,
because those who gave up are never asked; so three numbers stand side by side: served callers
satisfied, citizens not served, and citizens satisfied, where who was not served is not.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from callcenter.clock import MINUTE
from callcenter.measures.formulas import Better, Kind, Measure, Unit

_GRAIN = 2.0**-20
"""Chances are whole multiples of it, so that their sums are exact in whatever order they are made."""
_STEEPEST = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """Coefficients of the logit of a served caller's satisfaction."""

    intercept: float
    per_minute_waited: float = 0.0
    per_minute_handled: float = 0.0
    """Of talk and hold."""
    if_settled: float = 0.0
    queue: tuple[float, ...] = ()
    """Of each queue; empty for none."""
    agent: tuple[float, ...] = ()
    """Of each agent; empty for none."""

    def chance(
        self,
        *,
        waited: ArrayLike,
        handled: ArrayLike,
        settled: ArrayLike,
        queue: NDArray[np.int64],
        agent: NDArray[np.int64],
    ) -> NDArray[np.float64]:
        """Return the probability that each leg's caller is satisfied.

        Args:
            waited: Ticks in the queue.
            handled: Ticks of talk and hold.
            settled: 1 where the concern was settled.
            queue: Numbers as in the log.
            agent: As well.
        """
        from scipy.special import expit  # noqa: PLC0415 - slow to import, seldom needed

        logit = self.intercept + self._slope(waited, handled=handled, settled=settled)
        if self.queue:
            logit = logit + np.array(self.queue)[queue]
        if self.agent:
            logit = logit + np.array(self.agent)[agent]
        found: NDArray[np.float64] = np.rint(expit(logit) / _GRAIN) * _GRAIN
        return found

    def _slope(
        self, waited: ArrayLike, *, handled: ArrayLike, settled: ArrayLike
    ) -> NDArray[np.float64]:
        minutes = np.asarray(waited, dtype=np.float64) / MINUTE * self.per_minute_waited
        minutes = minutes + np.asarray(handled, dtype=np.float64) / MINUTE * self.per_minute_handled
        return minutes + np.asarray(settled, dtype=np.float64) * self.if_settled


def intercept_for(target: float, *, chances: NDArray[np.float64]) -> float:
    """Return by how much an intercept must change so that these chances have the mean `target`.

    Raises:
        ValueError: the target is not between 0 and 1, or there is nobody to ask.
    """
    from scipy.optimize import brentq  # noqa: PLC0415 - as above
    from scipy.special import expit  # noqa: PLC0415

    if not 0 < target < 1 or chances.size == 0:
        raise ValueError(f"expected a share between 0 and 1 of somebody, got {target!r}")
    inside = chances.clip(_GRAIN, 1 - _GRAIN)
    logit = np.log(inside) - np.log1p(-inside)
    shift: float = brentq(
        lambda by: float(expit(logit + by).mean()) - target, -_STEEPEST, _STEEPEST, xtol=1e-9
    )
    return shift


_UNSERVED: Final = "abandoned + balked + busy_signals + queue_full + released"
OPINIONS: Final = (
    Measure(
        name="served_satisfied",
        kind=Kind.RATIO,
        unit=Unit.SHARE,
        formula="satisfied / rated",
        english="served callers satisfied",
        korean="응대 고객 만족도",
        population="answered inbound legs that were not sent on; the share expected by the model",
        source="the scenario's logit; what a survey of served callers would find",
        better=Better.HIGHER,
    ),
    Measure(
        name="unserved_rate",
        kind=Kind.RATIO,
        unit=Unit.SHARE,
        formula=f"({_UNSERVED}) / (answered + {_UNSERVED})",
        english="callers not served",
        korean="미응대 비율",
        population="legs within opening hours that are over: answered, given up or turned away",
        source="what a survey of served callers cannot see: nobody asks who was not served",
        better=Better.LOWER,
    ),
    Measure(
        name="citizens_satisfied",
        kind=Kind.RATIO,
        unit=Unit.SHARE,
        formula=f"satisfied / (rated + {_UNSERVED})",
        english="citizens satisfied",
        korean="시민 만족도",
        population="served callers, and all who were not served, who count as not satisfied",
        source="served callers satisfied times the share served",
        better=Better.HIGHER,
    ),
)
"""Three numbers that stand side by side, never one of them alone."""
