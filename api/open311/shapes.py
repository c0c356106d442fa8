"""What the public may know of services and tickets, field by field as GeoReport v2 names them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from api.open311.formats import Listing, Record
from api.schemas.moments import told
from callcenter.domain.services import AttributeSpec, Catalogue, Datatype, ServiceType
from callcenter.domain.ticket_events import STATE_NAMES_KO, TicketState
from callcenter.domain.tickets import Ticket
from callcenter.errors import NotFoundError
from callcenter.store.ticket_lists import Listed

CLOSED: Final = frozenset({TicketState.RESOLVED, TicketState.NOTIFIED, TicketState.CLOSED})
"""Everything before `resolved` is open."""
OPEN: Final = frozenset(TicketState) - CLOSED
ROUNDED: Final = 3
"""Decimals of a degree, some hundred metres, where the place is the citizen's and not the street's."""
CHANGESET: Final = "2026-11-22T00:00:00+09:00"
SPECIFICATION: Final = "http://wiki.open311.org/GeoReport_v2"


def discovery(public_url: str, *, contact: str) -> Record:
    """Say where the service and its test twin are, in which formats."""
    endpoints = [
        {
            "specification": SPECIFICATION,
            "url": f"{public_url}/open311/{path}",
            "changeset": CHANGESET,
            "type": kind,
            "formats": Listing("formats", "format", ["text/xml", "application/json"]),
        }
        for path, kind in (("v2", "production"), ("test/v2", "test"))
    ]
    return Record(
        "discovery",
        {
            "changeset": CHANGESET,
            "contact": contact,
            "key_service": f"{public_url}/docs",
            "endpoints": Listing("endpoints", "endpoint", endpoints),
        },
    )


def services(offered: Sequence[ServiceType]) -> Listing:
    """List services."""
    return Listing("services", "service", [_service(service) for service in offered])


def definition(service: ServiceType) -> Record:
    """Say what a service asks."""
    return Record(
        "service_definition",
        {
            "service_code": service.code,
            "attributes": Listing(
                "attributes", "attribute", [_attribute(spec) for spec in service.attributes]
            ),
        },
    )


def requests(listed: Sequence[Listed], *, catalogue: Catalogue, extended: bool) -> Listing:
    """List tickets as service requests."""
    items = [_request(one, catalogue=catalogue, extended=extended) for one in listed]
    return Listing("service_requests", "request", items)


def agency(code: str | None, *, catalogue: Catalogue) -> str | None:
    """Name the unit that answers."""
    if code is None:
        return None
    try:
        return catalogue.unit(code).name_ko
    except NotFoundError:
        return code


def _service(service: ServiceType) -> dict[str, Any]:
    return {
        "service_code": service.code,
        "service_name": service.name_ko,
        "description": service.description_ko or service.name_ko,
        "metadata": bool(service.attributes),
        "type": service.open311_type.value,
        "keywords": ",".join(service.keywords),
        "group": service.group.name_ko,
    }


def _attribute(spec: AttributeSpec) -> dict[str, Any]:
    values = [{"key": value.key, "name": value.name_ko} for value in spec.values]
    told_as: dict[str, Any] = {
        "variable": spec.variable,
        "code": spec.code,
        "datatype": spec.datatype.value,
        "required": spec.required,
        "datatype_description": spec.hint_ko,
        "order": spec.order,
        "description": spec.name_ko,
    }
    if spec.datatype in {Datatype.SINGLE, Datatype.MULTI}:
        told_as["values"] = Listing("values", "value", values)
    return told_as


def _request(one: Listed, *, catalogue: Catalogue, extended: bool) -> dict[str, Any]:
    ticket = one.ticket
    service = next((known for known in catalogue.services if known.code == ticket.service), None)
    shown: dict[str, Any] = {
        "service_request_id": ticket.number,
        "status": "closed" if ticket.state in CLOSED else "open",
        "status_notes": _notes(ticket),
        "service_name": service.name_ko if service else ticket.service,
        "service_code": ticket.service,
        "description": ticket.body,
        "agency_responsible": agency(ticket.unit, catalogue=catalogue),
        "service_notice": notice(one.statutory_due_at),
        "requested_datetime": told(ticket.submitted_at),
        "updated_datetime": told(ticket.updated_at),
        "expected_datetime": told(one.statutory_due_at) if one.statutory_due_at else None,
        "address": ticket.place.address,
        "address_id": ticket.place.address_id,
        "zipcode": ticket.place.zipcode,
        "lat": _coordinate(ticket.place.lat, service),
        "long": _coordinate(ticket.place.lon, service),
        "media_url": ticket.media_url,
    }
    if extended:
        shown["extended_attributes"] = {
            "state": ticket.state.value,
            "channel": ticket.channel.value,
            "reopened": ticket.reopenings,
        }
    return shown


def notice(due: datetime | None) -> str | None:
    """Say until when an answer is due."""
    return None if due is None else f"법정 처리기한은 {told(due)[:16].replace('T', ' ')}까지입니다."


def _notes(ticket: Ticket) -> str:
    state = STATE_NAMES_KO[ticket.state]
    return f"{state}: {ticket.answer}" if ticket.answer and ticket.state in CLOSED else state


def _coordinate(degrees: float | None, service: ServiceType | None) -> float | None:
    if degrees is None:
        return None
    street = service is not None and service.location_required
    return degrees if street else round(degrees, ROUNDED)
