"""What a supervisor orders, done to a living centre, and the answer in words.

An order takes effect at once for those who are free; who has a call in hand finishes it first. Of more
agents than there are, those who are there obey.
"""

from collections.abc import Callable
from typing import Final, assert_never

from callcenter.clock import MINUTE
from callcenter.domain.agents import AgentState
from callcenter.errors import RefusedError
from callcenter.telephony.commands import (
    Answer,
    Command,
    Errand,
    MoveAgents,
    RecallAgents,
    SendAgents,
    SetCampaign,
    SetOverflow,
    Surge,
)
from callcenter.telephony.names import Names
from callcenter.telephony.words import AGENT_STATES, StateWord
from simulation.engines.reference import Centre
from simulation.engines.reference_legs import UNSCALED
from simulation.engines.reference_outbound import Campaign
from simulation.engines.reference_records import Agent, Group, Queue, Skill
from simulation.switch.surges import Surges

MOST: Final = 20.0
"""Times as many calls as usual that a surge may bring."""
LONGEST: Final = 240
"""Minutes of one surge."""

_ERRANDS: Final = {
    Errand.TRAINING: ("교육", "training"),
    Errand.BREAK: ("휴식", "a break"),
    Errand.MEETING: ("회의", "a meeting"),
}
_PAUSED: Final = ("이미 일시중지되어 있습니다", "is paused already")


