"""`callcenter up`: everything at once for a first look, a simulated day at speed included."""

from pathlib import Path
from typing import Annotated, Final

import typer

from api.cli.serving_options import settings_of

SCENARIO: Final = Path("configs/scenarios/bucheon-2009.yaml")


def up(
    scenario: Annotated[
        Path, typer.Argument(metavar="[FILE]", help="The centre whose days are lived.")
    ] = SCENARIO,
    speed: Annotated[
        float | None,
        typer.Option(min=0.01, max=10_000, metavar="N", show_default=False,
                     help="Seconds of its day in one second; 60 if nothing says otherwise."),
    ] = None,
    host: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Where to listen; 127.0.0.1.", show_default=False),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65_535, metavar="N", show_default=False,
                     help="8120 if nothing says otherwise; 0 takes any that is free."),
    ] = None,
    var: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of all that is kept; var.", show_default=False),
    ] = None,
) -> None:  # fmt: skip
    """Start everything in one go: database, broker, service and a simulated switch; Ctrl-C ends it all."""
    from api.live.switch_process import switch_beside

    settings = settings_of(
        host=host, port=port, var=var, speed=speed, scenario=scenario, database="", broker="",
        background=True, production=False,
    )  # fmt: skip
    with switch_beside(settings, scenario=scenario) as switch:
        from api import serving
        from api.live.first_look import FirstLook

        serving.serve(
            settings, say=lambda line: typer.echo(line, err=True), beside=FirstLook(switch)
        )
