"""Opening tickets, many in one transaction: as few statements for forty callers as for one.

Whatever can be done for all at once is one statement for all. The counter's row is locked last of all,
since everybody who opens a ticket waits for it.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol

from callcenter.desk.changes import Change, Reaction
from callcenter.desk.petitions import Petition, Petitioner, check
from callcenter.desk.ticket_orders import Books, accepted, by_the_house, followers, freed
from callcenter.domain.access import CENTRE, Actor
from callcenter.domain.clocks import Clock, clocks
from callcenter.domain.names import without_name
from callcenter.domain.services import Catalogue
from callcenter.domain.ticket_events import Channel, Happened, Routed, Submitted
from callcenter.domain.tickets import Ticket, apply, opened, replay
from callcenter.domain.worktime import KST, WorkCalendar
from callcenter.errors import KeyReusedError
from callcenter.store.clocks import columns_of
from callcenter.store.idempotency import Answered, RequestKey
from callcenter.store.tickets import NewTicket
from callcenter.store.unit_of_work import UnitOfWork

AT_ONCE: Final = frozenset({Channel.PHONE120, Channel.VISIT, Channel.OBSERVATION, Channel.PATROL})
"""Channels whose petitions a person of the city takes down, and so accepts, on the spot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A ticket after a command, and whether the command had been given before with the same key."""

    ticket: Ticket
    repeated: bool = False
    clocks: tuple[Clock, ...] | None = None
    """Those of a ticket that was opened by this."""


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

    async def recorded(
        self, uow: UnitOfWork, petitioners: Sequence[Petitioner], *, at: datetime
    ) -> Sequence[str]:
        """Seal and keep, or find again, who asks; return the references, in order."""
        ...

    async def originals_kept(
        self, uow: UnitOfWork, bodies: Mapping[str, str], *, at: datetime
    ) -> None:
        """Seal and keep petitions' texts as they were written, by their tickets' numbers."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A petition that asks for its number."""

    petition: Petition
    actor: Actor
    key: RequestKey | None = None
    request_id: str | None = None


@dataclass(slots=True, kw_only=True)
class _Draft:
    """A ticket in the making: all that is known of it before it has its number."""

    arrival: Arrival
    history: list[Happened]
    ticket: Ticket
    clocks: tuple[Clock, ...]


_Told = dict[Hashable, tuple[Clock, ...]]
"""Clocks by the timing of a history: at one moment many petitions get the same."""


class Openings:
    """Opens tickets in a transaction that somebody else begins and ends."""

    def __init__(
        self,
        *,
        catalogue: Callable[[], Catalogue],
        calendars: Calendars,
        people: People,
        now: Callable[[], datetime],
        reactions: Sequence[Reaction],
    ) -> None:
        """Take everything that is not a ticket from outside."""
        self._catalogue = catalogue
        self._calendars = calendars
        self._people = people
        self._now = now
        self._reactions = tuple(reactions)

    async def opened(self, uow: UnitOfWork, arrivals: Sequence[Arrival]) -> list[Outcome]:
        """Give petitions their numbers; what was asked before is answered with the same ticket.

        No two arrivals have the same key. Whatever is raised, none has been opened.

        Raises:
            UnknownServiceError, InputError: a service does not exist, or asks for more.
            KeyReusedError: a key was used for something else.
        """
        keys = {n: one.key for n, one in enumerate(arrivals) if one.key is not None}
        answered = await claimed(uow, list(keys.values()), now=self._now())
        outcomes = {n: answered[key] for n, key in keys.items() if key in answered}
        rest = {n: one for n, one in enumerate(arrivals) if n not in outcomes}
        outcomes |= await self._opened_or_known(uow, rest)
        unanswered = {key: outcomes[n].ticket for n, key in keys.items() if key not in answered}
        await answer(uow, unanswered, status=201)
        return [outcomes[n] for n in range(len(arrivals))]

    async def react(self, uow: UnitOfWork, changes: Sequence[Change]) -> None:
        """Let everybody react who must, in the order in which they were handed in."""
        for reaction in self._reactions:
            await reaction(uow, changes)

    async def _opened_or_known(
        self, uow: UnitOfWork, arrivals: Mapping[int, Arrival]
    ) -> dict[int, Outcome]:
        """Check petitions and open them, but for those another system has sent before."""
        books = self._books()
        outcomes: dict[int, Outcome] = {}
        for n, arrival in arrivals.items():
            check(arrival.petition, service=books.catalogue.service(arrival.petition.service))
            known = await _known(uow, arrival.petition)
            if known is not None:
                outcomes[n] = Outcome(ticket=known, repeated=True)
        new = [n for n in arrivals if n not in outcomes]
        opened_now = await self._opened(uow, [arrivals[n] for n in new], books=books)
        return outcomes | dict(zip(new, opened_now, strict=True))

    async def _opened(
        self, uow: UnitOfWork, arrivals: Sequence[Arrival], *, books: Books
    ) -> list[Outcome]:
        if not arrivals:
            return []
        at = self._now()
        drafts = await self._drafts(uow, arrivals, books=books, at=at)
        await _number(uow, drafts)
        await _written(uow, drafts, at=at)
        await self._people.originals_kept(uow, _changed_bodies(drafts), at=at)
        await self.react(
            uow, [Change(ticket=draft.ticket, history=draft.history) for draft in drafts]
        )
        return [Outcome(ticket=draft.ticket, clocks=draft.clocks) for draft in drafts]

    async def _drafts(
        self, uow: UnitOfWork, arrivals: Sequence[Arrival], *, books: Books, at: datetime
    ) -> list[_Draft]:
        asking = [n for n, one in enumerate(arrivals) if one.petition.petitioner is not None]
        petitioners = [arrivals[n].petition.petitioner for n in asking]
        found = await self._people.recorded(uow, [one for one in petitioners if one], at=at)
        references = dict(zip(asking, found, strict=True))
        drafts: list[_Draft] = []
        told: _Told = {}
        for n, arrival in enumerate(arrivals):
            drafts.append(self._draft(arrival, references.get(n), books=books, at=at, told=told))
            await asyncio.sleep(0)  # many drafts are many milliseconds: others want to be heard
        return drafts

    def _draft(
        self,
        arrival: Arrival,
        reference: str | None,
        *,
        books: Books,
        at: datetime,
        told: _Told,
    ) -> _Draft:
        petition = arrival.petition
        service = books.catalogue.service(petition.service)
        submitted = _submitted(petition, reference=reference, public=service.public)
        history, ticket = _begun(submitted, actor=arrival.actor, books=books, at=petition.at or at)
        alike = _timing(history)
        if alike not in told:
            told[alike] = clocks(history, calendar=self._calendars.version(ticket.calendar))
        return _Draft(arrival=arrival, history=history, ticket=ticket, clocks=told[alike])

    def _books(self) -> Books:
        return Books(catalogue=self._catalogue(), calendar=self._calendars.current)


