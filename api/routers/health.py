"""Is the house alive, is it fit to serve, and how does it do?"""

import asyncio
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel

from api.deps import EVERYBODY, Live, allow
from api.observing import place_of
from callcenter.domain.access import Actor, Role
from callcenter.store.readiness import readiness

router = APIRouter(tags=["health"])
_PATIENCE: Final = 2.0
"""Seconds a database may take to say that it is there."""
Anybody = Annotated[Actor, allow(EVERYBODY, paced=False)]


class Alive(BaseModel):
    """The process answers."""

    status: Literal["live"] = "live"


class Ready(BaseModel):
    """What the database says of itself."""

    status: Literal["ready", "not-ready"]
    database: Literal["sqlite", "postgresql"]
    version: str | None = None
    revision: str | None = None
    expected_revision: str | None = None


@router.get("/health/live")
async def live(_actor: Anybody) -> Alive:
    """Say that the process answers; it asks nobody else."""
    return Alive()


@router.get("/health/ready", responses={503: {"model": Ready, "description": "Not fit to serve."}})
async def ready(_actor: Anybody, services: Live, response: Response) -> Ready:
    """Say whether the database is there and has this version's schema."""
    kind = services.store.database.dialect
    try:
        async with asyncio.timeout(_PATIENCE):
            found = await readiness(services.store)
    except Exception as error:  # noqa: BLE001 - whatever it is, the house is not ready
        services.log.warning("not ready", **place_of(error))
        response.status_code = 503
        return Ready(status="not-ready", database=kind)
    if not found.at_head:
        response.status_code = 503
    return Ready(
        status="ready" if found.at_head else "not-ready",
        database=kind,
        version=found.version,
        revision=found.revision,
        expected_revision=found.expected,
    )


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(
    _actor: Annotated[Actor, allow({Role.MANAGER, Role.INTEGRATOR})], services: Live
) -> Response:
    """Give the figures in the form Prometheus reads."""
    figures = services.figures
    async with services.store.reading() as uow:
        figures.outbox.set(await uow.outbox.depth())
    for state, count in services.store.database.connections().items():
        figures.connections.labels(state).set(count)
    return Response(generate_latest(figures.registry), media_type=CONTENT_TYPE_LATEST)
