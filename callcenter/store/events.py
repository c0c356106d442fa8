"""Ticket events as rows: canonical JSON, and a chain of hashes over every ticket's history."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import Row

from callcenter.domain.access import Actor, Role
from callcenter.domain.ticket_events import EVENTS, Happened, TicketEvent

FIRST: Final = "0" * 64
"""What the first event of a ticket is chained to."""

_ADAPTERS: Final[dict[str, TypeAdapter[TicketEvent]]] = {
    kind: TypeAdapter(event) for kind, event in EVENTS.items()
}


def payload_of(event: TicketEvent) -> str:
    """Write an event's fields as JSON, in their declared order."""
    return _ADAPTERS[event.kind].dump_json(event).decode()


def event_of(kind: str, payload: str) -> TicketEvent:
    """Read an event back."""
    return _ADAPTERS[kind].validate_json(payload)


def said_of(row: Row[Any]) -> dict[str, Any]:
    """Return what an event says, as it was written."""
    said: dict[str, Any] = json.loads(row.payload)
    return said


def rows_of(
    number: str,
    history: Iterable[Happened],
    *,
    recorded_at: datetime,
    request_id: str | None,
    prev_hash: str = FIRST,
) -> list[dict[str, Any]]:
    """Make the rows of new events, chained to the hash of the one before."""
    rows = []
    for happened in history:
        row = {
            "ticket": number,
            "seq": happened.seq,
            "kind": happened.event.kind,
            "at": happened.at,
            "recorded_at": recorded_at,
            "actor": happened.actor.login,
            "actor_roles": ",".join(sorted(happened.actor.roles)),
            "actor_unit": happened.actor.unit,
            "payload": payload_of(happened.event),
            "request_id": request_id,
            "prev_hash": prev_hash,
        }
        prev_hash = row["hash"] = link(row)
        rows.append(row)
    return rows


def link(row: dict[str, Any]) -> str:
    """Hash what an event says and the hash before it; nothing it says can change unnoticed.

    The id of the request leads to the log and is no part of what happened: it is not hashed.
    """
    said = (
        row["prev_hash"],
        row["ticket"],
        str(row["seq"]),
        row["kind"],
        _in_utc(row["at"]),
        _in_utc(row["recorded_at"]),
        row["actor"],
        row["actor_roles"],
        row["actor_unit"] or "",
        row["payload"],
    )
    return hashlib.sha256("\x1f".join(said).encode()).hexdigest()


def _in_utc(moment: datetime) -> str:
    """Write a moment as it is read back, with whatever offset it came."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def broken_links(rows: Sequence[Row[Any]]) -> list[int]:
    """Return the `seq` of every event whose hash is not what it says, or not chained to the last."""
    broken, before = [], FIRST
    for row in rows:
        fields = dict(row._mapping)  # noqa: SLF001 - the public name of a row's fields
        if fields["prev_hash"] != before or fields["hash"] != link(fields):
            broken.append(row.seq)
        before = row.hash
    return broken


def happened_of(row: Row[Any]) -> Happened:
    """Read one row of a history."""
    actor = Actor(
        login=row.actor,
        roles=frozenset(Role(role) for role in row.actor_roles.split(",") if role),
        unit=row.actor_unit,
    )
    return Happened(seq=row.seq, at=row.at, actor=actor, event=event_of(row.kind, row.payload))
