"""One switch as the switchboard hears it: its numbers, what is missing of them, and its clock."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Final, Self

from callcenter.clock import SECOND, Tick
from callcenter.desk.centre_clock import Voice
from callcenter.store.live_sources import GapLine, SourceLine
from callcenter.telephony.events import SourceHeartbeat

GRACE: Final[Tick] = 2 * SECOND
"""So long a number may be late before it is asked for."""
MOST_ASKS: Final = 8
"""After that nobody has it any more."""
_LONGEST: Final[Tick] = 60 * SECOND
_SAMPLES: Final = 31
_NEAR: Final = 100
"""Gaps nearer to each other are asked for together."""
_STALE: Final[Tick] = 15 * SECOND
"""What was said so long ago, by its source's clock, was queued and says nothing of now."""

Range = tuple[int, int]


@dataclass(slots=True, kw_only=True)
class Gap:
    """Numbers that were skipped."""

    line: GapLine
    missing: list[Range]
    """Those that have not come yet, in order."""
    due: Tick
    """When to ask next, by our monotonic clock."""

    @property
    def open(self) -> bool:
        """Whether anything is still hoped for."""
        return self.line.filled_at is None and self.line.given_up_at is None

    def take(self, number: int) -> bool:
        """Fill in one number; return whether it was missing."""
        for place, (first, last) in enumerate(self.missing):
            if first <= number <= last:
                rest = [(first, number - 1), (number + 1, last)]
                self.missing[place : place + 1] = [one for one in rest if one[0] <= one[1]]
                return True
        return False


