"""How legs come to be and what their fates say, in the reference engine.

All chance lies in the fates: what is asked here has one answer, whenever it is asked.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from callcenter.clock import NEVER, Tick
from callcenter.domain.calls import LegKind
from callcenter.telephony.call_log import NONE
from simulation.engines.port import mix
from simulation.engines.reference_records import Leg, Queue
from simulation.tables import Workload

UNSCALED: Final = 1_000_000
"""The speed of handling at which it takes what the fates say."""
QUEUED_AGAIN: Final = (LegKind.CALLBACK, LegKind.HANDED_BACK)
"""They live on with the fate, and in the queue, of the leg before."""


def scaled(duration: Tick, speed: int) -> Tick:
    """Return what a duration is to an agent of this speed, in millionths."""
    return (duration * speed + UNSCALED // 2) // UNSCALED


class Fates:
    """The drawn lives of the legs: one duration or coin at a time."""

    def __init__(self, workload: Workload, queues: Sequence[Queue]) -> None:
        """Take the columns out of numpy."""
        columns = workload.fates.columns()
        self._columns: dict[str, list[int]] = {
            name: column.tolist() for name, column in columns.items()
        }
        self._queues = queues
        self._first: list[int] = workload.spare_first.tolist()
        self._count: list[int] = workload.spare_count.tolist()
        last = (first + count for first, count in zip(self._first, self._count, strict=True))
        self.rows = max(last, default=len(workload.arrived))
        self._pass_over(len(workload.arrived) + len(workload.leads.cell))

    def _pass_over(self, numbers: int) -> None:
        """Leave so many rows without callers to come: leads have these numbers."""
        for column in self._columns.values():
            if column:
                column.extend([0] * (numbers - self.rows))
        self.rows = max(self.rows, numbers)

    def extend(self, queue: int, more: Mapping[str, list[int]], count: int) -> None:
        """Add the fates of callers of a queue; those of a column not given are the queue's constants."""
        constants = self._queues[queue].constants
        for name in [name for name, column in self._columns.items() if column]:
            self._columns[name] += more.get(name) or [constants.get(name, 0)] * count
        self.rows += count

    def duration(self, what: str, leg: Leg) -> Tick:
        """Return one of `DURATIONS` of a leg, not scaled by anyone's speed."""
        column = self._columns[what]
        return column[leg.fate] if column else self._queues[leg.queue].constants[what]

    def coin(self, what: str, leg: Leg) -> int:
        """Return one of `COINS` of a leg; all are zero where no queue needs them."""
        column = self._columns[what]
        return column[leg.fate] if column else 0

    def priority(self, fate: int) -> int:
        """Return the priority that goes with a fate."""
        column = self._columns["priority"]
        return column[fate] if column else 0

    def spare(self, queue: int, scattered: int) -> int:
        """Return one of a queue's spare fates."""
        return self._first[queue] + scattered % self._count[queue]

    def patience(self, leg: Leg) -> Tick:
        """Return how long a caller waits; who is called back waits for ever."""
        return NEVER if leg.kind is LegKind.CALLBACK else self.duration("patience", leg)

    def offer_after(self, leg: Leg) -> Tick:
        """Return after what wait an offer to be called back is accepted, or `NEVER`."""
        queue = self._queues[leg.queue]
        accepts = leg.kind not in QUEUED_AGAIN and self.coin("accept", leg) < queue.accept
        return queue.offer_after if accepts else NEVER

    def transferred_to(self, leg: Leg) -> int:
        """Return the next queue, `NONE` if the caller is not transferred."""
        coin = self.coin("transfer", leg)
        above = [queue for queue, p in self._queues[leg.queue].transfers if coin < p]
        return above[0] if above else NONE

    def resolved(self, leg: Leg) -> bool:
        """Say whether a conversation that ends here settles the concern."""
        return self.coin("resolved", leg) < self._queues[leg.queue].resolved

    def balks(self, leg: Leg) -> bool:
        """Say whether a caller who would have to wait hangs up at once."""
        queue = self._queues[leg.queue]
        value = len(queue.waiting) - 1
        if queue.balk_by_wait:
            present = sum(skill.group.present for skill in queue.takers)
            value = len(queue.waiting) * queue.handling // max(1, present)
        reached = [threshold for start, threshold in queue.balk if start <= value]
        return bool(reached) and self.coin("balk", leg) < reached[-1]


