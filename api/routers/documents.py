"""What this API is, for programs and for those who write them."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request

from api.deps import EVERYBODY, allow
from api.errors import kinds
from api.schemas.problem import ProblemKind
from callcenter.domain.access import Actor
from callcenter.errors import NotFoundError

router = APIRouter(tags=["documents"])
Anybody = Annotated[Actor, allow(EVERYBODY)]


@router.get("/v1/openapi.json")
async def openapi(_actor: Anybody, request: Request) -> dict[str, Any]:
    """Give this document."""
    document: dict[str, Any] = request.app.openapi()
    return document


@router.get("/problems")
async def problem_kinds(_actor: Anybody) -> list[ProblemKind]:
    """List every kind of problem, by code."""
    return [_shape(code) for code in sorted(kinds())]


@router.get("/problems/{code}")
async def problem_kind(
    _actor: Anybody, code: Annotated[str, Path(max_length=60, examples=["not-found"])]
) -> ProblemKind:
    """Say what a kind of problem means: where the `type` of a problem leads."""
    if code not in kinds():
        raise NotFoundError(f"there is no problem {code!r}")
    return _shape(code)


def _shape(code: str) -> ProblemKind:
    kind = kinds()[code]
    return ProblemKind(code=code, status=kind.status, title=kind.title, detail=kind.ko)
