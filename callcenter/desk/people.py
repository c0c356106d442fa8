"""Personal data: sealed when it comes in, masked when it is shown, opened for a purpose that is recorded.

A record is how one person could be reached when asking; another number or name makes another record.
Nobody who knows a citizen's telephone number can so redirect what that citizen is told. Everybody with
a number is still found by it.
"""

import json
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import Any, Final

from callcenter.desk.petitions import Petitioner
from callcenter.domain.access import STAFF, Actor
from callcenter.domain.privacy import (
    Contact,
    canonical_email,
    canonical_phone,
    mask_address,
    mask_email,
    mask_name,
    mask_phone,
    redact,
    shown_phone,
)
from callcenter.errors import ConflictError, ForbiddenError, InputError
from callcenter.store.people import LOOKUPS, Access, NewPetitioner, row_id
from callcenter.store.unit_of_work import Store, UnitOfWork
from callcenter.vault import Cell, Vault

KEPT_FOR: Final = timedelta(days=3 * 365)
"""So long after the last petition personal data is kept; the law on petitions names no term itself."""
LONGEST_NAME: Final = 80
LONGEST_ADDRESS: Final = 300
LONGEST_PURPOSE: Final = 300
_MOBILE: Final = "01"
_Ways = tuple[str | None, str | None]
"""A telephone number and an e-mail address."""


class Field(StrEnum):
    """What may be known about a petitioner; each is sealed by itself."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Who wants to see personal data, and what for."""

    actor: Actor
    purpose: str
    ticket: str | None = None
    request_id: str | None = None


