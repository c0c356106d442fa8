"""What decisions refer to, kept in every version: the catalogue and the calendar."""

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from callcenter.store.base import METADATA, Utc

CATALOGUE_VERSION: Final = Table(
    "catalogue_version",
    METADATA,
    Column("version", String(64), primary_key=True),
    Column("content", Text, nullable=False),
    Column("loaded_at", Utc, nullable=False),
    Column("loaded_by", String(80), nullable=False),
    Index(None, "loaded_at"),
)
"""`configs/services.yaml` as it was loaded, by the digest of its content."""

CALENDAR_VERSION: Final = Table(
    "calendar_version",
    METADATA,
    Column("version", String(64), primary_key=True),
    Column("source", String(120), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("first_year", Integer, nullable=False),
    Column("last_year", Integer, nullable=False),
    Column("published_at", Utc, nullable=False),
    Column("approved_by", String(80), nullable=False),
    Index(None, "published_at"),
)

CALENDAR_DAY: Final = Table(
    "calendar_day",
    METADATA,
    Column("version", String(64), ForeignKey("calendar_version.version"), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("name", String(120), nullable=False),
)
"""The public holidays of a calendar version; Saturdays and Sundays need no row."""
