"""The reference engine as an object: stepped event by event, listened to, and apart from others."""

from collections.abc import Iterator

import pytest
import simpy
from hypothesis import given

from callcenter.clock import Tick
from callcenter.domain.agents import AgentState
from callcenter.domain.calls import Outcome
from simulation.engines.port import Rank
from simulation.engines.reference import Centre, Day, run
from simulation.engines.reference_records import Agent, Leg
from tests.scenes import ACall, AGroup, Scene, live, on_duty
from tests.strategies import scenes

SCENE = Scene(
    calls=(ACall(at=1, fate={"talk": 4, "wrap": 2}), ACall(at=2, fate={"patience": 3})),
    moves=(*on_duty(0), (9, 0, AgentState.OFFLINE)),
)


class Ears:
    """Write down what is told."""

    def __init__(self) -> None:
        self.heard: list[tuple[Tick, str]] = []

    def leg_changed(self, leg: Leg, now: Tick) -> None:
        stamps = ("wrapped", "ended", "assigned", "queued", "arrived")
        last = next(name for name in stamps if getattr(leg, name) == now)
        self.heard.append((now, f"leg {leg.row} {last} {leg.outcome.name}"))

    def agent_changed(self, agent: Agent, now: Tick) -> None:
        self.heard.append((now, f"agent {agent.number} {agent.state.name}"))


def steps(centre: Centre) -> Iterator[Tick]:
    """Let one event after the other happen."""
    while centre.day.peek() < float("inf"):
        centre.day.step()
        yield centre.day.tick


def test_a_listener_hears_everything_as_it_happens() -> None:
    ears = Ears()

    Centre(SCENE.tables(), SCENE.workload(), listener=ears).day.run()

    assert ears.heard == [
        (0, "agent 0 AVAILABLE"),
        (1, "leg 0 arrived OPEN"),
        (1, "leg 0 queued OPEN"),
        (1, "leg 0 assigned OPEN"),
        (2, "leg 1 arrived OPEN"),
        (2, "leg 1 queued OPEN"),
        (5, "leg 0 ended ANSWERED"),
        (5, "leg 1 ended ABANDONED"),
        (7, "leg 0 wrapped ANSWERED"),
        (9, "agent 0 OFFLINE"),
    ]


@given(scene=scenes())
def test_listening_changes_nothing(scene: Scene) -> None:
    centre = Centre(scene.tables(), scene.workload(), listener=Deaf())
    centre.day.run()

    calls, agents = centre.logs()
    quiet = live(run, scene)
    assert calls.equals(quiet.calls)
    assert agents.equals(quiet.agents)


class Deaf(Ears):
    def leg_changed(self, leg: Leg, now: Tick) -> None:
        assert now >= leg.arrived


def test_a_day_can_be_stepped_and_written_down_at_any_moment() -> None:
    centre = Centre(SCENE.tables(), SCENE.workload())

    for now in steps(centre):
        if now == 2:
            break
    calls, agents = centre.logs()

    assert [Outcome(value) for value in calls.outcome] == [Outcome.OPEN, Outcome.OPEN]
    assert calls.assigned.tolist() == [1, -1]
    assert agents.end.tolist() == [2]


@given(scene=scenes())
def test_stepping_to_the_end_is_the_same_as_running(scene: Scene) -> None:
    centre = Centre(scene.tables(), scene.workload())
    ticks = list(steps(centre))

    assert ticks == sorted(ticks)
    calls, agents = centre.logs()
    ran = live(run, scene)
    assert calls.equals(ran.calls)
    assert agents.equals(ran.agents)


@given(one=scenes(), other=scenes())
def test_two_centres_never_meet(one: Scene, other: Scene) -> None:
    centres = [Centre(scene.tables(), scene.workload()) for scene in (one, other)]
    days = [steps(centre) for centre in centres]
    while days:
        days = [day for day in days if next(day, None) is not None]

    for centre, scene in zip(centres, (one, other), strict=True):
        assert centre.logs()[0].equals(live(run, scene).calls)


def test_every_number_inside_is_an_ordinary_integer() -> None:
    centre = Centre(SCENE.tables(), SCENE.workload())
    centre.day.run()

    leg = centre.legs.all[0]
    for name in ("row", "call", "fate", "queue", "priority", "arrived", "ended", "wrapped", "hold"):
        assert type(getattr(leg, name)) is int, name
    assert type(centre.day.tick) is int


@given(scene=scenes())
def test_nothing_is_left_over_at_the_end(scene: Scene) -> None:
    centre = Centre(scene.tables(), scene.workload())
    centre.day.run()

    assert all(agent.leg is None for agent in centre.agents)
    for group in centre.groups:
        assert group.present == sum(agent.present for agent in group.agents)
        assert set(group.free) == {agent for agent in group.agents if agent.present}
    waiting = [leg for leg in centre.legs.all if leg.outcome is Outcome.OPEN]
    assert sorted(leg.row for queue in centre.queues for leg in queue.waiting) == [
        leg.row for leg in waiting
    ]
    holding = [leg for leg in waiting if leg.line >= 0]
    assert sum(centre.legs.taken) == len(holding)


# --- The clock ---------------------------------------------------------------------------------------


def test_events_of_one_tick_happen_by_rank_and_then_by_number() -> None:
    day, seen = Day(0, lambda: None), []
    wanted = [(rank, number) for rank in Rank for number in (0, 3, 1 << 40)]
    for rank, number in reversed(wanted):
        event = day.at(7, rank, number)
        event.callbacks.append(lambda _, this=(rank, number): seen.append(this))

    day.run()

    assert seen == wanted
    assert day.last == 7


def test_what_an_event_causes_is_over_before_the_next_and_then_settled() -> None:
    told: list[str] = []
    day = Day(0, lambda: told.append("settled"))

    def grandchild() -> Iterator[simpy.Event]:
        yield day.event().succeed()
        told.append("grandchild")

    def child() -> Iterator[simpy.Event]:
        yield day.event().succeed()
        day.process(grandchild())
        told.append("child")

    def first() -> Iterator[simpy.Event]:
        yield day.at(3, Rank.MOVE, 0)
        day.process(child())
        told.append("first")

    def second() -> Iterator[simpy.Event]:
        yield day.at(3, Rank.MOVE, 1)
        told.append("second")

    day.process(second())
    day.process(first())
    day.run()

    assert told == ["first", "child", "grandchild", "settled", "second", "settled"]


def test_an_event_nobody_waits_for_is_as_if_it_were_not_there() -> None:
    settled: list[int] = []
    day = Day(0, lambda: settled.append(day.tick))
    day.at(3, Rank.PATIENCE, 0).callbacks.append(lambda _: None)
    day.at(9, Rank.PATIENCE, 1)

    day.run()

    assert (settled, day.last) == ([3], 3)


def test_nothing_happens_for_ever() -> None:
    day = Day(0, lambda: None)

    event = day.at(1 << 62, Rank.PATIENCE, 0)

    assert not event.triggered
    with pytest.raises(simpy.core.EmptySchedule):
        day.step()


def test_a_group_without_agents_and_a_day_without_calls_are_days_too() -> None:
    day = live(run, groups=(AGroup(headcount=0, skills=()),))

    assert len(day.calls) == 0
    assert day.spells() == []
