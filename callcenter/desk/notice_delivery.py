"""How a notice that is owed becomes a message that is sent: words and address are found at this moment.

What it says is what was so at its event, told again from the history, whatever has happened since; only
the due date is the one of now.
"""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from callcenter.desk.notice_texts import Card, Facts, Language, write, write_sms
from callcenter.desk.notices import leave_to_a_person
from callcenter.desk.people import Field, PeopleDesk
from callcenter.domain.notices import NoticeKind, Way
from callcenter.domain.services import Catalogue
from callcenter.domain.ticket_events import (
    Extended,
    Happened,
    ProgressNotified,
    Rejected,
    Resolved,
    SupplementRequested,
)
from callcenter.domain.tickets import Ticket, replay
from callcenter.errors import UndeliverableError
from callcenter.senders.port import Message, Sender
from callcenter.store.outbox import Claimed
from callcenter.store.unit_of_work import Store, UnitOfWork

_ADDRESSES = {Way.SMS: Field.PHONE, Way.EMAIL: Field.EMAIL}
_DATED = frozenset(
    {NoticeKind.ACCEPTED, NoticeKind.EXTENDED, NoticeKind.PROGRESS, NoticeKind.REOPENED}
)


class SurveyLink(Protocol):
    """Makes the link of an invitation."""

    def __call__(self, ticket: str, *, closing: int) -> str:
        """Return a link to the survey of a ticket's n-th closing."""
        ...


class Cards:
    """Names and telephone numbers of units, as the catalogue in force has them."""

    def __init__(self, *, catalogue: Callable[[], Catalogue], centre: Card) -> None:
        """Take the centre's own card, for whatever no unit has taken yet."""
        self._catalogue = catalogue
        self._centre = centre

    def card(self, unit: str | None) -> Card:
        """Return a unit's card; the centre answers for a unit that is unknown or has no telephone."""
        found = next((known for known in self._catalogue().units if known.code == unit), None)
        if found is None:
            return self._centre
        return Card(
            name_ko=found.name_ko,
            name_en=found.name_en,
            phone=found.contact or self._centre.phone,
        )


class NoticeRoute:
    """Sends the notices of one way."""

    def __init__(
        self,
        *,
        way: Way,
        sender: Sender,
        store: Store,
        people: PeopleDesk,
        cards: Cards,
        link: SurveyLink,
        name: str,
        now: Callable[[], datetime],
    ) -> None:
        """Take the city's name for the head of each message."""
        self._way = way
        self._sender = sender
        self._store = store
        self._people = people
        self._cards = cards
        self._link = link
        self._name = name
        self._now = now

    async def send(self, claimed: Claimed) -> str:
        """Write the message and hand it over."""
        async with self._store.reading() as uow:
            message = await self._message(uow, await _notice(uow, claimed))
        return await self._sender.send(message)

    async def sent(self, uow: UnitOfWork, claimed: Claimed, receipt: str) -> None:
        """Note when it went and under which reference."""
        notice = await _notice(uow, claimed)
        await uow.notices.sent(notice.id, provider_ref=receipt, now=self._now())

    async def lost(self, uow: UnitOfWork, claimed: Claimed, why: str) -> None:
        """Note why it did not go, and leave it to a person."""
        notice = await _notice(uow, claimed)
        await uow.notices.failed(notice.id, failure=why)
        await leave_to_a_person(uow, notice, now=self._now())

    async def _message(self, uow: UnitOfWork, notice: Any) -> Message:
        history = [
            happened
            for happened in await uow.tickets.history(notice.ticket)
            if happened.seq <= notice.cause_seq
        ]
        ticket = replay(notice.ticket, history)
        address, language = await self._addressee(uow, ticket)
        facts = await self._facts(uow, notice, ticket, history)
        text = write(facts, language=language, sender=self._name)
        body = self._short(facts, language) if self._way is Way.SMS else text.body
        reference = f"{notice.ticket}/{notice.cause_seq}/{notice.kind}/{self._way}"
        return Message(to=address, subject=text.subject, body=body, reference=reference)

    def _short(self, facts: Facts, language: Language) -> str:
        try:
            return write_sms(facts, language=language, sender=self._name)
        except ValueError as error:
            raise UndeliverableError("too long for a text message") from error

    async def _addressee(self, uow: UnitOfWork, ticket: Ticket) -> tuple[str, Language]:
        assert ticket.petitioner is not None, "a notice to nobody has no errand"
        row = await uow.people.get(ticket.petitioner)
        reach = (await uow.people.reaches([ticket.petitioner]))[ticket.petitioner]
        address = await self._people.address(uow, ticket.petitioner, _ADDRESSES[self._way])
        if address is None or not getattr(reach, self._way):
            raise UndeliverableError("the address has been erased, or may no longer be used")
        return address, Language.KO if row.language.startswith("ko") else Language.EN

    async def _facts(
        self, uow: UnitOfWork, notice: Any, ticket: Ticket, history: list[Happened]
    ) -> Facts:
        kind = NoticeKind(notice.kind)
        row = await uow.tickets.row(ticket.number)
        assert row is not None
        result = kind is NoticeKind.RESULT
        return Facts(
            kind=kind,
            number=ticket.number,
            title=ticket.title,
            card=self._cards.card(notice.unit),
            officer=await _name_of(uow, notice.officer),
            due_at=row.promised_due_at if kind in _DATED else None,
            said=ticket.answer if result else _said(history[-1]),
            outcome=ticket.outcome if result else None,
            remedy=_remedy(history) if result else None,
            link=self._link(ticket.number, closing=ticket.closings)
            if kind is NoticeKind.SURVEY
            else None,
        )


async def _notice(uow: UnitOfWork, claimed: Claimed) -> Any:
    notice = await uow.notices.get(json.loads(claimed.errand.payload)["notice"])
    assert notice is not None, "an errand and its notice are written together"
    return notice


async def _name_of(uow: UnitOfWork, login: str | None) -> str | None:
    account = None if login is None else await uow.accounts.get(login)
    return None if account is None else account.name


def _said(happened: Happened) -> str | None:
    match happened.event:
        case SupplementRequested(asked=said) | ProgressNotified(message=said):
            return said
        case Extended(reason=said):
            return said
        case _:
            return None


def _remedy(history: list[Happened]) -> str | None:
    """Return what the last decision says about objecting to it."""
    for happened in reversed(history):
        match happened.event:
            case Resolved(remedy=remedy) | Rejected(remedy=remedy):
                return remedy
            case _:
                continue
    return None
