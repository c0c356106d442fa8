"""`callcenter key`: let machines in from the command line."""

from datetime import datetime
from typing import Annotated

import typer

from api.cli.group import group
from api.cli.serving_options import (
    MOST_LISTED,
    DatabaseUrl,
    RoleNames,
    UnitCode,
    access,
    at_the_console,
    do,
)

key = group("Let machines in by API keys, list them, revoke them.")


@key.command()
def new(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="What the key is for.", show_default=False)
    ],
    roles: RoleNames,
    unit: UnitCode = None,
    per_minute: Annotated[int, typer.Option(min=1, max=60_000, help="Requests in a minute.")] = 600,
    expires: Annotated[
        datetime | None,
        typer.Option(help="When it ends, UTC; never if not given.", show_default=False),
    ] = None,
    database: DatabaseUrl = None,
) -> None:
    """Issue a key; it is printed once and never kept."""
    do(_new(name, roles, unit, per_minute, expires, database))


@key.command()
def revoke(
    key_id: Annotated[str, typer.Argument(metavar="ID", show_default=False)],
    database: DatabaseUrl = None,
) -> None:
    """Make a key worthless at once."""
    do(_revoke(key_id, database))


@key.command(name="list")
def listed(database: DatabaseUrl = None) -> None:
    """List keys: id, roles, state, name."""
    do(_list(database))


async def _new(
    name: str,
    roles: list[str],
    unit: str | None,
    per_minute: int,
    expires: datetime | None,
    database: str | None,
) -> None:
    from datetime import UTC

    from callcenter.desk.accounts import NewKey
    from callcenter.domain.accounts import roles_named

    wanted = NewKey(
        name=name,
        roles=roles_named(roles),
        unit=unit,
        requests_per_minute=per_minute,
        expires_at=None if expires is None else expires.replace(tzinfo=UTC),
    )
    async with access(database) as (_, accounts):
        _, text = await accounts.issue_key(wanted, by=at_the_console())
    typer.echo(text)


async def _revoke(key_id: str, database: str | None) -> None:
    async with access(database) as (_, accounts):
        await accounts.revoke_key(key_id, by=at_the_console())
    typer.echo(f"{key_id}: revoked")


async def _list(database: str | None) -> None:
    async with access(database) as (store, _), store.reading() as uow:
        found = await uow.api_keys.page(after="", most=MOST_LISTED)
    for one in found:
        state = "revoked" if one.revoked_at else "good"
        if one.revoked_at is None and one.expires_at:
            state = f"until {one.expires_at.isoformat()}"
        typer.echo(f"{one.key_id}\t{','.join(sorted(one.roles))}\t{state}\t{one.name}")
