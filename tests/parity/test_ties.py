"""What comes first when two things happen at the same tick: one scene for each step of the ranks.

Rows are chosen so that the order of ids would say otherwise than the order of ranks.
"""

import pytest

from callcenter.domain.calls import LegKind, Outcome
from callcenter.telephony.call_log import NONE
from simulation.engines import ENGINES, engine
from simulation.engines.port import Engine
from simulation.tables import CERTAIN
from tests.scenes import ACall, AGroup, AQueue, ASkill, live, on_duty

ONE = {"talk": 1}
TWO_AGENTS = (AGroup(headcount=2),)


@pytest.fixture(params=ENGINES)
def run(request: pytest.FixtureRequest) -> Engine:
    return engine(request.param)


# --- Rank by rank ------------------------------------------------------------------------------------


def test_a_talk_ends_before_after_call_work_does(run: Engine) -> None:
    calls = (
        ACall(fate={"talk": 3, "wrap": 2}),
        ACall(fate={"talk": 5}),
        ACall(at=1, fate=ONE),
        ACall(at=1, fate=ONE),
    )

    day = live(run, groups=TWO_AGENTS, calls=calls, moves=on_duty(0, 1))

    assert day.legs("agent", "assigned") == [(0, 0), (1, 0), (1, 5), (0, 5)]


def test_after_call_work_ends_before_a_move(run: Engine) -> None:
    calls = (ACall(fate={"talk": 3, "wrap": 2}), ACall(at=1, fate=ONE), ACall(at=1, fate=ONE))
    moves = (*on_duty(1), *on_duty(0, at=5))

    day = live(run, groups=TWO_AGENTS, calls=calls, moves=moves)

    assert day.legs("agent", "assigned") == [(1, 0), (1, 5), (0, 5)]


def test_a_move_comes_before_a_gate(run: Engine) -> None:
    queues = (AQueue(doors=((-1, 5),)),)

    day = live(run, queues=queues, calls=(ACall(at=1, fate=ONE),), moves=on_duty(0, at=5))

    assert day.legs("outcome", "assigned") == [(Outcome.ANSWERED, 5)]


def test_a_gate_comes_before_an_alarm(run: Engine) -> None:
    queues = (AQueue(doors=((-1, 5),), serve_at_closing=False),)
    groups = (AGroup(skills=(ASkill(after=4),)),)

    day = live(run, queues=queues, groups=groups, calls=(ACall(at=1),), moves=on_duty(0))

    assert day.legs("outcome", "ended") == [(Outcome.RELEASED, 5)]


def test_an_alarm_comes_before_an_offer(run: Engine) -> None:
    queues = (AQueue(offer_after=4, accept=CERTAIN),)
    groups = (AGroup(skills=(ASkill(after=4),)),)

    day = live(run, queues=queues, groups=groups, calls=(ACall(at=1, fate=ONE),), moves=on_duty(0))

    assert day.legs("outcome", "assigned") == [(Outcome.ANSWERED, 5)]


def test_an_offer_comes_before_the_end_of_patience(run: Engine) -> None:
    queues = (AQueue(offer_after=4, accept=CERTAIN),)

    day = live(run, queues=queues, calls=(ACall(at=1, fate={"patience": 4}),))

    assert day.outcomes() == [Outcome.CALLBACK_ACCEPTED, Outcome.OPEN]


def test_patience_ends_before_a_menu_does(run: Engine) -> None:
    queues = (AQueue(limit=1),)
    calls = (ACall(at=1, fate={"ivr": 4}), ACall(at=2, fate={"patience": 3}))

    day = live(run, queues=queues, calls=calls)

    assert day.outcomes() == [Outcome.OPEN, Outcome.ABANDONED]


def test_a_menu_ends_before_anybody_returns(run: Engine) -> None:
    queues = (AQueue(redial_abandon=CERTAIN, spare=(ONE,)),)
    calls = (
        ACall(fate={"patience": 2, "redial_delay": 3}),
        ACall(at=1, fate=ONE | {"ivr": 4}),
    )

    day = live(run, queues=queues, calls=calls, moves=on_duty(0, at=6))

    assert day.legs("call", "kind", "queued", "assigned") == [
        (0, LegKind.FRESH, 0, NONE),
        (1, LegKind.FRESH, 5, 6),
        (0, LegKind.REDIAL, 5, 7),
    ]


def test_who_returns_comes_before_who_arrives(run: Engine) -> None:
    queues = (AQueue(redial_abandon=CERTAIN, spare=(ONE,)),)
    calls = (ACall(fate={"patience": 2, "redial_delay": 3}), ACall(at=5, fate=ONE))

    day = live(run, queues=queues, calls=calls, moves=on_duty(0, at=6))

    assert day.legs("call", "assigned") == [(0, NONE), (0, 6), (1, 7)]


# --- Ids within a rank -------------------------------------------------------------------------------


