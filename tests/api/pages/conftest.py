"""The desk served to a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from callcenter.domain.access import Role
from tests.api.pages.door import Door, Watched, log_in, opened_door


@pytest.fixture
def door(tmp_path: Path, furnished: Path) -> Iterator[Door]:
    """Serve a house with surveys for every closing."""
    with opened_door(tmp_path, furnished) as opened:
        yield opened


@pytest.fixture
def watched(browser: Browser, door: Door) -> Iterator[Watched]:
    """Open a browser's window; at the end nothing may have gone wrong in it."""
    context = browser.new_context(
        base_url=door.url, locale="ko-KR", viewport={"width": 1280, "height": 800}
    )
    context.set_default_timeout(15_000)
    opened = Watched(context)
    yield opened
    context.close()
    assert opened.wrong == []


@pytest.fixture
def page(watched: Watched) -> Page:
    return watched.page()


@pytest.fixture
def agent(door: Door) -> str:
    return door.person(Role.AGENT, login="kim")


@pytest.fixture
def desk(page: Page, agent: str) -> Page:
    """Sit down at the desk as an agent."""
    log_in(page, agent)
    return page
