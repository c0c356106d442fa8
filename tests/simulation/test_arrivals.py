import numpy as np
import pytest
from scipy import stats

from callcenter.clock import DAY, HOUR, MINUTE
from simulation.arrivals import _unit_points, callers_of
from simulation.laws import Floats, Ticks
from simulation.programme import (
    SEGMENT,
    AppointmentSource,
    CountSource,
    RateSource,
    TraceSource,
)
from simulation.streams import Streams
from tests.simulation.programmes import count_rows, exponential, queue, rate, spec

STREAMS = Streams(seed=5, replication=0)


def arrivals(source: object, *, streams: Streams = STREAMS, since: int = 0) -> Ticks:
    return callers_of(queue(source=source), since=since)(streams).arrived  # type: ignore[arg-type]


def by_hour(source: object, days: int) -> Ticks:
    return np.bincount(arrivals(source) % DAY // HOUR, minlength=24) / days


def test_callers_come_by_the_rate_of_the_hour_in_order() -> None:
    hours = np.arange(8, 18)
    segments = np.array(
        [
            (d, d * DAY + h * HOUR, d * DAY + (h + 1) * HOUR, h / HOUR, h / HOUR)
            for d in range(400)
            for h in hours
        ],
        SEGMENT,
    )
    source = RateSource(segments=segments, busyness=None, busyness_shape=0)
    arrived = arrivals(source)

    assert arrived.dtype == np.int64
    assert (np.diff(arrived) >= 0).all()
    per_hour = by_hour(source, 400)
    np.testing.assert_allclose(per_hour[8:18], hours, atol=4 * np.sqrt(17 / 400))
    assert per_hour[:8].sum() + per_hour[18:].sum() == 0
    assert stats.kstest(arrived % HOUR / HOUR, "uniform").pvalue > 1e-4


def test_counts_of_a_day_are_those_of_a_poisson_law() -> None:
    counts = np.bincount(arrivals(rate(6, days=2_000)) // DAY, minlength=2_000)

    assert counts.mean() == pytest.approx(60, abs=4 * np.sqrt(60 / 2_000))
    assert counts.var() / counts.mean() == pytest.approx(1, abs=0.13)


def test_a_rate_along_a_line_brings_more_towards_its_high_end() -> None:
    arrived = arrivals(rate(0, then=40, days=500, hours=[9]))
    elapsed = (arrived % DAY - 9 * HOUR) / HOUR

    assert len(arrived) == pytest.approx(20 * 500, abs=4 * 100)
    assert stats.kstest(elapsed, lambda x: np.clip(x, 0, 1) ** 2).pvalue > 1e-4
    falling = arrivals(rate(40, then=0, days=500, hours=[9]))
    elapsed = (falling % DAY - 9 * HOUR) / HOUR
    assert stats.kstest(elapsed, lambda x: 1 - (1 - np.clip(x, 0, 1)) ** 2).pvalue > 1e-4


def test_nobody_comes_while_the_rate_is_nothing_or_unknown() -> None:
    gaps = [
        (0, a * HOUR, b * HOUR, r / HOUR, r / HOUR)
        for a, b, r in ((8, 9, 50), (9, 10, 0), (13, 14, 50), (14, 15, 0))
    ]
    arrived = arrivals(
        RateSource(segments=np.array(gaps, SEGMENT), busyness=None, busyness_shape=0)
    )

    assert set((arrived // HOUR).tolist()) == {8, 13}
    assert len(arrivals(rate(0))) == 0
    assert len(arrivals(None)) == 0


@pytest.mark.parametrize("then", [None, 90.0])
def test_a_higher_rate_keeps_callers_in_order_and_brings_them_earlier(then: float | None) -> None:
    few = arrivals(rate(30, then=then, days=3))
    many = arrivals(rate(36, then=then and then * 1.2, days=3))
    for day in range(3):
        one, other = few[few // DAY == day], many[many // DAY == day]
        assert len(other) > len(one)
        assert (other[: len(one)] <= one).all()


def test_another_day_moves_no_caller() -> None:
    long, short = arrivals(rate(30, days=3)), arrivals(rate(30, days=2))
    busier = rate(30, days=3)
    busier.segments["rate_start"][busier.segments["day"] == 1] *= 3
    busier.segments["rate_end"][busier.segments["day"] == 1] *= 3
    other = arrivals(busier)

    np.testing.assert_array_equal(long[long < 2 * DAY], short)
    np.testing.assert_array_equal(other[other // DAY != 1], long[long // DAY != 1])


def test_busyness_makes_good_and_bad_days_and_is_shared_by_name() -> None:
    days, shape = 2_000, 16.0
    source = rate(20, days=days, busyness="city", shape=shape)
    first = np.bincount(arrivals(source) // DAY, minlength=days)
    other = callers_of(queue("kiosk", source))(STREAMS).arrived
    second = np.bincount(other // DAY, minlength=days)

    assert first.mean() == pytest.approx(200, rel=0.03)
    assert first.var() == pytest.approx(200 + 200**2 / shape, rel=0.15)
    expected = (200**2 / shape) / (200 + 200**2 / shape)
    assert np.corrcoef(first, second)[0, 1] == pytest.approx(expected, abs=0.03)


def test_exact_counts_are_exact_and_spread_evenly() -> None:
    source = CountSource(
        counts=count_rows((0, 8, 9, 5_000), (0, 9, 12, 0), (0, 12, 14, 7), (2, 8, 9, 3))
    )
    callers = callers_of(queue(source=source))(STREAMS)
    arrived = callers.arrived

    assert callers.days == ((0, 5_007), (2, 3))
    assert (np.diff(arrived) >= 0).all()
    assert np.unique(arrived // HOUR).tolist()[0] == 8
    assert (arrived // HOUR == 8).sum() == 5_000
    assert (arrived // DAY == 2).sum() == 3
    assert stats.kstest((arrived[:5_000] - 8 * HOUR) / HOUR, "uniform").pvalue > 1e-4


def appointments(shows_up: float = 1.0, late_by: object = None) -> AppointmentSource:
    at = np.array([d * DAY + 9 * HOUR + n * 10 * MINUTE for d in range(100) for n in range(30)])
    return AppointmentSource(
        at=at,
        day=(at // DAY).astype(np.int32),
        shows_up=shows_up,
        late_by=None if late_by is None else spec(late_by),
    )


def test_appointments_are_kept_to_the_tick_unless_said_otherwise() -> None:
    np.testing.assert_array_equal(arrivals(appointments()), appointments().at)


def test_some_stay_away_and_some_are_late() -> None:
    source = appointments(0.8, exponential("15m"))
    callers = callers_of(queue(source=source))(STREAMS)

    assert len(callers) == pytest.approx(2_400, abs=4 * np.sqrt(3_000 * 0.16))
    assert (np.diff(callers.arrived) >= 0).all()
    assert callers.comes is not None
    late = callers.arrived - source.at[callers.comes]
    assert late.min() >= 0
    assert late.mean() == pytest.approx(15 * MINUTE, rel=0.1)


def test_who_shows_up_does_not_depend_on_how_late_people_are() -> None:
    punctual = callers_of(queue(source=appointments(0.8)))(STREAMS).comes
    late = callers_of(queue(source=appointments(0.8, exponential("15m"))))(STREAMS).comes

    assert punctual is not None
    assert late is not None
    assert sorted(late) == punctual.tolist()


def test_a_trace_is_repeated_as_it_is() -> None:
    recorded = np.array([9 * HOUR, 9 * HOUR, 2 * DAY + HOUR])
    source = TraceSource(arrived=recorded, patience=None, talk=None)
    callers = callers_of(queue(source=source))(STREAMS)

    assert callers.arrived is recorded
    assert callers.days == ((0, 2), (2, 1))


@pytest.mark.parametrize(
    "source", [rate(40, days=3), CountSource(counts=count_rows((0, 8, 18, 90), (1, 8, 18, 90)))]
)
def test_from_the_middle_of_a_day_the_rest_is_the_same(source: object) -> None:
    whole, since = arrivals(source), DAY + 12 * HOUR

    np.testing.assert_array_equal(arrivals(source, since=since), whole[whole >= since])


def test_an_unusually_dense_day_is_drawn_to_its_end() -> None:
    class Dense:
        def standard_exponential(self, size: int) -> Floats:
            return np.full(size, 0.25)

    points = _unit_points(Dense(), 1_000.0)  # type: ignore[arg-type]

    np.testing.assert_allclose(points, np.arange(1, 4_000) / 4)


def test_an_empty_trace_brings_nobody() -> None:
    nobody = np.empty(0, np.int64)

    assert len(arrivals(TraceSource(arrived=nobody, patience=None, talk=None))) == 0
