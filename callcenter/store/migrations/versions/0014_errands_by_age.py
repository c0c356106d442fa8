"""Find the errands that were done so long ago that they may go."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

DONE = sa.text("done_at IS NOT NULL")


def upgrade() -> None:
    """Find the errands that were done so long ago that they may go."""
    op.create_index(
        op.f("ix_outbox_done"), "outbox", ["done_at"], sqlite_where=DONE, postgresql_where=DONE
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_index(op.f("ix_outbox_done"), "outbox")
