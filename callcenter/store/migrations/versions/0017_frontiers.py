"""Keep frontiers: what a model says that outbound successes cost inbound callers."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from callcenter.store import base
from callcenter.store.append_only import append_only, changeable

revision = "0017"
down_revision = "0016"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Keep frontiers, each once."""
    row_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "frontier",
        sa.Column("id", row_id, autoincrement=True, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("scenario", sa.String(200), nullable=False),
        sa.Column("title_ko", sa.String(200), nullable=False),
        sa.Column("title_en", sa.String(200), nullable=False),
        sa.Column("first_day", sa.String(10), nullable=False),
        sa.Column("last_day", sa.String(10), nullable=False),
        sa.Column("kept_at", base.Utc(), nullable=False),
        sa.Column("kept_by", sa.String(80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frontier")),
        sa.UniqueConstraint("sha256", name=op.f("uq_frontier_sha256")),
    )
    append_only("frontier")


def downgrade() -> None:
    """Take it back."""
    changeable("frontier")
    op.drop_table("frontier")
