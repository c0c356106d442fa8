"""Data files beside a scenario: recorded callers, measured durations, histograms.

Their content goes into the scenario, so that its digest covers them and a run needs no file.
"""

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path as File
from typing import Final

from callcenter.clock import NEVER, SECOND, Tick
from callcenter.errors import ScenarioError
from simulation.scenario.arrivals import Trace
from simulation.scenario.lead_files import LEAD_ENCODINGS, read_leads
from simulation.scenario.problems import Path, spell
from simulation.scenario.sheets import Row, Sheet, columns_of, sheet
from simulation.scenario.tree import Tree, child_of, mappings, replaced
from simulation.scenario.units import shown

_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001  # local time, whatever the place
_TICK: Final = timedelta(microseconds=1)
_LONGEST_SECONDS: Final = 3660 * 86_400
_UNKNOWN: Final = -1
_EXPECTED: Final = {
    "arrived": "a local date and time such as 2009-03-02T09:15:30",
    "patience_seconds": "seconds, never, or nothing",
    "talk_seconds": "seconds, or nothing",
}


def attached(tree: Tree, *, folder: File, file: str) -> Tree:
    """Read every data file the scenario names and put its content beside or in place of the name."""
    for path, table, there in _named(tree, folder=folder, file=file):
        named = table.value["file"]
        if _is_leads(path):
            tree = _with_leads(tree, path, sheet(there, named, path, encodings=LEAD_ENCODINGS))
        elif _is_arrivals(path, table):
            _nothing_loaded_yet(path, table)
            trace = read_trace(sheet(there, named, path))
            tree = replaced(tree, (*path, "trace"), Tree(trace, named.place))
        else:
            key, values = read_durations(sheet(there, named, path))
            tree = replaced(tree, (*path, "file"), None)
            tree = replaced(tree, (*path, key), Tree(values, named.place))
    return tree


def data_files(tree: Tree, *, folder: File, file: str) -> list[File]:
    """List the data files the scenario names."""
    return [there for _, _, there in _named(tree, folder=folder, file=file)]


def _named(tree: Tree, *, folder: File, file: str) -> list[tuple[Path, Tree, File]]:
    """Find every table that names a data file: its path, itself, and where the file lies."""
    found = []
    for path, table in mappings(tree):
        named = table.value.get("file")
        if named is None or not isinstance(named.value, str):
            continue
        beside = folder
        if named.place.file not in {None, file} and named.place.line is not None:
            beside = File(str(named.place.file)).parent
        if (
            _is_leads(path)
            or _is_arrivals(path, table)
            or _says(table, "distribution", "empirical")
        ):
            found.append((path, table, beside / named.value))
    return found


def _is_arrivals(path: Path, table: Tree) -> bool:
    place = len(path) == len(("queue", "name", "arrivals"))
    found = place and path[0] == "queue" and path[-1] == "arrivals"
    return found and ("by" not in table.value or _says(table, "by", "trace"))


def _is_leads(path: Path) -> bool:
    return len(path) == len(("campaigns", "name", "leads")) and path[::2] == ("campaigns", "leads")


def _with_leads(tree: Tree, path: Path, text: Sheet) -> Tree:
    """Put how many leads a file has in the place of its name, and who they are beside it."""
    campaign = tree
    for part in path[:-1]:
        campaign = child_of(campaign, part) or campaign
    named = campaign.value[path[-1]]
    _nothing_loaded_yet(path[:-1], campaign, key="listed")
    cells = child_of(campaign, "cells")
    names = tuple(cells.value) if cells is not None and isinstance(cells.value, dict) else ()
    listed = read_leads(text, cells=names)
    tree = replaced(tree, path, Tree(listed.rows, named.place))
    for name in names:
        cell = cells.value[name] if cells is not None else None
        if cell is not None and isinstance(cell.value, dict) and "share" not in cell.value:
            share = listed.cell.count(name) / listed.rows
            at = (*path[:-1], "cells", name, "share")
            tree = replaced(tree, at, Tree(share, named.place))
    return replaced(tree, (*path[:-1], "listed"), Tree(listed, named.place))


