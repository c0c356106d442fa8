"""Options of the commands that tell what a switch says."""

from pathlib import Path
from typing import Annotated

import typer

Broker = Annotated[
    str | None,
    typer.Option(
        metavar="URL", show_default=False,
        help="mqtt://name@host or mqtts://name@host, the name being the source's own; the settings say if "
        "not given. Its password is CALLCENTER_BROKER_PASSWORD in the environment.",
    ),
]  # fmt: skip
Site = Annotated[
    str | None,
    typer.Option(metavar="SITE", help="The centre the switch belongs to; bucheon.", show_default=False),
]  # fmt: skip
SpoolFile = Annotated[
    Path | None,
    typer.Option(
        "--spool", metavar="FILE", show_default=False,
        help="The outbox: what is told stays there until it is acknowledged, and a month longer.",
    ),
]  # fmt: skip
Embedded = Annotated[
    bool,
    typer.Option(
        "--embedded", hidden=True, help="The broker is the one `callcenter serve` embeds."
    ),
]
