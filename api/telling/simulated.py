"""A simulated switch as a source: which dates it lives, and for how many."""

import math
from dataclasses import dataclass
from datetime import date

from api.telling.process import Voice, wall_tick
from callcenter.bus.spool import Spool
from callcenter.clock import Tick, WallClock, utc_now
from callcenter.domain.worktime import KST
from callcenter.telephony.commands import Answer, Command
from callcenter.telephony.events import Told
from simulation.plan import Plan
from simulation.switch.journal import MARK, Journal
from simulation.switch.living import Switch


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What kind of switch is asked for."""

    source: str
    seed: int
    speed: float
    first: date | None = None
    """`None`: the day that an earlier process was stopped in, else today."""
    days: int | None = None
    """`None`: without end."""
    version: str = ""


def simulated(plan: Plan, wanted: Wanted, *, spool: Spool) -> Voice:
    """Make a switch that goes on where its outbox ends, in the midst of a day if it was stopped there.

    Each date is lived once, unless it is asked for; of another one that is asked for nothing is known.
    """
    kept = spool.mark(MARK) or ""
    journal = Journal.of(kept)
    today = utc_now().astimezone(KST).date()
    first = wanted.first or (today if journal is None else max(today, journal.date))
    goes_on = journal is not None and (wanted.first is None or journal.date == first)
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
        replication=0 if journal is None else journal.replication + 1,
        version=wanted.version,
        marks={MARK: kept} if goes_on else {},
    )
    if wanted.days is None:
        return Voice(speaker=switch, marks=switch.marks)
    ending = _Ending(switch, last=switch.replication + wanted.days)
    return Voice(speaker=ending, marks=switch.marks)


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
