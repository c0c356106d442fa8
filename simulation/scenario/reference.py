"""The reference page of the language, written from the models: every key, its unit, its default.

`python -m simulation.scenario.reference > configs/README.md` renews the page; a test says when.
"""

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Final, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from simulation.scenario.arrivals import Month
from simulation.scenario.dates import Day
from simulation.scenario.keys import label_of, model_of, options, table_of, unwrapped, words_of
from simulation.scenario.model import Scenario
from simulation.scenario.units import (
    ClockTime,
    Duration,
    Hours,
    Share,
    WeekdayHours,
    Weekdays,
    format_clock_time,
    format_duration,
    format_hours,
    format_weekdays,
)
from simulation.scenario.variate_specs import Constant, Variate

_INTRODUCTION: Final = """\
# Writing a scenario

A scenario is a text file in YAML: `key: value`, two spaces of indentation for what belongs under a
heading, remarks after `#`. Start with `callcenter new`, or copy one of `scenarios/`; `callcenter check`
says whether it is sound and what it describes. An unknown key is an error that names file and line.

| written | means |
|---|---|
| duration | number and unit: `90s`, `2m`, `1h30m`, `3d`, `500ms`; or `never`. No bare number |
| time of day | `08:30`, at most `24:00` |
| share | `80%` or `0.8` |
| weekdays | `mon-fri`, `sat`, `mon, wed, fri`, `every-day` |
| hours | `08:00-19:00`, `09:00-12:00, 13:00-18:00`, `24h`, `closed` |
| date | `2009-01-31` |
| random duration | a duration (always the same), or a `distribution` and its parameters: see the end |
| table | keys of your own (names, times, dates) with a value each |
| name | letters of any language, digits, `-` and `_`: `phone`, `tax_2`, `전화` |

Three keys work in every file:

- `extends: other.yaml` takes over another scenario, found beside this one. What stands here is laid over
  it: keys merge, other values replace, `null` takes a key out. A heading that names another `distribution`
  or `by` replaces the old one whole.
- `assumed` lists what is not known: path of a key, and why. Reports show it.
- `published` lists figures to be shown beside the simulated ones.

On the command line `--set queue.phone.talk.mean=150s` changes a key for one run; `null` takes it out.

<!-- Below is written from the models by `python -m simulation.scenario.reference`. -->
"""


_BOUNDS: Final = """\
Every family takes `shift` (added to each value), `at_least` and `at_most` (values outside, after the
shift, are drawn again, never clipped).
"""


def reference() -> str:
    """Return the page."""
    blocks = [_INTRODUCTION]
    blocks += [_chapter(path, model) for path, model in _chapters()]
    blocks.append(_variates())
    return "\n".join(blocks).rstrip() + "\n"


def _chapters() -> Iterator[tuple[str, type[BaseModel]]]:
    """Give every model of the language with the path where it first stands, top down."""
    seen: set[type[BaseModel]] = {model for _, model in _families()}
    waiting: list[tuple[str, type[BaseModel]]] = [("", Scenario)]
    while waiting:
        path, model = waiting.pop(0)
        if model in seen:
            continue
        seen.add(model)
        yield path, model
        inner = []
        for key, annotation in words_of(model).items():
            if not _is_variate(annotation):
                inner += list(_models(annotation, f"{path}.{key}" if path else key))
        waiting = inner + waiting


def _models(annotation: Any, path: str) -> Iterator[tuple[str, type[BaseModel]]]:
    for way in options(annotation):
        model, table = model_of(way), table_of(way)
        if model is not None:
            yield path, model
        elif table is not None:
            yield from _models(table[1], f"{path}.<name>")
        elif get_origin(unwrapped(way)) is tuple:
            yield from _models(get_args(unwrapped(way))[0], f"{path}[]")


def _chapter(path: str, model: type[BaseModel]) -> str:
    label = label_of(model)
    title = f"`{path}`" if path else "The whole file"
    if label:
        title += f" with `by: {label}`"
    return f"## {title}\n\n{_doc(model)}\n\n{_rows(model)}\n"


def _variates() -> str:
    lines = [
        "## Random durations\n",
        _BOUNDS,
    ]
    for label, model in _families():
        lines.append(f"### `distribution: {label}`\n\n{_doc(model)}\n")
        lines.append(_rows(model, without={"shift", "at_least", "at_most", "distribution"}) + "\n")
    return "\n".join(lines)


def _families() -> list[tuple[str, type[BaseModel]]]:
    found = [(label_of(way), model_of(way)) for way in options(Variate)]
    return [(label, model) for label, model in found if label and model]


