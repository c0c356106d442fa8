"""The conditions under which something is changed, and what makes two requests the same one."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

import pytest
from fastapi import FastAPI, Request
from pydantic import BaseModel

from api.deps import (
    EVERYBODY,
    IdempotencyKey,
    IfMatch,
    allow,
    etag,
    fingerprint,
    scope_of,
    unchanged,
)
from callcenter.domain.access import Actor, Role
from tests.doors import House, a_house

Anybody = Annotated[Actor, allow(EVERYBODY)]


def add_probes(app: FastAPI) -> None:
    @app.post("/created")
    async def created(_actor: Anybody, key: IdempotencyKey) -> str:
        return key

    @app.post("/changed")
    async def changed(_actor: Anybody, expected: IfMatch) -> int:
        return expected


@pytest.fixture
async def probed(tmp_path: Path) -> AsyncIterator[House]:
    async with a_house(tmp_path, change=add_probes) as house:
        yield house


@pytest.mark.parametrize("given", ["k", '"k"', "k" * 200, "7f0c-4a57_9f8e/=+"])
async def test_an_idempotency_key_is_any_visible_text(probed: House, given: str) -> None:
    answer = await probed.client.post("/created", headers={"Idempotency-Key": given})

    assert answer.json() == given.strip('"')


@pytest.mark.parametrize("given", [None, "", '""', "k" * 201, "two words", "키".encode(), "a\tb"])
async def test_a_creation_without_a_fit_key_is_refused(
    probed: House, given: str | bytes | None
) -> None:
    headers = {} if given is None else {"Idempotency-Key": given}

    answer = await probed.client.post("/created", headers=headers)  # type: ignore[arg-type]

    assert answer.status_code == 400
    assert answer.json()["code"] == "bad-header"
    assert "Idempotency-Key" in answer.json()["detail_en"]


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ('"7"', 200),
        (' "7" ', 200),
        ('"0"', 200),
        (None, 428),
        ("*", 428),
        ('W/"7"', 412),
        ('"x"', 412),
        ('"07"', 412),
        ('"-1"', 412),
        ('""', 412),
        ("7", 400),
        ('"7', 400),
        ('"7", "8"', 400),
        ("", 400),
        ("' OR 1=1", 400),
    ],
)
async def test_a_change_says_which_version_it_is_for(
    probed: House, given: str | None, status: int
) -> None:
    headers = {} if given is None else {"If-Match": given}

    answer = await probed.client.post("/changed", headers=headers)

    assert answer.status_code == status


def request(path: str = "/v1/tickets", method: str = "POST", **headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request(
        {
            "type": "http", "method": method, "path": path, "headers": raw, "query_string": b"",
            "server": ("callcenter.test", 80), "scheme": "http",
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "same"),
    [('"7"', True), ('W/"7"', True), ('"6", "7"', True), ("*", True), ('"6"', False), ("", False)],
)
def test_who_has_this_version_need_not_read_it_again(given: str, same: bool) -> None:  # noqa: FBT001
    assert unchanged(request(if_none_match=given), seq=7) is same
    assert etag(7) == '"7"'


class Said(BaseModel):
    title: str
    tags: list[str] = []


def test_the_same_said_in_another_spelling_has_the_same_fingerprint() -> None:
    spelt = [
        Said.model_validate_json(text)
        for text in ('{"title":"가"}', '{"tags":[], "title":"\\uac00"}')
    ]

    assert fingerprint(spelt[0]) == fingerprint(spelt[1])
    assert fingerprint(spelt[0]) != fingerprint(Said(title="나"))
    assert fingerprint("a", "bc") != fingerprint("ab", "c")


def test_a_key_is_good_for_one_client_one_method_and_one_path() -> None:
    kim = Actor(login="k" * 80, roles=frozenset({Role.AGENT}))
    lee = Actor(login="lee", roles=frozenset({Role.AGENT}))
    scopes = {
        scope_of(request(), kim),
        scope_of(request(), lee),
        scope_of(request("/v1/tickets/1/commands/close"), kim),
        scope_of(request(method="PUT"), kim),
    }

    assert len(scopes) == 4
    assert max(map(len, scopes)) <= 120, "as long as the column that keeps it"
    assert "lee" in scope_of(request(), lee)
