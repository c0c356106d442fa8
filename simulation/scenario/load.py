"""From a file to a scenario: read, extend, override, fill in data files, check.

Whatever is wrong comes out as one `ScenarioError` (or `DataError`, for a data file), all problems in it,
one line each: `file:line: key.path: expected ..., got ...`.
"""

import hashlib
import json
import os
from pathlib import Path as File
from typing import Any, Final

from pydantic import ValidationError

from callcenter.errors import ScenarioError
from simulation.scenario.campaign_rules import stray_campaigns
from simulation.scenario.complaints import complaints
from simulation.scenario.model import Scenario
from simulation.scenario.overrides import Overrides, overridden
from simulation.scenario.problems import Path, Problem, spell
from simulation.scenario.recordings import attached, data_files
from simulation.scenario.rules import problems, stray_events
from simulation.scenario.tree import (
    LARGEST_FILE,
    Place,
    Tree,
    child_of,
    in_order,
    parse,
    place_of,
    plain,
)
from simulation.scenario.units import shown

_LONGEST_CHAIN: Final = 20
_MOST_LINES: Final = 50
_SELECTORS: Final = ("distribution", "by")
_ORDERED: Final = ("queue", "group", "shifts", "campaigns", "cells")
"""Tables whose order decides who is who, and so who goes first when all else is equal."""


def load(path: str | os.PathLike[str], overrides: Overrides = ()) -> Scenario:
    """Read a scenario file, what it extends and the data files it points to.

    Raises:
        ScenarioError: something about the scenario or an override is wrong.
        DataError: something in a data file is wrong.
    """
    file = File(path)
    tree, _ = _opened(file)
    return _scenario(tree, overrides=overrides, folder=file.parent, file=str(file))


def files_read(path: str | os.PathLike[str], overrides: Overrides = ()) -> list[File]:
    """List the files that `load` reads: the scenario, those it extends, and their data files.

    Raises:
        ScenarioError: a file cannot be read, or an override leads nowhere.
    """
    file = File(path)
    tree, chain = _opened(file)
    data = data_files(overridden(tree, overrides), folder=file.parent, file=str(file))
    return [*map(File, chain), *data]


def loads(
    text: str,
    overrides: Overrides = (),
    *,
    folder: str | os.PathLike[str] = ".",
    name: str = "scenario",
) -> Scenario:
    """Read a scenario from a text; files it names lie in `folder`, errors call it `name`."""
    if len(text.encode("utf-8", "replace")) > LARGEST_FILE:
        raise ScenarioError(_too_large(), file=name)
    file = File(folder) / name
    tree, _ = _extended(parse(text, file=name), file, chain=(_identity(file),))
    return _scenario(tree, overrides=overrides, folder=File(folder), file=name)


