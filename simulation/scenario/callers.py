"""What a person writes about one queue: who comes, what they want, how long they bear it."""

from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from callcenter.clock import NEVER, SECOND
from simulation.scenario.arrivals import Arrivals, NoArrivals
from simulation.scenario.units import (
    Duration,
    Share,
    WeekdayHours,
    Whole,
    distinct,
    parse_duration,
    parse_whole,
)
from simulation.scenario.variate_specs import Constant, Exponential, Spec, Variate

ZERO = Constant.model_validate({"distribution": "constant", "value": "0s"})
ENDLESS = Constant.model_validate({"distribution": "constant", "value": "never"})
FIVE_MINUTES = Exponential.model_validate({"distribution": "exponential", "mean": "5m"})
NEXT_DAY = Constant.model_validate({"distribution": "constant", "value": "1d"})
Limit = Annotated[Whole, Field(ge=0, le=1_000_000)]
Priority = Annotated[Whole, Field(ge=0, le=9)]
_SLACK = 1e-6
"""By how much shares may miss 100% for want of digits."""


def _written_as(value: Any) -> str:
    return "table" if isinstance(value, dict | Spec) else "word"


Priorities = Annotated[
    Annotated[dict[Priority, Share], distinct(parse_whole), Field(min_length=1), Tag("table")]
    | Annotated[Priority, Tag("word")],
    Discriminator(_written_as),
]


class Ivr(Spec):
    """The recorded menu before the queue; some callers have what they wanted when it ends."""

    duration: Variate
    self_service: Share = 0.0


class Balking(Spec):
    """Callers who hang up at once when they would have to wait.

    One of: a plain `probability`; `by_queue_length` (callers already waiting -> probability from that
    many on); `by_announced_wait` (wait announced -> probability from there on).
    """

    probability: Share | None = None
    by_queue_length: (
        Annotated[dict[Limit, Share], distinct(parse_whole), Field(min_length=1)] | None
    ) = None
    by_announced_wait: (
        Annotated[dict[Duration, Share], distinct(parse_duration), Field(min_length=1)] | None
    ) = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            message = (
                "expected one of probability, by_queue_length or by_announced_wait, "
                f"got {' and '.join(given) or 'none of them'}"
            )
            raise ValueError(message)
        return self


class Redial(Spec):
    """Who tries again the same day after giving up or hearing the busy signal, and when."""

    after_abandoning: Share = 0.0
    after_busy: Share = 0.0
    delay: Variate = FIVE_MINUTES
    at_most: Annotated[Whole, Field(ge=1, le=1000)] = 3


class Unresolved(Spec):
    """Concerns that one conversation does not settle, and who calls again for them, days later."""

    share: Share
    calls_again: Share = 0.0
    delay: Variate = NEXT_DAY
    at_most: Annotated[Whole, Field(ge=1, le=100)] = 1


class CallBack(Spec):
    """An offer to be called back, made to those who have waited so long."""

    offer_after: Duration
    accepted: Share
    mode: Literal["keeps-place", "slot"] = "keeps-place"
    delay: Variate = ZERO
    """`slot` only: how long after accepting the centre calls."""
    dial: Variate = ZERO
    reached: Share = 1.0


class Ageing(Spec):
    """Priority as a head start: one level is worth so much waiting."""

    ageing: Annotated[Duration, Field(gt=0, lt=NEVER)]


Order = Annotated[
    Annotated[Literal["fifo"], Tag("word")] | Annotated[Ageing, Tag("table")],
    Discriminator(_written_as),
]


class ServiceLevel(Spec):
    """`share` of the callers within `within`, by the named definition (see docs/glossary.md)."""

    share: Share
    within: Duration
    definition: Literal["SL-A", "SL-B", "SL-C", "SL-D", "SL-E", "SL-F"] = "SL-B"


EIGHTY_TWENTY = ServiceLevel.model_validate({"share": "80%", "within": "20s"})


class Target(Spec):
    """What the queue is held to."""

    service_level: ServiceLevel = EIGHTY_TWENTY
    short_abandon: Duration = 5 * SECOND
    """Abandoning within this counts as short (SL-C, abandon rate without short ones)."""
    abandonment: Share | None = None
    asa: Duration | None = None
    occupancy: tuple[Share, Share] | None = None
    """Lowest and highest wanted."""

    @model_validator(mode="after")
    def _bounds(self) -> Self:
        if self.occupancy is not None and self.occupancy[0] > self.occupancy[1]:
            low, high = self.occupancy
            message = f"expected occupancy as [lowest, highest], got [{low:g}, {high:g}]"
            raise ValueError(message)
        return self


class Queue(Spec):
    """One queue: a number to dial, a counter, a row of machines."""

    channel: Literal["phone", "kiosk", "counter", "room", "online"] = "phone"
    open: WeekdayHours | None = None
    """Its own hours, where they differ from the calendar's."""
    arrivals: Arrivals = NoArrivals(by="none")
    lines: str | None = None
    """Name of the bundle of trunk lines its callers occupy."""
    ivr: Ivr | None = None
    patience: Variate = ENDLESS
    balking: Balking | None = None
    queue_limit: Limit | None = None
    """So many may wait; the next hears that the queue is full."""
    redial: Redial | None = None
    ring: Variate = ZERO
    talk: Variate
    hold: Variate = ZERO
    after_call: Variate = ZERO
    unresolved: Unresolved | None = None
    call_back: CallBack | None = None
    transfer: dict[str, Share] = {}
    """Name of the next queue -> share of the answered calls that go there."""
    priority: Priorities = 0
    """Higher is served first; a mapping gives each level its share of callers."""
    order: Order = "fifo"
    """`fifo`: strictly by priority, then by who came first; or `ageing`."""
    weight: Annotated[Whole, Field(ge=1, le=1000)] = 1
    """For groups that take the longest weighted wait."""
    target: Target = Target()

    @model_validator(mode="after")
    def _shares(self) -> Self:
        if isinstance(self.priority, dict) and abs(sum(self.priority.values()) - 1) > _SLACK:
            whole = 100 * sum(self.priority.values())
            message = f"expected the shares of priority to sum to 100%, got {whole:.6g}%"
            raise ValueError(message)
        if sum(self.transfer.values()) > 1 + _SLACK:
            whole = 100 * sum(self.transfer.values())
            message = f"expected the shares of transfer to sum to at most 100%, got {whole:.6g}%"
            raise ValueError(message)
        return self
