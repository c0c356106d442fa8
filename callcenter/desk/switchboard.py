"""The one consumer of telephony events: what came is stored, put together, and only then acknowledged.

What comes while one transaction runs is the next one. An event is known by its id and taken once; what
comes late or out of order changes the legs and agents it is about and nothing else, because those are put
together anew from all their events. Numbers that are missing are asked for; calls that a switch has
forgotten are ended, and marked. When the database is away nothing is acknowledged and nothing is lost.
"""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from callcenter.bus.backoff import Backoff
from callcenter.bus.codec import write
from callcenter.bus.notes import CommandAnswered, Note, ReplayRequested, SourceNow
from callcenter.bus.port import Deliveries, Message, Publisher
from callcenter.clock import HOUR, SECOND, Clock, Tick
from callcenter.desk.centre_clock import Voice
from callcenter.desk.frames import Quality, tick_of
from callcenter.desk.switchboard_intake import Batch, concluded, opened
from callcenter.desk.switchboard_loading import load_memory, load_sources, load_suspicions
from callcenter.desk.switchboard_memory import Memory
from callcenter.desk.switchboard_planning import Planning
from callcenter.desk.switchboard_snapshots import Suspicions
from callcenter.desk.switchboard_sources import Source, new_source
from callcenter.errors import BusClosedError, StoreUnavailableError
from callcenter.measures.live import DayLog
from callcenter.store.live_lines import LegLine, SpellLine, day_of
from callcenter.store.unit_of_work import Store, UnitOfWork
from callcenter.telephony.events import Snapshot, SourceHeartbeat, SourceStarted, Told

_LOG: Final = logging.getLogger(__name__)
LARGEST_BATCH: Final = 500
SPEAKER: Final = "centre"
"""Under this name numbers are asked for again; it tells no events."""
_TEND_SECONDS: Final = 0.5
_WRITTEN_EVERY: Final[Tick] = 10 * SECOND
"""How a switch stands is written down so often, if it tells nothing that is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was committed: listeners are told after it is true, and at most once.

    Without anything, it says that a source came, went or is heard again, or that something could not be
    read.
    """

    events: tuple[Told, ...] = ()
    """New to the ledger."""
    legs: tuple[LegLine, ...] = ()
    """As they are now."""
    spells: tuple[SpellLine, ...] = ()


Listener = Callable[[Heard], None]
Answered = Callable[[CommandAnswered], Awaitable[None]]


async def _nobody(_answer: CommandAnswered) -> None:
    """Leave an answer to whoever else hears it."""


