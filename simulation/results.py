"""What comes out of running a scenario: a scorecard, and everything needed to get it again."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any, Final

from callcenter.clock import Clock, Tick, WallClock
from callcenter.measures.scorecard import Scorecard
from callcenter.measures.tally import Detail
from simulation.plan import Plan, compile_plan
from simulation.published import beside
from simulation.replications import Order, Progress, tallies
from simulation.scenario.doubts import worries
from simulation.scenario.model import Scenario
from simulation.state import EMPTY, InitialState

SCHEMA: Final = "callcenter.result/1"
_VERSIONS: Final = ("callcenter", "numpy", "numba", "simpy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """How well one measure was to be known, and is: half-width by value."""

    measure: str
    wanted: float
    got: float | None
    """`None` if it cannot be told: the measure has no population, or is zero."""
    reached: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """One scenario, run."""

    scenario: Scenario
    digest: str
    seed: int
    engine: str
    replications: int
    versions: dict[str, str]
    elapsed: Tick
    """Wall time of drawing, living and measuring."""
    scorecard: Scorecard
    precision: Precision | None = None
    """What was asked for and reached, of a run that went on until it was precise enough."""
    state: InitialState = EMPTY
    """What was true when the clock started."""

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data, in the schema of docs/result-schema.md."""
        scenario = self.scenario
        days = self.scorecard.frame.days
        return {
            "schema": SCHEMA,
            "scenario": scenario.scenario,
            "title": dict(scenario.title),
            "about": scenario.about.strip(),
            "first_day": days[0].isoformat(),
            "last_day": days[-1].isoformat(),
            "digest": self.digest,
            "seed": self.seed,
            "engine": self.engine,
            "replications": self.replications,
            "versions": self.versions,
            "precision": None if self.precision is None else asdict(self.precision),
            "published": [figure.record() for figure in beside(scenario, self.scorecard)],
            "warnings": worries(scenario),
            "assumed": {path: why.strip() for path, why in scenario.assumed.items()},
            "scorecard": self.scorecard.to_dict(),
        }

    def to_json(self) -> str:
        """Return the result as JSON text; the same run gives the same text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=1)


def run(
    scenario: Scenario | Plan,
    *,
    replications: int | None = None,
    seed: int | None = None,
    engine: str = "fast",
    detail: Detail = Detail.INTERVALS,
    state: InitialState = EMPTY,
    workers: int | None = None,
    progress: Progress | None = None,
    clock: Clock | None = None,
) -> RunResult:
    """Run a scenario and measure it.

    Args:
        scenario: What to run, or its plan.
        replications: How often; the scenario says if not given.
        seed: Which randomness; the scenario says if not given.
        engine: `fast` or `reference`; both give the same result.
        detail: How finely to measure.
        state: What is true when the clock starts.
        workers: Threads; all cores if not given.
        progress: Told the number of replications done.
        clock: Measures `elapsed`.
    """
    plan = scenario if isinstance(scenario, Plan) else compile_plan(scenario)
    spec = plan.scenario.run
    clock = clock or WallClock()
    begun = clock.now()
    order = Order.of(
        plan,
        seed=spec.seed if seed is None else seed,
        engine=engine,
        detail=detail,
        state=state,
    )
    numbers = range(spec.replications if replications is None else replications)
    return result_of(order, numbers, begun=begun, clock=clock, workers=workers, progress=progress)


def result_of(
    order: Order,
    numbers: Sequence[int],
    *,
    begun: Tick,
    clock: Clock,
    workers: int | None,
    progress: Progress | None,
) -> RunResult:
    """Run an order's replications and put the scorecard together."""
    told = {} if progress is None else {"progress": progress}
    cards = list(tallies(order, numbers, workers=workers, **told))
    card = Scorecard(cards, frame=order.plan.frame)
    return finished(order, card, elapsed=clock.now() - begun)


def finished(
    order: Order, card: Scorecard, *, elapsed: Tick, precision: Precision | None = None
) -> RunResult:
    """Put a scorecard and what it came from together."""
    return RunResult(
        scenario=order.plan.scenario,
        digest=order.plan.digest,
        seed=order.seed,
        engine=order.engine,
        replications=card.replications,
        versions=versions(),
        elapsed=elapsed,
        scorecard=card,
        precision=precision,
        state=order.state,
    )


def versions() -> dict[str, str]:
    """Return the versions of what a result depends on."""
    return {name: version(name) for name in _VERSIONS}
