"""Keep what switches told, and what it amounts to."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from callcenter.store.append_only import append_only, changeable

revision = "0010"
down_revision = "0009"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TABLES = (
    "telephony_event",
    "leg",
    "agent_spell",
    "csat_answer",
    "telephony_source",
    "telephony_gap",
    "dead_letter",
)


def upgrade() -> None:
    """Keep what switches told, and what it amounts to."""
    op.create_table(
        "telephony_event",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("event_id", sa.String(length=400), nullable=False),
        sa.Column("source", sa.String(length=400), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("call", sa.String(length=400), nullable=True),
        sa.Column("leg", sa.Integer(), nullable=True),
        sa.Column("queue", sa.String(length=400), nullable=True),
        sa.Column("agent", sa.String(length=400), nullable=True),
        sa.Column("target", sa.String(length=400), nullable=True),
        sa.Column("derived", sa.Boolean(name="derived"), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_telephony_event")),
        sa.UniqueConstraint("event_id", name=op.f("uq_telephony_event_event_id")),
    )
    op.create_index(
        "ix_telephony_event_correction",
        "telephony_event",
        ["target"],
        unique=False,
        sqlite_where=sa.text("target IS NOT NULL"),
        postgresql_where=sa.text("target IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_telephony_event_day_source_sequence"),
        "telephony_event",
        ["day", "source", "sequence"],
        unique=False,
    )
    op.create_index(
        "ix_telephony_event_of_agent",
        "telephony_event",
        ["agent", "at"],
        unique=False,
        sqlite_where=sa.text("call IS NULL AND agent IS NOT NULL"),
        postgresql_where=sa.text("call IS NULL AND agent IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_telephony_event_source_call"), "telephony_event", ["source", "call"], unique=False
    )
    op.create_index(
        op.f("ix_telephony_event_source_sequence"),
        "telephony_event",
        ["source", "sequence"],
        unique=False,
    )
    op.create_table(
        "leg",
        sa.Column("source", sa.String(length=400), nullable=False),
        sa.Column("call", sa.String(length=400), nullable=False),
        sa.Column("leg", sa.Integer(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("first_sequence", sa.BigInteger(), nullable=False),
        sa.Column("queue", sa.String(length=400), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("outcome", sa.SmallInteger(), nullable=False),
        sa.Column("resolved", sa.Boolean(name="resolved"), nullable=True),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("fate", sa.Integer(), nullable=True),
        sa.Column("agent", sa.String(length=400), nullable=True),
        sa.Column("group_name", sa.Text(), nullable=True),
        sa.Column("arrived", sa.BigInteger(), nullable=False),
        sa.Column("queued", sa.BigInteger(), nullable=True),
        sa.Column("assigned", sa.BigInteger(), nullable=True),
        sa.Column("answered", sa.BigInteger(), nullable=True),
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.Column("wrapped", sa.BigInteger(), nullable=True),
        sa.Column("hold", sa.BigInteger(), nullable=False),
        sa.Column("held_since", sa.BigInteger(), nullable=True),
        sa.Column("over", sa.Boolean(name="over"), nullable=False),
        sa.Column("derived", sa.Boolean(name="derived"), nullable=False),
        sa.PrimaryKeyConstraint("source", "call", "leg", name=op.f("pk_leg")),
    )
    op.create_index(op.f("ix_leg_day_agent"), "leg", ["day", "agent"], unique=False)
    op.create_index(op.f("ix_leg_day_arrived"), "leg", ["day", "arrived"], unique=False)
    op.create_index(op.f("ix_leg_day_queue"), "leg", ["day", "queue"], unique=False)
    op.create_index(
        "ix_leg_unfinished",
        "leg",
        ["source"],
        unique=False,
        sqlite_where=sa.text("NOT over"),
        postgresql_where=sa.text("NOT over"),
    )
    op.create_table(
        "agent_spell",
        sa.Column("agent", sa.String(length=400), nullable=False),
        sa.Column("started", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(length=400), nullable=False),
        sa.Column("group_name", sa.Text(), nullable=True),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("derived", sa.Boolean(name="derived"), nullable=False),
        sa.PrimaryKeyConstraint("agent", "started", name=op.f("pk_agent_spell")),
    )
    op.create_index(op.f("ix_agent_spell_day_agent"), "agent_spell", ["day", "agent"], unique=False)
    op.create_index(
        "ix_agent_spell_lasting",
        "agent_spell",
        ["agent"],
        unique=False,
        sqlite_where=sa.text("ended IS NULL"),
        postgresql_where=sa.text("ended IS NULL"),
    )
    op.create_table(
        "csat_answer",
        sa.Column("event_id", sa.String(length=400), nullable=False),
        sa.Column("source", sa.String(length=400), nullable=False),
        sa.Column("call", sa.String(length=400), nullable=False),
        sa.Column("leg", sa.Integer(), nullable=False),
        sa.Column("queue", sa.String(length=400), nullable=False),
        sa.Column("agent", sa.String(length=400), nullable=True),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column("scale", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_csat_answer")),
    )
    op.create_index(op.f("ix_csat_answer_day_at"), "csat_answer", ["day", "at"], unique=False)
    op.create_index(
        op.f("ix_csat_answer_source_call"), "csat_answer", ["source", "call"], unique=False
    )
    op.create_table(
        "telephony_source",
        sa.Column("source", sa.String(length=400), nullable=False),
        sa.Column("high", sa.BigInteger(), nullable=False),
        sa.Column("highest", sa.BigInteger(), nullable=False),
        sa.Column("online", sa.Boolean(name="online"), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("heard_at", sa.BigInteger(), nullable=False),
        sa.Column("its_now", sa.BigInteger(), nullable=False),
        sa.Column("now_heard_at", sa.BigInteger(), nullable=False),
        sa.Column("speed", sa.Double(), nullable=False),
        sa.Column("skew_us", sa.BigInteger(), nullable=True),
        sa.Column("live_calls", sa.BigInteger(), nullable=False),
        sa.Column("agents", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_telephony_source")),
    )
    op.create_table(
        "telephony_gap",
        sa.Column("source", sa.String(length=400), nullable=False),
        sa.Column("first", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("noticed_at", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=True),
        sa.Column("asks", sa.Integer(), nullable=False),
        sa.Column("filled_at", sa.BigInteger(), nullable=True),
        sa.Column("given_up_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("source", "first", name=op.f("pk_telephony_gap")),
    )
    op.create_index(
        "ix_telephony_gap_missing",
        "telephony_gap",
        ["source"],
        unique=False,
        sqlite_where=sa.text("filled_at IS NULL AND given_up_at IS NULL"),
        postgresql_where=sa.text("filled_at IS NULL AND given_up_at IS NULL"),
    )
    op.create_table(
        "dead_letter",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dead_letter")),
    )
    op.create_index(
        op.f("ix_dead_letter_received_at"), "dead_letter", ["received_at"], unique=False
    )
    append_only("telephony_event")


def downgrade() -> None:
    """Take it back."""
    changeable("telephony_event")
    for table in TABLES:
        op.drop_table(table)
