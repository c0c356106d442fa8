"""`callcenter campaign`: what campaigns come to, the frontier, the threshold, the swing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.frontiers import chart
from api.schemas.frontiers import FrontierBody
from api.words import Language
from simulation.scenario import load
from tests.dialled import CENTRE

Call = Callable[..., Any]
NOBODY = ("--set", "campaigns=null", "--set", "assumed=null")


@pytest.fixture
def centre(tmp_path: Path) -> Path:
    file = tmp_path / "centre.yaml"
    file.write_text(CENTRE, "utf-8")
    return file


def test_run_tells_work_finish_ends_and_rates(callcenter: Call, centre: Path) -> None:
    said = callcenter("campaign", "run", centre, "--lang", "en", "--replications", 3)

    assert said.code == 0
    for words in (
        "finished by 2009-03-13",
        "How leads end",
        "16 CFR 310.4(b)(4)",
        "RR1 = I / (I + P + R + NC + O + U)",
        "Meanwhile callers:",
        "callcenter campaign swing",
    ):
        assert words in said.out


def test_run_speaks_korean_and_writes_what_the_schema_says(
    callcenter: Call, centre: Path, tmp_path: Path, conforms: Callable[[Any], None]
) -> None:
    to, page = tmp_path / "run.json", tmp_path / "run.html"
    said = callcenter(
        "campaign", "run", centre, "--lang", "ko", "-n", 3, "--json", to, "--html", page
    )
    document = json.loads(to.read_text("utf-8"))
    conforms(document)

    assert "완료 시점" in said.out
    assert "수도요금" in said.out
    for one in document["campaigns"]:
        assert sum(one["ends"].values()) == one["leads"]
        assert sum(one["cases"].values()) == pytest.approx(one["leads"])
    water = document["campaigns"][0]
    assert water["values"]["successes"]["value"] == pytest.approx(900, rel=0.02)
    assert water["finished"]["share"] == 1
    assert water["cost_per_success"]["value"] > 0
    assert "https://" not in page.read_text("utf-8").split("plotly.js v")[0]


def test_frontier_tells_a_table_a_chart_and_the_best_threshold(
    callcenter: Call, centre: Path
) -> None:
    said = callcenter(
        "campaign", "frontier", centre, "-n", 3, "--thresholds", "0..4..2",
        "--wanted", 2000, "--lang", "en",
    )  # fmt: skip

    assert said.code == 0
    assert "Most successes with the target ≥ 80.0 % kept" in said.out
    assert "came to 2,000 successes by 2009-03-13" in said.out
    assert "└────" in said.out


def test_a_frontier_is_what_the_schema_and_the_desk_take(
    callcenter: Call, centre: Path, tmp_path: Path, conforms: Callable[[Any], None]
) -> None:
    page = tmp_path / "frontier.html"
    said = callcenter(
        "campaign",
        "frontier",
        centre,
        "-n",
        2,
        "--thresholds",
        "0,3",
        "--json",
        "-",
        "--html",
        page,
    )
    document = json.loads(said.out)
    conforms(document)
    FrontierBody.model_validate(document)

    assert [point["threshold"] for point in document["points"]] == [0, 3]
    assert 'id="chart-frontier"' in page.read_text("utf-8")


def test_points_of_a_chart_stand_apart(callcenter: Call, centre: Path) -> None:
    said = callcenter(
        "campaign", "frontier", centre, "-n", 1, "--thresholds", "0..9", "--json", "-"
    )
    drawn = "\n".join(list(chart(json.loads(said.out), Language.EN))[1:-2])

    marks = [word for word in drawn.replace("│", " ").split() if word.isdigit()]
    assert sorted(marks) == [str(number) for number in range(10)]


def test_the_same_seed_gives_the_same_frontier(callcenter: Call, centre: Path) -> None:
    one, two = (
        callcenter("campaign", "frontier", centre, "-n", 2, "--thresholds", "1", "--json", "-",
                   "--workers", workers).out
        for workers in (1, 2)
    )  # fmt: skip

    assert one == two


def test_tune_writes_a_scenario_that_can_be_run(
    callcenter: Call, centre: Path, tmp_path: Path, conforms: Callable[[Any], None]
) -> None:
    (tmp_path / "나의 시나리오").mkdir()
    to, told = tmp_path / "나의 시나리오" / "tuned.yaml", tmp_path / "tuned.json"
    said = callcenter(
        "campaign", "tune", centre, "--service-level", "80/20", "-n", 4, "--thresholds", "0..3",
        "--write", to, "--json", told, "--lang", "en",
    )  # fmt: skip
    document = json.loads(told.read_text("utf-8"))
    conforms(document)

    assert said.code == 0
    assert "keep_idle:" in said.out
    rules = load(to).campaigns["survey"].dialled_by["agents"]
    assert rules.keep_idle == document["chosen"]["keep_idle"]


def test_tune_says_so_when_nothing_holds(callcenter: Call, centre: Path) -> None:
    said = callcenter(
        "campaign", "tune", centre, "--service-level", "99/1", "-n", 2, "--thresholds", "0,5",
        "--lang", "en",
    )  # fmt: skip

    assert said.code == 1
    assert "No number tried keeps phone 99 % / 1 s with 95 % certainty." in said.out


def test_swing_lists_the_assumptions(
    callcenter: Call, centre: Path, tmp_path: Path, conforms: Callable[[Any], None]
) -> None:
    to = tmp_path / "swing.json"
    said = callcenter("campaign", "swing", centre, "-n", 2, "--json", to, "--lang", "en")
    conforms(json.loads(to.read_text("utf-8")))

    assert said.code == 0
    assert "water.chances.success" in said.out


def test_swing_of_what_is_known_has_nothing_to_say(callcenter: Call, centre: Path) -> None:
    said = callcenter("campaign", "swing", centre, "--set", "assumed=null", "--lang", "en")

    assert said.code == 0
    assert "nothing to vary" in said.out


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("frontier", "--thresholds", "6..0"), "expected thresholds such as 0..6"),
        (("frontier", "--thresholds", "a,b"), "expected thresholds such as 0..6"),
        (("frontier", "--by", "soon"), "expected a date such as 2009-12-31"),
        (("frontier", "--by", "2010-01-01"), "expected a day of the calendar"),
        (("frontier", *NOBODY), "expected a scenario with campaigns"),
        (("run", *NOBODY), "expected a scenario with campaigns"),
        (("tune", "--service-level", "80"), "expected percent and seconds such as 80/20"),
        (("tune", "--service-level", "180/20"), "expected percent and seconds such as 80/20"),
        (("tune", "--sure", "2"), "expected a share such as 1% or 0.01"),
        (("tune", "--set", "run.seed=3", "--write", "x.yaml"), "expected --set or --write"),
        (("swing", "--spread", "much"), "expected a share such as 1% or 0.01"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(
    callcenter: Call, centre: Path, arguments: tuple[str, ...], why: str
) -> None:
    command, *options = arguments
    said = callcenter("campaign", command, centre, *options)

    assert said.code == 2
    assert why in " ".join(said.err.replace("│", " ").split())


def test_a_scenario_is_not_written_over(callcenter: Call, centre: Path) -> None:
    said = callcenter("campaign", "tune", centre, "--write", centre)

    assert said.code == 2
    assert centre.read_text("utf-8") == CENTRE
