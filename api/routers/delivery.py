"""What is told to somebody outside: notices to petitioners, webhooks, and what was given up."""

import json
from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.deps import Live, allow
from api.routers.tickets import Number
from api.schemas.delivery import (
    ActivityShape,
    DeadLetterShape,
    DeliveryShape,
    NewWebhookAnswer,
    NewWebhookShape,
    NoticeShape,
    WebhookShape,
)
from callcenter.domain.access import READERS, STAFF, SUPERVISORS, Actor, Role

router = APIRouter(prefix="/v1", tags=["delivery"])
Reader = Annotated[Actor, allow(READERS)]
Staff = Annotated[Actor, allow(STAFF)]
Administrator = Annotated[Actor, allow(SUPERVISORS | {Role.INTEGRATOR})]
Supervisor = Annotated[Actor, allow(SUPERVISORS)]
Id = Annotated[int, Path(ge=1, le=2**53)]
Before = Annotated[int | None, Query(ge=1, le=2**53)]


@router.get("/tickets/{number}/notices")
async def notices(actor: Reader, services: Live, number: Number) -> list[NoticeShape]:
    """List what the petitioner was owed and got."""
    await services.reader.standing(number, actor=actor)
    async with services.store.reading() as uow:
        return [NoticeShape.of(row) for row in await uow.notices.of(number)]


@router.get("/notices/by-hand")
async def notices_by_hand(actor: Staff, services: Live) -> list[NoticeShape]:
    """List what a person still has to tell, the oldest first; an officer sees the own unit's."""
    unit = actor.unit if not actor.has(STAFF - {Role.OFFICER}) else None
    async with services.store.reading() as uow:
        return [NoticeShape.of(row) for row in await uow.notices.by_hand(unit=unit)]


@router.get("/webhooks")
async def webhooks(_actor: Administrator, services: Live) -> list[WebhookShape]:
    """List webhooks, without their secrets."""
    async with services.store.reading() as uow:
        rows = await uow.webhooks.page()
    return [
        WebhookShape(
            id=row.id,
            url=row.url,
            kinds=json.loads(row.kinds),
            active=row.active,
            created_at=row.created_at,
            created_by=row.created_by,
        )
        for row in rows
    ]


@router.post("/webhooks", status_code=201)
async def register(actor: Administrator, services: Live, said: NewWebhookShape) -> NewWebhookAnswer:
    """Begin to tell an address of events. The secret is shown this once."""
    made = await services.webhooks.register(said.url, kinds=said.kinds, actor=actor)
    return NewWebhookAnswer(id=made.webhook, secret=made.secret)


@router.put("/webhooks/{webhook}", status_code=204)
async def switch(actor: Administrator, services: Live, webhook: Id, said: ActivityShape) -> None:
    """Begin or cease to tell a webhook."""
    await services.webhooks.switch(webhook, active=said.active, actor=actor)


@router.get("/webhooks/{webhook}/deliveries")
async def deliveries(
    _actor: Administrator, services: Live, webhook: Id, before: Before = None
) -> list[DeliveryShape]:
    """List the attempts to tell a webhook, the newest first."""
    async with services.store.reading() as uow:
        await uow.webhooks.get(webhook)
        rows = await uow.webhooks.deliveries(webhook, before=before)
    return [DeliveryShape.of(row) for row in rows]


@router.post("/webhook-deliveries/{delivery}/replay", status_code=202)
async def replay(actor: Administrator, services: Live, delivery: Id) -> None:
    """Tell once more what an attempt told, with a new signature."""
    await services.webhooks.replay(delivery, actor=actor)


@router.get("/dead-letters")
async def dead_letters(_actor: Supervisor, services: Live) -> list[DeadLetterShape]:
    """List what was given up after too many attempts, the newest first."""
    async with services.store.reading() as uow:
        return [DeadLetterShape.of(row) for row in await uow.outbox.dead()]


@router.post("/dead-letters/{errand}/revive", status_code=202)
async def revive(actor: Supervisor, services: Live, errand: Id) -> None:
    """Try once more what was given up."""
    await services.webhooks.revive(errand, actor=actor)
