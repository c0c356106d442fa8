"""What a person writes about what served callers would say."""

from typing import Annotated, Literal

from pydantic import Field

from simulation.scenario.dates import Day
from simulation.scenario.units import Number, Share
from simulation.scenario.variate_specs import Spec

Logit = Annotated[Number, Field(ge=-20, le=20)]


class Satisfaction(Spec):
    """Log-odds that a served caller is satisfied; `callcenter satisfaction calibrate` finds `intercept`.

    No published coefficients were found for any of these: say under `assumed` where yours are from.
    """

    intercept: Logit
    """Chosen so that the scenario, as it is, comes to the published share."""
    per_minute_waited: Logit = 0.0
    """Each minute in the queue; -0.16 is an odds ratio of 0.85."""
    per_minute_handled: Logit = 0.0
    """Each minute of talk and hold."""
    if_settled: Logit = 0.0
    """If the concern was settled."""
    between_agents: Annotated[Number, Field(ge=0, le=5)] = 0.0
    """Standard deviation between agents."""
    response_rate: Share = 0.0
    """Of served callers, those who answer the message after their call; a live switch tells their scores."""
    queue: dict[str, Logit] = {}
    """What callers of a queue add to it."""


class Sample(Spec):
    """Whom a satisfaction round asks: callers served on days that are over, each of them at most once.

    Its leads are drawn from them by lot. That the centre reached a lead, and how many of those reached
    answered, is the campaign's; who of those reached answered depends on how they were served.
    """

    of: Literal["callers", "unsettled"] = "callers"
    """`unsettled`: only callers whose concern the last call left open."""
    first: Day
    last: Day
    """Before the campaign begins."""
    if_satisfied: Logit = 0.0
    """Added to the log-odds of answering by being satisfied; 0.4 is an odds ratio of 1.5."""
