"""Letting people and machines in, over HTTP, on both databases."""

import json
from typing import Any

import pytest

from callcenter.domain.access import Role
from tests.doors import PASSWORD, House

NEW = {"login": "kim.minji", "name": "김민지", "roles": ["agent"]}


@pytest.fixture
async def manager(each_house: House) -> dict[str, str]:
    return await each_house.bearer(Role.MANAGER)


async def test_a_person_is_let_in_with_a_password_told_once(
    each_house: House, manager: dict[str, str]
) -> None:
    added = await each_house.client.post("/v1/accounts", json=NEW, headers=manager)
    shown = await each_house.client.get("/v1/accounts/kim.minji", headers=manager)
    again = await each_house.client.post("/v1/accounts", json=NEW, headers=manager)

    assert added.status_code == 201
    form = {"username": "kim.minji", "password": added.json()["password"]}
    assert (await each_house.client.post("/v1/login", data=form)).status_code == 200
    assert shown.json()["name"] == "김민지"
    assert "password" not in shown.text
    assert again.status_code == 409
    assert again.json()["code"] == "conflict"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"login": "Kim Minji"}, "#/login"),
        ({"login": "'; DROP TABLE account; --"}, "#/login"),
        ({"login": "<b>kim</b>"}, "#/login"),
        ({"name": ""}, "#/name"),
        ({"roles": []}, "#/roles"),
        ({"roles": ["system"]}, "#/roles"),
        ({"roles": ["boss"]}, "#/roles/0"),
        ({"roles": ["officer"]}, "#/unit"),
        ({"password": "short"}, "#/password"),
        ({"password": "kim.minji is her login"}, "#/password"),
        ({"is_admin": True}, "#/is_admin"),
    ],
)
async def test_what_is_wrong_with_a_new_account_is_pointed_at(
    house: House, change: dict[str, Any], pointer: str
) -> None:
    manager = await house.bearer(Role.MANAGER)

    answer = await house.client.post("/v1/accounts", json=NEW | change, headers=manager)

    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize("name", ["김\0민지", "\ud800", "\u202e이지민", "x\u2028y", "\U0001f600"])
async def test_an_odd_sign_in_a_name_breaks_nothing(
    each_house: House, manager: dict[str, str], name: str
) -> None:
    said = json.dumps(NEW | {"name": name})

    answer = await each_house.client.post(
        "/v1/accounts", content=said, headers=manager | {"content-type": "application/json"}
    )

    assert answer.status_code in {201, 400, 422}


