"""What petitioners are told: written beside the event that owes it, put into words when it is sent.

A notice holds no address and no text. Its errand names it by its id only; the relay asks `message` for
the words and the address at the moment of sending, so nothing personal waits in a queue.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from callcenter.desk.notice_texts import template_name
from callcenter.domain.notices import NoticeState, Owed, Reach, invitation, owed, owes
from callcenter.domain.ticket_events import Happened
from callcenter.domain.tickets import Ticket
from callcenter.store.outbox import Errand
from callcenter.store.unit_of_work import UnitOfWork

TOPIC: Final = "notice"
"""Errands that send a notice are of topic `notice-<way>`."""


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
