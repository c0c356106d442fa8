"""What supervisors were told without having looked, and what they told the switch."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, String, Table, Text, text

from callcenter.store.base import METADATA, Utc
from callcenter.store.tables.tickets import ROW_ID

_RAISED: Final = text("cleared_at IS NULL")

ALERT: Final = Table(
    "alert",
    METADATA,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("rule", String(60), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("severity", String(8), nullable=False),
    Column("value", Float, nullable=False),
    Column("ko", Text, nullable=False),
    Column("en", Text, nullable=False),
    Column("raised_at", BigInteger, nullable=False),
    Column("cleared_at", BigInteger),
    Column("acknowledged_at", Utc),
    Column("acknowledged_by", String(80)),
    Column("owner", String(80)),
    Index(
        "ix_alert_raised",
        "rule",
        "subject",
        unique=True,
        sqlite_where=_RAISED,
        postgresql_where=_RAISED,
    ),
)
"""Raised and cleared by the centre's clock, in microseconds; one rule is raised once for a subject."""

SWITCH_COMMAND: Final = Table(
    "switch_command",
    METADATA,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("at", Utc, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("source", String(200), nullable=False),
    Column("command", Text, nullable=False),
    Column("answered_at", Utc),
    Column("accepted", Boolean(name="accepted")),
    Column("answer", Text),
)
