"""Wire shapes for what satisfaction rounds found: shares by weight, rates, and what silence may hide."""

from typing import Annotated, Self

from pydantic import Field

from api.schemas.campaign_progress import RateShape
from api.schemas.reports import IntervalShape
from api.schemas.survey_rounds import RoundShape
from api.schemas.tickets import Shape
from callcenter.desk.survey_round_reports import SILENT_GAP, GroupFound, RoundReport
from callcenter.domain.response_rates import Code as Case
from callcenter.measures.desk_work import Interval
from callcenter.measures.weighting import Weighted


def _interval(found: Interval | None) -> IntervalShape | None:
    return None if found is None else IntervalShape(low=found.low, high=found.high)


class WeightedShape(Shape):
    """A share of satisfied; its interval is Wilson's at n / design effect (Kish)."""

    n: int
    satisfied: float | None
    design_effect: float
    effective_n: float
    interval: IntervalShape | None
    unheard: list[str]

    @classmethod
    def of(cls, found: Weighted) -> Self:
        """Show a share."""
        return cls(
            n=found.n,
            satisfied=found.share,
            design_effect=found.design_effect,
            effective_n=found.effective,
            interval=_interval(found.interval),
            unheard=list(found.unheard),
        )


class RoundCellFoundShape(Shape):
    """A cell of the population, its respondents, and what each of them weighs."""

    code: str
    share: float
    respondents: int
    satisfied: int
    weight: float | None


class RoundGroupShape(Shape):
    """A queue, service or department; `too_few` answers have no rank, whatever they say."""

    code: str
    found: WeightedShape
    rank: int | None
    too_few: bool

    @classmethod
    def of(cls, group: GroupFound) -> Self:
        """Show a group."""
        found = WeightedShape.of(group.found)
        return cls(code=group.code, found=found, rank=group.rank, too_few=group.too_few)


class RoundQuestionFoundShape(Shape):
    """How one question was answered."""

    code: str
    answers: int
    mean: float | None


class ThreeNumbersShape(Shape):
    """Served satisfied, callers not served, citizens satisfied; the last two of rounds about calls only.

    The first is as far as they answered; the last supposes that the silent think as those who did.
    """

    served_satisfied: float | None
    unserved_rate: float | None
    citizens_satisfied: float | None


class SilentShape(Shape):
    """What the silent may hide: where the share of all lies whatever they think, and if they think less."""

    response_rate: float | None
    bounds: IntervalShape | None
    gap: Annotated[float, Field(description="Assumed; nobody measured it.")]
    satisfied_if_less: float | None


class RoundReportShape(Shape):
    """What a round found: weighted by cell, with AAPOR's rates."""

    round: RoundShape
    sampled: int
    found: WeightedShape
    uncounted: int
    three: ThreeNumbersShape
    silent: SilentShape
    cases: dict[str, int]
    rates: list[RateShape]
    cells: list[RoundCellFoundShape]
    groups: dict[str, list[RoundGroupShape]]
    questions: list[RoundQuestionFoundShape]
    least_ranked: int

    @classmethod
    def of(cls, report: RoundReport) -> Self:
        """Show a report."""
        return cls(
            round=RoundShape.of_round(report.round),
            sampled=report.sampled,
            found=WeightedShape.of(report.found),
            uncounted=report.uncounted,
            three=ThreeNumbersShape(
                served_satisfied=report.found.share,
                unserved_rate=report.unserved,
                citizens_satisfied=report.citizens,
            ),
            silent=SilentShape(
                response_rate=report.responded,
                bounds=_interval(report.bounds),
                gap=SILENT_GAP,
                satisfied_if_less=report.if_less,
            ),
            cases={case.name.lower(): report.cases.get(case, 0) for case in Case},
            rates=[RateShape.of(rate) for rate in report.rates],
            cells=[
                RoundCellFoundShape(
                    code=cell.code,
                    share=cell.share,
                    respondents=cell.respondents,
                    satisfied=cell.satisfied,
                    weight=cell.weight,
                )
                for cell in report.cells
            ],
            groups={
                along: [RoundGroupShape.of(group) for group in groups]
                for along, groups in report.groups.items()
            },
            questions=[
                RoundQuestionFoundShape(code=one.code, answers=one.answers, mean=one.mean)
                for one in report.questions
            ],
            least_ranked=report.least_ranked,
        )
