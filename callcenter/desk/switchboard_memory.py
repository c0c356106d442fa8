"""What the switchboard keeps at hand: the days that are lived, and whatever is not over.

Nothing here changes before the transaction that makes it true is committed: a `Plan` is made, written,
and then taken in.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from callcenter.clock import SECOND, Tick
from callcenter.desk.switchboard_days import Day, SpellKey
from callcenter.desk.switchboard_folding import (
    NOBODY,
    NOTHING,
    AgentTold,
    LegTold,
    fold_agent,
    fold_leg,
)
from callcenter.measures.live import DayLog
from callcenter.store.live_lines import AnswerLine, LegLine, SpellLine, midnight_of
from callcenter.telephony.events import Told
from callcenter.telephony.standing import Key

QUIET: Final[Tick] = 60 * SECOND
"""A day that is over is kept so long after the last thing that was told of it."""

Withdrawn = Collection[tuple[str, str]]
"""Source and id of events that were taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegTrack:
    """One leg: all its events, and what they amount to."""

    events: tuple[Told, ...]
    told: LegTold

    @classmethod
    def of(cls, events: Iterable[Told], withdrawn: Withdrawn) -> "LegTrack":
        """Put events together, but for those that were taken back."""
        kept = tuple(events)
        return cls(events=kept, told=fold_leg(_standing(kept, withdrawn)))


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentTrack:
    """One agent: all his events since a moment, and what they amount to."""

    events: tuple[Told, ...]
    since: Tick
    """Nothing is missing from here on; 0 if nothing is missing at all."""
    told: AgentTold

    @classmethod
    def of(cls, events: Iterable[Told], since: Tick, withdrawn: Withdrawn) -> "AgentTrack":
        """Put events together, but for those that were taken back."""
        kept = tuple(events)
        return cls(events=kept, since=since, told=fold_agent(_standing(kept, withdrawn)))

    def reaches(self, at: Tick) -> bool:
        """Say whether a change at a moment can be judged by what is here."""
        return not self.since or self.since < at


NO_LEG: Final = LegTrack(events=(), told=NOTHING)
NO_AGENT: Final = AgentTrack(events=(), since=0, told=NOBODY)


def _standing(events: Sequence[Told], withdrawn: Withdrawn) -> Sequence[Told]:
    if not withdrawn:
        return events
    return [told for told in events if (told.source, told.id) not in withdrawn]


@dataclass(slots=True, kw_only=True)
class Plan:
    """What a batch of events changes, in memory and in the tables."""

    legs: dict[Key, LegTrack] = field(default_factory=dict)
    agents: dict[str, AgentTrack] = field(default_factory=dict)
    put_legs: list[LegLine] = field(default_factory=list)
    drop_legs: list[Key] = field(default_factory=list)
    put_spells: list[SpellLine] = field(default_factory=list)
    drop_spells: list[SpellKey] = field(default_factory=list)
    put_answers: list[AnswerLine] = field(default_factory=list)
    drop_answers: list[str] = field(default_factory=list)

    def leg(self, key: Key, *, before: LegTrack, after: LegTrack) -> None:
        """Note what became of a leg."""
        self.legs[key] = after
        old, new = before.told, after.told
        if new.line is None and old.line is not None:
            self.drop_legs.append(key)
        elif new.line is not None and new.line != old.line:
            self.put_legs.append(new.line)
        if new.answers != old.answers:
            self.put_answers += [line for line in new.answers if line not in old.answers]
            kept = {line.event_id for line in new.answers}
            self.drop_answers += [
                line.event_id for line in old.answers if line.event_id not in kept
            ]

    def agent(self, name: str, *, before: AgentTrack, after: AgentTrack) -> None:
        """Note what became of an agent."""
        self.agents[name] = after
        old = {(line.agent, line.started): line for line in before.told.spells}
        new = {(line.agent, line.started): line for line in after.told.spells}
        self.put_spells += [line for key, line in new.items() if old.get(key) != line]
        self.drop_spells += [key for key in old if key not in new]


