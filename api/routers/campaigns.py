"""Campaigns: made, commanded and watched by who plans; dialled by agents, one citizen at a time."""

import asyncio
from typing import Annotated, Final

from fastapi import APIRouter, File, Form, Path, Query, Request, Response, UploadFile

from api.deps import (
    IdempotencyKey,
    IfMatch,
    Live,
    RequestId,
    allow,
    etag,
    fingerprint,
    scope_of,
)
from api.schemas.campaign_progress import ProgressShape
from api.schemas.campaigns import CampaignRules, CampaignShape, NewCampaign, ToldShape
from api.schemas.leads import (
    EntryShape,
    HoldShape,
    LeadImportShape,
    LeadShape,
    LeadStanding,
    NumberShape,
    OfferShape,
    OutcomeShape,
)
from api.schemas.page import MOST, Page
from callcenter.desk.lead_imports import LeadImport
from callcenter.domain.access import Actor, Role
from callcenter.domain.campaigns import DIALLERS, PLANNERS, Campaign
from callcenter.domain.leads import LeadState
from callcenter.store.idempotency import RequestKey

router = APIRouter(prefix="/v1", tags=["campaigns"])
WATCHERS: Final = PLANNERS | DIALLERS | {Role.QUALITY}
Planner = Annotated[Actor, allow(PLANNERS)]
Dialler = Annotated[Actor, allow(DIALLERS)]
Watcher = Annotated[Actor, allow(WATCHERS)]
CampaignCode = Annotated[
    str, Path(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}$", examples=["water-2026-q4"])
]
AttemptId = Annotated[str, Path(pattern=r"^L[0-9]{1,15}-[0-9]{1,6}$", examples=["L12-1"])]
RowId = Annotated[int, Query(ge=0, le=2**53)]


@router.get("/campaigns")
async def campaigns(actor: Watcher, services: Live) -> list[CampaignShape]:
    """List all campaigns, the most pressing first."""
    return [CampaignShape.of(one, actor=actor) for one in await services.campaigns.every()]


@router.post("/campaigns", status_code=201)
async def create_campaign(
    actor: Planner,
    services: Live,
    request_id: RequestId,
    response: Response,
    said: NewCampaign,
) -> CampaignShape:
    """Make a draft; a code that is given already is a 409."""
    draft = await services.campaigns.create(said.draft(), actor=actor, request_id=request_id)
    return _shown(response, actor, draft)


@router.get("/campaigns/{code}")
async def campaign(
    actor: Watcher, services: Live, response: Response, code: CampaignCode
) -> CampaignShape:
    """Show a campaign; its ETag is what commands need."""
    return _shown(response, actor, await services.campaigns.campaign(code))


@router.put("/campaigns/{code}")
async def amend_campaign(
    actor: Planner,
    services: Live,
    request_id: RequestId,
    response: Response,
    code: CampaignCode,
    expected: IfMatch,
    said: CampaignRules,
) -> CampaignShape:
    """Put other rules in the place of a draft's."""
    amended = await services.campaigns.amend(
        said.campaign(code), actor=actor, expected=expected, request_id=request_id
    )
    return _shown(response, actor, amended)


@router.get("/campaigns/{code}/history")
async def campaign_history(_actor: Watcher, services: Live, code: CampaignCode) -> list[ToldShape]:
    """List what a campaign was told, and by whom."""
    return [ToldShape.of(one) for one in await services.campaigns.history(code)]


@router.post("/campaigns/{code}/start")
async def start_campaign(
    actor: Planner,
    services: Live,
    request_id: RequestId,
    response: Response,
    code: CampaignCode,
    expected: IfMatch,
) -> CampaignShape:
    """Start a draft, or go on after a pause; 409 if its quotas are beyond its leads. 시작."""
    done = await services.campaigns.command(
        code, "start", actor=actor, expected=expected, request_id=request_id
    )
    return _shown(response, actor, done)


@router.post("/campaigns/{code}/pause")
async def pause_campaign(
    actor: Planner,
    services: Live,
    request_id: RequestId,
    response: Response,
    code: CampaignCode,
    expected: IfMatch,
) -> CampaignShape:
    """Give out no more leads for now. 일시중지."""
    done = await services.campaigns.command(
        code, "pause", actor=actor, expected=expected, request_id=request_id
    )
    return _shown(response, actor, done)


@router.post("/campaigns/{code}/finish")
async def finish_campaign(
    actor: Planner,
    services: Live,
    request_id: RequestId,
    response: Response,
    code: CampaignCode,
    expected: IfMatch,
) -> CampaignShape:
    """End a campaign for ever; leads that wait expire. 종료."""
    done = await services.campaigns.command(
        code, "finish", actor=actor, expected=expected, request_id=request_id
    )
    return _shown(response, actor, done)


@router.post("/campaigns/{code}/abandon")
async def abandon_campaign(
    actor: Planner,
    services: Live,
    request_id: RequestId,
    response: Response,
    code: CampaignCode,
    expected: IfMatch,
) -> CampaignShape:
    """Give a draft up for ever: it never calls, and its leads expire. 폐기."""
    done = await services.campaigns.command(
        code, "abandon", actor=actor, expected=expected, request_id=request_id
    )
    return _shown(response, actor, done)


