"""`callcenter serve`: the API and its pages, until somebody says stop."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.serving_options import DatabaseUrl, settings_of


def serve(
    host: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Where to listen; 127.0.0.1 if nothing says otherwise.",
                     show_default=False),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65_535, metavar="N", show_default=False,
                     help="8120 if nothing says otherwise; 0 takes any that is free."),
    ] = None,
    database: DatabaseUrl = None,
    broker: Annotated[
        str | None,
        typer.Option(metavar="URL", show_default=False,
                     help="mqtts://name@host of the broker that switches speak to, `none` for none; an "
                     "embedded one, not durable, if nothing says otherwise."),
    ] = None,
    var: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of the embedded database and of generated keys; var.",
                     show_default=False),
    ] = None,
) -> None:  # fmt: skip
    """Serve tickets and figures over HTTP; without settings, from a file of its own."""
    from api import serving

    settings = settings_of(host=host, port=port, database=database, broker=broker, var=var)
    serving.serve(settings, say=lambda line: typer.echo(line, err=True))
