"""Who is served next, by whom, and under which conditions."""

import pytest

from callcenter.domain.agents import AgentState
from callcenter.telephony.call_log import NONE
from simulation.engines.port import Engine
from simulation.tables import CERTAIN, CHOICES
from tests.scenes import ACall, AGroup, AQueue, ASkill, Lived, live, on_duty

HALF = CERTAIN // 2
ONE = {"talk": 1}
LONG = {"talk": 50}


def served(day: Lived) -> list[int]:
    """Return the rows in the order in which they were assigned."""
    moments = day.legs("assigned")
    return sorted((row for row, at in enumerate(moments) if at != NONE), key=lambda r: moments[r])


# --- Order in a queue --------------------------------------------------------------------------------


def test_equal_callers_are_served_in_the_order_in_which_they_joined(run: Engine) -> None:
    calls = (ACall(at=1, fate=ONE), ACall(at=1, fate=ONE), ACall(at=0, fate=ONE | {"ivr": 2}))
    ordered = tuple(sorted(calls, key=lambda call: call.at))

    day = live(run, calls=ordered, moves=on_duty(0, at=5))

    assert served(day) == [1, 2, 0]


def test_a_higher_priority_goes_first_however_long_others_wait(run: Engine) -> None:
    calls = (ACall(fate=ONE | {"priority": 1}), ACall(at=9, fate=ONE | {"priority": 2}))

    assert served(live(run, calls=calls, moves=on_duty(0, at=10))) == [1, 0]


@pytest.mark.parametrize(("later_by", "order"), [(3, [1, 0]), (4, [0, 1]), (5, [0, 1])])
def test_with_ageing_a_priority_is_worth_so_much_waiting(
    run: Engine, later_by: int, order: list[int]
) -> None:
    calls = (
        ACall(fate=ONE | {"priority": 1}),
        ACall(at=later_by, fate=ONE | {"priority": 3}),
    )

    day = live(run, queues=(AQueue(ageing=2),), calls=calls, moves=on_duty(0, at=10))

    # Two levels are worth 4 ticks; at 4 the two are equal and the earlier joining decides.
    assert served(day) == order


# --- Which group a call goes to ----------------------------------------------------------------------


def test_a_call_goes_to_the_group_of_smallest_call_rank(run: Engine) -> None:
    groups = (AGroup(skills=(ASkill(call_rank=2),)), AGroup(skills=(ASkill(call_rank=1),)))

    day = live(run, groups=groups, calls=(ACall(at=1, fate=ONE),), moves=on_duty(0, 1))

    assert day.legs("group", "agent") == [(1, 1)]


def test_among_groups_of_equal_call_rank_the_agent_longest_free_decides(run: Engine) -> None:
    groups = (AGroup(), AGroup())

    day = live(
        run,
        groups=groups,
        calls=(ACall(at=5, fate=ONE), ACall(at=6, fate=ONE)),
        moves=(*on_duty(1, at=1), *on_duty(0, at=2)),
    )

    assert day.legs("agent") == [1, 0]


def test_the_longest_free_agent_names_the_group_whom_the_group_need_not_choose(
    run: Engine,
) -> None:
    groups = (AGroup(), AGroup(headcount=2, chooses=CHOICES.index("ordered")))
    moves = (*on_duty(2, at=1), *on_duty(0, at=2), *on_duty(1, at=3))

    day = live(run, groups=groups, calls=(ACall(at=5, fate=ONE),), moves=moves)

    assert day.legs("group", "agent") == [(1, 1)]


# --- Which call a group takes ------------------------------------------------------------------------

TWO = (AQueue(), AQueue())


def skills(*ranks: int) -> tuple[ASkill, ...]:
    return tuple(ASkill(queue=queue, rank=rank) for queue, rank in enumerate(ranks))


def test_a_group_takes_from_the_queue_of_smallest_rank_first(run: Engine) -> None:
    calls = (ACall(queue=0, fate=ONE | {"priority": 9}), ACall(at=9, queue=1, fate=ONE))

    day = live(
        run,
        queues=TWO,
        groups=(AGroup(skills=skills(2, 1)),),
        calls=calls,
        moves=on_duty(0, at=10),
    )

    assert served(day) == [1, 0]


