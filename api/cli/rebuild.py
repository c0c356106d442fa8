"""`callcenter rebuild`: legs, spells and answers made anew from what the switches told."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.serving_options import DatabaseUrl, do, settings_of

if TYPE_CHECKING:
    from callcenter.desk.rebuilding import Rebuilt

Days = Annotated[
    list[str] | None,
    typer.Option(
        "--day", metavar="YYYY-MM-DD", show_default=False,
        help="A day of Korea; may be given several times. All days if not given.",
    ),
]  # fmt: skip


def rebuild(day: Days = None, database: DatabaseUrl = None) -> None:
    """Make calls and agents anew from the ledger; the switchboard may run meanwhile."""
    do(_rebuild(day, database))


async def _rebuild(days: list[str] | None, database: str | None) -> None:
    from callcenter.desk.rebuilding import Rebuilding
    from callcenter.store.engine import Database
    from callcenter.store.unit_of_work import Store

    settings = settings_of(database=database)
    opened = Database(settings.database_url)
    try:
        rebuilding = Rebuilding(Store(opened), site=settings.site)
        await rebuilding.run(_dates(days), each=_say)
    finally:
        await opened.close()


def _dates(days: list[str] | None) -> list[date] | None:
    from callcenter.errors import InputError

    try:
        return [date.fromisoformat(day) for day in days] if days else None
    except ValueError as error:
        raise InputError(f"expected YYYY-MM-DD: {error}", key="--day") from error


def _say(rebuilt: "Rebuilt") -> None:
    typer.echo(
        f"{rebuilt.day}: {rebuilt.legs} legs, {rebuilt.spells} spells, {rebuilt.answers} answers"
    )
