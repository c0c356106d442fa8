"""Rates, intervals and percentiles against tables and slow counts; what a ticket adds to its days."""

from math import isclose

import pytest
from hypothesis import given, strategies as st

from callcenter.measures.desk_work import (
    COHORT,
    FLOW,
    ON_TIME,
    RATES,
    Backlog,
    Cell,
    Count,
    Durations,
    Fact,
    Head,
    Rate,
    Satisfaction,
    Visit,
    added,
    percentile,
    ranking,
    wilson,
)

FACT = Fact(
    channel="phone120",
    service="streetlight",
    unit="road",
    received="2009-03-02",
    closed="2009-03-06",
    due="2009-03-04",
    stopped="2009-03-05",
    on_time=False,
    minutes=1500,
    hops=2,
    taken_minutes=90,
    visits=(Visit(day="2009-03-03", team="night", minutes=45, result="fixed"),),
)
SUCCESSES = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),  # Newcombe 1998, table I, method 3
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_intervals_are_those_of_the_literature(
    successes: int, n: int, low: float, high: float
) -> None:
    found = wilson(successes, n)

    assert found is not None
    assert isclose(found.low, low, abs_tol=5e-5)
    assert isclose(found.high, high, abs_tol=5e-5)


@given(SUCCESSES)
def test_a_wilson_interval_holds_the_share_and_mirrors_its_opposite(case: tuple[int, int]) -> None:
    successes, n = case
    found, opposite = wilson(successes, n), wilson(n - successes, n)

    assert found is not None
    assert opposite is not None
    assert 0 <= found.low <= successes / n <= found.high <= 1
    assert isclose(found.low, 1 - opposite.high, abs_tol=1e-12)


def test_nobody_asked_is_no_interval() -> None:
    assert wilson(0, 0) is None


@given(st.lists(st.integers(0, 30), min_size=1, max_size=60), st.sampled_from([0.5, 0.8, 0.9, 1]))
def test_a_percentile_is_the_smallest_value_that_enough_do_not_exceed(
    values: list[int], share: float
) -> None:
    counts = {value: values.count(value) for value in values}
    found = percentile(counts, share)

    enough = [v for v in values if sum(each <= v for each in values) >= share * len(values) - 1e-9]
    assert found == min(enough)


def test_the_nearest_rank_is_not_pushed_up_by_rounding() -> None:
    assert percentile(dict.fromkeys(range(1, 101), 1), 0.95) == 95
    assert percentile(dict.fromkeys(range(1, 11), 1), 0.8) == 8
    assert percentile({}, 0.5) is None


def test_durations_tell_the_exact_mean_and_percentiles_to_the_tenth() -> None:
    found = Durations.of({10: 5, 25: 4, 300: 1}, minutes=6 * (10 * 5 + 25 * 4 + 300) + 7)

    assert found.n == 10
    assert found.mean_hours == pytest.approx((6 * 450 + 7) / 10 / 60)
    assert found.percentiles == ((0.5, 1.0), (0.8, 2.5), (0.9, 2.5), (0.95, 30.0))
    assert Durations.of({}, minutes=0) == Durations(n=0, mean_hours=None, percentiles=())


def test_flow_may_exceed_all_and_has_no_interval() -> None:
    flow = Rate(definition=FLOW, numerator=130, denominator=100)

    assert (flow.value, flow.interval, flow.met) == (1.3, None, True)


def test_a_share_says_how_sure_it_is_and_whether_it_is_enough() -> None:
    cohort = Rate(definition=COHORT, numerator=94, denominator=100)

    assert cohort.met is False
    assert cohort.interval is not None
    assert cohort.interval.low < 0.94 < cohort.interval.high
    assert Rate(definition=ON_TIME, numerator=95, denominator=100).met
    assert Rate(definition=ON_TIME, numerator=0, denominator=0).met is None


def test_every_rate_says_what_it_is_in_both_languages() -> None:
    assert len({rate.name for rate in RATES}) == 3
    for rate in RATES:
        assert "처리율" in rate.ko
        assert "÷" in rate.formula_en or "share" in rate.formula_en
        assert len(rate.formula_ko) > 20


