import pytest
from hypothesis import given, strategies as st

from callcenter.clock import DAY, HOUR, MINUTE, NEVER, SECOND
from simulation.scenario.units import (
    format_clock_time,
    format_duration,
    format_hours,
    format_weekdays,
    parse_clock_time,
    parse_duration,
    parse_hours,
    parse_number,
    parse_share,
    parse_weekdays,
    parse_whole,
    shown,
)


@pytest.mark.parametrize(
    ("text", "ticks"),
    [
        ("121s", 121 * SECOND),
        ("2m", 2 * MINUTE),
        ("2min", 2 * MINUTE),
        ("1h30m", 90 * MINUTE),
        ("1h 30m", 90 * MINUTE),
        ("0.5s", SECOND // 2),
        (".5s", SECOND // 2),
        ("3d", 3 * DAY),
        ("250ms", 250_000),
        ("7us", 7),
        ("0s", 0),
        ("0", 0),
        (" 5M ", 5 * MINUTE),
        ("never", NEVER),
    ],
)
def test_a_duration_is_read_with_its_unit(text: str, ticks: int) -> None:
    assert parse_duration(text) == ticks


@pytest.mark.parametrize(
    "value", [5, 5.5, None, True, "", "s", "12", "5 x", "5s5", "-5s", "1e3s", [], "4000d", "5sec"]
)
def test_anything_without_a_clear_unit_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="expected"):
        parse_duration(value)


@given(st.integers(0, 3660 * DAY))
def test_a_duration_survives_writing_and_reading(ticks: int) -> None:
    assert parse_duration(format_duration(ticks)) == ticks


def test_never_survives_writing_and_reading() -> None:
    assert parse_duration(format_duration(NEVER)) == NEVER


@given(st.integers(0, DAY // SECOND))
def test_a_time_of_day_survives_writing_and_reading(seconds: int) -> None:
    assert parse_clock_time(format_clock_time(seconds * SECOND)) == seconds * SECOND


@pytest.mark.parametrize("value", ["24:01", "25:00", "8", "08:60", "8.30", 480, None, "-1:00"])
def test_a_time_that_is_none_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="expected"):
        parse_clock_time(value)


@pytest.mark.parametrize(("value", "share"), [("80%", 0.8), (0.8, 0.8), (" 0.5", 0.5), (1, 1.0)])
def test_a_share_is_read(value: object, share: float) -> None:
    assert parse_share(value) == pytest.approx(share)


@pytest.mark.parametrize(
    "value", ["101%", -0.1, 80, True, "80 percent", None, "nan%", float("nan")]
)
def test_a_share_that_is_none_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="expected a share"):
        parse_share(value)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon-fri", (0, 1, 2, 3, 4)),
        ("sat", (5,)),
        ("mon, wed,FRI", (0, 2, 4)),
        ("sat-mon", (0, 5, 6)),
        ("every-day", (0, 1, 2, 3, 4, 5, 6)),
    ],
)
def test_weekdays_are_read(text: str, days: tuple[int, ...]) -> None:
    assert parse_weekdays(text) == days
    assert parse_weekdays(format_weekdays(days)) == days


@pytest.mark.parametrize("value", ["", "monday", "mon-", "mon-x", "-fri", 1, None])
def test_weekdays_that_are_none_are_refused(value: object) -> None:
    with pytest.raises(ValueError, match="expected weekdays"):
        parse_weekdays(value)


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("08:00-19:00", ((8 * HOUR, 19 * HOUR),)),
        ("13:00-18:00, 09:00-12:00", ((9 * HOUR, 12 * HOUR), (13 * HOUR, 18 * HOUR))),
        ("24h", ((0, DAY),)),
        ("closed", ()),
    ],
)
def test_hours_are_read(text: str, periods: tuple[tuple[int, int], ...]) -> None:
    assert parse_hours(text) == periods
    assert parse_hours(format_hours(periods)) == periods


def test_numbers_are_read_from_keys_too() -> None:
    assert (parse_whole("12"), parse_whole(2.0), parse_number("2.5")) == (12, 2, 2.5)


def test_a_long_value_is_cut_where_it_is_shown() -> None:
    assert len(shown("x" * 1000)) < 80
