from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import stats

from callcenter.clock import DAY, HOUR, MINUTE, SECOND
from simulation.programme import (
    AppointmentSource,
    CountSource,
    Programme,
    QueueProgramme,
    TraceSource,
)
from simulation.recipe import Recipe
from simulation.roster import roster_moves
from simulation.tables import COINS, DURATIONS, Workload
from simulation.workload import draw_workload
from tests.simulation.programmes import (
    count_rows,
    exponential,
    group,
    programme,
    queue,
    rate,
    spec,
    tables_for,
)

TALK = {"distribution": "lognormal", "mean": "2m", "cv": 0.8}
FULL: dict[str, Any] = {
    "durations": {"patience": exponential("5m"), "talk": TALK, "wrap": exponential("30s")},
    "coins": ("balk", "transfer"),
    "priorities": ((0, 0.7), (3, 0.3)),
    "later_legs": True,
}


def workload(plan: Programme, *, replication: int = 0, **how: Any) -> Workload:
    return draw_workload(Recipe.of(tables_for(plan, **how), plan), seed=9, replication=replication)


def of_queue(drawn: Workload, number: int, *, day: int | None = None) -> dict[str, Any]:
    """Take the callers of one queue (of one day), column by column, without the spares."""
    rows = np.flatnonzero(drawn.queue == number)
    if day is not None:
        rows = rows[drawn.arrived[rows] // DAY == day]
    columns = {name: values[rows] for name, values in drawn.fates.columns().items() if len(values)}
    return {"arrived": drawn.arrived[rows], **columns}


def assert_same(one: dict[str, Any], other: dict[str, Any]) -> None:
    for name in one.keys() & other.keys():
        np.testing.assert_array_equal(one[name], other[name], err_msg=name)


def phone(**how: Any) -> QueueProgramme:
    return queue("phone", rate(60, days=3), **{**FULL, **how})


def test_columns_are_only_there_where_something_is_drawn() -> None:
    drawn = workload(programme(queue("phone", rate(60), durations={"talk": TALK}, coins=["balk"])))
    filled = {name for name, values in drawn.fates.columns().items() if len(values)}

    assert filled == {"talk", "balk"}
    assert set(drawn.fates.columns()) == {"priority", *DURATIONS, *COINS}
    assert drawn.fates.talk.dtype == np.int64
    assert drawn.fates.balk.dtype == np.uint32
    assert drawn.fates.priority.dtype == np.int8
    assert drawn.queue.dtype == np.int16
    assert drawn.start_tick == 0
    assert len(drawn.start) == 0
    assert drawn.spare_count.tolist() == [0]


def test_each_column_follows_what_was_written() -> None:
    drawn = of_queue(workload(programme(queue("phone", rate(1_000, days=5), **FULL), days=5)), 0)

    assert stats.kstest(drawn["patience"], stats.expon(scale=5 * MINUTE).cdf).pvalue > 1e-4
    assert stats.kstest(drawn["balk"] / 2**32, "uniform").pvalue > 1e-4
    assert np.mean(drawn["priority"] == 3) == pytest.approx(0.3, abs=0.01)
    assert set(drawn["priority"].tolist()) == {0, 3}
    names = [name for name in drawn if name != "arrived"]
    correlation = np.corrcoef([drawn[name].astype(float) for name in names])
    assert np.abs(correlation[np.triu_indices(len(names), 1)]).max() < 4.5 / np.sqrt(50_000)


def test_the_same_seed_draws_the_same_and_replications_differ() -> None:
    plan = programme(phone(), days=3)
    one, again = of_queue(workload(plan), 0), of_queue(workload(plan), 0)
    other = of_queue(workload(plan, replication=1), 0)

    assert_same(one, again)
    assert len(one["arrived"]) != len(other["arrived"]) or (one["talk"] != other["talk"]).any()


def test_another_purpose_moves_nothing() -> None:
    durations = {**FULL["durations"], "ring": exponential("5s"), "patience": exponential("9m")}
    plain = workload(programme(phone(), days=3))
    richer = workload(
        programme(phone(durations=durations, coins=("balk", "transfer", "redial")), days=3)
    )
    one, other = of_queue(plain, 0), of_queue(richer, 0)

    assert_same(one | {"patience": 0}, other | {"patience": 0})
    np.testing.assert_allclose(other["patience"], one["patience"] * 1.8, atol=1)


def test_another_queue_moves_nothing_before_or_after_it() -> None:
    kiosk = queue("kiosk", rate(200, days=3), durations={"talk": TALK, "ivr": exponential("9s")})
    alone = of_queue(workload(programme(phone(), days=3)), 0)
    first = of_queue(workload(programme(phone(), kiosk, days=3)), 0)
    second = of_queue(workload(programme(kiosk, phone(), days=3)), 1)

    assert_same(alone, first)
    assert_same(alone, second)


def test_another_staffing_moves_nothing() -> None:
    shifts = {"groups": (group(absence=0.5),), "stints": [(0, 8 * HOUR, 17 * HOUR)]}
    alone = workload(programme(phone(), days=3))
    staffed = workload(programme(phone(), days=3, **shifts))

    assert_same(of_queue(alone, 0), of_queue(staffed, 0))
    assert len(staffed.moves) > len(alone.moves) == 0


def test_another_monday_moves_no_tuesday() -> None:
    busier = rate(60, days=3)
    busier.segments["rate_start"][:10] *= 2
    busier.segments["rate_end"][:10] *= 2
    one = workload(programme(phone(), days=3))
    other = workload(programme(replace(phone(), source=busier), days=3))

    for day in (1, 2):
        assert_same(of_queue(one, 0, day=day), of_queue(other, 0, day=day))


def test_a_higher_rate_keeps_the_fates_of_the_first_callers() -> None:
    plan = programme(phone(), days=3)
    more = programme(replace(phone(), source=rate(72, days=3)), days=3)
    for day in range(3):
        few, many = (of_queue(workload(which), 0, day=day) for which in (plan, more))
        count = len(few["arrived"])
        assert len(many["arrived"]) > count
        assert_same(
            {name: values for name, values in few.items() if name != "arrived"},
            {name: values[:count] for name, values in many.items()},
        )


def test_queues_are_merged_by_moment_then_by_queue() -> None:
    moments = np.array([1, 5, 5, 9]) * HOUR
    trace = TraceSource(arrived=moments, patience=None, talk=np.array([1, 2, 3, 4]))
    later = TraceSource(arrived=moments + HOUR * 4, patience=None, talk=np.array([5, 6, 7, 8]))
    drawn = workload(programme(queue("a", later), queue("none"), queue("b", trace)))

    assert (drawn.arrived // HOUR).tolist() == [1, 5, 5, 5, 9, 9, 9, 13]
    assert drawn.queue.tolist() == [2, 0, 2, 2, 0, 0, 2, 0]
    assert drawn.fates.talk.tolist() == [1, 5, 2, 3, 6, 7, 4, 8]


def test_a_queue_without_chance_shows_its_constants_in_a_shared_column() -> None:
    plan = programme(
        queue("a", rate(30), durations={"talk": TALK}, later_legs=True),
        queue("b", rate(30), later_legs=True, coins=["balk"], priorities=((2, 1.0),)),
    )
    drawn = workload(plan, constants={"b": {"talk": 7 * SECOND}})
    one, other = of_queue(drawn, 0), of_queue(drawn, 1)

    assert set(other["talk"].tolist()) == {7 * SECOND}
    assert set(other["priority"].tolist()) == {2}
    assert set(one["priority"].tolist()) == {0}
    assert set(one["balk"].tolist()) == {0}
    first, count = drawn.spare_first[1], drawn.spare_count[1]
    assert set(drawn.fates.talk[first : first + count].tolist()) == {7 * SECOND}


def test_spare_fates_stand_behind_the_calls_queue_by_queue() -> None:
    plan = programme(
        queue("a", rate(1_000), durations={"talk": TALK}, later_legs=True),
        queue("b", rate(10), durations={"talk": exponential("1h")}),
        queue("c", durations={"talk": exponential("10h")}, later_legs=True),
    )
    drawn = workload(plan)
    calls = len(drawn.arrived)

    assert drawn.spare_count.tolist() == [int((drawn.queue == 0).sum()) // 4, 0, 1_024]
    assert drawn.spare_first.tolist() == [
        calls,
        calls + drawn.spare_count[0],
        calls + drawn.spare_count[0],
    ]
    assert len(drawn.fates.talk) == calls + drawn.spare_count.sum()
    assert drawn.fates.talk[-1_024:].mean() == pytest.approx(10 * HOUR, rel=0.15)


BY_TIME = {"distribution": "by-time", "times": {"00:00": "1s", "12:00": "2s", "15:00": "3s"}}


def test_spare_fates_called_when_the_others_did() -> None:
    own = queue("a", rate(500), durations={"talk": BY_TIME}, later_legs=True)
    drawn = workload(programme(own, queue("b", durations={"talk": BY_TIME}, later_legs=True)))
    first = drawn.spare_first[0]
    spares = np.bincount(drawn.fates.talk[first : first + drawn.spare_count[0]] // SECOND)

    np.testing.assert_array_equal(
        of_queue(drawn, 0)["talk"] // SECOND,
        1
        + (of_queue(drawn, 0)["arrived"] >= 12 * HOUR)
        + (of_queue(drawn, 0)["arrived"] >= 15 * HOUR),
    )
    np.testing.assert_allclose(spares[1:] / spares.sum(), [0.4, 0.3, 0.3], atol=0.06)
    assert set(drawn.fates.talk[drawn.spare_first[1] :].tolist()) == {2 * SECOND}


def test_what_a_trace_knows_is_kept_and_the_rest_drawn() -> None:
    at = np.arange(500) * MINUTE
    known = np.where(np.arange(500) % 2 == 0, np.arange(500) * SECOND, -1)
    traced = TraceSource(arrived=at, patience=known, talk=known)
    durations = {"patience": exponential("5m")}
    drawn = workload(
        programme(queue("a", traced, durations=durations)), constants={"a": {"talk": 42}}
    )
    plain = TraceSource(arrived=at, patience=None, talk=None)
    unknown = workload(programme(queue("a", plain, durations=durations)))

    np.testing.assert_array_equal(drawn.arrived, at)
    np.testing.assert_array_equal(drawn.fates.patience[::2], known[::2])
    np.testing.assert_array_equal(drawn.fates.patience[1::2], unknown.fates.patience[1::2])
    np.testing.assert_array_equal(drawn.fates.talk[::2], known[::2])
    assert set(drawn.fates.talk[1::2].tolist()) == {42}


def appointments(shows_up: float, late_by: Any = None) -> AppointmentSource:
    at = np.arange(600) * MINUTE
    day = np.zeros(600, np.int32)
    late = None if late_by is None else spec(late_by)
    return AppointmentSource(at=at, day=day, shows_up=shows_up, late_by=late)


@pytest.mark.parametrize("beside", [(), (queue("b", rate(60), durations={"talk": TALK}),)])
def test_a_fate_belongs_to_the_appointment(beside: tuple[QueueProgramme, ...]) -> None:
    def talks(source: AppointmentSource) -> dict[int, int]:
        drawn = workload(programme(queue("a", source, durations={"talk": TALK}), *beside))
        own = of_queue(drawn, 0)
        return dict(zip(own["arrived"].tolist(), own["talk"].tolist(), strict=True))

    everybody = talks(appointments(1.0))
    some = talks(appointments(0.7))
    late = talks(appointments(1.0, "90s"))

    assert 0 < len(some) < len(everybody) == 600
    assert some.items() <= everybody.items()
    assert list(late.values()) == list(everybody.values())


def test_exact_counts_come_with_fates() -> None:
    source = CountSource(counts=count_rows((0, 8, 9, 40), (0, 9, 10, 2)))
    drawn = workload(programme(queue("a", source, durations={"talk": TALK})))

    assert len(drawn.arrived) == len(drawn.fates.talk) == 42


def test_nobody_at_all_is_a_workload_too() -> None:
    drawn = workload(programme(queue("a", durations={"talk": TALK})))

    assert len(drawn.arrived) == len(drawn.queue) == len(drawn.fates.talk) == 0


def test_moves_may_be_handed_in() -> None:
    plan = programme(phone(), days=3, groups=(group(),), stints=[(0, 8 * HOUR, 17 * HOUR)])
    moves = roster_moves(plan, seed=1, replication=0)
    drawn = draw_workload(Recipe.of(tables_for(plan), plan), seed=9, replication=0, moves=moves)

    assert drawn.moves is moves
    np.testing.assert_array_equal(workload(plan).moves, moves)


def test_threads_do_not_disturb_one_another() -> None:
    plan = programme(phone(), queue("kiosk", rate(99, days=3), durations={"talk": TALK}), days=3)
    expected = [workload(plan, replication=number).fates.talk for number in range(16)]
    with ThreadPoolExecutor(4) as pool:
        drawn = list(pool.map(lambda number: workload(plan, replication=number), range(16)))

    for one, other in zip(expected, drawn, strict=True):
        np.testing.assert_array_equal(one, other.fates.talk)


def test_the_first_fates_never_change() -> None:
    # A change here moves every number of every run.
    drawn = workload(programme(phone(), days=3))

    assert [
        int(values[0]) for values in (drawn.arrived, drawn.fates.patience, drawn.fates.talk)
    ] == [28820737434, 109304907, 277983728]
