"""Logging in, over HTTP, on both databases."""

from pathlib import Path
from typing import Any

import pytest

from callcenter.domain.access import Role
from callcenter.domain.accounts import FREE_FAILURES
from tests.doors import PASSWORD, House, a_house

OTHER = "another good password"


async def log_in(house: House, login: str, password: str = PASSWORD) -> Any:
    return await house.client.post("/v1/login", data={"username": login, "password": password})


async def test_who_logs_in_is_known_by_name_and_roles_in_korean(each_house: House) -> None:
    login = await each_house.login(Role.LEAD, Role.AGENT)

    token = (await log_in(each_house, login)).json()
    each_house.client.cookies.clear()
    bearer = {"Authorization": f"{token['token_type']} {token['access_token']}"}
    me = await each_house.client.get("/v1/me", headers=bearer)

    assert token["expires_in"] == 900
    assert me.json() == {
        "login": login,
        "name": "홍길동",
        "roles": ["agent", "lead"],
        "role_names": ["상담사", "파트장"],
        "unit": None,
    }


async def test_a_key_is_known_too(each_house: House) -> None:
    manager = await each_house.bearer(Role.MANAGER)
    said = {"name": "gate", "roles": ["integrator"]}
    key = (await each_house.client.post("/v1/keys", json=said, headers=manager)).json()

    for headers in ({"X-Api-Key": key["key"]}, {"Authorization": f"Bearer {key['key']}"}):
        me = await each_house.client.get("/v1/me", headers=headers)
        assert me.json()["login"] == f"key:{key['key_id']}"
        assert me.json()["name"] is None


async def test_every_refusal_of_a_login_reads_the_same(tmp_path: Path) -> None:
    async with a_house(tmp_path, login_attempts_per_minute=100) as house:
        kim, park = await house.login(Role.AGENT), await house.login(Role.LEAD)
        for _ in range(FREE_FAILURES):
            await log_in(house, park, "wrong")
        tries = [
            (kim, "wrong"), ("nobody", PASSWORD), (park, PASSWORD), ("' OR 1=1 --", "x"),
            ("<script>alert(1)</script>", "x"), ("홍길동", "x"),
        ]  # fmt: skip

        answers = [await log_in(house, *attempt) for attempt in tries]

        bodies = [answer.json() | {"instance": ""} for answer in answers]
        assert [answer.status_code for answer in answers] == [401] * len(tries)
        assert all(body == bodies[0] for body in bodies)
        assert not any("set-cookie" in answer.headers for answer in answers)


async def test_a_login_may_be_tried_so_often_in_a_minute_whether_it_exists_or_not(
    house: House,
) -> None:
    kim = await house.login(Role.AGENT)

    for login in (kim, "nobody"):
        statuses = [(await log_in(house, login, "wrong")).status_code for _ in range(11)]
        assert statuses == [401] * 10 + [429]


async def test_an_address_may_try_so_many_logins_in_a_minute(tmp_path: Path) -> None:
    async with a_house(tmp_path, login_attempts_per_minute=1) as house:
        statuses = [(await log_in(house, f"login{n}", "wrong")).status_code for n in range(11)]

        assert statuses == [401] * 10 + [429]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"username": "kim"}, 422),
        ({"username": "k" * 81, "password": "x"}, 422),
        ({"username": "kim", "password": "x" * 1025}, 422),
        ({"username": "kim", "password": "x", "grant_type": "client_credentials"}, 422),
        ({"username": "kim", "password": "x", "scope": "", "client_id": "a"}, 401),
    ],
)
async def test_the_form_is_that_of_the_password_grant(
    house: House, said: dict[str, str], status: int
) -> None:
    answer = await house.client.post("/v1/login", data=said)

    assert answer.status_code == status
    assert "x" * 1025 not in answer.text


async def test_ones_own_password_is_changed_over_http(each_house: House) -> None:
    agent = await each_house.bearer(Role.AGENT)

    async def put(old: str, new: str) -> int:
        said = {"old": old, "new": new}
        answer = await each_house.client.put("/v1/me/password", json=said, headers=agent)
        return answer.status_code

    assert await put("wrong", OTHER) == 403
    assert await put(PASSWORD, "short") == 422
    assert await put(PASSWORD, PASSWORD) == 422
    assert await put(PASSWORD, OTHER) == 204
    assert (await log_in(each_house, "one-agent")).status_code == 401
    assert (await log_in(each_house, "one-agent", OTHER)).status_code == 200


async def test_a_key_has_no_password_to_change(house: House) -> None:
    manager = await house.bearer(Role.MANAGER)
    said = {"name": "gate", "roles": ["integrator"]}
    key = (await house.client.post("/v1/keys", json=said, headers=manager)).json()["key"]
    headers = {"X-Api-Key": key}

    changed = await house.client.put(
        "/v1/me/password", json={"old": PASSWORD, "new": OTHER}, headers=headers
    )
    ended = await house.client.delete("/v1/me/sessions", headers=headers)

    assert changed.status_code == 403
    assert ended.status_code == 404


async def test_who_lost_a_phone_ends_all_sessions(house: House) -> None:
    login = await house.login(Role.AGENT)
    lost, mine = (await log_in(house, login)).json(), (await log_in(house, login)).json()

    await house.client.delete(
        "/v1/me/sessions", headers={"Authorization": f"Bearer {mine['access_token']}"}
    )

    for token in (lost, mine):
        bearer = {"Authorization": f"Bearer {token['access_token']}"}
        assert (await house.client.get("/v1/me", headers=bearer)).status_code == 401
    assert (await house.client.post("/v1/login/refresh")).status_code == 401
