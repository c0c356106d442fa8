from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

from callcenter.clock import DAY, HOUR, MINUTE
from callcenter.domain.agents import AgentState
from callcenter.errors import CapacityError
from simulation.programme import Programme
from simulation.roster import has_random_roster, roster_moves, rosters
from tests.simulation.programmes import exponential, group, programme

OFF, ON, LUNCH = AgentState.OFFLINE, AgentState.AVAILABLE, AgentState.LUNCH
STINT = (0, 9 * HOUR, 18 * HOUR)
AWAY, BROKEN, ABSENT = AgentState.AWAY, AgentState.BROKEN, AgentState.ABSENT


def moves(plan: Programme, replication: int = 0) -> Any:
    return roster_moves(plan, seed=3, replication=replication)


def a_week(agents: int = 20, days: int = 100, **how: Any) -> Programme:
    people = range(agents)
    stints = [(a, d * DAY + 9 * HOUR, d * DAY + 18 * HOUR) for a in people for d in range(days)]
    rests = [
        (a, d * DAY + 12 * HOUR, d * DAY + 13 * HOUR, int(LUNCH))
        for a in people
        for d in range(days)
    ]
    own = group(agents=people, **how)
    return programme(days=days, groups=(own,), stints=stints, rests=rests)


def time_in(rows: Any, state: int, agents: int) -> int:
    total = 0
    for agent in range(agents):
        own = rows[rows["agent"] == agent]
        ends = own["tick"][1:]
        total += int((ends - own["tick"][:-1])[own["state"][:-1] == state].sum())
        assert own["state"][-1] == OFF
    return total


