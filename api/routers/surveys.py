"""A citizen's answer after a closing: whoever has the signed link may answer once."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field

from api.deps import EVERYBODY, Live, allow
from api.schemas.moments import Moment
from api.schemas.tickets import Named, Shape, service_named
from callcenter.domain.access import Actor

router = APIRouter(prefix="/v1/surveys", tags=["surveys"])
Anybody = Annotated[Actor, allow(EVERYBODY)]
Token = Annotated[str, Path(max_length=400, description="From the link of the invitation.")]


class QuestionShape(Shape):
    """What a link asks about; nothing of it is personal."""

    number: str
    title: str
    service: Named
    closed_at: Moment
    open_until: Moment


class AnswerShape(Shape):
    """How satisfied somebody is, from 1 (very dissatisfied) to 5."""

    score: Annotated[int, Field(ge=1, le=5)]
    comment: Annotated[str, Field(max_length=1_000)] | None = None


@router.get("/{token}")
async def question(_actor: Anybody, services: Live, token: Token) -> QuestionShape:
    """Say what is asked; a link that is forged, too old or answered says so."""
    asked = await services.surveys.asked(token)
    return QuestionShape(
        number=asked.number,
        title=asked.title,
        service=service_named(asked.service, catalogue=services.catalogue()),
        closed_at=asked.closed_at,
        open_until=asked.open_until,
    )


@router.post("/{token}", status_code=204)
async def answer(_actor: Anybody, services: Live, token: Token, said: AnswerShape) -> None:
    """Keep an answer; there is no second one."""
    await services.surveys.answer(token, score=said.score, comment=said.comment)
