"""The do-not-call list: a number is put on it and taken off with a reason; only its hash is kept."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from callcenter.desk.campaign_acts import record_act
from callcenter.domain.access import Actor
from callcenter.domain.campaigns import DIALLERS, PLANNERS
from callcenter.domain.privacy import Contact, redact
from callcenter.errors import ForbiddenError, InputError, KeysError, NotFoundError
from callcenter.store.do_not_call import Entry
from callcenter.store.unit_of_work import Store
from callcenter.vault import Vault

LONGEST_REASON: Final = 200


class DoNotCallDesk:
    """Keeps the numbers that no campaign calls."""

    def __init__(self, *, store: Store, vault: Vault, now: Callable[[], datetime]) -> None:
        """Take the vault that numbers are hashed with."""
        self._store = store
        self._vault = vault
        self._now = now

    async def add(self, phone: str, *, reason: str, actor: Actor) -> Entry:
        """Call a number no more, in any campaign; on the list already, it stays as it was put there.

        Raises:
            ContactError: it is no telephone number.
            InputError: no reason.
            ForbiddenError: the actor calls nobody.
        """
        if not actor.has(DIALLERS | PLANNERS):
            raise ForbiddenError("the list is kept by who calls")
        said, lookups = _checked(reason), self._vault.lookups(phone, kind=Contact.PHONE)
        async with self._store.writing() as uow:
            entry = await uow.do_not_call.find(lookups)
            if entry is None:
                entry = await uow.do_not_call.add(
                    lookups[0],
                    key=self._vault.lookup_keys[0],
                    reason=said,
                    at=self._now(),
                    by=actor.login,
                )
            await uow.leads.close_number(lookups)
            return entry

    async def remove(
        self, phone: str, *, reason: str, actor: Actor, request_id: str | None = None
    ) -> None:
        """Allow a number to be called by campaigns to come; leads that ended by the list stay ended.

        Raises:
            ContactError: it is no telephone number.
            InputError: no reason.
            NotFoundError: it is not on the list.
            ForbiddenError: the actor makes no campaigns.
        """
        if not actor.has(PLANNERS):
            raise ForbiddenError("numbers are taken off the list by who makes campaigns")
        said, lookups = _checked(reason), self._vault.lookups(phone, kind=Contact.PHONE)
        at = self._now()
        async with self._store.writing() as uow:
            entry = await uow.do_not_call.remove(lookups, reason=said, at=at, by=actor.login)
            if entry is None:
                raise NotFoundError("the number is not on the list")
            await record_act(
                uow,
                "do-not-call-remove",
                str(entry.id),
                {"reason": said},
                at=at,
                actor=actor,
                request_id=request_id,
            )

    async def page(self, *, before: int | None, most: int) -> list[Entry]:
        """Return what is on the list, the newest first, beginning before an entry."""
        async with self._store.reading() as uow:
            return await uow.do_not_call.page(before=before, most=most)


async def check_keys(store: Store, vault: Vault) -> None:
    """Refuse to work without a key that numbers on the list are hashed by: they would be called again.

    Raises:
        KeysError: so it is; names the keys.
    """
    async with store.reading() as uow:
        by_key = await uow.do_not_call.by_key()
    lost = {key: many for key, many in by_key.items() if key and key not in vault.lookup_keys}
    if lost:
        many = sum(lost.values())
        raise KeysError(
            f"{many:,} numbers on the do-not-call list can only be told by the lookup keys "
            f"{', '.join(sorted(lost))}: put them back on the ring, behind the first"
        )


def _checked(reason: str) -> str:
    said = redact(reason).strip()
    if not 1 <= len(said) <= LONGEST_REASON:
        raise InputError(f"expected why, in 1 to {LONGEST_REASON} characters", key="reason")
    return said
