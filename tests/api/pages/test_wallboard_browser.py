"""The board on the wall in a browser: what it shows, what it admits, and for how long it can be trusted."""

import pytest
from playwright.sync_api import Page, expect

from callcenter.desk.accounts import By, NewKey
from callcenter.domain.access import SYSTEM, Role
from tests.api.pages.door import until
from tests.api.pages.frames import NOW, a_frame, a_great_frame, ago, an_empty_frame, outbound
from tests.api.pages.live_room import SCREENS, Room, grave, ready, room, says, sticking_out

pytestmark = pytest.mark.browser
__all__ = ["room"]
SOURCE = a_frame()["sources"][0]


@pytest.fixture
def board(room: Room) -> Page:
    return room.enter(Role.MANAGER)


def seconds_of(page: Page, name: str) -> int:
    minutes, seconds = page.locator(f"#{name}").inner_text().split(":")
    return 60 * int(minutes) + int(seconds)


def test_it_shows_what_the_frame_holds(board: Page) -> None:
    for name, text in {
        "waiting": "3",
        "over": "2",
        "level": "78.3%",
        "level-status": "주의",
        "offered": "812",
        "answered": "771",
        "abandoned": "36",
        "answer-rate": "94.9%",
        "deviation": "+2.7%",
        "last-week": "−3.3%",
        "aht": "2:32",
        "att": "2:01",
        "acw": "0:28",
        "csat": "89.2%",
        "csat-interval": "84.7%–92.4%",
        "csat-n": "250",
        "due-today": "12",
        "overdue": "3",
        "next-due": "2026-1120-0007-4 · 11:20",
        "on-duty": "24",
        "day": "11월 23일 (월)",
    }.items():
        says(board, name, text)
    expect(board.locator("#definition")).to_contain_text("20초 안에 응대 ÷ (응대 + 포기")
    expect(board.locator("#definition")).to_contain_text("= 634 ÷ 809 · SL-B v1")
    expect(board.locator(".tile")).to_have_count(26)
    expect(board.locator("#volumes .bar")).to_have_count(6)
    expect(board.locator("#levels .dot.unsure")).to_have_count(2)
    expect(board.locator("#levels .axis.unsure")).to_have_text("잠정")
    expect(board.locator(".alert")).to_have_count(2)


def test_it_shows_what_was_dialled_and_what_came_of_it(board: Page) -> None:
    for name, text in {
        "on-line": "4",
        "successes": "119",
        "contacts": "14.3",
        "dropped": "1 (0.5%)",
        "more-campaigns": "",
    }.items():
        says(board, name, text)
    lines = board.locator(".campaign")
    expect(lines).to_have_count(4)
    expect(lines.nth(0)).to_have_text("발신 중수도요금1,312/9,00014.30")
    expect(lines.nth(1).locator(".lost")).to_have_attribute("data-status", "warn")
    expect(lines.nth(2)).to_have_text("일시중지지방세 체납 안내0/1,500—0")
    expect(lines.nth(3)).to_have_text("대기전화친절도8814.30")

    board.get_by_role("button", name="English").click()
    expect(lines.nth(0)).to_have_text("callingwater bills1,312/9,00014.30")


def test_of_many_campaigns_those_who_call_are_shown_and_a_centre_without_has_no_card(
    room: Room, board: Page
) -> None:
    room.change(**outbound(11))
    expect(board.locator(".campaign")).to_have_count(8)
    says(board, "more-campaigns", "+3")
    assert board.locator(".campaign").first.get_attribute("data-calls") == "calling"
    card = board.locator("#campaigns-card")
    expect(card).to_be_visible()

    room.change(**outbound(0))
    expect(card).to_be_hidden()


def test_it_speaks_english_too_and_remembers_it(board: Page) -> None:
    board.get_by_role("button", name="English").click()

    says(board, "level-status", "At risk")
    expect(board.locator("#definition")).to_contain_text("answered within 20 s ÷ (answered")
    expect(board.locator(".alert").first).to_contain_text("At this pace 80/20 is lost")
    expect(board.locator("html")).to_have_attribute("lang", "en")
    board.reload()
    ready(board)
    says(board, "level-status", "At risk")


