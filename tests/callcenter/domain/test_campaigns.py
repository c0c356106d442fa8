"""Campaigns: when they call, what may be told to them, and what cannot be asked of them."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from callcenter.domain.access import Actor, Role
from callcenter.domain.campaigns import (
    CAMPAIGN_COMMANDS,
    CAMPAIGN_RULES,
    CampaignState,
    QuotaCell,
    band_of,
    campaign_refusal,
    is_open,
    next_calling,
    open_hours,
    openings,
)
from callcenter.domain.outbound import Disposition
from callcenter.domain.worktime import KST
from callcenter.errors import InputError
from tests.calendars import a_calendar, kst, local
from tests.campaigns import WEEKDAYS, a_campaign

PLANNER = Actor(login="p", roles=frozenset({Role.PLANNER}))
CHRISTMAS = date(2026, 12, 25)
CALENDAR = a_calendar(holidays={CHRISTMAS: "기독탄신일"})
MOMENTS = st.integers(0, 70 * 24 * 60).map(lambda m: kst("2026-10-28 00:00") + timedelta(minutes=m))


@pytest.mark.parametrize(
    ("at", "open_"),
    [
        ("2026-11-20 09:29", False),
        ("2026-11-20 09:30", True),
        ("2026-11-20 11:30", False),
        ("2026-11-20 17:59", True),
        ("2026-11-21 10:00", False),
        ("2026-12-25 10:00", False),
        ("2026-10-30 10:00", False),
        ("2027-01-04 10:00", False),
    ],
)
def test_it_calls_in_its_windows_on_its_days_alone(at: str, open_: bool) -> None:  # noqa: FBT001
    assert is_open(a_campaign(), kst(at), calendar=CALENDAR) is open_


def test_a_campaign_that_says_so_calls_on_holidays() -> None:
    assert is_open(a_campaign(on_holidays=True), kst("2026-12-25 10:00"), calendar=CALENDAR)


@pytest.mark.parametrize(
    ("after", "avoid", "found"),
    [
        ("2026-11-20 10:00", None, "2026-11-20 10:00"),
        ("2026-11-20 12:00", None, "2026-11-20 14:00"),
        ("2026-11-20 10:00", 0, "2026-11-20 14:00"),
        ("2026-11-20 15:00", 1, "2026-11-20 17:00"),
        ("2026-11-20 17:30", 2, "2026-11-23 09:30"),
        ("2026-12-24 18:00", None, "2026-12-28 09:30"),
    ],
)
def test_the_next_attempt_is_in_a_window_and_in_another_part_of_the_day(
    after: str, avoid: int | None, found: str
) -> None:
    at = next_calling(a_campaign(), kst(after), calendar=CALENDAR, avoid_band=avoid)
    assert at is not None
    assert local(at) == found


def test_nothing_follows_the_last_window() -> None:
    assert next_calling(a_campaign(), kst("2026-12-31 18:00"), calendar=CALENDAR) is None


@given(at=MOMENTS, avoid=st.sampled_from([None, 0, 1, 2]))
def test_whatever_is_next_is_open_later_and_not_avoided(at: Any, avoid: int | None) -> None:
    campaign = a_campaign()
    found = next_calling(campaign, at, calendar=CALENDAR, avoid_band=avoid)
    if found is not None:
        assert found >= at
        assert is_open(campaign, found, calendar=CALENDAR)
        assert band_of(found) != avoid


@given(at=MOMENTS, hours=st.integers(0, 24 * 60))
def test_hours_are_those_in_which_it_is_open(at: Any, hours: int) -> None:
    campaign, until = a_campaign(), at + timedelta(hours=hours)
    quarter = timedelta(minutes=15)
    whole = at.replace(minute=at.minute // 15 * 15)
    steps = range(int((until - whole) / quarter))
    opened = sum(is_open(campaign, whole + n * quarter, calendar=CALENDAR) for n in steps)
    counted = open_hours(campaign, since=at, until=until, calendar=CALENDAR)
    assert abs(counted - opened / 4) <= 0.5


def test_openings_of_a_day_are_cut_where_it_is_asked() -> None:
    begin = kst("2026-11-20 10:00")
    found = list(openings(a_campaign(), since=begin, until=begin.date(), calendar=CALENDAR))
    assert [(local(one), local(other)) for one, other in found] == [
        ("2026-11-20 10:00", "2026-11-20 11:30"),
        ("2026-11-20 14:00", "2026-11-20 18:00"),
    ]
    assert all(one.tzinfo is not None and one.utcoffset() == KST.utcoffset(one) for one, _ in found)


def test_parts_of_the_day_are_those_its_windows_touch() -> None:
    morning_only = tuple(day[:1] for day in WEEKDAYS)
    assert a_campaign().bands == {0, 1, 2}
    assert a_campaign(windows=morning_only).bands == {0}


def test_a_draft_runs_pauses_runs_and_finishes_for_ever() -> None:
    ways = {
        (state, rule.command): rule.leads_to
        for state in CampaignState
        for rule in CAMPAIGN_RULES
        if campaign_refusal(rule, a_campaign(state=state), actor=PLANNER) is None
    }
    assert ways == {
        (CampaignState.DRAFT, "start"): CampaignState.RUNNING,
        (CampaignState.DRAFT, "amend"): CampaignState.DRAFT,
        (CampaignState.DRAFT, "abandon"): CampaignState.FINISHED,
        (CampaignState.RUNNING, "pause"): CampaignState.PAUSED,
        (CampaignState.RUNNING, "finish"): CampaignState.FINISHED,
        (CampaignState.PAUSED, "start"): CampaignState.RUNNING,
        (CampaignState.PAUSED, "finish"): CampaignState.FINISHED,
    }


def test_a_refusal_says_why_in_both_languages() -> None:
    said = campaign_refusal(
        CAMPAIGN_COMMANDS["pause"], a_campaign(state=CampaignState.DRAFT), actor=PLANNER
    )
    assert said is not None
    assert said.code == "wrong-state"
    assert "초안" in said.ko
    assert "draft" in said.en


def test_an_agent_commands_no_campaign() -> None:
    agent = Actor(login="a", roles=frozenset({Role.AGENT}))
    said = campaign_refusal(CAMPAIGN_COMMANDS["pause"], a_campaign(), actor=agent)
    assert said is not None
    assert said.code == "role"


TEN, TWENTY = QuotaCell(code="30s", ko="30대", quota=10), QuotaCell(code="40s", ko="40대", quota=20)


@pytest.mark.parametrize(
    ("said", "key", "expected"),
    [
        ({"quota": 0}, "quota", "expected 1 to"),
        ({"quota": 29, "cells": (TEN, TWENTY)}, "quota", "at least 30"),
        ({"quota": 31, "cells": (TEN, TWENTY)}, "quota", "all that the cells allow"),
        ({"cells": (TEN, TEN)}, "cells.1.code", "no other cell"),
        ({"cells": (QuotaCell(code="x", ko="x", quota=-1),)}, "cells.0.quota", "expected 1 to"),
        ({"attempts": 0}, "attempts", "expected 1 to 50"),
        ({"last_day": date(2026, 11, 1)}, "last_day", "2026-11-02 or later"),
        ({"last_day": date(2029, 11, 1)}, "last_day", "two years"),
        ({"windows": ((),) * 7}, "windows", "at least one window"),
        ({"windows": ((),)}, "windows", "seven weekdays"),
        ({"windows": (((time(12), time(9)),), *WEEKDAYS[1:])}, "windows.mon", "such as 09:30"),
        ({"waits": {Disposition.SUCCESS: timedelta()}}, "waits.success", "expected no_answer"),
        ({"waits": {Disposition.BUSY: timedelta(-1)}}, "waits.busy", "0 to 90 days"),
    ],
)
def test_what_cannot_be_is_refused_with_its_key_and_what_was_expected(
    said: dict[str, Any], key: str, expected: str
) -> None:
    with pytest.raises(InputError) as refused:
        a_campaign(**said)
    assert refused.value.key == key
    assert expected in refused.value.why


def test_what_is_wanted_follows_from_the_cells_where_it_is_not_said() -> None:
    open_cell = QuotaCell(code="50s", ko="50대")
    assert a_campaign(cells=(TEN, TWENTY)).wanted == 30
    assert a_campaign(cells=(TEN, open_cell)).wanted is None
    assert a_campaign(cells=(TEN, open_cell), quota=50).wanted == 50
    assert a_campaign().wanted is None
    assert a_campaign(cells=(TEN,)).quota_of("30s") == 10


def test_a_campaign_without_cells_knows_the_one_without_a_name() -> None:
    assert a_campaign().knows_cell("")
    assert not a_campaign(cells=(TEN,)).knows_cell("")
    assert a_campaign(cells=(TEN,)).knows_cell("30s")
