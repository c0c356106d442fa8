"""Satisfaction rounds: their forms, whom they ask, and what was answered."""

from typing import Final

from sqlalchemy import (
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
)

from callcenter.store.base import METADATA, Utc
from callcenter.store.tables.tickets import ROW_ID

_DAY: Final = String(10)
_CELL: Final = String(400)
_NAMED: Final = String(400)

SURVEY_FORM: Final = Table(
    "survey_form",
    METADATA,
    Column("code", String(60), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Column("by", String(80), nullable=False),
)
"""Every version of every form but the shipped one, as JSON; append-only, held to it by a trigger."""

SURVEY_ROUND: Final = Table(
    "survey_round",
    METADATA,
    Column("code", String(60), primary_key=True),
    Column("name_ko", String(200), nullable=False),
    Column("name_en", String(200), nullable=False),
    Column("of", String(12), nullable=False),
    Column("first_day", _DAY, nullable=False),
    Column("last_day", _DAY, nullable=False),
    Column("size", Integer, nullable=False),
    Column("form", String(60), nullable=False),
    Column("form_version", Integer, nullable=False),
    Column("cells_by", String(12)),
    Column("cells", Text, nullable=False),
    Column("campaign", String(60), ForeignKey("campaign.code"), unique=True),
    Column("open_days", Integer, nullable=False),
    Column("state", String(12), nullable=False),
    Column("version", Integer, nullable=False),
    Column("frame", Integer),
)
"""One row a round; `cells` is JSON: what was asked for. Days are dates in Korea."""

SURVEY_ROUND_EVENT: Final = Table(
    "survey_round_event",
    METADATA,
    Column("round", String(60), ForeignKey("survey_round.code"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("command", String(20), nullable=False),
    Column("at", Utc, nullable=False),
    Column("by", String(80), nullable=False),
    Column("body", Text, nullable=False),
)
"""Who did what to a round; append-only, held to it by a trigger."""

SURVEY_ROUND_CELL: Final = Table(
    "survey_round_cell",
    METADATA,
    Column("round", String(60), ForeignKey("survey_round.code"), primary_key=True),
    Column("cell", _CELL, primary_key=True),
    Column("frame", Integer, nullable=False),
    Column("share", Double, nullable=False),
)
"""The population by cell, as it was when the round was drawn."""

SURVEY_INVITATION: Final = Table(
    "survey_invitation",
    METADATA,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("round", String(60), ForeignKey("survey_round.code"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("person", String(64), nullable=False),
    Column("cell", _CELL, nullable=False),
    Column("queue", _NAMED),
    Column("service", String(60)),
    Column("unit", String(60)),
    Column("ticket", String(20), ForeignKey("ticket.number")),
    Column("closing", Integer),
    Column("source", _NAMED),
    Column("call", _NAMED),
    Column("leg", Integer),
    Column("expires_at", Utc, nullable=False),
    Column("lead", ROW_ID, ForeignKey("lead.id")),
    Column("way", String(8)),
    Column("written_at", Utc),
    Column("sent_at", Utc),
    Column("provider_ref", String(200)),
    Column("failure", Text),
    UniqueConstraint("round", "place"),
    UniqueConstraint("round", "person"),
    UniqueConstraint("lead"),
    CheckConstraint("(ticket IS NULL) <> (call IS NULL)", name="ticket_or_call"),
    Index(None, "source", "call", "leg"),
)
"""One person drawn for one round; `person` is a hash, `place` the place in the lot.

`way` is by which way the link goes, once it was written; then it was sent, it failed, or it still waits.
"""

SURVEY_ANSWER: Final = Table(
    "survey_answer",
    METADATA,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("round", String(60), ForeignKey("survey_round.code"), nullable=False),
    Column("invitation", ROW_ID, ForeignKey("survey_invitation.id")),
    Column("lead", ROW_ID, ForeignKey("lead.id")),
    Column("cell", _CELL, nullable=False),
    Column("scores", Text, nullable=False),
    Column("score", Integer, nullable=False),
    Column("comment", Text),
    Column("at", Utc, nullable=False),
    Column("by", String(80)),
    UniqueConstraint("invitation"),
    UniqueConstraint("lead"),
    CheckConstraint("invitation IS NOT NULL OR lead IS NOT NULL", name="of_somebody"),
    Index(None, "round"),
)
"""What somebody answered, once; `by` is the agent who wrote it down, NULL for the citizen's own."""
