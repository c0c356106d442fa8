"""Rosters: coming, going, staying, handing back, and what an agent's going does to a closed queue."""

import pytest

from callcenter.domain.agents import AgentState
from callcenter.domain.calls import LegKind, Outcome
from callcenter.telephony.call_log import NONE
from simulation.engines.port import Engine
from simulation.tables import CERTAIN, CHOICES
from tests.scenes import ACall, AGroup, AQueue, ASkill, live, on_duty

AVAILABLE, BREAK, LUNCH = AgentState.AVAILABLE, AgentState.BREAK, AgentState.LUNCH
OFFLINE, ABSENT = AgentState.OFFLINE, AgentState.ABSENT
ONE = {"talk": 1}
LATE = (AQueue(doors=((-1, 5),)),)
"""Closes at 5 and serves whoever waits then."""


# --- Coming and going --------------------------------------------------------------------------------


def test_an_agent_who_comes_serves_who_waits(run: Engine) -> None:
    calls = (ACall(at=1, fate=ONE), ACall(at=2, fate=ONE))

    day = live(run, calls=calls, moves=on_duty(0, at=5))

    assert day.legs("assigned") == [5, 6]


def test_an_agent_who_goes_serves_nobody(run: Engine) -> None:
    day = live(run, calls=(ACall(at=3),), moves=(*on_duty(0), (3, 0, BREAK)))

    assert day.outcomes() == [Outcome.OPEN]


def test_spells_are_logged_by_agent_and_start_but_never_offline(run: Engine) -> None:
    moves = (
        *on_duty(1),
        *on_duty(0, at=2),
        (3, 1, LUNCH),
        (5, 0, OFFLINE),
        (6, 1, AVAILABLE),
        (7, 0, ABSENT),
        (9, 1, OFFLINE),
        (10, 0, OFFLINE),
    )

    day = live(run, groups=(AGroup(headcount=2),), moves=moves)

    assert day.spells() == [
        (0, AVAILABLE, 2, 5),
        (0, ABSENT, 7, 10),
        (1, AVAILABLE, 0, 3),
        (1, LUNCH, 3, 6),
        (1, AVAILABLE, 6, 9),
    ]


def test_wanting_what_is_so_changes_nothing(run: Engine) -> None:
    moves = (*on_duty(0), *on_duty(0, at=2), (4, 0, BREAK), (6, 0, BREAK), (8, 0, OFFLINE))

    assert live(run, moves=moves).spells() == [(0, AVAILABLE, 0, 4), (0, BREAK, 4, 8)]


def test_a_spell_without_length_is_not_logged(run: Engine) -> None:
    calls = (ACall(at=1, fate={"talk": 4}),)
    moves = (*on_duty(0), (3, 0, BREAK), (5, 0, AVAILABLE), (7, 0, OFFLINE))

    # The talk ends at 5, the break begins, and at the same tick it is over.
    assert live(run, calls=calls, moves=moves).spells() == [
        (0, AVAILABLE, 0, 5),
        (0, AVAILABLE, 5, 7),
    ]


def test_spells_that_do_not_end_end_with_the_last_event(run: Engine) -> None:
    calls = (ACall(at=1, fate={"talk": 4, "wrap": 2, "patience": 50}),)
    groups = (AGroup(), AGroup(skills=()))

    day = live(run, groups=groups, calls=calls, moves=(*on_duty(0), (3, 1, LUNCH)))

    # The patience of a caller long served is void and ends nothing.
    assert day.spells() == [(0, AVAILABLE, 0, 7), (1, LUNCH, 3, 7)]


def test_the_last_move_is_an_event_too(run: Engine) -> None:
    day = live(run, moves=(*on_duty(0), *on_duty(0, at=9)))

    assert day.spells() == [(0, AVAILABLE, 0, 9)]


# --- Going while busy --------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [2, 5, 8])
def test_who_is_wanted_elsewhere_finishes_call_and_after_call_work_first(
    run: Engine, at: int
) -> None:
    calls = (ACall(at=1, fate={"ring": 2, "talk": 4, "wrap": 3}), ACall(at=2, fate=ONE))

    day = live(run, calls=calls, moves=(*on_duty(0), (at, 0, LUNCH), (20, 0, OFFLINE)))

    assert day.legs("outcome", "wrapped") == [(Outcome.ANSWERED, 10), (Outcome.OPEN, NONE)]
    assert day.spells() == [(0, AVAILABLE, 0, 10), (0, LUNCH, 10, 20)]


