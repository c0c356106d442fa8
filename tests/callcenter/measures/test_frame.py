from dataclasses import replace

import pytest

from callcenter.clock import DAY, HOUR, MINUTE, NEVER
from callcenter.domain.targets import Bound, Definition, Goal, ServiceTarget
from tests.callcenter.measures.builders import frame


def test_any_queue_open_is_the_centre_open() -> None:
    made = replace(
        frame(queues=("a", "b", "c")),
        opening=(((9 * HOUR, 12 * HOUR),), ((11 * HOUR, 13 * HOUR),), ((15 * HOUR, 16 * HOUR),)),
    )

    by_queue = made.open_by_slot.sum(axis=1) / HOUR

    assert by_queue.tolist() == [3, 2, 1, 5]


def test_doors_are_cut_to_the_measured_time() -> None:
    made = replace(frame(until=20 * HOUR, warm_up=4 * HOUR), opening=(((0, NEVER),),))

    assert made.open_by_slot[0].sum() == 16 * HOUR
    assert made.open_by_slot[0, 4] == HOUR
    assert made.open_by_slot[0, 3] == 0


def test_intervals_are_called_by_their_start() -> None:
    assert frame(interval=30 * MINUTE).labels[:3] == ("00:00", "00:30", "01:00")


def test_queues_that_differ_are_told_together_by_the_default_definition() -> None:
    chosen = (ServiceTarget(definition=Definition.A), ServiceTarget(definition=Definition.F))

    assert frame(queues=("a", "b"), targets=chosen).definition is Definition.B
    assert frame(target=chosen[1]).definition is Definition.F


@pytest.mark.parametrize(
    "change",
    [
        {"interval": 7 * MINUTE},
        {"warm_up": 2 * DAY},
        {"until": 2 * DAY},
        {"targets": ()},
        {"agent_group": (0, 1)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_frame_that_contradicts_itself_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(AssertionError):
        replace(frame(), **change)


def test_a_target_gives_a_goal_for_each_demand() -> None:
    target = ServiceTarget(share=None, abandonment=0.05, asa=30_000_000, occupancy=(0.6, 0.85))

    assert list(target.goals()) == [
        Goal(measure="abandonment_rate", bound=Bound.AT_MOST, value=0.05),
        Goal(measure="asa", bound=Bound.AT_MOST, value=30.0),
        Goal(measure="occupancy", bound=Bound.AT_LEAST, value=0.6),
        Goal(measure="occupancy", bound=Bound.AT_MOST, value=0.85),
    ]


def test_the_goal_s_own_value_keeps_it() -> None:
    assert Goal(measure="asa", bound=Bound.AT_MOST, value=30).kept(30)
    assert Goal(measure="occupancy", bound=Bound.AT_LEAST, value=0.6).kept(0.6)
