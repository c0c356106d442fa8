"""Satisfaction rounds: made and drawn by who plans, answered by citizens or to an agent, reported to all."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from api.deps import EVERYBODY, IfMatch, Live, RequestId, allow, etag
from api.schemas.page import MOST, Page
from api.schemas.survey_rounds import (
    AskedShape,
    FormShape,
    HandedShape,
    InvitationShape,
    NewFormShape,
    NewRoundShape,
    RoundShape,
    RoundToldShape,
    SaidShape,
    SendingShape,
)
from callcenter.domain.access import READERS, Actor
from callcenter.domain.campaigns import DIALLERS
from callcenter.domain.survey_rounds import MAKERS, Round

router = APIRouter(prefix="/v1", tags=["surveys"])
Maker = Annotated[Actor, allow(MAKERS)]
Reader = Annotated[Actor, allow(READERS)]
Dialler = Annotated[Actor, allow(DIALLERS)]
Anybody = Annotated[Actor, allow(EVERYBODY)]
RoundCode = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}$", examples=["2026-4"])]
AttemptId = Annotated[str, Path(pattern=r"^L[0-9]{1,15}-[0-9]{1,6}$", examples=["L12-1"])]
Token = Annotated[str, Path(max_length=400, description="From the link of the invitation.")]


# --- Forms ------------------------------------------------------------------------------------------------


@router.get("/survey-forms")
async def survey_forms(_actor: Reader, services: Live) -> list[FormShape]:
    """List every version of every form, the shipped one of five points first."""
    return [FormShape.of(form) for form in await services.survey_rounds.forms()]


@router.post("/survey-forms", status_code=201)
async def create_survey_form(actor: Maker, services: Live, said: NewFormShape) -> FormShape:
    """Write the next version of a form, or the first of a new one; no version is ever changed."""
    return FormShape.of(await services.survey_rounds.add_form(said.form(), actor=actor))


# --- Rounds -----------------------------------------------------------------------------------------------


@router.get("/survey-rounds")
async def survey_rounds(_actor: Reader, services: Live) -> list[RoundShape]:
    """List all rounds, the latest period first."""
    return [RoundShape.of_round(one) for one in await services.survey_rounds.every()]


@router.post("/survey-rounds", status_code=201)
async def create_survey_round(
    actor: Maker, services: Live, response: Response, said: NewRoundShape
) -> RoundShape:
    """Make a draft; a code, or a campaign, that another round has is a 409."""
    return _shown(response, await services.survey_rounds.create(said.draft(), actor=actor))


@router.get("/survey-rounds/{code}")
async def survey_round(
    _actor: Reader, services: Live, response: Response, code: RoundCode
) -> RoundShape:
    """Show a round; its ETag is what commands need. `/v1/reports/satisfaction?round=` says what it found."""
    return _shown(response, await services.survey_rounds.round(code))


@router.get("/survey-rounds/{code}/history")
async def survey_round_history(
    _actor: Reader, services: Live, code: RoundCode
) -> list[RoundToldShape]:
    """List what was done to a round, and by whom."""
    return [RoundToldShape.of(one) for one in await services.survey_rounds.history(code)]


@router.post("/survey-rounds/{code}/draw")
async def draw_survey_round(
    actor: Maker, services: Live, response: Response, code: RoundCode, expected: IfMatch
) -> RoundShape:
    """Draw the sample when the period is over: everybody at most once, by the code alone. 표본 추출."""
    drawn = await services.survey_rounds.draw(code, actor=actor, expected=expected)
    return _shown(response, drawn)


@router.post("/survey-rounds/{code}/close")
async def close_survey_round(
    actor: Maker, services: Live, response: Response, code: RoundCode, expected: IfMatch
) -> RoundShape:
    """Take no answers any more. 조사 마감."""
    closed = await services.survey_rounds.close(code, actor=actor, expected=expected)
    return _shown(response, closed)


# --- Those drawn, and their answers -----------------------------------------------------------------------


@router.get("/survey-rounds/{code}/invitations")
async def survey_invitations(
    _actor: Maker,
    services: Live,
    code: RoundCode,
    cursor: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
) -> Page[InvitationShape]:
    """List the drawn in the order of the lot, each with the link to be sent to them."""
    desk = services.survey_answers
    found = await desk.invitations(code, after=cursor, most=limit + 1)
    more = str(found[limit - 1].place) if len(found) > limit else None
    items = [InvitationShape.of(one, link=desk.link(one)) for one in found[:limit]]
    return Page(items=items, next=more)


@router.post("/survey-rounds/{code}/leads")
async def call_the_drawn(actor: Maker, services: Live, code: RoundCode) -> HandedShape:
    """Make leads of the round's campaign of those drawn whose numbers are known; again adds nobody twice."""
    return HandedShape.of(await services.survey_leads.hand_over(code, actor=actor))


@router.post("/survey-rounds/{code}/send")
async def send_survey_links(
    actor: Maker,
    services: Live,
    request_id: RequestId,
    code: RoundCode,
    *,
    dry_run: Annotated[bool, Query(description="Say how many would be written to.")] = True,
) -> SendingShape:
    """Send a link to everybody drawn who agreed to be written to; again writes to nobody twice. 링크 발송."""
    desk = services.survey_sending
    if dry_run:
        done = await desk.tried(code, actor=actor)
    else:
        done = await desk.send(code, actor=actor, request_id=request_id)
    return SendingShape.of(done, dry_run=dry_run)


@router.post("/survey-rounds/{code}/attempts/{attempt}", status_code=204)
async def answer_on_the_telephone(
    actor: Dialler, services: Live, code: RoundCode, attempt: AttemptId, said: SaidShape
) -> None:
    """Keep what a citizen answered to the agent who was given the lead."""
    await services.survey_answers.told(code, attempt, said.said(), actor=actor)


@router.get("/survey-invitations/{token}")
async def survey_invitation(_actor: Anybody, services: Live, token: Token) -> AskedShape:
    """Say what is asked; a link that is forged, too old or answered says so."""
    return AskedShape.of(await services.survey_answers.asked(token))


@router.post("/survey-invitations/{token}", status_code=204)
async def answer_survey(_actor: Anybody, services: Live, token: Token, said: SaidShape) -> None:
    """Keep an answer; there is no second one."""
    await services.survey_answers.answer(token, said.said())


def _shown(response: Response, round_: Round) -> RoundShape:
    response.headers["ETag"] = etag(round_.version)
    return RoundShape.of_round(round_)
