"""Where the machine code of the compiled engine is kept, and what it does without."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulation.engines import kernel
from simulation.engines.compiled.book import UNCOMPILED

ROOT = Path(__file__).resolve().parents[3]
CODE = b"machine code"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Keep machine code in a folder that is not there yet, and give the file's place."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "new" / "folder"))
    (found,) = kernel._places()
    return found


def test_what_is_kept_is_found_again_and_nothing_else_is_left(place: Path) -> None:
    assert kernel._kept() is None

    kernel._keep(CODE)

    assert kernel._kept() == CODE
    assert list(place.parent.iterdir()) == [place]


@pytest.mark.parametrize(
    "content", [b"", CODE, kernel._sealed(CODE), kernel._sealed(CODE) + CODE[:-1]]
)
def test_a_part_of_a_file_is_not_taken_for_code(place: Path, content: bytes) -> None:
    place.parent.mkdir(parents=True)
    place.write_bytes(content)

    assert kernel._kept() is None


def test_a_place_that_cannot_be_written_to_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("mine", "utf-8")
    places = [tmp_path / "file" / "kernel", tmp_path / "second", tmp_path / "third"]
    monkeypatch.setattr(kernel, "_places", lambda: places)

    kernel._keep(CODE)

    assert kernel._kept() == CODE
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "second"]


def test_without_any_place_there_is_no_complaint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("mine", "utf-8")
    monkeypatch.setattr(kernel, "_places", lambda: [tmp_path / "file" / "kernel"])

    kernel._keep(CODE)

    assert kernel._kept() is None


def test_code_is_kept_beside_the_source_or_at_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))

    beside, home = kernel._places()

    assert beside.parent == ROOT / "simulation" / "engines" / "__pycache__"
    assert home == tmp_path / ".cache" / "callcenter" / beside.name


@pytest.mark.skipif(UNCOMPILED, reason="nothing is compiled in this run")
def test_a_second_start_needs_no_compiler() -> None:
    kernel._kernel()
    script = (
        "import sys\n"
        "from simulation.results import run\n"
        "from simulation.scenario import load\n"
        "run(load('configs/scenarios/tutorial.yaml'), replications=2)\n"
        "print('numba' in sys.modules)"
    )
    process = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert process.stdout == "False\n"
