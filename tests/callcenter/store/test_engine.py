"""What a ticket store loses on a database that is opened the usual way, and does not lose here."""

import asyncio
import sqlite3
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError

from callcenter.errors import InputError, StoreUnavailableError
from callcenter.store.base import Utc
from callcenter.store.engine import Database
from callcenter.store.tables.tickets import NUMBER_SEQUENCE
from tests.databases import PostgresServer, opened


async def test_forty_writers_that_read_first_all_succeed(database: Database) -> None:
    other_process = Database(database.url.render_as_string(hide_password=False))
    async with database.writing() as connection:
        await connection.execute(insert(NUMBER_SEQUENCE).values(scope="n", last=0))

    async def count_one(door: Database) -> None:
        async with door.writing() as connection:
            query = select(NUMBER_SEQUENCE.c.last).with_for_update()
            last = (await connection.execute(query)).scalar_one()
            await asyncio.sleep(0)
            await connection.execute(update(NUMBER_SEQUENCE).values(last=last + 1))

    await asyncio.gather(*(count_one(door) for door in (database, other_process) * 20))
    async with database.reading() as connection:
        counted = (await connection.execute(select(NUMBER_SEQUENCE.c.last))).scalar_one()
    await other_process.close()
    assert counted == 40


async def test_what_one_rolls_back_another_keeps(database: Database) -> None:
    """SQLite in memory shares one transaction between coroutines; a file does not."""
    kept = asyncio.Event()

    async def keep() -> None:
        async with database.writing() as connection:
            await connection.execute(insert(NUMBER_SEQUENCE).values(scope="kept", last=1))
        kept.set()

    async def fail() -> None:
        await kept.wait()
        with suppress(RuntimeError):
            async with database.writing() as connection:
                await connection.execute(insert(NUMBER_SEQUENCE).values(scope="lost", last=1))
                raise RuntimeError

    await asyncio.gather(keep(), fail())
    async with database.reading() as connection:
        scopes = (await connection.execute(select(NUMBER_SEQUENCE.c.scope))).scalars().all()
    assert scopes == ["kept"]


async def test_a_commit_has_reached_the_disk(database: Database) -> None:
    """In WAL mode SQLite's usual NORMAL may forget the last commits when the power goes."""
    asked = {"sqlite": "PRAGMA synchronous", "postgresql": "SHOW synchronous_commit"}
    async with database.writing() as connection:
        setting = (await connection.execute(text(asked[database.dialect]))).scalar_one()
    assert str(setting) in {"2", "on"}


async def test_who_reads_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError):
        async with database.reading() as connection:
            await connection.execute(insert(NUMBER_SEQUENCE).values(scope="x", last=1))


async def test_a_reader_sees_one_state_throughout(database: Database) -> None:
    async with database.reading() as reader:
        before = (await reader.execute(select(NUMBER_SEQUENCE.c.scope))).all()
        async with database.writing() as writer:
            await writer.execute(insert(NUMBER_SEQUENCE).values(scope="new", last=1))
        assert (await reader.execute(select(NUMBER_SEQUENCE.c.scope))).all() == before


async def test_an_event_without_its_ticket_is_refused(database: Database) -> None:
    statement = text(
        "INSERT INTO ticket_clock (ticket, kind, n, started_at, state, period_qty, period_unit, rule,"
        " calendar_version) VALUES ('none', 'statutory', 1, '2026-01-01', 'running', 1, 'day', 'r', 'c')"
    )
    with pytest.raises(DBAPIError):
        async with database.writing() as connection:
            await connection.execute(statement)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite://", "SQLite needs a file"),
        ("sqlite:///:memory:", "SQLite needs a file"),
        ("mysql://root@localhost/x", "expected sqlite://… or postgresql://…, got 'mysql'"),
        ("somewhere", "expected a database URL, got 'somewhere'"),
    ],
)
def test_a_database_we_do_not_speak_to_is_named(url: str, expected: str) -> None:
    with pytest.raises(InputError, match=expected):
        Database(url)


def test_a_moment_without_its_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="a moment needs its offset"):
        Utc().process_bind_param(datetime(2026, 1, 1), None)  # type: ignore[arg-type]  # noqa: DTZ001


async def test_a_database_that_is_away_is_said_to_be_and_comes_back(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/there/c.db")

    for door in (database.writing, database.reading):
        with pytest.raises(StoreUnavailableError):
            async with door():
                pass
    (tmp_path / "there").mkdir()

    async with database.writing() as connection:
        await connection.execute(text("SELECT 1"))
    await database.close()


async def test_a_file_somebody_else_holds_is_busy(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/c.db")
    async with database.writing() as connection:
        await connection.execute(text("CREATE TABLE t (x INTEGER)"))
        await connection.execute(text("PRAGMA busy_timeout=10"))
    with closing(sqlite3.connect(tmp_path / "c.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(StoreUnavailableError):
            async with database.writing() as connection:
                await connection.execute(text("SELECT 1"))
    await database.close()


async def test_what_is_wrong_with_a_statement_is_not_called_away(database: Database) -> None:
    with pytest.raises(DBAPIError, match="nowhere"):
        async with database.writing() as connection:
            await connection.execute(text("SELECT 1 FROM nowhere"))


async def test_a_server_that_lets_nobody_in_is_away_until_it_does(
    postgres_server: PostgresServer,
) -> None:
    async with opened(postgres_server) as database:
        name = database.url.database
        async with database.writing() as connection:
            await connection.execute(text("SELECT 1"))
        postgres_server.psql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        end_all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
        postgres_server.psql(f"{end_all} '{name}'")
        for _ in range(2):
            with pytest.raises(StoreUnavailableError):
                async with database.writing() as connection:
                    await connection.execute(text("SELECT 1"))
        postgres_server.psql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")

        async with database.reading() as connection:
            assert (await connection.execute(text("SELECT 1"))).scalar_one() == 1


async def test_a_server_that_is_not_there_is_away(tmp_path: Path) -> None:
    database = Database(f"postgresql://nobody@/none?host={tmp_path}")

    with pytest.raises(StoreUnavailableError):
        async with database.reading():
            pass
    await database.close()


async def test_a_transaction_in_which_nothing_was_asked_ends_without_a_trace(
    database: Database,
) -> None:
    for _ in range(3):
        async with database.writing():
            pass
        async with database.reading():
            pass
        with suppress(RuntimeError):
            async with database.writing():
                raise RuntimeError
    async with database.writing() as connection:
        await connection.execute(insert(NUMBER_SEQUENCE).values(scope="n", last=1))
    async with database.reading() as connection:
        assert (await connection.execute(select(NUMBER_SEQUENCE.c.last))).scalar_one() == 1
