"""What the city does for its citizens, and who does it."""

from typing import Annotated, Self

from fastapi import APIRouter

from api.deps import Live, allow
from api.schemas.tickets import PeriodShape, Shape
from callcenter.domain.access import READERS, Actor, Role
from callcenter.domain.services import (
    PETITION_CLASS_NAMES_KO,
    UNIT_KIND_NAMES_KO,
    AttributeSpec,
    OrgUnit,
    ServiceType,
    Terms,
)

router = APIRouter(prefix="/v1", tags=["catalogue"])
Reader = Annotated[Actor, allow(READERS | {Role.INTEGRATOR})]


class ValueShape(Shape):
    """One of the answers to choose from."""

    key: str
    name_ko: str
    name_en: str


class QuestionShape(Shape):
    """A question that a service asks."""

    code: str
    name_ko: str
    name_en: str
    datatype: str
    hint_ko: str | None
    hint_en: str | None
    required: bool
    order: int
    values: list[ValueShape]

    @classmethod
    def of(cls, spec: AttributeSpec) -> Self:
        """Write a question."""
        return cls(
            code=spec.code,
            name_ko=spec.name_ko,
            name_en=spec.name_en,
            datatype=spec.datatype,
            hint_ko=spec.hint_ko or None,
            hint_en=spec.hint_en or None,
            required=spec.required,
            order=spec.order,
            values=[
                ValueShape(key=value.key, name_ko=value.name_ko, name_en=value.name_en)
                for value in spec.values
            ],
        )


class ServiceShape(Shape):
    """A kind of thing citizens ask for, under the terms of today."""

    code: str
    name_ko: str
    name_en: str
    group: str
    group_ko: str
    petition_class: str
    petition_class_ko: str
    unit: str
    period: PeriodShape
    legal_basis: str
    public: bool
    needs_identity: bool
    location_required: bool
    field_team: str | None
    keywords: list[str]
    questions: list[QuestionShape]
    assumed: str | None

    @classmethod
    def of(cls, service: ServiceType, terms: Terms) -> Self:
        """Write a service."""
        return cls(
            code=service.code,
            name_ko=service.name_ko,
            name_en=service.name_en,
            group=service.group.code,
            group_ko=service.group.name_ko,
            petition_class=service.petition_class,
            petition_class_ko=PETITION_CLASS_NAMES_KO[service.petition_class],
            unit=service.unit,
            period=PeriodShape.of(terms.period),
            legal_basis=terms.legal_basis,
            public=service.public,
            needs_identity=service.needs_identity,
            location_required=service.location_required,
            field_team=service.field_team,
            keywords=list(service.keywords),
            questions=[QuestionShape.of(spec) for spec in service.attributes if spec.variable],
            assumed=service.assumed,
        )


class UnitShape(Shape):
    """A department or team."""

    code: str
    name_ko: str
    name_en: str
    kind: str
    kind_ko: str
    contact: str | None

    @classmethod
    def of(cls, unit: OrgUnit) -> Self:
        """Write a unit."""
        return cls(
            code=unit.code,
            name_ko=unit.name_ko,
            name_en=unit.name_en,
            kind=unit.kind,
            kind_ko=UNIT_KIND_NAMES_KO[unit.kind],
            contact=unit.contact,
        )


@router.get("/service-types")
async def service_types(_actor: Reader, services: Live) -> list[ServiceShape]:
    """List every service of the catalogue in force, with the terms of today."""
    now = services.now()
    return [ServiceShape.of(one, one.terms_at(now)) for one in services.catalogue().services]


@router.get("/departments")
async def departments(_actor: Reader, services: Live) -> list[UnitShape]:
    """List the units a petition may be sent to."""
    return [UnitShape.of(unit) for unit in services.catalogue().units]
