"""What happened to tickets within one transaction, as it is told to whoever must react in the same one."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from callcenter.domain.ticket_events import Happened
from callcenter.domain.tickets import Ticket
from callcenter.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one command made happen to a ticket, which stands as it does after the last event."""

    ticket: Ticket
    history: Sequence[Happened]


Reaction = Callable[[UnitOfWork, Sequence[Change]], Awaitable[None]]
"""What else must be true in the same transaction, once these changes are: for all of them at once."""
