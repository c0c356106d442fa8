"""How many agents to keep idle: the target holds before callers it was not found on."""

from pathlib import Path

import pytest

from callcenter.clock import HOUR, SECOND
from simulation.plan import Plan, compile_plan
from simulation.scenario import load, loads
from simulation.tuning import Rule, Tuning, held_to, override, tune
from tests.dialled import CENTRE


@pytest.fixture(scope="module")
def plan() -> Plan:
    return compile_plan(loads(CENTRE))


@pytest.fixture(scope="module")
def strict(plan: Plan) -> Tuning:
    return tune(
        held_to(plan, share=0.86, within=20 * SECOND),
        thresholds=range(6),
        replications=8,
        sure=0.9,
    )


def test_the_lowest_number_that_surely_holds_is_found(plan: Plan) -> None:
    found = tune(plan, thresholds=range(4), replications=6)

    assert found.flat is not None
    missed = [one for one in found.searched if one.rule.idle < found.flat.rule.idle]
    assert missed
    assert not any(one.holds(0.95) for one in missed)
    assert found.confirmed is not None
    assert found.confirmed.holds(0.95)


def test_numbers_by_interval_are_taken_where_they_surely_bring_more(strict: Tuning) -> None:
    assert strict.flat is not None
    assert strict.stepped is not None
    assert strict.stepped.rule.idle_from
    assert strict.stepped.successes > strict.flat.successes
    assert strict.confirmed is not None
    assert strict.confirmed.rule == strict.stepped.rule


def test_it_is_confirmed_on_other_callers(strict: Tuning) -> None:
    told = strict.to_dict()

    assert told["chosen"]["keep_idle_from"] == told["stepped"]["keep_idle_from"]
    assert told["chosen"]["values"]["asa"] != told["stepped"]["values"]["asa"]
    assert told["targets"] == {"phone": {"share": 0.86, "within_seconds": 20}}


def test_where_nothing_holds_nothing_is_proposed(plan: Plan) -> None:
    found = tune(
        held_to(plan, share=0.99, within=SECOND), thresholds=(0, 3), replications=2
    ).to_dict()

    assert (found["flat"], found["stepped"], found["chosen"]) == (None, None, None)
    assert [one["kept"]["value"] for one in found["searched"]] == [False, False]


def test_of_rules_that_reach_as_many_the_kindest_to_callers_is_taken() -> None:
    short = ["campaigns.water.leads=30", "campaigns.water.quota=null", "campaigns.survey.leads=30"]
    easy = held_to(compile_plan(loads(CENTRE, short)), share=0.5, within=20 * SECOND)

    found = tune(easy, thresholds=(0, 1, 2), replications=3)

    assert found.flat is not None
    assert found.flat.rule.idle == 2


def test_the_override_makes_the_scenario_so(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(CENTRE, "utf-8")
    written = ["campaigns.water.dialled_by.agents.keep_idle_from={09:30: 7}"]
    before = load(tmp_path / "base.yaml", written)
    text = override(compile_plan(before), Rule(idle=2, idle_from={11 * HOUR: 0, 13 * HOUR: 4}))
    (tmp_path / "tuned.yaml").write_text(f"extends: base.yaml\nscenario: tuned\n{text}", "utf-8")

    after = load(tmp_path / "tuned.yaml")

    assert "{09:30: 2, 11:00: 0, 13:00: 4}" in text
    steps = {11 * HOUR: 0, 13 * HOUR: 4}
    survey, water = (after.campaigns[name].dialled_by["agents"] for name in ("survey", "water"))
    assert (survey.keep_idle, survey.keep_idle_from) == (2, steps)
    assert (water.keep_idle, water.keep_idle_from) == (2, {9.5 * HOUR: 2, **steps})
