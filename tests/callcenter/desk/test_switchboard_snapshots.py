"""What a switch has forgotten is ended here, marked, and only if nobody tells better."""

from collections.abc import Sequence

import pytest

from callcenter.clock import SECOND
from callcenter.desk.rebuilding import Rebuilding
from callcenter.domain.agents import AgentState
from callcenter.domain.calls import Outcome
from callcenter.store.live_lines import LegLine, SpellLine
from callcenter.store.unit_of_work import Store
from callcenter.telephony.events import (
    AgentLoggedOut,
    AgentStateChanged,
    CallArrived,
    CallConnected,
    CallEnded,
    CallOffered,
    CallQueued,
    CallWrapped,
    LiveAgent,
    LiveCall,
    Snapshot,
    SourceStarted,
    TelephonyEvent,
    Told,
)
from callcenter.telephony.words import StateWord
from tests.switchboards import MIDNIGHT, SITE, Desk, Teller, rows

LEG = {"call": "1", "leg": 0, "queue": "tax"}
TALK: Sequence[TelephonyEvent] = (
    CallArrived(**LEG),
    CallQueued(**LEG),
    CallOffered(**LEG, agent="ann", group="desk"),
    CallConnected(**LEG, agent="ann", group="desk"),
    CallEnded(**LEG, agent="ann"),
)
"""A call, event by event, ten seconds apart from 10 on."""
ANN = LiveAgent(agent="ann", group="desk", state=StateWord.AVAILABLE, since=MIDNIGHT)


def snapshot(
    tells: Teller,
    at: float,
    *,
    calls: Sequence[LiveCall] = (),
    agents: Sequence[LiveAgent] = (ANN,),
) -> Told:
    moment = MIDNIGHT + round(at * SECOND)
    shown = Snapshot(sequence_high=tells.sequence, calls=tuple(calls), agents=tuple(agents))
    return Told(
        event=shown, source=tells.source, sequence=tells.sequence, at=moment, recorded_at=moment
    )


def begun(events: int) -> tuple[Teller, list[Told]]:
    tells = Teller()
    told = [tells.at(0, AgentStateChanged(agent="ann", group="desk", state=StateWord.AVAILABLE))]
    told += [tells.at(10 * number, event) for number, event in enumerate(TALK[:events], start=1)]
    return tells, told


async def legs(store: Store) -> list[LegLine]:
    return [LegLine(*row) for row in (await rows(store))["leg"]]


async def spells(store: Store) -> list[SpellLine]:
    return [SpellLine(*row) for row in (await rows(store))["agent_spell"]]


async def assert_rebuilt_alike(store: Store) -> None:
    before = await rows(store)
    await Rebuilding(store, site=SITE).run(each=lambda _: None)
    assert await rows(store) == before


@pytest.mark.parametrize(
    ("events", "outcome"),
    [
        (1, Outcome.FLOWED_OUT),
        (2, Outcome.FLOWED_OUT),
        (3, Outcome.FLOWED_OUT),
        (4, Outcome.ANSWERED),
        (5, Outcome.ANSWERED),
    ],
)
async def test_a_call_absent_from_two_snapshots_running_is_ended_and_marked(
    store: Store, events: int, outcome: Outcome
) -> None:
    tells, told = begun(events)
    desk = Desk(store)
    board = await desk.hears(*told)

    await desk.hears(snapshot(tells, 100))
    (leg,) = await legs(store)
    assert not leg.over
    await desk.hears(snapshot(tells, 160))

    (leg,) = await legs(store)
    assert (leg.over, leg.derived, leg.outcome) == (True, True, outcome)
    assert leg.ended == MIDNIGHT + (100 if events < 5 else 50) * SECOND
    assert board.quality.ghosts == 1
    assert board.counted["concluded"] >= 1
    await assert_rebuilt_alike(store)


async def test_a_call_that_a_snapshot_shows_between_is_not_ended(store: Store) -> None:
    tells, told = begun(4)
    shown = LiveCall(call="1", leg=0, queue="tax", arrived=MIDNIGHT)
    desk = Desk(store)

    await desk.hears(*told, snapshot(tells, 100))
    await desk.hears(snapshot(tells, 160, calls=[shown]))
    await desk.hears(snapshot(tells, 220))

    (leg,) = await legs(store)
    assert not leg.over