class Orders:
    """Does what is ordered, and remembers whom it concerned."""

    def __init__(self, centre: Centre, *, names: Names, surges: Surges | None) -> None:
        """Order about the agents and queues of a centre by the names they have."""
        self.concerned: set[Agent] = set()
        """Whom the last order changed."""
        self._centre = centre
        self._groups = dict(zip(names.groups, centre.groups, strict=True))
        self._queues = dict(zip(names.queues, centre.queues, strict=False))  # then campaigns
        campaigns = names.queues[len(centre.queues) :]
        self._campaigns = dict(zip(campaigns, centre.outbound.campaigns, strict=True))
        self._surges = surges

    def obey(self, command: Command) -> Answer:
        """Do now what is ordered, as far as it can be done."""
        self.concerned = set()
        try:
            return self._obey(command)
        except RefusedError as refused:
            return _nothing(ko=refused.ko, en=refused.en)

    def _obey(self, command: Command) -> Answer:
        match command:
            case MoveAgents():
                return self._move(command)
            case SendAgents():
                return self._send(command)
            case RecallAgents():
                return self._recall(command)
            case SetOverflow():
                return self._overflow(command)
            case Surge():
                return self._surge(command)
            case SetCampaign():
                return self._set_campaign(command)
            case _:
                assert_never(command)

    # --- Agents --------------------------------------------------------------------------------------

    def _move(self, command: MoveAgents) -> Answer:
        group, to = self._group(command.group), self._group(command.to)
        if group is to:
            return _nothing(
                asked=command.count,
                ko=f"{command.group}에서 같은 그룹으로 옮길 수 없습니다",
                en=f"{command.group} is the same group: nobody was moved",
            )
        return self._each(
            _there(group),
            lambda agent: self._centre.desk.transfer(agent, to),
            asked=command.count,
            ko=f"{command.group}에서 {command.to}(으)로 이동",
            en=f"moved from {command.group} to {command.to}",
        )

    def _send(self, command: SendAgents) -> Answer:
        state = AGENT_STATES[StateWord(command.errand.value)]
        ko, en = _ERRANDS[command.errand]
        return self._each(
            _there(self._group(command.group)),
            lambda agent: self._send_one(agent, state),
            asked=command.count,
            ko=f"{command.group}에서 {ko} 보냄",
            en=f"sent from {command.group} to {en}",
        )

    def _send_one(self, agent: Agent, state: AgentState) -> None:
        agent.rostered, agent.wanted = agent.wanted, state
        if agent.leg is None:
            self._centre.desk.goes(agent)

    def _recall(self, command: RecallAgents) -> Answer:
        group = self._group(command.group)
        return self._each(
            [agent for agent in group.agents if agent.rostered is not None],
            self._recall_one,
            asked=command.count,
            ko=f"{command.group}(으)로 복귀",
            en=f"recalled to {command.group}",
            lacking=("보낸 적 없음", "not sent away"),
        )

    def _recall_one(self, agent: Agent) -> None:
        assert agent.rostered is not None
        wanted, agent.rostered = agent.rostered, None
        self._centre.move(agent, wanted)

    def _each(
        self,
        agents: list[Agent],
        do: Callable[[Agent], None],
        *,
        asked: int,
        ko: str,
        en: str,
        lacking: tuple[str, str] = ("자리에 없음", "not there"),
    ) -> Answer:
        """Do something to so many agents, and say to how many, and what the others were instead."""
        if asked < 1:
            return _nothing(
                asked=asked, ko="1명 이상이어야 합니다", en="expected at least one agent"
            )
        chosen = agents[:asked]
        self.concerned = set(chosen)
        busy = sum(agent.leg is not None for agent in chosen)
        for agent in chosen:
            do(agent)
        others = asked - len(chosen)
        return Answer(
            asked=asked,
            done=len(chosen),
            ko=f"{ko}: {asked}명 중 {len(chosen)}명"
            + (f", {busy}명은 통화 처리 후" if busy else "")
            + (f", {others}명은 {lacking[0]}" if others else ""),
            en=f"{en}: {len(chosen)} of {asked}"
            + (f", {busy} after the call in hand" if busy else "")
            + (f"; {_were(others)} {lacking[1]}" if others else ""),
        )

    # --- Queues --------------------------------------------------------------------------------------

    def _overflow(self, command: SetOverflow) -> Answer:
        group, queue = self._group(command.group), self._queue(command.queue)
        own = next((skill for skill in group.skills if skill.queue is queue), None)
        if command.opened:
            return self._open(command, group, queue, own)
        return self._close(command, own)

    def _open(self, command: SetOverflow, group: Group, queue: Queue, own: Skill | None) -> Answer:
        if own is not None and not _conditional(own):
            return _nothing(
                ko=f"{command.group}은(는) 이미 {command.queue} 전화를 받습니다",
                en=f"{command.group} takes calls of {command.queue} already",
            )
        if own is not None:
            self._centre.desk.drop(own)
        self._centre.desk.add(_overflow_skill(group, queue, own))
        return _done(
            ko=f"{command.queue} 오버플로를 {command.group}에 열었습니다",
            en=f"opened overflow of {command.queue} to {command.group}",
        )

    def _close(self, command: SetOverflow, own: Skill | None) -> Answer:
        if own is None:
            return _nothing(
                ko=f"{command.group}은(는) {command.queue} 전화를 받지 않습니다",
                en=f"{command.group} takes no calls of {command.queue}",
            )
        if all(skill is own for skill in own.queue.takers):
            return _nothing(
                ko=f"{command.queue} 전화를 받는 그룹이 {command.group}뿐입니다",
                en=f"only {command.group} takes calls of {command.queue}: it stays open",
            )
        self._centre.desk.drop(own)
        return _done(
            ko=f"{command.queue} 오버플로를 {command.group}에 닫았습니다",
            en=f"closed overflow of {command.queue} to {command.group}",
        )

    def _surge(self, command: Surge) -> Answer:
        number = self._queue(command.queue).number
        if not (1 < command.factor <= MOST and 1 <= command.minutes <= LONGEST):
            return _nothing(
                ko=f"1배 초과 {MOST:g}배 이하, 1~{LONGEST}분이어야 합니다",
                en=f"expected a factor above 1 and up to {MOST:g}, and 1 to {LONGEST} minutes",
            )
        if self._surges is None:
            return _nothing(ko="이 교환기는 할 수 없습니다", en="this switch cannot do that")
        start = self._centre.day.tick + 1
        arrivals, fates = self._surges.draw(
            number, factor=command.factor, start=start, end=start + command.minutes * MINUTE
        )
        self._let_call(number, arrivals, fates)
        return _done(
            ko=f"{command.minutes}분 동안 {command.queue}에 {len(arrivals)}건 더 걸려옵니다",
            en=f"{len(arrivals)} more calls to {command.queue} within {command.minutes} minutes",
        )

    def _let_call(self, queue: int, arrivals: list[int], fates: dict[str, list[int]]) -> None:
        centre = self._centre
        first = centre.fates.rows
        centre.fates.extend(queue, fates, len(arrivals))
        for call in range(first, centre.fates.rows):
            centre.legs.expect(call, queue)
        centre.day.process(centre.arrivals(arrivals, first=first))

    # --- Campaigns -----------------------------------------------------------------------------------

    def _set_campaign(self, command: SetCampaign) -> Answer:
        """Let attempts be begun or not; those under way go on, as citizens have been rung."""
        name = command.campaign
        campaign = self._campaign(name)
        if campaign.paused is not command.running:
            ko, en = ("이미 진행 중입니다", "runs already") if command.running else _PAUSED
            return _nothing(ko=f"{name} 캠페인은 {ko}", en=f"campaign {name} {en}")
        campaign.paused = not command.running
        if command.running:
            return _done(ko=f"{name} 캠페인을 시작했습니다", en=f"started campaign {name}")
        return _done(ko=f"{name} 캠페인을 일시중지했습니다", en=f"paused campaign {name}")

    # --- Names ---------------------------------------------------------------------------------------

    def _group(self, name: str) -> Group:
        if name not in self._groups:
            raise RefusedError(
                "unknown-name",
                ko=f"{name}이라는 그룹이 없습니다",
                en=f"no group of that name: {name}",
            )
        return self._groups[name]

    def _campaign(self, name: str) -> Campaign:
        if name not in self._campaigns:
            raise RefusedError(
                "unknown-name",
                ko=f"{name}이라는 캠페인이 없습니다",
                en=f"no campaign of that name: {name}",
            )
        return self._campaigns[name]

    def _queue(self, name: str) -> Queue:
        if name not in self._queues:
            raise RefusedError(
                "unknown-name",
                ko=f"{name}이라는 대기열이 없습니다",
                en=f"no queue of that name: {name}",
            )
        return self._queues[name]


