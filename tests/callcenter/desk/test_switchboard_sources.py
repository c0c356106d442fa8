"""What is missing of a source is what it has numbered and nobody has heard."""

from hypothesis import given, strategies as st

from callcenter.clock import SECOND
from callcenter.desk.switchboard_sources import Source, merged, missing_of, new_source
from callcenter.store.live_sources import GapLine

NUMBERS = st.lists(st.integers(1, 60), min_size=1, max_size=60)


def heard(numbers: list[int]) -> Source:
    source = new_source("pbx1", wall=0)
    for number in numbers:
        source.told(number, recorded_at=0, clock=0, wall=0)
    return source


@given(numbers=NUMBERS)
def test_missing_is_what_lies_between_the_first_heard_and_the_last(numbers: list[int]) -> None:
    source = heard(numbers)

    missing = {
        number
        for gap in source.gaps
        for first, last in gap.missing
        for number in range(first, last + 1)
    }
    assert missing == set(range(numbers[0], max(numbers) + 1)) - set(numbers)
    assert source.line.highest == max(numbers)
    assert source.line.high == min(missing, default=max(numbers) + 1) - 1


@given(numbers=NUMBERS)
def test_what_is_missing_can_be_told_from_what_was_heard(numbers: list[int]) -> None:
    source = heard(numbers)

    for gap in source.gaps:
        within = sorted({n for n in numbers if gap.line.first <= n <= gap.line.last})
        assert missing_of(gap.line, within) == gap.missing


@given(numbers=NUMBERS)
def test_all_that_is_due_is_asked_for_and_then_not_at_once_again(numbers: list[int]) -> None:
    source = heard(numbers)
    source.set(online=True)
    missing = [found for gap in source.gaps for found in gap.missing]

    asked = source.asks(clock=5 * SECOND, wall=0, jitter=0.5)

    for first, last in missing:
        assert any(start <= first and last <= end for start, end in asked)
    assert source.asks(clock=5 * SECOND, wall=0, jitter=0.5) == []


def test_gaps_near_each_other_are_asked_for_together() -> None:
    assert list(merged([(500, 510), (1, 3), (90, 95), (700, 700)])) == [
        (1, 95),
        (500, 510),
        (700, 700),
    ]


def test_a_gap_of_which_nothing_came_is_missing_whole() -> None:
    line = GapLine("pbx1", 1, 10**15, 0, None, 0, None, None)

    assert missing_of(line, []) == [(1, 10**15)]
