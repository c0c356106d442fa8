"""One day at hand: its rows as they are, and the log of them, without writing it anew for each change.

A leg is a row of numbers here. While names stay what they are, one that changes is one row written; what
changes a name or the order of the legs has the whole day written anew, which a day does a few hundred
times in its first minutes and hardly ever after. The log is the same to the last bit either way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

import numpy as np

from callcenter.clock import Tick
from callcenter.measures.live import DayLog, Place
from callcenter.store.live_lines import (
    AnswerLine,
    LegLine,
    SpellLine,
    agent_log,
    by_arrival,
    day_log,
    homes_of,
    numbers_of,
)
from callcenter.telephony.call_log import CALL_COLUMNS, NONE, CallLog
from callcenter.telephony.standing import Key

SpellKey = tuple[str, Tick]
_NAMES: Final = tuple(CALL_COLUMNS)
_HELD: Final = len(_NAMES)
_DERIVED: Final = _HELD + 1
_CAMPAIGN: Final = _DERIVED + 1
_DISPOSITION: Final = _CAMPAIGN + 1
_WIDTH: Final = _DISPOSITION + 1
_ROOM: Final = 512
"""Rows by which a table grows."""


class Day:
    """One day; `stirred` is when anything last changed, by our monotonic clock."""

    def __init__(self, day: date, *, clock: Tick) -> None:
        """Begin with nothing."""
        self.stirred = clock
        self.legs: dict[Key, LegLine] = {}
        self.spells: dict[SpellKey, SpellLine] = {}
        self.answers: dict[str, AnswerLine] = {}
        self.ghosts: set[Key] = set()
        self._day = day
        self._log: DayLog | None = None
        self._table: _Table | None = None
        """`None` if the day is to be written anew."""
        self._legs_changed: dict[Key, LegLine] = {}
        self._spells_changed = False

    def put_leg(self, key: Key, line: LegLine) -> None:
        """Take a leg as it is now."""
        self.legs[key] = line
        self._legs_changed[key] = line
        self._log = None

    def drop_leg(self, key: Key) -> None:
        """Forget a leg."""
        if self.legs.pop(key, None) is not None:
            self._log = self._table = None

    def put_spell(self, line: SpellLine) -> bool:
        """Take a spell as it is now; say whether that is new."""
        key = line.agent, line.started
        if self.spells.get(key) == line:
            return False
        self.spells[key] = line
        self._spells_changed, self._log = True, None
        return True

    def drop_spell(self, line: SpellLine) -> None:
        """Forget a spell."""
        if self.spells.pop((line.agent, line.started), None) is not None:
            self._log = self._table = None

    def put_answer(self, line: AnswerLine) -> None:
        """Take an answer."""
        if self.answers.get(line.event_id) == line:
            return
        self.answers[line.event_id] = line
        self._log = self._table = None

    def drop_answer(self, event_id: str) -> None:
        """Forget an answer."""
        if self.answers.pop(event_id, None) is not None:
            self._log = self._table = None

    @property
    def log(self) -> DayLog:
        """The day as it is now."""
        if self._log is None:
            self._log = self._written()
        return self._log

    def _written(self) -> DayLog:
        changed, self._legs_changed = self._legs_changed, {}
        spells, self._spells_changed = self._spells_changed, False
        table = self._table
        if (
            table is None
            or (spells and not table.put_spells(sorted(self.spells.values())))
            or not all(table.put(key, line) for key, line in changed.items())
        ):
            return self._anew()
        return table.log()

    def _anew(self) -> DayLog:
        log = day_log(
            self._day,
            legs=self.legs.values(),
            spells=self.spells.values(),
            answers=self.answers.values(),
        )
        self._table = _Table(log, self.legs, sorted(self.spells.values()))
        return log


class _Table:
    """The rows of a day's log; what cannot be put in has the day written anew."""

    def __init__(
        self, log: DayLog, legs: Mapping[Key, LegLine], spells: Sequence[SpellLine]
    ) -> None:
        """Begin with a log and what it was made of."""
        self._log = log
        self._queues = numbers_of(log.names.queues)
        self._people = numbers_of(log.names.agents)
        self._groups = numbers_of(log.names.groups)
        self._campaigns = numbers_of(log.campaigns)
        self._keys = sorted(legs, key=lambda key: by_arrival(legs[key]))
        self._rows = {key: row for row, key in enumerate(self._keys)}
        self._lines = dict(legs)
        self._places = list(log.places)
        self._calls: dict[Place, int] = {}
        for place in self._places:
            self._calls.setdefault(place, len(self._calls))
        self._homes: dict[str, str] = {}
        self._posted: set[str] = set()
        self._settle(spells)
        self._cells = np.empty((len(legs) + _ROOM, _WIDTH), dtype=np.int64)
        assert log.held_since is not None
        assert log.derived is not None
        assert log.campaign is not None
        assert log.disposition is not None
        beside = [log.held_since, log.derived, log.campaign, log.disposition]
        columns = [*log.calls.columns().values(), *beside]
        self._cells[: len(legs)] = np.column_stack(columns)

    def put_spells(self, spells: Sequence[SpellLine]) -> bool:
        """Take all spells of the day, in order; say whether the names still do."""
        names, homes = self._log.names, homes_of(spells)
        same = all(homes.get(agent) == group for agent, group in self._homes.items()) and all(
            agent in self._people
            and self._groups.get(group) == names.agent_group[self._people[agent]]
            for agent, group in homes.items()
        )
        if not same or any(spell.agent not in self._people for spell in spells):
            return False
        self._settle(spells)
        self._log = replace(
            self._log,
            agents=agent_log(spells, names),
            reasons=[spell.reason for spell in spells],
        )
        return True

    def _settle(self, spells: Sequence[SpellLine]) -> None:
        self._homes = homes_of(spells)
        self._posted = {spell.agent for spell in spells}

    def put(self, key: Key, line: LegLine) -> bool:
        """Take a leg as it is now; say whether there was a place for it."""
        if not self._named(line) or not self._dispensable(self._lines.get(key), line):
            return False
        row = self._rows.get(key)
        if row is None:
            if self._keys and by_arrival(self._lines[self._keys[-1]]) > by_arrival(line):
                return False
            row = self._append(key, line)
        elif by_arrival(self._lines[key]) != by_arrival(line):
            return False
        self._lines[key] = line
        self._cells[row] = self._numbered(line)
        return True

    def _append(self, key: Key, line: LegLine) -> int:
        row = len(self._keys)
        place = Place(line.source, line.call)
        self._calls.setdefault(place, len(self._calls))
        self._keys.append(key)
        self._places.append(place)
        self._rows[key] = row
        if row == len(self._cells):
            more = np.empty((_ROOM + row, _WIDTH), dtype=np.int64)
            self._cells = np.concatenate((self._cells, more))
        return row

    def _named(self, line: LegLine) -> bool:
        """Say whether a leg says nothing new about names."""
        known = line.queue in self._queues and line.agent in self._people
        if line.campaign not in self._campaigns:
            return False
        if not known or line.group_name not in self._groups:
            return False
        if line.agent is None or line.group_name is None or line.agent in self._homes:
            return True
        group = self._log.names.agent_group[self._people[line.agent]]
        return group == self._groups[line.group_name]

    def _dispensable(self, old: LegLine | None, new: LegLine) -> bool:
        """Say whether no name is lost with what a leg was before."""
        if old is None:
            return True
        agent, group = old.agent, old.group_name
        if agent not in {None, new.agent} and (
            agent not in self._posted or not (group is None or agent in self._homes)
        ):
            return False
        kept = group in {None, new.group_name} or group in self._homes.values()
        return kept and (old.queue, old.campaign) == (new.queue, new.campaign)

    def _numbered(self, line: LegLine) -> tuple[int, ...]:
        names = self._log.names
        agent = self._people[line.agent]
        group = self._groups[line.group_name]
        if group == NONE and agent != NONE:
            group = names.agent_group[agent]
        moments = (line.queued, line.assigned, line.answered, line.ended, line.wrapped)
        return (
            self._calls[Place(line.source, line.call)],
            NONE if line.fate is None else line.fate,
            line.leg,
            line.kind,
            self._queues[line.queue],
            line.outcome,
            NONE if line.resolved is None else line.resolved,
            line.priority,
            group,
            agent,
            line.arrived - names.origin,
            *(NONE if at is None else at - names.origin for at in moments),
            line.hold,
            NONE if line.held_since is None else line.held_since - names.origin,
            line.derived,
            self._campaigns[line.campaign],
            NONE if line.disposition is None else line.disposition,
        )

    def log(self) -> DayLog:
        """Return the day as it is now, apart from what is put in later."""
        rows = len(self._keys)
        cells = np.ascontiguousarray(self._cells[:rows].T)
        columns = {
            name: cells[number].astype(CALL_COLUMNS[name]) for number, name in enumerate(_NAMES)
        }
        self._log = replace(
            self._log,
            calls=CallLog.of(**columns),
            places=list(self._places),
            held_since=cells[_HELD].copy(),
            derived=cells[_DERIVED].astype(np.bool_),
            campaign=cells[_CAMPAIGN].copy(),
            disposition=cells[_DISPOSITION].copy(),
        )
        return self._log
