"""Deadlines worked out by hand on a paper calendar, by somebody who had not read the code.

Lunar and substitute holidays, the Saturdays of before 2016, closing times, leap days, ends of months,
supplements that pause twice, extensions, and the periods of other clocks.
"""

from typing import Any

import pytest

from callcenter.domain.clock_rules import ClockKind, due_by_law
from callcenter.domain.deadlines import due_date
from callcenter.domain.periods import Extension, Pause, Period, PeriodUnit
from tests.calendars import korea, kst, local


def of(text: str) -> Period:
    """Read a period: `14 day`."""
    qty, unit = text.split()
    return Period(qty=int(qty), unit=PeriodUnit(unit))


def pauses(*spans: tuple[str, str]) -> dict[str, Any]:
    """Read supplements, each from sending to receiving."""
    return {"pauses": [Pause(from_at=kst(begin), to_at=kst(end)) for begin, end in spans]}


def more(*texts: str) -> dict[str, Any]:
    """Read extensions; the second is consented to."""
    periods = [of(text) for text in texts]
    return {
        "extensions": [
            Extension(n=n, qty=period.qty, unit=period.unit, consent=n > 1)
            for n, period in enumerate(periods, start=1)
        ]
    }


HOURS = [
    ("1 immediate", "2024-02-08 17:00", {}, "2024-02-13 11:00"),
    ("1 immediate", "2025-10-02 16:15", {}, "2025-10-10 10:15"),
    ("1 day", "2026-04-30 15:00", {}, "2026-05-04 15:00"),
    ("3 day", "2026-05-04 09:00", {}, "2026-05-07 18:00"),
    ("5 day", "2024-09-11 12:30", {}, "2024-09-23 12:00"),
    ("1 hour", "2024-09-27 17:59", {}, "2024-09-30 09:59"),
    ("2 day", "2026-08-15 10:00", {}, "2026-08-19 18:00"),
    ("5 day", "2015-12-31 18:30", {}, "2016-01-08 18:00"),
    (
        "3 day",
        "2026-06-08 14:00",
        pauses(("2026-06-09 10:00", "2026-06-10 16:00")),
        "2026-06-15 14:00",
    ),
    (
        "1 day",
        "2026-06-08 09:00",
        pauses(("2026-06-08 11:00", "2026-06-09 15:00")),
        "2026-06-10 18:00",
    ),
]
DAYS = [
    ("7 day", "2015-08-10 10:00", {}, "2015-08-19"),
    ("7 day", "2016-02-11 10:00", {}, "2016-02-18"),
    ("7 day", "2016-02-12 10:00", {}, "2016-02-22"),
    ("14 day", "2016-02-05 10:00", {}, "2016-02-24"),
    ("6 day", "2015-05-22 10:00", {}, "2015-05-29"),
    ("14 day", "2009-09-21 10:00", {}, "2009-10-08"),
    ("20 day", "2024-12-16 10:00", {}, "2025-01-14"),
    ("1 month", "2024-01-31 10:00", {}, "2024-02-29"),
    ("1 month", "2025-01-31 10:00", {}, "2025-02-28"),
    ("1 month", "2024-01-29 10:00", {}, "2024-02-28"),
    ("1 month", "2026-07-18 10:00", {}, "2026-08-18"),
    ("1 year", "2024-02-29 10:00", {}, "2025-02-28"),
    ("1 year", "2023-03-01 10:00", {}, "2024-02-29"),
    ("2 week", "2024-09-05 10:00", {}, "2024-09-19"),
    ("14 day", "2024-09-10 10:00", pauses(("2024-09-12 11:00", "2024-09-20 15:00")), "2024-10-11"),
    (
        "7 day",
        "2026-06-01 10:00",
        pauses(("2026-06-02 11:00", "2026-06-04 15:00"), ("2026-06-08 11:00", "2026-06-08 15:00")),
        "2026-06-15",
    ),
    (
        "7 day",
        "2026-06-08 09:00",
        pauses(("2026-06-09 11:00", "2026-06-10 11:00"), ("2026-06-10 14:00", "2026-06-11 15:00")),
        "2026-06-19",
    ),
    ("7 day", "2024-09-23 10:00", more("7 day"), "2024-10-15"),
    ("7 day", "2024-09-23 10:00", more("7 day", "3 day"), "2024-10-18"),
    (
        "7 day",
        "2024-09-23 10:00",
        more("7 day") | pauses(("2024-10-07 09:00", "2024-10-08 10:00")),
        "2024-10-17",
    ),
]


@pytest.mark.parametrize(("period", "start", "said", "expected"), HOURS)
def test_hours_by_hand(period: str, start: str, said: dict[str, Any], expected: str) -> None:
    found = due_date(of(period), kst(start), calendar=korea(), **said)

    assert found.due_at is not None
    assert local(found.due_at) == expected


@pytest.mark.parametrize(("period", "start", "said", "expected"), DAYS)
def test_days_by_hand(period: str, start: str, said: dict[str, Any], expected: str) -> None:
    assert str(due_date(of(period), kst(start), calendar=korea(), **said).last_day) == expected


@pytest.mark.parametrize(
    ("kind", "start", "expected"),
    [
        (ClockKind.PROGRESS, "2024-01-31 10:00", "2024-03-05 00:00"),
        (ClockKind.PROGRESS, "2025-12-02 10:00", "2026-01-03 00:00"),
        (ClockKind.OBJECTION, "2024-07-01 10:00", "2024-08-31 00:00"),
        (ClockKind.OBJECTION_RULING, "2025-09-29 10:00", "2025-10-11 00:00"),
        (ClockKind.FORWARD, "2025-06-05 17:30", "2025-06-09 17:30"),
        (ClockKind.ACCEPT, "2025-03-02 12:00", "2025-03-04 18:00"),
        (ClockKind.TRANSFER, "2026-09-23 17:30", "2026-09-28 09:30"),
        (ClockKind.HANDOVER, "2023-09-27 16:00", "2023-10-04 10:00"),
    ],
)
def test_other_clocks_by_hand(kind: ClockKind, start: str, expected: str) -> None:
    found = due_by_law(kind, kst(start), calendar=korea())

    assert found.due_at is not None
    assert local(found.due_at) == expected