async def claimed(
    uow: UnitOfWork, keys: Sequence[RequestKey], *, now: datetime
) -> dict[RequestKey, Outcome]:
    """Take keys for this transaction; return the outcomes of those that were used before.

    Raises:
        KeyReusedError: a key was used for something else.
    """
    answered = await uow.idempotency.claim(keys, now=now)
    return {key: await _again(uow, key, before) for key, before in answered.items()}


async def answer(uow: UnitOfWork, tickets: Mapping[RequestKey, Ticket], *, status: int) -> None:
    """Keep what requests were answered."""
    said = {
        key: json.dumps({"number": ticket.number, "seq": ticket.seq})
        for key, ticket in tickets.items()
    }
    await uow.idempotency.answer(said, status=status)


async def _again(uow: UnitOfWork, key: RequestKey, before: Answered) -> Outcome:
    if before.fingerprint != key.fingerprint:
        raise KeyReusedError(f"the key {key.key!r} stands for another request")
    said = json.loads(before.response)
    history = await uow.tickets.history(said["number"])
    return Outcome(ticket=replay(said["number"], history[: said["seq"]]), repeated=True)


async def _known(uow: UnitOfWork, petition: Petition) -> Ticket | None:
    if petition.external_ref is None:
        return None
    number = await uow.tickets.by_external_ref(petition.channel, petition.external_ref)
    return None if number is None else await uow.tickets.get(number)


async def _number(uow: UnitOfWork, drafts: Sequence[_Draft]) -> None:
    """Give drafts the numbers of the years in which they began, each year's in their order."""
    by_year: dict[int, list[_Draft]] = defaultdict(list)
    for draft in drafts:
        by_year[draft.ticket.submitted_at.astimezone(KST).year].append(draft)
    for year, those in sorted(by_year.items()):
        numbers = await uow.tickets.next_numbers(year, many=len(those))
        for draft, number in zip(those, numbers, strict=True):
            draft.ticket = replace(draft.ticket, number=number)


async def _written(uow: UnitOfWork, drafts: Sequence[_Draft], *, at: datetime) -> None:
    """Write tickets with what belongs to each: events, clocks, and what they are searched by."""
    new = [
        NewTicket(
            ticket=draft.ticket,
            history=draft.history,
            clocks=columns_of(draft.clocks, promised=None),
            request_id=draft.arrival.request_id,
        )
        for draft in drafts
    ]
    rows = await uow.tickets.add(new, recorded_at=at)
    await uow.clocks.add({draft.ticket.number: draft.clocks for draft in drafts})
    tickets = [draft.ticket for draft in drafts]
    await uow.search.index(dict(zip(rows, tickets, strict=True)), fresh=True)


def _timing(history: Sequence[Happened]) -> Hashable:
    """Say all that clocks go by: neither what was asked for nor which unit got it is of that."""
    return tuple(
        (happened.at, event.kind if isinstance(event, Submitted | Routed) else event)
        for happened in history
        for event in (happened.event,)
    )


def _changed_bodies(drafts: Sequence[_Draft]) -> dict[str, str]:
    return {
        draft.ticket.number: draft.arrival.petition.body
        for draft in drafts
        if draft.ticket.body != draft.arrival.petition.body
    }


def _submitted(petition: Petition, *, reference: str | None, public: bool) -> Submitted:
    name = petition.petitioner.name if petition.petitioner else None
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


def _begun(
    submitted: Submitted, *, actor: Actor, books: Books, at: datetime
) -> tuple[list[Happened], Ticket]:
    """Tell how a ticket begins, and how it stands then; its number is still to come."""
    history = [Happened(seq=1, at=at, actor=actor, event=submitted)]
    ticket = opened("", history[0])
    if submitted.channel not in AT_ONCE or not actor.has(CENTRE):
        return history, ticket
    acceptance = Happened(
        seq=2, at=at, actor=actor, event=accepted(submitted.service, books=books, at=at)
    )
    ticket = apply(ticket, acceptance)
    more = following(ticket, acceptance, books=books)
    for happened in more:
        ticket = apply(ticket, happened)
    return [*history, acceptance, *more], ticket


def following(ticket: Ticket, first: Happened, *, books: Books) -> list[Happened]:
    """Tell what the house does at once after an event."""
    events = followers(ticket, first.event, books=books, at=first.at)
    return [
        by_the_house(event, seq=first.seq + n, at=first.at)
        for n, event in enumerate(events, start=1)
    ]
