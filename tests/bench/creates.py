"""How many petitions a second get their number, complete: petitioner sealed, clocks, search, notices, key.

One process, forty callers at once, as `callcenter serve` has them; the database is a real one, with its
own ways of being durable left as they are shipped. Beside the desk's figure stand those of the whole
application, from a request's bytes to its answer without a socket, and the processor time of each.
"""

import asyncio
import gc
import json
import tempfile
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, Final

import uvloop
from fastapi import FastAPI

from callcenter.desk.calendars import CalendarShelf
from callcenter.desk.people import PeopleDesk
from callcenter.desk.petitions import Petitioner
from callcenter.desk.reactions import reactions
from callcenter.desk.tickets import RequestKey, TicketDesk
from callcenter.domain.access import SYSTEM, Role
from callcenter.store.unit_of_work import Store
from tests import builders, databases
from tests.bench.cases import Line
from tests.desks import Watch, the_catalogue
from tests.doors import a_house
from tests.vaults import a_vault

CREATES: Final = 1_500
POSTS: Final = 600
CALLERS: Final = 40
ROUNDS: Final = 3
WANTED: Final = ">= 300"

Call = Callable[[int, str], Awaitable[object]]
"""Opens the n-th ticket of a round under a key."""
Figures = tuple[float, float]
"""Tickets a second, and milliseconds of processor time a ticket: the best of the rounds each."""


def measured_lines() -> Iterator[Line]:
    """Give the figures of each database."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path = Path(folder)
        yield from _lines("sqlite", databases.SqliteFiles(path), path / "sqlite")
        with databases.postgresql(path / "data", durable=True) as server:
            yield from _lines("postgresql", server, path / "postgresql")


def _lines(name: str, server: databases.Server, folder: Path) -> Iterator[Line]:
    rate, cost = uvloop.run(_by_desk(server))
    yield Line(name=f"ticket_creates_per_second_{name}", value=rate, wanted=WANTED)
    yield Line(name=f"ticket_create_cpu_ms_{name}", value=cost)
    rate, cost = uvloop.run(_by_door(server, folder))
    yield Line(name=f"ticket_posts_per_second_{name}", value=rate)
    yield Line(name=f"ticket_post_cpu_ms_{name}", value=cost)


async def _by_desk(server: databases.Server) -> Figures:
    async with databases.opened(server) as database:
        desk = await _desk(Store(database))

        async def call(n: int, key: str) -> None:
            petitioner = Petitioner(name="홍길동", phone=_phone(n))
            await desk.open(
                builders.a_petition(petitioner=petitioner),
                actor=builders.an_actor(),
                key=RequestKey(scope="bench", key=key, fingerprint=f"{n}"),
            )

        return await _best(call, CREATES)


async def _by_door(server: databases.Server, folder: Path) -> Figures:
    url = await server.migrated()
    async with a_house(folder, database=url, requests_per_minute=60_000) as house:
        bearer = await house.bearer(Role.AGENT)

        async def call(n: int, key: str) -> None:
            headers = bearer | {"Idempotency-Key": key, "Content-Type": "application/json"}
            assert await _post(house.app, "/v1/tickets", headers, _petition(n)) == 201

        figures = await _best(call, POSTS)
    await server.drop(url)
    return figures


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


async def _best(call: Call, creates: int) -> Figures:
    await _round(call, "warm", 100)
    gc.collect()
    gc.freeze()  # as the service does once it has started
    found = [await _round(call, f"{n}", creates) for n in range(ROUNDS)]
    return max(rate for rate, _ in found), min(cost for _, cost in found)


async def _round(call: Call, name: str, creates: int) -> Figures:
    lines = asyncio.Semaphore(CALLERS)

    async def one(n: int) -> None:
        async with lines:
            await call(n, f"{name}-{n}")

    begun, used = perf_counter(), process_time()
    await asyncio.gather(*(one(n) for n in range(creates)))
    return creates / (perf_counter() - begun), (process_time() - used) * 1e3 / creates


def _phone(n: int) -> str:
    return f"010-{1000 + n % 9000}-{n % 10_000:04d}"


def _petition(n: int) -> bytes:
    said = {
        "channel": "phone120",
        "service": "streetlight",
        "title": "가로등이 꺼져 있어요",
        "body": "시청 앞 가로등이 사흘째 꺼져 있습니다.",
        "place": {"lat": 37.503, "lon": 126.766, "address": "경기도 부천시 길주로 210"},
        "attributes": {"fault": ["out"]},
        "petitioner": {"name": "홍길동", "phone": _phone(n)},
    }
    return json.dumps(said).encode()


async def _post(app: FastAPI, path: str, headers: dict[str, str], body: bytes) -> int:
    """Hand an application a request as a server does; return the status of its answer."""
    sent: list[MutableMapping[str, Any]] = []
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.lower().encode(), said.encode()) for name, said in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("callcenter.test", 80),
    }
    received = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> MutableMapping[str, Any]:
        return next(received, {"type": "http.disconnect"})

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return int(sent[0]["status"])


if __name__ == "__main__":
    for line in measured_lines():
        print(f"{line.name:<42}{line.value:>14,.4g}  {line.wanted:>12}", flush=True)
