"""Every route says who may use it, and exactly those pass."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from api.app import create_app
from api.deps import EVERYBODY, gates_of
from api.settings import Settings
from callcenter.desk.accounts import By, NewKey
from callcenter.domain.access import SYSTEM, Role
from callcenter.domain.accounts import NOT_GRANTED
from tests.doors import House, a_house

GRANTED = sorted(set(Role) - NOT_GRANTED)
STOPPED = {401, 403}
OFTEN = 60_000


def routes_of(app: Any, *, prefix: str = "") -> Iterator[tuple[str, RouteContext]]:
    """Walk all routes, those of mounted applications included."""
    for route in iter_route_contexts(app.routes):
        original: BaseRoute = route.original_route
        if isinstance(original, Mount):
            if not isinstance(original.app, StaticFiles):
                yield from routes_of(original.app, prefix=f"{prefix}{original.path}")
        else:
            yield prefix, route


def the_app() -> FastAPI:
    return create_app(Settings.load(file=Path("none.toml")))


EVERY = [
    (f"{prefix}{route.path_format}", method, route)
    for prefix, route in routes_of(the_app())
    for method in sorted(route.methods or ())
    if not (method == "HEAD" and "GET" in (route.methods or ()))
]
OPEN311 = [one for one in EVERY if one[0].startswith("/open311/")]
"""GeoReport v2 has a rule of its own: reading is public, submitting takes a key."""
SUBMITTERS = {Role.MANAGER, Role.QUALITY, Role.LEAD, Role.AGENT, Role.INTEGRATOR}
WALK = [one for one in EVERY if one not in OPEN311]


def test_there_is_something_to_walk() -> None:
    assert len(WALK) > 15


@pytest.mark.parametrize(
    ("path", "method", "route"), WALK, ids=[f"{method} {path}" for path, method, _ in WALK]
)
def test_every_route_has_one_gate(path: str, method: str, route: RouteContext) -> None:
    assert isinstance(route.original_route, APIRoute), f"{method} {path}: add it with its roles"

    gates = list(gates_of(route.original_route.dependant))

    assert len(gates) == 1, f"{method} {path}: say `allow(...)` once"
    assert gates[0].roles
    assert Role.SYSTEM not in gates[0].roles, "the house holds every role already"


async def test_exactly_the_declared_roles_pass(tmp_path: Path) -> None:
    often = {"requests_per_minute": OFTEN, "anonymous_requests_per_minute": OFTEN}
    wrong: list[str] = []
    async with a_house(tmp_path, **often) as house:
        people: dict[str, dict[str, str]] = {"nobody": {}}
        people |= {role: await house.bearer(role) for role in GRANTED}
        for path, method, route in WALK:
            declared = next(gates_of(route.dependant)).roles
            for who, headers in people.items():
                answer = await house.client.request(method, url_of(path), headers=headers)
                if not as_declared(who, declared, answer):
                    wrong.append(f"{method} {path}: {who} got {answer.status_code}")
            if path == "/v1/me/sessions":
                people |= {role: await renewed(house, role) for role in GRANTED}

    assert wrong == []


async def test_open311_is_read_by_everybody_and_written_to_by_those_with_a_key(
    tmp_path: Path,
) -> None:
    wrong: list[str] = []
    async with a_house(tmp_path, anonymous_requests_per_minute=OFTEN) as house:
        keys = {role: await key_of(house, role) for role in GRANTED}
        for path, method, _ in OPEN311:
            answer = await house.client.request(method, url_of(path))
            if (answer.status_code == 403) != (method == "POST"):
                wrong.append(f"{method} {path}: nobody got {answer.status_code}")
            for role, key in keys.items() if method == "POST" else ():
                answer = await house.client.post(url_of(path), data={"api_key": key})
                if (answer.status_code == 403) == (role in SUBMITTERS):
                    wrong.append(f"{method} {path}: {role} got {answer.status_code}")

    assert {method for _, method, _ in OPEN311} == {"GET", "POST"}
    assert wrong == []


async def key_of(house: House, role: Role) -> str:
    unit = "road" if role is Role.OFFICER else None
    new = NewKey(name="test", roles=frozenset({role}), unit=unit)
    _, text = await house.services.accounts.issue_key(new, by=By(actor=SYSTEM))
    return text


def as_declared(who: str, declared: frozenset[Role], answer: httpx.Response) -> bool:
    stopped = answer.status_code == 403 and answer.json()["code"] == "forbidden"
    if Role.PUBLIC in declared:
        return not stopped
    if who == "nobody":
        return answer.status_code == 401
    return stopped != (who in declared) and answer.status_code != 401


async def renewed(house: House, role: Role) -> dict[str, str]:
    return {"Authorization": f"Bearer {await house.token(f'one-{role}')}"}


def url_of(path: str) -> str:
    return re.sub(r"{[^}]+}", "nothing-of-this-name", path)


async def test_the_gate_comes_before_everything_else(house: House) -> None:
    """Who may not come in learns nothing of what a route wants."""
    agent = await house.bearer(Role.AGENT)

    stranger = await house.client.put(
        "/v1/accounts/kim?limit=x", json={}, headers={"Accept": "x/y"}
    )
    other = await house.client.put("/v1/accounts/kim", json={}, headers=agent)

    assert stranger.status_code == 401
    assert other.status_code == 403


async def test_a_route_without_a_gate_lets_nobody_through(tmp_path: Path) -> None:
    def change(app: FastAPI) -> None:
        @app.get("/forgotten")
        async def forgotten() -> str:
            return "secret"

    async with a_house(tmp_path, change=change) as house:
        answer = await house.client.get("/forgotten", headers=await house.bearer(Role.MANAGER))

    assert answer.status_code == 500


def test_everybody_is_everybody_but_the_house_itself() -> None:
    assert frozenset(Role) - {Role.SYSTEM} == EVERYBODY
