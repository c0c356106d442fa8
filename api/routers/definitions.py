"""What figures mean: every version, and a new one from a manager."""

from typing import Annotated

from fastapi import APIRouter, Path

from api.deps import IfMatch, Live, RequestId, allow
from api.schemas.definitions import NewVersionShape
from api.schemas.live_reports import MeaningShape
from callcenter.domain.access import READERS, Actor, Role

router = APIRouter(prefix="/v1/definitions", tags=["definitions"])
Reader = Annotated[Actor, allow(READERS | {Role.WALLBOARD})]
Manager = Annotated[Actor, allow({Role.MANAGER})]
Id = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_-]{0,59}$", examples=["sl-b"])]


@router.get("")
async def definitions(_actor: Reader, services: Live) -> list[MeaningShape]:
    """List every version of every definition; the highest that has begun is in force."""
    return [MeaningShape.of(one) for one in await services.definitions.shelf()]


@router.post("/{definition}/versions", status_code=201)
async def redefine(
    actor: Manager,
    services: Live,
    request_id: RequestId,
    definition: Id,
    replaces: IfMatch,
    said: NewVersionShape,
) -> MeaningShape:
    """Give a new version from a day on; days before it keep theirs. `If-Match` names the last one."""
    added = await services.definitions.redefine(
        definition, said.version(), replaces=replaces, actor=actor, request_id=request_id
    )
    return MeaningShape.of(added)
