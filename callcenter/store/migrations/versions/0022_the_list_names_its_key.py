"""Say by which key a number on the do-not-call list was hashed: without it the number is found no more."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Of what was put on the list before nobody knows the key."""
    op.add_column("do_not_call", sa.Column("lookup_key", sa.String(64)))


def downgrade() -> None:
    """Forget it."""
    op.drop_column("do_not_call", "lookup_key")
