"""From the ledger into memory: days, calls and agents as they were told."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from callcenter.bus.codec import reread
from callcenter.clock import Tick
from callcenter.desk.switchboard_folding import key_of
from callcenter.desk.switchboard_memory import NO_AGENT, AgentTrack, LegTrack, Memory, Withdrawn
from callcenter.desk.switchboard_snapshots import Suspicions
from callcenter.desk.switchboard_sources import Gap, Source, missing_of
from callcenter.store.ledger import Kept
from callcenter.store.live_lines import day_of, midnight_of
from callcenter.store.unit_of_work import UnitOfWork
from callcenter.telephony.events import Told
from callcenter.telephony.standing import Key


class Reader:
    """Reads tracks within one unit of work."""

    def __init__(self, uow: UnitOfWork, *, site: str, withdrawn: Withdrawn) -> None:
        """Stand on a unit of work; what was taken back is left out."""
        self._uow = uow
        self._site = site
        self._withdrawn = withdrawn

    async def legs(self, calls: Iterable[tuple[str, str]]) -> dict[Key, LegTrack]:
        """Return every leg of some calls, named by source and call."""
        return self._tracks(await self._uow.ledger.of_calls(calls))

    async def legs_of_day(self, day: str) -> dict[Key, LegTrack]:
        """Return every leg of the calls that may have one on a day."""
        return self._tracks(await self._uow.ledger.of_day(day))

    async def agent(self, name: str, *, before: Tick) -> AgentTrack:
        """Return an agent from his last change before a moment on."""
        since = await self._uow.ledger.last_change(name, before=before) or 0
        events = self.told(await self._uow.ledger.of_agent(name, since=since))
        return AgentTrack.of(events, since, self._withdrawn) if events else NO_AGENT

    async def agent_within(self, name: str, *, since: Tick, beyond: Tick) -> AgentTrack:
        """Return an agent from a moment to his first change at or after another."""
        kept = await self._uow.ledger.of_agent(name, since=since, beyond=beyond)
        return AgentTrack.of(self.told(kept), since, self._withdrawn)

    def told(self, kept: Iterable[Kept]) -> list[Told]:
        """Read events as they came."""
        return [reread(one.body, kind=one.kind, site=self._site) for one in kept]

    def _tracks(self, kept: Iterable[Kept]) -> dict[Key, LegTrack]:
        found: dict[Key, list[Told]] = defaultdict(list)
        for told in self.told(kept):
            key = key_of(told)
            assert key is not None, "the ledger's column says it is of a call"
            found[key].append(told)
        return {key: LegTrack.of(events, self._withdrawn) for key, events in found.items()}


async def load_memory(uow: UnitOfWork, *, site: str, clock: Tick) -> Memory:
    """Take up the day that is lived, and all that is not over."""
    memory = Memory(withdrawn=await uow.ledger.withdrawn())
    reader = Reader(uow, site=site, withdrawn=memory.withdrawn)
    for key, track in (await reader.legs(await uow.legs.unfinished())).items():
        memory.keep_leg(key, track, clock=clock)
    days = {day_of(line.its_now) for line in await uow.live_sources.all() if line.its_now}
    newest = await uow.ledger.newest_day()
    for day in sorted(days | ({newest} if newest is not None else set())):
        await open_day(uow, memory, day, site=site, clock=clock)
    for name in await uow.legs.lasting():
        if name not in memory.agents:
            before = max((midnight_of(date.fromisoformat(day)) for day in memory.days), default=0)
            memory.keep_agent(name, await reader.agent(name, before=before), clock=clock)
    return memory


async def open_day(uow: UnitOfWork, memory: Memory, day: str, *, site: str, clock: Tick) -> None:
    """Take up a day with all that is known of it."""
    memory.open_day(day, clock=clock)
    reader = Reader(uow, site=site, withdrawn=memory.withdrawn)
    for key, track in (await reader.legs_of_day(day)).items():
        if key not in memory.legs:
            memory.keep_leg(key, track, clock=clock)
    morning = midnight_of(date.fromisoformat(day))
    for name in await uow.ledger.agents_of(day):
        known = memory.agents.get(name)
        if known is None or not known.reaches(morning):
            memory.keep_agent(name, await reader.agent(name, before=morning), clock=clock)


async def load_sources(uow: UnitOfWork, *, clock: Tick) -> dict[str, Source]:
    """Take up how each switch stands, and what is missing of it."""
    sources = {line.source: Source(line=line, dirty=False) for line in await uow.live_sources.all()}
    for line in await uow.live_sources.gaps():
        numbers = await uow.ledger.numbers(line.source, line.first, line.last)
        if missing := missing_of(line, numbers):
            gap = Gap(line=line, missing=missing, due=clock)
            sources[line.source].gaps.append(gap)
    return sources


async def load_suspicions(
    uow: UnitOfWork, memory: Memory, *, site: str, clock: Tick
) -> dict[str, Suspicions]:
    """Suspect again what was told before a switch's last start, and not since."""
    reader = Reader(uow, site=site, withdrawn=memory.withdrawn)
    found: dict[str, Suspicions] = defaultdict(Suspicions)
    for source in {track.events[0].source for track in memory.unfinished.values()}:
        legs = memory.standing(source)
        oldest = min(leg.highest for leg in legs.values())
        starts = reader.told(await uow.ledger.starts(source, after=oldest))
        for told in sorted(starts, key=lambda told: told.sequence):
            found[source].starts(told, legs, clock=clock)
    return found
