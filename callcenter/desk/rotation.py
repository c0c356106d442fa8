"""New keys: everything sealed or hashed is sealed and hashed again with the writing keys.

Put a new key in front of its ring, run this to its end, then take the old key off. It works in small
transactions beside everything else, may be stopped at any time and started again: what is done already
is left as it is. What cannot be opened is named and left alone.

Of a number that is not to be called the house keeps nothing but a hash. It is hashed anew where somebody
known has that number; else its key has to stay on the ring, behind the first, and the rotation says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from callcenter.desk.dialling import name_cell, phone_cell
from callcenter.desk.people import Field, field_cell, text_cell
from callcenter.domain.privacy import Contact
from callcenter.errors import SealError
from callcenter.store.leads import Lead
from callcenter.store.people import LOOKUPS, reference_of
from callcenter.store.unit_of_work import Store, UnitOfWork
from callcenter.store.webhooks import secret_cell
from callcenter.vault import Vault

BATCH: Final = 200


@dataclass(slots=True, kw_only=True)
class Rotation:
    """What was sealed anew, and what could not be opened: references, never their content."""

    renewed: int = 0
    kept: int = 0
    broken: list[str] = field(default_factory=list)
    bound: dict[str, int] = field(default_factory=dict)
    """How many numbers on the do-not-call list still take each older lookup key."""


class KeyRotation:
    """Seals everything anew."""

    def __init__(self, *, store: Store, vault: Vault, batch: int = BATCH) -> None:
        """Take a vault whose rings hold both the new keys, in front, and the old."""
        self._store = store
        self._vault = vault
        self._batch = batch

    async def run(self) -> Rotation:
        """Go through petitioners, texts, webhooks and leads once."""
        done = Rotation()
        person, text, webhook, lead = 0, "", 0, 0
        while rows := await self._petitioners(done, after=person):
            person = rows[-1].id
        while rows := await self._texts(done, after=text):
            text = rows[-1].ticket
        while rows := await self._webhooks(done, after=webhook):
            webhook = rows[-1].id
        while rows := await self._leads(done, after=lead):
            lead = rows[-1].id
        done.bound = await self._bound()
        return done

    async def _bound(self) -> dict[str, int]:
        """Count what hangs on each older key; of before keys were named it may hang on any of them."""
        newest, *older = self._vault.lookup_keys
        async with self._store.reading() as uow:
            by_key = await uow.do_not_call.by_key()
        nameless = by_key.pop(None, 0) if older else 0
        bound = {key: many for key, many in by_key.items() if key and key != newest}
        for key in older if nameless else ():
            bound[key] = bound.get(key, 0) + nameless
        return bound

    async def _petitioners(self, done: Rotation, *, after: int) -> Sequence[Any]:
        async with self._store.writing() as uow:
            rows = await uow.people.page(after=after, most=self._batch)
            for row in rows:
                await self._petitioner(uow, row, done)
        return rows

    async def _petitioner(self, uow: UnitOfWork, row: Any, done: Rotation) -> None:
        reference = reference_of(row.id)
        try:
            columns = self._columns(row)
            await self._renew_listed(uow, row)
        except SealError:
            done.broken.append(reference)
            return
        if all(getattr(row, column) == value for column, value in columns.items()):
            done.kept += 1
            return
        await uow.people.fill(reference, columns)
        done.renewed += 1

    async def _renew_listed(self, uow: UnitOfWork, row: Any) -> None:
        """Hash somebody's number on the do-not-call list anew, if it is on it."""
        if row.phone_sealed is not None:
            cell = field_cell(str(row.id), Field.PHONE)
            phone = self._vault.open_(row.phone_sealed, context=cell)
            lookups = self._vault.lookups(phone, kind=Contact.PHONE)
            await uow.do_not_call.renew(lookups, key=self._vault.lookup_keys[0])

    def _columns(self, row: Any) -> dict[str, bytes]:
        columns: dict[str, bytes] = {}
        for field_ in Field:
            sealed = getattr(row, f"{field_}_sealed")
            if sealed is not None:
                cell = field_cell(str(row.id), field_)
                columns[f"{field_}_sealed"] = self._vault.rotate(sealed, context=cell)
        for contact, column in LOOKUPS.items():
            sealed = getattr(row, f"{contact}_sealed")
            if sealed is not None:
                columns[column] = self._lookup(sealed, row=str(row.id), contact=contact)
        return columns

    def _lookup(self, sealed: bytes, *, row: str, contact: Contact) -> bytes:
        value = self._vault.open_(sealed, context=field_cell(row, Field(contact)))
        return self._vault.lookup(value, kind=contact)

    async def _texts(self, done: Rotation, *, after: str) -> Sequence[Any]:
        async with self._store.writing() as uow:
            rows = await uow.people.texts(after=after, most=self._batch)
            for row in rows:
                cell = text_cell(row.ticket)
                sealed = self._renewed(row.body_sealed, cell, name=row.ticket, done=done)
                if sealed is not None:
                    await uow.people.replace_text(row.ticket, sealed)
        return rows

    async def _webhooks(self, done: Rotation, *, after: int) -> Sequence[Any]:
        async with self._store.writing() as uow:
            rows = await uow.webhooks.page(after=after, most=self._batch)
            for row in rows:
                cell = secret_cell(row.id)
                sealed = self._renewed(row.secret_sealed, cell, name=f"webhook {row.id}", done=done)
                if sealed is not None:
                    await uow.webhooks.seal(row.id, sealed)
        return rows

    async def _leads(self, done: Rotation, *, after: int) -> Sequence[Lead]:
        async with self._store.writing() as uow:
            leads = await uow.leads.known_after(after, most=self._batch)
            for lead in leads:
                await self._lead(uow, lead, done)
        return leads

    async def _lead(self, uow: UnitOfWork, lead: Lead, done: Rotation) -> None:
        cell, name = phone_cell(lead.id), lead.name_sealed
        try:
            phone = self._vault.rotate(lead.phone_sealed, context=cell)
            name = name and self._vault.rotate(name, context=name_cell(lead.id))
            lookups = self._vault.lookups(
                self._vault.open_(phone, context=cell), kind=Contact.PHONE
            )
        except SealError:
            done.broken.append(f"lead {lead.id}")
            return
        await uow.do_not_call.renew(lookups, key=self._vault.lookup_keys[0])
        made = phone, lookups[0], name
        if made == (lead.phone_sealed, lead.phone_lookup, lead.name_sealed):
            done.kept += 1
            return
        await uow.leads.reseal(lead, phone=phone, lookup=lookups[0], name=name)
        done.renewed += 1

    def _renewed(self, sealed: bytes, cell: Any, *, name: str, done: Rotation) -> bytes | None:
        try:
            renewed = self._vault.rotate(sealed, context=cell)
        except SealError:
            done.broken.append(name)
            return None
        if renewed == sealed:
            done.kept += 1
            return None
        done.renewed += 1
        return renewed
