"""The supervisor's page in a browser: what is behind a figure, what was, and what a switch is told."""

import pytest
from playwright.sync_api import Page, expect

from callcenter.domain.access import Role
from tests.api.pages.door import until
from tests.api.pages.frames import a_frame, outbound
from tests.api.pages.live_room import SCREENS, Room, grave, ready, room, says, sticking_out

pytestmark = pytest.mark.browser
__all__ = ["room"]


@pytest.fixture
def desk(room: Room) -> Page:
    return room.enter(Role.LEAD, at="supervisor")


def figure(page: Page, name: str) -> str:
    return page.locator(f"[data-measure={name}] .value").inner_text()


def names(page: Page) -> list[str]:
    return page.locator("#agents tbody th").all_inner_texts()


def look_back(page: Page, minutes: int) -> None:
    page.locator("#minute").focus()
    with page.expect_response("**/v1/live?at=*"):
        for _ in range(minutes):
            page.keyboard.press("ArrowLeft")


def test_it_shows_the_figures_of_the_board(desk: Page) -> None:
    for name, value in {
        "waiting": "3",
        "serviceLevel": "78.3%",
        "offered": "812",
        "flowedOut": "2",
        "aht": "2:32",
        "occupancy": "81.2%",
        "transfers": "12",
        "csat": "89.2%",
    }.items():
        assert figure(desk, name) == value
    expect(desk.locator("#agents tbody tr")).to_have_count(26)
    cells = desk.locator("#queues tbody tr > *").all_inner_texts()
    assert cells == ["phone", "3", "812", "771", "36", "78.4%", "0:11", "2:32"]


def test_a_figure_says_what_it_means_and_which_calls_are_in_it(room: Room, desk: Page) -> None:
    desk.locator("[data-measure=serviceLevel]").focus()
    desk.keyboard.press("Enter")
    dialog = desk.locator("dialog")

    expect(dialog.locator(".formula[lang=ko]")).to_contain_text("20초 안에 응대 ÷ (응대 + 포기")
    expect(dialog.locator(".formula[lang=en]")).to_contain_text("answered within 20 s ÷ (answered")
    expect(dialog).to_contain_text("sl-b v1")
    expect(dialog).to_contain_text("T 20 s · S 5 s")
    expect(dialog.locator(".share")).to_have_text("분자 634 ÷ 분모 809 = 78.3%")
    levels = dialog.locator(".levels .value").all_inner_texts()
    assert levels == ["82.2%", "78.3%", "79.4%", "80.2%", "80.3%"]
    expect(dialog.locator(".calls tbody tr")).to_have_count(3)
    day = {"first": "2026-11-23", "last": "2026-11-23", "limit": "50"}
    assert room.teller.asked == [("/v1/calls", {"behind": "sl-b.numerator"} | day)]

    with desk.expect_response("**/v1/calls?*"):
        dialog.get_by_label("분모에 든 전화").check()
    assert room.teller.asked[-1] == ("/v1/calls", {"behind": "sl-b.denominator"} | day)
    desk.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(desk.locator("[data-measure=serviceLevel]")).to_be_focused()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("abandoned", "포기 + 대기 없이 끊음"),
        ("aht", "(통화시간 합 + 보류시간 합 + 후처리시간 합) ÷ 처리 완료"),
        ("occupancy", "÷ 수신 가능 시간"),
        ("csat", "만족 응답 ÷ 전체 응답"),
    ],
)
def test_every_figure_has_a_formula(desk: Page, name: str, text: str) -> None:
    desk.locator(f"[data-measure={name}]").click()

    expect(desk.locator("dialog .formula").first).to_contain_text(text)


def test_agents_are_sorted_as_one_wishes_and_stuck_ones_are_marked(desk: Page) -> None:
    desk.get_by_role("button", name="상담사", exact=True).click()
    expect(desk.locator("[data-column=agent]")).to_have_attribute("aria-sort", "ascending")
    assert names(desk) == sorted(names(desk))
    desk.get_by_role("button", name="상담사", exact=True).click()
    expect(desk.locator("[data-column=agent]")).to_have_attribute("aria-sort", "descending")
    assert names(desk) == sorted(names(desk), reverse=True)

    desk.get_by_role("button", name="지속").click()
    expect(desk.locator("#agents tbody tr").first).to_contain_text("15:4")
    expect(desk.locator("#agents tr[data-stuck]")).to_have_count(4)
    expect(desk.locator("#agents tr[data-stuck] .badge").first).to_have_text("오래됨")


