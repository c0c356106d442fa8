"""How things stand while events come in: in order, late, or from the middle of a call."""

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given, strategies as st

from callcenter.domain.agents import AgentState
from callcenter.domain.calls import LegKind, Outcome
from callcenter.domain.outbound import Disposition
from callcenter.telephony.call_log import NONE
from callcenter.telephony.changes import CHANGES, OUTCOMES
from callcenter.telephony.events import (
    AgentLoggedIn,
    AgentLoggedOut,
    CallAbandoned,
    CallDialled,
    CallEnded,
    CallExited,
    CallHeld,
    CallRetrieved,
    CallTransferred,
    CallWrapped,
    CorrectionIssued,
    CsatReceived,
    OfCall,
    SourceStarted,
    TelephonyEvent,
    Told,
)
from callcenter.telephony.fold import Fold
from callcenter.telephony.names import Names
from callcenter.telephony.standing import Agent, Doing, Leg, Stage
from callcenter.telephony.words import DispositionWord, ExitReason, StateWord, TransferManner
from tests.callcenter.telephony.sayings import (
    WHOLE,
    after,
    arrived,
    connected,
    ended,
    offer_ended,
    offered,
    queued,
    state,
    the_leg,
    told,
    wrapped,
)

# --- Legs --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "stage", "since"),
    [
        (1, Stage.MENU, 10),
        (2, Stage.WAITING, 12),
        (3, Stage.RINGING, 20),
        (4, Stage.TALKING, 25),
        (5, Stage.WRAPPING, 60),
        (6, Stage.OVER, 70),
    ],
)
def test_a_leg_is_in_the_stage_its_last_event_says(count: int, stage: Stage, since: int) -> None:
    leg = the_leg(*WHOLE[:count])

    assert (leg.stage, leg.since) == (stage, since)


@pytest.mark.parametrize("count", range(1, 7))
def test_a_leg_is_open_until_the_agent_is_done(count: int) -> None:
    fold = after(*WHOLE[:count])

    assert [leg.call for leg in fold.open_calls] == ["c"] * (count < 6)
    assert fold.latest == (10, 12, 20, 25, 60, 70)[count - 1]


def test_applying_an_event_gives_what_it_changed() -> None:
    fold = Fold()

    leg = fold.apply(arrived(10))
    agent = fold.apply(state(11, StateWord.AVAILABLE))

    assert isinstance(leg, Leg)
    assert leg is fold.apply(queued(12))
    assert isinstance(agent, Agent)
    assert agent is fold.agents["ann"]


@pytest.mark.parametrize(
    "event",
    [
        CsatReceived(call="c", leg=0, queue="tax", score=5),
        SourceStarted(),
        CorrectionIssued(target_id="pbx1:1", reason="a test call"),
    ],
    ids=lambda event: event.kind,
)
def test_events_about_neither_legs_nor_agents_change_nothing(event: TelephonyEvent) -> None:
    fold = Fold()

    assert fold.apply(told(5, event)) is None
    assert not fold.legs
    assert not fold.agents
    assert fold.latest == NONE


def test_the_same_call_number_at_another_switch_is_another_call() -> None:
    fold = after(arrived(10), replace(arrived(11), source="pbx2"))

    calls, _ = fold.log()
    assert calls.call.tolist() == [0, 1]


def test_every_event_of_a_call_is_known_to_the_fold() -> None:
    assert set(CHANGES) == set(get_args(OfCall))


def test_every_way_out_has_its_outcome() -> None:
    assert set(OUTCOMES) == set(ExitReason)


# --- Ringing -----------------------------------------------------------------------------------------


def test_a_leg_whose_ringing_ends_waits_on_as_before() -> None:
    fold = after(*WHOLE[:3], offer_ended(24))

    (leg,) = fold.open_calls
    assert (leg.stage, leg.since, leg.agent, leg.group) == (Stage.WAITING, 12, None, None)
    assert fold.agents["ann"].legs == {}


def test_a_leg_may_ring_at_several_and_is_his_who_answers() -> None:
    fold = after(*WHOLE[:3], offered(21, "bob"))
    assert [len(agent.legs) for agent in fold.agents.values()] == [1, 1]

    fold.apply(connected(25, "ann"))

    (leg,) = fold.open_calls
    assert (leg.agent, leg.assigned) == ("ann", 20)
    assert [len(agent.legs) for agent in fold.agents.values()] == [1, 0]


