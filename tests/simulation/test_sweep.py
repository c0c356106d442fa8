"""Many campaigns before the same callers: each variant is what it would be alone."""

import numpy as np
import pytest

from callcenter.errors import InputError
from callcenter.measures.tally import Detail
from simulation.plan import Plan, compile_plan
from simulation.results import run
from simulation.scenario import loads
from simulation.sweep import (
    keeping,
    lengthened,
    measuring,
    refuse_no_campaigns,
    sweep,
    with_campaigns,
)
from tests.dialled import CENTRE


@pytest.fixture(scope="module")
def plan() -> Plan:
    return compile_plan(loads(CENTRE))


def test_a_variant_is_what_the_scenario_is_that_says_so(plan: Plan) -> None:
    variants = [plan, with_campaigns(plan, keeping(plan, idle=3))]
    order = measuring(plan, seed=None, engine="fast", detail=Detail.INTERVALS)

    found = sweep(order, variants, range(3))

    said = [f"campaigns.{name}.dialled_by.agents.keep_idle=3" for name in ("water", "survey")]
    for swept, changes in zip(found, ([], said), strict=True):
        alone = run(loads(CENTRE, changes), replications=3).scorecard
        for measure in (
            "service_level",
            "asa",
            "successes",
            "outbound_hours",
            "citizens_satisfied",
        ):
            assert swept.card.value(measure) == alone.value(measure), measure


def test_longer_lists_are_drawn_as_if_they_had_been_written(plan: Plan) -> None:
    order = measuring(plan, seed=None, engine="fast", detail=Detail.TOTAL)

    longer = sweep(order, [lengthened(plan, 1.5)], range(2))[0]

    said = [
        "campaigns.water.leads=3600",
        "campaigns.water.quota=null",
        "campaigns.survey.leads=6000",
    ]
    alone = run(loads(CENTRE, said), replications=2, detail=Detail.TOTAL).scorecard
    assert longer.card.value("successes") == alone.value("successes")


def test_both_engines_sweep_alike(plan: Plan) -> None:
    by_day = [
        sweep(
            measuring(plan, seed=3, engine=engine, detail=Detail.TOTAL),
            [with_campaigns(plan, keeping(plan, idle=idle)) for idle in (0, 2)],
            range(1),
        )
        for engine in ("fast", "reference")
    ]

    for fast, reference in zip(*by_day, strict=True):
        np.testing.assert_array_equal(fast.successes(), reference.successes())
        np.testing.assert_array_equal(fast.by_slot, reference.by_slot)


def test_threads_change_nothing(plan: Plan) -> None:
    order = measuring(plan, seed=None, engine="fast", detail=Detail.TOTAL)
    one, many = (sweep(order, [plan], range(5), workers=workers)[0] for workers in (1, 3))

    np.testing.assert_array_equal(one.successes(), many.successes())


def test_successes_by_hour_are_all_successes(plan: Plan) -> None:
    order = measuring(plan, seed=None, engine="fast", detail=Detail.TOTAL)
    swept = sweep(order, [plan], range(2))[0]

    np.testing.assert_array_equal(swept.by_slot.sum(axis=1), swept.successes().sum(axis=(1, 2)))


def test_a_centre_that_calls_nobody_is_refused() -> None:
    plan = compile_plan(loads(CENTRE, ["campaigns=null", "assumed=null"]))

    with pytest.raises(InputError, match="expected a scenario with campaigns"):
        refuse_no_campaigns(plan)
