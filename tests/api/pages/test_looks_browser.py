"""How pages look and whom they shut out: small screens, large type, dark rooms, screen readers, paper."""

from collections.abc import Callable
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from callcenter.domain.access import Role
from tests.api.pages.door import Door, Watched, log_in

pytestmark = pytest.mark.browser
GRAVE = {"serious", "critical"}
SIZES = {"screen": (1280, 800), "wide": (1920, 1080), "phone": (360, 740), "zoomed": (640, 400)}
"""In CSS pixels: 1280 by 800 at 200 % zoom is 640 by 400."""


@pytest.fixture
def numbers(door: Door) -> list[str]:
    """Open tickets of every colour; the first one has been worked on and closed."""
    agent = door.person(Role.AGENT, login="kim")
    told = [door.opened(agent, title=f"가로등 {n}번이 꺼져 있어요")["number"] for n in range(3)]
    told.append(door.opened(agent, service="general", title="문의", attributes={})["number"])
    told.append(door.opened(agent, channel="voc", title="온라인 신청")["number"])
    for command, said in (
        ("take", {}),
        ("note", {"text": "기동반과 통화함. " * 20}),
        ("resolve", {"outcome": "done", "answer": "전구를 갈았습니다."}),
        ("notify_result", {}),
        ("close", {}),
    ):
        door.given(agent, told[0], command, **said)
    door.given(agent, told[1], "take")
    door.house.watch.advance(hours=5)
    return told


def survey_of(door: Door, number: str) -> str:
    token = door.house.services.surveys.link(number, closing=1).rpartition("/")[2]
    return f"/s/{token}"


def login_page(page: Page, _door: Door, _numbers: list[str]) -> None:
    page.goto("/login")
    page.wait_for_selector("#login")


def the_list(page: Page, _door: Door, _numbers: list[str]) -> None:
    log_in(page, "kim", at="/desk#/list/all")
    page.wait_for_selector("#rows .row")


def a_ticket(page: Page, _door: Door, numbers: list[str]) -> None:
    log_in(page, "kim", at=f"/desk#/ticket/{numbers[1]}")
    page.wait_for_selector("#ticket-title")


def a_closed_ticket(page: Page, _door: Door, numbers: list[str]) -> None:
    log_in(page, "kim", at=f"/desk#/ticket/{numbers[0]}")
    page.wait_for_selector("#ticket-title")


def an_account(page: Page, door: Door, numbers: list[str]) -> None:
    a_ticket(page, door, numbers)
    page.get_by_role("button", name="왜 이 날짜인가요?").click()
    page.wait_for_selector("dialog .days")


def a_command(page: Page, door: Door, numbers: list[str]) -> None:
    a_ticket(page, door, numbers)
    page.locator("[data-command=resolve]").click()
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("dialog [aria-invalid]")


def a_look(page: Page, door: Door, numbers: list[str]) -> None:
    a_ticket(page, door, numbers)
    page.get_by_role("button", name="보기").first.click()
    page.wait_for_selector("#look-purpose")


def a_form(page: Page, _door: Door, _numbers: list[str]) -> None:
    log_in(page, "kim", at="/desk#/new")
    page.locator("#new-service").fill("도로 파손")
    page.keyboard.press("Tab")
    page.locator("#new-address").fill("길주로")
    page.locator("#new-phone").fill("010-1234-5678")
    page.wait_for_selector(".earlier .row")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("[aria-invalid]")


def a_choice(page: Page, _door: Door, _numbers: list[str]) -> None:
    log_in(page, "kim", at="/desk#/new")
    page.locator("#new-service").fill("ㄷㄹ")
    page.wait_for_selector("[role=option]")


def a_number(page: Page, door: Door, numbers: list[str]) -> None:
    a_form(page, door, numbers)
    page.get_by_label("포트홀", exact=True).check()
    page.locator("#new-body").fill("구멍")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".opened")


def a_survey(page: Page, door: Door, numbers: list[str]) -> None:
    page.goto(survey_of(door, numbers[0]))


