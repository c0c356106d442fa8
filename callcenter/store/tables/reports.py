"""What reports are read from: sums by day, kept up with the tickets a moment behind them.

Whatever writes a ticket's row, a trigger puts it into `ticket_stale`; `store.reports` takes it out, works
out anew what the ticket counts for, and changes the sums by the difference. Everything here can be
thrown away and made again from the tickets and their events.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from callcenter.measures.desk_work import Count
from callcenter.store.base import METADATA
from callcenter.store.tables.tickets import ROW_ID

TICKET_STALE: Final = Table(
    "ticket_stale",
    METADATA,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("ticket", ROW_ID, nullable=False),
)
"""Tickets whose facts are out of date; one may stand here several times."""

_JUDGED: Final = text("tenths IS NOT NULL")
TICKET_FACT: Final = Table(
    "ticket_fact",
    METADATA,
    Column("ticket", ROW_ID, ForeignKey("ticket.id"), primary_key=True, autoincrement=False),
    Column("channel", String(20), nullable=False),
    Column("service", String(60), nullable=False),
    Column("unit", String(60)),
    Column("received", String(10), nullable=False),
    Column("closed", String(10)),
    Column("due", String(10)),
    Column("stopped", String(10)),
    Column("on_time", Boolean(name="on_time")),
    Column("minutes", Integer),
    Column("tenths", Integer),
    Column("hops", Integer, nullable=False),
    Column("taken_minutes", Integer),
    Column("visits", Text),
    Index(None, "unit", "received", "due", "closed"),
    Index(
        "ix_ticket_fact_judged",
        "unit",
        "service",
        "tenths",
        "stopped",
        sqlite_where=_JUDGED,
        postgresql_where=_JUDGED,
    ),
)
"""`desk_work.Fact` of each ticket, as it is counted in `report_cell`; `tenths` are of working hours."""

REPORT_CELL: Final = Table(
    "report_cell",
    METADATA,
    Column("scope", String(60), primary_key=True),
    Column("head", String(10), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("value", String(60), primary_key=True),
    *(Column(count, BigInteger, nullable=False) for count in Count),
)
"""The sum over all facts of what they add to a `desk_work.Cell`."""
