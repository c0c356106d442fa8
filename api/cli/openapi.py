"""`callcenter openapi`: the API as a document."""

from pathlib import Path
from typing import Annotated

import typer


def openapi(
    write: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write it there instead of printing it.", show_default=False
        ),
    ] = None,
) -> None:
    """Print the OpenAPI document, as docs/openapi.json holds it."""
    import json

    from api.app import create_app
    from api.files import write_text
    from api.settings import Settings

    app = create_app(Settings.load(), say=typer.echo)
    text = json.dumps(app.openapi(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if write is None:
        typer.echo(text, nl=False)
    else:
        write_text(write, text)
