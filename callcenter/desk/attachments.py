"""Attachments: cleaned, then kept once by the hash of what is left, however often they are sent.

Keeping a file shows it to nobody: a ticket has it once an event of the ticket says so, and whoever asks
for the file asks for it by a ticket.
"""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

from callcenter.domain.pictures import cleaned
from callcenter.domain.ticket_events import Attached
from callcenter.errors import NotFoundError
from callcenter.store.attachments import Kept
from callcenter.store.unit_of_work import Store, UnitOfWork


class AttachmentDesk:
    """Takes files in and hands them out."""

    def __init__(self, *, store: Store, now: Callable[[], datetime]) -> None:
        """Take the time from outside."""
        self._store = store
        self._now = now

    async def keep(self, content: bytes) -> Kept:
        """Clean a file and keep it; the same one again is the same.

        Raises:
            InputError: nothing that may be attached, too large, or broken.
        """
        async with self._store.writing() as uow:
            return await self.keep_within(uow, content)

    async def keep_within(self, uow: UnitOfWork, content: bytes) -> Kept:
        """Clean and keep a file in a transaction that does more than this."""
        media_type, clean = cleaned(content)
        kept = Kept(sha256=sha256(clean).hexdigest(), media_type=media_type.value, size=len(clean))
        await uow.attachments.put(kept, clean, now=self._now())
        return kept

    async def content(self, number: str, digest: str) -> tuple[Attached, bytes]:
        """Return a file that a ticket has, and what its event says about it.

        Raises:
            NotFoundError: no such ticket, or it has no such file.
        """
        async with self._store.reading() as uow:
            attached = next(
                (
                    happened.event
                    for happened in await uow.tickets.history(number)
                    if isinstance(happened.event, Attached) and happened.event.sha256 == digest
                ),
                None,
            )
            content = None if attached is None else await uow.attachments.content(digest)
        if attached is None or content is None:
            raise NotFoundError(f"ticket {number} has no file {digest[:12]}")
        return attached, content
