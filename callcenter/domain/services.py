"""What the city does for its citizens, who does it, by when, and why a petition goes where it goes.

The catalogue is data (`configs/services.yaml`) that a city officer edits; here stands what it means.
It has a version, the digest of its content, and a decision names the version it was made by.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from functools import lru_cache
from typing import Final

from callcenter.domain.grams import Query, folded, matches_folded, query
from callcenter.domain.periods import Period
from callcenter.domain.ticket_events import Channel
from callcenter.domain.worktime import KST
from callcenter.errors import NotFoundError, UnknownServiceError

DEFAULT_RULE: Final = "default"
"""Stands for the rule where none applied: the service's own department."""


class UnitKind(StrEnum):
    """What kind of place a petition may be sent to."""

    DEPARTMENT = "department"
    IMMEDIATE_TEAM = "immediate-team"
    CALL_CENTRE = "call-centre"
    COUNCIL = "council"
    OTHER_AGENCY = "other-agency"
    PASSPORT_WINDOW = "passport-window"


UNIT_KIND_NAMES_KO: Final[dict[UnitKind, str]] = {
    UnitKind.DEPARTMENT: "부서",
    UnitKind.IMMEDIATE_TEAM: "즉시해결팀",
    UnitKind.CALL_CENTRE: "콜센터",
    UnitKind.COUNCIL: "심의회",
    UnitKind.OTHER_AGENCY: "타기관",
    UnitKind.PASSPORT_WINDOW: "여권창구",
}


class PetitionClass(StrEnum):
    """What the law takes a petition for (민원 처리에 관한 법률 제2조제1호)."""

    STATUTORY = "statutory"
    LEGAL_INQUIRY = "legal-inquiry"
    PROCEDURE_INQUIRY = "procedure-inquiry"
    SUGGESTION = "suggestion"
    OTHER = "other"
    GRIEVANCE = "grievance"


PETITION_CLASS_NAMES_KO: Final[dict[PetitionClass, str]] = {
    PetitionClass.STATUTORY: "법정민원",
    PetitionClass.LEGAL_INQUIRY: "질의민원(법령)",
    PetitionClass.PROCEDURE_INQUIRY: "질의민원(제도·절차)",
    PetitionClass.SUGGESTION: "건의민원",
    PetitionClass.OTHER: "기타민원",
    PetitionClass.GRIEVANCE: "고충민원",
}


class Open311Type(StrEnum):
    """When a client learns the number of its request (GeoReport v2)."""

    REALTIME = "realtime"
    BATCH = "batch"
    BLACKBOX = "blackbox"