def test_queues_of_equal_rank_form_one_line(run: Engine) -> None:
    calls = (
        ACall(at=1, queue=1, fate=ONE),
        ACall(at=1, queue=0, fate=ONE),
        ACall(at=2, queue=1, fate=ONE | {"priority": 1}),
    )

    day = live(
        run,
        queues=TWO,
        groups=(AGroup(skills=skills(1, 1)),),
        calls=calls,
        moves=on_duty(0, at=10),
    )

    assert served(day) == [2, 0, 1]


def test_a_weighted_group_takes_the_longest_weighted_wait(run: Engine) -> None:
    queues = (AQueue(weight=3), AQueue(weight=1))
    calls = (
        ACall(at=0, queue=1, fate=ONE | {"priority": 9}),
        ACall(at=7, queue=0, fate=ONE),
        ACall(at=8, queue=0, fate=ONE),
    )
    groups = (AGroup(skills=skills(1, 1), weighted=True),)

    day = live(run, queues=queues, groups=groups, calls=calls, moves=on_duty(0, at=10))

    # At 10 the products are 10 and 9; at 11 they are 9 (of row 2) and 12 (of row 1).
    assert served(day) == [0, 1, 2]


def test_equal_weighted_waits_go_to_who_waits_longer(run: Engine) -> None:
    queues = (AQueue(weight=2), AQueue(weight=1))
    calls = (ACall(at=0, queue=1, fate=ONE), ACall(at=5, queue=0, fate=ONE))
    groups = (AGroup(skills=skills(1, 1), weighted=True),)

    day = live(run, queues=queues, groups=groups, calls=calls, moves=on_duty(0, at=10))

    assert served(day) == [0, 1]


# --- Which agent takes it ----------------------------------------------------------------------------


def three(
    run: Engine, chooses: str, *calls: ACall, moves: tuple[tuple[int, int, int], ...]
) -> Lived:
    groups = (AGroup(headcount=3, chooses=CHOICES.index(chooses)),)
    return live(run, groups=groups, calls=calls, moves=moves)


def test_longest_idle_takes_who_became_free_first(run: Engine) -> None:
    moves = (*on_duty(1, at=0), *on_duty(2, at=1), *on_duty(0, at=2))
    calls = tuple(ACall(at=at, fate=ONE) for at in (3, 5, 7, 9))

    assert three(run, "longest-idle", *calls, moves=moves).legs("agent") == [1, 2, 0, 1]


def test_ordered_takes_the_smallest_number(run: Engine) -> None:
    moves = (*on_duty(1, at=0), *on_duty(2, at=1), *on_duty(0, at=2))
    calls = tuple(ACall(at=at, fate={"talk": 4}) for at in (3, 5, 7, 9))

    assert three(run, "ordered", *calls, moves=moves).legs("agent") == [0, 1, 0, 1]


def test_least_occupied_takes_who_has_worked_least(run: Engine) -> None:
    calls = (
        ACall(at=0, fate={"talk": 3, "wrap": 3}),
        ACall(at=0, fate={"talk": 4, "ring": 1}),
        ACall(at=0, fate={"talk": 5, "hold": 2}),
        ACall(at=8, fate=ONE),
        ACall(at=10, fate=ONE),
    )

    day = three(run, "least-occupied", *calls, moves=on_duty(0, 1, 2))

    # By tick 8 they have worked 6, 5 and 7; by tick 10 agents 0 and 1 are equal.
    assert day.legs("agent") == [0, 1, 2, 1, 0]


def test_work_before_going_home_is_forgotten_and_before_a_break_is_not(run: Engine) -> None:
    moves = (
        *on_duty(0, 1),
        (5, 0, AgentState.OFFLINE),
        (5, 1, AgentState.BREAK),
        *on_duty(0, 1, at=6),
    )
    calls = (
        ACall(at=0, fate={"talk": 4}),
        ACall(at=0, fate={"talk": 2}),
        ACall(at=7, fate=ONE),
    )

    assert three(run, "least-occupied", *calls, moves=moves).legs("agent") == [0, 1, 0]


