"""Waits that grow, stay bounded, and are spread out."""

from hypothesis import given, strategies as st

from callcenter.bus.backoff import Backoff

BACKOFF = Backoff(first_seconds=0.2, longest_seconds=15.0)


@given(failures=st.integers(1, 10_000), draw=st.floats(0, 1, exclude_max=True))
def test_a_wait_is_below_its_bound(failures: int, draw: float) -> None:
    wait = BACKOFF.delay(failures, jitter=lambda: draw)

    assert 0 <= wait <= min(15.0, 0.2 * 2 ** min(failures - 1, 32))


@given(failures=st.integers(1, 100), draw=st.floats(0, 1))
def test_more_failures_never_shorten_the_wait(failures: int, draw: float) -> None:
    waits = [BACKOFF.delay(count, jitter=lambda: draw) for count in (failures, failures + 1)]

    assert waits == sorted(waits)


def test_the_whole_range_below_the_bound_is_used() -> None:
    assert BACKOFF.delay(3, jitter=lambda: 0.0) == 0
    assert BACKOFF.delay(3, jitter=lambda: 0.5) == 0.4
