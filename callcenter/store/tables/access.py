"""Who may come in: people, keys, and what administrators did."""

from typing import Final

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from callcenter.store.base import METADATA, Utc
from callcenter.store.tables.tickets import ROW_ID

ACCOUNT: Final = Table(
    "account",
    METADATA,
    Column("login", String(80), primary_key=True),
    Column("name", String(80), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("roles", String(120), nullable=False),
    Column("unit", String(60)),
    Column("active", Boolean(name="active"), nullable=False),
    Column("failures", Integer, nullable=False, default=0),
    Column("locked_until", Utc),
    Column("generation", Integer, nullable=False, default=0),
    Column("created_at", Utc, nullable=False),
)
"""`generation` grows when a password or role changes: older tokens are then worth nothing."""

API_KEY: Final = Table(
    "api_key",
    METADATA,
    Column("key_id", String(40), primary_key=True),
    Column("key_hash", String(64), nullable=False, unique=True),
    Column("name", String(80), nullable=False),
    Column("roles", String(120), nullable=False),
    Column("unit", String(60)),
    Column("requests_per_minute", Integer, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("created_by", String(80), nullable=False),
    Column("expires_at", Utc),
    Column("revoked_at", Utc),
)

ADMIN_ACT: Final = Table(
    "admin_act",
    METADATA,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("at", Utc, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("act", String(60), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("detail", Text, nullable=False),
    Column("request_id", String(64)),
    Index(None, "at"),
)
"""The audit of administrative acts; append-only."""

OPEN311_TOKEN: Final = Table(
    "open311_token",
    METADATA,
    Column("token", String(64), primary_key=True),
    Column("ticket", String(20), nullable=False, unique=True),
)
