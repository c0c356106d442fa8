"""Campaigns for the live board: their attempts of a day beside what the centre knows of them.

A campaign is known by its code: to the switch that dials for it, to whoever announced it, and to the desk
that plans it. Successes of earlier days are counted in two ledgers, that of the switches and that of the
desk: a switch may not know what came of a talk, and the desk not of what it did not plan. The one that
knows of more is right.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from callcenter.bus import codec
from callcenter.clock import MINUTE, SECOND, Clock, Tick
from callcenter.desk.campaign_progress import Finish, Progress
from callcenter.domain.campaigns import CampaignState
from callcenter.errors import StoreUnavailableError
from callcenter.measures.dialled import NOBODY, CampaignNow
from callcenter.measures.live import Board
from callcenter.store.unit_of_work import Store
from callcenter.telephony.events import SourceReconfigured

UnderWay = Callable[[], Awaitable[Sequence[Progress]]]
"""How far the campaigns are that the desk has under way."""
_ORDERS_STAY: Final[Tick] = 2 * SECOND
_PROGRESS_STAYS: Final[Tick] = 30 * SECOND
_LATELY: Final[Tick] = 10 * MINUTE
"""Who has dialled nobody for so long does not call now."""


class Calling(StrEnum):
    """Whether a campaign calls."""

    CALLING = "calling"
    IDLE = "idle"
    """No citizen was dialled of late: not its hours, no agent to spare, or nobody left."""
    PAUSED = "paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """A campaign as somebody announced it whom the desk does not plan for."""

    ko: str
    en: str
    quota: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignLine:
    """One campaign on the board."""

    now: CampaignNow
    ko: str
    en: str
    state: Calling
    before: int
    """Successes before the day."""
    quota: int | None
    finish: Finish | None

    @property
    def successes(self) -> int:
        """Successes in all, today's among them."""
        return self.before + self.now.count("successes")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What was read, and when, by the monotonic clock."""

    asked: Tick
    day: date
    before: Mapping[str, int] = field(default_factory=dict)
    orders: Sequence[tuple[Tick, str, bool]] = ()
    """When, which campaign, and whether it was started."""


class CampaignWatch:
    """Knows the campaigns of a day; what it read a moment ago it does not read again."""

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock,
        site: str,
        under_way: UnderWay,
        announced: Callable[[], Mapping[str, Announced]] = dict,
    ) -> None:
        """Take those who know: the desk, and whoever announces campaigns; the latter may be slow once."""
        self._store = store
        self._clock = clock
        self._site = site
        self._under_way = under_way
        self._announced = announced
        self._names: Mapping[str, Announced] | None = None
        self._found: _Found | None = None
        self._planned: dict[str, Progress] = {}
        self._planned_at: Tick | None = None

    async def lines(self, shown: Board) -> tuple[CampaignLine, ...]:
        """Return the campaigns of a board: those dialled for on its day, and those the desk has under way."""
        with suppress(StoreUnavailableError):
            # Names and totals of before are better than no campaigns.
            await self._look(shown.day)
        names = self._names
        if names is None:
            names = self._names = await asyncio.to_thread(self._announced)
        found = self._found
        if found is None or found.day != shown.day:
            found = _Found(asked=0, day=shown.day)
        dialled = {one.campaign: one for one in shown.dialling.campaigns}
        running = {code: runs for at, code, runs in found.orders if at < shown.now}
        return tuple(
            _line(
                dialled.get(code, _nobody(code)),
                shown=shown,
                planned=self._planned.get(code),
                announced=names.get(code),
                before=found.before.get(code, 0),
                running=running.get(code, True),
            )
            for code in sorted(dialled.keys() | self._planned.keys())
        )

    async def _look(self, day: date) -> None:
        now = self._clock.now()
        if self._planned_at is None or now - self._planned_at >= _PROGRESS_STAYS:
            self._planned_at = now
            self._planned = {one.campaign.code: one for one in await self._under_way()}
        known = self._found
        if known is None or known.day != day or now - known.asked >= _ORDERS_STAY:
            self._found = await self._read(day, now=now)

    async def _read(self, day: date, *, now: Tick) -> _Found:
        async with self._store.reading() as uow:
            before = await uow.legs.successes_before(day)
            kept = await uow.ledger.settings_of(day.isoformat())
        told = [codec.reread(one.body, kind=one.kind, site=self._site) for one in kept]
        orders = [
            (one.at, one.event.campaign, one.event.running)
            for one in sorted(told, key=lambda one: (one.at, one.sequence))
            if isinstance(one.event, SourceReconfigured)
            and one.event.campaign is not None
            and one.event.running is not None
        ]
        return _Found(asked=now, day=day, before=before, orders=orders)


def _nobody(code: str) -> CampaignNow:
    return CampaignNow(campaign=code, figures=NOBODY.total.figures, on_line=0, latest=None)


def _line(
    now: CampaignNow,
    *,
    shown: Board,
    planned: Progress | None,
    announced: Announced | None,
    before: int,
    running: bool,
) -> CampaignLine:
    code, campaign = now.campaign, None if planned is None else planned.campaign
    named = announced or Announced(ko=code, en=code, quota=None)
    paused = not running or (campaign is not None and campaign.state is CampaignState.PAUSED)
    return CampaignLine(
        now=now,
        ko=named.ko if campaign is None else campaign.name_ko,
        en=named.en if campaign is None else campaign.name_en,
        state=Calling.PAUSED if paused else _calling(now, shown),
        before=before if planned is None else max(before, _earlier(planned, shown.day)),
        quota=named.quota if campaign is None else campaign.wanted,
        finish=None if planned is None else planned.finish,
    )


def _calling(now: CampaignNow, shown: Board) -> Calling:
    lately = now.latest is not None and shown.now - now.latest < _LATELY
    return Calling.CALLING if now.on_line or lately else Calling.IDLE


def _earlier(planned: Progress, day: date) -> int:
    return sum(one.successes for one in planned.days if one.day < day)