@pytest.mark.parametrize(
    ("coin", "agent"),
    [(0, 0), (CERTAIN // 3, 0), (HALF, 1), (CERTAIN // 3 * 2 + 2, 2), (CERTAIN - 1, 2)],
)
def test_random_counts_the_free_agents_by_number(run: Engine, coin: int, agent: int) -> None:
    moves = (*on_duty(2, at=0), *on_duty(1, at=1), *on_duty(0, at=2))

    day = three(run, "random", ACall(at=3, fate=ONE | {"choice": coin}), moves=moves)

    assert day.legs("agent") == [agent]


def test_random_counts_only_who_is_free(run: Engine) -> None:
    calls = tuple(ACall(at=1, fate=LONG | {"choice": coin}) for coin in (0, 0, CERTAIN - 1))

    assert three(run, "random", *calls, moves=on_duty(0, 1, 2)).legs("agent") == [0, 1, 2]


# --- Conditions --------------------------------------------------------------------------------------


def test_overflow_takes_only_who_has_waited_so_long(run: Engine) -> None:
    groups = (AGroup(skills=(ASkill(after=4),)),)
    calls = (ACall(at=1, fate=ONE), ACall(at=2, fate=ONE | {"patience": 3}))

    day = live(run, groups=groups, calls=calls, moves=on_duty(0))

    assert day.legs("assigned") == [5, NONE]


def test_help_that_waits_for_a_number_waiting_comes_when_it_is_reached(run: Engine) -> None:
    groups = (AGroup(headcount=2, skills=(ASkill(when_waiting=2),)),)
    calls = (ACall(at=1, fate=LONG), ACall(at=2, fate=LONG), ACall(at=3, fate=LONG))

    day = live(run, groups=groups, calls=calls, moves=on_duty(0, 1))

    # At 2 two wait and one is taken; then one waits, and at 3 two again.
    assert day.legs("assigned") == [2, 3, NONE]


@pytest.mark.parametrize(("share", "assigned"), [(500, 1), (501, 2), (1000, 2)])
def test_help_comes_when_the_other_group_is_so_busy(run: Engine, share: int, assigned: int) -> None:
    queues = (AQueue(), AQueue())
    groups = (
        AGroup(headcount=2, skills=(ASkill(queue=0),)),
        AGroup(skills=(ASkill(queue=1, busy_group=0, busy_share=share),)),
    )
    calls = (ACall(at=0, fate=LONG), ACall(at=1, queue=1, fate=ONE), ACall(at=2, fate=LONG))

    day = live(run, queues=queues, groups=groups, calls=calls, moves=on_duty(0, 1, 2))

    assert day.legs("assigned")[1] == assigned


def test_a_group_of_whom_nobody_is_present_counts_as_busy(run: Engine) -> None:
    groups = (
        AGroup(skills=()),
        AGroup(skills=(ASkill(busy_group=0, busy_share=1000),)),
    )

    day = live(
        run,
        groups=groups,
        calls=(ACall(at=1, fate=ONE),),
        moves=(*on_duty(0, 1), (5, 0, AgentState.LUNCH)),
    )

    assert day.legs("assigned") == [5]


def test_ringing_and_after_call_work_are_busy(run: Engine) -> None:
    queues = (AQueue(), AQueue())
    groups = (
        AGroup(skills=(ASkill(queue=0),)),
        AGroup(headcount=2, skills=(ASkill(queue=1, busy_group=0, busy_share=1000),)),
    )
    calls = (
        ACall(at=0, fate={"ring": 2, "wrap": 3}),
        ACall(at=1, queue=1, fate=LONG),
        ACall(at=4, queue=1, fate=LONG),
        ACall(at=5, queue=1, fate=LONG),
    )

    day = live(run, queues=queues, groups=groups, calls=calls, moves=on_duty(0, 1, 2))

    assert day.legs("assigned") == [0, 1, 4, NONE]


def test_a_reserve_is_kept_free(run: Engine) -> None:
    groups = (AGroup(headcount=2, skills=(ASkill(leave_free=1),)),)
    calls = (ACall(at=1, fate={"talk": 4}), ACall(at=2, fate=ONE))

    day = live(run, groups=groups, calls=calls, moves=on_duty(0, 1))

    assert day.legs("assigned") == [1, 5]


def test_a_skill_that_is_not_open_does_not_stand_before_one_that_is(run: Engine) -> None:
    groups = (
        AGroup(skills=(ASkill(call_rank=1, after=9),)),
        AGroup(skills=(ASkill(call_rank=2),)),
    )

    day = live(run, groups=groups, calls=(ACall(at=1, fate=ONE),), moves=on_duty(0, 1))

    assert day.legs("assigned", "agent") == [(1, 1)]


def test_conditions_are_judged_by_the_first_caller_alone(run: Engine) -> None:
    groups = (AGroup(skills=(ASkill(after=4),)),)
    calls = (ACall(at=0, fate=ONE), ACall(at=3, fate=ONE | {"priority": 1}))

    day = live(run, groups=groups, calls=calls, moves=on_duty(0))

    # At 4 the caller who has waited long enough is not the first any more.
    assert day.legs("assigned") == [8, 7]


# --- The sweep ---------------------------------------------------------------------------------------


def test_every_event_asks_the_conditional_groups_again(run: Engine) -> None:
    queues = (AQueue(), AQueue())
    groups = (
        AGroup(skills=(ASkill(queue=0),)),
        AGroup(skills=(ASkill(queue=1, busy_group=0, busy_share=1000),)),
    )
    calls = (ACall(at=1, queue=1, fate=ONE), ACall(at=3, queue=0, fate=LONG))

    day = live(run, queues=queues, groups=groups, calls=calls, moves=on_duty(0, 1))

    assert day.legs("assigned") == [3, 3]


def test_an_assignment_in_the_sweep_may_open_the_skill_of_a_group_asked_before(
    run: Engine,
) -> None:
    queues = (AQueue(), AQueue(), AQueue())
    groups = (
        AGroup(skills=(ASkill(queue=0, busy_group=1, busy_share=1000),)),
        AGroup(skills=(ASkill(queue=1, busy_group=2, busy_share=1000),)),
        AGroup(skills=(ASkill(queue=2),)),
    )
    calls = (
        ACall(at=1, queue=0, fate=LONG),
        ACall(at=2, queue=1, fate=LONG),
        ACall(at=3, queue=2, fate=LONG),
    )

    day = live(run, queues=queues, groups=groups, calls=calls, moves=on_duty(0, 1, 2))

    assert day.legs("assigned") == [3, 3, 3]


def test_groups_are_swept_by_number(run: Engine) -> None:
    condition = {"busy_group": 0, "busy_share": 1000}
    queues = (AQueue(), AQueue())
    groups = (
        AGroup(skills=(ASkill(queue=0),)),
        AGroup(skills=(ASkill(queue=1, call_rank=2, **condition),)),
        AGroup(skills=(ASkill(queue=1, call_rank=1, **condition),)),
    )
    calls = (ACall(at=1, queue=1, fate=LONG), ACall(at=3, queue=0, fate=LONG))

    day = live(run, queues=queues, groups=groups, calls=calls, moves=on_duty(0, 1, 2))

    # The sweep asks group 1 before group 2, whatever group the call would have preferred.
    assert day.legs("assigned", "group") == [(3, 1), (3, 0)]


def test_the_sweep_comes_before_a_newcomer_is_turned_away(run: Engine) -> None:
    queues = (AQueue(balk=((0, HALF),)), AQueue())
    groups = (
        AGroup(skills=(ASkill(queue=0, when_waiting=2),)),
        AGroup(skills=(ASkill(queue=1, busy_group=0, busy_share=1000),)),
        AGroup(skills=(ASkill(queue=0, busy_group=1, busy_share=1000),)),
    )
    calls = (
        ACall(at=0, queue=1, fate=LONG),
        ACall(at=1, queue=0, fate=LONG | {"balk": HALF}),
        ACall(at=2, queue=0, fate=LONG),
    )

    day = live(run, queues=queues, groups=groups, calls=calls, moves=on_duty(0, 1, 2))

    # The newcomer makes two waiting: group 0 takes the first, hence group 1 the caller of the other
    # queue, hence group 2 the newcomer, who would have balked.
    assert day.legs("assigned", "group") == [(2, 1), (2, 0), (2, 2)]


def test_speed_stretches_talk_hold_and_wrap_each_rounded_to_the_nearest(run: Engine) -> None:
    groups = (AGroup(skills=(ASkill(speed=1_500_000),)),)
    fate = {"ring": 3, "talk": 3, "hold": 1, "wrap": 5}

    day = live(run, groups=groups, calls=(ACall(fate=fate),), moves=on_duty(0))

    # 4.5 -> 5 ticks of talk, 1.5 -> 2 of hold, 7.5 -> 8 of after-call work; ringing is ringing.
    assert day.legs("answered", "hold", "ended", "wrapped") == [(3, 2, 10, 18)]
