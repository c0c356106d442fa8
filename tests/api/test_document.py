"""The OpenAPI document says everything a client needs, and the one in the repository is today's."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from api.app import create_app
from api.settings import Settings
from tests.doors import House

ROOT = Path(__file__).resolve().parents[2]


def the_document() -> dict[str, Any]:
    return create_app(Settings.load(file=Path("none.toml"))).openapi()


DOCUMENT = the_document()
OPERATIONS = [
    (f"{method.upper()} {path}", operation)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
]


def test_the_document_in_the_repository_is_todays() -> None:
    written = json.loads((ROOT / "docs" / "openapi.json").read_text("utf-8"))

    assert written == json.loads(json.dumps(DOCUMENT)), (
        "if the API was meant to change: callcenter openapi --write docs/openapi.json"
    )


@pytest.mark.parametrize(("name", "operation"), OPERATIONS, ids=[name for name, _ in OPERATIONS])
def test_every_operation_says_who_may_what_it_does_and_how_it_fails(
    name: str, operation: dict[str, Any]
) -> None:
    problem = operation["responses"]["default"]["content"]["application/problem+json"]["schema"]

    assert problem == {"$ref": "#/components/schemas/Problem"}
    assert "422" not in operation["responses"], name
    assert operation["description"], "the docstring of the route"
    assert operation["tags"]
    assert operation["x-roles"]
    assert ("security" in operation) == ("public" not in operation["x-roles"])


def test_every_reference_leads_somewhere() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    text = json.dumps(DOCUMENT)

    names = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert names <= set(schemas)
    assert names >= {"Problem", "Fault"}


def test_every_example_fits_what_it_is_an_example_of() -> None:
    wrong = []
    for where, schema in schemas_within(DOCUMENT, "#"):
        for example in schema.get("examples", ()):
            validator = jsonschema.Draft202012Validator(
                schema | {"components": DOCUMENT["components"]}
            )
            wrong += [f"{where}: {error.message}" for error in validator.iter_errors(example)]

    assert wrong == []


def schemas_within(node: Any, where: str) -> list[tuple[str, dict[str, Any]]]:
    """Find everything with a list of examples; JSON Schema writes them so, OpenAPI as a table."""
    found = []
    if isinstance(node, dict):
        if isinstance(node.get("examples"), list):
            found.append((where, node))
        for name, value in node.items():
            found += schemas_within(value, f"{where}/{name}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            found += schemas_within(value, f"{where}/{number}")
    return found


async def test_the_document_is_served_and_loads_nothing_from_elsewhere(house: House) -> None:
    served = await house.client.get("/v1/openapi.json")

    assert served.json() == json.loads(json.dumps(DOCUMENT))
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert (await house.client.get(path)).status_code == 404


async def test_the_type_of_a_problem_leads_to_what_it_means(house: House) -> None:
    problem = (await house.client.get("/nowhere")).json()

    meaning = await house.client.get(problem["type"])

    assert meaning.json()["code"] == problem["code"]
    assert meaning.json()["status"] == 404
    assert (await house.client.get("/problems/of-no-kind")).status_code == 404


async def test_every_kind_of_problem_is_listed_once(house: House) -> None:
    kinds = (await house.client.get("/problems")).json()

    codes = [kind["code"] for kind in kinds]
    assert codes == sorted(set(codes))
    assert {"refused", "stale", "too-many-requests", "precondition-required", "invalid"} <= set(
        codes
    )
    assert "bad-keys" not in codes
