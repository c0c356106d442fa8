"""One day that is told while it happens, and that obeys.

The engine is stepped from tick to tick. What its desk says through the `Listener` is collected, and when a
tick is over its moments go to the same `Teller` that tells a finished log: so the day tells, number for
number, what `narrate` would tell of its log.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush
from typing import Final

import numpy as np

from callcenter.clock import NEVER, Tick
from callcenter.domain.agents import AgentState
from callcenter.domain.calls import Outcome
from callcenter.telephony.call_log import NONE, AgentLog, CallLog
from callcenter.telephony.commands import Answer, Command, SetCampaign
from callcenter.telephony.events import CsatReceived, Snapshot, SourceReconfigured, Told
from callcenter.telephony.fold import Fold
from callcenter.telephony.moments import LegRow, Moment, of_change, of_leg
from callcenter.telephony.names import Names
from callcenter.telephony.narrate import Teller
from callcenter.telephony.words import Cause
from simulation.engines.port import Rank
from simulation.engines.reference import Centre
from simulation.engines.reference_records import Agent, Leg
from simulation.switch.orders import Orders
from simulation.switch.scores import Scores
from simulation.switch.surges import Surges
from simulation.tables import Tables, Workload

_AFTER_ALL: Final = (max(Rank), 1 << 47)
"""Rank and number of what comes when all else of a tick has happened."""


class LiveDay:
    """One day of a centre, as far as it has come."""

    def __init__(
        self,
        tables: Tables,
        workload: Workload,
        *,
        names: Names,
        source: str,
        sequence: int = 0,
        surges: Surges | None = None,
        scores: Scores | None = None,
        ends: Tick = NEVER,
    ) -> None:
        """Set the day up as it stands when its clock starts.

        Args:
            tables: The centre.
            workload: The day.
            names: What its numbers are called, and which moment its tick 0 is.
            source: Who tells.
            sequence: The last number the source has used.
            surges: Draws the callers of a surge; without, none can be ordered.
            scores: What callers answer after their call; without, nobody does.
            ends: From here on nobody is served who was not there before: once all have gone, the day is over,
                whatever else may wait for another one (a lead that is to be called again tomorrow).
        """
        self._names = names
        self._source = source
        self._teller = Teller(names=names, source=source, sequence=sequence)
        self._fold = Fold(names)
        self._changes = _Changes()
        self._centre = Centre(tables, workload, listener=self._changes)
        self._orders = Orders(self._centre, names=names, surges=surges)
        self._ends = ends
        self._callers: set[int] = set()
        """Rows of the legs that have not ended."""
        self._states = [AgentState.OFFLINE] * len(self._centre.agents)
        """Of each agent, when the last tick was over."""
        self._answers: list[tuple[Tick, int]] = []
        """When which leg will be answered, if nothing comes between."""
        self._scores = scores
        self._due_scores: list[tuple[Tick, int, CsatReceived]] = []
        """When which score will come, of which leg."""
        self._said: deque[Told] = deque()
        """Told, and not yet handed out."""
        self.until: Tick = -NEVER
        """All ticks up to this one are told."""
        self._live(workload.start_tick)

    @property
    def sequence(self) -> int:
        """The last number used."""
        return self._teller.sequence

    @property
    def done(self) -> bool:
        """Whether nothing can happen any more, and all has been handed out."""
        return self.next_tick >= NEVER

    @property
    def next_tick(self) -> Tick:
        """The next tick at which there may be something to tell, `NEVER` if there is none."""
        return self.until if self._said else self._coming

    @property
    def _coming(self) -> Tick:
        """The next tick that is not lived yet."""
        return min(self._calling, self._due_scores[0][0] if self._due_scores else NEVER)

    @property
    def _calling(self) -> Tick:
        """The next tick at which something happens at the switch."""
        while self._answers and not self._is_answered(*self._answers[0]):
            heappop(self._answers)
        answered = self._answers[0][0] if self._answers else NEVER
        upcoming = self._centre.day.upcoming
        return NEVER if upcoming >= self._ends and self._is_deserted else min(answered, upcoming)

    @property
    def _is_deserted(self) -> bool:
        """Whether nobody is on a line, and nobody works on a call."""
        return not self._callers and all(agent.leg is None for agent in self._centre.agents)

    def _is_answered(self, tick: Tick, row: int) -> bool:
        """Whether it is still true that a leg will be answered at a tick; its agent may have left."""
        return self._centre.legs.all[row].answered == tick

    def advance(self, until: Tick) -> Iterator[Told]:
        """Live all ticks up to and including `until`, and tell what happens, in its order."""
        yield from self._hand_out()
        while (tick := self._coming) <= until and tick < NEVER:
            self._live(tick)
            yield from self._hand_out()

    def _hand_out(self) -> Iterator[Told]:
        while self._said:
            yield self._said.popleft()

    def obey(self, command: Command, at: Tick) -> Answer:
        """Do at a tick what is asked, after all else that happens then; `advance` tells what comes of it.

        Args:
            command: What a supervisor wants.
            at: A tick after all that `advance` was asked for, and after `until`.
        """
        assert at > self.until, f"expected a tick after {self.until}, got {at}"
        while (tick := self._coming) < at:
            self._live(tick)
        if self._calling >= NEVER:
            return Answer(asked=1, done=0, ko="오늘 운영이 끝났습니다", en="the day is over")
        answers: list[Answer] = []
        moment = self._centre.day.at(at, *_AFTER_ALL)
        moment.callbacks.append(lambda _: answers.append(self._orders.obey(command)))
        self._live(at, command, answers)
        return answers[0]

    # --- One tick ------------------------------------------------------------------------------------

    def _live(
        self, tick: Tick, command: Command | None = None, answers: Sequence[Answer] = ()
    ) -> None:
        """Let all events of a tick happen, and tell them."""
        day = self._centre.day
        while day.upcoming == tick:
            day.step()
        legs = self._legs_changed(tick)
        for leg in legs:
            (self._callers.discard if NONE < leg.ended <= tick else self._callers.add)(leg.row)
        over = self._calling >= NEVER
        moments = [*self._of_legs(legs, tick), *self._of_agents(tick, over=over)]
        for answer in answers:
            if answer.done:
                self._say([self._teller.say(_reconfigured(command, answer), now=tick)])
        if moments:
            self._say(self._teller.tell(moments, now=tick))
        self._say_scores(legs, tick)
        self._orders.concerned.clear()
        self.until = tick

    def _say_scores(self, legs: Iterable[Leg], tick: Tick) -> None:
        """Tell the scores that come now, and remember those that will."""
        while self._due_scores and self._due_scores[0][0] <= tick:
            self._say([self._teller.say(heappop(self._due_scores)[-1], now=tick)])
        if self._scores is None:
            return
        for leg in legs:
            answer = self._scores.answer(leg) if leg.ended == tick else None
            if answer is not None:
                after, score = answer
                heappush(self._due_scores, (tick + after, leg.row, self._scored(leg, score)))

    def _scored(self, leg: Leg, score: int) -> CsatReceived:
        return CsatReceived(
            call=self._names.call(leg.call),
            leg=leg.attempt,
            queue=self._names.queues[leg.queue],
            score=score,
            agent=self._names.agents[leg.agent],
        )

    def _say(self, told: Iterable[Told]) -> None:
        for one in told:
            self._fold.apply(one)
            self._said.append(one)

    def _legs_changed(self, tick: Tick) -> list[Leg]:
        """Return whose moments lie in a tick, and remember who will be answered later."""
        legs = self._changes.legs
        self._changes.legs = {}
        for row, leg in legs.items():
            if leg.answered > tick:
                heappush(self._answers, (leg.answered, row))
        while self._answers and self._answers[0][0] <= tick:
            _, row = heappop(self._answers)
            legs[row] = self._centre.legs.all[row]
        return list(legs.values())

    def _of_legs(self, legs: Iterable[Leg], tick: Tick) -> Iterator[Moment]:
        for leg in legs:
            row = LegRow(*(getattr(leg, name) for name in LegRow._fields))
            target = leg.next_queue if leg.outcome is Outcome.ANSWERED else NONE
            for moment in of_leg(row, names=self._names, target=target):
                if self.until < moment.tick <= tick:
                    yield moment

    def _of_agents(self, tick: Tick, *, over: bool) -> Iterator[Moment]:
        """Tell of those whose spell began; when the day is over, of all who are there, that they go."""
        concerned = self._centre.agents if over else self._changes.agents.values()
        for agent in concerned:
            now = AgentState.OFFLINE if over else agent.state
            ordered = agent.rostered is not None or agent in self._orders.concerned
            yield from of_change(
                agent.number,
                tick=tick,
                before=self._states[agent.number],
                now=now,
                names=self._names,
                group=agent.group.number,
                cause=Cause.SUPERVISOR if ordered else Cause.SYSTEM,
            )
            self._states[agent.number] = now
        self._changes.agents = {}

    # --- How things stand ----------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """Say what is true when all that was told so far has happened."""
        return self._fold.snapshot(self._source, sequence_high=self.sequence)

    @property
    def standing(self) -> tuple[int, int]:
        """How many calls are open, and how many agents logged in."""
        there = sum(agent.state is not AgentState.OFFLINE for agent in self._fold.agents.values())
        return len(self._fold.open_calls), there

    def log(self) -> tuple[CallLog, AgentLog]:
        """Write down what has happened; calls are numbered as they came, those of a surge too."""
        calls, agents = self._centre.logs()
        _, first, place = np.unique(calls.call, return_index=True, return_inverse=True)
        order = np.empty(len(first), np.int32)
        order[np.argsort(first)] = np.arange(len(first), dtype=np.int32)
        return CallLog.of(**(calls.columns() | {"call": order[place]})), agents


def _reconfigured(command: Command | None, answer: Answer) -> SourceReconfigured:
    if isinstance(command, SetCampaign):
        return SourceReconfigured(
            detail=answer.en, campaign=command.campaign, running=command.running
        )
    return SourceReconfigured(detail=answer.en)


class _Changes:
    """The `Listener` of a tick: who has changed, however often."""

    def __init__(self) -> None:
        self.legs: dict[int, Leg] = {}
        self.agents: dict[int, Agent] = {}

    def leg_changed(self, leg: Leg, _now: Tick, /) -> None:
        self.legs[leg.row] = leg

    def agent_changed(self, agent: Agent, _now: Tick, /) -> None:
        self.agents[agent.number] = agent
