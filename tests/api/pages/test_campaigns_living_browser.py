"""The campaigns' page on the real application: leads come in by the page, and what agents told shows up."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from callcenter.domain.access import Role
from tests.api.pages.door import Door, Watched, opened_door, walk_in
from tests.campaigns import a_phone
from tests.frontiers import a_frontier, changed

pytestmark = pytest.mark.browser
RULES: dict[str, Any] = {
    "code": "water",
    "name_ko": "수도요금 안내",
    "name_en": "Water bills",
    "field": "수도요금",
    "first_day": "2026-11-02",
    "last_day": "2026-12-11",
    "windows": {day: ["09:30-11:30", "14:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
    "quota": 3,
    "cells": [
        {"code": "north", "ko": "북부", "quota": 1},
        {"code": "south", "ko": "남부", "quota": 2},
    ],
}
ROWS = [
    "전화번호,성명,할당셀",
    f"{a_phone(1)},홍길동,north",
    f"{a_phone(2)},김영희,south",
    f"{a_phone(3)},이철수,south",
    f"{a_phone(1)},홍길동,north",
    "12,박아무개,north",
    f"{a_phone(4)},최아무개,east",
]


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory, furnished: Path) -> Iterator[Door]:
    """Serve one house to all tests of this file, with a campaign and people in it."""
    with opened_door(tmp_path_factory.mktemp("campaigns"), furnished) as opened:
        opened.person(Role.AGENT, login="kim")
        opened.person(Role.PLANNER, login="lee")
        opened.asked("POST", "/v1/campaigns", "lee", RULES)
        yield opened


@pytest.fixture
def plan(watched: Watched, door: Door) -> Page:
    """Sit down at the page as a planner."""
    return walk_in(watched, door, "lee", at="/campaigns")


def a_file(name: str, text: str, *, encoding: str = "utf-8") -> Any:
    return {"name": name, "mimeType": "text/plain", "buffer": text.encode(encoding)}


def test_a_campaign_is_filled_started_and_watched_by_the_page(
    door: Door, watched: Watched, plan: Page
) -> None:
    watched.expected.append("409")
    expect(plan.locator("#campaign-head .badge")).to_have_text("초안")
    plan.get_by_role("button", name="시작", exact=True).click()
    plan.locator("dialog").get_by_role("button", name="시작").click()
    expect(plan.locator("dialog .fault")).to_have_text("발신 대상자가 없습니다.")
    plan.keyboard.press("Escape")

    plan.locator("#leads-file").set_input_files(a_file("l.csv", "\n".join(ROWS), encoding="cp949"))
    plan.get_by_role("button", name="먼저 확인").click()
    expect(plan.locator("#leads-result tbody tr")).to_have_count(3)
    for reason in ("파일 안 중복", "쓸 수 없는 번호", "모르는 할당 셀"):
        expect(plan.locator("#leads-result tbody")).to_contain_text(reason)
    plan.get_by_role("button", name="등록하기 (3)").click()
    expect(plan.locator("[data-measure=remaining]")).to_contain_text("남은 대상자 3")
    plan.get_by_role("button", name="시작", exact=True).click()
    plan.locator("dialog").get_by_role("button", name="시작").click()
    expect(plan.locator("#campaign-head .badge")).to_have_text("진행중")

    offer = door.asked("POST", "/v1/campaigns/water/next-lead", "kim")
    door.house.watch.advance(minutes=6)
    attempt = f"/v1/campaigns/water/attempts/{offer['lead']['attempt']}"
    door.asked("POST", attempt, "kim", {"disposition": "success"})
    plan.evaluate("window.dispatchEvent(new Event('focus'))")

    expect(plan.locator("[data-measure=successes] .value")).to_have_text("1")
    expect(plan.locator("[data-measure=contactsPerHour] .value")).to_have_text("10")
    expect(plan.locator("#cells tr", has_text="북부")).to_contain_text("완료")
    expect(plan.locator("#burndown")).to_have_attribute(
        "aria-label", re.compile("남은 목표 2, 마감 12월 11일")
    )


def test_a_planner_drops_a_frontier_and_hears_what_is_wrong_with_another(
    watched: Watched, plan: Page
) -> None:
    watched.expected.append("422")
    plan.goto("/campaigns#/frontier")
    expect(plan.locator("#main")).to_contain_text("callcenter campaign frontier SCENARIO --json")
    wrong = json.dumps(changed(a_frontier(), 1.2, "points", 0, "finished", "share"))
    plan.locator("#frontier-file").set_input_files(a_file("f.json", wrong))
    expect(plan.locator("#frontier-fault")).to_contain_text("points/0/finished/share")
    plan.locator("#frontier-file").set_input_files(a_file("f.json", "{"))
    expect(plan.locator("#frontier-fault")).to_have_text("JSON 파일이 아닙니다.")

    plan.locator("#frontier-file").set_input_files(a_file("f.json", json.dumps(a_frontier())))
    expect(plan.locator("#frontier-chart circle.point")).to_have_count(5)
    expect(plan.locator("#kept a[aria-current]")).to_contain_text("부천 2009년 4분기")
    assert plan.url.endswith("#/frontier/1")


def test_a_number_is_put_on_the_list_and_taken_off_it(watched: Watched, plan: Page) -> None:
    watched.expected.append("422")
    plan.goto("/campaigns#/do-not-call")
    plan.locator("#dnc-phone").fill("12")
    plan.locator("#dnc-reason").fill("본인 요청")
    plan.locator("#dnc-reason").press("Enter")
    expect(plan.locator("#dnc-phone-fault")).to_be_visible()

    plan.locator("#dnc-phone").fill("010-1234-5678")
    plan.locator("#dnc-reason").press("Enter")
    expect(plan.locator("#entries")).to_contain_text("본인 요청")
    plan.locator("#dnc-phone").fill("01012345678")
    plan.locator("#dnc-reason").fill("잘못 등록")
    plan.get_by_role("button", name="해제").click()
    expect(plan.locator("#entries")).to_have_text("등록된 번호가 없습니다.")
