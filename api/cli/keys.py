"""`callcenter keys`: the secrets of the house, for its environment."""

from typing import Annotated

import typer

from api.cli.group import group

keys = group("Make the secrets that the service reads from its environment.")


@keys.callback()
def every() -> None:
    """Make the secrets that the service reads from its environment."""


@keys.command()
def new(
    key_id: Annotated[
        str,
        typer.Option("--id", metavar="ID", help="Name of the new key in its rings: k2 after k1."),
    ] = "k1",
) -> None:
    """Print fresh secrets as lines for an environment file; nothing is kept.

    To change a key, put the new one in front of the old ones, with a comma between.
    """
    import os

    from api.embedded import fresh
    from api.settings import PREFIX, SECRETS

    for name in SECRETS:
        typer.echo(f"{PREFIX}{name.upper()}={fresh(name, draw=os.urandom, key_id=key_id)}")
