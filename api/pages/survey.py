"""The question a citizen gets after a closing: one page for a phone that needs no script."""

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Form, Header, Path, Query
from fastapi.responses import HTMLResponse

from api.deps import EVERYBODY, Live, allow
from api.pages.drawing import drawn
from api.schemas.tickets import service_named
from api.services import Services
from callcenter.desk.surveys import LONGEST_COMMENT, Question
from callcenter.domain.access import Actor
from callcenter.errors import (
    CallCenterError,
    InputError,
    NotFoundError,
    RefusedError,
    TokenError,
    TokenExpiredError,
)

router = APIRouter(include_in_schema=False)
Anybody = Annotated[Actor, allow(EVERYBODY)]
Token = Annotated[str, Path(max_length=400)]
Language = Annotated[str | None, Query(alias="lang", max_length=5)]
Accepted = Annotated[str, Header(alias="accept-language", max_length=200)]
_REFUSED: Final = (NotFoundError, RefusedError, TokenError)


@router.get("/s/{token}", response_class=HTMLResponse)
async def ask(
    _actor: Anybody,
    services: Live,
    token: Token,
    lang: Language = None,
    accepted: Accepted = "",
) -> HTMLResponse:
    """Ask how satisfied somebody is; a link that is forged, too old or used says so."""
    spoken = _spoken(lang, accepted)
    try:
        question = await services.surveys.asked(token)
    except _REFUSED as error:
        return _sorry(error, services, lang=spoken)
    return _form(question, services, lang=spoken)


@router.post("/s/{token}", response_class=HTMLResponse)
async def answer(
    _actor: Anybody,
    services: Live,
    token: Token,
    score: Annotated[str, Form(max_length=10)] = "",
    comment: Annotated[str, Form(max_length=10 * LONGEST_COMMENT)] = "",
    lang: Language = None,
    accepted: Accepted = "",
) -> HTMLResponse:
    """Keep the answer and say thanks; what cannot be kept is asked again."""
    spoken = _spoken(lang, accepted)
    comment = comment.replace("\r\n", "\n")
    try:
        question = await services.surveys.asked(token)
        fault = await _fault(services, token, score=score, comment=comment)
    except _REFUSED as error:
        return _sorry(error, services, lang=spoken)
    if fault is not None:
        return _form(question, services, lang=spoken, comment=comment, fault=fault, score=score)
    return _drawn("survey_thanks.html", services, lang=spoken)


async def _fault(services: Services, token: str, *, score: str, comment: str) -> str | None:
    """Keep an answer; name the field that is wrong instead."""
    if not (score.isascii() and score.isdecimal()):
        return "score"
    try:
        await services.surveys.answer(token, score=int(score), comment=comment or None)
    except InputError as error:
        return str(error.key)
    return None


def _form(
    question: Question,
    services: Services,
    *,
    lang: str,
    comment: str = "",
    fault: str | None = None,
    score: str = "",
) -> HTMLResponse:
    return _drawn(
        "survey.html",
        services,
        lang=lang,
        status=200 if fault is None else 422,
        question=question,
        service=service_named(question.service, catalogue=services.catalogue()),
        comment=comment,
        longest=LONGEST_COMMENT,
        fault=fault,
        score=score,
    )


def _sorry(error: CallCenterError, services: Services, *, lang: str) -> HTMLResponse:
    match error:
        case RefusedError():
            why, status = "answered", HTTPStatus.CONFLICT
        case TokenExpiredError():
            why, status = "expired", HTTPStatus.GONE
        case _:
            why, status = "unknown", HTTPStatus.NOT_FOUND
    return _drawn("survey_sorry.html", services, lang=lang, status=status, why=why)


def _drawn(
    name: str, services: Services, *, lang: str, status: int = 200, **shown: object
) -> HTMLResponse:
    settings = services.settings
    centre = settings.centre_en if lang == "en" else settings.centre_ko
    return drawn(
        name, status=status, lang=lang, centre=centre, phone=settings.centre_phone, **shown
    )


def _spoken(lang: str | None, accepted: str) -> str:
    """Choose Korean unless English was asked for, by a link or by the browser."""
    if lang in {"ko", "en"}:
        return lang
    first = accepted.partition(",")[0].strip().lower()
    return "en" if first.startswith("en") else "ko"