class Legs:
    """All legs of a day in the order in which they came to be, and the lines they hold."""

    def __init__(
        self,
        *,
        home: dict[int, int],
        fates: Fates,
        queues: Sequence[Queue],
        lines: Sequence[int],
        tell: Callable[[Leg], None],
    ) -> None:
        self.all: list[Leg] = []
        self.taken = [0] * len(lines)
        """Lines taken of each bundle."""
        self._home = home
        self._fates = fates
        self._queues = queues
        self._lines = lines
        self._tell = tell

    def home(self, leg: Leg) -> Queue:
        """Return the queue that the call dialled first and dials again."""
        return self._queues[self._home[leg.call]]

    def expect(self, call: int, queue: int) -> None:
        """Get ready for a call to a queue that was not foreseen."""
        self._home[call] = queue

    def first(self, call: int, arrived: Tick) -> Leg:
        """Return the first leg of a call."""
        leg = Leg(
            row=len(self.all),
            call=call,
            fate=call,
            attempt=0,
            kind=LegKind.FRESH,
            queue=self._home[call],
            priority=self._fates.priority(call),
            arrived=arrived,
        )
        return self._add(leg)

    def following(self, leg: Leg, kind: LegKind, queue: int, *, now: Tick) -> Leg:
        """Return the leg after this one, with its own fate or a spare one."""
        attempt = leg.attempt + 1
        spare = kind not in QUEUED_AGAIN
        fate = self._fates.spare(queue, mix(leg.call, attempt)) if spare else leg.fate
        following = Leg(
            row=len(self.all),
            call=leg.call,
            fate=fate,
            attempt=attempt,
            kind=kind,
            queue=queue,
            priority=self._fates.priority(fate),
            arrived=now,
            line=leg.line,
            redials=leg.redials + (kind is LegKind.REDIAL),
            repeats=leg.repeats + (kind is LegKind.REPEAT),
        )
        return self._add(following)

    def outbound(
        self, *, call: int, fate: int, attempt: int, queue: int, priority: int, arrived: Tick
    ) -> Leg:
        """Return the leg by which the centre dials a lead."""
        return self._add(
            Leg(
                row=len(self.all),
                call=call,
                fate=fate,
                attempt=attempt,
                kind=LegKind.OUTBOUND,
                queue=queue,
                priority=priority,
                arrived=arrived,
            )
        )

    def _add(self, leg: Leg) -> Leg:
        self.all.append(leg)
        self._tell(leg)
        return leg

    def line_is_free(self, queue: Queue) -> bool:
        """Say whether one more caller of a queue finds a line."""
        return queue.lines == NONE or self.taken[queue.lines] < self._lines[queue.lines]

    def take_line(self, leg: Leg) -> None:
        """Occupy a line of the queue's bundle, even beyond its capacity."""
        leg.line = self._queues[leg.queue].lines
        if leg.line != NONE:
            self.taken[leg.line] += 1

    def release_line(self, leg: Leg) -> None:
        """Hang up."""
        if leg.line != NONE:
            self.taken[leg.line] -= 1
            leg.line = NONE


def next_open(queue: Queue, tick: Tick, leg: Leg) -> Tick:
    """Return when the leg after this one finds the queue open: from `tick` on, or some time later.

    A later leg comes at a moment of the next opening period that its number scatters over it;
    `NEVER` if there is none.
    """
    if any(opens <= tick < closes for opens, closes in queue.doors):
        return tick
    later = [door for door in queue.doors if door[0] > tick]
    if not later:
        return NEVER
    opens, closes = min(later)
    return opens + ((closes - opens) * (mix(leg.call, leg.attempt + 1) >> 48) >> 16)
