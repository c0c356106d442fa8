"""What a city officer may write, key by key; what the keys mean together is checked in `checks`."""

import re
from datetime import date, time
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from callcenter.catalogue.reading import shown
from callcenter.domain.periods import PeriodUnit
from callcenter.domain.services import Datatype, Open311Type, PetitionClass, UnitKind
from callcenter.domain.ticket_events import Channel

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONGEST_NAME: Final = 80
_LONGEST_TEXT: Final = 500
MOST_RULES: Final = 500
"""More than a person oversees; each is compared with all before it."""
CODE: Final = "^[a-z][a-z0-9-]*$"
KEY: Final = "^[A-Za-z0-9_-]+$"
AREA: Final = "^[0-9]{2,10}$"


def _day(value: Any) -> date:
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    message = f"expected a date such as 2026-01-02, got {shown(value)}"
    raise ValueError(message)


def _hours(value: Any) -> tuple[time, time]:
    start, dash, end = value.partition("-") if isinstance(value, str) else ("", "", "")
    if not (dash and _CLOCK.fullmatch(start) and _CLOCK.fullmatch(end)) or start == end:
        message = f"expected hours such as 18:00-09:00, got {shown(value)}"
        raise ValueError(message)
    return time.fromisoformat(start), time.fromisoformat(end)


def _weekday(value: Any) -> int:
    if value not in _WEEKDAYS:
        message = f"expected one of {', '.join(_WEEKDAYS)}, got {shown(value)}"
        raise ValueError(message)
    return _WEEKDAYS.index(value)


def _period_unit(value: Any) -> PeriodUnit:
    """Take the units the law knows; minutes are for goals only."""
    known = [unit for unit in PeriodUnit if unit is not PeriodUnit.MINUTE]
    if value not in known:
        message = f"expected one of {', '.join(known)}, got {shown(value)}"
        raise ValueError(message)
    return PeriodUnit(value)


Code = Annotated[str, Field(pattern=CODE, max_length=40)]
"""Small Latin letters, digits and -: codes stand in addresses, files of other cities and file names."""
Name = Annotated[str, Field(min_length=1, max_length=_LONGEST_NAME)]
Text = Annotated[str, Field(min_length=1, max_length=_LONGEST_TEXT)]
Keyword = Annotated[str, Field(min_length=1, max_length=40)]
Day = Annotated[date, BeforeValidator(_day)]
Hours = Annotated[tuple[time, time], BeforeValidator(_hours)]
Weekday = Annotated[int, BeforeValidator(_weekday)]


class Spec(BaseModel):
    """No key unknown, no value bent to fit, nothing changed later."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Named(Spec):
    """Something with a name in both languages."""

    ko: Name
    en: Name


class Said(Spec):
    """A sentence in both languages."""

    ko: Text
    en: Text


class Dated(Spec):
    """Something that may begin and end; both days are included."""

    valid_from: Day | None = None
    valid_to: Day | None = None


class UnitSpec(Named, Dated):
    """A place petitions may be sent to."""

    kind: Annotated[UnitKind, Field(strict=False)] = UnitKind.DEPARTMENT
    parent: Code | None = None
    contact: Name | None = None
    assumed: Text | None = None


class PeriodSpec(Dated):
    """A statutory period, from one day to another."""

    qty: Annotated[int, Field(ge=1, le=3_660)] = 1
    unit: Annotated[PeriodUnit, BeforeValidator(_period_unit)]
    legal_basis: Text
    goal_minutes: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    assumed: Text | None = None


Periods = Annotated[tuple[PeriodSpec, ...], Field(min_length=1)]


class AttributeSpec(Named):
    """A question a service asks."""

    datatype: Annotated[Datatype, Field(strict=False)]
    required: bool = False
    variable: bool = True
    hint: Said | None = None
    values: dict[Annotated[str, Field(pattern=KEY, max_length=40)], Named] = {}


class ServiceSpec(Named):
    """One kind of thing that citizens ask for."""

    group: Code
    petition_class: Annotated[PetitionClass, Field(strict=False)] = PetitionClass.OTHER
    unit: Code
    periods: Code | None = None
    """Name of its periods; without one those named like its class."""
    description: Said | None = None
    keywords: tuple[Keyword, ...] = ()
    field_team: Code | None = None
    public: bool = True
    needs_identity: bool = False
    location_required: bool = False
    open311_type: Annotated[Open311Type, Field(strict=False)] = Open311Type.REALTIME
    attributes: dict[Code, AttributeSpec] = {}
    assumed: Text | None = None


class Conditions(Spec):
    """All of those written must be met; of the entries of one, any."""

    services: tuple[Code, ...] = ()
    areas: tuple[Annotated[str, Field(pattern=AREA)], ...] = ()
    keywords: tuple[Keyword, ...] = ()
    channels: tuple[Annotated[Channel, Field(strict=False)], ...] = ()
    days: tuple[Weekday, ...] = ()
    hours: Hours | None = None


class RuleSpec(Dated):
    """One line of the routing table."""

    id: Code
    when: Conditions
    unit: Code
    reason: Said
    assumed: Text | None = None


class CatalogueSpec(Spec):
    """The whole file."""

    edition: Name
    periods: dict[Code, Periods]
    units: Annotated[dict[Code, UnitSpec], Field(min_length=1)]
    groups: Annotated[dict[Code, Named], Field(min_length=1)]
    services: Annotated[dict[Code, ServiceSpec], Field(min_length=1)]
    routing: Annotated[tuple[RuleSpec, ...], Field(max_length=MOST_RULES)] = ()
