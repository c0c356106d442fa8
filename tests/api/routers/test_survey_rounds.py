"""Rounds through the door: who may, what citizens see, and what a report refuses to say."""

from datetime import date
from typing import Any

import httpx
import pytest

from callcenter.domain.access import Role
from tests import legs
from tests.doors import House

ROUND: dict[str, Any] = {
    "code": "2026-4",
    "name_ko": "4차 만족도 조사",
    "name_en": "Fourth round",
    "of": "calls",
    "first_day": "2026-11-09",
    "last_day": "2026-11-15",
    "size": 40,
    "cells_by": "queue",
}
Headers = dict[str, str]


@pytest.fixture
async def planner(house: House) -> Headers:
    await legs.settle(house.services.store, first=date(2026, 11, 13))
    return await house.bearer(Role.PLANNER)


async def made(house: House, who: Headers, **said: Any) -> httpx.Response:
    return await house.client.post("/v1/survey-rounds", json=ROUND | said, headers=who)


async def commanded(house: House, who: Headers, command: str, version: int) -> httpx.Response:
    return await house.client.post(
        f"/v1/survey-rounds/2026-4/{command}", headers=who | {"If-Match": f'"{version}"'}
    )


async def links(house: House, who: Headers) -> list[dict[str, Any]]:
    path = "/v1/survey-rounds/2026-4/invitations?limit=200"
    answer = await house.client.get(path, headers=who)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def reported(house: House, who: Headers) -> dict[str, Any]:
    answer = await house.client.get(
        "/v1/reports/satisfaction", params={"round": "2026-4"}, headers=who
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def token(link: str) -> str:
    return link.rpartition("/")[2]


async def test_a_round_goes_from_draft_to_its_report(house: House, planner: Headers) -> None:
    draft = await made(house, planner)
    assert (draft.status_code, draft.headers["etag"]) == (201, '"1"')
    assert draft.json()["state_ko"] == "초안"
    drawn = await commanded(house, planner, "draw", 1)
    assert (drawn.json()["state"], drawn.headers["etag"]) == ("open", '"2"')

    invited = await links(house, planner)
    assert [one["place"] for one in invited] == list(range(1, 41))
    for place, one in enumerate(invited[:20]):
        said = {"scores": {"overall": 5 if place % 4 else 2, "solved": 3, "kindness": 4}}
        path = f"/v1/survey-invitations/{token(one['link'])}"
        asked = (await house.client.get(path)).json()
        assert asked["form"]["questions"][0]["code"] == "overall"
        assert (await house.client.post(path, json=said)).status_code == 204
        assert (await house.client.post(path, json=said)).status_code == 409
    path = f"/v1/survey-invitations/{token(invited[20]['link'])}"
    assert (await house.client.post(path, json={"scores": {"overall": True}})).status_code == 422
    found = await reported(house, planner)

    assert found["sampled"] == 40
    assert found["found"]["n"] >= 20
    assert found["found"]["interval"]["low"] < found["found"]["satisfied"]
    assert found["found"]["design_effect"] >= 1
    assert found["three"]["citizens_satisfied"] < found["three"]["served_satisfied"]
    assert {one["name"] for one in found["rates"]} == {"RR1", "RR2", "COOP1", "REF1", "CON1"}
    assert found["cases"]["complete"] + found["cases"]["unknown"] == 40
    assert {one["code"]: one["too_few"] for one in found["groups"]["queue"]}["tax"]
    assert found["least_ranked"] == 30
    bounds = found["silent"]["bounds"]
    assert bounds["low"] < found["silent"]["satisfied_if_less"] < bounds["high"]

    closed = await commanded(house, planner, "close", 2)
    assert closed.json()["state_ko"] == "마감"
    late = await house.client.get(f"/v1/survey-invitations/{token(invited[30]['link'])}")
    assert (late.status_code, late.json()["reason"]) == (409, "round-not-open")
    history = await house.client.get("/v1/survey-rounds/2026-4/history", headers=planner)
    assert [one["command"] for one in history.json()] == ["create", "draw", "close"]


async def test_who_only_reads_sees_no_links_and_makes_no_rounds(
    house: House, planner: Headers
) -> None:
    await made(house, planner)
    officer = await house.bearer(Role.OFFICER)
    path = "/v1/survey-rounds"
    listed = await house.client.get(path, headers=officer)
    assert [one["code"] for one in listed.json()] == ["2026-4"]
    assert (await made(house, officer, code="other")).status_code == 403
    refused = await house.client.get(f"{path}/2026-4/invitations", headers=officer)
    assert refused.status_code == 403
    assert (await commanded(house, officer, "draw", 1)).status_code == 403
    assert (await house.client.get(path)).status_code == 401


async def test_a_stale_or_missing_version_draws_nothing(house: House, planner: Headers) -> None:
    await made(house, planner)
    bare = await house.client.post("/v1/survey-rounds/2026-4/draw", headers=planner)
    assert bare.status_code == 428
    assert (await commanded(house, planner, "draw", 7)).status_code == 412
    assert (await made(house, planner)).status_code == 409


async def test_a_form_of_ones_own_is_asked(house: House, planner: Headers) -> None:
    form = {
        "code": "short",
        "questions": [{"code": "stars", "ko": "별점", "en": "Stars"}],
        "most": 10,
        "satisfied_from": 9,
    }
    added = await house.client.post("/v1/survey-forms", json=form, headers=planner)
    assert (added.status_code, added.json()["version"]) == (201, 1)
    listed = await house.client.get("/v1/survey-forms", headers=planner)
    assert [one["code"] for one in listed.json()] == ["satisfaction", "short"]
    await made(house, planner, form="short")
    await commanded(house, planner, "draw", 1)
    path = f"/v1/survey-invitations/{token((await links(house, planner))[0]['link'])}"
    wrong = await house.client.post(path, json={"scores": {"overall": 5}})
    assert wrong.status_code == 422
    assert (await house.client.post(path, json={"scores": {"stars": 9}})).status_code == 204


@pytest.mark.parametrize(
    ("params", "key"),
    [
        ({}, "first"),
        ({"first": "2026-11-01"}, "last"),
        ({"round": "2026-4", "first": "2026-11-01"}, "round"),
    ],
)
async def test_a_report_is_of_days_or_of_a_round(
    house: House, planner: Headers, params: dict[str, str], key: str
) -> None:
    answer = await house.client.get("/v1/reports/satisfaction", params=params, headers=planner)
    assert answer.status_code == 422
    assert key in answer.text


async def test_what_is_not_there_is_not_found(house: House, planner: Headers) -> None:
    for path in ("/v1/survey-rounds/none", "/v1/reports/satisfaction?round=none"):
        assert (await house.client.get(path, headers=planner)).status_code == 404
    forged = await house.client.get("/v1/survey-invitations/none")
    assert forged.status_code == 404
    agent = await house.bearer(Role.AGENT)
    said = {"scores": {"overall": 5}}
    await made(house, planner)
    await commanded(house, planner, "draw", 1)
    told = await house.client.post(
        "/v1/survey-rounds/2026-4/attempts/L1-1", json=said, headers=agent
    )
    assert told.status_code == 404
    called = await house.client.post("/v1/survey-rounds/2026-4/leads", headers=planner)
    assert (called.status_code, called.json()["reason"]) == (409, "no-campaign")


async def test_links_are_counted_before_they_are_sent_and_by_makers_alone(
    house: House, planner: Headers
) -> None:
    await made(house, planner)
    await commanded(house, planner, "draw", 1)
    path = "/v1/survey-rounds/2026-4/send"
    agent = await house.bearer(Role.AGENT)
    assert (await house.client.post(path, headers=agent)).status_code == 403
    nobody = {"sms": 0, "email": 0, "forbidden": 0, "before": 0, "answered": 0, "unreachable": 40}
    for query, dry_run in (("", True), ("?dry_run=false", False)):
        sent = await house.client.post(path + query, headers=planner)
        assert sent.json() == nobody | {"dry_run": dry_run}
    assert {one["way"] for one in await links(house, planner)} == {None}
