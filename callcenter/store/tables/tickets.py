"""Tickets, their events, their clocks, and the work cases behind them."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from callcenter.domain.ticket_events import Channel, TicketOutcome, TicketState
from callcenter.store.base import METADATA, Utc

ROW_ID: Final = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only in a column that is INTEGER to the letter."""


def one_of(column: str, values: type[TicketState | Channel | TicketOutcome]) -> CheckConstraint:
    """Let a column hold the values of an enumeration only."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def _open_only(name: str, *columns: str) -> Index:
    """Index the few tickets that are open: a year's closed ones are fifty times as many."""
    still_open = text("closed_at IS NULL")
    return Index(name, *columns, sqlite_where=still_open, postgresql_where=still_open)


NUMBER_SEQUENCE: Final = Table(
    "number_sequence",
    METADATA,
    Column("scope", String(40), primary_key=True),
    Column("last", BigInteger, nullable=False),
)

WORK_CASE: Final = Table(
    "work_case",
    METADATA,
    Column("code", String(20), primary_key=True),
    Column("service", String(60), nullable=False),
    Column("title", Text, nullable=False),
    Column("lat", Double),
    Column("lon", Double),
    Column("area", String(40)),
    Column("unit", String(60)),
    Column("opened_at", Utc, nullable=False),
    Column("opened_by", String(80), nullable=False),
    Column("closed_at", Utc),
    Column("closed_by", String(80)),
    Column("resolution", Text),
    CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed_by_somebody"),
)

TICKET: Final = Table(
    "ticket",
    METADATA,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("number", String(20), nullable=False, unique=True),
    Column("seq", Integer, nullable=False),
    Column("channel", String(20), nullable=False),
    Column("service", String(60), nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("attributes", Text, nullable=False),
    Column("lat", Double),
    Column("lon", Double),
    Column("address", Text),
    Column("address_id", String(80)),
    Column("zipcode", String(20)),
    Column("area", String(40)),
    Column("petitioner", String(20)),
    Column("external_ref", String(120)),
    Column("public", Boolean(name="public"), nullable=False),
    Column("media_url", Text),
    Column("opened_by", String(80), nullable=False),
    Column("submitted_at", Utc, nullable=False),
    Column("updated_at", Utc, nullable=False),
    Column("state", String(20), nullable=False),
    Column("state_since", Utc, nullable=False),
    Column("accepted_at", Utc),
    Column("clock_from", Utc),
    Column("period_qty", Integer),
    Column("period_unit", String(12)),
    Column("legal_basis", Text),
    Column("goal_minutes", Integer),
    Column("calendar", String(64)),
    Column("unit", String(60)),
    Column("hops", Integer, nullable=False),
    Column("officer", String(80)),
    Column("cooperating_unit", String(60)),
    Column("team", String(60)),
    Column("extensions", Integer, nullable=False),
    Column("outcome", String(20)),
    Column("answer", Text),
    Column("resolved_at", Utc),
    Column("notified_at", Utc),
    Column("closed_at", Utc),
    Column("closings", Integer, nullable=False),
    Column("reopenings", Integer, nullable=False),
    Column("work_case", String(20), ForeignKey("work_case.code")),
    Column("statutory_due_at", Utc),
    Column("promised_due_at", Utc),
    Column("on_time", Boolean(name="on_time")),
    Column("working_minutes", Integer),
    UniqueConstraint("channel", "external_ref"),
    one_of("state", TicketState),
    one_of("channel", Channel),
    CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_at"),
    CheckConstraint("extensions BETWEEN 0 AND 2", name="extensions"),
    Index(None, "updated_at", "id"),
    Index(None, "submitted_at", "id"),
    Index(None, "officer", "updated_at", "id"),
    Index(None, "opened_by", "updated_at", "id"),
    # What follows the order lets a list of two filters be walked without reading the tickets.
    Index(None, "unit", "updated_at", "id", "service", "channel", "area"),
    Index(None, "service", "updated_at", "id", "unit", "channel", "area"),
    Index(None, "channel", "updated_at", "id", "unit", "service", "area"),
    Index(None, "area", "updated_at", "id", "unit", "service", "channel"),
    Index(None, "petitioner"),
    Index(None, "work_case"),
    _open_only("ix_ticket_open_due", "statutory_due_at", "id"),
    _open_only("ix_ticket_open_unit_due", "unit", "statutory_due_at", "id"),
    _open_only("ix_ticket_open_updated", "updated_at", "id"),
    _open_only("ix_ticket_open_place", "lat", "lon"),
)
"""The projection: what `tickets.replay` says, and what its clocks say, in columns.

`promised_due_at` is the first date the petitioner was told; `statutory_due_at` moves with the law and
the calendar. `on_time` and `working_minutes` are set when the statutory clock stops.
"""

TICKET_EVENT: Final = Table(
    "ticket_event",
    METADATA,
    Column("ticket", String(20), ForeignKey("ticket.number"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("at", Utc, nullable=False),
    Column("recorded_at", Utc, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("actor_roles", String(120), nullable=False),
    Column("actor_unit", String(60)),
    Column("payload", Text, nullable=False),
    Column("request_id", String(64)),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    CheckConstraint("seq >= 1", name="seq"),
    Index(None, "recorded_at"),
    Index(None, "kind", "at"),
)
"""The truth: append-only, a trigger on both databases refuses to change or delete a row."""

TICKET_CLOCK: Final = Table(
    "ticket_clock",
    METADATA,
    Column("ticket", String(20), ForeignKey("ticket.number"), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("started_at", Utc, nullable=False),
    Column("due_at", Utc),
    Column("state", String(12), nullable=False),
    Column("stopped_at", Utc),
    Column("used_minutes", Integer),
    Column("margin_minutes", Integer),
    Column("period_qty", Integer, nullable=False),
    Column("period_unit", String(12), nullable=False),
    Column("rule", String(40), nullable=False),
    Column("calendar_version", String(40), nullable=False),
    Index(None, "state", "due_at"),
)
"""Every promise with a date: the n-th clock of its kind. Rebuilt from the events whenever one is added."""

DAILY_ROOT: Final = Table(
    "daily_root",
    METADATA,
    Column("day", String(10), primary_key=True),
    Column("events", Integer, nullable=False),
    Column("root", String(64), nullable=False),
    Column("prev_root", String(64), nullable=False),
    Column("sealed_at", Utc, nullable=False),
)
"""One hash over all events recorded on a day, chained to the day before; exported for auditors."""
