"""What may follow a leg: transfer, redial, calling again, a call-back."""

import pytest

from callcenter.clock import NEVER
from callcenter.domain.calls import LegKind, Outcome
from callcenter.telephony.call_log import NONE
from simulation.engines.port import Engine, mix
from simulation.tables import CERTAIN
from tests.scenes import ACall, AGroup, AQueue, ASkill, live, on_duty

HALF = CERTAIN // 2
ONE = {"talk": 1}
HURRIED = {"patience": 2}


def takes(*queues: int) -> tuple[AGroup, ...]:
    return (AGroup(skills=tuple(ASkill(queue=queue) for queue in queues)),)


# --- Settled or not ----------------------------------------------------------------------------------


def test_the_coin_says_whether_the_concern_is_settled(run: Engine) -> None:
    calls = tuple(ACall(fate=ONE | {"resolved": coin}) for coin in (HALF - 1, HALF))

    day = live(run, queues=(AQueue(resolved=HALF),), calls=calls, moves=on_duty(0))

    assert day.legs("resolved") == [1, 0]


def test_a_caller_not_helped_calls_again_later(run: Engine) -> None:
    queue = AQueue(resolved=0, repeat=CERTAIN, spare=({"talk": 2, "repeat_delay": 7},))

    day = live(
        run,
        queues=(queue,),
        calls=(ACall(at=3, fate={"talk": 4, "repeat_delay": 9}),),
        moves=on_duty(0),
    )

    # Counted from the arrival at 3, not from the end at 7; once only.
    assert day.legs("call", "kind", "attempt", "fate", "arrived", "ended", "resolved") == [
        (0, LegKind.FRESH, 0, 0, 3, 7, 0),
        (0, LegKind.REPEAT, 1, 1, 12, 14, 0),
    ]


def test_nobody_calls_again_before_hanging_up(run: Engine) -> None:
    queue = AQueue(resolved=0, repeat=CERTAIN)

    day = live(
        run, queues=(queue,), calls=(ACall(fate={"talk": 4, "repeat_delay": 1}),), moves=on_duty(0)
    )

    assert day.legs("arrived") == [0, 4]


def test_only_whom_the_coin_chooses_calls_again(run: Engine) -> None:
    calls = tuple(ACall(fate=ONE | {"repeat": coin}) for coin in (HALF, HALF - 1))

    day = live(run, queues=(AQueue(resolved=0, repeat=HALF),), calls=calls, moves=on_duty(0))

    # The spare fate's coin is 0; but one repeat is the most.
    assert day.legs("call", "kind") == [
        (0, LegKind.FRESH),
        (1, LegKind.FRESH),
        (1, LegKind.REPEAT),
    ]


def test_so_many_repeats_a_call_and_no_more(run: Engine) -> None:
    queue = AQueue(resolved=0, repeat=CERTAIN, repeat_max=2)

    day = live(run, queues=(queue,), calls=(ACall(fate=ONE),), moves=on_duty(0))

    assert day.kinds() == [LegKind.FRESH, LegKind.REPEAT, LegKind.REPEAT]


def test_who_would_call_again_at_night_calls_some_time_of_the_next_opening(run: Engine) -> None:
    queue = AQueue(resolved=0, repeat=CERTAIN, doors=((-1, 10), (100, 200), (300, 400)))

    day = live(
        run, queues=(queue,), calls=(ACall(fate=ONE | {"repeat_delay": 50}),), moves=on_duty(0)
    )

    scattered = 100 + (100 * (mix(0, 1) >> 48) >> 16)
    assert 100 < scattered < 200
    assert day.legs("arrived") == [0, scattered]


def test_who_would_call_again_after_the_last_closing_does_not(run: Engine) -> None:
    queue = AQueue(resolved=0, repeat=CERTAIN, doors=((-1, 10),))

    day = live(
        run, queues=(queue,), calls=(ACall(fate=ONE | {"repeat_delay": 10}),), moves=on_duty(0)
    )

    assert len(day.calls) == 1


# --- Transfer ----------------------------------------------------------------------------------------


