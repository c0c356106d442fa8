"""What the parts of a catalogue must be to one another."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from callcenter.catalogue.complaints import did_you_mean
from callcenter.catalogue.model import (
    AttributeSpec,
    CatalogueSpec,
    Dated,
    PeriodSpec,
    RuleSpec,
    ServiceSpec,
    UnitSpec,
)
from callcenter.catalogue.reach import coverer
from callcenter.catalogue.reading import Path, Problem
from callcenter.clock import MINUTE
from callcenter.domain.grams import query
from callcenter.domain.periods import Period
from callcenter.domain.services import UnitKind
from callcenter.errors import PeriodError


def problems(spec: CatalogueSpec) -> Iterator[Problem]:
    """Find everything that the shapes alone cannot see."""
    for code, periods in spec.periods.items():
        yield from _periods(periods, ("periods", code))
    for code, unit in spec.units.items():
        yield from _unit(spec, unit, ("units", code))
    for code, service in spec.services.items():
        yield from _service(spec, service, ("services", code))
    yield from _same_names(spec)
    yield from _rules(spec)


def _known(code: str, known: Iterable[str], path: Path, what: str) -> Iterator[Problem]:
    codes = list(known)
    if code not in codes:
        guess = did_you_mean(code, codes)
        yield Problem(path, f"expected {what} that stands in this file, got {code!r}{guess}")


def _order(item: Dated, path: Path) -> Iterator[Problem]:
    if item.valid_from and item.valid_to and item.valid_from > item.valid_to:
        why = f"expected a day not before {item.valid_from}, got {item.valid_to}"
        yield Problem((*path, "valid_to"), why)


def _findable(keywords: Iterable[str], path: Path) -> Iterator[Problem]:
    """Refuse a keyword that no search would find."""
    for place, keyword in enumerate(keywords):
        if not query(keyword).terms:
            why = f"expected Hangul, Latin letters or digits, got {keyword!r}"
            yield Problem((*path, place), why)


# --- Periods --------------------------------------------------------------------------------------------


def _periods(periods: tuple[PeriodSpec, ...], path: Path) -> Iterator[Problem]:
    """Every day must have one period and no more."""
    for place, period in enumerate(periods):
        yield from _order(period, (*path, place))
        yield from _length(period, (*path, place))
    for place, period in enumerate(periods):
        before = periods[place - 1].valid_to if place else None
        expected = before + timedelta(1) if before else None
        if place and before is None:
            why = "expected no period after one without valid_to, got another"
            yield Problem((*path, place), why)
        elif period.valid_from != expected:
            yield Problem((*path, place, "valid_from"), _no_gap(expected, period.valid_from))
    if periods[-1].valid_to is not None:
        why = f"expected the last period to have no end, got {periods[-1].valid_to}"
        yield Problem((*path, len(periods) - 1, "valid_to"), why)


def _no_gap(expected: date | None, written: date | None) -> str:
    if expected is None:
        return f"expected the first period to have no beginning, got {written}"
    return f"expected {expected}, the day after the period before, got {written or 'nothing'}"


def _length(period: PeriodSpec, path: Path) -> Iterator[Problem]:
    """A period must be one the law can mean, and a goal must be shorter."""
    try:
        work = Period(qty=period.qty, unit=period.unit).work
    except PeriodError as error:
        yield Problem((*path, "qty"), error.why)
        return
    if work is not None and period.goal_minutes and period.goal_minutes * MINUTE > work:
        why = f"expected at most the period itself, {work // MINUTE:,} working minutes, "
        yield Problem((*path, "goal_minutes"), f"{why}got {period.goal_minutes:,}")


# --- Units and services ---------------------------------------------------------------------------------


def _unit(spec: CatalogueSpec, unit: UnitSpec, path: Path) -> Iterator[Problem]:
    yield from _order(unit, path)
    if unit.parent is None:
        return
    yield from _known(unit.parent, spec.units, (*path, "parent"), "a unit")
    above = [str(path[-1])]
    while (parent := spec.units[above[-1]].parent) in spec.units and parent is not None:
        if parent in above:
            chain = " -> ".join([*above, parent])
            yield Problem((*path, "parent"), f"expected units that end somewhere, got {chain}")
            return
        above.append(parent)


def _service(spec: CatalogueSpec, service: ServiceSpec, path: Path) -> Iterator[Problem]:
    yield from _known(service.group, spec.groups, (*path, "group"), "a group")
    yield from _known(service.unit, spec.units, (*path, "unit"), "a unit")
    yield from _always_there(spec, service.unit, (*path, "unit"))
    yield from _field_team(spec, service, path)
    yield from _findable(service.keywords, (*path, "keywords"))
    if service.periods is not None:
        yield from _known(service.periods, spec.periods, (*path, "periods"), "a name of periods")
    elif service.petition_class not in spec.periods:
        why = f"expected this key, for no periods are called {service.petition_class}"
        yield Problem((*path, "periods"), why)
    for code, attribute in service.attributes.items():
        yield from _attribute(attribute, (*path, "attributes", code))


def _always_there(spec: CatalogueSpec, code: str, path: Path) -> Iterator[Problem]:
    unit = spec.units.get(code)
    if unit is not None and (unit.valid_from or unit.valid_to):
        why = f"expected a unit without valid_from and valid_to, for petitions of any day, got {code!r}"
        yield Problem(path, why)


def _field_team(spec: CatalogueSpec, service: ServiceSpec, path: Path) -> Iterator[Problem]:
    if service.field_team is None:
        return
    team = spec.units.get(service.field_team)
    if team is None or team.kind is not UnitKind.IMMEDIATE_TEAM:
        teams = [c for c, unit in spec.units.items() if unit.kind is UnitKind.IMMEDIATE_TEAM]
        why = (
            f"expected a unit of kind {UnitKind.IMMEDIATE_TEAM} ({', '.join(teams) or 'none here'})"
        )
        yield Problem((*path, "field_team"), f"{why}, got {service.field_team!r}")


def _attribute(attribute: AttributeSpec, path: Path) -> Iterator[Problem]:
    if attribute.datatype.listed and not attribute.values:
        why = f"expected this key, a {attribute.datatype} has answers to choose from"
        yield Problem((*path, "values"), why)
    if attribute.values and not attribute.datatype.listed:
        why = f"expected no values for the datatype {attribute.datatype}, got some"
        yield Problem((*path, "values"), why)
    if attribute.required and not attribute.variable:
        why = (
            "expected false where variable is false: nobody can answer what is not asked, got true"
        )
        yield Problem((*path, "required"), why)


def _same_names(spec: CatalogueSpec) -> Iterator[Problem]:
    """Two services of one name: nobody could tell them apart on the telephone."""
    seen: dict[str, str] = {}
    for code, service in spec.services.items():
        before = seen.setdefault(service.ko, code)
        if before != code:
            why = f"expected a name of its own, got that of {before!r}, {service.ko!r}"
            yield Problem(("services", code, "ko"), why)


# --- Rules ----------------------------------------------------------------------------------------------


def _rules(spec: CatalogueSpec) -> Iterator[Problem]:
    for place, rule in enumerate(spec.routing):
        path: Path = ("routing", place)
        earlier = spec.routing[:place]
        yield from _rule(spec, rule, path)
        if rule.id in {other.id for other in earlier}:
            yield Problem((*path, "id"), f"expected every rule once, got {rule.id!r} again")
        elif (
            hidden := coverer(rule, [_while_there(spec, other) for other in earlier])
        ) is not None:
            why = f"expected a rule that some petition reaches, but {hidden} takes them all before"
            yield Problem(path, why)


def _while_there(spec: CatalogueSpec, rule: RuleSpec) -> RuleSpec:
    """Cut a rule's validity down to that of its unit: without its unit it takes nothing."""
    unit = spec.units.get(rule.unit)
    if unit is None:
        return rule
    begins = max(filter(None, [rule.valid_from, unit.valid_from]), default=None)
    ends = min(filter(None, [rule.valid_to, unit.valid_to]), default=None)
    return rule.model_copy(update={"valid_from": begins, "valid_to": ends})


def _rule(spec: CatalogueSpec, rule: RuleSpec, path: Path) -> Iterator[Problem]:
    yield from _order(rule, path)
    yield from _known(rule.unit, spec.units, (*path, "unit"), "a unit")
    yield from _findable(rule.when.keywords, (*path, "when", "keywords"))
    for place, service in enumerate(rule.when.services):
        there = (*path, "when", "services", place)
        yield from _known(service, spec.services, there, "a service")
