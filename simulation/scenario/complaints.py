"""What the models refuse, in the words of somebody who plans staff.

The models are checked by pydantic; nothing of its vocabulary passes this file.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from callcenter.clock import NEVER
from simulation.scenario.keys import (
    chosen,
    did_you_mean,
    item_of,
    keys_of,
    label_of,
    listed,
    model_of,
    options,
    selector_of,
    table_of,
)
from simulation.scenario.model import Scenario
from simulation.scenario.problems import Path, Problem, ProblemsError
from simulation.scenario.tree import Tree, child_of, plain
from simulation.scenario.units import format_duration, parse_duration, shown

_MISSING: Final = "expected this key, it is missing"
_COMPARISONS: Final = {
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where an error is, in the file and in the language."""

    path: Path
    tree: Tree | None
    """What is written there."""
    annotation: Any
    """What belongs there."""
    owner: Any
    """What the object around it is."""
    last: str
    """The last key or position the error names."""

    @property
    def written(self) -> Any:
        return None if self.tree is None else plain(self.tree)


def complaints(error: ValidationError, tree: Tree) -> list[Problem]:
    """Turn everything the models refuse into problems by key path."""
    found: list[Problem] = []
    for detail in error.errors(include_url=False):
        spot = _spot(detail["loc"], tree)
        cause = detail.get("ctx", {}).get("error")
        if isinstance(cause, ProblemsError):
            found += [Problem((*spot.path, *p.path), p.why) for p in cause.problems]
        else:
            found.append(_problem(detail, spot))
    return _without_echoes(found)


def _without_echoes(found: list[Problem]) -> list[Problem]:
    """Drop a missing key where a misspelt one beside it says the same."""
    misspelt = {
        (*problem.path[:-1], guess[1])
        for problem in found
        if (guess := re.search(r"^unknown key.*did you mean (.+)\?\)$", problem.why))
    }
    return [p for p in found if p.why != _MISSING or p.path not in misspelt]


def _spot(location: tuple[int | str, ...], tree: Tree) -> _Spot:
    """Walk down file and language together, past the labels that stand for no key of the file."""
    parts = list(location)
    path: list[str | int] = []
    node, annotation, owner, last = tree, Scenario, None, ""
    while parts:
        ways = options(annotation)
        part = parts.pop(0)
        if len(ways) > 1:
            annotation = next((way for way in ways if label_of(way) == part), ways[0])
            continue
        owner, last = annotation, str(part)
        child = child_of(node, part)
        if child is None:
            break
        annotation = _below(annotation, part)
        path.append(part)
        node = child
        if annotation is None:
            break
    return _Spot(tuple(path), node, annotation, owner, last)


def _below(annotation: Any, part: str | int) -> Any:
    model, table = model_of(annotation), table_of(annotation)
    if model is not None:
        return keys_of([annotation]).get(str(part))
    return table[1] if table is not None else item_of(annotation)


def _problem(detail: ErrorDetails, spot: _Spot) -> Problem:
    kind = detail["type"]
    if kind == "missing":
        return Problem((*spot.path, spot.last), _MISSING)
    if kind == "extra_forbidden":
        return Problem(spot.path, _unknown(spot))
    if detail["loc"] and detail["loc"][-1] == "[key]":
        return Problem(spot.path, _bad_key(detail, spot))
    return Problem(spot.path, _why(detail, spot))


def _unknown(spot: _Spot) -> str:
    """Name the keys that may stand beside an unknown one."""
    known = keys_of([spot.owner])
    return f"unknown key, expected one of {listed(known)}{did_you_mean(spot.last, known)}"


def _bad_key(detail: ErrorDetails, spot: _Spot) -> str:
    key = spot.path[-1] if spot.path else spot.last
    return _sentence(detail, key)


def _why(detail: ErrorDetails, spot: _Spot) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in _COMPARISONS:
        name, words = _COMPARISONS[kind]
        return _compared(context[name], words, spot.written)
    if kind in {"union_tag_invalid", "union_tag_not_found"}:
        return _selector(spot)
    if kind in {"too_short", "too_long"}:
        side = "at least" if kind == "too_short" else "at most"
        limit = context.get("min_length", context.get("max_length"))
        entries = "1 entry" if limit == 1 else f"{limit:,} entries"
        got = context.get("actual_length") or ("more" if kind == "too_long" else "none")
        return f"expected {side} {entries}, got {got}"
    if kind in {"model_type", "model_attributes_type", "dict_type"}:
        keys = keys_of(chosen(spot.annotation, {}))
        below = f" such as {listed(list(keys)[:4])}" if keys else ""
        return f"expected keys under it{below}, got {shown(spot.written)}"
    return _sentence(detail, spot.written)


def _sentence(detail: ErrorDetails, written: Any) -> str:
    """Translate errors that need no more than the value."""
    context = detail.get("ctx", {})
    translate: dict[str, Callable[[], str]] = {
        "value_error": lambda: str(context["error"]),
        "literal_error": lambda: _literal(context["expected"], written),
        "string_type": lambda: f"expected text, in quotes if need be, got {shown(written)}",
        "tuple_type": lambda: f"expected a list such as [a, b], got {shown(written)}",
        "bool_type": lambda: f"expected true or false, got {shown(written)}",
        "bool_parsing": lambda: f"expected true or false, got {shown(written)}",
        "string_pattern_mismatch": lambda: (
            f"expected a name of letters, digits, - and _, got {shown(written)}"
        ),
        "string_too_long": lambda: f"expected at most {context['max_length']} characters",
    }
    if detail["type"] in translate:
        return translate[detail["type"]]()
    return f"expected another value ({detail['msg'].lower()}), got {shown(written)}"


def _literal(expected: str, written: Any) -> str:
    words = [word.strip("' ") for word in expected.replace(" or ", ",").split(",")]
    return (
        f"expected one of {listed(words)}, got {shown(written)}{did_you_mean(str(written), words)}"
    )


def _compared(limit: Any, words: str, written: Any) -> str:
    if isinstance(written, str) and written.endswith("%"):
        return f"expected {words} {limit:.0%}, got {shown(written)}"
    try:
        parse_duration(written)
    except ValueError:
        return f"expected {words} {limit:,}, got {shown(written)}"
    if limit == NEVER:
        return f"expected a duration that comes to an end, got {shown(written)}"
    return f"expected {words} {format_duration(limit)}, got {shown(written)}"


def _selector(spot: _Spot) -> str:
    """Say which words choose between the ways to write a value."""
    known, name = [], ""
    for way in options(spot.annotation):
        model = model_of(way)
        selector = None if model is None else selector_of(model)
        if selector is not None:
            name = selector[0]
            known.append(selector[1])
    written = spot.written
    said = written.get(name) if isinstance(written, dict) else written
    got = (
        f"got {shown(said)}{did_you_mean(str(said), known)}"
        if said is not None
        else "it is missing"
    )
    return f"expected {name}: one of {listed(known)}, {got}"
