"""A YAML file as nodes that remember their lines; nothing is built from a tag, nothing repeats itself.

The catalogue needs no anchors, so there are none: a file cannot grow by being read. A plain `18:00` or
`2026-01-02` is text; only `true`, `false`, `null` and numbers are more.
"""

import re
from dataclasses import dataclass
from typing import Any, Final, NoReturn
from unicodedata import normalize

import yaml

from callcenter.errors import CatalogueError

Path = tuple[str | int, ...]
"""Keys and list positions from the top of the file down."""

LARGEST_FILE: Final = 1_000_000
"""Bytes."""
MOST_VALUES: Final = 50_000
DEEPEST: Final = 12
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WHOLE: Final = re.compile(r"[-+]?\d{1,18}")
_DECIMAL: Final = re.compile(r"[-+]?\d{1,18}\.\d{1,18}")
_WORDS: Final[dict[str, Any]] = {"": None, "~": None, "null": None, "true": True, "false": False}
_READABLE: Final = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that cannot stay as it is."""

    path: Path
    why: str


@dataclass(slots=True)
class Node:
    """A value and its line; `value` is a dict of nodes, a list of nodes, or a plain value."""

    value: Any
    line: int


def plain(node: Node) -> Any:
    """Forget the lines; lists come out as tuples."""
    if isinstance(node.value, dict):
        return {key: plain(child) for key, child in node.value.items()}
    if isinstance(node.value, list):
        return tuple(plain(child) for child in node.value)
    return node.value


def child_of(node: Node, part: str | int) -> Node | None:
    """Return what stands under a key or at a position; `None` where nothing does."""
    if isinstance(node.value, dict):
        found: Node | None = node.value.get(part)
        return found
    within = isinstance(node.value, list) and isinstance(part, int) and part < len(node.value)
    return node.value[part] if within else None


def line_of(node: Node, path: Path) -> int:
    """Find the line of the deepest part of a path that is written."""
    for part in path:
        child = child_of(node, part)
        if child is None:
            break
        node = child
    return node.line


def spell(path: Path) -> str:
    """Write a path the way a person does: `services.road.unit`, `routing[2].when`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def shown(value: Any) -> str:
    """Show what was written, cut where it is too long to read."""
    if value is None or value == ():
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    text = repr(list(value) if isinstance(value, tuple) else value)
    return text if len(text) <= _READABLE else f"{text[:_READABLE]} ..."


def parse(text: str, *, file: str) -> Node:
    """Read one YAML document.

    Raises:
        CatalogueError: the text is no YAML, or uses what a catalogue has no use for.
    """
    reader = _Reader(file)
    try:
        # What the C reader cannot encode would otherwise surface as an error of its own.
        text.encode("utf-8")
        for event in yaml.parse(text, Loader=_LOADER):
            reader.take(event)
    except UnicodeEncodeError as error:
        raise CatalogueError("expected text, got half a character", file=file) from error
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark or error.context_mark
        line = None if mark is None else mark.line + 1
        raise CatalogueError(_plain_words(error, text), file=file, line=line) from error
    except yaml.YAMLError as error:
        why = "expected plain text, got characters that YAML does not allow"
        raise CatalogueError(why, file=file) from error
    if reader.root is None:
        raise CatalogueError("expected a catalogue, the file is empty", file=file)
    return reader.root


def _plain_words(error: yaml.MarkedYAMLError, text: str) -> str:
    """Say what YAML's own message means to somebody who never heard of tokens."""
    problem = error.problem or "something else"
    mark: Any = error.problem_mark
    written = text.splitlines()[mark.line : mark.line + 1] if mark else []
    if any("\t" in line[: mark.column + 1] for line in written):
        return "expected spaces at the start of the line, got a tab"
    if "mapping values are not allowed" in problem:
        return "expected one `key: value` to a line, and text that holds a colon in quotes"
    return (
        "expected the line to start under its neighbours above, a colon after every key, and quotes "
        f"and brackets closed ({problem})"
    )


def _scalar(text: str) -> Any:
    """Read an unquoted word: a number, true, false, null, or text."""
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


class _Reader:
    """Builds nodes from events; what is still open stands on a stack, so nothing recurses."""

    def __init__(self, file: str) -> None:
        self.root: Node | None = None
        self._file = file
        self._open: list[Node] = []
        self._keys: list[Node | None] = []
        self._values = 0

    def take(self, event: yaml.Event) -> None:
        """Take the next event of the file."""
        mark: Any = event.start_mark
        line = mark.line + 1
        match event:
            case yaml.AliasEvent() | yaml.NodeEvent(anchor=str()):
                self._refuse("expected every value written out, got an anchor & or alias *", line)
            case yaml.ScalarEvent() | yaml.CollectionStartEvent() if event.tag is not None:
                self._refuse(f"expected a plain value, got the YAML tag {event.tag!r}", line)
            case yaml.DocumentStartEvent() if self.root is not None:
                self._refuse("expected one catalogue to a file, got a second after ---", line)
            case yaml.ScalarEvent():
                self._scalar(event, line)
            case yaml.MappingStartEvent():
                self._begin(Node({}, line))
            case yaml.SequenceStartEvent():
                self._begin(Node([], line))
            case yaml.CollectionEndEvent():
                self._keys.pop()
                self._put(self._open.pop())
            case _:
                pass

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        written = normalize("NFC", event.value)
        # A key is text, whatever it looks like.
        is_plain = event.implicit[0] and not self._wants_key()
        self._put(Node(_scalar(written) if is_plain else written, line))

    def _begin(self, node: Node) -> None:
        if self._wants_key():
            self._refuse("expected a word as key, got a list or keys", node.line)
        if len(self._open) >= DEEPEST:
            self._refuse(f"expected at most {DEEPEST} levels of keys", node.line)
        self._open.append(node)
        self._keys.append(None)

    def _put(self, node: Node) -> None:
        """Hand a finished value to whatever is open around it."""
        self._values += 1
        if self._values > MOST_VALUES:
            self._refuse(f"expected at most {MOST_VALUES:,} values", node.line)
        if not self._open:
            self.root = node
        elif isinstance(self._open[-1].value, list):
            self._open[-1].value.append(node)
        elif (key := self._keys[-1]) is None:
            self._key(node)
        else:
            # A value's line is where its key stands: that is the line a person looks for.
            self._open[-1].value[key.value] = Node(node.value, key.line)
            self._keys[-1] = None

    def _key(self, node: Node) -> None:
        before = self._open[-1].value.get(node.value)
        if before is not None:
            why = f"expected {node.value!r} once, it stands in line {before.line} already"
            self._refuse(why, node.line)
        self._keys[-1] = node

    def _wants_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].value, dict) and not self._keys[-1]

    def _refuse(self, why: str, line: int) -> NoReturn:
        raise CatalogueError(why, file=self._file, line=line)
