from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given

from callcenter.clock import DAY, HOUR, SECOND
from callcenter.measures.catalogue import MEASURES
from callcenter.measures.formulas import Kind, evaluate, unaccounted
from callcenter.measures.frame import Frame
from callcenter.measures.service import PERCENTS
from callcenter.measures.stack import By, Stack
from callcenter.measures.tally import Detail, Tally, tallies, tally
from callcenter.telephony.call_log import AgentLog, CallLog
from tests.callcenter.measures import oracle
from tests.callcenter.measures.builders import agent_log, answered, call_log, centres, frame

Centre = tuple[CallLog, AgentLog, Frame]
OF_QUEUES = (By.TOTAL, By.QUEUE, By.INTERVAL, By.DAY, By.QUEUE_INTERVAL, By.QUEUE_DAY)
OF_STAFF = (By.TOTAL, By.INTERVAL, By.DAY, By.GROUP, By.GROUP_INTERVAL, By.AGENT)


def stacked(centre: Centre, *, detail: Detail = Detail.FULL) -> Stack:
    calls, agents, made = centre
    return Stack([tally(calls, agents, made, detail=detail)], frame=made)


def cells(stack: Stack, by: By) -> list[oracle.Where]:
    """List the cells of a cut in their order."""
    names = {"interval": "slot"}
    found: list[dict[str, int]] = [{}]
    for name, places in stack.axes(by):
        found = [
            one | {names.get(name, name): number} for one in found for number in range(len(places))
        ]
    return [oracle.Where(**one) for one in found]


@given(centres())
def test_every_service_base_is_what_the_rows_say(centre: Centre) -> None:
    stack, rows = stacked(centre), oracle.rows_of(centre[0])

    for by in OF_QUEUES:
        bases = stack.bases(by)
        for number, where in enumerate(cells(stack, by)):
            expected = oracle.service(rows, centre[2], where)
            assert {name: bases[name][0, number] for name in expected} == expected, (by, where)


@given(centres())
def test_time_of_agents_is_split_by_overlap(centre: Centre) -> None:
    stack = stacked(centre)
    rows, spells = oracle.rows_of(centre[0]), oracle.rows_of(centre[1])

    for by in OF_STAFF:
        bases = stack.bases(by)
        for number, where in enumerate(cells(stack, by)):
            expected = oracle.staff(rows, spells, centre[2], where)
            assert {name: bases[name][0, number] for name in expected} == expected, (by, where)


@given(centres())
def test_work_is_the_agents_own(centre: Centre) -> None:
    rows = oracle.rows_of(centre[0])

    for detail, by in ((Detail.FULL, By.AGENT), (Detail.FULL, By.GROUP), (Detail.TOTAL, By.GROUP)):
        stack = stacked(centre, detail=detail)
        for number, where in enumerate(cells(stack, by)):
            legs = [leg for leg in rows if oracle.belongs(leg, centre[2], where)]
            expected = oracle.work(legs)
            assert {name: stack.bases(by)[name][0, number] for name in expected} == expected


@given(centres())
def test_a_total_is_the_same_at_every_detail(centre: Centre) -> None:
    stacks = [stacked(centre, detail=detail) for detail in Detail]

    for by in (By.TOTAL, By.QUEUE, By.GROUP):
        coarse, *finer = (stack.bases(by) for stack in stacks)
        for bases in finer:
            for name, column in coarse.items():
                assert np.array_equal(column, bases[name]), (by, name)
    for measure in MEASURES.values():
        if not measure.additive:
            values = [stack.values(measure, by=By.QUEUE) for stack in stacks]
            assert np.array_equal(values[0], values[1], equal_nan=True)


@given(centres())
def test_percentiles_and_maxima_are_exact(centre: Centre) -> None:
    stack, rows = stacked(centre), oracle.rows_of(centre[0])

    for by in OF_QUEUES:
        for over_all, name in ((False, "wait"), (True, "wait_all")):
            found = {
                percent: stack.values(MEASURES[f"{name}_p{percent}"], by=by)[0]
                for percent in PERCENTS
            }
            found[100] = stack.values(MEASURES[f"{name}_max"], by=by)[0]
            for number, where in enumerate(cells(stack, by)):
                waits = oracle.waits(rows, centre[2], where, over_all=over_all)
                for percent, values in found.items():
                    expected = oracle.percentile(waits, percent)
                    if expected is None:
                        assert np.isnan(values[number])
                    else:
                        assert values[number] == pytest.approx(expected / SECOND, rel=1e-12)


@given(centres())
def test_the_longest_queue_is_the_most_at_one_moment(centre: Centre) -> None:
    stack, rows = stacked(centre), oracle.rows_of(centre[0])

    for by in OF_QUEUES:
        values = np.nan_to_num(stack.values(MEASURES["max_queue"], by=by)[0])
        expected = [oracle.longest_queue(rows, centre[2], where) for where in cells(stack, by)]
        assert values.tolist() == expected, by


