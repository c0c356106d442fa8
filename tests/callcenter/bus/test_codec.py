"""What is written can be read again to the last bit; what cannot be read is refused with a reason."""

import contextlib
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from callcenter.bus.codec import (
    CONTENT_TYPE,
    ENVELOPES,
    LARGEST,
    Said,
    decode,
    encode,
    read,
    type_of,
    write,
)
from callcenter.bus.notes import Note, SourceNow
from callcenter.bus.port import Message, Qos
from callcenter.errors import CapacityError, InputError, PoisonMessageError
from callcenter.telephony.events import (
    EVENTS,
    AgentStateChanged,
    CallQueued,
    LiveCall,
    Snapshot,
    SourceHeartbeat,
    Told,
)
from callcenter.telephony.words import StateWord, TimePrecision
from tests.callcenter.bus.strategies import SAID

SITE = "bucheon"
AT = 1_782_864_779_412_345
QUEUED = Told(
    event=CallQueued(call="1717397243.239826", leg=0, queue="general", position=3),
    source="pbx1",
    sequence=184_467,
    at=AT,
    recorded_at=AT + 19_000,
)


def wire(told: Said = QUEUED) -> dict[str, Any]:
    """Give what is on the wire, to be spoiled."""
    envelope: dict[str, Any] = json.loads(encode(told, site=SITE))
    return envelope


def spoilt(**changes: Any) -> bytes:
    return json.dumps(wire() | changes).encode()


def spoilt_data(**changes: Any) -> bytes:
    return spoilt(data=wire()["data"] | changes)


@given(SAID)
def test_what_is_written_is_read_again(said: Said) -> None:
    assert read(write(said, site=SITE), site=SITE) == said


@given(SAID)
def test_what_is_written_fits_its_schema(said: Said) -> None:
    envelope = wire(said)
    schema = ENVELOPES[envelope["type"]].json_schema()

    Draft202012Validator(schema, format_checker=FormatChecker()).validate(envelope)


def test_an_event_is_a_cloud_event() -> None:
    assert wire() == {
        "specversion": "1.0",
        "id": "pbx1:0000000000184467",
        "source": "/cc/bucheon/pbx1",
        "type": "kr.cc.call.queued.v1",
        "subject": "call/1717397243.239826",
        "time": "2026-07-01T00:12:59.412345Z",
        "recordedtime": "2026-07-01T00:12:59.431345Z",
        "sequence": "0000000000184467",
        "partitionkey": "1717397243.239826",
        "datacontenttype": "application/json",
        "data": {"call": "1717397243.239826", "leg": 0, "queue": "general", "position": 3},
    }


def test_what_is_out_of_the_ordinary_is_said() -> None:
    told = replace(QUEUED, derived=True, time_precision=TimePrecision.SECOND, identity="ab" * 32)

    envelope = wire(told)

    assert envelope["derived"] is True
    assert envelope["timeprecision"] == "s"
    assert envelope["id"] == "ab" * 32


def test_a_message_is_handled_as_its_channel_asks() -> None:
    event = write(QUEUED, site=SITE)
    beat = SourceHeartbeat(sequence_high=1, now=AT, live_calls=0, agents=0)
    heartbeat = write(replace(QUEUED, event=beat), site=SITE)
    note = Note(body=SourceNow(online=True), source="pbx1", sequence=1, at=AT)

    assert event == Message(
        topic="cc/v1/bucheon/ev/call/general",
        payload=encode(QUEUED, site=SITE),
        qos=Qos.AT_LEAST_ONCE,
        retain=False,
        content_type=CONTENT_TYPE,
    )
    assert (heartbeat.qos, heartbeat.expires_after_seconds) == (Qos.AT_MOST_ONCE, 15)
    assert write(note, site=SITE).retain


def test_a_repeat_has_the_same_id() -> None:
    again = replace(QUEUED, recorded_at=AT + 5_000_000)

    assert wire(again)["id"] == wire()["id"]


@pytest.mark.parametrize(
    "moment", ["2026-07-01T09:12:59.412345+09:00", "2026-07-01T00:12:59.412345Z"]
)
def test_a_moment_may_be_told_with_any_offset(moment: str) -> None:
    assert decode(spoilt(time=moment), site=SITE).at == AT


def test_a_moment_may_be_told_without_a_fraction() -> None:
    assert decode(spoilt(time="2026-07-01T00:12:59Z"), site=SITE).at == AT - 412_345


