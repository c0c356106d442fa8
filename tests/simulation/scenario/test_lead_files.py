"""Leads by CSV: who is on the list, and what a file that is none is told."""

from pathlib import Path

import numpy as np
import pytest

from callcenter.errors import DataError, ScenarioError
from callcenter.measures.tally import Detail
from simulation.plan import compile_plan
from simulation.replications import Order, draw, live
from simulation.results import run
from simulation.scenario import Scenario, load
from simulation.sweep import lengthened
from tests.dialled import CENTRE

HEAD = CENTRE.partition("campaigns:")[0]
CAMPAIGN = """
campaigns:
  water:
    leads: {file: leads.csv}
    CELLS
    attempts: 2
    chances: [{no_answer: 50%, success: 50%}]
    talk: 1m
    wait: 1h
    dialled_by: {agents: {keep_idle: 0}}
run: {replications: 2, seed: 3}
"""
CELLS = "cells: {젊은층-원미구: {quota: 2}, 노년층-소사구: {quota: 3}}"
GOOD = """대상,구분,수신거부,전화
1001,젊은층-원미구,,032-000-0000
1002,노년층-소사구,예,
1003,젊은층-원미구,no,

1004,노년층-소사구,,
1005,노년층-소사구,,
1006,젊은층-원미구,,
1007,노년층-소사구,,
"""


def read(
    folder: Path, content: str | bytes, *, cells: str = CELLS, changes: list[str] | None = None
) -> Scenario:
    raw = content.encode() if isinstance(content, str) else content
    (folder / "leads.csv").write_bytes(raw)
    (folder / "s.yaml").write_text(HEAD + CAMPAIGN.replace("CELLS", cells), "utf-8")
    return load(folder / "s.yaml", changes or [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_a_list_reads_the_same_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    campaign = read(tmp_path, GOOD.encode(encoding)).campaigns["water"]

    assert campaign.leads == 7
    assert campaign.listed is not None
    assert campaign.listed.cell[:2] == ("젊은층-원미구", "노년층-소사구")
    assert [place for place, barred in enumerate(campaign.listed.barred) if barred] == [1]
    assert campaign.cells["젊은층-원미구"].share == pytest.approx(3 / 7)


def test_leads_are_who_the_file_says(tmp_path: Path) -> None:
    plan = compile_plan(read(tmp_path, GOOD))
    leads = draw(Order.of(plan, seed=1), 0).leads

    assert leads.cell.tolist() == [0, 1, 0, 1, 1, 0, 1]
    assert np.flatnonzero(~leads.callable).tolist() == [1]


def test_both_engines_dial_a_list_row_for_row_alike(tmp_path: Path) -> None:
    plan = compile_plan(read(tmp_path, GOOD))
    fast, reference = (
        live(Order.of(plan, seed=5, engine=engine), 0)[0] for engine in ("fast", "reference")
    )

    for name, column in fast.columns().items():
        np.testing.assert_array_equal(column, reference.columns()[name], err_msg=name)


def test_a_barred_lead_is_never_dialled_and_a_full_cell_ends(tmp_path: Path) -> None:
    plan = compile_plan(read(tmp_path, GOOD))
    order = Order.of(plan, seed=5)
    calls, _ = live(order, 0)
    dialled = set((calls.call - len(draw(order, 0).arrived)).tolist())

    assert 1 not in dialled
    card = run(plan, replications=6, detail=Detail.TOTAL).scorecard
    assert (card.value("successes") or 0) <= 5


def test_without_cells_their_column_is_passed_over(tmp_path: Path) -> None:
    scenario = read(tmp_path, "lead,cell\na,whatever\nb,\n", cells="quota: 2")

    assert scenario.campaigns["water"].listed is not None
    assert scenario.campaigns["water"].listed.cell == ()


def test_a_longer_list_begins_again_at_its_first_line(tmp_path: Path) -> None:
    plan = lengthened(compile_plan(read(tmp_path, GOOD)), 2.0)
    leads = draw(Order.of(plan, seed=1), 0).leads

    assert leads.cell.tolist() == [0, 1, 0, 1, 1, 0, 1] * 2


def test_the_digest_covers_the_list_and_not_the_name_of_the_file(tmp_path: Path) -> None:
    first = compile_plan(read(tmp_path, GOOD)).digest
    again = compile_plan(read(tmp_path, GOOD.encode("cp949"))).digest
    other = compile_plan(
        read(tmp_path, GOOD.replace("1002,노년층-소사구,예", "1002,노년층-소사구,"))
    ).digest

    assert first == again != other


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("대상,구분\n", "leads.csv: expected at least one lead below the first line"),
        ("", "leads.csv:1: expected a column lead (대상, 대상번호) in the first line, got nothing"),
        ("name,구분\n1,젊은층-원미구\n", "leads.csv:1: expected a column lead"),
        (
            "lead\n1\n",
            "leads.csv:1: expected a column cell (구분, 할당) in the first line, got lead",
        ),
        ("lead,대상,cell\n", "leads.csv:1: expected one column lead, got 'lead' and '대상'"),
        (
            "lead,cell\n1,젊은층-원미구\n1,노년층-소사구\n",
            "leads.csv:3: lead: expected each lead once, got one of line 2 again",
        ),
        ("lead,cell\n,젊은층-원미구\n", "leads.csv:2: lead: expected a name or number"),
        (
            "lead,cell\n1,중년층-오정구\n",
            "leads.csv:2: cell: expected one of 젊은층-원미구, 노년층-소사구, got '중년층-오정구'",
        ),
        (
            "lead,cell,do_not_call\n1,젊은층-원미구,maybe\n",
            "leads.csv:2: do_not_call: expected yes, no or nothing",
        ),
        ("lead,cell\n1\n", "leads.csv:2: expected 2 cells, got 1"),
        (b"lead,cell\n1,\xff\xff\n", "expected text in UTF-8 or CP949"),
    ],
)
def test_a_file_that_is_no_list_is_told_where_and_what_was_expected(
    tmp_path: Path, content: str | bytes, why: str
) -> None:
    with pytest.raises(DataError) as refused:
        read(tmp_path, content)

    assert why in str(refused.value)


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ("quota: 7", "expected a quota of at most 6 leads that may be called, got 7"),
        (CELLS + "\n    quota: 6", "expected a quota of at most 5, those of all cells, got 6"),
        (
            CELLS.replace("quota: 2", "quota: 4"),
            "expected a quota of at most 3, the leads of cell '젊은층-원미구', got 4",
        ),
    ],
)
def test_impossible_quotas_are_refused(tmp_path: Path, cells: str, why: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        read(tmp_path, GOOD, cells=cells)

    assert why in str(refused.value)


def test_a_missing_file_and_a_written_list_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"campaigns.water.leads.file: expected a CSV file"):
        read(tmp_path, GOOD, changes=["campaigns.water.leads={file: other.csv}"])
    with pytest.raises(ScenarioError, match="expected the leads in the file only"):
        read(tmp_path, GOOD, cells="listed: {rows: 1}")
