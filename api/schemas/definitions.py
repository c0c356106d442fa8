"""Wire shape of a new version of a definition: what is left out stays as it is."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from api.schemas.tickets import Shape
from callcenter.clock import SECOND
from callcenter.desk.definitions import NewVersion

_Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
_Seconds = Annotated[float, Field(ge=0, le=3_600)]


class NewVersionShape(Shape):
    """What is to hold from a day on."""

    valid_from: date
    formula: Annotated[
        str | None,
        Field(
            max_length=300,
            description="Sums of bases, one by another. 기준 수량의 합과 비율",
            examples=["answered_within / (answered + abandoned + balked)"],
        ),
    ] = None
    threshold_s: _Seconds | None = None
    short_s: _Seconds | None = None
    flow_outs: bool | None = None
    late_waiting: bool | None = None
    goal: Annotated[
        float | None, Field(ge=0, description="What it should come to at least.", examples=[0.8])
    ] = None
    floor: Annotated[
        float | None, Field(ge=0, description="Below it the goal is missed by much.")
    ] = None
    ko: _Words | None = None
    en: _Words | None = None
    population: _Words | None = None
    source: _Words | None = None
    population_ko: _Words | None = None
    source_ko: _Words | None = None

    def version(self) -> NewVersion:
        """Return it as the house knows it."""
        return NewVersion(
            valid_from=self.valid_from,
            formula=self.formula,
            threshold=None if self.threshold_s is None else round(self.threshold_s * SECOND),
            short=None if self.short_s is None else round(self.short_s * SECOND),
            flow_outs=self.flow_outs,
            late_waiting=self.late_waiting,
            goal=self.goal,
            floor=self.floor,
            ko=self.ko,
            en=self.en,
            population=self.population,
            source=self.source,
            population_ko=self.population_ko,
            source_ko=self.source_ko,
        )
