"""`callcenter satisfaction`: what a survey can tell, and the intercept that fits."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.simulation.test_survey_rounds import SCENARIO

SCENARIOS = Path(__file__).resolve().parents[2] / "configs" / "scenarios"
Call = Callable[..., Any]


def test_two_hundred_over_twelve_fields_rank_nobody(callcenter: Call) -> None:
    said = callcenter(
        "satisfaction", "survey", "--respondents", 204, "--fields", 12, "--lang", "en"
    )

    assert said.code == 0
    assert "66.6-97.0 %" in said.out
    assert "Fields must not be ranked: 17 answers each, at least 30 are needed." in said.out
    assert "81.0 %" in said.out


def test_it_speaks_korean_and_ranks_where_it_may(callcenter: Call) -> None:
    said = callcenter("satisfaction", "survey", "--respondents", 800, "--lang", "ko")

    assert said.code == 0
    assert "86.6-91.0 %" in said.out
    assert "순위를 매길 수 없습니다" not in said.out


def test_json_says_the_same(callcenter: Call) -> None:
    said = callcenter(
        "satisfaction", "survey", "--respondents", 2_817, "--rounds", 9, "--json", "-"
    )
    document = json.loads(said.out)

    assert document["groups"]["round"]["n"] == 313
    assert round(document["groups"]["all"]["low"], 3) == 0.878
    assert document["dials"] == 17_972


@pytest.mark.parametrize("wrong", [("--respondents", 0), ("--respondents", 5, "--share", 1.2)])
def test_what_makes_no_sense_is_refused(callcenter: Call, wrong: tuple[object, ...]) -> None:
    assert callcenter("satisfaction", "survey", *wrong).code == 2


def test_more_fields_than_answers_are_told_as_unknown(callcenter: Call) -> None:
    said = callcenter("satisfaction", "survey", "--respondents", 5, "--fields", 12, "--lang", "en")

    assert said.code == 0
    assert "Fields must not be ranked: 0 answers each" in said.out


@pytest.fixture
def round_(tmp_path: Path) -> Path:
    """Write a small round to a file."""
    file = tmp_path / "round.yaml"
    file.write_text(SCENARIO, "utf-8")
    return file


def test_a_round_is_set_beside_what_is_true(callcenter: Call, round_: Path) -> None:
    said = callcenter("satisfaction", "round", round_, "-n", 3, "--lang", "en")

    assert said.code == 0
    assert "Round satisfaction, lived 3 times" in said.out
    assert "satisfied among callers served   73.1 %" in said.out
    assert "too few to rank" in said.out
    assert "at 3.00 times the odds of others (assumed)" in said.out


def test_a_round_speaks_korean(callcenter: Call, round_: Path) -> None:
    said = callcenter("satisfaction", "round", round_, "-n", 2, "--lang", "ko")

    assert said.code == 0
    assert re.search(r"응대 고객 만족도 \(실제\) +73.1 %", said.out)
    assert "순위 불가 (응답 부족)" in said.out


def test_the_document_of_a_round_is_the_same_from_both_engines(
    callcenter: Call, round_: Path
) -> None:
    wanted = ("satisfaction", "round", round_, "-n", 2, "--json", "-", "--engine")
    fast, reference = (callcenter(*wanted, name).out for name in ("fast", "reference"))
    document = json.loads(fast)

    assert fast == reference
    assert document["schema"] == "callcenter.survey-round/1"
    assert document["bias"]["n"] == 2
    assert document["rates"]["RR1"]["formula"] == "I / (I + P + R + NC + O + U)"
    assert not document["queues"]["tax"]["ranked"]


def test_a_round_nobody_answers_has_no_share_and_no_interval(
    callcenter: Call, round_: Path
) -> None:
    change = "campaigns.satisfaction.chances=[{no_answer: 100%}]"
    said = callcenter("satisfaction", "round", round_, "-n", 2, "--lang", "en", "--set", change)

    assert said.code == 0
    assert "Nobody answered." in said.out


def test_a_scenario_without_a_round_says_what_is_missing(callcenter: Call) -> None:
    said = callcenter("satisfaction", "round", SCENARIOS / "tutorial.yaml")

    assert said.code == 2
    assert "(none: no campaign has a sample:)" in said.err


def test_the_shipped_intercept_is_the_fitted_one(callcenter: Call) -> None:
    said = callcenter("satisfaction", "calibrate", SCENARIOS / "bucheon-2009.yaml", "--share", 0.89)

    assert said.code == 0
    shipped = (SCENARIOS / "bucheon-2009.yaml").read_text("utf-8")
    assert f"  {said.out.strip().removeprefix('satisfaction.')}" in shipped


def test_a_scenario_without_a_model_has_nothing_to_fit(callcenter: Call) -> None:
    said = callcenter("satisfaction", "calibrate", SCENARIOS / "tutorial.yaml")

    assert said.code == 2
    assert "satisfaction: expected a satisfaction: block" in said.err
