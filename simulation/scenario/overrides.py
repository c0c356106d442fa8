"""Changes from outside the file: `queue.phone.talk.mean=150s`."""

from collections.abc import Iterable, Mapping
from typing import Any
from unicodedata import normalize

from callcenter.errors import ScenarioError
from simulation.scenario.keys import (
    chosen,
    did_you_mean,
    item_of,
    keys_of,
    listed,
    model_of,
    table_of,
    unwrapped,
)
from simulation.scenario.model import Scenario
from simulation.scenario.people import Shrinkage, Skill
from simulation.scenario.problems import Path, spell
from simulation.scenario.tree import Place, Tree, child_of, grown, parse, plain, replaced
from simulation.scenario.units import parse_clock_time, parse_duration, shown

Overrides = Mapping[str, Any] | Iterable[str]
"""Key path -> value, or texts `path=value` whose value is read as YAML."""


def overridden(tree: Tree, overrides: Overrides) -> Tree:
    """Apply overrides in order; null takes a key out.

    Raises:
        ScenarioError: a path leads nowhere; the message names the keys that exist there.
    """
    if isinstance(overrides, str):
        overrides = [overrides]
    pairs = overrides.items() if isinstance(overrides, Mapping) else map(_split, overrides)
    for written, value in pairs:
        dotted = normalize("NFC", written)
        place = Place(f"--set {dotted}", None)
        new = value if isinstance(value, Tree) else grown(value, place)
        tree, path = _opened(tree, dotted, place)
        tree = replaced(tree, path, None if new.value is None else new)
    return tree


def _split(text: str) -> tuple[str, Tree]:
    dotted, equals, value = text.partition("=")
    place = f"--set {dotted.strip()}"
    if not equals or not dotted.strip():
        raise ScenarioError(f"expected path=value, got {shown(text)}", file="--set")
    if not value.strip():
        raise ScenarioError("expected a value after =; null takes a key out", file=place)
    try:
        new = parse(value, file=place)
    except ScenarioError as error:
        raise ScenarioError(error.why, file=place) from error
    return dotted.strip(), grown(plain(new), Place(place, None))


def _opened(tree: Tree, dotted: str, place: Place) -> tuple[Tree, Path]:
    """Check a path step by step; write out a shorthand that stands in its way."""
    path: Path = ()
    node: Tree | None = tree
    annotation: Any = Scenario
    for word in dotted.split("."):
        if node is not None and not isinstance(node.value, dict | list):
            node = _written_out(annotation, node, path, place, word)
            tree = replaced(tree, path, node)
        part, annotation = _step(annotation, node, path, word, place)
        node = None if node is None else child_of(node, part)
        path = (*path, part)
    return tree, path


def _written_out(annotation: Any, node: Tree, path: Path, place: Place, word: str) -> Tree:
    models = {model_of(way) for way in chosen(annotation, {})}
    if Skill in models:
        return grown({"rank": node.value}, node.place)
    if Shrinkage in models:
        return grown({"share": node.value, "spell": "10m"}, node.place)
    keys = keys_of(chosen(annotation, {}))
    why = f"{spell(path)} is the single value {shown(node.value)} and has no key {word!r}"
    if "distribution" in keys:
        why += f"; set it whole: {spell(path)}={{distribution: exponential, mean: 150s}}"
    elif keys or any(table_of(way) for way in chosen(annotation, {})):
        why += f"; set it whole: {spell(path)}={{{word}: ...}}"
    raise ScenarioError(why, file=place.file)


def _step(
    annotation: Any, node: Tree | None, path: Path, word: str, place: Place
) -> tuple[str | int, Any]:
    """Find one word of a path; return the key or position and what belongs there."""
    ways = chosen(annotation, None if node is None else plain(node))
    keys = keys_of(ways)
    if keys:
        if word not in keys:
            _refuse(path, word, keys, place)
        return word, keys[word]
    for way in ways:
        table = table_of(way)
        if table is not None:
            return _entry(table, node, path, word, place), table[1]
        item = item_of(way)
        if item is not None:
            return _position(node, path, word, place), item
    raise ScenarioError(f"{spell(path)} is a single value and has no keys", file=place.file)


def _entry(table: tuple[Any, Any], node: Tree | None, path: Path, word: str, place: Place) -> str:
    """Find an entry of a table; a new one may come in unless its key is somebody's name."""
    there = {} if node is None else node.value
    if word in there:
        return word
    for parse_key in (parse_clock_time, parse_duration):
        for key in there:
            if _same(parse_key, key, word):
                return str(key)
    if unwrapped(table[0]) is str:
        _refuse(path, word, there, place)
    return word


def _same(parse_key: Any, one: str, other: str) -> bool:
    try:
        return bool(parse_key(one) == parse_key(other))
    except ValueError:
        return False


def _position(node: Tree | None, path: Path, word: str, place: Place) -> int:
    there = (
        range(len(node.value)) if node is not None and isinstance(node.value, list) else range(0)
    )
    if not word.isascii() or not word.isdigit() or len(word) > 9 or int(word) not in there:  # noqa: PLR2004
        _refuse(path, word, map(str, there), place)
    return int(word)


def _refuse(path: Path, word: str, known: Iterable[str], place: Place) -> None:
    known = list(known)
    where = spell(path) or "the scenario"
    why = f"{where} has no {word!r}, expected one of {listed(known)}{did_you_mean(word, known)}"
    raise ScenarioError(why, file=place.file)
