"""A house as processes: `callcenter serve` that can be killed, and somebody who watches its board."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import httpx
from sqlalchemy import func, select

from callcenter.clock import SECOND, WallClock
from callcenter.errors import StoreUnavailableError
from callcenter.store.engine import Database
from callcenter.store.tables.live import TELEPHONY_EVENT
from callcenter.store.unit_of_work import Store
from tests.callcenter.bus.rigs import PASSWORDS, READER, Mosquitto, free_port
from tests.processes import Process

PATIENCE = 60.0
_LOOK = 0.05


@dataclass
class Watcher:
    """Sees every frame of a house, over its ends and beginnings."""

    frames: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    """By our monotonic clock, in seconds."""

    async def watch(self, address: str, key: str) -> None:
        async with httpx.AsyncClient(base_url=address, headers={"X-Api-Key": key}) as client:
            while True:
                with suppress(httpx.HTTPError):
                    await self._look(client)
                await asyncio.sleep(_LOOK)

    async def _look(self, client: httpx.AsyncClient) -> None:
        timeout = httpx.Timeout(5.0, read=None)
        async with client.stream("GET", "/v1/live/stream", timeout=timeout) as stream:
            if stream.status_code >= 500:
                return
            assert stream.status_code == 200, stream.status_code
            async for line in stream.aiter_lines():
                if line.startswith("data: "):
                    self.frames.append(
                        (WallClock().now() / SECOND, json.loads(line.removeprefix("data: ")))
                    )

    @property
    def shown(self) -> list[dict[str, Any]]:
        return [frame for _, frame in self.frames]


@dataclass(kw_only=True)
class House:
    """Where it lives; `open` it, `kill` it, `open` it again."""

    folder: Path
    broker: Mosquitto
    url: str
    port: int = field(default_factory=free_port)
    process: Process | None = None
    starts: list[float] = field(default_factory=list)
    """Seconds until it listened."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None:
            self.process.__exit__()

    def command(self, *words: str) -> Process:
        return Process(
            self.folder,
            *words,
            CALLCENTER_DATABASE=self.url,
            CALLCENTER_BROKER_PASSWORD=PASSWORDS[READER],
            CALLCENTER_BROKER_CA=str(self.broker.folder / "broker.pem"),
            CALLCENTER_LOG_LEVEL="warning",
        )

    async def says(self, *words: str) -> str:
        """Run a command to its end; return what it printed."""
        with self.command(*words) as process:
            code, out, complaints = await asyncio.to_thread(process.ended)
        assert code == 0, complaints
        return out.strip()

    async def open(self) -> None:
        begun = WallClock().now()
        url = f"mqtts://{READER}@127.0.0.1:{self.broker.tls_port}"
        self.process = self.command("serve", "--port", str(self.port), "--broker", url)
        await asyncio.to_thread(self.process.until, r"serving on (http://\S+)")
        self.starts.append((WallClock().now() - begun) / SECOND)

    def kill(self) -> None:
        assert self.process is not None
        self.process.__exit__()

    async def close(self) -> int:
        """Ask it to go; return its exit code."""
        assert self.process is not None
        self.process.process.terminate()
        code, _, _ = await asyncio.to_thread(self.process.ended)
        return code


@asynccontextmanager
async def watched(house: House) -> AsyncIterator[Watcher]:
    """Watch a house while the block lasts."""
    key = await house.says("key", "new", "chaos", "--role", "manager")
    watcher = Watcher()
    watching = asyncio.create_task(watcher.watch(house.address, key))
    try:
        yield watcher
    finally:
        watching.cancel()
        await asyncio.wait([watching])
        assert watching.cancelled(), watching.exception()


@dataclass
class Ledger:
    """Looks into the database of a house from outside."""

    url: str

    async def ids(self) -> list[str]:
        """Return the ids of what was told, the centre's own conclusions left out."""
        database = Database(self.url)
        try:
            async with Store(database).reading() as uow:
                query = select(TELEPHONY_EVENT.c.event_id).order_by(TELEPHONY_EVENT.c.sequence)
                found = (await uow.connection.execute(query)).scalars().all()
        finally:
            await database.close()
        return [one for one in found if not one.startswith("centre:")]

    async def until(self, events: int) -> None:
        """Wait until so many events are stored."""
        database = Database(self.url)
        count = select(func.count()).select_from(TELEPHONY_EVENT)
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    with suppress(StoreUnavailableError):
                        async with Store(database).reading() as uow:
                            if (await uow.connection.execute(count)).scalar_one() >= events:
                                return
                    await asyncio.sleep(_LOOK)
        finally:
            await database.close()

    async def quiet(self) -> None:
        """Wait until the same is stored as a second ago."""
        before = -1
        while before != (before := len(await self.ids())):  # noqa: ASYNC110
            await asyncio.sleep(1.0)
