from typing import Any

import numpy as np
import pytest
from scipy import stats

from callcenter.clock import DAY, HOUR, MINUTE, SECOND
from callcenter.domain.agents import AgentState
from callcenter.errors import ScenarioError
from simulation.programme import Programme
from simulation.recipe import Recipe
from simulation.state import AgentOverride, CallInProgress, InitialState, Progress
from simulation.tables import Workload
from simulation.variates import cdf
from simulation.workload import draw_workload
from tests.simulation.programmes import exponential, group, programme, queue, rate, spec, tables_for

NOON = DAY + 12 * HOUR
PATIENCE, TALK = exponential("5m"), {"distribution": "lognormal", "mean": "2m", "cv": 0.8}
WRAP = {"distribution": "gamma", "mean": "30s", "cv": 0.5}
GROUPS = (group("front", range(2)), group("back", range(2, 6)))


def a_plan(**durations: Any) -> Programme:
    everything = {"patience": PATIENCE, "talk": TALK, "wrap": WRAP} | durations
    return programme(
        queue("kiosk", rate(5, days=3)),
        queue("phone", rate(60, days=3), durations=everything, later_legs=True),
        days=3,
        groups=GROUPS,
        stints=[(a, d * DAY + 9 * HOUR, d * DAY + 18 * HOUR) for a in range(6) for d in range(3)],
        rests=[(2, DAY + 11 * HOUR, DAY + 13 * HOUR, 2), (3, DAY + 13 * HOUR, DAY + 14 * HOUR, 2)],
    )


def started(plan: Programme, state: InitialState, *, speed: int = 1_000_000) -> Workload:
    tables = tables_for(plan, speeds={(1, 1): speed})
    return draw_workload(Recipe.of(tables, plan, state=state), seed=4, replication=0)


def calls(progress: Progress, elapsed: int, count: int) -> InitialState:
    agent = {} if progress is Progress.WAITING else {"group": "back", "agent": 3}
    one = CallInProgress(queue="phone", progress=progress, elapsed=elapsed, **agent)  # type: ignore[arg-type]
    return InitialState(at=NOON, calls=(one,) * count)


def test_rows_stand_before_the_callers_still_to_come() -> None:
    waiting = CallInProgress(queue="phone", progress=Progress.WAITING, elapsed=MINUTE, priority=2)
    talking = CallInProgress(
        queue="kiosk", progress=Progress.TALKING, elapsed=9, group="back", agent=1
    )
    drawn = started(a_plan(), InitialState(at=NOON, calls=(waiting, talking)))

    assert drawn.start_tick == NOON
    assert drawn.start.tolist() == [(1, -1, NOON - MINUTE), (2, 3, NOON - 9)]
    assert drawn.arrived[:2].tolist() == [NOON - MINUTE, NOON - 9]
    assert drawn.queue[:2].tolist() == [1, 0]
    assert drawn.fates.priority[:3].tolist() == [2, 0, 0]
    assert len(drawn.fates.talk) == len(drawn.arrived) + drawn.spare_count.sum()
    assert drawn.fates.talk[1] == 0, "the constant of its queue"
    assert (np.diff(drawn.arrived[2:]) >= 0).all()
    assert drawn.arrived[2] >= NOON


def test_the_rest_of_the_day_is_the_one_that_would_have_come() -> None:
    plan = a_plan()
    whole, later = started(plan, InitialState()), started(plan, calls(Progress.WAITING, 5, 3))
    rows = whole.arrived >= NOON

    np.testing.assert_array_equal(later.arrived[3:], whole.arrived[rows])
    np.testing.assert_array_equal(later.queue[3:], whole.queue[rows])
    count = len(later.arrived)
    np.testing.assert_array_equal(
        later.fates.talk[3:count], whole.fates.talk[: len(whole.arrived)][rows]
    )


@pytest.mark.parametrize(
    ("progress", "column", "written"),
    [
        (Progress.WAITING, "patience", PATIENCE),
        (Progress.TALKING, "talk", TALK),
        (Progress.WRAPPING, "wrap", WRAP),
    ],
)
def test_what_a_call_is_in_lasts_longer_than_it_has(
    progress: Progress, column: str, written: Any
) -> None:
    elapsed, count = 40 * SECOND, 5_000
    drawn = started(a_plan(), calls(progress, elapsed, count))
    values = getattr(drawn.fates, column)[:count]
    passed = cdf(spec(written), elapsed)

    assert values.min() > elapsed
    rest = (cdf(spec(written), values) - passed) / (1 - passed)
    assert stats.kstest(rest, "uniform").pvalue > 1e-4
    for other, ordinary in (("patience", PATIENCE), ("talk", TALK), ("wrap", WRAP)):
        if other != column:
            draws = cdf(spec(ordinary), getattr(drawn.fates, other)[:count])
            assert stats.kstest(draws, "uniform").pvalue > 1e-4


