"""What callers answer to the message after their call: a few of them, some minutes later.

Who is satisfied follows from the scenario's model of satisfaction; who answers, how soon, and how far the
scores of the satisfied and of the others spread is `assumed`.
"""

from typing import Final, Self

import numpy as np

from callcenter.clock import MINUTE, NEVER, SECOND, Tick
from callcenter.domain.calls import LegKind, Outcome
from callcenter.measures.opinion import Opinion
from callcenter.telephony.call_log import NONE
from simulation.engines.reference_records import Leg
from simulation.plan import Plan
from simulation.streams import stream

_MEAN_DELAY: Final[Tick] = 4 * MINUTE
_LATEST: Final[Tick] = 30 * MINUTE
_SATISFIED: Final = ((4, 5), (0.4, 0.6))
_OTHERS: Final = ((1, 2, 3), (0.2, 0.3, 0.5))
"""Scores, and how often each is given."""


class Scores:
    """The answers of one lived day."""

    def __init__(
        self, opinion: Opinion, *, response_rate: float, seed: int, replication: int
    ) -> None:
        """Take what satisfaction depends on, and how many of the served answer."""
        self._opinion = opinion
        self._response_rate = response_rate
        self._seed = seed
        self._replication = replication

    @classmethod
    def of_plan(cls, plan: Plan, *, seed: int, replication: int) -> Self | None:
        """Return what a scenario says of it; `None` if nobody is asked."""
        asked, opinion = plan.scenario.satisfaction, plan.frame.opinion
        if asked is None or opinion is None or not asked.response_rate:
            return None
        return cls(opinion, response_rate=asked.response_rate, seed=seed, replication=replication)

    def answer(self, leg: Leg) -> tuple[Tick, int] | None:
        """Return after which delay the caller of a leg that has ended gives which score; or nothing."""
        served = leg.outcome is Outcome.ANSWERED and leg.resolved != NONE
        if not served or leg.kind is LegKind.OUTBOUND or leg.ended >= NEVER:
            return None
        rng = stream(seed=self._seed, replication=self._replication, name=f"score {leg.row}")
        if rng.random() >= self._response_rate:
            return None
        scores, shares = _SATISFIED if rng.random() < self._chance(leg) else _OTHERS
        delay = min(_LATEST, round(rng.exponential(_MEAN_DELAY / SECOND)) * SECOND + SECOND)
        return delay, int(rng.choice(scores, p=shares))

    def _chance(self, leg: Leg) -> float:
        chance = self._opinion.chance(
            waited=np.array([leg.answered - leg.queued]),
            handled=np.array([leg.ended - leg.answered]),
            settled=np.array([leg.resolved]),
            queue=np.array([leg.queue]),
            agent=np.array([leg.agent]),
        )
        return float(chance[0])
