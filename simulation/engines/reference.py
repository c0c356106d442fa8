"""The reference engine: a day told as SimPy processes, written to be read and believed.

A caller is a process, from the first ring to the last word; so is the service an agent gives to one
call, an agent's roster, the doors of a queue, and the stream of arrivals. Who serves whom is decided
at the desk. The rules are those of `simulation.engines.port`, in the same words.
"""

from collections.abc import Callable, Generator, Sequence
from heapq import heappop
from typing import Any, Final, TypeVar

import simpy
from simpy.events import Event, EventPriority

from callcenter.clock import NEVER, Tick
from callcenter.domain.agents import AgentState
from callcenter.domain.calls import LegKind, Outcome
from callcenter.telephony.call_log import NONE, AgentLog, CallLog
from simulation.engines.port import Rank
from simulation.engines.reference_desk import Desk, Listener
from simulation.engines.reference_legs import QUEUED_AGAIN, UNSCALED, Fates, Legs, next_open, scaled
from simulation.engines.reference_outbound import BY_THE_CENTRE, Outbound
from simulation.engines.reference_records import (
    Agent,
    Leg,
    Queue,
    Skill,
    agent_log,
    by_second,
    call_log,
    read_groups,
    read_queues,
)
from simulation.state import Progress
from simulation.tables import Tables, Workload

T = TypeVar("T")
Steps = Generator[Event, Any, T]
"""What a process goes through."""
AT_ONCE: Final = 2
"""SimPy's own priorities lie below: they are consequences of the ranked event before them."""
DIALLED: Final = (LegKind.FRESH, LegKind.REDIAL, LegKind.REPEAT)


class Day(simpy.Environment):
    """SimPy's clock with the total order of (tick, rank, id)."""

    def __init__(self, start: Tick, settle: Callable[[], None]) -> None:
        """Start the clock; `settle` is called when all that an event causes has happened."""
        super().__init__(start)
        self.last = start
        """Tick of the last event that was not void."""
        self._settle = settle

    @property
    def tick(self) -> Tick:
        """Now, which is a whole number since every delay is."""
        return int(self.now)

    def at(self, tick: Tick, rank: Rank, number: int) -> Event:
        """Return an event that happens at `tick`, in its turn; void if nobody waits for it then."""
        moment = Event(self)
        if tick >= NEVER:
            return moment
        moment._ok, moment._value = True, None  # noqa: SLF001 # as SimPy's own Timeout does
        priority = EventPriority(AT_ONCE + (rank << 48) + number)
        self.schedule(moment, priority, tick - self.tick)
        return moment

    @property
    def upcoming(self) -> Tick:
        """Tick of the next event that will not be void, `NEVER` if none is left."""
        while self._queue and not self._queue[0][3].callbacks:
            heappop(self._queue)
        return int(self._queue[0][0]) if self._queue else NEVER

    def step(self) -> None:
        """Let the next event happen, and at once all that it causes."""
        if not self._queue:
            raise simpy.core.EmptySchedule
        _, priority, _, event = self._queue[0]
        ranked, void = priority >= AT_ONCE, not event.callbacks
        super().step()
        if ranked and void:
            return
        while self._queue and self._queue[0][1] < AT_ONCE:
            super().step()
        if ranked:
            self.last = self.tick
            self._settle()


