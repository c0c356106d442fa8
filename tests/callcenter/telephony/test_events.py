"""The vocabulary is one class a kind, and an event told again is known as the same."""

import re
from dataclasses import fields, is_dataclass
from enum import StrEnum
from pathlib import Path

import pytest

from callcenter.telephony.events import (
    EVENTS,
    AgentEvent,
    AgentLoggedIn,
    CallArrived,
    CallEvent,
    CsatReceived,
    SourceHeartbeat,
    SourceStarted,
    TelephonyEvent,
    Told,
)
from callcenter.telephony.words import (
    Cause,
    EndedBy,
    ExitReason,
    LegWord,
    OfferEnd,
    TransferManner,
)


def told(event: TelephonyEvent, *, at: int = 7, identity: str | None = None) -> Told:
    return Told(
        event=event, source="pbx1", sequence=184_467, at=at, recorded_at=9, identity=identity
    )


ARRIVED = CallArrived(call="17.3", leg=0, queue="general")


def test_each_kind_is_one_class_named_noun_dot_what_happened() -> None:
    assert len(EVENTS) == 22
    assert all(event.kind == kind for kind, event in EVENTS.items())
    assert {kind.split(".")[0] for kind in EVENTS} == {
        "call", "agent", "csat", "source", "snapshot", "correction",
    }  # fmt: skip


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_events_are_frozen_and_hold_nothing_but_their_fields(event: type[TelephonyEvent]) -> None:
    assert is_dataclass(event)
    assert event.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert event.__dictoffset__ == 0
    assert not [field.name for field in fields(event) if field.name.endswith(("_ms", "_seconds"))]


def test_an_id_is_the_source_and_the_padded_number() -> None:
    assert told(ARRIVED).id == "pbx1:0000000000184467"
    assert told(ARRIVED) == told(ARRIVED)


def test_an_adapter_may_give_an_id_of_its_own() -> None:
    assert told(ARRIVED, identity="8f0e").id == "8f0e"


def test_heartbeats_that_share_a_number_have_ids_of_their_own() -> None:
    beat = SourceHeartbeat(sequence_high=184_467, now=7, live_calls=2, agents=3)

    ids = {told(ARRIVED).id, told(beat, at=7).id, told(beat, at=12).id}

    assert len(ids) == 3


def test_the_subject_says_whom_it_is_about() -> None:
    rated = CsatReceived(call="17.3", leg=0, queue="general", score=4)

    assert told(ARRIVED).subject == told(rated).subject == "call/17.3"
    assert told(AgentLoggedIn(agent="a07")).subject == "agent/a07"
    assert told(SourceStarted()).subject == "source/pbx1"
    assert told(ARRIVED).partition_key == "17.3"


# --- The page that says it to people -----------------------------------------------------------------

ROW = re.compile(r"^\| `([a-z_.]+)` \| ([^|]*) \|", re.MULTILINE)


def rows_of(page: str) -> dict[str, set[str]]:
    """Return the fields each row of a page's tables names, by what the row is about."""
    return {name: set(re.findall(r"`(\w+)`", cell)) for name, cell in ROW.findall(page)}


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    return (repository / "docs" / "live-events.md").read_text("utf-8")


@pytest.mark.parametrize(("kind", "event"), EVENTS.items(), ids=EVENTS)
def test_the_page_names_every_event_with_its_fields(
    kind: str, event: type[TelephonyEvent], page: str
) -> None:
    named = {field.name for field in fields(event)}
    if issubclass(event, CallEvent):
        named -= {"call", "leg", "queue"}
    if issubclass(event, AgentEvent):
        named -= {"agent"}

    assert rows_of(page)[kind] == named


def test_the_page_names_every_field_of_the_envelope(page: str) -> None:
    assert {field.name for field in fields(Told)} <= rows_of(page).keys()


@pytest.mark.parametrize("words", [EndedBy, ExitReason, OfferEnd, TransferManner, LegWord, Cause])
def test_the_page_names_every_word_an_event_may_use(words: type[StrEnum], page: str) -> None:
    assert not [word for word in words if f"`{word}`" not in page]
