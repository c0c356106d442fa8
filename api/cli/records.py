"""`callcenter records`: what time does to records: sealing days, verifying, forgetting, new keys."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.group import group
from api.cli.serving_options import DatabaseUrl, do, settings_of

if TYPE_CHECKING:
    from api.services import Services

records = group("Seal and verify the history, forget whose term is over, seal anew with new keys.")
Day = Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], metavar="DAY")]


@records.command()
def seal(database: DatabaseUrl = None) -> None:
    """Seal every day that is over: one hash over its events, chained to the day before."""
    do(_seal(database))


@records.command()
def verify(database: DatabaseUrl = None) -> None:
    """Verify every ticket's chain and every sealed day; leave with code 1 if one is broken."""
    do(_verify(database))


@records.command()
def export(
    first: Day,
    last: Day,
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    database: DatabaseUrl = None,
) -> None:
    """Write sealed days as lines of JSON with their roots, for an auditor."""
    do(_export(database, first, last, file))


@records.command()
def forget(database: DatabaseUrl = None) -> None:
    """Erase petitioners whose term is over and who have no open ticket; tickets stay."""
    do(_forget(database))


@records.command()
def reseal(database: DatabaseUrl = None) -> None:
    """Seal personal data anew with the first key of each ring; then the old keys may go."""
    do(_reseal(database))


@asynccontextmanager
async def _house(database: str | None) -> "AsyncIterator[Services]":
    import os

    from api.observing import Figures, logger
    from api.wiring import opened
    from callcenter.clock import utc_now

    settings = settings_of(database=database, background=False)
    log = logger(level="warning", now=utc_now)
    async with opened(
        settings, now=utc_now, draw=os.urandom, log=log, figures=Figures(), say=typer.echo
    ) as services:
        yield services


async def _seal(database: str | None) -> None:
    async with _house(database) as services:
        roots = await services.audit.seal_what_is_over()
    for root in roots:
        typer.echo(f"{root.day}  {root.events:>7} events  {root.root}")
    typer.echo(f"{len(roots)} days sealed")


async def _verify(database: str | None) -> None:
    from callcenter.errors import ConflictError

    faults = []
    async with _house(database) as services:
        async for fault in services.audit.verify_all():
            faults.append(fault)
            typer.echo(f"{fault.what}: {fault.ticket or fault.day} {fault.seq or ''}")
    if faults:
        raise ConflictError(f"{len(faults)} places of the history are not as they were written")
    typer.echo("the history is as it was written")


async def _export(database: str | None, first: datetime, last: datetime, file: Path) -> None:
    from api.files import write_text

    async with _house(database) as services:
        lines = [line async for line in services.audit.export(first.date(), last.date())]
    write_text(file, "".join(lines))
    typer.echo(f"{len(lines)} lines written to {file}")


async def _forget(database: str | None) -> None:
    from callcenter.desk.retention import Retention

    async with _house(database) as services:
        erased = await Retention(store=services.store, now=services.now).erase()
    typer.echo(
        f"erased: {erased.petitioners} petitioners, {erased.texts} texts, "
        f"{erased.leads} leads, {erased.keys} keys"
    )


async def _reseal(database: str | None) -> None:
    from callcenter.desk.rotation import KeyRotation
    from callcenter.errors import ConflictError

    async with _house(database) as services:
        done = await KeyRotation(store=services.store, vault=services.vault).run()
    if done.broken:
        raise ConflictError(f"could not be opened with these keys: {', '.join(done.broken[:20])}")
    typer.echo(f"{done.renewed} sealed anew, {done.kept} were already")
    if done.bound:
        keys = ", ".join(f"{key} ({many:,} numbers)" for key, many in sorted(done.bound.items()))
        raise ConflictError(
            f"keep these lookup keys on the ring, behind the first: {keys}. Of a number that is not to be "
            "called only the hash is known, and without its key it would be called again"
        )
