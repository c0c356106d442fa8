"""`callcenter tell`: what a real switch writes down, told to a broker."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.group import group
from api.cli.imports import Aliases
from api.cli.serving_options import settings_of
from api.cli.telling_options import Broker, Site, SpoolFile

tell = group("Tell a broker what a real switch writes down.")


@tell.callback()
def every() -> None:
    """Tell a broker what a real switch writes down."""


@tell.command("queue_log")
def queue_log(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Asterisk's queue_log.")],
    broker: Broker = None,
    source: Annotated[str, typer.Option(help="Name of the switch.")] = "pbx1",
    site: Site = None,
    spool: SpoolFile = None,
    follow: Annotated[
        bool,
        typer.Option("--follow", help="Go on as lines are written, through rotations."),
    ] = False,
    alias: Aliases = [],  # noqa: B006 - typer reads the default and never changes it
    wrap_up: Annotated[
        float, typer.Option(min=0, metavar="SECONDS", help="`wrapuptime` of its queues.")
    ] = 0,
) -> None:  # fmt: skip
    """Tell what an Asterisk queue_log says, each line once, over restarts and rotations."""
    from api.cli.imports import rules_of
    from api.telling.process import source_of, speak, wall_tick
    from api.telling.queue_log import QueueLogSpeaker, voice_of
    from callcenter.bus.telling import Pace

    settings = settings_of(broker=broker, site=site)
    told = source_of(settings, name=source, spool=spool, pace=Pace(), embedded=False)
    rules = rules_of(alias, wrap_up=wrap_up)
    if not follow:
        file.stat()
    speak(
        told,
        lambda outbox: voice_of(
            QueueLogSpeaker(
                file,
                source=source,
                site=told.site,
                spool=outbox,
                now=wall_tick,
                rules=rules,
                follow=follow,
            )
        ),
        say=lambda line: typer.echo(line, err=True),
    )
