"""Leads: one state each, which follows from the attempts."""

from datetime import timedelta

from hypothesis import given, strategies as st

from callcenter.domain.campaigns import AGAIN, band_of, is_open
from callcenter.domain.leads import Attempt, LeadState, apply, fresh, replay, resting
from callcenter.domain.outbound import Disposition
from tests.calendars import a_calendar, kst, local
from tests.campaigns import a_campaign

CALENDAR = a_calendar()
TEN = kst("2026-11-20 10:00")
CAMPAIGN = a_campaign(attempts=3)


def an_attempt(found: Disposition, **said: object) -> Attempt:
    usual = {"agent": "a", "begun_at": TEN, "ended_at": TEN + timedelta(minutes=2)}
    return Attempt(disposition=found, **(usual | said))  # type: ignore[arg-type]


def test_a_lead_that_comes_at_night_waits_for_the_morning() -> None:
    found = fresh(CAMPAIGN, at=kst("2026-11-20 22:00"), calendar=CALENDAR)
    assert found.state is LeadState.WAITING
    assert local(found.due_at) == "2026-11-23 09:30"


def test_a_lead_that_comes_after_the_last_day_is_never_called() -> None:
    found = fresh(CAMPAIGN, at=kst("2027-02-01 10:00"), calendar=CALENDAR)
    assert found.state is LeadState.EXPIRED


def test_who_did_not_answer_in_the_morning_is_called_in_the_afternoon() -> None:
    found = replay(
        fresh(CAMPAIGN, at=TEN, calendar=CALENDAR),
        [an_attempt(Disposition.NO_ANSWER)],
        campaign=CAMPAIGN,
        calendar=CALENDAR,
    )
    assert (found.state, found.attempts, found.avoid_band) == (LeadState.WAITING, 1, 0)
    assert local(found.due_at) == "2026-11-20 14:00"


def test_who_asked_to_be_called_is_called_then_whatever_the_hour_was_before() -> None:
    asked = an_attempt(Disposition.CALL_LATER, call_back_at=kst("2026-11-23 10:15"))
    found = apply(
        fresh(CAMPAIGN, at=TEN, calendar=CALENDAR), asked, campaign=CAMPAIGN, calendar=CALENDAR
    )
    assert (found.state, found.avoid_band) == (LeadState.CALL_BACK, None)
    assert local(found.due_at) == "2026-11-23 10:15"
    assert resting(found.last) is LeadState.CALL_BACK


def test_who_asked_for_a_night_is_called_when_the_campaign_calls() -> None:
    asked = an_attempt(Disposition.CALL_LATER, call_back_at=kst("2026-11-21 22:00"))
    found = apply(
        fresh(CAMPAIGN, at=TEN, calendar=CALENDAR), asked, campaign=CAMPAIGN, calendar=CALENDAR
    )
    assert local(found.due_at) == "2026-11-23 09:30"


def test_what_cannot_be_dialled_again_in_time_has_expired() -> None:
    campaign = a_campaign(last_day=TEN.date(), change_hour=False)
    late = an_attempt(Disposition.NO_ANSWER, ended_at=kst("2026-11-20 17:00"))
    found = apply(
        fresh(campaign, at=TEN, calendar=CALENDAR), late, campaign=campaign, calendar=CALENDAR
    )
    assert found.state is LeadState.EXPIRED


@given(outcomes=st.lists(st.sampled_from(Disposition), min_size=1, max_size=12))
def test_every_history_of_attempts_ends_in_one_state_and_within_the_limit(
    outcomes: list[Disposition],
) -> None:
    standing, at = fresh(CAMPAIGN, at=TEN, calendar=CALENDAR), TEN
    for found in outcomes:
        if standing.state not in {LeadState.WAITING, LeadState.CALL_BACK}:
            break
        at = standing.due_at
        assert is_open(CAMPAIGN, at, calendar=CALENDAR)
        assert band_of(at) != standing.avoid_band
        attempt = an_attempt(found, begun_at=at, ended_at=at + timedelta(minutes=1))
        standing = apply(standing, attempt, campaign=CAMPAIGN, calendar=CALENDAR)
    assert standing.attempts <= CAMPAIGN.attempts
    if standing.last not in AGAIN:
        assert standing.state in {
            LeadState.SUCCEEDED,
            LeadState.PARTIAL,
            LeadState.REFUSED,
            LeadState.WRONG_NUMBER,
        }
    elif standing.attempts == CAMPAIGN.attempts:
        assert standing.state is LeadState.EXHAUSTED
