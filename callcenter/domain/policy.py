"""What the civil-petition law leaves open, and how this city has settled it until somebody knows better."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class DayEnd(StrEnum):
    """When the last day of a period counted in days is over."""

    MIDNIGHT = "midnight"
    CLOSING = "closing"
    """When the office closes."""


class HourPause(StrEnum):
    """What a pause takes from a period counted in working hours."""

    WHOLE_DAYS = "whole_days"
    ITS_OWN_TIME = "its_own_time"


class ExtensionScale(StrEnum):
    """How an extension is counted whose unit or length is not that of the period."""

    AS_THE_PERIOD = "as_the_period"
    BY_ITSELF = "by_itself"
    """Like a period of its own: three days more are 24 working hours, also after fourteen days."""


class StopsAt(StrEnum):
    """What ends the statutory period."""

    NOTICE = "notice"
    """The result reaches the petitioner."""
    DECISION = "decision"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the law leaves open and a city must settle; every default is assumed, `ASSUMED` says why."""

    day_end: DayEnd = DayEnd.MIDNIGHT
    hour_pause: HourPause = HourPause.WHOLE_DAYS
    extension_scale: ExtensionScale = ExtensionScale.AS_THE_PERIOD
    stops_at: StopsAt = StopsAt.NOTICE
    field_minutes: int = 8 * 60
    """Working minutes within which the immediate-resolution team shall have been there."""


DEFAULT_POLICY: Final = Policy()
ASSUMED: Final[dict[str, str]] = {
    "day_end": "민법 §159: a period of days ends with its last day, hence 24:00; offices close at 18:00",
    "hour_pause": (
        "행정절차법 시행령 §11(1) excludes the day of sending and the day of receipt and makes no "
        "exception for periods in hours"
    ),
    "extension_scale": "시행령 §21 says nothing of units; an extension is taken as more of the same",
    "stops_at": "법 §27 owes the petitioner a notice; whether the decision already ends it is open",
    "field_minutes": "no law sets it; one working day for a team that goes out daily",
}
