"""The habits of the house that no linter knows, each with its reason in the message."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILDINGS = ("callcenter", "simulation", "api")
LONGEST_FILE = 450

# Called in any file but those allowed below, the same inputs would no longer give the same day.
BANNED = {
    "time.time": "take a Clock",
    "time.time_ns": "take a Clock",
    "time.monotonic": "take a Clock",
    "time.monotonic_ns": "take a Clock",
    "time.sleep": "take a Clock",
    "datetime.datetime.now": "take a Clock",
    "datetime.datetime.today": "take a Clock",
    "datetime.datetime.utcnow": "take a Clock",
    "datetime.date.today": "take a Clock",
    "random": "take a Generator from simulation.streams",
    "secrets": "take a Generator from simulation.streams",
    "os.urandom": "take a Generator from simulation.streams",
    "numpy.random": "take a Generator from simulation.streams",
    "uuid.uuid1": "ids are functions of their inputs",
    "uuid.uuid4": "ids are functions of their inputs",
    "unittest.mock": "write a fake in tests/fakes.py",
}
# This table only shrinks.
ALLOWED = {
    "callcenter/clock.py": ("time.", "datetime."),  # the one reader of the wall clock
    "simulation/streams.py": ("numpy.random",),  # the one maker of generators
}


def tracked_files() -> list[Path]:
    """List what git knows; without git, everything that is not hidden or built."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode == 0:
        names = [name for name in listing.stdout.split("\0") if name]
        return [ROOT / name for name in sorted(names) if (ROOT / name).is_file()]
    return [
        path
        for path in sorted(ROOT.rglob("*"))
        if path.is_file() and not re.match(r"\.|build$", path.relative_to(ROOT).parts[0])
    ]


FILES = tracked_files()
PYTHON = [path for path in FILES if path.suffix == ".py"]


def of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported_names(tree: ast.Module) -> dict[str, str]:
    """Map each name that imports bind in a module to what it stands for."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.split(".")[0]
                names[alias.asname or first] = alias.name if alias.asname else first
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def dotted(node: ast.expr) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return None if before is None else f"{before}.{node.attr}"
    return None


def calls(source: str) -> Iterator[tuple[int, str]]:
    """Give line and full dotted name of every call whose first name was imported."""
    tree = ast.parse(source)
    names = imported_names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (name := dotted(node.func)):
            first, _, rest = name.partition(".")
            if first in names:
                yield node.lineno, f"{names[first]}.{rest}".rstrip(".")


def ambient_calls(source: str, *, allowed: tuple[str, ...] = ()) -> list[str]:
    return [
        f"line {line}: {name}: {why}"
        for line, name in calls(source)
        for banned, why in BANNED.items()
        if (name == banned or name.startswith(f"{banned}.")) and not name.startswith(allowed or "!")
    ]


def test_time_chance_and_identity_arrive_as_arguments() -> None:
    found = {
        of(path): ambient_calls(path.read_text("utf-8"), allowed=ALLOWED.get(of(path), ()))
        for path in PYTHON
    }

    assert {path: calls for path, calls in found.items() if calls} == {}


@pytest.mark.parametrize(
    "source",
    [
        "import time\ntime.time()",
        "from time import monotonic as tick\ntick()",
        "import datetime as dt\ndt.datetime.now()",
        "from datetime import date\ndate.today()",
        "import numpy as np\nnp.random.default_rng(1)",
        "from numpy.random import default_rng\ndefault_rng(1)",
        "from random import choice\nchoice([1])",
        "import uuid\nuuid.uuid4()",
        "from unittest.mock import Mock\nMock()",
    ],
    ids=lambda source: source.split("\n")[1],
)
def test_an_ambient_call_is_seen_under_any_name(source: str) -> None:
    assert len(ambient_calls(source)) == 1


def test_a_generator_handed_in_is_not_an_ambient_call() -> None:
    source = "import time\ndef draw(rng):\n    time.perf_counter()\n    return rng.random()"

    assert ambient_calls(source) == []


def test_a_file_fits_in_the_head() -> None:
    lines = {of(path): len(path.read_text("utf-8").splitlines()) for path in PYTHON}

    too_long = {path: count for path, count in lines.items() if count >= LONGEST_FILE}
    assert too_long == {}, "split them along what they are about"


def test_a_module_says_why_it_exists() -> None:
    built = [path for path in PYTHON if of(path).split("/")[0] in BUILDINGS]
    docstrings = {of(path): ast.get_docstring(ast.parse(path.read_text("utf-8"))) for path in built}

    silent = [path for path, said in docstrings.items() if not said and "/_" not in path]
    assert silent == [], "a room or file opens with what it is for"


def test_only_the_three_buildings_hold_code() -> None:
    folders = {of(path).split("/")[0] for path in PYTHON}

    assert folders <= {*BUILDINGS, "tests", "docs"}


# Written so that this file does not find itself.
OF_ONE_MACHINE = re.compile(r"(?<![\w./<>-])/(?:work|root|home|Users)/")
OF_A_REGISTRY = re.compile(r"pypi[.]org|python[h]osted|--(?:extra-)?index-[u]rl")


def texts() -> Iterator[tuple[Path, str]]:
    for path in FILES:
        try:
            yield path, path.read_text("utf-8")
        except UnicodeDecodeError:
            continue


def test_no_path_of_one_machine_stands_in_the_project() -> None:
    found = [of(path) for path, text in texts() if OF_ONE_MACHINE.search(text)]

    assert found == []


def test_no_package_registry_is_named() -> None:
    found = [of(path) for path, text in texts() if OF_A_REGISTRY.search(text)]

    assert found == []


def test_every_pin_has_its_hash() -> None:
    for pins in sorted((ROOT / "requirements").glob("*.txt")):
        blocks = re.split(r"\n(?=[A-Za-z])", pins.read_text("utf-8"))
        assert [block for block in blocks if "==" not in block or "--hash=" not in block] == []


def test_development_holds_every_pin_of_the_run() -> None:
    def pins(name: str) -> set[str]:
        text = (ROOT / "requirements" / name).read_text("utf-8")
        return set(re.findall(r"^(\S+==\S+)", text, flags=re.MULTILINE))

    assert pins("run.txt") <= pins("dev.txt")