def digest(scenario: Scenario) -> str:
    """Name a scenario by its content: comments, file names and the order of keys do not count.

    The order of queues, groups and a group's shifts does: it numbers them, and numbers decide ties.
    """
    content = scenario.model_dump(mode="json")
    for queue in content["queue"].values():
        if queue["arrivals"]["by"] == "trace":
            del queue["arrivals"]["file"]
    for campaign in content["campaigns"].values():
        for key in ("listed", "sample"):
            if campaign[key] is None:
                del campaign[key]
    if not content["campaigns"]:
        del content["campaigns"]
    text = json.dumps(
        _canonical(content), sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _canonical(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        inner = {str(name): _canonical(child, name) for name, child in value.items()}
        return list(inner.items()) if key in _ORDERED else inner
    return value


def _too_large() -> str:
    return f"expected a scenario of at most {LARGEST_FILE // 1_000_000} MB"


def _identity(file: File) -> str:
    return os.path.realpath(file)


def _text(file: File, *, place: Place | None = None) -> str:
    """Read a scenario file; `place` is where its name was written, if in another one."""
    try:
        with file.open("rb") as stream:
            raw = stream.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        why = f"expected a scenario file, {_reason(error)}"
        if place is None:
            raise ScenarioError(why, file=str(file)) from error
        why = f"{why}: {file}"
        raise ScenarioError(why, file=place.file, line=place.line, key="extends") from error
    if len(raw) > LARGEST_FILE:
        raise ScenarioError(_too_large(), file=str(file))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        why = "expected text in UTF-8; save the file with that encoding"
        raise ScenarioError(why, file=str(file), line=line) from error


def _reason(error: Exception) -> str:
    match error:
        case FileNotFoundError():
            return "there is none of this name"
        case IsADirectoryError():
            return "got a folder"
        case PermissionError():
            return "got one that may not be read"
        case _:
            return "got a name that cannot be opened"


def _opened(file: File) -> tuple[Tree, tuple[str, ...]]:
    return _extended(parse(_text(file), file=str(file)), file, chain=(_identity(file),))


def _extended(tree: Tree, file: File, *, chain: tuple[str, ...]) -> tuple[Tree, tuple[str, ...]]:
    """Lay a scenario over the one it extends; say, too, which files that took."""
    said = child_of(tree, "extends")
    if said is None:
        return tree, chain
    rest = Tree({k: v for k, v in tree.value.items() if k != "extends"}, tree.place)
    if not isinstance(said.value, str):
        why = f"expected the name of a scenario file, got {shown(plain(said))}"
        raise ScenarioError(why, file=said.place.file, line=said.place.line, key="extends")
    base = File(os.path.normpath(file.parent / said.value))
    identity = _identity(base)
    if identity in chain or len(chain) >= _LONGEST_CHAIN:
        why = f"expected at most {_LONGEST_CHAIN} files that build on one another, got more"
        if identity in chain:
            names = " -> ".join(File(name).name for name in (*chain, identity))
            why = f"expected scenarios that end somewhere, got a loop: {names}"
        raise ScenarioError(why, file=said.place.file, line=said.place.line, key="extends")
    below = parse(_text(base, place=said.place), file=str(base))
    whole, files = _extended(below, base, chain=(*chain, identity))
    return merged(whole, rest), files


def merged(base: Tree, over: Tree) -> Tree:
    """Lay one tree over another: tables merge, null takes a key out, everything else replaces.

    A table that names another `distribution` (or `by`) replaces the whole: parameters of the old one
    would mean nothing in the new.
    """
    if not isinstance(base.value, dict) or not isinstance(over.value, dict):
        return over
    for selector in _SELECTORS:
        if selector in over.value and _said(base, selector) != _said(over, selector):
            return over
    table = dict(base.value)
    for key, child in over.value.items():
        if key in table and child.value is None:
            del table[key]
        else:
            table[key] = merged(table[key], child) if key in table else child
    return Tree(in_order(table), over.place)


def _said(tree: Tree, key: str) -> Any:
    child = child_of(tree, key)
    return None if child is None else plain(child)


def _scenario(tree: Tree, *, overrides: Overrides, folder: File, file: str) -> Scenario:
    if not isinstance(tree.value, dict):
        why = f"expected keys such as scenario, calendar, queue, group, got {shown(plain(tree))}"
        raise ScenarioError(why, file=file, line=tree.place.line)
    tree = attached(overridden(tree, overrides), folder=folder, file=file)
    try:
        scenario = Scenario.model_validate(plain(tree))
    except ValidationError as error:
        raise _joined(complaints(error, tree), tree, file) from error
    found = [*problems(scenario), *_misdated(scenario, tree)]
    if found:
        raise _joined(found, tree, file)
    return scenario


def _misdated(scenario: Scenario, tree: Tree) -> list[Problem]:
    """Find events and campaigns that miss the calendar they were written for.

    Where another file or an override moved the calendar, one left outside is no mistake.
    """
    dated = {place_of(tree, ("calendar", key)).file for key in ("first", "last")}
    return [
        problem
        for problem in (*stray_events(scenario), *stray_campaigns(scenario))
        if dated == {place_of(tree, problem.path).file}
    ]


def _joined(found: list[Problem], tree: Tree, file: str) -> ScenarioError:
    """Put all problems into one error, in the order of the lines they stand in."""

    def order(problem: Problem) -> tuple[bool, str, int]:
        place = place_of(tree, problem.path)
        return place.file != file, place.file or "", place.line or 0

    errors = [_error(problem, tree) for problem in sorted(found, key=order)]
    lines = [str(error) for error in errors[1:_MOST_LINES]]
    if len(errors) > _MOST_LINES:
        lines.append(f"and {len(errors) - _MOST_LINES} more")
    first = errors[0]
    why = "\n".join([first.why, *lines])
    return ScenarioError(why, file=first.file, line=first.line, key=first.key)


def _error(problem: Problem, tree: Tree) -> ScenarioError:
    path: Path = problem.path
    place = place_of(tree, path)
    return ScenarioError(problem.why, file=place.file, line=place.line, key=spell(path) or None)
