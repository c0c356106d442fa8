"""Lets a source speak: what it says goes into the outbox first and to the broker after, in order.

The source never waits for the broker. While that is away, the outbox grows; when it is back, everything
is delivered. A process that is killed goes on where its outbox ends. What is said beside events (how
things stand, that the source lives) is stale a moment later and is kept nowhere.

A broker acknowledges first and saves later, so one that is killed may have forgotten what it has just
acknowledged. What it took over in the last seconds before a line was lost is told again on the next one.
"""

import asyncio
import contextlib
import logging
import math
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Protocol

from callcenter.bus.codec import Said, read, write
from callcenter.bus.notes import (
    CommandAnswered,
    CommandGiven,
    Note,
    NoteBody,
    ReplayRequested,
    SourceNow,
)
from callcenter.bus.port import Delivery, LastWill, Message, Publisher, Subscriber
from callcenter.bus.spool import Letter, Spool
from callcenter.bus.standing_notes import StandingNotes
from callcenter.bus.topics import Channel, subscription
from callcenter.clock import SECOND, Clock, Tick
from callcenter.errors import CallCenterError, PoisonMessageError
from callcenter.telephony.events import SourceHeartbeat, Told
from callcenter.telephony.speaking import Speaker

_LOG: Final = logging.getLogger(__name__)

WINDOW: Final = 200
"""Events handed to the broker together."""
WILL_DELAY_SECONDS: Final = 10
"""A source that is back sooner was never gone."""
_SHORTEST_PAUSE: Final = 0.01
"""Seconds: what happens within it is put on the disk together."""
_LONGEST_PAUSE: Final = 1.0
_LAST_WORDS_SECONDS: Final = 0.8
"""For what is still owed when it is over, and again for saying so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often things are said that nobody asked for, in real seconds."""

    heartbeat_seconds: float = 5.0
    snapshot_seconds: float = 60.0
    notes_seconds: float = 1.0
    """At most so often is it noted how agents and queues stand."""
    settle_seconds: float = 10.0
    """So long after it has acknowledged something the broker may not have saved it."""
    prune_seconds: float = 600.0


LIVELY: Final = Pace(heartbeat_seconds=1.0)
"""Of a simulated switch, whose clock may be fast."""


class Bus(Publisher, Subscriber, Protocol):
    """Both ends at once: a source tells, and hears what is asked of it."""


def heard_by(source: str, *, site: str) -> tuple[str, ...]:
    """Name what the bus of a source must listen to."""
    return tuple(
        subscription(channel, site=site, name=source)
        for channel in (Channel.REPLAYS, Channel.COMMANDS)
    )


def last_will(source: str, *, site: str, at: Tick) -> LastWill:
    """Make what the broker says of a source it has lost."""
    note = Note(body=SourceNow(online=False), source=source, sequence=0, at=at)
    return LastWill(message=write(note, site=site), delay_seconds=WILL_DELAY_SECONDS)


