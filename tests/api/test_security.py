"""Credentials that are forged, old, of another purpose or of another house open nothing."""

import base64
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from starlette.requests import HTTPConnection

from api.security import Asking, Purpose, credential_of
from callcenter.domain.access import Actor, Role
from callcenter.errors import UnauthenticatedError
from tests.doors import PASSWORD, House, a_house


def part(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def claims_of(token: str) -> dict[str, Any]:
    found: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return found


def connection(**headers: str) -> HTTPConnection:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return HTTPConnection({"type": "http", "headers": raw})


async def status_of(house: House, token: str) -> int:
    answer = await house.client.get("/v1/me", headers={"Authorization": f"Bearer {token}"})
    return answer.status_code


async def test_a_token_opens_until_it_expires(house: House) -> None:
    token = await house.token(await house.login(Role.AGENT))

    house.watch.advance(minutes=14.99)
    assert await status_of(house, token) == 200
    house.watch.advance(minutes=0.02)
    assert await status_of(house, token) == 401


@pytest.mark.parametrize("algorithm", ["none", "None", "HS512", "RS256"])
async def test_a_token_of_another_algorithm_opens_nothing(house: House, algorithm: str) -> None:
    good = await house.token(await house.login(Role.AGENT))
    _, claims, signature = good.split(".")
    header = part({"alg": algorithm, "typ": "JWT"})

    assert await status_of(house, f"{header}.{claims}.") == 401
    assert await status_of(house, f"{header}.{claims}.{signature}") == 401


async def test_a_token_signed_by_somebody_else_opens_nothing(house: House) -> None:
    claims = claims_of(await house.token(await house.login(Role.AGENT)))

    for key in ("another key that is long enough to be one", "k" * 32):
        assert await status_of(house, jwt.encode(claims, key, algorithm="HS256")) == 401


@pytest.mark.parametrize(
    "change",
    [
        {"sub": "one-manager"},
        {"gen": 1},
        {"exp": 4_000_000_000},
        {"aud": "page"},
        {"iss": "elsewhere"},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_an_altered_token_opens_nothing(house: House, change: dict[str, Any]) -> None:
    await house.login(Role.MANAGER)
    header, claims, signature = (await house.token(await house.login(Role.AGENT))).split(".")
    altered = part(json.loads(base64.urlsafe_b64decode(claims + "==")) | change)

    assert await status_of(house, f"{header}.{altered}.{signature}") == 401


@pytest.mark.parametrize("missing", ["iss", "aud", "sub", "gen", "iat", "exp"])
async def test_a_token_that_does_not_say_everything_opens_nothing(
    house: House, missing: str
) -> None:
    claims = claims_of(await house.token(await house.login(Role.AGENT)))
    del claims[missing]
    signed = jwt.encode(claims, house.services.sessions._secret, algorithm="HS256")

    assert await status_of(house, signed) == 401


@pytest.mark.parametrize("unfit", [{"exp": "soon"}, {"exp": 10**30}, {"gen": "x"}, {"gen": None}])
async def test_a_token_of_ours_with_unfit_claims_opens_nothing(
    house: House, unfit: dict[str, Any]
) -> None:
    claims = claims_of(await house.token(await house.login(Role.AGENT))) | unfit
    signed = jwt.encode(claims, house.services.sessions._secret, algorithm="HS256")

    assert await status_of(house, signed) == 401


async def test_a_token_of_another_purpose_opens_nothing(house: House) -> None:
    login = await house.login(Role.AGENT)
    link = house.services.vault.sign(
        "survey", subject=login, expires_at=house.watch() + timedelta(days=1)
    )

    assert await status_of(house, await house.token(login, purpose=Purpose.PAGE)) == 401
    assert await status_of(house, link) == 401


async def test_an_access_token_is_no_cookie(house: House) -> None:
    token = await house.token(await house.login(Role.AGENT))
    cookie = {"Cookie": f"callcenter={token}"}

    assert (await house.client.get("/v1/me", headers=cookie)).status_code == 401
    assert (await house.client.post("/v1/login/refresh", headers=cookie)).status_code == 401


async def test_an_old_token_is_worth_nothing_after_a_change_of_password(house: House) -> None:
    login = await house.login(Role.AGENT)
    access, page = await house.token(login), await house.token(login, purpose=Purpose.PAGE)
    kim = {"Authorization": f"Bearer {access}"}

    changed = await house.client.put(
        "/v1/me/password", json={"old": PASSWORD, "new": "another good password"}, headers=kim
    )

    assert changed.status_code == 204
    assert await status_of(house, access) == 401
    replayed = await house.client.post(
        "/v1/login/refresh", headers={"Cookie": f"callcenter={page}"}
    )
    assert replayed.status_code == 401


async def test_a_token_of_another_house_opens_nothing(house: House, tmp_path: Path) -> None:
    login = await house.login(Role.AGENT)
    async with a_house(tmp_path / "other") as other:
        other.services.sessions._secret = "a secret of the other house, long enough"  # noqa: S105
        await other.login(Role.AGENT)
        foreign = await other.token(login)

    assert await status_of(house, foreign) == 401


@pytest.mark.parametrize(
    "authorization",
    [
        "Basic bWFuYWdlcjptYW5hZ2Vy",
        "Bearer",
        "Bearer  ",
        "Bearer a.b.c",
        "Bearer cc_",
        "Bearer cc_a_b",
        "Bearer cc_' OR 1=1 --_x",
        "Bearer " + "x" * 7000,
        "Bearer \x01\x02",
        "Bearer \xc8\xab",
        "bearer null",
    ],
)
async def test_what_is_no_credential_opens_nothing(house: House, authorization: str) -> None:
    answer = await house.client.get(
        "/v1/me", headers={"Authorization": authorization.encode("latin-1")}
    )

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["code"] == "unauthenticated"


def test_two_credentials_at_once_are_refused() -> None:
    with pytest.raises(UnauthenticatedError, match="one credential"):
        credential_of(connection(authorization="Bearer x", x_api_key="cc_x"))


def test_a_credential_may_stand_in_either_header() -> None:
    assert credential_of(connection(authorization="BEARER  x ")) == "x"
    assert credential_of(connection(x_api_key="cc_x")) == "cc_x"
    assert credential_of(connection()) is None


class Issuer:
    """Knows tokens of an OpenID provider, as far as a test needs."""

    async def asking(self, credential: str) -> Asking | None:
        """Return the officer whose token it is."""
        if not credential.startswith("oidc."):
            return None
        if credential != "oidc.good":
            raise UnauthenticatedError("the provider did not sign this")
        actor = Actor(login="oidc:park", roles=frozenset({Role.OFFICER}), unit="road")
        return Asking(actor=actor, per_minute=60)


async def test_an_issuer_outside_the_house_can_be_believed(tmp_path: Path) -> None:
    async with a_house(tmp_path, issuers=(Issuer(),)) as house:
        me = await house.client.get("/v1/me", headers={"Authorization": "Bearer oidc.good"})

        assert me.json()["login"] == "oidc:park"
        assert me.json()["role_names"] == ["부서 담당자"]
        assert await status_of(house, "oidc.bad") == 401
        assert await status_of(house, await house.token(await house.login(Role.AGENT))) == 200


# --- The cookie of pages -------------------------------------------------------------------------------


async def logged_in(house: House) -> httpx.Response:
    login = await house.login(Role.AGENT)
    answer = await house.client.post("/v1/login", data={"username": login, "password": PASSWORD})
    assert answer.status_code == 200
    return answer


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(house: House) -> None:
    cookie = (await logged_in(house)).headers["set-cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Max-Age=43200" in cookie
    assert "Domain" not in cookie


async def test_over_tls_the_cookie_is_secure_and_of_this_host_alone(tmp_path: Path) -> None:
    async with a_house(tmp_path, public_url="https://120.example.kr") as house:
        answer = await logged_in(house)

        assert answer.headers["set-cookie"].startswith("__Host-callcenter=")
        assert "; Secure" in answer.headers["set-cookie"]
        assert answer.headers["strict-transport-security"].startswith("max-age=31536000")


async def test_a_page_reads_with_its_cookie_and_asks_for_a_token_to_change_things(
    house: House,
) -> None:
    await logged_in(house)

    read = await house.client.get("/v1/me")
    changed = await house.client.delete("/v1/me/sessions")
    token = (await house.client.post("/v1/login/refresh")).json()["access_token"]

    assert read.status_code == 200
    assert changed.status_code == 401, "a cookie alone changes nothing"
    assert await status_of(house, token) == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_another_site_cannot_use_the_cookie(house: House, site: str) -> None:
    await logged_in(house)
    headers = {"Sec-Fetch-Site": site}

    assert (await house.client.get("/v1/me", headers=headers)).status_code == 401
    assert (await house.client.post("/v1/login/refresh", headers=headers)).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://callcenter.test"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://callcenter.test"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
async def test_another_site_cannot_log_a_browser_in_as_somebody_else(
    house: House, headers: dict[str, str], status: int
) -> None:
    form = {"username": await house.login(Role.AGENT), "password": PASSWORD}

    answer = await house.client.post("/v1/login", data=form, headers=headers)

    assert answer.status_code == status
    assert ("set-cookie" in answer.headers) == (status == 200)


async def test_an_expired_cookie_does_not_keep_anybody_from_public_pages(house: House) -> None:
    await logged_in(house)
    house.watch.advance(hours=13)

    assert (await house.client.get("/health/live")).status_code == 200
    assert (await house.client.get("/v1/me")).status_code == 401
    assert (await house.client.post("/v1/login/refresh")).status_code == 401


async def test_logging_out_forgets_the_cookie(house: House) -> None:
    await logged_in(house)

    await house.client.post("/v1/logout")

    assert (await house.client.get("/v1/me")).status_code == 401


# --- Headers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/health/live", "/nowhere", "/v1/me"])
async def test_every_answer_keeps_browsers_safe(house: House, path: str) -> None:
    headers = (await house.client.get(path)).headers

    assert "unsafe" not in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in headers


@pytest.mark.parametrize(
    "path",
    [
        "/v1/accounts?cursor=%00",
        "/v1/keys/%00",
        "/v1/..%2f..%2fetc%2fpasswd",
        "//v1//me",
        "/v1/me/",
        "/v1/me/..",
        "/v1/accounts/..%2f..%2fme",
        "/v1/accounts/%2e%2e",
        "/v1/accounts/a%00b",
        "/v1/accounts/%0d%0aSet-Cookie:x=y",
        "/v1/accounts/'%20OR%201=1--",
        "/v1/accounts/<script>",
        "/%c8%ab",
    ],
)
async def test_a_path_trick_leads_nowhere(each_house: House, path: str) -> None:
    manager = await each_house.bearer(Role.MANAGER)
    url = httpx.URL("http://callcenter.test").copy_with(raw_path=path.encode())

    answer = await each_house.client.get(url, headers=manager)

    assert answer.status_code in {400, 404, 405, 422}
    assert answer.headers["content-type"] == "application/problem+json"
    assert "set-cookie" not in answer.headers