def test_attributes_of_others_are_ignored() -> None:
    assert decode(spoilt(traceparent="00-abc"), site=SITE) == QUEUED


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "expected JSON"),
        (b"\xff\xfe", "expected JSON"),
        (b"[" * 10_000, "expected JSON"),
        (b"[]", "expected a JSON object, got a list"),
        (b'{"a": NaN}', "expected JSON"),
        (spoilt(type="kr.cc.call.queued.v2"), "unknown type or version 'kr.cc.call.queued.v2'"),
        (spoilt(type="kr.cc.call.teleported.v1"), "unknown type or version"),
        (spoilt(type=None), "unknown type or version"),
        (spoilt(type=["kr.cc.call.queued.v1"]), "unknown type or version"),
        (spoilt(specversion="0.3"), "specversion"),
        (spoilt(id=""), "id"),
        (spoilt(id="a\0b"), "id"),
        (spoilt(time="yesterday"), "time"),
        (spoilt(time="2026-02-30T00:00:00Z"), "time: no such moment"),
        (spoilt(time="2026-07-01T00:12:59"), "time"),
        (spoilt(time="0001-01-01T00:00:00+23:59"), "between 1970 and 2200"),
        (spoilt(recordedtime="9999-12-31T23:59:59Z"), "between 1970 and 2200"),
        (spoilt(sequence="7"), "sequence"),
        (spoilt(sequence=7), "sequence"),
        (spoilt(source="pbx1"), "source"),
        (spoilt(source="/cc/seoul/pbx1"), "expected an event of site 'bucheon'"),
        (spoilt(subject="call/other"), "subject: does not fit the data"),
        (spoilt(partitionkey="other"), "partitionkey: does not fit the data"),
        (spoilt(datacontenttype="text/plain"), "datacontenttype"),
        (spoilt(data=None), "data"),
        (spoilt(data=[]), "data"),
        (spoilt_data(leg="0"), "data.leg: Input should be a valid integer"),
        (spoilt_data(leg=0.0), "data.leg: Input should be a valid integer"),
        (spoilt_data(leg=True), "data.leg: Input should be a valid integer"),
        (spoilt_data(leg=-1), "data.leg: expected a whole number from 0 to 32767"),
        (spoilt_data(leg=40_000), "data.leg: expected a whole number from 0 to 32767"),
        (spoilt_data(position=10**30), "data.position: expected a whole number"),
        (spoilt_data(call=None), "data.call"),
        (spoilt_data(call="a\0b"), "data.call: holds the character NUL"),
        (spoilt_data(telephone="01012345678"), "data.telephone: Unexpected keyword argument"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(payload: bytes, reason: str) -> None:
    with pytest.raises(PoisonMessageError) as refused:
        decode(payload, site=SITE)

    assert reason in refused.value.why


def test_a_reason_does_not_repeat_what_may_be_personal() -> None:
    with pytest.raises(PoisonMessageError) as refused:
        decode(spoilt_data(queue={"telephone": "01012345678"}), site=SITE)

    assert "01012345678" not in refused.value.why


def test_what_is_too_large_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(PoisonMessageError, match=f"at most {LARGEST} bytes"):
        decode(b" " * (LARGEST + 1), site=SITE)


def test_what_no_reader_would_take_is_not_written() -> None:
    calls = tuple(
        LiveCall(call=f"{number}", leg=0, queue="general", arrived=AT) for number in range(2_000)
    )
    snapshot = replace(QUEUED, event=Snapshot(sequence_high=1, calls=calls))

    with pytest.raises(CapacityError):
        write(snapshot, site=SITE)


def test_a_snapshot_of_five_hundred_calls_can_be_carried() -> None:
    calls = tuple(
        LiveCall(call=f"bucheon-{number:09}", leg=0, queue="general", arrived=AT, queued=AT)
        for number in range(500)
    )
    snapshot = replace(QUEUED, event=Snapshot(sequence_high=1, calls=calls))

    assert read(write(snapshot, site=SITE), site=SITE) == snapshot


def test_an_event_on_the_topic_of_another_is_refused() -> None:
    message = write(QUEUED, site=SITE)

    with pytest.raises(PoisonMessageError, match="belongs on cc/v1/bucheon/ev/call/general"):
        read(replace(message, topic="cc/v1/bucheon/ev/call/other"), site=SITE)


def test_a_source_cannot_speak_on_the_topic_of_another() -> None:
    note = Note(body=SourceNow(online=False), source="pbx2", sequence=1, at=AT)

    with pytest.raises(PoisonMessageError):
        read(replace(write(note, site=SITE), topic="cc/v1/bucheon/st/source/pbx1"), site=SITE)


def test_a_name_no_topic_can_hold_is_refused_on_both_sides() -> None:
    event = AgentStateChanged(agent="a/b", state=StateWord.LUNCH)
    told = replace(QUEUED, event=event)

    with pytest.raises(InputError, match="'/'"):
        write(told, site=SITE)
    with pytest.raises(PoisonMessageError, match="'/'"):
        read(replace(write(QUEUED, site=SITE), payload=encode(told, site=SITE)), site=SITE)


@given(st.binary(max_size=300))
def test_noise_is_refused_and_nothing_worse(noise: bytes) -> None:
    with pytest.raises(PoisonMessageError):
        decode(noise, site=SITE)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(said=SAID, draw=st.data())
def test_a_message_spoilt_anywhere_is_read_or_refused_and_nothing_worse(
    said: Said, draw: st.DataObject
) -> None:
    envelope = wire(said)
    part = draw.draw(st.sampled_from([envelope, envelope["data"]]))
    part[draw.draw(st.sampled_from(sorted(part)))] = draw.draw(JSON)

    with contextlib.suppress(PoisonMessageError):
        decode(json.dumps(envelope).encode(), site=SITE)


def test_every_kind_of_event_has_a_type() -> None:
    assert {type_of(kind) for kind in EVENTS} < set(ENVELOPES)
