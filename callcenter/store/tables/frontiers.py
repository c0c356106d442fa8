"""Frontiers: what a model says that outbound successes cost inbound callers."""

from typing import Final

from sqlalchemy import Column, String, Table, Text

from callcenter.store.base import METADATA, Utc
from callcenter.store.tables.tickets import ROW_ID

FRONTIER: Final = Table(
    "frontier",
    METADATA,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("scenario", String(200), nullable=False),
    Column("title_ko", String(200), nullable=False),
    Column("title_en", String(200), nullable=False),
    Column("first_day", String(10), nullable=False),
    Column("last_day", String(10), nullable=False),
    Column("kept_at", Utc, nullable=False),
    Column("kept_by", String(80), nullable=False),
    Column("body", Text, nullable=False),
)
"""One computation each, known by the hash of what it says; append-only, held to it by a trigger."""
