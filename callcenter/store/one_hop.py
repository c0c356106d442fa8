"""SQLite statements that cross to the database's thread once, not four times.

aiosqlite gives a connection its own thread and crosses to it for the cursor, the statement, its rows and
the cursor's end. A ticket is some fifteen statements; three of the four crossings are the larger part of
what it costs. Here a statement is run, read and ended in one, and a transaction begins in the crossing of
its first statement. It stands on two private names of
aiosqlite (`_execute`, `_conn`), whose version is pinned, and a test says when they are gone.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Self

import aiosqlite
from typing_extensions import override


class OneHopCursor:
    """What one statement left behind, already here."""

    def __init__(self, connection: "OneHopConnection") -> None:
        """Make a cursor; nothing crosses yet."""
        self._connection = connection
        self._rows: Sequence[Any] = ()
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        """Be there; nothing crosses."""
        return self

    async def execute(self, operation: str, parameters: Any = ()) -> Self:
        """Run a statement and read its rows."""
        await self._connection.cross(lambda database: self._run(database, operation, parameters))
        return self

    async def executemany(self, operation: str, parameters: Iterable[Any]) -> Self:
        """Run a statement for each of many parameters."""
        many = list(parameters)
        await self._connection.cross(
            lambda database: self._keep(database.executemany(operation, many))
        )
        return self

    async def fetchall(self) -> Sequence[Any]:
        """Return the rows, which are here."""
        return self._rows

    async def close(self) -> None:
        """Do nothing: it ended with its statement."""

    def _run(self, database: sqlite3.Connection, operation: str, parameters: Any) -> None:
        cursor = database.execute(operation, parameters)
        self._rows = cursor.fetchall() if cursor.description else ()
        self._keep(cursor)

    def _keep(self, cursor: sqlite3.Cursor) -> None:
        self.description = cursor.description
        self.rowcount = cursor.rowcount
        self.lastrowid = cursor.lastrowid
        cursor.close()


class OneHopConnection(aiosqlite.Connection):
    """An aiosqlite connection whose cursors cross once a statement."""

    _begin: str | None = None

    @override
    def cursor(self) -> OneHopCursor:  # type: ignore[override]
        """Make a cursor; nothing crosses."""
        return OneHopCursor(self)

    def begin_with(self, statement: str) -> None:
        """Begin a transaction by a statement that crosses together with the first one after it."""
        self._begin = statement

    async def cross(self, work: Callable[[sqlite3.Connection], None]) -> None:
        """Do something on the database's thread."""
        begin, self._begin = self._begin, None

        def run() -> None:
            if begin is not None:
                self._conn.execute(begin)
            work(self._conn)

        await self._execute(run)  # type: ignore[no-untyped-call]

    @override
    async def commit(self) -> None:
        """Commit what was begun."""
        if self._was_begun():
            await super().commit()

    @override
    async def rollback(self) -> None:
        """Roll back what was begun."""
        if self._was_begun():
            await super().rollback()

    def _was_begun(self) -> bool:
        """Say whether a statement has crossed since the beginning; nothing else need be ended."""
        waiting, self._begin = self._begin, None
        return waiting is None


def connect(database: str, **options: Any) -> OneHopConnection:
    """Open a database file; the thread does not keep the process alive."""
    connection = OneHopConnection(lambda: sqlite3.connect(database, **options), iter_chunk_size=64)
    connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does for a connection of its own
    return connection