def _there(group: Group) -> list[Agent]:
    """Return who can be ordered about: who is free, the longest idle first, then who is busy."""
    busy = [
        agent
        for agent in group.agents
        if agent.leg is not None and agent.wanted is AgentState.AVAILABLE
    ]
    return [*group.free, *busy]


def _conditional(skill: Skill) -> bool:
    asks = skill.after > 0 or skill.when_waiting > 0 or skill.leave_free > 0
    return asks or skill.busy_group is not None


def _overflow_skill(group: Group, queue: Queue, own: Skill | None) -> Skill:
    """Return a skill without conditions that comes after all others of the group and of the queue."""
    others = [skill for skill in group.skills if skill is not own]
    return Skill(
        group=group,
        queue=queue,
        rank=max((skill.rank for skill in others), default=0) + 1,
        call_rank=max((skill.call_rank for skill in queue.takers), default=0) + 1,
        speed=UNSCALED if own is None else own.speed,
        after=0,
        when_waiting=0,
        busy_group=None,
        busy_share=0,
        leave_free=0,
    )


def _were(count: int) -> str:
    return "one was" if count == 1 else f"{count} were"


def _done(*, ko: str, en: str) -> Answer:
    return Answer(asked=1, done=1, ko=ko, en=en)


def _nothing(*, ko: str, en: str, asked: int = 1) -> Answer:
    return Answer(asked=asked, done=0, ko=ko, en=en)
