"""`callcenter db`: bring a database to this version's schema, or ask whether it is."""

import typer

from api.cli.group import group
from api.cli.serving_options import DatabaseUrl, do, settings_of

db = group("Bring the database to this version's schema, or check it.")


@db.command()
def upgrade(database: DatabaseUrl = None) -> None:
    """Run the migrations that are missing, all or none of them; no row is lost."""
    do(_upgrade(database))


@db.command()
def check(database: DatabaseUrl = None) -> None:
    """Say whether the schema is this version's, in every column."""
    do(_check(database))


async def _upgrade(database: str | None) -> None:
    from callcenter.store import migrate

    settings = settings_of(database=database)
    if settings.embedded:
        settings.var.mkdir(parents=True, exist_ok=True, mode=0o700)
    before = await migrate.revision_of(settings.database_url)
    await migrate.upgrade(settings.database_url)
    typer.echo(f"schema {before or 'none'} -> {migrate.head()}")


async def _check(database: str | None) -> None:
    from callcenter.errors import ConflictError
    from callcenter.store import migrate

    url = settings_of(database=database).database_url
    revision = await migrate.revision_of(url)
    if revision != migrate.head():
        raise ConflictError(
            f"schema {revision or 'none'}, expected {migrate.head()}: run `callcenter db upgrade`"
        )
    different = await migrate.differences(url)
    if different:
        raise ConflictError(f"the schema was changed by hand: {different}")
    typer.echo(f"schema {revision}, as expected")
