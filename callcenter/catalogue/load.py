"""From a file to a catalogue, or to one error that tells everything that is wrong with it."""

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path as File
from typing import Final

from pydantic import ValidationError

from callcenter.catalogue.checks import problems
from callcenter.catalogue.complaints import complaints
from callcenter.catalogue.model import (
    AttributeSpec as AttributeShape,
    CatalogueSpec,
    PeriodSpec,
    RuleSpec,
    ServiceSpec,
    UnitSpec,
)
from callcenter.catalogue.reading import (
    LARGEST_FILE,
    Node,
    Problem,
    line_of,
    parse,
    plain,
    shown,
    spell,
)
from callcenter.domain.periods import Period
from callcenter.domain.services import (
    AttributeSpec,
    AttributeValue,
    Catalogue,
    Hours,
    OrgUnit,
    RoutingRule,
    ServiceGroup,
    ServiceType,
    Terms,
)
from callcenter.errors import CatalogueError

_MOST_LINES: Final = 50
_OURS: Final = File("configs", "services.yaml")


def shipped() -> File:
    """Return the catalogue of this folder, `configs/services.yaml`, or else the one of the project.

    An installed project has it beside this module, a checkout among its own configs.
    """
    installed = File(__file__).with_name(_OURS.name)
    checkout = File(__file__).parents[2] / _OURS
    return next((file for file in (_OURS, installed) if file.is_file()), checkout)


def load_catalogue(path: str | os.PathLike[str]) -> Catalogue:
    """Read a catalogue from a file.

    Raises:
        CatalogueError: something about it is wrong; all that is wrong is told, in the order of lines.
    """
    return read_catalogue(text_of(path), name=str(path))


def text_of(path: str | os.PathLike[str]) -> str:
    """Read the text of a file, to be kept beside what was decided by it.

    Raises:
        CatalogueError: there is no such file, it is too large, or it is no text in UTF-8.
    """
    file = File(path)
    try:
        with file.open("rb") as stream:
            raw = stream.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        raise CatalogueError(f"expected a catalogue, {_reason(error)}", file=str(file)) from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if len(raw) > LARGEST_FILE:
            raise CatalogueError(_TOO_LARGE, file=str(file)) from error
        line = raw.count(b"\n", 0, error.start) + 1
        why = "expected text in UTF-8; save the file with that encoding"
        raise CatalogueError(why, file=str(file), line=line) from error


def read_catalogue(text: str, *, name: str) -> Catalogue:
    """Read a catalogue from a text that errors call by a name.

    Raises:
        CatalogueError: something about it is wrong; all that is wrong is told, in the order of lines.
    """
    if len(text) > LARGEST_FILE:
        raise CatalogueError(_TOO_LARGE, file=name)
    root = parse(text, file=name)
    if not isinstance(root.value, dict):
        why = f"expected keys such as edition, units, services, got {shown(plain(root))}"
        raise CatalogueError(why, file=name, line=root.line)
    try:
        spec = CatalogueSpec.model_validate(plain(root))
    except ValidationError as error:
        raise _joined(complaints(error, root), root=root, file=name) from error
    found = list(problems(spec))
    if found:
        raise _joined(found, root=root, file=name)
    return _catalogue(spec)


_TOO_LARGE: Final = f"expected a catalogue of at most {LARGEST_FILE // 1_000_000} MB"


def _reason(error: Exception) -> str:
    match error:
        case FileNotFoundError():
            return "there is no file of this name"
        case IsADirectoryError():
            return "got a folder"
        case PermissionError():
            return "got a file that may not be read"
        case _:
            return "got a name that cannot be opened"