def test_satisfaction_is_a_share_of_answers_not_of_invitations() -> None:
    found = Satisfaction(invited=100, scores=(1, 0, 3, 4, 2))

    assert (found.answered, found.response_rate, found.satisfied) == (10, 0.1, 0.6)
    assert found.points == pytest.approx((0 + 3 * 50 + 4 * 75 + 2 * 100) / 10)
    assert found.interval == wilson(6, 10)
    nobody = Satisfaction(invited=0, scores=(0, 0, 0, 0, 0))
    assert (nobody.response_rate, nobody.satisfied, nobody.points) == (None, None, None)


def test_few_answers_are_not_ranked_and_equals_share_a_rank() -> None:
    groups = {
        "few": Satisfaction(invited=40, scores=(0, 0, 0, 0, 29)),
        "good": Satisfaction(invited=40, scores=(0, 0, 0, 0, 30)),
        "same": Satisfaction(invited=90, scores=(0, 0, 0, 60, 0)),
        "poor": Satisfaction(invited=90, scores=(50, 0, 0, 0, 10)),
    }

    assert ranking(groups) == {"good": 1, "same": 1, "poor": 3}


def test_a_backlog_tells_ages_by_classes() -> None:
    found = Backlog.of([0.5, 2, 2.9, 3, 40, 13], overdue=2)

    assert (found.open, found.overdue) == (6, 2)
    assert found.ages == (1, 2, 1, 1, 0, 1)
    assert (found.median_days, found.oldest_days) == (2.9, 40)
    assert Backlog.of([], overdue=0).median_days is None


def test_a_ticket_counts_on_each_day_it_touched() -> None:
    found = added(FACT)

    def at(day: str, head: Head = Head.ALL, value: str = "", scope: str = "") -> dict[Count, int]:
        return dict(found[Cell(day=day, head=head, value=value, scope=scope)])

    assert at("2009-03-02") == {
        Count.RECEIVED: 1,
        Count.HOPS: 2,
        Count.HOPS_2: 1,
        Count.TAKEN: 1,
        Count.TAKEN_MINUTES: 90,
    }
    assert at("2009-03-04") == {Count.GONE_OVERDUE: 1}
    assert at("2009-03-05", Head.SERVICE, "streetlight", scope="road") == {
        Count.JUDGED: 1,
        Count.ON_TIME: 0,
        Count.MINUTES: 1500,
        Count.NO_LONGER_OVERDUE: 1,
    }
    assert at("2009-03-06", Head.UNIT, "road") == {Count.CLOSED: 1}
    visit = {Count.DISPATCHED: 1, Count.ARRIVED: 1, Count.ARRIVAL_MINUTES: 45, Count.FIXED: 1}
    assert at("2009-03-03", Head.TEAM, "night", scope="night") == visit
    assert at("2009-03-03", Head.CHANNEL, "phone120") == visit


def test_two_visits_of_a_team_on_one_day_are_two() -> None:
    visits = (
        Visit(day="2009-03-03", team="night", minutes=10, result="needs_work"),
        Visit(day="2009-03-03", team="night"),
    )
    fact = Fact(**{name: getattr(FACT, name) for name in Fact.__slots__} | {"visits": visits})

    assert added(fact)[Cell(day="2009-03-03", head=Head.TEAM, value="night")] == {
        Count.DISPATCHED: 2,
        Count.ARRIVED: 1,
        Count.ARRIVAL_MINUTES: 10,
        Count.NEEDS_WORK: 1,
    }


def test_what_was_late_by_hours_was_not_overdue_at_the_end_of_a_day() -> None:
    late = Fact(**{name: getattr(FACT, name) for name in Fact.__slots__} | {"due": "2009-03-05"})

    counts = [count for each in added(late).values() for count in each]
    assert Count.GONE_OVERDUE not in counts
    assert Count.NO_LONGER_OVERDUE not in counts
