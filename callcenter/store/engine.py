"""A database by its URL: one door for writing, one for reading.

SQLite needs care that PostgreSQL does not: writers begin with `BEGIN IMMEDIATE`, since a deferred
transaction that reads and then writes fails at once when another writer was quicker, whatever the
busy timeout; and they pass one at a time through a pool of one connection, so they queue instead of
polling. Readers have connections of their own that cannot write.
"""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any, Final

from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import QueuePool

from callcenter.errors import InputError, StoreUnavailableError
from callcenter.store.one_hop import connect

DRIVERS: Final = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
_AWAY: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
    }
)
_BUSY_MILLISECONDS: Final = 30_000
_READERS: Final = 8
_POSTGRES_CONNECTIONS: Final = 20


class Database:
    """Two engines on one database; `writing` and `reading` hand out connections in a transaction."""

    def __init__(self, url: str, *, connections: int = _POSTGRES_CONNECTIONS) -> None:
        """Prepare the engines; nothing is opened before it is needed.

        Raises:
            InputError: the URL is of no database this house speaks to.
        """
        self.url = database_url(url)
        self.dialect = self.url.get_backend_name()
        if self.dialect == "sqlite":
            self._writer = _sqlite(self.url, begin="BEGIN IMMEDIATE", connections=1)
            self._reader = _sqlite(self.url, begin="BEGIN", connections=_READERS, read_only=True)
        else:
            self._writer = create_async_engine(
                self.url,
                pool_size=connections,
                max_overflow=0,
                pool_pre_ping=False,
                hide_parameters=True,
            )
            self._reader = self._writer

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Commit when the block ends, roll back when it raises."""
        with _reached():
            async with _connected(self._writer) as connection, connection.begin():
                yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """See one state of the database throughout; nothing is kept of what is written."""
        with _reached():
            async with _connected(self._reader) as connection:
                if self.dialect == "postgresql":
                    await connection.execution_options(
                        isolation_level="REPEATABLE READ", postgresql_readonly=True
                    )
                yield connection

    def connections(self) -> dict[str, int]:
        """Count connections by what they do, over both doors."""
        pools = {engine.sync_engine.pool for engine in (self._writer, self._reader)}
        queues = [pool for pool in pools if isinstance(pool, QueuePool)]
        return {
            "busy": sum(pool.checkedout() for pool in queues),
            "idle": sum(pool.checkedin() for pool in queues),
        }

    async def close(self) -> None:
        """Give back every connection."""
        await self._writer.dispose()
        await self._reader.dispose()


@asynccontextmanager
async def _connected(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    async with AsyncExitStack() as stack:
        try:
            connection = await stack.enter_async_context(engine.connect())
        except (OSError, DBAPIError) as error:
            raise StoreUnavailableError("no connection to the database") from error
        yield connection


@contextmanager
def _reached() -> Iterator[None]:
    """Say in our words that a database was not there, or had no room or no time for us."""
    try:
        yield
    except PoolTimeoutError as error:
        raise StoreUnavailableError("no connection to the database became free") from error
    except DBAPIError as error:
        # The low byte is the kind of a SQLite error, what stands before it only says more.
        kind = getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF
        if error.connection_invalidated or kind in _AWAY:
            raise StoreUnavailableError("the database is away, busy or full") from error
        raise


def database_url(text: str) -> URL:
    """Read a URL and choose the driver: `sqlite:///file.db` or `postgresql://user@host/name`.

    Raises:
        InputError: not a URL, another database, or SQLite in memory, where coroutines would share
            one transaction.
    """
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise InputError(f"expected a database URL, got {text!r}", key="database") from error
    backend = url.get_backend_name()
    if backend not in DRIVERS:
        known = " or ".join(f"{name}://…" for name in DRIVERS)
        raise InputError(f"expected {known}, got {backend!r}", key="database")
    if backend == "sqlite" and url.database in {None, "", ":memory:"}:
        raise InputError("SQLite needs a file: sqlite:///callcenter.db", key="database")
    return url.set(drivername=DRIVERS[backend])


def _sqlite(url: URL, *, begin: str, connections: int, read_only: bool = False) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=60,
        hide_parameters=True,
        connect_args={"async_creator_fn": connect},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions are begun below, not by the driver
        cursor = connection.cursor()
        for pragma in _pragmas(read_only=read_only):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin_transaction(connection: Any) -> None:
        connection.connection.driver_connection.begin_with(begin)

    return engine


def _pragmas(*, read_only: bool) -> tuple[str, ...]:
    always = (
        f"busy_timeout={_BUSY_MILLISECONDS}",
        "journal_mode=WAL",
        "synchronous=FULL",  # a commit outlives a power cut, as PostgreSQL's does
        "foreign_keys=ON",
        "cache_size=-65536",
    )
    return (*always, "query_only=ON") if read_only else always
