"""Know of a switch whether it says that its callers are invented."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Take every switch known so far for a real one until it speaks again."""
    column: sa.Column[bool] = sa.Column(
        "simulated", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    with op.batch_alter_table("telephony_source") as table:
        table.add_column(column)
    with op.batch_alter_table("telephony_source") as table:
        table.alter_column("simulated", server_default=None)


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("telephony_source") as table:
        table.drop_column("simulated")
