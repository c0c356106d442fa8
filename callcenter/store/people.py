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
    func,
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
from callcenter.store.many import among, row_ids
from callcenter.store.tables.people import PERSONAL_ACCESS, PETITIONER, TICKET_TEXT
from callcenter.store.tables.tickets import TICKET

Query = TypeVar("Query", bound=Select[Any])

_MARK: Final = "P"
SEALED: Final = ("name_sealed", "phone_sealed", "email_sealed", "address_sealed")
LOOKUPS: Final = {Contact.PHONE: "phone_lookup", Contact.EMAIL: "email_lookup"}
MOST_FOUND: Final = 100
"""Records of one number or address that are looked at, the newest."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPetitioner:
    """Somebody not known yet, sealed."""

    reference: str
    language: str
    consents: frozenset[str]
    sealed: Mapping[str, bytes | None]
    """Sealed columns and lookups, all of them."""


def _found(kind: Contact, dialect: str) -> Select[Any]:
    """Rank within the index on lookups first: one number may have any number of records."""
    lookup = PETITIONER.c[LOOKUPS[kind]]
    newest_first = func.row_number().over(partition_by=lookup, order_by=PETITIONER.c.id.desc())
    ranked = (
        select(PETITIONER.c.id, newest_first.label("place"))
        .where(among(lookup, "lookups", dialect=dialect))
        .subquery("ranked")
    )
    return (
        select(PETITIONER)
        .join(ranked, ranked.c.id == PETITIONER.c.id)
        .where(ranked.c.place <= MOST_FOUND, PETITIONER.c.erased_at.is_(None))
        .order_by(PETITIONER.c.id.desc())
    )


_DIALECTS: Final = ("sqlite", "postgresql")
_ADDED: Final = insert(PETITIONER)
_FOUND: Final = {(kind, name): _found(kind, name) for kind in Contact for name in _DIALECTS}
_REACHED: Final = {
    name: select(
        PETITIONER.c.id,
        PETITIONER.c.consent,
        *(PETITIONER.c[column].is_not(None).label(column) for column in SEALED[1:]),
    ).where(among(PETITIONER.c.id, "these", dialect=name))
    for name in _DIALECTS
}


class People:
    """Petitioners within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    # --- Petitioners --------------------------------------------------------------------------------

    async def places(self, many: int) -> list[str]:
        """Take references for new petitioners: what is known of one is sealed to its reference."""
        rows = await row_ids(self._connection, PETITIONER, many)
        return [reference_of(row) for row in rows]

    async def add(
        self, people: Sequence[NewPetitioner], *, now: datetime, retain_until: datetime
    ) -> None:
        """Keep new petitioners."""
        if people:
            rows = [
                {
                    "id": row_id(one.reference),
                    "language": one.language,
                    "consent": _consent(one.consents),
                    "created_at": now,
                    "retain_until": retain_until,
                    **one.sealed,
                }
                for one in people
            ]
            await self._connection.execute(_ADDED, rows)

    async def fill(self, reference: str, sealed: Mapping[str, bytes | None]) -> None:
        """Write sealed columns and lookups of somebody."""
        await self._change(reference, sealed)

    async def renew(
        self,
        references: Sequence[str],
        *,
        language: str,
        consents: Iterable[str] | None,
        retain_until: datetime,
    ) -> set[str]:
        """Note that people asked again; return those whose data has not been erased meanwhile.

        Without `consents` theirs stay as they are.
        """
        values = {"language": language, "retain_until": retain_until}
        if consents is not None:
            values["consent"] = _consent(consents)
        these = among(PETITIONER.c.id, "these", dialect=self._connection.dialect.name)
        renewed = await self._connection.execute(
            update(PETITIONER)
            .where(these, PETITIONER.c.erased_at.is_(None))
            .values(**values)
            .returning(PETITIONER.c.id),
            {"these": [row_id(reference) for reference in references]},
        )
        return {reference_of(row) for row in renewed.scalars()}

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

    async def found(self, kind: Contact, lookups: Sequence[bytes]) -> Sequence[Row[Any]]:
        """Return the sealed rows of those with a number or address, the newest `MOST_FOUND` of each."""
        found = _FOUND[kind, self._connection.dialect.name]
        rows: Sequence[Row[Any]] = (
            await self._connection.execute(found, {"lookups": lookups})
        ).all()
        return rows

    async def reaches(self, references: Iterable[str]) -> dict[str, Reach]:
        """Say by which ways people can be told; nothing is opened for it. Who is not known is left out."""
        rows = [row_id(reference) for reference in references]
        if not rows:
            return {}
        reached = _REACHED[self._connection.dialect.name]
        found = await self._connection.execute(reached, {"these": rows})
        return {reference_of(row.id): _reach(row) for row in found}

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

    async def keep_texts(self, sealed: Mapping[str, bytes], *, retain_until: datetime) -> None:
        """Keep the sealed texts of petitions, by their tickets' numbers."""
        rows = [
            {"ticket": number, "body_sealed": text, "retain_until": retain_until}
            for number, text in sealed.items()
        ]
        if rows:
            await self._connection.execute(insert(TICKET_TEXT), rows)

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


def _reach(row: Row[Any]) -> Reach:
    consents = json.loads(row.consent)
    return Reach(
        sms=row.phone_sealed and "sms" in consents,
        email=row.email_sealed and "email" in consents,
        hand=row.phone_sealed or row.email_sealed or row.address_sealed,
    )


def _consent(consents: Iterable[str]) -> str:
    return json.dumps(sorted(consents))


def _theirs() -> ColumnElement[bool]:
    return TICKET.c.petitioner == literal(_MARK).concat(cast(PETITIONER.c.id, String))
