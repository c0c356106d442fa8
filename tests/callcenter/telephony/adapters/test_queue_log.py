"""Asterisk's queue log, line by line, against answers written down beforehand."""

from collections.abc import Sequence
from datetime import timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from callcenter.clock import SECOND
from callcenter.errors import DataError
from callcenter.telephony.adapters.queue_log import QueueLog, Rules
from callcenter.telephony.adapters.queue_log_lines import (
    fingerprint,
    lines_of_file,
    lines_of_table,
)
from callcenter.telephony.adapters.scribe import Remark
from callcenter.telephony.events import CallArrived, CallQueued, SourceStarted, Told
from callcenter.telephony.fold import Fold
from callcenter.telephony.standing import Stage
from callcenter.telephony.words import TimePrecision
from tests.callcenter.telephony.adapters.plainly import paper, plainly
from tests.callcenter.telephony.adapters.queue_log_kit import CASES, WRAP_UP

HALF_A_MINUTE = Rules(wrap_up=30 * SECOND)
OLDER = {"TRANSFER", "AGENTCALLBACKLOGIN", "AGENTCALLBACKLOGOFF"}
"""Names that older Asterisks gave to what the kit holds under the present ones."""
STREAMS = [log for log, _ in (*CASES.values(), *WRAP_UP.values())]


def raw(log: str) -> list[bytes]:
    return [f"{line}\n".encode() for line in paper(log)]


def read(log: str, *, rules: Rules | None = None, file: str = "log") -> list[Told | Remark]:
    return list(QueueLog(source="pbx1", rules=rules).read(lines_of_file(raw(log), file=file)))


def told_of(found: Sequence[Told | Remark]) -> list[Told]:
    return [one for one in found if isinstance(one, Told)]


@pytest.mark.parametrize(("log", "told"), CASES.values(), ids=CASES)
def test_what_a_log_says(log: str, told: str) -> None:
    assert plainly(read(log)) == paper(told)


@pytest.mark.parametrize(("log", "told"), WRAP_UP.values(), ids=WRAP_UP)
def test_after_call_work(log: str, told: str) -> None:
    assert plainly(read(log, rules=HALF_A_MINUTE)) == paper(told)


def test_every_kind_of_line_is_in_the_kit() -> None:
    written = {line.split("|")[4] for log in STREAMS for line in paper(log) if line.count("|") > 3}

    assert set(QueueLog._VERBS) - OLDER <= written


def test_after_call_work_beyond_the_end_of_a_file_can_be_ended() -> None:
    log = QueueLog(source="pbx1", rules=HALF_A_MINUTE)
    list(log.read(lines_of_file(raw("100|c.1|tax|ann|COMPLETEAGENT|0|40|1"), file="log")))

    assert plainly(log.rest()) == ["130 call.wrapped c.1/0 tax agent=ann wrap=30 *"]
    assert list(log.rest()) == []


def test_the_page_says_what_becomes_of_every_line(repository: Path) -> None:
    page = (repository / "docs" / "live-events.md").read_text("utf-8")

    assert not [verb for verb in set(QueueLog._VERBS) - OLDER if f"`{verb}`" not in page]


# --- Ids and reading on ------------------------------------------------------------------------------


@pytest.mark.parametrize("stream", STREAMS)
@given(data=st.data())
def test_a_log_read_in_pieces_says_the_same_with_the_same_ids(
    stream: str, data: st.DataObject
) -> None:
    lines = raw(stream)
    at = data.draw(st.integers(0, len(lines)))
    offset = sum(map(len, lines[:at]))
    log = QueueLog(source="pbx1", rules=HALF_A_MINUTE)

    first = list(log.read(lines_of_file(lines[:at], file="log")))
    rest = list(log.read(lines_of_file(lines[at:], file="log", offset=offset, number=at + 1)))

    assert first + rest == read(stream, rules=HALF_A_MINUTE)


@pytest.mark.parametrize("stream", STREAMS)
def test_no_two_events_share_an_id(stream: str) -> None:
    ids = [told.id for told in told_of(read(stream, rules=HALF_A_MINUTE))]

    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("stream", STREAMS)
def test_numbers_go_on_without_gaps(stream: str) -> None:
    log = QueueLog(source="pbx1", sequence=40)

    found = told_of(list(log.read(lines_of_file(raw(stream), file="log"))))

    assert [told.sequence for told in found] == list(range(41, 41 + len(found)))
    assert all(told.at <= told.recorded_at for told in found)


