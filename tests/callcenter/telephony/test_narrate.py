"""Logs told as stories: what each row becomes, and who goes first when much happens at once."""

from collections.abc import Sequence

import numpy as np
import pytest

from callcenter.clock import SECOND
from callcenter.domain.agents import AgentState
from callcenter.domain.calls import LegKind, Outcome
from callcenter.domain.outbound import Disposition
from callcenter.telephony.adapters.queue_log import QueueLog, Rules
from callcenter.telephony.adapters.queue_log_lines import lines_of_file
from callcenter.telephony.call_log import AGENT_COLUMNS, CALL_COLUMNS, NONE, AgentLog, CallLog
from callcenter.telephony.events import CallEnded, CallExited, Told
from callcenter.telephony.fold import Fold
from callcenter.telephony.moments import LegRow, Moment, Step, Turn, of_leg
from callcenter.telephony.names import Names
from callcenter.telephony.narrate import Teller, in_order, narrate
from callcenter.telephony.words import DispositionWord
from tests.callcenter.telephony.adapters.plainly import paper, plainly
from tests.callcenter.telephony.adapters.queue_log_kit import CASES, WRAP_UP

NAMES = Names.of_centre(
    queues=("tax", "roads"), groups=("desk",), agent_group=(0, 0), call_prefix="c"
)
ANN, BOB = 0, 1
BLANK: dict[str, int] = dict.fromkeys(CALL_COLUMNS, NONE) | {
    "attempt": 0,
    "kind": LegKind.FRESH,
    "queue": 0,
    "outcome": Outcome.OPEN,
    "priority": 0,
    "hold": 0,
}
MOMENTS = {"arrived", "queued", "assigned", "answered", "ended", "wrapped", "hold"}


def leg(**columns: int) -> dict[str, int]:
    """Write a row in seconds."""
    return BLANK | {
        name: value * SECOND if name in MOMENTS and value != NONE else value
        for name, value in columns.items()
    }


def answered(call: int, *at: int, agent: int = ANN, **more: int) -> dict[str, int]:
    """Write an answered leg: arrived and queued, assigned, answered, ended, wrapped."""
    arrived, assigned, answer, ended, wrapped = at
    served = {"agent": agent, "group": 0, "outcome": Outcome.ANSWERED, "resolved": 1}
    moments = {"arrived": arrived, "queued": arrived, "assigned": assigned, "answered": answer}
    return leg(
        **{"call": call, "fate": call, "ended": ended, "wrapped": wrapped} | served | moments | more
    )


def call_log(*rows: dict[str, int]) -> CallLog:
    return CallLog.of(
        **{
            name: np.array([row[name] for row in rows], dtype)
            for name, dtype in CALL_COLUMNS.items()
        }
    )


def agent_log(*spells: tuple[int, AgentState, int, int]) -> AgentLog:
    rows = [(agent, state, start * SECOND, end * SECOND) for agent, state, start, end in spells]
    return AgentLog.of(
        **{
            name: np.array([row[place] for row in rows], dtype)
            for place, (name, dtype) in enumerate(AGENT_COLUMNS.items())
        }
    )


def story(calls: CallLog, agents: AgentLog | None = None, *, started: int = 0) -> list[Told]:
    there = agent_log() if agents is None else agents
    told = narrate(calls, there, names=NAMES, source="sim", started=started * SECOND)
    return list(told)


def the_story(*rows: dict[str, int], agents: AgentLog | None = None) -> list[str]:
    return plainly(story(call_log(*rows), agents))


# --- What a row becomes ------------------------------------------------------------------------------


def test_the_story_of_an_answered_call() -> None:
    row = answered(0, 10, 20, 25, 65, 95, priority=2, hold=5)

    assert the_story(row) == paper(
        """
        10 call.arrived c0/0 tax priority=2 fate=0
        10 call.queued c0/0 tax
        20 call.offered c0/0 tax agent=desk-01 group=desk
        25 call.connected c0/0 tax agent=desk-01 group=desk wait=15 ring=5
        65 call.ended c0/0 tax agent=desk-01 talk=35 hold=5 resolved=True
        95 call.wrapped c0/0 tax agent=desk-01 wrap=30
        """
    )