@given(centres())
def test_open_time_is_the_time_doors_are_open(centre: Centre) -> None:
    made = centre[2]
    stack = stacked(centre)

    for by in (By.TOTAL, *OF_QUEUES):
        for number, where in enumerate(cells(stack, by)):
            spans = oracle.windows(made, where)
            periods = set(made.opening[where.queue or 0])  # all queues of these frames open alike
            expected = sum(oracle.covered(*period, spans) for period in periods)
            assert stack.bases(by)["open_time"][0, number] == expected


@given(centres())
def test_no_call_is_lost(centre: Centre) -> None:
    stack = stacked(centre)

    for by in OF_QUEUES:
        assert not unaccounted(stack.bases(by)).any()


@given(centres())
def test_every_ratio_is_its_sums_divided_or_absent(centre: Centre) -> None:
    bases = stacked(centre).bases(By.QUEUE_INTERVAL)

    for measure in MEASURES.values():
        below = measure.denominator if measure.kind is Kind.RATIO else None
        if below is None or not (measure.numerator.names | below.names) <= bases.keys():
            continue
        for number in range(bases["arrived"].shape[1]):
            cell = {name: float(column[0, number]) for name, column in bases.items()}
            top = sum(sign * cell[name] for name, sign in measure.numerator.terms) * measure.scale
            bottom = sum(sign * cell[name] for name, sign in below.terms)
            value = float(evaluate(measure, cell))
            assert np.isnan(value) if bottom <= 0 else value == pytest.approx(top / bottom)


def test_a_long_log_is_added_up_piece_by_piece() -> None:
    made = frame(days=40, queues=("a", "b"), interval=HOUR // 4)
    rows = [
        answered(
            day * DAY + 9 * HOUR + number * 30 * SECOND, wait=number % 7 * SECOND, queue=number % 2
        )
        for day in range(40)
        for number in range(1000)
    ]
    stack = stacked((call_log(rows), agent_log(), made))

    total, by_day = stack.bases(By.TOTAL), stack.bases(By.QUEUE_DAY)

    assert total["offered"][0, 0] == 40_000
    assert set(by_day["offered"].ravel()) == {500}
    assert by_day["talk"].sum() == total["talk"][0, 0] == 40_000 * 120 * SECOND
    assert by_day["wait_offered"].sum() == sum(number % 7 for number in range(1000)) * 40 * SECOND


def test_an_empty_log_has_counts_of_zero_and_nothing_else() -> None:
    stack = stacked((call_log([]), agent_log(), frame()))

    values = {
        name: float(stack.values(measure, by=By.TOTAL)[0, 0])
        for name, measure in MEASURES.items()
        if stack.knows(measure, by=By.TOTAL)
    }

    assert values["offered"] == 0
    assert values["mean_queue"] == values["max_queue"] == values["agents_present"] == 0
    for name in ("service_level_b", "asa", "wait_p90", "occupancy", "abandonment_rate"):
        assert np.isnan(values[name]), name


# --- Several runs at once ------------------------------------------------------------------------------


def assert_equal(one: Tally, other: Tally) -> None:
    assert one.waits is not None
    assert other.waits is not None
    for mine, theirs in ((one, other), (one.waits, other.waits)):
        for name in (field.name for field in fields(mine) if field.name != "waits"):
            np.testing.assert_array_equal(getattr(mine, name), getattr(theirs, name), strict=True)


@pytest.mark.parametrize("detail", Detail)
@given(centre=centres())
def test_runs_added_up_together_are_those_added_up_alone(centre: Centre, detail: Detail) -> None:
    calls, agents, made = centre
    some = CallLog.of(
        **{name: column[calls.call % 3 > 0] for name, column in calls.columns().items()}
    )
    runs = [(some, agent_log()), (calls, agents), (call_log([]), agents), (calls, agents)]

    together = tallies(runs, made, detail=detail)

    for run, one in zip(runs, together, strict=True):
        assert_equal(one, tally(*run, made, detail=detail))


def test_a_wait_of_hours_in_one_run_leaves_the_waits_of_others_narrow() -> None:
    made = frame()
    brief, long = (call_log([answered(at=9 * HOUR, wait=wait)]) for wait in (SECOND, 2 * HOUR))
    runs = [(brief, agent_log()), (long, agent_log())]

    kinds = [one.waits.wait.dtype for one in tallies(runs, made) if one.waits is not None]

    assert kinds == [np.uint32, np.uint64]


def test_waits_are_kept_for_no_run_if_nobody_asks() -> None:
    runs = [(call_log([]), agent_log())] * 2

    assert [one.waits for one in tallies(runs, frame(), keep_waits=False)] == [None, None]
