"""Personal data, apart from everything else and sealed."""

from typing import Final

from sqlalchemy import Column, Index, LargeBinary, String, Table, Text

from callcenter.store.base import METADATA, Utc
from callcenter.store.tables.tickets import ROW_ID

PETITIONER: Final = Table(
    "petitioner",
    METADATA,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("name_sealed", LargeBinary),
    Column("phone_sealed", LargeBinary),
    Column("phone_lookup", LargeBinary),
    Column("email_sealed", LargeBinary),
    Column("email_lookup", LargeBinary),
    Column("address_sealed", LargeBinary),
    Column("language", String(5), nullable=False),
    Column("consent", Text, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("retain_until", Utc, nullable=False),
    Column("erased_at", Utc),
    Index(None, "phone_lookup"),
    Index(None, "email_lookup"),
    Index(None, "retain_until"),
)

TICKET_TEXT: Final = Table(
    "ticket_text",
    METADATA,
    Column("ticket", String(20), primary_key=True),
    Column("body_sealed", LargeBinary, nullable=False),
    Column("retain_until", Utc, nullable=False),
)
"""The petition as it was written, where freeing it of personal data changed it."""

PERSONAL_ACCESS: Final = Table(
    "personal_access",
    METADATA,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("at", Utc, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("ticket", String(20)),
    Column("petitioner", String(20)),
    Column("fields", String(120), nullable=False),
    Column("purpose", Text, nullable=False),
    Column("request_id", String(64)),
    Index(None, "at"),
)
"""Who looked at whose data and what for; append-only."""
