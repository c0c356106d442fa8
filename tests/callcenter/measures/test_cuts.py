"""Bases under keys of one's own are those of the tally, and each leg's own add up to them."""

import numpy as np
from hypothesis import given

from callcenter.clock import DAY, SECOND
from callcenter.domain.calls import Outcome
from callcenter.domain.targets import ServiceTarget
from callcenter.measures.cuts import by_key, by_leg
from callcenter.measures.frame import Frame
from callcenter.measures.tally import SERVICE, Detail, tally
from callcenter.telephony.call_log import AgentLog, CallLog
from tests.callcenter.measures.builders import answered, call_log, centres, gone

TARGET = ServiceTarget(within=20 * SECOND, short=5 * SECOND)


def test_a_leg_adds_to_what_counts_it_and_nothing_to_the_rest() -> None:
    calls = call_log(
        [
            answered(0, wait=20 * SECOND, talk=60 * SECOND, wrap=30 * SECOND),
            answered(0, wait=21 * SECOND),
            gone(0, outcome=Outcome.ABANDONED, wait=5 * SECOND),
        ]
    )

    found = by_leg(calls, target=TARGET, until=DAY)

    assert found["answered_within"].tolist() == [1, 0, 0]
    assert found["abandoned_short"].tolist() == [0, 0, 1]
    assert found["wait_answered"].tolist() == [20 * SECOND, 21 * SECOND, 0]
    assert found["wrap"].tolist() == [30 * SECOND, 0, 0]


def test_rows_without_a_key_are_left_out() -> None:
    calls = call_log([answered(0), answered(0), answered(0)])

    found = by_key(calls, key=np.array([1, -1, 1]), keys=2, target=TARGET, until=DAY)

    assert found["answered"].tolist() == [0, 2]


def test_a_log_without_rows_counts_nothing() -> None:
    empty = by_key(call_log([]), key=np.empty(0, np.int64), keys=1, target=TARGET, until=DAY)

    assert not any(column.any() for column in empty.values())


@given(centre=centres())
def test_what_single_legs_add_is_what_the_tally_counts(
    centre: tuple[CallLog, AgentLog, Frame],
) -> None:
    calls, agents, frame = centre
    one_target = Frame(
        queues=frame.queues,
        groups=frame.groups,
        agent_group=frame.agent_group,
        days=frame.days,
        opening=frame.opening,
        targets=(TARGET,) * len(frame.queues),
        until=frame.until,
    )
    whole = tally(calls, agents, one_target, detail=Detail.TOTAL).service_days.sum(axis=(1, 2))

    found = by_leg(calls, target=TARGET, until=frame.horizon)

    assert [found[name].sum() for name in SERVICE] == whole.tolist()
