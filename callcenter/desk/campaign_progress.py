"""How far a campaign is: attempts, contacts and successes against the quota, rates, and when it ends."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from callcenter.desk.campaigns import CurrentCalendar, found
from callcenter.domain.campaigns import Campaign, CampaignState, open_hours, openings
from callcenter.domain.leads import LEFT, LeadState
from callcenter.domain.outbound import LIVE_ANSWERS, Disposition
from callcenter.domain.response_rates import CODE_OF, Code, Rate, rates
from callcenter.domain.worktime import WorkCalendar, local_day
from callcenter.errors import CalendarError
from callcenter.measures.finishing import HoursLeft, hours_left
from callcenter.store.campaigns import WHOLE, Told
from callcenter.store.lead_counts import Worked
from callcenter.store.unit_of_work import Store, UnitOfWork

_LATELY: Final = timedelta(days=14)
"""By these last days it is told when a campaign ends."""
_AHEAD: Final = timedelta(days=366)
"""An end further away is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """The days on which a campaign is finished; `None` where it is not within a year."""

    low: date | None
    expected: date | None
    high: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CellProgress:
    """How far one cell is, or the whole campaign."""

    cell: str
    ko: str
    quota: int | None
    successes: int
    left: int
    """Leads that something may still come of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayProgress:
    """What was achieved on one day in Korea, and what was wanted still when it was over."""

    day: date
    attempts: int
    contacts: int
    successes: int
    remaining: int | None
    """`None` where there is no quota."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a campaign is."""

    campaign: Campaign
    whole: CellProgress
    cells: tuple[CellProgress, ...]
    leads: Mapping[LeadState, int]
    worked: Worked
    """Since it began."""
    hours: float
    """In which it could call since it was started; pauses count."""
    rates: tuple[Rate, ...]
    days: tuple[DayProgress, ...]
    """Every day from the first start to today or the end, whichever is sooner; none for a draft."""
    finish: Finish | None
    """`None` where nothing tells it: no quota, no success yet, or not leads enough."""

    @property
    def contacts(self) -> int:
        """Attempts in which a citizen spoke to an agent."""
        return contacts(self.worked.by_disposition)

    @property
    def contacts_per_hour(self) -> float | None:
        """Contacts in an hour of agents' work on attempts."""
        return self.contacts / self.worked.seconds * 3600 if self.worked.seconds else None

    @property
    def successes_per_hour(self) -> float | None:
        """Successes in an hour in which the campaign could call."""
        return self.whole.successes / self.hours if self.hours else None


def contacts(by_disposition: Mapping[Disposition, int]) -> int:
    """Count the attempts in which a citizen spoke to an agent."""
    spoken = set(LIVE_ANSWERS) - {Disposition.DROPPED}
    return sum(many for found, many in by_disposition.items() if found in spoken)


class CampaignProgress:
    """Says how far campaigns are."""

    def __init__(
        self, *, store: Store, calendars: CurrentCalendar, now: Callable[[], datetime]
    ) -> None:
        """Take the holidays and the time from outside."""
        self._store = store
        self._calendars = calendars
        self._now = now

    async def of(self, code: str) -> Progress:
        """Return how far one campaign is.

        Raises:
            NotFoundError: there is none of this code.
        """
        async with self._store.reading() as uow:
            return await self._of(uow, await found(uow, code))

    async def under_way(self) -> list[Progress]:
        """Return how far those are that run or pause, the most pressing first."""
        states = CampaignState.RUNNING, CampaignState.PAUSED
        async with self._store.reading() as uow:
            return [await self._of(uow, one) for one in await uow.campaigns.every(states=states)]

    async def _of(self, uow: UnitOfWork, campaign: Campaign) -> Progress:
        now, calendar = self._now(), self._calendars.current
        counts = await uow.campaigns.counts(campaign.code)
        by_cell = await uow.lead_counts.by_cell(campaign.code)
        whole, *cells = (
            CellProgress(
                cell=cell,
                ko=ko,
                quota=counts[cell].quota,
                successes=counts[cell].successes,
                left=_left(by_cell, cell),
            )
            for cell, ko in [
                (WHOLE, campaign.name_ko),
                *((one.code, one.ko) for one in campaign.cells),
            ]
        )
        last = await uow.lead_counts.by_last(campaign.code)
        told = await uow.campaigns.told(campaign.code)
        begun = _begun(told, now=now)
        lately = max(begun, now - _LATELY)
        recent = await uow.lead_counts.worked(campaign.code, since=lately)
        return Progress(
            campaign=campaign,
            whole=whole,
            cells=tuple(cells),
            leads=_by_state(by_cell),
            worked=await uow.lead_counts.worked(campaign.code),
            hours=_hours(campaign, begun, now, calendar=calendar),
            rates=rates(_cases(last)),
            days=_days(
                await uow.lead_counts.by_day(campaign.code),
                told,
                until=min(local_day(now), campaign.last_day),
                quota=whole.quota,
            ),
            finish=_finish(
                campaign,
                whole,
                hours_left(
                    successes=recent.by_disposition.get(Disposition.SUCCESS, 0),
                    hours=_hours(campaign, lately, now, calendar=calendar),
                    wanted=(whole.quota or 0) - whole.successes,
                ),
                now=now,
                calendar=calendar,
            ),
        )


