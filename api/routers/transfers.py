"""Many tickets at once: out as streams, in as files with a result for each row."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, File, Form, Path, Query, UploadFile
from fastapi.responses import StreamingResponse
from pydantic_core import to_json

from api.deps import Live, RequestId, allow
from api.schemas.moments import Moment
from api.schemas.ticket_query import TicketFilters
from api.schemas.tickets import Shape
from callcenter.desk.exports import ExportFormat
from callcenter.desk.import_rows import FileFormat
from callcenter.desk.imports import Sheet
from callcenter.domain.access import SUPERVISORS, Actor, Role
from callcenter.domain.ticket_events import Channel

router = APIRouter(prefix="/v1", tags=["transfers"])
Exporter = Annotated[Actor, allow(SUPERVISORS | {Role.QUALITY, Role.PLANNER})]
Importer = Annotated[Actor, allow(SUPERVISORS | {Role.INTEGRATOR})]
NDJSON: Final = "application/x-ndjson"
_STREAMED: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {NDJSON: {}, "text/csv": {}}, "description": "Row by row, as they are read."}
}


class ExportQuery(TicketFilters):
    """Filters as of a list, and how to write the rows."""

    form: ExportFormat = ExportFormat.NDJSON


class ImportShape(Shape):
    """One file that was imported, or is being."""

    id: int
    source: str
    sha256: str
    started_at: Moment
    started_by: str
    finished_at: Moment | None
    rows: int
    created: int
    refused: int
    repeated: int


@router.get("/exports/tickets", response_class=StreamingResponse, responses=_STREAMED)
async def export_tickets(
    actor: Exporter, services: Live, wanted: Annotated[ExportQuery, Query()]
) -> StreamingResponse:
    """Write tickets out, filtered as a list is; `csv-bom` opens in a Korean spreadsheet as it should."""
    pieces = services.exports.tickets(wanted.form, wanted=wanted.filters(actor=actor))
    return _stream(pieces, wanted.form, name="tickets")


@router.get("/exports/events", response_class=StreamingResponse, responses=_STREAMED)
async def export_events(
    actor: Exporter, services: Live, wanted: Annotated[ExportQuery, Query()]
) -> StreamingResponse:
    """Write the histories of those tickets out, with the hashes they are chained by."""
    pieces = services.exports.events(wanted.form, wanted=wanted.filters(actor=actor))
    return _stream(pieces, wanted.form, name="events")


@router.post(
    "/imports",
    response_class=StreamingResponse,
    responses={200: {"content": {NDJSON: {}}, "description": "One line a row, as it is done."}},
)
async def import_tickets(
    actor: Importer,
    services: Live,
    request_id: RequestId,
    file: Annotated[UploadFile, File(description="CSV or NDJSON, UTF-8 or CP949.")],
    source: Annotated[str, Form(max_length=200, examples=["saeol-2009"])],
    form: Annotated[FileFormat, Form()] = FileFormat.CSV,
    channel: Annotated[Channel | None, Form()] = None,
    *,
    dry_run: Annotated[bool, Form(description="Say what would become of each row.")] = True,
) -> StreamingResponse:
    """Make tickets of a file's rows. The same row of the same source again is the same petition."""
    sheet = Sheet(file=file.file, form=form, source=source, channel=channel)
    await services.imports.checked(sheet)
    done = (
        services.imports.tried(sheet, actor=actor)
        if dry_run
        else services.imports.run(sheet, actor=actor, request_id=request_id)
    )

    async def lines() -> AsyncIterator[bytes]:
        async for result in done:
            yield to_json(result) + b"\n"

    return StreamingResponse(lines(), media_type=NDJSON)


@router.get("/imports/{batch}")
async def import_batch(
    _actor: Importer, services: Live, batch: Annotated[int, Path(ge=1, le=2**53)]
) -> ImportShape:
    """Show what became of an import."""
    found = await services.imports.batch(batch)
    return ImportShape(
        id=found.id,
        source=found.source,
        sha256=found.sha256,
        started_at=found.started_at,
        started_by=found.started_by,
        finished_at=found.finished_at,
        rows=found.totals.rows,
        created=found.totals.created,
        refused=found.totals.refused,
        repeated=found.totals.repeated,
    )


def _stream(pieces: AsyncIterator[bytes], form: ExportFormat, *, name: str) -> StreamingResponse:
    suffix = "ndjson" if form is ExportFormat.NDJSON else "csv"
    return StreamingResponse(
        pieces,
        media_type=form.media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}.{suffix}"'},
    )