def test_the_story_of_a_call_transferred_and_abandoned() -> None:
    first = answered(0, 10, 10, 12, 50, 55, resolved=NONE)
    second = leg(
        call=0, attempt=1, kind=LegKind.TRANSFER, queue=1, outcome=Outcome.ABANDONED,
        arrived=50, queued=50, ended=80,
    )  # fmt: skip

    assert the_story(first, second)[4:] == paper(
        """
        50 call.transferred c0/0 tax agent=desk-01 manner=queue target=roads
        50 call.ended c0/0 tax agent=desk-01 by=transfer talk=38 hold=0
        50 call.arrived c0/1 roads leg_kind=transfer
        50 call.queued c0/1 roads
        55 call.wrapped c0/0 tax agent=desk-01 wrap=5
        80 call.abandoned c0/1 roads wait=30
        """
    )


@pytest.mark.parametrize(
    ("outcome", "columns", "last"),
    [
        (Outcome.BUSY, {"ended": 10}, "10 call.exited c0/0 tax reason=busy"),
        (Outcome.CLOSED, {"ended": 10}, "10 call.exited c0/0 tax reason=closed"),
        (Outcome.SELF_SERVED, {"ended": 15}, "15 call.exited c0/0 tax reason=self_served"),
        (
            Outcome.QUEUE_FULL,
            {"queued": 15, "ended": 15},
            "15 call.exited c0/0 tax reason=queue_full wait=0",
        ),
        (
            Outcome.BALKED,
            {"queued": 15, "ended": 15},
            "15 call.abandoned c0/0 tax wait=0 balked=True",
        ),
        (
            Outcome.RELEASED,
            {"queued": 15, "ended": 40},
            "40 call.exited c0/0 tax reason=released wait=25",
        ),
        (
            Outcome.CALLBACK_ACCEPTED,
            {"queued": 15, "ended": 40},
            "40 call.exited c0/0 tax reason=callback wait=25",
        ),
        (
            Outcome.FLOWED_OUT,
            {"queued": 15, "ended": 40},
            "40 call.exited c0/0 tax reason=unknown wait=25",
        ),
        (Outcome.ABANDONED, {"ended": 14}, "14 call.abandoned c0/0 tax"),
    ],
    ids=lambda value: value.name.lower() if isinstance(value, Outcome) else "",
)
def test_every_other_end_of_a_leg(outcome: Outcome, columns: dict[str, int], last: str) -> None:
    row = leg(call=0, arrived=10, outcome=outcome, **columns)

    assert the_story(row)[-1] == last


def test_a_citizen_who_is_called_back_and_does_not_pick_up() -> None:
    row = leg(
        call=0, kind=LegKind.CALLBACK, outcome=Outcome.NOT_REACHED, agent=BOB, group=0,
        arrived=10, queued=10, assigned=30, ended=55, wrapped=55,
    )  # fmt: skip

    assert the_story(row)[2:] == paper(
        """
        30 call.offered c0/0 tax agent=desk-02 group=desk
        55 call.exited c0/0 tax reason=not_reached wait=20 agent=desk-02
        55 call.wrapped c0/0 tax agent=desk-02 wrap=0
        """
    )


@pytest.mark.parametrize(("answer", "talk"), [(20, "talk=20"), (NONE, "talk=0")])
def test_a_call_handed_back_while_they_talked_or_while_it_rang(answer: int, talk: str) -> None:
    row = answered(0, 10, 15, answer, 40, 40, outcome=Outcome.HANDED_BACK, resolved=NONE)

    assert the_story(row)[-2:] == [
        f"40 call.ended c0/0 tax agent=desk-01 by=hand_back {talk} hold=0",
        "40 call.wrapped c0/0 tax agent=desk-01 wrap=0",
    ]


def test_an_outbound_call_is_dialled() -> None:
    row = answered(0, 10, 10, 18, 50, 60, kind=LegKind.OUTBOUND, queued=NONE, priority=1)

    assert the_story(row)[:3] == paper(
        """
        10 call.dialled c0/0 tax priority=1 campaign=tax fate=0
        10 call.offered c0/0 tax agent=desk-01 group=desk
        18 call.connected c0/0 tax agent=desk-01 group=desk ring=8
        """
    )


