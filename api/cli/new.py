"""`callcenter new`: a first scenario to change."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Kind(StrEnum):
    """What the scenario is about."""

    PHONE = "phone"
    COUNTER = "counter"
    KIOSK = "kiosk"


Name = Annotated[
    Path,
    typer.Argument(
        metavar="NAME",
        show_default=False,
        help="Name of the scenario; NAME.yaml is written here, or where a path points to.",
    ),
]


def new(
    name: Name,
    kind: Annotated[Kind, typer.Option(help="What the scenario is about.")] = Kind.PHONE,
) -> None:
    """Write a commented starter scenario; an existing file is never overwritten."""
    from api.files import check_place
    from callcenter.errors import InputError
    from simulation.scenario.starter import starter

    if name.name in {"", ".."}:
        raise InputError(f"expected a name such as my-centre, got {str(name)!r}")
    path = name if name.suffix in {".yaml", ".yml"} else name.with_name(f"{name.name}.yaml")
    content = starter(path.stem, kind.value)
    check_place(path)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(content)
    except FileExistsError as error:
        raise InputError(f"expected a new name, there is already {str(path)!r}") from error
    typer.echo(f"{path} written. Next: callcenter check {path}")