def test_what_nobody_knows_is_a_dash_and_never_a_nought(room: Room, board: Page) -> None:
    room.say(an_empty_frame(tickets=None))

    says(board, "offered", "0")
    for name in ("level", "answer-rate", "deviation", "last-week", "aht", "csat", "csat-interval"):
        says(board, name, "—")
    says(board, "due-today", "—")
    says(board, "level-status", "자료 없음")
    says(board, "longest", "0:00")
    says(board, "warning-text", "이상 없음")


def test_the_longest_wait_ticks_without_new_frames(board: Page) -> None:
    first = seconds_of(board, "longest")

    assert first >= 74
    until(
        board,
        f"(() => {{ const [m, s] = document.querySelector('#longest').textContent.split(':');"
        f" return 60 * m + +s >= {first + 2}; }})()",
    )
    says(board, "offered", "812")


def test_a_played_day_runs_at_its_own_speed_and_says_so(room: Room, board: Page) -> None:
    expect(board.locator("#speed")).to_be_hidden()

    room.change(speed=60.0)

    says(board, "speed", "모의 운영 ×60")
    start = seconds_of(board, "longest")
    board.wait_for_timeout(2_500)
    assert seconds_of(board, "longest") - start >= 60


def test_news_change_figures_and_move_nothing(room: Room, board: Page) -> None:
    board.evaluate(
        """() => {
            window.shift = 0;
            window.tile = document.querySelector(".tile");
            window.figure = document.querySelector("#offered").firstChild;
            new PerformanceObserver(list => list.getEntries().forEach(one => window.shift += one.value))
                .observe({ type: "layout-shift" });
        }"""
    )
    today = a_frame()["today"] | {"offered": 1_204, "answered": 1_150, "abandoned": 104}
    for count in (9, 12, 104):
        room.change(today=today, waiting=a_frame()["waiting"] | {"count": count})
        says(board, "waiting", str(count))

    says(board, "offered", "1,204")
    assert board.evaluate("window.tile === document.querySelector('.tile')")
    assert board.evaluate("window.figure === document.querySelector('#offered').firstChild")
    assert board.evaluate("window.shift") < 0.01


def test_a_day_of_frames_leaves_nothing_behind(room: Room, board: Page) -> None:
    def nodes() -> int:
        count: int = board.evaluate("document.querySelectorAll('*').length")
        return count

    room.change()
    before = nodes()
    for n in range(60):
        today = a_frame()["today"] | {"offered": 812 + n}
        room.change(frame=2000 + n, today=today, now=ago(-n))
        says(board, "offered", str(812 + n))

    assert nodes() == before


def test_it_says_how_old_its_data_is_when_the_switch_falls_silent(room: Room, board: Page) -> None:
    says(board, "warning-text", "")
    room.change(sources=[SOURCE | {"silent_seconds": 16.0, "state": "late"}])

    expect(board.locator("#warning")).to_be_visible()
    expect(board.locator("#warning-age")).to_contain_text("초 전 데이터입니다 (sim1)")
    expect(board.locator("body")).not_to_have_attribute("data-frozen", "yes")

    room.change(sources=[SOURCE | {"silent_seconds": 61.0, "state": "silent"}])

    expect(board.locator("#warning-text")).to_contain_text("지금 상황이 아닙니다 (sim1)")
    expect(board.locator("body")).to_have_attribute("data-frozen", "yes")
    for name in ("level", "offered", "longest", "aht", "overdue"):
        colour = board.evaluate(f"getComputedStyle(document.querySelector('#{name}')).color")
        assert colour == "rgb(135, 151, 166)", name

    room.change()
    expect(board.locator("body")).not_to_have_attribute("data-frozen", "yes")
    expect(board.locator("#warning")).to_be_hidden()


def test_silence_is_noticed_when_no_frame_comes_to_say_so(room: Room, board: Page) -> None:
    room.change(sources=[SOURCE | {"silent_seconds": 13.0}])
    expect(board.locator("#warning")).to_be_hidden()

    expect(board.locator("#warning-age")).to_contain_text("15초 전 데이터입니다")


