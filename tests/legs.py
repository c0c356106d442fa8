"""Days of calls as a switchboard would have stored them, for whoever reports on them."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from callcenter.clock import HOUR, SECOND, Tick
from callcenter.domain.agents import AgentState
from callcenter.domain.calls import LegKind, Outcome
from callcenter.domain.outbound import Disposition
from callcenter.store.live_lines import AnswerLine, LegLine, SpellLine, midnight_of
from callcenter.store.unit_of_work import Store

FRIDAY: Final = date(2026, 11, 20)
QUEUES: Final = ("general", "tax")
AGENTS: Final = ("general-01", "general-02", "tax-01")
_ENDS: Final = (
    Outcome.ANSWERED, Outcome.ANSWERED, Outcome.ABANDONED, Outcome.ANSWERED, Outcome.BALKED,
    Outcome.ANSWERED, Outcome.RELEASED, Outcome.ANSWERED, Outcome.FLOWED_OUT, Outcome.CLOSED,
    Outcome.ANSWERED,
)  # fmt: skip


def a_day(day: date = FRIDAY, *, calls: int = 132, apart: Tick = 241 * SECOND) -> Iterator[LegLine]:
    """Make calls of every end, some that waited too long, some the centre dialled."""
    for number in range(calls):
        yield _leg(day, number, apart=apart)


def _leg(day: date, number: int, *, apart: Tick) -> LegLine:
    arrived = midnight_of(day) + 9 * HOUR + number * apart
    outcome = _ENDS[number % len(_ENDS)]
    wait = (number * 7 % 45) * SECOND if outcome is not Outcome.BALKED else 0
    answered, dialled = outcome is Outcome.ANSWERED, number % 10 == 9
    talk, hold, wrap = (60 + number % 90) * SECOND, number % 5 * SECOND, number % 40 * SECOND
    over_the_line = outcome is not Outcome.CLOSED
    queue = QUEUES[number % 3 == 2]
    agent = AGENTS[number % 3] if answered else None
    gone = arrived + wait if over_the_line else arrived
    return LegLine(
        source="pbx1",
        call=f"{day:%m%d}-{number}",
        leg=0,
        day=day.isoformat(),
        first_sequence=number + 1,
        queue=queue,
        kind=LegKind.OUTBOUND if dialled else LegKind.FRESH,
        outcome=outcome,
        resolved=number % 4 > 0 if answered else None,
        priority=0,
        fate=None,
        agent=agent,
        group_name=queue if answered else None,
        arrived=arrived,
        queued=arrived if over_the_line and not dialled else None,
        assigned=gone if answered else None,
        answered=gone if answered else None,
        ended=gone + talk + hold if answered else gone,
        wrapped=gone + talk + hold + wrap if answered else None,
        hold=hold if answered else 0,
        held_since=None,
        over=True,
        derived=False,
        campaign="water-bills" if dialled else None,
        disposition=int(Disposition.CALL_LATER) if dialled and answered else None,
    )


def spells_of(day: date = FRIDAY) -> Iterator[SpellLine]:
    """Let every agent be there from nine to six, with lunch at noon."""
    for agent in AGENTS:
        times = (
            (AgentState.AVAILABLE, 9 * HOUR, 12 * HOUR, ""),
            (AgentState.LUNCH, 12 * HOUR, 13 * HOUR, "점심"),
            (AgentState.AVAILABLE, 13 * HOUR, 18 * HOUR, ""),
        )
        for state, start, end, reason in times:
            yield _spell(agent, day, state=state, start=start, end=end, reason=reason)


def _spell(
    agent: str, day: date, *, state: AgentState, start: Tick, end: Tick, reason: str
) -> SpellLine:
    midnight = midnight_of(day)
    return SpellLine(
        agent=agent,
        started=midnight + start,
        source="pbx1",
        group_name=agent.partition("-")[0],
        state=state,
        ended=midnight + end,
        day=day.isoformat(),
        reason=reason,
        derived=False,
    )


def answers_to(legs: list[LegLine]) -> Iterator[AnswerLine]:
    """Let every third caller who got an answer say what it was worth."""
    for number, leg in enumerate(one for one in legs if one.agent is not None):
        if number % 3 == 0:
            yield AnswerLine(
                event_id=f"csat-{leg.call}",
                source=leg.source,
                call=leg.call,
                leg=leg.leg,
                queue=leg.queue,
                agent=leg.agent,
                score=1 + number % 5,
                scale=5,
                at=leg.arrived + HOUR,
                day=leg.day,
            )


async def settle(store: Store, *, first: date = FRIDAY, days: int = 1) -> list[LegLine]:
    """Store some days, and return their legs."""
    settled = []
    for number in range(days):
        day = first + timedelta(days=number)
        legs = list(a_day(day))
        async with store.writing() as uow:
            await uow.legs.put_legs(legs)
            await uow.legs.put_spells(list(spells_of(day)))
            await uow.legs.put_answers(list(answers_to(legs)))
        settled += legs
    return settled
