"""`callcenter account`: let people in from the command line, the first manager above all."""

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

account = group("Let people in, list them, give them another password.")
Login = Annotated[str, typer.Argument(metavar="LOGIN", show_default=False)]
FromInput = Annotated[
    bool,
    typer.Option(
        "--password-stdin", help="Read the password from standard input; drawn if not given."
    ),
]


@account.command()
def add(
    login: Login,
    roles: RoleNames,
    name: Annotated[
        str | None, typer.Option(help="As colleagues know them.", show_default=False)
    ] = None,
    unit: UnitCode = None,
    from_input: FromInput = False,
    database: DatabaseUrl = None,
) -> None:
    """Let a person in; a drawn password is printed once."""
    do(_add(login, roles, name or login, unit, _password(from_input), database))


@account.command()
def password(login: Login, from_input: FromInput = False, database: DatabaseUrl = None) -> None:
    """Give a person another password; who waited after wrong ones need not wait any more."""
    do(_set_password(login, _password(from_input), database))


@account.command(name="list")
def listed(database: DatabaseUrl = None) -> None:
    """List who may log in: login, roles, unit, name."""
    do(_list(database))


def _password(from_input: bool) -> str | None:
    import sys

    return sys.stdin.readline().rstrip("\n") if from_input else None


async def _add(
    login: str,
    roles: list[str],
    name: str,
    unit: str | None,
    password: str | None,
    database: str | None,
) -> None:
    from callcenter.desk.accounts import NewAccount
    from callcenter.domain.accounts import roles_named

    new = NewAccount(login=login, name=name, roles=roles_named(roles), unit=unit, password=password)
    async with access(database) as (_, accounts):
        _, drawn = await accounts.add(new, by=at_the_console())
    typer.echo(f"{login}: {drawn or 'added'}")


async def _set_password(login: str, password: str | None, database: str | None) -> None:
    async with access(database) as (_, accounts):
        drawn = await accounts.set_password(login, password, by=at_the_console())
    typer.echo(f"{login}: {drawn or 'changed'}")


async def _list(database: str | None) -> None:
    async with access(database) as (store, _), store.reading() as uow:
        found = await uow.accounts.page(after="", most=MOST_LISTED)
    for one in found:
        state = "active" if one.active else "inactive"
        roles = ",".join(sorted(one.roles))
        typer.echo(f"{one.login}\t{roles}\t{one.unit or '-'}\t{state}\t{one.name}")