def test_it_notices_that_the_server_is_gone_and_comes_back_by_itself(
    room: Room, board: Page
) -> None:
    room.leave()

    says(board, "warning-text", "서버 연결이 끊겼습니다. 다시 연결하는 중")
    expect(board.locator("#warning")).to_have_attribute("data-level", "bad")
    says(board, "offered", "812")

    room.teller.frame = a_frame(today=a_frame()["today"] | {"offered": 900})
    room.come_back()
    says(board, "offered", "900")
    expect(board.locator("#warning")).to_be_hidden()


def test_a_line_that_ends_and_begins_anew_is_not_worth_a_word(room: Room, board: Page) -> None:
    lines = room.teller.streams
    room.leave()
    room.come_back()

    until(board, "document.querySelector('#offered').textContent === '812'")
    board.wait_for_timeout(1_500)
    assert room.teller.streams == lines + 1
    expect(board.locator("#warning")).to_be_hidden()


def test_a_reload_shows_the_same_board(board: Page) -> None:
    shown = board.locator(".today").inner_text()
    board.reload()
    ready(board)

    assert board.locator(".today").inner_text() == shown


def test_a_screen_shows_a_key_that_never_stays_in_the_address(room: Room) -> None:
    new = NewKey(name="wall", roles=frozenset({Role.WALLBOARD}))
    _, key = room.door.run(room.door.house.services.accounts.issue_key(new, by=By(actor=SYSTEM)))
    page = room.watched.page()

    page.goto(f"/wallboard#key={key}")
    ready(page)
    page.reload()
    ready(page)

    assert room.teller.keys == [key, key]
    assert key not in page.url
    expect(page.locator(".alert button")).to_have_count(0)


def test_a_screen_whose_key_is_taken_away_goes_dark_and_says_why(room: Room, board: Page) -> None:
    room.teller.refusal = 403
    room.watched.expected.append("403")
    room.leave()

    expect(board.locator("#warning-text")).to_contain_text("현황을 볼 권한이 없습니다")
    expect(board.locator("body")).to_have_attribute("data-frozen", "yes")


def test_an_alert_is_taken_with_the_keyboard(room: Room, board: Page) -> None:
    for _ in range(6):
        board.keyboard.press("Tab")
        if board.evaluate("document.activeElement.dataset.alert") == "3":
            break
    with board.expect_response("**/acknowledge"):
        board.keyboard.press("Enter")
    expect(board.locator("[data-alert='3']")).to_be_disabled()

    asked = room.teller.asked
    assert asked == [("/v1/live/alerts/3/acknowledge", {"owner": "park"})]
    taken = a_frame()["alerts"][0] | {"acknowledged_by": "park", "owner": "park"}
    room.change(alerts=[taken])
    expect(board.locator(".alert")).to_have_count(1)
    expect(board.locator(".alert")).to_contain_text("담당 park")
    expect(board.locator(".alert button")).to_have_count(0)


def test_agents_may_look_and_take_nothing(room: Room) -> None:
    board = room.enter(Role.AGENT)

    says(board, "offered", "812")
    expect(board.locator(".alert")).to_have_count(2)
    expect(board.locator(".alert button")).to_have_count(0)


def test_sound_is_off_until_somebody_wants_it(room: Room, board: Page) -> None:
    board.evaluate(
        """() => {
            window.beeps = 0;
            const start = OscillatorNode.prototype.start;
            OscillatorNode.prototype.start = function (...at) { window.beeps += 1; start.apply(this, at); };
        }"""
    )
    alert = a_frame()["alerts"][0]
    sound = board.get_by_role("button", name="소리 꺼짐")
    expect(sound).to_have_attribute("aria-pressed", "false")
    room.change(alerts=[alert | {"id": 10}])
    expect(board.locator(".alert")).to_have_count(1)
    assert board.evaluate("window.beeps") == 0

    sound.click()
    expect(board.get_by_role("button", name="소리 켜짐")).to_be_visible()
    room.change(alerts=[alert | {"id": 11, "ko": "다른 일"}])
    expect(board.locator(".alert")).to_contain_text("다른 일")
    assert board.evaluate("window.beeps") == 2


def test_nobody_is_shut_out(room: Room, board: Page) -> None:
    silent = [SOURCE | {"silent_seconds": 70.0, "state": "silent"}]
    for frame in (a_frame(), an_empty_frame(), a_frame(sources=silent, speed=60.0)):
        room.say(frame)
        says(board, "offered", str(frame["today"]["offered"]))
        assert grave(board) == []


