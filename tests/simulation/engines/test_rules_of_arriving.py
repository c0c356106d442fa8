"""Reaching the line, the recorded menu, and what may happen instead of waiting."""

import pytest

from callcenter.clock import NEVER
from callcenter.domain.calls import LegKind, Outcome
from callcenter.telephony.call_log import NONE
from simulation.engines.port import Engine
from simulation.tables import CERTAIN
from tests.scenes import ACall, AGroup, AQueue, ASkill, live, on_duty

HALF = CERTAIN // 2


def test_a_caller_who_finds_an_agent_free_is_served_at_once(run: Engine) -> None:
    fate = {"ring": 1, "hold": 2, "talk": 5, "wrap": 4, "priority": 7}

    day = live(run, calls=(ACall(at=3, fate=fate),), moves=on_duty(0))

    assert day.calls.row(0) == {
        "call": 0,
        "fate": 0,
        "attempt": 0,
        "kind": LegKind.FRESH,
        "queue": 0,
        "outcome": Outcome.ANSWERED,
        "resolved": 1,
        "priority": 7,
        "group": 0,
        "agent": 0,
        "arrived": 3,
        "queued": 3,
        "assigned": 3,
        "answered": 4,
        "ended": 11,
        "wrapped": 15,
        "hold": 2,
    }


def test_a_caller_whom_nobody_serves_stays_open_with_nothing_written(run: Engine) -> None:
    day = live(run, calls=(ACall(at=3),))

    row = day.calls.row(0)
    assert (row["outcome"], row["queued"], row["hold"]) == (Outcome.OPEN, 3, 0)
    for name in ("resolved", "group", "agent", "assigned", "answered", "ended", "wrapped"):
        assert row[name] == NONE, name


def test_patience_that_ends_while_waiting_ends_the_leg(run: Engine) -> None:
    day = live(run, calls=(ACall(at=3, fate={"patience": 4}),))

    assert day.legs("outcome", "queued", "ended") == [(Outcome.ABANDONED, 3, 7)]


def test_patience_does_not_end_a_call_that_an_agent_has_taken(run: Engine) -> None:
    fate = {"patience": 4, "ring": 9, "talk": 1}

    day = live(run, calls=(ACall(fate=fate),), moves=on_duty(0))

    assert day.legs("outcome", "ended") == [(Outcome.ANSWERED, 10)]


def test_a_number_is_closed_from_its_closing_tick_to_before_its_opening_tick(run: Engine) -> None:
    calls = tuple(ACall(at=at) for at in (4, 5, 9, 10))

    day = live(run, queues=(AQueue(doors=((5, 10),)),), calls=calls, moves=on_duty(0))

    answered, closed = Outcome.ANSWERED, Outcome.CLOSED
    assert day.outcomes() == [closed, answered, answered, closed]
    assert day.legs("queued", "ended")[0] == (NONE, 4)


def test_the_caller_after_the_last_line_hears_the_busy_signal(run: Engine) -> None:
    calls = tuple(ACall(at=at) for at in (0, 1, 2))

    day = live(run, queues=(AQueue(lines=0),), lines=(2,), calls=calls)

    assert day.outcomes() == [Outcome.OPEN, Outcome.OPEN, Outcome.BUSY]
    assert day.legs("queued", "ended")[2] == (NONE, 2)


@pytest.mark.parametrize(
    ("fate", "rules", "ends"),
    [
        ({"patience": 2}, {}, Outcome.ABANDONED),
        ({"ivr": 2}, {"self_service": CERTAIN}, Outcome.SELF_SERVED),
        ({"patience": 9}, {"offer_after": 2, "accept": CERTAIN}, Outcome.CALLBACK_ACCEPTED),
        ({"patience": 9}, {"doors": ((-1, 2),), "serve_at_closing": False}, Outcome.RELEASED),
    ],
    ids=lambda value: value.name if isinstance(value, Outcome) else None,
)
def test_whoever_leaves_gives_up_the_line(
    run: Engine, fate: dict[str, int], rules: dict[str, int], ends: Outcome
) -> None:
    queues = (AQueue(lines=0, **rules), AQueue(lines=0))
    calls = (ACall(fate=fate), ACall(at=1, queue=1), ACall(at=3, queue=1))

    day = live(run, queues=queues, groups=(), lines=(1,), calls=calls)

    assert day.outcomes()[:3] == [ends, Outcome.BUSY, Outcome.OPEN]


