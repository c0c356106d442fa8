"""`callcenter satisfaction`: what a survey can tell, and the intercept that fits."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

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


def test_the_shipped_intercept_is_the_fitted_one(callcenter: Call) -> None:
    said = callcenter("satisfaction", "calibrate", SCENARIOS / "bucheon-2009.yaml", "--share", 0.89)

    assert said.code == 0
    shipped = (SCENARIOS / "bucheon-2009.yaml").read_text("utf-8")
    assert f"  {said.out.strip().removeprefix('satisfaction.')}" in shipped


def test_a_scenario_without_a_model_has_nothing_to_fit(callcenter: Call) -> None:
    said = callcenter("satisfaction", "calibrate", SCENARIOS / "tutorial.yaml")

    assert said.code == 2
    assert "satisfaction: expected a satisfaction: block" in said.err
