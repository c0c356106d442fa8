"""Webhooks: other systems hear what happens to tickets, by reference only, signed, in order, logged.

One errand an event is written beside it. The relay makes one more of it for each webhook that listens,
so that one receiver who is away holds up nobody else, and each hears a ticket's events in their order.
"""

import json
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from callcenter.desk.changes import Change
from callcenter.domain.access import SUPERVISORS, Actor, Role
from callcenter.domain.ticket_events import EVENTS, Happened
from callcenter.errors import (
    ConflictError,
    ForbiddenError,
    InputError,
    SendLaterError,
    UndeliverableError,
)
from callcenter.senders.webhook import WebhookSender, checked_url
from callcenter.store.outbox import Claimed, Errand
from callcenter.store.unit_of_work import Store, UnitOfWork
from callcenter.store.webhooks import secret_cell
from callcenter.vault import RandomBytes, Vault

EVENT_TOPIC: Final = "ticket"
HOOK_TOPIC: Final = "webhook"
"""Errands that tell a webhook are of topic `webhook-<id>`."""
_ADMINISTRATORS: Final = SUPERVISORS | {Role.INTEGRATOR}
_SECRET_BYTES: Final = 32
_GONE: Final = 410


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A new webhook, and the secret that is shown this once."""

    webhook: int
    secret: str


class WebhookDesk:
    """Registers webhooks, and tells them again on demand."""

    def __init__(
        self,
        *,
        store: Store,
        vault: Vault,
        now: Callable[[], datetime],
        random_bytes: RandomBytes = secrets.token_bytes,
    ) -> None:
        """Take the vault to seal secrets with."""
        self._store = store
        self._vault = vault
        self._now = now
        self._random_bytes = random_bytes

    async def register(self, url: str, *, kinds: Iterable[str], actor: Actor) -> Registered:
        """Begin to tell an address of kinds of events; none named means all.

        Raises:
            ForbiddenError: webhooks are for those who run the house.
            InputError: the address is none, or there is no such kind of event.
        """
        _allowed(actor)
        checked_url(url)
        wanted = _checked_kinds(kinds)
        secret = f"whsec_{self._random_bytes(_SECRET_BYTES).hex()}"
        async with self._store.writing() as uow:
            webhook = await uow.webhooks.add(
                url, kinds=wanted, created_by=actor.login, now=self._now()
            )
            sealed = self._vault.seal(secret, context=secret_cell(webhook))
            await uow.webhooks.seal(webhook, sealed)
            await uow.webhooks.switch(webhook, active=True)
        return Registered(webhook=webhook, secret=secret)

    async def switch(self, webhook: int, *, active: bool, actor: Actor) -> None:
        """Begin or cease to tell a webhook; what happened while it was off it is not told.

        Raises:
            ForbiddenError: webhooks are for those who run the house.
            NotFoundError: there is none.
        """
        _allowed(actor)
        async with self._store.writing() as uow:
            await uow.webhooks.get(webhook)
            await uow.webhooks.switch(webhook, active=active)

    async def replay(self, delivery: int, *, actor: Actor) -> None:
        """Tell once more what an attempt told, the same words with a new signature.

        Raises:
            ForbiddenError: webhooks are for those who run the house.
            NotFoundError: there was no such attempt.
            ConflictError: it still waits to be told anyway, or was told so long ago that it is forgotten.
        """
        _allowed(actor)
        async with self._store.writing() as uow:
            attempt = await uow.webhooks.delivery(delivery)
            if await uow.outbox.get(attempt.outbox) is None:
                raise ConflictError(f"what delivery {delivery} told has been forgotten")
            if not await uow.outbox.again(attempt.outbox, now=self._now()):
                raise ConflictError(f"delivery {delivery} is still being tried")

    async def revive(self, errand: int, *, actor: Actor) -> None:
        """Try once more what was given up, a notice or a webhook's.

        Raises:
            ForbiddenError: dead letters are for those who run the house.
            ConflictError: it was not given up.
        """
        _allowed(actor)
        async with self._store.writing() as uow:
            row = await uow.outbox.get(errand)
            if row is None or row.dead_at is None:
                raise ConflictError(f"errand {errand} is not among the dead letters")
            await uow.outbox.again(errand, now=self._now())


async def write_events(uow: UnitOfWork, changes: Sequence[Change], *, now: datetime) -> None:
    """Write one errand for each event, beside it: whoever listens hears of it by reference."""
    await uow.outbox.put(
        [
            Errand(
                topic=EVENT_TOPIC,
                aggregate=change.ticket.number,
                aggregate_seq=happened.seq,
                payload=_told(change.ticket.number, happened),
            )
            for change in changes
            for happened in change.history
        ],
        now=now,
    )


class EventRoute:
    """Makes one errand of an event's for each webhook that listens."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        """Take the time from outside."""
        self._now = now

    async def send(self, _claimed: Claimed) -> str:
        """Do nothing outside: all of it is one transaction."""
        return ""

    async def sent(self, uow: UnitOfWork, claimed: Claimed, _receipt: str) -> None:
        """Write the errands."""
        errand = claimed.errand
        listening = await uow.webhooks.listening(json.loads(errand.payload)["kind"])
        await uow.outbox.put(
            [
                Errand(
                    topic=f"{HOOK_TOPIC}-{webhook}",
                    aggregate=errand.aggregate,
                    aggregate_seq=errand.aggregate_seq,
                    payload=errand.payload,
                )
                for webhook in listening
            ],
            now=self._now(),
        )

    async def lost(self, uow: UnitOfWork, claimed: Claimed, why: str) -> None:
        """Leave it among the dead letters."""


