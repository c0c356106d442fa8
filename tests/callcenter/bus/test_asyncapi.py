"""The document that is shipped is the one the code means, and describes what is really on the wire."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from callcenter.bus.asyncapi import DOCUMENT, document, text
from callcenter.bus.codec import Said, type_of, write
from callcenter.bus.schemas import BODIES, schema_of
from callcenter.bus.topics import matches
from tests.callcenter.bus.strategies import SAID

WHOLE = document()


def pointers(part: Any) -> list[str]:
    """List everything that is pointed to."""
    match part:
        case dict():
            here = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
            return here + [found for inner in part.values() for found in pointers(inner)]
        case list():
            return [found for inner in part for found in pointers(inner)]
        case _:
            return []


def follow(whole: Any, pointer: str) -> Any:
    for step in pointer.removeprefix("#/").split("/"):
        whole = whole[step]
    return whole


def test_the_shipped_document_is_up_to_date(repository: Path) -> None:
    shipped = (repository / DOCUMENT).read_text("utf-8")

    assert shipped == text(), "run python -m callcenter.bus.asyncapi"


def test_everything_pointed_to_is_there() -> None:
    found = pointers(WHOLE)

    assert len(found) > 50
    for pointer in found:
        assert follow(WHOLE, pointer)


@given(SAID)
def test_what_is_on_the_wire_is_what_the_document_says(said: Said) -> None:
    message = write(said, site="bucheon")
    (channel,) = [
        channel
        for channel in WHOLE["channels"].values()
        if matches(message.topic, [re.sub(r"\{\w+\}", "+", channel["address"])])
    ]
    described = follow(WHOLE, channel["messages"][said.kind.replace(".", "_")]["$ref"])
    schema = {**described["payload"], "components": WHOLE["components"]}

    assert described["name"] == type_of(said.kind)
    Draft202012Validator(schema).validate(json.loads(message.payload))


@pytest.mark.parametrize("kind", sorted(BODIES))
def test_every_kind_has_a_schema_of_its_own_that_is_complete(kind: str) -> None:
    schema = schema_of(kind)

    Draft202012Validator.check_schema(schema)
    assert schema["properties"]["type"] == {"const": type_of(kind)}
    for pointer in pointers(schema):
        assert follow(schema, pointer)


def test_the_words_under_a_field_are_in_its_schema() -> None:
    fields = WHOLE["components"]["schemas"]["CallArrived"]["properties"]

    assert fields["leg"]["description"] == "0 for the first leg of the call."
    assert fields["leg"]["maximum"] == 32_767
    assert "never told" in fields["caller_hash"]["description"]
