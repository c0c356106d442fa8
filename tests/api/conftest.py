"""One small run that all tests of the doors share."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from api.cli import main
from simulation.results import RunResult, run
from simulation.scenario import load
from tests import databases
from tests.doors import House, a_house

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = ROOT / "configs" / "scenarios"
TUTORIAL = SCENARIOS / "tutorial.yaml"
PUBLISHED = """
published:
  - {measure: answered, value: 5000, unit: calls, source: "a <report>", note: "rounded & old"}
  - {measure: headcount, value: 24, unit: people, source: "the same"}
  - {measure: cost_per_contact, value: 12, source: "nobody said what it costs"}
assumed:
  queue.tax.talk: "Chosen </script><b>freely</b>."
"""


@pytest.fixture(scope="session")
def tutorial() -> RunResult:
    """Run the tutorial three times."""
    return run(load(TUTORIAL), replications=3, seed=5)


@pytest.fixture(scope="session")
def document(tutorial: RunResult) -> dict[str, Any]:
    return tutorial.to_dict()


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """Run the tutorial with published figures and assumptions that try to break a page."""
    file = tmp_path_factory.mktemp("told") / "told.yaml"
    file.write_text(f"extends: {TUTORIAL}\nscenario: told\n{PUBLISHED}", "utf-8")
    return run(load(file), replications=2)


@pytest.fixture(scope="session")
def conforms() -> Callable[[Any], None]:
    """Hold a document to docs/result.schema.json."""
    schema = json.loads((ROOT / "docs" / "result.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema).validate


@dataclass(frozen=True)
class Said:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def callcenter(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Call the command line as a shell does, within this process."""

    def call(*arguments: object) -> Said:
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        heard = capsys.readouterr()
        return Said(int(left.value.code or 0), heard.out, heard.err)

    return call


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Open a house once and leave it: its schema, calendar and keys are there for others to copy."""
    folder = tmp_path_factory.mktemp("furnished")

    async def move_in() -> None:
        async with a_house(folder):
            pass

    asyncio.run(move_in())
    return folder / "var"


@pytest.fixture
async def house(tmp_path: Path, furnished: Path) -> AsyncIterator[House]:
    """Open a house with a database in a file of its own."""
    shutil.copytree(furnished, tmp_path / "var")
    async with a_house(tmp_path) as opened:
        yield opened


@pytest.fixture
async def each_house(tmp_path: Path, database_server: databases.Server) -> AsyncIterator[House]:
    """Open a house on each kind of database in turn."""
    url = await database_server.migrated()
    async with a_house(tmp_path, database=url) as opened:
        yield opened
    await database_server.drop(url)
