"""Campaigns: whom the centre calls of its own accord, when it may, how often, and until how many agreed.

A campaign calls in its windows only, in Korean time, on days between its first and its last, and on
holidays only if it says so. It is made as a draft, which alone can be amended.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field as made
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final

from callcenter.domain.access import SUPERVISORS, Actor, Role
from callcenter.domain.outbound import Disposition
from callcenter.domain.ticket_guards import Refusal
from callcenter.domain.worktime import KST, DayKind, WorkCalendar, day_kind, local_day
from callcenter.errors import InputError

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_ATTEMPTS: Final = 50
MOST_LEADS: Final = 1_000_000
LONGEST_WAIT: Final = timedelta(days=90)
LONGEST_CAMPAIGN: Final = timedelta(days=731)
USUALLY_KEPT: Final = 90
"""Days that leads are known after a campaign."""
LONGEST_KEPT: Final = 1_096
_BAND_EDGES: Final = (time(12), time(17))
"""Morning, afternoon and evening: who was not reached in one may be in another."""
AGAIN: Final = (
    Disposition.NO_ANSWER,
    Disposition.BUSY,
    Disposition.MACHINE,
    Disposition.CALL_LATER,
    Disposition.DROPPED,
)
"""What an attempt may come to, and the lead be dialled again."""
USUAL_WAITS: Final[Mapping[Disposition, timedelta]] = {
    Disposition.NO_ANSWER: timedelta(hours=3),
    Disposition.BUSY: timedelta(minutes=20),
    Disposition.MACHINE: timedelta(hours=3),
    Disposition.CALL_LATER: timedelta(hours=2),
    Disposition.DROPPED: timedelta(hours=24),
}

Window = tuple[time, time]
"""From a time of day on, until before another."""
Windows = tuple[tuple[Window, ...], ...]
"""Of Monday to Sunday."""
Opening = tuple[datetime, datetime]


class CampaignState(StrEnum):
    """How far a campaign is."""

    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"


CAMPAIGN_STATE_NAMES_KO: Final[dict[CampaignState, str]] = {
    CampaignState.DRAFT: "초안",
    CampaignState.RUNNING: "진행중",
    CampaignState.PAUSED: "일시중지",
    CampaignState.FINISHED: "종료",
}


class Mode(StrEnum):
    """How agents come to their calls; with a team of this size nothing faster gains anything."""

    PREVIEW = "preview"
    """The agent reads first, and dials."""
    PROGRESSIVE = "progressive"
    """One line is dialled for each agent who is free."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaCell:
    """A part of those meant, `30s-north`, and how many of them are wanted."""

    code: str
    ko: str
    quota: int | None = None
    """`None`: as many as there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A campaign and its rules.

    Raises:
        InputError: the rules contradict themselves or ask for what cannot be; names the key.
    """

    code: str
    name_ko: str
    name_en: str
    field: str
    first_day: date
    last_day: date
    windows: Windows
    on_holidays: bool = False
    attempts: int = 5
    """At most, of each lead."""
    waits: Mapping[Disposition, timedelta] = made(default_factory=lambda: dict(USUAL_WAITS))
    """Before the next attempt at the earliest."""
    change_hour: bool = True
    """Dial next in another part of the day than last, if there is one."""
    quota: int | None = None
    """Successes wanted; `None`: as many as there are."""
    cells: tuple[QuotaCell, ...] = ()
    priority: int = 0
    """The higher, the sooner."""
    mode: Mode = Mode.PREVIEW
    keep_days: int = USUALLY_KEPT
    """So long after the last day names and numbers of its leads are kept."""
    state: CampaignState = CampaignState.DRAFT
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a campaign that could never do what it says."""
        _check_days(self)
        _check_windows(self)
        _check_attempts(self)
        _check_quotas(self)

    @property
    def wanted(self) -> int | None:
        """Successes wanted in all; `None` if there is no end to them."""
        quotas = [cell.quota for cell in self.cells]
        if self.quota is not None or not quotas:
            return self.quota
        known = [quota for quota in quotas if quota is not None]
        return sum(known) if len(known) == len(quotas) else None

    @property
    def kept_until(self) -> date:
        """The last day on which anybody may know whom it called (개인정보 보호법 제21조)."""
        return self.last_day + timedelta(days=self.keep_days)

    def quota_of(self, cell: str) -> int | None:
        """Return how many of a cell are wanted; `None` for as many as there are."""
        return next((one.quota for one in self.cells if one.code == cell), None)

    def knows_cell(self, cell: str) -> bool:
        """Say whether a lead can be of this cell; without cells all are of the one without a name."""
        return cell in ({one.code for one in self.cells} or {""})

    @property
    def bands(self) -> frozenset[int]:
        """Parts of the day that it calls in."""
        edges = [time.min, *_BAND_EDGES, time.max]
        return frozenset(
            number
            for number, (begin, end) in enumerate(pairwise(edges))
            for windows in self.windows
            for opens, closes in windows
            if opens < end and begin < closes
        )


def band_of(at: datetime) -> int:
    """Return the part of the day in Korea: 0 before noon, 1 before 17:00, 2 after it."""
    return sum(at.astimezone(KST).time() >= edge for edge in _BAND_EDGES)


# --- When it calls --------------------------------------------------------------------------------------


def openings(
    campaign: Campaign, *, since: datetime, until: date, calendar: WorkCalendar
) -> Iterator[Opening]:
    """Give the stretches in which a campaign may call, from a moment to the end of a day, in order.

    The campaign's last day is the asker's to heed; nothing is open before its first.

    Raises:
        CalendarError: the calendar does not cover the days.
    """
    day = max(local_day(since), campaign.first_day)
    while day <= until:
        if campaign.on_holidays or day_kind(day, calendar=calendar) is not DayKind.HOLIDAY:
            for opens, closes in campaign.windows[day.weekday()]:
                end = datetime.combine(day, closes, KST)
                if end > since:
                    yield max(since, datetime.combine(day, opens, KST)), end
        day += timedelta(days=1)


def is_open(campaign: Campaign, at: datetime, *, calendar: WorkCalendar) -> bool:
    """Say whether the campaign may call at a moment, whatever its state is.

    Raises:
        CalendarError: the calendar does not cover the day.
    """
    day = min(local_day(at), campaign.last_day)
    first = next(openings(campaign, since=at, until=day, calendar=calendar), None)
    return first is not None and first[0] <= at


def next_calling(
    campaign: Campaign,
    after: datetime,
    *,
    calendar: WorkCalendar,
    avoid_band: int | None = None,
) -> datetime | None:
    """Find the first moment from one on at which the campaign calls; `None` if it does no more.

    Args:
        campaign: Whose windows.
        after: From here on.
        calendar: Which days are holidays.
        avoid_band: Not in this part of the day.

    Raises:
        CalendarError: the calendar does not cover the days.
    """
    for begin, end in openings(campaign, since=after, until=campaign.last_day, calendar=calendar):
        for at in (begin, *_band_edges(begin, end)):
            if band_of(at) != avoid_band:
                return at
    return None


def open_hours(
    campaign: Campaign, *, since: datetime, until: datetime, calendar: WorkCalendar
) -> float:
    """Add up the hours in which the campaign could call between two moments.

    Raises:
        CalendarError: the calendar does not cover the days.
    """
    last = min(local_day(until), campaign.last_day)
    stretches = openings(campaign, since=since, until=last, calendar=calendar)
    spent = sum(
        (max(timedelta(), min(end, until) - begin) for begin, end in stretches), timedelta()
    )
    return spent / timedelta(hours=1)


def _band_edges(begin: datetime, end: datetime) -> Iterator[datetime]:
    for edge in _BAND_EDGES:
        at = datetime.combine(local_day(begin), edge, KST)
        if begin < at < end:
            yield at


# --- What may be told to it -----------------------------------------------------------------------------

PLANNERS: Final = SUPERVISORS | {Role.PLANNER}
"""Who makes campaigns and tells them what to do."""
DIALLERS: Final = SUPERVISORS | {Role.AGENT}


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignRule:
    """One row of the table of commands."""

    command: str
    ko: str
    states: frozenset[CampaignState]
    leads_to: CampaignState


_S = CampaignState
CAMPAIGN_RULES: Final[tuple[CampaignRule, ...]] = (
    CampaignRule(
        command="start",
        ko="시작",
        states=frozenset({_S.DRAFT, _S.PAUSED}),
        leads_to=_S.RUNNING,
    ),
    CampaignRule(
        command="pause", ko="일시중지", states=frozenset({_S.RUNNING}), leads_to=_S.PAUSED
    ),
    CampaignRule(
        command="finish",
        ko="종료",
        states=frozenset({_S.RUNNING, _S.PAUSED}),
        leads_to=_S.FINISHED,
    ),
    CampaignRule(command="amend", ko="수정", states=frozenset({_S.DRAFT}), leads_to=_S.DRAFT),
    CampaignRule(command="abandon", ko="폐기", states=frozenset({_S.DRAFT}), leads_to=_S.FINISHED),
)
"""Every command there is: draft, then running and paused in turn, then finished for ever; a draft that
nobody wants any more is given up without having run.
"""

CAMPAIGN_COMMANDS: Final[dict[str, CampaignRule]] = {rule.command: rule for rule in CAMPAIGN_RULES}


def campaign_refusal(rule: CampaignRule, campaign: Campaign, *, actor: Actor) -> Refusal | None:
    """Say why this actor may not give this command to this campaign; `None` if it may."""
    if not actor.has(PLANNERS):
        return Refusal(
            code="role",
            ko=f"'{rule.ko}' 권한이 없습니다.",
            en=f"{rule.command} is for {', '.join(sorted(PLANNERS))}",
        )
    if campaign.state in rule.states:
        return None
    allowed = [state for state in CampaignState if state in rule.states]
    return Refusal(
        code="wrong-state",
        ko=f"'{CAMPAIGN_STATE_NAMES_KO[campaign.state]}' 상태에서는 '{rule.ko}'을(를) 할 수 없습니다. "
        f"가능한 상태: {', '.join(CAMPAIGN_STATE_NAMES_KO[state] for state in allowed)}.",
        en=f"{rule.command} needs one of {', '.join(allowed)}; the campaign is {campaign.state}",
    )


def campaign_permitted(campaign: Campaign, *, actor: Actor) -> tuple[CampaignRule, ...]:
    """Return the commands this actor may give to this campaign now."""
    return tuple(
        rule for rule in CAMPAIGN_RULES if campaign_refusal(rule, campaign, actor=actor) is None
    )


# --- What can be asked of it ------------------------------------------------------------------------------


def _check_days(campaign: Campaign) -> None:
    if campaign.last_day < campaign.first_day:
        raise InputError(
            f"expected {campaign.first_day} or later, got {campaign.last_day}", key="last_day"
        )
    if campaign.last_day - campaign.first_day > LONGEST_CAMPAIGN:
        raise InputError("expected a last day within two years of the first", key="last_day")
    if not 0 <= campaign.keep_days <= LONGEST_KEPT:
        raise InputError(
            f"expected 0 to {LONGEST_KEPT:,} days, got {campaign.keep_days:,}", key="keep_days"
        )


def _check_windows(campaign: Campaign) -> None:
    if len(campaign.windows) != len(WEEKDAYS):
        raise InputError("expected the windows of seven weekdays", key="windows")
    for name, windows in zip(WEEKDAYS, campaign.windows, strict=True):
        edges = [edge for window in windows for edge in window]
        rising = all(one < other for one, other in zip(edges[::2], edges[1::2], strict=True))
        if not rising or edges != sorted(edges):
            raise InputError(
                "expected windows such as 09:30-11:30 that follow one another and end on their day",
                key=f"windows.{name}",
            )
    if not any(campaign.windows):
        raise InputError("expected at least one window on some weekday", key="windows")


def _check_attempts(campaign: Campaign) -> None:
    if not 1 <= campaign.attempts <= MOST_ATTEMPTS:
        raise InputError(f"expected 1 to {MOST_ATTEMPTS}, got {campaign.attempts}", key="attempts")
    for disposition, wait in campaign.waits.items():
        key = f"waits.{disposition.name.lower()}"
        if disposition not in AGAIN:
            known = ", ".join(one.name.lower() for one in AGAIN)
            raise InputError(f"nobody is dialled again after it; expected {known}", key=key)
        if not timedelta() <= wait <= LONGEST_WAIT:
            raise InputError(f"expected a wait of 0 to {LONGEST_WAIT.days} days", key=key)


def _check_quotas(campaign: Campaign) -> None:
    _check_quota(campaign.quota, key="quota")
    codes = [cell.code for cell in campaign.cells]
    for place, cell in enumerate(campaign.cells):
        if not cell.code or codes.index(cell.code) < place:
            raise InputError("expected a code that no other cell has", key=f"cells.{place}.code")
        _check_quota(cell.quota, key=f"cells.{place}.quota")
    known = [cell.quota for cell in campaign.cells if cell.quota is not None]
    if campaign.quota is None or not campaign.cells:
        return
    if sum(known) > campaign.quota:
        raise InputError(
            f"expected at least {sum(known):,}, the sum of the cells, got {campaign.quota:,}",
            key="quota",
        )
    if len(known) == len(campaign.cells) and sum(known) < campaign.quota:
        raise InputError(
            f"expected {sum(known):,}, which is all that the cells allow, got {campaign.quota:,}",
            key="quota",
        )


def _check_quota(quota: int | None, *, key: str) -> None:
    if quota is not None and not 1 <= quota <= MOST_LEADS:
        raise InputError(f"expected 1 to {MOST_LEADS:,}, got {quota:,}", key=key)