class WebhookRoute:
    """Tells one webhook, and logs every attempt."""

    def __init__(
        self, *, store: Store, vault: Vault, sender: WebhookSender, now: Callable[[], datetime]
    ) -> None:
        """Take the vault to open secrets with."""
        self._store = store
        self._vault = vault
        self._sender = sender
        self._now = now

    async def send(self, claimed: Claimed) -> str:
        """Post it, log what came of it, and judge that."""
        webhook = int(claimed.errand.topic.removeprefix(f"{HOOK_TOPIC}-"))
        async with self._store.reading() as uow:
            row = await uow.webhooks.get(webhook)
        if not row.active:
            raise UndeliverableError("the webhook has been switched off")
        secret = self._vault.open_(row.secret_sealed, context=secret_cell(webhook))
        body = claimed.errand.payload.encode()
        answer = await self._sender.post(row.url, body=body, secret=secret)
        async with self._store.writing() as uow:
            await uow.webhooks.log(
                webhook,
                errand=claimed.id,
                at=self._now(),
                status=answer.status,
                error=answer.error,
            )
        if answer.taken:
            return str(answer.status)
        if answer.status == _GONE:
            raise UndeliverableError("answered 410: the receiver is gone")
        raise SendLaterError(answer.error or "nobody answered")

    async def sent(self, uow: UnitOfWork, claimed: Claimed, receipt: str) -> None:
        """Write nothing more: the attempt is logged."""

    async def lost(self, uow: UnitOfWork, claimed: Claimed, why: str) -> None:
        """Leave it among the dead letters: the attempts are logged."""


def _told(number: str, happened: Happened) -> str:
    """Write what a webhook is told: references, from which a receiver that may asks the API for more."""
    return json.dumps(
        {
            "id": f"{number}/{happened.seq}",
            "kind": happened.event.kind,
            "ticket": number,
            "seq": happened.seq,
            "at": happened.at.isoformat(),
        }
    )


def _allowed(actor: Actor) -> None:
    if not actor.has(_ADMINISTRATORS):
        raise ForbiddenError("webhooks are for those who run the house")


def _checked_kinds(kinds: Iterable[str]) -> list[str]:
    wanted = sorted(set(kinds))
    unknown = [kind for kind in wanted if kind not in EVENTS]
    if unknown:
        raise InputError(f"expected kinds of ticket events, got {unknown}", key="kinds")
    return wanted
