"""What is written down about requests, and what never is."""

import io
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

import pytest
from fastapi import APIRouter, FastAPI

from api.deps import EVERYBODY, allow
from api.observing import Wordless, logger
from callcenter.domain.access import Actor, Role
from tests.desks import Watch
from tests.doors import PASSWORD, House, a_house

Anybody = Annotated[Actor, allow(EVERYBODY)]


def add_probes(app: FastAPI) -> None:
    router = APIRouter(prefix="/inner")

    @router.get("/{number}")
    async def inner(_actor: Anybody, number: int) -> int:
        return number

    mounted = FastAPI(openapi_url=None)

    @mounted.get("/requests/{name}")
    async def outer(_actor: Anybody, name: str) -> str:
        return name

    app.include_router(router, prefix="/outer")
    app.mount("/mounted", mounted)


@pytest.fixture
async def probed(tmp_path: Path) -> AsyncIterator[House]:
    async with a_house(tmp_path, change=add_probes) as house:
        yield house


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/outer/inner/7", "/outer/inner/{number}"),
        ("/mounted/requests/홍길동", "/mounted/requests/{name}"),
        ("/nowhere/홍길동", "unmatched"),
        ("/health/live?q=홍길동", "/health/live"),
    ],
)
async def test_a_request_is_written_down_by_its_template(
    probed: House, path: str, template: str
) -> None:
    answer = await probed.client.get(path)

    line = probed.lines()[-1]
    assert line["event"] == "request"
    assert line["route"] == template
    assert line["status"] == answer.status_code
    assert line["request_id"] == answer.headers["x-request-id"]
    assert line["ms"] >= 0
    assert line["at"].endswith("+00:00")


async def test_the_id_of_a_sane_client_is_kept(house: House) -> None:
    answer = await house.client.get("/health/live", headers={"X-Request-ID": "gateway-000123.a_b"})

    assert answer.headers["x-request-id"] == "gateway-000123.a_b"


@pytest.mark.parametrize(
    "given",
    [
        "",
        "short",
        "x" * 65,
        "<script>alert(1)</script>",
        "{jndi:ldap://x/y}",
        "a b c d e f g h",
        "../../../etc",
    ],
)
async def test_another_id_is_replaced(house: House, given: str) -> None:
    answer = await house.client.get("/health/live", headers={"X-Request-ID": given})

    assert answer.headers["x-request-id"] != given
    assert len(answer.headers["x-request-id"]) == 32


async def test_nothing_personal_is_written_down(house: House) -> None:
    manager = await house.bearer(Role.MANAGER)
    await house.client.post("/v1/login", data={"username": "홍길동", "password": PASSWORD})
    await house.client.get("/v1/accounts/hong.gildong?phone=010-1234-5678", headers=manager)
    said = {"login": "x", "name": "홍길동", "roles": ["agent"], "password": PASSWORD}
    await house.client.post("/v1/accounts", json=said, headers=manager)

    written = house.written.getvalue()
    for canary in (
        "홍길동",
        "hong",
        "010-1234",
        PASSWORD,
        manager["Authorization"][-20:],
        "127.0.0.1",
    ):
        assert canary not in written


async def test_prometheus_reads_requests_by_route_and_status_and_the_state_of_the_store(
    each_house: House,
) -> None:
    manager = await each_house.bearer(Role.MANAGER)
    await each_house.client.get("/health/live")
    await each_house.client.get("/v1/accounts/nobody", headers=manager)
    await each_house.client.request("BREW", "/coffee")

    figures = (await each_house.client.get("/metrics", headers=manager)).text

    for line in (
        'callcenter_requests_total{method="GET",route="/health/live",status="200"} 1.0',
        'callcenter_requests_total{method="GET",route="/v1/accounts/{login}",status="404"} 1.0',
        'callcenter_requests_total{method="other",route="unmatched",status="404"} 1.0',
        'callcenter_request_seconds_count{method="GET",route="/health/live"} 1.0',
        "callcenter_outbox_waiting 0.0",
        'callcenter_database_connections{state="busy"} 0.0',
    ):
        assert line in figures


def test_libraries_write_into_the_same_log_and_no_words_of_an_exception() -> None:
    written = io.StringIO()
    library = logging.getLogger("some.library")
    library.addHandler(handler := Wordless(logger(level="info", now=Watch(), to=written)))
    library.propagate = False
    try:
        int("홍길동")
    except ValueError:
        library.exception("it broke")
    library.warning("disk %s%% full", 93)
    library.removeHandler(handler)

    assert "홍길동" not in written.getvalue()
    assert '"error": "ValueError"' in written.getvalue()
    assert "disk 93% full" in written.getvalue()
