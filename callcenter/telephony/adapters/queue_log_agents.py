"""Who is there and who is paused, put together from what an Asterisk queue log says queue by queue."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from callcenter.telephony.adapters.queue_log_lines import NOBODY
from callcenter.telephony.events import (
    AgentLoggedIn,
    AgentLoggedOut,
    AgentStateChanged,
)
from callcenter.telephony.words import Cause, StateWord

AgentNews = AgentLoggedIn | AgentLoggedOut | AgentStateChanged
_AUTOMATIC = "Auto-Pause"
"""The reason Asterisk gives when it pauses an agent who did not answer."""


@dataclass(slots=True, kw_only=True)
class _Member:
    queues: set[str] = field(default_factory=set)
    """Whose calls he takes; `NOBODY` stands for a login that names none."""
    paused: set[str] = field(default_factory=set)
    reason: str = ""
    says_so: bool = False
    """The log tells when he comes and goes."""
    told: tuple[StateWord, str] = (StateWord.OFFLINE, "")

    def standing(self) -> tuple[StateWord, str]:
        """Paused is who is paused in every queue he serves."""
        serves = self.queues - {NOBODY} or self.queues
        if not serves:
            return StateWord.OFFLINE, ""
        return (StateWord.AWAY, self.reason) if serves <= self.paused else (StateWord.AVAILABLE, "")


class Members:
    """All agents of a log; each method returns what is new, in the order in which to tell it."""

    def __init__(self, reasons: Mapping[str, StateWord]) -> None:
        """Take pauses for these reasons, in lower case, as these states, and others as `away`."""
        self._reasons = reasons
        self._members: dict[str, _Member] = {}

    def appears(self, agent: str, queue: str) -> Iterator[AgentNews]:
        """See an agent at work in a queue; whoever never says when he comes and goes is there now."""
        member = self._member(agent)
        if member.says_so and not member.queues:
            return
        member.queues.add(queue)
        yield from self._news(agent, cause=Cause.DERIVED)

    def joins(self, agent: str, queue: str, *, paused: bool = False) -> Iterator[AgentNews]:
        """Let an agent take calls of a queue."""
        member = self._member(agent)
        member.says_so = True
        member.queues.add(queue)
        if paused:
            member.paused.add(queue)
        return self._news(agent, cause=Cause.AGENT)

    def leaves(self, agent: str, queue: str) -> Iterator[AgentNews]:
        """Let an agent take no more calls of a queue; of `NOBODY`: of none."""
        member = self._member(agent)
        member.says_so = True
        if queue == NOBODY:
            member.queues.clear()
        member.queues.discard(queue)
        member.paused &= member.queues
        return self._news(agent, cause=Cause.AGENT)

    def pauses(self, agent: str, queue: str, reason: str) -> Iterator[AgentNews]:
        """Pause an agent in a queue; in `NOBODY`: in all of his."""
        member = self._seen(agent, queue)
        member.paused |= member.queues if queue == NOBODY else {queue}
        member.reason = reason
        return self._news(agent, cause=Cause.SYSTEM if reason == _AUTOMATIC else Cause.AGENT)

    def goes_on(self, agent: str, queue: str) -> Iterator[AgentNews]:
        """End an agent's pause in a queue; in `NOBODY`: in all of his."""
        member = self._seen(agent, queue)
        member.paused -= set(member.queues) if queue == NOBODY else {queue}
        return self._news(agent, cause=Cause.AGENT)

    def _seen(self, agent: str, queue: str) -> _Member:
        """Whoever is paused somewhere serves there, even if nobody said so before."""
        member = self._member(agent)
        if queue != NOBODY or not member.queues:
            member.queues.add(queue)
        return member

    def _member(self, agent: str) -> _Member:
        return self._members.setdefault(agent, _Member())

    def _news(self, agent: str, *, cause: Cause) -> Iterator[AgentNews]:
        member = self._member(agent)
        before, now = member.told, member.standing()
        member.told = now
        if before == now:
            return
        if now[0] is StateWord.OFFLINE:
            yield AgentLoggedOut(agent=agent)
            return
        if before[0] is StateWord.OFFLINE:
            yield AgentLoggedIn(agent=agent)
        state, reason = now
        if state is StateWord.AWAY:
            state = self._reasons.get(reason.lower(), StateWord.AWAY)
        yield AgentStateChanged(agent=agent, state=state, reason=reason, cause=cause)
