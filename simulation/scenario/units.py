"""How a person writes a quantity: numbers, durations, times of day, shares, weekdays, hours.

A duration always carries its unit (`121s`, `2m`, `1h30m`, `3d`): a bare number is refused, because
nobody can see whether it meant seconds or minutes.
"""

import math
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, PlainSerializer

from callcenter.clock import DAY, HOUR, MINUTE, NEVER, SECOND, Tick

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_UNITS: Final[dict[str, Tick]] = {
    "us": 1,
    "ms": 1_000,
    "s": SECOND,
    "m": MINUTE,
    "min": MINUTE,
    "h": HOUR,
    "d": DAY,
}
_PART: Final = re.compile(r"(\d+(?:\.\d+)?|\.\d+)\s*(us|ms|s|min|m|h|d)(?![a-z])\s*")
_CLOCK: Final = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)(?::([0-5]\d))?$")
_LONGEST: Final[Tick] = 3660 * DAY
_WHOLE: Final = re.compile(r"[-+]?\d{1,30}$")
_READABLE: Final = 60
_PAIR: Final = 2


def parse_number(value: Any) -> float:
    """Take a number, also one written as a key or in an override; true and false are none."""
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        message = f"expected a number, got {shown(value)}"
        raise ValueError(message)
    return number


def parse_whole(value: Any) -> int:
    """Take a whole number; `2.0` is one, `2.5` and true are none."""
    whole = value if isinstance(value, int) and not isinstance(value, bool) else None
    if (isinstance(value, float) and value.is_integer()) or (
        isinstance(value, str) and _WHOLE.match(value)
    ):
        whole = int(value)
    if whole is None:
        message = f"expected a whole number, got {shown(value)}"
        raise ValueError(message)
    return whole


def shown(value: Any) -> str:
    """Show what was written, cut where it is too long to read."""
    if value is None:
        return "nothing"
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= _READABLE else f"{text[:_READABLE]} ..."


def distinct(parse: Callable[[Any], Any]) -> BeforeValidator:
    """Refuse a table two of whose keys mean the same, such as `8:00` and `08:00`."""

    def check(value: Any) -> Any:
        seen: dict[Any, str] = {}
        for key in value if isinstance(value, dict) else ():
            try:
                meaning = parse(key)
            except ValueError:
                continue
            if meaning in seen:
                message = f"expected every key once, got {seen[meaning]!r} and {key!r}"
                raise ValueError(message)
            seen[meaning] = key
        return value

    return BeforeValidator(check)


def _each_weekday_once(value: Any) -> Any:
    """Refuse a table of weekdays in which one day has two entries."""
    seen: dict[int, str] = {}
    for key in value if isinstance(value, dict) else ():
        try:
            days = parse_weekdays(key)
        except ValueError:
            continue
        for day in days:
            if day in seen:
                message = (
                    f"expected every weekday once, got {WEEKDAYS[day]} "
                    f"in {seen[day]!r} and in {key!r}"
                )
                raise ValueError(message)
            seen[day] = key
    return value


def parse_duration(value: Any) -> Tick:
    """Turn `90s`, `1h 30m` or `never` into ticks; anything without a unit is a `ValueError`."""
    if not isinstance(value, str):
        message = f"expected a duration with its unit, such as 90s, 2m or 1h30m, got {shown(value)}"
        raise ValueError(message)  # noqa: TRY004
    text = value.strip().lower()
    if text.startswith("-"):
        message = f"expected a duration of 0s or more, got {shown(value)}"
        raise ValueError(message)
    if text == "never":
        return NEVER
    if text == "0":
        return 0
    total, position = 0.0, 0
    while position < len(text):
        part = _PART.match(text, position)
        if part is None:
            message = f"expected a duration such as 90s, 2m, 1h30m or 3d, got {shown(value)}"
            raise ValueError(message)
        total += float(part[1]) * _UNITS[part[2]]
        position = part.end()
    if position == 0:
        message = "expected a duration such as 90s, got an empty text"
        raise ValueError(message)
    if total > _LONGEST:
        message = f"expected at most ten years, got {shown(value)}"
        raise ValueError(message)
    return round(total)


def format_duration(ticks: Tick) -> str:
    """Write ticks the way a person would: the inverse of `parse_duration`."""
    if ticks >= NEVER:
        return "never"
    parts, rest = [], ticks
    for unit in ("d", "h", "m", "s", "ms", "us"):
        count, rest = divmod(rest, _UNITS[unit])
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


def parse_clock_time(value: Any) -> Tick:
    """Turn `08:30` (or `24:00`) into ticks after midnight."""
    match = _CLOCK.match(value.strip()) if isinstance(value, str) else None
    if match is None:
        message = f"expected a time of day such as 08:30, got {shown(value)}"
        raise ValueError(message)
    ticks = int(match[1]) * HOUR + int(match[2]) * MINUTE + int(match[3] or 0) * SECOND
    if ticks > DAY:
        message = f"expected at most 24:00, got {shown(value)}"
        raise ValueError(message)
    return ticks


