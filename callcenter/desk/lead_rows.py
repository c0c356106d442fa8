"""Files of leads, read row by row: CSV in UTF-8, with or without a mark, or in CP949."""

import csv
import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from callcenter.desk.exports import FORMULA_SIGNS
from callcenter.desk.import_rows import looked_through
from callcenter.desk.people import LONGEST_NAME
from callcenter.errors import InputError

MOST_ROWS: Final = 50_000
"""Rows of one file, which is taken in one transaction."""
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "phone": ("전화번호", "전화", "연락처", "휴대전화"),
    "name": ("성명", "이름"),
    "cell": ("할당셀", "셀", "할당"),
}
"""Every column, and what else it may be called."""
_CALLED: Final = {alias: name for name, more in COLUMNS.items() for alias in (name, *more)}
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadLine:
    """One row, counted from 1, or why it says nothing."""

    row: int
    phone: str = ""
    name: str | None = None
    cell: str = ""
    trouble: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadFile:
    """A file that was read to its end."""

    sha256: str
    lines: tuple[LeadLine, ...]


def read_leads(file: BinaryIO) -> LeadFile:
    """Read a whole file; blank lines do not count.

    Raises:
        InputError: it is no CSV in a known encoding, lacks the numbers, has columns that nobody knows,
            or is longer than one transaction should be.
    """
    seen = looked_through(file)
    file.seek(0)
    encoding = "utf-8-sig" if seen.encoding == "utf-8" else seen.encoding
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        return LeadFile(sha256=seen.sha256, lines=tuple(_lines(text)))
    finally:
        text.detach()


def _lines(text: io.TextIOWrapper) -> Iterator[LeadLine]:
    reader = csv.reader(text, strict=True)
    row = 0
    try:
        names = _header(next(reader, []))
        for cells in reader:
            if any(cell.strip() for cell in cells):
                row += 1
                if row > MOST_ROWS:
                    raise InputError(f"expected at most {MOST_ROWS:,} rows in a file", key="file")
                yield _line(row, cells, names)
    except csv.Error as error:
        raise InputError(f"line {reader.line_num} is no CSV: {error}", key="file") from error


def _header(cells: list[str]) -> list[str]:
    names = []
    for cell in cells:
        name = _CALLED.get(unicodedata.normalize("NFC", cell).strip().lower())
        if name is None or name in names:
            known = ", ".join(f"{column} ({more[0]})" for column, more in COLUMNS.items())
            raise InputError(f"expected the columns {known}, each once", key="header")
        names.append(name)
    if "phone" not in names:
        raise InputError(f"expected a column phone ({COLUMNS['phone'][0]})", key="header")
    return names


def _line(row: int, cells: list[str], names: list[str]) -> LeadLine:
    if len(cells) != len(names):
        why = f"expected {len(names)} cells as in the first line, got {len(cells)}"
        return LeadLine(row=row, trouble=why)
    said = {name: _clean(cell) for name, cell in zip(names, cells, strict=True)}
    if any(len(text) > _LONGEST for text in said.values()):
        return LeadLine(row=row, trouble=f"expected at most {_LONGEST} characters in a cell")
    name = said.get("name") or None
    if name is not None and len(name) > LONGEST_NAME:
        return LeadLine(row=row, trouble=f"expected a name of at most {LONGEST_NAME} characters")
    return LeadLine(row=row, phone=said["phone"], name=name, cell=said.get("cell", ""))


def _clean(said: str) -> str:
    text = unicodedata.normalize("NFC", said).strip()
    return text[1:] if text[:1] == "'" and text[1:2] in (*FORMULA_SIGNS, "0") else text