def test_who_gave_up_is_a_list_to_call_back(room: Room, desk: Page) -> None:
    expect(desk.locator("#calls tbody tr")).to_have_count(3)
    with desk.expect_response("**/v1/calls?*"):
        desk.get_by_label("포기 고객").check()

    expect(desk.locator("#calls .time").first).to_have_text("1:40")
    expect(desk.locator("#calls")).to_contain_text("재구성")
    assert room.teller.asked[-1][1]["outcome"] == "abandoned"


def test_a_command_is_looked_at_before_it_is_sent_and_its_answer_is_shown(
    room: Room, desk: Page
) -> None:
    expect(desk.locator("#past-orders")).to_have_text("보낸 명령이 없습니다.")
    desk.locator("#order-count").fill("2")
    desk.locator("#order-group").select_option("agents")
    desk.locator("#order-to").select_option("part-leaders")
    desk.get_by_role("button", name="확인 후 보내기").click()
    expect(desk.locator("dialog .sentence")).to_have_text(
        "agents의 상담사 2명을 part-leaders(으)로 옮깁니다."
    )
    assert room.teller.asked == []

    with desk.expect_response("**/v1/live/commands"):
        desk.get_by_role("button", name="보내기", exact=True).click()

    command = {"order": "move_agents", "count": 2, "group": "agents", "to": "part-leaders"}
    assert room.teller.asked == [
        ("/v1/live/commands", {"source": "sim1", "command": command}),
    ]
    expect(desk.locator("#past-orders")).to_contain_text("수행: 상담사 2명을 옮겼습니다")
    expect(desk.locator("dialog")).to_be_hidden()


@pytest.mark.parametrize(
    ("order", "command"),
    [
        ("send_agents", {"count": 1, "group": "agents", "errand": "training"}),
        ("recall_agents", {"count": 1, "group": "agents"}),
        ("set_overflow", {"queue": "phone", "group": "agents", "opened": True}),
        ("surge", {"queue": "phone", "factor": 1.5, "minutes": 30}),
        ("set_campaign", {"campaign": "water-bills", "running": False}),
    ],
)
def test_every_order_can_be_given(
    room: Room, desk: Page, order: str, command: dict[str, object]
) -> None:
    desk.locator("#order").select_option(order)
    desk.get_by_role("button", name="확인 후 보내기").click()
    with desk.expect_response("**/v1/live/commands"):
        desk.get_by_role("button", name="보내기", exact=True).click()

    assert room.teller.asked[-1][1]["command"] == {"order": order} | command


def test_campaigns_show_how_far_they_are_and_the_calls_behind_them(room: Room, desk: Page) -> None:
    first, *_, last = desk.locator("#dialled tbody tr").all()
    assert first.locator("th, td").all_inner_texts() == [
        "수도요금", " 발신 중", "1,312/9,000", "40", "120", "60", "14.3", "0 (0.0%)",
        "2026-12-11 (2026-12-04 ~ …)",
    ]  # fmt: skip
    expect(last).to_contain_text("지방세 체납 안내")
    expect(desk.locator("#dialled tfoot")).to_contain_text("4 발신 중")

    first.get_by_role("button").click()

    dialog = desk.locator("dialog")
    expect(dialog.locator(".share")).to_have_text("접촉 60 = 60 − 0 · 발신 포기 0 (0.0%)")
    expect(dialog.locator(".calls tbody tr")).to_have_count(3)
    expect(dialog.locator(".calls tbody tr").last).to_contain_text("성공")
    day = {"first": "2026-11-23", "last": "2026-11-23", "limit": "50"}
    assert room.teller.asked == [("/v1/calls", {"queue": "water-bills"} | day)]
    room.change(**outbound(2))
    expect(desk.locator("#dialled tbody tr")).to_have_count(2)
    desk.keyboard.press("Escape")
    expect(first.get_by_role("button")).to_be_focused()


