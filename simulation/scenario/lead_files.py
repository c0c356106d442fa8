"""Lists of leads as CSV files: who is on the list, in which cell, and who must not be called."""

from typing import Final

from simulation.scenario.campaigns import LeadList
from simulation.scenario.sheets import Row, Sheet
from simulation.scenario.units import shown

LEAD_ENCODINGS: Final = ("utf-8-sig", "cp949")
"""Korean spreadsheets still write CP949; hardly a text in it is UTF-8 by accident."""
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "lead": ("대상", "대상번호"),
    "cell": ("구분", "할당"),
    "do_not_call": ("수신거부",),
}
"""Every column, and what else it may be called."""
_CALLED: Final = {alias: name for name, more in COLUMNS.items() for alias in (name, *more)}
_YES: Final = frozenset({"yes", "y", "true", "1", "예", "o"})
_NO: Final = frozenset({"", "no", "n", "false", "0", "아니오", "x"})


def read_leads(text: Sheet, *, cells: tuple[str, ...]) -> LeadList:
    """Read a list; leads are dialled in the order of its lines.

    Args:
        text: The file.
        cells: Of the campaign. Without any the column of cells is passed over.

    Raises:
        DataError: a column is missing, a lead stands twice, or a cell is none of the campaign's.
    """
    where = _places(text, needed=("lead", "cell") if cells else ("lead",))
    found: list[tuple[str, str, bool]] = []
    seen: dict[str, int] = {}
    for row in text.rows():
        lead = _lead(text, row, where["lead"], seen)
        cell = _cell(text, row, where["cell"], cells) if cells else ""
        barred = "do_not_call" in where and _barred(text, row, where["do_not_call"])
        found.append((lead, cell, barred))
    if not found:
        raise text.refuse("expected at least one lead below the first line")
    _, own, barred_ones = zip(*found, strict=True)
    return LeadList(
        rows=len(found),
        cell=own if cells else (),
        barred=barred_ones if "do_not_call" in where else (),
    )


def _places(text: Sheet, *, needed: tuple[str, ...]) -> dict[str, str]:
    """Say what the file calls each column it has."""
    header = text.header()
    found: dict[str, str] = {}
    for written in header:
        name = _CALLED.get(written)
        if name is not None and name in found:
            why = f"expected one column {name}, got {found[name]!r} and {written!r}"
            raise text.refuse(why, line=1)
        if name is not None:
            found[name] = written
    for name in needed:
        if name not in found:
            others = ", ".join(COLUMNS[name])
            got = ", ".join(header) or "nothing"
            why = f"expected a column {name} ({others}) in the first line, got {got}"
            raise text.refuse(why, line=1)
    return found


def _lead(text: Sheet, row: Row, column: str, seen: dict[str, int]) -> str:
    line, cells = row
    lead = cells[column].strip()
    if not lead:
        why = "expected a name or number that stands for one citizen, got nothing"
        raise text.refuse(why, line=line, key=column)
    if lead in seen:
        why = f"expected each lead once, got one of line {seen[lead]} again"
        raise text.refuse(why, line=line, key=column)
    seen[lead] = line
    return lead


def _cell(text: Sheet, row: Row, column: str, cells: tuple[str, ...]) -> str:
    line, written = row
    cell = written[column].strip()
    if cell not in cells:
        why = f"expected one of {', '.join(cells)}, got {shown(cell)}"
        raise text.refuse(why, line=line, key=column)
    return cell


def _barred(text: Sheet, row: Row, column: str) -> bool:
    line, cells = row
    word = cells[column].strip().lower()
    if word not in _YES | _NO:
        why = f"expected yes, no or nothing (예, 아니오), got {shown(word)}"
        raise text.refuse(why, line=line, key=column)
    return word in _YES