@router.get("/campaigns/{code}/progress")
async def campaign_progress(_actor: Watcher, services: Live, code: CampaignCode) -> ProgressShape:
    """Show how far a campaign is, by quota cell, with AAPOR's rates and when it will be finished."""
    return ProgressShape.of(await services.campaign_progress.of(code))


# --- Leads ------------------------------------------------------------------------------------------------


@router.post("/campaigns/{code}/leads", response_model=LeadImportShape)
async def import_leads(
    actor: Planner,
    services: Live,
    request_id: RequestId,
    code: CampaignCode,
    file: Annotated[
        UploadFile,
        File(description="CSV, UTF-8 or CP949, with the columns 전화번호, 성명, 할당셀."),
    ],
    *,
    dry_run: Annotated[bool, Form(description="Say what would become of each row.")] = True,
) -> Response:
    """Make leads of a file's rows, in one piece; the same file again adds nobody twice."""
    desk = services.lead_imports
    if dry_run:
        done = await desk.tried(code, file.file, actor=actor)
    else:
        done = await desk.run(code, file.file, actor=actor, request_id=request_id)
    body = await asyncio.to_thread(_written, done, dry_run=dry_run)
    return Response(body, media_type="application/json")


@router.get("/campaigns/{code}/leads")
async def leads(
    _actor: Annotated[Actor, allow(PLANNERS | {Role.QUALITY})],
    services: Live,
    code: CampaignCode,
    state: LeadState | None = None,
    cursor: RowId = 0,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
) -> Page[LeadShape]:
    """List leads behind masks, in the order they came."""
    found = await services.dialling.listed(code, state=state, after=cursor, most=limit + 1)
    more = str(found[limit - 1].lead) if len(found) > limit else None
    return Page(items=[LeadShape.masked(lead) for lead in found[:limit]], next=more)


@router.post("/campaigns/{code}/next-lead")
async def next_lead(
    actor: Dialler, services: Live, request: Request, code: CampaignCode, key: IdempotencyKey
) -> OfferShape:
    """Take the next citizen to call: nobody else gets the same one, and it is recorded who did."""
    asked = RequestKey(scope=scope_of(request, actor), key=key, fingerprint=fingerprint(code))
    return OfferShape.of(await services.dialling.next_lead(code, actor=actor, key=asked))


@router.post("/campaigns/{code}/attempts/{attempt}")
async def tell_outcome(
    actor: Dialler, services: Live, code: CampaignCode, attempt: AttemptId, said: OutcomeShape
) -> LeadStanding:
    """Tell what came of an attempt; told again the same way it changes nothing."""
    standing = await services.dialling.told(code, attempt, said.outcome(), actor=actor)
    return LeadStanding.of(standing)


@router.post("/campaigns/{code}/attempts/{attempt}/hold")
async def hold_lead(
    actor: Dialler, services: Live, code: CampaignCode, attempt: AttemptId
) -> HoldShape:
    """Keep the lead a quarter of an hour more, while the citizen still speaks."""
    until = await services.dialling.held_on(code, attempt, actor=actor)
    return HoldShape(attempt=attempt, until=until)


# --- Do not call ------------------------------------------------------------------------------------------


@router.get("/do-not-call")
async def do_not_call(
    _actor: Watcher,
    services: Live,
    cursor: Annotated[int | None, Query(ge=1, le=2**53)] = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
) -> Page[EntryShape]:
    """List what is on the list, the newest first; the numbers themselves nobody keeps."""
    found = await services.do_not_call.page(before=cursor, most=limit + 1)
    more = str(found[limit - 1].id) if len(found) > limit else None
    return Page(items=[EntryShape.of(entry) for entry in found[:limit]], next=more)


@router.post("/do-not-call")
async def forbid_calling(
    actor: Annotated[Actor, allow(PLANNERS | DIALLERS)], services: Live, said: NumberShape
) -> EntryShape:
    """Call a number no more, in any campaign. 수신 거부 등록."""
    entry = await services.do_not_call.add(said.phone, reason=said.reason, actor=actor)
    return EntryShape.of(entry)


@router.post("/do-not-call/remove", status_code=204)
async def allow_calling(
    actor: Planner, services: Live, request_id: RequestId, said: NumberShape
) -> None:
    """Take a number off the list. 수신 거부 해제."""
    await services.do_not_call.remove(
        said.phone, reason=said.reason, actor=actor, request_id=request_id
    )


def _written(done: LeadImport, *, dry_run: bool) -> str:
    """Write an answer of up to 50,000 rows, which would hold the loop up for long."""
    return LeadImportShape.of(done, dry_run=dry_run).model_dump_json()


def _shown(response: Response, actor: Actor, campaign: Campaign) -> CampaignShape:
    response.headers["ETag"] = etag(campaign.version)
    return CampaignShape.of(campaign, actor=actor)
