"""Files of a ticket: photographs before and after, and evidence; known by the hash of their content."""

from typing import Annotated

from fastapi import APIRouter, File, Form, Path, Request, Response, UploadFile

from api.deps import IdempotencyKey, IfMatch, Live, RequestId, allow, fingerprint, scope_of
from api.routers.tickets import Number, shown
from api.schemas.tickets import TicketShape
from callcenter.desk.tickets import RequestKey
from callcenter.domain.access import READERS, STAFF, Actor, Role
from callcenter.domain.ticket_events import Attached, Phase

router = APIRouter(prefix="/v1/tickets", tags=["tickets"])
Adder = Annotated[Actor, allow(STAFF | {Role.INTEGRATOR})]
Reader = Annotated[Actor, allow(READERS | {Role.INTEGRATOR})]
Sha256 = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
_LONGEST_NAME = 120


@router.post("/{number}/attachments", status_code=201)
async def attach(
    request: Request,
    response: Response,
    actor: Adder,
    services: Live,
    request_id: RequestId,
    number: Number,
    expected: IfMatch,
    key: IdempotencyKey,
    file: Annotated[UploadFile, File(description="JPEG, PNG, WebP or PDF.")],
    phase: Annotated[Phase, Form()] = Phase.EVIDENCE,
) -> TicketShape:
    """Attach a file. What a picture tells in secret (place, device) is taken out before it is kept."""
    standing = await services.reader.standing(number, actor=actor)
    kept = await services.attachments.keep(await file.read())
    order = Attached(
        sha256=kept.sha256,
        name=(file.filename or "file")[-_LONGEST_NAME:],
        media_type=kept.media_type,
        size=kept.size,
        phase=phase,
    )
    await services.tickets.command(
        standing.ticket.number,
        "attach",
        order,
        actor=actor,
        expected_seq=expected,
        key=RequestKey(
            scope=scope_of(request, actor),
            key=key,
            fingerprint=fingerprint(kept.sha256, phase, expected),
        ),
        request_id=request_id,
    )
    return shown(response, await services.reader.standing(number, actor=actor), services)


@router.get(
    "/{number}/attachments/{sha256}",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}, "description": "The file."}},
)
async def attachment(actor: Reader, services: Live, number: Number, sha256: Sha256) -> Response:
    """Give a file of a ticket, for saving and never for running."""
    await services.reader.standing(number, actor=actor)
    attached, content = await services.attachments.content(number, sha256)
    return Response(
        content,
        media_type=attached.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{sha256[:12]}"',
            "Cache-Control": "private, max-age=31536000, immutable",
        },
    )
