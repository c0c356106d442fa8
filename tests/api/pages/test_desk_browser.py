"""The desk as its people use it: in a browser, by the keyboard, on a real line with a real database."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from callcenter.domain.access import Role
from tests.api.pages.door import Door, Watched, fill_in, log_in, until

pytestmark = pytest.mark.browser


# --- Opening ------------------------------------------------------------------------------------------


def test_a_call_becomes_a_ticket_by_keyboard_alone_and_is_taken(desk: Page) -> None:
    desk.keyboard.press("n")
    desk.keyboard.type("ㄱㄹㄷ")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Space")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Tab")
    desk.keyboard.type("시청 앞 가로등이 사흘째 꺼져 있습니다.")
    pole = desk.locator("#new-attributes-pole-number")
    expect(pole).to_have_accessible_description("기둥 번호판의 숫자")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Tab")
    desk.keyboard.type("길주로 210")
    desk.keyboard.press("Control+Enter")

    expect(desk.locator(".opened .big")).to_have_text("2026-000001")
    expect(desk.locator(".opened .date")).to_have_text("11월 25일(수) 10:00까지")
    expect(desk.locator(".opened .sentence")).to_contain_text("처리기간은 3일(24근무시간)입니다")

    desk.keyboard.press("Tab")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    expect(desk.locator("#ticket-title")).to_have_text("시청 앞 가로등이 사흘째 꺼져 있습니다.")
    desk.keyboard.press("1")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".head .state")).to_have_text("처리 중")
    expect(desk.locator(".story li").first).to_contain_text("담당 지정")


def test_two_clicks_open_one_ticket(desk: Page, door: Door, agent: str) -> None:
    fill_in(desk)

    desk.locator("form.open").evaluate("form => { form.requestSubmit(); form.requestSubmit(); }")

    expect(desk.locator(".opened .big")).to_have_text("2026-000001")
    assert len(door.asked("GET", "/v1/tickets", agent)["items"]) == 1


def test_a_lost_answer_is_asked_for_again_and_opens_no_second_ticket(
    desk: Page, door: Door, agent: str, watched: Watched
) -> None:
    watched.expected.append("net::ERR_FAILED")

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    desk.route("**/v1/tickets", lose, times=1)
    fill_in(desk)
    desk.keyboard.press("Control+Enter")
    expect(desk.get_by_text("응답을 받지 못했습니다.")).to_be_visible()
    assert desk.locator("#new-body").input_value() == "송내역 앞 차도에 구멍이 났습니다."

    desk.keyboard.press("Control+Enter")

    expect(desk.locator(".opened .big")).to_have_text("2026-000001")
    assert len(door.asked("GET", "/v1/tickets", agent)["items"]) == 1


def test_what_is_changed_after_a_lost_answer_is_no_second_ticket_either(
    desk: Page, door: Door, agent: str, watched: Watched
) -> None:
    watched.expected += ["net::ERR_FAILED", "422"]

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    desk.route("**/v1/tickets", lose, times=1)
    fill_in(desk)
    desk.keyboard.press("Control+Enter")
    expect(desk.get_by_text("응답을 받지 못했습니다.")).to_be_visible()

    desk.locator("#new-body").fill("다르게 적었습니다.")
    desk.keyboard.press("Control+Enter")

    expect(desk.locator(".opened .note")).to_contain_text("먼저 보낸 내용으로 이미 접수")
    assert [one["body"] for one in door.asked("GET", "/v1/tickets", agent)["items"]] == [
        "송내역 앞 차도에 구멍이 났습니다."
    ]


def test_a_draft_survives_a_reload_but_for_names_and_numbers(desk: Page) -> None:
    fill_in(desk)
    desk.locator("#new-phone").fill("010-1234-5678")
    desk.locator("#new-name").fill("홍길동")
    until(desk, "sessionStorage.getItem('draft')?.includes('중동로 254')")

    desk.reload()

    expect(desk.locator("#new-body")).to_have_value("송내역 앞 차도에 구멍이 났습니다.")
    expect(desk.locator("#new-address")).to_have_value("중동로 254")
    expect(desk.get_by_label("포트홀", exact=True)).to_be_checked()
    expect(desk.locator("#new-phone")).to_have_value("")
    kept = desk.evaluate("JSON.stringify([sessionStorage, localStorage])")
    assert "1234" not in kept
    assert "홍길동" not in kept


def test_what_is_missing_or_wrong_is_said_beside_its_field(desk: Page, watched: Watched) -> None:
    watched.expected.append("422")
    desk.keyboard.press("n")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#new-service-fault")).to_have_text("필수 항목입니다.")
    expect(desk.locator("#new-service")).to_be_focused()

    desk.keyboard.type("포트홀")
    desk.keyboard.press("Tab")
    desk.locator("#new-body").fill("구멍")
    desk.locator("#new-coordinates").fill("어딘가")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#new-attributes-damage-fault")).to_have_text("필수 항목입니다.")
    expect(desk.locator("#new-coordinates-fault")).to_contain_text("위도와 경도")

    desk.get_by_label("포트홀", exact=True).check()
    desk.locator("#new-coordinates").fill("")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#new-address-fault")).to_contain_text("주소나 좌표가 필요합니다")

    desk.locator("#new-coordinates").fill("137.5, 126.7")
    desk.locator("#new-phone").fill("12")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#new-coordinates-fault")).to_have_text("값이 너무 큽니다.")
    expect(desk.locator("#new-coordinates")).to_have_attribute("aria-invalid", "true")

    desk.locator("#new-coordinates").fill("37.5034, 126.7660")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#new-phone-fault")).to_be_visible()

    desk.locator("#new-phone").fill("010-1234-5678")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".opened .big")).to_be_visible()


def test_similar_tickets_and_earlier_ones_of_the_caller_come_up_while_typing(
    desk: Page, door: Door, agent: str
) -> None:
    here = door.opened(agent, title="길주로 가로등 고장")
    desk.keyboard.press("n")
    desk.keyboard.type("가로등")
    desk.keyboard.press("Tab")

    desk.locator("#new-coordinates").fill("37.5035, 126.7661")
    expect(desk.locator(".similar .row")).to_have_attribute("href", f"#/ticket/{here['number']}")
    desk.locator("#new-coordinates").fill("37.60, 126.90")
    expect(desk.locator(".similar")).to_be_hidden()
    desk.locator("#new-phone").fill("01012345678")
    expect(desk.locator(".earlier .row")).to_contain_text("길주로 가로등 고장")


def test_what_people_wrote_is_text_wherever_it_is_shown(desk: Page, door: Door, agent: str) -> None:
    evil = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
    ticket = door.opened(
        agent,
        service="illegal-parking",
        title=evil,
        body=evil,
        attributes={"vehicle": [evil[:60]]},
        place={"address": evil},
        petitioner={"name": "<i onclick=alert(1)>홍</i>", "phone": "010-1234-5678"},
    )
    number = ticket["number"]
    door.given(agent, number, "take", officer=evil)
    door.given(agent, number, "note", text=evil)
    door.given(agent, number, "resolve", outcome="done", answer=evil)

    desk.goto(f"/desk#/ticket/{number}")
    desk.wait_for_selector("#ticket-title")
    expect(desk.locator("#ticket-title")).to_have_text(evil)
    desk.goto(f"/desk#/find/{evil}")
    expect(desk.locator("#list-name")).to_contain_text("<img")
    desk.keyboard.press("n")
    desk.locator("#new-body").fill(evil)
    desk.reload()

    expect(desk.locator("#new-body")).to_have_value(evil)
    assert desk.locator("img:not(.bar img), #main script, #list script").count() == 0
    assert desk.title() == "새 민원 접수"


# --- Working ------------------------------------------------------------------------------------------


def test_who_is_overtaken_hears_by_whom_and_loses_nothing(
    desk: Page, door: Door, agent: str, watched: Watched
) -> None:
    watched.expected.append("412")
    number = door.opened(agent)["number"]
    lee = door.person(Role.LEAD, login="lee")
    desk.goto(f"/desk#/ticket/{number}")
    desk.locator("[data-command=amend]").click()
    desk.locator("#give-title").fill("시청 앞 가로등 세 개가 꺼져 있어요")
    door.given(lee, number, "note", text="기동반에 전화함")

    desk.keyboard.press("Control+Enter")

    expect(desk.locator(".overtaken")).to_contain_text("lee")
    expect(desk.locator(".overtaken")).to_contain_text("메모")
    expect(desk.locator("#give-title")).to_have_value("시청 앞 가로등 세 개가 꺼져 있어요")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#ticket-title")).to_have_text("시청 앞 가로등 세 개가 꺼져 있어요")


def test_what_may_not_be_done_any_more_can_still_be_copied(
    desk: Page, door: Door, agent: str, watched: Watched
) -> None:
    watched.expected.append("412")
    number = door.opened(agent)["number"]
    desk.goto(f"/desk#/ticket/{number}")
    desk.locator("[data-command=withdraw]").click()
    desk.locator("#give-reason").fill("민원인이 취하를 원함")
    door.given(agent, number, "take")
    door.given(agent, number, "resolve", outcome="done", answer="고쳤습니다.")

    desk.keyboard.press("Control+Enter")

    expect(desk.locator(".overtaken")).to_contain_text("이제 이 처리를 할 수 없는 상태")
    expect(desk.locator("#give-reason")).to_have_value("민원인이 취하를 원함")
    expect(desk.locator("dialog .primary")).to_be_disabled()


def test_a_refusal_of_the_rules_is_told_in_their_words(
    desk: Page, door: Door, agent: str, watched: Watched
) -> None:
    watched.expected.append("409")
    number = door.opened(agent)["number"]
    door.given(agent, number, "take")
    desk.goto(f"/desk#/ticket/{number}")
    desk.locator("[data-command=resolve]").click()
    desk.locator("#give-outcome").select_option("impossible")
    desk.locator("#give-answer").fill("사유지입니다.")

    desk.keyboard.press("Control+Enter")

    expect(desk.locator("dialog .fault:visible")).to_contain_text("구제 방법")
    desk.locator("#give-remedy").fill("60일 안에 이의신청")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".head .state")).to_have_text("처리 완료")


def test_an_officer_extends_with_a_form_made_from_the_schema(
    page: Page, door: Door, agent: str
) -> None:
    ticket = door.opened(agent)
    officer = door.person(Role.OFFICER, login="park", unit=ticket["unit"]["code"])
    door.given(officer, ticket["number"], "take")
    log_in(page, officer, at=f"/desk#/ticket/{ticket['number']}")
    page.locator("[data-command=extend]").click()
    expect(page.locator("#give-period-qty")).to_have_value("3")
    page.locator("#give-period-qty").fill("2")
    page.locator("#give-reason").fill("부품을 기다립니다.")
    page.keyboard.press("Control+Enter")

    expect(page.locator(".story li").first).to_contain_text("2일")
    expect(page.locator(".due .date")).to_have_text("11월 27일(금) 10:00까지")


def test_a_picture_is_attached_and_seen(desk: Page, door: Door, agent: str, tmp_path: Path) -> None:
    from PIL import Image

    picture = tmp_path / "가로등.png"
    Image.new("RGB", (40, 30), "navy").save(picture)
    number = door.opened(agent)["number"]
    desk.goto(f"/desk#/ticket/{number}")
    desk.locator("[data-command=attach]").click()
    desk.locator("#give-file").set_input_files(picture)
    desk.locator("#give-phase").select_option("before")
    desk.locator("dialog .primary").click()

    expect(desk.locator(".files .name")).to_have_text("가로등.png")
    until(desk, "document.querySelector('.files img').naturalWidth === 40")


def test_two_tickets_about_one_problem_are_joined_and_stay_two(
    desk: Page, door: Door, agent: str
) -> None:
    first = door.opened(agent, title="가로등 고장")["number"]
    second = door.opened(agent, title="시청 앞 가로등")["number"]
    desk.goto(f"/desk#/ticket/{second}")
    card = desk.locator("section[aria-labelledby=same-problem]")
    expect(card).to_contain_text("같은 문제일 수 있는 민원")
    expect(card).to_contain_text("0 m 거리")

    card.get_by_role("button", name="같은 문제로 묶기").click()

    expect(card).to_contain_text("함께 처리하는 민원")
    expect(card.locator(".row")).to_have_attribute("data-number", first)
    expect(desk.locator(".story li").first).to_contain_text("사건 연결")


def test_a_date_explains_itself_day_by_day(desk: Page, door: Door, agent: str) -> None:
    number = door.opened(agent)["number"]
    desk.goto(f"/desk#/ticket/{number}")
    expect(desk.locator(".head .badge")).to_have_text("3일 남음")
    expect(desk.locator(".head .badge svg")).to_be_visible()

    desk.get_by_role("button", name="왜 이 날짜인가요?").click()

    expect(desk.locator("dialog .days tbody tr")).to_have_count(6)
    expect(desk.locator("dialog .days tr.out").first).to_contain_text("토요일")
    desk.keyboard.press("Escape")
    expect(desk.get_by_role("button", name="왜 이 날짜인가요?")).to_be_focused()


def test_a_date_of_whole_days_is_told_as_its_last_day(desk: Page, door: Door, agent: str) -> None:
    ticket = door.opened(
        agent,
        service="suggestion",
        title="온열 의자",
        attributes={},
        media_url="https://a.example/b",
    )
    assert "T00:00:00" in ticket["statutory_due_at"]

    desk.goto(f"/desk#/ticket/{ticket['number']}")

    expect(desk.locator(".due .date")).to_have_text("12월 9일(수)까지")
    link = desk.get_by_role("link", name="https://a.example/b")
    expect(link).to_have_attribute("rel", "noopener noreferrer")


def test_the_badge_counts_working_time_only(desk: Page, door: Door, agent: str) -> None:
    number = door.opened(agent)["number"]
    told = []
    # Friday 10:00 and 17:00, Monday 08:00, Tuesday 10:00, Wednesday 09:00 and 15:00.
    for hours in (0, 7, 63, 26, 23, 6):
        door.house.watch.advance(hours=hours)
        desk.goto("/login")
        desk.context.clear_cookies()
        log_in(desk, agent, at=f"/desk#/ticket/{number}")
        told.append(desk.locator(".head .badge").inner_text())

    assert told == [
        "3일 남음",
        "2일 2시간 남음",
        "2일 1시간 남음",
        "1일 남음",
        "1시간 남음",
        "4시간 지남",
    ]
    expect(desk.locator(".head .badge.bad")).to_be_visible()


def test_a_petitioner_is_shown_for_a_purpose_that_is_recorded(
    desk: Page, door: Door, agent: str
) -> None:
    number = door.opened(agent)["number"]
    manager = door.person(Role.MANAGER, login="boss")
    desk.goto(f"/desk#/ticket/{number}")
    card = desk.locator("section[aria-labelledby=petitioner]")
    expect(card).to_contain_text("홍*동")
    expect(card).to_contain_text("010-****-5678")

    card.get_by_role("button", name="보기").first.click()
    desk.keyboard.type("왜")
    desk.keyboard.press("Enter")
    expect(desk.locator("#look-purpose-fault")).to_contain_text("네 글자 이상")
    desk.locator("#look-purpose").fill("처리 결과 안내")
    desk.keyboard.press("Enter")

    expect(card).to_contain_text("010-1234-5678")
    expect(card).to_contain_text("홍*동")
    looks = door.asked("GET", "/v1/people/looks?petitioner=P1", manager)
    assert "처리 결과 안내" in str(looks)