def test_talk_holds_the_line_and_after_call_work_does_not(run: Engine) -> None:
    fate = {"talk": 4, "wrap": 9}
    calls = (ACall(fate=fate), ACall(at=3, fate=fate), ACall(at=4, fate=fate))

    day = live(run, queues=(AQueue(lines=0),), lines=(1,), calls=calls, moves=on_duty(0))

    assert day.outcomes() == [Outcome.ANSWERED, Outcome.BUSY, Outcome.ANSWERED]


def test_turning_a_caller_away_costs_no_line(run: Engine) -> None:
    queues = (AQueue(lines=0, limit=0), AQueue(lines=0, balk=((0, CERTAIN),)), AQueue(lines=0))
    calls = tuple(ACall(queue=queue) for queue in (0, 1, 2))

    day = live(run, queues=queues, groups=(), lines=(1,), calls=calls)

    assert day.outcomes() == [Outcome.QUEUE_FULL, Outcome.BALKED, Outcome.OPEN]


def test_queues_of_different_bundles_do_not_take_one_anothers_lines(run: Engine) -> None:
    queues = (AQueue(lines=0), AQueue(lines=1), AQueue())
    calls = tuple(ACall(queue=queue) for queue in (0, 0, 1, 2))

    day = live(run, queues=queues, groups=(), lines=(1, 1), calls=calls)

    assert day.outcomes() == [Outcome.OPEN, Outcome.BUSY, Outcome.OPEN, Outcome.OPEN]


def test_a_menu_delays_the_queue_and_not_the_arrival(run: Engine) -> None:
    day = live(run, calls=(ACall(at=2, fate={"ivr": 3, "talk": 1}),), moves=on_duty(0))

    assert day.legs("arrived", "queued", "answered", "ended") == [(2, 5, 5, 6)]


def test_the_menu_settles_what_the_coin_says(run: Engine) -> None:
    calls = tuple(ACall(fate={"ivr": 3, "self_service": coin}) for coin in (HALF - 1, HALF))

    day = live(run, queues=(AQueue(self_service=HALF),), calls=calls)

    assert day.outcomes() == [Outcome.SELF_SERVED, Outcome.OPEN]
    assert day.legs("queued", "ended") == [(NONE, 3), (3, NONE)]


def test_a_menu_that_takes_no_time_settles_as_much(run: Engine) -> None:
    calls = tuple(ACall(at=1, fate={"ivr": 0, "self_service": coin}) for coin in (HALF - 1, HALF))

    day = live(run, queues=(AQueue(self_service=HALF, lines=0),), lines=(1,), calls=calls)

    assert day.legs("outcome", "queued", "ended") == [
        (Outcome.SELF_SERVED, NONE, 1),
        (Outcome.OPEN, 1, NONE),
    ]


def test_who_comes_out_of_the_menu_after_closing_is_let_go(run: Engine) -> None:
    queues = (AQueue(doors=((-1, 4),), serve_at_closing=False),)

    day = live(run, queues=queues, calls=(ACall(at=2, fate={"ivr": 3}),), moves=on_duty(0))

    assert day.legs("outcome", "queued", "ended") == [(Outcome.RELEASED, 5, 5)]


def test_who_comes_out_of_the_menu_after_closing_is_still_served_where_that_is_so(
    run: Engine,
) -> None:
    queues = (AQueue(doors=((-1, 4),)),)
    calls = (ACall(at=2, fate={"ivr": 3, "talk": 2}),)

    assert live(run, queues=queues, calls=calls, moves=on_duty(0)).legs("ended") == [7]
    assert live(run, queues=queues, calls=calls).outcomes() == [Outcome.RELEASED]


