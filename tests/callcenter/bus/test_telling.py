"""A source speaks: first to its outbox, then to the broker, in order, whatever happens on the way."""

import asyncio
import math
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from callcenter.bus.codec import Said, read, write
from callcenter.bus.memory import MemoryBroker, MemoryBus
from callcenter.bus.notes import (
    AgentNow,
    CommandAnswered,
    CommandGiven,
    Note,
    NoteBody,
    QueueNow,
    ReplayRequested,
    SourceNow,
)
from callcenter.bus.port import Message
from callcenter.bus.spool import Letter, Spool
from callcenter.bus.telling import Pace, Telling, heard_by, last_will
from callcenter.clock import Tick, WallClock
from callcenter.errors import InputError, SpoolError
from callcenter.telephony.commands import Surge
from callcenter.telephony.events import (
    CallQueued,
    Snapshot,
    SourceHeartbeat,
    SourceReconfigured,
    Told,
)
from tests.callcenter.bus.rigs import PATIENCE
from tests.callcenter.bus.speakers import EPOCH, SITE, SOURCE, Counter, never_changing_now

SURGE = Surge(queue="general", factor=2.0, minutes=30)
OFTEN = Pace(heartbeat_seconds=0.02, snapshot_seconds=0.02, notes_seconds=0.02, settle_seconds=0.02)


@dataclass
class House:
    """A broker with a listener that misses nothing, and an outbox."""

    broker: MemoryBroker
    listener: MemoryBus
    path: Path

    def spool(self) -> Spool:
        return Spool(self.path, source=SOURCE, site=SITE, now=never_changing_now)

    def bus(self) -> MemoryBus:
        return MemoryBus(
            self.broker,
            identifier=SOURCE,
            filters=heard_by(SOURCE, site=SITE),
            will=last_will(SOURCE, site=SITE, at=EPOCH),
        )

    @asynccontextmanager
    async def speaking(
        self, speaker: Counter, *, spool: Spool, bus: MemoryBus, pace: Pace | None = None
    ) -> AsyncIterator[asyncio.Event]:
        """Let it speak while the block lasts, and then say goodbye."""
        stop = asyncio.Event()
        telling = Telling(
            speaker, bus=bus, spool=spool, site=SITE, clock=WallClock(), pace=pace, version="1.0"
        )
        running = asyncio.create_task(telling.run(stop))
        async with asyncio.timeout(PATIENCE):
            try:
                yield stop
            finally:
                stop.set()
                await running

    async def next(self) -> Said:
        async with asyncio.timeout(PATIENCE):
            delivery = await anext(aiter(self.listener.receive()))
        await delivery.ack()
        return read(delivery.message, site=SITE)

    def rest(self) -> list[Said]:
        """Give what has come and was not looked at."""
        return [read(one.message, site=SITE) for one in self.listener.receive().take(1_000_000)]

    async def until(self, kind: type[object], count: int = 1) -> Said:
        """Give the next of a kind, or the so manieth."""
        while True:
            said = await self.next()
            if isinstance(said.event if isinstance(said, Told) else said.body, kind):
                count -= 1
                if not count:
                    return said

    async def ask(self, body: NoteBody) -> None:
        await self.listener.publish(request(body))


def request(body: NoteBody, *, at: int = EPOCH) -> Message:
    return write(Note(body=body, source="switchboard", sequence=0, at=at), site=SITE)


def told(said: list[Said]) -> list[Told]:
    """Give the events that count."""
    return [
        one
        for one in said
        if isinstance(one, Told) and not isinstance(one.event, Snapshot | SourceHeartbeat)
    ]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    broker = MemoryBroker()
    async with MemoryBus(broker, identifier="listener", filters=("cc/v1/#",)) as listener:
        yield House(broker=broker, listener=listener, path=tmp_path / "pbx1.spool")


