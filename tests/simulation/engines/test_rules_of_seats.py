"""A roster that wants a number of agents, whoever they are."""

from callcenter.domain.agents import AgentState
from callcenter.domain.calls import Outcome
from callcenter.telephony.call_log import NONE
from simulation.engines.port import Engine
from simulation.state import Progress
from tests.scenes import ACall, AGroup, AlreadyThere, live, on_duty

AVAILABLE, LUNCH, OFFLINE = AgentState.AVAILABLE, AgentState.LUNCH, AgentState.OFFLINE
SEATS = (AGroup(headcount=2, seats=True),)


def test_where_one_of_two_should_go_the_free_one_goes(run: Engine) -> None:
    day = live(
        run,
        groups=SEATS,
        calls=(ACall(at=1, fate={"talk": 9}),),
        moves=(*on_duty(0, 1), (3, 0, OFFLINE)),
    )

    assert day.legs("agent") == [0]
    assert day.spells() == [(0, AVAILABLE, 0, 10), (1, AVAILABLE, 0, 3)]


def test_of_the_free_ones_goes_who_became_free_last(run: Engine) -> None:
    groups = (AGroup(headcount=3, seats=True),)
    moves = (*on_duty(0), *on_duty(2, at=1), *on_duty(1, at=2), (5, 0, LUNCH))

    day = live(run, groups=groups, calls=(ACall(at=3, fate={"talk": 9}),), moves=moves)

    assert day.spells() == [
        (0, AVAILABLE, 0, 12),
        (1, AVAILABLE, 2, 5),
        (1, LUNCH, 5, 12),
        (2, AVAILABLE, 1, 12),
    ]


def test_a_free_agent_goes_himself_when_his_seat_is_meant(run: Engine) -> None:
    day = live(run, groups=SEATS, moves=(*on_duty(0, 1), (3, 0, LUNCH), (5, 1, LUNCH)))

    assert day.spells() == [(0, AVAILABLE, 0, 3), (0, LUNCH, 3, 5), (1, AVAILABLE, 0, 5)]


def test_where_nobody_is_free_the_first_to_become_free_goes(run: Engine) -> None:
    calls = (ACall(at=1, fate={"talk": 9}), ACall(at=1, fate={"talk": 4}), ACall(at=2))

    day = live(run, groups=SEATS, calls=calls, moves=(*on_duty(0, 1), (3, 0, OFFLINE)))

    # Agent 1 ends at 5 and goes for agent 0, who at 10 takes the caller who waits.
    assert day.legs("agent", "assigned") == [(0, 1), (1, 1), (0, 10)]
    assert day.spells() == [(0, AVAILABLE, 0, 10), (1, AVAILABLE, 0, 5)]


def test_of_two_who_should_go_the_one_of_smaller_number_is_relieved_first(run: Engine) -> None:
    moves = (*on_duty(0, 1, 2), (3, 1, LUNCH), (4, 2, OFFLINE), (15, 1, OFFLINE))

    day = live(
        run,
        groups=(AGroup(headcount=3, seats=True),),
        calls=tuple(ACall(fate={"talk": talk}) for talk in (5, 10, 12)),
        moves=moves,
    )

    # Agent 0 goes to lunch for agent 1, and agent 1 then home for agent 2.
    assert day.spells() == [
        (0, AVAILABLE, 0, 5),
        (0, LUNCH, 5, 15),
        (1, AVAILABLE, 0, 10),
        (2, AVAILABLE, 0, 15),
    ]


def test_of_two_who_should_go_the_one_of_smaller_number_is_kept_first(run: Engine) -> None:
    start = tuple(
        AlreadyThere(progress=Progress.TALKING, since=0, agent=agent, fate={"talk": talk})
        for agent, talk in ((1, 9), (2, 5))
    )

    day = live(
        run,
        groups=(AGroup(headcount=3, seats=True),),
        start=start,
        moves=((1, 1, LUNCH), *on_duty(0, at=2), (12, 1, OFFLINE)),
    )

    # Agent 1 stays for agent 0, who has his lunch at once.
    assert day.spells() == [(0, LUNCH, 2, 12), (1, AVAILABLE, 0, 12), (2, AVAILABLE, 0, 5)]


def test_a_seat_wanted_again_keeps_the_one_who_has_not_gone_yet(run: Engine) -> None:
    calls = (ACall(at=1, fate={"talk": 9}), ACall(at=11, fate={"talk": 1}))
    moves = (*on_duty(0), (3, 0, OFFLINE), *on_duty(1, at=5), (20, 0, OFFLINE), (22, 1, OFFLINE))

    day = live(run, groups=SEATS, calls=calls, moves=moves)

    # At 5 agent 1 need not come: agent 0 takes his seat, and agent 1 that of agent 0.
    assert day.legs("agent") == [0, 0]
    assert day.spells() == [(0, AVAILABLE, 0, 22)]


def test_who_changes_seats_takes_over_the_break_too(run: Engine) -> None:
    calls = (ACall(at=1, fate={"talk": 9}),)
    moves = (*on_duty(0), (3, 0, LUNCH), *on_duty(1, at=5), (8, 0, OFFLINE), (20, 1, OFFLINE))

    day = live(run, groups=SEATS, calls=calls, moves=moves)

    assert day.spells() == [(0, AVAILABLE, 0, 20), (1, LUNCH, 5, 8)]


def test_who_is_busy_at_the_start_is_a_leaver_until_his_seat_is_wanted(run: Engine) -> None:
    talking = AlreadyThere(progress=Progress.TALKING, since=0, agent=1, fate={"talk": 9})

    day = live(
        run,
        groups=SEATS,
        start=(talking,),
        calls=(ACall(at=6),),
        moves=(*on_duty(0), (8, 0, LUNCH), (12, 0, OFFLINE)),
    )

    # Seat 0 is wanted at 0; agent 1, who is there, takes it, and agent 0 stays at home.
    assert day.legs("agent", "outcome") == [(1, Outcome.ANSWERED), (NONE, Outcome.OPEN)]
    assert day.spells() == [(1, AVAILABLE, 0, 9), (1, LUNCH, 9, 12)]


def test_without_seats_the_one_who_is_meant_goes(run: Engine) -> None:
    groups = (AGroup(headcount=2),)

    day = live(
        run,
        groups=groups,
        calls=(ACall(at=1, fate={"talk": 9}),),
        moves=(*on_duty(0, 1), (3, 0, OFFLINE), (20, 1, OFFLINE)),
    )

    assert day.spells() == [(0, AVAILABLE, 0, 10), (1, AVAILABLE, 0, 20)]
