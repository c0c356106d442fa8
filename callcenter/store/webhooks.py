"""Webhooks: who wants to hear of what happens to tickets, and a log of every attempt to tell them."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.errors import NotFoundError
from callcenter.store.tables.plumbing import WEBHOOK, WEBHOOK_DELIVERY
from callcenter.vault import Cell


class Webhooks:
    """Webhooks within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    async def add(self, url: str, *, kinds: Iterable[str], created_by: str, now: datetime) -> int:
        """Write a webhook that is told nothing yet: its secret is sealed to the id this returns."""
        added = await self._connection.execute(
            insert(WEBHOOK)
            .values(
                url=url,
                secret_sealed=b"",
                kinds=json.dumps(sorted(kinds)),
                active=False,
                created_at=now,
                created_by=created_by,
            )
            .returning(WEBHOOK.c.id)
        )
        return int(added.scalar_one())

    async def seal(self, webhook: int, sealed: bytes) -> None:
        """Keep a webhook's sealed secret."""
        await self._change(webhook, secret_sealed=sealed)

    async def switch(self, webhook: int, *, active: bool) -> None:
        """Begin or cease to tell a webhook."""
        await self._change(webhook, active=active)

    async def get(self, webhook: int) -> Row[Any]:
        """Return a webhook.

        Raises:
            NotFoundError: there is none.
        """
        query = select(WEBHOOK).where(WEBHOOK.c.id == webhook)
        found = (await self._connection.execute(query)).one_or_none()
        if found is None:
            raise NotFoundError(f"there is no webhook {webhook}")
        return found

    async def page(self, *, after: int = 0, most: int = 100) -> Sequence[Row[Any]]:
        """Return webhooks by id, beginning after one."""
        query = select(WEBHOOK).where(WEBHOOK.c.id > after).order_by(WEBHOOK.c.id).limit(most)
        return (await self._connection.execute(query)).all()

    async def listening(self, kind: str) -> list[int]:
        """Return the active webhooks that want to hear of a kind of event; none named means all."""
        query = select(WEBHOOK.c.id, WEBHOOK.c.kinds).where(WEBHOOK.c.active).order_by(WEBHOOK.c.id)
        rows = (await self._connection.execute(query)).all()
        return [row.id for row in rows if not (kinds := json.loads(row.kinds)) or kind in kinds]

    async def log(
        self, webhook: int, *, errand: int, at: datetime, status: int | None, error: str | None
    ) -> None:
        """Write down one attempt."""
        await self._connection.execute(
            insert(WEBHOOK_DELIVERY).values(
                webhook=webhook, outbox=errand, at=at, status=status, error=error
            )
        )

    async def deliveries(
        self, webhook: int, *, before: int | None = None, most: int = 100
    ) -> Sequence[Row[Any]]:
        """Return the attempts to tell a webhook, the newest first, beginning before one."""
        query = select(WEBHOOK_DELIVERY).where(WEBHOOK_DELIVERY.c.webhook == webhook)
        if before is not None:
            query = query.where(WEBHOOK_DELIVERY.c.id < before)
        query = query.order_by(WEBHOOK_DELIVERY.c.id.desc()).limit(most)
        return (await self._connection.execute(query)).all()

    async def delivery(self, delivery: int) -> Row[Any]:
        """Return one attempt.

        Raises:
            NotFoundError: there is none.
        """
        query = select(WEBHOOK_DELIVERY).where(WEBHOOK_DELIVERY.c.id == delivery)
        found = (await self._connection.execute(query)).one_or_none()
        if found is None:
            raise NotFoundError(f"there is no delivery {delivery}")
        return found

    async def _change(self, webhook: int, **values: object) -> None:
        await self._connection.execute(
            update(WEBHOOK).where(WEBHOOK.c.id == webhook).values(**values)
        )


def secret_cell(webhook: int) -> Cell:
    """Say where a webhook's secret is kept; elsewhere its seal does not open."""
    return Cell(table="webhook", row=str(webhook), column="secret_sealed")
