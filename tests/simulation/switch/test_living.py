"""A switch that lives day after day tells each as its batch run would, however fast its clock is."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from callcenter.clock import HOUR, MINUTE, SECOND
from callcenter.telephony.commands import MoveAgents, RecallAgents
from callcenter.telephony.events import (
    CallArrived,
    CsatReceived,
    Snapshot,
    SourceHeartbeat,
    SourceReconfigured,
    SourceStarted,
    Told,
)
from callcenter.telephony.fold import Fold
from callcenter.telephony.names import Names
from callcenter.telephony.narrate import narrate
from callcenter.telephony.speaking import Speaker
from simulation.lead_ends import lead_ends
from simulation.plan import Plan, compile_plan
from simulation.replications import Order, draw, live
from simulation.scenario.load import load
from simulation.switch.laying import Laying, midnight
from simulation.switch.living import Switch
from tests.parity.differences import as_heard, differences
from tests.parity.test_narrate_and_fold import folded

CONFIGS = Path(__file__).parents[3] / "configs" / "scenarios"
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
START = 77 * SECOND
"""What the real clock shows at first; it only counts how much later it is."""


@pytest.fixture(scope="module")
def bucheon() -> Plan:
    return compile_plan(load(CONFIGS / "bucheon-2009.yaml"))


@pytest.fixture(scope="module")
def tutorial() -> Plan:
    return compile_plan(load(CONFIGS / "tutorial.yaml"))


def a_switch(plan: Plan, **said: Any) -> Switch:
    known: dict[str, Any] = {
        "source": "sim1", "seed": 1, "first": MONDAY, "real_now": START, "speed": 1000.0,
    }  # fmt: skip
    return Switch(plan, **known | said)


def heard(switch: Switch, moments: Sequence[int]) -> list[Told]:
    """Ask what is due at these real moments after the start."""
    return [told for moment in moments for told in switch.due(START + moment)]


def told_by_batch(plan: Plan, day: date, *, sequence: int, replication: int) -> list[Told]:
    """Tell a date's batch run as the switch should tell it, from the number after `sequence` on."""
    alone = Laying(plan).plan_of(day)
    logs = live(Order.of(alone, seed=1, engine="reference"), replication)
    names = Names.of_centre(
        queues=alone.frame.called,
        groups=alone.frame.groups,
        agent_group=alone.frame.agent_group,
        call_prefix=f"{day:%Y%m%d}-{sequence}-",
        origin=midnight(day),
    )
    workload = draw(Order.of(alone, seed=1), replication)
    _, came_to = lead_ends(logs[0], alone.tables, workload)
    told = list(narrate(*logs, names=names, source="sim1", dispositions=came_to))
    assert differences(as_heard(logs), folded(told, names)) == ""
    return told


def plainly(told: Sequence[Told]) -> list[tuple[Any, int]]:
    return [(one.event, one.at) for one in told]


