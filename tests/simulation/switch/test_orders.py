"""Each order, what it changes, and what is answered."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from callcenter.clock import HOUR, MINUTE, NEVER
from callcenter.domain.agents import AgentState
from callcenter.domain.calls import LegKind, Outcome
from callcenter.domain.outbound import Disposition
from callcenter.telephony.commands import (
    Answer,
    Command,
    Errand,
    MoveAgents,
    RecallAgents,
    SendAgents,
    SetCampaign,
    SetOverflow,
    Surge,
)
from callcenter.telephony.events import AgentStateChanged, CallDialled, SourceReconfigured, Told
from callcenter.telephony.names import Names
from callcenter.telephony.words import Cause
from simulation.plan import compile_plan
from simulation.replications import Order, draw
from simulation.scenario.load import load
from simulation.switch.laying import Laying
from simulation.switch.live_day import LiveDay
from simulation.switch.surges import Surges
from tests.parity.test_narrate_and_fold import ORIGIN, names_of
from tests.scene_campaigns import ACampaign, ACourse, ADialler, ALead
from tests.scenes import ACall, AGroup, AQueue, ASkill, Lived, Scene, on_duty

CONFIGS = Path(__file__).parents[3] / "configs" / "scenarios"
MONDAY = date(2026, 11, 23)
TAX, ROADS = 0, 1
SUCCESS = Disposition.SUCCESS
TWO_QUEUES = (AQueue(), AQueue())
TWO_DESKS = (AGroup(headcount=3, skills=(ASkill(),)), AGroup(skills=(ASkill(queue=ROADS),)))
ALL_FOUR = on_duty(0, 1, 2, 3)


class Ordered:
    """A scene lived with orders, and what came of it."""

    def __init__(self, *orders: tuple[int, Command], **parts: Any) -> None:
        scene = Scene(**({"queues": TWO_QUEUES, "groups": TWO_DESKS, "moves": ALL_FOUR} | parts))
        tables = scene.tables()
        names = names_of(len(scene.called), len(scene.groups), tables.agent_group.tolist())
        day = LiveDay(tables, scene.workload(), names=names, source="sim")
        self.told: list[Told] = []
        self.answers: list[Answer] = []
        for tick, command in orders:
            self.told += day.advance(tick - 1)
            self.answers.append(day.obey(command, tick))
        self.told += day.advance(NEVER)
        self.lived = Lived(*day.log())

    @property
    def answer(self) -> str:
        (answer,) = self.answers
        return answer.en

    def changes(self) -> list[AgentStateChanged]:
        return [told.event for told in self.told if isinstance(told.event, AgentStateChanged)]

    def reconfigured(self) -> list[str]:
        events = [told.event for told in self.told]
        return [event.detail for event in events if isinstance(event, SourceReconfigured)]


def calls(*at: int, queue: int = TAX, talk: int = 10) -> tuple[ACall, ...]:
    return tuple(ACall(at=tick, queue=queue, fate={"talk": talk}) for tick in at)


MOVE = MoveAgents(count=2, group="group-0", to="group-1")


# --- Moving --------------------------------------------------------------------------------------------


def test_agents_who_are_moved_take_the_calls_of_their_new_group() -> None:
    waiting = calls(1, 1, 1, queue=ROADS, talk=20)

    left = Ordered(calls=waiting)
    moved = Ordered((5, MOVE), calls=waiting)

    assert left.lived.legs("answered") == [1, 21, 41]
    assert moved.lived.legs("answered") == [1, 5, 5]
    assert moved.lived.legs("group") == [1, 1, 1]
    assert moved.answer == "moved from group-0 to group-1: 2 of 2"
    assert moved.reconfigured() == [moved.answer]


def test_agents_who_are_moved_take_no_calls_of_their_old_group() -> None:
    moved = Ordered((5, MoveAgents(count=3, group="group-0", to="group-1")), calls=calls(6))

    assert moved.lived.outcomes() == [Outcome.OPEN]


def test_who_is_moved_is_told_with_the_new_group_and_whose_doing_it_is() -> None:
    moved = Ordered((5, MoveAgents(count=1, group="group-0", to="group-1")), calls=calls(9))

    (change,) = [change for change in moved.changes() if change.cause is Cause.SUPERVISOR]
    assert (change.agent, change.group) == ("group-0-01", "group-1")


def test_who_has_a_call_in_hand_finishes_it_and_belongs_to_the_new_group_then() -> None:
    moved = Ordered(
        (5, MoveAgents(count=3, group="group-0", to="group-1")),
        calls=(*calls(1, 1, 1), *calls(2, 2, queue=ROADS)),
    )

    assert moved.lived.legs("queue", "group", "answered", "ended") == [
        (TAX, 0, 1, 11), (TAX, 0, 1, 11), (TAX, 0, 1, 11), (ROADS, 1, 2, 12), (ROADS, 1, 11, 21),
    ]  # fmt: skip
    assert moved.answer.endswith("3 of 3, 3 after the call in hand")


def test_no_more_are_moved_than_are_there() -> None:
    moved = Ordered(
        (5, MoveAgents(count=3, group="group-0", to="group-1")),
        moves=on_duty(0, 1, 3),
        calls=calls(9),
    )

    assert moved.answer == "moved from group-0 to group-1: 2 of 3; one was not there"


def test_who_is_moved_goes_home_when_his_shift_ends() -> None:
    off = ((30, 0, AgentState.OFFLINE),)
    moved = Ordered(
        (5, MoveAgents(count=1, group="group-0", to="group-1")),
        moves=ALL_FOUR + off,
        calls=calls(40),
    )

    assert (0, AgentState.AVAILABLE, 5, 30) in moved.lived.spells()


@pytest.mark.parametrize("seats", [True, False], ids=["seats", "no seats"])
def test_the_roster_finds_whoever_has_a_seat_in_whichever_group(*, seats: bool) -> None:
    groups = (
        AGroup(headcount=2, seats=True, skills=(ASkill(),)),
        AGroup(headcount=2, seats=seats, skills=(ASkill(queue=ROADS),)),
    )
    off = tuple((30, agent, AgentState.OFFLINE) for agent in range(4))
    moved = Ordered(
        (5, MOVE), groups=groups, moves=ALL_FOUR + off, calls=(*calls(1), *calls(3, queue=ROADS))
    )

    assert {(agent, end) for agent, _, start, end in moved.lived.spells() if start == 5} == {
        (0, 30), (1, 30),
    }  # fmt: skip


# --- Sending away and recalling -------------------------------------------------------------------------


def test_who_is_sent_to_training_is_away_until_recalled() -> None:
    sent = Ordered(
        (5, SendAgents(count=1, group="group-1", errand=Errand.TRAINING)),
        (50, RecallAgents(count=1, group="group-1")),
        calls=(*calls(10, queue=ROADS), *calls(60)),
    )

    assert sent.lived.legs("answered") == [50, 60]
    assert [spell for spell in sent.lived.spells() if spell[0] == 3] == [
        (3, AgentState.AVAILABLE, 0, 5),
        (3, AgentState.TRAINING, 5, 50),
        (3, AgentState.AVAILABLE, 50, 70),
    ]
    assert [answer.en for answer in sent.answers] == [
        "sent from group-1 to training: 1 of 1",
        "recalled to group-1: 1 of 1",
    ]


def test_the_roster_waits_for_who_was_sent_away_and_holds_when_he_is_recalled() -> None:
    pauses = ((20, 3, AgentState.LUNCH), (30, 3, AgentState.AVAILABLE), (45, 3, AgentState.LUNCH))
    sent = Ordered(
        (5, SendAgents(count=1, group="group-1", errand=Errand.MEETING)),
        (50, RecallAgents(count=1, group="group-1")),
        moves=ALL_FOUR + pauses,
        calls=calls(60),
    )

    assert [spell for spell in sent.lived.spells() if spell[0] == 3] == [
        (3, AgentState.AVAILABLE, 0, 5),
        (3, AgentState.MEETING, 5, 50),
        (3, AgentState.LUNCH, 50, 70),
    ]


def test_who_was_sent_away_goes_home_without_being_recalled() -> None:
    sent = Ordered(
        (5, SendAgents(count=1, group="group-1", errand=Errand.BREAK)),
        (50, RecallAgents(count=1, group="group-1")),
        moves=(*ALL_FOUR, (30, 3, AgentState.OFFLINE)),
        calls=calls(60),
    )

    assert (3, AgentState.BREAK, 5, 30) in sent.lived.spells()
    assert sent.answers[1].en == "recalled to group-1: 0 of 1; one was not sent away"
    assert len(sent.reconfigured()) == 1


def test_who_talks_goes_when_the_call_is_over_even_where_leaving_hands_calls_back() -> None:
    groups = (AGroup(hand_back=True), AGroup(skills=()))
    sent = Ordered(
        (5, SendAgents(count=1, group="group-0", errand=Errand.BREAK)),
        groups=groups,
        moves=on_duty(0),
        calls=calls(1),
    )

    assert sent.lived.outcomes() == [Outcome.ANSWERED]
    assert sent.lived.legs("ended") == [11]
    assert sent.answer == "sent from group-0 to a break: 1 of 1, 1 after the call in hand"


# --- Queues --------------------------------------------------------------------------------------------


def test_an_overflow_that_is_opened_lets_the_other_group_help_and_closed_no_longer() -> None:
    roads = calls(1, 1, 3, 30, 30, queue=ROADS)
    ordered = Ordered(
        (5, SetOverflow(queue="queue-1", group="group-0", opened=True)),
        (20, SetOverflow(queue="queue-1", group="group-0", opened=False)),
        calls=roads,
    )

    assert ordered.lived.legs("group", "answered") == [(1, 1), (0, 5), (0, 5), (1, 30), (1, 40)]
    assert ordered.reconfigured() == [
        "opened overflow of queue-1 to group-0",
        "closed overflow of queue-1 to group-0",
    ]


def test_a_group_whose_overflow_is_open_takes_its_own_calls_first() -> None:
    groups = (AGroup(headcount=1, skills=(ASkill(),)), AGroup(skills=(ASkill(queue=ROADS),)))
    ordered = Ordered(
        (5, SetOverflow(queue="queue-1", group="group-0", opened=True)),
        groups=groups,
        moves=on_duty(0),
        calls=(*calls(1), *calls(2, queue=ROADS), *calls(7)),
    )

    assert ordered.lived.legs("queue", "answered") == [(TAX, 1), (ROADS, 21), (TAX, 11)]


def test_opening_an_overflow_lifts_the_conditions_it_had() -> None:
    helps = AGroup(headcount=1, skills=(ASkill(queue=ROADS, when_waiting=3, speed=500_000),))
    groups = (helps, AGroup(skills=(ASkill(queue=ROADS), ASkill(queue=TAX))))
    ordered = Ordered(
        (5, SetOverflow(queue="queue-1", group="group-0", opened=True)),
        groups=groups,
        moves=on_duty(0, 1),
        calls=calls(1, 1, queue=ROADS),
    )

    assert ordered.lived.legs("group", "answered", "ended") == [(1, 1, 11), (0, 5, 10)]


# --- Campaigns -----------------------------------------------------------------------------------------

BILLS = "queue-2"
"""The campaign comes after the two queues."""
PAUSE = SetCampaign(campaign=BILLS, running=False)
START = SetCampaign(campaign=BILLS, running=True)
SOMEBODY_TO_CALL: dict[str, Any] = {
    "campaigns": (ACampaign(leads=(ALead(),) * 40, courses={SUCCESS: ACourse(ring=2, talk=3)}),),
    "diallers": (ADialler(keep=2),),
}


def dialled(ordered: Ordered) -> list[int]:
    events = [told for told in ordered.told if isinstance(told.event, CallDialled)]
    return [told.at - ORIGIN for told in events]


def test_a_campaign_that_is_paused_begins_no_attempt_and_ends_those_it_has_begun() -> None:
    left, paused = (Ordered(*orders, **SOMEBODY_TO_CALL) for orders in ((), ((7, PAUSE),)))

    assert dialled(left)[:3] == [0, 5, 10]
    assert dialled(paused) == [0, 5]
    assert paused.lived.legs("ended") == [5, 10]
    assert paused.answer == f"paused campaign {BILLS}"


def test_a_campaign_that_is_started_again_dials_at_once() -> None:
    ordered = Ordered((7, PAUSE), (22, START), calls=calls(90), **SOMEBODY_TO_CALL)

    assert dialled(ordered)[:4] == [0, 5, 22, 27]
    changed = [told.event for told in ordered.told if isinstance(told.event, SourceReconfigured)]
    assert [(event.campaign, event.running) for event in changed] == [(BILLS, False), (BILLS, True)]


def test_a_campaign_is_neither_paused_nor_started_twice() -> None:
    ordered = Ordered((3, START), (7, PAUSE), (9, PAUSE), **SOMEBODY_TO_CALL)

    assert [answer.done for answer in ordered.answers] == [0, 1, 0]
    assert ordered.answers[0].en == f"campaign {BILLS} runs already"
    assert ordered.answers[2].en == f"campaign {BILLS} is paused already"


# --- What cannot be done -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        (SetOverflow(queue="queue-0", group="group-0", opened=True),
         "group-0 takes calls of queue-0 already"),
        (SetOverflow(queue="queue-0", group="group-1", opened=False),
         "group-1 takes no calls of queue-0"),
        (SetOverflow(queue="queue-0", group="group-0", opened=False),
         "only group-0 takes calls of queue-0: it stays open"),
        (SetOverflow(queue="fax", group="group-0", opened=True), "no queue of that name: fax"),
        (MoveAgents(count=1, group="group-0", to="night"), "no group of that name: night"),
        (MoveAgents(count=1, group="group-0", to="group-0"),
         "group-0 is the same group: nobody was moved"),
        (MoveAgents(count=0, group="group-0", to="group-1"), "expected at least one agent"),
        (SetCampaign(campaign="reminders", running=True), "no campaign of that name: reminders"),
        (Surge(queue="queue-0", factor=1, minutes=5),
         "expected a factor above 1 and up to 20, and 1 to 240 minutes"),
        (Surge(queue="queue-0", factor=2, minutes=5), "this switch cannot do that"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_answered_and_changes_nothing(command: Command, answer: str) -> None:
    ordered = Ordered((5, command), calls=calls(9))

    assert ordered.answer == answer
    assert ordered.answers[0].done == 0
    assert ordered.told == Ordered(calls=calls(9)).told


def test_nothing_is_done_when_the_day_is_over() -> None:
    ordered = Ordered((50, MOVE), calls=calls(9))

    assert ordered.answer == "the day is over"
    assert ordered.told == Ordered(calls=calls(9)).told


# --- In a day of the house -----------------------------------------------------------------------------


class House:
    """A day of a scenario of the house, lived with orders."""

    def __init__(self, *orders: tuple[int, Command], scenario: str = "multi-skill") -> None:
        plan = Laying(compile_plan(load(CONFIGS / f"{scenario}.yaml"))).plan_of(MONDAY)
        workload = draw(Order.of(plan, seed=1), 0)
        frame = plan.frame
        self.names = Names.of_centre(
            queues=frame.called, groups=frame.groups, agent_group=frame.agent_group
        )
        surges = Surges(plan.tables, plan.programme, workload, seed=1, replication=0)
        day = LiveDay(plan.tables, workload, names=self.names, source="sim", surges=surges)
        self.answers = []
        for tick, command in orders:
            list(day.advance(tick))
            self.answers.append(day.obey(command, tick + 1).en)
        list(day.advance(NEVER))
        self.calls, _ = day.log()

    def of(self, queue: str, start: int, end: int) -> np.ndarray[Any, Any]:
        """Return the rows of a queue that arrived within a span."""
        log = self.calls
        own = log.queue == self.names.queues.index(queue)
        return np.flatnonzero(own & (log.arrived >= start) & (log.arrived < end))

    def mean_wait(self, queue: str, start: int, end: int) -> float:
        """Return how many seconds callers of a queue waited, whatever became of them."""
        log, rows = self.calls, self.of(queue, start, end)
        rows = rows[log.queued[rows] >= 0]
        left = np.where(log.assigned[rows] >= 0, log.assigned[rows], log.ended[rows])
        return float((left - log.queued[rows]).mean() / 1e6)


def test_two_agents_moved_into_a_starving_group_lower_its_waits() -> None:
    morning = 10 * HOUR, 12 * HOUR
    starving = SendAgents(count=2, group="specialists", errand=Errand.TRAINING)
    help_them = MoveAgents(count=2, group="general", to="specialists")

    left = House((9 * HOUR + MINUTE, starving), scenario="tutorial")
    helped = House((9 * HOUR + MINUTE, starving), (10 * HOUR, help_them), scenario="tutorial")

    assert helped.answers[1].startswith("moved from general to specialists: 2 of 2")
    assert helped.mean_wait("tax", *morning) < 0.7 * left.mean_wait("tax", *morning)
    before = 9 * HOUR, 10 * HOUR
    assert helped.mean_wait("tax", *before) == left.mean_wait("tax", *before)


def test_a_surge_brings_so_many_times_the_usual_calls_and_moves_no_other() -> None:
    start, end = 10 * HOUR, 12 * HOUR
    usual = House()
    surge = Surge(queue="tax", factor=3, minutes=120)
    surged = House((start - 1, surge))

    many, few = len(surged.of("tax", start, end)), len(usual.of("tax", start, end))
    assert 2.3 < many / few < 3.7
    extra = int(surged.answers[0].split()[0])
    fresh = {log.calls.call[log.calls.attempt == 0].size for log in (usual, surged)}
    assert max(fresh) - min(fresh) == extra
    arrived = set(surged.calls.arrived[surged.calls.kind == LegKind.FRESH].tolist())
    assert set(usual.calls.arrived[usual.calls.kind == LegKind.FRESH].tolist()) <= arrived


def test_the_same_surges_ordered_again_are_the_same_and_two_of_them_are_not_alike() -> None:
    surge = Surge(queue="tax", factor=3, minutes=10)
    orders = ((10 * HOUR, surge), (11 * HOUR, surge))

    one, other = House(*orders), House(*orders)

    assert one.calls.equals(other.calls)
    assert one.answers == other.answers
    assert one.answers[0] != one.answers[1]


def test_a_surge_of_what_is_recorded_is_drawn_at_the_rate_of_the_record() -> None:
    usual = House(scenario="trace")
    queue = usual.names.queues[0]
    first = int(usual.calls.arrived.min())
    surged = House((first, Surge(queue=queue, factor=2, minutes=60)), scenario="trace")

    span = first, first + 60 * MINUTE
    assert 1.5 < len(surged.of(queue, *span)) / len(usual.of(queue, *span)) < 2.5
