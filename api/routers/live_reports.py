"""Reports over what switches told, as JSON or as CSV: every number with its definition and its calls."""

import csv
import io
from collections.abc import Callable, Coroutine
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from api.deps import Live, allow
from api.schemas.calls import Name
from api.schemas.live_reports import CSV_FIELDS, LiveReportShape, Told, rows_of
from callcenter.desk.exports import BYTE_ORDER_MARK, FORMULA_SIGNS
from callcenter.desk.live_reports import LiveReport
from callcenter.domain.access import CENTRE, Actor, Role
from callcenter.errors import ForbiddenError
from callcenter.measures.reporting import Along
from callcenter.store.live_reports import LegFilter

router = APIRouter(prefix="/v1/reports", tags=["reports"])
NAMED: Final = frozenset({Role.MANAGER, Role.LEAD, Role.QUALITY})
"""Who sees agents by name; an agent sees the own name, a planner none."""
Reader = Annotated[Actor, allow(CENTRE | {Role.PLANNER})]
_CSV: Final = "text/csv"
_EITHER: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {_CSV: {}}, "description": "The report, as JSON or as CSV."}
}


class Form(StrEnum):
    """How a report is written."""

    JSON = "json"
    CSV = "csv"
    CSV_WITH_MARK = "csv-bom"
    """Opens in a Korean spreadsheet as it should."""


class ReportQuery(Told):
    """Which days, whose calls, and what makes the lines."""

    first: Annotated[date, Query(description="First day, in Korea.", examples=["2026-11-01"])]
    last: Annotated[date, Query(description="Last day, itself included.", examples=["2026-11-21"])]
    queue: Name | None = None
    group: Name | None = None
    agent: Name | None = None
    by: Along = Along.DAY
    form: Form | None = None

    def filter(self) -> LegFilter:
        """Return whose calls are wanted."""
        return LegFilter(
            first=self.first, last=self.last, queue=self.queue, group=self.group, agent=self.agent
        )


Asked = Annotated[ReportQuery, Query()]
Report = Callable[..., Coroutine[Any, Any, LiveReport]]


@router.get("/service-level", response_model=LiveReportShape, responses=_EITHER)
async def service_level(request: Request, actor: Reader, services: Live, asked: Asked) -> Response:
    """Report SL-A to SL-E side by side: five numbers of the same calls. 서비스레벨."""
    return await _answer(services.live_reports.service_level, request, actor, asked)


@router.get("/handling-time", response_model=LiveReportShape, responses=_EITHER)
async def handling_time(request: Request, actor: Reader, services: Live, asked: Asked) -> Response:
    """Report the average handling time with its parts: talk, hold and after-call. 평균처리시간."""
    return await _answer(services.live_reports.handling_time, request, actor, asked)


@router.get("/volumes", response_model=LiveReportShape, responses=_EITHER)
async def volumes(request: Request, actor: Reader, services: Live, asked: Asked) -> Response:
    """Report what came in, what the centre dialled, and the tickets opened. 처리량."""
    return await _answer(services.live_reports.volumes, request, actor, asked)


async def _answer(report: Report, request: Request, actor: Actor, asked: ReportQuery) -> Response:
    of_agents = asked.by is Along.AGENT or asked.agent is not None
    own = actor.has(CENTRE) and asked.agent == actor.login
    if of_agents and not (own or actor.has(NAMED)):
        raise ForbiddenError("expected a report without agents, or your own by `agent`")
    shape = LiveReportShape.of(await report(asked.filter(), along=asked.by))
    form = asked.form or _preferred(request)
    if form is Form.JSON:
        return JSONResponse(shape.model_dump(mode="json"))
    mark = BYTE_ORDER_MARK if form is Form.CSV_WITH_MARK else b""
    name = f"{request.url.path.rsplit('/', 1)[1]}.csv"
    return Response(
        mark + _table(shape),
        media_type=_CSV,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _preferred(request: Request) -> Form:
    """Read `Accept`: CSV where it is named and JSON is not."""
    accepted = request.headers.get("accept", "")
    return Form.CSV if _CSV in accepted and "json" not in accepted else Form.JSON


def _table(shape: LiveReportShape) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, CSV_FIELDS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows_of(shape))
    return text.getvalue().encode()


def _cell(value: object) -> object:
    """Write a cell that no spreadsheet takes for a formula."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str() if value.startswith(FORMULA_SIGNS):
            return f"'{value}"
        case _:
            return value
