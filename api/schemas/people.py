"""Wire shapes for personal data: masked for everybody of the house, in full for a purpose."""

from typing import Annotated, Any

from pydantic import StringConstraints

from api.schemas.moments import Moment
from api.schemas.tickets import Shape, Text
from callcenter.desk.people import Field as PersonField
from callcenter.desk.petitions import Petitioner
from callcenter.domain.privacy import shown_phone

Purpose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=200)]


class PersonShape(Shape):
    """Who asks; masked unless a purpose was given."""

    name: str | None
    phone: str | None
    email: str | None
    address: str | None
    language: str
    consents: list[str]

    @classmethod
    def of(cls, petitioner: Petitioner) -> "PersonShape":
        """Write a petitioner."""
        return cls(
            name=petitioner.name,
            phone=_shown(petitioner.phone),
            email=petitioner.email,
            address=petitioner.address,
            language=petitioner.language,
            consents=sorted(petitioner.agreed),
        )


class LookShape(Shape):
    """What somebody wants to see, and what for; both are logged."""

    fields: list[PersonField]
    purpose: Purpose


class LookedShape(Shape):
    """Somebody looked at personal data."""

    id: int
    at: Moment
    actor: str
    petitioner: str | None
    ticket: str | None
    fields: str
    purpose: str

    @classmethod
    def of(cls, row: Any) -> "LookedShape":
        """Write a row of the log."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class SearchPersonShape(Shape):
    """A telephone number or an e-mail address; in a body, so that no log of addresses ever holds it."""

    phone: Annotated[str, StringConstraints(max_length=30)] | None = None
    email: Annotated[str, StringConstraints(max_length=254)] | None = None


class OriginalShape(Shape):
    """A petition's text as it was written; `null` if nothing was taken out of it."""

    body: Text | None


def _shown(phone: str | None) -> str | None:
    """Write a number as people here write it; one behind its mask is written so already."""
    return phone if phone is None or "*" in phone else shown_phone(phone)
