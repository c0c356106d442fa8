"""Campaigns, those they call, every attempt to reach them, and the numbers that are not to be called."""

from typing import Final

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from callcenter.store.base import METADATA, Utc
from callcenter.store.tables.tickets import ROW_ID

_DAY: Final = String(10)
_NAMED: Final = String(400)
_DUE: Final = text("state IN ('call_back', 'waiting')")
_IN_HAND: Final = text("state = 'in_hand'")
_IN_FORCE: Final = text("removed_at IS NULL")

CAMPAIGN: Final = Table(
    "campaign",
    METADATA,
    Column("code", String(60), primary_key=True),
    Column("name_ko", String(200), nullable=False),
    Column("name_en", String(200), nullable=False),
    Column("field", String(80), nullable=False),
    Column("first_day", _DAY, nullable=False),
    Column("last_day", _DAY, nullable=False),
    Column("rules", Text, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("state", String(12), nullable=False),
    Column("version", Integer, nullable=False),
)
"""One row a campaign; `rules` is JSON: windows, waits, attempts, quota, mode. Days are dates in Korea."""

CAMPAIGN_EVENT: Final = Table(
    "campaign_event",
    METADATA,
    Column("campaign", String(60), ForeignKey("campaign.code"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("command", String(20), nullable=False),
    Column("at", Utc, nullable=False),
    Column("by", String(80), nullable=False),
    Column("body", Text, nullable=False),
)
"""Who told a campaign what, and how it stood afterwards; append-only, held to it by a trigger."""

CAMPAIGN_CELL: Final = Table(
    "campaign_cell",
    METADATA,
    Column("campaign", String(60), ForeignKey("campaign.code"), primary_key=True),
    Column("cell", String(60), primary_key=True),
    Column("ko", String(200), nullable=False),
    Column("place", Integer, nullable=False),
    Column("quota", Integer),
    Column("successes", Integer, nullable=False),
)
"""Successes so far, counted where a lock makes them exact; the row without a name is the whole campaign."""

LEAD: Final = Table(
    "lead",
    METADATA,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("campaign", String(60), ForeignKey("campaign.code"), nullable=False),
    Column("cell", String(60), nullable=False),
    Column("phone_sealed", LargeBinary, nullable=False),
    Column("phone_lookup", LargeBinary, nullable=False),
    Column("name_sealed", LargeBinary),
    Column("imported_at", Utc, nullable=False),
    Column("state", String(12), nullable=False),
    Column("due_at", Utc, nullable=False),
    Column("attempts", SmallInteger, nullable=False),
    Column("last", String(12)),
    Column("avoid_band", SmallInteger),
    Column("claim", Integer, nullable=False),
    Column("claimed_by", String(80)),
    Column("claimed_at", Utc),
    Column("claimed_until", Utc),
    UniqueConstraint("campaign", "phone_lookup"),
    Index(
        "ix_lead_due",
        "campaign",
        "state",
        "due_at",
        "id",
        sqlite_where=_DUE,
        postgresql_where=_DUE,
    ),
    Index(
        "ix_lead_in_hand",
        "campaign",
        "claimed_until",
        sqlite_where=_IN_HAND,
        postgresql_where=_IN_HAND,
    ),
    Index(None, "campaign", "cell", "state"),
    Index(None, "phone_lookup"),
)
"""One citizen in one campaign, sealed. `claim` counts how often it was taken; the last claim's attempt is
the only one that may still be told. Once it is forgotten who it was, `phone_sealed` is empty and
`phone_lookup` the row's number.
"""

LEAD_ATTEMPT: Final = Table(
    "lead_attempt",
    METADATA,
    Column("lead", ROW_ID, ForeignKey("lead.id"), primary_key=True, autoincrement=False),
    Column("claim", Integer, primary_key=True, autoincrement=False),
    Column("campaign", String(60), nullable=False),
    Column("agent", String(80), nullable=False),
    Column("begun_at", Utc, nullable=False),
    Column("ended_at", Utc, nullable=False),
    Column("disposition", String(12), nullable=False),
    Column("call_back_at", Utc),
    Column("source", _NAMED),
    Column("call", _NAMED),
    Index(None, "campaign", "ended_at"),
)
"""Every attempt; append-only, held to it by a trigger."""

LEAD_IMPORT: Final = Table(
    "lead_import",
    METADATA,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("campaign", String(60), ForeignKey("campaign.code"), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("at", Utc, nullable=False),
    Column("by", String(80), nullable=False),
    Column("rows", Integer, nullable=False),
    Column("created", Integer, nullable=False),
    UniqueConstraint("campaign", "sha256"),
)
"""One file of leads, known by its hash: the same file again is the same import."""

LEAD_IMPORT_ROW: Final = Table(
    "lead_import_row",
    METADATA,
    Column("batch", ROW_ID, ForeignKey("lead_import.id"), primary_key=True, autoincrement=False),
    Column("row", Integer, primary_key=True, autoincrement=False),
    Column("status", String(12), nullable=False),
    Column("reason", String(20)),
    Column("error", Text),
    Column("lead", ROW_ID),
)

DO_NOT_CALL: Final = Table(
    "do_not_call",
    METADATA,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("phone_lookup", LargeBinary, nullable=False),
    Column("reason", Text, nullable=False),
    Column("added_at", Utc, nullable=False),
    Column("added_by", String(80), nullable=False),
    Column("removed_at", Utc),
    Column("removed_by", String(80)),
    Column("removed_reason", Text),
    Column("lookup_key", String(64)),
    Index(
        "ix_do_not_call_in_force",
        "phone_lookup",
        unique=True,
        sqlite_where=_IN_FORCE,
        postgresql_where=_IN_FORCE,
    ),
)
"""Numbers that are not to be called, as keyed hashes alone: nobody can read off whose they are.

`lookup_key` names the key of the hash, which has to stay on the ring; NULL is of before it was kept.
"""