def test_a_day_of_the_city_is_told_as_its_batch_run_whatever_the_steps(bucheon: Plan) -> None:
    switch = a_switch(bucheon)
    steps = [
        0,
        SECOND,
        SECOND,
        7 * SECOND,
        7 * SECOND + 13,
        *range(8 * SECOND, 41 * SECOND, SECOND // 3),
    ]

    told = heard(switch, steps)

    expected = told_by_batch(bucheon, MONDAY, sequence=1, replication=0)
    of_calls = [one for one in told if not isinstance(one.event, CsatReceived)]
    assert isinstance(told[0].event, SourceStarted)
    assert plainly(of_calls[1 : len(expected) + 1]) == plainly(expected)
    assert [one.sequence for one in told] == list(range(1, len(told) + 1))
    assert switch.date == TUESDAY


def test_the_next_open_day_follows_with_the_next_replication_and_the_next_number(
    tutorial: Plan,
) -> None:
    switch = a_switch(tutorial, first=date(2026, 11, 27), sequence=70)

    told = heard(switch, range(0, 100 * SECOND, SECOND))

    first = told_by_batch(tutorial, date(2026, 11, 27), sequence=71, replication=0)
    upto = 71 + len(first)
    second = told_by_batch(tutorial, date(2026, 11, 30), sequence=upto, replication=1)
    assert plainly(told[1 : len(first) + len(second) + 1]) == plainly([*first, *second])
    assert [one.sequence for one in told] == list(range(71, 71 + len(told)))
    assert switch.replication == 2
    calls = [one.event for one in told if isinstance(one.event, CallArrived)]
    assert len({(call.call, call.leg) for call in calls}) == len(calls)


def test_nothing_is_told_before_it_has_happened_and_nothing_twice(tutorial: Plan) -> None:
    switch = a_switch(tutorial, speed=60.0)
    told = []

    for moment in range(0, 600 * SECOND, 7 * SECOND):
        due = switch.due(START + moment)
        now = switch.heartbeat().at
        assert all(one.at <= now for one in due)
        assert switch.due(START + moment) == []
        told += due

    assert all(one.recorded_at <= other.recorded_at for one, other in pairwise(told[1:]))


def test_how_long_to_wait_is_when_something_happens(tutorial: Plan) -> None:
    switch = a_switch(tutorial, speed=60.0)
    assert switch.wait_seconds(START) == 0
    switch.due(START)

    now = START
    for _ in range(200):
        wait = switch.wait_seconds(now)
        before = now + int(wait * SECOND) - 1
        if before > now:
            assert switch.due(before) == []
        now = now + int(wait * SECOND) + 1
        switch.due(now)

    assert switch.sequence > 200


def test_a_fast_clock_stands_a_minute_before_anything_happens_and_leaps_over_nights(
    tutorial: Plan,
) -> None:
    switch = a_switch(tutorial)
    switch.due(START)
    assert switch.heartbeat().at == midnight(MONDAY) + 9 * HOUR - MINUTE

    while switch.date == MONDAY:
        now = switch.heartbeat().at
        heard(switch, [round((now - midnight(MONDAY) - 9 * HOUR + 2 * MINUTE) / 1000)])

    assert switch.heartbeat().at == midnight(TUESDAY) + 9 * HOUR - MINUTE


def test_a_real_clock_begins_in_the_middle_of_the_day_and_waits_through_the_night(
    tutorial: Plan,
) -> None:
    noon = midnight(MONDAY) + 12 * HOUR
    switch = a_switch(tutorial, speed=1.0, begins=noon)

    morning = switch.due(START)
    expected = told_by_batch(tutorial, MONDAY, sequence=1, replication=0)
    so_far = [one for one in expected if one.at <= noon]
    assert plainly(morning[1:]) == plainly(so_far)
    rest = switch.due(START + 9 * HOUR)
    assert plainly(rest) == plainly(expected[len(so_far) :])
    assert switch.wait_seconds(START + 9 * HOUR) == 12 * 60 * 60
    assert switch.obey(RecallAgents(count=1, group="general")).en == "the day has not begun"


def test_a_snapshot_and_a_heartbeat_say_how_things_stand(tutorial: Plan) -> None:
    switch = a_switch(tutorial)
    fold = Fold()
    for one in heard(switch, range(0, 12 * SECOND, SECOND)):
        fold.apply(one)

    beat, snapshot = switch.heartbeat(), switch.snapshot()

    assert isinstance(snapshot.event, Snapshot)
    assert snapshot.event == fold.snapshot("sim1", sequence_high=switch.sequence)
    assert snapshot.event.calls
    assert beat.event == SourceHeartbeat(
        sequence_high=switch.sequence,
        now=beat.at,
        live_calls=len(fold.open_calls),
        agents=12,
        speed=1000.0,
        simulated=True,
    )
    assert beat.sequence == snapshot.sequence == switch.sequence


def test_an_order_is_answered_at_once_and_told_next(tutorial: Plan) -> None:
    switch = a_switch(tutorial)
    switch.due(START + SECOND)

    now = switch.heartbeat().at
    answers = [
        switch.obey(MoveAgents(count=1, group="general", to="specialists")) for _ in range(2)
    ]
    told = switch.due(START + SECOND)

    assert [answer.done for answer in answers] == [1, 1]
    orders = [one for one in told if isinstance(one.event, SourceReconfigured)]
    assert [one.at for one in orders] == [now + 1, now + 2]
    assert orders[0].event == SourceReconfigured(detail=answers[0].en)


def test_the_switch_is_a_speaker(tutorial: Plan) -> None:
    def known(speaker: Speaker) -> tuple[str, float, int]:
        return speaker.source, speaker.speed, speaker.sequence

    assert known(a_switch(tutorial)) == ("sim1", 1000.0, 1)


def test_what_a_day_leaves_open_is_gone_the_next_day(bucheon: Plan) -> None:
    switch = a_switch(bucheon)
    real = START
    while switch.date == MONDAY:
        real += SECOND
        switch.due(real)

    assert switch.snapshot().event == Snapshot(sequence_high=switch.sequence)


def test_a_day_is_over_in_the_evening_though_leads_wait_for_tomorrow(bucheon: Plan) -> None:
    campaigns = bucheon.scenario.campaigns
    assert any(campaign.attempts > 1 for campaign in campaigns.values())
    switch = a_switch(bucheon, speed=1_000.0)

    heard(switch, [13 * HOUR * n // 100_000 for n in range(101)])

    assert switch.date == TUESDAY


# --- Stopped and started again ---------------------------------------------------------------------------


MOVE = MoveAgents(count=2, group="general", to="specialists")


def ordered(switch: Switch, told: list[Told]) -> None:
    """Order something twice, at once, in the middle of the day."""
    for _ in range(2):
        switch.obey(MOVE)
        told += switch.due(START + 9 * SECOND)


@pytest.mark.parametrize("stopped", [2, 9, 11, 36, 37])
def test_a_switch_that_was_stopped_goes_on_as_if_nothing_had_been(
    tutorial: Plan, stopped: int
) -> None:
    moments = [second * SECOND for second in range(9)]
    one, other = a_switch(tutorial), a_switch(tutorial)
    whole, parts = heard(one, moments), heard(other, moments)
    ordered(one, whole)
    ordered(other, parts)
    for second in range(10, 60):
        whole += one.due(START + second * SECOND)
        if second == stopped:
            last, marks = other.sequence, other.marks()
            other = a_switch(
                tutorial, real_now=START + (second - 1) * SECOND, sequence=last, marks=marks
            )
        parts += other.due(START + second * SECOND)

    assert parts == whole


def test_a_real_clock_tells_what_it_missed_when_it_is_started_again(tutorial: Plan) -> None:
    noon = midnight(MONDAY) + 12 * HOUR
    one = a_switch(tutorial, speed=1.0, begins=noon)
    told = one.due(START)

    later = START + 30 * MINUTE
    other = a_switch(
        tutorial,
        speed=1.0,
        begins=noon + 30 * MINUTE,
        real_now=later,
        sequence=one.sequence,
        marks=one.marks(),
    )

    assert [*told, *other.due(later)] == [*told, *one.due(later)]


@pytest.mark.parametrize(
    "changed",
    [
        {"seed": 2},
        {"sequence": 9_999},
        {"begins": midnight(TUESDAY)},
        {"plan": "multi-skill"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_another_switch_begins_another_day(tutorial: Plan, changed: dict[str, Any]) -> None:
    one = a_switch(tutorial)
    heard(one, [0, 5 * SECOND])
    known = {"sequence": one.sequence, "marks": one.marks()} | changed
    name = known.pop("plan", "tutorial")

    other = a_switch(compile_plan(load(CONFIGS / f"{name}.yaml")), **known)

    (started, *_) = other.due(START)
    assert isinstance(started.event, SourceStarted)
    assert started.sequence == known["sequence"] + 1
    assert (other.date, other.replication) == (TUESDAY, 0)


@pytest.mark.parametrize("text", ["", "{}", "null", '{"digest": 1}', "\0"])
def test_marks_that_are_none_are_no_hindrance(tutorial: Plan, text: str) -> None:
    switch = a_switch(tutorial, marks={"living": text})

    assert isinstance(switch.due(START)[0].event, SourceStarted)
    assert switch.date == MONDAY
