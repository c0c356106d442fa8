"""Keep campaigns, their leads, every attempt, and the numbers that are not to be called."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from callcenter.store import base
from callcenter.store.append_only import append_only, changeable

revision = "0016"
down_revision = "0015"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Keep campaigns, their leads, every attempt, and the numbers that are not to be called."""
    due = sa.text("state IN ('call_back', 'waiting')")
    in_hand = sa.text("state = 'in_hand'")
    in_force = sa.text("removed_at IS NULL")
    op.create_table(
        "campaign",
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("name_ko", sa.String(200), nullable=False),
        sa.Column("name_en", sa.String(200), nullable=False),
        sa.Column("field", sa.String(80), nullable=False),
        sa.Column("first_day", sa.String(10), nullable=False),
        sa.Column("last_day", sa.String(10), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_campaign")),
    )
    op.create_table(
        "do_not_call",
        sa.Column("id", _row_id(), autoincrement=True, nullable=False),
        sa.Column("phone_lookup", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("added_at", base.Utc(), nullable=False),
        sa.Column("added_by", sa.String(80), nullable=False),
        sa.Column("removed_at", base.Utc()),
        sa.Column("removed_by", sa.String(80)),
        sa.Column("removed_reason", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_do_not_call")),
    )
    op.create_index(
        "ix_do_not_call_in_force",
        "do_not_call",
        ["phone_lookup"],
        unique=True,
        sqlite_where=in_force,
        postgresql_where=in_force,
    )
    op.create_table(
        "campaign_cell",
        sa.Column("campaign", sa.String(60), nullable=False),
        sa.Column("cell", sa.String(60), nullable=False),
        sa.Column("ko", sa.String(200), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("quota", sa.Integer()),
        sa.Column("successes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign"], ["campaign.code"], name=op.f("fk_campaign_cell_campaign_campaign")
        ),
        sa.PrimaryKeyConstraint("campaign", "cell", name=op.f("pk_campaign_cell")),
    )
    op.create_table(
        "campaign_event",
        sa.Column("campaign", sa.String(60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("command", sa.String(20), nullable=False),
        sa.Column("at", base.Utc(), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign"], ["campaign.code"], name=op.f("fk_campaign_event_campaign_campaign")
        ),
        sa.PrimaryKeyConstraint("campaign", "version", name=op.f("pk_campaign_event")),
    )
    op.create_table(
        "lead",
        sa.Column("id", _row_id(), autoincrement=True, nullable=False),
        sa.Column("campaign", sa.String(60), nullable=False),
        sa.Column("cell", sa.String(60), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("phone_lookup", sa.LargeBinary(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary()),
        sa.Column("imported_at", base.Utc(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("due_at", base.Utc(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("last", sa.String(12)),
        sa.Column("avoid_band", sa.SmallInteger()),
        sa.Column("claim", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.String(80)),
        sa.Column("claimed_at", base.Utc()),
        sa.Column("claimed_until", base.Utc()),
        sa.ForeignKeyConstraint(
            ["campaign"], ["campaign.code"], name=op.f("fk_lead_campaign_campaign")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead")),
        sa.UniqueConstraint("campaign", "phone_lookup", name=op.f("uq_lead_campaign_phone_lookup")),
    )
    op.create_index(op.f("ix_lead_campaign_cell_state"), "lead", ["campaign", "cell", "state"])
    op.create_index(
        "ix_lead_due",
        "lead",
        ["campaign", "state", "due_at", "id"],
        sqlite_where=due,
        postgresql_where=due,
    )
    op.create_index(
        "ix_lead_in_hand",
        "lead",
        ["campaign", "claimed_until"],
        sqlite_where=in_hand,
        postgresql_where=in_hand,
    )
    op.create_index(op.f("ix_lead_phone_lookup"), "lead", ["phone_lookup"])
    op.create_table(
        "lead_import",
        sa.Column("id", _row_id(), autoincrement=True, nullable=False),
        sa.Column("campaign", sa.String(60), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("at", base.Utc(), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign"], ["campaign.code"], name=op.f("fk_lead_import_campaign_campaign")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_import")),
        sa.UniqueConstraint("campaign", "sha256", name=op.f("uq_lead_import_campaign_sha256")),
    )
    op.create_table(
        "lead_attempt",
        sa.Column("lead", _row_id(), autoincrement=False, nullable=False),
        sa.Column("claim", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("campaign", sa.String(60), nullable=False),
        sa.Column("agent", sa.String(80), nullable=False),
        sa.Column("begun_at", base.Utc(), nullable=False),
        sa.Column("ended_at", base.Utc(), nullable=False),
        sa.Column("disposition", sa.String(12), nullable=False),
        sa.Column("call_back_at", base.Utc()),
        sa.Column("source", sa.String(400)),
        sa.Column("call", sa.String(400)),
        sa.ForeignKeyConstraint(["lead"], ["lead.id"], name=op.f("fk_lead_attempt_lead_lead")),
        sa.PrimaryKeyConstraint("lead", "claim", name=op.f("pk_lead_attempt")),
    )
    op.create_index(
        op.f("ix_lead_attempt_campaign_ended_at"), "lead_attempt", ["campaign", "ended_at"]
    )
    op.create_table(
        "lead_import_row",
        sa.Column("batch", _row_id(), autoincrement=False, nullable=False),
        sa.Column("row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("reason", sa.String(20)),
        sa.Column("error", sa.Text()),
        sa.Column("lead", _row_id()),
        sa.ForeignKeyConstraint(
            ["batch"], ["lead_import.id"], name=op.f("fk_lead_import_row_batch_lead_import")
        ),
        sa.PrimaryKeyConstraint("batch", "row", name=op.f("pk_lead_import_row")),
    )
    append_only("campaign_event")
    append_only("lead_attempt")


def downgrade() -> None:
    """Take it back."""
    op.drop_table("lead_import_row")
    changeable("lead_attempt")
    op.drop_table("lead_attempt")
    op.drop_table("lead_import")
    op.drop_table("lead")
    changeable("campaign_event")
    op.drop_table("campaign_event")
    op.drop_table("campaign_cell")
    op.drop_table("do_not_call")
    op.drop_table("campaign")


def _row_id() -> Any:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
