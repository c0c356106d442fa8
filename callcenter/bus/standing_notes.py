"""How things stand at a source, taken apart into the notes that the broker keeps for whoever comes later."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from callcenter.bus.notes import AgentNow, Note, NoteBody, QueueNow
from callcenter.clock import Tick
from callcenter.telephony.events import LiveCall, Snapshot, Told
from callcenter.telephony.words import StateWord


class StandingNotes:
    """Remembers what was noted, and notes what is no longer so."""

    def __init__(self) -> None:
        """Start with nothing noted."""
        self._agents: dict[str, AgentNow] = {}
        self._queues: dict[str, QueueNow] = {}
        self._all = True

    def forget(self) -> None:
        """Note everything again next time: the broker may have forgotten it."""
        self._all = True

    def changed(self, told: Told) -> list[Note]:
        """Return notes of everything that a snapshot shows otherwise than it was noted last."""
        assert isinstance(told.event, Snapshot)
        agents, queues = dict(_agents(told.event)), dict(_queues(told.event.calls))
        agents = {name: _gone(was, told.at) for name, was in self._agents.items()} | agents
        queues = {name: QueueNow(queue=name) for name in self._queues} | queues
        news: list[NoteBody] = [
            *(body for name, body in agents.items() if self._all or body != self._agents.get(name)),
            *(body for name, body in queues.items() if self._all or body != self._queues.get(name)),
        ]
        self._agents, self._queues, self._all = agents, queues, False
        return [
            Note(body=body, source=told.source, sequence=told.sequence, at=told.at) for body in news
        ]


def _agents(standing: Snapshot) -> Iterator[tuple[str, AgentNow]]:
    with_agent = {call.agent: call for call in standing.calls if call.agent is not None}
    for agent in standing.agents:
        yield agent.agent, AgentNow(agent=agent, call=with_agent.get(agent.agent))


def _gone(noted: AgentNow, now: Tick) -> AgentNow:
    """Say of an agent whom the source does not mention any more that he is not there."""
    known = noted.agent
    since = known.since if known.state is StateWord.OFFLINE else now
    return AgentNow(agent=replace(known, state=StateWord.OFFLINE, since=since))


def _queues(calls: Iterable[LiveCall]) -> Iterator[tuple[str, QueueNow]]:
    waiting: dict[str, list[LiveCall]] = defaultdict(list)
    for call in calls:
        in_queue = waiting[call.queue]  # A queue in which nobody waits is noted as such.
        if call.queued is not None and call.connected is None and call.ended is None:
            in_queue.append(call)
    for queue, found in waiting.items():
        found.sort(key=lambda call: (-call.priority, call.queued or call.arrived, call.call))
        yield queue, QueueNow(queue=queue, waiting=tuple(found))
