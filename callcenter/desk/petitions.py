"""What a citizen asks for, as it arrives, and whether the service can take it as it is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from callcenter.domain.services import AttributeSpec, Datatype, ServiceType
from callcenter.domain.ticket_events import NOWHERE, Channel, Place
from callcenter.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Petitioner:
    """Who asks, as far as known; sealed before it is kept, never part of an event, never printed."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    language: str = "ko"
    consents: frozenset[str] | None = None
    """Ways in which the petitioner agrees to be told; `None` if nothing was said about it."""
    presumed: frozenset[str] = frozenset({"sms", "email"})
    """What is taken for agreed where nothing was said, now or before."""

    @property
    def agreed(self) -> frozenset[str]:
        """Ways in which somebody not known before may be told."""
        return self.presumed if self.consents is None else self.consents


@dataclass(frozen=True, slots=True, kw_only=True)
class Petition:
    """What a citizen asks for."""

    channel: Channel
    service: str
    title: str
    body: str
    place: Place = NOWHERE
    attributes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Answers to the service's questions, by the question's code."""
    petitioner: Petitioner | None = None
    external_ref: str | None = None
    """What another system knows it by; the same reference again is the same ticket."""
    media_url: str | None = None
    at: datetime | None = None
    """When it arrived, if that is known and past; now otherwise."""


def check(petition: Petition, *, service: ServiceType) -> None:
    """Refuse a petition that lacks what its service needs.

    Raises:
        InputError: names the part and what is expected there.
    """
    if service.location_required and not petition.place.known:
        raise InputError(f"{service.code} needs a place: coordinates or an address", key="place")
    if service.needs_identity and not (petition.petitioner and petition.petitioner.name):
        raise InputError(f"{service.code} needs the petitioner's name", key="petitioner.name")
    asked = {spec.code: spec for spec in service.attributes if spec.variable}
    for code, values in petition.attributes:
        if code not in asked:
            known = ", ".join(asked) or "none"
            raise InputError(f"expected one of {known}, got {code!r}", key="attributes")
        _check_answer(asked[code], values)
    answered = {code for code, values in petition.attributes if any(values)}
    for spec in asked.values():
        if spec.required and spec.code not in answered:
            raise InputError(f"{service.code} asks for it", key=f"attributes.{spec.code}")


def _check_answer(spec: AttributeSpec, values: tuple[str, ...]) -> None:
    if len(values) > 1 and spec.datatype is not Datatype.MULTI:
        raise InputError(f"expected one answer, got {len(values)}", key=f"attributes.{spec.code}")
    for value in values:
        expected = _expected(spec, value)
        if expected is not None:
            raise InputError(f"expected {expected}, got {value!r}", key=f"attributes.{spec.code}")


def _expected(spec: AttributeSpec, value: str) -> str | None:
    """Say what was expected instead; `None` if the answer will do."""
    match spec.datatype:
        case Datatype.STRING | Datatype.TEXT:
            return None
        case Datatype.NUMBER:
            return None if _reads(float, value) else "a number"
        case Datatype.DATETIME:
            return (
                None
                if _reads(datetime.fromisoformat, value)
                else "a date as 2026-11-22T10:00+09:00"
            )
        case Datatype.SINGLE | Datatype.MULTI:
            keys = [allowed.key for allowed in spec.values]
            return None if value in keys else f"one of {', '.join(keys)}"
        case _:
            assert_never(spec.datatype)


def _reads(reader: Callable[[str], object], value: str) -> bool:
    try:
        reader(value)
    except ValueError:
        return False
    return True