def test_a_break_that_is_over_before_the_call_is_not_taken(run: Engine) -> None:
    calls = (ACall(at=1, fate={"talk": 9}), ACall(at=2, fate=ONE))

    day = live(run, calls=calls, moves=(*on_duty(0), (3, 0, BREAK), (6, 0, AVAILABLE)))

    assert day.legs("assigned") == [1, 10]
    assert day.spells() == [(0, AVAILABLE, 0, 11)]


def test_freed_agents_go_to_the_end_of_the_idle(run: Engine) -> None:
    moves = (*on_duty(0, 1), (2, 0, BREAK), (3, 0, AVAILABLE))

    day = live(run, groups=(AGroup(headcount=2),), calls=(ACall(at=4, fate=ONE),), moves=moves)

    assert day.legs("agent") == [1]


# --- Handing back ------------------------------------------------------------------------------------

HANDS_BACK = (AGroup(headcount=2, hand_back=True, chooses=CHOICES.index("ordered")),)


def test_a_talk_handed_back_goes_on_with_whoever_comes_next(run: Engine) -> None:
    fate = {"ring": 1, "talk": 6, "hold": 3, "wrap": 2, "priority": 5}
    calls = (ACall(at=1, fate=fate), ACall(at=2, fate=ONE))

    day = live(
        run, groups=HANDS_BACK, calls=calls, moves=(*on_duty(0), (5, 0, LUNCH), *on_duty(1, at=9))
    )

    # Answered at 2, 9 ticks of hold and talk, of which 6 are still to come at 5.
    assert day.legs("kind", "attempt", "fate", "priority", "outcome", "hold", "resolved") == [
        (LegKind.FRESH, 0, 0, 5, Outcome.HANDED_BACK, 0, NONE),
        (LegKind.FRESH, 0, 1, 0, Outcome.ANSWERED, 0, 1),
        (LegKind.HANDED_BACK, 1, 0, 5, Outcome.ANSWERED, 0, 1),
    ]
    assert day.legs("agent", "arrived", "queued", "answered", "ended", "wrapped") == [
        (0, 1, 1, 2, 5, 5),
        (1, 2, 2, 18, 19, 19),
        (1, 5, 5, 10, 16, 18),
    ]
    assert day.spells() == [(0, AVAILABLE, 0, 5), (0, LUNCH, 5, 19), (1, AVAILABLE, 9, 19)]


def test_a_caller_handed_back_has_his_old_place(run: Engine) -> None:
    calls = (ACall(at=1, fate={"talk": 9}), ACall(at=2, fate=ONE))

    day = live(
        run, groups=HANDS_BACK, calls=calls, moves=(*on_duty(0), (5, 0, LUNCH), *on_duty(1, at=9))
    )

    assert day.legs("call", "assigned") == [(0, 1), (1, 14), (0, 9)]


def test_what_is_left_of_a_talk_is_counted_at_the_speed_of_who_takes_it(run: Engine) -> None:
    groups = (
        AGroup(hand_back=True, skills=(ASkill(speed=2_000_000),)),
        AGroup(skills=(ASkill(speed=500_000),)),
    )

    day = live(
        run,
        groups=groups,
        calls=(ACall(fate={"talk": 10}),),
        moves=(*on_duty(0), (6, 0, LUNCH), *on_duty(1, at=9)),
    )

    # 20 ticks, of which 14 are left, are 7 of an ordinary talk and 4 (3.5 rounded) of this agent's.
    assert day.legs("answered", "ended") == [(0, 6), (9, 13)]


def test_a_call_still_ringing_is_handed_back_unanswered_and_whole(run: Engine) -> None:
    day = live(
        run,
        groups=HANDS_BACK,
        calls=(ACall(fate={"ring": 4, "talk": 3, "hold": 2}),),
        moves=(*on_duty(0), (3, 0, LUNCH), *on_duty(1, at=9)),
    )

    assert day.legs("answered", "ended", "wrapped", "hold") == [(NONE, 3, 3, 0), (13, 18, 18, 0)]


def test_a_call_answered_at_this_very_tick_was_answered(run: Engine) -> None:
    day = live(
        run,
        groups=HANDS_BACK,
        calls=(ACall(fate={"ring": 3, "talk": 3}),),
        moves=(*on_duty(0), (3, 0, LUNCH)),
    )

    assert day.legs("outcome", "answered", "ended")[0] == (Outcome.HANDED_BACK, 3, 3)


def test_after_call_work_is_dropped(run: Engine) -> None:
    day = live(
        run,
        groups=HANDS_BACK,
        calls=(ACall(fate={"talk": 3, "wrap": 9}),),
        moves=(*on_duty(0), (5, 0, LUNCH), (8, 0, OFFLINE)),
    )

    assert day.legs("outcome", "ended", "wrapped") == [(Outcome.ANSWERED, 3, 5)]
    assert day.spells() == [(0, AVAILABLE, 0, 5), (0, LUNCH, 5, 8)]


