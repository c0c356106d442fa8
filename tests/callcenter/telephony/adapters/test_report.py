"""What an import says for itself."""

import pytest

from callcenter.clock import SECOND
from callcenter.telephony.adapters.queue_log import QueueLog
from callcenter.telephony.adapters.queue_log_lines import lines_of_file
from callcenter.telephony.adapters.report import SHOWN, Reason, Summary, summary
from callcenter.telephony.adapters.scribe import Oddity

LOG = """
90|NONE|tax|ann|ADDMEMBER|
100|c.1|tax|NONE|ENTERQUEUE|||1
110|c.1|tax|ann|CONNECT|10|c.2|4
140|c.1|tax|ann|COMPLETECALLER|10|30|1
200|c.3|tax|NONE|ENTERQUEUE|||1
205|c.3|tax|NONE|ABANDON|1|1|5
300|c.4|tax|NONE|ENTERQUEUE|||1
360|c.4|tax|NONE|EXITWITHTIMEOUT|1|1|60
400|c.5|tax|NONE|ENTERQUEUE|||1
404|c.5|tax|ann|CONNECT|4|c.6|4
410|c.7|tax|NONE|ENTERQUEUE|||1
405|c.8|tax|NONE|DID|1
"""


def summed(log: str) -> Summary:
    lines = [f"{line}\n".encode() for line in log.strip().splitlines()]
    return summary(QueueLog(source="pbx1").read(lines_of_file(lines, file="log")))


def test_calls_are_counted_by_what_became_of_them() -> None:
    found = summed(LOG)

    assert (found.queued, found.answered, found.abandoned) == (5, 2, 1)
    assert (found.exited, found.still_open) == (1, 1)
    assert found.mean_wait_us == 7 * SECOND
    assert found.mean_talk_us == 30 * SECOND
    assert (found.first, found.last) == (90 * SECOND, 410 * SECOND)


def test_events_are_counted_by_kind() -> None:
    found = summed(LOG)

    assert found.events["call.queued"] == 5
    assert found.told == sum(found.events.values())
    assert found.derived == 6


def test_lines_not_told_are_counted_and_those_told_all_the_same_are_not() -> None:
    found = summed(LOG)

    assert found.skipped == 1
    assert set(found.reasons) == {
        Reason(oddity=Oddity.UNKNOWN, verb="DID", count=1, lines=(12,)),
        Reason(oddity=Oddity.BACKWARDS, verb="DID", count=1, lines=(12,)),
    }


def test_the_most_frequent_reason_stands_first_with_its_first_lines() -> None:
    found = summed("junk\n" + "100|c.1|tax|NONE|DID|1\n" * 9)

    assert [(reason.oddity, reason.count) for reason in found.reasons] == [
        (Oddity.UNKNOWN, 9),
        (Oddity.MALFORMED, 1),
    ]
    assert found.reasons[0].lines == tuple(range(2, 2 + SHOWN))


def test_nothing_sums_up_to_nothing() -> None:
    found = summary([])

    assert found.told == found.skipped == found.queued == 0
    assert (found.first, found.mean_wait_us, found.mean_talk_us) == (None, None, None)


@pytest.mark.parametrize("oddity", Oddity)
def test_only_two_oddities_leave_a_line_told(oddity: Oddity) -> None:
    reason = Reason(oddity=oddity, verb="X", count=1, lines=(1,))

    assert reason.skipped is (oddity not in {Oddity.NEGATIVE, Oddity.BACKWARDS})