def test_when_one_of_several_does_not_answer_it_rings_on_at_the_other() -> None:
    fold = after(*WHOLE[:3], offered(21, "bob"), offer_ended(24, "bob"))

    (leg,) = fold.open_calls
    assert (leg.stage, leg.agent, leg.assigned) == (Stage.RINGING, "ann", 20)
    assert fold.agents["bob"].doing[0] is Doing.OFFLINE


def test_an_answer_without_a_ring_says_how_long_it_rang() -> None:
    leg = the_leg(*WHOLE[:2], connected(25, ring_us=4))

    assert (leg.assigned, leg.answered) == (21, 25)


# --- Ends --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", [reason for reason in ExitReason if reason != "not_reached"])
def test_who_leaves_the_queue_some_other_way_leaves_no_agent_behind(reason: ExitReason) -> None:
    exited = told(30, CallExited(call="c", leg=0, queue="tax", reason=reason))

    fold = after(*WHOLE[:3], exited)

    (leg,) = fold.legs
    assert (leg.outcome, leg.agent, leg.assigned) == (OUTCOMES[reason], None, NONE)
    assert leg.stage is Stage.OVER
    assert not fold.agents["ann"].legs


def test_who_gives_up_while_it_rings_has_no_agent() -> None:
    gives_up = told(30, CallAbandoned(call="c", leg=0, queue="tax", wait_us=18, agent="ann"))

    leg = the_leg(*WHOLE[:3], gives_up)

    assert (leg.outcome, leg.agent, leg.stage) == (Outcome.ABANDONED, None, Stage.OVER)


def test_a_citizen_not_reached_keeps_the_agent_until_he_puts_down() -> None:
    reason = ExitReason.NOT_REACHED
    exited = told(30, CallExited(call="c", leg=0, queue="tax", reason=reason, agent="ann"))

    assert the_leg(*WHOLE[:3], exited).stage is Stage.WRAPPING
    assert the_leg(*WHOLE[:3], exited, wrapped(30)).stage is Stage.OVER


def test_a_transfer_changes_nothing_by_itself() -> None:
    sent = CallTransferred(
        call="c", leg=0, queue="tax", agent="ann", manner=TransferManner.BLIND, target="700"
    )

    assert the_leg(*WHOLE[:4], told(50, sent)).stage is Stage.TALKING


def test_an_outbound_call_is_a_leg_that_never_queued() -> None:
    dialled = told(5, CallDialled(call="c", leg=0, queue="tax", priority=2))

    leg = the_leg(dialled, offered(5), connected(9))

    assert (leg.kind, leg.queued, leg.priority) == (LegKind.OUTBOUND, NONE, 2)
    assert leg.stage is Stage.TALKING


def test_an_attempt_has_its_campaign_and_what_it_came_to() -> None:
    dialled = told(5, CallDialled(call="c", leg=0, queue="tax", campaign="water-bills"))
    end = CallEnded(call="c", leg=0, queue="tax", agent="ann", disposition=DispositionWord.PARTIAL)

    leg = the_leg(dialled, offered(5), connected(9), told(20, end))

    assert (leg.campaign, leg.disposition) == ("water-bills", Disposition.PARTIAL)
    assert the_leg(dialled, offered(5), connected(9)).disposition == NONE


def test_a_dropped_attempt_is_one_though_the_switch_has_no_word_for_it() -> None:
    def leaves(reason: ExitReason) -> int:
        dialled = told(5, CallDialled(call="c", leg=0, queue="tax", campaign="water-bills"))
        left = told(9, CallExited(call="c", leg=0, queue="tax", reason=reason))
        return the_leg(dialled, left).disposition

    assert leaves(ExitReason.DROPPED) == Disposition.DROPPED
    assert leaves(ExitReason.NOT_REACHED) == NONE


# --- Hold --------------------------------------------------------------------------------------------

HELD = told(30, CallHeld(call="c", leg=0, queue="tax", agent="ann"))
RETRIEVED = told(34, CallRetrieved(call="c", leg=0, queue="tax", agent="ann"))
RETRIEVED_AFTER = CallRetrieved(call="c", leg=0, queue="tax", agent="ann", hold_us=3)


