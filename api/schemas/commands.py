"""What each ticket command takes on the wire, made from the table of commands itself."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Final, get_type_hints

from pydantic import AwareDatetime, BaseModel, Field, create_model

from api.schemas.tickets import Code, Line, PlaceShape, Shape, Text
from callcenter.desk.ticket_orders import ORDERS, Order
from callcenter.domain.periods import Period, PeriodUnit
from callcenter.domain.ticket_events import Place

_CODES: Final = frozenset({"unit", "team", "service"})
_LINES: Final = frozenset({"title", "officer", "agency", "name"})


class PeriodIn(Shape):
    """How long something may take."""

    qty: Annotated[int, Field(ge=1, le=3_660)]
    unit: PeriodUnit


@cache
def shape_of(command: str) -> type[BaseModel]:
    """Make the model of what a command takes."""
    order = ORDERS[command]
    hints = get_type_hints(order)
    parts: dict[str, Any] = {
        field.name: (
            _wire(field.name, hints[field.name]),
            ... if field.default is MISSING else field.default,
        )
        for field in fields(order)
    }
    name = "".join(word.title() for word in command.split("_")) + "Order"
    return create_model(name, __base__=Shape, __doc__=order.__doc__, **parts)


def order_of(command: str, said: BaseModel) -> Order:
    """Turn what was said into the order the desk takes."""
    given = {name: _inner(getattr(said, name)) for name in type(said).model_fields}
    made: Order = ORDERS[command](**given)
    return made


def schema_of(command: str) -> Mapping[str, Any]:
    """Return the JSON Schema of what a command takes, for forms."""
    return shape_of(command).model_json_schema()


def _wire(name: str, hint: Any) -> Any:
    if hint is Period:
        return PeriodIn
    if hint is Place:
        return PlaceShape
    if hint is datetime:
        return AwareDatetime
    text = Code if name in _CODES else Line if name in _LINES else Text
    if hint is str:
        return text
    if hint == str | None:
        return text | None
    return hint


def _inner(value: Any) -> Any:
    match value:
        case PeriodIn(qty=qty, unit=unit):
            return Period(qty=qty, unit=unit)
        case PlaceShape():
            return value.place()
        case _:
            return value
