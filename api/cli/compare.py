"""`callcenter compare`: the same callers meet several scenarios; what changes, and how sure is it?"""

from typing import Annotated, Any

import typer

from api.cli.options import (
    Changes,
    Engine,
    EngineName,
    JsonTo,
    Lang,
    Replications,
    Scenarios,
    Seed,
    Workers,
)
from api.cli.outputs import Outputs, names_of, put_json, sources
from api.cli.run import check_measure, plans, run_one
from api.words import Language

Measures = Annotated[
    list[str],
    typer.Option(
        "--measure",
        metavar="NAME",
        show_default=False,
        help="Show this measure only; may be given several times.",
    ),
]


def compare(
    scenario: Scenarios,
    changes: Changes = [],  # noqa: B006 - typer reads the default and never changes it
    measure: Measures = [],  # noqa: B006 - likewise
    replications: Replications = None,
    seed: Seed = None,
    engine: EngineName = Engine.FAST,
    json_to: JsonTo = None,
    workers: Workers = None,
    lang: Lang = None,
) -> None:
    """Compare scenarios with the first one, replication by replication."""
    if len(scenario) < 2:  # noqa: PLR2004 - a comparison has two sides
        raise typer.BadParameter("expected two scenarios or more", param_hint="SCENARIO...")
    outputs = Outputs(
        json_to=json_to, html_to=None, parquet_to=None, read=sources(scenario, changes)
    )
    for name in measure:
        check_measure(name)
    ready = plans(scenario, changes)
    first = ready[0].scenario.run
    results = [
        run_one(
            plan,
            replications=replications or max(first.replications, 2),
            seed=first.seed if seed is None else seed,
            engine=engine,
            workers=workers,
        )
        for plan in ready
    ]
    from simulation.comparisons import comparison

    document = comparison(results, labels=names_of([file.stem for file in scenario]))
    if not outputs.only_json:
        _show(document, measures=measure, lang=lang or Language.of_place())
    if json_to is not None:
        put_json(document, to=json_to)


def _show(document: dict[str, Any], *, measures: list[str], lang: Language) -> None:
    from api.comparing import show
    from api.console import terminal

    show(terminal(), document, measures=measures, lang=lang)
