"""A room with a board in it: a house whose live frames are told by the test."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from callcenter.domain.access import Role
from tests.api.pages.door import Door, Watched, opened_door
from tests.api.pages.frames import Frame, a_frame
from tests.api.pages.teller import Teller
from tests.doors import PASSWORD

GRAVE = {"serious", "critical"}
SCREENS = {"wall": (1920, 1080), "laptop": (1366, 768), "tablet": (820, 1180), "phone": (360, 740)}


@dataclass(frozen=True, kw_only=True)
class Room:
    """A house, who tells its frames, and a browser's window that reports what goes wrong in it."""

    door: Door
    teller: Teller
    watched: Watched

    def say(self, frame: Frame) -> None:
        """Send a frame to all who watch."""
        self.door.run(self.teller.say(frame))

    def change(self, **parts: Any) -> None:
        """Send the usual frame with parts of it replaced."""
        self.say(a_frame(**parts))

    def leave(self) -> None:
        """Let the server be gone for whoever watches."""
        self.watched.expected.append("503")
        self.door.run(self.teller.leave(away=True))

    def come_back(self) -> None:
        """Let the server answer again."""
        self.door.run(self.teller.leave(away=False))

    def enter(self, *roles: Role, at: str = "wallboard") -> Page:
        """Log somebody in and wait for the first frame."""
        login = self.door.person(*roles, login="park")
        page = self.watched.page()
        page.goto(f"/login?to={at}")
        page.fill("#username", login)
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/{at}")
        ready(page)
        return page


@pytest.fixture
def room(browser: Browser, tmp_path: Path, furnished: Path) -> Iterator[Room]:
    """Open a house whose frames the test tells; nothing may go wrong in the browser."""
    teller = Teller()
    with opened_door(tmp_path, furnished, change=teller.routes) as door:
        width, height = SCREENS["wall"]
        context = browser.new_context(
            base_url=door.url, locale="ko-KR", viewport={"width": width, "height": height}
        )
        context.set_default_timeout(15_000)
        watched = Watched(context)
        yield Room(door=door, teller=teller, watched=watched)
        context.close()
        door.run(teller.leave(away=True))
        assert watched.wrong == []


def ready(page: Page) -> None:
    """Wait until a frame is drawn."""
    page.wait_for_selector("html[data-ready=yes]")


def says(page: Page, name: str, text: str) -> None:
    """Hold one figure of the board to what it must say."""
    expect(page.locator(f"#{name}")).to_have_text(text)


def grave(page: Page) -> list[dict[str, Any]]:
    """Ask axe-core what is seriously wrong for people who cannot see, point or concentrate well."""
    found = Axe().run(page).response["violations"]
    return [
        {"rule": one["id"], "where": [node["html"] for node in one["nodes"]][:3]}
        for one in found
        if one["impact"] in GRAVE
    ]


def sticking_out(page: Page) -> list[str]:
    """Find what is wider than the screen, apart from what may be scrolled in its own box."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("header *, main *, dialog[open] *")]
            .filter(one => one.checkVisibility() && !one.closest(".hidden, .sheet, svg, .skip"))
            .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
            .map(one => one.outerHTML.slice(0, 120))"""
    )
    return found