class Switchboard:
    """Takes what the switches tell; see the module."""

    def __init__(
        self,
        store: Store,
        *,
        deliveries: Deliveries,
        publisher: Publisher,
        site: str,
        now: Callable[[], datetime],
        clock: Clock,
        jitter: Callable[[], float],
        answered: Answered = _nobody,
        backoff: Backoff | None = None,
    ) -> None:
        """Bring together what is heard and where it is kept.

        Args:
            store: Where it is kept.
            deliveries: Of a bus with a lasting session that listens to `topics.ingested(site)`.
            publisher: Carries requests for what is missing.
            site: The centre.
            now: The wall's clock.
            clock: The monotonic one.
            jitter: Draws uniformly from [0, 1).
            answered: Keeps what switches answered to commands; idempotent.
            backoff: The waits while the database is away.
        """
        self._store = store
        self._deliveries = deliveries
        self._publisher = publisher
        self._site = site
        self._now = now
        self._clock = clock
        self._jitter = jitter
        self._answered = answered
        self._backoff = backoff or Backoff(longest_seconds=5.0)
        self._listeners: list[Listener] = []
        self._memory = Memory()
        self._sources: dict[str, Source] = {}
        self._suspicions: dict[str, Suspicions] = {}
        self._loaded = False
        self._taken_up = asyncio.Event()
        self._written: Tick = 0
        self._one_at_a_time = asyncio.Lock()
        self._poison = 0
        self.counted: Counter[str] = Counter()
        """Since the start: `events`, `repeats`, `poison`, `concluded`, `batches`, `retries`."""

    # --- For those who watch ---------------------------------------------------------------------------

    def listen(self, listener: Listener) -> None:
        """Tell somebody of everything that is committed; he must not wait for anything."""
        self._listeners.append(listener)

    @property
    def voices(self) -> Sequence[Voice]:
        """Every source that was ever heard."""
        return [source.voice for source in self._sources.values()]

    @property
    def quality(self) -> Quality:
        """What is doubtful about what was told."""
        return Quality(ghosts=self._memory.ghosts, poison=self._poison)

    def lived(self, day: date) -> DayLog | None:
        """Return a day that is lived, `None` of one that is not at hand."""
        return self._memory.day(day)

    async def day(self, day: date) -> DayLog:
        """Return a day as far as it was told: one that is lived at once, others from the database."""
        if (log := self.lived(day)) is not None:
            return log
        async with self._store.reading() as uow:
            return await uow.legs.day(day)

    async def taken_up(self) -> None:
        """Wait until it knows what the ledger holds: before that it knows of no source and no call."""
        await self._taken_up.wait()

    # --- Taking ----------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Take what comes until the bus is closed."""
        await self._lastingly(self._load)
        async with asyncio.TaskGroup() as tasks:
            tending = tasks.create_task(self._tend(), name="switchboard tends")
            async for first in self._deliveries:
                batch = [first, *self._deliveries.take(LARGEST_BATCH - 1)]
                await self.take([delivery.message for delivery in batch])
                for delivery in batch:
                    await delivery.ack()
            tending.cancel()

    async def settle(self) -> None:
        """Do now what is done from time to time: ask for what is missing, end what was lost."""
        async with self._one_at_a_time:
            messages = await self._look_after()
        for message in messages:
            with contextlib.suppress(TimeoutError, BusClosedError):
                async with asyncio.timeout(1):
                    await self._publisher.publish(message)

    async def take(self, messages: Sequence[Message]) -> None:
        """Store some messages, however long the database is away."""
        batch = opened(messages, site=self._site, received_at=tick_of(self._now()))
        self.counted["batches"] += 1
        await self._lastingly(lambda: self._commit(batch))

    async def _lastingly(self, work: Callable[[], Awaitable[None]]) -> None:
        failures = 0
        while True:
            try:
                async with self._one_at_a_time:
                    if not self._loaded:
                        await self._load()
                    await work()
                    return
            except StoreUnavailableError as error:
                self._loaded = False
                failures += 1
                self.counted["retries"] += 1
                wait = self._backoff.delay(failures, jitter=self._jitter)
                _LOG.warning("nothing is acknowledged: %s; next try in %.2f s", error, wait)
                await asyncio.sleep(wait)
            except BaseException:
                self._loaded = False
                raise

    async def _load(self) -> None:
        """Take up from the ledger where it ends; what was heard of sources meanwhile is kept."""
        if self._loaded:
            return
        clock = self._clock.now()
        async with self._store.reading() as uow:
            memory = await load_memory(uow, site=self._site, clock=clock)
            sources = await load_sources(uow, clock=clock)
            suspicions = await load_suspicions(uow, memory, site=self._site, clock=clock)
            self._poison = await uow.dead_letters.count()
        for name, before in self._sources.items():
            known = sources.setdefault(name, new_source(name, wall=before.line.heard_at))
            known.goes_on(before)
        self._memory, self._sources, self._suspicions = memory, sources, suspicions
        self._loaded = True
        self._taken_up.set()

    async def _commit(self, batch: Batch) -> None:
        noticed = [self._beats(told) for told in batch.fleeting]
        for note in batch.notes:
            await self._notes(note)
        await self._store_batch(batch)
        for told in batch.fleeting:
            await self._store_conclusions(self._doubts(told))
        if any(noticed) or batch.notes or batch.letters:
            self._tell(Heard())

    async def _store_conclusions(self, told: Sequence[Told]) -> None:
        if told:
            self.counted["concluded"] += len(told)
            batch = concluded(told, site=self._site, received_at=tick_of(self._now()))
            await self._store_batch(batch, by_centre=True)

    async def _store_batch(self, batch: Batch, *, by_centre: bool = False) -> None:
        clock, wall = self._clock.now(), tick_of(self._now())
        if not by_centre:
            for told, _ in batch.events.values():
                source = self._source(told.source)
                source.told(told.sequence, recorded_at=told.recorded_at, clock=clock, wall=wall)
        if not batch.events and not batch.letters and clock - self._written < _WRITTEN_EVERY:
            return
        async with self._store.writing() as uow:
            planning = Planning(
                uow, self._memory, site=self._site, lived=self._lived(wall), clock=clock
            )
            fresh, plan = await planning.take(batch)
            await uow.dead_letters.put(batch.letters)
            await self._write_sources(uow)
        self._memory.take(plan, clock=clock)
        self._note_written(clock)
        self._count(batch, fresh=len(fresh))
        if not by_centre:
            self._note_starts(fresh, clock=clock)
        if fresh:
            legs, spells = tuple(plan.put_legs), tuple(plan.put_spells)
            self._tell(Heard(events=tuple(fresh), legs=legs, spells=spells))

    async def _write_sources(self, uow: UnitOfWork) -> None:
        sources = self._sources.values()
        await uow.live_sources.put([source.line for source in sources if source.dirty])
        gaps = [gap for source in sources for gap in source.changed.values()]
        await uow.live_sources.put_gaps(gaps)

    def _note_written(self, clock: Tick) -> None:
        self._written = clock
        for source in self._sources.values():
            source.dirty = False
            source.changed.clear()

    def _count(self, batch: Batch, *, fresh: int) -> None:
        self._poison += len(batch.letters)
        self.counted["poison"] += len(batch.letters)
        self.counted["events"] += fresh
        self.counted["repeats"] += len(batch.events) - fresh + batch.repeats

    def _tell(self, heard: Heard) -> None:
        for listener in self._listeners:
            try:
                listener(heard)
            except Exception:  # noqa: BLE001 - whatever it is, what was told must go on being stored
                _LOG.exception("a listener failed; what he was told is stored all the same")

    # --- Sources ---------------------------------------------------------------------------------------

    def _source(self, name: str) -> Source:
        if name not in self._sources:
            self._sources[name] = new_source(name, wall=tick_of(self._now()))
        return self._sources[name]

    def _beats(self, told: Told) -> bool:
        """Take a heartbeat; say whether its source had not been heard for a while."""
        source, event = self._source(told.source), told.event
        was_away = source.away(tick_of(self._now()))
        if isinstance(event, SourceHeartbeat):
            source.beats(event, clock=self._clock.now(), wall=tick_of(self._now()))
        return was_away

    async def _notes(self, note: Note) -> None:
        match note.body:
            case SourceNow(online=online, version=version):
                self._source(note.source).set(online=online, version=version)
            case CommandAnswered() as answer:
                await self._answered(answer)
            case _:
                pass

    def _suspicion(self, source: str) -> Suspicions:
        return self._suspicions.setdefault(source, Suspicions())

    def _note_starts(self, fresh: Sequence[Told], *, clock: Tick) -> None:
        for told in fresh:
            if isinstance(told.event, SourceStarted):
                standing = self._memory.standing(told.source)
                self._suspicion(told.source).starts(told, standing, clock=clock)

    def _doubts(self, snapshot: Told) -> list[Told]:
        """Return what a snapshot makes the centre conclude."""
        event = snapshot.event
        if not isinstance(event, Snapshot):
            return []
        if not self._source(snapshot.source).covered(event.sequence_high):
            return []
        suspicion = self._suspicion(snapshot.source)
        legs = suspicion.of_legs(snapshot, self._memory.standing(snapshot.source))
        agents = {name: track.told for name, track in self._memory.agents.items()}
        return legs + suspicion.of_agents(snapshot, agents)

    # --- From time to time -----------------------------------------------------------------------------

    async def _tend(self) -> None:
        while True:
            await asyncio.sleep(_TEND_SECONDS)
            try:
                await self.settle()
            except StoreUnavailableError as error:
                self._loaded = False
                _LOG.warning("looking after the switches waits: %s", error)

    async def _look_after(self) -> list[Message]:
        if not self._loaded:
            await self._load()
        clock, wall = self._clock.now(), tick_of(self._now())
        messages: list[Message] = []
        lost: list[Told] = []
        for name, source in self._sources.items():
            source.promises_kept(clock=clock, wall=wall)
            for first, last in source.asks(clock=clock, wall=wall, jitter=self._jitter()):
                asked = ReplayRequested(of=name, first=first, last=last)
                note = Note(body=asked, source=SPEAKER, sequence=0, at=wall)
                messages.append(write(note, site=self._site))
            lost += self._suspicion(name).overdue(self._memory.standing(name), clock=clock)
        await self._store_conclusions(lost)
        if any(source.changed for source in self._sources.values()):
            async with self._store.writing() as uow:
                await self._write_sources(uow)
            self._note_written(clock)
        self._memory.forget(before=min(self._lived(wall)), clock=clock)
        return messages

    def _lived(self, wall: Tick) -> set[str]:
        """Return the days that are lived at the switches heard of late; without any, the wall's."""
        lines = [source.line for source in self._sources.values()]
        lived = {line.its_now for line in lines if line.heard_at > wall - HOUR and line.its_now}
        return {day_of(now) for now in lived or {wall}}
