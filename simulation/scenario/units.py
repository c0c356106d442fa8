"""How a person writes a quantity: durations, times of day, shares, weekdays, hours.

A duration always carries its unit (`121s`, `2m`, `1h30m`, `3d`): a bare number is refused, because
nobody can see whether it meant seconds or minutes.
"""

import re
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


def parse_duration(value: Any) -> Tick:
    """Turn `90s`, `1h 30m` or `never` into ticks; anything without a unit is a `ValueError`."""
    if not isinstance(value, str):
        message = f"expected a duration with its unit, such as 90s, 2m or 1h30m, got {value!r}"
        raise ValueError(message)  # noqa: TRY004
    text = value.strip().lower()
    if text == "never":
        return NEVER
    if text == "0":
        return 0
    total, position = 0.0, 0
    while position < len(text):
        part = _PART.match(text, position)
        if part is None:
            message = f"expected a duration such as 90s, 2m, 1h30m or 3d, got {value!r}"
            raise ValueError(message)
        total += float(part[1]) * _UNITS[part[2]]
        position = part.end()
    if position == 0:
        message = "expected a duration such as 90s, got nothing"
        raise ValueError(message)
    if total > _LONGEST:
        message = f"expected at most ten years, got {value!r}"
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
        message = f'expected a time of day in quotes such as "08:30", got {value!r}'
        raise ValueError(message)
    ticks = int(match[1]) * HOUR + int(match[2]) * MINUTE + int(match[3] or 0) * SECOND
    if ticks > DAY:
        message = f'expected at most "24:00", got {value!r}'
        raise ValueError(message)
    return ticks


def format_clock_time(ticks: Tick) -> str:
    """Write ticks after midnight as `08:30`."""
    hours, rest = divmod(ticks, HOUR)
    minutes, seconds = rest // MINUTE, rest % MINUTE // SECOND
    return f"{hours:02d}:{minutes:02d}" + (f":{seconds:02d}" if seconds else "")


def parse_share(value: Any) -> float:
    """Turn `80%` or `0.8` into 0.8; must lie in 0..1."""
    number: float | None = None
    if isinstance(value, str) and value.strip().endswith("%"):
        try:
            number = float(value.strip()[:-1]) / 100
        except ValueError:
            number = None
    elif isinstance(value, int | float) and not isinstance(value, bool):
        number = float(value)
    if number is None or not 0 <= number <= 1:
        message = f"expected a share between 0% and 100% (or 0 and 1), got {value!r}"
        raise ValueError(message)
    return number


def parse_weekdays(value: Any) -> tuple[int, ...]:
    """Turn `mon-fri`, `sat`, `mon, wed, fri` or `every-day` into weekday numbers, Monday 0."""
    if not isinstance(value, str):
        message = f"expected weekdays such as mon-fri or sat, got {value!r}"
        raise ValueError(message)  # noqa: TRY004
    days: set[int] = set()
    for part in value.lower().replace(" ", "").split(","):
        first, _, last = part.partition("-")
        if part in {"every-day", "daily"}:
            days.update(range(7))
        elif first in WEEKDAYS and (not last or last in WEEKDAYS):
            begin, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
            days.update((begin + step) % 7 for step in range((end - begin) % 7 + 1))
        else:
            message = f"expected weekdays such as mon-fri, sat or every-day, got {value!r}"
            raise ValueError(message)
    return tuple(sorted(days))


def parse_hours(value: Any) -> tuple[tuple[Tick, Tick], ...]:
    """Turn `08:00-19:00`, `09:00-12:00, 13:00-18:00`, `24h` or `closed` into periods of a day."""
    if not isinstance(value, str):
        message = f'expected hours such as "08:00-19:00", 24h or closed, got {value!r}'
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
            message = f'expected hours such as "08:00-19:00", 24h or closed, got {value!r}'
            raise ValueError(message)
        period = parse_clock_time(first), parse_clock_time(last)
        if period[0] >= period[1]:
            message = f"expected hours that end after they start, got {value!r}"
            raise ValueError(message)
        periods.append(period)
    periods.sort()
    if any(before[1] > after[0] for before, after in zip(periods, periods[1:], strict=False)):
        message = f"expected hours that do not overlap, got {value!r}"
        raise ValueError(message)
    return tuple(periods)


def format_hours(periods: tuple[tuple[Tick, Tick], ...]) -> str:
    """Write periods of a day as `08:00-19:00`."""
    if not periods:
        return "closed"
    return ", ".join(f"{format_clock_time(a)}-{format_clock_time(b)}" for a, b in periods)


Duration = Annotated[Tick, BeforeValidator(parse_duration), PlainSerializer(format_duration)]
ClockTime = Annotated[Tick, BeforeValidator(parse_clock_time), PlainSerializer(format_clock_time)]
Share = Annotated[float, BeforeValidator(parse_share)]
Weekdays = Annotated[
    tuple[int, ...],
    BeforeValidator(parse_weekdays),
    PlainSerializer(lambda days: ",".join(WEEKDAYS[day] for day in days)),
]
Hours = Annotated[
    tuple[tuple[Tick, Tick], ...],
    BeforeValidator(parse_hours),
    PlainSerializer(format_hours),
]
