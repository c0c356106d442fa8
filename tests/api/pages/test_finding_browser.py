"""Finding tickets, coming and going, and another language, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from callcenter.domain.access import Role
from tests.api.pages.door import Door, Watched, fill_in, log_in

pytestmark = pytest.mark.browser


# --- Finding ------------------------------------------------------------------------------------------


def test_words_numbers_and_telephones_find_tickets(desk: Page, door: Door, agent: str) -> None:
    light = door.opened(agent)["number"]
    door.opened(
        agent,
        title="여권 재발급",
        body="여권을 잃어버렸습니다.",
        service="passport",
        attributes={},
        petitioner={"name": "김철수", "phone": "010-9999-0000"},
    )
    asked: list[str] = []
    desk.on("request", lambda request: asked.append(request.url))

    desk.keyboard.press("/")
    desk.keyboard.type("여권")
    desk.keyboard.press("Enter")
    expect(desk.locator("#rows .row")).to_contain_text("여권 재발급")
    desk.locator("#q").fill("010 1234 5678")
    desk.keyboard.press("Enter")
    expect(desk.locator("#rows .row")).to_have_attribute("data-number", light)
    desk.locator("#q").fill(light)
    desk.keyboard.press("Enter")
    expect(desk.locator(".head .number")).to_have_text(light)

    assert not any("5678" in url for url in asked), "a number stands in no address"


def test_lists_show_whose_and_by_when(desk: Page, door: Door, agent: str) -> None:
    mine, other, late = (door.opened(agent, title=name)["number"] for name in "가나다")
    door.given(agent, mine, "take")
    door.given(agent, late, "reclassify", service="general", reason="일반 상담")
    door.opened(agent, channel="voc", title="온라인")
    door.house.watch.advance(hours=5)
    desk.reload()

    def listed(name: str) -> list[str]:
        desk.get_by_role("link", name=name, exact=True).click()
        expect(desk.locator("#list-name")).to_have_text(name)
        return desk.locator("#rows .row strong").all_inner_texts()

    assert listed("내 담당") == ["가"]
    assert listed("기한 지남") == ["다"]
    assert listed("접수 대기") == ["온라인"]
    assert sorted(listed("처리 중 전체")) == ["가", "나", "다", "온라인"]
    assert set(listed("새로 배정")) == {"나", "다"}
    assert other


def test_lists_are_walked_by_keys(desk: Page, door: Door, agent: str) -> None:
    for name in "가나다":
        door.opened(agent, title=name)
    desk.get_by_role("link", name="전체", exact=True).click()
    expect(desk.locator("#rows .row")).to_have_count(3)
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    desk.keyboard.press("k")
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")

    expect(desk.locator("#ticket-title")).to_have_text("나")
    expect(desk.locator("#rows .row[aria-current]")).to_contain_text("나")


def test_a_list_is_kept_up_to_date_without_moving_anybody(
    desk: Page, door: Door, agent: str
) -> None:
    first = door.opened(agent, title="가")["number"]
    desk.get_by_role("link", name="전체", exact=True).click()
    expect(desk.locator("#list-name")).to_have_text("전체")
    desk.keyboard.press("j")
    expect(desk.locator("#rows .row")).to_be_focused()
    door.opened(agent, title="나")

    desk.evaluate("dispatchEvent(new Event('focus'))")

    expect(desk.locator("#rows .row")).to_have_count(2)
    expect(desk.locator(f"#rows .row[data-number='{first}']")).to_be_focused()


def test_a_ticket_that_changed_is_read_again_and_what_is_not_there_is_said(
    desk: Page, door: Door, agent: str, watched: Watched
) -> None:
    watched.expected += ["404", "422"]
    number = door.opened(agent)["number"]
    desk.goto(f"/desk#/ticket/{number}")
    expect(desk.locator(".head .state")).to_have_text("부서 배정")
    door.given(agent, number, "take")

    desk.evaluate("dispatchEvent(new Event('focus'))")
    expect(desk.locator(".head .state")).to_have_text("처리 중")

    for nothing in ("2026-999999", "none"):
        desk.goto(f"/desk#/ticket/{nothing}")
        expect(desk.locator("#main")).to_contain_text("없거나 볼 수 없습니다")


# --- Sessions and languages -----------------------------------------------------------------------------


def test_a_stranger_logs_in_and_comes_back_to_where_they_wanted(
    page: Page, door: Door, agent: str, watched: Watched
) -> None:
    watched.expected.append("401")
    number = door.opened(agent)["number"]
    page.goto(f"/desk#/ticket/{number}")
    expect(page).to_have_url(re.compile("/login"))
    page.locator("#username").fill(agent)
    page.locator("#password").fill("wrong horse battery")
    page.keyboard.press("Enter")
    expect(page.locator("#fault")).to_contain_text("맞지 않습니다")

    log_in(page, agent, at=f"/desk#/ticket/{number}")
    expect(page.locator(".head .number")).to_have_text(number)

    page.get_by_role("button", name="로그아웃").click()
    expect(page).to_have_url(re.compile("/login"))
    page.goto("/desk")
    expect(page).to_have_url(re.compile("/login"))


def test_the_end_of_a_login_takes_nothing_away_that_was_typed(
    desk: Page, door: Door, agent: str, watched: Watched
) -> None:
    watched.expected.append("401")
    fill_in(desk)
    desk.locator("#new-name").fill("홍길동")
    desk.context.clear_cookies()

    desk.keyboard.press("Control+Enter")
    expect(desk.locator("form.open")).to_contain_text("로그인이 끝났습니다")
    with desk.expect_popup() as opened:
        desk.get_by_role("link", name="새 창에서 로그인").click()
    log_in(opened.value, agent, at="/login")
    desk.locator("#new-name").press("Control+Enter")

    expect(desk.locator(".opened .big")).to_have_text("2026-000001")
    person = door.asked("GET", "/v1/tickets/2026-000001/petitioner", agent)
    assert person["name"] == "홍*동"


def test_another_language_keeps_what_was_typed(desk: Page) -> None:
    fill_in(desk)
    desk.locator("#new-name").fill("홍길동")

    desk.get_by_role("button", name="English").click()

    expect(desk.locator("html")).to_have_attribute("lang", "en")
    expect(desk.locator("#open-title")).to_have_text("New ticket")
    expect(desk.locator("#new-service")).to_have_value("Pothole or damaged road")
    expect(desk.locator("#new-body")).to_have_value("송내역 앞 차도에 구멍이 났습니다.")
    expect(desk.locator("#new-name")).to_have_value("홍길동")
    expect(desk.get_by_label("Pothole", exact=True)).to_be_checked()


def test_single_keys_can_be_turned_off(desk: Page) -> None:
    desk.keyboard.press("?")
    desk.get_by_label("한 글자 단축키 사용").uncheck()
    desk.keyboard.press("Escape")

    desk.keyboard.press("n")

    expect(desk.locator("form.open")).to_have_count(0)


def test_whoever_has_no_business_at_the_desk_is_told_so(
    page: Page, door: Door, watched: Watched
) -> None:
    watched.expected.append("403")
    door.person(Role.WALLBOARD, login="wall")
    page.goto("/login")
    page.locator("#username").fill("wall")
    page.locator("#password").fill("correct horse battery")
    page.keyboard.press("Enter")

    expect(page.locator("#main")).to_contain_text("권한이 없습니다")
