"""The campaigns' page on the real application: leads come in by the page, and what agents told shows up."""

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from callcenter.domain.access import Role
from callcenter.domain.campaigns import USUAL_WAITS, USUALLY_KEPT
from tests import legs
from tests.api.pages.door import Door, Watched, opened_door, walk_in
from tests.api.pages.live_room import grave, sticking_out
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
ROUND: dict[str, Any] = {
    "code": "2026-4",
    "name_ko": "4차 만족도 조사",
    "name_en": "Fourth round",
    "of": "calls",
    "first_day": "2026-11-09",
    "last_day": "2026-11-15",
    "size": 40,
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


def write(page: Page, *, code: str, last_day: str, quota: str, cells: tuple[str, str]) -> None:
    """Write a campaign of two cells, of which 4 and 5 are wanted."""
    for name, said in (
        ("code", code),
        ("name_ko", "지방세 안내"),
        ("name_en", "Local tax"),
        ("field", "지방세"),
        ("first_day", "2026-12-01"),
        ("last_day", last_day),
        ("quota", quota),
    ):
        page.locator(f"#c-{name}").fill(said)
    for place, cell in enumerate(cells):
        page.locator("#c-add-cell").press("Enter")
        for name, said in (("code", cell), ("ko", cell), ("quota", str(4 + place))):
            page.locator(f"#c-cells-{place}-{name}").fill(said)


def test_a_campaign_is_filled_started_and_watched_by_the_page(
    door: Door, watched: Watched, plan: Page
) -> None:
    watched.expected += ["409", "422"]
    expect(plan.locator("#campaign-head .badge")).to_have_text("초안")
    expect(plan.locator("#campaign-head .commands > *")).to_have_text(["시작", "수정", "폐기"])
    ruled = plan.locator("#burndown .grid + text[text-anchor=end]")
    expect(ruled).to_have_text(["0", "1", "2", "3"])
    plan.get_by_role("button", name="시작", exact=True).click()
    plan.locator("dialog").get_by_role("button", name="시작").click()
    expect(plan.locator("dialog .fault")).to_have_text("발신 대상자가 없습니다.")
    plan.keyboard.press("Escape")

    broken = a_file("l.csv", "\n".join(ROWS), encoding="cp949")
    plan.locator("#leads-file").set_input_files(broken | {"buffer": b"\xff\xfe" + broken["buffer"]})
    plan.get_by_role("button", name="먼저 확인").click()
    expect(plan.locator("#leads-result .fault")).to_contain_text("CSV인지, 첫 줄에 '전화번호' 열")
    plan.locator("#leads-file").set_input_files(broken)
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


def test_what_contradicts_itself_in_a_new_campaign_is_said_at_its_field(plan: Page) -> None:
    plan.locator("#new-campaign").click()
    form = plan.locator("#campaign-form")
    expect(plan.locator("#c-code")).to_be_focused()
    plan.keyboard.press("Enter")
    expect(form.locator("[data-field=c-name_ko] .fault")).to_have_text("필수 항목입니다.")
    write(plan, code="tax", last_day="2026-11-30", quota="10", cells=("north", "north"))
    plan.locator("#c-windows-mon").fill("9:00 ~ 11:30, 11:00-12:00")
    plan.keyboard.press("Enter")
    for name, fault in (
        ("last_day", "시작일보다 빠릅니다."),
        ("windows-mon", "겹치지 않게"),
        ("cells-1-code", "다른 셀이 이미 쓰는 코드입니다."),
        ("quota", "모두 채워도 9건입니다"),
    ):
        expect(form.locator(f"#c-{name}-fault")).to_contain_text(fault)
    assert grave(plan) == []
    assert sticking_out(plan) == []


def test_a_planner_writes_a_draft_amends_it_and_gives_it_up(
    door: Door, watched: Watched, plan: Page
) -> None:
    watched.expected.append("409")
    plan.goto("/campaigns#/new")
    write(plan, code="water", last_day="2026-12-31", quota="9", cells=("north", "south"))
    plan.locator("#c-windows-mon").fill("9:00 ~ 11:30, 14:00–17:00")
    plan.get_by_role("button", name="화~금요일을 월요일과 같게").click()
    plan.locator("#language").click()
    plan.locator("#language").click()
    plan.locator("#c-field").press("Enter")
    expect(plan.locator("#c-code-fault")).to_have_text("이미 쓰인 코드입니다.")
    plan.locator("#c-code").fill("tax-2026")
    plan.keyboard.press("Enter")

    expect(plan.locator("#campaign-head .badge")).to_have_text("초안")
    made = door.asked("GET", "/v1/campaigns/tax-2026", "lee")
    assert made["windows"]["fri"] == ["09:00-11:30", "14:00-17:00"]
    assert [(cell["code"], cell["quota"]) for cell in made["cells"]] == [("north", 4), ("south", 5)]
    waits = {one.name.lower(): wait // timedelta(minutes=1) for one, wait in USUAL_WAITS.items()}
    assert (made["waits"], made["attempts"], made["keep_days"]) == (waits, 5, USUALLY_KEPT)

    plan.get_by_role("link", name="수정").click()
    plan.locator("#c-windows-sat").fill("10:00-12:00")
    plan.get_by_role("button", name="삭제").first.click()
    plan.locator("#c-quota").fill("")
    plan.get_by_role("button", name="저장").click()
    expect(plan.locator("#campaign-head .rules")).to_contain_text("토 10:00-12:00")
    assert door.asked("GET", "/v1/campaigns/tax-2026", "lee")["cells"] == made["cells"][1:]

    plan.get_by_role("button", name="폐기").click()
    plan.locator("dialog").get_by_role("button", name="폐기").click()
    expect(plan.locator("#campaign-head .badge")).to_have_text("종료")
    plan.goto("/campaigns#/amend/tax-2026")
    expect(plan.locator("#main")).to_contain_text("초안만 고칠 수 있습니다")


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


def test_a_citizen_answers_a_round_on_a_telephone_once(door: Door, watched: Watched) -> None:
    watched.expected.append("409")
    door.run(legs.settle(door.house.services.store, first=date(2026, 11, 13)))
    door.asked("POST", "/v1/survey-rounds", "lee", ROUND)
    door.asked("POST", "/v1/survey-rounds/2026-4/draw", "lee", **{"If-Match": '"1"'})
    [invited] = door.asked("GET", "/v1/survey-rounds/2026-4/invitations?limit=1", "lee")["items"]
    page = watched.page()
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/s/" + invited["link"].rpartition("/")[2])
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        assert grave(page) == []
    assert sticking_out(page) == []
    narrow = page.evaluate(
        "Math.min(...[...document.querySelectorAll('.scores label')]"
        ".map(one => one.getBoundingClientRect().height))"
    )
    assert narrow >= 24, "a finger needs 24 px (WCAG 2.5.8)"

    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=2)).to_have_text("Fourth round")
    page.get_by_label("Very satisfied").first.focus()
    page.keyboard.press("Space")
    page.get_by_label("Anything to add?").fill("<b>010-1234-5678</b>")
    page.get_by_role("button", name="Send").press("Enter")
    expect(page.get_by_role("heading", level=2)).to_have_text("Thank you for your answer.")
    page.go_back()
    page.reload()
    expect(page.get_by_role("heading", level=2)).to_have_text(
        "You have answered already. Thank you."
    )
    assert grave(page) == []
    report = door.asked("GET", "/v1/reports/satisfaction?round=2026-4", "lee")
    assert report["cases"]["partial"] == 1, "one question of three"
