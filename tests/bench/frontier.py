"""How long a planner waits for a frontier: a quarter of twelve campaigns, measured and told."""

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from simulation.frontier import THRESHOLDS, frontier
from simulation.plan import compile_plan
from simulation.scenario import load
from tests.bench.cases import Line, best

QUARTER = Path("configs/scenarios/bucheon-2009-q4.yaml")
REPLICATIONS = 30


def measured_lines() -> Iterator[Line]:
    """Give every figure as it is found."""
    plan = compile_plan(load(QUARTER))
    frontier(plan, thresholds=[0], replications=1).to_dict()

    def once() -> None:
        found = frontier(plan, thresholds=THRESHOLDS, replications=REPLICATIONS, wanted=30_000)
        assert len(found.to_dict()["points"]) == len(THRESHOLDS)

    spent = best(once, times=1, clock=perf_counter)
    yield Line(name="quarter_frontier_seconds", value=spent, wanted="<= 20")
