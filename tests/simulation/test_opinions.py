"""The scenario's model of satisfaction: fitted to what was published, and what a worse centre loses."""

import pytest

from callcenter.errors import ScenarioError
from simulation.opinions import calibrated
from simulation.plan import compile_plan
from simulation.results import run
from simulation.scenario import loads
from tests.simulation.scenario.base import GOOD

MODEL = {
    "satisfaction.intercept": 0.3,
    "satisfaction.per_minute_waited": -0.2,
    "satisfaction.if_settled": 0.7,
    "satisfaction.between_agents": 0.2,
}


def test_the_fitted_intercept_brings_the_base_case_to_the_published_share() -> None:
    fitted = calibrated(compile_plan(loads(GOOD, MODEL)), share=0.89)

    found = run(loads(GOOD, MODEL | {"satisfaction.intercept": fitted}), replications=1)

    assert found.scorecard.value("served_satisfied") == pytest.approx(0.89, abs=1e-4)


def test_a_longer_talk_costs_citizens_more_than_a_survey_of_the_served_would_show() -> None:
    usual = run(loads(GOOD, MODEL), replications=4).scorecard
    worse = run(loads(GOOD, MODEL | {"queue.phone.talk.mean": "400s"}), replications=4).scorecard

    def lost(measure: str) -> float:
        before, after = usual.value(measure), worse.value(measure)
        assert before is not None
        assert after is not None
        return before - after

    assert -lost("unserved_rate") > 0.02
    assert lost("citizens_satisfied") > lost("served_satisfied") > 0


def test_both_engines_say_the_same() -> None:
    fast, reference = (
        run(loads(GOOD, MODEL), replications=1, engine=name).scorecard
        for name in ("fast", "reference")
    )

    assert fast.value("citizens_satisfied") == reference.value("citizens_satisfied")


def test_a_queue_that_does_not_exist_is_named() -> None:
    text = f"{GOOD}satisfaction: {{intercept: 0, queue: {{fax: 0.1}}}}\n"

    with pytest.raises(ScenarioError, match=r"satisfaction.queue.fax"):
        loads(text)
