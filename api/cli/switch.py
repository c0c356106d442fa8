"""`callcenter switch`: a simulated switch, which tells its days to a broker as they happen."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from api.cli.serving_options import settings_of
from api.cli.telling_options import Broker, Embedded, Site, SpoolFile


def switch(
    scenario: Annotated[
        Path, typer.Option(metavar="FILE", help="The centre and its callers.", show_default=False)
    ],
    broker: Broker = None,
    source: Annotated[str, typer.Option(help="Name of the switch.")] = "sim1",
    site: Site = None,
    spool: SpoolFile = None,
    seed: Annotated[
        int, typer.Option(min=0, max=2**63 - 1, metavar="N", help="Which chances.")
    ] = 0,
    speed: Annotated[
        float,
        typer.Option(min=0.01, max=10_000, metavar="N", help="Seconds of its day in one second."),
    ] = 60,
    date: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], metavar="DAY", show_default=False,
            help="The first date to live; today, or the one it was stopped in, if not given.",
        ),
    ] = None,
    days: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", show_default=False, help="How many dates; else without end."),
    ] = None,
    embedded: Embedded = False,
) -> None:  # fmt: skip
    """Let a simulated switch tell what happens, at a speed, until somebody says stop."""
    from importlib.metadata import version

    from api.telling.led import led
    from api.telling.process import source_of, speak
    from api.telling.simulated import Wanted, simulated
    from callcenter.bus.telling import LIVELY
    from simulation.plan import compile_plan
    from simulation.scenario import load

    settings = settings_of(broker=broker, site=site)
    plan = compile_plan(load(scenario))
    if embedded:
        settings = led(settings)
    told = source_of(settings, name=source, spool=spool, pace=LIVELY, embedded=embedded)
    wanted = Wanted(
        source=source,
        seed=seed,
        speed=speed,
        first=None if date is None else date.date(),
        days=days,
        version=version("callcenter"),
    )
    speak(
        told,
        lambda outbox: simulated(plan, wanted, spool=outbox),
        say=lambda line: typer.echo(line, err=True),
    )
