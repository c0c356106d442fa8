"""What switches told, and what it amounts to: the ledger, and projections that can be made from it anew.

All moments are microseconds since 1970-01-01T00:00:00Z, NULL where not; by the source's clock, but for
those that say otherwise. A day is the date in Korea, as text.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)

from callcenter.store.base import METADATA
from callcenter.store.tables.tickets import ROW_ID

_NAMED: Final = String(400)
"""As long as the bus allows a name or an id to be."""
_DAY: Final = String(10)

IS_SETTING: Final = text("kind = 'source.reconfigured'")
_IS_CORRECTION: Final = text("target IS NOT NULL")
_IS_OF_AGENT: Final = text("call IS NULL AND agent IS NOT NULL")
_LASTS: Final = text("ended IS NULL")
_UNFINISHED: Final = text("NOT over")
_DIALLED: Final = text("campaign IS NOT NULL")
_MISSING: Final = text("filled_at IS NULL AND given_up_at IS NULL")

TELEPHONY_EVENT: Final = Table(
    "telephony_event",
    METADATA,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("event_id", _NAMED, nullable=False, unique=True),
    Column("source", _NAMED, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("day", _DAY, nullable=False),
    Column("call", _NAMED),
    Column("leg", Integer),
    Column("queue", _NAMED),
    Column("agent", _NAMED),
    Column("target", _NAMED),
    Column("derived", Boolean(name="derived"), nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "source", "sequence"),
    Index(None, "day", "source", "sequence"),
    Index(None, "source", "call"),
    Index(
        "ix_telephony_event_of_agent",
        "agent",
        "at",
        sqlite_where=_IS_OF_AGENT,
        postgresql_where=_IS_OF_AGENT,
    ),
    Index(
        "ix_telephony_event_setting",
        "day",
        sqlite_where=IS_SETTING,
        postgresql_where=IS_SETTING,
    ),
    Index(
        "ix_telephony_event_correction",
        "target",
        sqlite_where=_IS_CORRECTION,
        postgresql_where=_IS_CORRECTION,
    ),
)
"""The truth: append-only, a trigger on both databases refuses to change or delete a row.

`body` is the event as it came, `received_at` by our clock, `day` that of `at`, `target` the event a
correction withdraws. What the centre itself concluded is here too, as events whose id begins `centre:`.
"""

LEG: Final = Table(
    "leg",
    METADATA,
    Column("source", _NAMED, primary_key=True),
    Column("call", _NAMED, primary_key=True),
    Column("leg", Integer, primary_key=True),
    Column("day", _DAY, nullable=False),
    Column("first_sequence", BigInteger, nullable=False),
    Column("queue", _NAMED, nullable=False),
    Column("kind", SmallInteger, nullable=False),
    Column("outcome", SmallInteger, nullable=False),
    Column("resolved", Boolean(name="resolved")),
    Column("priority", SmallInteger, nullable=False),
    Column("fate", Integer),
    Column("agent", _NAMED),
    Column("group_name", Text),
    Column("arrived", BigInteger, nullable=False),
    Column("queued", BigInteger),
    Column("assigned", BigInteger),
    Column("answered", BigInteger),
    Column("ended", BigInteger),
    Column("wrapped", BigInteger),
    Column("hold", BigInteger, nullable=False),
    Column("held_since", BigInteger),
    Column("over", Boolean(name="over"), nullable=False),
    Column("derived", Boolean(name="derived"), nullable=False),
    Column("campaign", _NAMED),
    Column("disposition", SmallInteger),
    Index(None, "day", "arrived"),
    Index(None, "queue", "day", "arrived"),
    Index(None, "agent", "day", "arrived"),
    Index("ix_leg_unfinished", "source", sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED),
    Index(
        "ix_leg_of_campaign",
        "day",
        "campaign",
        "disposition",
        sqlite_where=_DIALLED,
        postgresql_where=_DIALLED,
    ),
)
"""One arrival at one queue, as its events put it together; `day` is that of `arrived`.

`kind`, `outcome` and `disposition` are numbers of `LegKind`, `Outcome` and `Disposition`, the last one of
legs that were dialled for a `campaign`. A leg is `over` when neither caller nor agent has to do with it
any more. `derived`: part of it was not said but follows from something else.
"""

AGENT_SPELL: Final = Table(
    "agent_spell",
    METADATA,
    Column("agent", _NAMED, primary_key=True),
    Column("started", BigInteger, primary_key=True, autoincrement=False),
    Column("source", _NAMED, nullable=False),
    Column("group_name", Text),
    Column("state", SmallInteger, nullable=False),
    Column("ended", BigInteger),
    Column("day", _DAY, nullable=False),
    Column("reason", Text, nullable=False),
    Column("derived", Boolean(name="derived"), nullable=False),
    Index(None, "day", "agent"),
    Index("ix_agent_spell_lasting", "agent", sqlite_where=_LASTS, postgresql_where=_LASTS),
)
"""How long an agent was in one `AgentState`, and who said so; `ended` is NULL while it lasts."""

CSAT_ANSWER: Final = Table(
    "csat_answer",
    METADATA,
    Column("event_id", _NAMED, primary_key=True),
    Column("source", _NAMED, nullable=False),
    Column("call", _NAMED, nullable=False),
    Column("leg", Integer, nullable=False),
    Column("queue", _NAMED, nullable=False),
    Column("agent", _NAMED),
    Column("score", BigInteger, nullable=False),
    Column("scale", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("day", _DAY, nullable=False),
    Index(None, "day", "at"),
    Index(None, "source", "call"),
)
"""What a citizen thought of a leg; `day` is the leg's, however much later the answer came."""

TELEPHONY_SOURCE: Final = Table(
    "telephony_source",
    METADATA,
    Column("source", _NAMED, primary_key=True),
    Column("high", BigInteger, nullable=False),
    Column("highest", BigInteger, nullable=False),
    Column("online", Boolean(name="online"), nullable=False),
    Column("version", Text, nullable=False),
    Column("heard_at", BigInteger, nullable=False),
    Column("its_now", BigInteger, nullable=False),
    Column("now_heard_at", BigInteger, nullable=False),
    Column("speed", Double, nullable=False),
    Column("simulated", Boolean(name="simulated"), nullable=False),
    Column("skew_us", BigInteger),
    Column("live_calls", BigInteger, nullable=False),
    Column("agents", BigInteger, nullable=False),
)
"""How each switch stands: `high` is the last number without a gap before it, `highest` the last heard.

`heard_at` and `now_heard_at` are by our clock; at the latter the source's own clock said `its_now`.
"""

TELEPHONY_GAP: Final = Table(
    "telephony_gap",
    METADATA,
    Column("source", _NAMED, primary_key=True),
    Column("first", BigInteger, primary_key=True, autoincrement=False),
    Column("last", BigInteger, nullable=False),
    Column("noticed_at", BigInteger, nullable=False),
    Column("asked_at", BigInteger),
    Column("asks", Integer, nullable=False),
    Column("filled_at", BigInteger),
    Column("given_up_at", BigInteger),
    Index("ix_telephony_gap_missing", "source", sqlite_where=_MISSING, postgresql_where=_MISSING),
)
"""Numbers of a source that never came, all moments by our clock; given up, they may still come."""

DEAD_LETTER: Final = Table(
    "dead_letter",
    METADATA,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("topic", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Index(None, "received_at"),
)
"""What could not be read, with the reason; `payload` is text, bytes that are none escaped."""