class PeopleDesk:
    """Keeps, finds, shows and forgets petitioners."""

    def __init__(
        self,
        *,
        store: Store,
        vault: Vault,
        now: Callable[[], datetime],
        kept_for: timedelta = KEPT_FOR,
    ) -> None:
        """Take the vault from outside; nobody else of the desk holds it."""
        self._store = store
        self._vault = vault
        self._now = now
        self._kept_for = kept_for

    # --- Coming in ----------------------------------------------------------------------------------

    async def recorded(
        self, uow: UnitOfWork, petitioners: Sequence[Petitioner], *, at: datetime
    ) -> list[str]:
        """Seal and keep who asks, or find the same people again; return the references, in order.

        What somebody known did not say about consent stays as it was.

        Raises:
            ContactError: a number or an e-mail address is none.
        """
        with _within("petitioner"):
            asking = [canonical(petitioner) for petitioner in petitioners]
        known = await self._renewed(uow, await self._known(uow, asking), at=at)
        places = iter(await uow.people.places(sum(who not in known for who in asking)))
        references: list[str] = []
        strangers: list[NewPetitioner] = []
        for who in asking:
            reference = known.get(who)
            if reference is None:
                reference = next(places)
                strangers.append(self._stranger(reference, who))
                if _contact(who):
                    known[who] = reference
            references.append(reference)
        await uow.people.add(strangers, now=at, retain_until=at + self._kept_for)
        return references

    async def originals_kept(
        self, uow: UnitOfWork, bodies: Mapping[str, str], *, at: datetime
    ) -> None:
        """Seal and keep petitions' texts as they were written, before `redact` took something out.

        `bodies` are by the tickets' numbers.
        """
        sealed = {
            number: self._vault.seal(body, context=text_cell(number))
            for number, body in bodies.items()
        }
        await uow.people.keep_texts(sealed, retain_until=at + self._kept_for)

    # --- Being found and seen -----------------------------------------------------------------------

    async def found(self, value: str, *, kind: Contact) -> list[str]:
        """Return everybody with a telephone number or e-mail address, the newest record first.

        Raises:
            ContactError: the value is none.
        """
        with _within(kind):
            lookups = self._vault.lookups(value, kind=kind)
        async with self._store.reading() as uow:
            return [f"P{row.id}" for row in await uow.people.found(kind, lookups)]

    async def masked(self, reference: str) -> Petitioner:
        """Show somebody behind masks: 홍*동, 010-****-5678.

        Raises:
            NotFoundError: nobody has this reference.
        """
        async with self._store.reading() as uow:
            return masked(self._opened(await uow.people.get(reference)))

    async def seen(self, reference: str, *, look: Look, fields: Iterable[Field]) -> Petitioner:
        """Show fields of somebody in full, and record who looked and what for; the rest stays masked.

        Raises:
            ForbiddenError: only staff may look.
            InputError: no purpose.
            NotFoundError: nobody has this reference.
        """
        wanted = sorted(set(fields))
        async with self._store.writing() as uow:
            await self._look(uow, look, fields=wanted, petitioner=reference)
            whole = self._opened(await uow.people.get(reference))
        return replace(masked(whole), **{field: getattr(whole, field) for field in wanted})

    async def original(self, number: str, *, look: Look) -> str | None:
        """Show a petition as it was written, and record who looked; `None` if nothing more is known.

        Raises:
            ForbiddenError: only staff may look.
            InputError: no purpose.
        """
        async with self._store.writing() as uow:
            sealed = await uow.people.text(number)
            if sealed is None:
                return None
            await self._look(uow, replace(look, ticket=number), fields=["body"], petitioner=None)
            return self._vault.open_(sealed, context=text_cell(number))

    async def address(self, uow: UnitOfWork, reference: str, field: Field) -> str | None:
        """Open one way of reaching somebody, to send what is owed; never to show it."""
        row = await uow.people.get(reference)
        return self._open_field(row, field)

    # --- Being put right ----------------------------------------------------------------------------

    async def corrected(
        self, reference: str, *, look: Look, changes: Mapping[Field, str | None]
    ) -> None:
        """Put right what is known about somebody, and record who did; nothing else changes.

        Raises:
            ForbiddenError: only staff may.
            ContactError: a number or an e-mail address is none.
            ConflictError: the data has been erased.
        """
        async with self._store.writing() as uow:
            row = await uow.people.get(reference, lock=True)
            if row.erased_at is not None:
                raise ConflictError(f"the data of {reference} has been erased")
            await self._look(uow, look, fields=sorted(changes), petitioner=reference)
            who = canonical(_changed(self._opened(row), changes))
            await uow.people.fill(reference, self._sealed(reference, who))

    async def agreed(self, reference: str, *, look: Look, consents: Iterable[str]) -> None:
        """Note in which ways somebody agrees, from now on, to be told.

        Raises:
            ForbiddenError: only staff may.
            ConflictError: the data has been erased.
        """
        async with self._store.writing() as uow:
            row = await uow.people.get(reference, lock=True)
            await self._look(uow, look, fields=["consent"], petitioner=reference)
            who = canonical(replace(self._opened(row), consents=frozenset(consents)))
            if not await uow.people.renew(
                [reference],
                language=who.language,
                consents=who.consents,
                retain_until=row.retain_until,
            ):
                raise ConflictError(f"the data of {reference} has been erased")

    # --- Within -------------------------------------------------------------------------------------

    async def _known(self, uow: UnitOfWork, asking: Sequence[Petitioner]) -> dict[Petitioner, str]:
        """Find the records of the same people, reached in the same ways."""
        records: dict[_Ways, list[tuple[str, Petitioner]]] = defaultdict(list)
        for kind in Contact:
            values = {value for who in asking for its, value in _contact(who) if its is kind}
            lookups = [one for value in values for one in self._vault.lookups(value, kind=kind)]
            for row in await uow.people.found(kind, lookups) if lookups else ():
                record = self._opened(row)
                records[record.phone, record.email].append((f"P{row.id}", record))
        known: dict[Petitioner, str] = {}
        for who in asking:
            alike = (ref for ref, its in records[who.phone, who.email] if _same(its, who))
            known.update((who, ref) for ref in islice(alike, 1))
        return known

    async def _renewed(
        self, uow: UnitOfWork, known: Mapping[Petitioner, str], *, at: datetime
    ) -> dict[Petitioner, str]:
        """Note who asked again, and forget those whose data was erased at this moment."""
        alike: dict[tuple[str, frozenset[str] | None], list[str]] = defaultdict(list)
        for who, reference in known.items():
            alike[who.language, who.consents].append(reference)
        alive: set[str] = set()
        for (language, consents), references in alike.items():
            alive |= await uow.people.renew(
                references,
                language=language,
                consents=consents,
                retain_until=at + self._kept_for,
            )
        return {who: reference for who, reference in known.items() if reference in alive}

    def _stranger(self, reference: str, who: Petitioner) -> NewPetitioner:
        return NewPetitioner(
            reference=reference,
            language=who.language,
            consents=who.agreed,
            sealed=self._sealed(reference, who),
        )

    def _sealed(self, reference: str, who: Petitioner) -> dict[str, bytes | None]:
        row = str(row_id(reference))
        columns: dict[str, bytes | None] = {}
        for field in Field:
            value = getattr(who, field)
            sealed = value and self._vault.seal(value, context=field_cell(row, field))
            columns[f"{field}_sealed"] = sealed
        for contact, column in LOOKUPS.items():
            value = getattr(who, contact)
            columns[column] = value and self._vault.lookup(value, kind=contact)
        return columns

    def _opened(self, row: Any) -> Petitioner:
        return Petitioner(
            name=self._open_field(row, Field.NAME),
            phone=self._open_field(row, Field.PHONE),
            email=self._open_field(row, Field.EMAIL),
            address=self._open_field(row, Field.ADDRESS),
            language=row.language,
            consents=frozenset(json.loads(row.consent)),
        )

    def _open_field(self, row: Any, field: Field) -> str | None:
        sealed = getattr(row, f"{field}_sealed")
        if sealed is None:
            return None
        return self._vault.open_(sealed, context=field_cell(str(row.id), field))

    async def _look(
        self, uow: UnitOfWork, look: Look, *, fields: Iterable[str], petitioner: str | None
    ) -> None:
        if not look.actor.has(STAFF):
            raise ForbiddenError("personal data is for the staff of the city")
        await uow.people.looked(
            Access(
                at=self._now(),
                actor=look.actor.login,
                ticket=look.ticket,
                petitioner=petitioner,
                fields=tuple(fields),
                purpose=checked_purpose(look.purpose),
                request_id=look.request_id,
            )
        )


