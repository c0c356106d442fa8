"""Tickets: their events, and the projection written in the same transaction."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import BigInteger, Row, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.domain.periods import Period, PeriodUnit
from callcenter.domain.ticket_events import Channel, Happened, Place, TicketOutcome, TicketState
from callcenter.domain.tickets import Ticket
from callcenter.errors import StaleError
from callcenter.store.events import FIRST, happened_of, rows_of
from callcenter.store.many import row_ids
from callcenter.store.tables.tickets import NUMBER_SEQUENCE, TICKET, TICKET_EVENT

NUMBER: Final = re.compile(r"[0-9]{4}-[0-9]{6,9}")
"""How a ticket's number looks."""
_PLACE: Final = tuple(field.name for field in fields(Place))
_ENUMS: Final[dict[str, Any]] = {
    "channel": Channel,
    "state": TicketState,
    "outcome": TicketOutcome,
}
_PLAIN: Final = tuple(
    field.name
    for field in fields(Ticket)
    if field.name not in {"place", "attributes", "period", "case"}
)

# Statements are made once: building one for each ticket costs more than the database's part of it.
_ADDED: Final = insert(TICKET)
_CHANGED: Final = update(TICKET).where(
    TICKET.c.number == bindparam("its_number"), TICKET.c.seq == bindparam("its_seq")
)
_HAPPENED: Final = insert(TICKET_EVENT)
_NEXT: Final = {
    name: dialect.insert(NUMBER_SEQUENCE)
    .on_conflict_do_update(
        index_elements=["scope"],
        set_={"last": NUMBER_SEQUENCE.c.last + bindparam("many", type_=BigInteger)},
    )
    .returning(NUMBER_SEQUENCE.c.last)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTicket:
    """A ticket to write down, with what has happened to it so far and what its clocks say."""

    ticket: Ticket
    history: Sequence[Happened]
    clocks: Mapping[str, Any] = field(default_factory=dict)
    """Columns, as `clocks.columns_of` gives them; those of all tickets written at once are the same."""
    request_id: str | None = None


class Tickets:
    """Tickets within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    async def next_number(self, year: int, *, kind: str = "ticket") -> str:
        """Take the next number of a year and kind: `2026-000123`, no gaps, none twice."""
        return (await self.next_numbers(year, many=1, kind=kind))[0]

    async def next_numbers(self, year: int, *, many: int, kind: str = "ticket") -> list[str]:
        """Take the next numbers of a year and kind, in their order.

        The counter's row is locked until the transaction ends: whoever fails gives the numbers back.
        """
        wanted = {"scope": f"{kind}-{year}", "last": many, "many": many}
        last = await self._connection.scalar(_NEXT[self._connection.dialect.name], wanted)
        assert last is not None, "an insert or update returns its row"
        return [f"{year}-{n:06d}" for n in range(last - many + 1, last + 1)]

    async def add(self, new: Sequence[NewTicket], *, recorded_at: datetime) -> Sequence[int]:
        """Write new tickets and their first events; return the rows' ids."""
        ids = await row_ids(self._connection, TICKET, len(new))
        rows = [
            {"id": row, **row_of(one.ticket), **one.clocks}
            for row, one in zip(ids, new, strict=True)
        ]
        await self._connection.execute(_ADDED, rows)
        events = [
            row
            for one in new
            for row in rows_of(
                one.ticket.number,
                one.history,
                recorded_at=recorded_at,
                request_id=one.request_id,
            )
        ]
        await self._connection.execute(_HAPPENED, events)
        return ids

    async def append(
        self,
        ticket: Ticket,
        history: Sequence[Happened],
        *,
        clocks: dict[str, Any],
        recorded_at: datetime,
        request_id: str | None = None,
    ) -> None:
        """Write what happened to a ticket, which stands as given after it.

        Raises:
            StaleError: something else happened first.
        """
        before = history[0].seq - 1
        stood = {"its_number": ticket.number, "its_seq": before}
        changed = await self._connection.execute(_CHANGED, row_of(ticket) | clocks | stood)
        if changed.rowcount != 1:
            raise StaleError(f"{ticket.number} changed after event {before}")
        last = (
            await self._connection.execute(
                select(TICKET_EVENT.c.hash).where(
                    TICKET_EVENT.c.ticket == ticket.number, TICKET_EVENT.c.seq == before
                )
            )
        ).scalar_one_or_none()
        rows = rows_of(
            ticket.number,
            history,
            recorded_at=recorded_at,
            request_id=request_id,
            prev_hash=last or FIRST,
        )
        await self._connection.execute(_HAPPENED, rows)

    async def row(self, number: str, *, lock: bool = False) -> Row[Any] | None:
        """Return a ticket's row, clocks' columns included; locked against other commands if asked."""
        query = select(TICKET).where(TICKET.c.number == number)
        if lock and self._connection.dialect.name == "postgresql":
            query = query.with_for_update()
        return (await self._connection.execute(query)).one_or_none()

    async def get(self, number: str, *, lock: bool = False) -> Ticket | None:
        """Return a ticket as it stands."""
        row = await self.row(number, lock=lock)
        return None if row is None else ticket_of(row)

    async def event_rows(self, number: str) -> Sequence[Row[Any]]:
        """Return the rows of a ticket's history, first to last, hashes included."""
        query = (
            select(TICKET_EVENT).where(TICKET_EVENT.c.ticket == number).order_by(TICKET_EVENT.c.seq)
        )
        return (await self._connection.execute(query)).all()

    async def histories(self, numbers: Sequence[str]) -> list[dict[str, Any]]:
        """Return the rows of several histories, in the order of the numbers given."""
        query = select(TICKET_EVENT).where(TICKET_EVENT.c.ticket.in_(numbers))
        rows = (await self._connection.execute(query)).mappings()
        place = {number: n for n, number in enumerate(numbers)}
        return sorted(map(dict, rows), key=lambda row: (place[row["ticket"]], row["seq"]))

    async def history(self, number: str) -> list[Happened]:
        """Return what happened to a ticket, first to last."""
        return [happened_of(row) for row in await self.event_rows(number)]

    async def counted_otherwise(
        self, calendar: str, *, after: int, most: int
    ) -> list[tuple[int, str]]:
        """Return rows and numbers of open tickets counted by another calendar, in their order."""
        query = (
            select(TICKET.c.id, TICKET.c.number)
            .where(
                TICKET.c.id > after,
                TICKET.c.state != TicketState.CLOSED,
                TICKET.c.calendar != calendar,
            )
            .order_by(TICKET.c.id)
            .limit(most)
        )
        return [(row.id, row.number) for row in (await self._connection.execute(query)).all()]

    async def by_external_ref(self, channel: Channel, external_ref: str) -> str | None:
        """Return the number of the ticket another system knows by this reference."""
        query = select(TICKET.c.number).where(
            TICKET.c.channel == channel, TICKET.c.external_ref == external_ref
        )
        found: str | None = (await self._connection.execute(query)).scalar_one_or_none()
        return found


def row_of(ticket: Ticket) -> dict[str, Any]:
    """Write a ticket as its projection's columns, those of its clocks not included."""
    row: dict[str, Any] = {name: getattr(ticket, name) for name in _PLAIN}
    row |= {name: getattr(ticket.place, name) for name in _PLACE}
    row["attributes"] = json.dumps(ticket.attributes, ensure_ascii=False)
    row["work_case"] = ticket.case
    row["period_qty"] = ticket.period.qty if ticket.period else None
    row["period_unit"] = ticket.period.unit if ticket.period else None
    return row


def ticket_of(row: Row[Any]) -> Ticket:
    """Read a ticket back from its projection."""
    columns = row._mapping  # noqa: SLF001 - the public name of a row's fields
    plain = {name: columns[name] for name in _PLAIN}
    for name, enum in _ENUMS.items():
        plain[name] = None if plain[name] is None else enum(plain[name])
    period = (
        Period(qty=columns["period_qty"], unit=PeriodUnit(columns["period_unit"]))
        if columns["period_qty"] is not None
        else None
    )
    return Ticket(
        **plain,
        place=Place(**{name: columns[name] for name in _PLACE}),
        attributes=tuple(
            (code, tuple(values)) for code, values in json.loads(columns["attributes"])
        ),
        period=period,
        case=columns["work_case"],
    )
