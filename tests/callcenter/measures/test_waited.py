"""Waits of a day by bounds: all that are over, each once."""

from callcenter.clock import SECOND
from callcenter.measures.live import board
from callcenter.measures.waited import waited
from callcenter.store.live_lines import day_log
from tests.legs import FRIDAY, a_day

BOUNDS = [5 * SECOND, 20 * SECOND]
LOG = day_log(FRIDAY, legs=list(a_day()), spells=())


def test_every_wait_that_is_over_is_counted_once_where_it_belongs() -> None:
    found = {(one.queue, one.ending): one for one in waited(LOG, bounds=BOUNDS)}
    expected: dict[tuple[str, str], list[int]] = {}
    for leg in a_day():
        if leg.queued is None or leg.ended is None:
            continue
        gave_up = leg.outcome in {2, 3}
        ending = "answered" if leg.answered else "abandoned" if gave_up else "left"
        wait = (leg.answered or leg.ended) - leg.queued
        expected.setdefault((leg.queue, ending), []).append(wait)

    assert found.keys() == expected.keys()
    for key, waits in expected.items():
        one = found[key]
        assert one.within == tuple(sum(wait <= bound for wait in waits) for bound in BOUNDS)
        assert one.count == len(waits)
        assert one.seconds == sum(waits) / SECOND


def test_the_waits_within_a_threshold_are_those_of_the_service_level() -> None:
    within = sum(one.within[1] for one in waited(LOG, bounds=BOUNDS) if one.ending == "answered")
    level = board(LOG, now=LOG.names.origin + 24 * 3_600 * SECOND).total["sl-b"]

    assert within == level.numerator > 10