def test_a_centre_without_campaigns_has_neither_their_table_nor_their_order(
    room: Room, desk: Page
) -> None:
    room.change(**outbound(0))

    expect(desk.locator("#dialled-card")).to_be_hidden()
    expect(desk.locator("#order option[value=set_campaign]")).to_have_count(0)


def test_what_cannot_be_is_not_sent(desk: Page) -> None:
    desk.locator("#order-count").fill("0")
    desk.get_by_role("button", name="확인 후 보내기").click()

    expect(desk.locator("#order-fault")).to_be_visible()
    expect(desk.locator("#order-count")).to_be_focused()
    expect(desk.locator("dialog")).to_be_hidden()


def test_news_take_nothing_out_of_somebodys_hands(room: Room, desk: Page) -> None:
    desk.locator("#order-count").fill("3")
    desk.locator("[data-measure=aht]").focus()
    room.change(today=a_frame()["today"] | {"offered": 900})
    until(desk, "document.querySelector('[data-measure=offered] .value').textContent === '900'")

    expect(desk.locator("#order-count")).to_have_value("3")
    expect(desk.locator("[data-measure=aht]")).to_be_focused()


def test_the_time_machine_shows_the_past_and_leads_back(room: Room, desk: Page) -> None:
    says(desk, "minute-told", "10:41")
    look_back(desk, 3)

    expect(desk.locator("body")).to_have_attribute("data-replay", "yes")
    says(desk, "minute-told", "10:38")
    expect(desk.locator("#replayed")).to_contain_text("10:38 기준 다시보기입니다")
    assert room.teller.asked[-1] == ("/v1/live", {"at": "2026-11-23T01:38:00.000Z"})
    expect(desk.get_by_role("button", name="확인 후 보내기")).to_be_disabled()
    expect(desk.locator(".alert button")).to_have_count(0)
    room.change(today=a_frame()["today"] | {"offered": 900})
    desk.wait_for_timeout(500)
    assert figure(desk, "offered") == "812"

    desk.get_by_role("button", name="실시간으로").click()
    expect(desk.locator("body")).not_to_have_attribute("data-replay", "yes")
    assert figure(desk, "offered") == "900"
    expect(desk.get_by_role("button", name="확인 후 보내기")).to_be_enabled()


def test_quality_officers_see_commands_and_give_none(room: Room) -> None:
    page = room.enter(Role.QUALITY, at="supervisor")

    expect(page.locator("#past-orders")).to_be_visible()
    expect(page.locator("#order-form")).to_be_hidden()
    expect(page.locator(".alert button")).to_have_count(0)


def test_agents_are_led_to_the_board_without_names(room: Room) -> None:
    page = room.enter(Role.AGENT)
    page.goto("/supervisor")
    page.wait_for_url("**/wallboard")


def test_strangers_log_in_and_come_back(room: Room) -> None:
    page = room.watched.page()
    page.goto("/supervisor")

    assert page.url.endswith("/login?to=supervisor")


def test_nobody_is_shut_out_in_light_and_dark(desk: Page) -> None:
    assert grave(desk) == []
    desk.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert grave(desk) == []
    look_back(desk, 2)
    assert grave(desk) == []
    desk.emulate_media(color_scheme="light")
    assert grave(desk) == []
    desk.locator("[data-measure=serviceLevel]").click()
    expect(desk.locator("dialog .levels")).to_be_visible()
    assert grave(desk) == []


def test_nothing_sticks_out_on_any_screen(desk: Page) -> None:
    for language in ("English", "한국어"):
        desk.get_by_role("button", name=language).click()
        for name, (width, height) in SCREENS.items():
            desk.set_viewport_size({"width": width, "height": height})
            desk.wait_for_timeout(150)
            assert desk.evaluate("document.documentElement.scrollWidth") <= width, name
            assert sticking_out(desk) == [], name


def test_a_reload_comes_back_to_now(room: Room, desk: Page) -> None:
    look_back(desk, 2)
    desk.reload()
    ready(desk)

    assert room.teller.streams >= 2
    expect(desk.locator("body")).not_to_have_attribute("data-replay", "yes")