async def test_everything_is_told_in_order_and_then_it_says_goodbye(house: House) -> None:
    with house.spool() as spool:
        first = spool.sequence + 1
        speaker = Counter(sequence=spool.sequence, last=250)
        async with house.bus() as bus, asyncio.timeout(PATIENCE):
            await Telling(speaker, bus=bus, spool=spool, site=SITE, clock=WallClock()).run(
                asyncio.Event()
            )

        said = house.rest()
        assert [one.sequence for one in told(said)] == list(range(first, first + 250))
        assert isinstance(said[-1], Note)
        assert said[-1].body == SourceNow(online=False)


async def test_what_was_not_acknowledged_is_told_first_after_a_restart(house: House) -> None:
    with house.spool() as spool:
        speaker = Counter(sequence=spool.sequence, last=7)
        speaker.due(0)
        earlier = speaker.due(1_000_000)
        spool.put(
            [
                Letter(sequence=one.sequence, id=one.id, message=write(one, site=SITE))
                for one in earlier
            ]
        )
        spool.settle(earlier[2].sequence)
    with house.spool() as spool:
        again = Counter(sequence=spool.sequence, last=3)
        async with house.bus() as bus, asyncio.timeout(PATIENCE):
            await Telling(again, bus=bus, spool=spool, site=SITE, clock=WallClock()).run(
                asyncio.Event()
            )

    heard = told(house.rest())
    assert heard[:4] == earlier[3:]
    numbers = [one.sequence for one in heard]
    assert numbers == list(range(earlier[3].sequence, earlier[3].sequence + 7))


async def test_it_says_how_things_stand_so_that_whoever_comes_later_knows(house: House) -> None:
    with house.spool() as spool:
        speaker = Counter(sequence=spool.sequence, gap=10_000_000)
        async with house.bus() as bus, house.speaking(speaker, spool=spool, bus=bus):
            await house.until(QueueNow)
            async with MemoryBus(
                house.broker, identifier="late", filters=(f"cc/v1/{SITE}/st/+/+",)
            ) as late:
                noted = [read(one.message, site=SITE) for one in late.receive().take(100)]
    bodies = {type(one.body): one.body for one in noted if isinstance(one, Note)}
    assert bodies[SourceNow] == SourceNow(online=True, version="1.0")
    assert isinstance(agent := bodies[AgentNow], AgentNow)
    assert agent.agent.agent == "kim"
    assert isinstance(queue := bodies[QueueNow], QueueNow)
    assert [call.call for call in queue.waiting] == ["last"]


async def test_what_stands_as_it_stood_is_not_noted_again(house: House) -> None:
    with house.spool() as spool:
        speaker = Counter(sequence=spool.sequence, gap=10_000_000)
        async with house.bus() as bus, house.speaking(speaker, spool=spool, bus=bus, pace=OFTEN):
            await house.until(SourceHeartbeat, 20)
            await house.until(SourceHeartbeat, 20)
            assert not [
                one for one in house.rest() if isinstance(one, Note) and one.kind == "agent.now"
            ]


async def test_a_snapshot_follows_all_that_it_shows(house: House) -> None:
    with house.spool() as spool:
        high = spool.sequence
        speaker = Counter(sequence=high, gap=500)
        async with house.bus() as bus, house.speaking(speaker, spool=spool, bus=bus, pace=OFTEN):
            for _ in range(2_000):
                said = await house.next()
                if isinstance(said, Told) and isinstance(said.event, Snapshot):
                    assert said.event.sequence_high <= high
                elif isinstance(said, Told) and isinstance(said.event, CallQueued):
                    high = said.sequence


async def test_a_heartbeat_names_no_number_that_the_broker_has_not(house: House) -> None:
    with house.spool() as spool:
        high = spool.sequence
        speaker = Counter(sequence=high, gap=500)
        async with house.bus() as bus, house.speaking(speaker, spool=spool, bus=bus, pace=OFTEN):
            beats = 0
            while beats < 20:
                said = await house.next()
                if isinstance(said, Told) and isinstance(said.event, SourceHeartbeat):
                    beats += 1
                    assert said.event.sequence_high == said.sequence <= high
                elif isinstance(said, Told) and isinstance(said.event, CallQueued):
                    high = said.sequence