def _says(table: Tree, key: str, word: str) -> bool:
    said = table.value.get(key)
    return said is not None and bool(said.value == word)


def _nothing_loaded_yet(path: Path, table: Tree, *, key: str = "trace") -> None:
    written = table.value.get(key)
    if written is not None:
        who = "callers" if key == "trace" else "leads"
        why = f"unknown key, expected the {who} in the file only"
        place = written.place
        raise ScenarioError(why, file=place.file, line=place.line, key=spell((*path, key)))


def read_trace(text: Sheet) -> Trace:
    """Read recorded callers; lines may stand in any order, callers come out by arrival."""
    known = ("arrived", "patience_seconds", "talk_seconds")
    columns = columns_of(text, known)
    if "arrived" not in columns:
        got = ", ".join(text.header()) or "nothing"
        raise text.refuse(f"expected a column arrived in the first line, got {got}", line=1)
    readers = {"arrived": _moment, "patience_seconds": _patience, "talk_seconds": _talk}
    callers = sorted(
        tuple(_cell(text, row, name, readers[name]) for name in columns) for row in text.rows()
    )
    if not callers:
        raise text.refuse("expected at least one caller below the first line")
    by_name = dict(zip(columns, zip(*callers, strict=True), strict=True))
    return Trace(
        arrived=by_name["arrived"],
        patience=by_name.get("patience_seconds"),
        talk=by_name.get("talk_seconds"),
    )


def read_durations(text: Sheet) -> tuple[str, tuple[object, ...]]:
    """Read one column `seconds`, or bars `low,high,weight`; return the key they belong under."""
    header = text.header()
    if header == ["seconds"]:
        key = "values"
        seconds = (_cell(text, row, "seconds", _seconds) for row in text.rows())
        values: tuple[object, ...] = tuple(map(_written, seconds))
    elif header == ["low", "high", "weight"]:
        key = "histogram"
        values = tuple(_bar(text, row) for row in text.rows())
    else:
        got = ", ".join(header) or "nothing"
        raise text.refuse(f"expected columns seconds, or low,high,weight, got {got}", line=1)
    if not values:
        raise text.refuse("expected at least one value below the first line")
    return key, values


def _cell(text: Sheet, row: Row, name: str, read: Callable[[str], Tick]) -> Tick:
    line, cells = row
    try:
        return read(cells[name].strip())
    except (ValueError, OverflowError):
        why = f"expected {_EXPECTED.get(name, 'seconds')}, got {shown(cells[name])}"
        raise text.refuse(why, line=line, key=name) from None


def _moment(cell: str) -> Tick:
    moment = datetime.fromisoformat(cell)
    if moment.tzinfo is not None or moment < _EPOCH:
        raise ValueError
    return (moment - _EPOCH) // _TICK


def _seconds(cell: str) -> Tick:
    seconds = float(cell)
    if not 0 <= seconds <= _LONGEST_SECONDS:
        raise ValueError
    return round(seconds * SECOND)


def _talk(cell: str) -> Tick:
    return _seconds(cell) if cell else _UNKNOWN


def _patience(cell: str) -> Tick:
    return NEVER if cell.lower() == "never" else _talk(cell)


def _written(ticks: Tick) -> str:
    return f"{ticks}us"


def _bar(text: Sheet, row: Row) -> dict[str, object]:
    line, cells = row
    low, high = (_cell(text, row, name, _seconds) for name in ("low", "high"))
    try:
        weight = float(cells["weight"])
    except ValueError:
        weight = math.nan
    if not weight >= 0 or math.isinf(weight):
        why = f"expected a weight of 0 or more, got {shown(cells['weight'])}"
        raise text.refuse(why, line=line, key="weight")
    if low >= high:
        raise text.refuse("expected low below high", line=line)
    return {"low": _written(low), "high": _written(high), "weight": weight}
