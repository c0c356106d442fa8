"""How long lists, searches and a report take with a year of 200,000 tickets, on both databases.

Requests are asked one after the other, as one busy person would; the 99th percentile is over the whole
mix, each request many times. `python -m tests.bench.tickets [TICKETS]` measures these alone.
"""

import asyncio
import gc
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from callcenter.desk.reports import ReportDesk
from callcenter.domain.ticket_events import Channel, TicketState
from callcenter.domain.worktime import WorkCalendar
from callcenter.store.engine import Database
from callcenter.store.ticket_lists import Filters, Order, Position
from callcenter.store.unit_of_work import Store
from tests import databases, populations
from tests.bench.cases import Line
from tests.desks import Watch
from tests.populations import NOW, Life, the_calendar

TICKETS: Final = 200_000
ALIKE: Final = 8
TIMES: Final = 40
_DAY: Final = timedelta(days=1)
_SPRING: Final = NOW - 250 * _DAY

Asked = tuple[Filters, Order | None, Position | None]


def lists() -> Iterator[Asked]:
    """Give what people ask for all day: queues, one's own work, one's department, a look back."""
    yield Filters(), None, None
    yield Filters(open=True), None, None
    yield Filters(open=True), Order.DUE, None
    yield Filters(overdue=True), Order.DUE, None
    yield Filters(unit="road", open=True), Order.DUE, None
    yield Filters(unit="road"), None, None
    yield Filters(unit="tax", open=False), None, None
    yield Filters(unit="road", overdue=True), None, None
    yield Filters(unit="road", due_before=NOW + _DAY), Order.DUE, None
    yield Filters(officer="officer-007"), None, None
    yield Filters(officer="officer-007", open=True), Order.DUE, None
    yield Filters(services=frozenset({"noise"})), None, None
    yield Filters(services=frozenset({"noise", "air"}), public=True), Order.NEWEST, None
    yield Filters(channel=Channel.VOC), None, None
    yield Filters(area="4119205100"), None, None
    yield Filters(petitioner="P777"), None, None
    yield Filters(opened_by="agent-07"), None, None
    yield Filters(states=frozenset({TicketState.ROUTED, TicketState.IN_PROGRESS})), None, None
    yield Filters(submitted_from=_SPRING, submitted_before=_SPRING + 7 * _DAY), None, None
    yield Filters(updated_after=NOW - 3 * _DAY), Order.CHANGES, None
    yield Filters(unit="road", channel=Channel.VOC, open=False), None, None
    yield Filters(unit="tax", services=frozenset({"streetlight"})), None, None
    yield Filters(unit="parking", channel=Channel.PATROL, area="4119205100"), None, None
    yield Filters(), None, Position(row=60_000, at=_SPRING)
    yield Filters(unit="road"), None, Position(row=60_000, at=_SPRING)


_WORDS: Final = (
    "가로등", "여권", "도로", "도로 파손", "가로등 불법주차", "led", "2009-012345", "길주로 101",
    "쓰레기 무단투기", "시청 앞 가로등", "없는말", "재활용 놀이터", "빠른 조치 바랍니다", "포트홀 확인",
)  # fmt: skip


def searches() -> Iterator[Asked]:
    """Give words as they are typed: frequent, rare, absent, several, with a filter, further down."""
    for words in _WORDS:
        yield Filters(words=words), None, None
    yield Filters(words="가로등", unit="tax"), None, None
    yield Filters(words="도로", open=True), None, None
    yield Filters(words="가로등"), None, Position(row=50_000)


def measured_lines(tickets: int = TICKETS) -> Iterator[Line]:
    """Measure on each database, and give the worse of the two as the figure promised."""
    people = list(populations.lives(tickets, alike=ALIKE))
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, server in servers(Path(folder)):
            with server as opened:
                found[name] = asyncio.run(_measured(opened, people))
            for figure, value in found[name].items():
                yield Line(name=f"{figure}_{name}", value=value)
    for figure, wanted in _WANTED.items():
        worse = max(values[figure] for values in found.values())
        yield Line(name=figure, value=worse, wanted=f"<= {wanted}")


_WANTED: Final = {"ticket_list_p99_ms": 25, "ticket_search_p99_ms": 30, "report_ms": 300}


def servers(
    folder: Path,
) -> Iterator[tuple[str, AbstractContextManager[databases.Server]]]:
    sqlite, postgresql = folder / "sqlite", folder / "postgresql"
    sqlite.mkdir()
    postgresql.mkdir()
    yield "sqlite", nullcontext(databases.SqliteFiles(sqlite))
    yield "postgresql", databases.postgresql(postgresql, durable=True)


async def _measured(server: databases.Server, people: Sequence[Life]) -> dict[str, float]:
    async with databases.opened(server) as database:
        store = Store(database)
        begun = perf_counter()
        await populations.settle(store, people)
        desk = ReportDesk(store=store, calendars=_OneCalendar(), now=Watch(NOW))
        await desk.bring_up_to_date()
        if database.dialect == "postgresql":
            await looked_at(database)
        found = {"year_settled_seconds": perf_counter() - begun}
        gc.collect()
        gc.freeze()  # as the service does once it has started
        found["ticket_list_p99_ms"] = p99([t async for t in _paged(store, lists())])
        found["ticket_search_p99_ms"] = p99([t async for t in _paged(store, searches())])
        found["report_ms"] = min([t async for t in _reported(desk)])
        return found


async def looked_at(database: Database) -> None:
    """Do at once what PostgreSQL does by itself within minutes: see how its tables have grown."""
    engine = create_async_engine(database.url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text("VACUUM ANALYZE"))
    await engine.dispose()


class _OneCalendar:
    current: WorkCalendar = the_calendar()

    def version(self, _version: str | None) -> WorkCalendar:
        return self.current


async def _paged(store: Store, mix: Iterator[Asked]) -> AsyncIterator[float]:
    for wanted, order, after in mix:

        async def page(
            wanted: Filters = wanted, order: Order | None = order, after: Position | None = after
        ) -> None:
            async with store.reading() as uow:
                await uow.lists.page(wanted, now=NOW, order=order, after=after)

        await page()
        for _ in range(TIMES):
            yield await milliseconds(page)


async def _reported(desk: ReportDesk) -> AsyncIterator[float]:
    for _ in range(9):
        yield await milliseconds(
            lambda: desk.report(first=date(2009, 1, 1), last=date(2009, 12, 31))
        )


async def milliseconds(work: Callable[[], Awaitable[object]]) -> float:
    begun = perf_counter()
    await work()
    return (perf_counter() - begun) * 1e3


def p99(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.99)]


if __name__ == "__main__":
    for line in measured_lines(int(sys.argv[1]) if len(sys.argv) > 1 else TICKETS):
        print(f"{line.name:<42}{line.value:>14,.4g}  {line.wanted:>12}", flush=True)