def _doc(model: type[BaseModel]) -> str:
    return inspect.cleandoc(model.__doc__ or "")


def _rows(model: type[BaseModel], without: frozenset[str] | set[str] = frozenset()) -> str:
    notes = _notes(model)
    rows = ["| key | value | default | |", "|---|---|---|---|"]
    for key, annotation in words_of(model).items():
        if key in without:
            continue
        rows.append(
            f"| `{key}` | {_kind(annotation, model, key)} | {_default(model, key)} | {notes.get(key, '')} |"
        )
    return "\n".join(rows)


def _notes(model: type[BaseModel]) -> dict[str, str]:
    """Read the remarks under the fields of a model, and of those it is built on."""
    notes: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if not issubclass(base, BaseModel) or base is BaseModel:
            continue
        body = ast.parse(textwrap.dedent(inspect.getsource(base))).body[0]
        assert isinstance(body, ast.ClassDef)
        for field, remark in zip(body.body, body.body[1:], strict=False):
            match field, remark:
                case (
                    ast.AnnAssign(target=ast.Name(id=name)),
                    ast.Expr(value=ast.Constant(value=str(text))),
                ):
                    notes[name] = " ".join(text.split()).replace("|", "or")
                case _:
                    pass
    return notes


def _is_variate(annotation: Any) -> bool:
    return any(model_of(way) is Constant for way in options(annotation))


def _kind(annotation: Any, model: type[BaseModel] | None = None, key: str = "") -> str:
    """Say in words what may be written."""
    if _is_variate(annotation):
        return "[random duration](#random-durations)"
    ways = options(annotation)
    if model is not None and len(ways) == 1:
        ways = [_with_notes(model, key, ways[0])]
    return " or ".join(dict.fromkeys(map(_way, ways)))


def _with_notes(model: type[BaseModel], key: str, annotation: Any) -> Any:
    """Put back what pydantic took off the outside of a field's annotation."""
    metadata = model.model_fields[key].metadata
    for known in _UNITS:
        if any(note in metadata for note in getattr(known, "__metadata__", ())):
            return known
    return annotation


_UNITS: Final[dict[Any, str]] = {
    Duration: "duration",
    ClockTime: "time of day",
    Share: "share",
    Weekdays: "weekdays",
    Hours: "hours",
    WeekdayHours: "table: weekdays → hours",
    Month: "month (`jan` or 1)",
    Day: "date",
}
_FORMATS: Final[dict[str, Callable[[Any], str]]] = {
    "duration": format_duration,
    "time of day": format_clock_time,
    "weekdays": format_weekdays,
    "hours": format_hours,
    "share": "{:.0%}".format,
}
_PLAIN: Final[dict[Any, str]] = {
    int: "whole number",
    float: "number",
    bool: "true or false",
    str: "text",
    date: "date",
}


def _way(annotation: Any) -> str:
    notes = getattr(annotation, "__metadata__", ())
    for known, words in _UNITS.items():
        if annotation == known or any(note in notes for note in known.__metadata__):
            return words
    return _shape(unwrapped(annotation))


def _shape(bare: Any) -> str:
    table = table_of(bare)
    if table is not None:
        return f"table: {_kind(table[0])} → {_kind(table[1])}"
    if get_origin(bare) is Literal:
        return ", ".join(f"`{word}`" for word in get_args(bare))
    if get_origin(bare) is tuple:
        inner = [part for part in get_args(bare) if part is not Ellipsis]
        return f"list of {' and '.join(map(_kind, inner))}"
    return "keys, see below" if model_of(bare) else _PLAIN.get(bare, "text")


def _default(model: type[BaseModel], key: str) -> str:
    field = model.model_fields[key]
    if field.default is PydanticUndefined:
        return "must be given"
    if field.default in (None, "", (), {}):
        return "none"
    return f"`{_written(field.default, _kind(words_of(model)[key], model, key))}`"


def _written(value: Any, kind: str) -> str:
    """Write a default the way it would stand in a file."""
    if isinstance(value, Constant):
        text = format_duration(value.value)
    elif isinstance(value, BaseModel):
        given = value.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
        parts = ", ".join(f"{key}: {inner}" for key, inner in given.items())
        text = f"{{{parts}}}" if parts else "as below"
    elif kind in _FORMATS:
        text = _FORMATS[kind](value)
    else:
        text = str(value).lower() if isinstance(value, bool) else str(value)
    return text


if __name__ == "__main__":
    sys.stdout.write(reference())