def format_clock_time(ticks: Tick) -> str:
    """Write ticks after midnight as `08:30`."""
    hours, rest = divmod(ticks, HOUR)
    minutes, seconds = rest // MINUTE, rest % MINUTE // SECOND
    return f"{hours:02d}:{minutes:02d}" + (f":{seconds:02d}" if seconds else "")


def parse_share(value: Any) -> float:
    """Turn `80%` or `0.8` into 0.8; must lie in 0..1."""
    text, percent = (value.strip()[:-1], 100) if _is_percent(value) else (value, 1)
    try:
        number = parse_number(text) / percent
    except ValueError:
        number = math.nan
    if not 0 <= number <= 1:
        message = f"expected a share between 0% and 100% (or 0 and 1), got {shown(value)}"
        raise ValueError(message)
    return number


def _is_percent(value: Any) -> bool:
    return isinstance(value, str) and value.strip().endswith("%")


def parse_weekdays(value: Any) -> tuple[int, ...]:
    """Turn `mon-fri`, `sat`, `mon, wed, fri` or `every-day` into weekday numbers, Monday 0."""
    if not isinstance(value, str):
        message = f"expected weekdays such as mon-fri or sat, got {shown(value)}"
        raise ValueError(message)  # noqa: TRY004
    days: set[int] = set()
    for part in value.lower().replace(" ", "").split(","):
        first, dash, last = part.partition("-")
        if part in {"every-day", "daily"}:
            days.update(range(7))
        elif first in WEEKDAYS and (last in WEEKDAYS if dash else True):
            begin, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
            days.update((begin + step) % 7 for step in range((end - begin) % 7 + 1))
        else:
            message = f"expected weekdays such as mon-fri, sat or every-day, got {shown(value)}"
            raise ValueError(message)
    return tuple(sorted(days))


def format_weekdays(days: tuple[int, ...]) -> str:
    """Write weekday numbers as `mon-fri`, `every-day` or `mon, wed`."""
    if len(days) == len(WEEKDAYS):
        return "every-day"
    if len(days) > _PAIR and days[-1] - days[0] == len(days) - 1:
        return f"{WEEKDAYS[days[0]]}-{WEEKDAYS[days[-1]]}"
    return ", ".join(WEEKDAYS[day] for day in days)


def parse_hours(value: Any) -> tuple[tuple[Tick, Tick], ...]:
    """Turn `08:00-19:00`, `09:00-12:00, 13:00-18:00`, `24h` or `closed` into periods of a day."""
    if not isinstance(value, str):
        message = f"expected hours such as 08:00-19:00, 24h or closed, got {shown(value)}"
        raise ValueError(message)  # noqa: TRY004
    text = value.strip().lower()
    if text == "closed":
        return ()
    if text == "24h":
        return ((0, DAY),)
    periods = []
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if not dash:
            message = f"expected hours such as 08:00-19:00, 24h or closed, got {shown(value)}"
            raise ValueError(message)
        period = parse_clock_time(first), parse_clock_time(last)
        if period[0] >= period[1]:
            message = f"expected hours that end after they start, got {shown(value)}"
            raise ValueError(message)
        periods.append(period)
    periods.sort()
    if any(before[1] > after[0] for before, after in pairwise(periods)):
        message = f"expected hours that do not overlap, got {shown(value)}"
        raise ValueError(message)
    return tuple(periods)


def format_hours(periods: tuple[tuple[Tick, Tick], ...]) -> str:
    """Write periods of a day as `08:00-19:00`."""
    if not periods:
        return "closed"
    return ", ".join(f"{format_clock_time(a)}-{format_clock_time(b)}" for a, b in periods)


Number = Annotated[float, BeforeValidator(parse_number)]
Whole = Annotated[int, BeforeValidator(parse_whole)]
Duration = Annotated[Tick, BeforeValidator(parse_duration), PlainSerializer(format_duration)]
ClockTime = Annotated[Tick, BeforeValidator(parse_clock_time), PlainSerializer(format_clock_time)]
Share = Annotated[float, BeforeValidator(parse_share)]
Weekdays = Annotated[
    tuple[int, ...],
    BeforeValidator(parse_weekdays),
    PlainSerializer(format_weekdays),
]
Hours = Annotated[
    tuple[tuple[Tick, Tick], ...],
    BeforeValidator(parse_hours),
    PlainSerializer(format_hours),
]
WeekdayHours = Annotated[dict[Weekdays, Hours], BeforeValidator(_each_weekday_once)]
