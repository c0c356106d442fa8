"""What served callers would say: a logit, exact sums, and three numbers instead of one."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from callcenter.clock import MINUTE, SECOND
from callcenter.domain.calls import LegKind, Outcome
from callcenter.measures.opinion import Opinion, intercept_for
from callcenter.measures.scorecard import Scorecard
from callcenter.measures.tally import tally
from simulation.streams import stream
from tests.callcenter.measures.builders import (
    OPEN,
    agent_log,
    answered,
    call_log,
    frame,
    gone,
)

NOBODY = np.zeros(1, dtype=np.int64)


def test_the_chance_is_the_logit_of_what_the_call_was_like() -> None:
    opinion = Opinion(
        intercept=2.0,
        per_minute_waited=-0.2,
        per_minute_handled=0.1,
        if_settled=0.5,
        queue=(0.0, -1.0),
        agent=(0.3,),
    )
    found = opinion.chance(
        waited=np.array([90 * SECOND]),
        handled=np.array([2 * MINUTE]),
        settled=np.array([1]),
        queue=np.array([1]),
        agent=NOBODY,
    )

    assert found[0] == pytest.approx(expit(2.0 - 0.3 + 0.2 + 0.5 - 1.0 + 0.3), abs=1e-6)


def test_sums_of_chances_are_the_same_in_any_order() -> None:
    rng = stream(seed=1, replication=0, name="waits")
    waited = rng.integers(0, 10 * MINUTE, size=100_000)
    several = np.zeros(waited.size, dtype=np.int64)
    chance = Opinion(intercept=2.0, per_minute_waited=-0.2).chance(
        waited=waited, handled=0, settled=0, queue=several, agent=several
    )

    assert chance.sum() == chance[::-1].sum() == np.sort(chance).sum()


def test_an_intercept_is_found_for_a_published_share() -> None:
    rng = stream(seed=1, replication=0, name="chances")
    chances = rng.random(10_000)
    logit = np.log(chances / (1 - chances))

    shift = intercept_for(0.89, chances=chances)

    assert expit(logit + shift).mean() == pytest.approx(0.89, abs=1e-6)
    with pytest.raises(ValueError, match="expected a share"):
        intercept_for(1.0, chances=chances)


def test_three_numbers_stand_side_by_side() -> None:
    opinion = Opinion(intercept=0.0, per_minute_waited=-1.0, if_settled=2.0)
    rows = [
        answered(OPEN, wait=0),
        answered(OPEN, wait=MINUTE, resolved=0),
        answered(OPEN, resolved=-1),
        answered(OPEN, kind=LegKind.OUTBOUND),
        gone(OPEN, outcome=Outcome.ABANDONED, wait=MINUTE),
        gone(OPEN, outcome=Outcome.CALLBACK_ACCEPTED, wait=MINUTE),
    ]
    made = replace(frame(), opinion=opinion)
    card = Scorecard([tally(call_log(rows), agent_log(), made)], frame=made)

    happy, unhappy = expit(2.0), expit(-1.0)
    assert card.value("served_satisfied") == pytest.approx((happy + unhappy) / 2, abs=1e-6)
    assert card.value("unserved_rate") == pytest.approx(1 / 5)
    assert card.value("citizens_satisfied") == pytest.approx((happy + unhappy) / 3, abs=1e-6)


def test_where_nobody_is_asked_there_is_no_satisfaction() -> None:
    made = frame()
    card = Scorecard([tally(call_log([answered(OPEN)]), agent_log(), made)], frame=made)

    assert card.value("served_satisfied") is None
    assert card.value("citizens_satisfied") is None
