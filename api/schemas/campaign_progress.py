"""Wire shapes for how far a campaign is."""

from datetime import date
from typing import Self

from api.schemas.tickets import Shape
from callcenter.desk.campaign_progress import CellProgress, DayProgress, Progress
from callcenter.domain.campaigns import CampaignState
from callcenter.domain.outbound import Disposition
from callcenter.domain.response_rates import Rate


class CellProgressShape(Shape):
    """How far a cell is, or the whole campaign."""

    cell: str
    ko: str
    quota: int | None
    successes: int
    left: int

    @classmethod
    def of(cls, found: CellProgress) -> Self:
        """Show how far a cell is."""
        return cls(
            cell=found.cell,
            ko=found.ko,
            quota=found.quota,
            successes=found.successes,
            left=found.left,
        )


class RateShape(Shape):
    """A rate by its AAPOR name."""

    name: str
    ko: str
    formula: str
    numerator: int
    denominator: int
    value: float | None

    @classmethod
    def of(cls, rate: Rate) -> Self:
        """Show a rate."""
        return cls(
            name=rate.name,
            ko=rate.ko,
            formula=rate.formula,
            numerator=rate.above,
            denominator=rate.below,
            value=rate.value,
        )


class FinishShape(Shape):
    """Between which days it is finished, four times in five; null where not within a year."""

    low: date | None
    expected: date | None
    high: date | None


class DayProgressShape(Shape):
    """What one day in Korea brought; `remaining` is of the quota, when the day was over."""

    day: date
    attempts: int
    contacts: int
    successes: int
    remaining: int | None

    @classmethod
    def of(cls, found: DayProgress) -> Self:
        """Show a day."""
        return cls(
            day=found.day,
            attempts=found.attempts,
            contacts=found.contacts,
            successes=found.successes,
            remaining=found.remaining,
        )


class ProgressShape(Shape):
    """How far a campaign is; `days` are all since it was started, to today or its end."""

    code: str
    state: CampaignState
    whole: CellProgressShape
    cells: list[CellProgressShape]
    leads: dict[str, int]
    attempts: int
    contacts: int
    dispositions: dict[str, int]
    calling_hours: float
    agent_hours: float
    contacts_per_hour: float | None
    successes_per_hour: float | None
    rates: list[RateShape]
    days: list[DayProgressShape]
    finish: FinishShape | None

    @classmethod
    def of(cls, found: Progress) -> Self:
        """Show how far a campaign is."""
        finish = found.finish
        return cls(
            code=found.campaign.code,
            state=found.campaign.state,
            whole=CellProgressShape.of(found.whole),
            cells=[CellProgressShape.of(cell) for cell in found.cells],
            leads={str(state): many for state, many in found.leads.items()},
            attempts=found.worked.attempts,
            contacts=found.contacts,
            dispositions={
                one.name.lower(): found.worked.by_disposition.get(one, 0) for one in Disposition
            },
            calling_hours=round(found.hours, 2),
            agent_hours=round(found.worked.seconds / 3600, 3),
            contacts_per_hour=_rounded(found.contacts_per_hour),
            successes_per_hour=_rounded(found.successes_per_hour),
            rates=[RateShape.of(rate) for rate in found.rates],
            days=[DayProgressShape.of(day) for day in found.days],
            finish=finish
            and FinishShape(low=finish.low, expected=finish.expected, high=finish.high),
        )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
