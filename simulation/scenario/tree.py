"""A YAML file as a tree that remembers where every value was written.

YAML is read by its events, not by a constructor: nothing is ever built from a tag, nothing recurses,
and the reading stops as soon as a file grows beyond what any scenario needs. A plain `08:00` stays a
time, `2009-01-31` a date and `on` a word; only `true`, `false`, `null` and numbers are more than text.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from unicodedata import normalize

import yaml

from callcenter.errors import ScenarioError
from simulation.scenario.problems import Path
from simulation.scenario.units import parse_clock_time

LARGEST_FILE: Final = 2_000_000
"""Bytes."""
MOST_NODES: Final = 100_000
"""Values in one file, aliases counted as often as they are used."""
DEEPEST: Final = 40
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WHOLE: Final = re.compile(r"[-+]?\d{1,30}$")
_DECIMAL: Final = re.compile(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$")
_FILES: Final = ("extends", "file")
"""Keys whose values are names of files, which stay as they are written."""
_WORDS: Final[dict[str, Any]] = {
    "": None,
    "~": None,
    "null": None,
    "true": True,
    "false": False,
    ".inf": float("inf"),
    "-.inf": float("-inf"),
    ".nan": float("nan"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is written."""

    file: str | None
    line: int | None


@dataclass(slots=True)
class Tree:
    """A value and its place; `value` is a dict of trees, a list of trees, or a plain value."""

    value: Any
    place: Place
    nodes: int = 1
    """How many values it holds, itself included."""
    height: int = 1
    """How deep they are nested."""


def plain(tree: Tree) -> Any:
    """Forget the places."""
    if isinstance(tree.value, dict):
        return {key: plain(child) for key, child in tree.value.items()}
    if isinstance(tree.value, list):
        return [plain(child) for child in tree.value]
    return tree.value


def grown(value: Any, place: Place) -> Tree:
    """Give every part of a Python value the same place."""
    if isinstance(value, dict):
        keys = {normalize("NFC", str(key)): child for key, child in value.items()}
        return Tree({key: grown(child, place) for key, child in keys.items()}, place)
    if isinstance(value, list | tuple):
        return Tree([grown(child, place) for child in value], place)
    return Tree(value, place)


def place_of(tree: Tree, path: Path) -> Place:
    """Find the place of the deepest part of the path that is written."""
    for part in path:
        child = child_of(tree, part)
        if child is None:
            break
        tree = child
    return tree.place


def child_of(tree: Tree, part: str | int) -> Tree | None:
    """Return what stands under a key or at a position; None where nothing does."""
    match tree.value, part:
        case dict() as table, str():
            return table.get(part)
        case list() as items, int() if part < len(items):
            child: Tree = items[part]
            return child
        case _:
            return None


def replaced(tree: Tree, path: Path, new: Tree | None) -> Tree:
    """Copy the tree with another value at a path (None takes the key out); mappings on the way appear."""
    if not path:
        return new or Tree({}, tree.place)
    first, rest = path[0], path[1:]
    if isinstance(tree.value, list) and isinstance(first, int):
        items = list(tree.value)
        items[first] = replaced(items[first], rest, new)
        return Tree(items, tree.place)
    table = dict(tree.value) if isinstance(tree.value, dict) else {}
    key = str(first)
    if rest or new is not None:
        place = new.place if new else tree.place
        table[key] = replaced(table.get(key, Tree({}, place)), rest, new)
    else:
        table.pop(key, None)
    return Tree(in_order(table), tree.place)


def in_order(table: dict[str, Tree]) -> dict[str, Tree]:
    """Put a table of times of day in order, however it came together."""
    try:
        return dict(sorted(table.items(), key=lambda item: parse_clock_time(item[0])))
    except ValueError:
        return table


def mappings(tree: Tree, path: Path = ()) -> Iterator[tuple[Path, Tree]]:
    """Give every mapping in the tree with its path, the outer before the inner."""
    if isinstance(tree.value, dict):
        yield path, tree
        for key, child in tree.value.items():
            yield from mappings(child, (*path, key))
    elif isinstance(tree.value, list):
        for index, child in enumerate(tree.value):
            yield from mappings(child, (*path, index))


def parse(text: str, *, file: str | None) -> Tree:
    """Read one YAML document.

    Raises:
        ScenarioError: the text is no YAML, or uses what a scenario has no use for.
    """
    reader = _Reader(file)
    try:
        # What the C reader cannot encode would otherwise surface as an error of its own.
        text.encode("utf-8")
        for event in yaml.parse(text, Loader=_LOADER):
            reader.take(event)
    except UnicodeEncodeError as error:
        raise ScenarioError("expected text, got half a character", file=file) from error
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark or error.context_mark
        line = None if mark is None else mark.line + 1
        raise ScenarioError(_plain_words(error), file=file, line=line) from error
    except yaml.YAMLError as error:
        why = f"expected plain text, got characters YAML does not allow ({error})"
        raise ScenarioError(why.splitlines()[0], file=file) from error
    if reader.root is None:
        raise ScenarioError("expected a scenario, the file is empty", file=file)
    return reader.root