@dataclass(slots=True, kw_only=True)
class Source:
    """How one switch stands, and what was changed since it was last written down."""

    line: SourceLine
    noticed: int = 0
    """Gaps so far, those that were filled included."""
    gaps: list[Gap] = field(default_factory=list)
    promised: int = 0
    """The last number it says it has used."""
    stirred: Tick = 0
    """When an event of it last came, by our monotonic clock."""
    lags: deque[Tick] = field(default_factory=lambda: deque(maxlen=_SAMPLES))
    dirty: bool = True
    changed: dict[int, GapLine] = field(default_factory=dict)

    @property
    def voice(self) -> Voice:
        """What the live board wants to know."""
        return Voice(
            source=self.line.source,
            online=self.line.online,
            heard=self.line.heard_at,
            said=self.line.its_now,
            said_at=self.line.now_heard_at,
            speed=self.line.speed,
            simulated=self.line.simulated,
            skew=self.line.skew_us,
            gaps=sum(gap.line.asks > 0 for gap in self.gaps),
            noticed=self.noticed,
        )

    def away(self, wall: Tick) -> bool:
        """Say whether it was not heard of late."""
        return not self.line.online or wall - self.line.heard_at > _STALE

    def set(self, **fields: object) -> None:
        """Note what is new."""
        self.line = self.line._replace(**fields)  # type: ignore[arg-type]
        self.dirty = True

    def told(self, sequence: int, *, recorded_at: Tick, clock: Tick, wall: Tick) -> None:
        """Take note of an event, by its number and when it was told."""
        self.stirred = clock
        self._number(sequence, clock=clock, wall=wall)
        speed = self.line.speed
        expected = self.line.its_now + round((wall - self.line.now_heard_at) * speed)
        if recorded_at > expected:
            self.set(its_now=recorded_at, now_heard_at=wall)
        if recorded_at > expected - round(_STALE * speed):
            self.set(heard_at=wall, online=True)

    def beats(self, beat: SourceHeartbeat, *, clock: Tick, wall: Tick) -> None:
        """Take note of a heartbeat."""
        self.promised = max(self.promised, beat.sequence_high)
        self.stirred = self.stirred or clock
        if beat.speed == 1.0:
            self.lags.append(wall - beat.now)
        else:
            self.lags.clear()
        self.set(
            online=True,
            heard_at=wall,
            its_now=beat.now,
            now_heard_at=wall,
            speed=beat.speed,
            simulated=beat.simulated,
            skew_us=round(median(self.lags)) if self.lags else None,
            live_calls=beat.live_calls,
            agents=beat.agents,
        )

    def goes_on(self, before: Self) -> None:
        """Keep what was heard of a source while nothing could be written down."""
        old = before.line
        self.promised, self.lags, self.stirred = before.promised, before.lags, before.stirred
        self.noticed = before.noticed
        self.set(
            online=old.online,
            version=old.version,
            heard_at=old.heard_at,
            its_now=old.its_now,
            now_heard_at=old.now_heard_at,
            speed=old.speed,
            simulated=old.simulated,
            skew_us=old.skew_us,
            live_calls=old.live_calls,
            agents=old.agents,
        )

    # --- Gaps ------------------------------------------------------------------------------------------

    def covered(self, number: int) -> bool:
        """Say whether all up to a number has come, as far as it ever will."""
        return number <= self.line.highest and not any(
            gap.open and gap.line.first <= number for gap in self.gaps
        )

    def promises_kept(self, *, clock: Tick, wall: Tick) -> None:
        """Miss what was promised and did not come, if nothing has come for a while."""
        if self.promised <= self.line.highest or clock - self.stirred < GRACE:
            return
        if self.line.highest == 0:  # What was told before anybody listened is not missed.
            self.set(high=self.promised, highest=self.promised)
        else:
            self._skip(self.promised + 1, clock=clock - GRACE, wall=wall)
            self._move(self.promised)

    def _number(self, sequence: int, *, clock: Tick, wall: Tick) -> None:
        if self.line.highest == 0:
            self.set(high=sequence, highest=sequence)
        elif sequence > self.line.highest:
            self._skip(sequence, clock=clock, wall=wall)
            self._move(sequence)
        else:
            self._fill(sequence, wall=wall)

    def _skip(self, number: int, *, clock: Tick, wall: Tick) -> None:
        first, last = self.line.highest + 1, number - 1
        if first <= last:
            line = GapLine(self.line.source, first, last, wall, None, 0, None, None)
            self.noticed += 1
            self.gaps.append(Gap(line=line, missing=[(first, last)], due=clock + GRACE))
            self.changed[first] = line

    def _fill(self, number: int, *, wall: Tick) -> None:
        for gap in self.gaps:
            if gap.line.first <= number <= gap.line.last and gap.take(number):
                if not gap.missing:
                    gap.line = gap.line._replace(filled_at=wall)
                    self.changed[gap.line.first] = gap.line
                    self.gaps.remove(gap)
                self._move(self.line.highest)
                return

    def _move(self, highest: int) -> None:
        """Note the last number heard, and the last before the first that is missing."""
        first = min((gap.missing[0][0] for gap in self.gaps), default=highest + 1)
        self.set(highest=highest, high=first - 1)

    def asks(self, *, clock: Tick, wall: Tick, jitter: float) -> list[Range]:
        """Return what to ask for now, and note that it was asked; give up what nobody has."""
        if not self.line.online:
            return []
        due = [gap for gap in self.gaps if gap.open and gap.due <= clock]
        wanted: list[Range] = []
        for gap in due:
            if gap.line.asks >= MOST_ASKS:
                gap.line = gap.line._replace(given_up_at=wall)
            else:
                wanted += gap.missing
                gap.line = gap.line._replace(asks=gap.line.asks + 1, asked_at=wall)
                pause = min(_LONGEST, GRACE << gap.line.asks)
                gap.due = clock + pause // 2 + round(jitter * pause)
            self.changed[gap.line.first] = gap.line
        return list(merged(wanted))


def merged(ranges: Iterable[Range]) -> Iterator[Range]:
    """Put ranges together that are near each other, so that a torn stretch is asked for once."""
    ordered = sorted(ranges)
    if not ordered:
        return
    first, last = ordered[0]
    for start, end in ordered[1:]:
        if start - last > _NEAR:
            yield first, last
            first = start
        last = max(last, end)
    yield first, last


def new_source(name: str, *, wall: Tick) -> Source:
    """Begin to listen to a switch."""
    line = SourceLine(
        source=name,
        high=0,
        highest=0,
        online=False,
        version="",
        heard_at=wall,
        its_now=0,
        now_heard_at=wall,
        speed=1.0,
        simulated=False,
        skew_us=None,
        live_calls=0,
        agents=0,
    )
    return Source(line=line)


def missing_of(gap: GapLine, numbers: Sequence[int]) -> list[Range]:
    """Return what of a gap has not come yet, by the numbers of it that have."""
    edges = [gap.first - 1, *numbers, gap.last + 1]
    return [(before + 1, after - 1) for before, after in pairwise(edges) if before + 1 < after]
