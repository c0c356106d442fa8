"""Topics are spelled in one place, can be taken apart again, and hold no name that means something."""

import pytest
from hypothesis import given, strategies as st

from callcenter.bus.notes import (
    NOTES,
    AgentNow,
    CommandAnswered,
    CommandGiven,
    NoteBody,
    QueueNow,
    ReplayRequested,
    SourceNow,
)
from callcenter.bus.port import Qos
from callcenter.bus.topics import (
    HANDLING,
    LONGEST_NAME,
    Channel,
    address,
    address_of,
    channel_of,
    ingested,
    matches,
    parse,
    subscription,
)
from callcenter.errors import InputError, PoisonMessageError
from callcenter.telephony.commands import Answer, RecallAgents
from callcenter.telephony.events import (
    EVENTS,
    AgentLoggedIn,
    CallArrived,
    CorrectionIssued,
    CsatReceived,
    LiveAgent,
    Snapshot,
    SourceHeartbeat,
    SourceStarted,
    TelephonyEvent,
)
from callcenter.telephony.words import StateWord
from tests.callcenter.bus.strategies import NAMES

AGENT = LiveAgent(agent="general-07", state=StateWord.AVAILABLE, since=0)


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        (CallArrived(call="1", leg=0, queue="general"), "ev/call/general"),
        (AgentLoggedIn(agent="general-07"), "ev/agent/general-07"),
        (CsatReceived(call="1", leg=0, queue="general", score=5), "ev/csat/general"),
        (SourceStarted(), "ev/source/pbx1"),
        (CorrectionIssued(target_id="x", reason="y"), "ev/source/pbx1"),
        (SourceHeartbeat(sequence_high=1, now=0, live_calls=0, agents=0), "hb/pbx1"),
        (Snapshot(sequence_high=1), "snap/pbx1"),
        (AgentNow(agent=AGENT), "st/agent/general-07"),
        (QueueNow(queue="general"), "st/queue/general"),
        (SourceNow(online=True), "st/source/pbx1"),
        (ReplayRequested(of="pbx2", first=1, last=2), "ctl/replay/pbx2"),
        (
            CommandGiven(of="pbx2", command_id="x", command=RecallAgents(count=1, group="desk")),
            "ctl/command/pbx2",
        ),
        (
            CommandAnswered(command_id="x", answer=Answer(asked=1, done=1, ko="함", en="done")),
            "ctl/answer/pbx1",
        ),
    ],
)
def test_everything_that_can_be_said_has_its_topic(
    said: TelephonyEvent | NoteBody, topic: str
) -> None:
    assert str(address_of(said, site="bucheon", source="pbx1")) == f"cc/v1/bucheon/{topic}"


@given(channel=st.sampled_from(Channel), site=NAMES, name=NAMES)
def test_a_topic_can_be_taken_apart(channel: Channel, site: str, name: str) -> None:
    place = address(channel, site=site, name=name)

    assert parse(str(place)) == place
    assert matches(str(place), [subscription(channel, site=site)])
    assert matches(str(place), [subscription(channel, site=site, name=name)])


@pytest.mark.parametrize(
    "name", ["", "a/b", "+", "#", "a+", "a#b", "a\0", "a\nb", "x" * (LONGEST_NAME + 1)]
)
def test_a_name_that_means_something_in_a_topic_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="expected a name"):
        address(Channel.CALLS, site="bucheon", name=name)
    with pytest.raises(InputError, match="expected a name"):
        address(Channel.CALLS, site=name, name="general")


@pytest.mark.parametrize(
    "topic",
    [
        "",
        "cc/v1",
        "cc/v1/bucheon",
        "cc/v2/bucheon/ev/call/general",
        "cc/v1/bucheon/ev/call",
        "cc/v1/bucheon/ev/call/",
        "cc/v1//ev/call/general",
        "cc/v1/bucheon/ev/call/general/more",
        "cc/v1/bucheon/ev/fax/general",
        "home/kitchen/temperature",
    ],
)
def test_a_topic_that_is_none_of_ours_is_poison(topic: str) -> None:
    with pytest.raises(PoisonMessageError, match="topic"):
        parse(topic)


def test_events_are_never_retained_and_never_dropped() -> None:
    ledger = [channel for channel in Channel if channel.value.startswith("ev/")]

    assert len(ledger) == 4
    for channel in ledger:
        handling = HANDLING[channel]
        assert handling.qos is Qos.AT_LEAST_ONCE
        assert not handling.retain
        assert handling.expires_after_seconds is None


@pytest.mark.parametrize("kind", [*EVENTS.values(), *NOTES.values()], ids=lambda kind: kind.kind)
def test_every_kind_of_event_has_a_channel(kind: type[TelephonyEvent | NoteBody]) -> None:
    assert channel_of(kind) in Channel


def test_every_channel_says_how_it_is_handled_and_why() -> None:
    assert set(HANDLING) == set(Channel)
    assert all(handling.why for handling in HANDLING.values())


def test_the_reader_of_all_hears_every_event_and_no_retained_state_of_agents() -> None:
    heard = ingested("bucheon")

    assert matches("cc/v1/bucheon/ev/call/general", heard)
    assert matches("cc/v1/bucheon/st/source/pbx1", heard)
    assert matches("cc/v1/bucheon/ctl/answer/pbx1", heard)
    assert not matches("cc/v1/bucheon/ctl/command/pbx1", heard)
    assert not matches("cc/v1/bucheon/st/agent/general-07", heard)
    assert not matches("cc/v1/seoul/ev/call/general", heard)


@pytest.mark.parametrize(
    ("wanted", "topic", "covers"),
    [
        ("a/b", "a/b", True),
        ("a/b", "a/c", False),
        ("a/b", "a/b/c", False),
        ("a/+", "a/b", True),
        ("a/+", "a", False),
        ("a/+", "a/b/c", False),
        ("+/b", "a/b", True),
        ("a/#", "a/b/c", True),
        ("a/#", "a", True),
        ("a/+/#", "a", False),
        ("#", "a/b", True),
        ("#", "$SYS/uptime", False),
        ("+/uptime", "$SYS/uptime", False),
        ("$SYS/#", "$SYS/uptime", True),
    ],
)
def test_wildcards_match_as_the_standard_says(wanted: str, topic: str, *, covers: bool) -> None:
    assert matches(topic, [wanted]) is covers