def test_a_call_back_is_not_handed_back_but_its_after_call_work_is_dropped(run: Engine) -> None:
    queue = AQueue(offer_after=1, accept=CERTAIN)
    calls = (ACall(fate={"dial": 2, "talk": 4, "wrap": 9}),)

    day = live(
        run,
        queues=(queue,),
        groups=HANDS_BACK,
        calls=calls,
        moves=(*on_duty(0, at=2), (5, 0, LUNCH), (6, 0, BREAK)),
    )
    assert day.legs("outcome", "ended", "wrapped")[1] == (Outcome.ANSWERED, 8, 17)

    day = live(
        run,
        queues=(queue,),
        groups=HANDS_BACK,
        calls=calls,
        moves=(*on_duty(0, at=2), (5, 0, LUNCH), (10, 0, BREAK)),
    )
    assert day.legs("outcome", "ended", "wrapped")[1] == (Outcome.ANSWERED, 8, 10)


def test_a_caller_handed_back_keeps_the_line_and_gets_new_patience_and_no_offer(
    run: Engine,
) -> None:
    queue = AQueue(lines=0, offer_after=1, accept=CERTAIN, limit=0, balk=((0, CERTAIN),))
    calls = (ACall(fate={"talk": 9, "patience": 4}), ACall(at=8), ACall(at=9))

    day = live(
        run,
        queues=(queue,),
        groups=HANDS_BACK,
        lines=(1,),
        calls=calls,
        moves=(*on_duty(0), (5, 0, LUNCH)),
    )

    assert day.legs("call", "outcome", "ended") == [
        (0, Outcome.HANDED_BACK, 5),
        (0, Outcome.ABANDONED, 9),
        (1, Outcome.BUSY, 8),
        (2, Outcome.QUEUE_FULL, 9),
    ]


def test_work_handed_back_counts_as_work(run: Engine) -> None:
    groups = (AGroup(headcount=2, hand_back=True, chooses=CHOICES.index("least-occupied")),)
    calls = (ACall(fate={"talk": 4}), ACall(fate={"talk": 1}), ACall(at=9, fate=ONE))

    day = live(
        run, groups=groups, calls=calls, moves=(*on_duty(0, 1), (3, 0, BREAK), (5, 0, AVAILABLE))
    )

    # Agent 0 has worked 3 ticks, agent 1 one and then the last one of the talk handed back.
    assert day.legs("agent") == [0, 1, 1, 1]


# --- Closing -----------------------------------------------------------------------------------------


def test_who_waits_at_closing_is_let_go_where_that_is_so(run: Engine) -> None:
    queues = (AQueue(doors=((-1, 5),), serve_at_closing=False),)
    calls = (ACall(at=1, fate={"talk": 9}), ACall(at=2), ACall(at=3))

    day = live(run, queues=queues, calls=calls, moves=on_duty(0))

    assert day.legs("outcome", "ended") == [
        (Outcome.ANSWERED, 10),
        (Outcome.RELEASED, 5),
        (Outcome.RELEASED, 5),
    ]


def test_who_waits_at_closing_is_served_as_long_as_somebody_is_there(run: Engine) -> None:
    calls = (ACall(at=1, fate={"talk": 9}), ACall(at=2, fate=ONE))

    day = live(run, queues=LATE, calls=calls, moves=on_duty(0))
    assert day.legs("ended") == [10, 11]

    day = live(run, queues=LATE, calls=calls)
    assert day.legs("outcome", "ended") == [(Outcome.RELEASED, 5), (Outcome.RELEASED, 5)]


def test_when_the_last_agent_goes_the_callers_of_a_closed_queue_are_let_go(run: Engine) -> None:
    calls = (ACall(at=1, fate={"talk": 9}), ACall(at=2), ACall(at=3))

    day = live(run, queues=LATE, calls=calls, moves=(*on_duty(0), (7, 0, LUNCH)))

    assert day.legs("outcome", "ended") == [
        (Outcome.ANSWERED, 10),
        (Outcome.RELEASED, 10),
        (Outcome.RELEASED, 10),
    ]


def test_while_another_is_present_nobody_is_let_go(run: Engine) -> None:
    groups = (AGroup(), AGroup(skills=(ASkill(when_waiting=9),)))
    calls = (ACall(at=1, fate={"talk": 9}), ACall(at=2))

    day = live(
        run,
        queues=LATE,
        groups=groups,
        calls=calls,
        moves=(*on_duty(0, 1), (7, 0, LUNCH), (12, 1, OFFLINE)),
    )

    assert day.legs("outcome", "ended")[1] == (Outcome.RELEASED, 12)


