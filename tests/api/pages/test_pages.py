"""What is served: pages for whom, scripts and styles for how long, words for every code."""

import re
from pathlib import Path
from typing import Any

import pytest

from api import pages
from api.pages.vocabulary import words
from api.security import Purpose
from callcenter.domain.access import Role
from callcenter.domain.ticket_events import EVENTS, Channel, TicketOutcome, TicketState
from callcenter.domain.ticket_rules import BY_COMMAND
from tests.doors import House

STATIC = Path(pages.__file__).parent / "static"
TEMPLATES = Path(pages.__file__).parent / "templates"
WORDS = ("words.js", "livewords.js", "campaignwords.js")


async def cookie(house: House, login: str) -> dict[str, str]:
    token = await house.token(login, purpose=Purpose.PAGE)
    return {"Cookie": f"callcenter={token}"}


async def test_strangers_are_led_to_the_login_and_others_to_the_desk(house: House) -> None:
    agent = await cookie(house, await house.login(Role.AGENT))

    front = await house.client.get("/")
    stranger = await house.client.get("/desk")
    known = await house.client.get("/desk", headers=agent)

    assert (front.status_code, front.headers["location"]) == (307, "/desk")
    assert (stranger.status_code, stranger.headers["location"]) == (303, "/login")
    assert known.status_code == 200
    assert known.headers["content-type"] == "text/html; charset=utf-8"
    assert known.headers["cache-control"] == "no-store"


async def test_the_house_is_told_to_readers_only(house: House) -> None:
    agent = await cookie(house, await house.login(Role.AGENT))

    stranger = await house.client.get("/desk/house")
    told: dict[str, Any] = (await house.client.get("/desk/house", headers=agent)).json()

    assert stranger.status_code == 401
    assert told["now"] == "2026-11-20T10:00:00+09:00"
    assert told["hours"] == [["09:00", "12:00"], ["13:00", "18:00"]]
    assert told["holidays"]["2026-12-25"]
    assert {day[:4] for day in told["holidays"]} == {"2025", "2026", "2027", "2028"}


def test_everything_a_ticket_shows_has_a_name() -> None:
    named = words()

    assert set(named["states"]) == set(TicketState)
    assert set(named["channels"]) == set(Channel)
    assert set(named["outcomes"]) == set(TicketOutcome)
    assert set(named["commands"]) == set(BY_COMMAND)
    assert set(named["events"]) == set(EVENTS)
    assert all(name["ko"] and name["en"] for kind in named.values() for name in kind.values())


async def test_browsers_keep_scripts_and_ask_whether_they_are_todays(house: House) -> None:
    first = await house.client.get("/static/desk.js")
    again = await house.client.get(
        "/static/desk.js", headers={"If-None-Match": first.headers["etag"]}
    )

    assert first.headers["content-type"].startswith("text/javascript")
    assert first.headers["cache-control"] == "no-cache"
    assert first.headers["x-content-type-options"] == "nosniff"
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["/static/../desk.py", "/static/%2e%2e/desk.py", "/static/none.js", "/static/"]
)
async def test_nothing_else_is_served_as_a_file(house: House, path: str) -> None:
    assert (await house.client.get(path)).status_code == 404


def test_pages_load_nothing_from_elsewhere_and_run_nothing_of_their_own() -> None:
    for template in TEMPLATES.glob("*.html"):
        text = template.read_text("utf-8")
        assert not re.search(r"https?://|//[a-z]", text), template.name
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", text)
    for script in STATIC.glob("*.js"):
        text = script.read_text("utf-8")
        assert "innerHTML" not in text
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text), script.name


def test_every_word_of_the_scripts_is_there_in_both_languages() -> None:
    table = "".join((STATIC / name).read_text("utf-8") for name in WORDS)
    known = set(re.findall(r"^  (\w+): \[\".+\", \".*\"\],$", table, re.MULTILINE))
    used: set[str] = set()
    for script in STATIC.glob("*.js"):
        used |= set(re.findall(r"\bt\(\"(\w+)\"\)", script.read_text("utf-8")))
    for template in TEMPLATES.glob("*.html"):
        used |= set(re.findall(r"data-(?:word|hint|label)=\"(\w+)\"", template.read_text("utf-8")))

    assert used - known == set()
    assert len(used) > 80


def test_every_script_is_short_and_used() -> None:
    entrances = {"campaigns.js", "desk.js", "login.js", "wallboard.js", "supervisor.js"}
    imported = {
        name
        for script in STATIC.glob("*.js")
        for name in re.findall(r"(?:from|import) \"\./(\w+\.js)\"", script.read_text("utf-8"))
    }

    assert imported | entrances == {script.name for script in STATIC.glob("*.js")}
    for file in STATIC.iterdir():
        assert len(file.read_text("utf-8").splitlines()) < 450
