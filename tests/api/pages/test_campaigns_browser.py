"""The campaigns' page in a browser: how far they are, what may be told, who is let in, and how it looks."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from callcenter.domain.access import Role
from tests.api.pages.campaign_teller import CampaignTeller
from tests.api.pages.door import Door, Watched, log_in, opened_door, walk_in
from tests.api.pages.live_room import SCREENS, grave, sticking_out

pytestmark = pytest.mark.browser
VIEWS = ("#/campaign/satisfaction", "#/frontier", "#/do-not-call")


@dataclass(frozen=True, kw_only=True)
class Told:
    """A house whose campaigns are told by the test."""

    door: Door
    teller: CampaignTeller


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, furnished: Path) -> Iterator[Told]:
    """Open one house for all tests of this file; the teller is made anew for each."""
    teller = CampaignTeller()
    folder = tmp_path_factory.mktemp("campaigns")
    with opened_door(folder, furnished, change=teller.routes) as door:
        for login, role in (("lee", Role.PLANNER), ("jung", Role.QUALITY), ("kim", Role.AGENT)):
            door.person(role, login=login)
        yield Told(door=door, teller=teller)


@pytest.fixture
def watched(browser: Browser, told: Told) -> Iterator[Watched]:
    """Open a window; at the end nothing may have gone wrong in it."""
    told.teller.__init__()  # type: ignore[misc]
    width, height = SCREENS["wall"]
    context = browser.new_context(
        base_url=told.door.url, locale="ko-KR", viewport={"width": width, "height": height}
    )
    context.set_default_timeout(15_000)
    opened = Watched(context)
    yield opened
    context.close()
    assert opened.wrong == []


@pytest.fixture
def plan(watched: Watched, told: Told) -> Page:
    """Sit down at the page as a planner."""
    return walk_in(watched, told.door, "lee", at="/campaigns")


def figure(page: Page, name: str) -> str:
    return page.locator(f"[data-measure={name}] .value").inner_text()


def test_it_shows_how_far_a_campaign_is_and_when_it_will_be_done(plan: Page) -> None:
    expect(plan.locator("#rows a")).to_have_count(5)
    expect(plan.locator("#rows a[aria-current]")).to_contain_text("720 / 1,000 · 72%")
    assert figure(plan, "successes") == "720"
    assert figure(plan, "finishDay") == "12월 4일(금)"
    expect(plan.locator("[data-measure=finishDay]")).to_contain_text("기한 내")
    expect(plan.locator("[data-measure=dropped]")).to_contain_text("0.39% 응답 대비")
    expect(plan.locator("#burndown .fan")).to_have_count(1)
    expect(plan.locator("#burndown")).to_have_attribute(
        "aria-label",
        "남은 목표 추이: 목표 1,000, 남은 목표 280, 마감 12월 11일(금), "
        "예상 완료일 12월 4일(금) (12월 2일(수) – 12월 8일(화))",
    )
    expect(plan.locator("#cells tbody tr")).to_have_count(4)
    expect(plan.locator("#cells tr", has_text="40–50대")).to_contain_text("완료")
    expect(plan.locator("#leads .tallies").first).to_contain_text("재통화 예정")


def test_every_figure_and_rate_says_what_it_is_made_of(plan: Page) -> None:
    plan.get_by_role("button", name="RR1").press("Enter")
    dialog = plan.locator("dialog")
    expect(dialog).to_contain_text("RR1 = I / (I + P + R + NC + O + U)")
    expect(dialog).to_contain_text("NC 접촉 못 함")
    expect(dialog).to_contain_text("720 ÷ 3,172 = 22.6%")
    plan.keyboard.press("Escape")
    expect(plan.get_by_role("button", name="RR1")).to_be_focused()

    plan.locator("[data-measure=contactsPerHour]").click()
    expect(dialog).to_contain_text("접촉 ÷ 상담사가 시도에 쓴 시간")
    expect(dialog).to_contain_text("1,536 ÷ 121.4")


def test_a_command_is_asked_for_once_more_and_given_with_the_version(
    plan: Page, told: Told
) -> None:
    plan.get_by_role("button", name="일시중지").click()
    expect(plan.locator("dialog")).to_contain_text("새 대상자를 배정하지 않습니다")
    assert told.teller.asked == []
    plan.locator("dialog").get_by_role("button", name="일시중지").click()

    expect(plan.locator("#campaign-head .badge")).to_have_text("일시중지")
    assert told.teller.asked == [("POST", "/v1/campaigns/satisfaction/pause", '"3"')]
    expect(plan.get_by_role("button", name="계속", exact=True)).to_be_visible()


def test_only_what_this_user_may_tell_is_offered(watched: Watched, told: Told) -> None:
    told.teller.commands = {state: [] for state in told.teller.commands}
    page = walk_in(watched, told.door, "jung", at="/campaigns")

    expect(page.locator(".commands button")).to_have_count(0)
    expect(page.locator("#leads-form")).to_have_count(0)
    page.goto("/campaigns#/frontier")
    expect(page.locator("#frontier-chart circle.point")).to_have_count(5)
    expect(page.locator("#frontier-file")).to_have_count(0)


def test_a_file_is_tried_before_its_leads_come_in(plan: Page, told: Told) -> None:
    plan.locator("#leads-file").set_input_files(
        {"name": "leads.csv", "mimeType": "text/csv", "buffer": "전화번호\n".encode()}
    )
    plan.get_by_role("button", name="먼저 확인").click()
    result = plan.locator("#leads-result")
    expect(result).to_contain_text("등록 예정 4")
    expect(result.locator("tbody tr")).to_have_count(3)
    expect(result).to_contain_text("파일 안 중복")
    result.get_by_label("제외된 행만").uncheck()
    expect(result.locator("tbody tr")).to_have_count(7)

    plan.get_by_role("button", name="등록하기 (4)").click()
    expect(result).to_contain_text("대상자를 등록했습니다")
    assert [said["dry_run"] for _, _, said in told.teller.asked] == [True, False]


def test_what_cannot_be_foreseen_says_why_and_what_is_unknown_is_a_dash(plan: Page) -> None:
    plan.locator("#rows a", has_text="도서 연체").click()

    expect(plan.locator("[data-measure=finishDay]")).to_contain_text("예측 불가")
    expect(plan.locator("[data-measure=finishDay]")).to_contain_text("목표가 없어")
    expect(plan.locator("#n-burn")).to_have_text("누적 성공 (목표 없음)")
    expect(plan.locator("#burndown .burnt")).to_have_count(1)
    expect(plan.locator("#burndown .fan")).to_have_count(0)

    plan.locator("#rows a", has_text="전화친절도").click()
    expect(plan.locator("#rates")).to_contain_text("—")
    expect(plan.locator("#leads")).to_contain_text("등록된 대상자가 없습니다")


def test_the_frontier_marks_what_is_beaten_and_lets_a_threshold_be_chosen(plan: Page) -> None:
    plan.get_by_role("link", name="인입·발신 균형").click()
    expect(plan.locator("#frontier-chart circle.point")).to_have_count(5)
    expect(plan.locator("#frontier-chart .point.beaten")).to_have_attribute("data-threshold", "4")
    expect(plan.locator("#frontier-chart .ring")).to_have_count(1)
    expect(plan.locator("#verdict")).to_contain_text("30,000 달성 확률 93% (78%–100%)")

    plan.get_by_role("radio", name="k=1").focus()
    plan.keyboard.press("ArrowDown")
    expect(plan.locator("#verdict")).to_contain_text("서비스레벨 88.0% (87.4%–88.6%)")
    expect(plan.locator("#n-of-point")).to_have_text("캠페인별: k=2")
    expect(plan.locator("#frontier-chart .label.chosen")).to_have_text("k=2 · 80%")

    plan.locator(".skip").press("Enter")
    expect(plan.locator("#main")).to_be_focused()
    expect(plan.locator("#n-of-point")).to_have_text("캠페인별: k=2")
    plan.get_by_role("link", name="캠페인", exact=True).click()
    expect(plan.locator("#burndown .fan")).to_have_count(1)


def test_news_take_nothing_out_of_somebodys_hands_and_move_nothing(plan: Page, told: Told) -> None:
    plan.evaluate(
        """() => { window.moved = 0; new PerformanceObserver(list => list.getEntries().forEach(
            one => { window.moved += one.value; })).observe({type: "layout-shift"}); }"""
    )
    plan.get_by_role("button", name="종료").focus()
    told.teller.successes = 721
    plan.evaluate("window.dispatchEvent(new Event('focus'))")

    expect(plan.locator("[data-measure=successes] .value")).to_have_text("721")
    expect(plan.locator("#rows a[aria-current]")).to_contain_text("721 / 1,000")
    expect(plan.get_by_role("button", name="종료")).to_be_focused()
    assert plan.evaluate("window.moved") == 0


def test_strangers_log_in_and_agents_are_led_to_the_desk(watched: Watched) -> None:
    page = watched.page()
    page.goto("/campaigns")
    assert page.url.endswith("/login?to=campaigns")
    log_in(page, "kim")
    expect(page.locator("#campaigns")).to_be_hidden()
    page.goto("/campaigns")
    assert page.url.endswith("/desk")


def test_nobody_is_shut_out_and_nothing_sticks_out_on_any_screen(plan: Page) -> None:
    wrong: list[object] = []
    for scheme, screen in (("light", "wall"), ("dark", "laptop"), ("light", "phone")):
        width, height = SCREENS[screen]
        plan.set_viewport_size({"width": width, "height": height})
        plan.emulate_media(color_scheme=scheme)
        plan.locator("#language").click()
        for view in VIEWS:
            plan.goto(f"/campaigns{view}")
            plan.locator("#main h2").wait_for()
            wrong += [(scheme, screen, view, one) for one in [*grave(plan), *sticking_out(plan)]]
    assert wrong == []
