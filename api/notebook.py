"""Three lines in a notebook: load a scenario, run it, look at it (docs/notebook.md)."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.files import write_text
from api.outline import headline
from api.words import Language, figure, give_or_take, heading, title_of, totals, unit_of
from callcenter.measures.scorecard import Scorecard
from simulation import results
from simulation.exports import Library, framed, logs, scorecard_table
from simulation.results import RunResult
from simulation.scenario import Scenario, load

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

__all__ = ["Run", "load", "run"]


@dataclass(frozen=True, slots=True, repr=False)
class Run:
    """A scenario that has been run."""

    result: RunResult

    @property
    def scorecard(self) -> Scorecard:
        """Every measure, to be asked for by name."""
        return self.result.scorecard

    def plot(self, chart: str = "service", *, lang: str = "en") -> "Figure":
        """Return a chart.

        Args:
            chart: `staffing`, `service`, `waiting`, `queue`, `occupancy` or `days`.
            lang: `en` or `ko`.

        Raises:
            ValueError: There is no such chart, or this run has nothing to show in it.
        """
        from api.report.figures import figure_of

        return figure_of(self.result.to_dict(), chart, lang=Language(lang))

    def frame(self, by: str = "interval", *, to: Library = "pandas") -> Any:
        """Return the scorecard as a frame, one row a cell.

        Args:
            by: `total`, `interval`, `day`, `queue`, `group`, `queue_interval` …
            to: `pandas`, `polars` or `arrow`.
        """
        return framed(scorecard_table(self.result, by), to)

    def calls(self, replications: Sequence[int] = (0,), *, to: Library = "pandas") -> Any:
        """Return the call log of replications, one row a leg."""
        return framed(logs(self.result, replications)[0], to)

    def agents(self, replications: Sequence[int] = (0,), *, to: Library = "pandas") -> Any:
        """Return the agent log of replications, one row a spell."""
        return framed(logs(self.result, replications)[1], to)

    def differences(self, other: "Run", *, to: Library = "pandas") -> Any:
        """Return how another run, of the same seed, differs from this one, one row a measure."""
        import pyarrow as pa

        from simulation.comparisons import differences

        found = differences(self.result, other.result)
        return framed(pa.Table.from_pylist([one.record() for one in found]), to)

    def report(self, path: str | Path, *, lang: str = "ko") -> Path:
        """Write the report to a file and return where it is."""
        from api.report import render

        write_text(Path(path), render(self.result.to_dict(), lang=Language(lang)))
        return Path(path)

    def save(self, path: str | Path) -> Path:
        """Write the result as JSON and return where it is."""
        write_text(Path(path), self.result.to_json())
        return Path(path)

    def __repr__(self) -> str:  # type: ignore[explicit-override] # typing has override from 3.12 on
        """Say what was run."""
        result = self.result
        return (
            f"Run({result.scenario.scenario!r}, replications={result.replications}, "
            f"seed={result.seed}, engine={result.engine!r})"
        )

    def _repr_html_(self) -> str:
        """Show the headline figures where a notebook shows a value."""
        document = self.result.to_dict()
        rows = "".join(
            f"<tr><th style='text-align:left'>{html.escape(heading(document, name, Language.EN))}</th>"
            f"<td>{figure(totals(document)[name]['value'], unit_of(document, name))}</td>"
            f"<td>{give_or_take(totals(document)[name]['half_width'], unit_of(document, name))}</td></tr>"
            for _, names in headline(document)
            for name in names
        )
        title = html.escape(title_of(document, Language.EN))
        return f"<table><caption>{title}</caption><tbody>{rows}</tbody></table>"


def run(
    scenario: Scenario | str | Path,
    *,
    replications: int | None = None,
    seed: int | None = None,
    engine: str = "fast",
    workers: int | None = None,
) -> Run:
    """Run a scenario, or the file of one; what is not given, the scenario says."""
    if not isinstance(scenario, Scenario):
        scenario = load(scenario)
    return Run(
        results.run(scenario, replications=replications, seed=seed, engine=engine, workers=workers)
    )
