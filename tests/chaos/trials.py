"""What every trial ends with: what the house holds, made anew, and as it would be after a quiet day."""

from collections.abc import Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from callcenter.store.engine import Database
from callcenter.store.unit_of_work import Store
from callcenter.telephony.events import Told
from tests import databases
from tests.chaos.houses import House, Ledger
from tests.switchboards import Desk, messages, rows

Rows = dict[str, list[tuple[Any, ...]]]
COUNTS = ("answered", "abandoned", "flowed_out", "waiting")


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What a house holds after it was closed."""

    ids: list[str]
    live: Rows
    rebuilt: Rows
    quiet: Rows
    """Of a house that heard the same in order, and to which nothing ever happened."""
    gaps: Sequence[Any]


@asynccontextmanager
async def store_of(url: str) -> Any:
    database = Database(url)
    try:
        yield Store(database)
    finally:
        await database.close()


async def kept(house: House, *, server: databases.Server, story: Sequence[Told]) -> Kept:
    """Look at everything, rebuild it, and look again."""
    async with store_of(house.url) as store:
        live = await rows(store)
        async with store.reading() as uow:
            gaps = await uow.live_sources.gaps(filled=True)
    await house.says("rebuild")
    async with store_of(house.url) as store:
        rebuilt = await rows(store)
    async with databases.opened(server) as other:
        quiet = Desk(Store(other))
        await quiet.fresh([messages(story)]).run()
        expected = await rows(quiet.store)
    return Kept(
        ids=await Ledger(house.url).ids(), live=live, rebuilt=rebuilt, quiet=expected, gaps=gaps
    )


def boards(frame: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give every part of a frame that counts calls, the whole first."""
    yield frame["today"]
    yield from frame["queues"]


def adds_up(board: dict[str, Any]) -> bool:
    return bool(board["offered"] == sum(board[name] for name in COUNTS))
