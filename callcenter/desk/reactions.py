"""Which event wakes which use case: the one table that joins them, in the same transaction."""

from collections.abc import Callable, Sequence
from datetime import datetime

from callcenter.desk.notices import write_notices
from callcenter.desk.tickets import Reaction
from callcenter.desk.webhooks import write_events
from callcenter.domain.ticket_events import Happened
from callcenter.domain.tickets import Ticket
from callcenter.store.unit_of_work import UnitOfWork


def reactions(
    *, now: Callable[[], datetime], more: Sequence[Reaction] = ()
) -> tuple[Reaction, ...]:
    """Return what else must be true once something happened to a ticket."""

    async def notices(uow: UnitOfWork, ticket: Ticket, history: Sequence[Happened]) -> None:
        await write_notices(uow, ticket, history, now=now())

    async def webhooks(uow: UnitOfWork, ticket: Ticket, history: Sequence[Happened]) -> None:
        await write_events(uow, ticket, history, now=now())

    return (notices, webhooks, *more)
