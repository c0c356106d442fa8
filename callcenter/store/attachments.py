"""Attached files by the hash of their content; which ticket has which is said by its events."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.store.tables.plumbing import ATTACHMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is known of a file without its content."""

    sha256: str
    media_type: str
    size: int
    """In bytes, after cleaning."""


class Attachments:
    """Attached files within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    async def put(self, kept: Kept, content: bytes, *, now: datetime) -> bool:
        """Keep a file; `False` if the same one is there already."""
        dialect = sqlite if self._connection.dialect.name == "sqlite" else postgresql
        added = await self._connection.execute(
            dialect.insert(ATTACHMENT)
            .values(
                sha256=kept.sha256,
                media_type=kept.media_type,
                size=kept.size,
                content=content,
                stored_at=now,
            )
            .on_conflict_do_nothing()
            .returning(ATTACHMENT.c.sha256)
        )
        return added.first() is not None

    async def content(self, sha256: str) -> bytes | None:
        """Return a file's content."""
        query = select(ATTACHMENT.c.content).where(ATTACHMENT.c.sha256 == sha256)
        content: bytes | None = (await self._connection.execute(query)).scalar_one_or_none()
        return content