def _left(by_cell: Mapping[tuple[str, LeadState], int], cell: str) -> int:
    return sum(
        many for (of, state), many in by_cell.items() if state in LEFT and (cell in {WHOLE, of})
    )


def _by_state(by_cell: Mapping[tuple[str, LeadState], int]) -> dict[LeadState, int]:
    return {
        state: sum(many for (_, of), many in by_cell.items() if of is state) for state in LeadState
    }


def _cases(last: Mapping[Disposition | None, int]) -> dict[Code, int]:
    cases = dict.fromkeys(Code, 0)
    for disposition, many in last.items():
        cases[Code.UNKNOWN if disposition is None else CODE_OF[disposition]] += many
    return cases


def _days(
    by_day: Mapping[date, Mapping[Disposition, int]],
    told: list[Told],
    *,
    until: date,
    quota: int | None,
) -> tuple[DayProgress, ...]:
    said = {one.command: local_day(one.at) for one in reversed(told)}
    first = said.get("start")
    if first is None:
        return ()
    last = max([min(until, said.get("finish", until)), *by_day])
    days: list[DayProgress] = []
    achieved = 0
    for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        found = by_day.get(day, {})
        successes = found.get(Disposition.SUCCESS, 0)
        achieved += successes
        days.append(
            DayProgress(
                day=day,
                attempts=sum(found.values()),
                contacts=contacts(found),
                successes=successes,
                remaining=None if quota is None else max(0, quota - achieved),
            )
        )
    return tuple(days)


def _begun(told: list[Told], *, now: datetime) -> datetime:
    return next((one.at for one in told if one.command == "start"), now)


def _hours(
    campaign: Campaign, since: datetime, until: datetime, *, calendar: WorkCalendar
) -> float:
    return open_hours(campaign, since=since, until=until, calendar=calendar)


def _finish(
    campaign: Campaign,
    whole: CellProgress,
    left: HoursLeft | None,
    *,
    now: datetime,
    calendar: WorkCalendar,
) -> Finish | None:
    if whole.quota is None or left is None or whole.quota - whole.successes > whole.left:
        return None
    if campaign.state is CampaignState.FINISHED:
        return None

    def day(hours: float) -> date | None:
        return _day_after(campaign, hours, now=now, calendar=calendar)

    return Finish(low=day(left.low), expected=day(left.expected), high=day(left.high))


def _day_after(
    campaign: Campaign, hours: float, *, now: datetime, calendar: WorkCalendar
) -> date | None:
    """Return the day on which so many hours of calling are over, though the campaign end before."""
    if hours <= 0:
        return local_day(now)
    rest = hours
    try:
        until = local_day(now + _AHEAD)
        for begin, end in openings(campaign, since=now, until=until, calendar=calendar):
            rest -= (end - begin) / timedelta(hours=1)
            if rest <= 0:
                return local_day(begin)
    except CalendarError:
        pass
    return None
