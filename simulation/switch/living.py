"""A simulated switch that never ends: one day after another, on real dates, at a speed.

Its clock runs `speed` times as fast as real time. When a day is over, the next open date follows with the
next replication; a fast clock leaps over the night, a real-time one waits.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from callcenter.clock import DAY, MINUTE, SECOND, Tick
from callcenter.telephony.commands import Answer, Command
from callcenter.telephony.events import OfSource, SourceHeartbeat, SourceStarted, Told
from callcenter.telephony.names import Names
from simulation.plan import Plan
from simulation.replications import Order, draw
from simulation.switch.journal import MARK, Journal
from simulation.switch.laying import Laying, midnight
from simulation.switch.live_day import LiveDay
from simulation.switch.scores import Scores
from simulation.switch.surges import Surges

_LEAD: Final[Tick] = MINUTE
"""So long before anything happens a clock that leaps stands at the next day."""


class Switch:
    """A `callcenter.telephony.speaking.Speaker` that lives the days of a scenario."""

    def __init__(
        self,
        plan: Plan,
        *,
        source: str,
        seed: int,
        first: date,
        real_now: Tick,
        speed: float = 1.0,
        begins: Tick | None = None,
        sequence: int = 0,
        replication: int = 0,
        version: str = "",
        marks: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Stand at the beginning of the first open date, or where the switch was when it was stopped.

        Args:
            plan: Of the scenario; each date is lived as a day of the same weekday.
            source: Who tells.
            seed: Which randomness.
            first: The date to begin with, or the next one that is open.
            real_now: What the real clock shows.
            speed: Seconds of the switch's clock in one real second; above 0.
            begins: What the switch's clock shows now, in microseconds since 1970-01-01T00:00:00Z: what has
                happened by then is due at once. Without, it stands a minute before the first thing happens,
                and leaps from day to day.
            sequence: The last number the source has used.
            replication: Of the first day; the days after it have the next ones.
            version: Said when it starts.
            marks: What `marks` returned when number `sequence` was the last. With the same scenario and
                seed a clock that leaps goes on where it was; another does if it is still the same date,
                and tells what it missed. Nobody is told that it started then. In all other cases a date
                later than the last one follows, since none is lived twice.
        """
        assert speed > 0, f"expected a speed above 0, got {speed!r}"
        self._laying = Laying(plan)
        self._digest = plan.digest
        self._source = source
        self._seed = seed
        self._speed = speed
        self._version = version
        self._leaps = begins is None
        self._since = real_now
        self._replication = replication
        self._orders: list[tuple[Tick, Command]] = []
        """What was ordered on this day, and when."""
        self._start: int | None = None
        """The number under which it says that it has started, if it still has to."""
        journal = Journal.of(marks.get(MARK, ""))
        if journal is None:
            self._begin(first, begins, sequence=sequence)
        elif not self._live_again(journal, begins, sequence=sequence):
            self._begin(max(first, journal.date + timedelta(days=1)), begins, sequence=sequence)

    def _begin(self, first: date, begins: Tick | None, *, sequence: int) -> None:
        self._start = sequence + 1
        self._date = self._laying.next_open(first)
        self._day = self._open_day(sequence + 1)
        self._now = self._opening if begins is None else begins

    def _live_again(self, journal: Journal, begins: Tick | None, *, sequence: int) -> bool:
        """Live the day of a journal up to where it was; `False` if that is not the day that was told."""
        start = midnight(journal.date)
        same = (journal.digest, journal.seed) == (self._digest, self._seed)
        if not same or not (begins is None or start <= begins < start + DAY):
            return False
        self._date, replication = journal.date, self._replication
        self._replication = journal.replication
        self._day = self._open_day(journal.before)
        for tick, command in journal.orders:
            deque(self._day.advance(tick - 1), maxlen=0)
            self._day.obey(command, tick)
        deque(self._day.advance(journal.clock - start), maxlen=0)
        if self.sequence != sequence:
            self._replication = replication
            return False
        self._orders = list(journal.orders)
        self._now = journal.clock if begins is None else max(begins, journal.clock)
        return True

    @property
    def source(self) -> str:
        """Who it is."""
        return self._source

    @property
    def speed(self) -> float:
        """How many seconds of its clock pass in one second."""
        return self._speed

    @property
    def sequence(self) -> int:
        """The last number it has used for an event."""
        return self._day.sequence

    @property
    def date(self) -> date:
        """The date it lives, or lives next."""
        return self._date

    @property
    def replication(self) -> int:
        """Which replication of the scenario's day it lives: with the seed, all there is to know of it."""
        return self._replication

    # --- Time ----------------------------------------------------------------------------------------

    def due(self, real_now: Tick) -> list[Told]:
        """Go on to now and return what has happened since the last time."""
        self._now, self._since = self._clock(real_now), real_now
        told = [*self._starts(), *self._day.advance(self._tick)]
        while self._day.done:
            self._next_day()
            told += self._day.advance(self._tick)
        return told

    def wait_seconds(self, real_now: Tick) -> float:
        """Return after how many real seconds something is due again, 0 if it is now."""
        if self._start is not None:
            return 0.0
        ahead = self._origin + self._day.next_tick - self._clock(real_now)
        return max(0.0, ahead / self._speed / SECOND)

    def _clock(self, real_now: Tick) -> Tick:
        return self._now + round((real_now - self._since) * self._speed)

    @property
    def _origin(self) -> Tick:
        return midnight(self._date)

    @property
    def _tick(self) -> Tick:
        """The clock, counted from midnight of the date."""
        return self._now - self._origin

    @property
    def _opening(self) -> Tick:
        return self._origin + self._day.next_tick - _LEAD

    # --- Days ----------------------------------------------------------------------------------------

    def _next_day(self) -> None:
        self._date = self._laying.next_open(self._date + timedelta(days=1))
        self._replication += 1
        self._orders = []
        self._day = self._open_day(self._day.sequence)
        if self._leaps:
            self._now = max(self._now, self._opening)

    def _open_day(self, sequence: int) -> LiveDay:
        self._before = sequence
        plan = self._laying.plan_of(self._date)
        order = Order.of(plan, seed=self._seed, engine="reference")
        workload = draw(order, self._replication)
        surges = Surges(
            plan.tables,
            plan.programme,
            workload,
            seed=self._seed,
            replication=self._replication,
        )
        frame = plan.frame
        names = Names.of_centre(
            queues=frame.called,
            groups=frame.groups,
            agent_group=frame.agent_group,
            # A date may be lived again, after a restart: its calls are others.
            call_prefix=f"{self._date:%Y%m%d}-{sequence}-",
            origin=self._origin,
        )
        return LiveDay(
            plan.tables,
            workload,
            names=names,
            source=self._source,
            sequence=sequence,
            surges=surges,
            scores=Scores.of_plan(plan, seed=self._seed, replication=self._replication),
            ends=DAY,
        )

    # --- What it says, and hears -----------------------------------------------------------------------

    def snapshot(self) -> Told:
        """Return all that is true as of the last `due`."""
        return self._say(self._day.snapshot(), sequence=self.sequence)

    def heartbeat(self) -> Told:
        """Return that it lives, as of the last `due`."""
        calls, agents = self._day.standing
        beat = SourceHeartbeat(
            sequence_high=self.sequence,
            now=self._now,
            live_calls=calls,
            agents=agents,
            speed=self._speed,
            simulated=True,
        )
        return self._say(beat, sequence=self.sequence)

    def obey(self, command: Command) -> Answer:
        """Do what is asked in the moment after the last `due`; what comes of it is due next."""
        if self._tick < 0:
            return Answer(
                asked=1, done=0, ko="아직 운영을 시작하지 않았습니다", en="the day has not begun"
            )
        tick = max(self._tick, self._day.until) + 1
        self._orders.append((tick, command))
        return self._day.obey(command, tick)

    def marks(self) -> dict[str, str]:
        """Return what to keep with what was told last, by name, to go on from it one day."""
        journal = Journal(
            digest=self._digest,
            seed=self._seed,
            date=self._date,
            replication=self._replication,
            before=self._before,
            clock=self._now,
            orders=tuple(self._orders),
        )
        return {MARK: journal.text()}

    def _starts(self) -> Iterator[Told]:
        if self._start is not None:
            yield self._say(SourceStarted(version=self._version), sequence=self._start)
            self._start = None

    def _say(self, event: OfSource, *, sequence: int) -> Told:
        return Told(
            event=event,
            source=self._source,
            sequence=sequence,
            at=self._now,
            recorded_at=self._now,
        )
