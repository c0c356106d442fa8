"""Keep satisfaction rounds: forms, whom they ask, and what was answered."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from callcenter.store import base
from callcenter.store.append_only import append_only, changeable

revision = "0019"
down_revision = "0018"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Keep satisfaction rounds: forms, whom they ask, and what was answered."""
    op.create_table(
        "survey_form",
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", base.Utc(), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("code", "version", name=op.f("pk_survey_form")),
    )
    op.create_table(
        "survey_round",
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("name_ko", sa.String(200), nullable=False),
        sa.Column("name_en", sa.String(200), nullable=False),
        sa.Column("of", sa.String(12), nullable=False),
        sa.Column("first_day", sa.String(10), nullable=False),
        sa.Column("last_day", sa.String(10), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(60), nullable=False),
        sa.Column("form_version", sa.Integer(), nullable=False),
        sa.Column("cells_by", sa.String(12)),
        sa.Column("cells", sa.Text(), nullable=False),
        sa.Column("campaign", sa.String(60)),
        sa.Column("open_days", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("frame", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["campaign"], ["campaign.code"], name=op.f("fk_survey_round_campaign_campaign")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_survey_round")),
        sa.UniqueConstraint("campaign", name=op.f("uq_survey_round_campaign")),
    )
    op.create_table(
        "survey_invitation",
        sa.Column("id", _row_id(), autoincrement=True, nullable=False),
        sa.Column("round", sa.String(60), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("cell", sa.String(400), nullable=False),
        sa.Column("queue", sa.String(400)),
        sa.Column("service", sa.String(60)),
        sa.Column("unit", sa.String(60)),
        sa.Column("ticket", sa.String(20)),
        sa.Column("closing", sa.Integer()),
        sa.Column("source", sa.String(400)),
        sa.Column("call", sa.String(400)),
        sa.Column("leg", sa.Integer()),
        sa.Column("expires_at", base.Utc(), nullable=False),
        sa.Column("lead", _row_id()),
        sa.CheckConstraint(
            "(ticket IS NULL) <> (call IS NULL)", name=op.f("ck_survey_invitation_ticket_or_call")
        ),
        sa.ForeignKeyConstraint(["lead"], ["lead.id"], name=op.f("fk_survey_invitation_lead_lead")),
        sa.ForeignKeyConstraint(
            ["round"], ["survey_round.code"], name=op.f("fk_survey_invitation_round_survey_round")
        ),
        sa.ForeignKeyConstraint(
            ["ticket"], ["ticket.number"], name=op.f("fk_survey_invitation_ticket_ticket")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_invitation")),
        sa.UniqueConstraint("lead", name=op.f("uq_survey_invitation_lead")),
        sa.UniqueConstraint("round", "person", name=op.f("uq_survey_invitation_round_person")),
        sa.UniqueConstraint("round", "place", name=op.f("uq_survey_invitation_round_place")),
    )
    op.create_index(
        op.f("ix_survey_invitation_source_call_leg"), "survey_invitation", ["source", "call", "leg"]
    )
    op.create_table(
        "survey_round_cell",
        sa.Column("round", sa.String(60), nullable=False),
        sa.Column("cell", sa.String(400), nullable=False),
        sa.Column("frame", sa.Integer(), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round"], ["survey_round.code"], name=op.f("fk_survey_round_cell_round_survey_round")
        ),
        sa.PrimaryKeyConstraint("round", "cell", name=op.f("pk_survey_round_cell")),
    )
    op.create_table(
        "survey_round_event",
        sa.Column("round", sa.String(60), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("command", sa.String(20), nullable=False),
        sa.Column("at", base.Utc(), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round"], ["survey_round.code"], name=op.f("fk_survey_round_event_round_survey_round")
        ),
        sa.PrimaryKeyConstraint("round", "version", name=op.f("pk_survey_round_event")),
    )
    op.create_table(
        "survey_answer",
        sa.Column("id", _row_id(), autoincrement=True, nullable=False),
        sa.Column("round", sa.String(60), nullable=False),
        sa.Column("invitation", _row_id()),
        sa.Column("lead", _row_id()),
        sa.Column("cell", sa.String(400), nullable=False),
        sa.Column("scores", sa.Text(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text()),
        sa.Column("at", base.Utc(), nullable=False),
        sa.Column("by", sa.String(80)),
        sa.CheckConstraint(
            "invitation IS NOT NULL OR lead IS NOT NULL", name=op.f("ck_survey_answer_of_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["invitation"],
            ["survey_invitation.id"],
            name=op.f("fk_survey_answer_invitation_survey_invitation"),
        ),
        sa.ForeignKeyConstraint(["lead"], ["lead.id"], name=op.f("fk_survey_answer_lead_lead")),
        sa.ForeignKeyConstraint(
            ["round"], ["survey_round.code"], name=op.f("fk_survey_answer_round_survey_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answer")),
        sa.UniqueConstraint("invitation", name=op.f("uq_survey_answer_invitation")),
        sa.UniqueConstraint("lead", name=op.f("uq_survey_answer_lead")),
    )
    op.create_index(op.f("ix_survey_answer_round"), "survey_answer", ["round"])
    append_only("survey_form")
    append_only("survey_round_event")


def downgrade() -> None:
    """Take it back."""
    op.drop_table("survey_answer")
    op.drop_table("survey_invitation")
    op.drop_table("survey_round_cell")
    changeable("survey_round_event")
    op.drop_table("survey_round_event")
    op.drop_table("survey_round")
    changeable("survey_form")
    op.drop_table("survey_form")


def _row_id() -> Any:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
