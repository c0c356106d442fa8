"""The JSON Schema of everything that can be carried, read off the vocabulary itself.

What pydantic does not know is added: the words under each field, and the bounds of whole numbers.
"""

import ast
import inspect
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import TypeAdapter

from callcenter.bus.codec import BOUNDS, ENVELOPES, TYPE_PREFIX, VERSION, Envelope
from callcenter.bus.notes import NOTES, NoteBody
from callcenter.telephony.commands import COMMANDS, Answer
from callcenter.telephony.events import EVENTS, LiveAgent, LiveCall, TelephonyEvent

Schema = dict[str, Any]
Kind = type[TelephonyEvent | NoteBody]

BODIES: Final[Mapping[str, Kind]] = {**EVENTS, **NOTES}
_DESCRIBED: Final = {
    kind.__name__: kind
    for kind in (*BODIES.values(), *COMMANDS.values(), LiveCall, LiveAgent, Answer)
}


def schema_of(kind: str) -> Schema:
    """Return one schema, complete in itself, of a whole message of a kind such as `call.queued`."""
    type_name = f"{TYPE_PREFIX}.{kind}.{VERSION}"
    schema = ENVELOPES[type_name].json_schema()
    schema["properties"]["type"] = {"const": type_name}
    for name, part in schema.get("$defs", {}).items():
        _complete(name, part)
    return schema


def shared(ref: str) -> dict[str, Schema]:
    """Return the schemas of all bodies, their parts and the envelope, by name.

    Args:
        ref: How one points to another, such as `#/components/schemas/{model}`.
    """
    kinds: dict[str, Any] = {**_DESCRIBED, "Envelope": Envelope[dict[str, Any]]}
    tops, parts = TypeAdapter.json_schemas(
        [(name, "validation", TypeAdapter(kind)) for name, kind in kinds.items()], ref_template=ref
    )
    schemas: dict[str, Schema] = parts["$defs"]
    pointer = tops["Envelope", "validation"]["$ref"].removeprefix(ref.partition("{")[0])
    schemas["Envelope"] = schemas.pop(pointer)
    for name, part in schemas.items():
        _complete(name, part)
    return dict(sorted(schemas.items()))


def _complete(name: str, schema: Schema) -> None:
    words = _words(_DESCRIBED[name]) if name in _DESCRIBED else {}
    for field, part in schema.get("properties", {}).items():
        part.pop("title", None)
        if field in words:
            part["description"] = words[field]
        if field in BOUNDS:
            part["minimum"], part["maximum"] = BOUNDS[field]


def _words(kind: type[Any]) -> Mapping[str, str]:
    """Read the sentences under the fields of a dataclass and of those it is built on."""
    return {
        field: words
        for part in reversed(kind.__mro__)
        if part.__module__ == kind.__module__
        for field, words in _words_in(part)
    }


def _words_in(part: type[Any]) -> Iterator[tuple[str, str]]:
    (tree,) = ast.parse(inspect.cleandoc(inspect.getsource(part))).body
    assert isinstance(tree, ast.ClassDef)
    for field, after in zip(tree.body, tree.body[1:], strict=False):
        match field, after:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str() as words)),
            ):
                yield name, inspect.cleandoc(words)
            case _:
                pass
