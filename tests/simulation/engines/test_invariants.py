"""What is true of every day, whatever happens in it."""

from collections import defaultdict
from itertools import pairwise
from typing import Any

from hypothesis import given, strategies as st

from callcenter.domain.agents import AgentState
from callcenter.domain.calls import LegKind, Outcome
from callcenter.telephony.call_log import NONE
from simulation.engines import ENGINES, engine
from simulation.engines.port import Engine
from tests.scenes import Lived, Scene, live
from tests.strategies import scenes

FOR_EVER = 1 << 60
CALLERS_ONLY = scenes(without=frozenset({"campaigns"}))
"""Attempts have invariants of their own: `test_campaign_invariants.py`."""
EITHER = st.sampled_from([engine(name) for name in ENGINES])
Row = dict[str, Any]

AT_THE_LINE = {"arrived"}
IN_THE_QUEUE = {"arrived", "queued"}
WITH_AN_AGENT = {"arrived", "queued", "group", "agent", "assigned"}
WRITTEN: dict[Outcome, set[str]] = {
    Outcome.OPEN: IN_THE_QUEUE,
    Outcome.ANSWERED: WITH_AN_AGENT | {"answered", "ended", "wrapped"},
    Outcome.ABANDONED: IN_THE_QUEUE | {"ended"},
    Outcome.BALKED: IN_THE_QUEUE | {"ended"},
    Outcome.BUSY: AT_THE_LINE | {"ended"},
    Outcome.QUEUE_FULL: IN_THE_QUEUE | {"ended"},
    Outcome.CLOSED: AT_THE_LINE | {"ended"},
    Outcome.RELEASED: IN_THE_QUEUE | {"ended"},
    Outcome.SELF_SERVED: AT_THE_LINE | {"ended"},
    Outcome.CALLBACK_ACCEPTED: IN_THE_QUEUE | {"ended"},
    Outcome.NOT_REACHED: WITH_AN_AGENT | {"ended", "wrapped"},
    Outcome.HANDED_BACK: WITH_AN_AGENT | {"ended", "wrapped"},
}
FAILED = {Outcome.BUSY, Outcome.QUEUE_FULL, Outcome.BALKED, Outcome.ABANDONED}
AFTER: dict[LegKind, set[Outcome]] = {
    LegKind.REDIAL: FAILED,
    LegKind.TRANSFER: {Outcome.ANSWERED},
    LegKind.REPEAT: {Outcome.ANSWERED},
    LegKind.CALLBACK: {Outcome.CALLBACK_ACCEPTED},
    LegKind.HANDED_BACK: {Outcome.HANDED_BACK},
}
MOMENTS = ("arrived", "queued", "assigned", "answered", "ended", "wrapped")


def rows(day: Lived) -> list[Row]:
    return [day.calls.row(row) for row in range(len(day.calls))]


def by(name: str, day: Lived) -> dict[int, list[Row]]:
    """Group the legs by a column, in the order of rows."""
    groups: dict[int, list[Row]] = defaultdict(list)
    for row in rows(day):
        groups[row[name]].append(row)
    return groups


def work(day: Lived) -> dict[int, list[tuple[int, int]]]:
    """Return each agent's calls, from assigned to wrapped, ascending."""
    spans = {
        agent: sorted((leg["assigned"], leg["wrapped"]) for leg in legs)
        for agent, legs in by("agent", day).items()
    }
    return {agent: own for agent, own in spans.items() if agent != NONE}


@given(run=EITHER, scene=CALLERS_ONLY)
def test_what_is_written_of_a_leg_is_what_its_outcome_says(run: Engine, scene: Scene) -> None:
    for row in rows(live(run, scene)):
        written = {name for name in (*MOMENTS, "group", "agent") if row[name] != NONE}
        wanted = WRITTEN[Outcome(row["outcome"])]
        may = {"answered"} if row["outcome"] == Outcome.HANDED_BACK else set()
        assert wanted <= written <= wanted | may, row
        assert row["hold"] == 0 or row["outcome"] == Outcome.ANSWERED
        assert row["resolved"] == NONE or row["outcome"] == Outcome.ANSWERED


@given(run=EITHER, scene=scenes())
def test_moments_of_a_leg_ascend(run: Engine, scene: Scene) -> None:
    for row in rows(live(run, scene)):
        moments = [row[name] for name in MOMENTS if row[name] != NONE]
        assert moments == sorted(moments), row


@given(run=EITHER, scene=CALLERS_ONLY)
def test_each_leg_follows_from_the_one_before(run: Engine, scene: Scene) -> None:
    calls = by("call", live(run, scene))

    first_spare = len(scene.start) + len(scene.calls)
    assert sorted(calls) == list(range(first_spare))
    for legs in calls.values():
        assert [leg["attempt"] for leg in legs] == list(range(len(legs)))
        assert legs[0]["kind"] == LegKind.FRESH
        for before, after in pairwise(legs):
            assert before["outcome"] in AFTER[LegKind(after["kind"])]
            assert after["arrived"] >= before["ended"]
            same = after["kind"] in {LegKind.CALLBACK, LegKind.HANDED_BACK}
            assert after["fate"] == before["fate"] if same else after["fate"] >= first_spare
            assert (before["resolved"] == 0) == (after["kind"] == LegKind.REPEAT)