class Datatype(StrEnum):
    """What may be answered to a question of a service (GeoReport v2)."""

    STRING = "string"
    NUMBER = "number"
    DATETIME = "datetime"
    TEXT = "text"
    SINGLE = "singlevaluelist"
    MULTI = "multivaluelist"

    @property
    def listed(self) -> bool:
        """Say whether answers are chosen from a list."""
        return self in {Datatype.SINGLE, Datatype.MULTI}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrgUnit:
    """A place a petition may be sent to."""

    code: str
    name_ko: str
    name_en: str
    kind: UnitKind
    parent: str | None = None
    contact: str | None = None
    """A telephone number every notice must name (시행령 제31조)."""
    valid_from: date | None = None
    valid_to: date | None = None
    """Last day, itself included."""
    assumed: str | None = None
    """Why it stands here although no source says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Until when petitions of a service must be answered, and by which law."""

    period: Period
    legal_basis: str
    goal_minutes: int | None = None
    """What the city promises itself, in working minutes; shorter than the law's period."""
    valid_from: date | None = None
    valid_to: date | None = None
    """Last day, itself included."""
    assumed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeValue:
    """One of the answers to choose from."""

    key: str
    name_ko: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeSpec:
    """A question that a service asks about its petitions."""

    code: str
    name_ko: str
    name_en: str
    datatype: Datatype
    required: bool
    order: int
    """From 1, as the questions are to be asked."""
    variable: bool = True
    """Whether an answer is wanted; otherwise it only informs."""
    hint_ko: str = ""
    hint_en: str = ""
    values: tuple[AttributeValue, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceGroup:
    """Services that reports and lists show together."""

    code: str
    name_ko: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceType:
    """One kind of thing that citizens ask for."""

    code: str
    name_ko: str
    name_en: str
    group: ServiceGroup
    petition_class: PetitionClass
    unit: str
    """Who does it where no routing rule says otherwise."""
    terms: tuple[Terms, ...]
    """Without a gap or an overlap, the oldest first: every day has one."""
    description_ko: str = ""
    description_en: str = ""
    keywords: tuple[str, ...] = ()
    field_team: str | None = None
    """Who goes there, if somebody may have to."""
    public: bool = True
    """Whether citizens may choose it and others may read its petitions."""
    needs_identity: bool = False
    location_required: bool = False
    open311_type: Open311Type = Open311Type.REALTIME
    attributes: tuple[AttributeSpec, ...] = ()
    assumed: str | None = None

    def terms_at(self, at: datetime) -> Terms:
        """Return the terms of the day, in Korea, on which a petition is accepted."""
        day = at.astimezone(KST).date()
        return next(terms for terms in self.terms if in_force(terms, day))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Hours of a day in Korea; across midnight where they end before they begin."""

    start: time
    """Included."""
    end: time
    """Not included."""

    def hold(self, at: time) -> bool:
        """Say whether a time of day is among them."""
        if self.start < self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingRule:
    """Where petitions go that meet every condition; a condition left empty is met by all."""

    id: str
    unit: str
    reason_ko: str
    reason_en: str
    services: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    """Beginnings of area codes: 41 is a province, 41192 a district, 4119261000 a quarter."""
    keywords: tuple[str, ...] = ()
    """One of them is in the text, as a search would find it."""
    channels: tuple[Channel, ...] = ()
    weekdays: tuple[int, ...] = ()
    """0 is Monday."""
    hours: Hours | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    """Last day, itself included."""
    assumed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Everything above, in the order in which it was written; rules are asked in that order."""

    version: str
    """Digest of the content (SHA-256, hexadecimal); remarks and layout do not count."""
    edition: str
    """What the city calls this version."""
    units: tuple[OrgUnit, ...]
    services: tuple[ServiceType, ...]
    rules: tuple[RoutingRule, ...]

    def service(self, code: str) -> ServiceType:
        """Return a service by its code.

        Raises:
            UnknownServiceError: there is none.
        """
        found = next((service for service in self.services if service.code == code), None)
        if found is None:
            raise UnknownServiceError(f"expected the code of a service, got {code!r}")
        return found

    def unit(self, code: str) -> OrgUnit:
        """Return a unit by its code.

        Raises:
            NotFoundError: there is none.
        """
        found = next((unit for unit in self.units if unit.code == code), None)
        if found is None:
            raise NotFoundError(f"expected the code of a department, got {code!r}")
        return found

    def public_services(self) -> tuple[ServiceType, ...]:
        """List the services that citizens may choose."""
        return tuple(service for service in self.services if service.public)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where a petition goes and why; recorded with it."""

    unit: str
    rule_id: str
    reason_ko: str
    reason_en: str


def in_force(item: OrgUnit | Terms | RoutingRule, day: date) -> bool:
    """Say whether something is valid on a day."""
    begun = item.valid_from is None or item.valid_from <= day
    return begun and (item.valid_to is None or day <= item.valid_to)


def route(
    catalogue: Catalogue,
    *,
    service: str,
    text: str,
    area: str | None,
    channel: Channel,
    at: datetime,
) -> Route:
    """Find the unit a petition goes to: the first rule it meets, or else its service's department.

    Days and hours are Korea's, whatever the offset of `at`. A rule whose unit does not exist that day
    is passed over.

    Raises:
        UnknownServiceError: the catalogue has no such service.
    """
    wanted = catalogue.service(service)
    local, line = at.astimezone(KST), folded(text)
    for rule in catalogue.rules:
        there = in_force(catalogue.unit(rule.unit), local.date())
        if there and _meets(
            rule, service=service, line=line, area=area, channel=channel, local=local
        ):
            return Route(
                unit=rule.unit,
                rule_id=rule.id,
                reason_ko=rule.reason_ko,
                reason_en=rule.reason_en,
            )
    return _default(wanted, catalogue.unit(wanted.unit))


def _meets(
    rule: RoutingRule,
    *,
    service: str,
    line: str,
    area: str | None,
    channel: Channel,
    local: datetime,
) -> bool:
    return (
        _one_of(service, rule.services)
        and _one_of(channel, rule.channels)
        and _one_of(local.weekday(), rule.weekdays)
        and (not rule.areas or (area or "").startswith(rule.areas))
        and (rule.hours is None or rule.hours.hold(local.time()))
        and in_force(rule, local.date())
        and (not rule.keywords or any(matches_folded(line, _keyword(k)) for k in rule.keywords))
    )


@lru_cache(maxsize=4_096)
def _keyword(text: str) -> Query:
    """Read a rule's keyword once, not for each petition anew."""
    return query(text)


def _one_of(value: object, allowed: Sequence[object]) -> bool:
    return not allowed or value in allowed


def _default(service: ServiceType, unit: OrgUnit) -> Route:
    return Route(
        unit=unit.code,
        rule_id=DEFAULT_RULE,
        reason_ko=f"배정 규칙에 해당하지 않아 '{service.name_ko}' 담당인 {unit.name_ko}에 배정합니다.",
        reason_en=f"No routing rule applies; {unit.name_en} is in charge of {service.name_en}.",
    )
