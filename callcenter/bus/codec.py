"""Events and notes as CloudEvents 1.0 in structured JSON: the same bytes over every version of MQTT.

Reading is strict. What is not exactly what `telephony.events` says, in a type and version we know, is
poison: it raises `PoisonMessageError` with a reason and never anything else, so that one broken sender
cannot stop the reader of all. The reason names fields and never repeats values, which may be personal.

Beyond the CloudEvents attributes an event has `recordedtime` (when it was told, by the same clock),
`sequence` and `partitionkey` (the extensions of those names), and, unless they say nothing,
`timeprecision` and `derived`. Unknown attributes are ignored, as CloudEvents asks; unknown fields of the
data are not.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final, Generic, Literal, NotRequired, TypeAlias, TypeVar

from pydantic import ConfigDict, StringConstraints, TypeAdapter, ValidationError, with_config
from pydantic_core import from_json
from typing_extensions import TypedDict

from callcenter.bus.notes import NOTES, Note, NoteBody
from callcenter.bus.port import Message
from callcenter.bus.topics import HANDLING, LONGEST_NAME, address_of, parse
from callcenter.clock import NEVER, Tick
from callcenter.errors import CapacityError, InputError, PoisonMessageError
from callcenter.telephony.commands import COMMANDS, Answer
from callcenter.telephony.events import (
    EVENTS,
    SEQUENCE_DIGITS,
    LiveAgent,
    LiveCall,
    TelephonyEvent,
    Told,
)
from callcenter.telephony.words import TimePrecision

Said: TypeAlias = Told | Note
Body = TypeVar("Body")

TYPE_PREFIX: Final = "kr.cc"
VERSION: Final = "v1"
CONTENT_TYPE: Final = "application/cloudevents+json; charset=utf-8"
LARGEST: Final = 256 * 1024
"""Bytes of one message: a snapshot of a thousand calls and agents."""

BOUNDS: Final[Mapping[str, tuple[int, int]]] = {
    "leg": (0, 2**15 - 1),
    "priority": (-(2**7), 2**7 - 1),
    "fate": (0, 2**31 - 1),
}
"""Whole numbers that the call log keeps in fewer than eight bytes; all others are below `NEVER`."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_LATEST: Final[Tick] = (datetime(2200, 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND
"""Later moments cannot be shown in every time zone, and nobody means them."""
_MOMENT: Final = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$"

Moment = Annotated[str, StringConstraints(pattern=_MOMENT)]
Numbered = Annotated[str, StringConstraints(pattern=rf"^\d{{{SEQUENCE_DIGITS}}}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[^\x00]+$", max_length=2 * LONGEST_NAME)]


@with_config(ConfigDict(strict=True))
class Envelope(TypedDict, Generic[Body]):
    """The CloudEvents attributes we read and write, around the data of one kind."""

    specversion: Literal["1.0"]
    id: Name
    source: Annotated[str, StringConstraints(pattern=r"^/cc/[^/]+/[^/]+$")]
    type: Name
    subject: Name
    time: Moment
    recordedtime: Moment
    sequence: Numbered
    partitionkey: Name
    datacontenttype: Literal["application/json"]
    timeprecision: NotRequired[TimePrecision]
    derived: NotRequired[bool]
    data: Body


# The vocabulary is plain dataclasses of a room that knows no pydantic; here they learn to be strict.
for _kind in (*EVENTS.values(), *NOTES.values(), *COMMANDS.values(), LiveCall, LiveAgent, Answer):
    with_config(ConfigDict(strict=True, extra="forbid"))(_kind)


def type_of(kind: str) -> str:
    """Return the CloudEvents type of a kind, such as `kr.cc.call.queued.v1`."""
    return f"{TYPE_PREFIX}.{kind}.{VERSION}"


ENVELOPES: Final[Mapping[str, TypeAdapter[Any]]] = {
    type_of(kind): TypeAdapter(Envelope[body])  # type: ignore[valid-type]
    for kind, body in (*EVENTS.items(), *NOTES.items())
}
"""Reader and writer of each CloudEvents type."""


def write(said: Said, *, site: str) -> Message:
    """Seal an event or a note into a message, addressed and handled as its channel asks.

    Raises:
        InputError: It holds a name no topic can hold.
        CapacityError: It is larger than any reader would take.
    """
    body = _body(said)
    place = address_of(body, site=site, source=said.source)
    handling = HANDLING[place.channel]
    return Message(
        topic=str(place),
        payload=encode(said, site=site),
        qos=handling.qos,
        retain=handling.retain,
        content_type=CONTENT_TYPE,
        expires_after_seconds=handling.expires_after_seconds,
    )


def read(message: Message, *, site: str) -> Said:
    """Open a message, and see that what it says belongs to the topic it was said on.

    Raises:
        PoisonMessageError: It can never be read.
    """
    place = parse(message.topic)
    said = decode(message.payload, site=site)
    try:
        expected = address_of(_body(said), site=site, source=said.source)
    except InputError as error:
        raise PoisonMessageError(f"a name no topic can hold: {error.why}") from error
    if place != expected:
        raise PoisonMessageError(f"{said.kind} belongs on {expected}, it came on {place}")
    return said


