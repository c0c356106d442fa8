"""Open tickets near a place, of services that go together: what a new complaint may repeat."""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.domain.duplicates import Complaint, around
from callcenter.domain.grams import query
from callcenter.domain.ticket_events import Place
from callcenter.store.search import LONGEST_QUERY, Search
from callcenter.store.tables.tickets import TICKET

_MOST: Final = 200
"""Complaints compared: more lie within a hundred metres only where one problem has them all."""


class Duplicates:
    """What a complaint may repeat, within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection
        self._search = Search(connection)

    async def candidates(
        self, complaint: Complaint, *, services: Collection[str]
    ) -> list[Complaint]:
        """Return open complaints of these services at the place, however old, the newest first."""
        place = complaint.place
        alike = _open(services).where(TICKET.c.number != complaint.number)
        if place.lat is not None and place.lon is not None:
            box = around(place.lat, place.lon)
            alike = alike.where(
                TICKET.c.lat.between(box.south, box.north),
                TICKET.c.lon.between(box.west, box.east),
            )
        elif place.address:
            words = query(place.address[:LONGEST_QUERY])
            there = (await self._search.find(words, most=_MOST)).rows
            alike = alike.where(TICKET.c.id.in_(there))
        else:
            return []
        rows = await self._connection.execute(alike.limit(_MOST))
        return [_complaint(row) for row in rows]


def _open(services: Collection[str]) -> Select[Any]:
    row = TICKET.c
    return (
        select(row.number, row.title, row.body, row.lat, row.lon, row.address, row.work_case)
        .add_columns(row.submitted_at)
        .where(row.closed_at.is_(None), row.service.in_(sorted(services)))
        .order_by(row.id.desc())
    )


def _complaint(row: Row[Any]) -> Complaint:
    return Complaint(
        number=row.number,
        place=Place(lat=row.lat, lon=row.lon, address=row.address),
        at=row.submitted_at,
        text=f"{row.title}\n{row.body}",
        case=row.work_case,
    )
