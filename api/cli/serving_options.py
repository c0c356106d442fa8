"""Options of the commands that touch the service's database, and how they come to its settings."""

from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

if TYPE_CHECKING:
    from api.settings import Settings
    from callcenter.desk.accounts import AccountDesk, By
    from callcenter.store.unit_of_work import Store

DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        "--database", metavar="URL", show_default=False,
        help="sqlite:///file.db or postgresql://user@host/name; the settings say if not given.",
    ),
]  # fmt: skip
MOST_LISTED: Final = 10_000
"""As many lines as a person may want to see at once."""
RoleNames = Annotated[
    list[str],
    typer.Option("--role", metavar="ROLE", help="May be given several times.", show_default=False),
]
UnitCode = Annotated[
    str | None,
    typer.Option(
        "--unit", metavar="CODE", help="Department an officer speaks for.", show_default=False
    ),
]


def settings_of(**chosen: Any) -> "Settings":
    """Read the settings; options that were given go first."""
    from api.settings import Settings

    return Settings.load(**chosen)


def at_the_console() -> "By":
    """Sign what is done from the command line: whoever may start it may do everything."""
    from callcenter.desk.accounts import By
    from callcenter.domain.access import Actor, Role

    return By(actor=Actor(login="console", roles=frozenset({Role.SYSTEM})))


@asynccontextmanager
async def access(database: str | None) -> "AsyncIterator[tuple[Store, AccountDesk]]":
    """Open who lets people and machines in, and where they are written down."""
    import os

    from api.wiring import access_desk
    from callcenter.clock import utc_now

    settings = settings_of(database=database)
    async with access_desk(settings, now=utc_now, draw=os.urandom) as opened:
        yield opened


def do(work: Coroutine[Any, Any, None]) -> None:
    """Run a use case to its end."""
    import asyncio

    asyncio.run(work)
