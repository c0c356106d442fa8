"""A newer calendar in force: open periods are counted by it, by an event of their own.

What the petitioner was told stays beside it (`promised_due_at`): a temporary holiday moves the law's date,
not the promise.
"""

from callcenter.desk.tickets import Calendars, TicketDesk
from callcenter.domain.access import SYSTEM
from callcenter.domain.ticket_events import Recounted
from callcenter.errors import RefusedError, StaleError
from callcenter.store.unit_of_work import Store

_AT_ONCE = 200


class Recounting:
    """Brings open tickets to the calendar in force; may be stopped and begun again."""

    def __init__(self, *, store: Store, tickets: TicketDesk, calendars: Calendars) -> None:
        """Take the desk that records the event."""
        self._store = store
        self._tickets = tickets
        self._calendars = calendars

    async def run(self) -> int:
        """Recount every open ticket that was counted by another calendar; return how many."""
        version, done, after = self._calendars.current.version, 0, 0
        while True:
            async with self._store.reading() as uow:
                rows = await uow.tickets.counted_otherwise(version, after=after, most=_AT_ONCE)
            for row_id, number in rows:
                done += await self._recount(number, version)
                after = row_id
            if not rows:
                return done

    async def _recount(self, number: str, version: str) -> int:
        order = Recounted(calendar=version)
        try:
            await self._tickets.command(number, "recount", order, actor=SYSTEM, expected_seq=None)
        except (RefusedError, StaleError):  # closed, or counted anew, since it was listed
            return 0
        return 1
