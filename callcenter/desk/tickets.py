"""Ticket use cases: open one, and give it commands. Each is one transaction, answered after its commit.

What else must be true in the same transaction (notices, search, a survey's invitation) is done by
reactions, which are handed in: use cases do not know one another.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from callcenter.desk.changes import Change, Reaction
from callcenter.desk.openings import (
    Arrival,
    Calendars,
    Openings,
    Outcome,
    People,
    answer,
    claimed,
    following,
)
from callcenter.desk.petitions import Petition
from callcenter.desk.ticket_orders import Books, Order, event_of
from callcenter.desk.together import Together
from callcenter.domain.access import Actor
from callcenter.domain.clocks import Clock, clocks
from callcenter.domain.services import Catalogue
from callcenter.domain.ticket_events import Happened, Recounted, TicketEvent
from callcenter.domain.ticket_rules import BY_COMMAND, Rule, refusal
from callcenter.domain.tickets import Ticket, apply
from callcenter.errors import (
    ForbiddenError,
    NotFoundError,
    RefusedError,
    StaleError,
    StoreUnavailableError,
)
from callcenter.store.clocks import columns_of
from callcenter.store.idempotency import RequestKey
from callcenter.store.unit_of_work import Store, UnitOfWork

__all__ = ["Calendars", "Outcome", "Reaction", "RequestKey", "TicketDesk"]

MOST_TOGETHER: Final = 40
"""Petitions that get their numbers in one transaction; whoever writes something else waits for it."""


class TicketDesk:
    """Opens tickets and gives them commands."""

    def __init__(
        self,
        *,
        store: Store,
        catalogue: Callable[[], Catalogue],
        calendars: Calendars,
        people: People,
        now: Callable[[], datetime],
        reactions: Sequence[Reaction] = (),
    ) -> None:
        """Take everything that is not a ticket from outside."""
        self._store = store
        self._catalogue = catalogue
        self._calendars = calendars
        self._now = now
        self._openings = Openings(
            catalogue=catalogue, calendars=calendars, people=people, now=now, reactions=reactions
        )
        self._together = Together[Arrival, Outcome](
            self._opened, most=MOST_TOGETHER, apart=lambda arrival: arrival.key and arrival.key.name
        )

    async def open(
        self,
        petition: Petition,
        *,
        actor: Actor,
        key: RequestKey | None = None,
        request_id: str | None = None,
    ) -> Outcome:
        """Give a petition its number; the same key again answers with the same ticket.

        Who asks at the same moment gets the numbers of the same transaction; none is answered before
        its commit.

        Raises:
            UnknownServiceError, InputError: the service does not exist, or asks for more.
            KeyReusedError: the key was used for something else.
        """
        arrival = Arrival(petition=petition, actor=actor, key=key, request_id=request_id)
        return await self._together.do(arrival)

    async def _opened(self, arrivals: Sequence[Arrival]) -> list[Outcome | Exception]:
        """Open tickets in one transaction; where that fails, in two, until the failing one is alone."""
        try:
            async with self._store.writing() as uow:
                return list(await self._openings.opened(uow, arrivals))
        except Exception as error:  # noqa: BLE001 - raised again where it was asked for
            if len(arrivals) == 1 or isinstance(error, StoreUnavailableError):
                return [error] * len(arrivals)
        half = len(arrivals) // 2
        return [*await self._opened(arrivals[:half]), *await self._opened(arrivals[half:])]

    async def open_within(
        self,
        uow: UnitOfWork,
        petition: Petition,
        *,
        actor: Actor,
        request_id: str | None = None,
    ) -> Outcome:
        """Open a ticket in a transaction that does more than this."""
        arrival = Arrival(petition=petition, actor=actor, request_id=request_id)
        [outcome] = await self._openings.opened(uow, [arrival])
        return outcome

    async def command(
        self,
        number: str,
        command: str,
        order: Order,
        *,
        actor: Actor,
        expected_seq: int | None,
        key: RequestKey | None = None,
        request_id: str | None = None,
    ) -> Outcome:
        """Give a ticket a command.

        Raises:
            NotFoundError: no such ticket.
            StaleError: it is no longer as `expected_seq` says.
            ForbiddenError: the command is for other roles.
            RefusedError: the table of commands does not allow it here and now.
        """
        async with self._store.writing() as uow:
            keys = [] if key is None else [key]
            for before in (await claimed(uow, keys, now=self._now())).values():
                return before
            outcome = await self.command_within(
                uow,
                number,
                command,
                order,
                actor=actor,
                expected_seq=expected_seq,
                request_id=request_id,
            )
            await answer(uow, dict.fromkeys(keys, outcome.ticket), status=200)
            return outcome

    async def command_within(
        self,
        uow: UnitOfWork,
        number: str,
        command: str,
        order: Order,
        *,
        actor: Actor,
        expected_seq: int | None,
        request_id: str | None = None,
    ) -> Outcome:
        """Give a command in a transaction that does more than this; raises what `command` does."""
        ticket = await self._expected(uow, number, expected_seq)
        rule = BY_COMMAND[command]
        books = self._books()
        _allowed(rule, ticket, actor=actor)
        at = max(self._now(), ticket.updated_at)
        event = event_of(order, ticket=ticket, books=books, actor=actor, at=at)
        _known_units(event, books.catalogue)
        _allowed(rule, ticket, actor=actor, event=event)
        first = Happened(seq=ticket.seq + 1, at=at, actor=actor, event=event)
        return Outcome(
            ticket=await self._append(uow, ticket, first, books=books, request_id=request_id)
        )

    async def _append(
        self,
        uow: UnitOfWork,
        ticket: Ticket,
        first: Happened,
        *,
        books: Books,
        request_id: str | None,
    ) -> Ticket:
        row = await uow.tickets.row(ticket.number)
        assert row is not None
        past = await uow.tickets.history(ticket.number)
        after = apply(ticket, first)
        new = [first, *following(after, first, books=books)]
        for happened in new[1:]:
            after = apply(after, happened)
        running = self._clocks(after, [*past, *new])
        counted_anew = isinstance(first.event, Recounted)
        await uow.tickets.append(
            after,
            new,
            clocks=columns_of(running, promised=row.promised_due_at if counted_anew else None),
            recorded_at=self._now(),
            request_id=request_id,
        )
        await uow.clocks.replace(ticket.number, running)
        if (after.title, after.body, after.place) != (ticket.title, ticket.body, ticket.place):
            await uow.search.index({row.id: after})
        await self._openings.react(uow, [Change(ticket=after, history=new)])
        return after

    async def _expected(self, uow: UnitOfWork, number: str, seq: int | None) -> Ticket:
        ticket = await uow.tickets.get(number, lock=True)
        if ticket is None:
            raise NotFoundError(f"there is no ticket {number}")
        if seq is not None and seq != ticket.seq:
            raise StaleError(f"{number} stands at event {ticket.seq}, not at {seq}")
        return ticket

    def _books(self) -> Books:
        return Books(catalogue=self._catalogue(), calendar=self._calendars.current)

    def _clocks(self, ticket: Ticket, history: Sequence[Happened]) -> tuple[Clock, ...]:
        return clocks(history, calendar=self._calendars.version(ticket.calendar))


def _allowed(rule: Rule, ticket: Ticket, *, actor: Actor, event: TicketEvent | None = None) -> None:
    said = refusal(rule, ticket, actor=actor, event=event)
    if said is None:
        return
    if said.code in {"role", "other-unit"}:
        raise ForbiddenError(f"{said.ko} ({said.en})")
    raise RefusedError(said.code, ko=said.ko, en=said.en)


def _known_units(event: TicketEvent, catalogue: Catalogue) -> None:
    for name in ("unit", "team"):
        code = getattr(event, name, None)
        if code is None:
            continue
        try:
            catalogue.unit(code)
        except NotFoundError as error:
            raise RefusedError(
                "unknown-unit", ko=f"부서 '{code}'은(는) 업무 목록에 없습니다.", en=str(error)
            ) from error