def test_an_open_queue_keeps_its_callers_though_nobody_is_there(run: Engine) -> None:
    day = live(
        run,
        calls=(ACall(fate={"talk": 2}), ACall(at=1)),
        moves=(*on_duty(0), (1, 0, OFFLINE)),
    )

    assert day.outcomes() == [Outcome.ANSWERED, Outcome.OPEN]


def test_who_should_go_home_stays_until_the_closed_queue_is_empty(run: Engine) -> None:
    calls = (ACall(at=1, fate={"talk": 9}), ACall(at=2, fate=ONE), ACall(at=3, fate=ONE))

    day = live(run, queues=LATE, calls=calls, moves=(*on_duty(0), (5, 0, OFFLINE)))

    assert day.legs("assigned", "ended") == [(1, 10), (10, 11), (11, 12)]
    assert day.spells() == [(0, AVAILABLE, 0, 12)]


def test_nobody_stays_while_one_of_his_queues_is_open(run: Engine) -> None:
    queues = (*LATE, AQueue())
    groups = (AGroup(skills=(ASkill(), ASkill(queue=1))),)
    calls = (ACall(at=1, fate={"talk": 9}), ACall(at=2, fate=ONE))

    day = live(run, queues=queues, groups=groups, calls=calls, moves=(*on_duty(0), (5, 0, OFFLINE)))

    assert day.outcomes() == [Outcome.ANSWERED, Outcome.RELEASED]


def test_nobody_stays_for_queues_of_which_one_lets_its_callers_go(run: Engine) -> None:
    queues = (*LATE, AQueue(doors=((-1, 5),), serve_at_closing=False))
    groups = (AGroup(skills=(ASkill(), ASkill(queue=1))),)
    calls = (ACall(at=1, fate={"talk": 9}), ACall(at=2, fate=ONE))

    day = live(run, queues=queues, groups=groups, calls=calls, moves=(*on_duty(0), (5, 0, OFFLINE)))

    assert day.outcomes() == [Outcome.ANSWERED, Outcome.RELEASED]


def test_who_stays_counts_as_free_for_the_reserve(run: Engine) -> None:
    groups = (AGroup(headcount=2, skills=(ASkill(leave_free=1),)),)
    calls = (
        ACall(at=1, fate={"talk": 8}),
        ACall(at=2, fate=ONE),
    )

    day = live(
        run, queues=LATE, groups=groups, calls=calls, moves=(*on_duty(0, 1), (6, 0, OFFLINE))
    )

    # Agent 1 alone may not take the second call; with agent 0 free again at 9 there are two.
    assert day.legs("agent", "assigned") == [(0, 1), (0, 9)]
    assert day.spells() == [(0, AVAILABLE, 0, 10), (1, AVAILABLE, 0, 10)]


def test_a_queue_opens_again_with_the_callers_it_has(run: Engine) -> None:
    queues = (AQueue(doors=((-1, 5), (8, 12))),)
    calls = (
        ACall(at=1, fate={"talk": 20}),
        ACall(at=2, fate=ONE),
        ACall(at=6),
        ACall(at=8, fate=ONE),
    )

    day = live(run, queues=queues, calls=calls, moves=on_duty(0))

    assert day.legs("outcome", "assigned") == [
        (Outcome.ANSWERED, 1),
        (Outcome.ANSWERED, 21),
        (Outcome.CLOSED, NONE),
        (Outcome.ANSWERED, 22),
    ]


def test_doors_that_touch_close_before_they_open(run: Engine) -> None:
    queues = (AQueue(doors=((-1, 5), (5, 9)), serve_at_closing=False),)

    day = live(run, queues=queues, groups=(), calls=(ACall(at=1), ACall(at=5)))

    assert day.legs("outcome", "ended") == [(Outcome.RELEASED, 5), (Outcome.RELEASED, 9)]


def test_a_call_back_finds_nobody_left_and_is_let_go(run: Engine) -> None:
    queue = AQueue(doors=((-1, 5),), offer_after=3, accept=CERTAIN, slot=True)
    later = AQueue(doors=((-1, 5), (5, 6)), offer_after=3, accept=CERTAIN)

    day = live(run, queues=(queue,), groups=(), calls=(ACall(at=1),))
    assert day.legs("outcome", "ended") == [(Outcome.CALLBACK_ACCEPTED, 4), (Outcome.RELEASED, 5)]

    day = live(run, queues=(later,), groups=(), calls=(ACall(at=1),))
    assert day.legs("outcome", "ended") == [(Outcome.CALLBACK_ACCEPTED, 4), (Outcome.RELEASED, 5)]
