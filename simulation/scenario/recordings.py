"""Data files beside a scenario: recorded callers, measured durations, histograms.

Their content goes into the scenario, so that its digest covers them and a run needs no file.
"""

import csv
import difflib
import io
import math
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path as File
from typing import Final

from callcenter.clock import NEVER, SECOND, Tick
from callcenter.errors import DataError, ScenarioError
from simulation.scenario.arrivals import Trace
from simulation.scenario.problems import Path, spell
from simulation.scenario.tree import Tree, mappings, replaced
from simulation.scenario.units import shown

LARGEST_DATA: Final = 200_000_000
"""Bytes."""
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001  # local time, whatever the place
_TICK: Final = timedelta(microseconds=1)
_LONGEST_SECONDS: Final = 3660 * 86_400
_UNKNOWN: Final = -1
_ALIKE: Final = 0.75
_EXPECTED: Final = {
    "arrived": "a local date and time such as 2009-03-02T09:15:30",
    "patience_seconds": "seconds, never, or nothing",
    "talk_seconds": "seconds, or nothing",
}

Row = tuple[int, dict[str, str]]
"""Line number and cells by column."""


def attached(tree: Tree, *, folder: File, file: str) -> Tree:
    """Read every data file the scenario names and put its content beside or in place of the name."""
    for path, table, there in _named(tree, folder=folder, file=file):
        named = table.value["file"]
        if _is_arrivals(path, table):
            _nothing_loaded_yet(path, table)
            trace = read_trace(_text(there, named, path))
            tree = replaced(tree, (*path, "trace"), Tree(trace, named.place))
        else:
            key, values = read_durations(_text(there, named, path))
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
        if _is_arrivals(path, table) or _says(table, "distribution", "empirical"):
            found.append((path, table, beside / named.value))
    return found


def _is_arrivals(path: Path, table: Tree) -> bool:
    place = len(path) == len(("queue", "name", "arrivals"))
    found = place and path[0] == "queue" and path[-1] == "arrivals"
    return found and ("by" not in table.value or _says(table, "by", "trace"))


def _says(table: Tree, key: str, word: str) -> bool:
    said = table.value.get(key)
    return said is not None and bool(said.value == word)


def _nothing_loaded_yet(path: Path, table: Tree) -> None:
    written = table.value.get("trace")
    if written is not None:
        why = "unknown key, expected the callers in the file only"
        place = written.place
        raise ScenarioError(why, file=place.file, line=place.line, key=spell((*path, "trace")))


class _Text:
    """A data file's content and its name."""

    def __init__(self, name: str, content: str) -> None:
        self.name = name
        self.content = content

    def refuse(self, why: str, *, line: int | None = None, key: str | None = None) -> DataError:
        return DataError(why, file=self.name, line=line, key=key)

    def header(self) -> list[str]:
        try:
            first = next(csv.reader(io.StringIO(self.content)), [])
        except csv.Error as error:
            raise self.refuse(f"expected a CSV file ({error})", line=1) from error
        return [cell.strip().lower() for cell in first]

    def rows(self) -> Iterator[Row]:
        """Give every line that is not blank."""
        names = self.header()
        reader = csv.reader(io.StringIO(self.content))
        try:
            next(reader, None)
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    if len(cells) != len(names):
                        why = f"expected {len(names)} cells, got {len(cells)}"
                        raise self.refuse(why, line=reader.line_num)
                    yield reader.line_num, dict(zip(names, cells, strict=True))
        except csv.Error as error:
            raise self.refuse(f"expected a CSV file ({error})", line=reader.line_num) from error


def _text(file: File, named: Tree, path: Path) -> _Text:
    try:
        with file.open("rb") as stream:
            raw = stream.read(LARGEST_DATA + 1)
    except (OSError, ValueError) as error:
        why = f"expected a CSV file that can be read, got {named.value!r}"
        place = named.place
        key = spell((*path, "file"))
        raise ScenarioError(why, file=place.file, line=place.line, key=key) from error
    if len(raw) > LARGEST_DATA:
        raise DataError(f"expected at most {LARGEST_DATA // 1_000_000} MB", file=str(file))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise DataError("expected text in UTF-8", file=str(file), line=line) from error
    return _Text(str(file), text)


def read_trace(text: _Text) -> Trace:
    """Read recorded callers; lines may stand in any order, callers come out by arrival."""
    known = ("arrived", "patience_seconds", "talk_seconds")
    columns = _columns(text, known)
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


def read_durations(text: _Text) -> tuple[str, tuple[object, ...]]:
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


def _columns(text: _Text, known: tuple[str, ...]) -> list[str]:
    """Choose the known columns; one that only resembles them is a slip, not another matter."""
    header = text.header()
    for name in header:
        close = difflib.get_close_matches(name, known, n=1, cutoff=_ALIKE)
        if close and name not in known:
            raise text.refuse(f"expected a column {close[0]}, got {name!r}", line=1)
        if header.count(name) > 1 and name in known:
            raise text.refuse(f"expected one column {name}, got several", line=1)
    return [name for name in known if name in header]


def _cell(text: _Text, row: Row, name: str, read: Callable[[str], Tick]) -> Tick:
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


def _bar(text: _Text, row: Row) -> dict[str, object]:
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
