"""Wire shapes of agents: how much of their day is told depends on who asks."""

from collections.abc import Mapping
from datetime import date
from typing import Self

from api.schemas.calls import moment_of
from api.schemas.live_reports import FigureShape, MeaningShape, Told
from api.schemas.moments import Moment
from api.schemas.reports import AnswersShape
from callcenter.domain.agents import AgentState
from callcenter.measures.answers import Answers
from callcenter.measures.figures import Figure
from callcenter.measures.staff import FIGURES, Person, Spell, Staff
from callcenter.telephony.words import STATE_WORDS, StateWord

STATE_NAMES_KO = {
    StateWord.OFFLINE: "퇴근",
    StateWord.AVAILABLE: "수신가능",
    StateWord.LUNCH: "점심",
    StateWord.BREAK: "휴식",
    StateWord.MEETING: "회의",
    StateWord.TRAINING: "교육",
    StateWord.AWAY: "이석",
    StateWord.BROKEN: "장애",
    StateWord.ABSENT: "결근",
}
TIMERS = ("occupancy", "utilisation")
"""Figures made of how an agent spends the day rather than of calls."""


class GroupShape(Told):
    """One group's day."""

    group: str
    figures: list[FigureShape]


class AgentShape(Told):
    """One agent's day; times in states are absent for who may not time agents."""

    agent: str
    group: str | None
    figures: list[FigureShape]
    seconds: dict[StateWord, float] | None

    @classmethod
    def of(cls, person: Person, *, timed: bool) -> Self:
        """Write an agent's day down, without discipline timers unless `timed`."""
        return cls(
            agent=person.agent,
            group=person.group,
            figures=[
                FigureShape.of(one)
                for name, one in person.figures.items()
                if timed or name not in TIMERS
            ],
            seconds=_words(person.seconds) if timed else None,
        )


class SpellShape(Told):
    """How long an agent was in one state."""

    state: StateWord
    ko: str
    reason: str
    started: Moment
    ended: Moment | None

    @classmethod
    def of(cls, spell: Spell) -> Self:
        """Write a spell down."""
        word = STATE_WORDS[spell.state]
        return cls(
            state=word,
            ko=STATE_NAMES_KO[word],
            reason=spell.reason,
            started=moment_of(spell.started),
            ended=None if spell.ended is None else moment_of(spell.ended),
        )


class AgentDayShape(AgentShape):
    """One agent's day with its spells and what callers thought."""

    day: date
    definitions: list[MeaningShape]
    csat: AnswersShape
    spells: list[SpellShape] | None

    @classmethod
    def of_day(cls, person: Person, *, day: date, csat: Answers, timed: bool) -> Self:
        """Write an agent's day down, without spells unless `timed`."""
        return cls(
            **dict(AgentShape.of(person, timed=timed)),
            day=day,
            definitions=_meanings(person.figures),
            csat=AnswersShape.model_validate(csat),
            spells=[SpellShape.of(one) for one in person.spells] if timed else None,
        )


class StaffShape(Told):
    """Everybody's day, as far as who asks may see it."""

    day: date
    definitions: list[MeaningShape]
    all: list[FigureShape]
    groups: list[GroupShape]
    agents: list[AgentShape]

    @classmethod
    def of(cls, found: Staff, *, day: date, people: list[AgentShape]) -> Self:
        """Write the day of all and of every group down, and of the people given."""
        return cls(
            day=day,
            definitions=_meanings(found.all),
            all=[FigureShape.of(one) for one in found.all.values()],
            groups=[
                GroupShape(group=name, figures=[FigureShape.of(one) for one in figures.values()])
                for name, figures in found.groups.items()
            ],
            agents=people,
        )


def _meanings(figures: Mapping[str, Figure]) -> list[MeaningShape]:
    return [MeaningShape.of(figures[name].definition) for name in FIGURES]


def _words(seconds: Mapping[AgentState, float]) -> dict[StateWord, float]:
    return {STATE_WORDS[state]: time for state, time in seconds.items()}
