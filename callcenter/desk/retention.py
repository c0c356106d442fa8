"""Forgetting: personal data goes when its term is over, or when who it is about asks for it.

Tickets and their events stay as they are: they hold a reference, which then leads nowhere. What remains
readable of the erased is what they wrote into texts that `redact` did not recognise as personal.
Copies in backups and, for a while, in the database's journal are sealed and go with those.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from callcenter.desk.people import Field, Look, checked_purpose
from callcenter.domain.access import SUPERVISORS, Role
from callcenter.domain.worktime import local_day
from callcenter.errors import ForbiddenError, RefusedError
from callcenter.store.people import Access
from callcenter.store.unit_of_work import Store

BATCH: Final = 200
_ERASERS: Final = SUPERVISORS | {Role.QUALITY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """How much was forgotten."""

    petitioners: int
    texts: int
    keys: int
    """Idempotency keys that expired."""
    leads: int
    """Of campaigns that are over for as long as they said."""


class Retention:
    """Forgets what need not be known any more."""

    def __init__(self, *, store: Store, now: Callable[[], datetime], batch: int = BATCH) -> None:
        """Take the time from outside: terms end by it."""
        self._store = store
        self._now = now
        self._batch = batch

    async def erase(self) -> Erased:
        """Forget whose term is over and who has no open ticket, and leads, in small transactions.

        May be stopped at any time and started again.
        """
        petitioners = 0
        while erased := await self._erase_some():
            petitioners += erased
        leads = await self._forget_leads()
        async with self._store.writing() as uow:
            texts = await uow.people.erase_texts(now=self._now())
            keys = await uow.idempotency.forget(before=self._now())
        return Erased(petitioners=petitioners, texts=texts, keys=keys, leads=leads)

    async def erase_on_request(self, reference: str, *, look: Look) -> None:
        """Forget somebody now, and record who did it and why.

        Raises:
            ForbiddenError: erasing is for those who run the house.
            NotFoundError: nobody has this reference.
            RefusedError: a ticket is open, whose result is still owed to them.
        """
        if not look.actor.has(_ERASERS):
            raise ForbiddenError("erasing is for managers, leads and quality officers")
        async with self._store.writing() as uow:
            row = await uow.people.get(reference, lock=True)
            tickets = await uow.people.open_tickets(reference)
            if tickets:
                raise _still_open(tickets[0])
            await uow.people.looked(
                Access(
                    at=self._now(),
                    actor=look.actor.login,
                    ticket=look.ticket,
                    petitioner=reference,
                    fields=tuple(f"erased:{field}" for field in Field),
                    purpose=checked_purpose(look.purpose),
                    request_id=look.request_id,
                )
            )
            if row.erased_at is None:
                await uow.people.erase(reference, now=self._now())

    async def _forget_leads(self) -> int:
        async with self._store.reading() as uow:
            today = local_day(self._now())
            over = [one.code for one in await uow.campaigns.every() if one.kept_until < today]
        forgotten = 0
        for campaign in over:
            while some := await self._forget_some(campaign):
                forgotten += some
        return forgotten

    async def _forget_some(self, campaign: str) -> int:
        async with self._store.writing() as uow:
            return await uow.leads.forget(campaign, now=self._now(), most=self._batch)

    async def _erase_some(self) -> int:
        async with self._store.writing() as uow:
            due = await uow.people.due_for_erasure(now=self._now(), most=self._batch)
            for reference in due:
                await uow.people.erase(reference, now=self._now())
        return len(due)


def _still_open(number: str) -> RefusedError:
    return RefusedError(
        "ticket-open",
        ko=f"처리 중인 민원({number})이 있어 아직 파기할 수 없습니다.",
        en=f"ticket {number} is open: its result is still owed",
    )
