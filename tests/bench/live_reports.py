"""How long lists of calls and reports of a day take with a million calls stored, on both databases.

Requests are asked one after the other; the 99th percentile is over the whole mix, each request many
times. The garbage collector has put away what lives to the end, as it has when the service is up.
`python -m tests.bench.live_reports [CALLS]` measures these alone.
"""

import asyncio
import gc
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

from sqlalchemy import insert, literal, select

from callcenter.clock import DAY, HOUR, SECOND
from callcenter.desk.call_lists import Behind, CallDesk, Side
from callcenter.desk.live_reports import LiveReportDesk
from callcenter.domain.calls import Outcome
from callcenter.measures.live import DayLog, board
from callcenter.measures.reporting import Along
from callcenter.store.live_lines import LegLine, midnight_of
from callcenter.store.live_reports import LegFilter, LegKey
from callcenter.store.tables.live import LEG
from callcenter.store.unit_of_work import Store
from tests import databases, legs
from tests.bench.cases import Line
from tests.bench.tickets import looked_at, milliseconds, p99, servers
from tests.desks import Watch
from tests.legs import FRIDAY

CALLS: Final = 1_000_000
A_DAY: Final = 2_706
TIMES: Final = 40
_MOMENTS: Final = ("arrived", "queued", "assigned", "answered", "ended", "wrapped")
_EARLIER: Final = FRIDAY - timedelta(days=90)
_WANTED: Final = {"live_query_p99_ms": 10, "day_report_ms": 100, "board_ms": 10}
_LATER: Final = Watch(datetime(2026, 12, 1, tzinfo=UTC))


def lists() -> Iterator[tuple[LegFilter, LegKey | None]]:
    """Give what people look up: today and long ago, one's own, one queue's, those who waited."""
    today, week = (
        {"first": FRIDAY, "last": FRIDAY},
        {"first": FRIDAY - timedelta(6), "last": FRIDAY},
    )
    yield LegFilter(**today), None
    yield LegFilter(**today, queue="tax"), None
    yield LegFilter(**today, agent="general-07"), None
    yield LegFilter(**today, group="tax"), None
    yield LegFilter(**today, outcome=Outcome.ABANDONED), None
    yield LegFilter(**today, waited_least=40 * SECOND), None
    yield LegFilter(**today, inbound=False), None
    yield LegFilter(**today, interval=(10 * HOUR, 10 * HOUR + HOUR // 2)), None
    yield LegFilter(**today, agent="nobody"), None
    yield LegFilter(**week), None
    yield LegFilter(**week, agent="general-07"), None
    yield LegFilter(**week, queue="tax", outcome=Outcome.ABANDONED), None
    yield LegFilter(first=_EARLIER, last=_EARLIER), None
    yield LegFilter(first=_EARLIER, last=_EARLIER, agent="tax-08"), None
    yield LegFilter(first=_EARLIER, last=FRIDAY, queue="general"), None
    noon = midnight_of(FRIDAY) + 12 * HOUR
    yield LegFilter(**today), LegKey(FRIDAY.isoformat(), noon, "pbx1", "", 0)


def measured_lines(calls: int = CALLS) -> Iterator[Line]:
    """Measure on each database, and give the worse of the two as the figure promised."""
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, server in servers(Path(folder)):
            with server as opened:
                found[name] = asyncio.run(_measured(opened, days=calls // A_DAY + 1))
            for figure, value in found[name].items():
                yield Line(name=f"{figure}_{name}", value=value)
    for figure, wanted in _WANTED.items():
        worse = max(values[figure] for values in found.values())
        yield Line(name=figure, value=worse, wanted=f"<= {wanted}")


async def _measured(server: databases.Server, *, days: int) -> dict[str, float]:
    async with databases.opened(server) as database:
        store = Store(database)
        await _settle(store, days=days)
        if database.dialect == "postgresql":
            await looked_at(database)
        async with store.reading() as uow:
            today = await uow.legs.day(FRIDAY)
        gc.collect()
        gc.freeze()
        return {
            "live_query_p99_ms": p99([time async for time in _listed(store)]),
            "day_report_ms": max([time async for time in _reported(store)]),
            "board_ms": _boards(today),
        }


async def _settle(store: Store, *, days: int) -> None:
    """Store a day of so many calls, and copies of it on the days before."""
    today = list(
        map(_with_many_agents, legs.a_day(calls=A_DAY, apart=12 * SECOND - 1), range(A_DAY))
    )
    async with store.writing() as uow:
        await uow.legs.put_legs(today)
        await uow.legs.put_spells(list(legs.spells_of()))
    for number in range(1, days):
        await _copied(store, back=number)


def _with_many_agents(leg: LegLine, number: int) -> LegLine:
    if leg.agent is None:
        return leg
    return leg._replace(agent=f"{leg.queue}-{number % 10:02d}")


async def _copied(store: Store, *, back: int) -> None:
    day = FRIDAY - timedelta(days=back)
    changed = {
        "day": literal(day.isoformat()),
        "call": LEG.c.call + literal(f"-{back}"),
        **{name: LEG.c[name] - back * DAY for name in _MOMENTS},
    }
    columns = [changed.get(column.name, column) for column in LEG.c]
    copy = select(*columns).where(LEG.c.day == FRIDAY.isoformat())
    async with store.writing() as uow:
        await uow.connection.execute(insert(LEG).from_select([c.name for c in LEG.c], copy))


async def _listed(store: Store) -> AsyncIterator[float]:
    desk = CallDesk(store=store, now=_LATER)
    for wanted, after in lists():

        async def page(wanted: LegFilter = wanted, after: LegKey | None = after) -> None:
            await desk.page(wanted, behind=None, after=after, limit=50)

        await page()
        for _ in range(TIMES):
            yield await milliseconds(page)
    for _ in range(TIMES):
        yield await milliseconds(lambda: desk.story("pbx1", f"{FRIDAY:%m%d}-17"))


async def _reported(store: Store) -> AsyncIterator[float]:
    """Take the best of several, as the house does for reports: the machine is shared."""
    desk, calls = LiveReportDesk(store=store, now=_LATER), CallDesk(store=store, now=_LATER)
    whole = LegFilter(first=FRIDAY, last=FRIDAY)
    behind = Behind(definition="sl-b", side=Side.NUMERATOR)
    reports: tuple[Callable[[], Awaitable[object]], ...] = (
        lambda: desk.service_level(whole, along=Along.INTERVAL),
        lambda: desk.handling_time(whole, along=Along.AGENT),
        lambda: desk.volumes(whole, along=Along.INTERVAL),
        lambda: desk.staff(FRIDAY),
        lambda: calls.page(whole, behind=behind, after=None, limit=50),
    )
    for report in reports:
        yield min([await milliseconds(report) for _ in range(9)])


def _boards(today: DayLog) -> float:
    """Return the median time of a board, over moments of the day."""
    times = []
    for number in range(100):
        begun = perf_counter()
        board(today, now=midnight_of(FRIDAY) + 9 * HOUR + number * HOUR // 10)
        times.append((perf_counter() - begun) * 1e3)
    return median(times)


if __name__ == "__main__":
    for line in measured_lines(int(sys.argv[1]) if len(sys.argv) > 1 else CALLS):
        print(f"{line.name:<42}{line.value:>14,.4g}  {line.wanted:>12}", flush=True)
