"""The live board: what waits, who does what, what may still change, and what cannot be."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest

from callcenter.clock import DAY, HOUR, MINUTE, SECOND, Tick
from callcenter.domain.agents import AgentState
from callcenter.domain.calls import LegKind, Outcome
from callcenter.measures.answers import Score, answers_of
from callcenter.measures.definitions import DEFINITIONS
from callcenter.measures.live import (
    Board,
    Course,
    DayLog,
    Forecast,
    Place,
    board,
)
from callcenter.telephony.call_log import NONE
from callcenter.telephony.names import Names
from callcenter.telephony.standing import Doing
from tests.callcenter.measures.builders import (
    BLANK,
    Row,
    agent_log,
    answered,
    call_log,
    gone,
    turned_away,
)

ORIGIN = 1_782_831_600_000_000
"""Midnight of 1 July 2026 in Seoul."""
TEN = 10 * HOUR
NAMES = Names(
    queues=("tax", "roads"),
    groups=("desk",),
    agents=("ann", "bob"),
    agent_group=(0, NONE),
    origin=ORIGIN,
)
ANN, BOB = 0, 1
Spell = tuple[int, AgentState, Tick, Tick]


def a_day(rows: Sequence[Row], *, spells: Sequence[Spell] = (), **more: object) -> DayLog:
    return DayLog(
        day=date(2026, 7, 1),
        calls=call_log(rows),
        agents=agent_log(spells),
        names=NAMES,
        places=[Place("pbx1", f"c{number}") for number in range(len(rows))],
        **more,  # type: ignore[arg-type]
    )


def at(day: DayLog, tick: Tick) -> Board:
    return board(day, now=ORIGIN + tick)


def waits(since: Tick, **more: int) -> Row:
    return BLANK | {"outcome": Outcome.OPEN, "arrived": since, "queued": since, **more}


def rings(since: Tick, **more: int) -> Row:
    return waits(since) | {"agent": ANN, "group": 0, "assigned": since, **more}


def doing(shown: Board, agent: str = "ann") -> tuple[Doing, Tick | None]:
    (found,) = [one for one in shown.agents if one.agent == agent]
    return found.doing, None if found.since is None else found.since - ORIGIN


# --- Figures -----------------------------------------------------------------------------------------


def test_an_empty_day_has_no_shares_and_counts_of_nothing() -> None:
    shown = at(a_day([]), TEN)

    assert shown.total["offered"].value == 0
    assert shown.total.level.value is None
    assert shown.total["asa"].value is None
    assert (shown.waiting, shown.intervals, shown.longest_since) == ((), (), None)


def test_a_moment_before_the_day_shows_nothing_of_it() -> None:
    assert at(a_day([answered(TEN)]), -HOUR).total["arrived"].value == 0


def test_who_waits_for_longer_than_t_is_held_against_the_service_level() -> None:
    day = a_day([answered(TEN), waits(TEN)])

    assert at(day, TEN + 20 * SECOND).total.level.value == 1.0
    assert at(day, TEN + 20 * SECOND + 1).total.level.value == 0.5


def test_an_answer_counts_when_it_is_given_and_not_when_the_talk_ends() -> None:
    shown = at(a_day([answered(TEN, wait=SECOND, talk=HOUR)]), TEN + MINUTE)

    assert shown.total["answered"].value == 1
    assert shown.total["handled"].value == 0
    assert shown.total["mean_handling"].value is None


def test_who_balks_has_given_up_and_other_ends_are_flow_outs() -> None:
    rows = [
        gone(TEN, outcome=Outcome.BALKED),
        gone(TEN, outcome=Outcome.ABANDONED, wait=SECOND),
        gone(TEN, outcome=Outcome.RELEASED, wait=SECOND),
        gone(TEN, outcome=Outcome.CALLBACK_ACCEPTED, wait=SECOND),
        turned_away(TEN, outcome=Outcome.CLOSED),
        waits(TEN),
    ]

    total = at(a_day(rows), 11 * HOUR).total

    assert [total[name].value for name in ("offered", "hung_up", "left_otherwise", "waiting")] == [
        5, 2, 2, 1,
    ]  # fmt: skip
    assert total.violations == 0


def test_queues_and_intervals_have_their_own_figures() -> None:
    rows = [answered(TEN), answered(TEN, queue=1), answered(11 * HOUR, queue=1)]

    shown = at(a_day(rows), DAY)

    assert [(one.queue, one.figures["offered"].value) for one in shown.queues] == [
        ("tax", 1),
        ("roads", 2),
    ]
    assert [(one.start - ORIGIN, one.figures["offered"].value) for one in shown.intervals] == [
        (TEN, 2),
        (TEN + 30 * MINUTE, 0),
        (11 * HOUR, 1),
    ]


def test_a_figure_brings_its_numerator_and_its_denominator() -> None:
    figure = at(a_day([answered(TEN, wait=4 * SECOND), answered(TEN)]), DAY).total["asa"]

    assert (figure.value, figure.numerator, figure.denominator) == (2.0, 4.0, 2.0)
    assert figure.definition == DEFINITIONS["asa"]


def test_a_figure_may_change_while_a_call_is_open_or_events_are_on_their_way() -> None:
    open_still = answered(TEN, talk=HOUR)
    day = a_day([answered(9 * HOUR), open_still])

    early = board(day, now=ORIGIN + TEN + 31 * MINUTE, watermark=ORIGIN + TEN + 29 * MINUTE)
    late = at(day, DAY)

    assert [one.figures.provisional for one in early.intervals] == [False, False, True]
    assert early.total.provisional
    assert not late.total["asa"].provisional


def test_a_leg_that_contradicts_itself_is_a_violation_where_it_is() -> None:
    wrong = gone(TEN, outcome=Outcome.ABANDONED, wait=SECOND, answered=TEN, queue=1)

    shown = at(a_day([answered(TEN), wrong]), DAY)

    assert [one.figures.violations for one in shown.queues] == [0, 1]
    assert shown.violations == 1


def test_an_agent_without_a_group_works_all_the_same() -> None:
    spell = (BOB, AgentState.AVAILABLE, TEN, 11 * HOUR)
    served = answered(TEN, talk=30 * MINUTE, agent=BOB, group=NONE)

    shown = at(a_day([served], spells=[spell]), DAY)

    assert shown.total["occupancy"].value == 0.5


# --- Who waits ---------------------------------------------------------------------------------------


def test_who_waits_longest_comes_first_and_ringing_is_waiting() -> None:
    day = a_day([waits(TEN + MINUTE, queue=1), rings(TEN), answered(TEN)])

    shown = at(day, TEN + 2 * MINUTE)

    assert [(one.call, one.queue, one.since - ORIGIN) for one in shown.waiting] == [
        ("c1", "tax", TEN),
        ("c0", "roads", TEN + MINUTE),
    ]
    assert [one.longest_since for one in shown.queues] == [
        ORIGIN + TEN,
        ORIGIN + TEN + MINUTE,
    ]


# --- Agents ------------------------------------------------------------------------------------------

AVAILABLE = (ANN, AgentState.AVAILABLE, 9 * HOUR, NONE)


@pytest.mark.parametrize(
    ("tick", "word", "since"),
    [
        (9 * HOUR, None, None),
        (TEN, Doing.READY, 9 * HOUR),
        (TEN + 2 * SECOND, Doing.RINGING, TEN + SECOND),
        (TEN + 9 * SECOND, Doing.TALKING, TEN + 5 * SECOND),
        (TEN + 66 * SECOND, Doing.ACW, TEN + 65 * SECOND),
        (TEN + 96 * SECOND, Doing.READY, TEN + 95 * SECOND),
    ],
)
def test_an_agents_word_follows_his_call(tick: Tick, word: Doing | None, since: Tick) -> None:
    served = answered(TEN, wait=SECOND, talk=60 * SECOND) | {
        "answered": TEN + 5 * SECOND, "ended": TEN + 65 * SECOND, "wrapped": TEN + 95 * SECOND,
    }  # fmt: skip

    shown = at(a_day([served], spells=[AVAILABLE]), tick)

    if word is None:
        assert shown.agents == ()
    else:
        assert doing(shown) == (word, since)
        assert shown.by_state[word] == 1


def test_who_has_two_calls_is_called_after_the_stronger_one() -> None:
    talks = rings(TEN, answered=TEN + SECOND)

    shown = at(a_day([rings(TEN + MINUTE), talks], spells=[AVAILABLE]), 11 * HOUR)

    assert doing(shown) == (Doing.TALKING, TEN + SECOND)
    assert shown.agents[0].call == Place("pbx1", "c1")


def test_a_caller_on_hold_makes_his_agent_hold_from_then_on() -> None:
    day = a_day([rings(TEN, answered=TEN)], held_since=np.array([TEN + MINUTE]))

    assert doing(at(day, TEN + MINUTE)) == (Doing.TALKING, TEN)
    assert doing(at(day, TEN + 2 * MINUTE)) == (Doing.HOLD, TEN + MINUTE)


def test_away_has_its_reason_and_gone_is_offline() -> None:
    spells = [(ANN, AgentState.LUNCH, TEN, 11 * HOUR), (BOB, AgentState.AWAY, TEN, 11 * HOUR)]
    day = a_day([], spells=spells, reasons=["", "위층"])

    assert [one.reason for one in at(day, TEN + MINUTE).agents] == ["lunch", "위층"]
    assert doing(at(day, DAY)) == (Doing.OFFLINE, 11 * HOUR)


# --- What else a wall shows --------------------------------------------------------------------------


def test_calls_are_held_against_what_was_expected_until_now() -> None:
    forecast = Forecast(source="scenario", offered=(0.0,) * 10 + (4.0, 6.0) + (0.0,) * 12)
    day = a_day([answered(TEN), answered(TEN), answered(TEN)])

    shown = board(day, now=ORIGIN + TEN + 30 * MINUTE, forecast=forecast)

    assert shown.forecast is not None
    assert (shown.forecast.by_now, shown.forecast.day_total) == (2.0, 10.0)
    assert shown.forecast.deviation == 0.5
    assert [one.forecast for one in shown.intervals] == [2.0, 2.0, 3.0, 3.0]


def test_a_day_is_held_against_the_same_time_of_another() -> None:
    other = a_day([answered(9 * HOUR), answered(TEN), answered(12 * HOUR), waits(13 * HOUR)])

    shown = board(a_day([]), now=ORIGIN + 11 * HOUR, last_week=Course.of(other))

    assert shown.last_week is not None
    assert (shown.last_week.by_now, shown.last_week.day_total) == (2, 4)
    assert [one.last_week for one in shown.intervals] == [1, 0, 1, 0, 0, 0, 1, 0, 1]


def test_answers_count_from_when_they_came_and_have_an_interval() -> None:
    scores = [Score(TEN, 4, 5, 0, ANN), Score(11 * HOUR, 3, 5, 0, ANN)]

    shown = at(a_day([], scores=scores), 11 * HOUR)

    assert (shown.csat.satisfied, shown.csat.responses, shown.csat.value) == (1, 1, 1.0)
    assert shown.csat.interval is not None
    assert shown.csat.interval.low < 1.0


@pytest.mark.parametrize(
    ("score", "scale", "satisfied"), [(4, 5, 1), (3, 5, 0), (8, 10, 1), (7, 10, 0)]
)
def test_four_of_five_is_satisfied_on_any_scale(score: int, scale: int, satisfied: int) -> None:
    assert answers_of([Score(0, score, scale, 0, NONE)]).satisfied == satisfied


def test_legs_of_which_something_was_made_up_are_counted() -> None:
    rows = [answered(TEN), answered(11 * HOUR)]

    assert at(a_day(rows, derived=np.array([True, True])), TEN + 1).derived == 1


def test_outbound_legs_that_were_in_a_queue_are_on_the_board_like_any_other() -> None:
    shown = at(a_day([answered(TEN, kind=LegKind.OUTBOUND)]), DAY)

    assert shown.total["answered"].value == 1


def test_attempts_of_a_campaign_are_no_calls_and_the_campaign_is_no_queue() -> None:
    attempt = answered(TEN, kind=LegKind.OUTBOUND, queued=NONE, queue=1)

    shown = at(a_day([answered(TEN), attempt]), DAY)

    assert [one.queue for one in shown.queues] == [NAMES.queues[0]]
    assert (shown.total["arrived"].value, shown.total["handled"].value) == (1, 1)