def test_talks_end_in_the_order_of_rows(run: Engine) -> None:
    calls = (
        ACall(at=1, fate={"ring": 2, "talk": 2}),
        ACall(at=2, fate={"talk": 3}),
        ACall(at=3, fate=ONE),
        ACall(at=3, fate=ONE),
    )

    day = live(run, groups=TWO_AGENTS, calls=calls, moves=on_duty(0, 1))

    assert day.legs("agent", "assigned")[2:] == [(0, 5), (1, 5)]


def test_after_call_work_ends_in_the_order_of_rows(run: Engine) -> None:
    calls = (
        ACall(at=1, fate={"talk": 3, "wrap": 1}),
        ACall(at=2, fate={"talk": 1, "wrap": 2}),
        ACall(at=3, fate=ONE),
        ACall(at=3, fate=ONE),
    )

    day = live(run, groups=TWO_AGENTS, calls=calls, moves=on_duty(0, 1))

    assert day.legs("agent", "assigned")[2:] == [(0, 5), (1, 5)]


def test_moves_are_made_in_the_order_of_agents(run: Engine) -> None:
    calls = (ACall(fate=ONE), ACall(at=1, fate=ONE))

    day = live(run, groups=TWO_AGENTS, calls=calls, moves=on_duty(1, 0, at=5))

    assert day.legs("agent") == [0, 1]


def test_alarms_ring_in_the_order_of_rows(run: Engine) -> None:
    queues = (AQueue(), AQueue())
    groups = (AGroup(skills=(ASkill(queue=0, after=2), ASkill(queue=1, after=4))),)
    calls = (ACall(at=1, queue=1, fate=ONE), ACall(at=3, queue=0, fate=ONE))

    day = live(run, queues=queues, groups=groups, calls=calls, moves=on_duty(0))

    assert day.legs("assigned") == [5, 6]


def test_offers_are_made_in_the_order_of_rows(run: Engine) -> None:
    queues = (AQueue(offer_after=2, accept=CERTAIN), AQueue(offer_after=4, accept=CERTAIN))
    calls = (ACall(at=1, queue=1), ACall(at=3, queue=0))

    day = live(run, queues=queues, groups=(), calls=calls)

    assert day.legs("call", "arrived")[2:] == [(0, 5), (1, 5)]


def test_patience_ends_in_the_order_of_rows(run: Engine) -> None:
    queues = (AQueue(redial_abandon=CERTAIN),)
    calls = (ACall(at=1, fate={"patience": 4}), ACall(at=2, fate={"patience": 3}))

    day = live(run, queues=queues, groups=(), calls=calls)

    # Both redial at once; who gave up first returns first, for a return stands behind patience.
    assert day.legs("call", "arrived")[2:] == [(0, 5), (1, 5)]


def test_menus_end_in_the_order_of_rows(run: Engine) -> None:
    calls = (ACall(at=1, fate=ONE | {"ivr": 4}), ACall(at=2, fate=ONE | {"ivr": 3}))

    day = live(run, calls=calls, moves=on_duty(0, at=6))

    assert day.legs("assigned") == [6, 7]


def test_callers_return_in_the_order_of_the_rows_they_left(run: Engine) -> None:
    queues = (AQueue(redial_abandon=CERTAIN),)
    calls = (
        ACall(at=1, fate={"patience": 2, "redial_delay": 2}),
        ACall(at=1, fate={"patience": 1, "redial_delay": 3}),
    )

    day = live(run, queues=queues, groups=(), calls=calls)

    assert day.legs("call", "arrived")[2:4] == [(0, 5), (1, 5)]


# --- What an event causes ----------------------------------------------------------------------------


def test_what_an_event_causes_later_in_its_tick_still_goes_by_rank(run: Engine) -> None:
    queues = (AQueue(limit=0),)

    day = live(run, queues=queues, calls=(ACall(), ACall(), ACall()), moves=on_duty(0))

    # Each talk of no length ends before the next of the simultaneous arrivals.
    assert day.legs("outcome", "assigned") == [(Outcome.ANSWERED, 0)] * 3


def test_patience_of_no_length_ends_before_the_next_arrival(run: Engine) -> None:
    queues = (AQueue(limit=1),)
    calls = tuple(ACall(fate={"patience": 0}) for _ in range(3))

    assert live(run, queues=queues, calls=calls).outcomes() == [Outcome.ABANDONED] * 3


def test_a_void_event_does_not_even_sweep(run: Engine) -> None:
    queues = (AQueue(offer_after=1, accept=CERTAIN // 2), AQueue())
    groups = (AGroup(skills=(ASkill(after=4),)), AGroup(skills=(ASkill(queue=1),)))
    calls = (
        ACall(at=1, fate={"talk": 1}),
        ACall(at=2, queue=1, fate={"patience": 3, "talk": 1}),
    )

    day = live(run, queues=queues, groups=groups, calls=calls, moves=on_duty(0, 1))

    # Called back, the caller has waited 4 at tick 5, and only his own alarm at 6 asks about it:
    # the patience of the other, which would have ended at 5, is void.
    assert day.legs("call", "kind", "assigned") == [
        (0, LegKind.FRESH, NONE),
        (0, LegKind.CALLBACK, 6),
        (1, LegKind.FRESH, 2),
    ]
