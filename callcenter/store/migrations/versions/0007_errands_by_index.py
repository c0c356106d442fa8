"""Find the errands that wait among many that are done."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

WAITING = sa.text('done_at IS NULL AND dead_at IS NULL')
DEAD = sa.text('dead_at IS NOT NULL')


def upgrade() -> None:
    """Find the errands that wait among many that are done."""
    op.create_index(op.f('ix_outbox_waiting'), 'outbox', ['available_at', 'id'], sqlite_where=WAITING, postgresql_where=WAITING)
    op.create_index(op.f('ix_outbox_dead'), 'outbox', ['id'], sqlite_where=DEAD, postgresql_where=DEAD)
    op.drop_index(op.f('ix_outbox_done_at_dead_at_available_at'), 'outbox')


def downgrade() -> None:
    """Take it back."""
    op.create_index(op.f('ix_outbox_done_at_dead_at_available_at'), 'outbox', ['done_at', 'dead_at', 'available_at'])
    op.drop_index(op.f('ix_outbox_dead'), 'outbox')
    op.drop_index(op.f('ix_outbox_waiting'), 'outbox')
