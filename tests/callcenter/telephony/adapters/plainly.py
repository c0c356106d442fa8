"""Events as one writes them on paper: `140 call.ended c.1/0 general agent=ann by=caller talk=30`.

Seconds since 1970, kind, whom it is about, then what else it says; `*` marks what is derived.
"""

from collections.abc import Iterable
from dataclasses import MISSING, fields
from enum import StrEnum
from typing import Any

from callcenter.clock import SECOND
from callcenter.telephony.adapters.scribe import Remark
from callcenter.telephony.events import AgentEvent, CallEvent, TelephonyEvent, Told


def plainly(found: Iterable[Told | Remark]) -> list[str]:
    """Write each event, or remark, on a line."""
    return [_event(one) if isinstance(one, Told) else _remark(one) for one in found]


def paper(text: str) -> list[str]:
    """Take a block of such lines apart."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _event(told: Told) -> str:
    words = [_seconds(told.at), told.kind, *_about(told.event), *_rest(told.event)]
    return " ".join(words) + (" *" if told.derived else "")


def _about(event: TelephonyEvent) -> list[str]:
    match event:
        case CallEvent():
            return [f"{event.call}/{event.leg}", event.queue]
        case AgentEvent():
            return [event.agent]
        case _:
            return []


def _rest(event: TelephonyEvent) -> Iterable[str]:
    named = {"call", "leg", "queue"} if isinstance(event, CallEvent) else set()
    named |= {"agent"} if isinstance(event, AgentEvent) else set()
    for field in fields(event):
        value = getattr(event, field.name)
        default = None if field.default is MISSING else field.default
        if field.name not in named and value != default:
            yield f"{field.name.removesuffix('_us')}={_value(field.name, value)}"


def _value(name: str, value: Any) -> str:
    if name.endswith("_us"):
        return _seconds(value)
    return value.value if isinstance(value, StrEnum) else str(value).replace(" ", "_")


def _seconds(ticks: int) -> str:
    return f"{ticks / SECOND:g}"


def _remark(remark: Remark) -> str:
    return f"line {remark.line}: {remark.oddity} {remark.verb}".rstrip()
