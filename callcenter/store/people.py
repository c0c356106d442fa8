"""Petitioners: sealed columns, found by keyed hashes, known outside as an opaque reference `P<id>`.

This file moves sealed bytes; who may open them, and what for, is the desk's business.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    String,
    cast,
    delete,
    exists,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.domain.notices import Reach
from callcenter.domain.privacy import Contact
from callcenter.domain.ticket_events import TicketState
from callcenter.errors import NotFoundError
from callcenter.store.tables.people import PERSONAL_ACCESS, PETITIONER, TICKET_TEXT
from callcenter.store.tables.tickets import TICKET

Query = TypeVar("Query", bound=Select[Any])

_MARK: Final = "P"
SEALED: Final = ("name_sealed", "phone_sealed", "email_sealed", "address_sealed")
LOOKUPS: Final = {Contact.PHONE: "phone_lookup", Contact.EMAIL: "email_lookup"}
_ERASED: Final = dict.fromkeys((*SEALED, *LOOKUPS.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who looked at whose data, which fields, and what for."""

    at: datetime
    actor: str
    fields: tuple[str, ...]
    purpose: str
    petitioner: str | None = None
    ticket: str | None = None
    request_id: str | None = None


class People:
    """Petitioners within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    # --- Petitioners --------------------------------------------------------------------------------

    async def add(
        self, *, language: str, consents: Iterable[str], now: datetime, retain_until: datetime
    ) -> str:
        """Make room for a petitioner; what is known is sealed to the reference this returns."""
        added = await self._connection.execute(
            insert(PETITIONER)
            .values(
                language=language,
                consent=_consent(consents),
                created_at=now,
                retain_until=retain_until,
            )
            .returning(PETITIONER.c.id)
        )
        return reference_of(added.scalar_one())

    async def fill(self, reference: str, sealed: Mapping[str, bytes | None]) -> None:
        """Write sealed columns and lookups of somebody."""
        await self._change(reference, sealed)

    async def renew(
        self, reference: str, *, language: str, consents: Iterable[str], retain_until: datetime
    ) -> bool:
        """Note that somebody asked again; `False` if the data has been erased meanwhile."""
        renewed = await self._connection.execute(
            update(PETITIONER)
            .where(PETITIONER.c.id == row_id(reference), PETITIONER.c.erased_at.is_(None))
            .values(language=language, consent=_consent(consents), retain_until=retain_until)
        )
        return renewed.rowcount == 1

    async def get(self, reference: str, *, lock: bool = False) -> Row[Any]:
        """Return somebody's sealed row, held against changes if asked.

        Raises:
            NotFoundError: nobody has this reference.
        """
        query = select(PETITIONER).where(PETITIONER.c.id == row_id(reference))
        if lock:
            query = self._held(query)
        found = (await self._connection.execute(query)).one_or_none()
        if found is None:
            raise NotFoundError(f"there is no petitioner {reference}")
        return found

    async def found(
        self, kind: Contact, lookups: Sequence[bytes], *, most: int = 100
    ) -> Sequence[Row[Any]]:
        """Return the sealed rows of those with a number or address, the newest first."""
        query = (
            select(PETITIONER)
            .where(PETITIONER.c[LOOKUPS[kind]].in_(lookups), PETITIONER.c.erased_at.is_(None))
            .order_by(PETITIONER.c.id.desc())
            .limit(most)
        )
        return (await self._connection.execute(query)).all()

    async def reach(self, reference: str) -> Reach:
        """Say by which ways somebody can be told; nothing is opened for it.

        Raises:
            NotFoundError: nobody has this reference.
        """
        row = await self.get(reference)
        consents = json.loads(row.consent)
        return Reach(
            sms=row.phone_sealed is not None and "sms" in consents,
            email=row.email_sealed is not None and "email" in consents,
            hand=any(getattr(row, column) is not None for column in SEALED[1:]),
        )

    async def page(self, *, after: int, most: int) -> Sequence[Row[Any]]:
        """Return the next sealed rows by id, held against changes: for sealing them again."""
        query = (
            select(PETITIONER)
            .where(PETITIONER.c.id > after, PETITIONER.c.erased_at.is_(None))
            .order_by(PETITIONER.c.id)
            .limit(most)
        )
        return (await self._connection.execute(self._held(query))).all()

    # --- Erasing ------------------------------------------------------------------------------------

    async def due_for_erasure(self, *, now: datetime, most: int) -> Sequence[str]:
        """Return who is past the term of keeping and has no open ticket, held against changes."""
        query = (
            select(PETITIONER.c.id)
            .where(PETITIONER.c.retain_until <= now, PETITIONER.c.erased_at.is_(None))
            .where(~exists().where(_theirs(), TICKET.c.state != TicketState.CLOSED))
            .order_by(PETITIONER.c.id)
            .limit(most)
        )
        rows = (await self._connection.execute(self._held(query))).scalars()
        return [reference_of(row) for row in rows]

    async def open_tickets(self, reference: str) -> Sequence[str]:
        """Return the numbers of somebody's tickets that are not closed."""
        query = select(TICKET.c.number).where(
            TICKET.c.petitioner == reference, TICKET.c.state != TicketState.CLOSED
        )
        return (await self._connection.execute(query.order_by(TICKET.c.number))).scalars().all()

    async def erase(self, reference: str, *, now: datetime) -> None:
        """Forget somebody: sealed columns, lookups, and the texts of all their tickets as written."""
        await self._overwrite_what_is_deleted()
        theirs = select(TICKET.c.number).where(TICKET.c.petitioner == reference)
        await self._connection.execute(delete(TICKET_TEXT).where(TICKET_TEXT.c.ticket.in_(theirs)))
        await self._change(reference, {**_ERASED, "consent": _consent(()), "erased_at": now})

    async def erase_texts(self, *, now: datetime) -> int:
        """Forget texts as they were written, past their term and of closed tickets; return how many."""
        await self._overwrite_what_is_deleted()
        closed = exists().where(
            TICKET.c.number == TICKET_TEXT.c.ticket, TICKET.c.state == TicketState.CLOSED
        )
        gone = await self._connection.execute(
            delete(TICKET_TEXT).where(TICKET_TEXT.c.retain_until <= now, closed)
        )
        return gone.rowcount

    async def _overwrite_what_is_deleted(self) -> None:
        if self._connection.dialect.name == "sqlite":
            await self._connection.exec_driver_sql("PRAGMA secure_delete=ON")

    # --- Texts as they were written ---------------------------------------------------------------------

    async def keep_text(self, number: str, sealed: bytes, *, retain_until: datetime) -> None:
        """Keep a petition's sealed text."""
        await self._connection.execute(
            insert(TICKET_TEXT).values(ticket=number, body_sealed=sealed, retain_until=retain_until)
        )

    async def text(self, number: str) -> bytes | None:
        """Return a petition's sealed text; `None` if nothing was taken out of it, or it was erased."""
        query = select(TICKET_TEXT.c.body_sealed).where(TICKET_TEXT.c.ticket == number)
        sealed: bytes | None = (await self._connection.execute(query)).scalar_one_or_none()
        return sealed

    async def texts(self, *, after: str, most: int) -> Sequence[Row[Any]]:
        """Return the next sealed texts by ticket, held against changes: for sealing them again."""
        query = (
            select(TICKET_TEXT)
            .where(TICKET_TEXT.c.ticket > after)
            .order_by(TICKET_TEXT.c.ticket)
            .limit(most)
        )
        return (await self._connection.execute(self._held(query))).all()

    async def replace_text(self, number: str, sealed: bytes) -> None:
        """Keep the same text, sealed anew."""
        await self._connection.execute(
            update(TICKET_TEXT).where(TICKET_TEXT.c.ticket == number).values(body_sealed=sealed)
        )

    # --- Who looked ---------------------------------------------------------------------------------

    async def looked(self, access: Access) -> None:
        """Record a look, in the transaction that allows it."""
        await self._connection.execute(
            insert(PERSONAL_ACCESS).values(
                at=access.at,
                actor=access.actor,
                ticket=access.ticket,
                petitioner=access.petitioner,
                fields=",".join(access.fields),
                purpose=access.purpose,
                request_id=access.request_id,
            )
        )

    async def looks(
        self, *, petitioner: str | None = None, before: int | None = None, most: int = 100
    ) -> Sequence[Row[Any]]:
        """Return who looked, the newest first, beginning before a row."""
        query = select(PERSONAL_ACCESS).order_by(PERSONAL_ACCESS.c.id.desc()).limit(most)
        if petitioner is not None:
            query = query.where(PERSONAL_ACCESS.c.petitioner == petitioner)
        if before is not None:
            query = query.where(PERSONAL_ACCESS.c.id < before)
        return (await self._connection.execute(query)).all()

    async def _change(self, reference: str, values: Mapping[str, Any]) -> None:
        await self._connection.execute(
            update(PETITIONER).where(PETITIONER.c.id == row_id(reference)).values(**values)
        )

    def _held(self, query: Query) -> Query:
        """Hold rows against changes; SQLite has one writer at a time anyway."""
        if self._connection.dialect.name == "postgresql":
            return query.with_for_update(of=query.get_final_froms()[0])
        return query


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
        raise NotFoundError(f"expected a petitioner such as P12, got {reference!r}")
    return int(digits)


def _consent(consents: Iterable[str]) -> str:
    return json.dumps(sorted(consents))


def _theirs() -> ColumnElement[bool]:
    return TICKET.c.petitioner == literal(_MARK).concat(cast(PETITIONER.c.id, String))
