"""`callcenter satisfaction`: what a survey could tell, what a round finds, the intercept that fits."""

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.group import group
from api.cli.options import (
    Changes,
    Engine,
    EngineName,
    JsonTo,
    Lang,
    OneScenario,
    Replications,
    Seed,
)
from api.cli.outputs import Outputs, put_json
from api.words import Language

if TYPE_CHECKING:
    from simulation.plan import Plan

satisfaction = group("Plan satisfaction surveys, and fit the model of satisfaction.")

Percent = Annotated[float, typer.Option(min=0.01, max=0.9999, metavar="SHARE")]


@satisfaction.command()
def survey(
    respondents: Annotated[int, typer.Option(min=1, max=10_000_000, help="Completed interviews.")],
    rounds: Annotated[int, typer.Option(min=1, max=1_000, help="In so many rounds.")] = 1,
    fields: Annotated[int, typer.Option(min=1, max=1_000, help="Spread over so many fields.")] = 1,
    share: Percent = 0.89,
    design_effect: Annotated[
        float, typer.Option(min=1, max=20, help="Quotas and clusters: 1.5 is common.")
    ] = 1.0,
    response_rate: Percent = 0.2,
    gap: Annotated[
        float, typer.Option(min=0, max=1, help="How much less satisfied the silent may be.")
    ] = 0.1,
    contact: Percent = 0.30,
    cooperation: Percent = 0.55,
    eligible: Percent = 0.95,
    json_to: JsonTo = None,
    lang: Lang = None,
) -> None:
    """Say what difference so many respondents can show, and what must not be claimed."""
    from api import opinions

    outputs = Outputs(json_to=json_to, html_to=None, parquet_to=None)
    document = opinions.answer(
        share=share,
        respondents=respondents,
        rounds=rounds,
        fields=fields,
        design_effect=design_effect,
        response_rate=response_rate,
        gap=gap,
        contact=contact,
        cooperation=cooperation,
        eligible=eligible,
    )
    if not outputs.only_json:
        from api.console import terminal

        opinions.show(terminal(), document, lang=lang or Language.of_place())
    if json_to is not None:
        put_json(document, to=json_to)


@satisfaction.command("round")
def round_(
    scenario: OneScenario,
    campaign: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Which round; the only one if not given.", show_default=False
        ),
    ] = None,
    changes: Changes = [],  # noqa: B006 - typer reads the default and never changes it
    replications: Replications = None,
    seed: Seed = None,
    engine: EngineName = Engine.FAST,
    json_to: JsonTo = None,
    lang: Lang = None,
) -> None:
    """Live a satisfaction round, and set what its respondents say beside what is true."""
    from api import survey_rounds
    from simulation.plan import compile_plan
    from simulation.scenario import load
    from simulation.survey_rounds import live_rounds

    outputs = Outputs(json_to=json_to, html_to=None, parquet_to=None)
    plan = compile_plan(load(scenario, changes))
    name = _one_of(plan, campaign, file=str(scenario))
    found = live_rounds(plan, name, replications=replications, seed=seed, engine=engine)
    used = plan.scenario.run.seed if seed is None else seed
    document = survey_rounds.document_of(plan, name, found, seed=used)
    if not outputs.only_json:
        from api.console import terminal

        survey_rounds.show(terminal(), document, lang=lang or Language.of_place())
    if json_to is not None:
        put_json(document, to=json_to)


def _one_of(plan: "Plan", campaign: str | None, *, file: str) -> str:
    """Choose a round of a plan; one must be named where there are several."""
    from callcenter.errors import InputError
    from simulation.survey_rounds import rounds_of

    known = rounds_of(plan)
    if campaign is None and len(known) == 1:
        return known[0]
    if campaign not in known:
        names = ", ".join(known) or "(none: no campaign has a sample:)"
        raise InputError(
            f"expected --campaign to be one of {names}, got {campaign!r}",
            file=file,
            key="campaigns",
        )
    return campaign


@satisfaction.command()
def calibrate(
    scenario: OneScenario,
    share: Percent = 0.89,
    changes: Changes = [],  # noqa: B006 - typer reads the default and never changes it
    seed: Seed = None,
) -> None:
    """Find the `satisfaction.intercept` at which a scenario's served callers come to a share."""
    from callcenter.errors import InputError
    from simulation.opinions import calibrated
    from simulation.plan import compile_plan
    from simulation.scenario import load

    plan = compile_plan(load(scenario, changes))
    if plan.frame.opinion is None:
        raise InputError(
            "expected a satisfaction: block whose intercept is to be found",
            file=str(scenario),
            key="satisfaction",
        )
    typer.echo(f"satisfaction.intercept: {calibrated(plan, share=share, seed=seed):.4f}")
