"""Ticket use cases: open one, and give it commands. Each is one transaction, answered after its commit.

What else must be true in the same transaction (notices, search, a survey's invitation) is done by
reactions, which are handed in: use cases do not know one another.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from callcenter.desk.petitions import Petition, Petitioner, check
from callcenter.desk.ticket_orders import (
    Books,
    Order,
    accepted,
    by_the_house,
    event_of,
    followers,
    freed,
)
from callcenter.domain.access import CENTRE, Actor
from callcenter.domain.clocks import Clock, clocks
from callcenter.domain.names import without_name
from callcenter.domain.services import Catalogue
from callcenter.domain.ticket_events import (
    Channel,
    Happened,
    Recounted,
    Submitted,
    TicketEvent,
)
from callcenter.domain.ticket_rules import BY_COMMAND, Rule, refusal
from callcenter.domain.tickets import Ticket, apply, opened, replay
from callcenter.domain.worktime import KST, WorkCalendar
from callcenter.errors import (
    ForbiddenError,
    KeyReusedError,
    NotFoundError,
    RefusedError,
    StaleError,
)
from callcenter.store.clocks import columns_of
from callcenter.store.unit_of_work import Store, UnitOfWork

AT_ONCE: Final = frozenset({Channel.PHONE120, Channel.VISIT, Channel.OBSERVATION, Channel.PATROL})
"""Channels whose petitions a person of the city takes down, and so accepts, on the spot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestKey:
    """The idempotency key of a request, within its client's and route's scope."""

    scope: str
    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A ticket after a command, and whether the command had been given before with the same key."""

    ticket: Ticket
    repeated: bool = False


class Calendars(Protocol):
    """Where calendars are found."""

    @property
    def current(self) -> WorkCalendar:
        """Give the one in force."""
        ...

    def version(self, version: str | None) -> WorkCalendar:
        """Give the one of a version."""
        ...


class People(Protocol):
    """Who keeps personal data."""

    async def recorded(self, uow: UnitOfWork, petitioner: Petitioner, *, at: datetime) -> str:
        """Seal and keep, or find again, who asks; return the reference."""
        ...

    async def original_kept(self, uow: UnitOfWork, number: str, body: str, *, at: datetime) -> None:
        """Seal and keep a petition's text as it was written."""
        ...


