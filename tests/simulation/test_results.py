"""Results: what they carry, beside what they stand, how they differ, and what other tools read."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from callcenter.measures.tally import Detail
from simulation.comparisons import comparison, differences
from simulation.exports import framed, logs, scorecard_rows, scorecard_table, write_parquet
from simulation.plan import compile_plan
from simulation.published import beside
from simulation.replications import Order, live
from simulation.results import RunResult, run
from simulation.scenario import load
from simulation.state import InitialState

SCENARIOS = Path(__file__).resolve().parents[2] / "configs" / "scenarios"
TUTORIAL = SCENARIOS / "tutorial.yaml"


@pytest.fixture(scope="module")
def tutorial() -> RunResult:
    return run(load(TUTORIAL), replications=3, seed=5, detail=Detail.FULL)


# --- Published figures --------------------------------------------------------------------------------


def test_published_figures_meet_measures_and_facts() -> None:
    scenario = load(SCENARIOS / "bucheon-2009.yaml")
    result = run(scenario, replications=1)

    found = {one.measure: one for one in beside(scenario, result.scorecard)}

    assert found["answered"].published == 497_355
    assert found["answered"].simulated == result.scorecard.value("answered")
    assert found["headcount"].simulated == 30
    assert found["open_hours_per_day"].simulated == 11
    assert all(one.simulated is not None for one in found.values())


def test_a_figure_without_a_population_stands_alone(tmp_path: Path) -> None:
    file = tmp_path / "told.yaml"
    figures = "[{measure: cost, value: 3, source: a}, {measure: open_days, value: 5, source: b}]"
    file.write_text(f"extends: {TUTORIAL}\npublished: {figures}\n", "utf-8")
    scenario = load(file)

    cost, days = beside(scenario, run(scenario, replications=1).scorecard)

    assert cost.simulated is None
    assert cost.half_width is None
    assert days.simulated == 5


# --- Comparisons ----------------------------------------------------------------------------------------


def test_differences_are_paired_and_other_minus_base(tutorial: RunResult) -> None:
    other = run(load(TUTORIAL, ["queue.tax.talk.mean=9m"]), replications=3, seed=5)

    found = {one.measure.name: one for one in differences(tutorial, other)}
    document = comparison([tutorial, other, tutorial], labels=["a", "b", "c"])

    asa = found["asa"]
    assert asa.difference == asa.other - asa.base > 0
    assert [side["label"] for side in document["others"]] == ["b", "c"]
    assert {row["word"] for row in document["others"][1]["differences"]} == {"same"}


def test_results_of_different_seeds_cannot_be_paired(tutorial: RunResult) -> None:
    other = run(load(TUTORIAL), replications=3, seed=6)

    with pytest.raises(ValueError, match="expected results of one seed, got 5 and 6"):
        differences(tutorial, other)


# --- Tables for other tools -----------------------------------------------------------------------------


def test_the_logs_are_those_of_the_run(tutorial: RunResult) -> None:
    calls, agents = logs(tutorial, [0, 2])
    log, spells = live(Order.of(compile_plan(tutorial.scenario), seed=5), 2)

    mine = calls.filter(pa.compute.equal(calls["replication"], 2))
    assert mine.num_rows == len(log)
    midnight = np.datetime64("2009-03-02")
    answered = mine["answered"].to_pylist()
    for row in (0, len(log) // 2, len(log) - 1):
        moment = midnight + np.timedelta64(int(log.arrived[row]), "us")
        assert np.datetime64(mine["arrived"][row].as_py()) == moment
        assert (answered[row] is None) == (log.answered[row] < 0)
    assert pa.compute.sum(pa.compute.equal(agents["replication"], 2)).as_py() == len(spells)
    assert set(agents["state"].to_pylist()) >= {"available", "lunch"}
    assert set(calls["queue"].to_pylist()) == {"general", "tax"}


def test_calls_answered_in_the_log_are_those_of_the_scorecard(tutorial: RunResult) -> None:
    calls, _ = logs(tutorial, range(3))

    answered = calls["outcome"].to_pylist().count("answered")

    assert answered / 3 == tutorial.scorecard.value("answered")


def test_a_run_from_a_state_gives_the_logs_from_that_state() -> None:
    state = InitialState(at=10 * 3_600_000_000)
    result = run(load(TUTORIAL), replications=1, state=state)

    calls, _ = logs(result)

    assert min(calls["arrived"].to_pylist()) >= datetime(2009, 3, 2, 10)  # noqa: DTZ001 - local
    assert calls["outcome"].to_pylist().count("answered") == result.scorecard.value("answered")


def test_a_replication_that_was_not_run_has_no_log(tutorial: RunResult) -> None:
    with pytest.raises(ValueError, match="expected a replication from 0 to 2, got 3"):
        logs(tutorial, [3])


def test_the_rows_hold_every_cut(tutorial: RunResult) -> None:
    rows = scorecard_rows(tutorial)

    assert set(rows["table"].to_pylist()) == {by.value for by in tutorial.scorecard.stack.available}
    total = [
        row["value"]
        for row in rows.to_pylist()
        if row["table"] == "total" and row["measure"] == "asa"
    ]
    assert total == [tutorial.scorecard.value("asa")]


def test_parquet_keeps_tables_and_origin(tutorial: RunResult, tmp_path: Path) -> None:
    write_parquet(tutorial, tmp_path, replications=[1])

    files = {path.stem: pq.read_table(path) for path in tmp_path.iterdir()}
    assert files["scorecard"].equals(scorecard_rows(tutorial))
    assert set(files["calls"]["replication"].to_pylist()) == {1}
    origin = json.loads(files["agents"].schema.metadata[b"callcenter"])
    assert origin["digest"] == tutorial.digest
    assert origin["engine"] == "fast"


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_frames_hold_what_the_table_holds(tutorial: RunResult, library: Any) -> None:
    table = scorecard_table(tutorial, "queue")

    frame = framed(table, library)

    assert list(frame["queue"]) == ["general", "tax"]
    assert list(frame["asa"]) == table["asa"].to_pylist()


def test_a_result_carries_what_is_needed_to_get_it_again(tutorial: RunResult) -> None:
    document = json.loads(tutorial.to_json())

    assert document["digest"] == tutorial.digest
    assert document["seed"] == 5
    assert document["versions"].keys() == {"callcenter", "numpy", "numba", "simpy"}
    again = run(load(TUTORIAL), replications=document["replications"], seed=document["seed"])
    assert again.digest == document["digest"]
    assert again.scorecard["asa"] == tutorial.scorecard["asa"]