def test_an_id_depends_on_where_a_line_stands_and_not_on_what_was_read_before() -> None:
    whole = read("99|NONE|NONE|NONE|CONFIGRELOAD|\n100|c.1|tax|NONE|ABANDON|1|1|5")
    lines = lines_of_file(raw("100|c.1|tax|NONE|ABANDON|1|1|5"), file="log", offset=32, number=2)
    alone = list(QueueLog(source="pbx1").read(lines))

    assert [told.id for told in told_of(whole)][1:] == [told.id for told in told_of(alone)]
    other = told_of(read("100|c.1|tax|NONE|ABANDON|1|1|5", file="other"))
    assert not {told.id for told in other} & {told.id for told in told_of(alone)}


def test_a_file_keeps_its_fingerprint_when_it_is_rotated() -> None:
    assert fingerprint(b"1|NONE|NONE|NONE|QUEUESTART|\n") == fingerprint(
        b"1|NONE|NONE|NONE|QUEUESTART|"
    )
    assert fingerprint(b"1|NONE|NONE|NONE|QUEUESTART|") != fingerprint(
        b"2|NONE|NONE|NONE|QUEUESTART|"
    )


def test_a_call_lives_on_in_the_file_after_a_rotation() -> None:
    log = QueueLog(source="pbx1")
    list(log.read(lines_of_file(raw("100|c.1|tax|NONE|ENTERQUEUE|||1"), file="one")))

    found = log.read(lines_of_file(raw("109|c.1|tax|NONE|ABANDON|1|1|9"), file="two"))

    assert plainly(found) == ["109 call.abandoned c.1/0 tax wait=9"]


def test_a_line_still_being_written_is_left_alone() -> None:
    lines = [b"100|c.1|tax|NONE|ENTERQUEUE|||1\n", b"109|c.1|tax|NONE|ABAN"]

    found = list(QueueLog(source="pbx1").read(lines_of_file(lines, file="log")))

    assert [told.kind for told in told_of(found)] == ["call.arrived", "call.queued"]


def test_bytes_that_are_no_text_do_not_stop_the_reading() -> None:
    lines = [b"100|c.1|tax|NONE|ENTERQUEUE||\xff\xfe|1\n", b"109|c.1|tax|NONE|ABANDON|1|1|9\n"]

    found = list(QueueLog(source="pbx1").read(lines_of_file(lines, file="log")))

    assert plainly(found)[-1] == "109 call.abandoned c.1/0 tax wait=9"


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=60)))
def test_no_text_whatsoever_stops_the_reading(texts: list[str]) -> None:
    verbs = ["ENTERQUEUE", "CONNECT", "COMPLETEAGENT", "PAUSE", "OUTCALL", "ATTENDEDTRANSFER"]
    shaped = [f"100|c.1|tax|ann|{verb}|{text}" for verb in verbs for text in texts]
    lines = [f"{line}\n".encode() for line in texts + shaped]

    found = list(QueueLog(source="pbx1").read(lines_of_file(lines, file="log")))

    assert all(isinstance(one, Told | Remark) for one in found)


def test_what_ended_long_ago_is_forgotten() -> None:
    log = QueueLog(source="pbx1")
    stream = "100|c.1|tax|NONE|ENTERQUEUE|||1\n109|c.1|tax|NONE|ABANDON|1|1|9"
    list(log.read(lines_of_file(raw(stream), file="log")))

    log.forget(before=109 * SECOND)
    assert log._heard
    log.forget(before=110 * SECOND)
    assert not log._heard


# --- What a log does not say -------------------------------------------------------------------------


def test_a_number_is_told_only_as_a_keyed_hash() -> None:
    stream = "100|c.1|tax|NONE|ENTERQUEUE||0212345678|1"
    hashing = Rules(hash_caller=lambda number: f"hash of {len(number)} digits")

    silent, hashed = (told_of(read(stream, rules=rules))[0] for rules in (None, hashing))

    assert isinstance(silent.event, CallArrived)
    assert silent.event.caller_hash is None
    assert isinstance(hashed.event, CallArrived)
    assert hashed.event.caller_hash == "hash of 10 digits"
    assert "0212345678" not in repr(silent) + repr(hashed)


