"""What a citizen is asked after a closing or in a round: one page for a phone that needs no script."""

import re
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Form, Header, Path, Query, Request
from fastapi.responses import HTMLResponse

from api.deps import EVERYBODY, Live, allow
from api.pages.drawing import drawn
from api.schemas.tickets import service_named
from api.services import Services
from callcenter.desk.survey_answers import Asked, Said
from callcenter.desk.surveys import LONGEST_COMMENT, Question
from callcenter.domain.access import Actor
from callcenter.errors import (
    CallCenterError,
    InputError,
    NotFoundError,
    RefusedError,
    TokenError,
    TokenExpiredError,
    TokenPurposeError,
)

router = APIRouter(include_in_schema=False)
Anybody = Annotated[Actor, allow(EVERYBODY)]
Token = Annotated[str, Path(max_length=400)]
Language = Annotated[str | None, Query(alias="lang", max_length=5)]
Accepted = Annotated[str, Header(alias="accept-language", max_length=200)]
_QUESTION: Final = "q-"
_NUMBER: Final = re.compile(r"[0-9]{1,3}")
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
    except TokenPurposeError:
        return await _round_asked(services, token, lang=spoken)
    except _REFUSED as error:
        return _sorry(error, services, lang=spoken)
    return _form(question, services, lang=spoken)


@router.post("/s/{token}", response_class=HTMLResponse)
async def answer(
    _actor: Anybody,
    services: Live,
    request: Request,
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
    except TokenPurposeError:
        said = Said(scores=await _scores(request), comment=comment or None)
        return await _round_answered(services, token, said, lang=spoken)
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


# --- Rounds -----------------------------------------------------------------------------------------------


async def _round_asked(services: Services, token: str, *, lang: str) -> HTMLResponse:
    try:
        asked = await services.survey_answers.asked(token)
    except _REFUSED as error:
        return _sorry(error, services, lang=lang, of_round=True)
    return _round_form(asked, services, lang=lang)


async def _round_answered(services: Services, token: str, said: Said, *, lang: str) -> HTMLResponse:
    """Keep the answer and say thanks; what cannot be kept is asked again, with what was said."""
    try:
        asked = await services.survey_answers.asked(token)
        fault = await _round_fault(services, token, said)
    except _REFUSED as error:
        return _sorry(error, services, lang=lang, of_round=True)
    if fault is not None:
        return _round_form(asked, services, lang=lang, said=said, fault=fault)
    return _drawn("survey_thanks.html", services, lang=lang)


async def _round_fault(services: Services, token: str, said: Said) -> str | None:
    """Keep an answer; name the question that is wrong instead, or `comment`."""
    try:
        await services.survey_answers.answer(token, said)
    except InputError as error:
        return str(error.key).removeprefix("scores.")
    return None


async def _scores(request: Request) -> dict[str, int]:
    """Read the answers by question; what is no number answers nothing, and is off every scale."""
    form = await request.form()
    return {
        name.removeprefix(_QUESTION): int(value) if _NUMBER.fullmatch(value) else 0
        for name, value in form.items()
        if name.startswith(_QUESTION) and isinstance(value, str)
    }


def _round_form(
    asked: Asked,
    services: Services,
    *,
    lang: str,
    said: Said | None = None,
    fault: str | None = None,
) -> HTMLResponse:
    return _drawn(
        "survey_round.html",
        services,
        lang=lang,
        status=200 if fault is None else 422,
        asked=asked,
        scores={} if said is None else said.scores,
        comment="" if said is None else said.comment or "",
        longest=LONGEST_COMMENT,
        fault=fault,
    )


# --- Drawing ----------------------------------------------------------------------------------------------


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


def _sorry(
    error: CallCenterError, services: Services, *, lang: str, of_round: bool = False
) -> HTMLResponse:
    match error:
        case RefusedError(reason="round-not-open"):
            why, status = "over", HTTPStatus.GONE
        case TokenExpiredError() if of_round:
            why, status = "over", HTTPStatus.GONE
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