def test_a_held_call_is_held_until_it_is_retrieved() -> None:
    fold = after(*WHOLE[:4], HELD)
    assert fold.agents["ann"].doing == (Doing.HOLD, 30)

    fold.apply(RETRIEVED)

    assert fold.agents["ann"].doing == (Doing.TALKING, 25)


def test_holds_add_up_unless_the_end_says_how_much_it_was() -> None:
    total = CallEnded(call="c", leg=0, queue="tax", agent="ann", hold_us=99)

    assert the_leg(*WHOLE[:4], HELD, RETRIEVED, replace(HELD, at=50), ended(60)).hold == 4 + 10
    assert the_leg(*WHOLE[:4], HELD, told(34, RETRIEVED_AFTER)).hold == 3
    assert the_leg(*WHOLE[:4], HELD, RETRIEVED, told(60, total)).hold == 99
    assert the_leg(*WHOLE[:4], RETRIEVED).hold == 0


# --- What was not heard ------------------------------------------------------------------------------


def test_an_answer_out_of_nowhere_makes_up_the_wait_it_speaks_of() -> None:
    leg = the_leg(connected(100, wait_us=30, ring_us=5))

    assert (leg.arrived, leg.queued, leg.assigned, leg.answered) == (70, 70, 95, 100)
    assert leg.guessed


def test_an_end_out_of_nowhere_makes_up_the_talk_it_speaks_of() -> None:
    end = CallEnded(call="c", leg=0, queue="tax", agent="ann", talk_us=30, hold_us=5)

    leg = the_leg(told(100, end))

    assert (leg.arrived, leg.queued, leg.answered, leg.ended) == (65, 65, 65, 100)
    assert leg.outcome is Outcome.ANSWERED


def test_after_call_work_out_of_nowhere_makes_up_the_call() -> None:
    done = CallWrapped(call="c", leg=0, queue="tax", agent="ann", wrap_us=20)

    leg = the_leg(told(100, done))

    assert (leg.ended, leg.wrapped, leg.stage) == (80, 100, Stage.OVER)
    assert leg.outcome is Outcome.ANSWERED


def test_a_lost_answer_is_made_up_without_moving_what_was_told() -> None:
    leg = the_leg(*WHOLE[:2], ended(60))

    assert (leg.arrived, leg.queued, leg.answered) == (10, 12, 60)


def test_who_gives_up_out_of_nowhere_waited_as_long_as_is_said_or_was_never_queued() -> None:
    gives_up = CallAbandoned(call="c", leg=0, queue="tax", wait_us=30)

    assert the_leg(told(100, gives_up)).queued == 70
    assert the_leg(told(100, replace(gives_up, wait_us=None))).queued == NONE


# --- Lateness ----------------------------------------------------------------------------------------


@given(st.permutations(WHOLE))
def test_events_of_a_leg_may_come_in_any_order(story: Sequence[Told]) -> None:
    late, due = after(*story), after(*WHOLE)

    assert late.log()[0].equals(due.log()[0])
    assert late.open_calls == []
    assert not any(agent.legs for agent in late.agents.values())


STATES = (
    told(1, AgentLoggedIn(agent="ann", group="desk")),
    state(2, StateWord.AVAILABLE),
    state(10, StateWord.LUNCH),
    state(20, StateWord.AVAILABLE),
    told(30, AgentLoggedOut(agent="ann")),
)


def test_an_answer_told_after_the_end_says_when_it_rang_better_than_a_guess() -> None:
    leg = the_leg(*WHOLE[:2], ended(60), connected(25, ring_us=4))

    assert (leg.assigned, leg.answered) == (21, 25)


@given(st.permutations(STATES))
def test_the_latest_state_wins_in_whatever_order_states_come(story: Sequence[Told]) -> None:
    fold = after(*story)

    assert fold.agents["ann"].state is AgentState.OFFLINE
    assert fold.log()[1].equals(after(*STATES).log()[1])


# --- Logs --------------------------------------------------------------------------------------------


