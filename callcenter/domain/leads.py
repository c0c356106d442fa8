"""Leads: citizens to be called in one campaign, and what has become of each. Exactly one state each.

A lead's state follows from its attempts, which are never changed. What else ends it is not about the lead
itself: its number is not to be called, its cell is full, its campaign is over.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from callcenter.domain.campaigns import AGAIN, USUAL_WAITS, Campaign, band_of, next_calling
from callcenter.domain.outbound import Disposition
from callcenter.domain.worktime import WorkCalendar


class LeadState(StrEnum):
    """What has become of a lead."""

    WAITING = "waiting"
    CALL_BACK = "call_back"
    """Waits for the moment it asked for."""
    IN_HAND = "in_hand"
    """An agent has it, for a while."""
    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    REFUSED = "refused"
    WRONG_NUMBER = "wrong_number"
    EXHAUSTED = "exhausted"
    """Dialled as often as the campaign allows."""
    DO_NOT_CALL = "do_not_call"
    QUOTA_FULL = "quota_full"
    EXPIRED = "expired"
    """The campaign ended, or will, before it could be dialled again."""


LEAD_STATE_NAMES_KO: Final[dict[LeadState, str]] = {
    LeadState.WAITING: "대기",
    LeadState.CALL_BACK: "재통화 예정",
    LeadState.IN_HAND: "상담사 배정",
    LeadState.SUCCEEDED: "성공",
    LeadState.PARTIAL: "일부 응답",
    LeadState.REFUSED: "거절",
    LeadState.WRONG_NUMBER: "결번·오번호",
    LeadState.EXHAUSTED: "시도 횟수 초과",
    LeadState.DO_NOT_CALL: "수신 거부",
    LeadState.QUOTA_FULL: "할당 완료",
    LeadState.EXPIRED: "기간 만료",
}
DUE: Final = (LeadState.CALL_BACK, LeadState.WAITING)
"""States in which a lead may be taken, the more pressing first."""
LEFT: Final = (*DUE, LeadState.IN_HAND)
"""States of leads that something may still come of."""

_ENDS: Final = {
    Disposition.SUCCESS: LeadState.SUCCEEDED,
    Disposition.PARTIAL: LeadState.PARTIAL,
    Disposition.REFUSAL: LeadState.REFUSED,
    Disposition.WRONG_NUMBER: LeadState.WRONG_NUMBER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt to reach a lead."""

    agent: str
    begun_at: datetime
    ended_at: datetime
    disposition: Disposition
    call_back_at: datetime | None = None
    """When the citizen wants to be called, if that was said."""
    source: str | None = None
    call: str | None = None
    """Where telephony tells of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a lead stands by its attempts."""

    state: LeadState
    due_at: datetime
    """From when on it may be dialled, if it may be."""
    attempts: int = 0
    last: Disposition | None = None
    avoid_band: int | None = None
    """Not to be dialled in this part of the day."""


def fresh(campaign: Campaign, *, at: datetime, calendar: WorkCalendar) -> Standing:
    """Return how a lead stands that comes to a campaign at a moment."""
    due = next_calling(campaign, at, calendar=calendar)
    if due is None:
        return Standing(state=LeadState.EXPIRED, due_at=at)
    return Standing(state=LeadState.WAITING, due_at=due)


def apply(
    standing: Standing, attempt: Attempt, *, campaign: Campaign, calendar: WorkCalendar
) -> Standing:
    """Return how a lead stands after one more attempt.

    Raises:
        CalendarError: the calendar does not cover the campaign's days.
    """
    found, attempts = attempt.disposition, standing.attempts + 1
    if found not in AGAIN:
        return _ended(_ENDS[found], attempt, attempts)
    if attempts >= campaign.attempts:
        return _ended(LeadState.EXHAUSTED, attempt, attempts)
    asked = found is Disposition.CALL_LATER
    avoid = None
    if campaign.change_hour and not asked and len(campaign.bands) > 1:
        avoid = band_of(attempt.begun_at)
    earliest = attempt.ended_at + campaign.waits.get(found, USUAL_WAITS[found])
    if asked and attempt.call_back_at is not None:
        earliest = max(attempt.call_back_at, attempt.ended_at)
    due = next_calling(campaign, earliest, calendar=calendar, avoid_band=avoid)
    if due is None:
        return _ended(LeadState.EXPIRED, attempt, attempts)
    return Standing(
        state=LeadState.CALL_BACK if asked else LeadState.WAITING,
        due_at=due,
        attempts=attempts,
        last=found,
        avoid_band=avoid,
    )


def replay(
    standing: Standing, attempts: Iterable[Attempt], *, campaign: Campaign, calendar: WorkCalendar
) -> Standing:
    """Return how a lead stands after all its attempts, beginning with how it came."""
    for attempt in attempts:
        standing = apply(standing, attempt, campaign=campaign, calendar=calendar)
    return standing


def resting(last: Disposition | None) -> LeadState:
    """Return the state a lead goes back to when its agent lets go of it."""
    return LeadState.CALL_BACK if last is Disposition.CALL_LATER else LeadState.WAITING


def _ended(state: LeadState, attempt: Attempt, attempts: int) -> Standing:
    return Standing(
        state=state, due_at=attempt.ended_at, attempts=attempts, last=attempt.disposition
    )
