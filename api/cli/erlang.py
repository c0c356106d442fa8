"""`callcenter erlang`: what the formulas say, before anything is simulated."""

import math
from typing import Annotated, Final

import typer

from api.cli.options import JsonTo, Lang
from api.cli.outputs import Outputs, put_json
from api.words import Language

_MOST: Final = 1_000_000
"""Agents, and agents' worth of work."""

PerHour = Annotated[float, typer.Option(metavar="CALLS", help="Calls an hour.", show_default=False)]
Handling = Annotated[
    str,
    typer.Option(
        metavar="TIME",
        show_default=False,
        help="Mean handling time, after-call work included, such as 150s or 2m30s.",
    ),
]
Patience = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        show_default=False,
        help="Mean patience of those who wait, such as 5m; Erlang A needs it.",
    ),
]
Agents = Annotated[
    int | None,
    typer.Option(
        min=1, max=_MOST, show_default=False,
        help="Agents at work; as many as the target needs if not given.",
    ),
]  # fmt: skip
Target = Annotated[
    str,
    typer.Option(metavar="SHARE/SECONDS", help="Service level wanted: per cent within seconds."),
]


def erlang(
    per_hour: PerHour,
    aht: Handling,
    patience: Patience = None,
    agents: Agents = None,
    target: Target = "80/20",
    json_to: JsonTo = None,
    lang: Lang = None,
) -> None:
    """Answer with Erlang's formulas: B (nobody waits), C (everybody waits), A (some hang up)."""
    outputs = Outputs(json_to=json_to, html_to=None, parquet_to=None)
    share, within = _target(target)
    handling = _seconds(aht, option="--aht")
    _check_load(per_hour, handling)
    from api import formulas

    document = formulas.answer(
        per_hour=per_hour,
        handling=handling,
        patience=None if patience is None else _seconds(patience, option="--patience"),
        agents=agents,
        share=share,
        within=within,
    )
    if not outputs.only_json:
        from api.console import terminal

        formulas.show(terminal(), document, lang=lang or Language.of_place())
    if json_to is not None:
        put_json(document, to=json_to)


def _check_load(per_hour: float, handling: float) -> None:
    """Refuse what no centre could do, infinity and no number at all among it."""
    if not 0 <= per_hour < math.inf:
        raise typer.BadParameter(
            f"expected a number of calls, 0 or more, got {per_hour}", param_hint="--per-hour"
        )
    if per_hour * handling > 3600 * _MOST:
        raise typer.BadParameter(
            f"expected work for at most {_MOST:,} agents, got {per_hour:g} calls an hour "
            f"of {handling:g} s",
            param_hint="--per-hour",
        )


def _target(written: str) -> tuple[float, float]:
    share, _, seconds = written.partition("/")
    try:
        found = float(share.removesuffix("%")) / 100, float(seconds.removesuffix("s"))
    except ValueError:
        found = (-1.0, -1.0)
    if not (0 < found[0] < 1 and 0 <= found[1] < math.inf):
        raise typer.BadParameter(
            f"expected per cent within seconds such as 80/20, got {written!r}",
            param_hint="--target",
        )
    return found


def _seconds(written: str, *, option: str) -> float:
    from callcenter.clock import NEVER, SECOND
    from simulation.scenario.units import parse_duration

    try:
        ticks = parse_duration(written)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from error
    if not 0 < ticks < NEVER:
        raise typer.BadParameter(
            f"expected a duration above 0s, got {written!r}", param_hint=option
        )
    return ticks / SECOND