def test_what_an_attempt_came_to_is_told_at_its_end_and_of_no_other_leg() -> None:
    asked = answered(0, 10, 10, 18, 50, 60, kind=LegKind.OUTBOUND, queued=NONE, resolved=0)
    caller = answered(1, 11, 11, 12, 51, 61)
    nobody = leg(
        call=2,
        kind=LegKind.OUTBOUND,
        outcome=Outcome.NOT_REACHED,
        arrived=20,
        ended=40,
        queued=NONE,
    )
    calls, there = call_log(asked, caller, nobody), agent_log()

    told = narrate(
        calls,
        there,
        names=NAMES,
        source="sim",
        dispositions=[Disposition.CALL_LATER, Disposition.NO_ANSWER],
    )

    ends = [one.event for one in told if isinstance(one.event, CallEnded | CallExited)]
    assert [(end.call, end.disposition) for end in ends] == [
        ("c2", DispositionWord.NO_ANSWER), ("c0", DispositionWord.CALL_LATER), ("c1", None),
    ]  # fmt: skip


def test_spells_that_touch_are_states_and_others_are_comings_and_goings() -> None:
    agents = agent_log(
        (ANN, AgentState.AVAILABLE, 10, 20),
        (ANN, AgentState.LUNCH, 20, 30),
        (ANN, AgentState.AVAILABLE, 40, 50),
        (BOB, AgentState.AVAILABLE, 50, 60),
    )

    assert plainly(story(call_log(), agents)) == paper(
        """
        10 agent.logged_in desk-01 group=desk
        10 agent.state desk-01 group=desk state=available cause=system
        20 agent.state desk-01 group=desk state=lunch cause=system
        30 agent.logged_out desk-01 group=desk
        40 agent.logged_in desk-01 group=desk
        40 agent.state desk-01 group=desk state=available cause=system
        50 agent.logged_out desk-01 group=desk
        50 agent.logged_in desk-02 group=desk
        50 agent.state desk-02 group=desk state=available cause=system
        60 agent.logged_out desk-02 group=desk
        """
    )


# --- Envelopes ---------------------------------------------------------------------------------------