def test_moments_of_a_log_count_from_its_origin_and_names_have_their_numbers() -> None:
    names = Names(
        queues=("roads", "tax"),
        groups=("desk",),
        agents=("bob", "ann"),
        agent_group=(0, 0),
        origin=10,
    )
    fold = Fold(names)
    for one in (state(12, StateWord.AVAILABLE), *WHOLE):
        fold.apply(one)

    calls, agents = fold.log()

    row = calls.row(0)
    assert (row["queue"], row["group"], row["agent"]) == (1, 0, 1)
    assert (row["arrived"], row["wrapped"]) == (0, 60)
    assert agents.row(0) == {"agent": 1, "state": AgentState.AVAILABLE, "start": 2, "end": 60}


def test_what_is_first_heard_of_gets_the_next_number() -> None:
    fold = Fold(Names(queues=("roads",)))
    fold.apply(arrived(10))
    fold.apply(offered(11))

    assert fold.names.queues == ("roads", "tax")
    calls, _ = fold.log()

    assert calls.queue.tolist() == [1]
    assert fold.names.agents == ("ann",)


def test_names_know_the_group_of_an_agent_who_said_it() -> None:
    fold = after(told(1, AgentLoggedIn(agent="ann", group="desk")), offered(5, "bob"))

    names = fold.names

    assert names.groups == ("desk",)
    assert [names.agent_group[names.agents.index(name)] for name in ("ann", "bob")] == [0, NONE]


def test_an_agent_whose_group_no_event_names_is_where_the_names_put_him() -> None:
    names = Names(groups=("floor", "desk"), agents=("bob", "ann"), agent_group=(NONE, 1))
    fold = Fold(names)
    for agent, call in (("ann", "c"), ("bob", "d")):
        one = connected(9, agent, call=call, wait_us=2)
        fold.apply(replace(one, event=replace(one.event, group=None)))

    assert fold.log()[0].group.tolist() == [1, NONE]
    assert fold.agents["ann"].group == "desk"


def test_a_spell_that_lasts_ends_with_the_last_event_or_when_asked() -> None:
    fold = after(state(5, StateWord.AVAILABLE), arrived(40))

    assert fold.log()[1].end.tolist() == [40]
    assert fold.log(until=50)[1].end.tolist() == [50]
    assert fold.log(until=5)[1].end.tolist() == []


def test_a_spell_of_no_length_is_no_spell() -> None:
    fold = after(
        state(5, StateWord.LUNCH), state(5, StateWord.AVAILABLE), state(9, StateWord.AVAILABLE)
    )

    assert fold.log(until=20)[1].start.tolist() == [5, 9]


def test_nothing_folds_into_empty_logs() -> None:
    calls, agents = Fold().log()

    assert len(calls) == len(agents) == 0
    assert {column.dtype.name for column in calls.columns().values()} == {
        "int8",
        "int16",
        "int32",
        "int64",
    }


# --- Snapshots and forgetting ------------------------------------------------------------------------


def test_a_snapshot_shows_open_legs_of_one_source_and_all_agents() -> None:
    fold = after(
        state(5, StateWord.AVAILABLE),
        *WHOLE[:4],
        arrived(30, "d"),
        replace(arrived(31), source="x"),
    )

    shown = fold.snapshot("pbx1", sequence_high=30)

    talking, in_menu = shown.calls
    assert (talking.call, talking.connected, talking.ended, talking.agent) == ("c", 25, None, "ann")
    assert (in_menu.call, in_menu.queued, in_menu.agent) == ("d", None, None)
    (agent,) = shown.agents
    assert (agent.agent, agent.state, agent.since) == ("ann", StateWord.AVAILABLE, 5)
    assert shown.sequence_high == 30


def test_an_agent_who_never_spoke_is_not_in_a_snapshot() -> None:
    assert after(*WHOLE[:4]).snapshot("pbx1", sequence_high=4).agents == ()


def test_what_was_over_is_forgotten_and_what_lasts_is_kept() -> None:
    fold = after(state(5, StateWord.LUNCH), state(8, StateWord.AVAILABLE), *WHOLE, arrived(80, "d"))

    fold.forget(before=70)
    assert [leg.call for leg in fold.legs] == ["c", "d"]
    fold.forget(before=71)

    assert [leg.call for leg in fold.legs] == ["d"]
    assert fold.log(until=90)[1].start.tolist() == [8]
    assert fold.agents["ann"].state is AgentState.AVAILABLE