def test_a_caller_is_transferred_to_the_first_queue_above_the_coin(run: Engine) -> None:
    queues = (AQueue(transfers=((1, HALF // 2), (2, HALF))), AQueue(), AQueue())
    calls = tuple(ACall(fate={"transfer": coin}) for coin in (HALF // 2 - 1, HALF // 2, HALF))

    day = live(run, queues=queues, groups=takes(0), calls=calls, moves=on_duty(0))

    assert day.legs("call", "kind", "queue", "resolved") == [
        (0, LegKind.FRESH, 0, NONE),
        (0, LegKind.TRANSFER, 1, NONE),
        (1, LegKind.FRESH, 0, NONE),
        (1, LegKind.TRANSFER, 2, NONE),
        (2, LegKind.FRESH, 0, 1),
    ]


def test_a_transferred_caller_lives_by_a_spare_fate_and_hears_no_menu(run: Engine) -> None:
    spare = {"talk": 6, "ivr": 5, "priority": 4}
    queues = (
        AQueue(transfers=((1, CERTAIN),)),
        AQueue(spare=({"talk": 9}, spare), self_service=CERTAIN),
    )

    day = live(
        run,
        queues=queues,
        groups=takes(0, 1),
        calls=(ACall(at=1, fate={"talk": 2, "wrap": 1}),),
        moves=on_duty(0),
    )

    which = mix(0, 1) % 2
    assert day.legs("fate", "priority", "arrived", "queued", "assigned", "ended")[1] == (
        2 + which,  # rows 0 and 1 are the call and queue 0's spare
        4 if which else 0,
        3,
        3,
        4,
        4 + (6 if which else 9),
    )


def test_the_agent_takes_the_next_call_before_the_caller_joins_the_next_queue(run: Engine) -> None:
    queues = (AQueue(transfers=((1, CERTAIN),)), AQueue(spare=({"talk": 1, "priority": 9},)))
    calls = (ACall(fate=ONE), ACall(fate=ONE))

    day = live(run, queues=queues, groups=takes(0, 1), calls=calls, moves=on_duty(0))

    assert day.legs("call", "kind", "assigned")[:3] == [
        (0, LegKind.FRESH, 0),
        (1, LegKind.FRESH, 1),
        (0, LegKind.TRANSFER, 2),
    ]


def test_a_transferred_caller_keeps_the_line_of_the_first_bundle(run: Engine) -> None:
    queues = (AQueue(lines=0, transfers=((1, CERTAIN),)), AQueue(lines=1), AQueue(lines=0))
    calls = (
        ACall(fate={"talk": 2}),
        ACall(at=3, queue=1),  # the bundle of the next queue is untouched
        ACall(at=4, queue=2),  # that of the first is not
    )

    day = live(run, queues=queues, groups=takes(0), lines=(1, 1), calls=calls, moves=on_duty(0))

    assert day.legs("call", "outcome") == [
        (0, Outcome.ANSWERED),
        (0, Outcome.OPEN),
        (1, Outcome.OPEN),
        (2, Outcome.BUSY),
    ]


def test_a_transferred_caller_may_find_the_queue_full_and_dials_home(run: Engine) -> None:
    queues = (
        AQueue(transfers=((1, CERTAIN),), spare=({"talk": 1, "transfer": 5},)),
        AQueue(limit=0, redial_busy=CERTAIN, spare=({"redial_delay": 7},)),
    )

    day = live(run, queues=queues, groups=takes(0), calls=(ACall(fate=ONE),), moves=on_duty(0))

    # The redial comes from the leg that failed, with its delay; a second one would be too many.
    assert day.legs("kind", "queue", "arrived", "outcome") == [
        (LegKind.FRESH, 0, 0, Outcome.ANSWERED),
        (LegKind.TRANSFER, 1, 1, Outcome.QUEUE_FULL),
        (LegKind.REDIAL, 0, 8, Outcome.ANSWERED),
        (LegKind.TRANSFER, 1, 9, Outcome.QUEUE_FULL),
    ]


# --- Redial ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "fate", "ended"),
    [
        ({"lines": 0}, {"redial_delay": 5}, 0),
        ({"limit": 0}, {"redial_delay": 5}, 0),
        ({"balk": ((0, CERTAIN),)}, {"redial_delay": 5}, 0),
        ({}, {"redial_delay": 5, "patience": 2}, 2),
    ],
    ids=["busy", "full", "balked", "abandoned"],
)
def test_who_fails_tries_again_after_a_while(
    run: Engine, rules: dict[str, int], fate: dict[str, int], ended: int
) -> None:
    thresholds = {"redial_busy": CERTAIN, "redial_abandon": CERTAIN, "redial_max": 2}
    queue = AQueue(**rules, **thresholds, spare=(fate,))

    day = live(run, queues=(queue,), groups=(), lines=(0,), calls=(ACall(fate=fate),))

    again = ended + 5
    assert day.legs("call", "kind", "attempt", "fate", "arrived") == [
        (0, LegKind.FRESH, 0, 0, 0),
        (0, LegKind.REDIAL, 1, 1, again),
        (0, LegKind.REDIAL, 2, 1, 2 * again),
    ]


@pytest.mark.parametrize(
    ("rules", "fate"),
    [
        ({"lines": 0, "redial_abandon": CERTAIN}, {}),
        ({"limit": 0, "redial_abandon": CERTAIN}, {}),
        ({"balk": ((0, CERTAIN),), "redial_busy": CERTAIN}, {}),
        ({"redial_busy": CERTAIN}, HURRIED),
        ({"redial_abandon": CERTAIN, "redial_busy": CERTAIN, "doors": ()}, {}),
    ],
    ids=["busy", "full", "balked", "abandoned", "closed"],
)
def test_busy_and_full_count_as_busy_and_balking_as_abandoning(
    run: Engine, rules: dict[str, int], fate: dict[str, int]
) -> None:
    day = live(run, queues=(AQueue(**rules),), groups=(), lines=(0,), calls=(ACall(fate=fate),))

    assert len(day.calls) == 1


def test_redialling_needs_a_free_line_like_any_arrival(run: Engine) -> None:
    queue = AQueue(lines=0, redial_busy=CERTAIN, redial_max=3)
    calls = (ACall(fate={"patience": 5}), ACall(at=1, fate={"redial_delay": 2}))

    day = live(run, queues=(queue,), groups=(), lines=(1,), calls=calls)

    assert day.legs("call", "arrived", "outcome") == [
        (0, 0, Outcome.ABANDONED),
        (1, 1, Outcome.BUSY),
        (1, 3, Outcome.BUSY),
        (1, 3, Outcome.BUSY),
        (1, 3, Outcome.BUSY),
    ]


# --- Call-back ---------------------------------------------------------------------------------------

OFFER = {"offer_after": 3, "accept": CERTAIN}


def test_an_accepted_offer_ends_the_leg_and_keeps_the_place(run: Engine) -> None:
    calls = (ACall(at=1, fate=ONE | {"dial": 2}), ACall(at=2, fate=ONE | {"accept": HALF}))
    queue = AQueue(offer_after=3, accept=HALF)

    day = live(run, queues=(queue,), calls=calls, moves=on_duty(0, at=9))

    assert day.legs(
        "call",
        "kind",
        "attempt",
        "fate",
        "outcome",
        "arrived",
        "queued",
        "assigned",
        "answered",
        "ended",
    ) == [
        (0, LegKind.FRESH, 0, 0, Outcome.CALLBACK_ACCEPTED, 1, 1, NONE, NONE, 4),
        (1, LegKind.FRESH, 0, 1, Outcome.ANSWERED, 2, 2, 12, 12, 13),
        (0, LegKind.CALLBACK, 1, 0, Outcome.ANSWERED, 4, 4, 9, 11, 12),
    ]


def test_an_offer_comes_too_late_for_who_is_served_or_gone(run: Engine) -> None:
    calls = (ACall(at=1, fate={"talk": 9}), ACall(at=1, fate=HURRIED))

    day = live(run, queues=(AQueue(**OFFER),), calls=calls, moves=on_duty(0))

    assert day.outcomes() == [Outcome.ANSWERED, Outcome.ABANDONED]


def test_who_does_not_pick_up_costs_the_dialling_and_nothing_follows(run: Engine) -> None:
    fate = {"dial": 2, "talk": 5, "wrap": 5, "reached": HALF}
    calls = (ACall(fate=fate), ACall(at=6, fate=ONE | {"transfer": CERTAIN - 1}))
    queue = AQueue(**OFFER, reached=HALF, resolved=0, repeat=HALF)

    day = live(run, queues=(queue,), calls=calls, moves=on_duty(0, at=5))

    assert day.legs("outcome", "resolved", "assigned", "answered", "ended", "wrapped", "hold")[
        1
    ] == (
        Outcome.NOT_REACHED,
        NONE,
        5,
        NONE,
        7,
        7,
        0,
    )
    assert day.legs("call", "assigned")[2] == (1, 7)


def test_who_is_called_back_waits_for_ever_and_holds_no_line(run: Engine) -> None:
    queue = AQueue(lines=0, **OFFER)
    calls = (ACall(fate={"patience": 5}), ACall(at=4))

    day = live(run, queues=(queue,), groups=(), lines=(1,), calls=calls)

    assert day.legs("call", "outcome")[1:] == [
        (0, Outcome.OPEN),
        (1, Outcome.CALLBACK_ACCEPTED),
        (1, Outcome.OPEN),
    ]


def test_who_is_called_back_is_not_turned_away(run: Engine) -> None:
    queue = AQueue(limit=1, balk=((1, CERTAIN),), **OFFER)
    calls = (ACall(fate={"accept": 0}),)

    day = live(run, queues=(queue,), groups=(), calls=calls)

    assert day.outcomes() == [Outcome.CALLBACK_ACCEPTED, Outcome.OPEN]


def test_a_slot_is_at_the_end_of_the_line_at_its_time(run: Engine) -> None:
    queue = AQueue(offer_after=3, accept=HALF, slot=True)
    calls = (
        ACall(at=1, fate=ONE | {"callback_delay": 6}),
        ACall(at=8, fate=ONE | {"accept": HALF}),
    )

    day = live(run, queues=(queue,), calls=calls, moves=on_duty(0, at=20))

    assert day.legs("call", "kind", "arrived", "queued", "assigned") == [
        (0, LegKind.FRESH, 1, 1, NONE),
        (1, LegKind.FRESH, 8, 8, 20),
        (0, LegKind.CALLBACK, 10, 10, 21),
    ]


def test_a_slot_at_night_moves_to_the_next_opening_if_there_is_one(run: Engine) -> None:
    doors = ((-1, 10), (100, 200))
    queue = AQueue(**OFFER, slot=True, doors=doors)
    calls = (ACall(fate={"callback_delay": 50}), ACall(fate={"callback_delay": 500}))

    day = live(run, queues=(queue,), groups=(), calls=calls)

    assert day.legs("call", "kind", "arrived")[2:] == [
        (0, LegKind.CALLBACK, 100 + (100 * (mix(0, 1) >> 48) >> 16))
    ]


def test_no_offer_is_made_where_there_is_none(run: Engine) -> None:
    queue = AQueue(offer_after=NEVER, accept=CERTAIN)

    assert live(run, queues=(queue,), calls=(ACall(),)).outcomes() == [Outcome.OPEN]


def test_a_call_back_may_end_in_a_transfer_without_a_line(run: Engine) -> None:
    queues = (AQueue(lines=0, transfers=((1, CERTAIN),), **OFFER), AQueue(lines=0))

    day = live(
        run,
        queues=queues,
        groups=takes(0),
        lines=(1,),
        calls=(ACall(fate=ONE), ACall(at=9, queue=1)),
        moves=on_duty(0, at=5),
    )

    assert day.legs("call", "kind", "outcome") == [
        (0, LegKind.FRESH, Outcome.CALLBACK_ACCEPTED),
        (0, LegKind.CALLBACK, Outcome.ANSWERED),
        (0, LegKind.TRANSFER, Outcome.OPEN),
        (1, LegKind.FRESH, Outcome.OPEN),
    ]
