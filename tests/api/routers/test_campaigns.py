"""Campaigns through the door: who may, what is answered, and that numbers show to who dials alone."""

from typing import Any

import httpx
import pytest

from callcenter.domain.access import Role
from tests.campaigns import a_phone
from tests.doors import House

RULES: dict[str, Any] = {
    "name_ko": "수도요금 안내",
    "name_en": "Water bills",
    "field": "수도요금",
    "first_day": "2026-11-02",
    "last_day": "2026-12-31",
    "windows": {day: ["09:30-11:30", "14:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
    "waits": {"busy": 30},
    "quota": 2,
}
Headers = dict[str, str]


async def made(house: House, planner: Headers, **said: Any) -> httpx.Response:
    return await house.client.post(
        "/v1/campaigns", json=RULES | {"code": "water"} | said, headers=planner
    )


async def given(house: House, who: Headers, many: int = 2, **form: str) -> httpx.Response:
    lines = ["전화번호,성명", *(f"{a_phone(n)},홍길동" for n in range(many))]
    return await house.client.post(
        "/v1/campaigns/water/leads",
        files={"file": ("leads.csv", "\n".join(lines).encode("cp949"))},
        data={"dry_run": "false"} | form,
        headers=who,
    )


async def commanded(house: House, who: Headers, command: str, version: int) -> httpx.Response:
    return await house.client.post(
        f"/v1/campaigns/water/{command}", headers=who | {"If-Match": f'"{version}"'}
    )


async def asked(house: House, who: Headers, key: str) -> dict[str, Any]:
    answer = await house.client.post(
        "/v1/campaigns/water/next-lead", headers=who | {"Idempotency-Key": key}
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def told(house: House, who: Headers, attempt: str, **said: Any) -> httpx.Response:
    path = f"/v1/campaigns/water/attempts/{attempt}"
    return await house.client.post(path, json=said, headers=who)


async def test_a_campaign_goes_from_draft_to_its_quota(house: House) -> None:
    planner, agent = await house.bearer(Role.PLANNER), await house.bearer(Role.AGENT)
    draft = await made(house, planner)
    assert (draft.status_code, draft.headers["etag"]) == (201, '"1"')
    assert draft.json()["waits"]["busy"] == 30
    assert draft.json()["state_ko"] == "초안"
    assert draft.json()["commands"] == [
        {"command": "start", "ko": "시작"},
        {"command": "amend", "ko": "수정"},
        {"command": "abandon", "ko": "폐기"},
    ]
    assert (await given(house, planner)).json()["created"] == 2
    assert (await commanded(house, planner, "start", 1)).json()["state"] == "running"
    for key in ("one", "two"):
        offer = await asked(house, agent, key)
        assert offer["lead"]["name"] == "홍길동"
        assert offer == await asked(house, agent, key)
        house.watch.advance(minutes=3)
        held = await told(house, agent, f"{offer['lead']['attempt']}/hold")
        assert held.json()["until"] > offer["lead"]["until"]
        done = await told(house, agent, offer["lead"]["attempt"], disposition="success")
        assert done.json()["state"] == "succeeded"
    assert (await asked(house, agent, "three"))["why"] == "none_due"
    found = (await house.client.get("/v1/campaigns/water/progress", headers=planner)).json()
    assert (found["whole"]["successes"], found["attempts"], found["contacts"]) == (2, 2, 2)
    assert found["contacts_per_hour"] == pytest.approx(20)
    assert {rate["name"]: rate["value"] for rate in found["rates"]}["RR1"] == 1
    assert found["days"] == [
        {"day": "2026-11-20", "attempts": 2, "contacts": 2, "successes": 2, "remaining": 0}
    ]
    assert found["finish"] == {"low": "2026-11-20", "expected": "2026-11-20", "high": "2026-11-20"}


async def test_numbers_are_masked_for_all_but_who_dials(house: House) -> None:
    planner, agent = await house.bearer(Role.PLANNER), await house.bearer(Role.AGENT)
    await made(house, planner)
    await given(house, planner, many=3)
    listed = await house.client.get("/v1/campaigns/water/leads?limit=2", headers=planner)
    page = listed.json()
    assert [(one["phone"], one["name"]) for one in page["items"]] == [
        ("010-****-0000", "홍*동"),
        ("010-****-0001", "홍*동"),
    ]
    rest = await house.client.get(
        "/v1/campaigns/water/leads", params={"cursor": page["next"]}, headers=planner
    )
    assert [one["phone"] for one in rest.json()["items"]] == ["010-****-0002"]
    refused = await house.client.get("/v1/campaigns/water/leads", headers=agent)
    assert refused.status_code == 403
    assert "2000" not in house.written.getvalue()


async def test_a_dry_run_is_what_happens_unless_it_is_said_otherwise(house: House) -> None:
    planner = await house.bearer(Role.PLANNER)
    await made(house, planner)
    tried = await given(house, planner, dry_run="true")
    assert (tried.json()["created"], tried.json()["dry_run"]) == (2, True)
    listed = await house.client.get("/v1/campaigns/water/leads", headers=planner)
    assert listed.json()["items"] == []


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ({"quota": 1, "cells": [{"code": "a", "ko": "가", "quota": 2}]}, "quota"),
        ({"windows": {"mon": ["12:00-09:00"]}}, "windows.mon"),
        ({"last_day": "2026-11-01"}, "last_day"),
        ({"first_day": "1999-11-01", "last_day": "1999-11-02"}, "first_day"),
    ],
)
async def test_what_cannot_be_is_refused_with_its_key(
    house: House, said: dict[str, Any], key: str
) -> None:
    planner = await house.bearer(Role.PLANNER)
    answer = await made(house, planner, **said)
    assert answer.status_code == 422
    assert f'/{key.replace(".", "/")}"' in answer.text


async def test_an_illegal_move_is_a_conflict_that_says_why_in_both_languages(
    house: House,
) -> None:
    planner = await house.bearer(Role.PLANNER)
    await made(house, planner)
    agent = await house.bearer(Role.AGENT)
    watched = await house.client.get("/v1/campaigns", headers=agent)
    assert [one["commands"] for one in watched.json()] == [[]]
    refused = await commanded(house, planner, "pause", 1)
    assert refused.status_code == 409
    assert "초안" in refused.json()["detail"]
    assert "draft" in refused.json()["detail_en"]
    beyond = await commanded(house, planner, "start", 1)
    assert beyond.status_code == 409
    stale = await commanded(house, planner, "start", 7)
    assert stale.status_code == 412


async def test_an_agent_dials_and_does_not_plan(house: House) -> None:
    agent = await house.bearer(Role.AGENT)
    assert (await made(house, agent)).status_code == 403
    assert (await given(house, agent)).status_code == 403
    assert (await house.client.get("/v1/campaigns", headers=agent)).json() == []
    assert (await house.client.get("/v1/campaigns/none", headers=agent)).status_code == 404


async def test_a_draft_is_amended_and_its_history_told(house: House) -> None:
    planner = await house.bearer(Role.PLANNER)
    await made(house, planner)
    amended = await house.client.put(
        "/v1/campaigns/water",
        json=RULES | {"priority": 5},
        headers=planner | {"If-Match": '"1"'},
    )
    assert (amended.json()["priority"], amended.headers["etag"]) == (5, '"2"')
    history = await house.client.get("/v1/campaigns/water/history", headers=planner)
    assert [one["command"] for one in history.json()] == ["create", "amend"]


async def test_a_draft_is_given_up_by_who_plans_and_never_starts(house: House) -> None:
    planner, agent = await house.bearer(Role.PLANNER), await house.bearer(Role.AGENT)
    await made(house, planner)
    assert (await commanded(house, agent, "abandon", 1)).status_code == 403
    given_up = await commanded(house, planner, "abandon", 1)
    assert (given_up.json()["state"], given_up.json()["commands"]) == ("finished", [])
    assert (await commanded(house, planner, "start", 2)).json()["reason"] == "wrong-state"


async def test_a_number_goes_on_the_list_and_off_it(house: House) -> None:
    planner, agent = await house.bearer(Role.PLANNER), await house.bearer(Role.AGENT)
    said = {"phone": a_phone(1), "reason": "본인 요청"}
    added = await house.client.post("/v1/do-not-call", json=said, headers=agent)
    assert added.status_code == 200
    listed = await house.client.get("/v1/do-not-call", headers=agent)
    assert [one["reason"] for one in listed.json()["items"]] == ["본인 요청"]
    assert "2000" not in listed.text
    refused = await house.client.post("/v1/do-not-call/remove", json=said, headers=agent)
    removed = await house.client.post("/v1/do-not-call/remove", json=said, headers=planner)
    assert (refused.status_code, removed.status_code) == (403, 204)


@pytest.mark.parametrize("phone", ["010-2000-99", "010-2000-0001 " + "0" * 30])
async def test_what_is_no_number_is_neither_repeated_nor_logged(house: House, phone: str) -> None:
    agent = await house.bearer(Role.AGENT)
    said = {"phone": phone, "reason": "본인 요청"}
    refused = await house.client.post("/v1/do-not-call", json=said, headers=agent)
    assert refused.status_code == 422
    assert "/phone" in refused.text or "contact" in refused.json()["code"]
    assert "2000" not in refused.text
    assert "2000" not in house.written.getvalue()


async def tried(house: House, who: Headers, content: bytes) -> httpx.Response:
    return await house.client.post(
        "/v1/campaigns/water/leads", files={"file": ("leads.csv", content)}, headers=who
    )


async def test_leads_are_told_row_by_row_what_is_wrong_with_them(house: House) -> None:
    planner = await house.bearer(Role.PLANNER)
    await made(house, planner, cells=[{"code": "30대", "ko": "30대", "quota": 2}])
    lines = "전화번호,할당셀\n010-2000-0001,30대\n010-2000-0001,30대\n010-2000-0002,40대\n12,30대\n"
    answer = await tried(house, planner, lines.encode("cp949"))
    assert [(row["row"], row["reason"]) for row in answer.json()["rows"]] == [
        (1, None),
        (2, "twice_in_file"),
        (3, "unknown_cell"),
        (4, "bad_number"),
    ]
    assert "2000" not in answer.text


async def test_a_file_in_another_encoding_is_refused_by_its_name(house: House) -> None:
    planner = await house.bearer(Role.PLANNER)
    await made(house, planner)
    refused = await tried(house, planner, "전화번호\n010-2000-0001\n".encode("utf-16"))
    assert refused.status_code == 422
    assert "UTF-16" in refused.json()["detail_en"]


async def test_a_call_back_at_the_end_of_all_calendars_is_refused(house: House) -> None:
    planner, agent = await house.bearer(Role.PLANNER), await house.bearer(Role.AGENT)
    await made(house, planner)
    await given(house, planner)
    await commanded(house, planner, "start", 1)
    offer = await asked(house, agent, "one")
    for at in ("9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00"):
        answer = await told(
            house,
            agent,
            offer["lead"]["attempt"],
            disposition="call_later",
            call_back_at=at,
        )
        assert answer.status_code == 422
        began = await told(house, agent, offer["lead"]["attempt"], disposition="busy", begun_at=at)
        assert began.status_code == 422


async def test_who_ruled_over_campaigns_and_lists_is_in_the_audit_of_managers(
    house: House,
) -> None:
    planner, manager = await house.bearer(Role.PLANNER), await house.bearer(Role.MANAGER)
    await made(house, planner)
    await given(house, planner)
    await given(house, planner, dry_run="true")
    started = await commanded(house, planner, "start", 1)
    said = {"phone": a_phone(1), "reason": "본인 요청"}
    for path in ("/v1/do-not-call", "/v1/do-not-call/remove"):
        await house.client.post(path, json=said, headers=planner)
    acts = (await house.client.get("/v1/admin-acts?limit=4", headers=manager)).json()["items"]
    assert [(act["actor"], act["act"]) for act in acts] == [
        ("one-planner", "do-not-call-remove"),
        ("one-planner", "campaign-start"),
        ("one-planner", "leads-import"),
        ("one-planner", "campaign-create"),
    ]
    assert acts[1]["request_id"] == started.headers["x-request-id"]
    assert "2000" not in str(acts)
