"""How many petitions a second get their number, complete: petitioner sealed, clocks, search, notices, key.

One process, forty callers at once, as `callcenter serve` has them; the database is a real one, with its
own ways of being durable left as they are shipped.
"""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Final

import uvloop

from callcenter.desk.calendars import CalendarShelf
from callcenter.desk.people import PeopleDesk
from callcenter.desk.petitions import Petitioner
from callcenter.desk.reactions import reactions
from callcenter.desk.tickets import RequestKey, TicketDesk
from callcenter.domain.access import SYSTEM
from callcenter.store.unit_of_work import Store
from tests import builders, databases
from tests.bench.cases import Line
from tests.desks import Watch, the_catalogue
from tests.vaults import a_vault

CREATES: Final = 1_500
CALLERS: Final = 40
ROUNDS: Final = 3
WANTED: Final = ">= 300"


def measured_lines() -> Iterator[Line]:
    """Give the figure of each database."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        found = uvloop.run(_best(databases.SqliteFiles(Path(folder))))
        yield Line(name="ticket_creates_per_second_sqlite", value=found, wanted=WANTED)
        with databases.postgresql(Path(folder) / "data") as server:
            found = uvloop.run(_best(server))
        yield Line(name="ticket_creates_per_second_postgresql", value=found, wanted=WANTED)


async def _best(server: databases.Server) -> float:
    async with databases.opened(server) as database:
        desk = await _desk(Store(database))
        await _round(desk, "warm", 100)
        return max([await _round(desk, f"{n}", CREATES) for n in range(ROUNDS)])


async def _desk(store: Store) -> TicketDesk:
    watch = Watch()
    calendars = CalendarShelf(store=store, now=watch)
    await calendars.publish(actor=SYSTEM)
    return TicketDesk(
        store=store,
        catalogue=the_catalogue,
        calendars=calendars,
        people=PeopleDesk(store=store, vault=a_vault(), now=watch),
        now=watch,
        reactions=reactions(now=watch),
    )


async def _round(desk: TicketDesk, name: str, creates: int) -> float:
    lines = asyncio.Semaphore(CALLERS)

    async def call(n: int) -> None:
        petitioner = Petitioner(name="홍길동", phone=f"010-{1000 + n % 9000}-{n % 10_000:04d}")
        key = RequestKey(scope="bench", key=f"{name}-{n}", fingerprint=f"{n}")
        async with lines:
            await desk.open(
                builders.a_petition(petitioner=petitioner), actor=builders.an_actor(), key=key
            )

    begun = perf_counter()
    await asyncio.gather(*(call(n) for n in range(creates)))
    return creates / (perf_counter() - begun)


if __name__ == "__main__":
    for line in measured_lines():
        print(f"{line.name:<42}{line.value:>14,.4g}  {line.wanted:>12}", flush=True)
