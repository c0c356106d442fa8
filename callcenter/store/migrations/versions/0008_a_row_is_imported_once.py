"""Let a row be imported once."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Let a row be imported once."""
    op.drop_index(op.f('ix_import_row_row_hash'), 'import_row')
    created = sa.text("status = 'created'")
    op.create_index(op.f('ix_import_row_created'), 'import_row', ['row_hash'], unique=True, sqlite_where=created, postgresql_where=created)


def downgrade() -> None:
    """Take it back."""
    op.drop_index(op.f('ix_import_row_created'), 'import_row')
    op.create_index(op.f('ix_import_row_row_hash'), 'import_row', ['row_hash'])
