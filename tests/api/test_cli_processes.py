"""The command line as a process of its own: signals, pipes, start-up."""

import os
import re
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TUTORIAL = ROOT / "configs" / "scenarios" / "tutorial.yaml"
# A runner in the background may have told its children to ignore interrupts.
SCRIPT = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from api.cli import main; main()"
)
COMMAND = [sys.executable, "-c", SCRIPT]
HEAVY = (
    "fastapi", "numba", "numpy", "plotly", "pyarrow", "rich", "scipy", "simpy", "sqlalchemy", "uvicorn",
)  # fmt: skip


def started(*arguments: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [*COMMAND, *(str(argument) for argument in arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"},
    )


def wait_for(process: "subprocess.Popen[str]", words: str) -> None:
    assert process.stderr is not None
    assert select.select([process.stderr], [], [], 120)[0], "nothing was said within two minutes"
    assert words in process.stderr.readline()


def test_an_interrupt_ends_with_130_and_leaves_no_half_file(tmp_path: Path) -> None:
    process = started(
        "run", TUTORIAL, "--replications", 10_000, "--json", tmp_path / "r.json",
        "--html", tmp_path / "r.html", "--parquet", tmp_path / "r",
    )  # fmt: skip
    wait_for(process, "running tutorial")
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(timeout=0.5)  # by now it is in the middle of it

    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)

    assert process.returncode == 130
    assert "interrupted" in err
    assert "Traceback" not in out + err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("module", ["typer", "numpy", "scipy.special"])
def test_an_interrupt_while_something_loads_is_as_quiet(module: str) -> None:
    script = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "class Impatient:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name == {module!r}: os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Impatient())\n"
        f"sys.argv = ['callcenter', 'run', {str(TUTORIAL)!r}, '-n', '1']\n"
        "from api.cli import main\n"
        "main()"
    )
    process = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert process.returncode == 130
    assert process.stdout == ""
    assert process.stderr.splitlines()[-1] == "interrupted; nothing half-written is left"
    assert "Traceback" not in process.stderr


def test_a_reader_that_leaves_early_gets_no_complaints() -> None:
    process = started("run", TUTORIAL, "-n", 1)
    assert process.stdout is not None
    process.stdout.close()
    process.wait(timeout=120)
    assert process.stderr is not None
    err = process.stderr.read()
    process.stderr.close()

    assert process.returncode == 1
    assert "Traceback" not in err


def test_wrong_input_ends_with_two() -> None:
    process = started("run", "nowhere.yaml")
    out, err = process.communicate(timeout=120)

    assert process.returncode == 2
    assert "Traceback" not in out + err
    assert "\x1b" not in err, "no colours where there is no terminal"


def test_help_loads_nothing_heavy() -> None:
    """The time itself is measured by `make bench`: a busy machine would fail it here."""
    script = (
        "import sys\nfrom api.cli import main\n"
        "try:\n    main(['run', '--help'])\nfinally:\n"
        f"    print('loaded', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    process = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert "--replications" in process.stdout
    assert "loaded []" in process.stdout


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="this system has no pseudo-terminals")
def test_a_terminal_sees_a_bar_that_is_gone_at_the_end() -> None:
    leader, follower = os.openpty()
    process = subprocess.Popen(
        [*COMMAND, "run", str(TUTORIAL), "-n", "40"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=follower,
        env=os.environ | {"TERM": "xterm", "COLUMNS": "100"},
    )
    os.close(follower)
    seen = b""
    while True:
        try:
            piece = os.read(leader, 65536)
        except OSError:  # how a pseudo-terminal says that the other end is closed
            break
        if not piece:
            break
        seen += piece
    os.close(leader)

    assert process.wait(timeout=120) == 0
    assert re.search(rb"40/40|/40", seen)
    assert seen.rstrip().endswith((b"\x1b[2K", b"\x1b[?25h", b"\x1b[1A\x1b[2K"))
