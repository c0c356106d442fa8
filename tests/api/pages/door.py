"""A house on a real line, in a thread of its own, and pages that report whatever goes wrong."""

import asyncio
import shutil
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest
from fastapi import FastAPI
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect

from api.security import Purpose
from callcenter.domain.access import Role
from tests.doors import PASSWORD, House, a_house
from tests.served import served

Result = TypeVar("Result")
PETITION: dict[str, Any] = {
    "channel": "phone120",
    "service": "streetlight",
    "title": "가로등이 꺼져 있어요",
    "body": "시청 앞 버스 정류장 옆 가로등이 사흘째 꺼져 있습니다.",
    "attributes": {"fault": ["out"]},
    "place": {"lat": 37.5034, "lon": 126.766, "address": "길주로 210"},
    "petitioner": {"name": "홍길동", "phone": "010-1234-5678"},
}

expect.set_options(timeout=15_000)


@dataclass(kw_only=True)
class Door:
    """A house that is served, for tests that are no coroutines: the browser's are not."""

    house: House
    url: str
    loop: asyncio.AbstractEventLoop
    keys: Iterator[int] = field(default_factory=lambda: iter(range(1, 1_000_000)))

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Do something in the house's own loop, and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    def person(self, *roles: Role, login: str, unit: str | None = None) -> str:
        """Let somebody in; return the login."""
        return self.run(self.house.login(*roles, login=login, unit=unit))

    def asked(self, method: str, path: str, login: str, said: Any = None, **headers: str) -> Any:
        """Ask the API as somebody, who must get what they ask for."""
        return self.run(self._asked(method, path, login, said, headers))

    def opened(self, login: str, **said: Any) -> dict[str, Any]:
        """Open a ticket as somebody."""
        ticket: dict[str, Any] = self.asked("POST", "/v1/tickets", login, PETITION | said)
        return ticket

    def given(self, login: str, number: str, command: str, **said: Any) -> dict[str, Any]:
        """Give a ticket a command as somebody, whatever it looks like now."""
        seq = self.asked("GET", f"/v1/tickets/{number}", login)["seq"]
        path = f"/v1/tickets/{number}/commands/{command}"
        ticket: dict[str, Any] = self.asked("POST", path, login, said, **{"If-Match": f'"{seq}"'})
        return ticket

    async def _asked(
        self, method: str, path: str, login: str, said: Any, headers: dict[str, str]
    ) -> Any:
        token = await self.house.token(login)
        answer = await self.house.client.request(
            method,
            path,
            json=said,
            headers=headers
            | {"Authorization": f"Bearer {token}", "Idempotency-Key": f"test-{next(self.keys)}"},
        )
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None


class Watched:
    """Pages of one browser that may say nothing on the console and break no policy."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.wrong: list[str] = []
        self.expected: list[str] = []
        context.on("console", self._said)
        context.on("weberror", lambda error: self.wrong.append(str(error.error)))

    def page(self) -> Page:
        """Open an empty page."""
        return self.context.new_page()

    def _said(self, message: ConsoleMessage) -> None:
        foreseen = any(part in message.text for part in self.expected)
        if message.type in {"error", "warning"} and not foreseen:
            self.wrong.append(message.text)


@contextmanager
def opened_door(
    folder: Path, furnished: Path, *, change: Callable[[FastAPI], None] | None = None
) -> Iterator[Door]:
    """Serve a house with a database in a file of its own; `change` may add to the application."""
    shutil.copytree(furnished, folder / "var")
    ready: Future[Door] = Future()
    leave: list[Callable[[], None]] = []
    work = kept_open(folder, ready, leave, change=change)
    thread = threading.Thread(target=lambda: asyncio.run(work))
    thread.start()
    try:
        yield ready.result(60)
    finally:
        for go in leave:
            go()
        thread.join(30)


async def kept_open(
    folder: Path,
    ready: Future[Door],
    leave: list[Callable[[], None]],
    *,
    change: Callable[[FastAPI], None] | None = None,
) -> None:
    """Serve a house until `leave` is called."""
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    leave.append(lambda: loop.call_soon_threadsafe(over.set))
    try:
        async with (
            a_house(folder, change=change, survey_share=1.0) as house,
            served(house.app) as url,
        ):
            ready.set_result(Door(house=house, url=url, loop=loop))
            await over.wait()
    except BaseException as error:  # the thread that waits must hear of it
        if not ready.done():
            ready.set_exception(error)
        raise


def log_in(page: Page, login: str, *, at: str = "/desk") -> None:
    """Log in by the page, with the keyboard alone."""
    page.goto(at)
    page.wait_for_selector("#username")
    page.keyboard.type(login)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("html[data-ready=yes]")


def walk_in(watched: Watched, door: Door, login: str, *, at: str) -> Page:
    """Open a page as somebody who logged in before."""
    token = door.run(door.house.token(login, purpose=Purpose.PAGE))
    watched.context.add_cookies([{"name": "callcenter", "value": token, "url": door.url}])
    page = watched.page()
    page.goto(at)
    page.wait_for_selector("html[data-ready=yes]")
    return page


def fill_in(page: Page, *, body: str = "송내역 앞 차도에 구멍이 났습니다.") -> None:
    """Fill in what a new ticket about a hole in the road needs."""
    page.keyboard.press("n")
    page.locator("#new-service").fill("포트홀")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.locator("#new-body").fill(body)
    page.locator("#new-address").fill("중동로 254")


def until(page: Page, true: str) -> None:
    """Wait for something a selector cannot say; the page's policy forbids the browser to poll it."""
    for _ in range(100):
        if page.evaluate(true):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"expected {true}")