def a_refused_survey(page: Page, _door: Door, _numbers: list[str]) -> None:
    page.goto("/s/none")


PAGES: list[Callable[[Page, Door, list[str]], None]] = [
    login_page, the_list, a_ticket, a_closed_ticket, an_account, a_command, a_look, a_form,
    a_choice, a_number, a_survey, a_refused_survey,
]  # fmt: skip


def grave(page: Page) -> list[dict[str, Any]]:
    """Ask axe-core what is seriously wrong for people who cannot see, point or concentrate well."""
    found = Axe().run(page).response["violations"]
    return [
        {"rule": one["id"], "where": [node["html"] for node in one["nodes"]][:3]}
        for one in found
        if one["impact"] in GRAVE
    ]


@pytest.mark.parametrize("there", PAGES, ids=[there.__name__ for there in PAGES])
def test_nobody_is_shut_out_in_light_and_dark(
    there: Callable[..., None], page: Page, door: Door, numbers: list[str], watched: Watched
) -> None:
    watched.expected.append("404")
    there(page, door, numbers)

    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert grave(page) == [], scheme


@pytest.mark.parametrize("there", PAGES, ids=[there.__name__ for there in PAGES])
def test_nothing_sticks_out_on_any_screen(
    there: Callable[..., None], page: Page, door: Door, numbers: list[str], watched: Watched
) -> None:
    watched.expected.append("404")
    there(page, door, numbers)

    for name, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(100)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        beyond = page.evaluate(
            """() => [...document.querySelectorAll("main *, dialog[open] *")]
                .filter(one => one.checkVisibility() && !one.closest(".hidden, .scroll"))
                .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
                .map(one => one.outerHTML.slice(0, 80))"""
        )
        assert beyond == [], name


def test_a_phone_shows_the_list_or_a_ticket(
    browser: Browser, door: Door, numbers: list[str]
) -> None:
    width, height = SIZES["phone"]
    context = browser.new_context(
        base_url=door.url,
        viewport={"width": width, "height": height},
        is_mobile=True,
        has_touch=True,
    )
    page = context.new_page()
    log_in(page, "kim", at="/desk#/list/all")
    expect(page.locator("#main")).to_be_hidden()

    page.locator(f".row[data-number='{numbers[1]}']").tap()
    expect(page.locator("#ticket-title")).to_be_in_viewport()
    expect(page.locator("#list")).to_be_hidden()
    page.get_by_role("link", name="목록").tap()
    expect(page.locator(".row").first).to_be_visible()
    context.close()


def test_a_survey_is_answered_on_a_phone_without_any_script(
    browser: Browser, door: Door, numbers: list[str]
) -> None:
    context = browser.new_context(
        base_url=door.url,
        viewport={"width": 360, "height": 740},
        is_mobile=True,
        has_touch=True,
        java_script_enabled=False,
        locale="ko-KR",
    )
    page = context.new_page()
    page.goto(survey_of(door, numbers[0]))
    for label in page.locator(".scores label").all():
        box = label.bounding_box()
        assert box is not None
        assert box["height"] >= 48
        assert box["width"] >= 280

    page.get_by_label("매우 만족").tap()
    page.get_by_label("하고 싶은 말씀").fill("고맙습니다.")
    page.get_by_role("button", name="보내기").tap()
    expect(page.get_by_text("답변해 주셔서 감사합니다.")).to_be_visible()
    page.goto(survey_of(door, numbers[0]))
    expect(page.get_by_text("이미 답변해 주셨습니다.")).to_be_visible()
    context.close()


def test_a_ticket_on_paper_is_the_ticket_alone(page: Page, door: Door, numbers: list[str]) -> None:
    a_closed_ticket(page, door, numbers)
    page.emulate_media(media="print", color_scheme="dark")

    for hidden in (".bar", "#lists", "#list", ".commands"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator("#ticket-title")).to_be_visible()
    expect(page.locator(".story")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
