"""Messages that can never be read: kept with the reason, so that somebody may see why."""

from collections.abc import Sequence
from typing import Final, NamedTuple, Self

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.clock import Tick
from callcenter.store.tables.live import DEAD_LETTER

_LONGEST: Final = 65_536
"""Bytes kept of a message; enough to see what it was."""


class DeadLetter(NamedTuple):
    """One row of `dead_letter`, but for its number."""

    topic: str
    payload: str
    reason: str
    received_at: Tick

    @classmethod
    def of(cls, topic: str, payload: bytes, *, reason: str, received_at: Tick) -> Self:
        """Make text of what may be none, so that every database can hold it."""
        text = payload[:_LONGEST].decode(errors="backslashreplace")
        return cls(_plain(topic), _plain(text), _plain(reason), received_at)


def _plain(text: str) -> str:
    return text.replace("\0", "\\x00").encode(errors="backslashreplace").decode()


class DeadLetters:
    """Dead letters within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    async def put(self, letters: Sequence[DeadLetter]) -> None:
        """Keep some."""
        if letters:
            rows = [letter._asdict() for letter in letters]
            await self._connection.execute(insert(DEAD_LETTER), rows)

    async def count(self) -> int:
        """Count all there are."""
        found = await self._connection.execute(select(func.count()).select_from(DEAD_LETTER))
        return int(found.scalar_one())
