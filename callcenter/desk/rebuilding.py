"""Projections made anew from the ledger: what is thrown away comes back, byte for byte."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from callcenter.clock import DAY
from callcenter.desk.switchboard_loading import Reader
from callcenter.store.live_lines import midnight_of
from callcenter.store.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """How much of one day came back."""

    day: date
    legs: int
    spells: int
    answers: int


class Rebuilding:
    """Replays the ledger, one day in one transaction; the switchboard may go on meanwhile."""

    def __init__(self, store: Store, *, site: str) -> None:
        """Stand on the store of a site."""
        self._store = store
        self._site = site

    async def run(
        self, days: Iterable[date] | None = None, *, each: Callable[[Rebuilt], None]
    ) -> None:
        """Rebuild some days, or all of which anything is known, and say so of each."""
        for day in await self._all_days() if days is None else days:
            async with self._store.writing() as uow:
                rebuilt = await self._rebuild(uow, day)
            each(rebuilt)

    async def _all_days(self) -> list[date]:
        async with self._store.reading() as uow:
            told = await uow.ledger.days()
            known = await uow.legs.known_days()
        return [date.fromisoformat(day) for day in sorted({*told, *known})]

    async def _rebuild(self, uow: UnitOfWork, day: date) -> Rebuilt:
        name = day.isoformat()
        there = await uow.legs.wipe(name)
        reader = Reader(uow, site=self._site, withdrawn=await uow.ledger.withdrawn())
        tracks = await reader.legs_of_day(name)
        # A leg whose beginning was never told may have begun days before anything was told of it.
        tracks |= await reader.legs(there - {(source, call) for source, call, _ in tracks})
        legs = [track.told.line for track in tracks.values() if track.told.line is not None]
        answers = [line for track in tracks.values() for line in track.told.answers]
        spells = []
        morning = midnight_of(day)
        for agent in await uow.ledger.agents_of(name):
            told = (await reader.agent_within(agent, since=morning, beyond=morning + DAY)).told
            spells += [line for line in told.spells if line.day == name]
        await uow.legs.put_legs(legs)
        await uow.legs.put_spells(spells)
        await uow.legs.put_answers(answers)
        return Rebuilt(
            day=day,
            legs=sum(line.day == name for line in legs),
            spells=len(spells),
            answers=sum(line.day == name for line in answers),
        )
