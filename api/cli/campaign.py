"""`callcenter campaign`: what campaigns come to, what callers pay for them, and how to set them."""

from collections.abc import Sequence
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
    share_of,
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

ServiceLevel = Annotated[
    str | None,
    typer.Option(
        "--service-level", metavar="PERCENT/SECONDS", show_default=False,
        help="What is to hold for callers, such as 80/20; the scenario's target if not given.",
    ),
]  # fmt: skip
Sure = Annotated[
    str, typer.Option("--sure", metavar="SHARE", help="How certainly it is to hold, such as 95%.")
]
Spread = Annotated[
    str, typer.Option("--spread", metavar="SHARE", help="How far each input is lowered and raised.")
]
WriteTo = Annotated[
    Path | None,
    typer.Option(
        "--write", metavar="FILE", show_default=False,
        help="Write a scenario that extends this one, with the number found.",
    ),
]  # fmt: skip


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


@campaign.command()
def tune(
    scenario: OneScenario,
    service_level: ServiceLevel = None,
    sure: Sure = "95%",
    thresholds: Thresholds = "0..10",
    write: WriteTo = None,
    changes: Changes = [],  # noqa: B006 - typer reads the default and never changes it
    replications: Replications = None,
    seed: Seed = None,
    engine: EngineName = Engine.FAST,
    json_to: JsonTo = None,
    workers: Workers = None,
    lang: Lang = None,
) -> None:
    """Find how many agents to keep idle: most successes while the service level surely holds."""
    from api.progress import watching
    from simulation.tuning import override, tune as tuned

    outputs = _outputs(scenario, changes, json_to, None)
    steps, certain = _thresholds(thresholds), share_of(sure, option="--sure")
    if write is not None and changes:
        message = "expected --set or --write: the scenario written would not have the changes"
        raise typer.BadParameter(message, param_hint="--write")
    _check_write(write, read=[scenario, *outputs.read])
    plan = _held(_plan(scenario, changes), service_level)
    total = max(2, replications or plan.scenario.run.replications)
    with watching(plan.scenario.scenario, 3 * total, engine=engine) as tell:
        found = tuned(
            plan,
            thresholds=steps,
            sure=certain,
            replications=total,
            seed=seed,
            engine=engine,
            workers=workers,
            progress=tell,
        )
    document = found.to_dict()
    yaml = None if found.confirmed is None else override(plan, found.confirmed.rule)
    if not outputs.only_json:
        from api.console import terminal
        from api.tunings import show

        show(terminal(), document, yaml, lang=lang or Language.of_place())
    if json_to is not None:
        put_json(document, to=json_to)
    if yaml is None:
        raise typer.Exit(1)
    if write is not None:
        _put_scenario(yaml, write, scenario, name=plan.scenario.scenario)


@campaign.command()
def swing(
    scenario: OneScenario,
    spread: Spread = "20%",
    changes: Changes = [],  # noqa: B006 - typer reads the default and never changes it
    replications: Replications = None,
    seed: Seed = None,
    engine: EngineName = Engine.FAST,
    json_to: JsonTo = None,
    workers: Workers = None,
    lang: Lang = None,
) -> None:
    """List what is assumed of the campaigns by how much it moves successes."""
    from api.progress import watching
    from simulation.swing import REPLICATIONS, swing as swung

    outputs = _outputs(scenario, changes, json_to, None)
    by = share_of(spread, option="--spread")
    plan = _plan(scenario, changes)
    total = replications or REPLICATIONS
    with watching(plan.scenario.scenario, total, engine=engine) as tell:
        found = swung(
            plan,
            spread=by,
            replications=total,
            seed=seed,
            engine=engine,
            workers=workers,
            progress=lambda done: tell(done, total),
        )
    document = found.to_dict()
    if not outputs.only_json:
        from api.console import terminal
        from api.swings import show

        show(terminal(), document, lang=lang or Language.of_place())
    if json_to is not None:
        put_json(document, to=json_to)


def _held(plan: "Plan", service_level: str | None) -> "Plan":
    """Hold the plan to `80/20`: 80 % of the callers within 20 seconds."""
    if service_level is None:
        return plan
    from callcenter.clock import SECOND
    from simulation.tuning import held_to

    share, _, within = service_level.partition("/")
    try:
        percent, seconds = float(share.removesuffix("%")), float(within.removesuffix("s"))
    except ValueError:
        percent = seconds = -1.0
    if not (0 < percent <= 100 and 0 <= seconds <= 86_400):  # noqa: PLR2004 - percent, seconds a day
        message = f"expected percent and seconds such as 80/20, got {service_level!r}"
        raise typer.BadParameter(message, param_hint="--service-level")
    return held_to(plan, share=percent / 100, within=round(seconds * SECOND))


def _check_write(write: Path | None, *, read: Sequence[Path]) -> None:
    """Refuse to write a scenario over one of those it comes from."""
    from api.files import check_place
    from callcenter.errors import InputError

    if write is None:
        return
    check_place(write)
    if write.resolve() in {path.resolve() for path in read}:
        raise InputError(
            f"--write: expected a place of its own, {str(write)!r} is read by the scenario"
        )


def _put_scenario(yaml: str, path: Path, base: Path, *, name: str) -> None:
    """Write a scenario that extends the one it came from."""
    import json
    import os

    from api.files import write_text

    beside = Path(os.path.relpath(base.resolve(), path.resolve().parent)).as_posix()
    head = f"extends: {json.dumps(beside, ensure_ascii=False)}\nscenario: {name}-tuned\n"
    write_text(path, f"{head}\n{yaml}")
    wrote("scenario", path)


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
