from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from callcenter.errors import CapacityError
from callcenter.measures.tally import Tally
from simulation.plan import compile_plan
from simulation.replications import Order, measured, tallies
from simulation.scenario import loads

DAY = """
scenario: day
calendar: {first: 2009-03-02, last: 2009-03-02, open: {mon-fri: 09:00-12:00}}
queue:
  phone:
    arrivals: {per_hour: 30}
    talk: {distribution: exponential, mean: 2m}
group:
  agents: {headcount: 3, always: true, serves: {phone: 1}}
"""

RANDOM = (
    DAY.replace("always: true", "shifts: {day: 3}, absence: 20%")
    + """
shift: {day: {start: 09:00, end: 12:00}}
"""
)


@pytest.mark.parametrize("workers", [1, 2])
def test_more_replications_than_memory_holds_are_refused_after_the_first(workers: int) -> None:
    order = Order.of(compile_plan(loads(DAY)), seed=1)
    done: list[int] = []

    with pytest.raises(CapacityError, match=r"expected at most \d+ replications"):
        list(tallies(order, range(10_000_000), workers=workers, progress=done.append))

    assert done == []


def test_the_number_of_threads_changes_nothing() -> None:
    order = Order.of(compile_plan(loads(DAY)), seed=1)

    alone, together = (list(tallies(order, range(6), workers=count)) for count in (1, 3))

    assert [one.service_slots.tolist() for one in alone] == [
        one.service_slots.tolist() for one in together
    ]
    assert alone[0].nbytes > 0


def test_replications_are_given_in_the_order_asked_for_and_progress_is_told() -> None:
    order = Order.of(compile_plan(loads(DAY)), seed=1)
    done: list[int] = []

    found = list(tallies(order, [4, 2, 4], workers=2, progress=done.append))

    assert done == [1, 2, 3]
    assert found[0].service_slots.tolist() == found[2].service_slots.tolist()
    assert found[0].service_slots.tolist() != found[1].service_slots.tolist()


@pytest.mark.parametrize("numbers", [[], [5], range(3), range(7)])
@pytest.mark.parametrize("workers", [1, 2, 4])
def test_how_many_are_done_at_once_changes_nothing(numbers: Sequence[int], workers: int) -> None:
    order = Order.of(compile_plan(loads(RANDOM)), seed=1)
    assert order.at_once > 4

    found = [
        list(tallies(replace(order, at_once=size), numbers, workers=workers)) for size in (1, 3, 64)
    ]

    for card in found:
        assert [_told(one) for one in card] == [_told(measured(order, n)) for n in numbers]


def _told(one: Tally) -> list[Any]:
    waits = one.waits
    assert waits is not None
    return [one.service_slots.tolist(), one.staff_slots.tolist(), waits.wait.tolist()]


def test_long_runs_are_done_one_by_one() -> None:
    more = ("calendar.last=2009-12-30", "queue.phone.arrivals.per_hour=100")
    long = loads(DAY, (*more, "group.agents.headcount=9"))

    assert Order.of(compile_plan(long), seed=1).at_once == 1
    assert Order.of(compile_plan(loads(DAY)), seed=1, engine="reference").at_once == 1
