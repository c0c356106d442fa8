"""The three lines of a notebook, and the page that teaches them."""

import contextlib
import io
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from api.notebook import Run, run
from callcenter.errors import NotAvailableError
from simulation.results import RunResult

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_runs_from_top_to_bottom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = re.findall(
        r"```python\n(.*?)```", (ROOT / "docs/notebook.md").read_text("utf-8"), re.DOTALL
    )
    (tmp_path / "configs").symlink_to(ROOT / "configs")
    (tmp_path / "build").mkdir()
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    said = io.StringIO()

    with contextlib.redirect_stdout(said):
        for block in blocks:
            exec(compile(block, "docs/notebook.md", "exec"), names)  # noqa: S102 - our own page

    assert len(blocks) >= 5
    assert "give or take" in said.getvalue()
    assert (tmp_path / "build" / "week.json").is_file()
    assert (tmp_path / "build" / "week.html").is_file()


def test_a_run_shows_itself(tutorial: RunResult) -> None:
    shown = Run(tutorial)

    assert repr(shown) == "Run('tutorial', replications=3, seed=5, engine='fast')"
    assert "average speed of answer" in shown._repr_html_()


@pytest.mark.parametrize("library", ["pandas", "polars", "arrow"])
def test_a_frame_has_a_row_a_cell_whatever_the_library(tutorial: RunResult, library: Any) -> None:
    frame = Run(tutorial).frame("interval", to=library)

    assert len(frame) == len(tutorial.scorecard.table("interval"))
    assert frame["interval"][0] == "09:00" or frame["interval"][0].as_py() == "09:00"


def test_a_file_may_be_given_instead_of_a_scenario() -> None:
    done = run(ROOT / "configs/scenarios/tutorial.yaml", replications=1)

    assert done.scorecard.replications == 1


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_missing_library_is_named_with_the_extra_that_brings_it(
    tutorial: RunResult, library: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)

    with pytest.raises(NotAvailableError, match=rf"{library}.*callcenter\[frames\]"):
        Run(tutorial).frame(to=library)


def test_an_unknown_library_or_cut_is_refused(tutorial: RunResult) -> None:
    library: Any = "excel"

    with pytest.raises(ValueError, match="expected one of arrow, pandas, polars, got 'excel'"):
        Run(tutorial).frame(to=library)
    with pytest.raises(ValueError, match="expected one of total, queue, interval"):
        Run(tutorial).frame("week")