def canonical(petitioner: Petitioner) -> Petitioner:
    """Write everything in its one form: numbers as E.164, addresses in small letters, no empty texts.

    Consent to text messages is dropped where the number takes none.

    Raises:
        ContactError: a number or an e-mail address is none.
        InputError: a name or postal address is longer than such are.
    """
    phone = _line(petitioner.phone, key=Field.PHONE, longest=LONGEST_ADDRESS)
    with _within(Field.PHONE):
        phone = phone and canonical_phone(phone)
    email = _line(petitioner.email, key=Field.EMAIL, longest=LONGEST_ADDRESS)
    with _within(Field.EMAIL):
        email = email and canonical_email(email)
    untold = frozenset() if takes_texts(phone) else frozenset({"sms"})
    return replace(
        petitioner,
        name=_line(petitioner.name, key=Field.NAME, longest=LONGEST_NAME),
        phone=phone,
        email=email,
        address=_line(petitioner.address, key=Field.ADDRESS, longest=LONGEST_ADDRESS),
        consents=None if petitioner.consents is None else petitioner.consents - untold,
        presumed=petitioner.presumed - untold,
    )


@contextmanager
def _within(part: str) -> Iterator[None]:
    """Say in which part of what was told something cannot be used."""
    try:
        yield
    except InputError as error:
        key = part if error.key is None else f"{part}.{error.key}"
        raise type(error)(error.why, key=key) from error


def takes_texts(phone: str | None) -> bool:
    """Say whether a canonical number is a Korean mobile one; numbers abroad are not texted."""
    return phone is not None and shown_phone(phone).startswith(_MOBILE)


def masked(petitioner: Petitioner) -> Petitioner:
    """Hide what need not be seen: `홍*동`, `010-****-5678`, `a***@x.kr`, `경기도 부천시 ***`."""
    return replace(
        petitioner,
        name=petitioner.name and mask_name(petitioner.name),
        phone=petitioner.phone and mask_phone(petitioner.phone),
        email=petitioner.email and mask_email(petitioner.email),
        address=petitioner.address and mask_address(petitioner.address),
    )


def checked_purpose(purpose: str) -> str:
    """Return why somebody looks, freed of personal data.

    Raises:
        InputError: nothing is said, or a whole story.
    """
    said = redact(purpose).strip()
    if not 1 <= len(said) <= LONGEST_PURPOSE:
        raise InputError(
            f"expected why, in 1 to {LONGEST_PURPOSE} characters, got {len(said)}", key="purpose"
        )
    return said


def field_cell(row: str, field: Field) -> Cell:
    """Say where a field of a petitioner is kept; elsewhere its seal does not open."""
    return Cell(table="petitioner", row=row, column=f"{field}_sealed")


def text_cell(number: str) -> Cell:
    """Say where a petition's text is kept."""
    return Cell(table="ticket_text", row=number, column="body_sealed")


def _line(text: str | None, *, key: str, longest: int) -> str | None:
    line = " ".join(unicodedata.normalize("NFC", text or "").split())
    if len(line) > longest:
        raise InputError(f"expected at most {longest} characters, got {len(line):,}", key=key)
    return line or None


def _changed(who: Petitioner, changes: Mapping[Field, str | None]) -> Petitioner:
    said = {field: getattr(who, field) for field in Field} | dict(changes)
    return Petitioner(
        name=said[Field.NAME],
        phone=said[Field.PHONE],
        email=said[Field.EMAIL],
        address=said[Field.ADDRESS],
        language=who.language,
        consents=who.consents,
    )


def _contact(who: Petitioner) -> tuple[tuple[Contact, str], ...]:
    """Say what somebody is looked for by: the telephone rather than e-mail; nothing if neither is known."""
    if who.phone is not None:
        return ((Contact.PHONE, who.phone),)
    return () if who.email is None else ((Contact.EMAIL, who.email),)


def _same(known: Petitioner, who: Petitioner) -> bool:
    """Say whether a record is of who asks now: what was not said this time may be as it was."""
    return (
        (known.phone, known.email) == (who.phone, who.email)
        and who.name in {None, known.name}
        and who.address in {None, known.address}
    )
