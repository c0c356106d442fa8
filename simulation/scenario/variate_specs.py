"""How a person writes a random duration.

A plain duration (`29s`) is constant. Anything else names its `distribution` and gives either mean and
coefficient of variation, or the natural parameters. Every family takes `shift` (added), `at_least` and
`at_most` (truncation: values outside are drawn again, never clipped).
"""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from callcenter.clock import NEVER, Tick
from simulation.scenario.units import (
    ClockTime,
    Duration,
    Number,
    Share,
    Whole,
    distinct,
    format_duration,
    parse_clock_time,
)

Positive = Annotated[Number, Field(gt=0, le=1e6)]
Span = Annotated[Duration, Field(gt=0, lt=NEVER)]
"""A duration that is neither nothing nor endless."""
_SLACK = 1e-6
"""By how much shares may miss 100% for want of digits."""


class Spec(BaseModel):
    """Base of everything a person writes: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Drawn(Spec):
    """What every family but the constant takes."""

    shift: Annotated[Duration, Field(lt=NEVER)] = 0
    at_least: Duration = 0
    at_most: Duration = NEVER

    @model_validator(mode="after")
    def _bounds(self) -> Self:
        if self.at_least >= self.at_most:
            message = f"expected at_least below at_most, got {_both(self.at_least, self.at_most)}"
            raise ValueError(message)
        return self


def _both(low: Tick, high: Tick) -> str:
    return f"{format_duration(low)} and {format_duration(high)}"


def _exactly(spec: BaseModel, *choices: tuple[str, ...]) -> None:
    """Demand that just one of the sets of parameters is given, and whole."""
    given = {name for choice in choices for name in choice if getattr(spec, name) is not None}
    if not any(given == set(choice) for choice in choices):
        wanted = " or ".join(" and ".join(choice) for choice in choices)
        got = " and ".join(sorted(given)) or "none of them"
        message = f"expected {wanted}, got {got}"
        raise ValueError(message)


class Constant(Spec):
    """Always the same."""

    distribution: Literal["constant"]
    value: Duration


class Exponential(Drawn):
    """Memoryless."""

    distribution: Literal["exponential"]
    mean: Span


class Gamma(Drawn):
    """By `mean` and `cv`, or `shape` and `scale`."""

    distribution: Literal["gamma"]
    mean: Span | None = None
    cv: Positive | None = None
    shape: Positive | None = None
    scale: Span | None = None

    @model_validator(mode="after")
    def _parameters(self) -> Self:
        _exactly(self, ("mean", "cv"), ("shape", "scale"))
        return self


class Erlang(Drawn):
    """The sum of `phases` equal exponential parts with this mean in all."""

    distribution: Literal["erlang"]
    mean: Span
    phases: Annotated[Whole, Field(ge=1, le=10_000)]


class Lognormal(Drawn):
    """By `mean` and `cv`, or `median` and `sigma` (of the logarithm)."""

    distribution: Literal["lognormal"]
    mean: Span | None = None
    cv: Annotated[Number, Field(gt=0, le=100)] | None = None
    median: Span | None = None
    sigma: Annotated[Number, Field(gt=0, le=10)] | None = None

    @model_validator(mode="after")
    def _parameters(self) -> Self:
        _exactly(self, ("mean", "cv"), ("median", "sigma"))
        return self


class Weibull(Drawn):
    """By `shape` and either `mean` or `scale`."""

    distribution: Literal["weibull"]
    shape: Annotated[Number, Field(gt=0.05, le=1000)]
    mean: Span | None = None
    scale: Span | None = None

    @model_validator(mode="after")
    def _parameters(self) -> Self:
        _exactly(self, ("mean",), ("scale",))
        return self


class Phase(Spec):
    """One exponential branch of a hyperexponential."""

    share: Share
    mean: Span


class Hyperexponential(Drawn):
    """A mixture of exponentials: `mean` and `cv` (≥ 1, balanced means), or `phases`."""

    distribution: Literal["hyperexponential"]
    mean: Span | None = None
    cv: Annotated[Number, Field(ge=1, le=100)] | None = None
    phases: Annotated[tuple[Phase, ...], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _parameters(self) -> Self:
        _exactly(self, ("mean", "cv"), ("phases",))
        _sum_to_one([phase.share for phase in self.phases or ()], "phases")
        return self


class Uniform(Drawn):
    """Anything between `low` and `high`, equally likely."""

    distribution: Literal["uniform"]
    low: Annotated[Duration, Field(lt=NEVER)]
    high: Annotated[Duration, Field(lt=NEVER)]

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.low >= self.high:
            message = f"expected low below high, got {_both(self.low, self.high)}"
            raise ValueError(message)
        return self


class Triangular(Drawn):
    """Between `low` and `high`, most likely `mode`."""

    distribution: Literal["triangular"]
    low: Annotated[Duration, Field(lt=NEVER)]
    mode: Annotated[Duration, Field(lt=NEVER)]
    high: Annotated[Duration, Field(lt=NEVER)]

    @model_validator(mode="after")
    def _order(self) -> Self:
        if not self.low <= self.mode <= self.high or self.low >= self.high:
            low_high = _both(self.low, self.high)
            mode = format_duration(self.mode)
            message = f"expected mode between low and high, got {mode} and {low_high}"
            raise ValueError(message)
        return self


class HistogramBar(Spec):
    """One bar: values between `low` and `high`, equally likely, with this weight."""

    low: Annotated[Duration, Field(lt=NEVER)]
    high: Annotated[Duration, Field(lt=NEVER)]
    weight: Annotated[Number, Field(ge=0, le=1e12)]

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.low >= self.high:
            message = f"expected low below high, got {_both(self.low, self.high)}"
            raise ValueError(message)
        return self


class Empirical(Drawn):
    """Values drawn again with replacement (`values`, `file`), or a `histogram`.

    `file` is a CSV beside the scenario: one column `seconds` of values, or three columns
    `low,high,weight` of bars (seconds). Loading puts its content in `values` or `histogram`.
    """

    distribution: Literal["empirical"]
    values: Annotated[tuple[Duration, ...], Field(min_length=1)] | None = None
    histogram: Annotated[tuple[HistogramBar, ...], Field(min_length=1)] | None = None
    file: str | None = None

    @model_validator(mode="after")
    def _parameters(self) -> Self:
        _exactly(self, ("values",), ("histogram",), ("file",))
        if self.histogram is not None and sum(bar.weight for bar in self.histogram) <= 0:
            message = "expected at least one bar with a weight above 0"
            raise ValueError(message)
        return self


class Part(Spec):
    """One part of a mixture."""

    share: Share
    of: "Variate"


class Mixture(Drawn):
    """With each part's share, that part's distribution."""

    distribution: Literal["mixture"]
    parts: Annotated[tuple[Part, ...], Field(min_length=1, max_length=50)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _sum_to_one([part.share for part in self.parts], "parts")
        return self


class ByTime(Spec):
    """Another distribution from each time of day on (judged by when the caller first called)."""

    distribution: Literal["by-time"]
    times: Annotated[
        dict[ClockTime, "Variate"],
        Field(min_length=1, max_length=200),
        distinct(parse_clock_time),
    ]


def _sum_to_one(shares: list[float], what: str) -> None:
    if shares and abs(sum(shares) - 1) > _SLACK:
        message = f"expected the shares of {what} to sum to 100%, got {100 * sum(shares):.6g}%"
        raise ValueError(message)


def _plain(value: Any) -> Any:
    return {"distribution": "constant", "value": value} if not isinstance(value, dict) else value


Variate = Annotated[
    Constant
    | Exponential
    | Gamma
    | Erlang
    | Lognormal
    | Weibull
    | Hyperexponential
    | Uniform
    | Triangular
    | Empirical
    | Mixture
    | ByTime,
    Field(discriminator="distribution"),
    BeforeValidator(_plain),
]
"""A random duration as a person writes it."""

Part.model_rebuild()
Mixture.model_rebuild()
ByTime.model_rebuild()
