"""Who is heard, and what time it is in the centre: by the clock of a switch, not by the wall's."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol

from callcenter.clock import SECOND, Tick
from callcenter.desk.frames import LATE_SECONDS, SILENT_SECONDS, Quality, instant, tick_of
from callcenter.measures.live import DayLog
from callcenter.telephony.events import Told

_LATE: Final = round(LATE_SECONDS * SECOND)
_SILENT: Final = round(SILENT_SECONDS * SECOND)
_ON_ITS_WAY: Final[Tick] = 5 * SECOND
"""No heartbeat is longer on its way; an event further ahead has another clock."""
_KEPT_BY: Final[Tick] = SECOND // 4
"""What a switch tells is stored by then: a clock that runs faster than the wall would be ahead of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A source as it was last heard."""

    source: str
    online: bool
    heard: Tick
    """When, by our clock: microseconds since 1970, as all moments here."""
    said: Tick
    """What its own clock said when it last told; 0 if it never did."""
    said_at: Tick
    """When that was, by our clock."""
    speed: float = 1.0
    simulated: bool = False
    skew: Tick | None = None
    gaps: int = 0
    """Of its numbers, that are open now."""
    noticed: int = 0
    """Gaps since the start, those that were filled included."""


class Lines(Protocol):
    """Knows what the switches told."""

    @property
    def voices(self) -> Sequence[Voice]:
        """Every source that was ever heard."""
        ...

    @property
    def quality(self) -> Quality:
        """What is doubtful about what they told."""
        ...

    async def day(self, day: date) -> DayLog:
        """Return a day as far as it was told, without anything if nothing was."""
        ...


class CentreClock:
    """What time it is in the centre: by the clock of the source that leads, else by the wall.

    The leading source stays the leading one as long as it is heard. A clock that runs faster than the
    wall is believed for a minute of silence and then stands still, because nobody knows whether it runs;
    it is also followed a quarter of a second behind, which at its speed are minutes of events on their way.
    """

    def __init__(self, lines: Lines, *, now: Callable[[], datetime]) -> None:
        """Take who knows the sources, and the wall's clock."""
        self._lines = lines
        self._now = now
        self._leader: str | None = None
        self._told: dict[str, Tick] = {}

    def notice(self, events: Iterable[Told]) -> None:
        """Learn from events that it is not earlier than they are: a heartbeat was long on its way."""
        for told in events:
            self._told[told.source] = max(told.at, self._told.get(told.source, 0))

    def __call__(self) -> datetime:
        """Return the centre's date and time."""
        leader = self.leader
        if leader is None:
            return self._now()
        return instant(self._since(leader))

    def tick(self) -> Tick:
        """Return the centre's time in microseconds since 1970."""
        leader = self.leader
        return self.wall if leader is None else self._since(leader)

    @property
    def wall(self) -> Tick:
        """What the clock on the wall says, in microseconds since 1970."""
        return tick_of(self._now())

    @property
    def leader(self) -> Voice | None:
        """The source whose clock is the centre's."""
        voices = {voice.source: voice for voice in self._lines.voices if voice.said}
        if not voices:
            return None
        led = voices.get(self._leader or "")
        if led is None or self.wall - led.heard > _LATE:
            led = max(voices.values(), key=lambda voice: voice.heard)
            self._leader = led.source
        return led

    def _since(self, leader: Voice) -> Tick:
        passed = max(0, self.wall - leader.said_at)
        if leader.speed != 1.0:
            passed = min(passed, _SILENT) - _KEPT_BY
        now = leader.said + round(passed * leader.speed)
        told = self._told.get(leader.source, 0) + 1
        return told if now < told <= now + round(_ON_ITS_WAY * leader.speed) else now
