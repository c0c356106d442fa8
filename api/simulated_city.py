"""The city around a simulated centre: its calls become tickets, and its departments work them.

So that the ticket desk is alive while the switch is a simulated one. It uses the same use cases as
everybody else and touches only tickets it opened itself; under a real switch it does not run.
"""

import asyncio
import heapq
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import count
from typing import Final

from callcenter.desk.petitions import Petition, Petitioner
from callcenter.desk.ticket_orders import Accept
from callcenter.desk.tickets import RequestKey, TicketDesk
from callcenter.domain.access import Actor, Role
from callcenter.domain.services import Catalogue
from callcenter.domain.tickets import Ticket
from callcenter.domain.worktime import KST
from callcenter.errors import CallCenterError, StoreUnavailableError
from callcenter.store.ticket_lists import LONGEST_PAGE, Filters, Order, Position
from callcenter.store.unit_of_work import Store
from simulation.citizens import PER_DAY, Concern, concern_of_call, concerns_of_day
from simulation.departments import next_step

_LOG: Final = logging.getLogger(__name__)
_LOOK_SECONDS: Final = 0.5
_SCOPE: Final = "simulated-city"
_AGENT: Final = Actor(login="simulated-agent", roles=frozenset({Role.AGENT}))
_OPENS: Final = time(8)
_OPEN_FOR: Final = timedelta(hours=11)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Which clocks the city lives by."""

    now: Callable[[], datetime]
    """The world's: of deadlines and of the departments' work."""
    centre_now: Callable[[], datetime]
    """The switch's, which runs ahead when a day is simulated at speed."""
    speed: float = 1.0
    """How much faster than people the departments work."""


@dataclass(order=True, slots=True)
class _Due:
    at: datetime
    number: str
    ticket: Ticket = field(compare=False)


class SimulatedCity:
    """Citizens and departments, moved on by `run`."""

    def __init__(
        self,
        *,
        store: Store,
        tickets: TicketDesk,
        catalogue: Callable[[], Catalogue],
        pace: Pace,
        seed: int,
    ) -> None:
        """Stand on the desk everybody uses."""
        self._store = store
        self._tickets = tickets
        self._catalogue = catalogue
        self._pace = pace
        self._seed = seed
        self._work: list[_Due] = []
        self._begun = pace.centre_now()

    async def run(self, stop: asyncio.Event) -> None:
        """Live on until told to stop; a database that is away is waited for."""
        await self._until_done(self.take_up, stop=stop)
        while not stop.is_set():
            await self._until_done(self.live, stop=stop)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _LOOK_SECONDS)

    async def call_answered(self, source: str, call: str) -> Ticket | None:
        """Open the ticket an answered call becomes, once however often it is told; or none."""
        concern = concern_of_call(f"{source} {call}", seed=self._seed, catalogue=self._catalogue())
        return None if concern is None else await self._open(concern, key=f"{source} {call}")

    async def take_up(self) -> None:
        """Find the open tickets it had opened before it was stopped."""
        wanted, after = Filters(open=True, opened_by=_AGENT.login), None
        work: list[_Due] = []
        while True:
            page, after = await self._page(wanted, after=after)
            work += [due for ticket in page if (due := self._due(ticket)) is not None]
            if after is None:
                break
        heapq.heapify(work)
        self._work = work

    async def live(self) -> None:
        """Open what has come by now, and let the departments do what is due."""
        for key, concern in self._come():
            await self._open(concern, key=key)
        while self._work and self._work[0].at <= self._pace.now():
            await self._do(heapq.heappop(self._work).ticket)

    async def _page(
        self, wanted: Filters, *, after: Position | None
    ) -> tuple[list[Ticket], Position | None]:
        async with self._store.reading() as uow:
            page = await uow.lists.page(
                wanted, now=self._pace.now(), order=Order.CHANGES, limit=LONGEST_PAGE, after=after
            )
        return [listed.ticket for listed in page.tickets], page.after

    def _come(self) -> Iterator[tuple[str, Concern]]:
        """Give what came by other ways since the last look; what is given twice is opened once.

        The clock goes back when a switch is first heard: until then it was the wall's.
        """
        before, now = self._begun, self._pace.centre_now()
        self._begun = now
        day = now.astimezone(KST).date()
        opens = datetime.combine(day, _OPENS, tzinfo=KST)
        for channel in PER_DAY:
            come = concerns_of_day(
                channel, day=day.isoformat(), seed=self._seed, catalogue=self._catalogue()
            )
            for n, (share, concern) in zip(count(), come, strict=False):
                if before < opens + share * _OPEN_FOR <= now:
                    yield f"{channel} {day} {n}", concern

    async def _open(self, concern: Concern, *, key: str) -> Ticket:
        petition = Petition(
            channel=concern.channel,
            service=concern.service,
            title=concern.title,
            body=concern.body,
            place=concern.place,
            attributes=concern.attributes,
            petitioner=Petitioner(name=concern.name, phone=concern.phone) if concern.name else None,
        )
        request = RequestKey(scope=_SCOPE, key=key, fingerprint=key)
        outcome = await self._tickets.open(petition, actor=_AGENT, key=request)
        if not outcome.repeated:
            self._schedule(outcome.ticket)
        return outcome.ticket

    async def _do(self, ticket: Ticket) -> None:
        step = next_step(ticket, catalogue=self._catalogue(), seed=self._seed)
        assert step is not None, "only tickets with a next step are scheduled"
        try:
            outcome = await self._tickets.command(
                ticket.number,
                step.command,
                step.event or Accept(),
                actor=step.actor,
                expected_seq=ticket.seq,
            )
        except StoreUnavailableError:
            self._schedule(ticket)
            raise
        except CallCenterError as error:  # somebody else had a hand in it: it is theirs now
            _LOG.info("ticket %s is left to others: %s", ticket.number, error.code)
            return
        self._schedule(outcome.ticket)

    def _schedule(self, ticket: Ticket) -> None:
        due = self._due(ticket)
        if due is not None:
            heapq.heappush(self._work, due)

    def _due(self, ticket: Ticket) -> _Due | None:
        step = next_step(ticket, catalogue=self._catalogue(), seed=self._seed)
        if step is None:
            return None
        at = ticket.updated_at + step.after / self._pace.speed
        return _Due(at=at, number=ticket.number, ticket=ticket)

    async def _until_done(
        self, work: Callable[[], Awaitable[None]], *, stop: asyncio.Event
    ) -> None:
        while not stop.is_set():
            try:
                await work()
            except StoreUnavailableError as error:
                _LOG.warning("the city waits for the database: %s", error)
                await asyncio.sleep(_LOOK_SECONDS)
            else:
                return
