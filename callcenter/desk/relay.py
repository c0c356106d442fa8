"""The relay: takes errands out of the outbox, gets them done, and says what became of them.

A round leases what is due, does each errand outside any transaction, and settles it in one. Whoever is
killed in between leaves a lease behind that runs out, and the errand is done once more: at least once,
and each receiver is given a reference by which to drop a repeat. Any number of relays may run.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from callcenter.errors import CallCenterError, SendLaterError, UndeliverableError
from callcenter.store.outbox import KEPT_FOR, MOST_ATTEMPTS, Claimed
from callcenter.store.unit_of_work import Store, UnitOfWork

LEASE: Final = timedelta(minutes=1)
_TIDIES_EACH: Final = timedelta(hours=1)
_AT_A_TIME: Final = 1_000
_LOG: Final = logging.getLogger(__name__)


class Route(Protocol):
    """What is done with the errands of one family."""

    async def send(self, claimed: Claimed) -> str:
        """Do it, outside any transaction; return a receipt.

        Raises:
            SendLaterError: it may work later; so may whatever else is raised.
            UndeliverableError: it never will.
        """
        ...

    async def sent(self, uow: UnitOfWork, claimed: Claimed, receipt: str) -> None:
        """Record that it is done, in the transaction that takes the errand out."""
        ...

    async def lost(self, uow: UnitOfWork, claimed: Claimed, why: str) -> None:
        """Record that it was given up, in the transaction that says so."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round came to."""

    sent: int = 0
    later: int = 0
    lost: int = 0

    @property
    def idle(self) -> bool:
        """Say that nothing was due."""
        return not (self.sent or self.later or self.lost)


class Relay:
    """One worker. Two of the same name would finish each other's errands: name them differently."""

    def __init__(
        self,
        *,
        store: Store,
        routes: Mapping[str, Route],
        worker: str,
        now: Callable[[], datetime],
        lease: timedelta = LEASE,
        at_once: int = 10,
    ) -> None:
        """Take a route for each family of topics; errands of other families are left to others."""
        self._store = store
        self._routes = dict(routes)
        self._worker = worker
        self._now = now
        self._lease = lease
        self._at_once = at_once
        self._tidies_at = now()

    async def run(self, stop: asyncio.Event, *, idle_seconds: float = 1.0) -> None:
        """Work until told to stop; a round under way is finished first.

        A database that cannot be reached, or a bug, ends a round and not the relay.
        """
        while not stop.is_set():
            try:
                idle = (await self.round()).idle
                if idle:
                    await self.tidy()
            except Exception as error:  # noqa: BLE001 - whatever it is, citizens still wait for their notices
                _LOG.error("a round of the relay failed: %s", type(error).__qualname__)
                idle = True
            if idle:
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), idle_seconds)

    async def tidy(self) -> int:
        """Drop some errands that were done long ago, once an hour until none is left; say how many."""
        now = self._now()
        if now < self._tidies_at:
            return 0
        async with self._store.writing() as uow:
            dropped = await uow.outbox.forget(before=now - KEPT_FOR, most=_AT_A_TIME)
        if dropped < _AT_A_TIME:
            self._tidies_at = now + _TIDIES_EACH
        return dropped

    async def round(self) -> Round:
        """Do what is due now, all at once; what is leased is done within the lease or let go."""
        async with self._store.writing() as uow:
            claimed = await uow.outbox.claim(
                worker=self._worker,
                now=self._now(),
                lease=self._lease,
                families=tuple(self._routes),
                most=self._at_once,
            )
        settled = await asyncio.gather(
            *(self._do(errand) for errand in claimed), return_exceptions=True
        )
        for unsettled in settled:  # only once all the others are settled
            if isinstance(unsettled, BaseException):
                raise unsettled
        return Round(
            sent=settled.count("sent"), later=settled.count("later"), lost=settled.count("lost")
        )

    async def _do(self, claimed: Claimed) -> str:
        route = self._route(claimed.errand.topic)
        if claimed.attempts > MOST_ATTEMPTS:
            return await self._lost(route, claimed, "whoever tried it died each time")
        try:
            async with asyncio.timeout(self._lease.total_seconds() / 2):
                receipt = await route.send(claimed)
        except UndeliverableError as error:
            return await self._lost(route, claimed, str(error))
        except Exception as error:  # noqa: BLE001 - one errand's trouble is not another's
            return await self._later(route, claimed, _words(error))
        return await self._sent(route, claimed, receipt)

    async def _sent(self, route: Route, claimed: Claimed, receipt: str) -> str:
        async with self._store.writing() as uow:
            if await uow.outbox.done(claimed, worker=self._worker, now=self._now()):
                await route.sent(uow, claimed, receipt)
        return "sent"

    async def _later(self, route: Route, claimed: Claimed, why: str) -> str:
        if claimed.attempts >= MOST_ATTEMPTS:
            return await self._lost(route, claimed, why)
        async with self._store.writing() as uow:
            await uow.outbox.failed(claimed, worker=self._worker, now=self._now(), error=why)
        return "later"

    async def _lost(self, route: Route, claimed: Claimed, why: str) -> str:
        async with self._store.writing() as uow:
            if await uow.outbox.give_up(claimed, worker=self._worker, now=self._now(), error=why):
                await route.lost(uow, claimed, why)
        return "lost"

    def _route(self, topic: str) -> Route:
        return self._routes.get(topic) or self._routes[topic.partition("-")[0]]


def _words(error: Exception) -> str:
    """Say what went wrong: our own errors never repeat an address, others may."""
    if isinstance(error, SendLaterError):
        return str(error)
    if isinstance(error, TimeoutError):
        return "it took too long"
    kind = error.code if isinstance(error, CallCenterError) else type(error).__qualname__
    return f"it failed: {kind}"