@pytest.mark.parametrize(
    ("limit", "outcomes"),
    [
        (0, [Outcome.QUEUE_FULL, Outcome.QUEUE_FULL]),
        (1, [Outcome.OPEN, Outcome.QUEUE_FULL]),
        (-1, [Outcome.OPEN, Outcome.OPEN]),
    ],
)
def test_so_many_may_wait_and_no_more(run: Engine, limit: int, outcomes: list[Outcome]) -> None:
    day = live(run, queues=(AQueue(limit=limit),), calls=(ACall(at=1), ACall(at=2)))

    assert day.outcomes() == outcomes


def test_a_full_queue_turns_nobody_away_who_need_not_wait(run: Engine) -> None:
    calls = (ACall(fate={"talk": 1}), ACall(at=1, fate={"talk": 1}))

    day = live(run, queues=(AQueue(limit=0),), calls=calls, moves=on_duty(0))

    assert day.outcomes() == [Outcome.ANSWERED, Outcome.ANSWERED]


def test_callers_balk_by_the_last_step_that_the_queue_has_reached(run: Engine) -> None:
    balk = ((1, HALF), (2, CERTAIN))
    calls = (
        ACall(),  # before the first step
        ACall(fate={"balk": HALF - 1}),  # one waits
        ACall(fate={"balk": HALF}),
        ACall(fate={"balk": CERTAIN - 1}),  # two wait
    )

    day = live(run, queues=(AQueue(balk=balk),), calls=calls)

    assert day.outcomes() == [Outcome.OPEN, Outcome.BALKED, Outcome.OPEN, Outcome.BALKED]
    assert day.legs("queued", "ended")[1] == (0, 0)


def test_the_announced_wait_divides_the_work_waiting_among_those_present(run: Engine) -> None:
    queue = AQueue(balk=((5, CERTAIN),), balk_by_wait=True, handling=3, constants={"talk": 99})
    calls = tuple(ACall(at=at) for at in (1, 1, 2, 3, 4))

    day = live(
        run, queues=(queue,), groups=(AGroup(headcount=2),), calls=calls, moves=on_duty(0, 1)
    )

    # Two talk; for the others, waiting (themselves included) * 3 // 2 present is 1, 3 and 4 ...
    assert day.outcomes() == [Outcome.ANSWERED] * 5
    # ... and for one more it is 6.
    more = (*calls, ACall(at=5))
    assert (
        live(
            run, queues=(queue,), groups=(AGroup(headcount=2),), calls=more, moves=on_duty(0, 1)
        ).outcomes()[5]
        is Outcome.BALKED
    )


def test_nobody_present_announces_the_wait_of_one_agent(run: Engine) -> None:
    queue = AQueue(balk=((6, CERTAIN),), balk_by_wait=True, handling=3)

    day = live(run, queues=(queue,), calls=(ACall(), ACall()))

    assert day.outcomes() == [Outcome.OPEN, Outcome.BALKED]


def test_a_full_queue_is_noticed_before_anyone_balks(run: Engine) -> None:
    queue = AQueue(limit=0, balk=((0, CERTAIN),))

    assert live(run, queues=(queue,), calls=(ACall(),)).outcomes() == [Outcome.QUEUE_FULL]


def test_constants_of_the_queue_serve_where_no_column_is_drawn(run: Engine) -> None:
    queues = (AQueue(constants={"talk": 3}), AQueue(constants={"talk": 8, "patience": NEVER}))
    groups = (AGroup(skills=(ASkill(queue=0), ASkill(queue=1))),)
    calls = (ACall(queue=1), ACall(queue=0))

    day = live(run, queues=queues, groups=groups, calls=calls, moves=on_duty(0))

    assert day.legs("ended") == [8, 11]
