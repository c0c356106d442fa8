"""How things stand, brought together for a frame: the day so far, and what it is held against."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Final

from callcenter.clock import DAY, SECOND, Clock, Tick
from callcenter.desk.alerts import AlertDesk, Reading, Readings
from callcenter.desk.campaign_watch import CampaignWatch
from callcenter.desk.centre_clock import CentreClock, Lines
from callcenter.desk.frames import (
    LATE_SECONDS,
    SILENT_SECONDS,
    Scene,
    SourceNow,
    instant,
    painting,
    tick_of,
)
from callcenter.desk.pasts import Pasts
from callcenter.desk.standards import Standards
from callcenter.desk.wallboard import Painting
from callcenter.domain.worktime import local_day, midnight
from callcenter.errors import NotFoundError, StoreUnavailableError
from callcenter.measures.definitions import DEFAULT
from callcenter.measures.figures import Figure
from callcenter.measures.live import Board, DayLog, board
from callcenter.store.ticket_counts import TicketCounts
from callcenter.store.unit_of_work import Store

_NEWS: Final = tuple(
    round(seconds * SECOND) + SECOND // 10 for seconds in (LATE_SECONDS, SILENT_SECONDS)
)
"""A little after a silence has become news."""
_TICKETS_STAY: Final[Tick] = 2 * SECOND
_MOST_DUE: Final = 8
_ONE_DAY: Final = timedelta(days=1)
Bygones = Callable[[date, Tick], Awaitable[DayLog]]
"""A day as it was told before a moment."""
_EARLIEST: Final = datetime(1971, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)
"""Moments that the bus carries, and the weeks before them."""


class TicketWatch:
    """What is due at the ticket desk, asked no more often than a wall needs."""

    def __init__(self, store: Store, *, clock: Clock, now: Callable[[], datetime]) -> None:
        """Stand on a store; tickets live by the wall's clock."""
        self._store = store
        self._clock = clock
        self._now = now
        self._asked: Tick | None = None
        self._found: TicketCounts | None = None

    async def counts(self) -> TicketCounts | None:
        """Return the counts of at most two seconds ago."""
        at = self._clock.now()
        if self._asked is None or at - self._asked >= _TICKETS_STAY:
            now = self._now()
            self._asked = at
            async with self._store.reading() as uow:
                self._found = await uow.ticket_dues.count(
                    now=now, midnight=midnight(local_day(now) + _ONE_DAY), most=_MOST_DUE
                )
        return self._found


class LivePainter:
    """Paints the board of now, and of any moment before."""

    def __init__(
        self,
        *,
        lines: Lines,
        centre: CentreClock,
        tickets: TicketWatch,
        alerts: AlertDesk,
        pasts: Pasts,
        bygones: Bygones,
        standards: Standards,
        campaigns: CampaignWatch,
        site: str,
    ) -> None:
        """Take everybody who knows something."""
        self._lines = lines
        self._centre = centre
        self._tickets = tickets
        self._alerts = alerts
        self._pasts = pasts
        self._bygones = bygones
        self._standards = standards
        self._campaigns = campaigns
        self._site = site

    async def paint(self) -> Painting:
        """Say how things stand now, and raise or clear what must be."""
        at = self._centre.tick()
        log = await self._lines.day(local_day(instant(at)))
        found = await self._board(log, at, watermark=self._watermark(at))
        sources = self._sources()
        counts = None
        with suppress(StoreUnavailableError):
            # A board without tickets and with the alerts of before is better than none.
            counts = await self._tickets.counts()
            await self._alerts.look(readings(found, sources, counts), at=at)
        leader = self._centre.leader
        return painting(
            Scene(
                board=found,
                site=self._site,
                speed=1.0 if leader is None else leader.speed,
                sources=sources,
                tickets=counts,
                alerts=self._alerts.raised,
                quality=self._lines.quality,
                campaigns=await self._campaigns.lines(found),
            )
        )

    async def paint_past(self, at: datetime) -> Painting:
        """Say how things stood at a moment, by all that is known of it today.

        Raises:
            NotFoundError: nobody was heard on that day.
        """
        if not _EARLIEST <= at < _LATEST:
            raise NotFoundError(f"nothing was told in {at.year}")
        tick = tick_of(at)
        found = await self._board(await self._bygones(local_day(at), tick), tick)
        if not found.agents and not found.intervals:
            raise NotFoundError(f"nothing was told on {found.day}")
        return painting(
            Scene(
                board=found,
                site=self._site,
                replay=True,
                alerts=await self._alerts.raised_at(tick),
                campaigns=await self._campaigns.lines(found),
            )
        )

    def next_news(self) -> Tick | None:
        """Say when the next silence becomes news."""
        now = self._centre.wall
        waits = [
            voice.heard + after - now
            for voice in self._lines.voices
            for after in _NEWS
            if voice.heard + after > now
        ]
        return min(waits, default=None)

    async def _board(self, log: DayLog, at: Tick, *, watermark: Tick | None = None) -> Board:
        course, forecast = await self._pasts.of(log.day)
        definitions = await self._standards.on(log.day)
        return board(
            log,
            now=at,
            definition=definitions[DEFAULT],
            definitions=definitions,
            watermark=watermark,
            forecast=forecast,
            last_week=course,
        )

    def _watermark(self, at: Tick) -> Tick:
        """Return up to when all has been told: of no source later than it was last heard of."""
        voices = self._lines.voices
        if any(voice.gaps for voice in voices):
            return 0
        return min((voice.said for voice in voices if voice.online), default=at)

    def _sources(self) -> tuple[SourceNow, ...]:
        """Say how everybody stands who was heard within a day: others are no part of the centre now."""
        now = self._centre.wall
        return tuple(
            SourceNow(
                source=voice.source,
                online=voice.online,
                silent_seconds=max(0, now - voice.heard) / SECOND,
                skew_ms=None if voice.skew is None else voice.skew / 1000,
                gaps=voice.gaps,
                simulated=voice.simulated,
            )
            for voice in self._lines.voices
            if now - voice.heard < DAY
        )


def readings(found: Board, sources: Sequence[SourceNow], tickets: TicketCounts | None) -> Readings:
    """Read off everything that a rule may look at."""
    return {
        (Reading.MARGIN, ""): _margin(found.total.level),
        (Reading.VIOLATIONS, ""): float(found.total.violations),
        (Reading.OVERDUE, ""): None if tickets is None else float(tickets.overdue),
        **dict(_of_queues(found)),
        **{(Reading.SILENT, one.source): one.silent_seconds for one in sources},
        **{(Reading.GAPS, one.source): float(one.gaps) for one in sources},
        **{(Reading.SKEW, one.source): _wrong_by(one) for one in sources},
    }


def _margin(level: Figure) -> float | None:
    goal = level.definition.goal
    return None if level.value is None or goal is None else level.value - goal


def _wrong_by(source: SourceNow) -> float | None:
    return None if source.skew_ms is None else abs(source.skew_ms) / 1000


def _of_queues(found: Board) -> Iterator[tuple[tuple[Reading, str], float]]:
    for one in found.queues:
        since = one.longest_since
        yield (Reading.WAITING, one.queue), one.figures["waiting"].numerator
        yield (
            (Reading.LONGEST_WAIT, one.queue),
            0.0 if since is None else (found.now - since) / SECOND,
        )
