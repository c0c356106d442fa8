"""What petitioners are told: written beside the event that owes it, put into words when it is sent.

A notice holds no address and no text. Its errand names it by its id only; the relay asks `message` for
the words and the address at the moment of sending, so nothing personal waits in a queue.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from callcenter.desk.changes import Change
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
from callcenter.domain.tickets import Ticket
from callcenter.errors import ConflictError, ForbiddenError, NotFoundError
from callcenter.store.notices import NewNotice
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


async def write_notices(uow: UnitOfWork, changes: Sequence[Change], *, now: datetime) -> None:
    """Write the notices owed for what commands made happen, in those commands' transaction."""
    owing = [change for change in changes if owes(change.history)]
    reaches = await _reaches(uow, [change.ticket for change in owing])
    owed_now = [
        _notice(change.ticket, one)
        for change, reach in zip(owing, reaches, strict=True)
        for one in owed(change.ticket, change.history, reach=reach)
    ]
    await _write(uow, owed_now, now=now)


async def write_invitation(
    uow: UnitOfWork, ticket: Ticket, *, cause_seq: int, now: datetime
) -> bool:
    """Write the invitation to answer for the closing of event `cause_seq`; say whether one may be sent."""
    [reach] = await _reaches(uow, [ticket])
    invited = invitation(cause_seq=cause_seq, reach=reach)
    if invited is None:
        return False
    await _write(uow, [_notice(ticket, invited)], now=now)
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
    [reach] = await _reaches(uow, [ticket])
    kind, seq = NoticeKind(notice.kind), notice.cause_seq
    left = NewNotice(
        ticket=notice.ticket,
        owed=by_hand(kind, seq) if reach.hand else exempt(kind, seq, why=Exemption.UNREACHABLE),
        template=notice.template,
        unit=notice.unit,
        officer=notice.officer,
    )
    await uow.notices.add([left], now=now)


async def _reaches(uow: UnitOfWork, tickets: Sequence[Ticket]) -> list[Reach]:
    reaches = await uow.people.reaches({one.petitioner for one in tickets if one.petitioner})
    return [reaches[one.petitioner] if one.petitioner else Reach() for one in tickets]


def _notice(ticket: Ticket, one: Owed) -> NewNotice:
    return NewNotice(
        ticket=ticket.number,
        owed=one,
        template=template_name(one.kind),
        unit=ticket.unit,
        officer=ticket.officer,
    )


async def _write(uow: UnitOfWork, notices: Sequence[NewNotice], *, now: datetime) -> None:
    written = await uow.notices.add(notices, now=now)
    errands = [
        Errand(
            topic=f"{TOPIC}-{notice.owed.way}",
            aggregate=notice.ticket,
            aggregate_seq=notice.owed.cause_seq,
            payload=json.dumps({"notice": row}),
        )
        for row, notice in zip(written, notices, strict=True)
        if notice.owed.state is NoticeState.WAITING
    ]
    await uow.outbox.put(errands, now=now)
