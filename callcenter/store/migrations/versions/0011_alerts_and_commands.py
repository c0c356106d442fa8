"""Keep alerts, and what was told to switches."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from callcenter.store import base

revision = "0011"
down_revision = "0010"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Keep alerts, and what was told to switches."""
    op.create_table(
        "alert",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("rule", sa.String(60), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("severity", sa.String(8), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("ko", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("cleared_at", sa.BigInteger()),
        sa.Column("acknowledged_at", base.Utc()),
        sa.Column("acknowledged_by", sa.String(80)),
        sa.Column("owner", sa.String(80)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
    )
    raised = sa.text("cleared_at IS NULL")
    op.create_index(
        op.f("ix_alert_raised"),
        "alert",
        ["rule", "subject"],
        unique=True,
        sqlite_where=raised,
        postgresql_where=raised,
    )
    op.create_table(
        "switch_command",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("at", base.Utc(), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("answered_at", base.Utc()),
        sa.Column("accepted", sa.Boolean(name="accepted")),
        sa.Column("answer", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_switch_command")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("switch_command")
    op.drop_table("alert")
