"""Who serves whom: the dispatcher of the reference engine, over plain lists.

It knows nothing of processes and events. It is told that somebody joined a queue or became free, and
it says, through `assigned`, who takes whom.
"""

from bisect import insort
from collections.abc import Callable, Sequence
from typing import Protocol

from callcenter.clock import Tick
from callcenter.domain.agents import AgentState
from callcenter.domain.calls import Outcome
from simulation.engines.reference_legs import Fates
from simulation.engines.reference_records import Agent, Group, Leg, Queue, Skill


class Listener(Protocol):
    """Who wants to be told what happens while it happens."""

    def leg_changed(self, leg: Leg, now: Tick, /) -> None:
        """Hear that a leg came to be, was queued, assigned, ended or wrapped up."""
        ...

    def agent_changed(self, agent: Agent, now: Tick, /) -> None:
        """Hear that an agent's spell began."""
        ...


class Desk:
    """The queues and groups of a day, and the choices between them."""

    def __init__(
        self,
        *,
        queues: Sequence[Queue],
        groups: Sequence[Group],
        fates: Fates,
        now: Callable[[], Tick],
        assigned: Callable[[Agent, Leg, Skill], None],
        listener: Listener | None = None,
    ) -> None:
        self.queues = queues
        self.groups = groups
        self.spells: list[tuple[int, AgentState, Tick, Tick]] = []
        self._fates = fates
        self._now = now
        self._assigned = assigned
        self._listener = listener
        self._conditional = [group for group in groups if group.conditional]
        everybody = (agent for group in groups for agent in group.agents)
        self._holders = {agent.seat: agent for agent in everybody}
        self._entries = 0
        self._freeings = 0

    # --- Queues ------------------------------------------------------------------------------------

    def join(self, leg: Leg, since: Tick) -> None:
        """Put a leg into its queue; nobody is asked yet to serve it."""
        leg.since = since
        leg.entry = self._entries
        self._entries += 1
        self.queues[leg.queue].add(leg)

    def end(self, leg: Leg, outcome: Outcome) -> None:
        """Let a leg end now, out of the queue if it was still waiting."""
        if leg.waiting:
            self.queues[leg.queue].remove(leg)
        leg.outcome = outcome
        leg.ended = self._now()
        self.tell(leg)

    def release(self, queue: Queue) -> None:
        """Let all who wait go, first to last."""
        for leg in list(queue.waiting):
            self.end(leg, Outcome.RELEASED)
            if leg.wake is not None:
                leg.wake()

    # --- Choices -----------------------------------------------------------------------------------

    def serve_queue(self, queue: Queue) -> None:
        """Give the first caller to a free agent, until no more can be given."""
        while queue.waiting:
            takers = [skill for skill in queue.takers if self._open(skill)]
            if not takers:
                return
            skill = min(takers, key=lambda skill: (skill.call_rank, skill.group.free[0].freed))
            self._assign(self._chosen(skill.group, queue.waiting[0]), skill)

    def serve_group(self, group: Group) -> None:
        """Give free agents the calls they should take next, until no more can be given."""
        while group.free and (skill := self._next_skill(group)) is not None:
            self._assign(self._chosen(group, skill.queue.waiting[0]), skill)

    def sweep(self) -> None:
        """Ask groups with conditional skills again, since a condition may have come true."""
        assigned = bool(self._conditional)
        while assigned:
            before = self._free_agents()
            for group in self._conditional:
                self.serve_group(group)
            assigned = self._free_agents() < before

    def _free_agents(self) -> int:
        return sum(len(group.free) for group in self._conditional)

    def _open(self, skill: Skill) -> bool:
        first = skill.queue.waiting[0]
        other = skill.busy_group
        return (
            len(skill.group.free) > skill.leave_free
            and len(skill.queue.waiting) >= skill.when_waiting
            and self._now() - first.since >= skill.after
            and (other is None or other.busy * 1000 >= skill.busy_share * other.present)
        )

    def _next_skill(self, group: Group) -> Skill | None:
        skills = [skill for skill in group.skills if skill.queue.waiting and self._open(skill)]
        if not skills:
            return None
        order = self._weighted if group.weighted else self._plain
        return min(skills, key=lambda skill: (skill.rank, order(skill)))

    @staticmethod
    def _plain(skill: Skill) -> tuple[int, ...]:
        first = skill.queue.waiting[0]
        return (-first.priority, first.since, first.entry)

    def _weighted(self, skill: Skill) -> tuple[int, ...]:
        first = skill.queue.waiting[0]
        return (-skill.queue.weight * (self._now() - first.since), first.since, first.entry)

    def chosen(self, group: Group, coin: int) -> Agent:
        """Return which free agent of a group gets a call; the coin decides where chance does."""
        match group.chooses:
            case "longest-idle":
                return min(group.free, key=lambda agent: agent.freed)
            case "least-occupied":
                return min(group.free, key=lambda agent: (agent.ticks_busy, agent.number))
            case "ordered":
                return min(group.free, key=lambda agent: agent.number)
            case _:
                by_number = sorted(group.free, key=lambda agent: agent.number)
                return by_number[coin * len(by_number) >> 32]

    def _chosen(self, group: Group, leg: Leg) -> Agent:
        return self.chosen(group, self._fates.coin("choice", leg))

    def takes(self, agent: Agent, leg: Leg) -> None:
        """Let a free agent have a leg in hand."""
        agent.group.free.remove(agent)
        agent.leg = leg
        leg.group, leg.agent, leg.assigned = agent.group.number, agent.number, self._now()
        self.tell(leg)

    def _assign(self, agent: Agent, skill: Skill) -> None:
        leg = skill.queue.waiting[0]
        skill.queue.remove(leg)
        agent.group.free.remove(agent)
        agent.leg = leg
        leg.group, leg.agent, leg.assigned = agent.group.number, agent.number, self._now()
        self._assigned(agent, leg, skill)
        self.tell(leg)

    # --- Agents ------------------------------------------------------------------------------------

    def comes(self, agent: Agent) -> None:
        """Let an agent who was away take calls."""
        self.begin(agent, AgentState.AVAILABLE)
        self._becomes_available(agent)
        self.serve_group(agent.group)

    def puts_down(self, agent: Agent) -> None:
        """Take the call in hand from an agent; what he does then is another matter."""
        assert agent.leg is not None
        agent.ticks_busy += self._now() - agent.leg.assigned
        agent.leg.wrapped = self._now()
        self.tell(agent.leg)
        agent.leg = None

    def becomes_free(self, agent: Agent) -> None:
        """Give an agent who has put down his call the next one, unless he is wanted elsewhere."""
        leavers = agent.group.leavers if agent.group.seats else []
        if leavers and agent.wanted is AgentState.AVAILABLE:
            self._change_seats(agent, leavers[0])
            agent.wanted, leavers[0].wanted = leavers[0].wanted, agent.wanted
        self._becomes_available(agent)
        if agent.wanted is AgentState.AVAILABLE:
            self.serve_group(agent.group)
        elif not self._stays(agent):
            self.goes(agent)

    def whom_it_concerns(self, agent: Agent, state: AgentState) -> Agent | None:
        """Return who has to obey what the roster wants of an agent's seat.

        In a group with seats one who can come or go at once does it for one who cannot; `None` where
        two have changed seats, or he was sent elsewhere by order, and nothing is left to do.
        """
        holder = self._holders[agent.number]
        group = holder.group
        if holder.rostered is not None:
            return self._waits_for(holder, state)
        if not group.seats:
            return holder
        leavers = group.leavers
        if state is AgentState.AVAILABLE and not holder.present and leavers:
            self._change_seats(holder, leavers[0])
            holder.wanted, leavers[0].wanted = leavers[0].wanted, state
            if holder.state is not holder.wanted:
                self.begin(holder, holder.wanted)
            return None
        stuck = holder.leg is not None and holder.wanted is AgentState.AVAILABLE
        if state is not AgentState.AVAILABLE and stuck and group.free:
            last = group.free[-1]
            self._change_seats(holder, last)
            return last
        return holder

    @staticmethod
    def _waits_for(agent: Agent, state: AgentState) -> Agent | None:
        """Note what the roster wants of one who was sent elsewhere by order; he obeys if he may go home."""
        home = state is AgentState.OFFLINE
        agent.rostered = None if home else state
        return agent if home else None

    def goes(self, agent: Agent) -> None:
        """Let an agent begin the state he is wanted in, and let go whom nobody can serve now."""
        was_present = agent.present
        self.begin(agent, agent.wanted)
        if agent in agent.group.free:
            agent.group.free.remove(agent)
        if was_present:
            self._lets_go(agent.group.skills)

    def _lets_go(self, skills: Sequence[Skill]) -> None:
        for skill in skills:
            if not skill.queue.open and not skill.queue.attended:
                self.release(skill.queue)

    def begin(self, agent: Agent, state: AgentState) -> None:
        """End an agent's spell and begin the next."""
        now = self._now()
        if agent.state is AgentState.OFFLINE:
            agent.ticks_busy = 0
        elif agent.since < now:
            self.spells.append((agent.number, agent.state, agent.since, now))
        agent.group.present += (state is AgentState.AVAILABLE) - agent.present
        agent.state, agent.since = state, now
        if self._listener is not None:
            self._listener.agent_changed(agent, now)

    def _becomes_available(self, agent: Agent) -> None:
        agent.freed = self._freeings
        self._freeings += 1
        agent.group.free.append(agent)

    def _stays(self, agent: Agent) -> bool:
        """Let an agent who should go home help to empty the closed queues first."""
        last_orders = all(
            skill.queue.serve_at_closing and not skill.queue.open for skill in agent.group.skills
        )
        if agent.wanted is not AgentState.OFFLINE or not last_orders:
            return False
        skill = self._next_skill(agent.group)
        if skill is not None:
            self._assign(agent, skill)
        return skill is not None

    def tell(self, leg: Leg) -> None:
        """Tell whoever listens that a leg has changed."""
        if self._listener is not None:
            self._listener.leg_changed(leg, self._now())

    def _change_seats(self, one: Agent, other: Agent) -> None:
        one.seat, other.seat = other.seat, one.seat
        self._holders[one.seat], self._holders[other.seat] = one, other

    # --- By order ----------------------------------------------------------------------------------

    def transfer(self, agent: Agent, group: Group) -> None:
        """Let an agent belong to another group from now on; a call in hand he finishes."""
        left, free = agent.group, agent in agent.group.free
        left.agents.remove(agent)
        insort(group.agents, agent, key=lambda other: other.number)
        left.present -= agent.present
        group.present += agent.present
        agent.group = group
        if agent.state is not AgentState.OFFLINE:
            self.begin(agent, agent.state)
        if free:
            left.free.remove(agent)
            self._becomes_available(agent)
            self.serve_group(group)
        self._lets_go(left.skills)

    def add(self, skill: Skill) -> None:
        """Let a group serve a queue that it did not serve."""
        skill.group.skills.append(skill)
        skill.queue.takers.append(skill)
        self.serve_group(skill.group)

    def drop(self, skill: Skill) -> None:
        """Let a group serve a queue no longer; a call in hand is finished."""
        skill.group.skills.remove(skill)
        skill.queue.takers.remove(skill)
        self._lets_go([skill])
