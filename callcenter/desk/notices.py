"""What petitioners are told: written beside the event that owes it, put into words when it is sent.

A notice holds no address and no text. Its errand names it by its id only; the relay asks `message` for
the words and the address at the moment of sending, so nothing personal waits in a queue.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from callcenter.desk.notice_texts import template_name
from callcenter.domain.access import STAFF, Actor
from callcenter.domain.notices import (
    Exemption,
    NoticeKind,
    NoticeState,
    Owed,
    Reach,
    by_hand,
    exempt,
    invitation,
    owed,
    owes,
)
from callcenter.domain.ticket_events import Happened
from callcenter.domain.tickets import Ticket
from callcenter.errors import ConflictError, ForbiddenError, NotFoundError
from callcenter.store.outbox import Errand
from callcenter.store.unit_of_work import Store, UnitOfWork

TOPIC: Final = "notice"
"""Errands that send a notice are of topic `notice-<way>`."""
_ACCOUNTED_FOR: Final = frozenset(NoticeState) - {NoticeState.FAILED}


class NoticeDesk:
    """Writes notices beside their events, and keeps the list of what people must tell themselves."""

    def __init__(self, *, store: Store, now: Callable[[], datetime]) -> None:
        """Take the time from outside."""
        self._store = store
        self._now = now

    async def react(self, uow: UnitOfWork, ticket: Ticket, history: Sequence[Happened]) -> None:
        """Write what is owed, as a reaction of the desk of tickets."""
        await write_notices(uow, ticket, history, now=self._now())

    async def told(self, notice: int, *, actor: Actor) -> None:
        """Record that a person told what no message could.

        Raises:
            ForbiddenError: only staff may say so.
            NotFoundError: there is no such notice.
            ConflictError: nobody has to tell it, or somebody did.
        """
        if not actor.has(STAFF):
            raise ForbiddenError("notices are for the staff of the city")
        async with self._store.writing() as uow:
            row = await uow.notices.get(notice, lock=True)
            if row is None:
                raise NotFoundError(f"there is no notice {notice}")
            if row.state != NoticeState.OWED:
                raise ConflictError(f"expected a notice that is owed, this one is {row.state}")
            await uow.notices.sent(notice, provider_ref=f"hand:{actor.login}", now=self._now())


async def write_notices(
    uow: UnitOfWork, ticket: Ticket, history: Sequence[Happened], *, now: datetime
) -> None:
    """Write the notices owed for what one command made happen, in that command's transaction.

    `ticket` stands as it does after the last event of `history`.
    """
    if owes(history):
        reach = await _reach(uow, ticket)
        await _write(uow, ticket, owed(ticket, history, reach=reach), now=now)


async def write_invitation(
    uow: UnitOfWork, ticket: Ticket, *, cause_seq: int, now: datetime
) -> bool:
    """Write the invitation to answer for the closing of event `cause_seq`; say whether one may be sent."""
    invited = invitation(cause_seq=cause_seq, reach=await _reach(uow, ticket))
    if invited is None:
        return False
    await _write(uow, ticket, [invited], now=now)
    return True


async def leave_to_a_person(uow: UnitOfWork, notice: Any, *, now: datetime) -> None:
    """Let a person tell what could not be sent, unless it goes another way, or is only a survey.

    `notice` is the row of what could not be sent. Where nothing is known any more, that is recorded.
    """
    others = [
        row
        for row in await uow.notices.of(notice.ticket)
        if (row.kind, row.cause_seq) == (notice.kind, notice.cause_seq) and row.id != notice.id
    ]
    if notice.kind == NoticeKind.SURVEY or any(row.state in _ACCOUNTED_FOR for row in others):
        return
    ticket = await uow.tickets.get(notice.ticket)
    assert ticket is not None, "a notice is of a ticket"
    reach = await _reach(uow, ticket)
    kind, seq = NoticeKind(notice.kind), notice.cause_seq
    await uow.notices.add(
        notice.ticket,
        by_hand(kind, seq) if reach.hand else exempt(kind, seq, why=Exemption.UNREACHABLE),
        template=notice.template,
        unit=notice.unit,
        officer=notice.officer,
        now=now,
    )


async def _reach(uow: UnitOfWork, ticket: Ticket) -> Reach:
    return Reach() if ticket.petitioner is None else await uow.people.reach(ticket.petitioner)


async def _write(
    uow: UnitOfWork, ticket: Ticket, notices: Sequence[Owed], *, now: datetime
) -> None:
    errands = []
    for notice in notices:
        written = await uow.notices.add(
            ticket.number,
            notice,
            template=template_name(notice.kind),
            unit=ticket.unit,
            officer=ticket.officer,
            now=now,
        )
        if notice.state is NoticeState.WAITING:
            errands.append(
                Errand(
                    topic=f"{TOPIC}-{notice.way}",
                    aggregate=ticket.number,
                    aggregate_seq=notice.cause_seq,
                    payload=json.dumps({"notice": written}),
                )
            )
    await uow.outbox.put(errands, now=now)