async def test_a_snapshot_older_than_the_call_says_nothing_of_it(store: Store) -> None:
    tells, told = begun(0)
    early = [snapshot(tells, 5), snapshot(tells, 6)]
    _, more = begun(4)
    desk = Desk(store)

    await desk.hears(*told, *more[1:])
    await desk.hears(early[0])
    await desk.hears(early[1])

    (leg,) = await legs(store)
    assert not leg.over


async def test_while_numbers_are_missing_no_call_is_ended(store: Store) -> None:
    tells, told = begun(4)
    tells.at(45, CallEnded(**LEG, agent="ann"))
    after = tells.at(46, CallArrived(call="2", leg=0, queue="tax"))
    desk = Desk(store)

    await desk.hears(*told, after)
    for at in (100, 160, 220):
        await desk.hears(snapshot(tells, at))

    assert not any(leg.over for leg in await legs(store))


async def test_what_the_switch_tells_in_the_end_counts_instead(store: Store) -> None:
    tells, told = begun(4)
    desk = Desk(store)
    board = await desk.hears(*told)
    await desk.hears(snapshot(tells, 100))
    await desk.hears(snapshot(tells, 160))

    await desk.hears(
        tells.at(70, CallEnded(**LEG, agent="ann", resolved=True)),
        tells.at(75, CallWrapped(**LEG, agent="ann")),
    )

    (leg,) = await legs(store)
    assert (leg.ended, leg.wrapped) == (MIDNIGHT + 70 * SECOND, MIDNIGHT + 75 * SECOND)
    assert (leg.derived, leg.resolved, board.quality.ghosts) == (False, True, 0)
    await assert_rebuilt_alike(store)


async def test_concluding_the_same_again_after_a_restart_adds_nothing(store: Store) -> None:
    tells, told = begun(4)
    desk = Desk(store)
    await desk.hears(*told)
    for _ in range(2):
        await desk.hears(snapshot(tells, 100))
        await desk.hears(snapshot(tells, 160))
        board = desk.fresh()
        await board.run()

    assert len(await legs(store)) == 1
    assert board.quality.ghosts == 1


# --- A switch that starts anew -----------------------------------------------------------------------


async def test_what_a_started_switch_does_not_show_is_lost_at_its_first_snapshot(
    store: Store,
) -> None:
    tells, told = begun(4)
    desk = Desk(store)
    await desk.hears(*told, tells.at(80, SourceStarted(version="2")))

    await desk.hears(snapshot(tells, 90))

    (leg,) = await legs(store)
    assert (leg.over, leg.ended) == (True, MIDNIGHT + 80 * SECOND)


