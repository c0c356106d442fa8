"""The command line within one process: what it prints, writes and refuses."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from simulation.results import RunResult

SCENARIOS = Path(__file__).resolve().parents[2] / "configs" / "scenarios"
TUTORIAL = SCENARIOS / "tutorial.yaml"
Call = Callable[..., Any]


def test_a_run_prints_scorecard_intervals_targets_and_no_traceback(callcenter: Call) -> None:
    said = callcenter("run", TUTORIAL, "--replications", 2, "--lang", "en")

    assert said.code == 0
    for words in ("Scorecard", "Through the day", "service level", "Targets", "09:30", "seed 1"):
        assert words in said.out
    assert "running tutorial: 2 replications" in said.err


def test_a_run_speaks_korean(callcenter: Call) -> None:
    said = callcenter("run", TUTORIAL, "-n", 2, "--lang", "ko")

    assert said.code == 0
    for words in ("종합 지표", "시간대별", "서비스레벨", "응대율", "점유율", "포기율", "후처리"):
        assert words in said.out


@pytest.mark.parametrize(
    ("cut", "words"),
    [("day", "2009-03-03"), ("queue", "general"), ("group", "specialists"), ("agent", "occ. %")],
)
def test_the_second_table_is_cut_as_asked(callcenter: Call, cut: str, words: str) -> None:
    said = callcenter("run", TUTORIAL, "-n", 2, "--by", cut, "--lang", "en")

    assert said.code == 0
    assert words in said.out
    assert "09:30" not in said.out


def test_published_figures_stand_beside_simulated_ones(callcenter: Call) -> None:
    said = callcenter("run", SCENARIOS / "bucheon-2009.yaml", "-n", 1, "--lang", "en")

    assert "497,355" in said.out
    assert "2,706" in said.out
    assert "30 people" in said.out
    assert "inputs of this scenario are assumed" in said.out


def test_json_on_standard_output_is_all_that_is_there_and_keeps_its_schema(
    callcenter: Call, conforms: Call
) -> None:
    said = callcenter("run", TUTORIAL, "-n", 2, "--seed", 5, "--json", "-")

    found = json.loads(said.out)
    conforms(found)
    assert found["seed"] == 5
    assert found["replications"] == 2


def test_the_same_run_gives_the_same_text(callcenter: Call) -> None:
    arguments = ("run", TUTORIAL, "-n", 2, "--json", "-")

    assert callcenter(*arguments).out == callcenter(*arguments, "--workers", 1).out


def test_both_engines_give_the_same_figures(callcenter: Call) -> None:
    arguments = ("run", TUTORIAL, "-n", 1, "--json", "-")

    fast, reference = (
        json.loads(callcenter(*arguments, "--engine", name).out) for name in ("fast", "reference")
    )

    assert fast["scorecard"] == reference["scorecard"]
    assert (fast["engine"], reference["engine"]) == ("fast", "reference")


def test_several_scenarios_make_one_document_and_a_report_each(
    callcenter: Call, conforms: Call, tmp_path: Path
) -> None:
    target = tmp_path / "both.json"
    said = callcenter(
        "run", TUTORIAL, SCENARIOS / "counselling-room.yaml", TUTORIAL, "-n", 1,
        "--json", target, "--html", tmp_path / "r.html", "--parquet", tmp_path / "tables",
    )  # fmt: skip

    assert said.code == 0
    found = json.loads(target.read_text("utf-8"))
    conforms(found)
    assert [run["scenario"] for run in found["runs"]] == [
        "tutorial",
        "counselling-room",
        "tutorial",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "both.json",
        "r-counselling-room.html",
        "r-tutorial-1.html",
        "r-tutorial-2.html",
        "tables",
    ]
    assert (tmp_path / "tables" / "tutorial-2" / "calls.parquet").is_file()


def test_parquet_files_say_where_they_come_from(
    callcenter: Call, tmp_path: Path, tutorial: RunResult
) -> None:
    said = callcenter("run", TUTORIAL, "-n", 3, "--seed", 5, "--parquet", tmp_path / "tables")

    assert said.code == 0
    files = {path.stem: pq.read_table(path) for path in (tmp_path / "tables").iterdir()}
    assert files.keys() == {"scorecard", "calls", "agents"}
    for table in files.values():
        origin = json.loads(table.schema.metadata[b"callcenter"])
        assert (origin["digest"], origin["seed"]) == (tutorial.digest, 5)
        assert origin["versions"] == tutorial.versions


def test_paths_may_be_korean_and_have_spaces(callcenter: Call, tmp_path: Path) -> None:
    folder = tmp_path / "상담 센터"
    folder.mkdir()
    scenario = folder / "첫 시나리오.yaml"
    scenario.write_text(f"extends: {TUTORIAL}\n", "utf-8")

    said = callcenter(
        "run", scenario, "-n", 1, "--json", folder / "결과.json", "--html", folder / "보고서.html"
    )

    assert said.code == 0
    assert json.loads((folder / "결과.json").read_text("utf-8"))["scenario"] == "tutorial"
    assert "따라하기" in (folder / "보고서.html").read_text("utf-8")


def test_a_run_in_which_nobody_is_served_says_why(callcenter: Call, conforms: Call) -> None:
    absent = ("--set", "group.specialists.absence=100%", "--set", "group.general.absence=100%")

    said = callcenter("run", TUTORIAL, "-n", 1, *absent, "--lang", "en")
    document = json.loads(callcenter("run", TUTORIAL, "-n", 1, *absent, "--json", "-").out)

    conforms(document)
    assert len(document["warnings"]) == 2
    assert "Probably not meant: queue.tax: nobody can answer it" in said.out


def test_a_change_reaches_the_run(callcenter: Call) -> None:
    plain, slow = (
        json.loads(callcenter("run", TUTORIAL, "-n", 2, "--json", "-", *change).out)
        for change in ((), ("--set", "queue.tax.talk.mean=8m"))
    )

    assert plain["digest"] != slow["digest"]
    talk = [run["scorecard"]["tables"]["total"][0]["values"]["mean_talk"] for run in (plain, slow)]
    assert talk[1]["value"] > talk[0]["value"]


def test_a_precise_run_says_what_it_took(callcenter: Call, conforms: Call) -> None:
    arguments = ("run", TUTORIAL, "--precision", "3%", "--measure", "mean_talk", "--lang", "en")

    said = callcenter(*arguments)
    found = json.loads(callcenter(*arguments, "--json", "-").out)

    conforms(found)
    assert found["precision"]["reached"]
    assert found["precision"]["got"] <= 0.03
    assert f"after {found['replications']} replications" in said.out


# --- Refusals ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run", "nowhere.yaml"), "nowhere.yaml: expected a scenario file"),
        (("check", "nowhere.yaml"), "nowhere.yaml"),
        (("run", TUTORIAL, "--set", "queue.tax.tlak=3m"), "did you mean talk?"),
        (("run", TUTORIAL, "--set", "nonsense"), "expected path=value"),
        (("run", TUTORIAL, "--replications", "0"), "--replications"),
        (("run", TUTORIAL, "--seed", "-1"), "--seed"),
        (("run", TUTORIAL, "--engine", "steam"), "steam"),
        (("run", TUTORIAL, "--precision", "much"), "expected a share such as 1%"),
        (("run", TUTORIAL, "--precision", "1e-300"), "at least 0.01%"),
        (("erlang", "--per-hour", "inf", "--aht", "150s"), "a number of calls"),
        (("erlang", "--per-hour", "nan", "--aht", "150s"), "a number of calls"),
        (("erlang", "--per-hour", "-1", "--aht", "150s"), "a number of calls"),
        (("erlang", "--per-hour", "1e308", "--aht", "150s"), "at most 1,000,000 agents"),
        (("erlang", "--per-hour", "9", "--aht", "3m", "--target", "80/inf"), "80/20"),
        (("run", TUTORIAL, "--precision", "0"), "expected a share such as 1%"),
        (("run", TUTORIAL, "--measure", "servise_level"), "service_level"),
        (("run",), "SCENARIO"),
        (("compare", TUTORIAL), "two scenarios"),
        (("erlang", "--per-hour", "100"), "--aht"),
        (("erlang", "--per-hour", "100", "--aht", "150"), "duration"),
        (("erlang", "--per-hour", "100", "--aht", "never"), "above 0s"),
        (("erlang", "--per-hour", "9", "--aht", "3m", "--target", "often"), "80/20"),
        (("new", "Bad Name"), "a name of letters"),
        (("new", ""), "such as my-centre"),
        (("new", ".."), "such as my-centre"),
        (("fly",), "fly"),
    ],
)
def test_wrong_input_ends_with_two_and_a_sentence(
    callcenter: Call, arguments: tuple[Any, ...], words: str
) -> None:
    said = callcenter(*arguments)

    assert said.code == 2
    assert words in said.err
    assert "Traceback" not in said.err + said.out


@pytest.mark.parametrize("option", ["--json", "--html", "--parquet"])
def test_a_missing_folder_is_named_before_anything_is_run(
    callcenter: Call, tmp_path: Path, option: str
) -> None:
    said = callcenter("run", TUTORIAL, option, tmp_path / "missing" / "out")

    assert said.code == 2
    assert "missing" in said.err
    assert "running" not in said.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--json", "mine.yaml"), "--json: expected a place of its own, 'mine.yaml' is read"),
        (("--html", "base.yaml"), "--html: expected a place of its own, 'base.yaml' is read"),
        (("--parquet", "calls.csv"), "got the file 'calls.csv'"),
        (("--json", "calls.csv"), "--json: expected a place of its own, 'calls.csv' is read"),
        (("--json", "a", "--html", "./a"), "--html: expected a place of its own, another"),
        (("--json", "a", "--parquet", "a"), "--parquet: expected a place of its own"),
        (("--html", "-"), "--html: expected the name of a file, got '-'"),
        (
            ("--parquet", ".", "--json", "calls.parquet"),
            "--json: expected a name such as result.json",
        ),
        (
            ("--parquet", "..", "--html", "mine"),
            "--html: expected a name such as result.html among",
        ),
    ],
)
def test_nothing_is_written_over_what_is_read_or_written(
    callcenter: Call,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert callcenter("new", "base").code == 0
    arrivals = "queue: {phone: {arrivals: {by: trace, file: calls.csv}}}"
    Path("mine.yaml").write_text(f"extends: base.yaml\n{arrivals}\n", "utf-8")
    Path("calls.csv").write_text("arrived\n2026-03-09T10:00:00\n", "utf-8")
    there = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    said = callcenter("run", "mine.yaml", *options)

    assert (said.code, said.out) == (2, "")
    assert words in said.err
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == there


def test_a_folder_is_no_file_and_a_file_no_folder(callcenter: Call, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", "utf-8")

    assert callcenter("run", TUTORIAL, "--html", tmp_path).code == 2
    assert callcenter("run", TUTORIAL, "--parquet", tmp_path / "file").code == 2
    assert (tmp_path / "file").read_text("utf-8") == "mine"


def test_an_error_in_the_file_is_told_with_file_line_and_key(
    callcenter: Call, tmp_path: Path
) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(TUTORIAL.read_text("utf-8").replace("headcount:", "headcuont:", 1), "utf-8")

    said = callcenter("run", file)

    assert said.code == 2
    assert f"{file}:" in said.err
    assert "headcuont" in said.err


# --- The other commands ---------------------------------------------------------------------------------


def test_compare_tells_paired_differences_and_how_sure_they_are(
    callcenter: Call, conforms: Call, tmp_path: Path
) -> None:
    slow = tmp_path / "slow.yaml"
    slow.write_text(
        f"extends: {TUTORIAL}\nscenario: slow\nqueue: {{tax: {{talk: {{mean: 9m}}}}}}\n", "utf-8"
    )

    said = callcenter("compare", TUTORIAL, slow, "-n", 4, "--lang", "en")
    found = json.loads(callcenter("compare", TUTORIAL, slow, "-n", 4, "--json", "-").out)

    conforms(found)
    assert said.code == 0
    assert "slow against tutorial" in said.out
    assert "worse" in said.out
    rows = {row["measure"]: row for row in found["others"][0]["differences"]}
    assert rows["asa"]["word"] == "worse"
    assert rows["asa"]["difference"] == rows["asa"]["other"] - rows["asa"]["base"]


def test_compare_needs_two_replications_to_judge(callcenter: Call) -> None:
    said = callcenter("compare", TUTORIAL, TUTORIAL, "-n", 1, "--lang", "en")

    assert "two or more give ± and a verdict" in " ".join(said.out.split())
    assert "Paired over" not in said.out


def test_compare_shows_the_measures_asked_for(callcenter: Call) -> None:
    said = callcenter(
        "compare", TUTORIAL, TUTORIAL, "-n", 2, "--measure", "asa", "--measure", "service_level",
        "--lang", "en",
    )  # fmt: skip

    assert said.code == 0
    assert "average speed of answer" in said.out
    assert "the same" in said.out
    assert "occupancy" not in said.out


def test_erlang_puts_the_formulas_side_by_side(callcenter: Call, conforms: Call) -> None:
    arguments = ("erlang", "--per-hour", 360, "--aht", "150s", "--patience", "5m")

    said = callcenter(*arguments, "--lang", "en")
    found = json.loads(callcenter(*arguments, "--json", "-").out)

    conforms(found)
    assert said.code == 0
    assert "Offered load 15.00 erlang" in said.out
    assert found["agents_needed"] == {"C": 19, "A": 18}
    assert found["formulas"]["A"]["agents"] == 18
    rows = {row["agents"]: row for row in found["table"]["A"]}
    assert rows[17]["service_level"] < 0.8 <= rows[18]["service_level"]


def test_erlang_without_patience_has_no_erlang_a(callcenter: Call, conforms: Call) -> None:
    arguments = (
        "erlang",
        "--per-hour",
        360,
        "--aht",
        "150s",
        "--agents",
        400,
        "--target",
        "90/10s",
    )

    said = callcenter(*arguments, "--lang", "ko")
    found = json.loads(callcenter(*arguments, "--json", "-").out)

    conforms(found)
    assert "상담사 400명" in said.out
    assert found["formulas"].keys() == {"B", "C"}
    assert len(found["table"]["C"]) < 40


def test_check_says_what_a_scenario_describes(callcenter: Call) -> None:
    said = callcenter("check", SCENARIOS / "bucheon-2009.yaml", "--lang", "en")

    assert said.code == 0
    assert "sound" in said.out
    assert "Not reported" in said.out


@pytest.mark.parametrize("kind", ["phone", "counter", "kiosk"])
def test_new_writes_a_scenario_that_runs_and_never_overwrites(
    callcenter: Call, tmp_path: Path, kind: str
) -> None:
    target = tmp_path / "mine.yaml"

    assert callcenter("new", tmp_path / "mine", "--kind", kind).code == 0
    assert callcenter("check", target).code == 0
    assert callcenter("run", target, "-n", 1).code == 0
    written = target.read_text("utf-8")
    again = callcenter("new", target)
    assert again.code == 2
    assert "already" in again.err
    assert target.read_text("utf-8") == written


def test_help_names_every_command(callcenter: Call) -> None:
    said = callcenter("--help")

    assert said.code == 0
    for command in ("run", "compare", "erlang", "check", "new"):
        assert f"\n  {command}" in said.out