def _joined(found: Iterable[Problem], *, root: Node, file: str) -> CatalogueError:
    """Put all problems into one error, in the order of the lines they stand in."""
    errors = [
        CatalogueError(p.why, file=file, line=line_of(root, p.path), key=spell(p.path) or None)
        for p in sorted(found, key=lambda problem: line_of(root, problem.path))
    ]
    lines = [str(error) for error in errors[1:_MOST_LINES]]
    if len(errors) > _MOST_LINES:
        lines.append(f"and {len(errors) - _MOST_LINES} more")
    first = errors[0]
    why = "\n".join([first.why, *lines])
    return CatalogueError(why, file=first.file, line=first.line, key=first.key)


# --- Into the language of the domain --------------------------------------------------------------------


def _catalogue(spec: CatalogueSpec) -> Catalogue:
    return Catalogue(
        version=_digest(spec),
        edition=spec.edition,
        units=tuple(_unit(code, unit) for code, unit in spec.units.items()),
        services=tuple(_service(spec, code, service) for code, service in spec.services.items()),
        rules=tuple(_rule(rule) for rule in spec.routing),
    )


def _digest(spec: CatalogueSpec) -> str:
    """Name a catalogue by its content: remarks, blanks and defaults written out do not count.

    The order of entries does: it is the order of lists, of questions and of rules.
    """
    written = spec.model_dump(mode="json", exclude_defaults=True)
    content = json.dumps(written, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()


def _unit(code: str, unit: UnitSpec) -> OrgUnit:
    return OrgUnit(
        code=code,
        name_ko=unit.ko,
        name_en=unit.en,
        kind=unit.kind,
        parent=unit.parent,
        contact=unit.contact,
        valid_from=unit.valid_from,
        valid_to=unit.valid_to,
        assumed=unit.assumed,
    )


def _service(spec: CatalogueSpec, code: str, service: ServiceSpec) -> ServiceType:
    group = spec.groups[service.group]
    periods = spec.periods[service.periods or service.petition_class]
    questions = enumerate(service.attributes.items(), start=1)
    return ServiceType(
        code=code,
        name_ko=service.ko,
        name_en=service.en,
        group=ServiceGroup(code=service.group, name_ko=group.ko, name_en=group.en),
        petition_class=service.petition_class,
        unit=service.unit,
        terms=tuple(_terms(period) for period in periods),
        description_ko=service.description.ko if service.description else "",
        description_en=service.description.en if service.description else "",
        keywords=service.keywords,
        field_team=service.field_team,
        public=service.public,
        needs_identity=service.needs_identity,
        location_required=service.location_required,
        open311_type=service.open311_type,
        attributes=tuple(_attribute(key, shape, order=n) for n, (key, shape) in questions),
        assumed=service.assumed,
    )


def _terms(period: PeriodSpec) -> Terms:
    return Terms(
        period=Period(qty=period.qty, unit=period.unit),
        legal_basis=period.legal_basis,
        goal_minutes=period.goal_minutes,
        valid_from=period.valid_from,
        valid_to=period.valid_to,
        assumed=period.assumed,
    )


def _attribute(code: str, shape: AttributeShape, *, order: int) -> AttributeSpec:
    return AttributeSpec(
        code=code,
        name_ko=shape.ko,
        name_en=shape.en,
        datatype=shape.datatype,
        required=shape.required,
        order=order,
        variable=shape.variable,
        hint_ko=shape.hint.ko if shape.hint else "",
        hint_en=shape.hint.en if shape.hint else "",
        values=tuple(
            AttributeValue(key=key, name_ko=value.ko, name_en=value.en)
            for key, value in shape.values.items()
        ),
    )


def _rule(rule: RuleSpec) -> RoutingRule:
    when = rule.when
    return RoutingRule(
        id=rule.id,
        unit=rule.unit,
        reason_ko=rule.reason.ko,
        reason_en=rule.reason.en,
        services=when.services,
        areas=when.areas,
        keywords=when.keywords,
        channels=when.channels,
        weekdays=when.days,
        hours=Hours(start=when.hours[0], end=when.hours[1]) if when.hours else None,
        valid_from=rule.valid_from,
        valid_to=rule.valid_to,
        assumed=rule.assumed,
    )
