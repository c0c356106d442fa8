"""The campaigns' page on the real application: leads come in by the page, and what agents told shows up."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from callcenter.domain.access import Role
from tests.api.pages.door import Door, Watched, log_in, opened_door
from tests.campaigns import a_phone
from tests.frontiers import a_frontier, changed

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


def seated(watched: Watched) -> Page:
    page = watched.page()
    log_in(page, "lee", at="/campaigns")
    return page


def a_file(name: str, text: str, *, encoding: str = "utf-8") -> Any:
    return {"name": name, "mimeType": "text/plain", "buffer": text.encode(encoding)}


def test_a_campaign_is_filled_started_and_watched_by_the_page(door: Door, watched: Watched) -> None:
    page = seated(watched)
    watched.expected.append("409")
    expect(page.locator("#campaign-head .badge")).to_have_text("초안")
    page.get_by_role("button", name="시작", exact=True).click()
    page.locator("dialog").get_by_role("button", name="시작").click()
    expect(page.locator("dialog .fault")).to_have_text("발신 대상자가 없습니다.")
    page.keyboard.press("Escape")

    page.locator("#leads-file").set_input_files(a_file("l.csv", "\n".join(ROWS), encoding="cp949"))
    page.get_by_role("button", name="먼저 확인").click()
    expect(page.locator("#leads-result tbody tr")).to_have_count(3)
    for reason in ("파일 안 중복", "쓸 수 없는 번호", "모르는 할당 셀"):
        expect(page.locator("#leads-result tbody")).to_contain_text(reason)
    page.get_by_role("button", name="등록하기 (3)").click()
    expect(page.locator("[data-measure=remaining]")).to_contain_text("남은 대상자 3")
    page.get_by_role("button", name="시작", exact=True).click()
    page.locator("dialog").get_by_role("button", name="시작").click()
    expect(page.locator("#campaign-head .badge")).to_have_text("진행중")

    offer = door.asked("POST", "/v1/campaigns/water/next-lead", "kim")
    door.house.watch.advance(minutes=6)
    attempt = f"/v1/campaigns/water/attempts/{offer['lead']['attempt']}"
    door.asked("POST", attempt, "kim", {"disposition": "success"})
    page.evaluate("window.dispatchEvent(new Event('focus'))")

    expect(page.locator("[data-measure=successes] .value")).to_have_text("1")
    expect(page.locator("[data-measure=contactsPerHour] .value")).to_have_text("10")
    expect(page.locator("#cells tr", has_text="북부")).to_contain_text("완료")
    expect(page.locator("#burndown")).to_have_attribute(
        "aria-label", re.compile("남은 목표 2, 마감 12월 11일")
    )


def test_a_planner_drops_a_frontier_and_hears_what_is_wrong_with_another(watched: Watched) -> None:
    page = seated(watched)
    watched.expected.append("422")
    page.goto("/campaigns#/frontier")
    expect(page.locator("#main")).to_contain_text("callcenter campaign frontier SCENARIO --json")
    wrong = json.dumps(changed(a_frontier(), 1.2, "points", 0, "finished", "share"))
    page.locator("#frontier-file").set_input_files(a_file("f.json", wrong))
    expect(page.locator("#frontier-fault")).to_contain_text("points/0/finished/share")
    page.locator("#frontier-file").set_input_files(a_file("f.json", "{"))
    expect(page.locator("#frontier-fault")).to_have_text("JSON 파일이 아닙니다.")

    page.locator("#frontier-file").set_input_files(a_file("f.json", json.dumps(a_frontier())))
    expect(page.locator("#frontier-chart circle.point")).to_have_count(5)
    expect(page.locator("#kept a[aria-current]")).to_contain_text("부천 2009년 4분기")
    assert page.url.endswith("#/frontier/1")


def test_a_number_is_put_on_the_list_and_taken_off_it(watched: Watched) -> None:
    page = seated(watched)
    watched.expected.append("422")
    page.goto("/campaigns#/do-not-call")
    page.locator("#dnc-phone").fill("12")
    page.locator("#dnc-reason").fill("본인 요청")
    page.locator("#dnc-reason").press("Enter")
    expect(page.locator("#dnc-phone-fault")).to_be_visible()

    page.locator("#dnc-phone").fill("010-1234-5678")
    page.locator("#dnc-reason").press("Enter")
    expect(page.locator("#entries")).to_contain_text("본인 요청")
    page.locator("#dnc-phone").fill("01012345678")
    page.locator("#dnc-reason").fill("잘못 등록")
    page.get_by_role("button", name="해제").click()
    expect(page.locator("#entries")).to_have_text("등록된 번호가 없습니다.")
