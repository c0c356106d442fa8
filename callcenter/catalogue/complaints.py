"""What the shapes refuse, in the words of a city officer; pydantic's vocabulary ends here."""

import difflib
import re
from collections.abc import Callable, Iterable
from typing import Any, Final, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from callcenter.catalogue.model import AREA, CODE, KEY, CatalogueSpec
from callcenter.catalogue.reading import Node, Path, Problem, child_of, plain, shown

_MISSING: Final = "expected this key, it is missing"
_UNKNOWN: Final = "unknown key, expected one of "


def complaints(error: ValidationError, root: Node) -> list[Problem]:
    """Turn everything pydantic refuses into problems by key path."""
    details = error.errors(include_url=False)
    found = [_problem(detail, root) for detail in details if not _echoes(detail)]
    # A misspelt key is also a missing one: once is enough.
    guesses = [
        (*problem.path[:-1], guess[1])
        for problem in found
        if (guess := re.search(r"\(did you mean (.+)\?\)$", problem.why))
    ]
    return [p for p in found if p.why != _MISSING or p.path not in guesses]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Add a guess to a message, if there is a close one."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f" (did you mean {close[0]}?)" if close else ""


def _echoes(detail: ErrorDetails) -> bool:
    """Say whether a list is too short only because its entries are wrong, which is told already."""
    return detail["type"] == "too_short" and bool(detail["input"])


def _problem(detail: ErrorDetails, root: Node) -> Problem:
    location = list(detail["loc"])
    bad_key = bool(location) and location[-1] == "[key]"
    path, node = _walk(location[:-1] if bad_key else location, root)
    if detail["type"] == "missing":
        return Problem((*path, str(location[-1])), _MISSING)
    if detail["type"] == "extra_forbidden":
        keys = _keys_of(location)
        guess = did_you_mean(str(location[-1]), keys)
        return Problem(path, f"{_UNKNOWN}{', '.join(keys)}{guess}")
    written = path[-1] if bad_key else plain(node)
    return Problem(path, _sentence(detail, written))


def _walk(location: list[int | str], root: Node) -> tuple[Path, Node]:
    """Follow an error's location as far as the file goes."""
    path: list[int | str] = []
    node = root
    for part in location:
        child = child_of(node, part)
        if child is None:
            break
        path.append(part)
        node = child
    return tuple(path), node


def _keys_of(location: list[int | str]) -> list[str]:
    """Name the keys that may stand where an unknown one does."""
    model: Any = CatalogueSpec
    for part in location[:-1]:
        if isinstance(part, str) and isinstance(model, type) and issubclass(model, BaseModel):
            model = model.model_fields[part].annotation if part in model.model_fields else model
            model = _innermost(model)
    return list(model.model_fields)


def _innermost(annotation: Any) -> Any:
    """Find the shape within tables, lists and whatever else may stand around it."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = [_innermost(argument) for argument in get_args(annotation)]
    return next((shape for shape in inner if shape is not None), None)


def _sentence(detail: ErrorDetails, written: Any) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    expect = _EXPECTED.get(kind)
    expected = f"another value ({detail['msg'].lower()})" if expect is None else expect(context)
    guess = did_you_mean(str(written), _words(context)) if kind == "enum" else ""
    return f"expected {expected}, got {shown(written)}{guess}"


def _words(context: dict[str, Any]) -> list[str]:
    return re.findall(r"'([^']+)'", context["expected"])


_PATTERNS: Final = {
    CODE: "a code of small Latin letters, digits and -",
    KEY: "a key of Latin letters, digits, - and _",
    AREA: "the first 2 to 10 digits of an area code",
}
_EXPECTED: Final[dict[str, Callable[[dict[str, Any]], str]]] = {
    "enum": lambda context: f"one of {', '.join(_words(context))}",
    "greater_than_equal": lambda context: f"at least {context['ge']:,}",
    "less_than_equal": lambda context: f"at most {context['le']:,}",
    "too_short": lambda _: "at least one entry",
    "too_long": lambda context: f"at most {context['max_length']} entries",
    "string_too_short": lambda _: "some text",
    "string_too_long": lambda context: f"at most {context['max_length']} characters",
    "string_pattern_mismatch": lambda context: _PATTERNS[context["pattern"]],
    "string_type": lambda _: "text, in quotes if need be",
    "int_type": lambda _: "a whole number",
    "bool_type": lambda _: "true or false",
    "tuple_type": lambda _: "a list such as [a, b]",
    "dict_type": lambda _: "keys under it",
    "model_type": lambda _: "keys under it",
}