def test_what_was_there_before_the_start_is_told_at_the_start_with_its_own_moment() -> None:
    told = story(call_log(answered(0, 10, 20, 25, 65, 95)), started=30)

    assert [one.at // SECOND for one in told] == [10, 10, 20, 25, 65, 95]
    assert [one.recorded_at // SECOND for one in told] == [30, 30, 30, 30, 65, 95]


def test_a_teller_goes_on_where_another_has_ended() -> None:
    row = LegRow(row=0, **answered(0, 10, 20, 25, 65, 95))
    first, *_ = of_leg(row, names=NAMES)
    teller = Teller(names=NAMES, source="sim", sequence=41)

    (told,) = teller.tell([first], now=10 * SECOND)

    assert (told.sequence, teller.sequence) == (42, 42)
    assert told.id == "sim:0000000000000042"


def test_a_leg_without_its_agent_is_a_mistake() -> None:
    with pytest.raises(AssertionError, match="expected an agent of leg 0"):
        the_story(answered(0, 10, 20, 25, 65, 95, agent=NONE))


def test_a_log_in_which_causes_are_circular_is_a_mistake() -> None:
    parent = leg(call=0, attempt=0, arrived=5, queued=5, ended=5, outcome=Outcome.ABANDONED)
    child = leg(call=0, attempt=1, arrived=5, queued=5)

    with pytest.raises(AssertionError, match="causes are circular"):
        the_story(child, parent)


# --- Simultaneous events -----------------------------------------------------------------------------


def kinds(told: Sequence[str], at: int) -> list[str]:
    return [" ".join(line.split()[1:3]) for line in told if line.startswith(f"{at} ")]


def test_who_is_free_again_is_offered_the_next_call_after_he_puts_down() -> None:
    told = the_story(
        answered(0, 0, 0, 0, 10, 10),
        leg(call=1, arrived=5, queued=5) | {"agent": ANN, "group": 0, "assigned": 10 * SECOND},
    )

    assert kinds(told, 10) == ["call.ended c0/0", "call.wrapped c0/0", "call.offered c1/0"]


def test_calls_that_begin_and_end_within_a_tick_come_between_what_was_and_what_stays() -> None:
    told = the_story(
        answered(0, 0, 9, 9, 9, 9),
        answered(1, 0, 9, 9, 12, 15),
        answered(2, 0, 9, 9, 9, 9),
        answered(3, 0, 0, 0, 9, 9),
    )

    assert [
        word for word in kinds(told, 9) if word.startswith(("call.offered", "call.wrapped"))
    ] == [
        "call.wrapped c3/0",
        "call.offered c0/0",
        "call.wrapped c0/0",
        "call.offered c2/0",
        "call.wrapped c2/0",
        "call.offered c1/0",
    ]


def test_an_agent_comes_before_he_is_offered_a_call_and_goes_after_he_puts_one_down() -> None:
    agents = agent_log((ANN, AgentState.AVAILABLE, 5, 9))

    told = the_story(answered(0, 0, 5, 5, 9, 9), agents=agents)

    assert kinds(told, 5)[:3] == [
        "agent.logged_in desk-01",
        "agent.state desk-01",
        "call.offered c0/0",
    ]
    assert kinds(told, 9)[-2:] == ["call.wrapped c0/0", "agent.logged_out desk-01"]


def test_talks_end_before_moves_and_moves_before_patience_and_all_before_arrivals() -> None:
    agents = agent_log((BOB, AgentState.LUNCH, 9, 20))

    told = the_story(
        leg(call=0, arrived=0, queued=0, ended=9, outcome=Outcome.ABANDONED),
        answered(1, 0, 1, 1, 9, 20),
        leg(call=2, arrived=5, queued=9),
        leg(call=3, arrived=9),
        agents=agents,
    )

    assert kinds(told, 9) == [
        "call.ended c1/0",
        "agent.logged_in desk-02",
        "agent.state desk-02",
        "call.abandoned c0/0",
        "call.queued c2/0",
        "call.arrived c3/0",
    ]


def test_what_an_event_brings_about_comes_before_the_next_event() -> None:
    agents = agent_log((ANN, AgentState.AVAILABLE, 1, 9))

    told = the_story(
        answered(0, 0, 1, 1, 5, 9),
        answered(1, 0, 1, 1, 5, 9, agent=BOB),
        leg(call=2, arrived=0, queued=0, ended=9, outcome=Outcome.CALLBACK_ACCEPTED),
        leg(call=3, arrived=0, queued=0, ended=9, outcome=Outcome.ABANDONED),
        leg(call=2, attempt=1, kind=LegKind.CALLBACK, arrived=9, queued=9),
        agents=agents,
    )

    assert kinds(told, 9) == [
        "call.wrapped c0/0",
        "agent.logged_out desk-01",
        "call.wrapped c1/0",
        "call.exited c2/0",
        "call.arrived c2/1",
        "call.queued c2/1",
        "call.abandoned c3/0",
    ]


def test_who_is_sent_on_to_a_closed_queue_is_let_go_before_the_next_talk_ends() -> None:
    told = the_story(
        answered(0, 0, 1, 1, 9, 20, resolved=NONE),
        answered(1, 0, 1, 1, 9, 20, agent=BOB),
        leg(
            call=0, attempt=1, kind=LegKind.TRANSFER, queue=1, outcome=Outcome.RELEASED,
            arrived=9, queued=9, ended=9,
        ),
    )  # fmt: skip

    assert kinds(told, 9)[-3:] == ["call.queued c0/1", "call.exited c0/1", "call.ended c1/0"]


def test_one_moment_alone_is_in_order() -> None:
    moments = of_leg(LegRow(row=0, **leg(call=0, arrived=3)), names=NAMES)

    assert in_order(moments) == moments
    assert isinstance(moments[0], Moment)
    assert (moments[0].step, moments[0].turn) == (Step.ARRIVED, Turn.ARRIVAL)


# --- Logs of real switches ---------------------------------------------------------------------------

STREAMS = CASES | WRAP_UP


@pytest.mark.parametrize("log", [log for log, _ in STREAMS.values()], ids=STREAMS)
def test_what_a_real_switch_said_can_be_told_again_from_its_log(log: str) -> None:
    lines = [f"{line}\n".encode() for line in paper(log)]
    fold = Fold()
    for one in QueueLog(source="pbx1", rules=Rules(wrap_up=30 * SECOND)).read(
        lines_of_file(lines, file="log")
    ):
        if isinstance(one, Told):
            fold.apply(one)
    calls, agents = fold.log()

    again = Fold(fold.names)
    for told in narrate(calls, agents, names=fold.names, source="pbx1"):
        again.apply(told)

    assert again.log()[0].equals(calls)
    assert again.log()[1].equals(agents)
