"""Work cases: the problem that one or more petitions are about. Petitions are joined, never merged."""

from typing import Annotated, Any, Self

from fastapi import APIRouter, Path
from pydantic import Field

from api.deps import Live, RequestId, allow
from api.routers.tickets import Number
from api.schemas.moments import Moment
from api.schemas.tickets import Code, Line, PlaceShape, Shape, Text, state_named
from callcenter.desk.work_cases import CaseFile, Proposal
from callcenter.domain.access import READERS, STAFF, Actor
from callcenter.domain.duplicates import Suggestion

router = APIRouter(prefix="/v1", tags=["work cases"])
Staff = Annotated[Actor, allow(STAFF)]
Reader = Annotated[Actor, allow(READERS)]
CaseCode = Annotated[str, Path(pattern=r"^C[0-9]{4}-[0-9]{6,9}$", examples=["C2026-000007"])]
Numbers = Annotated[
    list[Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{6,9}$")]],
    Field(min_length=1, max_length=100),
]


class SuggestionShape(Shape):
    """An open petition that may be about the same problem, and why."""

    number: str
    work_case: str | None
    score: float
    metres: float | None
    reason_ko: str
    reason_en: str

    @classmethod
    def of(cls, found: Suggestion) -> Self:
        """Write a suggestion."""
        return cls(
            number=found.number,
            work_case=found.case,
            score=round(found.score, 3),
            metres=found.metres and round(found.metres, 1),
            reason_ko=found.reason_ko,
            reason_en=found.reason_en,
        )


class LikeThisShape(Shape):
    """What is being said, before it is a petition."""

    service: Code
    place: PlaceShape = PlaceShape()
    text: Text


class NewCaseShape(Shape):
    """The first petition of a case, and what to call the problem if not by its title."""

    ticket: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{6,9}$")]
    title: Line | None = None


class CaseShape(Shape):
    """A problem, and the petitions about it."""

    code: str
    service: str
    title: str
    lat: float | None
    lon: float | None
    area: str | None
    unit: str | None
    opened_at: Moment
    opened_by: str
    closed_at: Moment | None
    closed_by: str | None
    resolution: str | None
    tickets: list[str]

    @classmethod
    def of(cls, file: CaseFile) -> Self:
        """Write a case."""
        fields: dict[str, Any] = {
            name: getattr(file.case, name) for name in cls.model_fields if name != "tickets"
        }
        return cls(**fields, tickets=list(file.tickets))


class ProposalShape(Shape):
    """What may be done next about a petition of a closed case; each is still answered by itself."""

    ticket: str
    state: str
    command: str | None
    refusal_ko: str | None
    refusal_en: str | None

    @classmethod
    def of(cls, proposal: Proposal) -> Self:
        """Write a proposal."""
        said = proposal.refusal
        return cls(
            ticket=proposal.ticket.number,
            state=state_named(proposal.ticket.state).name_ko,
            command=proposal.command,
            refusal_ko=said.ko if said else None,
            refusal_en=said.en if said else None,
        )


class TicketsShape(Shape):
    """Petitions to link."""

    tickets: Numbers


class SolvedShape(Shape):
    """How a problem was solved."""

    resolution: Text


@router.get("/tickets/{number}/similar")
async def similar(actor: Reader, services: Live, number: Number) -> list[SuggestionShape]:
    """Suggest open petitions near by, of these days, in like words; the likeliest first."""
    await services.reader.standing(number, actor=actor)
    return [SuggestionShape.of(one) for one in await services.work_cases.like(number)]


@router.post("/similar")
async def similar_to(_actor: Staff, services: Live, said: LikeThisShape) -> list[SuggestionShape]:
    """Suggest the same before a petition is written down, while the caller still speaks."""
    found = await services.work_cases.like_this(
        service=said.service, place=said.place.place(), text=said.text
    )
    return [SuggestionShape.of(one) for one in found]


@router.post("/work-cases", status_code=201)
async def open_case(
    actor: Staff, services: Live, request_id: RequestId, said: NewCaseShape
) -> CaseShape:
    """Open a case for the problem of a petition; a petition has one case, so a second is a 409."""
    file = await services.work_cases.open(
        said.ticket, actor=actor, title=said.title, request_id=request_id
    )
    return CaseShape.of(file)


@router.get("/work-cases/{code}")
async def case(_actor: Reader, services: Live, code: CaseCode) -> CaseShape:
    """Show a case and its petitions."""
    return CaseShape.of(await services.work_cases.file(code))


@router.post("/work-cases/{code}/tickets")
async def link(
    actor: Staff, services: Live, request_id: RequestId, code: CaseCode, said: TicketsShape
) -> CaseShape:
    """Say that petitions are about this problem; all or none. To say it twice changes nothing."""
    file = await services.work_cases.link(code, said.tickets, actor=actor, request_id=request_id)
    return CaseShape.of(file)


@router.post("/work-cases/{code}/close")
async def close(
    actor: Staff, services: Live, code: CaseCode, said: SolvedShape
) -> list[ProposalShape]:
    """Say that the problem is solved; answered is what may be done about each petition still open."""
    proposals = await services.work_cases.close(code, resolution=said.resolution, actor=actor)
    return [ProposalShape.of(one) for one in proposals]


@router.get("/work-cases/{code}/proposals")
async def proposals(actor: Staff, services: Live, code: CaseCode) -> list[ProposalShape]:
    """List what may be done about each petition of a case that is still open."""
    return [ProposalShape.of(one) for one in await services.work_cases.proposals(code, actor=actor)]
