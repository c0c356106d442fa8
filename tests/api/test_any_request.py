"""Whatever a client makes up from the document, no answer breaks its promise, on either database."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from api.app import create_app
from api.settings import Settings
from tests.processes import Process, serving

OFTEN = "60000"
ROLES = ("manager", "quality", "lead", "agent", "planner", "integrator")
SCHEMA = schemathesis.openapi.from_dict(
    create_app(Settings.load(file=Path("none.toml"))).openapi()
).exclude(path_regex="/v1/(accounts|keys|me)")
"""Without the routes by which the test would throw itself out; they are tested one by one."""

PROMISES = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
    unsupported_method,
)


@dataclass(frozen=True)
class Served:
    url: str
    key: str


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    database = f"sqlite:///{folder / 'c.db'}"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
        database = asyncio.run(server.migrated())
    roles = [word for role in ROLES for word in ("--role", role)]
    with Process(
        folder, "key", "new", "any", *roles, "--per-minute", OFTEN, "--database", database
    ) as issuing:
        key = issuing.ended()[1].strip()
    # Its log goes nowhere: a pipe that nobody reads would stop it.
    with serving(
        folder,
        "--database",
        database,
        CALLCENTER_LOG_LEVEL="error",
        CALLCENTER_BACKGROUND="false",
        CALLCENTER_ANONYMOUS_REQUESTS_PER_MINUTE=OFTEN,
        CALLCENTER_LOGIN_ATTEMPTS_PER_MINUTE=OFTEN,
    ) as (process, url):
        yield Served(url, key)
        process.process.terminate()
        code, _, err = process.ended()
    assert code == 0
    assert re.findall('"event": "unforeseen".*', err) == []


@pytest.mark.slow
@SCHEMA.parametrize()
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_request_is_answered_otherwise_than_promised(
    case: schemathesis.Case, served: Served
) -> None:
    case.call_and_validate(base_url=served.url, headers={"X-Api-Key": served.key}, checks=PROMISES)
