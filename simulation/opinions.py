"""What served callers would say, and the intercept at which they come to a published share."""

import numpy as np
import numpy.typing as npt

from callcenter.domain.calls import LegKind, Outcome
from callcenter.measures.opinion import intercept_for
from callcenter.telephony.call_log import CallLog
from simulation.plan import Plan
from simulation.replications import Order, live


def calibrated(plan: Plan, *, share: float, seed: int | None = None) -> float:
    """Live one replication and return the intercept that makes its served callers this satisfied.

    Raises:
        ValueError: the share is not between 0 and 1, or nobody was served.
    """
    opinion = plan.frame.opinion
    assert opinion is not None, "a scenario that says what satisfaction depends on"
    spec = plan.scenario.run
    order = Order.of(plan, seed=spec.seed if seed is None else seed)
    calls, _ = live(order, 0)
    asked = (calls.outcome == Outcome.ANSWERED) & (calls.resolved >= 0)
    rows = np.flatnonzero(asked & (calls.kind != LegKind.OUTBOUND))
    return opinion.intercept + intercept_for(share, chances=chances(plan, calls, rows))


def chances(plan: Plan, calls: CallLog, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
    """Return how likely the callers of these answered legs are satisfied."""
    opinion = plan.frame.opinion
    assert opinion is not None, "a scenario that says what satisfaction depends on"
    return opinion.chance(
        waited=(calls.answered - calls.queued)[rows],
        handled=(calls.ended - calls.answered)[rows],
        settled=calls.resolved[rows],
        queue=calls.queue[rows].astype(np.int64),
        agent=calls.agent[rows].astype(np.int64),
    )
