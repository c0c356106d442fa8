"""Where results go besides the terminal: checked before the run, written whole after it."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from api.files import check_folder, check_place, write_text
from api.words import Document, Language
from callcenter.errors import InputError

if TYPE_CHECKING:
    from simulation.results import RunResult

RUNS_SCHEMA: Final = "callcenter.runs/1"
"""Several results in one document."""
_SUFFIX: Final = {"--json": ".json", "--html": ".html"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """What a person wants written."""

    json_to: str | None
    html_to: Path | None
    parquet_to: Path | None
    read: Sequence[Path] = ()
    """The files it all comes from, which nothing may take the place of."""

    def __post_init__(self) -> None:
        """Refuse places that cannot be written to before anything is run."""
        if self.json_to is not None and not self.only_json:
            check_place(Path(self.json_to))
        if self.html_to is not None:
            check_place(self.html_to)
        if self.parquet_to is not None:
            check_folder(self.parquet_to)
        self._check_apart()

    def _check_apart(self) -> None:
        """Refuse to write over what is read, or one thing over another."""
        read = {path.resolve() for path in self.read}
        taken: set[Path] = set()
        for option, place in (
            ("--json", None if self.only_json or self.json_to is None else Path(self.json_to)),
            ("--html", self.html_to),
            ("--parquet", self.parquet_to),
        ):
            if place is None:
                continue
            if place.name == "-":
                raise InputError(
                    f"{option}: expected the name of a file, got '-'; only --json prints"
                )
            found = place.resolve()
            if found in read:
                raise InputError(
                    f"{option}: expected a place of its own, {str(place)!r} is read by the scenario"
                )
            if found in taken:
                raise InputError(
                    f"{option}: expected a place of its own, another result goes to {str(place)!r}"
                )
            taken.add(found)
            self._check_beside_tables(option, place)

    def _check_beside_tables(self, option: str, place: Path) -> None:
        """Refuse the name of a table, or of the folder of one scenario's tables, for another result."""
        if self.parquet_to is None or self.parquet_to.resolve() not in place.resolve().parents:
            return
        if place.suffix in {"", ".parquet"}:
            raise InputError(
                f"{option}: expected a name such as result{_SUFFIX[option]} among the tables of "
                f"--parquet, got {str(place)!r}"
            )

    @property
    def only_json(self) -> bool:
        """Say whether standard output belongs to the JSON text."""
        return self.json_to == "-"

    def write(
        self, results: Sequence[tuple["RunResult", Document]], *, lang: Language | None
    ) -> None:
        """Write everything wanted and say, on stderr, where it is."""
        names = names_of([result.scenario.scenario for result, _ in results])
        several = len(results) > 1
        for (result, document), name in zip(results, names, strict=True):
            if self.html_to is not None:
                self._html(document, _among(self.html_to, name) if several else self.html_to, lang)
            if self.parquet_to is not None:
                self._parquet(result, name if several else None)
        if self.json_to is not None:
            documents = [document for _, document in results]
            put_json(
                {"schema": RUNS_SCHEMA, "runs": documents} if several else documents[0],
                to=self.json_to,
            )

    def _html(self, document: Document, path: Path, lang: Language | None) -> None:
        from api.report import render

        write_text(path, render(document, lang=lang or Language.KO))
        wrote("report", path)

    def _parquet(self, result: "RunResult", name: str | None) -> None:
        from api.files import whole_folder
        from simulation.exports import write_parquet

        assert self.parquet_to is not None, "asked for"
        folder = self.parquet_to
        if name is not None:
            folder.mkdir(exist_ok=True)
            folder /= name
        with whole_folder(folder) as beside:
            write_parquet(result, beside)
        wrote("tables", folder)


def sources(scenarios: Sequence[Path], changes: Sequence[str]) -> list[Path]:
    """List all files that scenarios are read from: those they extend and their data, too."""
    from simulation.scenario import files_read

    return [file for scenario in scenarios for file in files_read(scenario, changes)]


def put_json(document: Any, *, to: str) -> None:
    """Print a document, or write it as a whole file."""
    content = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    if to == "-":
        sys.stdout.write(content)
        sys.stdout.flush()
        return
    write_text(Path(to), content)
    wrote("result", Path(to))


def names_of(scenarios: Sequence[str]) -> list[str]:
    """Give each scenario a name of its own; a second of the same name gets its number."""
    return [
        name if scenarios.count(name) == 1 else f"{name}-{scenarios[: number + 1].count(name)}"
        for number, name in enumerate(scenarios)
    ]


def _among(path: Path, name: str) -> Path:
    return path.with_name(f"{path.stem}-{name}{path.suffix}")


def wrote(what: str, path: Path) -> None:
    """Say on stderr where something is."""
    typer.echo(f"{what} written to {path}", err=True)