@pytest.mark.parametrize("speed", [1.0, 60.0])
def test_everything_fits_on_every_screen(room: Room, board: Page, speed: float) -> None:
    many = [a_frame()["alerts"][n % 2] | {"id": n} for n in range(5)]
    queues = [a_frame()["queues"][0] | {"queue": f"queue-{n}"} for n in range(5)]
    level = a_frame()["today"]["service_level"] | {"value": 0.999, "status": "ok"}
    today = a_frame()["today"] | {"offered": 2_706, "answered": 2_506, "service_level": level}
    changed = {"alerts": many, "queues": queues, "today": today, **outbound(11)}
    room.change(**changed, speed=speed, now=ago(-3, now=NOW))
    expect(board.locator("#queues li")).to_have_count(4)

    for language in ("English", "한국어"):
        board.get_by_role("button", name=language).click()
        for name, (width, height) in SCREENS.items():
            board.set_viewport_size({"width": width, "height": height})
            board.wait_for_timeout(150)
            scroll = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
            wide, high = board.evaluate(scroll)
            assert wide <= width, name
            assert high <= height or name in {"tablet", "phone"}, name
            assert sticking_out(board) == [], name
            assert cut_off(board) == [] or name in {"tablet", "phone"}, name


@pytest.mark.parametrize("agents", [28, 30, 48, 90])
def test_a_great_centre_fits_on_the_wall(room: Room, board: Page, agents: int) -> None:
    room.say(a_great_frame(agents=agents))
    says(board, "offered", "21,543")

    for language in ("English", "한국어"):
        board.get_by_role("button", name=language).click()
        assert cut_off(board) == []
        for texts in ("#today .big", "#today .note", ".handling dt", ".handling dd", ".tile"):
            assert crossing(board, texts) == [], texts
        card, screen = board.locator(".tickets").bounding_box(), board.viewport_size
        assert card is not None
        assert screen is not None
        assert card["y"] + card["height"] <= screen["height"]


def crossing(page: Page, chosen: str) -> list[list[str]]:
    """Find texts that are written over each other."""
    found: list[list[str]] = page.evaluate(
        """chosen => {
            const inked = one => {
                const range = document.createRange();
                range.selectNodeContents(one);
                return range.getBoundingClientRect();
            };
            const all = [...document.querySelectorAll(chosen)].map(one => [one.textContent, inked(one)]);
            return all.flatMap(([name, a], n) => all.slice(n + 1)
                .filter(([, b]) => a.left < b.right - 1 && b.left < a.right - 1
                    && a.top < b.bottom - 8 && b.top < a.bottom - 8)
                .map(([other]) => [name, other]));
        }""",
        chosen,
    )
    return found


def test_a_simulated_day_is_announced_at_any_speed(room: Room, board: Page) -> None:
    expect(board.locator("#speed")).to_be_hidden()

    invented = [SOURCE | {"simulated": True}]
    room.change(sources=invented)
    says(board, "speed", "모의 운영")
    room.change(sources=invented, speed=60.0)
    says(board, "speed", "모의 운영 ×60")


def test_the_target_is_drawn_and_named(room: Room, board: Page) -> None:
    says(board, "level-target", "목표 80%")
    expect(board.locator("#levels line.aim")).to_have_count(1)
    expect(board.locator("#levels .axis.aimed")).to_have_text("80%")

    level = a_frame()["today"]["service_level"] | {"target": None, "status": "unknown"}
    room.change(today=a_frame()["today"] | {"service_level": level})
    says(board, "level-target", "")
    expect(board.locator("#levels line.aim")).to_have_count(0)


def cut_off(page: Page) -> list[str]:
    """Find what a card of the wall has no room for."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll(".card")].flatMap(card => {
            const room = card.getBoundingClientRect();
            return [...card.querySelectorAll("p, p *, dd, dt, li, h2")]
                .map(one => [one, one.getBoundingClientRect()])
                .filter(([, box]) => box.bottom > room.bottom + 1 || box.right > room.right + 1)
                .map(([one]) => one)
                .map(one => one.outerHTML.slice(0, 80));
        })"""
    )
    return found
