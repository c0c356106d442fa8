"""Tickets as they stand, as they stood, and why their dates are what they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from callcenter.desk.tickets import Calendars
from callcenter.domain.access import READERS, Actor
from callcenter.domain.clocks import Clock, clocks
from callcenter.domain.tickets import Ticket, replay
from callcenter.errors import NotFoundError
from callcenter.store.clocks import columns_of
from callcenter.store.events import happened_of
from callcenter.store.tickets import ticket_of
from callcenter.store.unit_of_work import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A ticket and the dates its clocks give it."""

    ticket: Ticket
    statutory_due_at: datetime | None
    promised_due_at: datetime | None
    on_time: bool | None


class TicketReader:
    """Reads tickets; `actor` sees those of the house, or, from outside, those it opened itself."""

    def __init__(self, *, store: Store, calendars: Calendars) -> None:
        """Stand on a store and the calendars its deadlines were counted by."""
        self._store = store
        self._calendars = calendars

    async def standing(self, number: str, *, actor: Actor) -> Standing:
        """Return a ticket as it stands.

        Raises:
            NotFoundError: there is none, or none this actor may see.
        """
        async with self._store.reading() as uow:
            row = await uow.tickets.row(number)
        if row is None or not may_see(ticket := ticket_of(row), actor=actor):
            raise NotFoundError(f"there is no ticket {number}")
        return Standing(
            ticket=ticket,
            statutory_due_at=row.statutory_due_at,
            promised_due_at=row.promised_due_at,
            on_time=row.on_time,
        )

    async def stood(self, number: str, *, at: datetime, actor: Actor) -> Standing:
        """Return a ticket as it stood at a moment, told again from its events.

        Raises:
            NotFoundError: it did not exist, or this actor may not see it.
        """
        history = [
            one for one in map(happened_of, await self.events(number, actor=actor)) if one.at <= at
        ]
        if not history:
            raise NotFoundError(f"there was no ticket {number} at {at.isoformat()}")
        ticket = replay(number, history)
        running = clocks(history, calendar=self._calendars.version(ticket.calendar))
        return standing_by(ticket, running)

    async def events(self, number: str, *, actor: Actor) -> Sequence[Any]:
        """Return the rows of a ticket's history, hashes included.

        Raises:
            NotFoundError: there is no such ticket, or none this actor may see.
        """
        await self.standing(number, actor=actor)
        async with self._store.reading() as uow:
            return await uow.tickets.event_rows(number)

    async def clocks(self, number: str, *, actor: Actor) -> tuple[Clock, ...]:
        """Return a ticket's clocks, each with the account of its deadline, day by day.

        Raises:
            NotFoundError: there is no such ticket, or none this actor may see.
        """
        history = [happened_of(row) for row in await self.events(number, actor=actor)]
        ticket = replay(number, history)
        return clocks(history, calendar=self._calendars.version(ticket.calendar))


def standing_by(ticket: Ticket, running: Sequence[Clock]) -> Standing:
    """Return how a ticket stands by its clocks, its petitioner not having been told another date."""
    columns = columns_of(running, promised=None)
    return Standing(
        ticket=ticket,
        statutory_due_at=columns["statutory_due_at"],
        promised_due_at=columns["promised_due_at"],
        on_time=columns["on_time"],
    )


def may_see(ticket: Ticket, *, actor: Actor) -> bool:
    """Say whether somebody may see a ticket at all."""
    return actor.has(READERS) or ticket.opened_by == actor.login
