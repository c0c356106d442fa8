"""Whatever goes wrong, a client reads one kind of body."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import FastAPI
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import StreamingResponse

from api.deps import EVERYBODY, allow
from api.errors import TooManyRequestsError
from api.problems import FAULTS_KO, pointer
from callcenter import errors
from callcenter.domain.access import Actor
from tests.doors import House, a_house, messages

Anybody = Annotated[Actor, allow(EVERYBODY)]
SEALED = "sealed with k1: 0102-3456"


class Inner(BaseModel):
    lat: Annotated[float, Field(ge=-90, le=90)]


class Said(BaseModel):
    title: Annotated[str, Field(max_length=5)]
    place: Inner
    tags: dict[str, int] = {}


RAISED: dict[str, Exception] = {
    "refused": errors.RefusedError("wrong-state", ko="지금은 안 됩니다.", en="not now"),
    "input": errors.InputError("expected a month", file="/srv/secret/path.yaml", key="period.unit"),
    "seal": errors.SealError(SEALED),
    "busy": TooManyRequestsError(retry_after=17),
    "bug": RuntimeError(SEALED),
}


def add_probes(app: FastAPI) -> None:
    @app.get("/raise/{name}")
    async def raising(_actor: Anybody, name: str) -> None:
        raise RAISED[name]

    @app.get("/status/{status}")
    async def status(_actor: Anybody, status: int) -> None:
        raise HTTPException(status)

    @app.post("/said/{number}")
    async def said(_actor: Anybody, _said: Said, number: int, limit: int = 1) -> int:
        return number + limit

    @app.get("/broken-stream", response_class=StreamingResponse)
    async def broken(_actor: Anybody) -> StreamingResponse:
        async def parts() -> AsyncIterator[bytes]:
            yield b"first"
            raise RuntimeError(SEALED)

        return StreamingResponse(parts(), media_type="text/csv")


@pytest.fixture
async def probed(tmp_path: Path) -> AsyncIterator[House]:
    async with a_house(tmp_path, change=add_probes) as house:
        yield house


async def body_of(house: House, path: str, *, status: int) -> dict[str, Any]:
    answer = await house.client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["instance"] == answer.headers["x-request-id"]
    assert body["type"] == f"/problems/{body['code']}"
    return body


async def test_a_rule_that_refuses_says_why_in_both_languages(probed: House) -> None:
    body = await body_of(probed, "/raise/refused", status=409)

    assert (body["code"], body["reason"]) == ("refused", "wrong-state")
    assert (body["detail"], body["detail_en"]) == ("지금은 안 됩니다.", "not now")


async def test_an_input_error_points_at_its_key_and_names_no_file_of_ours(probed: House) -> None:
    body = await body_of(probed, "/raise/input", status=422)

    assert body["errors"][0]["pointer"] == "#/period/unit"
    assert "expected a month" in body["detail_en"]
    assert "secret" not in str(body)


@pytest.mark.parametrize("name", ["seal", "bug"])
async def test_what_breaks_inside_is_not_told_outside_nor_written_down(
    probed: House, name: str
) -> None:
    body = await body_of(probed, f"/raise/{name}", status=500)

    assert body["code"] == "internal"
    assert SEALED not in str(body) + probed.written.getvalue()


async def test_what_nobody_foresaw_is_written_down_as_kind_and_place(probed: House) -> None:
    body = await body_of(probed, "/raise/bug", status=500)

    line = next(line for line in probed.lines() if line["event"] == "unforeseen")
    assert line["request_id"] == body["instance"]
    assert line["error"] == "RuntimeError"
    assert any("raising" in frame for frame in line["frames"])


async def test_an_answer_that_breaks_on_its_way_is_cut_and_not_told_why(probed: House) -> None:
    sent = await messages(probed.app, "/broken-stream")

    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert sent[-1]["body"] == b"first"
    assert sent[-1]["more_body"], "no end is sent: a server then cuts the connection"
    assert SEALED not in probed.written.getvalue()
    assert any(line["event"] == "unforeseen" for line in probed.lines())


async def test_who_asks_too_often_hears_when_to_come_back(probed: House) -> None:
    answer = await probed.client.get("/raise/busy")

    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "17"


@pytest.mark.parametrize(
    "status", [400, 401, 403, 404, 405, 406, 408, 411, 413, 415, 422, 429, 500]
)
async def test_every_refusal_of_http_is_a_problem(probed: House, status: int) -> None:
    body = await body_of(probed, f"/status/{status}", status=status)

    assert any("가" <= sign <= "힣" for sign in body["detail"])


async def test_an_unknown_address_is_a_problem(probed: House) -> None:
    await body_of(probed, "/nowhere", status=404)


async def test_a_wrong_method_is_a_problem_that_lists_the_right_ones(probed: House) -> None:
    answer = await probed.client.delete("/v1/me")

    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["allow"] == "GET"


async def test_all_methods_of_an_address_are_listed(probed: House) -> None:
    answer = await probed.client.request("PROPFIND", "/v1/accounts/kim")

    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, PUT"


async def test_an_invalid_body_is_pointed_at_and_never_repeated(probed: House) -> None:
    said = {"title": "홍길동 010-1234-5678", "place": {"lat": "here"}, "tags": {"a/b~c": "x"}}

    answer = await probed.client.post("/said/7?limit=many", json=said)

    assert answer.status_code == 422
    faults = {
        fault.get("pointer") or fault.get("parameter"): fault for fault in answer.json()["errors"]
    }
    assert set(faults) == {"#/title", "#/place/lat", "#/tags/a~1b~0c", "limit"}
    assert faults["#/place/lat"]["detail"] == "숫자여야 합니다."
    assert "홍길동" not in answer.text + probed.written.getvalue()


@pytest.mark.parametrize(
    "body",
    [b'{"title":', b"", '{"title": "안녕"}'.encode("cp949"), b"[" * 50_000],
)
async def test_a_body_that_is_no_json_is_malformed(probed: House, body: bytes) -> None:
    answer = await probed.client.post(
        "/said/7", content=body, headers={"content-type": "application/json"}
    )

    assert answer.status_code == (422 if body == b"" else 400)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "multipart/form-data", ""])
async def test_a_body_of_another_kind_is_an_unsupported_media_type(
    probed: House, media_type: str
) -> None:
    headers = {"content-type": media_type} if media_type else {}

    answer = await probed.client.post("/said/7", content=b'{"title": "a"}', headers=headers)

    assert answer.status_code == 415
    assert answer.json()["code"] == "unsupported-media-type"


@pytest.mark.parametrize(
    "accept", ["application/xml", "text/html, image/*", "application/json;q=0"]
)
async def test_who_accepts_nothing_we_have_is_told_so(probed: House, accept: str) -> None:
    answer = await probed.client.get("/health/live", headers={"accept": accept})

    assert answer.status_code == 406


@pytest.mark.parametrize(
    "accept", ["*/*", "application/*;q=0.1", "text/html, Application/JSON", ""]
)
async def test_who_accepts_json_somehow_gets_it(probed: House, accept: str) -> None:
    answer = await probed.client.get("/health/live", headers={"accept": accept})

    assert answer.status_code == 200


def test_a_pointer_is_written_as_the_standard_says() -> None:
    assert pointer(["a/b", "m~n", 0]) == "#/a~1b/m~0n/0"
    assert pointer([]) == "#"


def test_usual_faults_are_told_in_korean() -> None:
    assert all(any("가" <= sign <= "힣" for sign in words) for words in FAULTS_KO.values())
