"""The desk as its people use it: in a browser, by the keyboard, on a real line with a real database."""

import re

import pytest
from playwright.sync_api import Page, expect

from callcenter.domain.access import Role
from tests.api.pages.conftest import Door, log_in

pytestmark = pytest.mark.browser


def test_a_call_becomes_a_ticket_by_keyboard_alone_and_is_answered(door: Door, page: Page) -> None:
    door.person(Role.AGENT, login="kim")
    log_in(page, "kim")

    page.keyboard.press("n")
    page.keyboard.type("ㄱㄹㄷ")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("시청 앞 가로등이 사흘째 꺼져 있습니다.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("길주로 210")
    page.keyboard.press("Control+Enter")

    expect(page.locator(".opened .big")).to_have_text("2026-000001")
    expect(page.locator(".opened .sentence")).to_contain_text("처리기간은 3일(24근무시간)입니다")
    page.get_by_role("link", name="민원 보기").click()
    expect(page.locator("#ticket-title")).to_have_text("시청 앞 가로등이 사흘째 꺼져 있습니다.")

    page.get_by_role("button", name=re.compile("담당 지정")).click()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".head .state")).to_have_text("처리 중")
    expect(page.locator(".story li").first).to_contain_text("담당 지정")
    expect(page.locator(".story li").first).to_contain_text("kim")
