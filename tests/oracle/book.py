"""The validation book: `python -m tests.oracle.book` runs every case and rewrites docs/validation.md.

The same code gives the same book: every case has a seed of its own, and nothing of the machine is
written down.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Final

from tests.oracle.book_days import DAYS, PUBLISHED
from tests.oracle.book_extra import EXTRA
from tests.oracle.book_formulas import H20, SIMULATED, Print, formulas
from tests.oracle.book_steady import STEADY
from tests.oracle.ledger import NORMAL, Case, Reading, Settled, settle

CHAPTERS: Final[dict[str, tuple[Case, ...]]] = {
    "Without end: one queue, several types, those who come back": STEADY,
    "Rules of the house": EXTRA,
    "Days: demand and staff that change": DAYS,
    "Textbook formulas, simulated": SIMULATED,
    "What others have published": (*PUBLISHED, *H20),
}
"""Every case of the book."""

BOOK: Final = Path(__file__).parents[2] / "docs" / "validation.md"
_ALARM: Final = 4.0
_TWO: Final = 2.0

_FOREWORD: Final = """\
# Validation book

Does the simulation tell the truth? Here it is held against numbers that were found without it: closed
forms, Markov chains solved to the last digit, and what other programs have published. `make validation`
runs every case again and rewrites this page; the same code gives the same page.

How to read a line: *theirs* is the exact value, or a published one with its standard error; *ours* is what
`callcenter run` says, with its own standard error; **z** is the distance between the two in standard
errors of the difference. By chance alone one line in twenty lies beyond ±2 and one in sixteen thousand
beyond ±4; beyond 4, something is wrong. Lines of one case are kin and stray together: where calls
happened to come thick, they all wait long. A mark • says that the 95 % interval misses.

The worlds are files in `tests/oracle/worlds/`; each runs by itself, for instance
`callcenter run tests/oracle/worlds/n-design.yaml`. The exact answers are computed in `tests/oracle/`, apart
from the formulas of `callcenter.planning`, which are under test here as well.
"""


def every_case() -> list[Case]:
    """Return the cases of all chapters."""
    return list(chain.from_iterable(CHAPTERS.values()))


def settled(
    *, tell: Callable[[str], None] = lambda _: None, part: int = 1
) -> Iterator[tuple[str, list[Settled]]]:
    """Run the whole book, chapter by chapter."""
    for title, cases in CHAPTERS.items():
        found = []
        for case in cases:
            tell(case.name)
            found.append(settle(case, part=part))
        yield title, found


def written(chapters: Sequence[tuple[str, list[Settled]]]) -> str:
    """Return the book as Markdown."""
    readings = [reading for _, cases in chapters for case in cases for reading in case.readings]
    parts = [_FOREWORD, _summary(chapters, readings), *_formulas(formulas())]
    for title, cases in chapters:
        parts.append(f"## {title}\n")
        parts += [_case(case) for case in cases]
    return "\n".join(parts)


def _summary(chapters: Sequence[tuple[str, list[Settled]]], readings: Sequence[Reading]) -> str:
    rows = [
        (title, len(cases), list(chain.from_iterable(case.readings for case in cases)))
        for title, cases in chapters
    ]
    rows.append(("**All**", sum(count for _, count, _ in rows), list(readings)))
    beyond = sum(abs(reading.z) > _ALARM for reading in readings)
    calls = sum(case.calls for _, cases in chapters for case in cases)
    lines = [
        "## In short\n",
        "| chapter | cases | lines | within ±1.96 | 95 % interval covers | beyond ±2 | largest z |",
        "|---|---:|---:|---:|---:|---:|---:|",
        *(_row(title, count, found) for title, count, found in rows),
        "",
        f"Beyond ±4: {beyond}. Calls simulated: {calls:,.0f}.",
        "",
    ]
    return "\n".join(lines)


def _row(title: str, count: int, readings: Sequence[Reading]) -> str:
    total = len(readings)
    inside = sum(abs(reading.z) < NORMAL for reading in readings) / total
    covered = sum(reading.covered for reading in readings) / total
    beyond = sum(abs(reading.z) > _TWO for reading in readings) / total
    largest = max((reading.z for reading in readings), key=abs)
    return f"| {title} | {count} | {total} | {inside:.1%} | {covered:.1%} | {beyond:.1%} | {largest:+.2f} |"


def _formulas(prints: Sequence[Print]) -> Iterator[str]:
    yield "## Textbook formulas, digit by digit\n"
    yield "`callcenter.planning` against printed numbers: ours must round to what is printed.\n"
    yield "| case | number | printed | ours | agrees | source |"
    yield "|---|---|---:|---:|---|---|"
    for row in prints:
        verdict = "yes" if row.agrees else "**no**"
        yield (
            f"| {row.case} | {row.what} | {row.printed} | {row.ours:.10g} | {verdict} | {row.source} |"
        )
    yield ""


def _case(found: Settled) -> str:
    case = found.case
    days = "day" if found.days == 1 else "days"
    size = f"{found.replications} replications of {found.days} {days}, {found.calls:,.0f} calls"
    lines = [
        f"### {case.title}\n",
        f"{case.about} *Source: {case.source}.*\n",
        f"`{case.world}.yaml`{_said(case)}; {size}, seed {case.seed}.\n",
        "| measure | theirs | s.e. | ours | s.e. | z | |",
        "|---|---:|---:|---:|---:|---:|---|",
        *(_line(reading) for reading in found.readings),
        "",
    ]
    return "\n".join(lines)


def _said(case: Case) -> str:
    return (
        f" with {', '.join(f'`{setting}`' for setting in case.settings)}" if case.settings else ""
    )


def _line(reading: Reading) -> str:
    line = reading.line
    error = f"{line.error:.2g}" if line.error else "exact"
    mark = "" if reading.covered else "•"
    return (
        f"| {line.what} | {line.theirs:.6g} | {error} | {reading.ours:.6g} | {reading.error:.2g} "
        f"| {reading.z:+.2f} | {mark} |"
    )


def main() -> None:
    """Write the book, telling on the way which case is run."""

    def tell(name: str) -> None:
        sys.stderr.write(f"  {name}\n")

    sys.stderr.write("Running the validation book (a minute or two) ...\n")
    chapters = list(settled(tell=tell))
    BOOK.parent.mkdir(exist_ok=True)
    BOOK.write_text(written(chapters), encoding="utf-8")
    sys.stderr.write(f"Wrote {BOOK.name}\n")


if __name__ == "__main__":
    main()
