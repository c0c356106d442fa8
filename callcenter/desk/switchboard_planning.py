"""What a batch of events changes: the legs and agents it touches, put together anew."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from callcenter.clock import Tick
from callcenter.desk.switchboard_folding import key_of
from callcenter.desk.switchboard_intake import Batch
from callcenter.desk.switchboard_loading import Reader, open_day
from callcenter.desk.switchboard_memory import (
    NO_AGENT,
    NO_LEG,
    AgentTrack,
    LegTrack,
    Memory,
    Plan,
)
from callcenter.store.ledger import About, Entry
from callcenter.store.unit_of_work import UnitOfWork
from callcenter.telephony.events import AgentEvent, CorrectionIssued, Told
from callcenter.telephony.standing import Key


class Planning:
    """One batch, within one unit of work: fetch what it touches, write it down, say what changed."""

    def __init__(
        self,
        uow: UnitOfWork,
        memory: Memory,
        *,
        site: str,
        lived: Collection[str],
        clock: Tick,
    ) -> None:
        """Stand on a unit of work and on what is at hand; `lived` are the days of the switches' clocks."""
        self._uow = uow
        self._memory = memory
        self._site = site
        self._lived = lived
        self._clock = clock
        self._legs: dict[Key, LegTrack] = {}
        """Beside those at hand."""
        self._agents: dict[str, AgentTrack] = {}
        """Instead of those at hand."""

    async def take(self, batch: Batch) -> tuple[list[Told], Plan]:
        """Write a batch down; return what is new of it, and what that changes."""
        told = [one for one, _ in batch.events.values()]
        entries = [entry for _, entry in batch.events.values()]
        corrected = [one for one in told if isinstance(one.event, CorrectionIssued)]
        touched_legs, touched_agents = await self._corrected(corrected, batch)
        await self._fetch(entries, touched_legs, touched_agents)
        new = await self._uow.ledger.add(entries)
        fresh = [one for name, (one, _) in batch.events.items() if name in new]
        self._memory.withdrawn |= {
            (one.source, one.event.target_id)
            for one in fresh
            if isinstance(one.event, CorrectionIssued)
        }
        plan = Plan()
        self._plan_legs(fresh, touched_legs, plan)
        self._plan_agents(fresh, touched_agents, plan)
        await self._write(plan)
        return fresh, plan

    async def _corrected(
        self, corrections: Sequence[Told], batch: Batch
    ) -> tuple[set[Key], dict[str, Tick]]:
        """Return whom corrected events are about; agents with the moment it was."""
        targets = {
            (one.source, one.event.target_id)
            for one in corrections
            if isinstance(one.event, CorrectionIssued)
        }
        if not targets:
            return set(), {}
        legs: set[Key] = set()
        agents: dict[str, Tick] = {}
        stored = await self._uow.ledger.about({target for _, target in targets})
        everything: list[About | Entry] = [*stored, *(entry for _, entry in batch.events.values())]
        for about in everything:
            if (about.source, about.event_id) not in targets:
                continue
            if about.call is not None and about.leg is not None:
                legs.add((about.source, about.call, about.leg))
            elif about.agent is not None:
                agents[about.agent] = min(about.at, agents.get(about.agent, about.at))
        return legs, agents

    async def _fetch(
        self, entries: Sequence[Entry], legs: Iterable[Key], agents: dict[str, Tick]
    ) -> None:
        """Bring near what is not at hand, as it was before this batch."""
        of_somebody = [one for one in entries if one.call is not None or one.agent is not None]
        for day in sorted({entry.day for entry in of_somebody}):
            if self._memory.lacks(day, lived=self._lived):
                await open_day(self._uow, self._memory, day, site=self._site, clock=self._clock)
        reader = Reader(self._uow, site=self._site, withdrawn=self._memory.withdrawn)
        keys = {(e.source, e.call, e.leg) for e in entries if e.call is not None} | set(legs)
        missing = {(key[0], str(key[1])) for key in keys if key not in self._memory.legs}
        if missing:
            self._legs = await reader.legs(missing)
        first = dict(agents)
        for entry in of_somebody:
            if entry.call is None and entry.agent is not None:
                first[entry.agent] = min(entry.at, first.get(entry.agent, entry.at))
        for name, at in first.items():
            known = self._memory.agents.get(name)
            if known is None or not known.reaches(at):
                self._agents[name] = await reader.agent(name, before=at)

    def _plan_legs(self, fresh: Sequence[Told], touched: Iterable[Key], plan: Plan) -> None:
        added: dict[Key, list[Told]] = defaultdict(list)
        for told in fresh:
            key = key_of(told)
            if key is not None:
                added[key].append(told)
        for key in touched:
            added.setdefault(key, [])
        for key, events in added.items():
            before = self._memory.legs.get(key) or self._legs.get(key, NO_LEG)
            after = LegTrack.of((*before.events, *events), self._memory.withdrawn)
            plan.leg(key, before=before, after=after)

    def _plan_agents(self, fresh: Sequence[Told], touched: Iterable[str], plan: Plan) -> None:
        added: dict[str, list[Told]] = defaultdict(list)
        for told in fresh:
            if isinstance(told.event, AgentEvent):
                added[told.event.agent].append(told)
        for name in touched:
            added.setdefault(name, [])
        for name, events in added.items():
            before = self._agents.get(name) or self._memory.agents.get(name, NO_AGENT)
            after = AgentTrack.of((*before.events, *events), before.since, self._memory.withdrawn)
            plan.agent(name, before=before, after=after)

    async def _write(self, plan: Plan) -> None:
        legs = self._uow.legs
        await legs.drop_legs(plan.drop_legs)
        await legs.drop_spells(plan.drop_spells)
        await legs.drop_answers(plan.drop_answers)
        await legs.put_legs(plan.put_legs)
        await legs.put_spells(plan.put_spells)
        await legs.put_answers(plan.put_answers)
