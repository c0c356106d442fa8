"""Satisfaction: one invitation a closing, and its answer."""

from typing import Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from callcenter.store.base import METADATA, Utc
from callcenter.store.tables.tickets import ROW_ID

_INVITED: Final = text("sampled")

SURVEY: Final = Table(
    "survey",
    METADATA,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("ticket", String(20), ForeignKey("ticket.number"), nullable=False),
    Column("closing", Integer, nullable=False),
    Column("sampled", Boolean(name="sampled"), nullable=False),
    Column("service", String(60), nullable=False),
    Column("unit", String(60)),
    Column("officer", String(80)),
    Column("channel", String(20), nullable=False),
    Column("closed_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("answered_at", Utc),
    Column("score", Integer),
    Column("comment", Text),
    UniqueConstraint("ticket", "closing"),
    CheckConstraint("score BETWEEN 1 AND 5", name="score"),
    CheckConstraint("(score IS NULL) = (answered_at IS NULL)", name="answered"),
    Index(None, "answered_at"),
    Index(
        "ix_survey_invited",
        "unit",
        "service",
        "score",
        "closed_at",
        "sampled",
        sqlite_where=_INVITED,
        postgresql_where=_INVITED,
    ),
)
"""Every closing has its row, sampled or not, so that the response rate has a denominator."""