@pytest.mark.parametrize("speed", [500_000, 1_250_000, 333_333])
def test_a_slow_agent_has_done_less_in_the_same_time(speed: int) -> None:
    elapsed = 40 * SECOND + 1
    drawn = started(a_plan(), calls(Progress.TALKING, elapsed, 2_000), speed=speed)
    scaled = (drawn.fates.talk[:2_000] * speed + 500_000) // 1_000_000

    assert scaled.min() >= elapsed
    assert drawn.fates.talk[:2_000].min() < elapsed * 1_000_000 / speed * 1.02


def test_a_talk_may_have_contained_its_hold() -> None:
    elapsed = 5 * MINUTE
    state = calls(Progress.TALKING, elapsed, 2_000)
    drawn = started(a_plan(hold=exponential("2m")), state)

    assert (drawn.fates.hold[:2_000] + drawn.fates.talk[:2_000] > elapsed).all()
    assert drawn.fates.talk[:2_000].min() < elapsed


def in_force(drawn: Workload) -> dict[int, int]:
    rows = drawn.moves[drawn.moves["tick"] == drawn.start_tick]
    return dict(zip(rows["agent"].tolist(), rows["state"].tolist(), strict=True))


def test_the_roster_in_force_becomes_moves_at_the_start() -> None:
    plan = a_plan()
    drawn, whole = started(plan, InitialState(at=NOON)), started(plan, InitialState())

    assert in_force(drawn) == {0: 1, 1: 1, 2: 2, 3: 1, 4: 1, 5: 1}
    assert drawn.moves["tick"].min() == NOON
    after = whole.moves[whole.moves["tick"] > NOON]
    np.testing.assert_array_equal(drawn.moves[drawn.moves["tick"] > NOON], after)


def test_before_the_first_shift_nobody_has_to_move() -> None:
    drawn = started(a_plan(), InitialState(at=DAY + HOUR))

    assert in_force(drawn) == {}
    assert drawn.moves["tick"].min() == DAY + 9 * HOUR


def test_an_agent_elsewhere_stays_there_until_the_roster_holds_again() -> None:
    away = AgentOverride(
        group="back", agent=1, state=AgentState.AWAY, until=DAY + 13 * HOUR + 30 * MINUTE
    )
    drawn = started(a_plan(), InitialState(at=NOON, agents=(away,)))
    own = drawn.moves[drawn.moves["agent"] == 3]

    assert in_force(drawn)[3] == AgentState.AWAY
    # Its lunch began at 13:00 and still has half an hour to go.
    assert [(tick - DAY, state) for tick, _, state in own.tolist()][:4] == [
        (12 * HOUR, AgentState.AWAY),
        (13 * HOUR + 30 * MINUTE, AgentState.LUNCH),
        (14 * HOUR, AgentState.AVAILABLE),
        (18 * HOUR, AgentState.OFFLINE),
    ]
    assert (np.diff(drawn.moves["tick"]) >= 0).all()


def test_an_override_that_is_over_or_ends_where_the_roster_goes_on() -> None:
    over = AgentOverride(group="front", agent=0, state=AgentState.AWAY, until=NOON)
    until = AgentOverride(group="front", agent=1, state=AgentState.AWAY, until=NOON + MINUTE)
    drawn = started(a_plan(), InitialState(at=NOON, agents=(over, until)))
    own = drawn.moves[drawn.moves["agent"] == 1]

    assert in_force(drawn)[0] == AgentState.AVAILABLE
    assert own["tick"][1] == NOON + MINUTE
    assert own["state"][1] == AgentState.AVAILABLE


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        ({"queue": "fax", "progress": Progress.WAITING}, "queue among kiosk, phone, got 'fax'"),
        ({"queue": "phone", "progress": Progress.TALKING}, "group among front, back, got None"),
        (
            {"queue": "phone", "progress": Progress.TALKING, "group": "front", "agent": 2},
            r"agent 0\.\.1 of front, got 2",
        ),
    ],
)
def test_a_name_nobody_knows_is_refused(call: dict[str, Any], wanted: str) -> None:
    state = InitialState(at=NOON, calls=(CallInProgress(elapsed=1, **call),))

    with pytest.raises(ScenarioError, match=wanted):
        started(a_plan(), state)


def test_a_single_queue_and_an_empty_day_before_the_start() -> None:
    plan = programme(queue("phone", rate(60), durations={"talk": TALK}))
    waiting = CallInProgress(queue="phone", progress=Progress.WAITING, elapsed=2)
    state = InitialState(at=20 * HOUR, calls=(waiting,))
    drawn = draw_workload(Recipe.of(tables_for(plan), plan, state=state), seed=4, replication=0)

    assert drawn.arrived.tolist() == [20 * HOUR - 2]
    assert len(drawn.fates.talk) == 1
    assert len(drawn.fates.patience) == 0
