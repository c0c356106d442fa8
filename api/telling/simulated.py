"""A simulated switch as a source: which dates it lives, and for how many."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from api.telling.process import Voice, wall_tick
from callcenter.bus.spool import Spool
from callcenter.clock import Tick, WallClock, utc_now
from callcenter.domain.worktime import KST
from callcenter.telephony.commands import Answer, Command
from callcenter.telephony.events import Told
from simulation.plan import Plan
from simulation.switch.living import Switch

_DATE: Final = "date"
_REPLICATION: Final = "replication"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What kind of switch is asked for."""

    source: str
    seed: int
    speed: float
    first: date | None = None
    """`None`: today, or the day after the last one that an earlier process began."""
    days: int | None = None
    """`None`: without end."""
    version: str = ""


def simulated(plan: Plan, wanted: Wanted, *, spool: Spool) -> Voice:
    """Make a switch that goes on where its outbox ends; each date is lived once, unless it is asked for."""
    begun, lived = spool.mark(_DATE), spool.mark(_REPLICATION)
    today = utc_now().astimezone(KST).date()
    after = today if begun is None else date.fromisoformat(begun) + timedelta(days=1)
    first = wanted.first or max(today, after)
    replication = 0 if lived is None else int(lived) + 1
    in_step = wanted.speed == 1 and first == today
    switch = Switch(
        plan,
        source=wanted.source,
        seed=wanted.seed,
        first=first,
        real_now=WallClock().now(),
        speed=wanted.speed,
        begins=wall_tick() if in_step else None,
        sequence=spool.sequence,
        replication=replication,
        version=wanted.version,
    )

    def marks() -> Mapping[str, str]:
        return {_DATE: switch.date.isoformat(), _REPLICATION: str(switch.replication)}

    if wanted.days is None:
        return Voice(speaker=switch, marks=marks)
    return Voice(speaker=_Ending(switch, last=replication + wanted.days), marks=marks)


class _Ending:
    """A switch that has said everything after so many days."""

    def __init__(self, switch: Switch, *, last: int) -> None:
        self._switch = switch
        self._last = last

    @property
    def source(self) -> str:
        return self._switch.source

    @property
    def speed(self) -> float:
        return self._switch.speed

    @property
    def sequence(self) -> int:
        return self._switch.sequence

    def due(self, real_now: Tick) -> list[Told]:
        return [] if self._over else self._switch.due(real_now)

    def wait_seconds(self, real_now: Tick) -> float:
        return math.inf if self._over else self._switch.wait_seconds(real_now)

    def snapshot(self) -> Told:
        return self._switch.snapshot()

    def heartbeat(self) -> Told:
        return self._switch.heartbeat()

    def obey(self, command: Command) -> Answer:
        return self._switch.obey(command)

    @property
    def _over(self) -> bool:
        return self._switch.replication >= self._last
