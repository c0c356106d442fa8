"""What callers answer after their call: as many as the scenario says, as satisfied as its model says."""

from collections import defaultdict
from datetime import date
from math import sqrt
from pathlib import Path

import pytest

from callcenter.clock import MINUTE
from callcenter.domain.calls import LegKind, Outcome
from callcenter.telephony.events import CallEnded, CsatReceived, Told
from callcenter.telephony.names import Names
from simulation.plan import compile_plan
from simulation.replications import Order, draw
from simulation.scenario import load
from simulation.switch.laying import Laying
from simulation.switch.live_day import LiveDay
from simulation.switch.scores import Scores

BUCHEON = Path(__file__).parents[3] / "configs" / "scenarios" / "bucheon-2009.yaml"
MONDAY = date(2026, 11, 23)


def a_day(*, response_rate: str = "50%") -> tuple[list[Told], LiveDay]:
    """Live a Monday of the city."""
    scenario = load(BUCHEON, [f"satisfaction.response_rate={response_rate}"])
    plan = Laying(compile_plan(scenario)).plan_of(MONDAY)
    workload = draw(Order.of(plan, seed=1, engine="reference"), 0)
    frame = plan.frame
    names = Names.of_centre(
        queues=frame.called, groups=frame.groups, agent_group=frame.agent_group, origin=0
    )
    day = LiveDay(
        plan.tables,
        workload,
        names=names,
        source="sim1",
        scores=Scores.of_plan(plan, seed=1, replication=0),
    )
    return list(day.advance(10**15)), day


@pytest.fixture(scope="module")
def lived() -> tuple[list[Told], LiveDay]:
    return a_day()


def test_as_many_answer_as_the_scenario_says_and_are_as_satisfied(
    lived: tuple[list[Told], LiveDay],
) -> None:
    told, day = lived
    calls, _ = day.log()
    asked = (calls.outcome == Outcome.ANSWERED) & (calls.resolved >= 0)
    served = int((asked & (calls.kind != LegKind.OUTBOUND)).sum())
    scores = [one.event.score for one in told if isinstance(one.event, CsatReceived)]

    assert abs(len(scores) - served / 2) < 4 * sqrt(served / 4)
    satisfied = sum(score >= 4 for score in scores) / len(scores)
    assert abs(satisfied - 0.89) < 4 * sqrt(0.89 * 0.11 / len(scores))
    assert set(scores) == {1, 2, 3, 4, 5}


def test_a_score_comes_once_after_its_call_and_names_who_took_it(
    lived: tuple[list[Told], LiveDay],
) -> None:
    ended: dict[tuple[str, int], tuple[int, str]] = {}
    given: dict[tuple[str, int], int] = defaultdict(int)
    for one in lived[0]:
        match one.event:
            case CallEnded(call=call, leg=leg, agent=agent):
                ended[call, leg] = one.at, agent
            case CsatReceived(call=call, leg=leg, agent=agent):
                given[call, leg] += 1
                at, whose = ended[call, leg]
                assert 0 < one.at - at <= 30 * MINUTE
                assert agent == whose
            case _:
                pass
    assert set(given.values()) == {1}


def test_the_numbers_of_the_source_have_no_gap_and_the_day_ends(
    lived: tuple[list[Told], LiveDay],
) -> None:
    told, day = lived

    assert [one.sequence for one in told] == list(range(1, len(told) + 1))
    assert day.done


def test_where_nobody_is_asked_nobody_answers() -> None:
    told, _ = a_day(response_rate="0%")

    assert not any(isinstance(one.event, CsatReceived) for one in told)