async def test_after_a_loss_of_the_line_it_takes_its_last_will_back(house: House) -> None:
    with house.spool() as spool:
        speaker = Counter(sequence=spool.sequence, gap=10_000_000)
        async with house.bus() as bus, house.speaking(speaker, spool=spool, bus=bus):
            await house.until(QueueNow)
            await house.until(Snapshot)
            house.broker.cut(SOURCE)

            gone = await house.until(SourceNow)
            back = await house.until(SourceNow)
            assert isinstance(gone, Note)
            assert isinstance(back, Note)
            assert gone.body == SourceNow(online=False)
            assert back.body == SourceNow(online=True, version="1.0")
            await house.until(Snapshot)
            await house.until(AgentNow)


async def test_it_does_not_end_before_its_last_word_is_on_the_disk(house: House) -> None:
    class Slow(Spool):
        @override
        def put(self, *letters: Any, **more: Any) -> None:
            threading.Event().wait(0.05)
            super().put(*letters, **more)

    with Slow(house.path, source=SOURCE, site=SITE, now=never_changing_now) as spool:
        speaker = Counter(sequence=spool.sequence, gap=1, last=3)
        async with house.bus() as bus, asyncio.timeout(PATIENCE):
            await Telling(
                speaker, bus=bus, spool=spool, site=SITE, clock=WallClock(), pace=OFTEN
            ).run(asyncio.Event())

    assert len(told(house.rest())) == 3


async def test_what_the_broker_may_have_forgotten_is_told_again_first(house: House) -> None:
    with house.spool() as spool:
        speaker = Counter(sequence=spool.sequence, gap=5_000)
        async with house.bus() as bus, house.speaking(speaker, spool=spool, bus=bus):
            await house.until(CallQueued, 20)
            house.rest()
            first = spool.settled + 1
            house.broker.cut(SOURCE)
            numbers: list[int] = []
            while len(set(numbers)) < 30:
                said = await house.until(CallQueued)
                assert isinstance(said, Told)
                numbers.append(said.sequence)
    again = numbers[numbers.index(first) :]
    assert again == list(range(first, first + len(again)))


async def test_what_it_cannot_forget_any_more_is_not_told_again(house: House) -> None:
    with house.spool() as spool:
        speaker = Counter(sequence=spool.sequence, gap=1_000, last=math.inf)
        async with (
            house.bus() as bus,
            house.speaking(speaker, spool=spool, bus=bus, pace=OFTEN),
            asyncio.timeout(PATIENCE),
        ):
            settled = spool.settled
            while spool.settled < settled + 50:
                await house.until(CallQueued)
            assert spool.settled < spool.sequence


# --- What is asked ------------------------------------------------------------------------------------


async def test_what_is_asked_for_again_comes_again_to_the_last_byte(house: House) -> None:
    with house.spool() as spool:
        speaker = Counter(sequence=spool.sequence, gap=10_000, last=math.inf)
        async with house.bus() as bus, house.speaking(speaker, spool=spool, bus=bus):
            first = {}
            while len(first) < 12:
                delivery = await anext(aiter(house.listener.receive()))
                if "/ev/call/" in delivery.message.topic:
                    said = read(delivery.message, site=SITE)
                    first[said.id] = delivery.message
            numbers = [int(name.rpartition(":")[2]) for name in first]
            await house.ask(ReplayRequested(of=SOURCE, first=numbers[3], last=numbers[7]))

            wanted = list(first.values())[3:8]
            again: list[Message] = []
            while len(again) < 5:
                message = (await anext(aiter(house.listener.receive()))).message
                if message in wanted:
                    again.append(message)
    assert again == wanted


async def test_a_request_for_what_was_never_told_is_done_at_once(house: House) -> None:
    with house.spool() as spool:
        speaker = Counter(sequence=spool.sequence, gap=10_000_000)
        async with house.bus() as bus, house.speaking(speaker, spool=spool, bus=bus):
            await house.ask(ReplayRequested(of=SOURCE, first=1, last=2**61))
            await house.ask(CommandGiven(of=SOURCE, command_id="c1", command=SURGE))
            await house.until(CommandAnswered)
        assert house.broker._sessions[SOURCE].owed == {}


