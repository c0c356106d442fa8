"""Petitioners: sealed columns, found by keyed hashes, known outside as an opaque reference `P<id>`."""

import json
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.domain.notices import Reach
from callcenter.errors import NotFoundError
from callcenter.store.tables.people import PETITIONER

_MARK: Final = "P"


class People:
    """Petitioners within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    async def reach(self, reference: str) -> Reach:
        """Say by which ways somebody can be told; nothing is opened for it.

        Raises:
            NotFoundError: nobody has this reference.
        """
        query = select(
            PETITIONER.c.phone_sealed.is_not(None).label("phone"),
            PETITIONER.c.email_sealed.is_not(None).label("email"),
            PETITIONER.c.address_sealed.is_not(None).label("address"),
            PETITIONER.c.consent,
        ).where(PETITIONER.c.id == row_id(reference))
        found = (await self._connection.execute(query)).one_or_none()
        if found is None:
            raise NotFoundError(f"no petitioner {reference!r}")
        consent: dict[str, Any] = json.loads(found.consent)
        return Reach(
            sms=bool(found.phone and consent.get("sms")),
            email=bool(found.email and consent.get("email")),
            hand=bool(found.phone or found.address or found.email),
            survey=bool(consent.get("survey")),
        )


def reference_of(row: int) -> str:
    """Write a row's id as everybody else knows the petitioner."""
    return f"{_MARK}{row}"


def row_id(reference: str) -> int:
    """Read a reference back.

    Raises:
        NotFoundError: it is none.
    """
    digits = reference.removeprefix(_MARK)
    if reference == digits or not (digits.isascii() and digits.isdigit()):
        raise NotFoundError(f"expected a petitioner such as 'P12', got {reference!r}")
    return int(digits)
