"""`callcenter campaign`: what campaigns come to, what callers pay for them, and how to set them."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.group import group
from api.cli.options import (
    Changes,
    Engine,
    EngineName,
    HtmlTo,
    JsonTo,
    Lang,
    OneScenario,
    Replications,
    Seed,
    Workers,
)
from api.cli.outputs import Outputs, put_json, sources, wrote
from api.words import Language

if TYPE_CHECKING:
    from simulation.plan import Plan

campaign = group("Run campaigns, weigh them against inbound service, and set their thresholds.")

_MOST = 100
"""Thresholds of one frontier."""


def _thresholds(written: str) -> list[int]:
    """Read `0..6`, `0..12..2` or `0,2,4`."""
    try:
        if ".." in written:
            first, last, *step = (int(part) for part in written.split(".."))
            found = list(range(first, last + 1, *step))
        else:
            found = [int(part) for part in written.split(",")]
    except (ValueError, TypeError):
        found = []
    if not found or min(found) < 0 or len(set(found)) > _MOST:
        message = f"expected thresholds such as 0..6 or 0,2,4, at most {_MOST}, got {written!r}"
        raise typer.BadParameter(message, param_hint="--thresholds")
    return found


def _day(written: str | None) -> date | None:
    """Read an ISO date."""
    try:
        return None if written is None else date.fromisoformat(written)
    except ValueError:
        message = f"expected a date such as 2009-12-31, got {written!r}"
        raise typer.BadParameter(message, param_hint="--by") from None


Thresholds = Annotated[
    str, typer.Option("--thresholds", metavar="K..K", help="Idle agents kept back: 0..6 or 0,2,4.")
]
ByDay = Annotated[
    str | None,
    typer.Option(
        "--by", metavar="DATE", show_default=False,
        help="To be finished by; the last day of the calendar if not given.",
    ),
]  # fmt: skip
Wanted = Annotated[
    int | None,
    typer.Option(
        min=1, max=1_000_000_000, metavar="N", show_default=False,
        help="Successes wanted by then in all campaigns together; the sum of quotas if not given.",
    ),
]  # fmt: skip
Lists = Annotated[
    float,
    typer.Option(min=0.01, max=100, metavar="FACTOR", help="Lists so many times as long."),
]


@campaign.command()
def run(
    scenario: OneScenario,
    by: ByDay = None,
    changes: Changes = [],  # noqa: B006 - typer reads the default and never changes it
    replications: Replications = None,
    seed: Seed = None,
    engine: EngineName = Engine.FAST,
    json_to: JsonTo = None,
    html_to: HtmlTo = None,
    workers: Workers = None,
    lang: Lang = None,
) -> None:
    """Run a scenario and show what its campaigns come to, and when they are done."""
    from api.progress import watching
    from simulation.campaign_results import run_campaigns

    outputs, day = _outputs(scenario, changes, json_to, html_to), _day(by)
    plan = _plan(scenario, changes)
    total = replications or plan.scenario.run.replications
    with watching(plan.scenario.scenario, total, engine=engine) as tell:
        found = run_campaigns(
            plan,
            replications=total,
            seed=seed,
            engine=engine,
            by=day,
            workers=workers,
            progress=lambda done: tell(done, total),
        )
    document = found.to_dict()
    if not outputs.only_json:
        from api.campaigns import show
        from api.console import terminal

        show(terminal(), document, lang=lang or Language.of_place())
    if html_to is not None:
        from api.report.campaigns import render_campaigns

        _put_page(render_campaigns(document, lang=lang or Language.KO), html_to)
    if json_to is not None:
        put_json(document, to=json_to)


@campaign.command()
def frontier(
    scenario: OneScenario,
    thresholds: Thresholds = "0..6",
    by: ByDay = None,
    wanted: Wanted = None,
    lists: Lists = 1.0,
    changes: Changes = [],  # noqa: B006 - typer reads the default and never changes it
    replications: Replications = None,
    seed: Seed = None,
    engine: EngineName = Engine.FAST,
    json_to: JsonTo = None,
    html_to: HtmlTo = None,
    workers: Workers = None,
    lang: Lang = None,
) -> None:
    """Hold inbound service against outbound successes, for each number of agents kept idle."""
    from api.progress import watching
    from simulation.frontier import frontier as found_at

    outputs = _outputs(scenario, changes, json_to, html_to)
    steps, day = _thresholds(thresholds), _day(by)
    plan = _plan(scenario, changes)
    total = replications or plan.scenario.run.replications
    with watching(plan.scenario.scenario, total, engine=engine) as tell:
        found = found_at(
            plan,
            thresholds=steps,
            replications=total,
            seed=seed,
            engine=engine,
            by=day,
            wanted=wanted,
            lists=lists,
            workers=workers,
            progress=lambda done: tell(done, total),
        )
    document = found.to_dict()
    if not outputs.only_json:
        from api.console import terminal
        from api.frontiers import show

        show(terminal(), document, lang=lang or Language.of_place())
    if html_to is not None:
        from api.frontiers import sentences
        from api.report.frontier import render_frontier

        notes = sentences(document)
        _put_page(render_frontier(document, lang=lang or Language.KO, notes=notes), html_to)
    if json_to is not None:
        put_json(document, to=json_to)


def _put_page(page: str, path: Path) -> None:
    from api.files import write_text

    write_text(path, page)
    wrote("report", path)


def _outputs(
    scenario: Path, changes: list[str], json_to: str | None, html_to: Path | None
) -> Outputs:
    return Outputs(
        json_to=json_to, html_to=html_to, parquet_to=None, read=sources([scenario], changes)
    )


def _plan(scenario: Path, changes: list[str]) -> "Plan":
    from api.cli.run import plans

    return plans([scenario], changes)[0]
