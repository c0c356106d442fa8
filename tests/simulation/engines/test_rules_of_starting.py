"""A day that starts in the middle: callers waiting, talking, and agents in after-call work."""

import pytest

from callcenter.domain.agents import AgentState
from callcenter.domain.calls import LegKind, Outcome
from callcenter.telephony.call_log import NONE
from simulation.engines.port import Engine
from simulation.state import Progress
from simulation.tables import CERTAIN
from tests.scenes import ACall, AGroup, AlreadyThere, AQueue, ASkill, live, on_duty

AVAILABLE, LUNCH, OFFLINE = AgentState.AVAILABLE, AgentState.LUNCH, AgentState.OFFLINE
ONE = {"talk": 1}


def waiting(since: int, **fate: int) -> AlreadyThere:
    return AlreadyThere(at=since, since=since, progress=Progress.WAITING, fate=fate)


def talking(since: int, *, arrived: int = 0, agent: int = 0, **fate: int) -> AlreadyThere:
    return AlreadyThere(at=arrived, since=since, progress=Progress.TALKING, agent=agent, fate=fate)


def wrapping(since: int, *, arrived: int = 0, agent: int = 0, **fate: int) -> AlreadyThere:
    return AlreadyThere(at=arrived, since=since, progress=Progress.WRAPPING, agent=agent, fate=fate)


def test_who_waits_already_is_served_in_his_place(run: Engine) -> None:
    start = (waiting(6, talk=1), waiting(4, talk=1))

    day = live(
        run,
        start=start,
        start_tick=10,
        calls=(ACall(at=10, fate=ONE),),
        moves=on_duty(0, at=12),
    )

    assert day.legs("call", "fate", "kind", "attempt", "arrived", "queued", "assigned") == [
        (0, 0, LegKind.FRESH, 0, 6, 6, 13),
        (1, 1, LegKind.FRESH, 0, 4, 4, 12),
        (2, 2, LegKind.FRESH, 0, 10, 10, 14),
    ]


@pytest.mark.parametrize(("patience", "ended"), [(9, 13), (7, 11), (6, 10), (1, 10)])
def test_patience_counts_from_joining_but_never_ends_before_the_start(
    run: Engine, patience: int, ended: int
) -> None:
    day = live(run, start=(waiting(4, patience=patience),), start_tick=10)

    assert day.legs("outcome", "ended") == [(Outcome.ABANDONED, ended)]


@pytest.mark.parametrize(
    ("since", "outcome", "ended"),
    [
        (7, Outcome.CALLBACK_ACCEPTED, 12),
        (5, Outcome.CALLBACK_ACCEPTED, 10),
        (4, Outcome.OPEN, NONE),
    ],
)
def test_an_offer_made_before_the_start_was_declined(
    run: Engine, since: int, outcome: Outcome, ended: int
) -> None:
    queue = AQueue(offer_after=5, accept=CERTAIN)

    day = live(run, queues=(queue,), start=(waiting(since),), start_tick=10)

    assert day.legs("outcome", "ended")[0] == (outcome, ended)


def test_overflow_counts_from_joining(run: Engine) -> None:
    groups = (AGroup(headcount=2, skills=(ASkill(after=8),)),)

    day = live(
        run,
        groups=groups,
        start=(waiting(4, talk=1), waiting(1, talk=1)),
        start_tick=10,
        moves=on_duty(0, 1, at=10),
    )

    assert day.legs("assigned") == [12, 10]


def test_who_waits_already_has_passed_limit_and_balking(run: Engine) -> None:
    queue = AQueue(limit=0, balk=((0, CERTAIN),))

    day = live(run, queues=(queue,), start=(waiting(4), waiting(5)), start_tick=10)

    assert day.outcomes() == [Outcome.OPEN, Outcome.OPEN]


def test_who_talks_already_goes_on_talking(run: Engine) -> None:
    start = (talking(6, arrived=3, ring=99, hold=2, talk=5, wrap=4),)

    day = live(run, start=start, start_tick=10, moves=on_duty(0, at=10))

    assert day.calls.row(0) == {
        "call": 0,
        "fate": 0,
        "attempt": 0,
        "kind": LegKind.FRESH,
        "queue": 0,
        "outcome": Outcome.ANSWERED,
        "resolved": 1,
        "priority": 0,
        "group": 0,
        "agent": 0,
        "arrived": 3,
        "queued": 3,
        "assigned": 6,
        "answered": 6,
        "ended": 13,
        "wrapped": 17,
        "hold": 2,
    }
    assert day.spells() == [(0, AVAILABLE, 10, 17)]


def test_a_talk_never_ends_before_the_start(run: Engine) -> None:
    day = live(run, start=(talking(2, talk=3),), start_tick=10, moves=on_duty(0, at=11))

    assert day.legs("ended") == [10]


