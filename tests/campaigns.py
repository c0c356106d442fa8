"""Campaigns for tests: one that calls on weekdays, and whatever of it is to be otherwise."""

from datetime import date, time
from typing import Any, Final

from callcenter.domain.campaigns import Campaign, CampaignState

MORNING: Final = (time(9, 30), time(11, 30))
AFTERNOON: Final = (time(14), time(18))
WEEKDAYS: Final = ((MORNING, AFTERNOON),) * 5 + ((), ())


def a_campaign(**said: Any) -> Campaign:
    """Make a campaign of November 2026, which runs."""
    usual: dict[str, Any] = {
        "code": "water",
        "name_ko": "수도요금 안내",
        "name_en": "Water bills",
        "field": "수도요금",
        "first_day": date(2026, 11, 2),
        "last_day": date(2026, 12, 31),
        "windows": WEEKDAYS,
        "state": CampaignState.RUNNING,
    }
    return Campaign(**(usual | said))
