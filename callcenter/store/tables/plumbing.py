"""What makes a command happen once and its consequences at least once."""

from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from callcenter.store.base import METADATA, Utc
from callcenter.store.tables.tickets import ROW_ID

IDEMPOTENCY_KEY: Final = Table(
    "idempotency_key",
    METADATA,
    Column("scope", String(120), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("status", Integer),
    Column("response", Text),
    Column("created_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
    Index(None, "expires_at"),
)

_WAITING: Final = "done_at IS NULL AND dead_at IS NULL"
_DEAD: Final = "dead_at IS NOT NULL"
_DONE: Final = "done_at IS NOT NULL"

OUTBOX: Final = Table(
    "outbox",
    METADATA,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("topic", String(60), nullable=False),
    Column("aggregate", String(40), nullable=False),
    Column("aggregate_seq", Integer, nullable=False),
    Column("payload", Text, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("available_at", Utc, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("claimed_by", String(80)),
    Column("claimed_until", Utc),
    Column("done_at", Utc),
    Column("dead_at", Utc),
    Column("last_error", Text),
    UniqueConstraint("topic", "aggregate", "aggregate_seq"),
    Index(
        "ix_outbox_waiting",
        "available_at",
        "id",
        sqlite_where=text(_WAITING),
        postgresql_where=text(_WAITING),
    ),
    Index("ix_outbox_dead", "id", sqlite_where=text(_DEAD), postgresql_where=text(_DEAD)),
    Index("ix_outbox_done", "done_at", sqlite_where=text(_DONE), postgresql_where=text(_DONE)),
)
"""Few rows of many wait, and few are dead: each has an index of those alone. The done go by age."""

NOTICE: Final = Table(
    "notice",
    METADATA,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("ticket", String(20), ForeignKey("ticket.number"), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("cause_seq", Integer, nullable=False),
    Column("channel", String(20), nullable=False),
    Column("template", String(40), nullable=False),
    Column("unit", String(60)),
    Column("officer", String(80)),
    Column("state", String(12), nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("sent_at", Utc),
    Column("provider_ref", String(200)),
    Column("failure", Text),
    UniqueConstraint("ticket", "kind", "cause_seq", "channel"),
    Index(None, "state", "created_at"),
)
"""What a petitioner is owed and got; officer and unit as they were when it was written."""

WEBHOOK: Final = Table(
    "webhook",
    METADATA,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("url", Text, nullable=False),
    Column("secret_sealed", LargeBinary, nullable=False),
    Column("kinds", Text, nullable=False),
    Column("active", Boolean(name="active"), nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("created_by", String(80), nullable=False),
)

WEBHOOK_DELIVERY: Final = Table(
    "webhook_delivery",
    METADATA,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("webhook", ROW_ID, ForeignKey("webhook.id"), nullable=False),
    Column("outbox", ROW_ID, nullable=False),
    Column("at", Utc, nullable=False),
    Column("status", Integer),
    Column("error", Text),
    Index(None, "webhook", "at"),
)

ATTACHMENT: Final = Table(
    "attachment",
    METADATA,
    Column("sha256", String(64), primary_key=True),
    Column("media_type", String(100), nullable=False),
    Column("size", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("stored_at", Utc, nullable=False),
)
"""Files by the hash of their content; which ticket has which is said by its events."""

IMPORT_BATCH: Final = Table(
    "import_batch",
    METADATA,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("source", String(200), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("started_at", Utc, nullable=False),
    Column("started_by", String(80), nullable=False),
    Column("finished_at", Utc),
    Column("rows", Integer, nullable=False),
    Column("created", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("repeated", Integer, nullable=False),
)

IMPORT_ROW: Final = Table(
    "import_row",
    METADATA,
    Column("batch", ROW_ID, ForeignKey("import_batch.id"), primary_key=True),
    Column("row", Integer, primary_key=True),
    Column("row_hash", String(64), nullable=False),
    Column("status", String(12), nullable=False),
    Column("error", Text),
    Column("ticket", String(20)),
    Index(
        "ix_import_row_created",
        "row_hash",
        unique=True,
        sqlite_where=text("status = 'created'"),
        postgresql_where=text("status = 'created'"),
    ),
)
