"""The same replications on many machines: (scenario, replication) pairs mapped over Dask.

Needs the extra `cluster`. A worker is handed the scenario, compiles its plan once, and does what
`replications` does here: results are equal to the last bit wherever they were computed.
"""

import pickle
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from callcenter.clock import Clock, WallClock
from callcenter.measures.scorecard import Scorecard
from callcenter.measures.tally import Detail, Tally
from simulation.plan import compile_plan
from simulation.replications import Order, measured
from simulation.results import RunResult, finished
from simulation.scenario.model import Scenario

if TYPE_CHECKING:
    from distributed import Client

_Task = tuple[bytes, int, str, Detail]
"""A scenario as bytes, the seed, the engine and the detail: what an order is made of."""


def sweep(
    scenarios: Sequence[Scenario],
    *,
    client: "Client",
    replications: int | None = None,
    seed: int | None = None,
    engine: str = "fast",
    detail: Detail = Detail.INTERVALS,
    clock: Clock | None = None,
) -> Iterator[RunResult]:
    """Run several scenarios on the workers of a Dask client and give their results in order.

    Args:
        scenarios: What to run.
        client: Where: `distributed.Client("scheduler:8786")`, or that of a `LocalCluster`.
        replications: How often each; the scenario says if not given.
        seed: Which randomness; the scenario says if not given.
        engine: `fast` or `reference`.
        detail: How finely to measure.
        clock: Measures `elapsed`: from the start of the sweep to the result.
    """
    clock = clock or WallClock()
    begun = clock.now()
    sent = []
    for scenario in scenarios:
        task = (
            pickle.dumps(scenario),
            scenario.run.seed if seed is None else seed,
            engine,
            detail,
        )
        count = scenario.run.replications if replications is None else replications
        shared = client.scatter(task, hash=False)
        futures = client.map(_one, [shared] * count, range(count), pure=False)
        sent.append((task, futures))
    for task, futures in sent:
        order = _order(task)
        card = Scorecard(client.gather(futures), frame=order.plan.frame)
        yield finished(order, card, elapsed=clock.now() - begun)


def _one(task: _Task, replication: int) -> Tally:
    """Live one replication, on a worker."""
    return measured(_order(task), replication)


@lru_cache(maxsize=8)
def _order(task: _Task) -> Order:
    """Compile a scenario once per worker."""
    scenario, seed, engine, detail = task
    # Dask itself carries everything pickled: whoever reaches a worker needs no scenario for mischief.
    plan = compile_plan(pickle.loads(scenario))  # noqa: S301
    return Order.of(plan, seed=seed, engine=engine, detail=detail)
