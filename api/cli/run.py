"""`callcenter run`: live a scenario many times and show what the centre would do."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from api.cli.options import (
    ByCut,
    Changes,
    Cut,
    Engine,
    EngineName,
    HtmlTo,
    JsonTo,
    Lang,
    MeasureName,
    ParquetTo,
    PrecisionWanted,
    Replications,
    Scenarios,
    Seed,
    Workers,
    share_of,
)
from api.cli.outputs import Outputs, sources
from api.words import Document, Language

if TYPE_CHECKING:
    from simulation.plan import Plan
    from simulation.results import RunResult


def run(
    scenario: Scenarios,
    changes: Changes = [],  # noqa: B006 - typer reads the default and never changes it
    replications: Replications = None,
    seed: Seed = None,
    engine: EngineName = Engine.FAST,
    precision: PrecisionWanted = None,
    measure: MeasureName = "service_level",
    by: ByCut = Cut.INTERVAL,
    json_to: JsonTo = None,
    html_to: HtmlTo = None,
    parquet_to: ParquetTo = None,
    workers: Workers = None,
    lang: Lang = None,
) -> None:
    """Run scenarios and show what the centre would do."""
    outputs = Outputs(
        json_to=json_to, html_to=html_to, parquet_to=parquet_to, read=sources(scenario, changes)
    )
    wanted = None if precision is None else share_of(precision, option="--precision")
    check_measure(measure)
    results = []
    for plan in plans(scenario, changes):
        result = run_one(
            plan,
            replications=replications,
            seed=seed,
            engine=engine,
            precision=wanted,
            measure=measure,
            by_agent=by is Cut.AGENT,
            workers=workers,
        )
        document = result.to_dict()
        if not outputs.only_json:
            _show(document, by=by, lang=lang or Language.of_place())
        results.append((result, document))
    outputs.write(results, lang=lang)


def plans(files: list[Path], changes: list[str]) -> list["Plan"]:
    """Read all scenarios before any is run: a typing mistake shows at once."""
    from simulation.plan import compile_plan
    from simulation.scenario import load

    return [compile_plan(load(file, changes)) for file in files]


def check_measure(name: str) -> None:
    """Refuse a measure that nobody knows."""
    from callcenter.measures.catalogue import NAMES, SERVICE_LEVEL

    if name not in (known := [SERVICE_LEVEL, *NAMES]):
        from difflib import get_close_matches

        near = get_close_matches(name, known, n=5, cutoff=0.4) or known[:5]
        raise typer.BadParameter(
            f"expected a measure such as {', '.join(near)}, got {name!r}", param_hint="--measure"
        )


def run_one(
    plan: "Plan",
    *,
    replications: int | None = None,
    seed: int | None = None,
    engine: Engine = Engine.FAST,
    precision: float | None = None,
    measure: str = "service_level",
    by_agent: bool = False,
    workers: int | None = None,
) -> "RunResult":
    """Run one plan under the eyes of whoever waits for it."""
    from api.progress import watching
    from callcenter.measures.tally import Detail
    from simulation import precision as until, results

    detail = Detail.FULL if by_agent else Detail.INTERVALS
    total = replications or (plan.scenario.run.replications if precision is None else until.FIRST)
    with watching(plan.scenario.scenario, total, engine=engine) as tell:
        if precision is not None:
            return until.run_until(
                plan,
                precision=precision,
                measure=measure,
                first=total,
                at_most=max(until.AT_MOST, total),
                seed=seed,
                engine=engine,
                detail=detail,
                workers=workers,
                progress=tell,
            )
        return results.run(
            plan,
            replications=total,
            seed=seed,
            engine=engine,
            detail=detail,
            workers=workers,
            progress=lambda done: tell(done, total),
        )


def _show(document: Document, *, by: Cut, lang: Language) -> None:
    from api.console import show, terminal

    show(terminal(), document, by=by, lang=lang)