def scalar(text: str) -> Any:
    """Read an unquoted word of YAML: a number, true, false, null, or text."""
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _WHOLE.match(text):
        return int(text)
    if _DECIMAL.match(text) and math.isfinite(number := float(text)):
        return number
    return text


def _plain_words(error: yaml.MarkedYAMLError) -> str:
    """Say what YAML's own message means to somebody who never heard of tokens."""
    problem = error.problem or "something else"
    if "'\\t'" in problem or "tab" in problem:
        return "expected spaces at the start of the line, got a tab"
    if "undefined alias" in problem:
        return f"expected a name given before with &, got {problem.removeprefix('found ')}"
    if "mapping values are not allowed" in problem:
        return (
            "expected one `key: value` to a line, and text that holds a colon in quotes; "
            "or the line is indented further than the one above it"
        )
    if "expected <block end>" in problem or "expected key" in problem or "':'" in problem:
        return (
            "expected the line to start under its neighbours above (same number of spaces), "
            "a colon after every key, and quotes and brackets closed"
        )
    if "cannot start any token" in problem:
        return f"expected text that holds a special character in quotes ({problem})"
    return f"expected YAML, got a mistake in its punctuation ({problem})"


class _Reader:
    """Builds the tree from events; what is still open stands on a stack."""

    def __init__(self, file: str | None) -> None:
        self.file = file
        self.root: Tree | None = None
        self._open: list[Tree] = []
        self._names: list[str | None] = []
        self._keys: list[Tree | None] = []
        self._anchors: dict[str, Tree] = {}
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        mark: Any = event.start_mark
        line = mark.line + 1
        match event:
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    self._refuse("expected one scenario to a file, got a second after ---", line)
            case yaml.ScalarEvent():
                self._untagged(event.tag, line)
                written = self._composed(event.value)
                text = scalar(written) if event.implicit[0] else written
                # A key is text, whatever it looks like.
                self._add(written if self._wants_key() else text, line, event.anchor)
            case yaml.AliasEvent():
                self._alias(event.anchor, line)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._untagged(event.tag, line)
                empty: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
                self._begin(Tree(empty, Place(self.file, line)), event.anchor)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._end()
            case _:
                pass

    def _composed(self, written: str) -> str:
        """Give letters the one form that all keyboards mean, so that a name is found by its name."""
        key = self._keys[-1] if self._keys else None
        named = key is not None and key.value in _FILES
        return written if named else normalize("NFC", written)

    def _refuse(self, why: str, line: int) -> None:
        raise ScenarioError(why, file=self.file, line=line)

    def _untagged(self, tag: str | None, line: int) -> None:
        if tag is not None:
            self._refuse(f"expected a plain value, got the YAML tag {tag!r}", line)

    def _wants_key(self) -> bool:
        return (
            bool(self._open) and self._keys[-1] is None and isinstance(self._open[-1].value, dict)
        )

    def _add(self, value: Any, line: int, anchor: str | None) -> None:
        tree = Tree(value, Place(self.file, line))
        if anchor is not None:
            self._anchors[anchor] = tree
        self._put(tree)

    def _alias(self, anchor: str | None, line: int) -> None:
        known = self._anchors.get(anchor or "")
        if known is None:
            self._refuse(f"expected a name given before with &{anchor}, and closed before", line)
        else:
            self._put(known)

    def _begin(self, tree: Tree, anchor: str | None) -> None:
        if self._wants_key():
            self._refuse("expected a word as key, got a list or mapping", tree.place.line or 0)
        if len(self._open) >= DEEPEST:
            self._refuse(f"expected at most {DEEPEST} levels of keys", tree.place.line or 0)
        self._open.append(tree)
        self._names.append(anchor)
        self._keys.append(None)

    def _end(self) -> None:
        tree, anchor = self._open.pop(), self._names.pop()
        self._keys.pop()
        if anchor is not None:
            self._anchors[anchor] = tree
        self._put(tree)

    def _put(self, tree: Tree) -> None:
        """Hand a finished value to whatever is open around it."""
        if not self._open:
            self.root = tree
            return
        parent = self._open[-1]
        key = self._keys[-1]
        line = tree.place.line or 0
        if isinstance(parent.value, list):
            parent.value.append(tree)
        elif key is None:
            self._key(tree, parent, line)
            return
        else:
            # A value's place is where its key stands: that is the line a person looks for.
            parent.value[str(key.value)] = Tree(tree.value, key.place, tree.nodes, tree.height)
            self._keys[-1] = None
        parent.nodes += tree.nodes
        parent.height = max(parent.height, tree.height + 1)
        if parent.nodes > MOST_NODES:
            self._refuse(f"expected at most {MOST_NODES:,} values, aliases included", line)
        if len(self._open) + tree.height > DEEPEST:
            self._refuse(f"expected at most {DEEPEST} levels of keys", line)

    def _key(self, tree: Tree, parent: Tree, line: int) -> None:
        if isinstance(tree.value, dict | list):
            self._refuse("expected a word as key, got a list or mapping", line)
        if tree.value == "<<":
            self._refuse("expected a key; to build on another scenario write `extends: file`", line)
        if str(tree.value) in parent.value:
            before = parent.value[str(tree.value)].place.line
            self._refuse(f"expected {tree.value!r} once, it stands in line {before} already", line)
        self._keys[-1] = tree
