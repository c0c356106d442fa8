"""Read answers by unit, and lists by who opened a ticket, from indexes."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Read answers by unit, and lists by who opened a ticket, from indexes."""
    invited = sa.text('sampled')
    op.create_index(op.f('ix_survey_invited'), 'survey', ['unit', 'service', 'score', 'closed_at'], sqlite_where=invited, postgresql_where=invited)
    op.create_index(op.f('ix_ticket_opened_by_updated_at_id'), 'ticket', ['opened_by', 'updated_at', 'id'])
    if op.get_bind().dialect.name == 'sqlite':
        op.execute(
            "INSERT INTO sqlite_stat1 (tbl, idx, stat) "
            "VALUES ('ticket', 'ix_ticket_opened_by_updated_at_id', '200000 6000 2 1')"
        )


def downgrade() -> None:
    """Take it back."""
    op.drop_index(op.f('ix_ticket_opened_by_updated_at_id'), 'ticket')
    op.drop_index(op.f('ix_survey_invited'), 'survey')
