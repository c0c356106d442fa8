"""Bring a database to the schema of this version, one migration after the other, losing no row.

On SQLite a table is changed by copying it, so foreign keys are off while migrations run and are
checked before they are committed: an `ON DELETE CASCADE` would otherwise empty the copied table's children.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from callcenter.errors import ConflictError
from callcenter.store.engine import database_url
from callcenter.store.tables import METADATA

_SCRIPTS: Final = Path(__file__).with_name("migrations")
DERIVED_TABLES: Final = ("ticket_grams",)
"""Tables a database makes for itself, and the parts of one: no metadata knows them."""


async def upgrade(url: str, revision: str = "head") -> None:
    """Run the migrations that are missing, all or none of them."""
    await _run(url, lambda config: command.upgrade(config, revision))


async def downgrade(url: str, revision: str) -> None:
    """Take migrations back; `-1` is the last one."""
    await _run(url, lambda config: command.downgrade(config, revision))


async def differences(url: str) -> list[Any]:
    """Return what the migrated database and the declared tables disagree on; empty is right."""
    found: list[Any] = []

    def compare(connection: Connection) -> None:
        context = MigrationContext.configure(
            connection,
            opts={"include_name": include_name, "compare_type": True, "target_metadata": METADATA},
        )
        found.extend(compare_metadata(context, METADATA))

    await _with_connection(database_url(url), compare)
    return found


async def revision_of(url: str) -> str | None:
    """Return the revision a database is at; `None` if it has never been migrated."""
    found: list[str | None] = []

    def ask(connection: Connection) -> None:
        found.append(MigrationContext.configure(connection).get_current_revision())

    await _with_connection(database_url(url), ask)
    return found[0]


def head() -> str:
    """Return the newest revision."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    assert newest is not None
    return newest


def include_name(name: str | None, kind: str, _parents: Any) -> bool:
    """Leave the tables out that a database made for itself."""
    return not (kind == "table" and name is not None and name.startswith(DERIVED_TABLES))


async def _run(url: str, order: Callable[[Config], None]) -> None:
    def run(connection: Connection) -> None:
        config = _config()
        config.attributes["connection"] = connection
        order(config)
        _check_foreign_keys(connection)

    await _with_connection(database_url(url), run)


async def _with_connection(url: URL, work: Callable[[Connection], None]) -> None:
    engine = create_async_engine(url, poolclass=NullPool)
    if url.get_backend_name() == "sqlite":
        event.listen(engine.sync_engine, "connect", _without_foreign_keys)
        event.listen(engine.sync_engine, "begin", _begin_immediate)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(work)
    finally:
        await engine.dispose()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    return config


def _without_foreign_keys(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA busy_timeout=30000")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA foreign_keys=OFF")


def _begin_immediate(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _check_foreign_keys(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    orphans = connection.execute(text("PRAGMA foreign_key_check")).all()
    if orphans:
        tables = sorted({row[0] for row in orphans})
        raise ConflictError(f"a migration left rows without their parents in {tables}")
