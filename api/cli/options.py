"""Options that several commands share, and what they turn into."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from api.words import Language

_FINEST: Final = 0.0001
"""No share is asked for more finely: it would take a hundred million replications."""


class Engine(StrEnum):
    """Who lives the day."""

    FAST = "fast"
    REFERENCE = "reference"


class Cut(StrEnum):
    """How the second table cuts the run."""

    INTERVAL = "interval"
    DAY = "day"
    QUEUE = "queue"
    GROUP = "group"
    AGENT = "agent"


Scenarios = Annotated[
    list[Path], typer.Argument(metavar="SCENARIO...", help="Scenario files.", show_default=False)
]
OneScenario = Annotated[
    Path, typer.Argument(metavar="SCENARIO", help="A scenario file.", show_default=False)
]
Changes = Annotated[
    list[str],
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Change one input, such as queue.phone.talk.mean=150s; may be given several times.",
        show_default=False,
    ),
]
Replications = Annotated[
    int | None,
    typer.Option(
        "--replications", "-n", min=1, max=1_000_000, metavar="N", show_default=False,
        help="How often the days are lived, each time with other chances; the scenario says if not given.",
    ),
]  # fmt: skip
Seed = Annotated[
    int | None,
    typer.Option(
        min=0, max=2**63 - 1, metavar="S", show_default=False,
        help="Which chances; the same seed gives the same figures.",
    ),
]  # fmt: skip
EngineName = Annotated[Engine, typer.Option("--engine", help="Both give the same figures.")]
Workers = Annotated[
    int | None,
    typer.Option(min=1, max=4096, metavar="N", help="Threads; all cores if not given.", show_default=False),
]  # fmt: skip
JsonTo = Annotated[
    str | None,
    typer.Option(
        "--json", metavar="FILE", show_default=False,
        help="Write the result as JSON; - prints it, and nothing else, on standard output.",
    ),
]  # fmt: skip
HtmlTo = Annotated[
    Path | None,
    typer.Option("--html", metavar="FILE", help="Write a report that opens offline.", show_default=False),
]  # fmt: skip
ParquetTo = Annotated[
    Path | None,
    typer.Option(
        "--parquet", metavar="DIR", show_default=False,
        help="Write scorecard, call log and agent log as Parquet files.",
    ),
]  # fmt: skip
Lang = Annotated[
    Language | None,
    typer.Option(
        help="Language: of tables this machine's if not given; the report opens in Korean.",
        show_default=False,
    ),
]  # fmt: skip
ByCut = Annotated[Cut, typer.Option(help="How the second table cuts the run.")]
MeasureName = Annotated[
    str,
    typer.Option(metavar="NAME", help="The measure whose --precision is meant, such as asa."),
]
PrecisionWanted = Annotated[
    str | None,
    typer.Option(
        metavar="SHARE", show_default=False,
        help="Run until the measure is known this well, such as 1%; --replications are then the first ones.",
    ),
]  # fmt: skip


def share_of(written: str, *, option: str) -> float:
    """Read `1%` or `0.01`; from 0.01 % to below 100 %."""
    try:
        number = written.strip().removesuffix("%")
        share = float(number) / (100 if number != written.strip() else 1)
    except ValueError:
        share = -1.0
    if not _FINEST <= share < 1:
        raise typer.BadParameter(
            f"expected a share such as 1% or 0.01, at least 0.01%, got {written!r}",
            param_hint=option,
        )
    return share
