"""The live pages on the real line: a switch says events, and the browser shows what is stored."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from callcenter.clock import SECOND
from callcenter.domain.access import Role
from tests.api.living import Living, a_call, a_living_house
from tests.api.pages.door import Door, Watched
from tests.api.pages.live_room import ready, says
from tests.doors import PASSWORD
from tests.served import served

pytestmark = pytest.mark.browser


@dataclass(frozen=True, kw_only=True)
class Centre:
    """A house that listens to a switch, and a browser's page of a supervisor."""

    door: Door
    living: Living
    page: Page


@pytest.fixture
def centre(browser: Browser, tmp_path: Path) -> Iterator[Centre]:
    """Open a house whose switch has told of a caller who waits and one who is answered."""
    ready_now: Future[tuple[Door, Living]] = Future()
    leave: list[Callable[[], None]] = []
    work = _kept_alive(tmp_path, ready_now, leave)
    thread = threading.Thread(target=lambda: asyncio.run(work))
    thread.start()
    try:
        door, living = ready_now.result(60)
        door.run(_morning(living))
        context = browser.new_context(base_url=door.url, locale="ko-KR")
        watched = Watched(context)
        page = watched.page()
        page.goto("/login?to=wallboard")
        page.fill("#username", door.person(Role.MANAGER, login="park"))
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/wallboard")
        ready(page)
        yield Centre(door=door, living=living, page=page)
        context.close()
        assert watched.wrong == []
    finally:
        for go in leave:
            go()
        thread.join(30)


async def _kept_alive(
    folder: Path, ready_now: Future[tuple[Door, Living]], leave: list[Callable[[], None]]
) -> None:
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    leave.append(lambda: loop.call_soon_threadsafe(over.set))
    try:
        async with a_living_house(folder) as living, served(living.house.app) as url:
            ready_now.set_result((Door(house=living.house, url=url, loop=loop), living))
            while not over.is_set():
                living.house.clock.advance(SECOND // 10)
                await asyncio.sleep(0.1)
            living.house.services.live.wallboard.close()
    except BaseException as error:  # the thread that waits must hear of it
        if not ready_now.done():
            ready_now.set_exception(error)
        raise


async def _morning(living: Living) -> None:
    await living.switch.comes()
    await living.switch.beat()
    await a_call(living.switch, call="17")
    await a_call(living.switch, call="18", agent="general-07")
    await living.switch.beat()


def test_the_board_shows_what_the_store_holds(centre: Centre) -> None:
    page = centre.page
    says(page, "offered", "2")
    says(page, "answered", "1")
    says(page, "waiting", "1")
    expect(page.locator(".tile[data-state=talking]")).to_have_count(1)

    held = centre.door.asked("GET", "/v1/live", "park")
    today = held["today"]
    for name in ("offered", "answered", "abandoned"):
        says(page, name, str(today[name]))
    centre.door.run(a_call(centre.living.switch, call="19"))
    says(page, "offered", "3")
    says(page, "waiting", "2")
    page.reload()
    ready(page)
    says(page, "offered", "3")


def test_a_switch_that_falls_silent_is_told_within_fifteen_seconds(centre: Centre) -> None:
    page = centre.page
    expect(page.locator("#warning-age")).to_be_hidden()

    centre.living.house.watch.advance(seconds=16)

    expect(page.locator("#warning-age")).to_contain_text("초 전 데이터입니다 (sim1)")
    centre.living.house.watch.advance(seconds=50)
    expect(page.locator("body")).to_have_attribute("data-frozen", "yes")

    centre.door.run(centre.living.switch.beat())
    expect(page.locator("body")).not_to_have_attribute("data-frozen", "yes")


def test_a_supervisor_finds_the_calls_behind_a_figure_and_tells_the_switch(
    centre: Centre,
) -> None:
    page = centre.page
    page.goto("/supervisor")
    ready(page)
    page.locator("[data-measure=serviceLevel]").click()
    expect(page.locator("dialog .levels .value")).to_have_count(5)
    expect(page.locator("dialog .calls tbody tr")).to_have_count(1)
    page.get_by_role("button", name="18", exact=True).click()
    expect(page.locator("dialog tbody tr")).to_have_count(4)
    expect(page.locator("dialog")).to_contain_text("call.connected")
    page.keyboard.press("Escape")

    page.locator("#order").select_option("recall_agents")
    page.get_by_role("button", name="확인 후 보내기").click()
    page.get_by_role("button", name="보내기", exact=True).click()
    command = centre.door.run(centre.living.switch.obey_one())
    assert (command.order, command.count, command.group) == ("recall_agents", 1, "general")
    expect(page.locator("#past-orders")).to_contain_text("수행: 한 명을 옮겼습니다.")