async def test_a_login_with_odd_signs_is_just_unknown(each_house: House) -> None:
    for login in ("kim\0", "\ufeffkim", "%00", "김", "kim\r\nSet-Cookie: x=y"):
        answer = await each_house.client.post(
            "/v1/login", data={"username": login, "password": PASSWORD}
        )
        assert answer.status_code in {400, 401}
    raw = await each_house.client.post(
        "/v1/login",
        content=b"username=%c8%ab&password=%b1%e6",
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert raw.status_code == 401


@pytest.mark.parametrize("key", ["cc_\0_x", "cc_%00_x", "cc_\xff_x"])
async def test_a_key_with_odd_signs_is_just_unknown(each_house: House, key: str) -> None:
    answer = await each_house.client.get("/v1/me", headers={"X-Api-Key": key.encode("latin-1")})

    assert answer.status_code == 401


async def test_a_change_is_for_the_version_that_was_read(
    each_house: House, manager: dict[str, str]
) -> None:
    await each_house.client.post("/v1/accounts", json=NEW, headers=manager)
    url = "/v1/accounts/kim.minji"
    said = {"name": "김민지", "roles": ["lead"]}
    read = await each_house.client.get(url, headers=manager)

    async def put(**headers: str) -> Any:
        return await each_house.client.put(url, json=said, headers=manager | headers)

    assert (await put()).status_code == 428
    changed = await put(**{"If-Match": read.headers["etag"]})
    assert changed.status_code == 200
    assert changed.json()["roles"] == ["lead"]
    assert (await put(**{"If-Match": read.headers["etag"]})).status_code == 409
    assert (await put(**{"If-Match": changed.headers["etag"]})).status_code == 200


async def test_the_last_manager_cannot_be_dismissed(house: House) -> None:
    token = await house.token("manager")
    manager = {"Authorization": f"Bearer {token}", "If-Match": '"0"'}
    said = {"name": "매니저", "roles": ["agent"]}

    answer = await house.client.put("/v1/accounts/manager", json=said, headers=manager)

    assert answer.status_code == 409
    assert answer.json()["reason"] == "last-manager"
    assert "마지막 매니저" in answer.json()["detail"]


async def test_a_password_is_set_by_a_manager_and_ends_every_session(
    each_house: House, manager: dict[str, str]
) -> None:
    agent = await each_house.bearer(Role.AGENT)

    drawn = await each_house.client.put("/v1/accounts/one-agent/password", json={}, headers=manager)
    given = await each_house.client.put(
        "/v1/accounts/one-agent/password", json={"password": PASSWORD}, headers=manager
    )

    assert len(drawn.json()["password"]) > 20
    assert given.json()["password"] is None
    assert (await each_house.client.get("/v1/me", headers=agent)).status_code == 401


async def test_sessions_of_a_person_are_ended_by_a_manager(
    each_house: House, manager: dict[str, str]
) -> None:
    agent = await each_house.bearer(Role.AGENT)

    ended = await each_house.client.delete("/v1/accounts/one-agent/sessions", headers=manager)

    assert ended.status_code == 204
    assert (await each_house.client.get("/v1/me", headers=agent)).status_code == 401


async def test_accounts_are_paged(each_house: House, manager: dict[str, str]) -> None:
    for number in range(4):
        await each_house.login(Role.AGENT, login=f"agent{number}")

    seen, cursor = [], ""
    while True:
        url = f"/v1/accounts?limit=2&cursor={cursor}"
        page = (await each_house.client.get(url, headers=manager)).json()
        assert len(page["items"]) <= 2
        seen += [one["login"] for one in page["items"]]
        if page["next"] is None:
            break
        cursor = page["next"]

    assert seen == sorted(seen)
    assert {"agent0", "agent1", "agent2", "agent3", "one-manager"} <= set(seen)


async def test_a_key_is_told_once_listed_without_its_text_and_revoked(
    each_house: House, manager: dict[str, str]
) -> None:
    said = {
        "name": "gate", "roles": ["integrator"], "requests_per_minute": 30,
        "expires_at": "2027-01-01T00:00:00+09:00",
    }  # fmt: skip
    issued = await each_house.client.post("/v1/keys", json=said, headers=manager)
    key = issued.json()
    listed = await each_house.client.get("/v1/keys", headers=manager)
    opens = {"X-Api-Key": key["key"]}

    assert issued.status_code == 201
    assert listed.json()["items"][0]["key_id"] == key["key_id"]
    assert key["key"] not in listed.text
    assert (await each_house.client.get("/v1/me", headers=opens)).status_code == 200
    url = f"/v1/keys/{key['key_id']}"
    assert (await each_house.client.delete(url, headers=manager)).status_code == 204
    assert (await each_house.client.get("/v1/me", headers=opens)).status_code == 401
    assert (await each_house.client.delete(url, headers=manager)).status_code == 404


async def test_a_moment_without_an_offset_is_refused(house: House) -> None:
    manager = await house.bearer(Role.MANAGER)
    said = {"name": "gate", "roles": ["integrator"], "expires_at": "2027-01-01T00:00:00"}

    answer = await house.client.post("/v1/keys", json=said, headers=manager)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["detail"] == "시각에는 시간대가 있어야 합니다."


async def test_what_administrators_did_is_read_by_auditors_the_newest_first(
    each_house: House, manager: dict[str, str]
) -> None:
    await each_house.client.post(
        "/v1/accounts", json=NEW, headers=manager | {"X-Request-ID": "gateway-000123"}
    )
    quality = await each_house.bearer(Role.QUALITY)

    page = (await each_house.client.get("/v1/admin-acts?limit=2", headers=quality)).json()
    rest = await each_house.client.get(f"/v1/admin-acts?cursor={page['next']}", headers=quality)

    newest = page["items"][1]
    assert (newest["act"], newest["subject"]) == ("account-added", "kim.minji")
    assert newest["request_id"] == "gateway-000123"
    assert newest["actor"] == "one-manager"
    assert rest.json()["items"][0]["subject"] == "one-manager"
    assert rest.json()["next"] is None
