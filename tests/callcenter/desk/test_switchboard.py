"""What is acknowledged is stored; what cannot be read, what is missing and what is late is dealt with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from callcenter.bus.codec import write
from callcenter.bus.notes import Note, SourceNow
from callcenter.bus.port import Message
from callcenter.clock import DAY, HOUR, SECOND, Tick
from callcenter.desk.rebuilding import Rebuilding
from callcenter.desk.switchboard import Heard
from callcenter.domain.calls import Outcome
from callcenter.errors import StoreUnavailableError
from callcenter.store.tables.live import DEAD_LETTER, TELEPHONY_EVENT
from callcenter.store.unit_of_work import Store, UnitOfWork
from callcenter.telephony.call_log import NONE
from callcenter.telephony.events import (
    CallArrived,
    CallConnected,
    CallEnded,
    CallQueued,
    CallWrapped,
    SourceHeartbeat,
    Told,
)
from tests.switchboards import MIDNIGHT, SITE, Desk, Teller, a_story, messages, rows

BEFORE, AFTER = date(2026, 6, 30), date(2026, 7, 1)


def beat(source: str, high: int, *, now: Tick, speed: float = 1.0) -> Told:
    event = SourceHeartbeat(sequence_high=high, now=now, live_calls=0, agents=0, speed=speed)
    return Told(event=event, source=source, sequence=high, at=now, recorded_at=now)


async def stored(store: Store) -> int:
    async with store.reading() as uow:
        counted = select(func.count()).select_from(TELEPHONY_EVENT)
        return int((await uow.connection.execute(counted)).scalar_one())


# --- Once and for good -------------------------------------------------------------------------------


async def test_an_event_told_twice_is_stored_once_and_counted(store: Store) -> None:
    story = a_story()
    desk = Desk(store)

    await desk.fresh([messages(story), messages(story[:7])]).run()

    assert desk.board is not None
    assert await stored(store) == len(story)
    assert (desk.board.counted["events"], desk.board.counted["repeats"]) == (len(story), 7)


async def test_listeners_hear_of_what_is_new_after_it_is_stored(store: Store) -> None:
    desk = Desk(store)
    board = desk.fresh()
    heard: list[Heard] = []
    board.listen(heard.append)
    story = a_story()

    await desk.hears(*story[:8])
    await desk.hears(*story[:8])

    assert list(heard[0].events) == story[:8]
    assert {line.call for line in heard[0].legs} == {"1"}
    assert len(heard) == 1


async def test_listeners_hear_that_a_source_is_back_and_not_of_every_heartbeat(
    store: Store,
) -> None:
    desk = Desk(store)
    heard: list[Heard] = []
    desk.fresh().listen(heard.append)

    for seconds in (0, 1, 1, 60, 1):
        desk.clock.advance(seconds * SECOND)
        await desk.hears(beat("pbx1", 1, now=MIDNIGHT))

    assert heard == [Heard(), Heard()]


async def test_a_listener_that_fails_does_not_stop_the_storing(store: Store) -> None:
    desk = Desk(store)
    board = desk.fresh([messages(a_story()[:4]), messages(a_story()[4:8])])

    def fails(_: Heard) -> None:
        raise LookupError("nobody asked")

    board.listen(fails)
    await board.run()

    assert desk.deliveries.acknowledged == await stored(store) == 8


POISON = Message(topic=f"cc/v1/{SITE}/ev/call/tax", payload=b'{"half\x00\xff')


async def test_what_cannot_be_read_is_kept_with_the_reason_and_acknowledged(store: Store) -> None:
    desk = Desk(store)
    story = messages(a_story()[:6])

    await desk.fresh([[*story[:3], POISON, *story[3:]]]).run()

    assert desk.board is not None
    assert desk.deliveries.acknowledged == 7
    assert await stored(store) == 6
    assert desk.board.quality.poison == 1
    async with store.reading() as uow:
        (letter,) = await uow.connection.execute(select(DEAD_LETTER))
    assert letter.topic == POISON.topic
    assert letter.payload == r'{"half\x00\xff'
    assert "expected JSON" in letter.reason


async def test_a_name_longer_than_any_column_is_poison_too(store: Store) -> None:
    tells = Teller()
    event = CallConnected(call="1", leg=0, queue="tax", agent="a" * 401)
    desk = Desk(store)

    await desk.hears(tells.at(1, event), tells.at(2, CallQueued(call="2", leg=0, queue="tax")))

    assert desk.board is not None
    assert (await stored(store), desk.board.quality.poison) == (1, 1)


# --- The database goes away --------------------------------------------------------------------------


class Failing(Store):
    """A database that is away for the first writers: before they write, or just as they commit."""

    def __init__(self, store: Store, *, times: int, after_commit: bool) -> None:
        super().__init__(store.database)
        self.times = times
        self._after_commit = after_commit

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[UnitOfWork]:
        failing, self.times = self.times > 0, self.times - 1
        if failing and not self._after_commit:
            raise StoreUnavailableError("away")
        async with super().writing() as uow:
            yield uow
        if failing:
            raise StoreUnavailableError("nobody knows whether it was committed")


@pytest.mark.parametrize("after_commit", [False, True])
async def test_while_the_database_is_away_nothing_is_acknowledged_and_nothing_lost(
    store: Store,
    after_commit: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    story = a_story()
    healthy = Desk(store)
    desk = Desk(Failing(store, times=2, after_commit=after_commit))

    await desk.fresh([messages(story[:10]), messages(story[10:])]).run()

    assert desk.board is not None
    assert desk.board.counted["retries"] == 2
    assert desk.deliveries.acknowledged == await stored(store) == len(story)
    anew = healthy.fresh()
    await anew.run()
    for day in (BEFORE, AFTER):
        assert (await desk.board.day(day)).calls.equals((await anew.day(day)).calls)


async def test_an_error_of_our_own_leaves_everything_unacknowledged(store: Store) -> None:
    class Broken(Failing):
        @asynccontextmanager
        async def writing(self) -> AsyncIterator[UnitOfWork]:
            async with Store.writing(self) as uow:
                yield uow
                raise ZeroDivisionError

    desk = Desk(Broken(store, times=0, after_commit=False))

    with pytest.raises(ExceptionGroup, match="unhandled errors"):
        await desk.fresh([messages(a_story())]).run()

    assert desk.deliveries.acknowledged == await stored(store) == 0


# --- Missing numbers ---------------------------------------------------------------------------------


async def test_missing_numbers_are_asked_for_after_a_grace_again_and_again_and_then_filled(
    store: Store,
) -> None:
    story = a_story()
    desk = Desk(store)
    board = await desk.hears(*story[:5], *story[9:])
    await board.settle()
    assert desk.outgoing.asked == []

    for _ in range(3):
        desk.clock.advance(20 * SECOND)
        await board.settle()
    assert desk.outgoing.asked == [("pbx1", 6, 9)] * 3
    assert board.voices[0].gaps == 1

    await desk.hears(*story[5:9])
    assert board.voices[0].gaps == 0
    async with store.reading() as uow:
        (gap,) = await uow.live_sources.gaps(filled=True)
        (source,) = await uow.live_sources.all()
    assert (gap.first, gap.last, gap.asks) == (6, 9, 3)
    assert gap.filled_at is not None
    assert source.high == source.highest == len(story)


async def test_what_a_heartbeat_promises_and_nobody_tells_is_missing(store: Store) -> None:
    story = a_story()
    desk = Desk(store)
    board = await desk.hears(*story[:10])

    await desk.hears(beat("pbx1", 14, now=MIDNIGHT))
    await board.settle()
    assert desk.outgoing.asked == []
    desk.clock.advance(5 * SECOND)
    await board.settle()
    await desk.hears(beat("pbx1", 14, now=MIDNIGHT))
    desk.clock.advance(SECOND)
    await board.settle()

    assert desk.outgoing.asked == [("pbx1", 11, 14)]


async def test_what_was_told_before_anybody_listened_is_not_missing(store: Store) -> None:
    desk = Desk(store)
    board = await desk.hears(beat("pbx1", 4_000, now=MIDNIGHT))
    desk.clock.advance(5 * SECOND)
    await board.settle()
    desk.clock.advance(5 * SECOND)
    await board.settle()

    assert desk.outgoing.asked == []


async def test_a_gap_nobody_can_fill_is_given_up_visibly_and_may_still_be_filled(
    store: Store,
) -> None:
    story = a_story()
    desk = Desk(store)
    board = await desk.hears(*story[:5], *story[6:])
    for _ in range(20):
        desk.clock.advance(120 * SECOND)
        await board.settle()

    async with store.reading() as uow:
        (gap,) = await uow.live_sources.gaps()
    assert gap.given_up_at is not None
    assert len(desk.outgoing.asked) == gap.asks == 8
    assert board.voices[0].gaps == 1

    await desk.hears(story[5])
    assert board.voices[0].gaps == 0


async def test_after_a_restart_it_is_known_what_is_missing(store: Store) -> None:
    story = a_story()
    desk = Desk(store)
    await desk.hears(*story[:5], *story[7:12])
    await desk.hears(story[5])

    board = desk.fresh()
    await board.run()
    desk.clock.advance(5 * SECOND)
    await board.settle()

    assert desk.outgoing.asked == [("pbx1", 7, 7)]


async def test_nobody_is_asked_who_is_not_there(store: Store) -> None:
    story = a_story()
    desk = Desk(store)
    gone = Note(body=SourceNow(online=False), source="pbx1", sequence=0, at=MIDNIGHT)
    board = await desk.hears(*story[:5], *story[7:])
    await desk.hears(gone)
    desk.clock.advance(60 * SECOND)
    await board.settle()

    assert desk.outgoing.asked == []
    assert not board.voices[0].online


# --- Clocks ------------------------------------------------------------------------------------------


async def test_the_skew_of_a_clock_is_the_median_of_what_its_heartbeats_show(store: Store) -> None:
    desk = Desk(store)
    for lag in (3, 5, 90, 4, 5):
        now = desk.start + desk.clock.now() - lag * SECOND
        board = await desk.hears(beat("pbx1", 1, now=now))

    assert board.voices[0].skew == 5 * SECOND


async def test_who_is_simulated_says_so_even_at_the_speed_of_the_world(store: Store) -> None:
    desk = Desk(store)
    real, invented = beat("pbx1", 1, now=MIDNIGHT), beat("sim1", 1, now=MIDNIGHT)
    assert isinstance(invented.event, SourceHeartbeat)
    board = await desk.hears(real, replace(invented, event=replace(invented.event, simulated=True)))

    assert {one.source: one.simulated for one in board.voices} == {"pbx1": False, "sim1": True}
    async with store.reading() as uow:
        stored = await uow.live_sources.all()
    assert {one.source: one.simulated for one in stored} == {"pbx1": False, "sim1": True}


async def test_a_clock_that_runs_faster_has_no_skew(store: Store) -> None:
    desk = Desk(store)
    board = await desk.hears(beat("sim1", 1, now=MIDNIGHT, speed=60.0))

    (voice,) = board.voices
    assert (voice.skew, voice.speed, voice.said) == (None, 60.0, MIDNIGHT)


# --- Days --------------------------------------------------------------------------------------------


async def test_a_night_is_one_night_and_its_days_are_let_go_when_they_are_over(
    store: Store,
) -> None:
    desk = Desk(store)
    board = await desk.hears(*a_story())
    assert len((await board.day(BEFORE)).places) == 4
    at_hand = await board.day(BEFORE)
    assert await board.day(BEFORE) is at_hand

    for hours in (1, 47, 1):
        desk.clock.advance(hours * HOUR)
        await desk.hears(beat("pbx1", 1, now=desk.start + desk.clock.now()))
        await board.settle()

    assert await board.day(BEFORE) is not at_hand
    assert (await board.day(BEFORE)).calls.equals(at_hand.calls)


async def test_a_switch_that_lives_an_earlier_day_has_it_at_hand(store: Store) -> None:
    tells = Teller(source="sim1", start=-9 * DAY)
    desk = Desk(store)
    await desk.hears(*a_story())
    await desk.hears(beat("sim1", 0, now=MIDNIGHT - 9 * DAY, speed=60.0))
    board = await desk.hears(tells.at(60, CallArrived(call="9", leg=0, queue="tax")))

    day = date(2026, 6, 22)
    assert len((await board.day(day)).places) == 1
    assert await board.day(day) is await board.day(day)


async def test_what_comes_late_for_a_day_that_was_let_go_is_put_right_there(store: Store) -> None:
    story = a_story()
    wrapped = next(told for told in story if isinstance(told.event, CallWrapped))
    desk = Desk(store)
    board = await desk.hears(*(told for told in story if told is not wrapped))
    for _ in range(2):
        desk.clock.advance(DAY)
        await desk.hears(beat("pbx1", 1, now=desk.start + desk.clock.now()))
        await board.settle()
    tells = Teller(sequence=100, start=3 * DAY)
    await desk.hears(tells.at(0, CallArrived(call="9", leg=0, queue="tax")))

    await desk.hears(wrapped)

    lived = await rows(store)
    assert (await board.day(BEFORE)).calls.wrapped.tolist()[0] != NONE
    await Rebuilding(store, site=SITE).run(each=lambda _: None)
    assert await rows(store) == lived


async def test_a_call_withdrawn_to_its_last_event_is_gone(store: Store) -> None:
    story = a_story()
    desk = Desk(store)
    await desk.hears(*story)

    async with store.reading() as uow:
        calls, _, names = await uow.legs.days(BEFORE, AFTER)

    outcomes = [Outcome(value) for value in calls.outcome]
    assert outcomes.count(Outcome.ABANDONED) == 0
    assert outcomes.count(Outcome.ANSWERED) == 4
    assert names.queues == ("general", "roads", "tax", "water-bills")


async def test_logs_can_be_narrowed_to_a_queue_a_group_and_an_agent(store: Store) -> None:
    await Desk(store).hears(*a_story())
    async with store.reading() as uow:
        by_queue, _, _ = await uow.legs.days(BEFORE, AFTER, queue="tax")
        by_agent, his, _ = await uow.legs.days(BEFORE, AFTER, agent="bob")
        by_group, theirs, _ = await uow.legs.days(BEFORE, AFTER, group="night")

    assert (len(by_queue), len(by_agent), len(by_group)) == (2, 2, 1)
    assert (len(his), len(theirs)) == (4, 1)


def a_talk(call: str, *, tells: Teller, start: float) -> list[Told]:
    """Tell of a call that is being talked."""
    leg = {"call": call, "leg": 0, "queue": "tax"}
    return [
        tells.at(start, CallArrived(**leg)),
        tells.at(start + 1, CallQueued(**leg)),
        tells.at(start + 5, CallConnected(**leg, agent="ann", group="desk")),
    ]


async def test_messages_of_a_line_are_written_as_they_came(store: Store) -> None:
    tells = Teller()
    talk = a_talk("1", tells=tells, start=10)
    talk.append(tells.at(50, CallEnded(call="1", leg=0, queue="tax", agent="ann")))
    await Desk(store).hears(*talk)

    async with store.reading() as uow:
        kept = await uow.ledger.of_calls([("pbx1", "1")])

    assert {one.body for one in kept} == {write(told, site=SITE).payload.decode() for told in talk}