def test_a_shift_with_a_lunch() -> None:
    plan = programme(
        groups=(group(),), stints=[(0, 9 * HOUR, 18 * HOUR)], rests=[(0, 12 * HOUR, 13 * HOUR, 2)]
    )

    assert [(tick // HOUR, state) for tick, _, state in moves(plan).tolist()] == [
        (9, ON),
        (12, LUNCH),
        (13, ON),
        (18, OFF),
    ]
    assert not has_random_roster(plan)


def test_shifts_that_meet_leave_nobody_offline_between() -> None:
    plan = programme(
        days=2, groups=(group(),), stints=[(0, 22 * HOUR, DAY), (0, DAY, DAY + 6 * HOUR)]
    )

    assert moves(plan)["tick"].tolist() == [22 * HOUR, DAY + 6 * HOUR]


def test_rests_at_the_edges_and_end_to_end() -> None:
    plan = programme(
        groups=(group(),),
        stints=[(0, 9 * HOUR, 12 * HOUR)],
        rests=[
            (0, 9 * HOUR, 10 * HOUR, 4),
            (0, 10 * HOUR, 11 * HOUR, 5),
            (0, 11 * HOUR, 12 * HOUR, 4),
        ],
    )

    assert [(tick // HOUR, state) for tick, _, state in moves(plan).tolist()] == [
        (9, 4),
        (10, 5),
        (11, 4),
        (12, OFF),
    ]


def test_the_absent_are_absent_for_the_whole_shift() -> None:
    plan = a_week(absence=0.1)
    rows = moves(plan)

    assert has_random_roster(plan)
    assert time_in(rows, ABSENT, 20) / (2_000 * 9 * HOUR) == pytest.approx(0.1, abs=0.027)
    assert time_in(rows, ABSENT, 20) % (9 * HOUR) == 0


def test_two_shifts_of_one_day_have_a_coin_each() -> None:
    stints = [
        (0, d * DAY + start * HOUR, d * DAY + (start + 4) * HOUR)
        for d in range(400)
        for start in (8, 14)
    ]
    rows = moves(programme(days=400, groups=(group(absence=0.5),), stints=stints))
    absent = rows["tick"][rows["state"] == ABSENT]
    early = set((absent[absent % DAY == 8 * HOUR] // DAY).tolist())
    late = set((absent[absent % DAY == 14 * HOUR] // DAY).tolist())

    assert len(early) == pytest.approx(200, abs=40)
    assert len(late) == pytest.approx(200, abs=40)
    assert len(early & late) == pytest.approx(100, abs=40)


@pytest.mark.parametrize("share", [0.05, 0.3])
@pytest.mark.parametrize("spell", [exponential("10m"), "30m"])
def test_minutes_away_make_up_their_share_of_working_time(share: float, spell: Any) -> None:
    rows = moves(a_week(shrinkage={"share": share, "spell": spell}))

    assert time_in(rows, AWAY, 20) / (2_000 * 8 * HOUR) == pytest.approx(share, rel=0.05)
    assert time_in(rows, LUNCH, 20) == 2_000 * HOUR


def test_minutes_away_are_as_likely_at_any_hour() -> None:
    rows = moves(a_week(40, 100, shrinkage={"share": 0.2, "spell": exponential("10m")}))
    probes = np.array([9.02, 10, 11.98, 13.02, 15, 17.98]) * HOUR
    away = np.zeros(len(probes))
    for agent in range(40):
        own = rows[rows["agent"] == agent]
        at = (np.arange(100)[:, None] * DAY + probes).astype(np.int64)
        state = own["state"][np.searchsorted(own["tick"], at, side="right") - 1]
        away += (state == AWAY).sum(axis=0)

    np.testing.assert_allclose(away / 4_000, 0.2, atol=4 * np.sqrt(0.16 / 4_000))


def test_one_more_agent_moves_no_other() -> None:
    how: dict[str, Any] = {"absence": 0.1, "shrinkage": {"share": 0.1, "spell": exponential("9m")}}
    few, many = moves(a_week(5, 20, **how)), moves(a_week(6, 20, **how))

    np.testing.assert_array_equal(many[many["agent"] < 5], few)


def test_a_machine_breaks_and_is_repaired_day_and_night() -> None:
    stints = [(0, d * DAY, (d + 1) * DAY) for d in range(3_000)]
    breakdown = {"every": exponential("30h"), "repair": exponential("6h")}
    plan = programme(days=3_000, groups=(group(breakdown=breakdown),), stints=stints)
    rows = moves(plan)

    assert time_in(rows, BROKEN, 1) / (3_000 * DAY) == pytest.approx(1 / 6, rel=0.1)
    assert (rows["state"] == BROKEN).sum() == pytest.approx(3_000 * 24 / 36, rel=0.1)


def test_a_repair_takes_no_notice_of_closing_time() -> None:
    stints = [(0, d * DAY + 9 * HOUR, d * DAY + 18 * HOUR) for d in range(3)]
    breakdown = {"every": "8h", "repair": "20h"}
    plan = programme(days=3, groups=(group(breakdown=breakdown),), stints=stints)

    assert [(tick // HOUR, state) for tick, _, state in moves(plan).tolist()] == [
        (9, ON),
        (17, BROKEN),
        (18, OFF),
        (33, BROKEN),
        (37, ON),
        (42, OFF),
        (57, BROKEN),
        (65, ON),
        (66, OFF),
    ]


def test_days_that_are_over_may_be_left_out() -> None:
    shifts = ((0, 8, 12), (0, 14, 18), (1, 8, 11), (2, 9, 18), (3, 13, 18))
    stints = sorted(
        (agent, day * DAY + first * HOUR, day * DAY + last * HOUR)
        for day in range(20)
        for agent, first, last in shifts
    )
    own = group(agents=range(4), absence=0.3, shrinkage={"share": 0.2, "spell": "9m"})
    plan = programme(days=20, groups=(own,), stints=stints)
    since = 10 * DAY + 12 * HOUR + MINUTE
    whole = moves(plan)
    late = roster_moves(plan, seed=3, replication=0, since=since)

    np.testing.assert_array_equal(late[late["tick"] >= since], whole[whole["tick"] >= since])
    assert len(late) < len(whole)
    assert len(roster_moves(plan, seed=3, replication=0, since=20 * DAY)) == 0


def test_a_roster_too_long_to_count_is_refused() -> None:
    with pytest.raises(CapacityError, match="agents on so many days"):
        moves(programme(days=3_660, groups=(group(agents=range(100_000)),)))


def test_nobody_at_all() -> None:
    assert len(moves(programme(groups=()))) == 0


@st.composite
def programmes(draw: st.DrawFn) -> Programme:
    """Draw coarse shifts and rests, so that ends meet."""
    stints, rests = [], []
    for agent in range(3):
        edges = sorted(draw(st.sets(st.integers(0, 47), max_size=6)))
        for first, last in zip(edges[::2], edges[1::2], strict=False):
            stints.append((agent, first * HOUR, last * HOUR))
            inner = sorted(draw(st.sets(st.integers(first, last), max_size=4)))
            rests += [
                (agent, a * HOUR, b * HOUR, draw(st.integers(2, 5)))
                for a, b in zip(inner[::2], inner[1::2], strict=False)
            ]
    how: dict[str, Any] = {}
    if draw(st.booleans()):
        how["absence"] = draw(st.sampled_from([0.3, 1.0]))
    if draw(st.booleans()):
        spell = draw(st.sampled_from(["1h", "5h", "0s", "never", exponential("20m")]))
        how["shrinkage"] = {"share": draw(st.sampled_from([0.0, 0.3, 0.8])), "spell": spell}
    if draw(st.booleans()):
        how["breakdown"] = {
            "every": exponential("5h"),
            "repair": draw(st.sampled_from(["1h", "0s"])),
        }
    return programme(days=2, groups=(group(agents=range(3), **how),), stints=stints, rests=rests)


@given(plan=programmes(), replication=st.integers(0, 50))
def test_moves_are_in_order_each_a_change_and_within_the_shifts(
    plan: Programme, replication: int
) -> None:
    rows = moves(plan, replication)
    keys = list(zip(rows["tick"].tolist(), rows["agent"].tolist(), strict=True))

    assert keys == sorted(set(keys))
    for agent in range(3):
        own = rows[rows["agent"] == agent]
        stints = plan.stints[plan.stints["agent"] == agent]
        states = [int(OFF), *own["state"].tolist()]
        assert all(one != other for one, other in pairwise(states))
        assert states[-1] == OFF
        for tick, state in zip(own["tick"].tolist(), own["state"].tolist(), strict=True):
            at_work = ((stints["start"] <= tick) & (tick < stints["end"])).any()
            assert at_work == (state != OFF)
        resting = rows[(rows["agent"] == agent) & (rows["state"] == AWAY)]["tick"]
        for rest in plan.rests[plan.rests["agent"] == agent]:
            assert not ((rest["start"] <= resting) & (resting < rest["end"])).any()


@given(plan=programmes())
def test_replications_drawn_together_are_those_drawn_alone(plan: Programme) -> None:
    numbers = [4, 0, 4, 7]

    together = rosters(plan, seed=3, replications=numbers)

    for number, own in zip(numbers, together, strict=True):
        np.testing.assert_array_equal(own, moves(plan, number), strict=True)


def test_replications_too_many_for_one_line_are_drawn_one_by_one() -> None:
    plan = programme(days=3_660, groups=(group(agents=range(9_000), absence=0.5),), stints=[STINT])

    together = rosters(plan, seed=3, replications=range(3))

    assert [len(own) for own in together] == [len(moves(plan, number)) for number in range(3)]
