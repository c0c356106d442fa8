"""FreeSWITCH's events, one by one, against answers written down beforehand."""

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from callcenter.clock import SECOND
from callcenter.domain.calls import Outcome
from callcenter.telephony.adapters.freeswitch import FreeSwitch, Rules
from callcenter.telephony.adapters.scribe import Remark
from callcenter.telephony.events import CallArrived, Told
from callcenter.telephony.fold import Fold
from callcenter.telephony.words import TimePrecision
from tests.callcenter.telephony.adapters.freeswitch_kit import CASES, SHORT, WRAP_UP, events
from tests.callcenter.telephony.adapters.plainly import paper, plainly

HALF_A_MINUTE = Rules(wrap_up=30 * SECOND)
STREAMS = [stream for stream, _ in (*CASES.values(), *WRAP_UP.values())]


def read(stream: str, *, rules: Rules | None = None) -> list[Told | Remark]:
    return list(FreeSwitch(source="fs1", rules=rules).read(events(stream)))


def told_of(stream: str, *, rules: Rules | None = None) -> list[Told]:
    return [one for one in read(stream, rules=rules) if isinstance(one, Told)]


def folded(stream: str) -> Fold:
    fold = Fold()
    for told in told_of(stream):
        fold.apply(told)
    return fold


@pytest.mark.parametrize(("stream", "told"), CASES.values(), ids=CASES)
def test_what_the_events_say(stream: str, told: str) -> None:
    assert plainly(read(stream)) == paper(told)


@pytest.mark.parametrize(("stream", "told"), WRAP_UP.values(), ids=WRAP_UP)
def test_after_call_work(stream: str, told: str) -> None:
    assert plainly(read(stream, rules=HALF_A_MINUTE)) == paper(told)


def test_every_action_is_in_the_kit() -> None:
    written = {line.split()[1] for stream in STREAMS for line in paper(stream)}

    assert set(FreeSwitch._VERBS) <= written


def test_the_page_says_what_becomes_of_every_action(repository: Path) -> None:
    page = (repository / "docs" / "live-events.md").read_text("utf-8")

    assert not [verb for verb in FreeSwitch._VERBS if f"`{verb}`" not in page]


@pytest.mark.parametrize("stream", STREAMS)
def test_no_two_events_share_an_id_and_an_id_is_the_same_when_read_again(stream: str) -> None:
    ids = [told.id for told in told_of(stream, rules=HALF_A_MINUTE)]

    assert len(set(ids)) == len(ids)
    assert [told.id for told in told_of(stream, rules=HALF_A_MINUTE)] == ids


def test_moments_are_known_to_the_microsecond() -> None:
    assert {told.time_precision for told in told_of(STREAMS[0])} == {TimePrecision.MICROSECOND}


def test_a_resumed_leg_is_one_leg_that_was_not_abandoned() -> None:
    fold = folded(CASES["hangs up, calls again and has the old place"][0])

    first = fold.legs[0]
    assert first.outcome is Outcome.FLOWED_OUT
    assert first.queued == 100 * SECOND
    assert first.ended == 170 * SECOND


def test_a_failed_bridge_leaves_the_call_waiting_and_the_agent_free() -> None:
    fold = folded(CASES["picked up, and the agent's line was gone: the call waits on"][0])

    (leg,) = fold.open_calls
    assert leg.stage.value == "waiting"
    assert not fold.agents["ann"].legs


def test_a_number_is_told_only_as_a_keyed_hash() -> None:
    stream = "100 member-queue-start queue=tax member=m1 session=s1 number=0212345678"
    hashing = Rules(hash_caller=lambda number: f"hash of {len(number)} digits")

    silent, hashed = (told_of(stream, rules=rules)[0] for rules in (None, hashing))

    assert isinstance(silent.event, CallArrived)
    assert silent.event.caller_hash is None
    assert isinstance(hashed.event, CallArrived)
    assert hashed.event.caller_hash == "hash of 10 digits"
    assert "0212345678" not in repr(silent) + repr(hashed)


def test_an_event_without_its_time_is_remarked_on() -> None:
    event = next(events(STREAMS[0])) | {"Event-Date-Timestamp": "soon"}

    (remark,) = FreeSwitch(source="fs1").read([event])

    assert isinstance(remark, Remark)
    assert remark.detail == "expected a whole number in Event-Date-Timestamp, got 'soon'"


def test_what_ended_long_ago_is_forgotten() -> None:
    switch = FreeSwitch(source="fs1")
    list(switch.read(events(CASES["one channel, one queue after the other"][0])))

    switch.forget(before=160 * SECOND)
    assert len(switch._heard) == 2
    switch.forget(before=161 * SECOND)
    assert [heard.leg for heard in switch.open_legs()] == [1]
    assert switch._stays == {"s1": 2}


HEADERS = st.dictionaries(
    st.sampled_from(sorted(SHORT.values())),
    st.sampled_from(["", "1", "x", "NONE", "Cancel", "false"]),
)


@given(st.lists(st.tuples(st.sampled_from(sorted(FreeSwitch._VERBS)), HEADERS), max_size=8))
def test_no_headers_whatsoever_stop_the_reading(drawn: list[tuple[str, dict[str, str]]]) -> None:
    stream = [
        {
            "Event-Date-Timestamp": str(number),
            "Event-Sequence": "7",
            "Core-UUID": "c",
            "CC-Action": verb,
        }
        | headers
        for number, (verb, headers) in enumerate(drawn)
    ]

    found = list(FreeSwitch(source="fs1").read(stream))

    assert all(isinstance(one, Told | Remark) for one in found)
