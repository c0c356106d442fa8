"""What is kept of who ruled over campaigns and their leads, in the audit that managers read."""

import json
from collections.abc import Mapping
from datetime import datetime

from callcenter.domain.access import Actor
from callcenter.domain.campaigns import Campaign
from callcenter.store.unit_of_work import UnitOfWork


async def record_act(
    uow: UnitOfWork,
    act: str,
    subject: str,
    detail: Mapping[str, object],
    *,
    at: datetime,
    actor: Actor,
    request_id: str | None,
) -> None:
    """Write down an act in the transaction that does it; `detail` says nothing personal."""
    await uow.admin_acts.add(
        at=at,
        actor=actor.login,
        act=act,
        subject=subject,
        detail=json.dumps(detail, ensure_ascii=False, sort_keys=True),
        request_id=request_id,
    )


async def record_command(
    uow: UnitOfWork,
    command: str,
    campaign: Campaign,
    *,
    at: datetime,
    actor: Actor,
    request_id: str | None,
) -> None:
    """Write down what a campaign was told, and how it stands by it."""
    detail = {"state": campaign.state, "version": campaign.version}
    await record_act(
        uow,
        f"campaign-{command}",
        campaign.code,
        detail,
        at=at,
        actor=actor,
        request_id=request_id,
    )