def encode(said: Said, *, site: str) -> bytes:
    """Write the JSON of an event or a note.

    Raises:
        CapacityError: It is larger than any reader would take.
    """
    envelope: Envelope[Any] = {
        "specversion": "1.0",
        "id": said.id,
        "source": f"/cc/{site}/{said.source}",
        "type": type_of(said.kind),
        "subject": said.subject,
        "time": _spell(said.at),
        "recordedtime": _spell(said.recorded_at if isinstance(said, Told) else said.at),
        "sequence": f"{said.sequence:0{SEQUENCE_DIGITS}d}",
        "partitionkey": said.partition_key,
        "datacontenttype": "application/json",
        "data": _body(said),
    }
    if isinstance(said, Told):
        if said.time_precision is not TimePrecision.MICROSECOND:
            envelope["timeprecision"] = said.time_precision
        if said.derived:
            envelope["derived"] = True
    payload = ENVELOPES[envelope["type"]].dump_json(envelope)
    if len(payload) > LARGEST:
        raise CapacityError(
            f"expected a message of at most {LARGEST} bytes, {said.id} takes {len(payload)}"
        )
    return payload


def decode(payload: bytes, *, site: str, largest: int = LARGEST) -> Said:
    """Read the JSON of an event or a note.

    Raises:
        PoisonMessageError: It is too large, no JSON, no CloudEvent of ours, or not of this site.
    """
    if len(payload) > largest:
        raise PoisonMessageError(f"expected at most {largest} bytes, got {len(payload)}")
    adapter = _reader(payload)
    try:
        envelope: Envelope[Any] = adapter.validate_json(payload)
    except ValidationError as error:
        raise PoisonMessageError(_reason(error)) from error
    said = _said(envelope, site=site)
    for attribute, expected in (("subject", said.subject), ("partitionkey", said.partition_key)):
        if envelope[attribute] != expected:  # type: ignore[literal-required]
            raise PoisonMessageError(f"{attribute}: does not fit the data")
    return said


def reread(body: str, *, kind: str, site: str) -> Told:
    """Read an event again that was read before and has been kept as it came: twice as fast.

    Raises:
        PoisonMessageError: It was kept by a version that knew other fields.
    """
    try:
        envelope: Envelope[Any] = ENVELOPES[type_of(kind)].validate_json(body)
    except ValidationError as error:
        raise PoisonMessageError(_reason(error)) from error
    said = _said(envelope, site=site)
    assert isinstance(said, Told), "only events are kept"
    return said


def _body(said: Said) -> TelephonyEvent | NoteBody:
    return said.event if isinstance(said, Told) else said.body


def _reader(payload: bytes) -> TypeAdapter[Any]:
    """Find the reader by the type, and refuse what no database could store."""
    try:
        parsed = from_json(payload, allow_inf_nan=False)
    except ValueError as error:
        raise PoisonMessageError(f"expected JSON: {error}") from error
    if not isinstance(parsed, dict):
        raise PoisonMessageError(f"expected a JSON object, got a {type(parsed).__name__}")
    adapter = ENVELOPES.get(str(parsed.get("type")))
    if adapter is None:
        raise PoisonMessageError(f"unknown type or version {str(parsed.get('type'))[:100]!r}")
    for place, why in _unstorable(parsed.get("data"), place="data"):
        raise PoisonMessageError(f"{place}: {why}")
    return adapter


def _unstorable(value: Any, *, place: str) -> Iterator[tuple[str, str]]:
    match value:
        case dict():
            for key, inner in value.items():
                yield from _unstorable(inner, place=f"{place}.{key}")
        case list():
            for inner in value:
                yield from _unstorable(inner, place=place)
        case str() if "\0" in value:
            yield place, "holds the character NUL"
        case int():
            least, most = BOUNDS.get(place.rpartition(".")[2], (-NEVER, NEVER))
            if not least <= value <= most:
                yield place, f"expected a whole number from {least} to {most}"
        case _:
            pass


def _reason(error: ValidationError) -> str:
    faults = error.errors(include_input=False, include_url=False, include_context=False)
    return "; ".join(
        f"{'.'.join(map(str, fault['loc'])) or 'message'}: {fault['msg']}" for fault in faults[:5]
    )


def _said(envelope: Envelope[Any], *, site: str) -> Said:
    _, _, of_site, source = envelope["source"].split("/")
    if of_site != site:
        raise PoisonMessageError(f"expected an event of site {site!r}, got one of another")
    sequence, at = int(envelope["sequence"]), _tick(envelope["time"])
    if envelope["type"].removeprefix(f"{TYPE_PREFIX}.").removesuffix(f".{VERSION}") in NOTES:
        return Note(body=envelope["data"], source=source, sequence=sequence, at=at)
    told = Told(
        event=envelope["data"],
        source=source,
        sequence=sequence,
        at=at,
        recorded_at=_tick(envelope["recordedtime"]),
        derived=envelope.get("derived", False),
        time_precision=envelope.get("timeprecision", TimePrecision.MICROSECOND),
    )
    return told if told.id == envelope["id"] else replace(told, identity=envelope["id"])


def _spell(tick: Tick) -> str:
    moment = _EPOCH + tick * _MICROSECOND
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _tick(text: str) -> Tick:
    try:
        tick = (datetime.fromisoformat(text) - _EPOCH) // _MICROSECOND
    except ValueError as error:
        raise PoisonMessageError("time: no such moment") from error
    if not 0 <= tick < _LATEST:
        raise PoisonMessageError("time: expected a moment between 1970 and 2200")
    return tick