class Memory:
    """Legs and agents at hand, and the days they make."""

    def __init__(self, *, withdrawn: Withdrawn = ()) -> None:
        """Know nothing but what was taken back."""
        self.withdrawn = set(withdrawn)
        self.legs: dict[Key, LegTrack] = {}
        self.agents: dict[str, AgentTrack] = {}
        self.unfinished: dict[Key, LegTrack] = {}
        self._days: dict[str, Day] = {}

    # --- Days ------------------------------------------------------------------------------------------

    @property
    def days(self) -> Collection[str]:
        """The days at hand."""
        return self._days.keys()

    @property
    def ghosts(self) -> int:
        """Calls of the days at hand that their switch had forgotten."""
        return sum(len(day.ghosts) for day in self._days.values())

    def standing(self, source: str) -> dict[Key, LegTold]:
        """Return the legs of a source that are not over."""
        return {key: track.told for key, track in self.unfinished.items() if key[0] == source}

    def lacks(self, day: str, *, lived: Collection[str]) -> bool:
        """Say whether a day is to be fetched: it is lived now, or none that was let go."""
        if day in self._days:
            return False
        return day in lived or not self._days or day > min(self._days)

    def open_day(self, day: str, *, clock: Tick) -> None:
        """Keep a day at hand from now on; all its legs and agents are about to be taken in."""
        self._days[day] = Day(date.fromisoformat(day), clock=clock)
        for key, track in self.legs.items():
            self._add_leg(key, track, clock=clock)
        for agent in self.agents.values():
            self._add_agent(agent, clock=clock)

    def day(self, day: date) -> DayLog | None:
        """Return a day, `None` if it is not at hand."""
        kept = self._days.get(day.isoformat())
        return None if kept is None else kept.log

    def forget(self, *, before: str, clock: Tick) -> None:
        """Let go of days before one that are over and of which nothing has come for a while."""
        open_days = {track.told.line.day for track in self.unfinished.values() if track.told.line}
        gone = {
            name
            for name, day in self._days.items()
            if name < before and name not in open_days and clock - day.stirred > QUIET
        }
        if not gone:
            return
        for name in gone:
            del self._days[name]
        self.legs = {key: track for key, track in self.legs.items() if self._wants(track)}
        first = min((midnight_of(date.fromisoformat(name)) for name in self._days), default=None)
        if first is not None:
            for agent, track in self.agents.items():
                self.agents[agent] = self._shortened(track, first)

    def _shortened(self, track: AgentTrack, first: Tick) -> AgentTrack:
        """Let go of all before the last change told before a moment."""
        starts = [line.started for line in track.told.spells if line.started < first]
        if not starts or starts[-1] <= track.since:
            return track
        kept = [told for told in track.events if told.at >= starts[-1]]
        return AgentTrack.of(kept, starts[-1], self.withdrawn)

    # --- Taking in -------------------------------------------------------------------------------------

    def take(self, plan: Plan, *, clock: Tick) -> None:
        """Take in what was committed."""
        for key, track in plan.legs.items():
            self._drop_leg(self.legs.pop(key, NO_LEG), key, track)
            self.unfinished.pop(key, None)
            self.keep_leg(key, track, clock=clock)
        for name, after in plan.agents.items():
            self._drop_agent(self.agents.get(name, NO_AGENT), after)
            self.keep_agent(name, after, clock=clock)

    def keep_leg(self, key: Key, track: LegTrack, *, clock: Tick) -> None:
        """Keep a leg if it is of a day at hand, or not over."""
        if self._wants(track):
            self.legs[key] = track
            if not track.told.over:
                self.unfinished[key] = track
            self._add_leg(key, track, clock=clock)

    def keep_agent(self, name: str, track: AgentTrack, *, clock: Tick) -> None:
        """Keep an agent."""
        self.agents[name] = track
        self._add_agent(track, clock=clock)

    def _wants(self, track: LegTrack) -> bool:
        told = track.told
        if not told.over or (told.line is not None and told.line.day in self._days):
            return True
        return any(line.day in self._days for line in told.answers)

    def _add_leg(self, key: Key, track: LegTrack, *, clock: Tick) -> None:
        line = track.told.line
        if line is not None and (day := self._days.get(line.day)) is not None:
            day.put_leg(key, line)
            day.stirred = clock
            if track.told.ghost:
                day.ghosts.add(key)
        for answer in track.told.answers:
            if (day := self._days.get(answer.day)) is not None:
                day.put_answer(answer)
                day.stirred = clock

    def _drop_leg(self, before: LegTrack, key: Key, after: LegTrack = NO_LEG) -> None:
        """Take from its day what a leg was; from then on it is on the day it is on now."""
        old, new = before.told.line, after.told.line
        if old is not None and (day := self._days.get(old.day)) is not None:
            day.ghosts.discard(key)
            if new is None or new.day != old.day:
                day.drop_leg(key)
        for answer in before.told.answers:
            if answer not in after.told.answers and answer.day in self._days:
                self._days[answer.day].drop_answer(answer.event_id)

    def _add_agent(self, track: AgentTrack, *, clock: Tick) -> None:
        for line in track.told.spells:
            day = self._days.get(line.day)
            if day is not None and day.put_spell(line):
                day.stirred = clock

    def _drop_agent(self, before: AgentTrack, after: AgentTrack) -> None:
        kept = {(line.day, line.started) for line in after.told.spells}
        for line in before.told.spells:
            if (line.day, line.started) not in kept and line.day in self._days:
                self._days[line.day].drop_spell(line)
