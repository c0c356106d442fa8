"""Running until one measure is known well enough, in batches that grow.

The first batch gives a first half-width; from it follows how many replications will do, and so on until
they do. Each replication is run once: a longer run contains the shorter one.
"""

from collections.abc import Callable
from typing import Final

from callcenter.clock import Clock, WallClock
from callcenter.measures.catalogue import SERVICE_LEVEL, measure_named
from callcenter.measures.precision import relative_half_width, replications_needed
from callcenter.measures.scorecard import Scorecard
from callcenter.measures.tally import Detail, Tally
from simulation.plan import Plan, compile_plan
from simulation.replications import Order, tallies
from simulation.results import Precision, RunResult, finished
from simulation.scenario.model import Scenario

AT_MOST: Final = 10_000
"""Replications after which a run gives up on its precision, unless told otherwise."""
FIRST: Final = 10
"""Replications of the first batch."""
_GROWTH: Final = 4
"""No batch makes the run more than this many times as long: early half-widths are rough."""

Watch = Callable[[int, int], None]
"""Called with the replications done and those now thought to be needed."""


def run_until(
    scenario: Scenario | Plan,
    *,
    precision: float,
    measure: str = SERVICE_LEVEL,
    first: int = FIRST,
    at_most: int = AT_MOST,
    seed: int | None = None,
    engine: str = "fast",
    detail: Detail = Detail.INTERVALS,
    workers: int | None = None,
    progress: Watch | None = None,
    clock: Clock | None = None,
) -> RunResult:
    """Run a scenario until a measure's relative half-width is reached, or `at_most` replications are done.

    Args:
        scenario: What to run, or its plan.
        precision: Half-width divided by value, such as 0.01.
        measure: Whose; over everything.
        first: Replications of the first batch, at least two.
        at_most: Where to stop in any case; `RunResult.precision` says whether it was reached.
        seed: Which randomness; the scenario says if not given.
        engine: `fast` or `reference`.
        detail: How finely to measure.
        workers: Threads; all cores if not given.
        progress: Told how far the run is.
        clock: Measures `elapsed`.

    Raises:
        KeyError: There is no such measure.
        ValueError: The precision is not above zero.
    """
    if not precision > 0:
        raise ValueError(f"expected a precision above 0, got {precision!r}")
    if measure != SERVICE_LEVEL:
        measure_named(measure)
    plan = scenario if isinstance(scenario, Plan) else compile_plan(scenario)
    clock = clock or WallClock()
    begun = clock.now()
    order = Order.of(
        plan,
        seed=plan.scenario.run.seed if seed is None else seed,
        engine=engine,
        detail=detail,
    )
    goal = min(max(first, 2), at_most)
    cards: list[Tally] = []
    while True:
        cards += _batch(order, len(cards), goal, workers=workers, progress=progress)
        card = Scorecard(cards, frame=plan.frame)
        needed = replications_needed(card, measure, precision=precision)
        if len(cards) >= at_most or needed is None or needed <= len(cards):
            break
        goal = min(needed, _GROWTH * len(cards), at_most)
    got = relative_half_width(card, measure)
    found = Precision(
        measure=card.resolve(measure).name,
        wanted=precision,
        got=None if got == float("inf") else got,
        reached=got <= precision,
    )
    return finished(order, card, elapsed=clock.now() - begun, precision=found)


def _batch(
    order: Order, done: int, goal: int, *, workers: int | None, progress: Watch | None
) -> list[Tally]:
    def tell(more: int) -> None:
        if progress is not None:
            progress(done + more, goal)

    return list(tallies(order, range(done, goal), workers=workers, progress=tell))
