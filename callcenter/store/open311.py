"""Tokens that phone apps got instead of a number, and the numbers they stand for."""

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.store.tables.access import OPEN311_TOKEN


class Open311Tokens:
    """Tokens within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    async def keep(self, token: str, number: str) -> None:
        """Keep what a token stands for; once is enough."""
        dialect = sqlite if self._connection.dialect.name == "sqlite" else postgresql
        await self._connection.execute(
            dialect.insert(OPEN311_TOKEN)
            .values(token=token, ticket=number)
            .on_conflict_do_nothing()
        )

    async def number_of(self, token: str) -> str | None:
        """Return the number of the ticket a token was given for."""
        query = select(OPEN311_TOKEN.c.ticket).where(OPEN311_TOKEN.c.token == token)
        found: str | None = (await self._connection.execute(query)).scalar_one_or_none()
        return found
