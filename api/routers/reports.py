"""Reports: what came in, what was done about it and when, and what citizens say of it."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from api.deps import Live, allow
from api.schemas.reports import SurveyReportShape, TicketReportShape
from api.schemas.tickets import Code
from callcenter.domain.access import READERS, Actor
from callcenter.errors import InputError
from callcenter.measures.desk_work import SATISFIED_EN, SATISFIED_KO

router = APIRouter(prefix="/v1/reports", tags=["reports"])
Reader = Annotated[Actor, allow(READERS)]
First = Annotated[date, Query(description="First day, in Korea.", examples=["2026-11-01"])]
Last = Annotated[date, Query(description="Last day, itself included.", examples=["2026-11-21"])]
Unit = Annotated[Code | None, Query(description="One department; the city if not said.")]


@router.get("/tickets")
async def tickets(
    _actor: Reader, services: Live, first: First, last: Last, unit: Unit = None
) -> TicketReportShape:
    """Report on the ticket desk; each rate says which of its three meanings it has."""
    report = await services.reports.report(first=first, last=last, unit=unit)
    return TicketReportShape.model_validate(report)


@router.get("/satisfaction")
async def satisfaction(
    _actor: Reader, services: Live, first: First, last: Last, unit: Unit = None
) -> SurveyReportShape:
    """Report what citizens answered after a closing, with Wilson intervals and the response rate."""
    if last < first:
        raise InputError("expected a last day on or after the first", key="last")
    found = await services.surveys.report(first=first, last=last, unit=unit)
    return SurveyReportShape.model_validate(
        {
            "all": found.all,
            "units": found.units,
            "services": found.services,
            "definition_ko": SATISFIED_KO,
            "definition_en": SATISFIED_EN,
            "calls": await services.live_reports.satisfaction(first, last),
        }
    )
