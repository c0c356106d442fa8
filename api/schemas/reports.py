"""Wire shapes of reports: every rate with its definition, its counts and its interval."""

from datetime import date

from pydantic import BaseModel, ConfigDict

from api.schemas.moments import Moment


class Figures(BaseModel):
    """Read from the desk's own figures, derived ones included."""

    model_config = ConfigDict(from_attributes=True)


class DefinitionShape(Figures):
    """What a rate is."""

    name: str
    ko: str
    en: str
    formula_ko: str
    formula_en: str


class IntervalShape(Figures):
    """Where the true share lies, with 95 % confidence (Wilson)."""

    low: float
    high: float


class RateShape(Figures):
    """A rate and all that is needed to check it."""

    definition: DefinitionShape
    numerator: int
    denominator: int
    value: float | None
    interval: IntervalShape | None
    target: float
    met: bool | None


class DurationsShape(Figures):
    """How long petitions took, in working hours."""

    n: int
    mean_hours: float | None
    percentiles: list[tuple[float, float]]


class SatisfactionShape(Figures):
    """What the invited answered, from 1 to 5; `satisfied` counts 4 and 5."""

    invited: int
    answered: int
    response_rate: float | None
    scores: tuple[int, int, int, int, int]
    satisfied: float | None
    interval: IntervalShape | None
    points: float | None
    ranked: bool


class BacklogShape(Figures):
    """What is open, and for how long."""

    open: int
    overdue: int
    ages: list[int]
    median_days: float | None
    oldest_days: float | None


class LineShape(Figures):
    """One channel, department or service."""

    value: str
    received: int
    closed: int
    open: int
    overdue: int
    rates: list[RateShape]
    took: DurationsShape | None


class DayShape(Figures):
    """One day."""

    day: date
    received: int
    closed: int
    open: int
    overdue: int | None


class WanderingShape(Figures):
    """How petitions wander before somebody works on them (민원 핑퐁)."""

    hops: list[int]
    mean_hops: float | None
    taken: int
    mean_hours_to_taken: float | None


class FieldWorkShape(Figures):
    """Visits of an immediate-resolution team."""

    team: str
    dispatched: int
    arrived: int
    mean_hours_to_arrival: float | None
    fixed: int
    needs_work: int
    nothing_found: int


class TicketReportShape(Figures):
    """A report on the ticket desk."""

    first: date
    last: date
    unit: str | None
    at: Moment
    behind: bool
    received: int
    closed: int
    rates: list[RateShape]
    took: DurationsShape
    satisfaction: SatisfactionShape
    backlog: BacklogShape
    channels: list[LineShape]
    units: list[LineShape]
    services: list[LineShape]
    days: list[DayShape]
    wandering: WanderingShape
    teams: list[FieldWorkShape]


class GroupShape(Figures):
    """Satisfaction with a department or a service; no rank where answers are few."""

    code: str
    found: SatisfactionShape
    rank: int | None


class AnswersShape(Figures):
    """What callers thought of their calls; 4 of 5 and above is satisfied."""

    satisfied: int
    responses: int
    value: float | None
    interval: IntervalShape | None


class CallSatisfactionShape(Figures):
    """What callers answered about the calls of a window, however late they answered."""

    all: AnswersShape
    queues: dict[str, AnswersShape]


class SurveyReportShape(Figures):
    """What the closings of a window were answered."""

    all: SatisfactionShape
    units: list[GroupShape]
    services: list[GroupShape]
    definition_ko: str
    definition_en: str
    calls: CallSatisfactionShape
