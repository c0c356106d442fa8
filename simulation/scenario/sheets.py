"""CSV files beside a scenario: read whole, line by line, with errors that name file, line and column."""

import csv
import difflib
import io
from collections.abc import Iterator
from pathlib import Path as File
from typing import Final

from callcenter.errors import DataError, ScenarioError
from simulation.scenario.problems import Path, spell
from simulation.scenario.tree import Tree

LARGEST_DATA: Final = 200_000_000
"""Bytes."""
_ALIKE: Final = 0.75

Row = tuple[int, dict[str, str]]
"""Line number and cells by column."""


class Sheet:
    """A data file's content and its name."""

    def __init__(self, name: str, content: str) -> None:
        """Take a text that was read."""
        self.name = name
        self.content = content

    def refuse(self, why: str, *, line: int | None = None, key: str | None = None) -> DataError:
        """Return the error that names the file, a line and a column."""
        return DataError(why, file=self.name, line=line, key=key)

    def header(self) -> list[str]:
        """Return the names of the columns, in small letters."""
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


def sheet(
    file: File, named: Tree, path: Path, *, encodings: tuple[str, ...] = ("utf-8-sig",)
) -> Sheet:
    """Read a data file that a scenario names.

    Args:
        file: Where it lies.
        named: Where its name is written.
        path: Of the table that names it.
        encodings: The first in which the whole file reads is the one.

    Raises:
        ScenarioError: there is no such file, or it may not be read.
        DataError: it is too large, or no text in any of these encodings.
    """
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
    return Sheet(str(file), _decoded(raw, encodings, name=str(file)))


def _decoded(raw: bytes, encodings: tuple[str, ...], *, name: str) -> str:
    line = 1
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
    spoken = " or ".join(word.removesuffix("-sig").upper() for word in encodings)
    raise DataError(f"expected text in {spoken}", file=name, line=line)


def columns_of(text: Sheet, known: tuple[str, ...]) -> list[str]:
    """Choose the known columns; one that only resembles them is a slip, not another matter."""
    header = text.header()
    for name in header:
        close = difflib.get_close_matches(name, known, n=1, cutoff=_ALIKE)
        if close and name not in known:
            raise text.refuse(f"expected a column {close[0]}, got {name!r}", line=1)
        if header.count(name) > 1 and name in known:
            raise text.refuse(f"expected one column {name}, got several", line=1)
    return [name for name in known if name in header]
