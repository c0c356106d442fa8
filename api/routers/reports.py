"""Reports: what came in, what was done about it and when, and what citizens say of it."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from api.deps import Live, allow
from api.schemas.reports import SurveyReportShape, TicketReportShape
from api.schemas.survey_round_reports import RoundReportShape
from api.schemas.tickets import Code
from api.services import Services
from callcenter.domain.access import READERS, Actor
from callcenter.errors import InputError
from callcenter.measures.desk_work import SATISFIED_EN, SATISFIED_KO

router = APIRouter(prefix="/v1/reports", tags=["reports"])
Reader = Annotated[Actor, allow(READERS)]
First = Annotated[date, Query(description="First day, in Korea.", examples=["2026-11-01"])]
Last = Annotated[date, Query(description="Last day, itself included.", examples=["2026-11-21"])]
FirstOf = Annotated[date | None, Query(description="First day, in Korea, without a round.")]
LastOf = Annotated[date | None, Query(description="Last day, itself included.")]
RoundOf = Annotated[Code | None, Query(description="Code of a round.", examples=["2026-4"])]
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
    _actor: Reader,
    services: Live,
    first: FirstOf = None,
    last: LastOf = None,
    unit: Unit = None,
    round: RoundOf = None,  # noqa: A002 - what the parameter is called
) -> SurveyReportShape | RoundReportShape:
    """Report what citizens answered: after the closings and calls of a window, or to a round.

    Give `first` and `last`, or `round`. Shares come with Wilson intervals and the response rate.
    """
    if round is not None:
        if first is not None or last is not None or unit is not None:
            raise InputError("expected a round or days, got both", key="round")
        return RoundReportShape.of(await services.survey_round_reports.report(round))
    if first is None or last is None:
        key = "first" if first is None else "last"
        raise InputError("expected a day, or a round", key=key)
    return await _of_window(services, first, last, unit=unit)


async def _of_window(
    services: Services, first: date, last: date, *, unit: str | None
) -> SurveyReportShape:
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