async def test_a_command_is_obeyed_and_what_it_brings_about_is_told(house: House) -> None:
    with house.spool() as spool:
        speaker = Counter(sequence=spool.sequence, gap=10_000_000)
        async with house.bus() as bus, house.speaking(speaker, spool=spool, bus=bus):
            await house.ask(CommandGiven(of=SOURCE, command_id="c1", command=SURGE))
            found: dict[str, Said] = {}
            while not {"command.answered", "source.reconfigured"} <= found.keys():
                said = await house.next()
                found[said.kind] = said
    answered = found["command.answered"]
    assert isinstance(answered, Note)
    assert isinstance(answered.body, CommandAnswered)
    assert answered.body.command_id == "c1"
    assert answered.body.answer.en == "done"
    caused = found["source.reconfigured"]
    assert isinstance(caused, Told)
    assert caused.event == SourceReconfigured(detail="surge")


async def test_a_command_that_comes_twice_is_obeyed_once_and_answered_alike(house: House) -> None:
    given = CommandGiven(of=SOURCE, command_id="c1", command=SURGE)
    answers: list[Said] = []
    obeyed = []
    for _ in range(2):
        with house.spool() as spool:
            speaker = Counter(sequence=spool.sequence, gap=10_000_000)
            async with house.bus() as bus, house.speaking(speaker, spool=spool, bus=bus):
                await house.ask(given)
                answers.append(await house.until(CommandAnswered))
                await house.listener.publish(request(given, at=EPOCH + 1))
                answers.append(await house.until(CommandAnswered))
            obeyed += speaker.obeyed
    assert obeyed == [SURGE]
    assert len({repr(answer) for answer in answers}) == 1


async def test_what_cannot_be_understood_is_put_aside(house: House) -> None:
    with house.spool() as spool:
        speaker = Counter(sequence=spool.sequence, gap=10_000_000)
        async with house.bus() as bus, house.speaking(speaker, spool=spool, bus=bus):
            good = request(CommandGiven(of=SOURCE, command_id="c1", command=SURGE))
            await house.listener.publish(replace(good, payload=b"{"))
            await house.listener.publish(good)
            delivery = await anext(aiter(house.listener.receive()))
            while "/ctl/answer/" not in delivery.message.topic:
                delivery = await anext(aiter(house.listener.receive()))


# --- What goes wrong ---------------------------------------------------------------------------------


async def test_without_an_outbox_it_does_not_speak(house: House) -> None:
    class Full(Spool):
        @override
        def put(self, *_: Any, **__: Any) -> None:
            raise SpoolError("the disk is full")

    with Full(house.path, source=SOURCE, site=SITE, now=never_changing_now) as spool:
        speaker = Counter(sequence=spool.sequence)
        async with house.bus() as bus, asyncio.timeout(PATIENCE):
            with pytest.raises(SpoolError, match="the disk is full"):
                await Telling(speaker, bus=bus, spool=spool, site=SITE, clock=WallClock()).run(
                    asyncio.Event()
                )
    assert told(house.rest()) == []


async def test_a_name_no_topic_can_hold_is_an_error_and_no_silence(house: House) -> None:
    class Slashed(Counter):
        @override
        def due(self, real_now: Tick) -> list[Told]:
            return [
                replace(one, event=CallQueued(call="1", leg=0, queue="a/b"))
                for one in super().due(real_now)
            ]

    with house.spool() as spool:
        speaker = Slashed(sequence=spool.sequence)
        async with house.bus() as bus, asyncio.timeout(PATIENCE):
            with pytest.raises(InputError, match="a/b"):
                await Telling(speaker, bus=bus, spool=spool, site=SITE, clock=WallClock()).run(
                    asyncio.Event()
                )
