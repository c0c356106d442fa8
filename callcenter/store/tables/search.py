"""What tickets are searched by: their texts, folded, and an index of grams that each database makes its own.

`ticket_grams` is derived and of two kinds: an FTS5 table without content on SQLite, a column of arrays
under a GIN index on PostgreSQL. A migration makes it; the metadata does not know it.
"""

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from callcenter.store.base import METADATA
from callcenter.store.tables.tickets import ROW_ID

TICKET_SEARCH: Final = Table(
    "ticket_search",
    METADATA,
    Column("ticket", ROW_ID, ForeignKey("ticket.id"), primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
)
"""Title, text, address and number as `grams.folded` writes them; free of personal data."""

TICKET_GRAMS: Final = Table(
    "ticket_grams",
    MetaData(),
    Column("ticket", BigInteger, primary_key=True),
    Column("grams", ARRAY(Text), nullable=False),
)
"""The derived table as PostgreSQL has it."""
