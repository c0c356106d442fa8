"""Running until a measure is known well enough."""

from pathlib import Path

import pytest

from simulation.plan import Plan, compile_plan
from simulation.precision import run_until
from simulation.results import run
from simulation.scenario import load

SCENARIOS = Path(__file__).resolve().parents[2] / "configs" / "scenarios"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return compile_plan(load(SCENARIOS / "tutorial.yaml"))


def test_it_stops_when_the_measure_is_known_and_not_long_before(plan: Plan) -> None:
    result = run_until(plan, precision=0.02, measure="mean_talk", first=2)

    found = result.precision
    assert found is not None
    assert found.reached
    assert found.got is not None
    assert found.got <= 0.02
    estimate = result.scorecard["mean_talk"]
    assert estimate.half_width is not None
    assert estimate.value is not None
    assert found.got == estimate.half_width / estimate.value


def test_it_gives_up_at_the_most_allowed_and_says_so(plan: Plan) -> None:
    result = run_until(plan, precision=1e-6, measure="asa", first=3, at_most=7)

    assert result.replications == 7
    assert result.precision is not None
    assert not result.precision.reached
    assert result.precision.measure == "asa"


def test_a_precision_beyond_all_reach_is_no_mistake(plan: Plan) -> None:
    result = run_until(plan, precision=1e-300, measure="asa", first=2, at_most=3)

    assert result.replications == 3


def test_a_longer_run_contains_the_shorter_one(plan: Plan) -> None:
    grown = run_until(plan, precision=1e-6, first=2, at_most=6, seed=3)
    at_once = run(plan, replications=6, seed=3)

    assert grown.scorecard.to_dict() == at_once.scorecard.to_dict()


def test_the_general_service_level_is_the_one_chosen(plan: Plan) -> None:
    result = run_until(plan, precision=0.5, first=2, at_most=4)

    assert result.precision is not None
    assert result.precision.measure == "service_level_b"


def test_a_measure_that_is_always_zero_ends_the_run(plan: Plan) -> None:
    result = run_until(plan, precision=0.01, measure="blocking_rate", first=2)

    assert result.replications == 2
    assert result.precision is not None
    assert result.precision.got is None
    assert not result.precision.reached


def test_whoever_watches_hears_how_far_it_is(plan: Plan) -> None:
    heard: list[tuple[int, int]] = []

    run_until(
        plan,
        precision=1e-6,
        first=2,
        at_most=5,
        workers=1,
        progress=lambda done, of: heard.append((done, of)),
    )

    assert [done for done, _ in heard] == [1, 2, 3, 4, 5]
    assert heard[0] == (1, 2)
    assert heard[-1] == (5, 5)


@pytest.mark.parametrize("precision", [0.0, -0.1, float("nan")])
def test_a_precision_is_above_zero(plan: Plan, precision: float) -> None:
    with pytest.raises(ValueError, match="expected a precision above 0"):
        run_until(plan, precision=precision)


def test_an_unknown_measure_is_refused_before_anything_is_run(plan: Plan) -> None:
    with pytest.raises(KeyError, match="expected one of"):
        run_until(plan, precision=0.01, measure="happiness")