@pytest.mark.parametrize("restarted", [False, True])
async def test_without_any_snapshot_it_is_lost_after_a_minute(
    store: Store,
    restarted: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    tells, told = begun(4)
    desk = Desk(store)
    board = await desk.hears(*told, tells.at(80, SourceStarted(version="2")))
    if restarted:
        board = desk.fresh()
        await board.run()
    await board.settle()
    (leg,) = await legs(store)
    assert not leg.over

    desk.clock.advance(61 * SECOND)
    await board.settle()

    (leg,) = await legs(store)
    assert (leg.over, leg.ended, leg.derived) == (True, MIDNIGHT + 80 * SECOND, True)
    await assert_rebuilt_alike(store)


async def test_a_call_that_is_mentioned_after_the_start_lives_on(store: Store) -> None:
    tells, told = begun(4)
    desk = Desk(store)
    board = await desk.hears(*told, tells.at(80, SourceStarted(version="2")))
    await desk.hears(tells.at(85, CallConnected(**LEG, agent="ann", group="desk")))

    desk.clock.advance(61 * SECOND)
    await board.settle()

    (leg,) = await legs(store)
    assert not leg.over


# --- Agents ------------------------------------------------------------------------------------------


async def test_an_agent_absent_from_two_snapshots_running_is_gone(store: Store) -> None:
    tells, told = begun(0)
    desk = Desk(store)
    await desk.hears(*told)

    await desk.hears(snapshot(tells, 100, agents=()))
    await desk.hears(snapshot(tells, 160, agents=()))

    (spell,) = await spells(store)
    assert spell.ended == MIDNIGHT + 100 * SECOND
    await assert_rebuilt_alike(store)


async def test_an_agent_a_switch_knows_otherwise_is_set_right_and_marked(store: Store) -> None:
    tells, told = begun(0)
    lunch = LiveAgent(
        agent="ann", group="desk", state=StateWord.LUNCH, since=MIDNIGHT + 50 * SECOND
    )
    desk = Desk(store)
    await desk.hears(*told)

    await desk.hears(snapshot(tells, 100, agents=[lunch]))
    await desk.hears(snapshot(tells, 160, agents=[lunch]))
    await desk.hears(snapshot(tells, 220, agents=[lunch]))

    first, second = await spells(store)
    assert (first.ended, first.derived) == (MIDNIGHT + 50 * SECOND, False)
    assert (second.started, second.state, second.derived) == (first.ended, AgentState.LUNCH, True)


async def test_an_agent_never_heard_of_is_there_as_his_switch_knows_him(store: Store) -> None:
    tells, told = begun(0)
    bob = LiveAgent(
        agent="bob", group="desk", state=StateWord.AVAILABLE, since=MIDNIGHT + 20 * SECOND
    )
    desk = Desk(store)
    await desk.hears(*told)

    await desk.hears(snapshot(tells, 100, agents=[ANN, bob]))
    await desk.hears(snapshot(tells, 160, agents=[ANN, bob]))

    assert [(spell.agent, spell.started) for spell in await spells(store)] == [
        ("ann", MIDNIGHT),
        ("bob", MIDNIGHT + 20 * SECOND),
    ]


async def test_an_agent_set_right_goes_on_as_his_switch_tells_later(store: Store) -> None:
    tells, told = begun(0)
    desk = Desk(store)
    state = AgentStateChanged(agent="ann", group="desk", state=StateWord.BREAK)
    late = tells.at(40, state)
    on = tells.at(41, CallArrived(call="9", leg=0, queue="tax"))
    await desk.hears(*told, late)
    await desk.hears(on, snapshot(tells, 100, agents=()))
    await desk.hears(snapshot(tells, 160, agents=()))

    await desk.hears(
        tells.at(300, AgentStateChanged(agent="ann", group="desk", state=StateWord.AVAILABLE))
    )

    assert [(spell.started, spell.ended) for spell in await spells(store)] == [
        (MIDNIGHT, MIDNIGHT + 40 * SECOND),
        (MIDNIGHT + 40 * SECOND, MIDNIGHT + 100 * SECOND),
        (MIDNIGHT + 300 * SECOND, None),
    ]
    await assert_rebuilt_alike(store)


async def test_what_the_switch_tells_late_of_an_agent_counts_instead(store: Store) -> None:
    tells, told = begun(0)
    gone = tells.at(70, AgentLoggedOut(agent="ann"))
    desk = Desk(store)
    await desk.hears(*told)
    await desk.hears(beyond(tells), snapshot(tells, 100, agents=()))
    desk.clock.advance(3_600 * SECOND)
    for _ in range(9):
        await desk.fresh().settle()
        desk.clock.advance(120 * SECOND)
    board = desk.fresh()
    await board.run()
    await desk.hears(snapshot(tells, 160, agents=()))
    await desk.hears(snapshot(tells, 220, agents=()))
    (spell,) = await spells(store)
    assert spell.ended == MIDNIGHT + 160 * SECOND

    await desk.hears(gone)

    (spell,) = await spells(store)
    assert spell.ended == MIDNIGHT + 70 * SECOND
    await assert_rebuilt_alike(store)


def beyond(tells: Teller) -> Told:
    """Tell something after a number that is missing."""
    return tells.at(90, CallArrived(call="9", leg=0, queue="tax"))