class Centre:
    """One call centre on one day: all that is true, and the processes that change it."""

    def __init__(
        self, tables: Tables, workload: Workload, *, listener: Listener | None = None
    ) -> None:
        """Set everything up as it stands before the first event."""
        start = workload.start_tick
        self.day = Day(start, lambda: self.outbound.settle())  # noqa: PLW0108 # that comes later
        self.queues = read_queues(tables, start)
        self.groups = read_groups(tables, self.queues)
        self.agents = sorted(
            (agent for group in self.groups for agent in group.agents),
            key=lambda agent: agent.number,
        )
        self.fates = Fates(workload, self.queues)
        self.desk = Desk(
            queues=self.queues,
            groups=self.groups,
            fates=self.fates,
            now=lambda: self.day.tick,
            assigned=self._assigned,
            listener=listener,
        )
        self.legs = Legs(
            home=dict(enumerate(workload.queue.tolist())),
            fates=self.fates,
            queues=self.queues,
            lines=tables.lines.tolist(),
            tell=self.desk.tell,
        )
        self.outbound = Outbound(tables, workload, centre=self)
        self._work = self.outbound.work
        arrived: list[Tick] = workload.arrived.tolist()
        for call, row in enumerate(workload.start.tolist()):
            self._already_there(call, arrived[call], *row)
        self.day.process(self.arrivals(arrived[len(workload.start) :], first=len(workload.start)))
        for number, gates in by_second(tables.gate, start).items():
            self.day.process(self.doors(self.queues[number], gates))
        for number, moves in by_second(workload.moves, start).items():
            self.day.process(self.roster(self.agents[number], moves))

    def logs(self) -> tuple[CallLog, AgentLog]:
        """Write down what has happened so far."""
        last = self.day.last
        present = [
            (agent.number, agent.state, agent.since, last)
            for agent in self.agents
            if agent.state is not AgentState.OFFLINE and agent.since < last
        ]
        return call_log(self.legs.all), agent_log([*self.desk.spells, *present])

    # --- The start -----------------------------------------------------------------------------------

    def _already_there(
        self, call: int, arrived: Tick, progress: int, number: int, since: Tick
    ) -> None:
        leg = self.legs.first(call, arrived)
        leg.queued = leg.since = since if progress == Progress.WAITING else arrived
        if progress != Progress.WRAPPING:
            self.legs.take_line(leg)
        if progress == Progress.WAITING:
            self.desk.join(leg, since)
            self.day.process(self.concern(leg, self.waits(leg)))
            return
        agent = self.agents[number]
        self.desk.begin(agent, AgentState.AVAILABLE)
        agent.leg = leg
        leg.group, leg.agent = agent.group.number, number
        leg.assigned = leg.answered = since
        speeds = [skill.speed for skill in agent.group.skills if skill.queue.number == leg.queue]
        speed = speeds[0] if speeds else UNSCALED
        if progress == Progress.TALKING:
            leg.hold = scaled(self.fates.duration("hold", leg), speed)
            self._work[agent] = self.day.process(self.serves(agent, leg, speed))
            self.day.process(self.concern(leg, self.is_served(leg)))
        else:
            leg.outcome, leg.ended = Outcome.ANSWERED, since
            leg.resolved = int(self.fates.resolved(leg))
            self._work[agent] = self.day.process(self.wraps_up(agent, leg, speed))

    # --- Callers -------------------------------------------------------------------------------------

    def arrivals(self, arrived: Sequence[Tick], *, first: int) -> Steps[None]:
        """Let each caller, numbered from `first` on, reach the line for the first time."""
        for call, tick in enumerate(arrived, first):
            yield self.day.at(tick, Rank.ARRIVAL, call)
            leg = self.legs.first(call, self.day.tick)
            self.day.process(self.concern(leg, self.visits(leg)))

    def concern(self, leg: Leg, rest_of_leg: Steps[None]) -> Steps[None]:
        """Live a caller's concern to its end: leg after leg, at once or days later."""
        yield from rest_of_leg
        while (following := (yield from self.what_next(leg))) is not None:
            leg = following
            yield from self.visits(leg)

    def visits(self, leg: Leg) -> Steps[None]:
        """Live one leg, until its outcome is known."""
        if leg.kind in DIALLED:
            yield from self.dials(leg)
        if leg.outcome is Outcome.OPEN:
            self.enters(leg)
        if leg.waiting:
            yield from self.waits(leg)
        elif leg.agent != NONE:
            yield from self.is_served(leg)

    def dials(self, leg: Leg) -> Steps[None]:
        """Reach the line, if it is open and free, and hear the recorded menu."""
        queue = self.queues[leg.queue]
        if not queue.open:
            self.desk.end(leg, Outcome.CLOSED)
        elif not self.legs.line_is_free(queue):
            self.desk.end(leg, Outcome.BUSY)
        else:
            self.legs.take_line(leg)
            menu = self.fates.duration("ivr", leg)
            if menu > 0:
                yield self.day.at(self.day.tick + menu, Rank.IVR_END, leg.row)
            if self.fates.coin("self_service", leg) < queue.self_service:
                self.desk.end(leg, Outcome.SELF_SERVED)

    def enters(self, leg: Leg) -> None:
        """Join the queue; be served at once, turned away or left to wait."""
        queue = self.queues[leg.queue]
        leg.queued = self.day.tick
        if not queue.open and not (queue.serve_at_closing and queue.attended):
            self.desk.end(leg, Outcome.RELEASED)
            return
        self.desk.join(leg, self.day.tick if leg.since == NONE else leg.since)
        self.desk.tell(leg)
        self.desk.serve_queue(queue)
        if leg.waiting:
            self.desk.sweep()
        if leg.waiting and leg.kind not in QUEUED_AGAIN:
            if 0 <= queue.limit < len(queue.waiting):
                self.desk.end(leg, Outcome.QUEUE_FULL)
            elif self.fates.balks(leg):
                self.desk.end(leg, Outcome.BALKED)

    def waits(self, leg: Leg) -> Steps[None]:
        """Wait for an agent until patience ends or an offer is accepted; then be served."""
        queue = self.queues[leg.queue]
        turn = self.day.event()
        leg.wake = turn.succeed
        bears = max(self.fates.patience(leg), self.day.tick - leg.queued)
        patience = self._after_queueing(leg, bears, Rank.PATIENCE)
        offer = self._after_queueing(leg, self.fates.offer_after(leg), Rank.OFFER)
        alarms = [self._after_queueing(leg, delay, Rank.ALARM) for delay in queue.alarms]
        while leg.waiting:
            yield self.day.any_of([turn, patience, offer, *alarms])
            if patience.processed:
                self.desk.end(leg, Outcome.ABANDONED)
            elif offer.processed:
                self.desk.end(leg, Outcome.CALLBACK_ACCEPTED)
            elif not turn.triggered:
                alarms = [alarm for alarm in alarms if not alarm.processed]
                self.desk.serve_queue(queue)
        if leg.agent != NONE:
            yield from self.is_served(leg)

    def _after_queueing(self, leg: Leg, delay: Tick, rank: Rank) -> Event:
        tick = leg.queued + delay
        past = tick < self.day.tick
        return self.day.at(NEVER if past or delay >= NEVER else tick, rank, leg.row)

    def is_served(self, leg: Leg) -> Steps[None]:
        """Leave the rest to the agent."""
        over = self.day.event()
        leg.wake = over.succeed
        yield over

    # --- What follows a leg --------------------------------------------------------------------------

    def what_next(self, leg: Leg) -> Steps[Leg | None]:
        """Return the call's next leg when it comes about, None if there is none."""
        match leg.outcome:
            case Outcome.HANDED_BACK:
                following = self._next_leg(leg, LegKind.HANDED_BACK, leg.queue)
                following.since, following.talk_left = leg.since, leg.talk_left
                return following
            case Outcome.ANSWERED if leg.next_queue != NONE:
                return self._next_leg(leg, LegKind.TRANSFER, leg.next_queue)
            case _:
                self.legs.release_line(leg)
                return (yield from self._perhaps_later(leg, self.queues[leg.queue]))

    def _perhaps_later(self, leg: Leg, queue: Queue) -> Steps[Leg | None]:
        match leg.outcome:
            case Outcome.BUSY | Outcome.QUEUE_FULL:
                return (yield from self.redials(leg, queue, queue.redial_busy))
            case Outcome.BALKED | Outcome.ABANDONED:
                return (yield from self.redials(leg, queue, queue.redial_abandon))
            case Outcome.CALLBACK_ACCEPTED:
                return (yield from self.is_called_back(leg, queue))
            case Outcome.ANSWERED if not leg.resolved:
                return (yield from self.repeats(leg, queue))
            case _:
                return None

    def redials(self, leg: Leg, queue: Queue, threshold: int) -> Steps[Leg | None]:
        """Try again the same day."""
        if self.fates.coin("redial", leg) >= threshold or leg.redials >= queue.redial_max:
            return None
        delay = self.fates.duration("redial_delay", leg)
        yield self.day.at(self.day.tick + delay, Rank.RETURN, leg.row)
        return self._next_leg(leg, LegKind.REDIAL, self.legs.home(leg).number)

    def repeats(self, leg: Leg, queue: Queue) -> Steps[Leg | None]:
        """Call again for what one conversation did not settle."""
        if self.fates.coin("repeat", leg) >= queue.repeat or leg.repeats >= queue.repeat_max:
            return None
        home = self.legs.home(leg)
        planned = max(self.day.tick, leg.arrived + self.fates.duration("repeat_delay", leg))
        tick = next_open(home, planned, leg)
        if tick >= NEVER:
            return None
        yield self.day.at(tick, Rank.RETURN, leg.row)
        return self._next_leg(leg, LegKind.REPEAT, home.number)

    def is_called_back(self, leg: Leg, queue: Queue) -> Steps[Leg | None]:
        """Wait without a line: in the old place, or for a slot and then at the end."""
        if queue.slot:
            planned = self.day.tick + self.fates.duration("callback_delay", leg)
            tick = next_open(queue, planned, leg)
            if tick >= NEVER:
                return None
            yield self.day.at(tick, Rank.RETURN, leg.row)
        following = self._next_leg(leg, LegKind.CALLBACK, leg.queue)
        following.since = NONE if queue.slot else leg.since
        return following

    def _next_leg(self, leg: Leg, kind: LegKind, queue: int) -> Leg:
        return self.legs.following(leg, kind, queue, now=self.day.tick)

    # --- Agents ------------------------------------------------------------------------------------

    def _assigned(self, agent: Agent, leg: Leg, skill: Skill) -> None:
        """Start the service as the desk says."""
        queue, now = self.queues[leg.queue], self.day.tick
        if leg.wake is not None:
            leg.wake()
        if leg.kind is LegKind.CALLBACK:
            picked_up = now + self.fates.duration("dial", leg)
            if self.fates.coin("reached", leg) >= queue.reached:
                self.day.process(self.dials_in_vain(agent, leg, picked_up))
                return
            leg.answered = picked_up
        else:
            leg.answered = now + self.fates.duration("ring", leg)
        if leg.talk_left is None:
            leg.hold = scaled(self.fates.duration("hold", leg), skill.speed)
        self._work[agent] = self.day.process(self.serves(agent, leg, skill.speed))

    def dials_in_vain(self, agent: Agent, leg: Leg, until: Tick) -> Steps[None]:
        """Call back somebody who does not pick up."""
        yield self.day.at(until, Rank.TALK_END, leg.row)
        self.desk.end(leg, Outcome.NOT_REACHED)
        self.desk.puts_down(agent)
        self.desk.becomes_free(agent)
        _wake(leg)

    def serves(self, agent: Agent, leg: Leg, speed: int) -> Steps[None]:
        """Serve one caller, from ringing to the end of after-call work."""
        drawn = self.fates.duration("talk", leg) if leg.talk_left is None else leg.talk_left
        whole = leg.hold + scaled(drawn, speed)
        end = max(leg.answered + whole, self.day.tick)
        try:
            yield self.day.at(end, Rank.TALK_END, leg.row)
        except simpy.Interrupt:
            self._hands_back(agent, leg, min(end - self.day.tick, whole), speed)
            return
        self.desk.end(leg, Outcome.ANSWERED)
        leg.next_queue = self.fates.transferred_to(leg)
        if leg.next_queue == NONE:
            leg.resolved = int(self.fates.resolved(leg))
        _wake(leg)
        if scaled(self.fates.duration("wrap", leg), speed):
            yield from self.wraps_up(agent, leg, speed)
        else:
            self.desk.puts_down(agent)
            self.desk.becomes_free(agent)

    def wraps_up(self, agent: Agent, leg: Leg, speed: int) -> Steps[None]:
        """Do what is left to do when the caller is gone."""
        end = leg.ended + scaled(self.fates.duration("wrap", leg), speed)
        try:
            yield self.day.at(max(end, self.day.tick), Rank.WRAP_END, leg.row)
        except simpy.Interrupt:
            self.desk.puts_down(agent)
            self.desk.goes(agent)
        else:
            self.desk.puts_down(agent)
            self.desk.becomes_free(agent)

    def _hands_back(self, agent: Agent, leg: Leg, left: Tick, speed: int) -> None:
        """Leave in the middle of a talk: the caller goes back into the queue."""
        self.desk.end(leg, Outcome.HANDED_BACK)
        if leg.answered > self.day.tick:
            leg.answered = NONE
        leg.hold = 0
        leg.talk_left = left * UNSCALED // speed
        self.desk.puts_down(agent)
        self.desk.goes(agent)
        _wake(leg)

    def roster(self, agent: Agent, moves: Sequence[tuple[int, Tick, int]]) -> Steps[None]:
        """Want an agent, or whoever has his seat, now here, now there."""
        for index, tick, state in moves:
            yield self.day.at(tick, Rank.MOVE, index)
            concerned = self.desk.whom_it_concerns(agent, AgentState(state))
            if concerned is not None:
                self.move(concerned, AgentState(state))

    def move(self, agent: Agent, state: AgentState) -> None:
        """Want an agent in a state from now on: at once, or when his call allows."""
        agent.wanted = state
        leg = agent.leg
        if leg is None:
            if state is AgentState.AVAILABLE and not agent.present:
                self.desk.comes(agent)
            elif state is not agent.state:
                self.desk.goes(agent)
        elif agent.group.hand_back and state is not AgentState.AVAILABLE:
            in_after_call_work = leg.ended != NONE
            if in_after_call_work or leg.kind not in BY_THE_CENTRE:
                self._work[agent].interrupt()

    # --- Doors -------------------------------------------------------------------------------------

    def doors(self, queue: Queue, gates: Sequence[tuple[int, Tick, bool]]) -> Steps[None]:
        """Open and close a queue."""
        for index, tick, opens in gates:
            yield self.day.at(tick, Rank.GATE, index)
            queue.open = opens
            if not opens and not (queue.serve_at_closing and queue.attended):
                self.desk.release(queue)


def _wake(leg: Leg) -> None:
    assert leg.wake is not None
    leg.wake()


def run(tables: Tables, workload: Workload) -> tuple[CallLog, AgentLog]:
    """Live the days of a workload to their end."""
    centre = Centre(tables, workload)
    centre.day.run()
    return centre.logs()