def test_an_interface_named_in_place_of_a_member_is_known_by_its_alias() -> None:
    stream = """
        90|MANAGER|tax|Local/7@agents|ADDMEMBER|
        100|c.1|tax|ann|CONNECT|5|c.2|1
    """

    found = plainly(read(stream, rules=Rules(aliases={"Local/7@agents": "ann"})))

    assert found[0] == "90 agent.logged_in ann"
    assert not [line for line in found if "derived" in line]


def test_moments_of_a_file_are_known_to_the_second() -> None:
    found = told_of(read("100|c.1|tax|NONE|ENTERQUEUE|||1"))

    assert {told.time_precision for told in found} == {TimePrecision.SECOND}


def test_what_the_events_amount_to_is_what_the_log_said() -> None:
    fold = Fold()
    for told in told_of(read(CASES["sent on into another queue of the same switch"][0])):
        fold.apply(told)

    answered, abandoned = fold.legs
    assert answered.answered - answered.queued == 10 * SECOND
    assert answered.answered - answered.assigned == 4 * SECOND
    assert answered.ended - answered.answered == 40 * SECOND
    assert abandoned.stage is Stage.OVER
    assert fold.open_calls == []


# --- Tables ------------------------------------------------------------------------------------------

REALTIME = """time,callid,queuename,agent,event,data1,data2,data3,data4,data5
2026-07-01 09:00:00.250000,c.1,tax,NONE,ENTERQUEUE,,0212345678,1,,
2026-07-01 09:00:10.750000,c.1,tax,ann,CONNECT,10,c.2,4,,
2026-07-01 09:00:40.500000,c.1,tax,ann,ATTENDEDTRANSFER,APP,Queue,10,30,1
yesterday,c.1,tax,ann,CONNECT,10,c.2,4,,
"""
SEOUL = timezone(timedelta(hours=9))


def test_a_realtime_table_has_microseconds_in_local_time() -> None:
    lines = lines_of_table(REALTIME.splitlines(), file="table", zone=SEOUL)

    found = list(QueueLog(source="pbx1").read(lines))

    queued = next(told for told in told_of(found) if isinstance(told.event, CallQueued))
    assert queued.at == 1_782_864_000 * SECOND + 250_000
    assert queued.time_precision is TimePrecision.MICROSECOND
    assert [told.kind for told in told_of(found)][-3:] == [
        "call.transferred",
        "call.ended",
        "call.wrapped",
    ]
    assert plainly(found)[-1] == "line 5: malformed CONNECT"


def test_a_realtime_table_may_hold_all_its_fields_in_one_column() -> None:
    table = [
        "time,callid,queuename,agent,event,data",
        "2026-07-01T00:00:09Z,c.1,tax,NONE,ABANDON,1|1|9",
    ]

    found = QueueLog(source="pbx1").read(lines_of_table(table, file="table", zone=SEOUL))

    assert plainly(found)[-1].endswith("call.abandoned c.1/0 tax wait=9")


def test_local_times_without_a_zone_are_refused() -> None:
    with pytest.raises(DataError, match="expected the time zone"):
        list(lines_of_table(REALTIME.splitlines(), file="table"))


def test_a_table_of_another_kind_is_refused_with_what_was_expected() -> None:
    with pytest.raises(DataError, match="table: expected columns time, callid"):
        list(lines_of_table(["name,age", "Kim,30"], file="table"))


def test_a_line_of_the_named_table_without_a_time_is_malformed() -> None:
    table = ["date_time,callid,queue_name,type,event", ",c.1,tax,NONE,ABANDON"]

    assert plainly(QueueLog(source="p").read(lines_of_table(table, file="t"))) == [
        "line 2: malformed ABANDON"
    ]


def test_a_start_is_told_as_the_source_starting() -> None:
    (told,) = read("100|NONE|NONE|NONE|QUEUESTART|")

    assert isinstance(told, Told)
    assert isinstance(told.event, SourceStarted)


def test_an_open_file_is_read_as_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "queue_log"
    path.write_bytes(b"".join(raw(CASES["answered, and the caller hangs up"][0])))

    with path.open("rb") as lines:
        found = list(QueueLog(source="pbx1").read(lines_of_file(lines, file="log")))

    assert plainly(found) == paper(CASES["answered, and the caller hangs up"][1])
