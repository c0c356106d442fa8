"""Keep what somebody redefined."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from callcenter.store import base
from callcenter.store.append_only import append_only, changeable

revision = "0012"
down_revision = "0011"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Keep what somebody redefined."""
    op.create_table(
        "measure_definition",
        sa.Column("id", sa.String(60), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("valid_from", sa.String(10), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(80), nullable=False),
        sa.Column("at", base.Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_measure_definition")),
    )
    append_only("measure_definition")


def downgrade() -> None:
    """Take it back."""
    changeable("measure_definition")
    op.drop_table("measure_definition")