Reaction = Callable[[UnitOfWork, Ticket, Sequence[Happened]], Awaitable[None]]
"""What else must be true in the same transaction, once these last events have happened to a ticket."""


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
        self._people = people
        self._now = now
        self._reactions = tuple(reactions)

    async def open(
        self,
        petition: Petition,
        *,
        actor: Actor,
        key: RequestKey | None = None,
        request_id: str | None = None,
    ) -> Outcome:
        """Give a petition its number; the same key again answers with the same ticket.

        Raises:
            UnknownServiceError, InputError: the service does not exist, or asks for more.
            KeyReusedError: the key was used for something else.
        """
        async with self._store.writing() as uow:
            before = await self._claimed(uow, key)
            if before is not None:
                return before
            outcome = await self.open_within(uow, petition, actor=actor, request_id=request_id)
            await _answered(uow, key, outcome.ticket, status=201)
            return outcome

    async def open_within(
        self,
        uow: UnitOfWork,
        petition: Petition,
        *,
        actor: Actor,
        request_id: str | None = None,
    ) -> Outcome:
        """Open a ticket in a transaction that does more than this."""
        books = self._books()
        service = books.catalogue.service(petition.service)
        check(petition, service=service)
        known = await _known(uow, petition)
        if known is not None:
            return Outcome(ticket=known, repeated=True)
        at = self._now()
        begun = petition.at or at
        submitted = await self._submitted(uow, petition, public=service.public, at=at)
        number = await uow.tickets.next_number(begun.astimezone(KST).year)
        if submitted.body != petition.body:
            await self._people.original_kept(uow, number, petition.body, at=at)
        history = _begun(number, submitted, actor=actor, books=books, at=begun)
        ticket = replay(number, history)
        running = self._clocks(ticket, history)
        row_id = await uow.tickets.add(
            ticket,
            history,
            clocks=columns_of(running, promised=None),
            recorded_at=at,
            request_id=request_id,
        )
        await uow.clocks.replace(number, running, fresh=True)
        await uow.search.index(row_id, ticket, fresh=True)
        await self._react(uow, ticket, history)
        return Outcome(ticket=ticket)

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
            before = await self._claimed(uow, key)
            if before is not None:
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
            await _answered(uow, key, outcome.ticket, status=200)
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
        new = [first, *_following(after, first, books=books)]
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
            await uow.search.index(row.id, after)
        await self._react(uow, after, new)
        return after

    async def _react(self, uow: UnitOfWork, ticket: Ticket, history: Sequence[Happened]) -> None:
        for reaction in self._reactions:
            await reaction(uow, ticket, history)

    async def _expected(self, uow: UnitOfWork, number: str, seq: int | None) -> Ticket:
        ticket = await uow.tickets.get(number, lock=True)
        if ticket is None:
            raise NotFoundError(f"there is no ticket {number}")
        if seq is not None and seq != ticket.seq:
            raise StaleError(f"{number} stands at event {ticket.seq}, not at {seq}")
        return ticket

    async def _claimed(self, uow: UnitOfWork, key: RequestKey | None) -> Outcome | None:
        if key is None:
            return None
        answered = await uow.idempotency.claim(
            key.scope, key.key, fingerprint=key.fingerprint, now=self._now()
        )
        if answered is None:
            return None
        if answered.fingerprint != key.fingerprint:
            raise KeyReusedError(f"the key {key.key!r} stands for another request")
        said = json.loads(answered.response)
        history = await uow.tickets.history(said["number"])
        return Outcome(ticket=replay(said["number"], history[: said["seq"]]), repeated=True)

    async def _submitted(
        self, uow: UnitOfWork, petition: Petition, *, public: bool, at: datetime
    ) -> Submitted:
        reference = name = None
        if petition.petitioner is not None:
            reference = await self._people.recorded(uow, petition.petitioner, at=at)
            name = petition.petitioner.name
        submitted = freed(
            Submitted(
                channel=petition.channel,
                service=petition.service,
                title=without_name(petition.title, name=name),
                body=without_name(petition.body, name=name),
                place=petition.place,
                attributes=tuple(
                    (code, tuple(without_name(value, name=name) for value in values))
                    for code, values in petition.attributes
                ),
                petitioner=reference,
                external_ref=petition.external_ref,
                public=public,
                media_url=petition.media_url,
            )
        )
        assert isinstance(submitted, Submitted)
        return submitted

    def _books(self) -> Books:
        return Books(catalogue=self._catalogue(), calendar=self._calendars.current)

    def _clocks(self, ticket: Ticket, history: Sequence[Happened]) -> tuple[Clock, ...]:
        return clocks(history, calendar=self._calendars.version(ticket.calendar))


def _begun(
    number: str, submitted: Submitted, *, actor: Actor, books: Books, at: datetime
) -> list[Happened]:
    history = [Happened(seq=1, at=at, actor=actor, event=submitted)]
    if submitted.channel not in AT_ONCE or not actor.has(CENTRE):
        return history
    acceptance = Happened(
        seq=2, at=at, actor=actor, event=accepted(submitted.service, books=books, at=at)
    )
    ticket = apply(opened(number, history[0]), acceptance)
    return [*history, acceptance, *_following(ticket, acceptance, books=books)]


def _following(ticket: Ticket, first: Happened, *, books: Books) -> list[Happened]:
    events = followers(ticket, first.event, books=books, at=first.at)
    return [
        by_the_house(event, seq=first.seq + n, at=first.at)
        for n, event in enumerate(events, start=1)
    ]


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


async def _known(uow: UnitOfWork, petition: Petition) -> Ticket | None:
    if petition.external_ref is None:
        return None
    number = await uow.tickets.by_external_ref(petition.channel, petition.external_ref)
    return None if number is None else await uow.tickets.get(number)


async def _answered(
    uow: UnitOfWork, key: RequestKey | None, ticket: Ticket, *, status: int
) -> None:
    if key is not None:
        said = json.dumps({"number": ticket.number, "seq": ticket.seq})
        await uow.idempotency.answer(key.scope, key.key, status=status, response=said)
