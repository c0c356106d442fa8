"""Wire shapes for frontiers: `callcenter.frontier/1`, as `callcenter campaign frontier --json` writes it."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.moments import Moment
from api.schemas.tickets import Shape
from callcenter.store.frontiers import Frontier

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(max_length=2000)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
Threshold = Annotated[int, Field(ge=0, le=10_000)]
MOST_POINTS: Final = 100
MOST_CAMPAIGNS: Final = 200


class MeanShape(Shape):
    """A mean over replications and its interval; `null` where one replication tells none."""

    value: Number | None
    low: Number | None
    high: Number | None


class ChanceShape(Shape):
    """In how many replications something came about, with Wilson's interval."""

    share: Share
    low: Share
    high: Share
    reached: Count
    of: Annotated[int, Field(ge=1, le=1_000_000)]


class TitleShape(Shape):
    """What a scenario is called."""

    ko: Name
    en: Name


class TargetShape(Shape):
    """What is to be kept: a measure, a bound and a goal."""

    measure: Name
    bound: Name
    goal: Number


class MeasureShape(Shape):
    """What a value is called, and in what it is measured."""

    unit: Name
    english: Text
    korean: Text
    better: Name | None = None


class PlannedShape(Shape):
    """A campaign as the scenario has it."""

    name: Name
    field: Name | None
    leads: Count | None
    quota: Count | None
    first: date
    last: date


class FinishDayShape(Shape):
    """The day a campaign is finished in so many of a hundred runs; `null` if it is not in so many."""

    p5: date | None
    p50: date | None
    p95: date | None


class CampaignPointShape(Shape):
    """What one campaign comes to."""

    name: Name
    successes: MeanShape
    finished: ChanceShape
    finish_day: FinishDayShape


class ValuesShape(Shape):
    """What a threshold comes to; more measures may stand beside these two."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, MeanShape] = Field(init=False)

    service_level: MeanShape
    successes: MeanShape


class ChangeShape(Shape):
    """What one more idle agent changes, with the same callers."""

    service_level: MeanShape | None
    successes: MeanShape | None


class KeptShape(Shape):
    """Whether the target is kept, and how sure that is."""

    value: bool | None
    sure: Share | None


class PointShape(Shape):
    """One threshold: outbound calls begin only while more than so many agents are idle."""

    threshold: Threshold
    values: ValuesShape
    change: ChangeShape | None
    finished: ChanceShape
    reached: ChanceShape | None
    kept: KeptShape | None
    dominated_by: Threshold | None
    best: bool
    campaigns: Annotated[list[CampaignPointShape], Field(max_length=MOST_CAMPAIGNS)]


class FrontierBody(Shape):
    """Inbound service level against outbound successes, by the number of agents kept idle."""

    schema_: Annotated[Literal["callcenter.frontier/1"], Field(alias="schema")]
    scenario: Name
    title: TitleShape
    first_day: date
    last_day: date
    digest: Name
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)]
    engine: Name
    replications: Annotated[int, Field(ge=1, le=1_000_000)]
    versions: Annotated[dict[Name, Name], Field(max_length=50)]
    confidence: Share
    by: date
    wanted: Count | None
    service_level: Name
    target: TargetShape | None
    measures: Annotated[dict[Name, MeasureShape], Field(max_length=50)]
    campaigns: Annotated[list[PlannedShape], Field(max_length=MOST_CAMPAIGNS)]
    written: Threshold | None
    points: Annotated[list[PointShape], Field(min_length=1, max_length=MOST_POINTS)]
    assumed: Annotated[dict[Text, Text], Field(max_length=2000)]

    def body(self) -> Mapping[str, Any]:
        """Return it as plain JSON."""
        return self.model_dump(mode="json", by_alias=True)


class FrontierShape(Shape):
    """A frontier that is kept."""

    id: int
    scenario: str
    title: TitleShape
    first_day: date
    last_day: date
    kept_at: Moment
    kept_by: str

    @classmethod
    def of(cls, kept: Frontier) -> Self:
        """Show one in a line."""
        return cls(**_shown(kept))


class FullFrontierShape(FrontierShape):
    """A frontier that is kept, and what it says."""

    frontier: FrontierBody

    @classmethod
    def whole(cls, kept: Frontier, body: Mapping[str, Any]) -> Self:
        """Show one with all it says."""
        return cls(**_shown(kept), frontier=FrontierBody.model_validate(body))


def _shown(kept: Frontier) -> dict[str, Any]:
    return {
        "id": kept.id,
        "scenario": kept.scenario,
        "title": TitleShape(ko=kept.title_ko, en=kept.title_en),
        "first_day": kept.first_day,
        "last_day": kept.last_day,
        "kept_at": kept.kept_at,
        "kept_by": kept.kept_by,
    }