def test_an_agent_with_a_skill_works_at_its_speed_and_one_without_at_the_usual(
    run: Engine,
) -> None:
    groups = (AGroup(skills=(ASkill(speed=2_000_000),)), AGroup(skills=()))

    day = live(
        run, groups=groups, start=(talking(8, talk=5), talking(8, talk=5, agent=1)), start_tick=10
    )

    assert day.legs("ended") == [18, 13]


def test_who_talks_at_the_start_may_be_transferred_or_call_again(run: Engine) -> None:
    queues = (AQueue(transfers=((1, CERTAIN // 2),), resolved=0, repeat=CERTAIN), AQueue())
    start = (
        talking(8, arrived=5, talk=4, transfer=0),
        talking(8, arrived=5, talk=5, repeat_delay=20, transfer=CERTAIN - 1, agent=1),
    )

    day = live(run, queues=queues, groups=(AGroup(headcount=2),), start=start, start_tick=10)

    assert day.legs("call", "kind", "arrived") == [
        (0, LegKind.FRESH, 5),
        (1, LegKind.FRESH, 5),
        (0, LegKind.TRANSFER, 12),
        (1, LegKind.REPEAT, 25),
    ]


def test_who_wraps_up_already_finishes_and_nothing_follows(run: Engine) -> None:
    queue = AQueue(transfers=((0, CERTAIN),), resolved=0, repeat=CERTAIN)
    start = (wrapping(7, arrived=3, talk=9, hold=9, wrap=6),)

    day = live(run, queues=(queue,), start=start, start_tick=10, moves=on_duty(0, at=10))

    names = ("outcome", "resolved", "arrived", "queued", "assigned", "answered", "ended", "wrapped")
    assert day.legs(*names) == [(Outcome.ANSWERED, 0, 3, 3, 7, 7, 7, 13)]
    assert day.legs("hold") == [0]
    assert day.spells() == [(0, AVAILABLE, 10, 13)]


def test_lines_are_held_by_who_waits_and_talks_even_beyond_their_number(run: Engine) -> None:
    queue = AQueue(lines=0)
    start = (waiting(5, patience=9), talking(5, talk=9), wrapping(5, wrap=9, agent=1))
    calls = tuple(ACall(at=at) for at in (10, 14, 15))

    day = live(
        run,
        queues=(queue,),
        groups=(AGroup(headcount=2, skills=()),),
        lines=(1,),
        start=start,
        start_tick=10,
        calls=calls,
    )

    assert day.outcomes()[3:] == [Outcome.BUSY, Outcome.OPEN, Outcome.BUSY]


def test_somebody_busy_at_the_start_whom_no_roster_wants_goes_when_done(run: Engine) -> None:
    day = live(run, start=(talking(8, talk=5),), start_tick=10, calls=(ACall(at=11), ACall(at=14)))

    assert day.outcomes() == [Outcome.ANSWERED, Outcome.OPEN, Outcome.OPEN]
    assert day.spells() == [(0, AVAILABLE, 10, 13)]


@pytest.mark.parametrize(
    ("doors", "outcome"),
    [
        (((5, 20),), Outcome.OPEN),
        (((10, 20),), Outcome.OPEN),
        (((5, 10),), Outcome.CLOSED),
        (((11, 20),), Outcome.CLOSED),
    ],
)
def test_the_doors_stand_as_they_should_at_the_start(
    run: Engine, doors: tuple[tuple[int, int], ...], outcome: Outcome
) -> None:
    queue = AQueue(doors=doors)

    day = live(run, queues=(queue,), start_tick=10, calls=(ACall(at=10, fate={"patience": 99}),))

    assert (day.outcomes()[0] is Outcome.CLOSED) == (outcome is Outcome.CLOSED)


def test_a_talk_at_the_start_can_be_handed_back_into_the_old_place(run: Engine) -> None:
    groups = (AGroup(headcount=2, hand_back=True),)
    start = (talking(8, arrived=3, talk=9), waiting(4, talk=1))

    day = live(
        run,
        groups=groups,
        start=start,
        start_tick=10,
        moves=((11, 0, LUNCH), *on_duty(1, at=12)),
    )

    assert day.legs("call", "kind", "assigned", "ended") == [
        (0, LegKind.FRESH, 8, 11),
        (1, LegKind.FRESH, 18, 19),
        (0, LegKind.HANDED_BACK, 12, 18),
    ]


def test_work_begun_before_the_start_counts_whole(run: Engine) -> None:
    groups = (AGroup(headcount=2, chooses=1),)
    fates: tuple[dict[str, int], ...] = ({"talk": 4}, ONE)
    calls = tuple(ACall(at=at, fate=fate) for at, fate in zip((10, 20), fates, strict=True))

    day = live(
        run,
        groups=groups,
        start=(talking(4, talk=7),),
        start_tick=10,
        calls=calls,
        moves=on_duty(0, 1, at=10),
    )

    # Agent 0 has worked 7 ticks, one of them here; agent 1 has worked 4.
    assert day.legs("agent") == [0, 1, 1]
