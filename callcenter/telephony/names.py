"""What the numbers of a log are called, and which moment its tick 0 is."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from callcenter.clock import Tick


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Names by number, as a log numbers queues, groups and agents."""

    queues: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    agent_group: tuple[int, ...] = ()
    """The group of each agent, `NONE` where it is not known."""
    call_prefix: str = ""
    """Stands before a call's number and makes its id unlike that of another day's call."""
    origin: Tick = 0
    """The moment of tick 0, in microseconds since 1970-01-01T00:00:00Z."""

    def __post_init__(self) -> None:
        """Refuse agents without a group of their own: a programmer's error."""
        assert len(self.agent_group) == len(self.agents), "one group for each agent"

    @classmethod
    def of_centre(
        cls,
        *,
        queues: Sequence[str],
        groups: Sequence[str],
        agent_group: Sequence[int],
        call_prefix: str = "",
        origin: Tick = 0,
    ) -> Self:
        """Name agents by their group and their place in it: `general-01`, `general-02`, ..."""
        so_far: Counter[int] = Counter()
        agents = []
        for group in agent_group:
            so_far[group] += 1
            agents.append(f"{groups[group]}-{so_far[group]:02d}")
        return cls(
            queues=tuple(queues),
            groups=tuple(groups),
            agents=tuple(agents),
            agent_group=tuple(agent_group),
            call_prefix=call_prefix,
            origin=origin,
        )

    def call(self, number: int) -> str:
        """Return the id of a call."""
        return f"{self.call_prefix}{number}"
