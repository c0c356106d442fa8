"""The city around a simulated centre, for as long as the service runs: answered calls become tickets."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final

from api.live.opening import LiveParts
from api.settings import Settings
from api.simulated_city import Pace, SimulatedCity
from callcenter.desk.switchboard import Heard
from callcenter.desk.tickets import TicketDesk
from callcenter.domain.services import Catalogue
from callcenter.errors import CallCenterError
from callcenter.store.unit_of_work import Store
from callcenter.telephony.events import CallConnected

_LOG: Final = logging.getLogger(__name__)
SEED: Final = 1
_MOST_CALLS: Final = 1_000
"""Calls that wait to become tickets; more are forgotten, as a city forgets."""
_STOP_SECONDS: Final = 1.0


@asynccontextmanager
async def inhabited(
    settings: Settings,
    live: LiveParts,
    *,
    store: Store,
    tickets: TicketDesk,
    catalogue: Callable[[], Catalogue],
    now: Callable[[], datetime],
) -> AsyncIterator[None]:
    """Let the city live until the block ends, if its switch is a simulated one that is listened to."""
    if settings.scenario is None or live.switchboard is None:
        yield
        return
    pace = Pace(now=now, centre_now=live.centre, speed=settings.speed)
    city = SimulatedCity(store=store, tickets=tickets, catalogue=catalogue, pace=pace, seed=SEED)
    calls: asyncio.Queue[tuple[str, str]] = asyncio.Queue(_MOST_CALLS)

    def heard(heard: Heard) -> None:
        for told in heard.events:
            if isinstance(told.event, CallConnected) and not calls.full():
                calls.put_nowait((told.source, told.event.call))

    live.switchboard.listen(heard)
    stop = asyncio.Event()
    tasks = [
        asyncio.create_task(city.run(stop), name="city"),
        asyncio.create_task(_answer(city, calls), name="calls of the city"),
    ]
    try:
        yield
    finally:
        stop.set()
        tasks[1].cancel()
        _, late = await asyncio.wait(tasks, timeout=_STOP_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _answer(city: SimulatedCity, calls: asyncio.Queue[tuple[str, str]]) -> None:
    while True:
        source, call = await calls.get()
        try:
            await city.call_answered(source, call)
        except CallCenterError as error:
            _LOG.warning("a call became no ticket: %s", error.code)
