"""What has come, opened and sorted: events for the ledger, notes, and what nobody can read."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from callcenter.bus.codec import encode, read
from callcenter.bus.notes import Note
from callcenter.bus.port import Message
from callcenter.clock import DAY, SECOND, Tick
from callcenter.errors import PoisonMessageError
from callcenter.store.dead_letters import DeadLetter
from callcenter.store.ledger import Entry
from callcenter.store.live_lines import day_of
from callcenter.telephony.events import (
    FLEETING,
    AgentEvent,
    CallEvent,
    CorrectionIssued,
    Snapshot,
    SourceHeartbeat,
    TelephonyEvent,
    Told,
)

_LONGEST: Final = 400
"""Characters of a name that the ledger has room for."""
_LONGEST_CALL: Final[Tick] = 30 * DAY
_FASTEST: Final = 100_000.0
"""Seconds of its clock that a simulated switch may live in one."""
_LATEST: Final[Tick] = 7_258_118_400 * SECOND
"""The year 2200."""


@dataclass(slots=True, kw_only=True)
class Batch:
    """Some messages, sorted, each kind in the order it came in."""

    events: dict[str, tuple[Told, Entry]] = field(default_factory=dict)
    """By id: the same told twice is told once."""
    repeats: int = 0
    fleeting: list[Told] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    letters: list[DeadLetter] = field(default_factory=list)

    def add(self, told: Told, body: str, *, received_at: Tick) -> None:
        """Add an event for the ledger.

        Raises:
            PoisonMessageError: It says what no table has room for.
        """
        entry = entry_of(told, body, received_at=received_at)
        _check_names(entry)
        _check_durations(told)
        if entry.event_id in self.events:
            self.repeats += 1
        else:
            self.events[entry.event_id] = told, entry


def opened(messages: Iterable[Message], *, site: str, received_at: Tick) -> Batch:
    """Open and sort some messages; what cannot be read is set aside with the reason."""
    batch = Batch()
    for message in messages:
        try:
            said = read(message, site=site)
            if isinstance(said, Note):
                batch.notes.append(said)
            elif isinstance(said.event, FLEETING):
                _check_standing(said.event)
                batch.fleeting.append(said)
            else:
                batch.add(said, message.payload.decode(), received_at=received_at)
        except PoisonMessageError as error:
            letter = DeadLetter.of(
                message.topic, message.payload, reason=error.why, received_at=received_at
            )
            batch.letters.append(letter)
    return batch


def concluded(events: Iterable[Told], *, site: str, received_at: Tick) -> Batch:
    """Make a batch of what the centre itself concluded."""
    batch = Batch()
    for told in events:
        batch.add(told, encode(told, site=site).decode(), received_at=received_at)
    return batch


def entry_of(told: Told, body: str, *, received_at: Tick) -> Entry:
    """Make the row of an event."""
    event = told.event
    call = event if isinstance(event, CallEvent) else None
    named: str | None = getattr(event, "agent", None)
    return Entry(
        event_id=told.id,
        source=told.source,
        sequence=told.sequence,
        kind=told.kind,
        at=told.at,
        recorded_at=told.recorded_at,
        received_at=received_at,
        day=day_of(told.at),
        call=call.call if call is not None else None,
        leg=call.leg if call is not None else None,
        queue=call.queue if call is not None else None,
        agent=named if isinstance(event, CallEvent | AgentEvent) else None,
        target=event.target_id if isinstance(event, CorrectionIssued) else None,
        derived=told.derived,
        body=body,
    )


# --- What is well formed and cannot be meant ---------------------------------------------------------


def _check_names(entry: Entry) -> None:
    for name in (entry.source, entry.call, entry.queue, entry.agent, entry.target):
        if name is not None and (len(name) > _LONGEST or "\0" in name):
            raise PoisonMessageError(f"expected names of at most {_LONGEST} characters without NUL")


def _check_durations(told: Told) -> None:
    for name in type(told.event).__dataclass_fields__:
        value = getattr(told.event, name)
        if name.endswith("_us") and value is not None and not 0 <= value <= _LONGEST_CALL:
            raise PoisonMessageError(f"data.{name}: expected 0 to {_LONGEST_CALL} microseconds")


def _check_standing(event: TelephonyEvent) -> None:
    """See that what is said of now can be reckoned with."""
    match event:
        case SourceHeartbeat(now=now, speed=speed):
            moments = [now]
            if not 0 < speed <= _FASTEST:
                raise PoisonMessageError(f"data.speed: expected above 0 and at most {_FASTEST:g}")
        case Snapshot(calls=calls, agents=agents):
            moments = [call.arrived for call in calls] + [agent.since for agent in agents]
        case _:
            moments = []
    if not all(0 <= moment < _LATEST for moment in moments):
        raise PoisonMessageError("data: expected moments between 1970 and 2200")