class Telling:
    """One source that speaks over one bus."""

    def __init__(
        self,
        speaker: Speaker,
        *,
        bus: Bus,
        spool: Spool,
        site: str,
        clock: Clock,
        pace: Pace | None = None,
        version: str = "",
        marks: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        """Bring together who speaks, over what, and where it is kept.

        Args:
            speaker: The source; it goes on after `spool.sequence`.
            bus: Open, and listening to `heard_by`; its last will is `last_will`.
            spool: The source's outbox, open.
            site: The centre it belongs to.
            clock: Of real time.
            pace: How often things are said that nobody asked for.
            version: Of the source, for those who look after it.
            marks: How far the source has read, to be kept with what it has just told.
        """
        self._speaker = speaker
        self._bus = bus
        self._spool = spool
        self._site = site
        self._clock = clock
        self._pace = pace or Pace()
        self._version = version
        self._marks = marks
        self._turn = asyncio.Lock()
        """Held from asking the source until what it said is on the disk."""
        self._woken = asyncio.Event()
        """What will happen next may not be what it was."""
        self._stirred = asyncio.Event()
        """Something is to be delivered."""
        self._notes = StandingNotes()
        self._standing: Told | None = None
        """A snapshot to be delivered once all that it shows has been."""
        self._sent = spool.settled
        """The last number the broker has acknowledged."""
        self._unsaved: deque[tuple[Tick, int]] = deque()
        """Until when it may forget which number, and all before it."""
        self._other_line = False
        """Whether it may have forgotten some."""
        self._replays: asyncio.Queue[tuple[ReplayRequested, Delivery]] = asyncio.Queue()
        self._wanted: set[ReplayRequested] = set()
        self._spoken = False
        """Whether the source will never say anything more."""

    @property
    def owed(self) -> int:
        """Number of events that the broker has not acknowledged."""
        return self._spool.sequence - self._sent

    async def run(self, stop: asyncio.Event) -> None:
        """Speak until told to stop, or until there is nothing more to say; then say goodbye.

        Raises:
            SpoolError: Nothing can be kept any more; nothing that was kept is lost.
            BrokerRefusedError: The broker does not let the source say what it must.
            InputError: The source named something that no topic can hold.
        """
        working = asyncio.create_task(self._work(), name=f"telling {self._speaker.source}")
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (working, stopping):
                task.cancel()
            await asyncio.wait({working, stopping})
        if not working.cancelled() and (failure := working.exception()) is not None:
            raise failure
        await self._say_goodbye()

    async def _work(self) -> None:
        await self._catch_up()
        try:
            async with asyncio.TaskGroup() as tasks:
                endless = (
                    self._greet(),
                    self._listen(),
                    self._tell_again(),
                    self._note(),
                    self._beat(),
                    self._show(),
                    self._settle(),
                    self._prune(),
                )
                others = [tasks.create_task(work) for work in endless]
                tasks.create_task(self._speak())
                await tasks.create_task(self._deliver())
                for other in others:
                    other.cancel()
        except* CallCenterError as why:
            raise why.exceptions[0] from None

    async def _say_goodbye(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LAST_WORDS_SECONDS):
                while self.owed:
                    await self._deliver_some()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LAST_WORDS_SECONDS):
                await self._say(self._note_of(SourceNow(online=False, version=self._version)))

    # --- What happens ----------------------------------------------------------------------------------

    async def _speak(self) -> None:
        while True:
            async with self._turn:
                wait = self._speaker.wait_seconds(self._clock.now())
            if math.isinf(wait):
                self._spoken = True
                self._stirred.set()
                return
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(max(wait, _SHORTEST_PAUSE), _LONGEST_PAUSE)):
                    await self._woken.wait()
            self._woken.clear()
            await self._catch_up()

    async def _catch_up(self) -> None:
        async with self._turn:
            await self._keep_what_is_due()

    async def _keep_what_is_due(self, *, answers: Mapping[str, Message] | None = None) -> None:
        """Put what has happened on the disk; then it may be delivered."""
        told = self._speaker.due(self._clock.now())
        if told or answers:
            letters = [
                Letter(sequence=one.sequence, id=one.id, message=write(one, site=self._site))
                for one in told
            ]
            await asyncio.to_thread(self._spool.put, letters, marks=self._marks(), answers=answers)
            self._stirred.set()

    # --- To the broker ---------------------------------------------------------------------------------

    async def _deliver(self) -> None:
        while True:
            self._stirred.clear()
            if self._other_line:
                self._other_line = False
                self._sent = self._spool.settled
                self._unsaved.clear()
            standing = self._standing
            if standing is not None and standing.sequence <= self._sent:
                self._standing = None
                await self._say(standing)
            elif self.owed:
                await self._deliver_some()
            elif self._spoken:
                return
            else:
                await self._stirred.wait()

    async def _deliver_some(self) -> None:
        letters = self._spool.unsettled(after=self._sent, most=WINDOW)
        await self._bus.publish_all([letter.message for letter in letters])
        self._sent = letters[-1].sequence
        saved_at = self._clock.now() + round(self._pace.settle_seconds * SECOND)
        self._unsaved.append((saved_at, self._sent))

    async def _settle(self) -> None:
        """Note from time to time what the broker cannot forget any more."""
        while True:
            await asyncio.sleep(min(1.0, self._pace.settle_seconds))
            saved, now = self._spool.settled, self._clock.now()
            while self._unsaved and self._unsaved[0][0] <= now:
                _, saved = self._unsaved.popleft()
            if saved > self._spool.settled:
                await asyncio.to_thread(self._spool.settle, saved)

    async def _say(self, *said: Said) -> None:
        await self._bus.publish_all([write(one, site=self._site) for one in said])

    # --- How things stand ------------------------------------------------------------------------------

    async def _greet(self) -> None:
        """Say on each new line that the source is there: its last will may have been said meanwhile."""
        line = 0
        while True:
            before, line = line, await self._bus.line(after=line)
            self._other_line = before > 0
            await self._say(self._note_of(SourceNow(online=True, version=self._version)))
            self._notes.forget()
            await self._take_snapshot()

    async def _show(self) -> None:
        while True:
            await asyncio.sleep(self._pace.snapshot_seconds)
            await self._take_snapshot()

    async def _take_snapshot(self) -> None:
        async with self._turn:
            await self._keep_what_is_due()
            self._standing = self._speaker.snapshot()
        self._stirred.set()

    async def _note(self) -> None:
        while True:
            async with self._turn:
                await self._keep_what_is_due()
                changed = self._notes.changed(self._speaker.snapshot())
            await self._say(*changed)
            await asyncio.sleep(self._pace.notes_seconds)

    async def _beat(self) -> None:
        while True:
            async with self._turn:
                await self._keep_what_is_due()
                beat = self._speaker.heartbeat()
            await self._bus.publish(write(self._heard_of(beat), site=self._site))
            await asyncio.sleep(self._pace.heartbeat_seconds)

    def _heard_of(self, beat: Told) -> Told:
        """Let a heartbeat name the last number the broker has: what is still here is not missing."""
        assert isinstance(beat.event, SourceHeartbeat)
        sent = self._sent
        return replace(beat, sequence=sent, event=replace(beat.event, sequence_high=sent))

    def _note_of(self, body: NoteBody) -> Note:
        beat = self._speaker.heartbeat()
        return Note(body=body, source=beat.source, sequence=beat.sequence, at=beat.at)

    # --- What is asked ---------------------------------------------------------------------------------

    async def _listen(self) -> None:
        async for delivery in self._bus.receive():
            try:
                said = read(delivery.message, site=self._site)
            except PoisonMessageError as poison:
                _LOG.warning("not understood on %s: %s", delivery.message.topic, poison.why)
                await delivery.ack()
                continue
            match said:
                case Note(body=CommandGiven() as given):
                    await self._bus.publish_all([await self._obey(given)])
                    await delivery.ack()
                case Note(body=ReplayRequested() as asked) if asked not in self._wanted:
                    self._wanted.add(asked)
                    self._replays.put_nowait((asked, delivery))
                case _:
                    await delivery.ack()

    async def _obey(self, given: CommandGiven) -> Message:
        """Do once what is asked; what it brings about is on the disk with the answer."""
        async with self._turn:
            message = self._spool.answer(given.command_id)
            if message is None:
                await self._keep_what_is_due()
                answer = self._speaker.obey(given.command)
                body = CommandAnswered(command_id=given.command_id, answer=answer)
                message = write(self._note_of(body), site=self._site)
                await self._keep_what_is_due(answers={given.command_id: message})
                self._woken.set()
        return message

    async def _tell_again(self) -> None:
        while True:
            asked, delivery = await self._replays.get()
            number, last = asked.first, min(asked.last, self._sent)
            while letters := self._spool.told(number, last, most=WINDOW):
                await self._bus.publish_all([letter.message for letter in letters])
                number = letters[-1].sequence + 1
            _LOG.info("told again what was asked for: %d to %d", asked.first, asked.last)
            self._wanted.discard(asked)
            await delivery.ack()

    async def _prune(self) -> None:
        while True:
            await asyncio.sleep(self._pace.prune_seconds)
            await asyncio.to_thread(self._spool.prune)
