from datetime import date
from pathlib import Path

import numpy as np
import pytest

from callcenter.clock import DAY
from simulation.plan import compile_plan
from simulation.replications import Order, draw
from simulation.scenario import load
from simulation.switch.expecting import INTERVAL, Expectations, callers_of
from simulation.switch.laying import Laying

SCENARIOS = sorted((Path(__file__).parents[3] / "configs" / "scenarios").glob("*.yaml"))
MONDAY = date(2026, 11, 23)
RUNS = 40


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda file: file.stem)
def test_on_average_as_many_call_as_are_expected(file: Path) -> None:
    plan = compile_plan(load(file))
    day = Laying(plan).next_open(MONDAY)
    alone = Laying(plan).plan_of(day)
    expected = sum(callers_of(queue.source) for queue in alone.programme.queues)
    edges = np.arange(0, DAY + 1, INTERVAL)

    order = Order.of(alone, seed=1)
    drawn = [np.histogram(draw(order, run).arrived, edges)[0] for run in range(RUNS)]

    mean, spread = np.mean(drawn, axis=0), np.std(drawn, axis=0)
    assert np.all(np.abs(mean - expected) <= 5 * np.maximum(spread, 1) / np.sqrt(RUNS) + 1)


def test_a_closed_day_expects_nobody_and_an_open_one_its_calls() -> None:
    plan = compile_plan(load(SCENARIOS[0].with_name("bucheon-2009.yaml")))
    expectations = Expectations(plan)

    assert sum(expectations.of(date(2026, 12, 25))) == 0
    assert sum(expectations.of(MONDAY)) > 2_000