@given(run=EITHER, scene=scenes())
def test_no_agent_serves_two_at_once(run: Engine, scene: Scene) -> None:
    for spans in work(live(run, scene)).values():
        assert all(one[1] <= other[0] for one, other in pairwise(spans))


@given(run=EITHER, scene=scenes())
def test_spells_have_length_and_do_not_overlap(run: Engine, scene: Scene) -> None:
    spells = live(run, scene).spells()

    assert spells == sorted(spells, key=lambda spell: (spell[0], spell[2]))
    for agent, state, start, end in spells:
        assert scene.start_tick <= start < end, agent
        assert state is not AgentState.OFFLINE
    for one, other in pairwise(spells):
        assert one[0] != other[0] or one[3] <= other[2]


@given(run=EITHER, scene=scenes())
def test_calls_lie_within_available_spells(run: Engine, scene: Scene) -> None:
    day = live(run, scene)

    spells = [spell for spell in day.spells() if spell[1] is AgentState.AVAILABLE]
    for agent, spans in work(day).items():
        own = [(start, end) for who, _, start, end in spells if who == agent]
        for assigned, wrapped in spans:
            begun = max(assigned, scene.start_tick)
            inside = any(start <= begun and wrapped <= end for start, end in own)
            assert inside or begun == wrapped


@given(run=EITHER, scene=scenes(without=frozenset({"conditions"})))
def test_nobody_waits_for_an_agent_who_is_free(run: Engine, scene: Scene) -> None:
    day = live(run, scene)
    numbers = [g for g, group in enumerate(scene.groups) for _ in range(group.headcount)]
    spans = work(day)

    for agent, state, start, end in day.spells():
        if state is not AgentState.AVAILABLE:
            continue
        served = {skill.queue for skill in scene.groups[numbers[agent]].skills}
        edges = [start, *(edge for span in spans.get(agent, []) for edge in span), end]
        idle = [
            (a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if start <= a < b <= end
        ]
        for leg in rows(day):
            if leg["queue"] in served and leg["queued"] != NONE:
                began, ended = leg["queued"], _end_of_waiting(leg)
                assert not any(max(a, began) < min(b, ended) for a, b in idle), leg


def _end_of_waiting(leg: Row) -> int:
    ends = [leg[name] for name in ("assigned", "ended") if leg[name] != NONE]
    return min(ends, default=FOR_EVER)


PLAIN = frozenset({"priorities", "call-back", "hand-back", "start", "ageing"})


@given(run=EITHER, scene=scenes(without=PLAIN))
def test_equal_callers_are_served_first_come_first_served(run: Engine, scene: Scene) -> None:
    for legs in by("queue", live(run, scene)).values():
        queued = [leg for leg in legs if leg["queued"] != NONE]
        for leg in queued:
            if leg["assigned"] != NONE:
                ahead = [other for other in queued if other["queued"] < leg["queued"]]
                assert all(_end_of_waiting(other) <= leg["assigned"] for other in ahead)


@given(run=EITHER, scene=scenes())
def test_no_more_lines_are_taken_than_there_are(run: Engine, scene: Scene) -> None:
    held: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for legs in by("call", live(run, scene)).values():
        for bundle, span in _lines(scene, legs):
            held[bundle].append(span)

    for bundle, spans in held.items():
        at_start = sum(start <= scene.start_tick < end for start, end in spans)
        already = [call for call in scene.start if scene.queues[call.queue].lines == bundle]
        most = max(scene.lines[bundle], min(at_start, len(already)))
        for tick in {start for start, _ in spans if start > scene.start_tick}:
            assert sum(start <= tick < end for start, end in spans) <= most


def _lines(scene: Scene, legs: list[Row]) -> list[tuple[int, tuple[int, int]]]:
    """Return the bundle and the span of each line that a call held."""
    spans: list[tuple[int, tuple[int, int]]] = []
    carried = False
    for leg in legs:
        dialled = leg["kind"] in {LegKind.FRESH, LegKind.REDIAL, LegKind.REPEAT}
        end = leg["ended"] if leg["ended"] != NONE else FOR_EVER
        if dialled:
            bundle = scene.queues[leg["queue"]].lines
            carried = bundle != NONE and leg["outcome"] not in {Outcome.CLOSED, Outcome.BUSY}
            if carried:
                spans.append((bundle, (leg["arrived"], end)))
        elif leg["kind"] == LegKind.CALLBACK:
            carried = False
        elif carried:
            bundle, (start, _) = spans[-1]
            spans[-1] = (bundle, (start, end))
    return spans


@given(run=EITHER, scene=scenes())
def test_the_same_day_is_lived_the_same_way_twice(run: Engine, scene: Scene) -> None:
    one, other = live(run, scene), live(run, scene)

    assert one.calls.equals(other.calls)
    assert one.agents.equals(other.agents)
