"""One answer, two spellings: XML as the specification writes it, JSON by the Spark convention.

In JSON a list is a bare array and a lone record loses its wrapper; what is empty is null.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from xml.etree import ElementTree as ET

from starlette.responses import Response

MEDIA_TYPES: Final = {"xml": "text/xml", "json": "application/json"}


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of records, or of words, under an outer and an inner name."""

    outer: str
    inner: str
    items: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Record:
    """A lone record under its name."""

    name: str
    fields: Mapping[str, Any]


def answer(
    body: Listing | Record,
    *,
    suffix: str,
    status: int = 200,
    charset: bool = True,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Write an answer; validators of discovery want its type without a charset."""
    content = _xml(body) if suffix == "xml" else _json(body)
    media_type = MEDIA_TYPES[suffix] + ("; charset=utf-8" if charset else "")
    return Response(
        content, status_code=status, headers=dict(headers or {}) | {"Content-Type": media_type}
    )


def _json(body: Listing | Record) -> bytes:
    return json.dumps(_plain(body), ensure_ascii=False, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    match value:
        case Listing(items=items):
            return [_plain(item) for item in items]
        case Record(fields=fields) | dict(fields):
            return {name: _plain(inner) for name, inner in fields.items()}
        case "":
            return None
        case _:
            return value


def _xml(body: Listing | Record) -> bytes:
    name = body.outer if isinstance(body, Listing) else body.name
    root = ET.Element(name)
    _fill(root, body)
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=False)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + content


def _fill(element: ET.Element, value: Any) -> None:
    match value:
        case Listing(inner=inner, items=items):
            for item in items:
                _fill(ET.SubElement(element, inner), item)
        case Record(fields=fields) | dict(fields):
            for name, inner in fields.items():
                _fill(ET.SubElement(element, name), inner)
        case None:
            return
        case bool():
            element.text = "true" if value else "false"
        case _:
            element.text = _written(str(value))


def _written(text: str) -> str:
    """Drop what no XML document may hold, however it is escaped (XML 1.0, production 2)."""
    return "".join(
        sign
        for sign in text
        if sign in "\t\n\r"
        or "\x20" <= sign <= "\ud7ff"
        or "\ue000" <= sign <= "\ufffd"
        or sign > "\uffff"
    )
